"""What a document makes of the names in it: its abbreviations, what it names in full, what it coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from irkg.annotate.abbreviated import Abbreviations
from irkg.annotate.folding import fold
from irkg.annotate.matcher import Matcher, Mention, Reading, longest

_JOINED = re.compile(r",? (?:and|or) |, |/")


class Annotation(NamedTuple):
    """A term found in a text.

    Attributes:
        start: Where it starts; characters of the text, 0-based.
        end: Where the text goes on behind it.
        text: Its characters.
        term: The id of the term.
        label: The label of the term.
        name: The name of the ontology that it is a form of.
        scope: What the ontology says of that name: `label`, `exact`, `narrow`, `related`, `broad`.
        rule: How the form comes out of the name: one of `irkg.annotate.forms.RULES`.
    """

    start: int
    end: int
    text: str
    term: str
    label: str
    name: str
    scope: str
    rule: str


def annotate_text(text: str, matcher: Matcher) -> list[Annotation]:
    """Find the terms of an ontology in a text.

    Args:
        text: Any text; what it says of its abbreviations and names in full holds for the whole of it.
        matcher: The names of the ontology.

    Returns:
        The annotations in order; none overlaps another, the longest at each place.

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
    settled = ((m, _settled(m.readings, named, matcher)) for m in mentions)
    found = longest(Mention(m.start, m.end, (reading,)) for m, reading in settled if reading)
    terms = matcher.terminology.terms
    return [
        Annotation(m.start, m.end, text[m.start : m.end], r.term, terms[r.term].label, r.name, r.scope, r.rule)
        for m in _whole(found, text, matcher)
        for r in m.readings
    ]


def _settled(readings: tuple[Reading, ...], named: set[str], matcher: Matcher) -> Reading | None:
    """Return the one reading that holds in a document that names some terms in full, if there is one."""
    if len(readings) == 1:
        reading = readings[0]
        return reading if reading.alone or _has_company(reading, named, matcher) else None
    holding = [r for r in readings if r.term in named] or [r for r in readings if r.alone]
    if len(holding) > 1:
        ancestors = matcher.terminology.ancestors
        holding = [r for r in holding if all(r.term in ancestors(other.term) for other in holding)]
    return holding[0] if len(holding) == 1 else None


def _has_company(reading: Reading, named: set[str], matcher: Matcher) -> bool:
    """Return whether the document names the term of a doubtful reading in full, or for a bare noun what is above it."""
    if reading.term in named or reading.rule != "bare":
        return reading.term in named
    terms = matcher.terminology.terms
    above = terms[reading.term].parents
    return not named.isdisjoint(above) or any(not named.isdisjoint(terms[p].parents) for p in above if p in terms)


def _whole(found: list[Mention], text: str, matcher: Matcher) -> Iterator[Mention]:
    """Leave out what is only the first part of a name that a coordination shares: "rod" in "rod and cone cells"."""
    for at, mention in enumerate(found):
        behind = found[at + 1] if at + 1 < len(found) else None
        joint = _JOINED.match(text, mention.end) if behind else None
        if (
            behind is None
            or joint is None
            or joint.end() != behind.start
            or not _shares(mention, behind, text, matcher)
        ):
            yield mention


def _shares(mention: Mention, behind: Mention, text: str, matcher: Matcher) -> bool:
    first, words = text[mention.start : mention.end], text[behind.start : behind.end].split(" ")
    own = mention.readings[0].term
    return any(
        reading.term == own or own in matcher.terminology.ancestors(reading.term)
        for cut in range(1, len(words))
        for reading in matcher.lookup(f"{first} {' '.join(words[cut:])}")
    )
