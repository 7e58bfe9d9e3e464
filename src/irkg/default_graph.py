"""The default graph of a knowledge graph: what plain queries see, each statement once.

Several sources say the same of a kind that the ontology lacks, each in its own graph. RDF calls the merge of graphs a
set, but Oxigraph finds a triple once for each graph that holds it, in the union of all graphs and in a list of graphs
alike: a join over four such triples gives as many rows as there are sources, to the power of four. So a knowledge
graph on disk holds the merge beside the graphs that it is made of, in the store's own default graph.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from irkg.vocab import (
    DATASET,
    EXEMPLAR_OF,
    GRAPH_CLAIMS,
    GRAPH_EDGES,
    GRAPH_ENTAILED,
    GRAPH_ONTOLOGY,
    HAS_SCHEMA_VERSION,
)

GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph
SCHEMA_MARK = ox.NamedNode(DATASET), ox.NamedNode(HAS_SCHEMA_VERSION)
_SHOWN = frozenset({GRAPH_ONTOLOGY, GRAPH_EDGES, GRAPH_ENTAILED})
_MOST_COPIED = 1_000_000  # quads


def _is_shown(graph: object) -> bool:
    """Return whether plain queries see a named graph."""
    return isinstance(graph, ox.NamedNode) and (graph.value in _SHOWN or graph.value.startswith(GRAPH_CLAIMS))


def has_merged(store: ox.Store) -> bool:
    """Return whether a dataset holds all that plain queries see in its default graph, beside the named graphs."""
    return next(store.quads_for_pattern(*SCHEMA_MARK, None, ox.DefaultGraph()), None) is not None


def default_graphs(store: ox.Store) -> list[GraphName]:
    """Return the graphs that plain queries see: ontology, claims, edges and entailed, or the one with all of them."""
    if has_merged(store):
        return [ox.DefaultGraph()]
    return [ox.DefaultGraph(), *(graph for graph in store.named_graphs() if _is_shown(graph))]


def merged(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield all that plain queries see as quads of the default graph, once for each graph that says it."""
    for graph in default_graphs(store):
        yield from (ox.Quad(*q.triple) for q in store.quads_for_pattern(None, None, None, graph))


def with_merged(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """Yield the quads of a knowledge graph, and beside those that plain queries see their copies for the default graph.

    Example:
        >>> mark = ox.Quad(*SCHEMA_MARK, ox.Literal("1"), ox.NamedNode(GRAPH_ONTOLOGY))
        >>> [str(quad.graph_name) for quad in with_merged([mark])]
        ['<https://w3id.org/irkg/graph/ontology>', 'DEFAULT']
    """
    shown: dict[object, bool] = {}
    for quad in quads:
        yield quad
        graph = quad.graph_name
        seen = shown.get(graph)
        if seen is None:
            seen = shown[graph] = _is_shown(graph)
        if seen:
            yield ox.Quad(*quad.triple)


def own_graphs(store: ox.Store) -> list[GraphName]:
    """Return the graphs that a knowledge graph is made of: no default graph that is but the merge of the others."""
    return [*([] if has_merged(store) else [ox.DefaultGraph()]), *store.named_graphs()]


def own_quads(store: ox.Store) -> Iterator[ox.Quad]:
    """Yield the quads that a knowledge graph is made of, without the merged copy of what plain queries see."""
    for graph in own_graphs(store):
        yield from store.quads_for_pattern(None, None, None, graph)


def with_one_default(store: ox.Store) -> ox.Store:
    """Return a dataset whose default graph holds all that plain queries see, beside the named graphs.

    A pattern is looked up once for each graph of the default graph, and a knowledge graph has one for each source:
    on the shipped one, queries are some ten times as fast.

    Args:
        store: The dataset.

    Returns:
        A copy in memory; the dataset itself where it is so already, or is too large to be copied.

    Example:
        >>> store = ox.Store()
        >>> store.add(ox.Quad(*SCHEMA_MARK, ox.Literal("1"), ox.NamedNode(GRAPH_ONTOLOGY)))
        >>> one = with_one_default(store)
        >>> len(one), default_graphs(one)
        (2, [<DefaultGraph>])
        >>> with_one_default(one) is one
        True
    """
    if has_merged(store) or len(store) > _MOST_COPIED:
        return store
    one = ox.Store()
    one.bulk_extend(store)
    one.bulk_extend(merged(store))
    return one


def without_repeats(store: ox.Store) -> ox.Store:
    """Return a dataset for queries in which no kind is declared by several graphs that plain queries see.

    Args:
        store: The dataset.

    Returns:
        The dataset itself where none is, else what `with_one_default` returns.
    """
    if has_merged(store):
        return store
    declared = set()
    for quad in store.quads_for_pattern(None, ox.NamedNode(EXEMPLAR_OF), None):
        if quad.subject in declared:
            return with_one_default(store)
        declared.add(quad.subject)
    return store
