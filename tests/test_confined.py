"""What native code may do to its process happens to a copy of this one, and comes out as one line."""

from __future__ import annotations

import codecs
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from irkg.confined import Bounds, tried
from irkg.errors import GraphError, IrkgError
from own_process import OwnProcess


@pytest.fixture(scope="module")
def alone() -> Iterator[OwnProcess]:
    """A process with one thread: the tests' own may have more."""
    with OwnProcess() as process:
        yield process


def returns(content: bytes, more: str) -> list[str]:
    return [content.decode(), more]


def refuses(content: bytes) -> None:
    raise GraphError("is odd", path="a.ttl", line=content[0], remedy="mend it")


def aborts(_: bytes) -> None:
    os.abort()


def overflows(_: bytes) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def grows(_: bytes) -> int:
    return len(bytearray(10**9))


def lasts(_: bytes) -> None:
    while True:
        pass


def errs(_: bytes) -> None:
    raise LookupError("a mistake of ours")


def prints(content: bytes) -> str:
    os.write(2, b"{}\n")
    return content.decode()


WORKS = {
    "returns": lambda: tried(returns, b"a", "b", about="the file", bounds=Bounds()),
    "prints": lambda: tried(prints, b"a", about="the file", bounds=Bounds()),
    "refuses": lambda: tried(refuses, b"\3", about="the file", bounds=Bounds()),
    "aborts": lambda: tried(aborts, b"", about="the file", bounds=Bounds(), path=Path("a.ttl")),
    "overflows": lambda: tried(overflows, b"", about="the file", bounds=Bounds(), path=Path("a.ttl")),
    "grows": lambda: tried(grows, b"", about="the file", bounds=Bounds(megabytes=100), path=Path("a.ttl")),
    "lasts": lambda: tried(lasts, b"", about="the file", bounds=Bounds(seconds=0.3), path=Path("a.ttl")),
}


def outcome(name: str) -> object:
    """Return what one of the works returns, or the one line that it is refused with; and whether no process is left."""
    try:
        found = WORKS[name]()
    except IrkgError as error:
        found = str(error)
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)
    return found


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("returns", ["a", "b"]),
        ("prints", "a"),
        ("refuses", "a.ttl:3: is odd; mend it"),
        ("aborts", "a.ttl: the file needs more than 2000 MB of memory; allow more with --memory, or ask for less"),
        ("overflows", "a.ttl: the file is nested too deeply; split it"),
        ("grows", "a.ttl: the file needs more than 100 MB of memory; allow more with --memory, or ask for less"),
        ("lasts", "a.ttl: the file took longer than 0.3 s and was stopped; allow more with --timeout, or ask for less"),
    ],
)
def test_what_befalls_the_copy_is_one_line(name: str, found: object, alone: OwnProcess) -> None:
    assert alone(outcome, name) == found


def test_one_that_lasts_is_ended_in_time(alone: OwnProcess) -> None:
    start = time.monotonic()
    alone(outcome, "lasts")
    assert time.monotonic() - start < 0.3 + 1


def mistake() -> str:
    try:
        tried(errs, b"", about="the file", bounds=Bounds())
    except RuntimeError as error:
        return str(error)
    return ""


def test_a_mistake_of_ours_is_no_bad_input(alone: OwnProcess) -> None:
    assert "a mistake of ours" in alone(mistake)


def test_where_there_are_threads_a_new_process_does_the_work() -> None:
    waiting = threading.Event()
    thread = threading.Thread(target=waiting.wait)
    thread.start()
    try:
        assert tried(codecs.decode, "é\n{".encode(), "utf-8", about="the file", bounds=Bounds()) == "é\n{"
    finally:
        waiting.set()
        thread.join()
