"""Many calls of one function: in this process, in several on this machine, or on a Dask cluster.

Whatever calls the function, its answers are the same; they come as they are ready, each with the number of its call.
A process that dies takes nothing with it: what it was at is done again elsewhere.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Sequence
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

from irkg.errors import IrkgError, MissingExtra

if TYPE_CHECKING:
    from distributed import Client

T = TypeVar("T")
R = TypeVar("R")
_TRIES = 3  # how often a call may take its process down before it is given up
_AHEAD = 4  # calls that wait at a cluster for each of its threads
_FEW = 4  # articles are read before another process has loaded the parser
_PATIENCE = 30  # seconds to wait for a scheduler to answer


class Died(Exception):
    """A call has taken down every process that it was made in."""

    def __init__(self) -> None:
        super().__init__(f"the process that read it died {_TRIES} times, perhaps for want of memory")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def runner(
    workers: int | None, scheduler: str | None
) -> Callable[[Callable[[T], R], Sequence[T]], Generator[tuple[int, R | Died]]]:
    """Return what calls a function with many items: `here`, `in_processes`, or `on_cluster`.

    Args:
        workers: How many processes; None for as many as there are cores, and this one alone for a few items.
        scheduler: The address of a Dask scheduler, or None.

    Raises:
        IrkgError: Both are given.
    """
    if scheduler and workers:
        raise IrkgError("--workers and --scheduler exclude each other", remedy="start the cluster's workers by Dask")

    def run(function: Callable[[T], R], items: Sequence[T]) -> Generator[tuple[int, R | Died]]:
        if scheduler:
            return on_cluster(function, items, scheduler)
        count = min(workers, len(items)) if workers else min(cores(), len(items) // _FEW)
        return in_processes(function, items, count) if count > 1 else here(function, items)

    return run


def here(function: Callable[[T], R], items: Sequence[T]) -> Generator[tuple[int, R | Died]]:
    """Call a function in this process, item by item.

    Args:
        function: The function.
        items: What to call it with.

    Yields:
        The number of each item and the answer.
    """
    for number, item in enumerate(items):
        yield number, function(item)


def in_processes(function: Callable[[T], R], items: Sequence[T], workers: int) -> Generator[tuple[int, R | Died]]:
    """Call a function in several processes of this machine.

    No thread is started here: RDF datasets may only be dropped by the thread that made them.

    Args:
        function: A function of a module, which raises nothing.
        items: What to call it with; they and the answers must be picklable.
        workers: How many processes.

    Yields:
        The number of each item and its answer as it is ready, or `Died`.

    Raises:
        IrkgError: Processes die as soon as they are started.
    """
    waiting = deque(enumerate(items))
    tries = [0] * len(items)
    idle: list[_Worker[T, R]] = []
    busy: dict[Connection, tuple[_Worker[T, R], int]] = {}
    in_vain = 0
    try:
        while waiting or busy:
            while waiting and len(busy) < workers:
                worker = idle.pop() if idle else _Worker(function)
                number, item = waiting.popleft()
                tries[number] += 1
                worker.start(item)
                busy[worker.pipe] = worker, number
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                worker, number = busy.pop(pipe)
                try:
                    answer = worker.answer()
                except (EOFError, OSError):
                    worker.stop()
                    in_vain += 1
                    if in_vain > _TRIES * workers:
                        raise IrkgError("the worker processes die as soon as they start") from None
                    if tries[number] < _TRIES:
                        waiting.appendleft((number, items[number]))
                    else:
                        yield number, Died()
                else:
                    in_vain = 0
                    idle.append(worker)
                    yield number, answer
    finally:
        for worker in (*idle, *(w for w, _ in busy.values())):
            worker.stop()


class _Worker(Generic[T, R]):
    """A process that answers calls of one function, one at a time."""

    def __init__(self, function: Callable[[T], R]) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, there = spawn.Pipe()
        self._child: SpawnProcess = spawn.Process(target=_serve, args=(function, there), daemon=True)
        resource_tracker.ensure_running()  # which lifts the block below when it starts
        # Ctrl-C on a terminal reaches all its processes; what to do about it is for this one to say
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._child.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
        there.close()

    def start(self, item: T) -> None:
        with contextlib.suppress(OSError):  # a dead process is found out when its answer is read
            self.pipe.send(item)

    def answer(self) -> R:
        got: R = self.pipe.recv()
        return got

    def stop(self) -> None:
        self.pipe.close()
        self._child.kill()
        self._child.join()


def _serve(function: Callable[[T], R], pipe: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):  # the other end is closed, or dead: no more calls
        while True:
            pipe.send(function(pipe.recv()))


def on_cluster(function: Callable[[T], R], items: Sequence[T], address: str) -> Generator[tuple[int, R | Died]]:
    """Call a function on a Dask cluster.

    Args:
        function: A function of a module that is installed on the cluster, which raises nothing.
        items: What to call it with; they and the answers must be picklable.
        address: Where its scheduler listens, as `tcp://host:8786`; or a file that the scheduler wrote (`.json`).

    Yields:
        The number of each item and its answer as it is ready, or `Died`.

    Raises:
        MissingExtra: dask.distributed is not installed.
        IrkgError: No scheduler answers, or a call raised something.
    """
    try:
        from distributed import Future, KilledWorker, as_completed
    except ImportError as error:
        raise MissingExtra("filling on a cluster", extra="cluster") from error
    with _client(address) as client:
        waiting = deque(enumerate(items))
        numbers: dict[Future, int] = {}
        running = as_completed()
        while waiting or numbers:
            while waiting and len(numbers) < _AHEAD * max(1, sum(client.nthreads().values())):
                number, item = waiting.popleft()
                future = client.submit(function, item, pure=False)
                numbers[future] = number
                running.add(future)
            future = next(running)
            number = numbers.pop(future)
            try:
                yield number, future.result()
            except KilledWorker:
                yield number, Died()
            except Exception as error:
                what = f"a worker of the cluster cannot do its part: {type(error).__name__}: {error}"
                raise IrkgError(what, remedy="install the same irkg there, with the extra fill") from error


def _client(address: str) -> Client:
    from distributed import Client

    file = Path(address) if address.endswith(".json") else None
    if file and not file.exists():  # Dask would wait for it for ever
        raise IrkgError("no such file", path=file, remedy="name the one of: dask scheduler --scheduler-file FILE")
    try:
        return Client(scheduler_file=address, timeout=_PATIENCE) if file else Client(address, timeout=_PATIENCE)
    except (OSError, ValueError) as error:
        what = f'no Dask scheduler answers at "{address}"'
        raise IrkgError(what, remedy="start one with: dask scheduler; and give its address, tcp://HOST:PORT") from error
