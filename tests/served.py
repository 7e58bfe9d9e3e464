"""Servers in processes of their own, on a free port of this machine, and what a client does with them."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pyoxigraph as ox

from irkg import vocab as v

SCHEMA = ox.Quad(
    ox.NamedNode(v.DATASET),
    ox.NamedNode(v.HAS_SCHEMA_VERSION),
    ox.Literal(str(v.SCHEMA_VERSION)),
    ox.NamedNode(v.GRAPH_ONTOLOGY),
)
"""What makes a dataset a knowledge graph."""
DEADLINE = 60.0  # seconds after which a test gives up: far more than anything takes
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@dataclass(frozen=True)
class Got:
    """A response."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> dict[str, object]:
        found = json.loads(self.body)
        assert isinstance(found, dict)
        return found


class Server:
    """`irkg serve` until the `with` block ends."""

    def __init__(self, *options: str) -> None:
        self.options = options

    def __enter__(self) -> Server:
        command = [sys.executable, "-c", "from irkg.cli import main; main()", "serve", "--port", "0", *self.options]
        environment = {k: v for k, v in os.environ.items() if k != "IRKG_KG"}
        self.running = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        assert self.running.stdout is not None
        self.address = self.running.stdout.readline().strip()
        assert self.address, self.stop()
        self.authority = urlsplit(self.address).netloc
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> tuple[int, str]:
        """Ask it to end; return its exit code and what it said on stderr."""
        if self.running.poll() is None:
            self.running.send_signal(signal.SIGTERM)
        _, said = self.running.communicate(timeout=DEADLINE)
        return self.running.returncode, said

    def ask(
        self, path: str, method: str = "GET", body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Got:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection(self.authority, timeout=DEADLINE)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            named = {name.casefold(): value for name, value in response.getheaders()}
            return Got(response.status, named, response.read())
        finally:
            connection.close()

    def sparql(self, query: str, **headers: str) -> Got:
        """Ask the endpoint."""
        return self.ask("/sparql?" + urlencode({"query": query}), headers=headers)

    @property
    def health(self) -> dict[str, object]:
        return self.ask("/health").json

    def counted(self, metric: str) -> float:
        """Return the value of a metric, 0 where it has none yet."""
        lines = self.ask("/metrics").text.splitlines()
        return next((float(line.split()[-1]) for line in lines if line.startswith(metric + " ")), 0.0)


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds, and fail where it does not in good time."""
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def oxigraph(*options: str) -> Iterator[str]:
    """Run a server of Oxigraph until the block ends.

    Args:
        options: Its command and options, without the address.

    Yields:
        Its address, without a slash at the end.
    """
    command = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    assert command, "the wheel oxigraph is part of the extra test"
    port = free_port()
    arguments = [command, *options, "--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def listens() -> bool:
        assert server.poll() is None, "the server ended"
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(listens)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=10)
