"""SHACL validation, by pySHACL."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pyoxigraph as ox

from irkg.errors import GraphError, MissingExtra
from irkg.model import Finding
from irkg.store import read_rdf
from irkg.vocab import CLAIM_NS, LABEL, SH

if TYPE_CHECKING:
    from rdflib import Graph, URIRef
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result
    from rdflib.term import Node

SEVERITIES = ("Violation", "Warning", "Info")
"""From the worst to the least; a severity of a user's own is none of them and counts as the least."""

_SHAPE_WORDS = {SH + "NodeShape", SH + "PropertyShape"}
_SPARQL = {SH + "select", SH + "ask", SH + "construct", SH + "update"}
# rdflib fetches what these name (SPARQL 1.1 Federated Query, 2; SPARQL 1.1 Query, 13.2)
_FETCHING = re.compile(r"\bSERVICE\b|\bFROM\s*(NAMED\s*)?(<|[\w.-]*:)", re.IGNORECASE)


class _NotSparqlError(Exception):
    """A SPARQL constraint or target cannot be parsed; pySHACL finds out only when it asks."""


def validate(data: Iterable[ox.Quad | ox.Triple], shapes: Iterable[Path]) -> list[Finding]:
    """Check a graph against SHACL shapes (SHACL, 3.4), with SPARQL constraints and SPARQL targets.

    Nothing is inferred and nothing is fetched. What the shapes need of the ontology must be among the data.

    Args:
        data: The graph; names of graphs are ignored.
        shapes: Files with shapes, in Turtle.

    Returns:
        One finding for each validation result, sorted.

    Raises:
        MissingExtra: pySHACL is not installed.
        GraphError: A file is not Turtle, holds no shapes, or holds shapes that are not well-formed or that
            would fetch something.
    """
    files = list(shapes)
    data_graph, shapes_graph = _graph(data), _read_shapes(files)
    report = _run(data_graph, shapes_graph, files)
    found = {_finding(report, result, data_graph, shapes_graph) for result in _results(report)}
    return sorted(found, key=_order)


def quarantined(findings: Iterable[Finding]) -> dict[str, str]:
    """Return the claims that break a shape, each with what there is to do about it.

    Args:
        findings: Of any shapes; warnings, and nodes that are not claims, are passed over.

    Returns:
        From the IRI of a claim to its messages, sorted and joined by "; ".

    Example:
        >>> broken = Finding("Violation", "claim-source", CLAIM_NS + "0", "", None, None, None, "Name the source.")
        >>> quarantined([broken])
        {'https://w3id.org/irkg/claim/0': 'claim-source: Name the source.'}
    """
    messages: dict[str, set[str]] = defaultdict(set)
    for finding in findings:
        if finding.severity == "Violation" and finding.focus.startswith(CLAIM_NS):
            messages[finding.focus].add(f"{finding.check}: {finding.message}")
    return {iri: "; ".join(sorted(said)) for iri, said in sorted(messages.items())}


def at_least(findings: Iterable[Finding], severity: str) -> list[Finding]:
    """Return the findings of a severity or worse, in their order.

    Args:
        findings: Of any shapes.
        severity: One of `SEVERITIES`.

    Example:
        >>> at_least([Finding("Warning", "claim-label", "urn:x", "", None, None, None, "Give it one.")], "Violation")
        []
    """
    wanted = SEVERITIES[: SEVERITIES.index(severity) + 1]
    return [f for f in findings if f.severity in wanted or severity == SEVERITIES[-1]]


def _order(finding: Finding) -> tuple[str, ...]:
    f = finding
    return (f.severity, f.focus, f.check, f.path or "", f.value or "", f.component or "", f.message)


def _graph(statements: Iterable[ox.Quad | ox.Triple]) -> Graph:
    """Hand triples to rdflib as N-Triples, which it reads several times faster than it takes terms one by one."""
    # Once each, because rdflib indexes repeated triples again
    triples = dict.fromkeys(ox.Triple(s.subject, s.predicate, s.object) for s in statements)
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return _preparing_graph().parse(data=text, format="nt")


def _preparing_graph() -> Graph:
    """Return an empty graph that parses the text of a query once.

    pySHACL asks each SPARQL constraint anew for every focus node, and rdflib's parser takes twenty times as long as
    the answer.
    """
    from rdflib import Graph

    class Preparing(Graph):
        def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> Result:
            prepared = _prepared(query_object) if isinstance(query_object, str) else query_object
            return super().query(prepared, *args, **kwargs)

    return Preparing()


@lru_cache(maxsize=256)
def _prepared(text: str) -> Query:
    from rdflib.plugins.sparql import prepareQuery

    try:
        return prepareQuery(text)
    except Exception as error:  # rdflib raises plain Exception, for an unknown prefix among others
        raise _NotSparqlError(f"not SPARQL: {error}") from error


def _read_shapes(files: Sequence[Path]) -> Graph:
    quads: list[ox.Quad] = []
    for path in files:
        found = read_rdf(path, ox.RdfFormat.TURTLE)
        if not any(isinstance(q.object, ox.NamedNode) and q.object.value in _SHAPE_WORDS for q in found):
            raise GraphError("holds no SHACL shapes", path=path, remedy="name a file with a sh:NodeShape in it")
        if any(q.predicate.value in _SPARQL and _FETCHING.search(str(q.object)) for q in found):
            raise GraphError("holds SPARQL that fetches data", path=path, remedy="take out SERVICE and FROM")
        quads += found
    return _graph(quads)


def _run(data: Graph, shapes: Graph, files: Sequence[Path]) -> Graph:
    try:
        from pyshacl import validate as run
        from pyshacl.errors import ReportableRuntimeError
    except ImportError as error:
        raise MissingExtra("SHACL validation", extra="build") from error
    path = files[0] if len(files) == 1 else None
    try:
        # advanced: for SPARQL targets; in place: the graph is ours alone, and copying costs as much as reading
        _, report, said = run(data, shacl_graph=shapes, advanced=True, inference="none", inplace=True)
    except (ReportableRuntimeError, _NotSparqlError) as error:
        raise GraphError(f"the shapes are not well-formed: {_first_line(str(error))}", path=path) from error
    if not hasattr(report, "objects"):
        raise GraphError(f"the shapes cannot be checked: {_first_line(said)}", path=path)
    return cast("Graph", report)


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0]


def _sh(name: str) -> URIRef:
    from rdflib import URIRef

    return URIRef(SH + name)


def _results(report: Graph) -> Iterable[Node]:
    return set(report.objects(None, _sh("result")))


def _finding(report: Graph, result: Node, data: Graph, shapes: Graph) -> Finding:
    from rdflib import URIRef

    def said(name: str) -> str | None:
        node = report.value(result, _sh(name))
        return None if node is None else _shown(node)

    shape, focus, path = (report.value(result, _sh(n)) for n in ("sourceShape", "focusNode", "resultPath"))
    label = data.value(focus, URIRef(LABEL))
    name = shapes.value(shape, _sh("name"))
    return Finding(
        severity=_local(said("resultSeverity") or SH + "Violation"),
        check=str(name) if name is not None else _local(str(shape)),
        focus=_shown(focus),
        label=str(label) if label is not None else "",
        path=str(path) if isinstance(path, URIRef) else None,
        value=said("value"),
        component=said("sourceConstraintComponent"),
        message=" ".join(sorted(str(m) for m in report.objects(result, _sh("resultMessage")))),
    )


def _shown(node: Node | None) -> str:
    from rdflib import BNode

    return "[]" if isinstance(node, BNode) else str(node)  # the label of a blank node differs from run to run


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]
