"""A knowledge graph as it would be with some of its sources only."""

from __future__ import annotations

from collections.abc import Collection

import pyoxigraph as ox

from irkg import vocab as v
from irkg.edges import edge_triple, stated_edges
from irkg.store import in_memory

_OF_KINDS = (v.RDF_TYPE, v.SUBCLASS_OF)


def selection(store: ox.Store, sources: Collection[str]) -> ox.Store:
    """Return the part of a knowledge graph that rests on some sources.

    Args:
        store: The knowledge graph.
        sources: Ids of the sources.

    Returns:
        Ontology, what follows about kinds, the claims of those sources, the edges that they state, and the candidates
        that rest on these claims alone. Entailed edges are left out: less, but nothing wrong.
    """
    graphs = {v.GRAPH_CLAIMS + s for s in sources}
    claims = [q for g in sorted(graphs) for q in store.quads_for_pattern(None, None, None, ox.NamedNode(g))]
    quads = list(store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_ONTOLOGY)))
    for predicate in _OF_KINDS:
        quads += store.quads_for_pattern(None, ox.NamedNode(predicate), None, ox.NamedNode(v.GRAPH_ENTAILED))
    edges = ox.NamedNode(v.GRAPH_EDGES)
    quads += [ox.Quad(t.subject, t.predicate, t.object, edges) for t in map(edge_triple, stated_edges(claims))]
    return in_memory([*quads, *claims, *_candidates(store, {q.subject for q in claims})])


def _candidates(store: ox.Store, claims: Collection[object]) -> list[ox.Quad]:
    quads = list(store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_CANDIDATES)))
    premise = ox.NamedNode(v.PREMISE)
    elsewhere = {q.subject for q in quads if q.predicate == premise and q.object not in claims}
    return [q for q in quads if q.subject not in elsewhere]
