"""Reading articles: the one door through which files become documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from irkg.errors import SourceError
from irkg.reading import bioc, html, jats, pdf, pubmed
from irkg.reading.files import MEGABYTE, load, opened
from irkg.reading.markup import XML_LIMIT, root_name
from irkg.reading.rendering import source_id
from irkg.text import Document, decoded, parse

_HTML_START = re.compile(rb"<!doctype html|<html\b", re.IGNORECASE)
# Of the files that are taken out of a folder; each may be followed by that of gzip
SUFFIXES = (".txt", ".text", ".md", ".markdown", ".xml", ".nxml", ".html", ".htm", ".xhtml", ".pdf")
GZ = ".gz"
TEXT_LIMIT = 20 * MEGABYTE
_Reader: TypeAlias = Callable[[Path], Iterator[Document]]
_ROOTS: tuple[tuple[frozenset[str], _Reader], ...] = (
    (jats.ROOTS, jats.read),
    (pubmed.ROOTS, pubmed.read),
    (bioc.ROOTS, bioc.read),
    (html.ROOTS, html.read),
)


def read_documents(path: Path) -> tuple[Document, ...]:
    """Read the documents of a file.

    Args:
        path: Plain text or Markdown in UTF-8, XML (JATS, PubMed, BioC), HTML or PDF. Each may be compressed by gzip.

    Returns:
        The documents, in the order of the file. Their text is the file's own, without a byte order mark, for text
        and Markdown, and a rendering as text for the other formats.

    Raises:
        SourceError: The file cannot be read as what it should be; nothing of it is returned then.
        MissingExtra: The libraries for its format are not installed.
    """
    documents = tuple(_reader(path)(path))
    if not documents:
        raise SourceError("holds no article", path=path, remedy="give a file with articles")
    return documents


def read_texts(path: Path) -> tuple[tuple[str, str], ...]:
    """Read only the texts of the documents of a file: plain text is not searched for sections and sentences.

    Args:
        path: A file that `read_documents` reads.

    Returns:
        The id and the text of each document, as `read_documents` would have them.

    Raises:
        SourceError: The file cannot be read as what it should be.
        MissingExtra: The libraries for its format are not installed.
    """
    if _reader(path) is _read_text:
        return ((source_id(path), decoded(load(path, TEXT_LIMIT), path)),)
    return tuple((document.source.id, document.text) for document in read_documents(path))


def _reader(path: Path) -> _Reader:
    """Return what reads a file: by its suffix, and by how it starts where that leaves no doubt."""
    suffix = Path(path.name.removesuffix(".gz")).suffix.lower()
    with opened(path, XML_LIMIT) as stream:
        start = stream.peek(1024)[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if suffix == ".pdf" or start.startswith(pdf.MAGIC):
        return pdf.read
    if suffix in (".html", ".htm", ".xhtml"):
        return html.read
    if suffix in (".xml", ".nxml") or start.startswith(b"<?xml"):
        return _xml_reader(path)
    if suffix not in (".txt", ".text", ".md", ".markdown") and _HTML_START.match(start):
        return html.read
    return _read_text


def _xml_reader(path: Path) -> _Reader:
    root = root_name(path)
    for roots, read in _ROOTS:
        if root in roots:
            return read
    known = "JATS (article), PubMed (PubmedArticleSet), BioC (collection) or XHTML (html)"
    raise SourceError(f"is XML that starts with <{root[:40]}>", path=path, remedy=f"give {known}")


def _read_text(path: Path) -> Iterator[Document]:
    yield parse(decoded(load(path, TEXT_LIMIT), path), source_id(path))
