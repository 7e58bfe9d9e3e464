"""Where a query runs: on the embedded store, or on a remote SPARQL endpoint."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import pyoxigraph as ox

from irkg.binding import form
from irkg.default_graph import without_repeats
from irkg.errors import EndpointError, MissingExtra, QueryError
from irkg.permitted import dataset
from irkg.store import run_query

if TYPE_CHECKING:
    from irkg.endpoint import Endpoint

Term: TypeAlias = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

_TRIPLE_COLUMNS = ("subject", "predicate", "object")
_LONGEST_GET = 1_500  # some servers and proxies cut addresses at 2,000 characters
_LARGEST_RESPONSE = 200_000_000  # bytes
_CHUNK = 1 << 16  # bytes
_BUSY = frozenset({429, 503})
_TRIES = 4
_GRAPH_FORMATS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}


@dataclass(frozen=True, slots=True)
class Table:
    """What an engine returns.

    Attributes:
        columns: The variables of a SELECT; `subject`, `predicate`, `object` for triples; `answer` for an ASK.
        rows: One tuple of terms for each solution, None where a variable is unbound.
        triples: The triples of a CONSTRUCT or DESCRIBE, which stand in the rows too; None for other forms.
        boolean: The answer of an ASK, which stands in the rows too; None for other forms.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    triples: tuple[ox.Triple, ...] | None = None
    boolean: bool | None = None


class Engine(Protocol):
    """Something that runs SPARQL."""

    def run(self, sparql: str) -> Table:
        """Run a query.

        Raises:
            QueryError: It cannot be run.
        """


def _table(result: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean) -> Table:
    if isinstance(result, ox.QueryBoolean):
        return Table(("answer",), ((ox.Literal(bool(result)),),), boolean=bool(result))
    if isinstance(result, ox.QueryTriples):
        return _triples(list(result))
    columns = tuple(v.value for v in result.variables)
    found = list(result)  # all first, then each term once: term by term takes a fifth more
    once: dict[Term | None, Term | None] = {}
    return Table(columns, tuple(tuple([once.setdefault(term, term) for term in row]) for row in found))


def _triples(found: list[ox.Triple]) -> Table:
    return Table(_TRIPLE_COLUMNS, tuple((t.subject, t.predicate, t.object) for t in found), tuple(found))


@dataclass(frozen=True, slots=True)
class EmbeddedEngine:
    """Runs queries on a dataset in this process.

    Attributes:
        store: The dataset.
        union: Whether the union of its graphs may stand for those that plain queries see, as `run_query` tells.

    Example:
        >>> EmbeddedEngine(ox.Store()).run("SELECT ?s { ?s ?p ?o }")
        Table(columns=('s',), rows=(), triples=None, boolean=None)
    """

    store: ox.Store
    union: bool = False

    def run(self, sparql: str) -> Table:
        """Run a query over the graphs that it names with FROM, or the default graphs of the knowledge graph.

        Args:
            sparql: A SELECT, CONSTRUCT, DESCRIBE or ASK query.

        Returns:
            All its rows.

        Raises:
            QueryError: It is not SPARQL, or cannot be run.
        """
        chosen = dataset(sparql)
        graphs, named = (None, None) if chosen is None else ([ox.NamedNode(iri) for iri in part] for part in chosen)
        result = run_query(self.store, sparql, graphs, named, union=self.union)
        try:
            return _table(result)
        except (OSError, ValueError, RuntimeError) as error:  # rows are computed while they are read
            raise QueryError(f"the query cannot be run: {error}") from error


def ready(engine: Engine) -> Engine:
    """Return an engine whose patterns find what several sources say of a kind once, whatever the dataset is kept in.

    Args:
        engine: An engine; a remote one is returned as it is.
    """
    if isinstance(engine, EmbeddedEngine):
        return replace(engine, store=without_repeats(engine.store))
    return engine


