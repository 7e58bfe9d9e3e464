"""Publishing, into a real server wherever one can do what is told, and into one that misbehaves where it cannot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from irkg import vocab as v
from irkg.catalogue import catalogue
from irkg.cli import irkg
from irkg.engines import EmbeddedEngine, RemoteEngine
from irkg.errors import EndpointError
from irkg.kg import KnowledgeGraph
from irkg.publish import GraphStore, Published, content_of, publish
from irkg.query import answer
from irkg.store import in_memory, open_dataset, save_dataset
from served import SCHEMA, free_port, oxigraph

GRAPH = "urn:x:graph"
P = ox.NamedNode("urn:x:p")


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"IRKG_ENDPOINT_{name}", raising=False)


def small(*texts: str, graph: str = GRAPH) -> ox.Store:
    return in_memory(ox.Quad(ox.NamedNode("urn:x:s"), P, ox.Literal(t), ox.NamedNode(graph)) for t in texts)


def states(done: list[Published]) -> dict[str, str]:
    return {d.graph: ("sent" if d.sent else "there") if d.same else "differs" for d in done}


@pytest.fixture(scope="module")
def shipped() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def published(shipped: KnowledgeGraph) -> Iterator[str]:
    with oxigraph("serve") as address:
        done = publish(shipped.store, GraphStore(f"{address}/store"), default_graph=True)
        assert set(states(done).values()) == {"sent"}
        assert sum(d.content.triples for d in done[:-1]) == len(shipped.store)
        yield address


def test_a_second_time_nothing_is_sent(published: str, shipped: KnowledgeGraph) -> None:
    done = publish(shipped.store, GraphStore(f"{published}/store"))
    assert set(states(done).values()) == {"there"}
    assert [d.graph for d in done] == sorted(d.graph for d in done)


def canned() -> list[str]:
    return [n for n, spec in sorted(catalogue().items()) if not n.startswith(("check-", "construct-"))]


@pytest.mark.parametrize("name", canned())
def test_each_canned_query_gives_the_same_rows_there(name: str, published: str, shipped: KnowledgeGraph) -> None:
    values: dict[str, list[str]] = {}
    for param, value in catalogue()[name].example:
        values.setdefault(param, []).append(value)
    sparql = shipped.bound(name, values)[2]
    there = answer(RemoteEngine(f"{published}/query").run(sparql))
    assert there == answer(EmbeddedEngine(shipped.store).run(sparql))


def test_only_what_differs_is_sent_and_nothing_else_is_touched() -> None:
    with oxigraph("serve") as address:
        server = GraphStore(f"{address}/store")
        server.put("urn:x:of-somebody-else", [ox.Triple(P, P, P)])
        server.put(GRAPH, [ox.Triple(P, P, P)])  # what a publication that was cut off may leave
        two = in_memory([*small("a", "b"), *small("c", graph="urn:x:other")])
        assert states(publish(two, server)) == {GRAPH: "sent", "urn:x:other": "sent"}
        assert states(publish(in_memory([*small("a"), *small("c", graph="urn:x:other")]), server)) == {
            GRAPH: "sent",
            "urn:x:other": "there",
        }
        assert server.content(GRAPH) == content_of(q.triple for q in small("a"))
        assert server.content("urn:x:of-somebody-else") == content_of([ox.Triple(P, P, P)])
        assert server.content("urn:x:unknown") is None
        assert server.content(None) in (None, content_of([]))  # the default graph was not asked for
        assert states(publish(small("z"), server, check="count")) == {GRAPH: "there"}
        assert states(publish(small("z"), server, check="none")) == {GRAPH: "sent"}
        assert server.content(GRAPH) == content_of(q.triple for q in small("z"))


def test_what_was_cut_off_goes_on_where_it_was() -> None:
    names = [f"urn:x:{n}" for n in range(4)]
    graphs = in_memory(quad for name in names for quad in small("a", name, graph=name))

    class CutOffError(Exception):
        """The process ends here."""

    def cut_off(done: Published) -> None:
        if done.graph == names[1]:
            raise CutOffError

    with oxigraph("serve") as address:
        server = GraphStore(f"{address}/store")
        with pytest.raises(CutOffError):
            publish(graphs, server, report=cut_off)
        assert [server.content(name) is not None for name in names] == [True, True, False, False]
        done = publish(graphs, server)
        assert states(done) == dict(zip(names, ["there", "there", "sent", "sent"], strict=True))
        assert [server.content(name) for name in names] == [d.content for d in done]
        assert [d.content.triples for d in done] == [2, 2, 2, 2]


def test_a_server_whose_plain_queries_see_no_named_graph_is_told_of() -> None:
    with oxigraph("serve") as address:
        publish(small("a", "b"), GraphStore(f"{address}/store"))
        found = KnowledgeGraph.at_endpoint(f"{address}/query").query("mechanisms")
    assert not found.rows
    assert "default graph" in found.notes[-1]
    assert "irkg publish --default-graph" in found.notes[-1]


def test_the_default_graph_of_a_folder_is_sent_as_it_stands(tmp_path: Path) -> None:
    shown = [SCHEMA, *small("a", graph=v.GRAPH_EDGES), *small("a", "b", graph=v.GRAPH_CLAIMS + "x")]
    save_dataset([*shown, *small("hidden", graph=v.GRAPH_CANDIDATES)], tmp_path / "kg", {})
    with oxigraph("serve") as address:
        server = GraphStore(f"{address}/store")
        from_folder, from_file = (
            publish(store, server, default_graph=True)[-1]
            for store in (open_dataset(tmp_path / "kg"), in_memory(shown))
        )
        assert from_folder.content == from_file.content == server.content(None)
        assert from_folder.content == content_of({q.triple for q in shown})
        assert (from_folder.sent, from_file.sent) == (True, False)


def test_text_of_all_sorts_arrives() -> None:
    odd = small('a\nb\t"c" \\\\ é 🙂', "", "\r", graph="https://example.org/a?b=c&d=é#f")
    with oxigraph("serve") as address:
        server = GraphStore(f"{address}/store")
        assert set(states(publish(odd, server)).values()) == {"sent"}
        assert set(states(publish(odd, server)).values()) == {"there"}


def test_the_command_tells_what_it_did_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "kg.nq"
    path.write_bytes(ox.serialize([SCHEMA, *small("a", "b")], format=ox.RdfFormat.N_QUADS) or b"")
    with oxigraph("serve") as address:
        words = ["publish", "--kg", str(path), "--endpoint", f"{address}/store"]
        first, second = (CliRunner().invoke(irkg, words, standalone_mode=False) for _ in range(2))
        for result, state in ((first, "sent"), (second, "there")):
            header, *rows = [line.split("\t") for line in result.stdout.splitlines()]
            assert header == ["graph", "triples", "digest", "state"]
            assert [(r[0], r[1], r[3]) for r in rows] == [(v.GRAPH_ONTOLOGY, "1", state), (GRAPH, "2", state)]
            assert result.return_value == 0
        with pytest.raises(EndpointError, match=r"answered with status 40.+; give the address of the graph store"):
            CliRunner().invoke(irkg, [*words[:-1], f"{address}/nothing"], standalone_mode=False, catch_exceptions=False)


NODES = st.sampled_from([*(ox.NamedNode(f"urn:x:{n}") for n in range(3)), *(ox.BlankNode(f"b{n}") for n in range(3))])
TRIPLES = st.sets(st.builds(ox.Triple, NODES, st.just(P), NODES), max_size=6)


def renamed(triples: set[ox.Triple]) -> list[ox.Triple]:
    def other(node: ox.NamedNode | ox.BlankNode) -> ox.NamedNode | ox.BlankNode:
        return ox.BlankNode(f"other{node.value}") if isinstance(node, ox.BlankNode) else node

    return [ox.Triple(other(t.subject), t.predicate, other(t.object)) for t in triples]  # type: ignore[arg-type]


@given(TRIPLES)
def test_a_digest_says_nothing_of_order_and_blank_nodes(triples: set[ox.Triple]) -> None:
    assert content_of(renamed(triples)[::-1]) == content_of(triples)


@given(TRIPLES, TRIPLES)
def test_a_digest_tells_graphs_apart(one: set[ox.Triple], two: set[ox.Triple]) -> None:
    alike = [ox.Dataset(ox.Quad(*t) for t in triples) for triples in (one, two)]
    for graph in alike:
        graph.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert (content_of(one) == content_of(two)) == (alike[0] == alike[1])


def test_a_digest_is_the_sum_of_those_of_the_triples() -> None:
    lines = [f'<urn:x:s> <urn:x:p> "{text}"' for text in "ab"]
    total = sum(int(hashlib.sha256(line.encode()).hexdigest(), 16) for line in lines) % 2**256
    assert content_of(q.triple for q in small("a", "b")).digest == f"{total:064x}"


Answer = tuple[int, str, bytes]


@contextmanager
def serving(get: Callable[[], Answer], put: Callable[[BaseHTTPRequestHandler, bytes], Answer]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply(get())

        def do_PUT(self) -> None:
            self._reply(put(self, self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, reply: Answer) -> None:
            status, kind, body = reply
            self.send_response(status)
            if status == 401:
                self.send_header("WWW-Authenticate", kind)
            self.send_header("Content-Type", "text/plain" if status == 401 else kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/data"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


LESS = b'<urn:x:s> <urn:x:p> "a" .\n'


def test_what_arrives_otherwise_is_told(tmp_path: Path) -> None:
    def one_short() -> Answer:
        return 200, "text/turtle", LESS

    with serving(one_short, lambda _, __: (204, "text/plain", b"")) as url:
        done = publish(small("a", "b"), GraphStore(url))
        assert states(done) == {GRAPH: "differs"}
        assert (done[0].content.triples, done[0].there and done[0].there.triples) == (2, 1)
        assert states(publish(small("b"), GraphStore(url))) == {GRAPH: "differs"}
        assert states(publish(small("b"), GraphStore(url), check="count")) == {GRAPH: "there"}
        result = CliRunner().invoke(irkg, ["publish", "--endpoint", url], standalone_mode=False)
        assert result.return_value == 1
        assert "the server has 1 triples, not the" in result.stderr


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((200, "text/html", b"<html>"), "answered with text/html instead of triples"),
        ((200, "text/turtle", b"<urn:x:s> <urn"), "sent malformed triples"),
        ((405, "text/plain", b"no"), "status 405: no; give the address of the graph store, and let it be written to"),
        ((401, "Bearer", b""), "status 401; set IRKG_ENDPOINT_USER"),
        ((503, "text/plain", b"busy"), "status 503: busy; try again later"),
    ],
)
def test_what_a_server_does_wrong_is_told(reply: Answer, said: str) -> None:
    with serving(lambda: reply, lambda _, __: reply) as url, pytest.raises(EndpointError) as refused:
        publish(small("a"), GraphStore(url))
    assert said in str(refused.value)
    assert url in str(refused.value)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(EndpointError, match=r"cannot be reached: .*refused; check that it runs"):
        publish(small("a"), GraphStore(f"http://127.0.0.1:{free_port()}/"))


@pytest.mark.parametrize(
    ("environment", "sent"),
    [
        ({"USER": "ann", "PASSWORD": "secret"}, "Basic YW5uOnNlY3JldA=="),
        ({"USER": "ann", "PASSWORD": "secret", "TOKEN": "abc"}, "Bearer abc"),
        ({"USER": "ann"}, None),
        ({}, None),
    ],
)
def test_credentials_come_from_the_environment(
    environment: dict[str, str], sent: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []
    for name, value in environment.items():
        monkeypatch.setenv(f"IRKG_ENDPOINT_{name}", value)

    def put(request: BaseHTTPRequestHandler, body: bytes) -> Answer:
        seen.append(request.headers.get("Authorization"))
        assert parse_qs(urlsplit(request.path).query)["graph"] == [GRAPH]
        assert request.headers["Content-Type"].startswith("text/turtle")
        assert body == LESS
        return 201, "text/plain", b""

    with serving(lambda: (200, "text/turtle", LESS), put) as url:
        assert states(publish(small("a"), GraphStore(f"{url}?x=1"), check="none")) == {GRAPH: "sent"}
    assert seen == [sent]


@pytest.mark.parametrize("right", [True, False])
def test_a_server_that_asks_for_digest_authentication_gets_it(right: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRKG_ENDPOINT_USER", "dba")
    monkeypatch.setenv("IRKG_ENDPOINT_PASSWORD", "secret")
    bodies: list[bytes] = []

    def md5(text: str) -> str:
        return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()

    def put(request: BaseHTTPRequestHandler, body: bytes) -> Answer:
        given = request.headers.get("Authorization") or ""
        bodies.append(body)
        parts = dict(part.strip().split("=", 1) for part in given.partition(" ")[2].split(",") if "=" in part)
        parts = {name: value.strip('"') for name, value in parts.items()}
        who, what = md5("dba:SPARQL:secret"), md5(f"PUT:{request.path}")
        if given.startswith("Digest") and right:
            wanted = md5(f"{who}:{parts['nonce']}:{parts['nc']}:{parts['cnonce']}:auth:{what}")
            if parts["response"] == wanted:
                return 201, "text/plain", b""
        return 401, 'Digest realm="SPARQL", nonce="6e1d", qop="auth", algorithm="MD5"', b""

    with serving(lambda: (200, "text/turtle", LESS), put) as url:
        if right:
            assert states(publish(small("a"), GraphStore(url), check="none")) == {GRAPH: "sent"}
        else:
            with pytest.raises(EndpointError, match="status 401; set IRKG_ENDPOINT_USER"):
                publish(small("a"), GraphStore(url), check="none")
    assert bodies == [LESS, LESS]  # the whole body again


def test_credentials_are_never_sent_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRKG_ENDPOINT_TOKEN", "abc-secret")
    with pytest.raises(EndpointError, match="would get credentials unencrypted") as refused:
        publish(small("a"), GraphStore("http://ann:hidden@example.invalid/data"))
    assert "secret" not in str(refused.value)
    assert "hidden" not in str(refused.value)
