"""What a process may use, set by the operating system, so that nothing that it reads or runs can get round it."""

from __future__ import annotations

import contextlib
import math
import resource
import signal
import time
from pathlib import Path

MEGABYTE = 1_000_000
_STATM = Path("/proc/self/statm")


def limit_memory(megabytes: int) -> None:
    """Let this process take so much more memory than it has now; beyond it, allocation fails.

    Where the operating system does not tell what it has now, one gigabyte is taken for that.
    """
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # one that is over is not worth a core file
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

    The server ends one that is over its time by the clock; this ends one whose server has gone.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = math.ceil(time.process_time() + seconds) + 1
    if hard != resource.RLIM_INFINITY:
        soft = min(soft, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def over_time(code: int) -> bool:
    """Return whether a process with that exit code was ended for its processor time."""
    return code == -signal.SIGXCPU


def over_memory(code: int) -> bool:
    """Return whether a process with that exit code could not go on without more memory: Rust and C++ abort then."""
    return code == -signal.SIGABRT
