"""Reading a source: its sections, sentences, citation markers and reference list, with exact offsets."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from irkg.citations import BRACKETED, SUPERSCRIPT, Citations, markers
from irkg.errors import SourceError
from irkg.limits import MEGABYTE, begun
from irkg.model import Reference, Sentence, Source, Span, digest
from irkg.references import doi_in, read_references

_HEADING = re.compile(r"(?P<mark>#{1,6})[ \t]+(?P<text>[^\n]*?)[\s\\*]*$")
# "**Metabolic reprogramming**: Cancer cells …" and, where the bold was lost, "Antigen downregulation: Some …"
_BOLD_RUN_IN = re.compile(r"\*\*(?P<text>[^*\n]+?):?\*\*:?[ \t]+(?=\S)")
_PLAIN_RUN_IN = re.compile(r"(?P<text>[A-Z][\w/-]*(?: [\w/()-]+){0,5}):[ \t]+(?=[A-Z])")
_BODY_STARTS = re.compile(r"(?:\d+\.?\s*)?(introduction|abstract|background|summary|main)\b", re.IGNORECASE)
# What a line by itself is a heading by, without a mark that says so.
NAMED_HEADING = re.compile(
    r"(?:(?:\d{1,2}|[IVX]{1,4})\.?\s+)?(?:abstract|summary|introduction|background|(?:materials?|patients) and methods|"
    r"methods|results|results and discussion|discussion|conclusions?|acknowledge?ments?|funding|references|"
    r"bibliography|literature cited)[.:]?",
    re.IGNORECASE,
)
REFERENCES_HEADING = re.compile(r"(?:\d+\.?\s*)?(references|bibliography|literature cited)[.:]?", re.IGNORECASE)
_CITE_AS = re.compile(
    r"\*?Citation:?\*?:?\s*(?P<author>[A-Z][\w'’-]+ [A-Z]{1,3})\b.{0,600}?(?P<year>(?:19|20)\d\d)", re.DOTALL
)
# A first line of four words or more without a full stop.
_TITLE = re.compile(r"(?!https?:)\S+(?: \S+){3,40}(?<![.:;,])")
_UNDERLINED = re.compile(r"(?P<text>[^\n]*[^\s]) *\r?\n(?P<line>=+|-{3,})[ \t\r]*(?=\n|$)")
_NO_PROSE = re.compile(r"\||[-*_=]{3,}\s*$")  # rows of a table, a rule
_BULLET = re.compile(r"[-*+•]\s+")
_ONLY_ADDRESS = re.compile(r"https?://\S+$")
# A citation marker behind the full stop belongs to the sentence before it.
_CLOSING = rf"[.!?][\"'”’)\]]*(?:(?:\s?{BRACKETED}|{SUPERSCRIPT})(?=\s|$))?"
# "mTOR", "p53" and "β-catenin" open a sentence too
_OPENING = r"[\"'“‘(\[]*(?:[A-Z0-9]|[α-ω]-?[A-Za-z]|[a-z]{1,3}[A-Z0-9])"
_SENTENCE_END = re.compile(rf"{_CLOSING}(?=\s+{_OPENING})|{_CLOSING}\s*$")
_ABBREVIATIONS = frozenset(
    (
        "al. e.g. i.e. vs. fig. figs. dr. prof. no. approx. ca. cf. st. ref. refs. eq. resp. etc. sp. spp. "
        "vol. ed. eds. jr. sr. inc. ltd. dept. univ. med. biol. j."
    ).split()
)
# "J. Smith", but not the end of "… of MHC class I." or "… of vitamin D."
_INITIAL = re.compile(r"(?:^|[\s(])(?<!class )(?<!type )(?<!phase )(?<!stage )(?<!grade )(?<!vitamin )[A-Z]\.$")


_MOST = 20 * MEGABYTE  # of a text


@dataclass(frozen=True, slots=True)
class Document:
    """A source text, read.

    Attributes:
        source: What is known of the publication.
        text: The whole text, as decoded.
        sentences: Headings that can be evidence, and sentences of the body, in the order of the text.
    """

    source: Source
    text: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch between white lines.

    Attributes:
        span: Where it stands, without its marks.
        level: 1 to 6 for a heading, 7 for a run-in heading, 0 for a paragraph.
    """

    span: Span
    level: int


def read_text(path: Path) -> str:
    """Read a file as text.

    Args:
        path: A file in UTF-8.

    Returns:
        Its characters, line ends as they stand, without a byte order mark.

    Raises:
        SourceError: The file is missing, unreadable, too large, empty, not text, or not UTF-8 (with the line).
    """
    try:
        raw = begun(path, _MOST)
    except FileNotFoundError as error:
        raise SourceError("no such file", path=path, remedy="check the name") from error
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", path=path) from error
    if len(raw) > _MOST:
        raise SourceError(f"is larger than {_MOST // MEGABYTE} MB", path=path, remedy="give a shorter text")
    return decoded(raw, path)


