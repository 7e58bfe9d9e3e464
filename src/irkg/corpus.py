"""Which files hold the articles: files, folders and globs, in an order that does not depend on the machine."""

from __future__ import annotations

import glob
import hashlib
import itertools
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from irkg.errors import IrkgError, SourceError
from irkg.links import LEADS_OUT, REMEDY, leads_out
from irkg.reading import GZ, SUFFIXES
from irkg.reading.rendering import source_id

_GLOB = frozenset("*?[")
_ONE_EACH = (".txt", ".text", ".md", ".markdown")  # of these it is known before they are read which source they hold


@dataclass(frozen=True, slots=True)
class Article:
    """A file with articles.

    Attributes:
        path: The file.
        digest: SHA-256 of its bytes, in hexadecimal; empty where it cannot be read.
        error: Why it cannot be read; empty where it can.
    """

    path: Path
    digest: str
    error: str = ""


def find_articles(places: Iterable[Path], suffixes: tuple[str, ...] = SUFFIXES) -> list[Article]:
    """Find the files that are meant.

    Args:
        places: Files, whatever their suffix; folders, searched to any depth, hidden files left out; and globs (`**` for
            any depth), where a file bears no such name.
        suffixes: Those that a file in a folder must have, each also in front of `.gz`.

    Returns:
        Each file once: in the order of the places, those of a folder or glob sorted. A file that cannot be read is
        among them, with the reason; and so is a symbolic link that leads out of the folder, or out of the one that a
        glob begins with, which is not followed.

    Raises:
        IrkgError: A folder or glob holds no article, or two files would give sources of the same id.
    """
    found: dict[Path, Path] = {}
    outside: dict[Path, None] = {}
    for place in places:
        paths, folder = _meant(place, suffixes)
        root = None if folder is None else folder.resolve()
        for path in paths:
            real = path.resolve()
            if root is not None and not real.is_relative_to(root):
                outside[path] = None
            else:
                found.setdefault(real, path)
    _check_ids(found.values())
    left = [Article(path, "", str(SourceError(LEADS_OUT, path=path, remedy=REMEDY))) for path in outside]
    return [*map(_article, found.values()), *left]


def _meant(place: Path, suffixes: tuple[str, ...]) -> tuple[list[Path], Path | None]:
    """Return the files that a place means, and the folder that they must not lead out of."""
    if place.is_dir():
        inside = list(_below(place, suffixes))
        if not inside:
            raise IrkgError("holds no article", path=place, remedy=f"irkg reads {', '.join(suffixes)}")
        return inside, place
    if _GLOB.isdisjoint(str(place)) or place.exists():
        return [place], None
    matches = [Path(name) for name in glob.glob(str(place), recursive=True)]
    inside = [m for m in sorted(matches) if not m.is_dir()]
    if not inside:
        raise IrkgError("no file has such a name", path=place, remedy="check the pattern; quote it for the shell")
    fixed = itertools.takewhile(_GLOB.isdisjoint, place.parts[:-1])
    return inside, Path(*fixed)


def _below(folder: Path, suffixes: tuple[str, ...]) -> Iterator[Path]:
    """Yield the files in a folder, to any depth, sorted by their names from the outside in."""
    found: list[Path] = []
    for here, folders, names in os.walk(folder):
        folders[:] = [f for f in folders if not f.startswith(".")]
        found += [
            Path(here, n) for n in names if not n.startswith(".") and n.lower().removesuffix(GZ).endswith(suffixes)
        ]
        found += [Path(here, f) for f in folders if leads_out(Path(here, f), folder)]
    yield from sorted(found, key=lambda p: p.parts)


def _check_ids(paths: Iterable[Path]) -> None:
    seen: dict[str, Path] = {}
    for path in paths:
        if path.name.lower().removesuffix(GZ).endswith(_ONE_EACH):
            first = seen.setdefault(source_id(path), path)
            if first != path:
                raise same_id(source_id(path), path, first)


def same_id(source: str, path: Path, first: Path) -> IrkgError:
    """Return the error for two files that hold a source of the same id."""
    what = f'a second source with the id "{source}", after the one in {first}'
    return IrkgError(what, path=path, remedy="rename one of them or leave it out")


def _article(path: Path) -> Article:
    sha = hashlib.sha256()
    try:
        with path.open("rb") as handle:
            while piece := handle.read(1 << 20):
                sha.update(piece)
    except FileNotFoundError:
        return Article(path, "", str(SourceError("no such file", path=path, remedy="check the name")))
    except OSError as error:
        return Article(path, "", str(SourceError(f"cannot be read: {error.strerror}", path=path)))
    return Article(path, sha.hexdigest())
