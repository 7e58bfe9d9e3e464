"""The server in front: it takes requests in, hands them to workers, and never waits for one of them alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.requests import Request as HttpRequest
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from irkg.serve.guard import Guard, too_long
from irkg.serve.limits import Limits
from irkg.serve.messages import Reply, Request, packed
from irkg.serve.metrics import MEDIA_TYPE, Metrics
from irkg.serve.pool import Pool

_PLACES = frozenset({"sparql", "query", "ask", "explain", "download", "openapi.json", "kind", "claim"})
_LONGEST_ADDRESS = 1_000_000  # characters; a query that is longer is posted


@dataclass(frozen=True, slots=True)
class Access:
    """Who may ask.

    Attributes:
        hosts: Names that clients may call this server by, beside those of the own machine.
        origins: Web origins whose pages may read the answers (CORS); `*` for all.
    """

    hosts: Sequence[str] = ()
    origins: Sequence[str] = field(default=())


def make_app(pool: Pool, metrics: Metrics, limits: Limits, access: Access) -> Starlette:
    """Put the server together.

    Args:
        pool: The workers; they are started and ended with the server.
        metrics: The counters.
        limits: What requests may use.
        access: Who may ask.
    """

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await pool.start()
        try:
            yield
        finally:
            await pool.close()

    async def health(_: HttpRequest) -> Response:
        return _health(pool)

    async def counted(_: HttpRequest) -> Response:
        return Response(metrics.text(), headers={"Content-Type": MEDIA_TYPE})

    metrics.watch("irkg_workers", "Workers that stand ready or work.", lambda: pool.ready)
    metrics.watch("irkg_idle_workers", "Workers that have nothing to do.", lambda: pool.idle)
    metrics.watch("irkg_waiting_requests", "Requests that wait for a worker.", lambda: pool.waiting)
    middleware = [Middleware(Guard, hosts=access.hosts, most=limits.body)]
    if access.origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=list(access.origins),
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["Accept", "Content-Type"],
            expose_headers=["Irkg-Notes", "ETag", "Retry-After"],
        )
        middleware.append(cors)
    middleware.append(Middleware(GZipMiddleware, minimum_size=1_000, compresslevel=5))
    routes = [
        Route("/health", health),
        Route("/metrics", counted),
        Mount("/static", StaticFiles(packages=[("irkg.serve", "static")])),
        Route("/{rest:path}", _Workers(pool, metrics, limits.body)),
    ]
    return Starlette(routes=routes, middleware=middleware, lifespan=lifespan)


def _health(pool: Pool) -> Response:
    state = {"ready": pool.ready > 0, "workers": pool.ready, "idle": pool.idle, "waiting": pool.waiting}
    return Response(json.dumps(state), 200 if pool.ready else 503, media_type="application/json")


class _Workers:
    """Whatever the workers answer."""

    def __init__(self, pool: Pool, metrics: Metrics, most: int) -> None:
        self.pool = pool
        self.metrics = metrics
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http = HttpRequest(scope, receive)
        try:
            response = await self._response(http)
        except ClientDisconnect:
            return
        place = http.url.path.strip("/").partition("/")[0]
        self.metrics.requests.labels(place if place in _PLACES else "other", str(response.status_code)).inc()
        await response(scope, receive, send)

    async def _response(self, http: HttpRequest) -> Response:
        if len(http.scope["query_string"]) > _LONGEST_ADDRESS:
            return PlainTextResponse("the address is too long; post the query\n", 414)
        body = b"" if http.method in ("GET", "HEAD") else await self._body(http)
        if body is None:
            return too_long(self.most)
        message = packed(_request(http, body))
        reply = self.pool.known(message)
        if reply is None:
            reply = await _unless_gone(http, self.pool, message)
        return _response(reply, http.headers.get("if-none-match", ""))

    async def _body(self, http: HttpRequest) -> bytes | None:
        """Return the body, None where it is longer than it may be: a chunked one does not tell before."""
        parts, size = [], 0
        async for part in http.stream():
            size += len(part)
            if size > self.most:
                return None
            parts.append(part)
        return b"".join(parts)


def _request(http: HttpRequest, body: bytes) -> Request:
    headers = http.headers
    return Request(
        path=http.scope["path"],
        method="GET" if http.method == "HEAD" else http.method,  # the body of the reply is not sent
        query_string=http.scope["query_string"].decode("latin-1"),
        accept=", ".join(headers.getlist("accept")),
        content_type=headers.get("content-type", ""),
        origin=f"{http.scope['scheme']}://{headers['host']}",
        body=body,
    )


async def _unless_gone(http: HttpRequest, pool: Pool, message: bytes) -> Reply:
    """Wait for a worker's reply as long as the client does.

    Raises:
        ClientDisconnect: It has gone; its worker was replaced, so that nothing runs for nobody.
    """
    work = asyncio.ensure_future(pool.ask(message))
    gone = asyncio.ensure_future(_leaves(http))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            return work.result()
        raise ClientDisconnect
    finally:
        for task in (work, gone):
            task.cancel()
        await asyncio.gather(work, gone, return_exceptions=True)


async def _leaves(http: HttpRequest) -> None:
    while (await http.receive())["type"] != "http.disconnect":
        pass


def _response(reply: Reply, known: str) -> Response:
    headers = {**reply.headers, "Content-Type": reply.media_type}
    tag = headers.get("ETag", "")
    if tag and tag in known:
        return Response(status_code=304, headers={k: v for k, v in reply.headers.items() if k != "Content-Type"})
    if reply.file:
        return FileResponse(reply.file, reply.status, headers)
    return Response(reply.body, reply.status, headers)