def decoded(raw: bytes, path: Path) -> str:
    """Decode the bytes of a text file.

    Args:
        raw: Text in UTF-8; a byte order mark is left off.
        path: The file, for the messages.

    Raises:
        SourceError: They are empty, not text, or not UTF-8 (with the line).
    """
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError("is in UTF-16", path=path, line=1, remedy="convert it to UTF-8")
    nul = raw.find(b"\0")
    if nul >= 0:
        what = f"holds a NUL character at byte {nul}, so it is not text"
        raise SourceError(what, path=path, line=raw.count(b"\n", 0, nul) + 1, remedy="give a text file")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8 at byte {error.start}"
        raise SourceError(what, path=path, line=line, remedy="convert it to UTF-8") from error
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise SourceError("is empty", path=path, remedy="give a file with text")
    return text


def parse(text: str, source_id: str) -> Document:
    r"""Find sections, sentences, citations and references in a text.

    Args:
        text: Plain text or Markdown.
        source_id: The id that the source gets.

    Returns:
        The document; offsets are characters of `text`, 0-based, half open.

    Example:
        >>> document = parse("Tregs inhibit T cells [1]. They do.\n\nReferences\n\n1. Doe J. On Tregs. 2001.", "x")
        >>> [(s.span.start, s.span.end, s.citations) for s in document.sentences]
        [(0, 26, (1,)), (27, 35, ())]
        >>> document.source.references[0].authors
        'Doe J'
    """
    blocks = list(_blocks(text))
    body, back = divide(blocks, text)
    cited = {n for b in body if not b.level for n in markers(b.span.of(text))}
    references = tuple(read_references(text, (b.span for b in back if not b.level), cited))
    sentences = tuple(sentences_in(text, body, Citations(text, references)))
    return Document(_describe(text, source_id, references), text, sentences)


def _blocks(text: str) -> Iterator[Block]:
    """Yield headings and paragraphs in order, run-in headings split from their paragraph."""
    for paragraph in re.finditer(r"\S[^\n]*(?:\n[ \t]*\S[^\n]*)*", _prose(text)):
        start, end = paragraph.span()
        underlined = _UNDERLINED.match(text, start, end)
        if underlined:
            yield Block(Span(*underlined.span("text")), 1 if "=" in underlined["line"] else 2)
            start = underlined.end()
        elif _NO_PROSE.match(text, start, end):
            continue
        if text[start:end].strip():
            for line_start, line_end in _split_lists(text, start, end):
                yield from _block(text, line_start, line_end)


def _prose(text: str) -> str:
    """Return the text with blanks for what is none in Markdown: its head of metadata, code between fences, comments."""
    kept, at = [], 0
    if text.startswith("---\n") and (end := text.find("\n---", 3)) > 0:
        at = end + 4
        kept.append(_blanks(text[:at]))
    closing = {"<!--": "-->", "```": "\n```", "~~~": "\n~~~"}
    for opening in re.finditer(r"^(?:```|~~~)|<!--", text, re.MULTILINE):
        close = closing.get(opening[0])
        if opening.start() < at or close is None:
            continue
        end = text.find(close, opening.end())
        if end < 0:
            del closing[opening[0]]  # nor does a later one close
            continue
        kept += [text[at : opening.start()], _blanks(text[opening.start() : end + len(close)])]
        at = end + len(close)
    return "".join([*kept, text[at:]])


