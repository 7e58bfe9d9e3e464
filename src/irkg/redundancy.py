"""What an ontology says twice: superclasses and types that follow from what else it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from irkg.axioms import take_apart
from irkg.vocab import OWL, RDF_TYPE, SUBCLASS_OF


@dataclass(frozen=True, slots=True, order=True)
class Redundant:
    """A superclass or type that need not be written down.

    Attributes:
        subject: IRI of the class or individual.
        superclass: IRI of the class that is written down above it.
        through: IRI of a class between the two from which it follows.
        typed: Whether it is the type of an individual.
    """

    subject: str
    superclass: str
    through: str
    typed: bool = False


def redundant(triples: Iterable[ox.Triple]) -> list[Redundant]:
    """Find superclasses and types that follow along the hierarchy that is written down.

    What follows only by reasoning on restrictions is not looked for, and classes that are above each other are left
    alone: of these, none is the one too many.

    Args:
        triples: The ontology; what defines a class by a conjunction puts it below each named conjunct.

    Returns:
        Sorted by subject and superclass.

    Example:
        >>> a, b, c = (ox.NamedNode(f"urn:{n}") for n in "abc")
        >>> up = ox.NamedNode(SUBCLASS_OF)
        >>> found = redundant([ox.Triple(a, up, b), ox.Triple(b, up, c), ox.Triple(a, up, c)])
        >>> [(r.superclass, r.through) for r in found]
        [('urn:c', 'urn:b')]
    """
    triples = list(triples)
    written = {SUBCLASS_OF: _named(triples, SUBCLASS_OF), RDF_TYPE: _named(triples, RDF_TYPE)}
    types: dict[str, set[str]] = defaultdict(set)
    for individual, kind in written[RDF_TYPE]:
        types[individual].add(kind)
    above = _hierarchy(triples)
    reached = {low: _reach(low, above) for low in above}

    def between(beside: Collection[str], low: str, high: str) -> str | None:
        strictly = (c for c in sorted(beside) if c not in (low, high) and high in reached.get(c, ()))
        return next((c for c in strictly if not {low, c} & reached.get(high, set()) and low not in reached[c]), None)

    found = []
    for predicate, pairs in written.items():
        for low, high in pairs:
            typed = predicate == RDF_TYPE
            beside = types[low] if typed else above.get(low, set())
            through = between(beside, low, high)
            if through is not None:
                found.append(Redundant(low, high, through, typed))
    return sorted(found)


def _named(triples: Iterable[ox.Triple], predicate: str) -> list[tuple[str, str]]:
    return [
        (t.subject.value, t.object.value)
        for t in triples
        if t.predicate.value == predicate
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.NamedNode)
        and not t.object.value.startswith(OWL)
    ]


def _hierarchy(triples: Iterable[ox.Triple]) -> dict[str, set[str]]:
    above: dict[str, set[str]] = defaultdict(set)
    for low, high in _named((a.triples[0] for a in take_apart(triples).axioms), SUBCLASS_OF):
        above[low].add(high)
    return above


def _reach(start: str, above: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for high in above.get(waiting.pop(), set()) - seen:
            seen.add(high)
            waiting.append(high)
    return seen
