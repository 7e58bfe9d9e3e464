"""Writing the texts that offsets refer to, for a person to look at."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from irkg.errors import IrkgError
from irkg.store import replacing


def write_texts(texts: Iterable[tuple[str, bytes]], out: Path, *, count: int) -> None:
    """Write the texts that the offsets of claims and annotations refer to.

    Args:
        texts: The ids of the sources, each with its text.
        out: A file for one source; a folder for several, with a file `ID.txt` for each. A folder that is there
            already is added to, a new one is made whole or not at all.
        count: How many there are.

    Raises:
        GraphError: The place cannot be written.
        IrkgError: There are several, and a file stands there.
    """
    if out.exists() and not out.is_dir() and count > 1:
        raise IrkgError(f"is a file, and there are {count} articles", path=out, remedy="name a folder")
    if out.is_dir():
        for source, text in texts:
            with replacing(out / f"{source}.txt") as new:
                new.write_bytes(text)
        return
    with replacing(out) as new:
        if count > 1:
            new.mkdir()
        for source, text in texts:
            (new / f"{source}.txt" if count > 1 else new).write_bytes(text)
