"""Symbolic links in folders that somebody names: those that lead out of them are not followed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from irkg.errors import GraphError

LEADS_OUT = "is a link that leads out of the folder, and is not followed"
"""What is said of such a link, as the clause of an error."""
REMEDY = "name the file that it leads to"
"""What to do about it."""


def leads_out(path: Path, folder: Path) -> bool:
    """Return whether a path in a folder leads, by links at its end or before it, to a place outside of the folder.

    Args:
        path: The path, as found in the folder.
        folder: The folder; a link that leads to it is part of its name, and counts for nothing.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> (folder / "a").symlink_to("/etc/hostname")
        >>> leads_out(folder / "a", folder), leads_out(folder / "b", folder)
        (True, False)
    """
    return not path.resolve().is_relative_to(folder.resolve())


def check_links(paths: Iterable[Path], folder: Path) -> None:
    """Refuse a folder with a link in it that leads out.

    Args:
        paths: What is about to be read in it.
        folder: The folder.

    Raises:
        GraphError: One of them leads out of it.
    """
    for path in paths:
        if path.is_symlink() and leads_out(path, folder):
            raise GraphError(LEADS_OUT, path=path, remedy=REMEDY)
