"""What a process may use, set by the operating system, so that nothing that it reads or runs can get round it."""

from __future__ import annotations

import contextlib
import math
import os
import resource
import signal
import time
from pathlib import Path

MEGABYTE = 1_000_000
LONGEST = 10 * MEGABYTE
"""Bytes of one text or name in a file; the parser of Turtle has a limit of its own at 16 MiB, that of RDF/XML none."""
TOO_LONG = f"holds a text or name of more than {LONGEST // MEGABYTE} MB"
"""What is said of a file with a longer one, as the clause of an error."""
_PIECE = 16 * MEGABYTE  # of a file at a time
_STATM = Path("/proc/self/statm")


def begun(path: Path, most: int) -> bytes:
    """Read a file, one without an end too, up to the first byte behind a number of them.

    Args:
        path: The file.
        most: How many bytes it should not have more than.

    Raises:
        OSError: It cannot be read.

    Example:
        >>> len(begun(Path("/dev/zero"), 5))
        6
    """
    with path.open("rb") as handle:
        found = handle.read(min(os.fstat(handle.fileno()).st_size, most) + 1)  # all of it, of a file proper
        parts, size = [found], len(found)
        while size <= most and (piece := handle.read(min(_PIECE, most + 1 - size))):
            parts.append(piece)
            size += len(piece)
    return b"".join(parts)


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
