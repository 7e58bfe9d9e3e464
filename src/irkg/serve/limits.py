"""What a worker may use, set by the operating system, so that no query can get round it."""

from __future__ import annotations

import contextlib
import math
import resource
import time
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1_000_000
_STATM = Path("/proc/self/statm")


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


def limit_memory(megabytes: int) -> None:
    """Let this process take so much more memory than it has now; beyond it, allocation fails.

    Where the operating system does not tell what it has now, one gigabyte is taken for that.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a worker that is over is not worth a core file
    most = _address_space() + megabytes * MEGABYTE
    with contextlib.suppress(OSError, ValueError):  # an operator's own limit may be lower, and stays
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int:
    try:
        pages = int(_STATM.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 1_000 * MEGABYTE
    return pages * resource.getpagesize()


def limit_next_request(seconds: float) -> None:
    """Have the operating system end this process when the next request takes more processor time than that.

    The server ends a worker that is over its time by the clock; this ends one whose server has gone.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time() + seconds) + 1
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
