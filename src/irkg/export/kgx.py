"""KGX: nodes and edges as two tables in the terms of the Biolink Model, in one archive.

See https://github.com/biolink/kgx/blob/master/specification/kgx-format.md: lists are joined by `|`.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
from collections.abc import Iterable
from itertools import chain
from typing import BinaryIO

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import GraphError
from irkg.export import biolink
from irkg.export.property_graph import Edge, Node, Ontology, edges, iri_of, nodes
from irkg.model import ReviewStatus, Support

NODES, EDGES = "irkg_nodes.tsv", "irkg_edges.tsv"
_SEPARATOR = "|"
_LINE = str.maketrans("\t\n\r", "   ")  # a cell has no way to hold these
_NODE_COLUMNS = ("id", "category", "name", "description", "synonym", "branch")
_EDGE_COLUMNS = (
    "id", "subject", "predicate", "object", "category", "original_predicate", "knowledge_level", "agent_type",
    "negated", "publications", "support", "strength", "review", "sources", "evidence", "claims",
)  # fmt: skip


def write_kgx(store: ox.Store, out: BinaryIO) -> None:
    """Write a `.tar.gz` with `irkg_nodes.tsv` and `irkg_edges.tsv`.

    The edges are those that are stated or entailed, each once: where a relation and its inverse both hold, the one
    that Biolink has a name for. What a source denies is no edge, so `negated` is always `false`.

    Raises:
        GraphError: A name holds the `|` that separates names.
    """
    ontology = Ontology(store)
    # Neither the time nor a user's name goes in: equal graphs give equal bytes
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        above = {c: set(ontology.ancestors(c)) for c in biolink.CATEGORIES}
        _add(archive, NODES, _NODE_COLUMNS, (_node(node, above) for node in nodes(store)))
        inverses = _inverses(store)
        _add(archive, EDGES, _EDGE_COLUMNS, (_edge(e) for e in edges(store) if e.predicate not in inverses))


def _add(archive: tarfile.TarFile, name: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with tempfile.TemporaryFile() as table:
        for row in chain([columns], rows):
            table.write(("\t".join(cell.translate(_LINE) for cell in row) + "\n").encode())
        entry = tarfile.TarInfo(name)
        entry.size = table.tell()
        table.seek(0, io.SEEK_SET)
        archive.addfile(entry, table)


def _node(node: Node, above: dict[str, set[str]]) -> tuple[str, ...]:
    found = biolink.categories(node.ancestors, above)
    branches = map(v.contract, node.branches)
    return node.id, _list(found), node.label, node.definition, _list(node.synonyms), _list(branches)


def _edge(edge: Edge) -> tuple[str, ...]:
    return (
        f"irkg:edge/{edge.id}",
        v.contract(edge.subject),
        biolink.PREDICATES.get(edge.predicate, biolink.ANY_PREDICATE),
        v.contract(edge.object),
        biolink.ASSOCIATION,
        v.contract(edge.predicate),
        biolink.KNOWLEDGE_ASSERTION if edge.support is Support.STATED else biolink.LOGICAL_ENTAILMENT,
        _agent(edge),
        "false",
        _list(edge.publications),
        edge.support.value,
        edge.strength,
        edge.review,
        _list(edge.sources),
        _list(edge.evidence),
        _list(edge.claims),
    )


def _agent(edge: Edge) -> str:
    if edge.support is Support.ENTAILED:
        return biolink.AUTOMATED_AGENT
    if edge.by_hand:
        return biolink.MANUAL_AGENT
    return biolink.VALIDATED_BY_HAND if edge.review == ReviewStatus.ACCEPTED else biolink.TEXT_MINING_AGENT


def _inverses(store: ox.Store) -> set[str]:
    """Return the relations whose edges all stand the other way round under a relation that Biolink has a name for."""
    pairs = [
        (iri_of(q.subject), iri_of(q.object))
        for q in store.quads_for_pattern(None, ox.NamedNode(v.OWL + "inverseOf"), None, ox.NamedNode(v.GRAPH_ONTOLOGY))
        if isinstance(q.subject, ox.NamedNode)
    ]
    both = {*pairs, *((b, a) for a, b in pairs)}
    return {a for a, b in both if a not in biolink.PREDICATES and b in biolink.PREDICATES}


def _list(values: Iterable[str]) -> str:
    found = list(values)
    for value in found:
        if _SEPARATOR in value:
            raise GraphError(f'KGX cannot hold the "|" in "{value[:40]}"', remedy="mend that name, or export as cyjs")
    return _SEPARATOR.join(found)
