"""What is written to connections past aiohttp, and what is remembered of each. What is said is not decided here."""

import asyncio
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from .wire import Ending, Speech


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
