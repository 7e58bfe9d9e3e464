from __future__ import annotations

import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from irkg import KnowledgeGraph
from irkg.binding import bind
from irkg.catalogue import catalogue
from irkg.engines import EmbeddedEngine, RemoteEngine
from irkg.errors import MissingExtra, QueryError
from irkg.query import answer, load_catalogue
from served import free_port, oxigraph

HERE = Path(__file__).parent
DATASET = HERE / "queries" / "dataset.trig"
RESULTS = "application/sparql-results+json"
NOTHING_TO_FIND = {"strategies-countering", "construct-component", "construct-shared-target"}  # in this dataset
EMPTY = b'{"head":{"vars":["s"]},"results":{"bindings":[]}}'


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "PASSWORD", "TOKEN"):
        monkeypatch.delenv(f"IRKG_ENDPOINT_{name}", raising=False)


@contextmanager
def serving_quads(folder: Path, quads: Iterable[ox.Quad]) -> Iterator[str]:
    """Serve a dataset by the command that comes with the wheel oxigraph."""
    store = ox.Store(str(folder))
    store.bulk_extend(quads)
    store.flush()
    del store
    with oxigraph("serve-read-only", "--location", str(folder), "--union-default-graph") as address:
        yield f"{address}/query"


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    quads = ox.parse(path=str(DATASET), format=ox.RdfFormat.TRIG)
    with serving_quads(tmp_path_factory.mktemp("served") / "store", quads) as url:
        yield url


@pytest.fixture(scope="module")
def shipped() -> KnowledgeGraph:
    return KnowledgeGraph.open()


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, shipped: KnowledgeGraph) -> Iterator[str]:
    """The graph that irkg ships, exported and served."""
    quads = ox.parse(shipped.export("nquads"), format=ox.RdfFormat.N_QUADS)
    with serving_quads(tmp_path_factory.mktemp("exported") / "store", quads) as url:
        yield url


@pytest.fixture(scope="module")
def embedded() -> EmbeddedEngine:
    store = ox.Store()
    store.load(path=str(DATASET), format=ox.RdfFormat.TRIG)
    return EmbeddedEngine(store)


@pytest.mark.parametrize("name", [n for n in sorted(load_catalogue(HERE.parent / "queries")) if n[:6] != "check-"])
def test_a_server_gives_the_same_rows(name: str, endpoint: str, embedded: EmbeddedEngine) -> None:
    text = load_catalogue(HERE.parent / "queries")[name].text
    here, there = answer(embedded.run(text)), answer(RemoteEngine(endpoint).run(text))
    assert there == here
    assert here.rows or name in NOTHING_TO_FIND


@pytest.mark.parametrize("name", [n for n in sorted(catalogue()) if not n.startswith("construct-")])
def test_the_exported_graph_served_gives_the_same_rows(name: str, exported: str, shipped: KnowledgeGraph) -> None:
    """Each query with the values of its example, through the public face, at the endpoint and in this process."""
    spec = catalogue()[name]
    here, there = shipped.example(spec), KnowledgeGraph.at_endpoint(exported).example(spec)
    assert there.columns == here.columns
    assert there.rows == here.rows


def test_forms_and_terms_come_back_alike(endpoint: str, embedded: EmbeddedEngine) -> None:
    for text in (
        "ASK { ?s ?p ?o }",
        "ASK { <urn:x:a> ?p ?o }",
        "SELECT ?a ?b ?c { BIND ('é\"\\n'@en AS ?a) BIND (1.5 AS ?b) }",
        "DESCRIBE <https://w3id.org/irkg/hedged>",
        "CONSTRUCT { ?s a <urn:x:b> } WHERE { ?s a <https://w3id.org/irkg/Strength> }",
    ):
        here, there = embedded.run(text), RemoteEngine(endpoint).run(text)
        assert there.columns == here.columns
        assert set(there.rows) == set(here.rows)
        assert (there.triples is None) == (here.triples is None)


def test_a_long_query_is_posted(endpoint: str, embedded: EmbeddedEngine) -> None:
    spec = load_catalogue(HERE.parent / "queries")["claims-about"]
    kinds = [f"https://w3id.org/irkg/kind/X{n}" for n in range(2_000)]
    text = bind(spec, {"kind": [*kinds, "https://w3id.org/irkg/kind/CL_0000889"]})
    rows = answer(RemoteEngine(endpoint).run(text)).rows
    assert rows == answer(embedded.run(text)).rows
    assert len(rows) == 3


