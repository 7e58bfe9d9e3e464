"""A canned query over HTTP, beside the servers of Oxigraph and rdflib."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

from bench.generate import kept
from bench.rows import Row
from bench.serve import IRKG, IRKG_WITHOUT_KEEPING, QUERY, RDFLIB, children, get, running, servers
from bench.stores import on_disk
from irkg.catalogue import find_query

_SMALL = 20_000  # triples; rdflib-endpoint is asked no more than these
_FEW, _MANY = 20, 200  # requests; what takes milliseconds is asked more often, for the kernel counts in hundredths
_LONG = 100_000  # triples; from there on a few requests will do
# What is measured: which irkg, beside whom, and why it may lose.
_WORKS = {
    "worked out": (
        IRKG_WITHOUT_KEEPING,
        "oxigraph",
        "irkg checks each query, and hands it to a process that it can stop",
    ),
    "asked before": (IRKG, "oxigraph", "irkg keeps what it answered, the peer works it out"),
    "beside rdflib": (IRKG_WITHOUT_KEEPING, RDFLIB, "worked out"),
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
    sparql = find_query(QUERY).text
    for size in sizes:
        folder = on_disk(room, size)
        with ExitStack() as stack:
            started = {}
            for server in servers(folder, kept(room, size), folder):
                if server.name != RDFLIB or (size <= _SMALL and find_spec("rdflib_endpoint")):
                    process = stack.enter_context(running(server.command, server.port))
                    started[server.name] = process.pid, server.asking(sparql)
            seconds = _asked(started, _FEW if size > _LONG else _MANY)
        for work, (own, peer, said) in _WORKS.items():
            if peer in seconds:
                taken = {"irkg": max(seconds[own], 1e-6), peer: seconds[peer]}
                yield Row("serve", work, size, "triples", taken, said=said)


def _asked(started: dict[str, tuple[int, str]], requests: int) -> dict[str, float]:
    """Return CPU seconds of a request by server; they are asked in turns, after two requests to warm up."""
    before: dict[str, float] = {}
    for number in range(requests + 2):
        for tool, (pid, address) in started.items():
            if number == 2:
                before[tool] = spent_by(pid)
            status, _ = get(address)
            assert status == 200, tool
    return {tool: (spent_by(pid) - before[tool]) / requests for tool, (pid, _) in started.items()}
