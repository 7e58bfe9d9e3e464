"""What no request gets past: the name that it calls this server by, and the size of its body."""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LOCAL = frozenset({"localhost", "127.0.0.1", "[::1]"})
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Headers of every response that does not set them itself."""


def host_name(authority: str) -> str:
    """Return the host of a Host header, without its port, in small letters.

    Example:
        >>> [host_name(h) for h in ("LOCALHOST:8000", "[::1]:8000", "127.0.0.1")]
        ['localhost', '[::1]', '127.0.0.1']
    """
    name = authority.strip().casefold()
    end = name.find("]")
    if name.startswith("[") and end > 0:
        return name[: end + 1]
    return name.partition(":")[0]


class Guard:
    """Refuses requests under another host's name, which a page may send by rebinding DNS, and bodies that are too long.

    Args:
        app: What is guarded.
        hosts: Names that this server is called by, beside those of the own machine.
        most: Bytes of a body.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str], most: int) -> None:
        self.app = app
        self.hosts = _LOCAL | {host_name(h) for h in hosts}
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope)
        await (refused or self.app)(scope, receive, secured)

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        named = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(named) != 1 or host_name(named[0]) not in self.hosts:
            what = "this server is not known by that name; add it with --allow-host"
            return PlainTextResponse(what + "\n", 400)
        length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not length.isdigit() or int(length) > self.most:
            return too_long(self.most)
        return None


def too_long(most: int) -> PlainTextResponse:
    """Return the refusal of a body that is too long; the connection closes, so that the rest need not be read."""
    what = f"the body of a request may have {most:,} bytes\n"
    return PlainTextResponse(what, 413, headers={"Connection": "close"})
