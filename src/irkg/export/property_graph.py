"""A knowledge graph as nodes and edges with properties: kinds, and what is stated or follows about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from irkg import vocab as v
from irkg.edges import stating_in
from irkg.model import ReviewStatus, Strength, Support, Triple, digest

_UNREVIEWED = "unreviewed"
_ONTOLOGY = ox.NamedNode(v.GRAPH_ONTOLOGY)


@dataclass(frozen=True, slots=True)
class Node:
    """A kind.

    Attributes:
        iri: IRI of its class.
        id: CURIE of its class.
        label: What answers call it.
        definition: What it is, in words; empty where the ontology does not say.
        synonyms: Its other exact names, sorted.
        branches: IRIs of the branches (the classes right under `irkg:DomainEntity`) that it stands in, sorted.
        ancestors: IRIs of all classes that it is under, itself first, the others sorted.
    """

    iri: str
    id: str
    label: str
    definition: str
    synonyms: tuple[str, ...]
    branches: tuple[str, ...]
    ancestors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """What is stated or follows about two kinds.

    Attributes:
        id: Sixteen hexadecimal digits that name it in every export.
        subject: IRI of the class of its subject.
        predicate: IRI of the relation.
        object: IRI of the class of its object.
        relation: Name of the relation (`recruits`).
        support: `stated` or `entailed`; what is both is stated.
        strength: The strength of its best ground (accepted before unreviewed, then the strongest); a derivation is as
            strong as the weakest of its claims. Empty where it follows from the ontology alone.
        review: Whether a curator has accepted that same ground: `accepted` or `unreviewed`, empty as above.
        by_hand: Whether that same ground was written by a curator and not extracted by a rule.
        rules: How it follows, for an entailed edge.
        claims: CURIEs of the claims that it rests on, sorted.
        sources: Ids of their sources, sorted.
        evidence: Where they stand (`eran-2023:1212-1412`), sorted.
        publications: Identifiers of the sources (`doi:…`), sorted.
    """

    id: str
    subject: str
    predicate: str
    object: str
    relation: str
    support: Support
    strength: str
    review: str
    by_hand: bool
    rules: tuple[str, ...]
    claims: tuple[str, ...]
    sources: tuple[str, ...]
    evidence: tuple[str, ...]
    publications: tuple[str, ...]


class Ontology:
    """The classes and relations of a knowledge graph, as its ontology graph and what is entailed describe them."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self._above: dict[str, set[str]] = defaultdict(set)
        for graph in (v.GRAPH_ONTOLOGY, v.GRAPH_ENTAILED):
            for q in store.quads_for_pattern(None, ox.NamedNode(v.SUBCLASS_OF), None, ox.NamedNode(graph)):
                if isinstance(q.subject, ox.NamedNode) and isinstance(q.object, ox.NamedNode):
                    self._above[q.subject.value].add(q.object.value)

    def values(self, iri: str, predicate: str, graph: ox.NamedNode | None = _ONTOLOGY) -> list[str]:
        """Return the literals and IRIs that something has for a property, sorted; blank nodes are passed over."""
        found = self.store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(predicate), None, graph)
        return sorted({q.object.value for q in found if isinstance(q.object, ox.Literal | ox.NamedNode)})

    def first(self, iri: str, *predicates: str, graph: ox.NamedNode | None = _ONTOLOGY) -> str:
        """Return the first value of the first of the properties that something has, or an empty text."""
        return next((found[0] for p in predicates if (found := self.values(iri, p, graph))), "")

    def label(self, iri: str) -> str:
        """Return what answers call a class or relation; its CURIE where it has no name."""
        return self.first(iri, v.DISPLAY_NAME, v.LABEL) or v.contract(iri)

    def ancestors(self, iri: str) -> list[str]:
        """Return the named classes that a class is under, itself first, the others sorted."""
        found, stack = {iri}, [iri]
        while stack:
            for above in self._above.get(stack.pop(), ()):
                if above not in found:
                    found.add(above)
                    stack.append(above)
        return [iri, *sorted(found - {iri})]

    def branches(self, iri: str) -> list[str]:
        """Return the classes right under `irkg:DomainEntity` that a class is or is under, sorted."""
        asserted = ox.NamedNode(v.SUBCLASS_OF), ox.NamedNode(v.DOMAIN_ENTITY), _ONTOLOGY
        tops = {iri_of(q.subject) for q in self.store.quads_for_pattern(None, *asserted)}
        return [c for c in sorted(self.ancestors(iri)) if c in tops]


def iri_of(term: object) -> str:
    """Return the IRI of a term, or an empty text where it is a literal or a blank node."""
    return term.value if isinstance(term, ox.NamedNode) else ""


def nodes(store: ox.Store) -> Iterator[Node]:
    """Yield the kinds of a knowledge graph, sorted by IRI.

    Args:
        store: The dataset.
    """
    ontology = Ontology(store)
    pairs = store.quads_for_pattern(None, ox.NamedNode(v.EXEMPLAR_OF), None, _ONTOLOGY)
    for iri in sorted({iri_of(q.object) for q in pairs}):
        yield Node(
            iri,
            v.contract(iri),
            ontology.label(iri),
            ontology.first(iri, v.DEFINITION),
            tuple(ontology.values(iri, v.EXACT_SYNONYM)),
            tuple(ontology.branches(iri)),
            tuple(ontology.ancestors(iri)),
        )


