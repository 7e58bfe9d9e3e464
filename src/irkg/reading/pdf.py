"""Articles in PDF: their lines, with size, weight and place, by pypdf; `irkg.reading.layout` makes text of them."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from irkg.errors import MissingExtra, SourceError
from irkg.reading.files import MEGABYTE, load
from irkg.reading.layout import Line, Run, laid_out
from irkg.reading.rendering import source_id
from irkg.text import Document, parse

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

LIMIT = 200 * MEGABYTE
MOST_PAGES = 2000
MOST_CHARACTERS = 20 * MEGABYTE
MAGIC = b"%PDF-"
_BOLD = re.compile(r"bold|black|heavy|semibd|demi|CMBX", re.IGNORECASE)


def read(path: Path) -> Iterator[Document]:
    """Yield the article of a PDF.

    Args:
        path: The file, which may be compressed by gzip.

    Raises:
        SourceError: It is damaged, encrypted, too large, or its pages hold no text.
        MissingExtra: pypdf is not installed.
    """
    raw = load(path, LIMIT)
    if MAGIC not in raw[:1024]:
        raise SourceError("is no PDF", path=path, remedy="give the file the suffix of what it is")
    text = laid_out(_pages(raw, path))
    if not text.strip():
        raise SourceError("holds no text: its pages are blank or pictures", path=path, remedy="run OCR on it first")
    if sum(c.isalpha() or c.isspace() for c in text) < len(text) / 2:
        what = "holds text that cannot be decoded: its fonts do not say which letters they draw"
        raise SourceError(what, path=path, remedy="run OCR on it first")
    yield parse(text, source_id(path))


def _pages(raw: bytes, path: Path) -> list[list[Line]]:
    try:
        import pypdf
    except ImportError as error:
        raise MissingExtra("reading PDF", extra="fill") from error
    try:
        with _silent():
            reader = pypdf.PdfReader(io.BytesIO(raw))
            _open(reader, path)
            if len(reader.pages) > MOST_PAGES:
                raise SourceError(f"has more than {MOST_PAGES} pages", path=path, remedy="split it, one article a file")
            pages, length = [], 0
            for page in reader.pages:
                pages.append(_lines(page))
                length += sum(len(line.text) for line in pages[-1])
                if length > MOST_CHARACTERS:
                    what = f"holds more than {MOST_CHARACTERS} characters"
                    raise SourceError(what, path=path, remedy="split it, one article a file")
            return pages
    except SourceError:
        raise
    except Exception as error:  # pypdf meets damaged files with errors of every kind
        message = " ".join(str(error).split())[:120] or type(error).__name__
        raise SourceError(f"is a damaged PDF: {message}", path=path, remedy="fetch it again") from error


@contextmanager
def _silent() -> Iterator[None]:
    """Keep what pypdf says of small faults off stderr."""
    logger = logging.getLogger("pypdf")
    level = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(level)


def _open(reader: PdfReader, path: Path) -> None:
    """Open an encrypted file that needs no password to be read."""
    from pypdf.errors import DependencyError

    if not reader.is_encrypted:
        return
    try:
        opened = bool(reader.decrypt(""))
    except DependencyError as error:
        remedy = "pip install cryptography, or save it without encryption"
        raise SourceError("is encrypted by AES", path=path, remedy=remedy) from error
    if not opened:
        raise SourceError("is encrypted and asks for a password", path=path, remedy="save it without the password")


def _lines(page: PageObject) -> list[Line]:
    """Return the lines of a page: the upright ones, so that no stamp along an edge gets between them, else all."""
    return _lines_in(page, (0,)) or _lines_in(page, (0, 90, 180, 270))


def _lines_in(page: PageObject, orientations: tuple[int, ...]) -> list[Line]:
    """Return the lines of a page that run in some directions, in the order of its content."""
    lines: list[Line] = []
    runs: list[Run] = []

    def add(text: str, cm: Any, tm: Any, font: Any, size: float) -> None:
        nonlocal runs
        name = str((font or {}).get("/BaseFont", ""))
        scale = (tm[2] ** 2 + tm[3] ** 2) ** 0.5 * (cm[2] ** 2 + cm[3] ** 2) ** 0.5
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        for place, part in enumerate(text.split("\n")):
            if place and runs:
                lines.append(Line(tuple(runs)))
                runs = []
            if part.strip() or (part and runs):
                runs.append(Run(part, x, y, round(size * scale, 1), bool(_BOLD.search(name))))

    page.extract_text(orientations=orientations, visitor_text=add)
    if runs:
        lines.append(Line(tuple(runs)))
    return [line for line in lines if line.text.strip()]
