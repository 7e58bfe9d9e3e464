"""What the server and its workers say to each other: frames of a JSON head and a body, over pipes."""

from __future__ import annotations

import json
import struct
from asyncio import StreamReader
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

_LENGTHS = struct.Struct("!IQ")  # of the head and of the body, in bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asks, as far as a worker needs to know it.

    Attributes:
        path: The path of its address, decoded, without the query string.
        method: The HTTP method.
        query_string: The part of the address behind the question mark, as it came.
        accept: The Accept header, empty where there is none.
        content_type: The Content-Type header, empty where there is none.
        origin: Scheme and authority that the client used (`http://127.0.0.1:8000`).
        body: The body.
    """

    path: str
    method: str = "GET"
    query_string: str = ""
    accept: str = ""
    content_type: str = ""
    origin: str = "http://127.0.0.1"
    body: bytes = b""

    @property
    def params(self) -> dict[str, list[str]]:
        """The parameters of the address, each with all its values in order.

        Raises:
            ValueError: They are not UTF-8, or too many.

        Example:
            >>> Request("/query/x", query_string="source=a&source=b&reviewed=").params
            {'source': ['a', 'b'], 'reviewed': ['']}
        """
        return form_fields(self.query_string)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the client gets.

    Attributes:
        status: The HTTP status.
        media_type: The type of the body.
        body: The body.
        headers: Further headers.
        file: Path of a file that is the body, where it is not empty.
    """

    status: int
    media_type: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    file: str = ""


def refusal(status: int, reason: str, **headers: str) -> Reply:
    """Return a reply that says in one line of plain text why there is no other."""
    text = " ".join(reason.split()) + "\n"
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, "text/plain; charset=utf-8", text.encode(), named)


def form_fields(encoded: str) -> dict[str, list[str]]:
    """Read `application/x-www-form-urlencoded` text.

    Raises:
        ValueError: It is not UTF-8, or has more than 1,000 fields.
    """
    fields: dict[str, list[str]] = {}
    for name, value in parse_qsl(encoded, keep_blank_values=True, errors="strict", max_num_fields=1_000):
        fields.setdefault(name, []).append(value)
    return fields


def packed(message: Request | Reply) -> bytes:
    """Return a message as it goes through a pipe."""
    head = asdict(message)
    body: bytes = head.pop("body")
    encoded = json.dumps(head).encode()
    return _LENGTHS.pack(len(encoded), len(body)) + encoded + body


async def receive_reply(stream: StreamReader) -> Reply:
    """Read a reply.

    Raises:
        asyncio.IncompleteReadError: The worker has gone.
    """
    head, body = _LENGTHS.unpack(await stream.readexactly(_LENGTHS.size))
    fields: dict[str, Any] = json.loads(await stream.readexactly(head))
    return Reply(**fields, body=await stream.readexactly(body))


def receive_request(stream: BinaryIO) -> Request | None:
    """Read a request, waiting for it; None where the server has gone."""
    start = stream.read(_LENGTHS.size)
    if len(start) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack(start)
    fields: dict[str, Any] = json.loads(stream.read(head))
    return Request(**fields, body=stream.read(body))
