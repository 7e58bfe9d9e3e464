"""Citation markers in sentences: [3-5], superscripts, "(Doe et al., 2001)"; and the references that they resolve to."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from irkg.model import Reference, Span

_NUMBERS = r"\d{1,3}(?:\s*[,;–−-]\s*\d{1,3})*"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_PLAIN_DIGITS = str.maketrans(_RAISED + "⁻˒", "0123456789-,")
BRACKETED = rf"\[{_NUMBERS}\](?:\s?[–−-]\s?\[\d{{1,3}}\])*"  # "[4]–[7]" too
# Behind a word or punctuation, so that "cm²", "10³" and "Ca²⁺" are none.
SUPERSCRIPT = (
    r"(?:(?<=[^\W\d_]{3})|(?<=[.,;:)\]\"”’]))"
    rf"(?:<sup>\s*{_NUMBERS}\s*</sup>|\^{_NUMBERS}\^|[{_RAISED}]{{1,3}}(?:[,˒⁻–][{_RAISED}]{{1,3}})*(?![{_RAISED}⁺⁻]))"
)
_BRACKETED = re.compile(BRACKETED)
_SUPERSCRIPT = re.compile(SUPERSCRIPT)
_ANY = re.compile(rf"\[\d|[{_RAISED}]|<sup>|\^\d|(?:19|20)\d\d")  # what a sentence with a marker holds at least
_WIDEST = 100  # references that one range can stand for; "[1-999]" is no citation

_PARTICLE = r"(?:[Vv]an|[Vv]on|[Dd]er|[Dd]en|[Dd]e|[Dd]i|[Dd]a|[Dd]u|[Ll]a|[Ll]e|[Dd]el|[Dd]os|[Tt]er|[Tt]en)"
_NAME = r"[^\W\d_a-z][\w'’-]*\w"
_SURNAME = rf"(?:{_PARTICLE}\s+){{0,3}}{_NAME}(?:(?:\s+{_PARTICLE}){{1,3}}\s+{_NAME})?"
_WHO = (
    rf"(?P<first>{_SURNAME})(?:(?:,\s+{_SURNAME}){{0,9}},?\s+(?:and|&)\s+(?P<second>{_SURNAME})"
    r"|,?\s+(?P<others>et\s+al\b\.?|and\s+(?:co-?workers|colleagues)\b))?"
)
_YEARS = r"(?P<years>(?:19|20)\d\d[a-z]?(?:\s*,\s*(?:(?:19|20)\d\d[a-z]?|[a-z])\b)*)"
_IN_PARENTHESES = re.compile(r"[(\[][^()\[\]]*(?:19|20)\d\d[^()\[\]]*[)\]]")
_ITEM = re.compile(rf"(?<![\w-]){_WHO},?\s+{_YEARS}(?!\w)")
_NARRATIVE = re.compile(rf"(?<![\w-]){_WHO}\s+\({_YEARS}\)")
_YEAR_LETTER = re.compile(r"\b(?P<year>(?:19|20)\d\d)(?P<letter>[a-z])?\b")


def _spelled_out(numbers: str) -> Iterator[int]:
    """Yield the numbers that a marker stands for, whatever sets it off."""
    bare = re.sub(r"</?sup>|[\[\]^\s]", "", numbers.translate(_PLAIN_DIGITS))
    for part in re.split(r"[,;]", bare):
        bounds = [int(n) for n in re.split(r"[–−-]", part)]
        if bounds[-1] - bounds[0] < _WIDEST:
            yield from range(bounds[0], bounds[-1] + 1)


def markers(text: str) -> tuple[int, ...]:
    """Return the numbers of the citation markers in brackets, in order, ranges spelled out.

    Example:
        >>> markers("Seen before [2,4-6].")
        (2, 4, 5, 6)
    """
    return tuple(dict.fromkeys(n for m in _BRACKETED.finditer(text) for n in _spelled_out(m[0])))


@dataclass(frozen=True, slots=True)
class AuthorYear:
    """A citation by name and year.

    Attributes:
        span: Where it stands, from the first name to the last year.
        text: Its characters.
        first: The surname of the first author.
        second: The surname of the last author, where it is given.
        years: The years, each with its letter.
        sure: Whether it can be nothing but a citation: it names several authors.
    """

    span: Span
    text: str
    first: str
    second: str
    years: tuple[str, ...]
    sure: bool


def author_years(text: str) -> list[AuthorYear]:
    """Return the citations by name and year in a text, in order.

    Example:
        >>> [(a.first, a.years) for a in author_years("So it is (Doe et al., 2001a,b; Roe and Poe 2003).")]
        [('Doe', ('2001a', '2001b')), ('Roe', ('2003',))]
        >>> [(a.first, a.sure) for a in author_years("Van Doe (2001) saw it.")]
        [('Van Doe', False)]
    """
    found = [_author_year(m) for m in _NARRATIVE.finditer(text)]
    for group in _IN_PARENTHESES.finditer(text):
        found += [_author_year(m) for m in _ITEM.finditer(text, group.start() + 1, group.end() - 1)]
    return sorted(found, key=lambda a: a.span)


def _author_year(match: re.Match[str]) -> AuthorYear:
    years: list[str] = []
    for part in re.split(r"\s*,\s*", match["years"]):
        years.append(part if len(part) > 1 else years[-1][:4] + part)
    second = match["second"] or ""
    return AuthorYear(
        Span(*match.span()), match[0], match["first"], second, tuple(years), bool(second or match["others"])
    )


def _folded(name: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if c.isalnum())


def surname(author: str) -> str:
    """Return the surname of an author as reference lists write it.

    Example:
        >>> surname("van der Doe JR et al."), surname("Roe")
        ('van der Doe', 'Roe')
    """
    return re.sub(r"(?:\s+(?:[A-Z]\.?-?){1,4})?(?:\s+et al\.)?$", "", author).strip()


@dataclass(frozen=True, slots=True)
class Cited:
    """What a sentence cites.

    Attributes:
        numbers: Numbers of references, in the order of their markers.
        unresolved: Markers by name and year that no entry of the reference list answers to.
    """

    numbers: tuple[int, ...]
    unresolved: tuple[str, ...]


class Citations:
    """The markers of a document and what they resolve to.

    Args:
        text: The document's text.
        references: Its reference list.
        links: Markers that the document itself links to references: where they stand and the numbers of those.

    Example:
        >>> text = "It is so.² They agree (Doe 2001). 1. Doe J. 2001. 2. Roe K. 2002."
        >>> listed = [Reference(1, Span(37, 49), True, "Doe J", 2001), Reference(2, Span(53, 65), True, "Roe K", 2002)]
        >>> citations = Citations(text, listed)
        >>> citations.of(Span(0, 10)).numbers, citations.of(Span(11, 33)).numbers
        ((2,), (1,))
    """

    def __init__(
        self, text: str, references: Iterable[Reference], links: Sequence[tuple[Span, tuple[int, ...]]] = ()
    ) -> None:
        self._text = text
        self._links = sorted(links)
        self._known: set[int] = set()
        self._institutes: list[Reference] = []
        self._by_name: defaultdict[tuple[str, int], list[Reference]] = defaultdict(list)
        for reference in references:
            self._known.add(reference.number)
            if len(reference.authors.split()) > 2 and reference.authors == surname(reference.authors):
                self._institutes.append(reference)
            if reference.year:
                self._by_name[_folded(surname(reference.authors)), reference.year].append(reference)

    def of(self, span: Span) -> Cited:
        """Return what is cited in a stretch of the text."""
        text = span.of(self._text)
        links = list(self._links_in(span))
        if not links and not _ANY.search(text):
            return Cited((), ())
        taken = [Span(place.start, max(place.end, place.start + 1)) for place, _ in links]

        def free(match: Span) -> bool:
            place = Span(span.start + match.start, span.start + match.end)
            return not any(link.overlaps(place) for link in taken)

        found = [(place.start, numbers) for place, numbers in links]
        found += [(span.start + m.start, numbers) for m, numbers in self._numbered(text) if free(m)]
        unresolved: list[str] = []
        for named in author_years(text):
            if free(named.span):
                before = text[: named.span.start] + named.first
                answers = [self._resolve(named, year, before) for year in named.years]
                found.append((span.start + named.span.start, tuple(n for n in answers if n is not None)))
                if named.sure and None in answers:
                    unresolved.append(" ".join(re.sub(r"[,()]", " ", named.text).split()))
        numbers = tuple(dict.fromkeys(n for _, ns in sorted(found) for n in ns))
        return Cited(numbers, tuple(dict.fromkeys(unresolved)))

    def _links_in(self, span: Span) -> Iterator[tuple[Span, tuple[int, ...]]]:
        at = bisect_left(self._links, span.start, key=lambda link: link[0].start)
        while at < len(self._links) and self._links[at][0].start < span.end:
            yield self._links[at]
            at += 1

    def _numbered(self, text: str) -> Iterator[tuple[Span, tuple[int, ...]]]:
        """Yield the markers by number, the raised ones only where all their numbers are in the list."""
        for marker in _BRACKETED.finditer(text):
            yield Span(*marker.span()), tuple(_spelled_out(marker[0]))
        for marker in _SUPERSCRIPT.finditer(text):
            numbers = tuple(_spelled_out(marker[0]))
            if self._known.issuperset(numbers):
                yield Span(*marker.span()), numbers

    def _resolve(self, named: AuthorYear, year: str, before: str) -> int | None:
        """Return the one entry that answers to a name and a year, None where there is none or several.

        Args:
            named: The marker.
            year: One of its years.
            before: The sentence up to the end of the first name, as an institute has several words.
        """
        fitting = self._by_name.get((_folded(named.first), int(year[:4])), [])
        if not fitting:
            words = _folded(before)
            institutes = [r for r in self._institutes if r.year == int(year[:4])]
            fitting = [r for r in institutes if words.endswith(_folded(r.authors))]
        if year[4:] and len(fitting) > 1:
            fitting = [r for r in fitting if self._letter(r) == year[4:]]
        if named.second and len(fitting) > 1:
            fitting = [r for r in fitting if _folded(named.second) in _folded(r.span.of(self._text))]
        return fitting[0].number if len(fitting) == 1 else None

    def _letter(self, reference: Reference) -> str:
        for found in _YEAR_LETTER.finditer(reference.span.of(self._text)):
            if int(found["year"]) == reference.year:
                return found["letter"] or ""
        return ""
