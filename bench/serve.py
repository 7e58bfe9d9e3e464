"""How many requests a second `irkg serve` answers, beside rdflib-endpoint and oxigraph, and how well it isolates them.

`python -m bench.serve` starts all of them on one graph (the shipped one without what is entailed or proposed: about
20,000 triples) on this machine, sends a small canned query with wrk at 1, 8 and 64 connections, in turns, and then
measures isolation and the weight of pages. Needs wrk, and the peers of `.[bench]`.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from bench.stores import oxigraph
from irkg import resources
from irkg import vocab as v
from irkg.catalogue import find_query
from irkg.rdf_files import read_rdf

QUERY = "mechanisms"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SMALL = "SELECT * { ?s a irkg:Source } LIMIT 1"
CONNECTIONS = (1, 8, 64)
_LEFT_OUT = {v.GRAPH_ENTAILED, v.GRAPH_CANDIDATES, v.GRAPH_DERIVATIONS}
_UNITS = {"us": 0.001, "ms": 1.0, "s": 1_000.0, "m": 60_000.0}
IRKG, IRKG_WITHOUT_KEEPING, RDFLIB = "irkg", "irkg --keep 0", "rdflib-endpoint"  # servers
_IRKG = [sys.executable, "-c", "from irkg.cli import main; main()", "serve"]


@dataclass(frozen=True, slots=True)
class Server:
    """A server to be measured.

    Attributes:
        name: What it is called in tables.
        command: What starts it.
        port: The port of this machine that it listens on.
        path: Where it takes queries.
    """

    name: str
    command: list[str]
    port: int
    path: str

    def asking(self, sparql: str) -> str:
        """Return the address that asks it a query."""
        return f"http://127.0.0.1:{self.port}/{self.path}?query={quote(sparql)}"


def servers(kg: Path, file: Path, store: Path, *options: str) -> list[Server]:
    """Return irkg, with and without the answers that it keeps, and its peers, each with a port of its own.

    Args:
        kg: What irkg opens.
        file: What rdflib-endpoint reads.
        store: What Oxigraph opens.
        options: More words for Oxigraph.
    """
    ports = [free_port() for _ in range(4)]
    own = [*_IRKG, "--kg", str(kg), "--port"]
    peer = [sys.executable, "-m", "rdflib_endpoint", "serve", str(file), "--host", "127.0.0.1", "--port"]
    bare = [oxigraph(), "serve-read-only", "--location", str(store), *options, "--bind"]
    return [
        Server(IRKG, [*own, str(ports[0])], ports[0], "sparql"),
        Server(IRKG_WITHOUT_KEEPING, [*own, str(ports[1]), "--keep", "0"], ports[1], "sparql"),
        Server(RDFLIB, [*peer, str(ports[2])], ports[2], ""),
        Server("oxigraph", [*bare, f"127.0.0.1:{ports[3]}"], ports[3], "query"),
    ]


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the block ends."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield server
    finally:
        server.terminate()
        server.wait(timeout=60)


def get(address: str, accept: str = "application/sparql-results+json") -> tuple[int, bytes]:
    """Return status and body."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=120)
    connection.request("GET", f"{parts.path}?{parts.query}", headers={"Accept": accept})
    response = connection.getresponse()
    body = response.read()
    connection.close()
    return response.status, body


