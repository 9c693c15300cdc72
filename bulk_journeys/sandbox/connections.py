"""Connections that are cut or reset, or written to past aiohttp. Whether, and with what, is not decided here."""

import asyncio
import socket
import struct
from typing import Any, Final
from weakref import WeakKeyDictionary, WeakSet

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .answers import Answer
from .http_faults import Ending, Speech

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


class Spoken(web.StreamResponse):
    """The response that aiohttp asks for, where all has been said. *kept*: the connection goes on."""

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


class Lines:
    """The connections on which something odd was said, as long as they last."""

    def __init__(self) -> None:
        self._shifted = WeakSet[asyncio.Transport]()
        self._deaf = WeakSet[asyncio.Transport]()
        self._owed = WeakKeyDictionary[asyncio.Transport, bytes]()

    def speak(self, request: web.BaseRequest, said: Speech, *, shifting: bool) -> web.StreamResponse:
        """Say it. *shifting*: something may be left over that is read in the place of the next answer."""
        line = request.transport
        if line is not None:
            line.write(said.now)
            if shifting:
                self._shifted.add(line)
            if said.ending is Ending.DEAF:
                self._deaf.add(line)
            if said.late:
                asyncio.get_running_loop().call_later(said.after, self._go_on, line, said.late, said.owed)
            else:
                self._owe(line, said.owed)
        return Spoken(kept=said.ending is not Ending.CLOSED)

    def shifted(self, request: web.BaseRequest) -> bool:
        """Return whether the answer to *request* may be read in a wrong place."""
        return request.transport in self._shifted

    def deaf(self, request: web.BaseRequest) -> bool:
        """Return whether nobody reads the connection of *request* any more."""
        return request.transport in self._deaf

    def settle(self, request: web.BaseRequest) -> None:
        """Say what is owed on the connection of *request*."""
        line = request.transport
        if line is not None and (owed := self._owed.pop(line, b"")):
            line.write(owed)

    def _go_on(self, line: asyncio.Transport, text: bytes, owed: bytes) -> None:
        if not line.is_closing():
            line.write(text)
            self._owe(line, owed)

    def _owe(self, line: asyncio.Transport, owed: bytes) -> None:
        if owed:
            self._owed[line] = owed
