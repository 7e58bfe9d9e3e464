"""Writing a knowledge graph out: a registry of formats that `--format` and its help show by themselves."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from irkg.errors import IrkgError
from irkg.store import default_graphs, quad_order
from irkg.vocab import PREFIXES

_NO_GRAPH = ox.DefaultGraph()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write a knowledge graph.

    Attributes:
        name: What `--format` calls it.
        suffixes: The suffixes of files that it is guessed from, the usual one first.
        about: What it is and what it holds, in a few words.
        write: From a dataset to the bytes of a file; the same bytes for the same dataset.
    """

    name: str
    suffixes: tuple[str, ...]
    about: str
    write: Callable[[ox.Store], bytes]


def export(store: ox.Store, format_name: str) -> bytes:
    """Write a knowledge graph in one of the formats of `FORMATS`.

    Args:
        store: The dataset.
        format_name: The format's name.

    Returns:
        The bytes of the file: the same for the same dataset, whatever order it was loaded in.

    Raises:
        IrkgError: There is no such format.
    """
    return format_for(None, format_name).write(store)


def format_for(path: Path | None, name: str | None) -> Format:
    """Find the format that a user means.

    Args:
        path: The file to be written, if any.
        name: The name or suffix that the user gave, if any; it goes before the file's suffix.

    Raises:
        IrkgError: Neither names a format.

    Example:
        >>> format_for(Path("irkg.owl"), None).name
        'rdfxml'
        >>> format_for(Path("irkg.txt"), "ttl").name
        'turtle'
    """
    if name is not None:
        wanted, what = name, f'unknown format "{name}"'
    elif path is not None and path.suffix:
        wanted, what = path.suffix, f'unknown suffix "{path.suffix}"'
    else:
        wanted, what = "", "no format was named"
    for known in FORMATS.values():
        if wanted and (wanted == known.name or "." + wanted.lower().lstrip(".") in known.suffixes):
            return known
    names = ", ".join(f"{f.name} ({', '.join(f.suffixes)})" for f in FORMATS.values())
    raise IrkgError(what, path=None if name is not None else path, remedy=f"use one of: {names}")


def merged(store: ox.Store) -> list[ox.Triple]:
    """Return what a knowledge graph says, as one OWL ontology: what plain queries see.

    Args:
        store: The dataset.

    Returns:
        The triples of ontology, claims, edges and entailed, each once, sorted, blank nodes named canonically.
        Candidates and derivations, which are no part of what the graph says, are left out.
    """
    quads = (q for graph in default_graphs(store) for q in store.quads_for_pattern(None, None, None, graph))
    return [q.triple for q in _canonical(ox.Quad(q.subject, q.predicate, q.object, _NO_GRAPH) for q in quads)]


def _canonical(quads: Iterable[ox.Quad]) -> list[ox.Quad]:
    """Sort quads, and name their blank nodes by what is said of them (RDF Dataset Canonicalization 1.0)."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(dataset, key=quad_order)


def _serialized(statements: list[ox.Triple] | list[ox.Quad], syntax: ox.RdfFormat) -> bytes:
    out = io.BytesIO()
    ox.serialize(statements, out, format=syntax, prefixes=PREFIXES)
    return out.getvalue()


def _turtle(store: ox.Store) -> bytes:
    """Write Turtle by rdflib, which nests OWL expressions as people read them."""
    from rdflib import BNode, Graph

    graph = Graph(bind_namespaces="none")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    triples = merged(store)
    # rdflib would give blank nodes random names, and write them in the order of those
    names = {n.value: BNode(n.value) for t in triples for n in (t.subject, t.object) if isinstance(n, ox.BlankNode)}
    graph.parse(data=_serialized(triples, ox.RdfFormat.N_TRIPLES), format="nt", bnode_context=names)
    return graph.serialize(format="turtle", encoding="utf-8")


def _rdf_xml(store: ox.Store) -> bytes:
    return _serialized(merged(store), ox.RdfFormat.RDF_XML)


def _n_triples(store: ox.Store) -> bytes:
    return _serialized(merged(store), ox.RdfFormat.N_TRIPLES)


def _n_quads(store: ox.Store) -> bytes:
    return _serialized(_canonical(store), ox.RdfFormat.N_QUADS)


def _trig(store: ox.Store) -> bytes:
    return _serialized(_canonical(store), ox.RdfFormat.TRIG)


_MERGED = "ontology, claims and edges as one OWL file"
_WHOLE = "the whole dataset, candidates and derivations too"
FORMATS = {
    f.name: f
    for f in (
        Format("turtle", (".ttl",), f"Turtle: {_MERGED}", _turtle),
        Format("rdfxml", (".owl", ".rdf"), f"RDF/XML: {_MERGED}", _rdf_xml),
        Format("ntriples", (".nt",), f"N-Triples: {_MERGED}", _n_triples),
        Format("nquads", (".nq",), f"N-Quads: {_WHOLE}", _n_quads),
        Format("trig", (".trig",), f"TriG: {_WHOLE}", _trig),
    )
}
