"""Work on what others wrote, in a process of its own with a limit of time and of memory.

The parsers and the query engine are native code: what is too much for them ends the process that they run in, and no
exception and no signal handler of Python gets in between.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from irkg import errors
from irkg.errors import IrkgError
from irkg.limits import MEGABYTE, limit_memory, limit_next_request, over_memory, over_time

_LONGEST_COMPLAINT = 2_000  # characters of what a process that failed has said


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a piece of work may use.

    Attributes:
        seconds: How long it may take, by the clock.
        megabytes: Memory that it may take.
        result: Megabytes of what it returns.
    """

    seconds: float = 60.0
    megabytes: int = 2_000
    result: int = 100


_READING = Bounds(600.0, 8_000)
BOUNDS: ContextVar[Bounds] = ContextVar("BOUNDS", default=_READING)
"""What the reading of one file may use."""


def confined(work: Callable[..., Any], *arguments: str, about: str, bounds: Bounds, path: Path | None = None) -> Any:
    """Call a function in a process of its own.

    Args:
        work: A function of a module that takes texts and returns what JSON can say.
        arguments: What it is called with.
        about: What the work is, as the subject of an error's sentence ("the query").
        bounds: What it may use.
        path: The file that it is about.

    Returns:
        What the function returned.

    Raises:
        IrkgError: The function raised one, which is raised again; or the work went over a limit.

    Example:
        >>> confined(os.path.basename, "/a/b", about="the name", bounds=Bounds())
        'b'
    """
    task = {
        "module": work.__module__,
        "name": work.__qualname__,
        "arguments": arguments,
        "seconds": bounds.seconds,
        "megabytes": bounds.megabytes,
    }
    words = [sys.executable, "-m", "irkg.confined"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as child:
        try:
            said, complaint = child.communicate(json.dumps(task).encode(), bounds.seconds)
        except subprocess.TimeoutExpired as error:
            raise _too_long(about, bounds, path) from error
        finally:
            child.kill()
    if child.returncode:
        raise _ended(child.returncode, complaint.decode(errors="replace"), about, bounds, path)
    if len(said) > bounds.result * MEGABYTE:
        raise IrkgError(f"{about} gives more than {bounds.result} MB", path=path, remedy="ask for less, as by LIMIT")
    reply = json.loads(said)
    if "error" in reply:
        raise _error(**reply["error"])
    return reply["value"]


def _too_long(about: str, bounds: Bounds, path: Path | None) -> IrkgError:
    what = f"{about} took longer than {bounds.seconds:g} s and was stopped"
    return IrkgError(what, path=path, remedy="allow more with --timeout, or ask for less")


def _too_large(about: str, bounds: Bounds, path: Path | None) -> IrkgError:
    what = f"{about} needs more than {bounds.megabytes} MB of memory"
    return IrkgError(what, path=path, remedy="allow more with --memory, or ask for less")


def _ended(code: int, complaint: str, about: str, bounds: Bounds, path: Path | None) -> IrkgError:
    if over_time(code):
        return _too_long(about, bounds, path)
    if "overflowed its stack" in complaint:
        return IrkgError(f"{about} is nested too deeply", path=path, remedy="split it")
    if over_memory(code) or code == _NO_MEMORY:
        return _too_large(about, bounds, path)
    if code < 0:
        return IrkgError(f"{about} ended the process that worked on it (signal {-code})", path=path, remedy="split it")
    raise RuntimeError(complaint[-_LONGEST_COMPLAINT:])  # a mistake of ours


_NO_MEMORY = 3  # the exit code of a child that Python has told so


def _error(sort: str, fields: dict[str, Any]) -> IrkgError:
    """Return an error that a child has met, as it met it."""
    kind: type[IrkgError] = getattr(errors, sort)
    error = kind.__new__(kind)
    Exception.__init__(error, fields["what"])
    error.__dict__.update(fields)
    return error


def main(requests: BinaryIO, replies: BinaryIO) -> None:
    """Do one piece of work, as `confined` asks for it.

    Args:
        requests: Where the task comes from.
        replies: Where the result, or the error, goes.
    """
    task = json.loads(requests.read())
    work = getattr(import_module(task["module"]), task["name"])
    limit_memory(task["megabytes"])
    limit_next_request(task["seconds"])
    try:
        reply = {"value": work(*task["arguments"])}
    except IrkgError as error:
        reply = {"error": {"sort": type(error).__name__, "fields": vars(error)}}
    except MemoryError:
        sys.exit(_NO_MEMORY)
    replies.write(json.dumps(reply).encode())
    replies.flush()


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever prints must not get into the reply
        main(sys.stdin.buffer, out)
