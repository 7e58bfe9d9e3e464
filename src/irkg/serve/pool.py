"""The workers: who is free, who waits, and who is over its limit and must go."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import shutil
import time
from asyncio.subprocess import PIPE, Process
from collections import OrderedDict, deque
from collections.abc import Coroutine
from pathlib import Path

from irkg.errors import GraphError
from irkg.limits import MEGABYTE, over_memory, over_time
from irkg.serve.limits import Limits
from irkg.serve.messages import Reply, receive_reply, refusal
from irkg.serve.metrics import Metrics
from irkg.serve.worker import READY, Task

_LOG = logging.getLogger("uvicorn.error")
_START = 120.0  # seconds that a worker may take to open the graph
_LARGEST_KEPT = MEGABYTE  # bytes of a reply that is worth keeping
_PAUSE = 0.5  # seconds between tries to start a worker, and between looks at the graph's files


class _Worker:
    """A process that answers requests."""

    def __init__(self, process: Process, build: int) -> None:
        self.process = process
        self.build = build

    @classmethod
    async def start(cls, task: Task, build: int) -> _Worker:
        """Start one, and wait until it has opened the graph.

        Raises:
            GraphError: It could not.
        """
        process = await asyncio.create_subprocess_exec(
            *task.command(), stdin=PIPE, stdout=PIPE, limit=MEGABYTE, start_new_session=True
        )
        worker = cls(process, build)
        try:
            assert process.stdout is not None
            first = await asyncio.wait_for(receive_reply(process.stdout), _START)
        except (asyncio.IncompleteReadError, TimeoutError) as error:
            await worker.end()
            raise GraphError("a worker ended before it had opened the knowledge graph") from error
        except BaseException:
            worker.kill()
            raise
        if first.status != READY:
            await worker.end()
            raise GraphError(first.body.decode().strip())
        return worker

    async def ask(self, message: bytes) -> Reply:
        """Send a request and wait for its reply.

        Raises:
            asyncio.IncompleteReadError: The process has ended.
            ConnectionError: It has ended already.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        if self.process.stdin.is_closing():  # uvloop tells this by a RuntimeError, asyncio only when it drains
            raise ConnectionError("the process has ended")
        self.process.stdin.write(message)
        await self.process.stdin.drain()
        return await receive_reply(self.process.stdout)

    def kill(self) -> None:
        """End it at once, whatever it does."""
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()

    async def end(self) -> int:
        """End it, and return its exit code."""
        self.kill()
        return await self.process.wait()


class _Kept:
    """Replies that are given again while the graph is the same."""

    def __init__(self, megabytes: int) -> None:
        self._room = megabytes * MEGABYTE
        self._replies: OrderedDict[bytes, Reply] = OrderedDict()
        self._size = 0

    def get(self, key: bytes) -> Reply | None:
        """Return the reply to the same message."""
        found = self._replies.get(key)
        if found is not None:
            self._replies.move_to_end(key)
        return found

    def keep(self, key: bytes, reply: Reply) -> None:
        """Keep a reply, and let go of those that were asked for longest ago."""
        size = len(key) + len(reply.body)
        if reply.status != 200 or reply.file or size > min(_LARGEST_KEPT, self._room) or key in self._replies:
            return
        self._replies[key] = reply
        self._size += size
        while self._size > self._room:
            old, dropped = self._replies.popitem(last=False)
            self._size -= len(old) + len(dropped.body)

    def clear(self) -> None:
        """Let go of all."""
        self._replies.clear()
        self._size = 0


