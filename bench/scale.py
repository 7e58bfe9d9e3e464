"""What all abstracts of PubMed would need, from the rates that were measured: `python -m bench.scale > docs/scale.md`.

Reads `docs/benchmarks.json`. Each step is taken to grow as it was measured to, from the largest size measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from bench import texts
from bench.rows import Row, growths

ABSTRACTS = 36_000_000
CLAIMS = (0.2, 1.0, 3.0)  # for an abstract
BUILD = "claims of the ontology's kinds"
TRIPLES = 39.0  # for a generated claim, its evidence and its share of its source
_HOUR = 3_600
_ENGINE = (
    (
        1_000_000_000,
        "one machine with fast disks: Oxigraph (not tried above the sizes measured), Fuseki",
    ),
    (1 << 63, "an engine made for it: QLever, Virtuoso or GraphDB, loaded by its own bulk loader"),
)


def rows(path: Path) -> list[Row]:
    """Return what was measured."""
    found = json.loads(path.read_text(encoding="utf-8"))["rows"]
    return [Row(**{name: value for name, value in row.items() if name != "ratio"}) for row in found]


class Rates:
    """How long steps take at sizes that were not measured."""

    def __init__(self, found: list[Row]) -> None:
        self._rows = found
        self._growths = {(g.subject, g.work): g for g in growths(found)}

    def largest(self, subject: str, work: str) -> Row:
        """Return the row of the largest size measured."""
        own = (r for r in self._rows if (r.subject, r.work) == (subject, work) and r.seconds)
        return max(own, key=lambda r: r.size)

    def slope(self, subject: str, work: str) -> float:
        """Return how a step grows: as measured, or between the two largest sizes where it grows faster there."""
        growth = self._growths.get((subject, work))
        return 1.0 if growth is None else max(1.0, growth.steepest)

    def memory_slope(self, subject: str, work: str) -> float:
        """Return how the memory of a step grows between the two largest sizes; in proportion where that is unknown."""
        growth = self._growths.get((subject, work))
        return 1.0 if growth is None or growth.memory is None else min(1.0, max(0.0, growth.memory))

    def seconds(self, subject: str, work: str, size: float) -> float:
        """Return CPU seconds at a size."""
        last = self.largest(subject, work)
        return last.seconds["irkg"] * float((size / last.size) ** self.slope(subject, work))

    def megabytes(self, subject: str, work: str, size: float) -> float:
        """Return the peak of memory at a size."""
        last = self.largest(subject, work)
        factor = max(1.0, size / last.size) ** self.memory_slope(subject, work)
        return last.megabytes.get("irkg", 0.0) * float(factor)

    def disk(self) -> float:
        """Return the bytes on disk for a triple, at the largest size."""
        return self.largest("load", "onto disk").disk


def _amount(number: float) -> str:
    for unit, size in (("thousand million", 1e9), ("million", 1e6), ("thousand", 1e3)):
        if number >= size:
            return f"{number / size:,.1f} {unit}"
    return f"{number:,.0f}"


def _time(seconds: float) -> str:
    return f"{seconds / _HOUR:,.0f} h" if seconds >= 10 * _HOUR else f"{seconds / 60:,.0f} min"


def lines(rates: Rates) -> Iterator[str]:
    """Yield the lines of the table."""
    yield "| claims an abstract | " + " | ".join(f"{c:g}" for c in CLAIMS) + " |"
    yield "| --- |" + " ---: |" * len(CLAIMS)
    claims = [c * ABSTRACTS for c in CLAIMS]
    triples = [c * TRIPLES for c in claims]
    filling = rates.seconds("fill", texts.TYPICAL, ABSTRACTS)
    told = {
        "claims": [_amount(c) for c in claims],
        "triples": [_amount(t) for t in triples],
        "filling, core-hours": [_time(filling)] * len(CLAIMS),
        "loading onto disk, CPU": [_time(rates.seconds("load", "onto disk", t)) for t in triples],
        "loading, memory": [f"{rates.megabytes('load', 'onto disk', t) / 1_000:,.0f} GB" for t in triples],
        "disk": [f"{t * rates.disk() / 1e9:,.0f} GB" for t in triples],
        "reasoning with derivations, CPU": [_time(rates.seconds("materialise", "generated claims", c)) for c in claims],
        "validation by the native engine, CPU": [_time(rates.seconds("validate", "proven shapes", t)) for t in triples],
        "export as N-Quads, CPU": [_time(rates.seconds("export", "as nquads", t)) for t in triples],
        "export, memory": [f"{rates.megabytes('export', 'as nquads', t) / 1_000:,.0f} GB" for t in triples],
        "what would hold it": [next(name for most, name in _ENGINE if t < most) for t in triples],
    }
    for what, cells in told.items():
        yield f"| {what} | " + " | ".join(cells) + " |"


def growth(rates: Rates) -> Iterator[str]:
    """Yield how each step was taken to grow."""
    steps = {
        "fill": texts.TYPICAL,
        "load": "onto disk",
        "build": BUILD,
        "materialise": "generated claims",
        "validate": "proven shapes",
        "export": "as nquads",
    }
    yield "| step | largest size measured | exponent of CPU | exponent of memory | times as large at 1 an abstract |"
    yield "| --- | ---: | ---: | ---: | ---: |"
    for subject, work in steps.items():
        last = rates.largest(subject, work)
        full = ABSTRACTS * (TRIPLES if last.unit == "triples" else 1)
        yield (
            f"| {subject} | {last.size:,} {last.unit} | {rates.slope(subject, work):.2f} "
            f"| {rates.memory_slope(subject, work):.2f} | {full / last.size:,.0f} |"
        )


PAGE = """# What all of PubMed would need

