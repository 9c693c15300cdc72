"""Connections of aiohttp's pool, of which each is used as long as it is surely in step: one answer to one request.

What a server says out of turn answers nobody, and would be taken for the answer to the next request.
"""

import asyncio
import select
from typing import Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection

FRESH: Final = 3
"""New connections that a server may close, or speak on first, before it is taken for no HTTP server."""

_TAIL: Final = 64
"""Bytes that came last and are kept, to be compared with the end of the answer."""


class Listener(asyncio.Protocol):
    """Stands between a transport and aiohttp's parser, which does not tell of the beginning of one more answer."""

    def __init__(self, handler: ResponseHandler) -> None:
        self.idle = False
        self._handler = handler
        self._tail = b""

    def begin(self) -> None:
        """Note that a request is about to be written: from now on a server may speak."""
        self.idle, self._tail = False, b""

    def ends_with(self, end: bytes) -> bool:
        """Return whether nothing came behind an answer that has *end*."""
        return bool(self._tail and end) and self._tail[-len(end) :] == end[-len(self._tail) :]

    def data_received(self, data: bytes) -> None:
        if self.idle:
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
    """Those of one *connector*; a new one may take as long as *patience* says."""

    def __init__(self, connector: aiohttp.BaseConnector, patience: aiohttp.ClientTimeout) -> None:
        self._connector = connector
        self._patience = patience

    async def take(self, request: aiohttp.ClientRequest) -> Connection:
        """Return a connection for *request* on which nothing waits to be read.

        Raises aiohttp.ClientError or OSError where there is none.
        """
        fresh = 0
        while fresh < FRESH:
            connection = await self._connector.connect(request, [], self._patience)
            listener = _listener_of(connection)
            fresh += listener is None
            if _is_silent(connection, is_fresh=listener is None):
                (listener or _listen(connection)).begin()
                return connection
            connection.close()
        raise aiohttp.ClientConnectionError("the server closes new connections, or speaks on them, before it is asked")

    def give_back(self, connection: Connection, end: bytes) -> None:
        """Keep *connection* for another request if its answer, which has *end*, was all that came; else close it."""
        listener = _listener_of(connection)
        if listener is None or not listener.ends_with(end):
            connection.close()
            return
        listener.idle = True
        connection.release()


def _listener_of(connection: Connection) -> Listener | None:
    """Return who listens on a connection that was used before; None if it is new, or closed."""
    transport = connection.transport
    protocol = transport.get_protocol() if transport else None
    return protocol if isinstance(protocol, Listener) else None


def _listen(connection: Connection) -> Listener:
    assert connection.protocol is not None  # noqa: S101  it is silent, so that it is there
    assert connection.transport is not None  # noqa: S101
    listener = Listener(connection.protocol)
    connection.transport.set_protocol(listener)
    return listener


def _is_silent(connection: Connection, *, is_fresh: bool) -> bool:
    """Say whether nothing came, neither bytes nor the end, also of what the loop has not read yet.

    A new connection under TLS may have tickets to read, which are no answer.
    """
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None or protocol.should_close:
        return False
    socket = transport.get_extra_info("socket")
    if socket is None or (is_fresh and transport.get_extra_info("ssl_object")):
        return True
    poll = select.poll()
    poll.register(socket.fileno(), select.POLLIN)
    return not poll.poll(0)
