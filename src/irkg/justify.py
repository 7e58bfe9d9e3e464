"""Why an ontology is at fault: a smallest set of axioms from which the fault follows already."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from irkg.axioms import Axiom, Declared, in_words, labels, take_apart
from irkg.errors import IrkgError
from irkg.model import Reasoning
from irkg.reasoners import entailments


@dataclass(frozen=True, slots=True)
class Justification:
    """Axioms that bring a fault about, none of which can be left out.

    Attributes:
        about: IRI of the class that can have no member; empty where the ontology has no model.
        axioms: The axioms in words, in the order of the ontology.
    """

    about: str
    axioms: tuple[str, ...]


def justifications(triples: Iterable[ox.Triple], faults: Reasoning, reasoner: str = "auto") -> list[Justification]:
    """Tell of each fault of an ontology why it is there.

    One justification is found for each fault, there may be more. A set of axioms is grown from those that speak of
    the class and what they speak of, until the fault follows; then it is halved as QuickXplain does (Junker 2004).

    Args:
        triples: The ontology.
        faults: What a reasoner said of it.
        reasoner: One of `irkg.reasoners.REASONERS`.

    Returns:
        One for each unsatisfiable class, sorted by IRI, or a single one where there is no model; none without faults.

    Example:
        >>> a, b, c = (ox.NamedNode(f"https://w3id.org/irkg/{n}") for n in ("A", "B", "C"))
        >>> sub = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#subClassOf")
        >>> apart = ox.NamedNode("http://www.w3.org/2002/07/owl#disjointWith")
        >>> ontology = [ox.Triple(a, sub, b), ox.Triple(a, sub, c), ox.Triple(b, apart, c)]
        >>> justifications(ontology, entailments(ontology))[0].axioms
        ('irkg:A SubClassOf irkg:B', 'irkg:A SubClassOf irkg:C', 'irkg:B DisjointWith irkg:C')
    """
    triples = list(triples)
    if faults.consistent and not faults.unsatisfiable:
        return []
    ontology, label = take_apart(triples), labels(triples)

    def told(about: str, fault: Callable[[Reasoning], bool]) -> Justification:
        found = minimal(ontology, about, lambda axioms: _has(fault, ontology.triples(axioms), reasoner))
        return Justification(about, tuple(in_words(a, label) for a in found))

    if not faults.consistent:
        return [told("", lambda r: not r.consistent)]
    return [told(iri, lambda r, iri=iri: not r.consistent or iri in r.unsatisfiable) for iri in faults.unsatisfiable]  # type: ignore[misc]


def _has(fault: Callable[[Reasoning], bool], triples: list[ox.Triple], reasoner: str) -> bool:
    try:
        return fault(entailments(triples, reasoner))
    except IrkgError:
        return False  # a part that no reasoner takes proves nothing


def minimal(ontology: Declared, about: str, follows: Callable[[Sequence[Axiom]], bool]) -> list[Axiom]:
    """Return a smallest set of axioms from which something follows, none of which can be left out.

    Args:
        ontology: The axioms that it follows from.
        about: The IRI to start from; empty to start from all axioms.
        follows: Whether it follows from some of the axioms; more axioms never undo it.

    Returns:
        The axioms in the order of the ontology; all of them where it follows from no part that can be told apart.
    """
    start = _grown(ontology.axioms, about, follows) if about else list(ontology.axioms)
    if not follows(start):
        return start
    found = set(_quick_xplain([], start, follows, known=False))
    return [a for a in start if a in found]


def _grown(axioms: Sequence[Axiom], about: str, follows: Callable[[Sequence[Axiom]], bool]) -> list[Axiom]:
    names, size = {about}, 0
    while True:
        near = [a for a in axioms if a.names & names]
        if len(near) == size or follows(near):
            return near
        size = len(near)
        names = names.union(*(a.names for a in near))


def _quick_xplain(
    given: list[Axiom], rest: list[Axiom], follows: Callable[[Sequence[Axiom]], bool], *, known: bool
) -> list[Axiom]:
    """Return which of `rest` are needed beside `given`; `known` where `given` alone may suffice by now."""
    if known and follows(given):
        return []
    if len(rest) == 1:
        return rest
    half = len(rest) // 2
    first, second = rest[:half], rest[half:]
    of_second = _quick_xplain([*given, *first], second, follows, known=True)
    of_first = _quick_xplain([*given, *of_second], first, follows, known=bool(of_second))
    return [*of_first, *of_second]
