"""What all that speaks to a server by HTTP shares: credentials, and how its refusals are told."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException, IncompleteRead
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from irkg.errors import EndpointError

if TYPE_CHECKING:
    from http.client import HTTPResponse
    from urllib.request import OpenerDirector

_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PATIENCE = "try again or ask for less"
_REMEDIES = {
    401: "set IRKG_ENDPOINT_USER and IRKG_ENDPOINT_PASSWORD, or IRKG_ENDPOINT_TOKEN",
    403: "check the credentials in IRKG_ENDPOINT_USER or IRKG_ENDPOINT_TOKEN",
    429: "try again later",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address that requests go to.

    Credentials come from the environment only: IRKG_ENDPOINT_TOKEN, or IRKG_ENDPOINT_USER with
    IRKG_ENDPOINT_PASSWORD. They go to the endpoint itself and not to where it redirects, and never unencrypted to
    another machine.

    Attributes:
        url: The address.
        timeout: Seconds to wait for it.
        remedies: What to do about a status, where that depends on what was asked; the usual where it is not named.
        patience: What to do where it does not answer in time.
    """

    url: str
    timeout: int
    remedies: Mapping[int, str] | None = None
    patience: str = _PATIENCE

    def error(self, what: str, remedy: str = "check the address") -> EndpointError:
        """Return an error that names the endpoint.

        Example:
            >>> print(Endpoint("https://ann:secret@example.org/sparql", 9).error("is closed"))
            the endpoint https://example.org/sparql is closed; check the address
        """
        return EndpointError(f"the endpoint {_shown(self.url)} {what}", remedy=remedy)

    def truncated(self) -> EndpointError:
        """Return the error for an answer that breaks off."""
        return self.error("sent a truncated answer", _PATIENCE)

    def redirected(self, url: str) -> EndpointError:
        """Return the error for an answer that lies on another host, or is sent there unencrypted."""
        return self.error(f"redirects to {_shown(url)}", "give that address if you trust it")

    def authorization(self) -> str | None:
        """Return the value of the header that tells who asks, None where the environment does not say.

        Raises:
            EndpointError: The address is none of the web, or would get credentials unencrypted.
        """
        address = urlsplit(self.url)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise self.error("is not a web address", "use http://… or https://…")
        user, password = _login()
        token = os.environ.get("IRKG_ENDPOINT_TOKEN")
        if (token or user) and address.scheme != "https" and address.hostname not in _HERE:
            raise self.error("would get credentials unencrypted", "use https://…, or unset IRKG_ENDPOINT_*")
        if token:
            return f"Bearer {token}"
        return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}" if user and password else None

    @contextmanager
    def told(self) -> Iterator[None]:
        """Turn what goes wrong with a request in the block into errors of one line.

        Raises:
            EndpointError: The endpoint cannot be reached, does not answer in time, or refuses.
        """
        try:
            yield
        except HTTPError as error:
            with error:
                raise self._status(error.code, error.read(2_000)) from error
        except TimeoutError as error:
            raise self.error(f"did not answer within {self.timeout} s", self.patience) from error
        except URLError as error:
            if isinstance(error.reason, TimeoutError):
                raise self.error(f"did not answer within {self.timeout} s", self.patience) from error
            raise self.error(f"cannot be reached: {error.reason}", "check that it runs") from error
        except IncompleteRead as error:
            raise self.truncated() from error
        except (OSError, HTTPException, ValueError) as error:
            raise self.error(f"cannot be read: {error}") from error

    def _status(self, code: int, body: bytes) -> EndpointError:
        text = " ".join(body.decode(errors="replace").split())
        said = "" if not text or text.startswith("<") else f": {text[:200]}"
        remedies = _REMEDIES | dict(self.remedies or {})
        remedy = remedies.get(code, "check the address" if code < 500 else "try again later")
        return self.error(f"answered with status {code}{said}", remedy)

    def open(
        self, method: str, url: str, headers: Mapping[str, str], body: Any = None, *, length: int = 0
    ) -> HTTPResponse:
        """Send a request; call this, and read the response, inside `told`.

        A server that asks for digest authentication (RFC 7616) gets it, where there are user and password.

        Args:
            method: GET, PUT or another method.
            url: The endpoint's address, with what the request adds to it.
            headers: Its headers.
            body: Pieces of its body; they are gone through again where the server asks who it is.
            length: How many bytes the body has.

        Returns:
            The response, still to be read.
        """
        from urllib.request import Request

        request = Request(url, data=body, headers=dict(headers), method=method)
        if body is not None:
            request.add_unredirected_header("Content-length", str(length))
        authorization = self.authorization()
        if authorization:
            request.add_unredirected_header("Authorization", authorization)
        response: HTTPResponse = _opener(self.url).open(request, timeout=self.timeout)
        return response


def _login() -> tuple[str | None, str | None]:
    return os.environ.get("IRKG_ENDPOINT_USER"), os.environ.get("IRKG_ENDPOINT_PASSWORD")


def _opener(url: str) -> OpenerDirector:
    """Return what opens addresses, and answers a challenge to digest authentication."""
    from urllib import request as web

    user, password = _login()
    if not user or not password or os.environ.get("IRKG_ENDPOINT_TOKEN"):
        return web.build_opener()

    class DigestOnly(web.HTTPDigestAuthHandler):
        """Leaves challenges of other schemes to become errors with their status; its base raises ValueError."""

        def http_error_401(self, req: Any, fp: Any, code: int, msg: Any, headers: Any) -> Any:
            asked = (headers.get("WWW-Authenticate") or "").partition(" ")[0].casefold()
            if asked != "digest" or req.unredirected_hdrs.get("Authorization", "").startswith("Digest"):
                return None
            return super().http_error_401(req, fp, code, msg, headers)

    known = web.HTTPPasswordMgrWithDefaultRealm()
    known.add_password(None, url, user, password)
    return web.build_opener(DigestOnly(known))


def _shown(url: str) -> str:
    """Return an address without the user and password that it may carry."""
    address = urlsplit(url)
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()
