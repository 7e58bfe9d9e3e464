"""The RDF syntaxes: the merged ones for OWL tools, the whole ones with every named graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO

import pyoxigraph as ox

from irkg.export.order import merged, ordered
from irkg.vocab import PREFIXES

Write = Callable[[ox.Store, BinaryIO], None]


def merged_writer(syntax: ox.RdfFormat) -> Write:
    """Return what writes ontology, claims and edges as one graph, triple by triple."""

    def write(store: ox.Store, out: BinaryIO) -> None:
        ox.serialize(merged(store), out, format=syntax, prefixes=PREFIXES)

    return write


def whole_writer(syntax: ox.RdfFormat) -> Write:
    """Return what writes every named graph, quad by quad."""

    def write(store: ox.Store, out: BinaryIO) -> None:
        ox.serialize(ordered(store), out, format=syntax, prefixes=PREFIXES)

    return write


def write_turtle(store: ox.Store, out: BinaryIO) -> None:
    """Write Turtle by rdflib, which nests OWL expressions as people read them, and holds the graph in memory for it."""
    from rdflib import Graph

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    graph.parse(data=_n_triples(triples := list(merged(store))), format="nt", bnode_context=_names(triples))
    graph.serialize(out, format="turtle", encoding="utf-8")


def _n_triples(triples: Iterable[ox.Triple]) -> bytes:
    content = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert content is not None  # it is None only where a file was named
    return content


def _names(triples: Iterable[ox.Triple]) -> dict[str, object]:
    """Return the blank nodes under their own names: rdflib would make random ones, and write them in their order."""
    from rdflib import BNode

    return {n.value: BNode(n.value) for t in triples for n in (t.subject, t.object) if isinstance(n, ox.BlankNode)}