def _blanks(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _split_lists(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a paragraph before each line that starts a heading or a list entry."""
    cuts = [start]
    for line in re.finditer(r"^[ \t]*(?:#{1,6}[ \t]|[-*][ \t]|\[?\d{1,3}[.\])][ \t])", text[start:end], re.MULTILINE):
        if line.start():
            cuts.append(start + line.start())
    for heading in re.finditer(r"^#{1,6}[ \t][^\n]*\n", text[start:end], re.MULTILINE):
        cuts.append(start + heading.end())
    cuts = sorted(set(cuts))
    yield from zip(cuts, [*cuts[1:], end], strict=True)


def _block(text: str, start: int, end: int) -> Iterator[Block]:
    while end > start and text[end - 1].isspace():
        end -= 1
    while (line_end := text.find("\n", start, end)) > 0 and REFERENCES_HEADING.fullmatch(text, start, line_end):
        yield Block(Span(start, line_end), 2)
        start = line_end + 1
    heading = _HEADING.fullmatch(text, start, end)
    if heading:
        yield Block(Span(*heading.span("text")), len(heading["mark"]))
    elif NAMED_HEADING.fullmatch(text, start, end):
        yield Block(Span(start, end), 2)
    else:
        yield from paragraph_blocks(text, Span(start, end))


def paragraph_blocks(text: str, span: Span) -> Iterator[Block]:
    """Yield the run-in heading of a paragraph, where it has one, and the rest of it.

    Args:
        text: The whole text.
        span: Where the paragraph stands in it.
    """
    start, end = span.start, span.end
    run_in = _BOLD_RUN_IN.match(text, start, end) or _PLAIN_RUN_IN.match(text, start, end)
    if run_in:
        yield Block(Span(*run_in.span("text")), 7)
        start = run_in.end()
    if start < end:
        yield Block(Span(start, end), 0)


def divide(blocks: list[Block], text: str) -> tuple[list[Block], list[Block]]:
    """Return the blocks of the body and those behind the heading of the reference list; front matter is dropped.

    Args:
        blocks: The blocks of a whole article, in order.
        text: The text that they stand in.
    """
    first = next((i for i, b in enumerate(blocks) if b.level and _BODY_STARTS.match(b.span.of(text))), 0)
    heads = [i for i, b in enumerate(blocks) if b.level and REFERENCES_HEADING.fullmatch(b.span.of(text))]
    last = heads[-1] if heads else len(blocks)
    titled = [b for b in blocks[:first] if b.level == 1][:1]
    if not titled and first and not blocks[0].level and _TITLE.fullmatch(blocks[0].span.of(text)):
        titled = [Block(blocks[0].span, 1)]
    return titled + blocks[first:last], blocks[last + 1 :]


def sentences_in(text: str, blocks: Iterable[Block], citations: Citations) -> Iterator[Sentence]:
    """Yield the headings and sentences of the blocks of a text.

    Args:
        text: The whole text.
        blocks: Its headings and paragraphs, in order.
        citations: What its markers resolve to.
    """
    section, outer = "", ""
    for block in blocks:
        content = block.span.of(text)
        if block.level:
            section = content
            outer = content if block.level < 7 else outer
            yield Sentence(block.span, content, section, heading=True)
        elif not _ONLY_ADDRESS.fullmatch(content):
            bullet = _BULLET.match(text, block.span.start, block.span.end)
            for span in split_sentences(text, Span(bullet.end(), block.span.end) if bullet else block.span):
                cited = citations.of(span)
                yield Sentence(span, span.of(text), section, cited.numbers, unresolved=cited.unresolved)
            # a paragraph behind a run-in heading ends with it; what follows belongs to no run-in section
            section = outer if block.level == 0 and section != outer else section


def quoted(text: str, source_id: str, span: str, expected: str) -> str:
    r"""Cut the sentence that a claim was taken from out of the text of its source, on one line.

    Args:
        text: The text.
        source_id: The id of the source.
        span: Where the sentence stands, `start-end`; characters, 0-based, half open.
        expected: SHA-256 of the sentence.

    Raises:
        SourceError: Another sentence stands there.

    Example:
        >>> quoted("They grow.\nTregs\ninhibit them.", "x", "11-30", digest("Tregs\ninhibit them."))
        'Tregs inhibit them.'
    """
    start, _, end = span.partition("-")
    sentence = text[int(start) : int(end)]
    if digest(sentence) != expected:
        raise SourceError(
            f"characters {span} are not the sentence that the claim was taken from",
            path=source_id,
            remedy="give the very file that was filled in",
        )
    return " ".join(sentence.split())


def split_sentences(text: str, span: Span) -> list[Span]:
    """Split a paragraph into sentences.

    Args:
        text: The whole text.
        span: Where the paragraph stands in it.

    Returns:
        The spans of its sentences, in order, without the white space between them.

    Example:
        >>> text = "Tumors (e.g. melanoma) adapt. T cells, i.e. CTLs, do not."
        >>> [s.of(text) for s in split_sentences(text, Span(0, len(text)))]
        ['Tumors (e.g. melanoma) adapt.', 'T cells, i.e. CTLs, do not.']
    """
    found: list[Span] = []
    start = span.start
    for stop in _SENTENCE_END.finditer(text, span.start, span.end):
        before = text[start : stop.start() + 1]
        last_word = before.split()[-1].lstrip("(\"'“[").lower() if before.split() else ""
        at_end = stop.end() >= span.end
        if not at_end and (last_word in _ABBREVIATIONS or _INITIAL.search(before)):
            continue
        found.append(_trimmed(text, start, stop.end()))
        start = stop.end()
    if text[start : span.end].strip():
        found.append(_trimmed(text, start, span.end))
    return found


def _trimmed(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    return Span(start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip()))


def _describe(text: str, source_id: str, references: tuple[Reference, ...]) -> Source:
    cite_as = _CITE_AS.search(text)
    own, at = "", 0  # what stands outside the entries: their DOIs are others'
    for reference in sorted(references, key=lambda r: r.span):
        own, at = own + text[at : reference.span.start], reference.span.end
    return Source(
        id=source_id,
        digest=digest(text),
        length=len(text),
        author=cite_as["author"] if cite_as else None,
        year=int(cite_as["year"]) if cite_as else None,
        doi=doi_in(own + text[at:]),
        references=references,
    )
