"""What follows by axioms on classes: the stated edges and the axioms that are needed for it, and no others."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property

import pyoxigraph as ox

from irkg import vocab as v
from irkg.axioms import Axiom, Declared, in_words, labels, take_apart
from irkg.edges import edge_triple
from irkg.justify import minimal
from irkg.materialise import Materialiser, Unsupported
from irkg.model import Triple
from irkg.witnesses import STATED, Derived, order

OWL_DL = "owl-dl"
_MOST_TRIED = 2000
_BUILT_IN = (v.OWL, v.RDF, v.RDFS)


class ClassProofs:
    """Derivations by axioms on classes, found on demand.

    Args:
        ontology: The ontology's triples, those on exemplars among them.
        edges: The edges that are stated.

    Example:
        >>> cell, treg, one = (ox.NamedNode(f"urn:{n}") for n in ("Cell", "Treg", "one"))
        >>> kind = ox.NamedNode(v.RDF_TYPE)
        >>> ontology = [ox.Triple(treg, ox.NamedNode(v.SUBCLASS_OF), cell), ox.Triple(one, kind, treg)]
        >>> [found] = ClassProofs(ontology, []).of(Triple("urn:one", v.RDF_TYPE, "urn:Cell"))
        >>> found.axioms
        ('urn:one Type urn:Treg', 'urn:Treg SubClassOf urn:Cell')
    """

    def __init__(self, ontology: Iterable[ox.Triple], edges: Iterable[Triple]) -> None:
        self._ontology = list(ontology)
        self._edges = {Axiom((edge_triple(e),), frozenset((e.subject, e.object))): e for e in sorted(edges, key=order)}
        self._there: set[Axiom] = set()

    @cached_property
    def _following(self) -> Materialiser:
        return Materialiser(self._ontology)

    @cached_property
    def _apart(self) -> Declared:
        return take_apart(self._ontology)

    @cached_property
    def _label(self) -> Callable[[str], str]:
        label = labels(self._ontology)
        return lambda iri: f"exemplar of {label(v.class_of(iri))}" if iri.startswith(v.KIND) else label(iri)

    def of(self, fact: Triple, most: int = 1, known: Iterable[Collection[Triple]] = ()) -> list[Derived]:
        """Find the smallest sets of stated edges from which something follows, each with a smallest set of axioms.

        The sets are found one after another as in Reiter 1987: each further one does without some edge of each before.

        Args:
            fact: An edge, or that an individual is of a class (by `rdf:type`).
            most: How many sets are wanted.
            known: Smallest sets of edges that it is known to follow from, which are not wanted once more.

        Returns:
            For each set one derivation in one step, the smallest sets first; none where it does not follow. The search
            ends after 2000 sets of edges to do without.

        Raises:
            Unsupported: The ontology says what irkg's own reasoner does not handle.
        """
        axiom_of = {edge: axiom for axiom, edge in self._edges.items()}
        found = [frozenset(axiom_of[edge] for edge in some) for some in known]
        start = len(found)
        waiting: deque[frozenset[Axiom]] = deque([frozenset()])
        seen = set(waiting)
        while waiting and len(found) - start < most:
            without = waiting.popleft()
            one = next((f for f in found if not f & without), None) or self._needed(fact, without)
            if one is None:
                continue
            if one not in found:
                found.append(one)
            further = [without | {edge} for edge in sorted(one, key=lambda a: order(self._edges[a]))]
            waiting += [f for f in further if f not in seen and len(seen) < _MOST_TRIED]
            seen.update(further)
        premises = sorted((sorted((self._edges[a] for a in one), key=order) for one in found[start:]), key=len)
        return [self._derived(fact, edges) for edges in premises]

    def definitions(self, iri: str) -> list[tuple[str, frozenset[str]]]:
        """Return what makes a thing one of a class by its definition, in words, each with the IRIs that it speaks of.

        Args:
            iri: IRI of the class.
        """
        found = []
        for axiom in self._apart.axioms:
            main = axiom.triples[0]
            is_definition = isinstance(main.subject, ox.BlankNode) and main.predicate.value == v.SUBCLASS_OF
            if is_definition and main.object == ox.NamedNode(iri):
                words = in_words(axiom, self._label).rpartition(" SubClassOf ")[0]
                found.append((words, axiom.names - {iri}))
        return sorted(found)

    def _needed(self, fact: Triple, without: Collection[Axiom]) -> frozenset[Axiom] | None:
        """Return a smallest set of edges, some left out, from which something follows; None where there is none."""
        if self._follows(fact, ()):
            return frozenset()
        edges = Declared((), tuple(a for a in self._edges if a not in without))
        for about in (fact.subject, ""):  # what is near suffices most of the time
            found = minimal(edges, about, lambda some: self._follows(fact, some))
            if self._follows(fact, found):
                return frozenset(found)
        return None

    def _follows(self, fact: Triple, edges: Iterable[Axiom]) -> bool:
        wanted = set(edges)
        self._following.remove(self._edges[a] for a in self._there - wanted)
        self._following.add(self._edges[a] for a in wanted - self._there)
        self._there = wanted
        return self._following.follows(fact)

    def _derived(self, fact: Triple, premises: Sequence[Triple]) -> Derived:
        leaves = tuple(Derived(p, STATED) for p in premises)
        axioms = self.axioms(fact, premises)
        return Derived(fact, OWL_DL, leaves, tuple(in_words(a, self._label) for a in axioms))

    def axioms(self, fact: Triple, premises: Sequence[Triple]) -> list[Axiom]:
        """Return a smallest set of axioms by which something follows from edges.

        Args:
            fact: What follows from the edges and the ontology.
            premises: The edges.

        Returns:
            The axioms, those that are nearest to the subject first.
        """
        given = [edge_triple(p) for p in premises]
        start = {fact.subject, *(name for p in premises for name in (p.subject, p.predicate, p.object))}

        def sorted_by_words(axioms: Iterable[Axiom]) -> list[Axiom]:
            # The order of an ontology's triples is no one's choice: by words, the same is found each time.
            return sorted(axioms, key=lambda a: in_words(a, self._label))

        near = [a for layer in reachable(self._apart.axioms, start) for a in sorted_by_words(layer)]
        if not _follows_from(self._apart, near, given, fact):
            near = sorted_by_words(self._apart.axioms)
        names = start.union({fact.predicate, fact.object}, *(a.names for a in near))
        declared = [d for d in self._apart.declarations if getattr(d.subject, "value", "") in names]
        small = Declared(tuple(declared), tuple(near))
        return minimal(small, "", lambda some: _follows_from(small, some, given, fact))


def _follows_from(ontology: Declared, axioms: Iterable[Axiom], given: list[ox.Triple], fact: Triple) -> bool:
    try:
        return Materialiser([*ontology.triples(axioms), *given]).follows(fact)
    except Unsupported:
        return False  # a part that is not handled proves nothing


def reachable(axioms: Iterable[Axiom], names: Iterable[str]) -> list[list[Axiom]]:
    """Return the axioms that can matter for what is known of some names (Suntisrivaraporn 2008, reachability modules).

    An inclusion matters only where all that its subclass speaks of can be reached; any other axiom where something
    that it speaks of can.

    Args:
        axioms: The axioms of an ontology.
        names: IRIs to start from.

    Returns:
        Those axioms in layers, the nearest first.

    Example:
        >>> a, b, c = (ox.NamedNode(f"urn:{n}") for n in "abc")
        >>> sub = ox.NamedNode(v.SUBCLASS_OF)
        >>> apart = take_apart([ox.Triple(b, sub, c), ox.Triple(a, sub, b), ox.Triple(c, sub, b)])
        >>> [len(layer) for layer in reachable(apart.axioms, ["urn:a"])]
        [1, 1, 1]
    """
    waiting = [(axiom, *_needs(axiom)) for axiom in axioms]
    reached = set(names)
    layers: list[list[Axiom]] = []
    while True:
        layer = [axiom for axiom, needed, every in waiting if (all if every else any)(n in reached for n in needed)]
        if not layer:
            return layers
        layers.append(layer)
        found = set(layer)
        waiting = [w for w in waiting if w[0] not in found]
        reached.update(*(axiom.names for axiom in layer))


def _needs(axiom: Axiom) -> tuple[frozenset[str], bool]:
    """Return the names that have to be reached for an axiom to matter, and whether it takes all of them."""
    main = axiom.triples[0]
    if main.predicate.value == v.RDF_TYPE and isinstance(main.subject, ox.NamedNode):
        return frozenset([main.subject.value]), True
    if main.predicate.value != v.SUBCLASS_OF:
        return axiom.names, False
    said: set[str] = set()
    stack = [main.subject]
    names: set[str] = set()
    while stack:
        term = stack.pop()
        if isinstance(term, ox.NamedNode):
            names.add(term.value)
        elif isinstance(term, ox.BlankNode):
            here = [t for t in axiom.triples if t.subject == term and t != main]
            said.update(t.predicate.value for t in here)
            stack += [t.object for t in here]  # type: ignore[misc]
    choice = not said.isdisjoint(v.OWL + n for n in ("unionOf", "oneOf", "complementOf", "allValuesFrom"))
    names = {n for n in names if not n.startswith(_BUILT_IN)}
    return frozenset(names), not (choice and names)
