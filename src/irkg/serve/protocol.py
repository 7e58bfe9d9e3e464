"""The query operation of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/), read-only."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from email.message import Message

import pyoxigraph as ox

from irkg.errors import QueryError
from irkg.permitted import dataset, own_query
from irkg.serve.description import service_description
from irkg.serve.messages import Reply, Request, form_fields, refusal
from irkg.serve.negotiation import negotiated
from irkg.store import graph_names, run_query
from irkg.vocab import PREFIXES

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATE = "application/sparql-update"

_R = ox.QueryResultsFormat
RESULT_TYPES = {
    "application/sparql-results+json": _R.JSON,
    "application/sparql-results+xml": _R.XML,
    "application/json": _R.JSON,
    "application/xml": _R.XML,
    "text/csv": _R.CSV,
    "text/tab-separated-values": _R.TSV,
}
BOOLEAN_TYPES = {name: form for name, form in RESULT_TYPES.items() if form in (_R.JSON, _R.XML)}
_F = ox.RdfFormat
GRAPH_TYPES = {
    "text/turtle": _F.TURTLE,
    "application/n-triples": _F.N_TRIPLES,
    "application/rdf+xml": _F.RDF_XML,
    "application/ld+json": _F.JSON_LD,
    "application/n-quads": _F.N_QUADS,
    "application/trig": _F.TRIG,
    "text/plain": _F.N_TRIPLES,
}
ALLOWED = "GET, HEAD, OPTIONS, POST"


class Refused(Exception):
    """A request that the protocol, or this service, does not allow.

    Args:
        status: The HTTP status.
        reason: Why, in one line.
    """

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


@dataclass(frozen=True, slots=True)
class Operation:
    """A query and the dataset that the protocol gives it.

    Attributes:
        query: The SPARQL; None where the client only asks what the service is.
        default: IRIs of the graphs that make the default graph.
        named: IRIs of the named graphs.
    """

    query: str | None
    default: Sequence[str] = ()
    named: Sequence[str] = ()


def operation(request: Request) -> Operation:
    """Read which query a request asks.

    Args:
        request: A GET, HEAD or POST.

    Raises:
        Refused: It is an update, or is not one query in one of the three ways of the protocol (section 2.1).
    """
    try:
        fields = request.params
        if request.method == "POST":
            _add_body(request, fields)
    except ValueError as error:  # UnicodeDecodeError is one
        raise Refused(400, "the request is not UTF-8, or has too many fields") from error
    if any(name == "update" or name.startswith("using-") for name in fields):
        raise Refused(403, "this endpoint is read-only: updates are refused")
    queries = fields.get("query", [])
    if len(queries) > 1:
        raise Refused(400, "more than one query was sent; send one")
    if not queries and request.method == "POST":
        raise Refused(400, "no query was sent; put it in the field query")
    query = queries[0] if queries else None
    return Operation(query, fields.get("default-graph-uri", []), fields.get("named-graph-uri", []))


def _add_body(request: Request, fields: dict[str, list[str]]) -> None:
    kind = Message()
    kind["Content-Type"] = request.content_type
    named = kind.get_content_type() if request.content_type else ""
    if named == UPDATE:
        raise Refused(403, "this endpoint is read-only: updates are refused")
    if named not in (FORM, DIRECT):
        raise Refused(415, f"a query is posted as {FORM} or {DIRECT}, not as {named or 'a body without a type'}")
    if str(kind.get_param("charset", "utf-8")).casefold() not in ("utf-8", "utf8"):
        raise Refused(415, "a query is posted in UTF-8")
    text = request.body.decode("utf-8")
    if named == DIRECT:
        fields.setdefault("query", []).append(text)
        return
    for name, values in form_fields(text).items():
        fields.setdefault(name, []).extend(values)


def reply(store: ox.Store, request: Request) -> Reply:
    """Answer a request to the endpoint.

    Args:
        store: The dataset.
        request: The request.

    Returns:
        The results in the format that the client likes best; the service description where no query was sent;
        a refusal in one line of text.
    """
    if request.method == "OPTIONS":
        return Reply(204, "text/plain", headers={"Allow": ALLOWED})
    if request.method not in ("GET", "HEAD", "POST"):
        return refusal(405, f"{request.method} is not an operation on queries", Allow=ALLOWED)
    try:
        asked = operation(request)
        address = f"{request.origin}/sparql"
        if asked.query is None and negotiated(request.accept, [*GRAPH_TYPES, "text/html"]) == "text/html":
            return Reply(303, "text/plain", headers={"Location": "/editor"})
        if asked.query is None:
            formats = [*(f.iri for f in RESULT_TYPES.values()), *(f.iri for f in GRAPH_TYPES.values())]
            return graph_reply(service_description(store, address, formats), request.accept)
        return _results(run(store, asked, address), request.accept)
    except Refused as error:
        return refusal(error.status, str(error))
    except QueryError as error:
        return refusal(403 if "is an update" in error.what else 400, str(error))


def run(store: ox.Store, asked: Operation, base: str) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
    """Run a query over the dataset that the protocol gives it, or else that it names itself (section 2.1.4).

    A graph that the dataset does not hold is empty where the protocol names it, and refused where FROM does.

    Raises:
        QueryError: It is no query, would reach for the network, or cannot be run.
    """
    text = own_query(asked.query or "", graph_names(store))
    chosen = (asked.default, asked.named) if asked.default or asked.named else dataset(text)
    if chosen is None:
        return run_query(store, text, base=base)
    try:
        default, named = ([ox.NamedNode(iri) for iri in part] for part in chosen)
    except ValueError as error:
        raise QueryError(f"a graph is named by an absolute IRI: {error}") from error
    return run_query(store, text, default, named, base=base)


def _results(found: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, accept: str) -> Reply:
    if isinstance(found, ox.QueryTriples):
        return graph_reply(found, accept)
    types = BOOLEAN_TYPES if isinstance(found, ox.QueryBoolean) else RESULT_TYPES
    chosen = negotiated(accept, list(types))
    if chosen is None:
        return _not_acceptable(types)
    try:
        content = found.serialize(format=types[chosen])
    except (OSError, ValueError, RuntimeError) as error:  # rows are computed while they are written
        raise QueryError(f"the query cannot be run: {error}") from error
    return Reply(200, _with_charset(chosen), content or b"")


def graph_reply(triples: ox.QueryTriples | Iterable[ox.Triple], accept: str) -> Reply:
    """Return triples in the RDF syntax that the client likes best, Turtle where it likes all the same.

    Raises:
        QueryError: They cannot be computed, or not be written in that syntax.
    """
    chosen = negotiated(accept, list(GRAPH_TYPES))
    if chosen is None:
        return _not_acceptable(GRAPH_TYPES)
    try:
        if isinstance(triples, ox.QueryTriples):
            content = triples.serialize(format=GRAPH_TYPES[chosen])
        else:
            content = ox.serialize(triples, format=GRAPH_TYPES[chosen], prefixes=PREFIXES)
    except (OSError, ValueError, RuntimeError) as error:
        raise QueryError(f"the triples cannot be written: {error}") from error
    return Reply(200, _with_charset(chosen), content or b"")


def _with_charset(media_type: str) -> str:
    return f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type


def _not_acceptable(types: Collection[str]) -> Reply:
    return refusal(406, f"no format is at hand that the Accept header takes; there are: {', '.join(types)}")