def edges(store: ox.Store) -> Iterator[Edge]:
    """Yield the stated and entailed edges between kinds, sorted by subject, predicate, object; never a candidate.

    Args:
        store: The dataset.
    """
    grounds = _Grounds(store)
    stated = set(_between_kinds(store, v.GRAPH_EDGES))
    entailed = set(_between_kinds(store, v.GRAPH_ENTAILED)) - stated
    for triple in sorted(stated | entailed, key=lambda t: (t.subject, t.predicate, t.object)):
        yield grounds.edge(triple, Support.STATED if triple in stated else Support.ENTAILED)


def _between_kinds(store: ox.Store, graph: str) -> Iterator[Triple]:
    for q in store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
        edge = Triple(iri_of(q.subject), q.predicate.value, iri_of(q.object))
        if edge.subject.startswith(v.KIND) and edge.object.startswith(v.KIND):
            yield edge


class _Grounds:
    """What edges rest on: each ground is a set of claims, one claim for a stated edge."""

    def __init__(self, store: ox.Store) -> None:
        self._ontology = Ontology(store)
        self._stating: dict[Triple, list[tuple[str, ...]]] = defaultdict(list)
        for claim, edge in stating_in(store):
            self._stating[edge].append((claim,))
        self._premises = _links(store, v.PREMISE)
        self._derivations = _derivations(store)

    def edge(self, triple: Triple, support: Support) -> Edge:
        """Return an edge with all that it rests on."""
        derived = self._derivations.get(triple, []) if support is Support.ENTAILED else []
        found = [self._claims_under(d) for d in derived] or self._stating.get(triple, [])
        # What follows from the ontology alone has no claims, and nobody's strength.
        best, ground = min(((self._worth(g), g) for g in found if g), default=(None, ()))
        claims = sorted({claim for ground in found for claim in ground})
        sources = sorted({s for c in claims for s in self._of(c, v.HAS_SOURCE)})
        return Edge(
            digest("\n".join((triple.subject, triple.predicate, triple.object)))[:16],
            v.class_of(triple.subject),
            triple.predicate,
            v.class_of(triple.object),
            relation_name(self._ontology, triple.predicate),
            support,
            list(Strength)[best[1]].value if best else "",
            (_UNREVIEWED if best[0] else ReviewStatus.ACCEPTED.value) if best else "",
            bool(ground) and not any(self._of(c, v.RULE) for c in ground),
            tuple(sorted({self._ontology.first(d, v.RULE, graph=None) for d in derived})),
            tuple(map(v.contract, claims)),
            tuple(sorted({self._name(s, v.SOURCE_NS) for s in sources})),
            tuple(sorted({self._name(e, v.EVIDENCE_NS) for c in claims for e in self._of(c, v.HAS_EVIDENCE)})),
            tuple(sorted({i for s in sources for i in self._of(s, v.DCTERMS + "identifier")})),
        )

    def _of(self, iri: str, predicate: str) -> list[str]:
        return self._ontology.values(iri, predicate, None)

    def _name(self, iri: str, namespace: str) -> str:
        return self._ontology.first(iri, v.LABEL, graph=None) or iri.removeprefix(namespace)

    def _worth(self, ground: Iterable[str]) -> tuple[bool, int]:
        """Return a ground's place, best first: accepted before unreviewed, then by its weakest claim."""
        order = list(Strength)
        strengths = [self._ontology.first(c, v.HAS_STRENGTH, graph=None).removeprefix(v.IRKG) for c in ground]
        accepted = all(self._of(c, v.HAS_REVIEW) == [v.IRKG + ReviewStatus.ACCEPTED] for c in ground)
        return not accepted, max(order.index(Strength(s)) for s in strengths)

    def _claims_under(self, derivation: str) -> tuple[str, ...]:
        """Return the claims that a derivation comes down to."""
        found, seen, stack = set(), {derivation}, [derivation]
        while stack:
            for premise in self._premises.get(stack.pop(), ()):
                if premise.startswith(v.CLAIM_NS):
                    found.add(premise)
                elif premise not in seen:
                    seen.add(premise)
                    stack.append(premise)
        return tuple(sorted(found))


def _links(store: ox.Store, predicate: str) -> dict[str, list[str]]:
    """Return what derivations point to by a property."""
    found: dict[str, list[str]] = defaultdict(list)
    for q in store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.NamedNode(v.GRAPH_DERIVATIONS)):
        found[iri_of(q.subject)].append(iri_of(q.object))
    return found


def _derivations(store: ox.Store) -> dict[Triple, list[str]]:
    """Return the derivations of each entailed edge."""
    subjects, predicates, objects = (_links(store, p) for p in (v.SUBJECT, v.PREDICATE, v.OBJECT))
    found: dict[Triple, list[str]] = defaultdict(list)
    for derivation, of in subjects.items():
        found[Triple(of[0], predicates[derivation][0], objects[derivation][0])].append(derivation)
    return found


def relation_name(ontology: Ontology, iri: str) -> str:
    """Return the name that claims and answers call a relation by."""
    return ontology.first(iri, v.RELATION_NAME) or iri.removeprefix(v.IRKG)
