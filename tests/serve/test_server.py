"""Isolation: one request's greed is nobody else's trouble. Real processes, on a free port of this machine."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest

from irkg.store import save_dataset
from irkg.vocab import PREFIXES
from served import DEADLINE, ENDLESS, SCHEMA, Got, Server, until

SMALL = "SELECT * { ?s a irkg:Source } LIMIT 1"
LIMIT = 2.0
HOARD = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """Two workers, two seconds and 100 MB for a request, and nothing kept."""
    options = ("--workers", "2", "--timeout", str(LIMIT), "--memory", "100", "--keep", "0")
    with Server(*options, "--cors", "https://friend.example") as running:
        yield running


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def all_idle(server: Server) -> None:
    until(lambda: server.health["idle"] == server.health["workers"] == 2)


def workers(server: Server) -> set[int]:
    """Return the process ids of a server's workers, those that have ended but for their exit code left out."""
    children = Path(f"/proc/{server.running.pid}/task/{server.running.pid}/children")
    if not children.exists():
        pytest.skip("needs /proc to see the processes of the server")
    return {int(pid) for pid in children.read_text().split()}


def test_a_runaway_ends_and_nobody_else_notices(server: Server, threads: ThreadPoolExecutor) -> None:
    all_idle(server)
    before = workers(server)
    started = time.monotonic()
    runaway = threads.submit(server.sparql, ENDLESS)
    until(lambda: server.health["idle"] == 1)
    small = server.sparql(SMALL)
    healthy = server.health["ready"]
    assert not runaway.done(), "the small query had to wait for the runaway"
    assert (small.status, healthy) == (200, True)
    got = runaway.result(DEADLINE)
    taken = time.monotonic() - started
    assert got.status == 503
    assert got.text == f"the request took longer than {LIMIT:g} s and was stopped; ask for less\n"
    assert taken >= LIMIT
    all_idle(server)
    assert len(before - workers(server)) == 1, "the worker of the runaway was not replaced"


def test_a_hoarder_of_memory_is_ended(server: Server) -> None:
    all_idle(server)
    got = server.sparql(HOARD)
    assert got.status == 503
    assert "100 MB of memory" in got.text
    all_idle(server)
    assert server.sparql(SMALL).status == 200


def test_a_worker_that_dies_is_replaced(server: Server, threads: ThreadPoolExecutor) -> None:
    all_idle(server)
    before = workers(server)
    runaway = threads.submit(server.sparql, ENDLESS)
    for pid in before:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert runaway.result(DEADLINE).status == 503
    all_idle(server)
    until(lambda: server.sparql(SMALL).status == 200)
    assert not before & workers(server)


def test_nothing_goes_on_where_the_server_itself_was_killed() -> None:
    with Server("--workers", "1", "--timeout", str(LIMIT)) as server, ThreadPoolExecutor(1) as threads:
        orphans = workers(server)
        runaway = threads.submit(server.sparql, ENDLESS)
        until(lambda: server.health["idle"] == 0)
        server.running.kill()
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            runaway.result(DEADLINE)
        until(lambda: not any(_runs(pid) for pid in orphans))


def _runs(pid: int) -> bool:
    try:
        return "(zombie)" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_what_runs_for_a_client_that_has_gone_is_stopped(server: Server) -> None:
    all_idle(server)
    before = workers(server)
    connection = http.client.HTTPConnection(server.authority, timeout=DEADLINE)
    connection.request("GET", "/sparql?query=" + quote(ENDLESS))
    until(lambda: server.health["idle"] == 1)
    overdue = server.counted('irkg_killed_workers_total{reason="time"}')
    connection.close()
    all_idle(server)
    assert server.counted('irkg_killed_workers_total{reason="time"}') == overdue
    assert len(before - workers(server)) == 1
    assert server.counted('irkg_requests_total{place="sparql",status="200"}') > 0


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_has_a_largest_size(server: Server, chunked: bool) -> None:
    connection = http.client.HTTPConnection(server.authority, timeout=DEADLINE)
    block = b"x" * 1_000_000
    headers = {"Content-Type": "application/sparql-query"} | ({} if chunked else {"Content-Length": "10000001"})
    with contextlib.suppress(ConnectionError):  # the server may hang up before it has read all
        connection.request("POST", "/sparql", iter([block] * 11) if chunked else None, headers, encode_chunked=chunked)
    response = connection.getresponse()
    assert response.status == 413
    assert b"10,000,000 bytes" in response.read()
    connection.close()


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, "SERVICE"),
        ("SELECT * { \\u0053ERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", 400, "has an escape outside"),
        ("SELECT * FROM <http://127.0.0.1:9/g> { ?s ?p ?o }", 400, "holds no graph <http://127.0.0.1:9/g>"),
        ("LOAD <http://127.0.0.1:9/>", 403, "only read"),
        ("ASK { FILTER(" + "(" * 5_000 + "1" + ")" * 5_000 + ") }", 400, "nests more than 50 brackets"),
        ("ASK { } #" + "x" * 200_000, 400, "longer than"),
        ("SELECT * {", 400, "not SPARQL"),
    ],
)
def test_queries_that_are_refused(server: Server, query: str, status: int, said: str) -> None:
    got = server.ask("/sparql", "POST", query.encode(), {"Content-Type": "application/sparql-query"})
    assert got.status == status
    assert said in got.text
    assert got.text.count("\n") == 1
    assert got.headers["content-type"] == "text/plain; charset=utf-8"