def test_a_wrong_query_is_told_by_both(endpoint: str, embedded: EmbeddedEngine) -> None:
    with pytest.raises(QueryError, match=r"answered with status 400: .+; check the query"):
        RemoteEngine(endpoint).run("SELECT nothing")
    with pytest.raises(QueryError, match="not SPARQL"):
        embedded.run("SELECT nothing")


Reply = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(reply: Reply) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/sparql"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def replying(status: int, kind: str, body: bytes, **headers: str) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return reply


@pytest.mark.parametrize(
    ("status", "kind", "body", "said"),
    [
        (200, "text/html", b"<html>hello", "answered with text/html instead of SPARQL results"),
        (200, RESULTS, b'{"head":', "sent a truncated answer"),
        (200, RESULTS, EMPTY[:-20], "sent a truncated answer"),
        (200, RESULTS, b'{"head":}', "sent malformed results"),
        (429, "text/plain", b"slow down", "answered with status 429: slow down; try again later"),
        (200, "application/json", b"[1, 2]", "sent malformed results"),
        (400, "text/plain", b"bad\nquery", "answered with status 400: bad query; check the query"),
        (401, "text/html", b"<html>", "answered with status 401; set IRKG_ENDPOINT_USER"),
        (403, "text/plain", b"", "answered with status 403; check the credentials"),
        (404, "text/html", b"<html>", "answered with status 404; check the address"),
        (500, "text/plain", b"oh", "answered with status 500: oh; try again later"),
        (503, "text/plain", b"", "answered with status 503; try again later"),
    ],
)
def test_what_a_server_does_wrong_is_told(status: int, kind: str, body: bytes, said: str) -> None:
    with serving(replying(status, kind, body)) as url, pytest.raises(QueryError) as refused:
        RemoteEngine(url, wait=lambda _: None).run("SELECT ?s { ?s ?p ?o }")
    assert said in str(refused.value)
    assert url in str(refused.value)


def test_html_in_place_of_triples_is_told() -> None:
    with (
        serving(replying(200, "text/html", b"<html>")) as url,
        pytest.raises(QueryError, match="text/html instead of triples"),
    ):
        RemoteEngine(url).run("CONSTRUCT WHERE { ?s ?p ?o }")


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(QueryError, match=r"cannot be reached: .*refused; check that it runs"):
        RemoteEngine(f"http://127.0.0.1:{free_port()}/").run("ASK { }")


def test_a_server_that_does_not_answer() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(QueryError, match="did not answer within 1 s"):
            RemoteEngine(url, timeout=1).run("ASK { }")


def test_a_server_that_never_ends_its_answer() -> None:
    """Each piece comes within the time limit, all of them together do not."""
    stopped = threading.Event()

    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", RESULTS)
        request.end_headers()
        with suppress(OSError):  # the client hangs up
            while not stopped.wait(0.05):
                request.wfile.write(b" ")

    with serving(reply) as url:
        begun = time.monotonic()
        with pytest.raises(QueryError, match="did not answer within 1 s"):
            RemoteEngine(url, timeout=1).run("ASK { }")
        assert time.monotonic() - begun < 2  # the limit and one second
        stopped.set()


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/", "sparql", "http://"])
def test_only_web_addresses_are_taken(url: str) -> None:
    with pytest.raises(QueryError, match="is not a web address"):
        RemoteEngine(url).run("ASK { }")


def recording(seen: list[str | None], then: Reply) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers.get("Authorization"))
        then(request)

    return reply


def test_credentials_go_to_the_endpoint_only(monkeypatch: pytest.MonkeyPatch) -> None:
    first: list[str | None] = []
    second: list[str | None] = []
    ask = b'{"head":{},"boolean":true}'
    with serving(recording(second, replying(200, RESULTS, ask))) as elsewhere:
        there = recording(first, replying(302, "text/plain", b"", Location=elsewhere))
        with serving(there) as url:
            monkeypatch.setenv("IRKG_ENDPOINT_USER", "ann")
            monkeypatch.setenv("IRKG_ENDPOINT_PASSWORD", "secret")
            assert RemoteEngine(url).run("ASK { }").rows == ((ox.Literal(True),),)
            monkeypatch.setenv("IRKG_ENDPOINT_TOKEN", "abc")
            RemoteEngine(url).run("ASK { }")
    assert first == ["Basic YW5uOnNlY3JldA==", "Bearer abc"]
    assert second == [None, None]


