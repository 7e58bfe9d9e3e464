"""Reading the reference list of a plain text: its entries, their numbers, and what each says of itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from irkg.model import Reference, Span

_ENTRY = re.compile(r"(?:[-*]\s+)?(?:\[?(?P<number>\d{1,3})[.\])]\s+)?(?P<text>\S.*)$")
_LISTED = re.compile(r"[-*]\s|\[?\d{1,3}[.\])]\s")
_NUMBERED = re.compile(r"(?:[-*]\s+)?\[?\d{1,3}[.\])]\s+\S")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=[a-z]?\b)")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s;,<>\"]*[^\s;,.<>\")\]]")
_PMID = re.compile(r"\bPMID:?\s*(?P<pmid>\d{1,8})\b")
# "Doe, J." and "Doe, J. A., Roe, K." (APA); "Doe J, Roe K" (Vancouver) needs no pattern of its own
_INVERTED = re.compile(
    r"(?P<name>[^\W\d_][\w'’ -]*?),\s+(?P<initials>(?:[A-Z]\.[\s-]?)+)(?P<more>\s*(?:,|&|and\b|et al))?"
)
# What starts an entry of a list without numbers: a surname and initials.
_AUTHOR_FIRST = re.compile(r"[^\W\d_][\w'’ -]*?,?\s+(?:[A-Z]\.?[\s-]?){1,4}(?=[,.&(]|\band\b|\bet al|$)")


def doi_in(text: str) -> str | None:
    """Return the first DOI in a text, without a resolver's address.

    Example:
        >>> doi_in("Doe J. Made up. 2001. https://doi.org/10.1234/abc.5.")
        '10.1234/abc.5'
    """
    found = _DOI.search(text)
    return found[0] if found else None


def year_in(entry: str) -> int | None:
    """Return the first year in an entry."""
    found = _YEAR.search(entry)
    return int(found[0]) if found else None


def first_author(entry: str) -> str:
    """Return the first author of an entry, with "et al." where there are more.

    Example:
        >>> first_author("Doe J, Roe K. Made up. 2001."), first_author("Doe, J. A. (2001). Made up.")
        ('Doe J et al.', 'Doe JA')
    """
    inverted = _INVERTED.match(entry)
    if inverted:
        initials = "".join(c for c in inverted["initials"] if c.isalpha())
        return f"{inverted['name']} {initials}" + (" et al." if inverted["more"] else "")
    names = entry.split(".", maxsplit=1)[0].split(",")
    return names[0].strip() + (" et al." if len(names) > 1 else "")


def described(number: int, span: Span, entry: str, *, printed: bool) -> Reference:
    """Return an entry of a reference list with what can be read of it.

    Args:
        number: Its number.
        span: Where it stands.
        entry: Its characters.
        printed: Whether the number stands in the source.
    """
    pmid = _PMID.search(entry)
    return Reference(
        number, span, printed, first_author(entry), year_in(entry), doi_in(entry), pmid["pmid"] if pmid else None
    )


def read_references(text: str, paragraphs: Iterable[Span], cited: Collection[int]) -> Iterator[Reference]:
    """Read the entries of a reference list.

    Args:
        text: The whole text.
        paragraphs: What stands behind the heading of the list.
        cited: The numbers that markers in the text use.

    Yields:
        The entries in order. Numbers lost in conversion are those left over, in order; a list without numbers is
        counted from 1.
    """
    blocks = [b for b in paragraphs if _YEAR.search(b.of(text)) or _NUMBERED.match(b.of(text))]
    listed = [block for block in blocks if _LISTED.match(block.of(text))]
    entries: list[tuple[int | None, Span]] = []
    for block in listed or [entry for b in blocks for entry in _by_author(text, b)]:
        match = _ENTRY.match(text[block.start : block.end].replace("\n", " "))
        if match:
            span = Span(block.start + match.start("text"), block.start + match.end("text"))
            entries.append((int(match["number"]) if match["number"] else None, span))
    printed = {n for n, _ in entries if n is not None}
    highest = max(printed | set(cited), default=0) if printed else len(entries)
    lost = iter(sorted(set(range(1, max(highest, len(entries)) + 1)) - printed))
    for number, span in entries:
        settled = number if number is not None else next(lost, None)
        if settled is not None:
            yield described(settled, span, span.of(text), printed=number is not None)


def _by_author(text: str, block: Span) -> Iterator[Span]:
    """Split a paragraph of entries, a line or some lines each, before each line that starts with an author."""
    cuts = [block.start]
    for line in re.finditer(r"(?<=\n)[ \t]*(?=\S)", block.of(text)):
        at = block.start + line.end()
        if _AUTHOR_FIRST.match(text, at, block.end) and _YEAR.search(text, cuts[-1], at):
            cuts.append(at)
    for start, end in zip(cuts, [*cuts[1:], block.end], strict=True):
        stop = start + len(text[start:end].rstrip())
        if _YEAR.search(text, start, stop):
            yield Span(start, stop)
