"""What was measured, held against what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from bench import texts
from bench.rows import Row, growths

_LARGEST = 10_000_000  # triples
_SLOWER = 1.2  # times as long as the bare query, where that takes _COUNTS or more
_COUNTS = 0.010  # seconds
_BOUND = 2.0  # seconds for a query with a value, at the largest size
_QUERY_MEMORY, _EXPORT_MEMORY = 500, 1_000  # MB, at the largest size
_LOAD = 0.8  # of the bulk loader
_DUMP = 2.0  # times the CPU of a dump, at the largest size
_FILL = 5.0  # times as fast as a pipeline over all sentences
_ANNOTATE, _NAMES = 10.0, 100_000  # MB a second of one core, with so many names
HIGH = 1.15  # exponent of the size


def lines(rows: Sequence[Row]) -> Iterator[str]:
    """Yield a line of Markdown for each aim that there are rows for."""
    for name, wanted, judge in _AIMS:
        found = judge([row for row in rows if row.seconds or row.subject == "queries"])
        if found is not None:
            held, told = found
            yield f"- **{name}** (wanted: {wanted}): {_VERDICTS[held]}; {told}."


_Judgement = tuple[bool | None, str] | None
_VERDICTS = {True: "held", False: "**missed**", None: "not measured at that size"}


def _at_last(held: bool, row: Row, largest: int = _LARGEST) -> bool | None:
    """Return a verdict on what is wanted at the largest size, None where it was held at a smaller one only."""
    return None if held and row.size < largest else held


def _of(rows: Sequence[Row], subject: str, work: str = "") -> list[Row]:
    """Return the rows of a subject at the largest size that it was measured at."""
    own = [row for row in rows if row.subject == subject and work in row.work]
    largest = max((row.size for row in own), default=0)
    return [row for row in own if row.size == largest]


def _beside_bare(rows: Sequence[Row]) -> _Judgement:
    ratios = [
        1 / row.ratio for row in rows if row.subject == "queries" and row.ratio and row.seconds[row.peer] >= _COUNTS
    ]
    if not ratios:
        return None
    slower = [ratio for ratio in ratios if ratio > _SLOWER]
    return not slower, f"{len(ratios) - len(slower)} of {len(ratios)} measurements, the worst {max(ratios):.2f} times"


def _bound(rows: Sequence[Row]) -> _Judgement:
    own = [row for row in _of(rows, "queries") if row.said.startswith("bound")]
    if not own:
        return None
    slow = [row for row in own if not row.seconds or row.seconds["irkg"] > _BOUND]
    told = f"{len(own) - len(slow)} of {len(own)} queries at {own[0].size:,} triples"
    rows = [f"{row.work} ({row.said.rpartition('; ')[2]})" for row in slow]
    return _at_last(not slow, own[0]), f"{told}; others: {', '.join(rows)}" if rows else told


def _memory(subject: str, most: int) -> Callable[[Sequence[Row]], _Judgement]:
    def judge(rows: Sequence[Row]) -> _Judgement:
        own = [row for row in _of(rows, subject) if "irkg" in row.megabytes]
        if not own:
            return None
        peak = max(row.megabytes["irkg"] for row in own)
        return _at_last(peak <= most, own[0]), f"{peak:,.0f} MB at {own[0].size:,} triples"

    return judge


def _load(rows: Sequence[Row]) -> _Judgement:
    own = [row for row in rows if row.subject == "load" and row.peer == "pyoxigraph" and row.ratio]
    if not own:
        return None
    last = max(own, key=lambda row: row.size)
    told = f"{last.ratio:.2f} at {last.size:,} triples"
    return min(row.ratio or 0 for row in own) >= _LOAD, f"{told}, {last.said}" if last.said else told


def _export(rows: Sequence[Row]) -> _Judgement:
    times = [1 / row.ratio for row in _of(rows, "export") if row.ratio]
    return (max(times) <= _DUMP, f"{min(times):.2f} to {max(times):.2f} times") if times else None


def _fill(rows: Sequence[Row]) -> _Judgement:
    ratios = {row.work: row.ratio for row in _of(rows, "fill") if row.ratio}
    if not ratios:
        return None
    held = [ratio >= _FILL for work, ratio in ratios.items() if work == texts.TYPICAL]
    return all(held), "; ".join(f"{ratio:.1f} times as fast ({work})" for work, ratio in ratios.items())


def _annotate(rows: Sequence[Row]) -> _Judgement:
    own = _of(rows, "annotate", "irkg_annotate")
    if not own:
        return None
    held = float(own[0].said.split()[0]) >= _ANNOTATE
    return _at_last(held, own[0], _NAMES), f"{own[0].said} with {own[0].size:,} names"


def _growth(rows: Sequence[Row]) -> _Judgement:
    fits = list(growths(rows))
    high = [fit for fit in fits if fit.steepest > HIGH]
    if not fits:
        return None
    own = ", ".join(f"{fit.subject}: {fit.work} {fit.steepest:.2f}" for fit in high if not fit.reasons)
    told = f"{len(fits) - len(high)} of {len(fits)} works"
    alike = sum(bool(fit.reasons) for fit in high)
    told += f"; {alike} grow as the peer does or as their rows" if alike else ""
    return not high, f"{told}; others: {own}" if own else told


_AIMS: tuple[tuple[str, str, Callable[[Sequence[Row]], _Judgement]], ...] = (
    ("Queries beside bare pyoxigraph", f"{_SLOWER} times where that takes 10 ms", _beside_bare),
    ("Queries with a value", f"{_BOUND:.0f} s at 10,000,000 triples", _bound),
    ("Memory of queries", f"{_QUERY_MEMORY} MB at 10,000,000 triples", _memory("memory", _QUERY_MEMORY)),
    ("Load", f"{_LOAD} of the bulk loader", _load),
    ("Memory of export", f"{_EXPORT_MEMORY:,} MB at 10,000,000 triples", _memory("export", _EXPORT_MEMORY)),
    ("CPU of export", f"{_DUMP:.0f} times a dump", _export),
    ("Fill", f"{_FILL:.0f} times a pipeline over all sentences", _fill),
    ("Annotate", f"{_ANNOTATE:.0f} MB a second of one core with {_NAMES:,} names", _annotate),
    ("Growth of CPU", f"exponent of {HIGH}", _growth),
)