@dataclass(frozen=True, slots=True)
class RemoteEngine:
    """Runs queries on a SPARQL endpoint.

    Credentials come from the environment, as `irkg.endpoint.Endpoint` tells. An endpoint that is busy (429, 503) is
    asked again after the time that its Retry-After names, or after 1, 2 and 4 seconds, while the time limit allows it.

    Attributes:
        url: Its address.
        timeout: Seconds to wait for the whole answer.
        wait: Lets a number of seconds pass.
    """

    url: str
    timeout: int = 60
    wait: Callable[[float], None] = field(default=time.sleep, repr=False)

    def run(self, sparql: str) -> Table:
        """Run a query there.

        Args:
            sparql: A SELECT, CONSTRUCT, DESCRIBE or ASK query.

        Returns:
            All its rows.

        Raises:
            QueryError: The endpoint cannot be reached, refuses the query, or does not answer with results.
            MissingExtra: SPARQLWrapper is not installed.
        """
        kind, body = self._fetch(sparql)
        is_graph = form(sparql) in ("CONSTRUCT", "DESCRIBE")
        try:
            if is_graph:
                if kind not in _GRAPH_FORMATS:
                    raise self._error(f"answered with {kind or 'no type'} instead of triples")
                quads = ox.parse(body, format=_GRAPH_FORMATS[kind])
                return _triples([q.triple for q in quads])
            if kind not in ("application/sparql-results+json", "application/json"):
                raise self._error(f"answered with {kind or 'no type'} instead of SPARQL results")
            return _table(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))
        except (SyntaxError, ValueError) as error:
            if not is_graph and body.lstrip()[:1] == b"{" and body.rstrip()[-1:] != b"}":
                raise self._endpoint.truncated() from error
            raise self._error(f"sent malformed results: {error}") from error

    @property
    def _endpoint(self) -> Endpoint:
        from irkg.endpoint import Endpoint

        return Endpoint(self.url, self.timeout, {400: "check the query"})

    def _error(self, what: str) -> EndpointError:
        return self._endpoint.error(what)

    def _fetch(self, sparql: str) -> tuple[str, bytes]:
        """Return the media type and the body of the response, asking again where the endpoint is busy."""
        deadline = time.monotonic() + self.timeout
        for again in range(_TRIES):
            try:
                return self._response(sparql, deadline)
            except EndpointError as refused:
                pause = _pause(refused, 2**again)
                if pause is None or again + 1 == _TRIES or time.monotonic() + pause > deadline:
                    raise
                self.wait(pause)
        raise AssertionError("the last try returns or raises")

    def _response(self, sparql: str, deadline: float) -> tuple[str, bytes]:
        wrapper = self._wrapper(sparql)
        wrapper.setTimeout(max(1, round(deadline - time.monotonic())))
        with self._endpoint.told(), wrapper.query().response as response:
            kind = response.headers.get_content_type() if response.headers.get("Content-Type") else ""
            return kind, self._read(response, deadline)

    def _read(self, response: Any, deadline: float) -> bytes:
        """Return the body of a response: all of it, not too much, and before the time limit."""
        body = bytearray()
        while chunk := response.read1(_CHUNK):
            body += chunk
            if len(body) > _LARGEST_RESPONSE:
                raise self._endpoint.error("sent too much", "add LIMIT to the query")
            if time.monotonic() > deadline:
                raise TimeoutError
        announced = response.headers.get("Content-Length", "")
        if announced.isdecimal() and len(body) < int(announced):
            raise self._endpoint.truncated()
        return bytes(body)

    def _wrapper(self, sparql: str) -> Any:
        try:
            import SPARQLWrapper as sw  # noqa: N813
        except ImportError as error:
            raise MissingExtra("a remote endpoint", extra="remote") from error
        authorization = self._endpoint.authorization()
        wrapper = _careful(sw.SPARQLWrapper, self._endpoint)(self.url)
        wrapper.setQuery(sparql)
        wrapper.queryType = form(sparql) or sw.SELECT  # its own guess is misled by words in comments
        wrapper.setMethod(sw.POST if len(sparql) > _LONGEST_GET else sw.GET)
        wrapper.setReturnFormat(sw.TURTLE if form(sparql) in ("CONSTRUCT", "DESCRIBE") else sw.JSON)
        if authorization:
            wrapper.addCustomHttpHeader("Authorization", authorization)
        return wrapper


def _pause(refused: EndpointError, default: float) -> float | None:
    """Return how many seconds an endpoint that is busy asks to wait (RFC 9110, section 10.2.3); None if it is not.

    Example:
        >>> _pause(EndpointError("the endpoint is closed"), 1) is None
        True
    """
    from email.utils import parsedate_to_datetime
    from urllib.error import HTTPError

    cause = refused.__cause__
    if not isinstance(cause, HTTPError) or cause.code not in _BUSY:
        return None
    after = (cause.headers.get("Retry-After") or "").strip()
    if after.isdecimal():
        return float(after)
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except ValueError:
        return default


def _careful(wrapper: Any, endpoint: Endpoint) -> Any:
    """Return SPARQLWrapper with three habits mended.

    It maps some statuses to errors that have lost their number, urllib hands its headers, the credentials
    among them, to wherever the endpoint redirects, and follows it to any host.
    """
    from urllib.parse import urlsplit
    from urllib.request import HTTPRedirectHandler, build_opener

    class SameHost(HTTPRedirectHandler):
        def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
            old, new = urlsplit(req.full_url), urlsplit(newurl)
            if new.hostname != old.hostname or (old.scheme == "https" and new.scheme != "https"):
                fp.close()
                raise endpoint.redirected(newurl)
            return super().redirect_request(req, fp, code, msg, headers, newurl)

    class Careful(wrapper):  # type: ignore[misc]
        def _query(self) -> tuple[Any, str]:
            request = self._createRequest()
            secret = request.headers.pop("Authorization", None)
            if secret:
                request.add_unredirected_header("Authorization", secret)
            return build_opener(SameHost).open(request, timeout=self.timeout), self.returnFormat

    return Careful
