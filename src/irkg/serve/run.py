"""Running the server until it is told to stop."""

from __future__ import annotations

import contextlib
import signal
import socket
import tempfile
import webbrowser
from collections.abc import Callable
from pathlib import Path

import uvicorn

from irkg import resources
from irkg.errors import IrkgError
from irkg.kg import KnowledgeGraph
from irkg.serve.app import Access, make_app
from irkg.serve.limits import Limits
from irkg.serve.metrics import Metrics
from irkg.serve.pool import Pool

_MOST_CONNECTIONS = 2_000  # beyond which 503 is answered at once
_GRACE = 1  # seconds beyond the limit of a request that a stop waits for those that run


def serve(
    graph: Path | None,
    host: str,
    port: int,
    limits: Limits,
    access: Access,
    *,
    kept: int = 64,
    ready: Callable[[str], None] = lambda _: None,
    browser: bool = False,
) -> None:
    """Serve a knowledge graph until SIGTERM or SIGINT, after which the requests that run are answered.

    Args:
        graph: A folder or file that `irkg build` wrote; the one that ships with irkg where it is None.
        host: The address to listen on.
        port: The port; 0 for any that is free.
        limits: What requests may use.
        access: Who may ask.
        kept: Megabytes of replies to keep for those who ask the same again.
        ready: Is told the server's address once it answers.
        browser: Whether to open the address in a browser.

    Raises:
        IrkgError: The port is taken, or the graph cannot be opened.
    """
    KnowledgeGraph.open(graph)  # what is wrong with it is told before anything starts
    listening = _listening(host, port)
    address = f"http://{'[' + host + ']' if ':' in host else host}:{listening.getsockname()[1]}/"

    def started() -> None:
        ready(address)
        if browser:
            webbrowser.open(address)

    with tempfile.TemporaryDirectory(prefix="irkg-serve-") as room, listening:
        metrics = Metrics()
        place = graph if graph is not None else resources.graph_file()
        pool = Pool(place.absolute(), "" if graph is None else str(graph.absolute()), Path(room), limits, metrics, kept)
        app = make_app(pool, metrics, limits, Access((*access.hosts, host), access.origins))
        config = uvicorn.Config(
            app,
            lifespan="on",
            access_log=False,
            log_level="warning",
            server_header=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=int(limits.seconds) + _GRACE,
        )
        server = _Server(config, started)
        # uvicorn raises the signal that ended it once more, when all is closed: that has been seen to
        before = signal.signal(signal.SIGTERM, lambda *_: None)
        try:
            with contextlib.suppress(KeyboardInterrupt):
                server.run([listening])
        finally:
            signal.signal(signal.SIGTERM, before)
        if not server.started:
            raise IrkgError("the server could not start", remedy="its log says why")


class _Server(uvicorn.Server):
    """A server that tells when it answers."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and tell so where it went well."""
        await super().startup(sockets)
        if self.started:
            self._started()


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except (OSError, OverflowError) as error:
        listening.close()
        why = getattr(error, "strerror", None) or str(error)
        raise IrkgError(f"cannot listen on {host}:{port}: {why}", remedy="choose another with --port") from error
    return listening