def load(address: str, connections: int, seconds: int) -> dict[str, float]:
    """Return requests a second, p50 and p99 in milliseconds, and errors, by wrk."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    command += ["-H", "Accept: application/sparql-results+json", address]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", text)
    parts = dict(re.findall(r"(50|99)%\s+([\d.]+(?:us|ms|s|m))", text))
    failed = sum(map(int, re.findall(r"Non-2xx or 3xx responses: (\d+)", text)))
    failed += sum(sum(map(int, re.findall(r"\d+", line))) for line in re.findall(r"Socket errors: (.*)", text))
    times = {f"p{name}": _milliseconds(value) for name, value in parts.items()}
    return {"rate": float(rate[1]) if rate else 0.0, "errors": failed, **times}


def _milliseconds(value: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(\w+)", value).groups()  # type: ignore[union-attr]
    return float(number) * _UNITS[unit]


def speed(folder: Path, seconds: int) -> None:
    """Print the table of the load test."""
    quads = [q for q in read_rdf(resources.graph_file(), ox.RdfFormat.TRIG) if _name(q) not in _LEFT_OUT]
    graph, store = folder / "graph.nq", folder / "store"
    graph.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    on_disk = ox.Store(str(store))
    on_disk.bulk_extend(quads)
    on_disk.flush()
    del on_disk
    sparql = find_query(QUERY).text
    with ExitStack() as stack:
        addresses = {}
        for server in servers(graph, graph, store, "--union-default-graph"):
            stack.enter_context(running(server.command, server.port))
            addresses[server.name] = server.asking(sparql)
        rows = {name: len(json.loads(get(a)[1])["results"]["bindings"]) for name, a in addresses.items()}
        print(f"{len(quads):,} triples, query {QUERY}, rows: {rows}; wrk, {seconds} s each, {os.cpu_count()} cores")
        print("| server | connections | requests/s | p50 ms | p99 ms | errors |\n| --- | --- | --- | --- | --- | --- |")
        for connections in CONNECTIONS:
            for name, address in addresses.items():
                found = load(address, connections, seconds)
                cells = [f"{found.get(c, 0):.1f}" for c in ("rate", "p50", "p99")]
                print(f"| {name} | {connections} | {' | '.join(cells)} | {found['errors']:.0f} |", flush=True)


def _name(quad: ox.Quad) -> str:
    return quad.graph_name.value if isinstance(quad.graph_name, ox.NamedNode) else ""


def isolation(workers: int = 3, limit: float = 3.0) -> None:
    """Print how fast the others are answered while all workers but one are taken by endless queries."""
    port = free_port()
    command = [*_IRKG, "--port", str(port), "--workers", str(workers), "--timeout", str(limit), "--keep", "0"]
    base = f"http://127.0.0.1:{port}"
    with running(command, port) as server:
        first = children(server.pid)
        ends: list[tuple[int, float]] = []

        def runaway() -> None:
            started = time.monotonic()
            status, _ = get(f"{base}/sparql?query={quote(ENDLESS)}")
            ends.append((status, time.monotonic() - started))

        threads = [threading.Thread(target=runaway) for _ in range(workers - 1)]
        for thread in threads:
            thread.start()
        while json.loads(get(f"{base}/health")[1])["idle"] > 1:
            time.sleep(0.01)
        healths, smalls = [], []
        while any(t.is_alive() for t in threads) and len(smalls) < 40:
            healths.append(_timed(f"{base}/health"))
            smalls.append(_timed(f"{base}/sparql?query={quote(SMALL)}"))
        for thread in threads:
            thread.join()
        time.sleep(1)
        left = len(first & children(server.pid)) - 1  # the one that had no endless query
        print(f"\n{workers} workers, {workers - 1} endless queries, limit {limit:g} s, {len(smalls)} tries each:")
        print(f"- /health: slowest {max(healths):.0f} ms; small query: slowest {max(smalls):.0f} ms")
        print("- endless queries: " + ", ".join(f"{status} after {taken:.2f} s" for status, taken in ends))
        print(f"- of the processes that ran them, {left} are left one second later")
        os.kill(server.pid, signal.SIGTERM)


def _timed(address: str) -> float:
    started = time.monotonic()
    status, _ = get(address)
    assert status == 200, address
    return (time.monotonic() - started) * 1_000


def children(pid: int) -> set[int]:
    """Return the ids of the processes that a process has started, by whichever of its threads (Linux)."""
    return {
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    }


def weights() -> None:
    """Print what a browser has to load for each page, compressed."""
    port = free_port()
    with running([*_IRKG, "--port", str(port), "--workers", "1"], port):
        base = f"http://127.0.0.1:{port}"
        print("\n| page | kB, gzipped, with its scripts and styles | ms until all is there |\n| --- | --- | --- |")
        for path in ("/", "/kind/CL_0000815", "/source/eran-2023", "/matrix", "/graph?kind=CL:0000815", "/editor"):
            started = time.monotonic()
            body = get(f"{base}{path}", "text/html")[1]
            parts = [body, *_assets(base, body)]
            taken = (time.monotonic() - started) * 1_000
            print(f"| {path} | {sum(len(gzip.compress(p, 5)) for p in parts) / 1_000:.0f} | {taken:.0f} |")


def _assets(base: str, body: bytes) -> list[bytes]:
    names = re.findall(r'(?:src|href)="(/static/[^"]+)"', body.decode())
    return [get(base + name)[1] for name in names]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=8, help="of load for each server and number of connections")
    parser.add_argument("--only", choices=["speed", "isolation", "weights"])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        if chosen.only in (None, "speed"):
            speed(Path(room), chosen.seconds)
    if chosen.only in (None, "isolation"):
        isolation()
    if chosen.only in (None, "weights"):
        weights()
