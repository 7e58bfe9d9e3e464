"""What in a question can fill a slot and is no kind: sources, numbers, headings, quoted texts and relations."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from irkg import vocab as v
from irkg.lexicon import Relation
from irkg.model import Sort, Span
from irkg.wording import canonical, stem

_TOKEN = re.compile(r"\w[\w\-]*")
_QUOTED = re.compile(r"(?<!\w)[\"“„‘']([^\"“”„‘’']{2,200})[\"”“’']")
_AUTHOR_AND_YEAR = re.compile(r"([a-z]{3,}(?:-[a-z]+)?)-(?:19|20)\d\d")
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
_SECTION = frozenset(word for name in ("section", "part", "under", "paragraph") for word in canonical(name))
_BESIDE_RELATION = frozenset(
    "claim claims statement statements triple triples edge edges type use uses using used verb with called "
    "named".split()
)
# What stands for anything at all on both sides of a relation: "X kills Y", "one thing binds another".
_ANYTHING = re.compile(
    r"\b(?:[XA]|(?i:something|one(?: thing)?|who|what))[\s\-]+(?P<verb>[a-z]+(?: [a-z]+){0,3}?)"
    r"[\s\-]+(?:[YB]|(?i:something|another|whom|what))\b(?![\-/])"
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
        >>> from irkg.lexicon import shipped_lexicon
        >>> slots = Slots([], [], shipped_lexicon().relations.values())
        >>> [slots.find(t)[0].meant[0] for t in ("pairs where X kills Y", "statements built on tailoredTo")]
        ['https://w3id.org/irkg/kills', 'https://w3id.org/irkg/tailoredTo']
    """

    def __init__(self, sources: Collection[str], headings: Collection[str], relations: Iterable[Relation]) -> None:
        """Take the ids of the sources, the headings of their sections, and the relations."""
        self._sources = [(_pattern(s), s) for s in sources]
        self._authors = _authors(sources)
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
            written = rf"\b{author}\b(?:\s+et\s+al\b\.?)?"
            for match in re.finditer(written, text, re.IGNORECASE) if author in low else ():
                span = Span(*match.span())
                alone = match.start() > 0 or " " in match[0]
                if match[0][0].isupper() and alone and not any(span.overlaps(other) for other in spans):
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


def _authors(sources: Collection[str]) -> dict[str, str]:
    """Return the surnames that stand for one source only."""
    matches = [(m[1].partition("-")[0], s) for s in sources if (m := _AUTHOR_AND_YEAR.fullmatch(s))]
    surnames = [surname for surname, _ in matches]
    return {surname: source for surname, source in matches if surnames.count(surname) == 1}
