"""Connections that are cut or reset, or written to past aiohttp. Whether, and with what, is not decided here."""

import asyncio
import socket
import struct
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakSet

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .answers import Answer
from .http_faults import Ending, RawAnswer

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


async def cut(answer: Answer, request: web.BaseRequest, share: float = 0.5) -> web.StreamResponse:
    """Send *share* of the body, promise a byte more than there is, and close the connection."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body) + 1
    await response.prepare(request)
    await response.write(answer.body[: int(len(answer.body) * share)])
    if request.transport is not None:
        request.transport.close()
    return response


def reset(request: web.BaseRequest) -> web.Response:
    """Reset the connection; the response that aiohttp asks for finds nobody to go to."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        request.transport.abort()
    return web.Response()


class AlreadySent(web.StreamResponse):
    """The response that aiohttp asks for, where all has been sent. *kept*: the connection goes on."""

    def __init__(self, *, kept: bool) -> None:
        super().__init__()
        self._kept = kept

    @property
    def keep_alive(self) -> bool:
        """Return whether another request may come."""
        return self._kept

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:  # noqa: ARG002  nothing is left
        """Write nothing."""
        return None

    async def write_eof(self, data: Any = b"") -> None:
        """Write nothing."""


class Connections:
    """The connections on which a raw answer was sent, as long as they last."""

    def __init__(self) -> None:
        self._displaced = WeakSet[asyncio.Transport]()
        self._unread = WeakSet[asyncio.Transport]()
        self._owed = WeakKeyDictionary[asyncio.Transport, bytes]()

    def send(self, request: web.BaseRequest, raw: RawAnswer, *, displacing: bool) -> web.StreamResponse:
        """Send it. *displacing*: something may be left over that is read in the place of the next answer."""
        connection = request.transport
        if connection is not None:
            connection.write(raw.now)
            if displacing:
                self._displaced.add(connection)
            if raw.ending is Ending.UNREAD:
                self._unread.add(connection)
            if raw.late:
                asyncio.get_running_loop().call_later(raw.after, self._send_late, connection, raw.late, raw.owed)
            else:
                self._owe(connection, raw.owed)
        return AlreadySent(kept=raw.ending is not Ending.CLOSED)

    def displaced(self, request: web.BaseRequest) -> bool:
        """Return whether the answer to *request* may be read in a wrong place."""
        return request.transport in self._displaced

    def unread(self, request: web.BaseRequest) -> bool:
        """Return whether nothing is read from the connection of *request* any more."""
        return request.transport in self._unread

    def send_owed(self, request: web.BaseRequest) -> None:
        """Send what is owed on the connection of *request*."""
        connection = request.transport
        if connection is not None and (owed := self._owed.pop(connection, b"")):
            connection.write(owed)

    def _send_late(self, connection: asyncio.Transport, text: bytes, owed: bytes) -> None:
        if not connection.is_closing():
            connection.write(text)
            self._owe(connection, owed)

    def _owe(self, connection: asyncio.Transport, owed: bytes) -> None:
        if owed:
            self._owed[connection] = owed