def test_credentials_are_never_sent_in_the_clear_nor_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IRKG_ENDPOINT_TOKEN", "abc-secret")
    with pytest.raises(QueryError, match="would get credentials unencrypted") as refused:
        RemoteEngine("http://ann:hidden@example.invalid/sparql").run("ASK { }")
    assert "secret" not in str(refused.value)
    assert "hidden" not in str(refused.value)


def test_without_sparqlwrapper_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SPARQLWrapper", None)
    with pytest.raises(MissingExtra, match=r"irkg\[remote\]"):
        RemoteEngine("http://127.0.0.1:9/").run("ASK { }")


def busy_at_first(times: int, status: int, after: str | None, seen: list[str]) -> Reply:
    def reply(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.path)
        if len(seen) <= times:
            headers = {} if after is None else {"Retry-After": after}
            replying(status, "text/plain", b"busy", **headers)(request)
        else:
            replying(200, RESULTS, EMPTY)(request)

    return reply


@pytest.mark.parametrize(
    ("status", "after", "waits"),
    [(429, "3", [3.0, 3.0]), (503, None, [1, 2]), (503, "Thu, 01 Jan 2015 00:00:00 GMT", [0, 0])],
)
def test_a_busy_server_is_asked_again(status: int, after: str | None, waits: list[float]) -> None:
    waited: list[float] = []
    seen: list[str] = []
    with serving(busy_at_first(2, status, after, seen)) as url:
        assert RemoteEngine(url, wait=waited.append).run("SELECT ?s { ?s ?p ?o }").columns == ("s",)
    assert waited == waits
    assert len(seen) == 3


def test_a_server_that_stays_busy_or_asks_for_too_much_patience() -> None:
    waited: list[float] = []
    with (
        serving(replying(503, "text/plain", b"")) as url,
        pytest.raises(QueryError, match="status 503; try again later"),
    ):
        RemoteEngine(url, wait=waited.append).run("ASK { }")
    assert waited == [1, 2, 4]
    with (
        serving(replying(429, "text/plain", b"", **{"Retry-After": "3600"})) as url,
        pytest.raises(QueryError, match="status 429; try again later"),
    ):
        RemoteEngine(url, wait=waited.append).run("ASK { }")
    assert waited == [1, 2, 4]


def test_a_redirect_to_another_host_is_not_followed() -> None:
    reply = replying(302, "text/plain", b"", Location="http://ann:hidden@example.invalid/sparql")
    with (
        serving(reply) as url,
        pytest.raises(QueryError, match=r"redirects to http://example\.invalid/sparql; give") as told,
    ):
        RemoteEngine(url).run("ASK { }")
    assert "hidden" not in str(told.value)


@pytest.mark.parametrize("kind", [RESULTS, "text/turtle"])
def test_an_answer_that_ends_too_early_is_told(kind: str) -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Type", kind)
        request.send_header("Content-Length", "5000")
        request.end_headers()
        request.wfile.write(b"<urn:x:a> <urn:x:b> <urn:x:c> .\n" if kind == "text/turtle" else EMPTY)

    text = "CONSTRUCT WHERE { ?s ?p ?o }" if kind == "text/turtle" else "SELECT ?s { ?s ?p ?o }"
    with serving(reply) as url, pytest.raises(QueryError, match="sent a truncated answer; try again"):
        RemoteEngine(url).run(text)


def test_a_chunked_answer_that_breaks_off_is_told() -> None:
    def reply(request: BaseHTTPRequestHandler) -> None:
        request.protocol_version = "HTTP/1.1"
        request.send_response(200)
        request.send_header("Content-Type", RESULTS)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        request.wfile.write(b"%x\r\n%s\r\n" % (len(EMPTY), EMPTY))
        request.close_connection = True

    with serving(reply) as url, pytest.raises(QueryError, match="sent a truncated answer"):
        RemoteEngine(url).run("SELECT ?s { ?s ?p ?o }")


def test_short_queries_are_got_and_long_ones_posted() -> None:
    seen: list[str] = []

    def reply(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.command)
        request.rfile.read(int(request.headers.get("Content-Length", 0)))
        replying(200, RESULTS, EMPTY)(request)

    with serving(reply) as url:
        RemoteEngine(url).run("SELECT ?s { ?s ?p ?o }")
        RemoteEngine(url).run("SELECT ?s { ?s ?p ?o }" + " " * 2_000)
    assert seen == ["GET", "POST"]
