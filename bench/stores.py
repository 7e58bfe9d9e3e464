"""Loading, asking and exporting generated graphs, beside bare pyoxigraph."""

from __future__ import annotations

import hashlib
import inspect
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pyoxigraph as ox

from bench.generate import SECTIONS, current, kept, mark
from bench.rows import Row, Worker, alone, cpu, interleaved
from irkg import default_graph as default_graph_module
from irkg import store as store_module
from irkg import vocab as v
from irkg.catalogue import catalogue
from irkg.default_graph import merged
from irkg.errors import UnknownName
from irkg.kg import KnowledgeGraph
from irkg.model import QuerySpec, Sort
from irkg.store import save_dataset

if TYPE_CHECKING:
    from rdflib import Graph

_PEER = "pyoxigraph"
_SOME = ("mechanisms", "strategies-countering", "who-recruits", "claims-about")
_SORTS = {
    "nquads": "irkg sorts, the peer does not",
    "ntriples": "irkg sorts, the peer does not",
    "trig": "irkg sorts, so that graphs and subjects stand together; the peer repeats them",
    "turtle": "irkg sorts and nests, the peer does not",
}
_SYNTAXES = {
    "nquads": ox.RdfFormat.N_QUADS,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
}
_LARGE = 50_000  # triples; from there on once is enough
_LONGEST = 90.0  # seconds of the clock for a query, for irkg and its peer together, three times or four
_LONG = 1_000_000  # triples; from there on two formats will do
_BUDGET = 1_500.0  # seconds of the clock for all queries of one size
_SMALL = 60_000  # triples of the graph that values are chosen by
_SLOW = 1.0  # seconds; what takes longer is measured once
_QUICK, _MORE = 0.1, 3  # seconds; what takes less is measured so many times as often, for chance counts for more there


def on_disk(room: Path, size: int) -> Path:
    """Return a store on disk, as irkg writes it, made once."""
    folder = _place(room, "kg", size)
    if not folder.exists():
        load_by_irkg(kept(room, size), folder)
    return folder


def _bare_on_disk(room: Path, size: int) -> Path:
    """Return a store on disk, as the bulk loader writes it, made once."""
    folder = _place(room, "bare", size)
    if not folder.exists():
        load_by_peer(kept(room, size), folder)
    return folder


def _place(room: Path, sort: str, size: int) -> Path:
    """Return where a store is kept; one of another graph, or that was written in another way, goes."""
    made = [mark(), ox.__version__, *(inspect.getsource(module) for module in (store_module, default_graph_module))]
    return current(room, f"{sort}-{size}", hashlib.sha256("\n".join(made).encode()).hexdigest()[:10])


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


def load_by_command(source: Path, folder: Path) -> None:
    """Write a store on disk by the command line of Oxigraph."""
    subprocess.run([oxigraph(), "load", "--location", folder, "--file", source], check=True, capture_output=True)


def oxigraph() -> str:
    """Return where the command line of Oxigraph is.

    Raises:
        ImportError: It is not installed.
    """
    command = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if command is None:
        raise ImportError("the wheel oxigraph is not installed")
    return command


