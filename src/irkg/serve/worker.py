"""A worker: a process of its own that holds the graph read-only and answers one request after the other."""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from irkg.errors import IrkgError
from irkg.kg import KnowledgeGraph
from irkg.limits import MEGABYTE, limit_memory, limit_next_request
from irkg.serve.messages import Reply, packed, receive_request, refusal
from irkg.serve.site import Site

READY = 200
"""The status of the first reply of a worker that can work; another one's body says why it cannot."""


@dataclass(frozen=True, slots=True)
class Task:
    """What a worker is started with.

    Attributes:
        graph: Path of the knowledge graph, empty for the one that ships with irkg.
        room: A folder for files to be downloaded.
        seconds: Processor time that a request may take.
        megabytes: Memory that requests may take.
        result: Megabytes of a result.
    """

    graph: str
    room: str
    seconds: float
    megabytes: int
    result: int

    def command(self) -> list[str]:
        """Return the command that starts a worker on this task."""
        return [sys.executable, "-m", "irkg.serve.worker", json.dumps(asdict(self))]


def main(task: Task, requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer requests until there are no more.

    Args:
        task: What to work on.
        requests: Where they come from.
        replies: Where the replies go: the first one, unasked, tells whether the graph could be opened.
    """
    try:
        site = Site(KnowledgeGraph.open(Path(task.graph) if task.graph else None).prepared(), Path(task.room))
        site.warm_up()
    except IrkgError as error:
        _send(replies, refusal(500, str(error)))
        return
    limit_memory(task.megabytes)
    _send(replies, Reply(READY, "text/plain"))
    while True:
        limit_next_request(task.seconds)
        request = receive_request(requests)
        if request is None:
            return
        try:
            reply = site.handle(request)
        except MemoryError:
            reply = refusal(503, f"the request needs more than {task.megabytes} MB of memory; ask for less")
        except Exception:  # a mistake of ours must not take the worker with it
            traceback.print_exc()
            reply = refusal(500, "the request met a mistake in irkg, which its log tells")
        if len(reply.body) > task.result * MEGABYTE:
            reply = refusal(503, f"the result is larger than {task.result} MB; add LIMIT, or download the graph")
        _send(replies, reply)


def _send(replies: BinaryIO, reply: Reply) -> None:
    replies.write(packed(reply))
    replies.flush()


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)  # whatever prints must not get between the frames
        main(Task(**json.loads(sys.argv[1])), sys.stdin.buffer, out)
