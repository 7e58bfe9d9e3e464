"""Measure irkg beside what people would use instead, and write the table.

    python -m bench                          # all subjects; an hour or more on a quiet machine of two cores
    python -m bench --quick -o /tmp/b.md     # small sizes, one round: only shows that it still runs
    python -m bench --only queries,load --sizes 20000,1000000
    python -m bench --only queries,memory --sizes 20000,1000000,10000000 --room ROOM   # ROOM keeps what was generated

Graphs, abstracts and names are generated from a seed. What is shown is CPU time, the median of several rounds in turns
after one to warm up (one round where it takes long), and the peak of memory where each tool has a process of its own.
The peers come with `pip install -e '.[all,bench]'`; one that is not installed is skipped with a line. What an earlier
generator or writer left in ROOM is made anew. At 10,000,000 triples some 20 GB are needed where `--room` is.
Subjects with more to ask have modules of their own: `python -m bench.serve`, `bench.reason`, `bench.validate`,
`bench.explain`, `bench.fill`, `bench.annotate`, `bench.reading`, `bench.curation`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from inspect import cleandoc
from pathlib import Path

from bench import cold, publishing, reasoning, serving, stores, targets, texts
from bench.rows import Row, growths, table, wide_table

_MANY = 12  # works whose exponents are told one by one


@dataclass(frozen=True)
class Subject:
    """Something to measure.

    Attributes:
        measure: Yields its rows, given a room for files, sizes and the number of rounds.
        sizes: How large its inputs are.
        quick: The same for `--quick`.
        triples: Whether sizes are numbers of triples, which `--sizes` replaces.
    """

    measure: Callable[[Path, tuple[int, ...], int], Iterator[Row]]
    sizes: tuple[int, ...]
    quick: tuple[int, ...]
    triples: bool = True


_GRAPHS = (20_000, 60_000, 250_000, 1_000_000)
_LARGEST = (*_GRAPHS, 10_000_000)
SUBJECTS = {
    "cold": Subject(cold.measured, (0,), (0,), False),
    "load": Subject(stores.load, _LARGEST, (20_000,)),
    "queries": Subject(stores.queries, _LARGEST, (20_000,)),
    "rdflib": Subject(stores.through_rdflib, (20_000,), (20_000,)),
    "memory": Subject(stores.memory, _LARGEST, (20_000,)),
    "export": Subject(stores.export, _LARGEST, (20_000,)),
    "publish": Subject(publishing.publish, _GRAPHS, (20_000,)),
    "serve": Subject(serving.serve, _GRAPHS, (20_000,)),
    "build": Subject(reasoning.built, (250, 500, 1_000, 2_000), (100,), False),
    "materialise": Subject(reasoning.materialised, (2_000, 8_000, 32_000, 100_000), (500,), False),
    "validate": Subject(reasoning.validated, (20_000, 40_000, 80_000, 160_000), (20_000,)),
    "explain": Subject(reasoning.explained, (2_500, 5_000, 10_000, 20_000), (500,), False),
    "fill": Subject(texts.filled, (20, 40, 80, 160), (5,), False),
    "annotate": Subject(texts.annotated, (100_000,), (1_000,), False),
}
_WIDE = {"queries": 0.010}  # shown by sizes; seconds of the peer below which a loss gets a sign only


def page(rows: list[Row], note: str) -> str:
    """Return what was measured as Markdown."""
    versions = ", ".join(f"{name} {version(name)}" for name in ("pyoxigraph", "rdflib", "pyshacl", "spacy"))
    lines = [
        "# Benchmarks",
        "",
        f"Written by `python -m bench`: CPU seconds on {os.cpu_count()} cores of {platform.machine()}, Python",
        f"{platform.python_version()}, {versions}.",
        "Above 1, irkg takes less than its peer; where it loses, the table says so.",
        "",
        *([note.strip(), ""] if note.strip() else []),
        *targets.lines(rows),
        "",
    ]
    for subject in dict.fromkeys(row.subject for row in rows):
        own = [row for row in rows if row.subject == subject]
        doc = cleandoc(SUBJECTS[subject].measure.__doc__ or "")
        shown = wide_table(own, _WIDE[subject]) if subject in _WIDE else table(own)
        lines += [f"## {subject}", "", doc, "", *shown, "", *_growth(own)]
    return "\n".join(lines)


def _growth(rows: list[Row]) -> Iterator[str]:
    """Yield the lines of the table of exponents: those above the mark only where there are many."""
    fits = list(growths(rows))
    high = [fit for fit in fits if fit.steepest > targets.HIGH]
    if not fits:
        return
    shown = fits if len(fits) < _MANY else high
    if len(shown) < len(fits):
        most = f"their input to the power of {targets.HIGH}"
        yield f"Of {len(fits)} works, {len(fits) - len(high)} grow no faster than {most}."
        yield ""
    if shown:
        yield "| growth: exponent of the size, of the last step | sizes | CPU | peer's CPU | rows | memory | |"
        yield "| --- | ---: | ---: | ---: | ---: | ---: | --- |"
    for fit in shown:
        memory = "" if fit.memory is None else f"{fit.memory:.2f}"
        mark = f"above {targets.HIGH}" if fit in high else ""
        told = f"{mark}, as {' and '.join(fit.reasons)}" if mark and fit.reasons else mark
        slopes = [
            "" if slope is None else f"{slope.fit:.2f}, {slope.last:.2f}" for slope in (fit.cpu, fit.peer, fit.found)
        ]
        yield "| " + " | ".join([fit.work, str(fit.sizes), *slopes, memory, told]) + " |"
    yield ""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.replace("_", "").split(","))


def main() -> None:
    """Measure and write."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--only", default=",".join(SUBJECTS), help="Subjects, separated by commas")
    options.add_argument("--quick", action="store_true", help="Small sizes, one round")
    options.add_argument("--sizes", type=_numbers, help="Numbers of triples, for subjects that are measured by them")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--room", type=Path, default=Path("/tmp/irkg-bench"), help="Where generated graphs are kept")
    options.add_argument("-o", "--out", type=Path, default=Path("docs/benchmarks.md"), help="JSON goes beside it")
    options.add_argument("--add", action="store_true", help="Keep the other rows that the JSON has")
    options.add_argument("--note", help="Markdown above the tables, on how it was measured; --add keeps it")
    given = options.parse_args()
    for name in given.only.split(","):
        if name not in SUBJECTS:
            options.error(f"there is no subject {name!r}: choose from {', '.join(SUBJECTS)}")
    given.room.mkdir(parents=True, exist_ok=True)
    beside = given.out.with_suffix(".json")
    kept = json.loads(beside.read_text(encoding="utf-8")) if given.add and beside.exists() else {}
    old, note = kept.get("rows", []), given.note or kept.get("note", "")
    rows = {_key(r): r for r in (Row(**{k: v for k, v in o.items() if k != "ratio"}) for o in old)}
    for name in given.only.split(","):
        subject = SUBJECTS[name]
        sizes = subject.quick if given.quick else subject.sizes
        sizes = given.sizes if given.sizes and subject.triples else sizes
        try:
            for row in subject.measure(given.room, sizes, 1 if given.quick else given.rounds):
                rows[_key(row)] = row
                print(
                    row.subject, row.work, row.size, row.seconds, row.megabytes, row.said, file=sys.stderr, flush=True
                )
        except ImportError as error:
            print(f"{name}: skipped, {error}", file=sys.stderr)
        _save(list(rows.values()), given.out, note)


def _save(rows: list[Row], out: Path, note: str) -> None:
    order = list(SUBJECTS)
    found = sorted(rows, key=lambda r: (order.index(r.subject), r.work, r.size))
    out.write_text(page(found, note), encoding="utf-8")
    content = json.dumps({"note": note, "rows": [r.as_json() for r in found]}, indent=1)
    out.with_suffix(".json").write_text(content + "\n", encoding="utf-8")


def _key(row: Row) -> tuple[str, str, int]:
    return row.subject, row.work, row.size


if __name__ == "__main__":
    main()