def load(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """A file of N-Quads into a store on disk, beside the bulk loader and the command line of Oxigraph."""
    for size in sizes:
        source = kept(room, size)
        places = {"irkg": _place(room, "kg", size), _PEER: _place(room, "bare", size)}  # other subjects need them
        tools = {"irkg": load_by_irkg, _PEER: load_by_peer, "oxigraph load": load_by_command}
        if not _installed():
            del tools["oxigraph load"]
        times: dict[str, list[float]] = {}
        peaks: dict[str, float] = {}
        disk, quads = 0.0, 0
        for _ in range(rounds if size < _LARGE else 1):
            for tool, work in tools.items():
                target = places.get(tool, room / "loaded")
                shutil.rmtree(target, ignore_errors=True)
                seconds, peak = alone({tool: (work, (source, target))}, 1)
                times.setdefault(tool, []).append(seconds[tool])
                peaks[tool] = max(peak[tool], peaks.get(tool, 0))
                if tool == "irkg":
                    disk = sum(file.stat().st_size for file in target.iterdir()) / size
                    quads = len(ox.Store.read_only(str(target)))
        shutil.rmtree(room / "loaded", ignore_errors=True)
        found = {tool: median(taken) for tool, taken in times.items()}
        peaks.pop("oxigraph load", None)  # what was measured is the process that starts it
        for work, peer in (("onto disk", _PEER), ("onto disk, command line", "oxigraph load")):
            if peer not in found:
                yield Row("load", work, size, "triples", {}, said="skipped: the wheel oxigraph is not installed")
                continue
            seconds = {tool: found[tool] for tool in ("irkg", peer)}
            each = found[peer] / found["irkg"] * quads / size
            said = f"{each:.2f} for each quad: irkg writes {quads / size:.2f} times as many, the merge besides"
            yield Row("load", work, size, "triples", seconds, peaks, said if quads > 1.05 * size else "", disk)


def _installed() -> bool:
    try:
        oxigraph()
    except ImportError:
        return False
    return True


def _values(spec: QuerySpec) -> dict[str, list[str]]:
    """Return the values of a query's example; its sources, numbers and headings are those of generated graphs."""
    params = {param.name: param for param in spec.params}
    values: dict[str, list[str]] = {}
    for number, (name, value) in enumerate(spec.example, 1):
        generated = {Sort.SOURCE: f"generated-{number}", Sort.NUMBER: "1", Sort.TEXT: SECTIONS[0]}
        values.setdefault(name, []).append(generated.get(params[name].sort, value))
    return values


def telling(room: Path) -> dict[str, dict[str, list[str]]]:
    """Return for each query values that it has rows for where a generated graph has any, those of its example first.

    The others are the kinds that most claims of a small generated graph are about: they are frequent in each size.
    """
    kg = KnowledgeGraph.open(on_disk(room, _SMALL))
    often = kg.sparql(
        "PREFIX irkg: <https://w3id.org/irkg/> SELECT ?kind (COUNT(*) AS ?n) { ?claim irkg:subject|irkg:object ?end . "
        "?end irkg:exemplarOf ?kind } GROUP BY ?kind ORDER BY DESC(?n) LIMIT 300"
    )
    kinds = [str(kind).strip("<>") for kind, _ in often.rows]
    return {
        name: next(_with_rows(kg, spec, kinds), _values(spec)) for name, spec in catalogue().items() if spec.example
    }


def _with_rows(kg: KnowledgeGraph, spec: QuerySpec, kinds: Sequence[str]) -> Iterator[dict[str, list[str]]]:
    own = _values(spec)
    of_kinds = [param for param in spec.params if param.sort is Sort.KIND and param.name in own]
    others = ({**own, of_kinds[-1].name: [kind]} for kind in kinds) if of_kinds else ()
    for values in (own, *others):
        try:
            if kg.query(spec.name, **values).rows:
                yield values
        except UnknownName:  # of another sort than the parameter takes
            continue


def ask_on_disk(folder: Path, names: tuple[str, ...]) -> None:
    """Open a store on disk and run the examples of canned queries."""
    kg = KnowledgeGraph.open(folder)
    for name in names:
        kg.query(name, **_values(catalogue()[name]))


def memory(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """A few queries on a store on disk, in a process of its own: what it takes of memory."""
    del rounds
    for size in sizes:
        seconds, peaks = alone({"irkg": (ask_on_disk, (on_disk(room, size), _SOME))}, 1)
        yield Row("memory", f"open, ask {len(_SOME)} queries", size, "triples", seconds, peaks)


@cache
def _opened(folder: Path) -> tuple[KnowledgeGraph, ox.Store]:
    return KnowledgeGraph.open(folder), ox.Store.read_only(str(folder))


def asked(folder: Path, name: str, values: dict[str, list[str]], rounds: int) -> tuple[dict[str, float], int]:
    """Run a canned query warm, and the same SPARQL bare; return CPU seconds by tool, and how many rows that has."""
    kg, bare = _opened(folder)
    sparql = kg.bound(name, values)[2]
    rows: list[int] = []
    tools: dict[str, Callable[[], object]] = {
        "irkg": lambda: kg.query(name, **values),
        _PEER: lambda: rows.append(len(list(bare.query(sparql)))),
    }
    once = cpu(tools["irkg"])
    if once < _SLOW:
        return interleaved(tools, rounds * (_MORE if once < _QUICK else 1)), rows[-1]
    return {tool: cpu(work) for tool, work in tools.items()}, rows[-1]


def queries(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """Each canned query with a value that has rows where any has, warm, on a store on disk, and the same SPARQL bare.

    irkg's time has the binding of values and the shaping of the answer in it: one to a few milliseconds, which is why
    it loses where the bare query takes less than ten (marked °). Each size holds the ontology, some 18,000 triples, so
    that at the small ones claims, and what lists them, grow faster than the triples.
    """
    names = [n for n in sorted(catalogue()) if not n.startswith(("check-", "construct-"))]
    names.sort(key=lambda name: not catalogue()[name].example)  # lists of a large graph may use the time up
    values = telling(room)
    for size in sizes:
        folder, start = on_disk(room, size), time.monotonic()
        with Worker(_LONGEST) as worker:
            for name in names:
                said = "bound" if catalogue()[name].example else "aggregate or list"
                if time.monotonic() - start > _BUDGET:
                    yield Row("queries", name, size, "triples", {}, said=f"{said}; not reached")
                    continue
                seconds, rows = worker.done(asked, folder, name, values.get(name, {}), rounds) or ({}, 0)
                more = f"{rows:,} rows" if seconds else f"three runs above {_LONGEST:.0f} s"
                yield Row("queries", name, size, "triples", seconds, said=f"{said}; {more}", found=rows)


def through_rdflib(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """Some canned queries, beside rdflib on a store of Oxigraph in memory (oxrdflib)."""
    for size in sizes:
        folder = on_disk(room, size)
        for name in _SOME:
            if find_spec("oxrdflib") is None:
                yield Row("rdflib", name, size, "triples", {}, said="skipped: oxrdflib is not installed")
                continue
            kg, dataset = KnowledgeGraph.open(folder), _in_rdflib(folder)
            values = _values(catalogue()[name])
            sparql = kg.bound(name, values)[2]
            tools: dict[str, Callable[[], object]] = {
                "irkg": lambda kg=kg, name=name, values=values: kg.query(name, **values),  # type: ignore[misc]
                "oxrdflib": lambda dataset=dataset, sparql=sparql: list(dataset.query(sparql)),  # type: ignore[misc]
            }
            said = "oxrdflib hands the query to pyoxigraph as it is"
            yield Row("rdflib", name, size, "triples", interleaved(tools, rounds), said=said)


def _in_rdflib(folder: Path) -> Graph:
    """Return what plain queries see as a graph of rdflib."""
    from rdflib import Graph

    graph = Graph(store="Oxigraph")
    triples = dict.fromkeys(quad.triple for quad in merged(ox.Store.read_only(str(folder))))
    content = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    return graph.parse(data=content, format="nt")


def export_by_irkg(folder: Path, name: str, out: Path) -> None:
    """Export a store on disk."""
    with out.open("wb") as handle:
        KnowledgeGraph.open(folder).export_to(name, handle)


def export_by_peer(folder: Path, name: str, out: Path) -> None:
    """Dump a store on disk, or its default graph where the syntax holds one graph, in whatever order it has."""
    store, syntax = ox.Store.read_only(str(folder)), _SYNTAXES[name]
    prefixes = v.PREFIXES if name in ("trig", "turtle") else None
    graph = None if syntax.supports_datasets else ox.DefaultGraph()
    store.dump(str(out), format=syntax, prefixes=prefixes, from_graph=graph)


def export(room: Path, sizes: tuple[int, ...], rounds: int) -> Iterator[Row]:
    """N-Quads and TriG of all graphs, N-Triples and Turtle of the merged one, from a store on disk."""
    for size in sizes:
        folder, bare, out = on_disk(room, size), _bare_on_disk(room, size), room / "exported"
        for name in _SYNTAXES if size <= _LONG else ("nquads", "turtle"):
            theirs = bare if _SYNTAXES[name].supports_datasets else folder  # which holds the merge besides
            tools = {"irkg": (export_by_irkg, (folder, name, out)), _PEER: (export_by_peer, (theirs, name, out))}
            seconds, peaks = alone(tools, rounds if size < _LARGE else 1)
            yield Row("export", f"as {name}", size, "triples", seconds, peaks, _SORTS[name])
        out.unlink()
