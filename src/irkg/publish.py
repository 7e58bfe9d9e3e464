"""The knowledge graph into a server that holds graphs, by the SPARQL 1.1 Graph Store HTTP Protocol.

See https://www.w3.org/TR/sparql11-http-rdf-update/: a graph is named by `?graph=IRI` at the address of the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import IO
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from irkg.canonical import canonical
from irkg.default_graph import has_merged, merged
from irkg.endpoint import Endpoint
from irkg.store import in_memory

CHECKS = ("digest", "count", "none")
"""How a graph is held against what the server has of it: every triple, their number, or not at all."""

_PIECE = 1 << 20  # bytes
_IN_MEMORY = 1 << 26  # bytes of a graph that are kept in memory on their way; more go through a file
_DIGEST_BITS = 256
_SENT_AS = "text/turtle; charset=utf-8"  # N-Triples is Turtle, and Turtle is what each of these servers takes
_WANTED = "application/n-triples, text/turtle;q=0.9"
_READ_AS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/plain": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/x-turtle": ox.RdfFormat.TURTLE,
}


@dataclass(frozen=True, slots=True)
class Content:
    """What a graph says, so that two graphs can be held against each other.

    Attributes:
        triples: How many triples it has.
        digest: 64 hexadecimal digits, the same for the same triples in any order and whatever their blank nodes are
            called: the sum of the SHA-256 of each triple's N-Triples, modulo 2 to the power of 256. Meant for
            accidents, not for forgers.
    """

    triples: int
    digest: str


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a graph.

    Attributes:
        graph: Its IRI, "default" for the default graph.
        content: What it says here.
        there: What the server has of it in the end; None where that was not asked.
        sent: Whether it was sent; it is not where the server had it already.
        same: Whether the server has it in the end, as far as it was checked.
    """

    graph: str
    content: Content
    there: Content | None
    sent: bool
    same: bool


class _Sum:
    """Adds up the digest of a graph, triple by triple."""

    def __init__(self) -> None:
        self._seen = self._total = 0
        self._with_blanks: list[ox.Quad] = []

    def add(self, triple: ox.Triple) -> None:
        if isinstance(triple.subject, ox.BlankNode) or isinstance(triple.object, ox.BlankNode):
            self._with_blanks.append(ox.Quad(*triple))
        else:
            self._count(str(triple))

    def _count(self, line: str) -> None:
        self._seen += 1
        self._total += int.from_bytes(hashlib.sha256(line.encode()).digest())

    def content(self) -> Content:
        for quad in canonical(self._with_blanks):
            self._count(str(quad.triple))
        self._with_blanks.clear()
        return Content(self._seen, f"{self._total % 2**_DIGEST_BITS:064x}")


def content_of(triples: Iterable[ox.Triple]) -> Content:
    """Return what tells a graph from others.

    Args:
        triples: Its triples, each once, in any order.

    Example:
        >>> a, b = (ox.Triple(ox.NamedNode(f"urn:x:{n}"), ox.NamedNode("urn:x:p"), ox.Literal(n)) for n in (1, 2))
        >>> content_of([a, b]) == content_of([b, a])
        True
        >>> content_of([a]).triples
        1
    """
    found = _Sum()
    for triple in triples:
        found.add(triple)
    return found.content()


