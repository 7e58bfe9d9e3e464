"""Validation by pySHACL, the reference: all of SHACL, with SPARQL constraints and SPARQL targets."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from irkg.errors import GraphError, MissingExtra
from irkg.validate.results import Result
from irkg.validate.shapes import Shapes, Term
from irkg.vocab import SH

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.plugins.sparql.sparql import Query
    from rdflib.query import Result as QueryResult


class _NotSparqlError(Exception):
    """A SPARQL constraint or target cannot be parsed; pySHACL finds out only when it asks."""


def run(data: Iterable[ox.Triple], shapes: Shapes) -> list[Result]:
    """Check a graph against shapes; nothing is inferred.

    Args:
        data: The graph.
        shapes: The shapes.

    Returns:
        The results, in no order.

    Raises:
        MissingExtra: pySHACL is not installed.
        GraphError: The shapes are not well-formed.
    """
    try:
        from pyshacl import validate
        from pyshacl.errors import ReportableRuntimeError
    except ImportError as error:
        raise MissingExtra("SHACL validation", extra="build") from error
    try:
        # advanced: for SPARQL targets; in place: the graph is ours alone, and copying costs as much as reading
        with _as_written():
            _, report, said = validate(
                _graph(data), shacl_graph=_graph(shapes.triples), advanced=True, inference="none", inplace=True
            )
    except RecursionError as error:
        raise GraphError("the shapes are nested too deep", path=shapes.path) from error
    except (ReportableRuntimeError, _NotSparqlError) as error:
        what = f"the shapes are not well-formed: {_first_line(str(error))}"
        raise GraphError(what, path=shapes.path) from error
    if not hasattr(report, "objects"):
        raise GraphError(f"the shapes cannot be checked: {_first_line(said)}", path=shapes.path)
    return list(_results(report))


@contextmanager
def _as_written() -> Iterator[None]:
    """Keep rdflib from rewriting literals ("01" as "1"), and from logging a traceback for each of the wrong form.

    The results tell of them, and are to show what stands in the data.
    """
    import rdflib

    log = logging.getLogger("rdflib.term")
    before = log.disabled, rdflib.NORMALIZE_LITERALS
    log.disabled, rdflib.NORMALIZE_LITERALS = True, False
    try:
        yield
    finally:
        log.disabled, rdflib.NORMALIZE_LITERALS = before


def _graph(triples: Iterable[ox.Triple]) -> Graph:
    """Hand triples to rdflib as N-Triples, which it reads several times faster than it takes terms one by one."""
    # Once each, because rdflib indexes repeated triples again
    text = ox.serialize(dict.fromkeys(triples), format=ox.RdfFormat.N_TRIPLES)
    return _preparing_graph().parse(data=text, format="nt")


def _preparing_graph() -> Graph:
    """Return an empty graph that parses the text of a query once.

    pySHACL asks each SPARQL constraint anew for every focus node, and rdflib's parser takes twenty times as long as
    the answer.
    """
    from rdflib import Graph

    class Preparing(Graph):
        def query(self, query_object: str | Query, *args: Any, **kwargs: Any) -> QueryResult:
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


def _first_line(text: str) -> str:
    return text.strip().split("\n", 1)[0]


def _results(report: Graph) -> Iterator[Result]:
    from rdflib import Namespace, URIRef

    sh = Namespace(SH)
    for node in set(report.objects(None, sh.result)):
        path, value = report.value(node, sh.resultPath), report.value(node, sh.value)
        shape = _term(report.value(node, sh.sourceShape))
        assert not isinstance(shape, ox.Literal)
        yield Result(
            focus=_term(report.value(node, sh.focusNode)),
            path=str(path) if isinstance(path, URIRef) else None,
            value=None if value is None else _term(value),
            component=str(report.value(node, sh.sourceConstraintComponent)),
            severity=str(report.value(node, sh.resultSeverity) or sh.Violation),
            shape=shape,
            messages=tuple(sorted(str(m) for m in report.objects(node, sh.resultMessage))),
        )


def _term(node: Any) -> Term:
    from rdflib import BNode, Literal

    if isinstance(node, BNode):
        return ox.BlankNode(str(node))
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
    return ox.NamedNode(str(node))
