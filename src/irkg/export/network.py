"""GraphML and Cytoscape JSON: the property graph for Cytoscape, Gephi, yEd, networkx and igraph."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from irkg import vocab as v
from irkg.errors import GraphError
from irkg.export.property_graph import Edge, Node, edges, nodes

_SEPARATOR = "|"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, 2.2
_GRAPHML = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">
"""


def _of_node(node: Node) -> dict[str, str | tuple[str, ...]]:
    branches = tuple(map(v.contract, node.branches))
    return {"label": node.label, "iri": node.iri, "definition": node.definition, "branch": branches}


def _of_edge(edge: Edge) -> dict[str, str | tuple[str, ...]]:
    return {
        "relation": edge.relation,
        "relation_iri": edge.predicate,
        "support": edge.support.value,
        "strength": edge.strength,
        "review": edge.review,
        "rule": edge.rules,
        "sources": edge.sources,
        "evidence": edge.evidence,
        "claims": edge.claims,
    }


_NODE_KEYS = ("label", "iri", "definition", "branch")
_EDGE_KEYS = (
    "relation", "relation_iri", "support", "strength", "review", "rule", "sources", "evidence", "claims",
)  # fmt: skip


def write_graphml(store: ox.Store, out: BinaryIO) -> None:
    """Write GraphML 1.0: one directed graph, properties as strings, lists joined by `|`."""
    out.write(_GRAPHML.encode())
    for what, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for key in keys:
            out.write(f'<key id="{what}-{key}" for="{what}" attr.name="{key}" attr.type="string"/>\n'.encode())
    out.write(b'<graph id="irkg" edgedefault="directed">\n')
    for node in nodes(store):
        out.write(f"<node id={_attribute(node.id)}>\n{_data('node', _of_node(node))}</node>\n".encode())
    for edge in edges(store):
        ends = f"source={_attribute(v.contract(edge.subject))} target={_attribute(v.contract(edge.object))}"
        out.write(f'<edge id="{edge.id}" {ends}>\n{_data("edge", _of_edge(edge))}</edge>\n'.encode())
    out.write(b"</graph>\n</graphml>\n")


def _data(what: str, values: dict[str, str | tuple[str, ...]]) -> str:
    joined = {key: value if isinstance(value, str) else _SEPARATOR.join(value) for key, value in values.items()}
    return "".join(
        f'<data key="{what}-{key}">{escape(_checked(value))}</data>\n' for key, value in joined.items() if value
    )


def _attribute(text: str) -> str:
    return quoteattr(_checked(text))


def _checked(text: str) -> str:
    if _NOT_XML.search(text):
        raise GraphError(
            f"holds a control character that XML cannot: {text[:40]!r}",
            remedy="mend that label, or choose --format cyjs",
        )
    return text


def write_cytoscape(store: ox.Store, out: BinaryIO) -> None:
    """Write Cytoscape JSON: `elements` with `nodes` and `edges`, one a line."""
    out.write(b'{"data": {"name": "irkg"}, "directed": true, "multigraph": true, "elements": {\n"nodes": [')
    _lines(out, (_element(_cytoscape_node(node)) for node in nodes(store)))
    out.write(b'],\n"edges": [')
    _lines(out, (_element(_cytoscape_edge(edge)) for edge in edges(store)))
    out.write(b"]}}\n")


def _lines(out: BinaryIO, elements: Iterator[str]) -> None:
    for i, element in enumerate(elements):
        out.write((",\n" if i else "\n").encode() + element.encode())


def _element(values: dict[str, str | tuple[str, ...]]) -> str:
    return json.dumps({"data": values}, ensure_ascii=False)


def _cytoscape_node(node: Node) -> dict[str, str | tuple[str, ...]]:
    # networkx reads a node's key from "value" and its label from "name"
    return {"id": node.id, "value": node.id, "name": node.label, **_of_node(node)}


def _cytoscape_edge(edge: Edge) -> dict[str, str | tuple[str, ...]]:
    ends: dict[str, str | tuple[str, ...]] = {"source": v.contract(edge.subject), "target": v.contract(edge.object)}
    # Cytoscape calls a relation "interaction"; networkx tells parallel edges apart by "key"
    return {"id": edge.id, "key": edge.id, **ends, "interaction": edge.relation, **_of_edge(edge)}
