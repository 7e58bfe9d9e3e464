"""What in a question can fill a slot and is no kind: sources, numbers, headings, quoted texts and relations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from irkg import vocab as v
from irkg.lexicon import Relation
from irkg.model import Sort, Span
from irkg.wording import canonical, stem

_TOKEN = re.compile(r"\w[\w\-]*")
_QUOTED = re.compile(r"(?<!\w)[\"“„‘']([^\"“”„‘’']{2,200})[\"”“’']")
_AUTHOR_AND_YEAR = re.compile(r"([a-z]{3,}(?:-[a-z]+)?)-(?:19|20)\d\d")
_INITIALS = re.compile(r"\s+[A-Z]{1,3}$")
_NAMED_FIRST = re.compile(r"['’]s?\b|\s+(?:and|vs\.?|versus)\s+[A-Z]")  # behind a surname that begins a question
_PLAIN_SURNAME = 6  # letters from which a surname needs no capital
_BETWEEN = r"(?:['’]s)?(?:,?\s+et\s+al\b\.?|\s+and\s+(?:colleagues|co-?workers|others))?[\s\-_,.(\[/]*"
_NUMBERS = {
    word: str(number)
    for number, names in enumerate(
        "one first|two second|three third|four fourth|five fifth|six sixth|seven seventh|eight eighth|nine ninth|"
        "ten tenth|eleven eleventh|twelve twelfth".split("|"),
        start=1,
    )
    for word in names.split()
}
_ORDINAL = re.compile(r"(\d+)(?:st|nd|rd|th)")
_NUMBERED = frozenset(canonical("reference")) | frozenset("item numbr no nr #".split()) | frozenset(canonical("number"))
(_RELATION,) = canonical("relation")
_SECTION = frozenset(
    word for name in ("section", "part", "under", "paragraph", "title", "beneath") for word in canonical(name)
)
_BESIDE_RELATION = frozenset(
    "claim claims statement statements triple triples edge edges type use uses using used verb with called "
    "named".split()
)
# What stands for anything at all on both sides of a relation: "X kills Y", "one thing is said to prevent another".
_SOME = r"(?i:some ?(?:thing|body|one)|one(?: thing)?|who|what)"
_OTHER = r"(?i:(?:some ?(?:thing|one|body) )?(?:else|another(?: thing)?)|some ?(?:thing|one|body)|whom|what)"
_ANYTHING = re.compile(
    rf"\b(?:[XA]|{_SOME}|(?<![\w\-])x(?=[\s\-][^\n]*[\s\-]y\b))[\s\-]+(?:(?:is|are) (?:said|reported|claimed) to )?"
    rf"(?P<verb>[a-z]+(?: [a-z]+){{0,3}}?)[\s\-]+(?:[YB]|y|{_OTHER})\b(?![/])"
)


@dataclass(frozen=True, slots=True)
class Named:
    """Something in a question that can fill a slot.

    Attributes:
        span: Where it stands.
        sort: What sort of thing it is.
        meant: The IRI that it names, and further ones that it can name; a number or a text as it stands.
    """

    span: Span
    sort: Sort
    meant: tuple[str, ...]


class Slots:
    """The sources, headings and relations that a question can name.

    Example:
        >>> slots = Slots(["hou-2020", "sun-w-2016"], ["Conclusion"], [])
        >>> [n.meant[0] for n in slots.find("Where do Hou et al. (2020) and Sun 2016 agree?")]
        ['https://w3id.org/irkg/source/hou-2020', 'https://w3id.org/irkg/source/sun-w-2016', '2020', '2016']
        >>> [n.meant[0] for n in slots.find("What does the conclusion say about reference four?")]
        ['4', 'Conclusion']
        >>> slots = Slots(["tang-18-992", "hou-2020"], [], [], {"tang-18-992": "Tang H", "hou-2020": "Hou A"})
        >>> [n.meant[0].rpartition("/")[2] for n in slots.find("Where do Hou and Tang agree?")]
        ['tang-18-992', 'hou-2020']
        >>> from irkg.lexicon import shipped_lexicon
        >>> slots = Slots([], [], shipped_lexicon().relations.values())
        >>> [slots.find(t)[0].meant[0] for t in ("pairs where X kills Y", "x-resists-y", "uses of tailoredTo")]
        ['https://w3id.org/irkg/kills', 'https://w3id.org/irkg/resists', 'https://w3id.org/irkg/tailoredTo']
    """

    def __init__(
        self,
        sources: Collection[str],
        headings: Collection[str],
        relations: Iterable[Relation],
        authors: Mapping[str, str] | None = None,
    ) -> None:
        """Take the ids of the sources, the headings of their sections, the relations, and who wrote which source."""
        self._sources = [(_pattern(s), s) for s in sources]
        self._authors = _surnames(sources, authors or {})
        self._headings = {h.casefold(): h for h in headings}
        self._relations = list(relations)
        self._by_stem = {stem(r.name): r.iri for r in self._relations}
        self._by_name = {
            name.casefold(): r.iri for r in self._relations for name in (r.name, r.label, r.label.removeprefix("is "))
        }
        self._joined = {r.name: r.iri for r in self._relations if not r.name.islower()}

    def find(self, text: str, kinds: Sequence[Span] = ()) -> list[Named]:
        """Return what can fill a slot, sources first, then numbers, texts and relations.

        Args:
            text: The question.
            kinds: Where it names kinds: a heading that is a kind as well counts only where the question speaks of
                sections.
        """
        found = [(m[0], Span(*m.span())) for m in _TOKEN.finditer(text)]
        return [*self._source(text), *_number(found), *self._text(text, found, kinds), *self._relation(text, found)]

    def _source(self, text: str) -> Iterator[Named]:
        low = text.casefold()
        spans: list[Span] = []
        for pattern, source in self._sources:
            if source.partition("-")[0] in low:
                for match in pattern.finditer(text):
                    spans.append(Span(*match.span()))
                    yield Named(spans[-1], Sort.SOURCE, (v.SOURCE_NS + source,))
        for author, source in self._authors.items():
            written = rf"\b{re.escape(author)}\b(?:\s+et\s+al\b\.?)?"
            for match in re.finditer(written, text, re.IGNORECASE) if author in low else ():
                span = Span(*match.span())
                named = match.start() > 0 or " " in match[0] or _NAMED_FIRST.match(text, match.end())
                capital = match[0][0].isupper() or len(author) >= _PLAIN_SURNAME
                if capital and named and not any(span.overlaps(other) for other in spans):
                    spans.append(span)
                    yield Named(span, Sort.SOURCE, (v.SOURCE_NS + source,))

    def _text(self, text: str, found: Sequence[tuple[str, Span]], kinds: Sequence[Span]) -> Iterator[Named]:
        low = text.casefold()
        of_sections = any(_SECTION.intersection(canonical(token)) for token, _ in found)
        quoted = [Span(*m.span(1)) for m in _QUOTED.finditer(text)]
        for span in quoted:
            shown = span.of(text).strip()
            if of_sections or not self._headings or shown.casefold() in self._headings:
                yield Named(span, Sort.TEXT, (self._headings.get(shown.casefold(), shown),))
        for folded, heading in self._headings.items():
            for match in re.finditer(rf"\b{re.escape(folded)}\b", low) if folded in low else ():
                span = Span(*match.span())
                free = of_sections or not any(span.overlaps(kind) for kind in kinds)
                if free and not any(span.overlaps(other) for other in quoted):
                    yield Named(span, Sort.TEXT, (heading,))

    def _relation(self, text: str, found: Sequence[tuple[str, Span]]) -> Iterator[Named]:
        """Yield the relation that is quoted, written as in the ontology or between what stands for anything.

        Else yield the one that stands nearest to the word "relation", or beside "claims" or "use".
        """
        plain = next(self._plain_relation(text, found), None)
        if plain:
            yield plain
            return
        here = next((at for at, (token, _) in enumerate(found) if _RELATION in canonical(token)), None)
        if here is None:
            for (first, before), (second, behind) in pairwise(found):
                for token, span, beside in ((first, before, second), (second, behind, first)):
                    if token.casefold() in self._by_name and beside.casefold() in _BESIDE_RELATION:
                        yield Named(span, Sort.RELATION, (self._by_name[token.casefold()],))
                        return
            return
        for relation in self._relations:
            match_ = re.search(rf"\b{re.escape(relation.label)}\b", text) if " " in relation.label else None
            if match_:
                yield Named(Span(*match_.span()), Sort.RELATION, (relation.iri,))
                return
        named = [at for at, (token, _) in enumerate(found) if stem(token) in self._by_stem]
        if named:
            at = min(named, key=lambda f: (abs(f - here), f < here))
            yield Named(found[at][1], Sort.RELATION, (self._by_stem[stem(found[at][0])],))

    def _plain_relation(self, text: str, found: Sequence[tuple[str, Span]]) -> Iterator[Named]:
        for match in _QUOTED.finditer(text):
            if match[1].strip().casefold() in self._by_name:
                yield Named(Span(*match.span(1)), Sort.RELATION, (self._by_name[match[1].strip().casefold()],))
        for token, span in found:
            if token in self._joined:
                yield Named(span, Sort.RELATION, (self._joined[token],))
        for match in _ANYTHING.finditer(text):
            verb = match["verb"].removeprefix("is ")
            iri = self._by_name.get(verb) or (self._by_stem.get(stem(verb)) if " " not in verb else None)
            if iri:
                yield Named(Span(*match.span()), Sort.RELATION, (iri,))


def _number(found: Sequence[tuple[str, Span]]) -> Iterator[Named]:
    words_ = [("", Span(0, 0)), *found, ("", Span(0, 0))]
    for (before, _), (token, span), (behind, _) in zip(words_, words_[1:], words_[2:], strict=False):
        ordinal = _ORDINAL.fullmatch(token)
        near = _NUMBERED.intersection((*canonical(before), *canonical(behind), before.casefold()))
        if token.isdecimal():
            yield Named(span, Sort.NUMBER, (token,))
        elif near and ordinal:
            yield Named(span, Sort.NUMBER, (ordinal[1],))
        elif near and token.casefold() in _NUMBERS:
            yield Named(span, Sort.NUMBER, (_NUMBERS[token.casefold()],))


def _pattern(source: str) -> re.Pattern[str]:
    """Return how the id of a source is written: with its year in brackets, with "et al.", without an initial."""
    first, *others = source.split("-")
    parts = [f"(?:{re.escape(p)}{_BETWEEN})?" if len(p) == 1 else re.escape(p) + _BETWEEN for p in others]
    written = re.escape(first) + (_BETWEEN if others else "") + "".join(parts)
    return re.compile(rf"(?<![\w\-]){written.removesuffix(_BETWEEN)}(?![\w])", re.IGNORECASE)


def _surnames(sources: Collection[str], authors: Mapping[str, str]) -> dict[str, str]:
    """Return the surnames that stand for one source only, the longest first."""
    found: dict[str, set[str]] = {}
    for source in sources:
        match = _AUTHOR_AND_YEAR.fullmatch(source)
        written = _INITIALS.sub("", authors.get(source, "")) or (match[1].partition("-")[0] if match else "")
        if written:
            found.setdefault(written.casefold(), set()).add(source)
    return {name: found[name].pop() for name in sorted(found, key=len, reverse=True) if len(found[name]) == 1}