Written by `python -m bench.scale` from [benchmarks.json](benchmarks.json): each step from the largest size that was
measured, with the exponent of CPU that was measured (1 where it is lower; that of the last step where it is higher) and
the exponent of memory between the two largest sizes (at most 1). {abstracts} abstracts; how many claims one holds
nobody has counted, so there are three columns. A claim takes {triples:g} triples, with its evidence and its share of
its source; a triple takes {bytes:.0f} bytes on disk.

{table}

## How far the extrapolation reaches

{growth}

## Where it is weak

- **Claims an abstract**: not measured. It depends on how much of the ontology's field an abstract is about; most of
  PubMed is about something else, and the first column is then the likelier one. With an ontology of all of biomedicine
  it would be more than the last.
- **Abstracts are invented**: 12 % of their sentences hold two names, as those of CRAFT's abstracts do; in a field that
  the ontology is about it may be half of them, and filling takes three times as long.
- **Terms** grow in the generator by Heaps' law with an exponent of 0.6, which is what vocabularies do, not what
  was seen here; frequent ones follow Zipf's law, so that rows of a query on a frequent kind grow in proportion to the
  graph.
- **Entailments**: measured on individuals of kinds of the shipped ontology, a fifth as many as claims. Real claims
  gather on few kinds, where what follows by inverse and sub-relations overlaps; chains could grow faster.
- **Candidates** are part of `irkg build` only: rules that join two claims on a kind grow with the square of its claims.
- **Memory** of loading and exporting rests on one step, to the largest size measured, some 140 to 420 times below what
  is asked; that it levels off is to be expected of batches and runs, and was not seen further up. **Disk** is taken to
  grow in proportion.
- **`irkg build`** as it is has no line above: it was measured up to 2,000 claims and holds everything in memory. Those
  claims are of a few hundred edges of kinds that the ontology has, so that many say the same.

## What in irkg would have to change first

1. **Building holds the graph in memory**, and shapes with SPARQL are checked by pySHACL on rdflib, which takes a tenth
   of a second for each claim whose kinds its relation does not take. `irkg build` would have to check and reason
   source by source, on the store.
2. **Aggregates over all claims** are as slow as the engine: they would be counted when the graph is built.
3. **Filling** needs nothing but cores: documents do not depend on each other (`irkg fill --scheduler`).
4. **Publishing** sends graph by graph, a request for each source; the bulk loader of the server is the way then
   ([publishing](publish.md)).
"""


def main() -> None:
    """Print the page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--benchmarks", type=Path, default=Path("docs/benchmarks.json"))
    given = options.parse_args()
    rates = Rates(rows(given.benchmarks))
    print(
        PAGE.format(
            abstracts=f"{ABSTRACTS // 1_000_000} million",
            triples=TRIPLES,
            bytes=rates.disk(),
            table="\n".join(lines(rates)),
            growth="\n".join(growth(rates)),
        ),
        end="",
    )


if __name__ == "__main__":
    main()
