"""Loading, asking and exporting generated graphs, beside bare pyoxigraph."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from bench.generate import write
from bench.rows import Row, Worker, alone, cpu, interleaved
from irkg import vocab as v
from irkg.catalogue import catalogue
from irkg.kg import KnowledgeGraph
from irkg.model import QuerySpec
from irkg.resources import graph_file
from irkg.store import save_dataset

_PEER = "pyoxigraph"
_LARGE = 50_000  # triples; from there on once is enough
_LONGEST = 30.0  # seconds of the clock, for irkg and its peer together
_SLOW = 0.5  # seconds; what takes longer is measured once
_CLI = "from irkg.cli import main; main()"
_BARE = """import sys, pyoxigraph as ox
store = ox.Store()
store.load(path=sys.argv[1], format=ox.RdfFormat.N_QUADS)
print(len(list(store.query(sys.argv[2], use_default_graph_as_union=True))))"""


def _folder(room: Path, size: int) -> Path:
    """Return a store on disk, as irkg writes it, made once."""
    folder, source = room / f"kg-{size}", write(room / f"graph-{size}.nq", size)
    if not folder.exists():
        with source.open("rb") as lines:
            save_dataset(ox.parse(lines, format=ox.RdfFormat.N_QUADS), folder, {})
    return folder


def load_by_irkg(source: Path, folder: Path) -> None:
    """Write a store on disk, as `irkg build` does with the quads that it has."""
    with source.open("rb") as lines:
        save_dataset(ox.parse(lines, format=ox.RdfFormat.N_QUADS), folder, {})


def load_by_peer(source: Path, folder: Path) -> None:
    """Write a store on disk by the bulk loader."""
    store = ox.Store(str(folder))
    store.bulk_load(path=str(source), format=ox.RdfFormat.N_QUADS)
    store.flush()
    store.optimize()


def load(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """A file of N-Quads into a store on disk."""
    for size in sizes:
        source, target = write(room / f"graph-{size}.nq", size), room / "loaded"

        times: dict[str, list[float]] = {}
        peaks: dict[str, float] = {}
        for _ in range(rounds if size < _LARGE else 1):
            for tool, work in (("irkg", load_by_irkg), (_PEER, load_by_peer)):
                shutil.rmtree(target, ignore_errors=True)
                seconds, peak = alone({tool: (work, (source, target))}, 1)
                times.setdefault(tool, []).append(seconds[tool])
                peaks[tool] = max(peak[tool], peaks.get(tool, 0))
        shutil.rmtree(target, ignore_errors=True)
        yield Row("load", "onto disk", size, "triples", {t: sorted(s)[len(s) // 2] for t, s in times.items()}, peaks)


def _values(spec: QuerySpec) -> dict[str, list[str]]:
    """Return the values of a query's example, with generated sources for its sources."""
    sources = {param.name for param in spec.params if param.classes == (v.SOURCE,)}
    values: dict[str, list[str]] = {}
    for number, (param, value) in enumerate(spec.example, 1):
        values.setdefault(param, []).append(f"generated-{number}" if param in sources else value)
    return values


def ask_on_disk(folder: Path, names: tuple[str, ...]) -> None:
    """Open a store on disk and run the examples of canned queries."""
    kg = KnowledgeGraph.open(folder)
    for name in names:
        kg.query(name, **_values(catalogue()[name]))


def memory(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """A few queries on a store on disk, in a process of its own: what it takes of memory."""
    del rounds
    for size in sizes:
        names = ("mechanisms", "strategies-countering", "who-recruits", "claims-about")
        seconds, peaks = alone({"irkg": (ask_on_disk, (_folder(room, size), names))}, 1)
        yield Row("memory", f"open, ask {len(names)} queries", size, "triples", seconds, peaks)


@cache
def _opened(folder: Path) -> tuple[KnowledgeGraph, ox.Store]:
    return KnowledgeGraph.open(folder), ox.Store.read_only(str(folder))


def asked(folder: Path, name: str, rounds: int) -> dict[str, float]:
    """Run a canned query warm, and the same SPARQL bare; return CPU seconds by tool."""
    kg, bare = _opened(folder)
    values = _values(catalogue()[name])
    sparql = kg.bound(name, values)[2]
    tools: dict[str, Callable[[], object]] = {
        "irkg": lambda: kg.query(name, **values),
        _PEER: lambda: list(bare.query(sparql, use_default_graph_as_union=True)),
    }
    first = cpu(tools["irkg"])
    if first < _SLOW:
        return interleaved(tools, rounds)
    return {tool: cpu(work) for tool, work in tools.items()}


def queries(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """Each canned query with the values of its example, warm, on a store on disk, and the same SPARQL bare.

    irkg's time has the binding of values and the shaping of the answer in it.
    """
    names = [n for n in sorted(catalogue()) if not n.startswith(("check-", "construct-"))]
    for size in sizes:
        folder = _folder(room, size)
        with Worker(_LONGEST) as worker:
            for name in names:
                seconds = worker.done(asked, folder, name, rounds)
                said = "bound" if catalogue()[name].example else "aggregate or list"
                given_up = "" if seconds else f"; **given up** after {_LONGEST:.0f} s of the clock, peer included"
                yield Row("queries", name, size, "triples", seconds or {}, said=said + given_up)


def export_by_irkg(folder: Path, name: str, out: Path) -> None:
    """Export a store on disk."""
    with out.open("wb") as handle:
        KnowledgeGraph.open(folder).export_to(name, handle)


def export_by_peer(folder: Path, name: str, out: Path) -> None:
    """Dump a store on disk, in whatever order it has."""
    store = ox.Store.read_only(str(folder))
    if name == "nquads":
        store.dump(str(out), format=ox.RdfFormat.N_QUADS)
        return
    triples = store.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", use_default_graph_as_union=True)
    with out.open("wb") as handle:
        ox.serialize(triples, handle, format=ox.RdfFormat.N_TRIPLES)


def export(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """N-Quads of all graphs, and N-Triples of the merged one."""
    for size in sizes:
        folder, out = _folder(room, size), room / "exported"
        for name in ("nquads", "ntriples"):
            args = (folder, name, out)
            tools = {"irkg": (export_by_irkg, args), _PEER: (export_by_peer, args)}
            seconds, peaks = alone(tools, rounds if size < _LARGE else 1)
            yield Row("export", f"as {name}", size, "triples", seconds, peaks, "irkg sorts, the peer does not")
        out.unlink()


def cold(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """The first answer of a fresh process on the shipped graph, start of Python and loading of the file included."""
    del sizes
    name, source = "mechanisms", room / "shipped.nq"
    kg = KnowledgeGraph.open()
    source.write_bytes(kg.store.dump(format=ox.RdfFormat.N_QUADS) or b"")
    commands = {
        "irkg": [sys.executable, "-c", _CLI, "query", name],
        _PEER: [sys.executable, "-c", _BARE, str(source), kg.bound(name, {})[2]],
    }
    tools = {
        tool: lambda words=words: subprocess.run(words, check=True, capture_output=True)
        for tool, words in commands.items()
    }
    said = f"{graph_file().name}; the peer reads N-Quads"
    yield Row("cold", f"query {name}", len(kg.store), "triples", interleaved(tools, rounds), said=said)
