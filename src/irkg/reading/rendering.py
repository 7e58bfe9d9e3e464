"""The plain text that stands for a marked-up article: what is read of it, and what all offsets refer to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from irkg.citations import Citations
from irkg.errors import SourceError
from irkg.model import Reference, Source, Span, digest
from irkg.reading.files import stem
from irkg.references import described
from irkg.text import Block, Document, divide, paragraph_blocks, sentences_in

_INVISIBLE = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff\0]")
_UNFIT_FOR_IRI = re.compile(r"[\s\x00-\x20<>\"{}|\\^`%/#?:]+")
_DEEPEST_HEADING = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of a paragraph, and the numbers of the references that they are a marker of."""

    text: str
    cites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a reference list, as a file marks it.

    Attributes:
        text: The entry, without its number.
        number: The number that it bears, or its place in the list.
        printed: Whether it bears the number.
        doi: Its DOI.
        pmid: Its PubMed identifier.
        title: Its title.
        authors: Its first author, with "et al." where there are more.
        year: Its year.
    """

    text: str
    number: int
    printed: bool = True
    doi: str | None = None
    pmid: str | None = None
    title: str = ""
    authors: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of the article in it; empty where it does not."""

    title: str = ""
    author: str = ""
    year: int | None = None
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""


def source_id(path: Path, about: About | None = None) -> str:
    """Return the id of an article: after its own identifiers where its file marks them, else after the file.

    Args:
        path: The file.
        about: What it says of the article.

    Example:
        >>> source_id(Path("a.xml"), About(doi="10.1234/abc.5")), source_id(Path("my notes (2).txt"))
        ('doi-10.1234-abc.5', 'my-notes-(2)')
    """
    own = stem(path)
    if about is not None:
        named = {"": about.pmcid, "pmid-": about.pmid, "doi-": about.doi}
        own = next((prefix + name for prefix, name in named.items() if name), own)
    return _UNFIT_FOR_IRI.sub("-", own).strip("-.") or "article"


class Rendering:
    """Collects the headings, paragraphs and references of an article as a text that a person can read.

    Headings bear the marks of Markdown, white lines part paragraphs, and white space within them is one blank, so
    that the text reads the same when it is given to irkg as a text file.

    Example:
        >>> rendering = Rendering()
        >>> rendering.heading("On Tregs", 1)
        >>> rendering.paragraph([Piece("They  persist "), Piece("[1]", (1,)), Piece(".")])
        >>> rendering.references([Entry("Doe J. Made up. 2001.", 1)])
        >>> document = rendering.document(Path("x.xml"), About())
        >>> print(document.text, end="")
        # On Tregs
        <BLANKLINE>
        They persist [1].
        <BLANKLINE>
        ## References
        <BLANKLINE>
        1. Doe J. Made up. 2001.
        >>> [(s.text, s.citations) for s in document.sentences]
        [('On Tregs', ()), ('They persist [1].', (1,))]
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._links: list[tuple[Span, tuple[int, ...]]] = []
        self._references: list[Reference] = []

    def heading(self, text: str, level: int) -> None:
        """Add a heading, level 1 (the title) to 6; nothing for an empty one."""
        text = _tidy(text)
        if text:
            level = min(level, _DEEPEST_HEADING)
            start = self._append("#" * level + " ", text)
            self._blocks.append(Block(Span(start, self._length), level))
            self._end_block()

    def paragraph(self, pieces: Iterable[Piece], run_in: str = "") -> None:
        """Add a paragraph; nothing for an empty one.

        Args:
            pieces: What stands in it, in order.
            run_in: The heading that the paragraph itself starts with.
        """
        run_in = _tidy(run_in)
        opening = f"**{run_in}**: " if run_in else ""
        text, links = _joined(pieces)
        if not text:
            if run_in:
                self.paragraph([Piece(run_in)])
            return
        body = self._append(opening, text)
        self._links += [(Span(body + s.start, body + s.end), numbers) for s, numbers in links]
        if run_in:
            self._blocks.append(Block(Span(body - len(opening) + 2, body - len(opening) + 2 + len(run_in)), 7))
            self._blocks.append(Block(Span(body, self._length), 0))
        else:
            self._blocks += [
                Block(Span(body + b.span.start, body + b.span.end), b.level)
                for b in paragraph_blocks(text, Span(0, len(text)))
            ]
        self._end_block()

    def references(self, entries: Sequence[Entry]) -> None:
        """Add the reference list; nothing for an empty one."""
        if not entries:
            return
        self._append("## References", "")
        self._end_block()
        for entry in entries:
            text = _tidy(entry.text) or "(no text)"
            start = self._append(f"{entry.number}. " if entry.printed else "- ", text)
            self._end_block(tight=True)
            read = described(entry.number, Span(start, start + len(text)), text, printed=entry.printed)
            self._references.append(
                replace(
                    read,
                    authors=entry.authors or read.authors,
                    year=entry.year or read.year,
                    doi=entry.doi or read.doi,
                    pmid=entry.pmid or read.pmid,
                    title=_tidy(entry.title),
                )
            )

    def document(self, path: Path, about: About, *, front_matter: bool = False) -> Document:
        """Return the article.

        Args:
            path: The file that it was read from.
            about: What the file says of it.
            front_matter: Whether authors and addresses may stand before the abstract, to be passed over.

        Raises:
            SourceError: There is no text.
        """
        text = "".join(self._parts).rstrip("\n") + "\n"
        if not self._blocks:
            raise SourceError("holds no text", path=path, remedy="give an article with a title, an abstract or a body")
        source = Source(
            id=source_id(path, about),
            digest=digest(text),
            length=len(text),
            author=_tidy(about.author) or None,
            year=about.year,
            doi=about.doi or None,
            references=tuple(self._references),
            pmid=about.pmid or None,
            pmcid=about.pmcid or None,
            title=_tidy(about.title),
        )
        citations = Citations(text, self._references, self._links)
        blocks = divide(self._blocks, text)[0] if front_matter else self._blocks
        return Document(source, text, tuple(sentences_in(text, blocks, citations)))

    def _append(self, mark: str, text: str) -> int:
        """Add a block and return where its text starts."""
        self._parts += [mark, text]
        self._length += len(mark) + len(text)
        return self._length - len(text)

    def _end_block(self, *, tight: bool = False) -> None:
        end = "\n" if tight else "\n\n"
        self._parts.append(end)
        self._length += len(end)


def _tidy(text: str) -> str:
    return " ".join(_INVISIBLE.sub("", text).split())


def _joined(pieces: Iterable[Piece]) -> tuple[str, list[tuple[Span, tuple[int, ...]]]]:
    """Return the text of a paragraph, each white space one blank, and where its markers stand."""
    text, links = "", []
    parts: list[str] = []
    length, open_blank = 0, True  # a blank at the start is dropped, and one behind a blank
    for piece in pieces:
        text = re.sub(r"\s+", " ", _INVISIBLE.sub("", piece.text))
        if open_blank:
            text = text.removeprefix(" ")
        if piece.cites:
            links.append((Span(length, length + len(text)), piece.cites))
        if text:
            parts.append(text)
            length += len(text)
            open_blank = text.endswith(" ")
    return "".join(parts).rstrip(), links
