"""Work on what others wrote, in a process of its own with a limit of time and of memory.

The parsers and the query engine are native code: what is too much for them ends the process that they run in, and no
exception and no signal handler of Python gets in between.
"""

from __future__ import annotations

import faulthandler
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

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
        share: The part of the seconds that is for the process; the rest is for what is done with what it found.
    """

    seconds: float = 60.0
    megabytes: int = 2_000
    result: int = 100
    share: float = 1.0

    @property
    def allowed(self) -> float:
        """Seconds for the process."""
        return self.seconds * self.share


_READING = Bounds(600.0, 8_000)
BOUNDS: ContextVar[Bounds] = ContextVar("BOUNDS", default=_READING)
"""What the reading of one file may use."""


def confined(
    work: Callable[..., Any],
    *arguments: str,
    about: str,
    bounds: Bounds,
    path: Path | None = None,
    content: bytes | None = None,
) -> Any:
    """Call a function in a process of its own.

    Args:
        work: A function of a module that takes texts and returns what JSON can say.
        arguments: What it is called with.
        about: What the work is, as the subject of an error's sentence ("the query").
        bounds: What it may use.
        path: The file that it is about.
        content: Bytes that it is called with before the arguments, where they are not None.

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
        "seconds": bounds.allowed,
        "megabytes": bounds.megabytes,
        "content": content is not None,
    }
    words = [sys.executable, "-m", "irkg.confined"]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as child:
        try:
            said, complaint = child.communicate(json.dumps(task).encode() + b"\n" + (content or b""), bounds.allowed)
        except subprocess.TimeoutExpired as error:
            raise _too_long(about, bounds, path) from error
        finally:
            with suppress(ProcessLookupError, PermissionError):  # it is over
                os.killpg(child.pid, signal.SIGKILL)  # and what it has forked
    if child.returncode:
        raise _ended(child.returncode, complaint.decode(errors="replace"), about, bounds, path)
    if len(said) > bounds.result * MEGABYTE:
        raise IrkgError(f"{about} gives more than {bounds.result} MB", path=path, remedy="ask for less, as by LIMIT")
    return _value(said)


def _value(said: bytes) -> Any:
    """Return what a child has returned, or raise what it has raised."""
    reply = json.loads(said)
    if "error" in reply:
        raise _error(**reply["error"])
    return reply["value"]


def tried(
    work: Callable[..., Any], content: bytes, *arguments: str, about: str, bounds: Bounds, path: Path | None = None
) -> Any:
    """Call a function as `confined` does, in a copy of this process where that is safe: it starts in milliseconds.

    Args:
        work: A function of a module that takes bytes and texts and returns what JSON can say.
        content: What it is called with first.
        arguments: What it is called with then.
        about: What the work is, as the subject of an error's sentence.
        bounds: What it may use.
        path: The file that it is about.

    Returns:
        What the function returned.

    Raises:
        IrkgError: The function raised one, which is raised again; or the work went over a limit.

    Example:
        >>> import codecs
        >>> tried(codecs.decode, b"x", "utf-8", about="the name", bounds=Bounds())
        'x'
    """
    if not hasattr(os, "fork") or threading.active_count() > 1:  # a copy has none of the threads, but all their locks
        return confined(work, *arguments, about=about, bounds=bounds, path=path, content=content)
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        _be_the_copy(lambda: work(content, *arguments), bounds, theirs)
    os.close(theirs)
    said = None
    try:
        said = _all_of(ours, bounds.allowed)
    finally:
        os.close(ours)
        if said is None:
            os.kill(child, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if said is None:
        raise _too_long(about, bounds, path)
    if code:
        raise _ended(code, said.decode(errors="replace"), about, bounds, path)
    return _value(said.rpartition(b"\n")[2])


def _all_of(pipe: int, seconds: float) -> bytes | None:
    """Return what comes out of a pipe until its writer is gone; None where that takes longer."""
    until = time.monotonic() + seconds
    found = bytearray()
    while select.select([pipe], [], [], max(0.0, until - time.monotonic()))[0]:
        piece = os.read(pipe, 1 << 16)
        if not piece:
            return bytes(found)
        found += piece
    return None


def _be_the_copy(work: Callable[[], Any], bounds: Bounds, pipe: int) -> NoReturn:
    """Do a piece of work in a process that was forked for it, say what came of it, and end."""
    code = 1
    try:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        faulthandler.disable()
        os.dup2(pipe, 2)  # native code tells there how it ends
        reply = _reply(work, bounds)
        with os.fdopen(pipe, "wb") as out:
            out.write(b"\n" + reply)  # behind whatever was printed
        code = 0
    except MemoryError:
        code = _NO_MEMORY
    except BaseException as error:
        os.write(2, repr(error).encode(errors="replace"))
    finally:
        os._exit(code)  # nothing of the process that it is a copy of may be done twice


def _reply(work: Callable[[], Any], bounds: Bounds) -> bytes:
    """Do a piece of work within limits, and return what came of it for `_value`."""
    limit_memory(bounds.megabytes)
    limit_next_request(bounds.allowed)
    try:
        reply = {"value": work()}
    except IrkgError as error:
        reply = {"error": {"sort": type(error).__name__, "fields": vars(error)}}
    return json.dumps(reply).encode()


def _too_long(about: str, bounds: Bounds, path: Path | None) -> IrkgError:
    what = f"{about} took longer than {bounds.seconds:g} s and was stopped"
    return IrkgError(what, path=path, remedy="allow more with --timeout, or ask for less")


def _too_large(about: str, bounds: Bounds, path: Path | None) -> IrkgError:
    what = f"{about} needs more than {bounds.megabytes} MB of memory"
    return IrkgError(what, path=path, remedy="allow more with --memory, or ask for less")


def _ended(code: int, complaint: str, about: str, bounds: Bounds, path: Path | None) -> IrkgError:
    if over_time(code):
        return _too_long(about, bounds, path)
    if "overflowed its stack" in complaint or code == -signal.SIGSEGV:
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
    task = json.loads(requests.readline())
    work = getattr(import_module(task["module"]), task["name"])
    content = [requests.read()] if task["content"] else []
    try:
        reply = _reply(lambda: work(*content, *task["arguments"]), Bounds(task["seconds"], task["megabytes"]))
    except MemoryError:
        sys.exit(_NO_MEMORY)
    replies.write(reply)
    replies.flush()


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever prints must not get into the reply
        main(sys.stdin.buffer, out)
