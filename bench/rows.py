"""What is measured, in processes of their own, and the table that shows it."""

from __future__ import annotations

import math
import multiprocessing
import resource
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias, TypeVar

T = TypeVar("T")
_Call: TypeAlias = tuple[Callable[..., object], Sequence[object]]


@dataclass(frozen=True)
class Row:
    """One piece of work, done by irkg and by a peer.

    Attributes:
        subject: What it belongs to.
        work: What is done.
        size: How large the input is, as a number of `unit`.
        unit: What the size counts.
        seconds: CPU seconds by tool, "irkg" and the peer; empty where it was given up.
        megabytes: The peak of memory by tool, where each ran in a process of its own.
        said: What else there is to say: where irkg loses, why.
        disk: Bytes on disk for each unit of the size, where something was written there.
        found: How many rows a query has; 0 for other work.
    """

    subject: str
    work: str
    size: int
    unit: str
    seconds: dict[str, float]
    megabytes: dict[str, float] = field(default_factory=dict)
    said: str = ""
    disk: float = 0.0
    found: int = 0

    @property
    def peer(self) -> str:
        """The other tool, empty where there is none."""
        return next((tool for tool in self.seconds if tool != "irkg"), "")

    @property
    def ratio(self) -> float | None:
        """How many times the CPU of irkg the peer takes: below 1, irkg loses."""
        return self.seconds[self.peer] / self.seconds["irkg"] if self.peer else None

    def as_json(self) -> dict[str, object]:
        """Return what it holds, with the ratio."""
        return asdict(self) | {"ratio": self.ratio}


def spent() -> float:
    """Return the CPU seconds of this process and of those that it started and that have ended."""
    uses = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(use.ru_utime + use.ru_stime for use in uses)


def cpu(work: Callable[[], object]) -> float:
    """Return the CPU seconds of a piece of work."""
    before = spent()
    work()
    return spent() - before


