"""Connections of aiohttp's pool, of which each is used as long as it is surely in step: one answer to one request.

What a server says out of turn answers nobody, and would be taken for the answer to the next request.
"""

import asyncio
import select
from collections.abc import Callable
from typing import Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

from bulk_journeys.api.sockets import FRESH, SpeaksFirst

IDLE_SECONDS: Final = 4.0
"""Idle connections are dropped before common servers drop them, so that no request leaves on a dying one."""

_TAIL: Final = 64
"""Bytes that came last and are kept, to be compared with the end of the answer."""


class Listener(asyncio.Protocol):
    """Stands between a transport and aiohttp's parser, which does not tell of the beginning of one more answer."""

    def __init__(
        self, handler: ResponseHandler, transport: asyncio.BaseTransport, on_stray: Callable[[], None]
    ) -> None:
        """*on_stray* is called for what comes while no request is under way."""
        self.idle = False
        self._handler = handler
        self._on_stray = on_stray
        self._poll = _poll_of(transport)
        self._tail = b""

    def is_silent(self) -> bool:
        """Return whether nothing has come, neither bytes nor the end, that the loop has not read yet."""
        return self._poll is None or not self._poll.poll(0)

    def begin(self) -> None:
        """Note that a request is about to be written: from now on a server may speak."""
        self.idle, self._tail = False, b""

    def ends_with(self, end: bytes) -> bool:
        """Return whether nothing came behind an answer that has *end*."""
        return bool(self._tail and end) and self._tail[-len(end) :] == end[-len(self._tail) :]

    def data_received(self, data: bytes) -> None:
        if self.idle:
            self._on_stray()
            self._handler.force_close()
        self._tail = (self._tail + data)[-_TAIL:]
        self._handler.data_received(data)

    def eof_received(self) -> None:
        self._handler.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self._handler.connection_lost(exc)

    def pause_writing(self) -> None:
        self._handler.pause_writing()

    def resume_writing(self) -> None:
        self._handler.resume_writing()


class Connections:
    """Those of one *connector*; a new one may take as long as *patience* says.

    Once the server was heard to speak out of turn none is used a second time: what it says a moment after an answer
    would stand in the place of the next one. What lies unread where a request is about to be written may be the end,
    and only closes that one.
    """

    def __init__(self, connector: aiohttp.BaseConnector, patience: aiohttp.ClientTimeout) -> None:
        self._connector = connector
        self._patience = patience
        self._trusted = True

    def distrust(self) -> None:
        """Use each connection for one request only, from now on."""
        self._trusted = False

    async def take(self, request: aiohttp.ClientRequest) -> Connection:
        """Return a connection for *request* on which nothing waits to be read.

        Raises aiohttp.ClientError or OSError where there is none.
        """
        fresh = 0
        while fresh < FRESH:
            connection = await self._connector.connect(request, [], self._patience)
            known = _listener_of(connection)
            listener = known or self._listen(connection)
            if (
                listener
                and (self._trusted or known is None)
                and _is_silent(connection, listener, is_fresh=known is None)
            ):
                listener.begin()
                return connection
            connection.close()
            fresh += known is None
        raise SpeaksFirst

    def give_back(self, connection: Connection, end: bytes) -> None:
        """Keep *connection* for another request if its answer, which has *end*, was all that came; else close it."""
        listener = _listener_of(connection)
        if listener and not listener.ends_with(end):
            self.distrust()
        if listener and self._trusted:
            listener.idle = True
            connection.release()
        else:
            connection.close()

    def _listen(self, connection: Connection) -> Listener | None:
        """Begin to listen on a new connection; None if it is closed already."""
        protocol, transport = connection.protocol, connection.transport
        if protocol is None or transport is None:
            return None
        listener = Listener(protocol, transport, self.distrust)
        transport.set_protocol(listener)
        return listener


def _listener_of(connection: Connection) -> Listener | None:
    """Return who listens on a connection that was used before; None if it is new, or closed."""
    transport = connection.transport
    protocol = transport.get_protocol() if transport else None
    return protocol if isinstance(protocol, Listener) else None


def _is_silent(connection: Connection, listener: Listener, *, is_fresh: bool) -> bool:
    """Return whether nothing came. A new connection under TLS may have tickets to read, which are no answer."""
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return False
    return listener.is_silent() or (is_fresh and transport.get_extra_info("ssl_object") is not None)


def _poll_of(transport: asyncio.BaseTransport) -> "select.poll | None":
    """Return what tells whether the socket of *transport* can be read; None if it has none."""
    socket = transport.get_extra_info("socket")
    if socket is None:
        return None
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return poll
