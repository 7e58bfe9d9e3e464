"""Functions called in one process of their own, for what must not share the process of the tests."""

from __future__ import annotations

import contextlib
import multiprocessing
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.reduction import ForkingPickler
from typing import Any


class OwnProcess:
    """Calls functions in a process that lives until the `with` block ends.

    It starts no thread here, unlike an executor: a thread may drop objects that may only be dropped by their own.
    """

    def __enter__(self) -> OwnProcess:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, there = spawn.Pipe()
        self._process = spawn.Process(target=_serve, args=(there,), daemon=True)
        self._process.start()
        there.close()
        self._known: dict[tuple[object, ...], Any] = {}
        return self

    def __exit__(self, *_: object) -> None:
        self._pipe.close()
        self._process.join()

    def __call__(self, function: Callable[..., Any], *arguments: object) -> Any:
        """Call a function of a module; the same call gets the same answer, without being made again.

        Raises:
            Exception: What the function raised, or its words where it cannot be sent.
        """
        call = (function, *arguments)
        if call not in self._known:
            self._pipe.send(call)
            self._known[call] = self._pipe.recv()
        if isinstance(self._known[call], Exception):
            raise self._known[call]
        return self._known[call]


def _serve(pipe: Connection) -> None:
    with contextlib.suppress(EOFError):  # the other end was closed: no more calls
        while True:
            function, *arguments = pipe.recv()
            try:
                answer = function(*arguments)
            except Exception as error:
                answer = _sendable(error)
            pipe.send(answer)


def _sendable(error: Exception) -> Exception:
    try:
        ForkingPickler.loads(ForkingPickler.dumps(error))
    except Exception:
        return RuntimeError("".join(traceback.format_exception(error)))
    return error