class GraphStore:
    """A server that holds graphs, at the address of its Graph Store Protocol.

    Args:
        url: That address.
        timeout: Seconds that the server may be silent.
    """

    def __init__(self, url: str, timeout: int = 600) -> None:
        remedies = {
            404: "give the address of the graph store, not of SPARQL queries",
            405: "give the address of the graph store, and let it be written to",
            413: "let the server take larger bodies, or load files there",
            415: "give the address of the graph store, not of SPARQL queries",
        }
        self._endpoint = Endpoint(url, timeout, remedies, "run the same again with more --timeout: what is there stays")

    def _address(self, graph: str | None) -> str:
        joint = "&" if urlsplit(self._endpoint.url).query else "?"
        return self._endpoint.url + joint + ("default" if graph is None else f"graph={quote(graph, safe='')}")

    def content(self, graph: str | None) -> Content | None:
        """Read a graph back.

        Args:
            graph: Its IRI; None for the default graph.

        Returns:
            What it says; None where the server has no such graph.

        Raises:
            EndpointError: The server cannot be reached, refuses, or answers with something else.
        """
        with self._endpoint.told():
            try:
                response = self._endpoint.open("GET", self._address(graph), {"Accept": _WANTED})
            except HTTPError as error:
                if error.code != HTTPStatus.NOT_FOUND:
                    raise
                error.close()
                return None
            with response:
                kind = response.headers.get_content_type()
                if kind not in _READ_AS and response.status != HTTPStatus.NO_CONTENT:
                    raise self._endpoint.error(f"answered with {kind} instead of triples")
                if response.status == HTTPStatus.NO_CONTENT:
                    return content_of([])
                return self._read(response, _READ_AS[kind])

    def _read(self, response: IO[bytes], syntax: ox.RdfFormat) -> Content:
        try:
            return content_of(quad.triple for quad in ox.parse(response, format=syntax))
        except SyntaxError as error:
            raise self._endpoint.error(f"sent malformed triples: {error}", "run the same again") from error

    def put(self, graph: str | None, triples: Iterable[ox.Triple]) -> Content:
        """Replace a graph.

        Args:
            graph: Its IRI; None for the default graph.
            triples: What it shall hold, each triple once.

        Returns:
            What was sent.

        Raises:
            EndpointError: The server cannot be reached or refuses.
        """
        found = _Sum()

        def summed() -> Iterator[ox.Triple]:
            for triple in triples:
                found.add(triple)
                yield triple

        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            ox.serialize(summed(), body, format=ox.RdfFormat.N_TRIPLES)
            length = body.tell()
            with self._endpoint.told():
                url, kind = self._address(graph), {"Content-Type": _SENT_AS}
                self._endpoint.open("PUT", url, kind, _Pieces(body), length=length).close()
        return found.content()


class _Pieces:
    """A file as pieces, from its beginning each time that it is gone through."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while piece := self._file.read(_PIECE):
            yield piece


def publish(
    store: ox.Store,
    server: GraphStore,
    *,
    default_graph: bool = False,
    check: str = "digest",
    report: Callable[[Published], None] = lambda _: None,
) -> list[Published]:
    """Put all graphs of a knowledge graph into a server, one after the other, and hold them against what arrived.

    A graph that the server already has is left alone, so that a publication that was cut off goes on where it was.
    Nothing is taken away from the server but what a graph of the same name held before.

    Args:
        store: The knowledge graph.
        server: Where to.
        default_graph: Whether what plain queries see goes into the server's default graph too, in place of what is
            there: for servers whose default graph is not the union of the named ones.
        check: One of `CHECKS`. With "count", a graph of as many triples counts as the same; with "none" all are sent.
        report: Told of each graph as soon as it is done.

    Returns:
        What became of each graph, by their IRIs, the default graph last.

    Raises:
        EndpointError: The server cannot be reached, refuses, or answers with something else.
    """
    named = sorted(g.value for g in store.named_graphs() if isinstance(g, ox.NamedNode))
    done = []
    for graph in [*named, *([None] if default_graph else [])]:
        done.append(_published(_Graph(store, graph), server, check))
        report(done[-1])
    return done


class _Graph:
    """A graph of a knowledge graph; the default one is what plain queries see, put together."""

    def __init__(self, store: ox.Store, name: str | None) -> None:
        self.name = name
        self._store = store if name is not None or has_merged(store) else in_memory(merged(store))
        self._graph = ox.DefaultGraph() if name is None else ox.NamedNode(name)

    def triples(self) -> Iterator[ox.Triple]:
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, self._graph))


def _published(graph: _Graph, server: GraphStore, check: str) -> Published:
    def same(here: Content, there: Content | None) -> bool:
        return there is not None and (here == there if check == "digest" else here.triples == there.triples)

    name = graph.name or "default"
    if check == "none":
        return Published(name, server.put(graph.name, graph.triples()), None, sent=True, same=True)
    here, there = content_of(graph.triples()), server.content(graph.name)
    if same(here, there):
        return Published(name, here, there, sent=False, same=True)
    server.put(graph.name, graph.triples())
    there = server.content(graph.name)
    return Published(name, here, there, sent=True, same=same(here, there))