def interleaved(tools: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return the median of the CPU seconds of each tool, after one round to warm up, in turns."""
    taken: dict[str, list[float]] = defaultdict(list)
    for number in range(rounds + 1):
        for name, work in tools.items():
            seconds = cpu(work)
            if number:
                taken[name].append(seconds)
    return {name: statistics.median(found) for name, found in taken.items()}


def peak() -> float:
    """Return the most memory that this process has had, in MB."""
    with suppress(OSError):  # ru_maxrss has in it what the parent had when it started this process (Linux)
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _alone(work: Callable[..., object], args: Sequence[object]) -> tuple[float, float]:
    return cpu(lambda: work(*args)), peak()


class Worker:
    """A process that does one piece of work after the other, until one takes too long and it is replaced.

    Args:
        limit: Seconds of the clock for a piece of work; none where None.
    """

    def __init__(self, limit: float | None = None) -> None:
        self._limit = limit
        self._pool = multiprocessing.get_context("spawn").Pool(1)

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.terminate()
        self._pool.join()

    def done(self, work: Callable[..., T], *args: object) -> T | None:
        """Return what a function returns, None where it takes too long."""
        try:
            return self._pool.apply_async(work, args).get(self._limit)
        except multiprocessing.TimeoutError:
            self.__exit__()
            self._pool = multiprocessing.get_context("spawn").Pool(1)
            return None


def in_fresh_process(work: Callable[..., T], *args: object) -> T:
    """Do some work in a fresh process."""
    with Worker() as own:
        found = own.done(work, *args)
    assert found is not None
    return found


def alone(tools: dict[str, _Call], rounds: int) -> tuple[dict[str, float], dict[str, float]]:
    """Run functions, each in a fresh process, in turns; return median CPU seconds and largest peak of MB by tool."""
    taken: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(rounds):
        for name, (work, args) in tools.items():
            taken[name].append(in_fresh_process(_alone, work, args))
    seconds = {name: statistics.median(s for s, _ in found) for name, found in taken.items()}
    return seconds, {name: max(m for _, m in found) for name, found in taken.items()}


class Slope(NamedTuple):
    """How something grows with the size of an input, as exponents.

    Attributes:
        fit: The slope of its logarithm over that of the size, by least squares.
        last: The same between the two largest sizes: what a start hides from the first.
    """

    fit: float
    last: float

    def explains(self, other: Slope) -> bool:
        """Return whether what grows so is why another thing grows as it does, or faster than that."""
        return all(theirs <= own + _ALIKE for own, theirs in zip(self, other, strict=True))


@dataclass(frozen=True)
class Growth:
    """How some work grows with its input.

    Attributes:
        subject: What it belongs to.
        work: What is done.
        sizes: How many sizes were measured.
        cpu: CPU time of irkg.
        peer: CPU time of the peer; None where it has none, or not at each size.
        found: Rows that a query has, where it has any; None where it has some at fewer than two sizes.
        memory: The peak of memory between the two largest sizes; None where it was not measured.
    """

    subject: str
    work: str
    sizes: int
    cpu: Slope
    peer: Slope | None
    found: Slope | None
    memory: float | None

    @property
    def steepest(self) -> float:
        """The larger exponent of the CPU time of irkg."""
        return max(self.cpu)

    @property
    def reasons(self) -> list[str]:
        """What grows so as well: the rows, or the peer."""
        others = {"its rows": self.found, "the peer": self.peer}
        return [name for name, slope in others.items() if slope is not None and slope.explains(self.cpu)]


_ALIKE = 0.1  # between exponents of what grows alike


def growths(rows: Iterable[Row]) -> Iterator[Growth]:
    """Yield how each work grows that was measured at three or more sizes."""
    sizes: dict[tuple[str, str], dict[int, Row]] = defaultdict(dict)
    for row in rows:
        if row.seconds and row.size:
            sizes[row.subject, row.work][row.size] = row
    for (subject, work), found in sizes.items():
        own = [row for _, row in sorted(found.items())]
        if len(own) > 2:
            cpu = _slope(own, lambda row: max(row.seconds["irkg"], 1e-6))
            assert cpu is not None
            peer = _slope(own, lambda row: row.seconds.get(row.peer, 0.0))
            memory = _slope(own[-2:], lambda row: row.megabytes.get("irkg", 0.0))
            answers = _slope([row for row in own if row.found], lambda row: row.found)
            yield Growth(subject, work, len(own), cpu, peer, answers, memory and memory.last)


def _slope(rows: Sequence[Row], amount: Callable[[Row], float]) -> Slope | None:
    """Return how an amount grows over rows in the order of their sizes; None for fewer than two, or where it lacks."""
    points = [(math.log(row.size), math.log(amount(row))) for row in rows if amount(row)]
    if len(points) < max(len(rows), 2):
        return None
    ((x, y), (further, more)) = points[-2:]
    fit, _ = statistics.linear_regression(*zip(*points, strict=True))
    return Slope(fit, (more - y) / (further - x))


LOST = 1 / 1.05  # ratios below: what is nearer is noise


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| work | size | irkg, CPU s | peer | peer, CPU s | peer ÷ irkg | irkg MB | peer MB | |"
    yield "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |"
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        loses = "**irkg loses.** " if row.ratio is not None and row.ratio < LOST else ""
        own = f"{row.seconds['irkg']:.3f}" if row.seconds else ""
        peer = f"{row.seconds[row.peer]:.3f}" if row.peer else ""
        memory = [f"{row.megabytes[t]:.0f}" if t in row.megabytes else "" for t in ("irkg", row.peer)]
        cells = [row.work, f"{row.size:,} {row.unit}", own, row.peer, peer, ratio, *memory]
        yield "| " + " | ".join([*cells, (loses + row.said).strip()]) + " |"


def wide_table(rows: Sequence[Row], small: float) -> Iterator[str]:
    """Yield the lines of a table in Markdown that has a line for each work and a column for each size.

    Args:
        rows: Of one unit and one peer.
        small: Seconds of the peer below which a loss gets a sign only, and its reason stands above the table.
    """
    sizes = sorted({row.size for row in rows})
    unit = rows[0].unit if rows else ""
    yield "| ms of irkg, peer ÷ irkg | " + " | ".join(f"{size:,} {unit}" for size in sizes) + " | |"
    yield "| --- |" + " ---: |" * len(sizes) + " --- |"
    works: dict[str, dict[int, Row]] = defaultdict(dict)
    for row in rows:
        works[row.work][row.size] = row
    for work, own in works.items():
        cells = [_cell(own.get(size), small) for size in sizes]
        said = dict.fromkeys(part for row in own.values() for part in row.said.split("; ") if part and row.seconds)
        yield f"| {work} | " + " | ".join([*cells, "; ".join(said)]) + " |"


def _cell(row: Row | None, small: float) -> str:
    if row is None or not row.seconds:
        return "" if row is None else row.said.split("; ")[-1]
    told = f"{1_000 * row.seconds['irkg']:,.1f}"
    if row.ratio is None:
        return told
    lost = row.ratio < LOST
    sign = "" if not lost else " °" if row.seconds[row.peer] < small else " **loses**"
    return f"{told}, {row.ratio:.2f}{sign}"
