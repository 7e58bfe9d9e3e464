"""Files of articles as bytes: unpacked where they are compressed, never more than a stated number of them."""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from gzip import BadGzipFile, GzipFile
from pathlib import Path

from irkg.errors import SourceError

MEGABYTE = 1_000_000
GZIP = b"\x1f\x8b"
_BUFFER = 1 << 16


class Bounded(io.RawIOBase):
    """A stream that refuses to give more than a number of bytes, and tells in one line why it ends too soon.

    Args:
        inner: The stream that it reads.
        path: The file, for the messages.
        limit: How many bytes it gives in all.
        piece: How many bytes it gives for one article.
    """

    def __init__(self, inner: io.BufferedIOBase | GzipFile, path: Path, limit: int, piece: int) -> None:
        self._inner, self._path, self._limit, self._piece = inner, path, limit, piece
        self._given = self._article = 0

    def next_article(self) -> None:
        """Count for the next article from here."""
        self._article = self._given

    def readable(self) -> bool:
        """Return that it can be read from."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer and return how many bytes."""
        try:
            got = self._inner.read(len(buffer))
        except EOFError as error:
            what = f"is a truncated gzip file: it breaks off {self._given} bytes into its content"
            raise SourceError(what, path=self._path, remedy="fetch it again") from error
        except (BadGzipFile, zlib.error) as error:
            what = f"is a damaged gzip file, {self._given} bytes into its content"
            raise SourceError(what, path=self._path, remedy="fetch it again") from error
        except OSError as error:
            raise SourceError(f"cannot be read: {error.strerror}", path=self._path) from error
        self._given += len(got)
        if self._given > self._limit:
            unpacked = " unpacked" if isinstance(self._inner, GzipFile) else ""
            what = f"is larger than {self._limit // MEGABYTE} MB{unpacked}"
            raise SourceError(what, path=self._path, remedy="split it, one article a file")
        if self._given - self._article > self._piece:
            what = f"holds an article of more than {self._piece // MEGABYTE} MB"
            raise SourceError(what, path=self._path, remedy="leave it out")
        buffer[: len(got)] = got
        return len(got)


@contextmanager
def opened(path: Path, limit: int, piece: int | None = None) -> Iterator[io.BufferedReader]:
    """Open a file, unpacked where it is compressed by gzip; its first bytes tell, not its name.

    Args:
        path: The file.
        limit: How many bytes may come out of it.
        piece: How many bytes an article in it may have, where it holds several.

    Yields:
        The stream, on top of a `Bounded` one. Reading from it raises a SourceError behind the limit, and where the
        file is damaged.

    Raises:
        SourceError: The file is missing, a folder, or unreadable.
    """
    try:
        if path.is_dir():
            raise SourceError("is a folder", path=path, remedy="name the files in it")
        with path.open("rb") as handle:
            packed = handle.peek(2)[:2] == GZIP
            inner = GzipFile(fileobj=handle) if packed else handle
            yield io.BufferedReader(Bounded(inner, path, limit, piece or limit), _BUFFER)
    except FileNotFoundError as error:
        raise SourceError("no such file", path=path, remedy="check the name") from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", path=path) from error


def load(path: Path, limit: int) -> bytes:
    """Read a file whole, unpacked where it is compressed by gzip.

    Args:
        path: The file.
        limit: How many bytes may come out of it.

    Raises:
        SourceError: The file is missing, unreadable, damaged, or larger than the limit.
    """
    with opened(path, limit) as stream:
        return stream.read()


def stem(path: Path) -> str:
    """Return the name of a file without its folder, its suffix, and the suffix of its compression.

    Example:
        >>> stem(Path("articles/some.name.xml.gz"))
        'some.name'
    """
    name = path.name.removesuffix(".gz")
    return name.removesuffix(Path(name).suffix)