def test_only_a_known_name_is_answered(server: Server) -> None:
    port = server.authority.rpartition(":")[2]
    for name in ("localhost", "127.0.0.1", f"LOCALHOST:{port}", f"[::1]:{port}"):
        assert server.ask("/health", headers={"Host": name}).status == 200
    for name in ("evil.example", f"127.0.0.1.evil.example:{port}", "localhost.evil.example", ""):
        got = server.ask("/health", headers={"Host": name})
        assert (got.status, "--allow-host" in got.text) == (400, True)


def test_every_response_says_what_a_browser_may_do_with_it(server: Server) -> None:
    for path in ("/health", "/metrics", "/sparql", "/nowhere"):
        headers = server.ask(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]


def test_other_origins_read_by_option_only(server: Server) -> None:
    asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    friend = server.ask("/sparql", "OPTIONS", headers={"Origin": "https://friend.example", **asked})
    assert friend.status == 200
    assert friend.headers["access-control-allow-origin"] == "https://friend.example"
    stranger = server.ask("/sparql?query=ASK%7B%7D", headers={"Origin": "https://stranger.example"})
    assert "access-control-allow-origin" not in stranger.headers


def test_head_says_what_get_would(server: Server) -> None:
    path = "/sparql?query=" + quote(SMALL)
    got, head = server.ask(path), server.ask(path, "HEAD")
    assert head.body == b""
    assert {k: head.headers[k] for k in ("etag", "content-length")} == {
        k: got.headers[k] for k in ("etag", "content-length")
    }
    again = server.ask(path, headers={"If-None-Match": got.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


def test_methods_are_told(server: Server) -> None:
    assert server.ask("/sparql", "OPTIONS").headers["allow"] == "GET, HEAD, OPTIONS, POST"
    assert server.ask("/sparql", "DELETE").status == 405
    assert server.ask("/query/mechanisms", "POST", b"").status == 405


def test_downloads_are_whole_files(server: Server) -> None:
    got = server.ask("/download/ntriples")
    assert got.headers["content-disposition"] == 'attachment; filename="irkg.nt"'
    assert len(list(ox.parse(got.body, format=ox.RdfFormat.N_TRIPLES))) > 10_000
    assert server.ask("/download/nt").body == got.body
    assert server.ask("/download/xlsx").status == 400
    for name in ("../../../../etc/passwd", "..%2f..%2f..%2fetc%2fpasswd"):
        assert server.ask(f"/download/{name}").status == 400


def test_a_full_queue_is_told() -> None:
    with Server("--workers", "1", "--queue", "0", "--timeout", "2") as server, ThreadPoolExecutor(1) as threads:
        runaway = threads.submit(server.sparql, ENDLESS)
        until(lambda: server.health["idle"] == 0)
        got = server.sparql(SMALL)
        assert (got.status, got.headers["retry-after"]) == (503, "2")
        assert "busy" in got.text
        assert not runaway.done()
        code, said = _stopped_while(server, runaway)
        assert (code, said.count("Traceback")) == (0, 0)
        assert runaway.result(DEADLINE).status == 503, "a stop must let the requests that run come to their end"


def _stopped_while(server: Server, runaway: Future[Got]) -> tuple[int, str]:
    server.running.send_signal(signal.SIGTERM)
    runaway.result(DEADLINE)
    return server.stop()


@pytest.mark.parametrize("name", ["graph.nq", "graph"])
def test_a_new_build_is_taken_without_a_failed_request(name: str, tmp_path: Path) -> None:
    graph = tmp_path / name
    save_dataset([SCHEMA], graph, PREFIXES)
    fact = ox.Quad(*(ox.NamedNode(f"https://example.org/{n}") for n in "spog"))
    query = "ASK { GRAPH ?g { <https://example.org/s> ?p ?o } }"
    statuses: list[int] = []
    seen = threading.Event()

    def ask_on(server: Server) -> None:
        while not seen.is_set():
            got = server.sparql(query)
            statuses.append(got.status)
            if got.status == 200 and got.json["boolean"]:
                seen.set()

    with Server("--kg", str(graph), "--workers", "2") as server:
        asking = [threading.Thread(target=ask_on, args=(server,)) for _ in range(2)]
        for thread in asking:
            thread.start()
        try:
            save_dataset([SCHEMA, fact], graph, PREFIXES)
            assert seen.wait(DEADLINE), "the new build was not taken"
        finally:
            seen.set()
            for thread in asking:
                thread.join()
        assert set(statuses) == {200}
        if graph.is_file():
            _broken_build_is_left_alone(server, graph)


def _broken_build_is_left_alone(server: Server, graph: Path) -> None:
    broken = graph.with_suffix(".new")
    shutil.copy(graph, broken)
    broken.write_text("not a graph\n", encoding="utf-8")
    os.replace(broken, graph)
    until(lambda: server.counted('irkg_builds_total{outcome="refused"}') > 0)
    assert server.sparql("ASK { GRAPH ?g { <https://example.org/s> ?p ?o } }").json["boolean"] is True


def test_a_graph_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"no such knowledge graph; build one with: irkg build"):
        Server("--kg", str(tmp_path / "nowhere.trig")).__enter__()


def test_a_port_that_is_taken_is_told(server: Server) -> None:
    port = server.authority.rpartition(":")[2]
    with pytest.raises(AssertionError, match="already in use; choose another with --port"):
        Server("--port", port).__enter__()
