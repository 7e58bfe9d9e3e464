"""What requests may use."""

from __future__ import annotations

from dataclasses import dataclass

from irkg.limits import MEGABYTE


@dataclass(frozen=True, slots=True)
class Limits:
    """What requests may use.

    Attributes:
        seconds: How long one may run, by the clock.
        megabytes: Memory that one may take beyond what the graph itself takes.
        workers: How many run at the same time.
        queue: How many may wait for a worker.
        body: Bytes of a request's body.
        result: Megabytes of a result.
    """

    seconds: float = 30.0
    megabytes: int = 1_000
    workers: int = 2
    queue: int = 128
    body: int = 10 * MEGABYTE
    result: int = 100
