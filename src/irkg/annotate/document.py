"""What a document makes of the names in it: its abbreviations, what it names in full, what it coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from irkg.annotate.abbreviated import Abbreviations
from irkg.annotate.apart import Apart, Settle, coordinated
from irkg.annotate.folding import fold
from irkg.annotate.matcher import Matcher, Mention, Reading, longest


class Annotation(NamedTuple):
    """A term found in a text.

    Attributes:
        start: Where it starts; characters of the text, 0-based.
        end: Where the text goes on behind it.
        text: Its characters; "..." stands between parts that stand apart.
        term: The id of the term.
        label: The label of the term.
        name: The name of the ontology that it is a form of.
        scope: What the ontology says of that name: `label`, `exact`, `narrow`, `related`, `broad`.
        rule: How the form comes out of the name: one of `irkg.annotate.forms.RULES`.
        pieces: Where its parts stand, if they stand apart; start and end are those of the whole stretch then.
    """

    start: int
    end: int
    text: str
    term: str
    label: str
    name: str
    scope: str
    rule: str
    pieces: tuple[tuple[int, int], ...] = ()


def annotate_text(text: str, matcher: Matcher, *, apart: bool = False) -> list[Annotation]:
    """Find the terms of an ontology in a text.

    Args:
        text: Any text; what it says of its abbreviations and names in full holds for the whole of it.
        matcher: The names of the ontology.
        apart: Whether names are wanted too whose parts stand apart, such as "T ... cells" in "T and B cells".

    Returns:
        The annotations in order. The longest at each place is taken, and none overlaps another, but that those whose
        parts stand apart share their noun with others.

    Example:
        >>> from irkg.annotate.terms import Name, Term, Terminology
        >>> stem = Term("CL:0002322", "embryonic stem cell", (Name("embryonic stem cell", "label"),))
        >>> text = "Embryonic stem cells (ESCs) are grown. ESC lines differ."
        >>> [(a.text, a.rule) for a in annotate_text(text, Matcher(Terminology.of([stem])))]
        [('Embryonic stem cells', 'written'), ('ESCs', 'abbreviation'), ('ESC', 'abbreviation')]
    """
    mentions = matcher.candidates(fold(text))
    short_forms = Abbreviations(text, matcher, mentions)
    if short_forms.defined:
        mentions = [m for m in mentions if text[m.start : m.end] not in short_forms.defined]
        mentions += short_forms.mentions()
    named = {m.readings[0].term for m in mentions if len(m.readings) == 1 and m.readings[0].full}
    settle = partial(_settled, named=named, matcher=matcher)
    found = longest(_all_settled(mentions, settle))
    members = list(coordinated(text, found, matcher, settle))
    written = list(_annotations(text, matcher, _without(found, members)))
    if not apart:
        return written
    members += short_forms.apart(settle)
    return sorted([*written, *(_annotation(text, matcher, (m.first, m.noun), m.reading) for m in members)])


def _all_settled(mentions: Sequence[Mention], settle: Settle) -> Iterator[Mention]:
    """Yield the mentions that have one reading in a document, with that alone."""
    known: dict[int, Reading | None] = {}  # by the identity of the readings, which the mentions keep alive
    for mention in mentions:
        readings = mention.readings
        if len(readings) == 1 and readings[0].alone:
            yield mention
            continue
        if id(readings) not in known:
            known[id(readings)] = settle(readings)
        if reading := known[id(readings)]:
            yield mention if len(readings) == 1 else Mention(mention.start, mention.end, (reading,))


def _annotations(text: str, matcher: Matcher, found: Iterable[Mention]) -> Iterator[Annotation]:
    terms = matcher.terminology.terms
    for start, end, readings in found:
        r = readings[0]
        said = (start, end, text[start:end], r.term, terms[r.term].label, r.name, r.scope, r.rule, ())
        yield tuple.__new__(Annotation, said)  # without the check of the arguments, which takes as long as the rest


def _annotation(text: str, matcher: Matcher, pieces: tuple[tuple[int, int], ...], reading: Reading) -> Annotation:
    start, end = pieces[0][0], pieces[-1][1]
    surface = text[start:end] if len(pieces) == 1 else " ... ".join(text[a:b] for a, b in pieces)
    label = matcher.terminology.terms[reading.term].label
    parts = pieces if len(pieces) > 1 else ()
    return Annotation(start, end, surface, reading.term, label, reading.name, reading.scope, reading.rule, parts)


def _without(found: list[Mention], members: Iterable[Apart]) -> list[Mention]:
    """Leave out what is only the first part of a name that shares a noun: "rod" in "rod and cone cells"."""
    taken = {place for m in members for place in range(*m.first)}
    return [m for m in found if m.start not in taken and m.end - 1 not in taken] if taken else found


def _settled(readings: tuple[Reading, ...], *, named: set[str], matcher: Matcher) -> Reading | None:
    """Return the one reading that holds in a document that names some terms in full, if there is one."""
    if len(readings) == 1:
        reading = readings[0]
        return reading if reading.alone or _has_company(reading, named, matcher) else None
    holding = [r for r in readings if r.term in named] or [r for r in readings if r.alone]
    if len(holding) > 1:
        holding = [r for r in holding if all(r.term in matcher.above(other.term) for other in holding)]
    return holding[0] if len(holding) == 1 else None


def _has_company(reading: Reading, named: set[str], matcher: Matcher) -> bool:
    """Return whether the document names the term of a doubtful reading in full, or for a bare noun what is above it."""
    if reading.term in named or reading.rule != "bare":
        return reading.term in named
    terms = matcher.terminology.terms
    above = terms[reading.term].parents
    return not named.isdisjoint(above) or any(not named.isdisjoint(terms[p].parents) for p in above if p in terms)
