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
from typing import TypeAlias, TypeVar

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
        said: What else there is to say.
    """

    subject: str
    work: str
    size: int
    unit: str
    seconds: dict[str, float]
    megabytes: dict[str, float] = field(default_factory=dict)
    said: str = ""

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


def exponents(rows: Iterable[Row]) -> Iterator[tuple[str, str, int, float]]:
    """Yield subject, work, number of sizes, and the slope of log time over log size, by least squares.

    Args:
        rows: Those of three or more sizes are fitted.
    """
    sizes: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for row in (row for row in rows if row.seconds):
        sizes[row.subject, row.work].append((math.log(row.size), math.log(max(row.seconds["irkg"], 1e-6))))
    for (subject, work), points in sizes.items():
        if len({x for x, _ in points}) > 2:
            slope, _ = statistics.linear_regression([x for x, _ in points], [y for _, y in points])
            yield subject, work, len(points), slope


def table(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the lines of a table in Markdown."""
    yield "| work | size | irkg, CPU s | peer | peer, CPU s | peer ÷ irkg | irkg MB | peer MB | |"
    yield "| --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | --- |"
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
        loses = "**irkg loses.** " if row.ratio is not None and row.ratio < 1 / 1.05 else ""
        own = f"{row.seconds['irkg']:.3f}" if row.seconds else ""
        peer = f"{row.seconds[row.peer]:.3f}" if row.peer else ""
        memory = [f"{row.megabytes[t]:.0f}" if t in row.megabytes else "" for t in ("irkg", row.peer)]
        cells = [row.work, f"{row.size:,} {row.unit}", own, row.peer, peer, ratio, *memory]
        yield "| " + " | ".join([*cells, (loses + row.said).strip()]) + " |"
