"""A worker that has ended is told apart from a mistake of the server, on either event loop."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
import uvloop

from irkg.serve.pool import _Worker


async def _ask_one_that_has_ended() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=PIPE, stdout=PIPE)
    worker = _Worker(process, 0)
    await worker.end()
    while not process.stdin.is_closing():  # type: ignore[union-attr]
        await asyncio.sleep(0)
    await worker.ask(b"a request")


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run], ids=["asyncio", "uvloop"])
def test_a_request_to_a_worker_that_has_ended_is_a_lost_connection(
    run: Callable[[Coroutine[Any, Any, None]], None],
) -> None:
    with pytest.raises(ConnectionError):
        run(_ask_one_that_has_ended())
