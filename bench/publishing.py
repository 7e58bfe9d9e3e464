"""A knowledge graph into a server of Oxigraph, beside one request that holds all of it."""

from __future__ import annotations

import http.client
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from bench.rows import Row, alone
from bench.serve import free_port, running
from bench.stores import on_disk, oxigraph
from irkg.publish import GraphStore
from irkg.publish import publish as run
from irkg.store import open_dataset

_PEER = "one POST"
_SAID = {
    "sent and checked": "irkg digests each graph, sends it and reads it back; the peer checks nothing",
    "all is there": "irkg digests each graph here and there; the peer sends all again",
}


def by_irkg(folder: Path, address: str) -> None:
    """Publish a store on disk, and see that all arrived."""
    done = run(open_dataset(folder), GraphStore(f"{address}/store"))
    assert all(graph.same for graph in done), "a graph differs"


def by_peer(folder: Path, address: str) -> None:
    """Dump a store on disk and send it in one request."""
    with tempfile.TemporaryFile() as body:
        ox.Store.read_only(str(folder)).dump(body, format=ox.RdfFormat.N_QUADS)
        length = body.tell()
        body.seek(0)
        link = http.client.HTTPConnection(urlsplit(address).netloc)
        link.request("POST", "/store", body, {"Content-Type": "application/n-quads", "Content-Length": str(length)})
        answer = link.getresponse()
        assert answer.status < 300, answer.read()


@contextmanager
def _server(place: Path) -> Iterator[str]:
    shutil.rmtree(place, ignore_errors=True)
    port = free_port()
    command = [oxigraph(), "serve", "--location", str(place), "--bind", f"127.0.0.1:{port}"]
    try:
        with running(command, port):
            yield f"http://127.0.0.1:{port}"
    finally:
        shutil.rmtree(place, ignore_errors=True)


def publish(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """All graphs into a server of Oxigraph, the CPU time of the server left out."""
    del rounds
    for size in sizes:
        folder = on_disk(room, size)
        with _server(room / "served") as ours, _server(room / "served by peer") as theirs:
            for work, said in _SAID.items():
                tools = {"irkg": (by_irkg, (folder, ours)), _PEER: (by_peer, (folder, theirs))}
                seconds, peaks = alone(tools, 1)
                yield Row("publish", work, size, "triples", seconds, peaks, said)
