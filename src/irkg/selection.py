"""A knowledge graph as it would be with some of its sources only."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

import pyoxigraph as ox

from irkg import vocab as v
from irkg.edges import edge_triple, stated_edges, stating
from irkg.errors import UnknownName
from irkg.model import Triple
from irkg.store import in_memory

_PARTS = (v.SUBJECT, v.PREDICATE, v.OBJECT)
_TYPE, _SUBCLASS, _PREMISE = (ox.NamedNode(p) for p in (v.RDF_TYPE, v.SUBCLASS_OF, v.PREMISE))


def selection(store: ox.Store, sources: Collection[str]) -> ox.Store:
    """Return the part of a knowledge graph that rests on some sources.

    Args:
        store: The knowledge graph.
        sources: Ids of the sources.

    Returns:
        Ontology, what follows about kinds, the claims of those sources, the edges that they state, the candidates
        that rest on these claims alone, and the derivations, with their edges, that come down to them. What follows
        by class axioms from edges that no derivation names (`owl-dl`), or would follow but is stated elsewhere, is
        left out: less, but nothing wrong.
    """
    claims = [q for s in sorted(set(sources)) for q in _graph(store, v.GRAPH_CLAIMS + s)]
    derivations, followed = _derivations(store, claims)
    return in_memory(
        [
            *_graph(store, v.GRAPH_ONTOLOGY),
            *_hierarchy(store),
            *claims,
            *_edges(v.GRAPH_EDGES, stated_edges(claims)),
            *_edges(v.GRAPH_ENTAILED, followed),
            *derivations,
            *_candidates(store, {q.subject for q in claims}),
        ]
    )


def check_sources(sources: Iterable[str], known: Sequence[str]) -> None:
    """Refuse sources that a knowledge graph does not hold.

    Args:
        sources: Ids of sources, as a user writes them.
        known: Those that the graph holds, sorted.

    Raises:
        UnknownName: One of them is not known.

    Example:
        >>> check_sources(["eran-2032"], ["eran-2023", "sun-w-2016"])
        Traceback (most recent call last):
        irkg.errors.UnknownName: unknown source "eran-2032"; did you mean "eran-2023"?
    """
    for source in sources:
        if source not in known:
            near = difflib.get_close_matches(source, known, n=3, cutoff=0.5) or known
            raise UnknownName("source", source, near=near, remedy="this knowledge graph holds no source")


def _graph(store: ox.Store, graph: str) -> list[ox.Quad]:
    return list(store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))


def _edges(graph: str, edges: Iterable[Triple]) -> list[ox.Quad]:
    name = ox.NamedNode(graph)
    return [ox.Quad(t.subject, t.predicate, t.object, name) for t in map(edge_triple, edges)]


def _hierarchy(store: ox.Store) -> list[ox.Quad]:
    """Return the entailed subclasses, and those entailed types of exemplars that follow from the hierarchy alone."""
    entailed = ox.NamedNode(v.GRAPH_ENTAILED)
    above = {(q.subject, q.object) for q in store.quads_for_pattern(None, _SUBCLASS, None, None)}
    types = [
        q
        for kind in store.quads_for_pattern(None, ox.NamedNode(v.EXEMPLAR_OF), None, None)
        for q in store.quads_for_pattern(kind.subject, _TYPE, None, entailed)
        if (kind.object, q.object) in above
    ]
    return [*store.quads_for_pattern(None, _SUBCLASS, None, entailed), *types]


def _derivations(store: ox.Store, claims: Iterable[ox.Quad]) -> tuple[list[ox.Quad], list[Triple]]:
    """Return the derivations that come down to claims, with those premises that do, and the edges that follow."""
    quads = _graph(store, v.GRAPH_DERIVATIONS)
    grounds: dict[object, dict[Triple, set[object]]] = defaultdict(lambda: defaultdict(set))
    for q in quads:
        if q.predicate == _PREMISE:
            grounds[q.subject][_edge(store, q.object)].add(q.object)
    sound: set[object] = {ox.NamedNode(claim) for claim, _ in stating(claims)}
    waiting = dict(grounds)
    # Each premise may be met by any claim or derivation of the same edge.
    while met := [d for d, edges in waiting.items() if all(edges[e] & sound for e in edges)]:
        sound.update(met)
        for derivation in met:
            del waiting[derivation]
    kept = [q for q in quads if q.subject in sound and (q.predicate != _PREMISE or q.object in sound)]
    return kept, sorted({_edge(store, d) for d in grounds if d in sound}, key=str)


def _edge(store: ox.Store, node: object) -> Triple:
    """Return the edge that a claim or a derivation is about."""
    ends = (next(store.quads_for_pattern(node, ox.NamedNode(p), None, None)).object for p in _PARTS)  # type: ignore[arg-type]
    return Triple(*(end.value for end in ends))  # type: ignore[union-attr]


def _candidates(store: ox.Store, claims: Collection[object]) -> list[ox.Quad]:
    quads = _graph(store, v.GRAPH_CANDIDATES)
    elsewhere = {q.subject for q in quads if q.predicate == _PREMISE and q.object not in claims}
    return [q for q in quads if q.subject not in elsewhere]