class Pool:
    """Workers on one knowledge graph.

    Args:
        graph: Path of the graph; it is watched, and a new build of it takes over without a failed request.
        named: The path as the workers are told it, empty for the graph that ships with irkg.
        room: A folder for files to be downloaded.
        limits: What requests may use.
        metrics: Where it is counted what happens.
        kept: Megabytes of replies to keep; 0 for none.
    """

    def __init__(self, graph: Path, named: str, room: Path, limits: Limits, metrics: Metrics, kept: int) -> None:
        self.limits = limits
        self._graph, self._named, self._room = graph, named, room
        self._metrics = metrics
        self._kept = _Kept(kept)
        self._build = 0
        self._seen: tuple[int, ...] = ()
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._waiting: deque[asyncio.Future[_Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> int:
        """How many workers can answer or do."""
        return len(self._workers)

    @property
    def idle(self) -> int:
        """How many workers have nothing to do."""
        return len(self._idle)

    @property
    def waiting(self) -> int:
        """How many requests wait for a worker."""
        return len(self._waiting)

    async def start(self) -> None:
        """Start the workers.

        Raises:
            GraphError: The graph cannot be opened.
        """
        self._seen = _mark(self._graph)
        for worker in await self._new_workers(self._build):
            self._take_in(worker)
        self._in_background(self._watch())

    async def close(self) -> None:
        """End everything."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(worker.end() for worker in self._workers))
        self._workers.clear()
        self._idle.clear()

    def known(self, message: bytes) -> Reply | None:
        """Return the reply that the same request got before, None where it must be asked."""
        found = self._kept.get(message)
        if found is not None:
            self._metrics.kept.inc()
        return found

    async def ask(self, message: bytes) -> Reply:
        """Have a worker answer a request.

        Args:
            message: The request, packed.

        Returns:
            Its reply; 503 with the reason where there is none within the limits.
        """
        try:
            worker = await self._free_worker()
        except (asyncio.QueueFull, TimeoutError):
            self._metrics.refused.inc()
            return refusal(503, "all workers are busy; try again in a few seconds", Retry_After="2")
        return await self._asked(worker, message)

    async def _asked(self, worker: _Worker, message: bytes) -> Reply:
        started = time.perf_counter()
        try:
            reply = await asyncio.wait_for(worker.ask(message), self.limits.seconds)
        except TimeoutError:
            return await self._lost(worker, "time")
        except (asyncio.IncompleteReadError, ConnectionError):
            return await self._lost(worker, "")
        except BaseException:  # the client has gone while its request ran
            self._replace(worker)
            raise
        self._metrics.seconds.observe(time.perf_counter() - started)
        if reply.status == 200 and not reply.file:
            reply = _tagged(reply)
            if worker.build == self._build:
                self._kept.keep(message, reply)
        self._give_back(worker)
        return reply

    async def _lost(self, worker: _Worker, why: str) -> Reply:
        """Replace a worker that is over a limit, and say so to its client."""
        code = await worker.end()
        self._replace(worker)
        if why == "time" or over_time(code):
            self._metrics.killed.labels("time").inc()
            return refusal(503, f"the request took longer than {self.limits.seconds:g} s and was stopped; ask for less")
        if over_memory(code):
            self._metrics.killed.labels("memory").inc()
            most = self.limits.megabytes
            return refusal(503, f"the request needed more than {most} MB of memory and was stopped; ask for less")
        self._metrics.killed.labels("crash").inc()
        return refusal(503, f"the worker ended while it answered (code {code}); the request was given up")

    async def _free_worker(self) -> _Worker:
        if self._idle:
            return self._idle.pop()
        if len(self._waiting) >= self.limits.queue:
            raise asyncio.QueueFull
        turn: asyncio.Future[_Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await asyncio.wait_for(asyncio.shield(turn), self.limits.seconds)
        except BaseException:
            if turn.done() and not turn.cancelled():  # it came too late
                self._give_back(turn.result())
            turn.cancel()
            with contextlib.suppress(ValueError):
                self._waiting.remove(turn)
            raise

    def _take_in(self, worker: _Worker) -> None:
        self._workers.add(worker)
        self._give_back(worker)

    def _give_back(self, worker: _Worker) -> None:
        """Let a worker take the next request, or go if it works on an old build."""
        if worker not in self._workers:
            return
        if worker.build != self._build:
            self._workers.discard(worker)
            self._in_background(_ended(worker))
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(worker)
                return
        self._idle.append(worker)

    def _replace(self, worker: _Worker) -> None:
        worker.kill()
        if worker in self._workers:
            self._workers.discard(worker)
            if worker.build == self._build:
                self._in_background(self._another())

    async def _another(self) -> None:
        """Start a worker in the place of one that had to go, however often it takes."""
        build = self._build
        while build == self._build:
            try:
                worker = await self._new_worker(build)
            except GraphError as error:
                _LOG.error("a worker cannot be started: %s", error)
                await asyncio.sleep(_PAUSE)
                continue
            if build == self._build:
                self._take_in(worker)
            else:
                await worker.end()
            return

    async def _new_worker(self, build: int) -> _Worker:
        room = self._room / str(build)
        room.mkdir(exist_ok=True)
        most = self.limits
        task = Task(self._named, str(room), most.seconds, most.megabytes, most.result)
        return await _Worker.start(task, build)

    async def _new_workers(self, build: int) -> list[_Worker]:
        """Start all workers of a build, or none.

        Raises:
            GraphError: The graph cannot be opened.
        """
        started = await asyncio.gather(
            *(self._new_worker(build) for _ in range(self.limits.workers)), return_exceptions=True
        )
        workers = [w for w in started if isinstance(w, _Worker)]
        failed = next((e for e in started if isinstance(e, BaseException)), None)
        if failed is not None:
            await asyncio.gather(*(w.end() for w in workers))
            raise failed
        return workers

    async def _watch(self) -> None:
        """Look for a new build of the graph, and change over to it once workers stand ready on it."""
        while True:
            await asyncio.sleep(_PAUSE)
            mark = _mark(self._graph)
            if not mark or mark == self._seen:
                continue
            self._seen = mark
            try:
                await self._change_over()
            except GraphError as error:
                self._metrics.builds.labels("refused").inc()
                _LOG.error("the new build cannot be opened, the old one goes on: %s", error)

    async def _change_over(self) -> None:
        workers = await self._new_workers(self._build + 1)  # meanwhile the old ones go on
        self._build += 1
        idle, self._idle = self._idle, []
        self._kept.clear()
        for worker in workers:
            self._take_in(worker)
        for worker in idle:
            self._give_back(worker)
        shutil.rmtree(self._room / str(self._build - 2), ignore_errors=True)  # the last one may still be being sent
        self._metrics.builds.labels("taken").inc()
        _LOG.info("a new build of the knowledge graph is in use")

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _ended(worker: _Worker) -> None:
    await worker.end()


def _tagged(reply: Reply) -> Reply:
    """Return a reply with the tag by which a client can ask whether it has changed (RFC 9110, section 8.8.3)."""
    tag = hashlib.sha256(reply.media_type.encode() + b"\n" + reply.body).hexdigest()[:24]
    headers = {"ETag": f'"{tag}"', "Vary": "Accept", "Cache-Control": "no-cache", **reply.headers}
    return Reply(reply.status, reply.media_type, reply.body, headers)


def _mark(graph: Path) -> tuple[int, ...]:
    """Return what changes when a graph is built anew; nothing while it is not there."""
    try:
        at = (graph / "CURRENT" if graph.is_dir() else graph).stat()
    except OSError:
        return ()
    return (at.st_ino, at.st_mtime_ns, at.st_size)
