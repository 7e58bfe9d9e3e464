"""A canned query over HTTP, beside the servers of Oxigraph and rdflib."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from bench.generate import kept
from bench.rows import Row
from bench.serve import IRKG, QUERY, children, free_port, get, running
from bench.stores import on_disk, oxigraph
from irkg.catalogue import find_query

_SMALL = 20_000  # triples; rdflib-endpoint reads its file anew each time and is asked no more than these
_FEW, _MANY = 20, 200  # requests; what takes milliseconds is asked more often, for the kernel counts in hundredths
_LONG = 100_000  # triples; from there on a few requests will do
_SAID = {
    "worked out": "irkg checks each query, and hands it to a process that it can stop",
    "asked before": "irkg keeps what it answered, the peer works it out",
    "beside rdflib": "worked out",
}


def spent_by(pid: int) -> float:
    """Return the CPU seconds of a process and of all that it started.

    Raises:
        ImportError: This system does not tell them (no /proc).
    """
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError as error:
        raise ImportError("CPU seconds of servers are read from /proc") from error
    ticks = map(int, said.rpartition(")")[2].split()[11:15])  # user and system, own and of children that have ended
    return sum(ticks) / os.sysconf("SC_CLK_TCK") + sum(map(spent_by, children(pid)))


def serve(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """One request for a canned query, to servers that run already: the CPU time of the servers."""
    del rounds
    sparql = quote(find_query(QUERY).text)
    for size in sizes:
        folder, ports = on_disk(room, size), [free_port() for _ in range(4)]
        commands = {
            "irkg": [*IRKG, "--kg", str(folder), "--port", str(ports[0]), "--keep", "0"],
            "irkg, kept": [*IRKG, "--kg", str(folder), "--port", str(ports[1])],
            "oxigraph": [oxigraph(), "serve-read-only", "--location", str(folder), "--bind", f"127.0.0.1:{ports[2]}"],
        }
        if size <= _SMALL and find_spec("rdflib_endpoint"):
            file = [str(kept(room, size)), "--host", "127.0.0.1", "--port", str(ports[3])]
            commands["rdflib-endpoint"] = [sys.executable, "-m", "rdflib_endpoint", "serve", *file]
        paths = {"irkg": "sparql", "irkg, kept": "sparql", "oxigraph": "query", "rdflib-endpoint": ""}
        with ExitStack() as stack:
            servers = {}
            for port, (tool, command) in zip(ports, commands.items(), strict=False):
                address = f"http://127.0.0.1:{port}/{paths[tool]}?query={sparql}"
                servers[tool] = stack.enter_context(running(command, port)).pid, address
            yield from _rows(size, _asked(servers, _FEW if size > _LONG else _MANY))


def _asked(servers: dict[str, tuple[int, str]], requests: int) -> dict[str, float]:
    """Return CPU seconds of a request by server; they are asked in turns, after two requests to warm up."""
    before: dict[str, float] = {}
    for number in range(requests + 2):
        for tool, (pid, address) in servers.items():
            if number == 2:
                before[tool] = spent_by(pid)
            status, _ = get(address)
            assert status == 200, tool
    return {tool: (spent_by(pid) - before[tool]) / requests for tool, (pid, _) in servers.items()}


def _rows(size: int, seconds: dict[str, float]) -> Iterator[Row]:
    pairs = {
        "worked out": ("irkg", "oxigraph"),
        "asked before": ("irkg, kept", "oxigraph"),
        "beside rdflib": ("irkg", "rdflib-endpoint"),
    }
    for work, (own, peer) in pairs.items():
        if peer in seconds:
            taken = {"irkg": max(seconds[own], 1e-6), peer: seconds[peer]}
            yield Row("serve", work, size, "triples", taken, said=_SAID[work])
