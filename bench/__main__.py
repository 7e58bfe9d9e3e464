"""Measure irkg beside what people would use instead, and write the table.

    python -m bench                          # all subjects; some twenty minutes on one core
    python -m bench --quick -o /tmp/b.md     # small sizes, one round: only shows that it still runs
    python -m bench --only queries,load --sizes 20000,1000000

Graphs, abstracts and names are generated from a seed. What is shown is CPU time, the median of several rounds in turns
after one to warm up (one round where it takes long), and the peak of memory where each tool has a process of its own.
A peer that is not installed is skipped with a line. Subjects with more to ask have modules of their own: `python -m
bench.serve`, `bench.reason`, `bench.validate`, `bench.fill`, `bench.annotate`, `bench.reading`, `bench.curation`.
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

from bench import reasoning, stores, texts
from bench.rows import Row, exponents, table

_HIGH = 1.15  # exponents above are marked


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
SUBJECTS = {
    "cold": Subject(stores.cold, (0,), (0,), False),
    "queries": Subject(stores.queries, _GRAPHS, (20_000,)),
    "memory": Subject(stores.memory, _GRAPHS, (20_000,)),
    "load": Subject(stores.load, _GRAPHS, (20_000,)),
    "export": Subject(stores.export, _GRAPHS, (20_000,)),
    "materialise": Subject(reasoning.materialised, (1_000, 2_000, 4_000, 8_000, 32_000), (500,), False),
    "validate": Subject(reasoning.validated, (20_000, 40_000, 80_000, 160_000), (20_000,)),
    "fill": Subject(texts.filled, (20, 40, 80, 160), (5,), False),
    "annotate": Subject(texts.annotated, (100_000,), (1_000,), False),
}


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
    ]
    for subject in dict.fromkeys(row.subject for row in rows):
        own = [row for row in rows if row.subject == subject]
        doc = cleandoc(SUBJECTS[subject].measure.__doc__ or "")
        lines += [f"## {subject}", "", doc, "", *table(own), ""]
        fits = list(exponents(own))
        if fits:
            lines += ["| growth: work | sizes | exponent | |", "| --- | ---: | ---: | --- |"]
            for _, work, count, slope in fits:
                mark = "" if slope <= _HIGH else f"above {_HIGH}"
                lines.append(f"| {work} | {count} | {slope:.2f} | {mark} |")
            lines.append("")
    return "\n".join(lines)


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
