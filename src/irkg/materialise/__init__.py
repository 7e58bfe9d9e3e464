"""The entailments of an ontology, found in this process without a Java machine.

Complete for Horn ontologies of the kind that irkg's own is; any other is refused with the construct that is not
handled, so that HermiT can be run in its place. `docs/reasoning.md` lists what is handled.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from irkg.materialise.axioms import BOTTOM, Axioms
from irkg.materialise.closure import Closure, Edge
from irkg.materialise.roles import Unsupported
from irkg.materialise.saturation import Saturation, Thing
from irkg.materialise.triples import is_nameless
from irkg.model import Reasoning, Triple
from irkg.reason import check_declared
from irkg.vocab import OWL, RDF_TYPE, SUBCLASS_OF

__all__ = ["Materialiser", "Unsupported", "materialise"]


def materialise(quads: Iterable[ox.Triple | ox.Quad]) -> Reasoning:
    """Classify an ontology and realise its individuals, by the direct semantics of OWL 2 DL.

    Args:
        quads: The triples of one ontology, individuals included; names of graphs are ignored.

    Returns:
        What `irkg.reason.reason` returns.

    Raises:
        Unsupported: The ontology says what is not handled completely.
        IrkgError: A property is not declared.

    Example:
        >>> p, a, b = (ox.NamedNode(f"urn:{name}") for name in "pab")
        >>> kind = ox.NamedNode(RDF_TYPE)
        >>> axioms = [ox.Triple(p, kind, ox.NamedNode(OWL + name)) for name in ("ObjectProperty", "SymmetricProperty")]
        >>> materialise([*axioms, ox.Triple(a, p, b)]).edges
        (Triple(subject='urn:b', predicate='urn:p', object='urn:a'),)
    """
    return Materialiser(quads).reasoning()


class Materialiser:
    """The entailments of an ontology, kept up to date as edges between its individuals come and go.

    Args:
        quads: The triples of one ontology, individuals included; names of graphs are ignored.

    Raises:
        Unsupported: The ontology says what is not handled completely.
        IrkgError: A property is not declared.

    Example:
        >>> p, q = (ox.NamedNode(f"urn:{name}") for name in "pq")
        >>> kind = ox.NamedNode(RDF_TYPE)
        >>> axioms = [ox.Triple(r, kind, ox.NamedNode(OWL + "ObjectProperty")) for r in (p, q)]
        >>> following = Materialiser([*axioms, ox.Triple(p, ox.NamedNode(OWL + "inverseOf"), q)])
        >>> following.add([Triple("urn:a", "urn:p", "urn:b")])
        >>> following.reasoning().edges
        (Triple(subject='urn:b', predicate='urn:q', object='urn:a'),)
        >>> following.remove([Triple("urn:a", "urn:p", "urn:b")])
        >>> following.reasoning().edges
        ()
    """

    def __init__(self, quads: Iterable[ox.Triple | ox.Quad]) -> None:
        triples = {ox.Triple(q.subject, q.predicate, q.object) for q in quads}
        check_declared(triples)
        self._axioms = Axioms(triples)
        self._written = {
            (t.subject.value, t.predicate.value, t.object.value)
            for t in triples
            if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
        }
        iris = sorted(self._axioms.properties, key=self._axioms.properties.__getitem__)
        self._properties = iris
        self._given = {(s, iris[role // 2], o) for s, role, o in self._axioms.edges}
        self._begin()

    def _begin(self) -> None:
        self._saturation = Saturation(self._axioms)
        self._closure = Closure(self._axioms.box)
        self._valued: set[Edge] = set()
        edges = [self._edge(edge) for edge in self._given]
        for edge in edges:
            self._saturation.link(*edge)
        self._closure.add(edges)
        self._follow()

    def _edge(self, triple: tuple[str, str, str]) -> Edge:
        subject, prop, target = triple
        return subject, self._axioms.box.name[2 * self._axioms.properties[prop]], target

    def _follow(self) -> None:
        self._saturation.run()
        values = self._saturation.values
        self._closure.add(values - self._valued)
        self._closure.remove(self._valued - values)
        self._valued = set(values)

    def add(self, edges: Iterable[Triple]) -> None:
        """Add edges between individuals, and what follows from them.

        Args:
            edges: The edges, by properties that the ontology declares; those that are there change nothing.

        Raises:
            IrkgError: A property is not declared as one between individuals.
        """
        wanted = {(e.subject, e.predicate, e.object) for e in edges}
        unknown = sorted({p for _, p, _ in wanted} - set(self._properties))
        if unknown:
            raise Unsupported(f"an edge by <{unknown[0]}>, which is no object property of the ontology")
        new = wanted - self._given
        self._given |= new
        self._written |= new
        found = [self._edge(edge) for edge in new]
        for edge in found:
            self._saturation.link(*edge)
        self._closure.add(found)
        self._follow()

    def remove(self, edges: Iterable[Triple]) -> None:
        """Remove edges between individuals, and what no longer follows; the individuals stay.

        Args:
            edges: The edges; those that are not there change nothing.
        """
        gone = {(e.subject, e.predicate, e.object) for e in edges} & self._given
        if not gone:
            return
        self._given -= gone
        self._written -= gone
        lost = [self._edge(edge) for edge in gone]
        self._closure.remove(lost)
        if self._saturation.unlink(lost, self._is_given):
            self._follow()
        else:
            self._begin()

    def _is_given(self, edge: Edge) -> bool:
        return any(triple in self._given for triple in self._triples(edge))

    def _triples(self, edge: Edge) -> Iterator[tuple[str, str, str]]:
        """Yield what an edge says by each of the properties that its role stands for."""
        subject, role, target = edge
        for member in self._axioms.box.members[role]:
            prop = self._properties[member // 2]
            yield (target, prop, subject) if member % 2 else (subject, prop, target)

    def follows(self, fact: Triple) -> bool:
        """Whether an edge, or a class of an individual (by `rdf:type`), follows from what is there or is written in it.

        Args:
            fact: The edge or membership; from what is inconsistent nothing else is said to follow.
        """
        if fact.predicate == RDF_TYPE:
            concept, thing = self._axioms.classes.get(fact.object), self._saturation.things.get(fact.subject)
            return thing is not None and concept in thing.concepts
        if fact.predicate not in self._axioms.properties:
            return False
        return self._edge((fact.subject, fact.predicate, fact.object)) in self._closure

    def reasoning(self) -> Reasoning:
        """Return what follows from the ontology and the edges that are there.

        Raises:
            Unsupported: What follows depends on whether some class has members.
        """
        self._saturation.check_values()
        if not self._saturation.consistent:
            return Reasoning(consistent=False)
        names = {concept: iri for iri, concept in self._axioms.classes.items() if not iri.startswith(OWL)}
        classes = self._saturation.classes
        impossible = {iri for iri, thing in classes.items() if BOTTOM in thing.concepts}
        subclasses = [
            (low, names[c])
            for low, thing in classes.items()
            if low not in impossible and not low.startswith(OWL)
            for c in thing.concepts
            if c in names
        ]
        types = [(name, names[c]) for name, thing in self._named() for c in thing.concepts if c in names]
        return Reasoning(
            consistent=True,
            unsatisfiable=tuple(sorted(impossible - {OWL + "Nothing"})),
            subclasses=tuple(sorted((a, b) for a, b in subclasses if self._is_news(a, SUBCLASS_OF, b))),
            types=tuple(sorted((a, b) for a, b in types if self._is_news(a, RDF_TYPE, b))),
            edges=tuple(Triple(*edge) for edge in sorted(self._edges() - self._written)),
        )

    def _named(self) -> list[tuple[str, Thing]]:
        return [(name, thing) for name, thing in self._saturation.things.items() if not is_nameless(name)]

    def _is_news(self, low: str, predicate: str, high: str) -> bool:
        return low != high and (low, predicate, high) not in self._written

    def _edges(self) -> set[tuple[str, str, str]]:
        return {
            triple
            for edge in self._closure.edges()
            if not is_nameless(edge[0]) and not is_nameless(edge[2])
            for triple in self._triples(edge)
        }
