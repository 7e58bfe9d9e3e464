"""What follows from claims: the edges that they state, what an OWL reasoner finds, and how each of those follows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import pyoxigraph as ox

from irkg import vocab as v
from irkg.derive import Derivation, derivations
from irkg.edges import edge_triple, stated_edges, stating
from irkg.errors import GraphError
from irkg.model import Reasoning, Triple, digest
from irkg.reasoners import entailments


def consequences(
    ontology: Collection[ox.Triple],
    claims: Collection[ox.Quad],
    reasoner: str = "auto",
    report: Callable[[str], None] = lambda _: None,
) -> list[ox.Quad]:
    """Find all that follows from an ontology and claims.

    Args:
        ontology: The ontology's triples, those on exemplars among them.
        claims: The quads of claims' graphs, those of quarantined claims marked as such.
        reasoner: One of `irkg.reasoners.REASONERS`.
        report: Told where the reasoner is another one than irkg's.

    Returns:
        The graphs of stated edges, of what is entailed, and of derivations.

    Raises:
        GraphError: The ontology with the edges is inconsistent, or has a class that can have no member.
        IrkgError: The reasoner cannot take the ontology.

    Example:
        >>> consequences([], [])
        []
    """
    edges = stated_edges(claims)
    given = [*ontology, *map(edge_triple, edges)]
    followed = consistent(entailments(given, reasoner, report), "the ontology with the stated edges")
    derived = derivations(ontology, edges, followed.edges)
    return [
        *into(v.GRAPH_EDGES, map(edge_triple, edges)),
        *into(v.GRAPH_ENTAILED, _entailed(followed)),
        *into(v.GRAPH_DERIVATIONS, _derivation_triples(derived, claims)),
    ]


def consistent(result: Reasoning, what: str) -> Reasoning:
    """Return what a reasoner found, where no fault is among it.

    Args:
        result: What it found.
        what: Of what, for the message.

    Raises:
        GraphError: It is inconsistent, or has a class that can have no member.
    """
    if not result.consistent:
        raise GraphError(f"{what} is inconsistent", remedy="find out why with: irkg reason")
    if result.unsatisfiable:
        raise GraphError(f"{what} has a class that can have no member", iri=result.unsatisfiable[0])
    return result


def triple(subject: str, predicate: str, target: str) -> ox.Triple:
    """Return a triple of three IRIs."""
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def into(graph: str, triples: Iterable[ox.Triple]) -> list[ox.Quad]:
    """Return triples as quads of a graph."""
    name = ox.NamedNode(graph)
    return [ox.Quad(t.subject, t.predicate, t.object, name) for t in triples]


def _entailed(followed: Reasoning) -> list[ox.Triple]:
    return [
        *(triple(a, v.SUBCLASS_OF, b) for a, b in followed.subclasses),
        *(triple(a, v.RDF_TYPE, b) for a, b in followed.types),
        *(edge_triple(e) for e in followed.edges),
    ]


def _derivation_iri(derivation: Derivation) -> str:
    parts = (derivation.edge, *derivation.premises)
    text = "\n".join([derivation.rule, *(f"{t.subject} {t.predicate} {t.object}" for t in parts)])
    return f"{v.IRKG}derivation/{digest(text)[:16]}"


def _derivation_triples(derived: Sequence[Derivation], claims: Iterable[ox.Quad]) -> list[ox.Triple]:
    """Write derivations; their premises are the claims that state an edge and the derivations of entailed ones."""
    behind: dict[Triple, list[str]] = {}
    for claim, edge in stating(claims):
        behind.setdefault(edge, []).append(claim)
    for derivation in derived:
        behind.setdefault(derivation.edge, []).append(_derivation_iri(derivation))
    found: list[ox.Triple] = []
    for derivation in derived:
        iri, edge = _derivation_iri(derivation), derivation.edge
        found += [
            triple(iri, v.RDF_TYPE, v.OWL + "NamedIndividual"),
            triple(iri, v.RDF_TYPE, v.DERIVATION),
            triple(iri, v.SUBJECT, edge.subject),
            triple(iri, v.PREDICATE, edge.predicate),
            triple(iri, v.OBJECT, edge.object),
            ox.Triple(ox.NamedNode(iri), ox.NamedNode(v.RULE), ox.Literal(derivation.rule)),
            *(triple(iri, v.PREMISE, p) for premise in derivation.premises for p in behind.get(premise, ())),
        ]
    return found
