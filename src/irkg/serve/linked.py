"""A page as data: the triples that it is made of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox

from irkg import vocab as v
from irkg.catalogue_formats import catalogue_turtle
from irkg.model import QuerySpec

_OF_KIND = (v.GRAPH_ONTOLOGY, v.GRAPH_EDGES, v.GRAPH_ENTAILED)


def kind_triples(store: ox.Store, iri: str) -> Iterator[ox.Triple]:
    """Yield what the graph says of a kind: its class, its exemplar, and the claims about it.

    Args:
        store: The dataset.
        iri: IRI of the class.
    """
    exemplar = ox.NamedNode(v.exemplar(iri))
    for graph in _OF_KIND:
        for node in (ox.NamedNode(iri), exemplar):
            yield from _described(store, node, ox.NamedNode(graph), set())
        for quad in store.quads_for_pattern(None, None, exemplar, ox.NamedNode(graph)):
            yield quad.triple
    for prop in (v.SUBJECT, v.OBJECT):
        for quad in store.quads_for_pattern(None, ox.NamedNode(prop), exemplar):
            graph_name = quad.graph_name
            if isinstance(graph_name, ox.NamedNode) and graph_name.value.startswith(v.GRAPH_CLAIMS):
                yield from _described(store, quad.subject, graph_name, set())


def claim_triples(store: ox.Store, iri: str) -> Iterator[ox.Triple]:
    """Yield a claim with its evidence.

    Args:
        store: The dataset.
        iri: IRI of the claim.
    """
    for quad in store.quads_for_pattern(ox.NamedNode(iri), ox.NamedNode(v.RDF_TYPE), ox.NamedNode(v.CLAIM)):
        if isinstance(quad.graph_name, ox.DefaultGraph):  # the merged copy, on disk
            continue
        yield from _described(store, quad.subject, quad.graph_name, set(), follow=(v.EVIDENCE_NS, v.SOURCE_NS))


def source_triples(store: ox.Store, name: str) -> Iterator[ox.Triple]:
    """Yield the whole graph of a source's claims.

    Args:
        store: The dataset.
        name: Id of the source.
    """
    for quad in store.quads_for_pattern(None, None, None, ox.NamedNode(v.GRAPH_CLAIMS + name)):
        yield quad.triple


def sources_triples(store: ox.Store, names: Iterable[str]) -> Iterator[ox.Triple]:
    """Yield what is known of sources themselves, without their claims.

    Args:
        store: The dataset.
        names: Ids of the sources.
    """
    for name in names:
        yield from _described(store, ox.NamedNode(v.SOURCE_NS + name), ox.NamedNode(v.GRAPH_CLAIMS + name), set())


def said_of(store: ox.Store, relation: str, things: Iterable[str], sources: Collection[str]) -> Iterator[ox.Triple]:
    """Yield the claims of one relation to things, each with its evidence, and the candidates for it.

    Args:
        store: The dataset.
        relation: IRI of the relation.
        things: IRIs of the classes that are its objects.
        sources: Ids of the sources whose claims are wanted; all, and the candidates, where empty.
    """
    graphs = {v.GRAPH_CLAIMS + name for name in sources}
    for iri in things:
        for quad in store.quads_for_pattern(None, ox.NamedNode(v.OBJECT), ox.NamedNode(v.exemplar(iri))):
            graph = quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""
            wanted = graph in graphs if graphs else graph.startswith((v.GRAPH_CLAIMS, v.GRAPH_CANDIDATES))
            said = ox.Quad(quad.subject, ox.NamedNode(v.PREDICATE), ox.NamedNode(relation), quad.graph_name)
            if wanted and said in store:
                yield from _described(store, quad.subject, quad.graph_name, set(), follow=(v.EVIDENCE_NS, v.SOURCE_NS))


def query_triples(queries: Mapping[str, QuerySpec]) -> Iterator[ox.Triple]:
    """Yield canned queries themselves, as SPARQL executables of SHACL.

    Args:
        queries: The queries by name.
    """
    for quad in ox.parse(catalogue_turtle(queries).encode(), format=ox.RdfFormat.TURTLE):
        yield quad.triple


def _described(
    store: ox.Store, node: object, graph: object, seen: set[object], follow: tuple[str, ...] = ()
) -> Iterator[ox.Triple]:
    """Yield the triples of a node in a graph, those of its blank nodes, and of nodes in the namespaces to follow."""
    if node in seen:
        return
    seen.add(node)
    for quad in store.quads_for_pattern(node, None, None, graph):  # type: ignore[arg-type]
        yield quad.triple
        thing = quad.object
        if isinstance(thing, ox.BlankNode) or (isinstance(thing, ox.NamedNode) and thing.value.startswith(follow)):
            yield from _described(store, thing, graph, seen, follow)
