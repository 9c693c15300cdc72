"""The lifecycle API over one pool of kept connections: a request's bytes out, an answer in. It repeats nothing.

It goes behind aiohttp's public face; `bulk_journeys.api.http` says where and why.
"""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError, RawResponseMessage

from bulk_journeys.api.connections import Connections
from bulk_journeys.api.http_answer import BODY_LIMIT, WITHOUT_END, Answer, answer_of, cut_by, is_valid_head
from bulk_journeys.api.protocol import body_of
from bulk_journeys.api.sockets import BROKEN, saying_of
from bulk_journeys.api.transport import (
    TIMED_OUT,
    InvalidProxy,
    Judge,
    NeverLeft,
    Origin,
    Timeouts,
    in_time,
    invalid,
    is_in_step,
)
from bulk_journeys.model import Action, Reply, Request, Strayed

if TYPE_CHECKING:
    from aiohttp.streams import StreamReader


class HttpLifecycle:
    """The lifecycle API over the pool of *connector*."""

    def __init__(self, connector: aiohttp.BaseConnector, origin: Origin, timeouts: Timeouts) -> None:
        self._connections = Connections(connector, aiohttp.ClientTimeout(connect=timeouts.connect))
        self._origin = origin
        self._judge = Judge(origin.token, saying_of)
        self._calls: dict[Action, Call] = {}
        self._timeouts = timeouts
        self._now = asyncio.get_running_loop().time

    async def perform(self, request: Request) -> Reply:
        deadline = self._now() + self._timeouts.connect + self._timeouts.read
        try:
            call = self._call(request.action)
            connection = await self._connections.take(call.request)
        except (InvalidProxy, *BROKEN) as error:
            return self._judge.unsent(error)
        except asyncio.CancelledError as error:
            raise NeverLeft(*error.args) from error
        self._judge.remember(request)
        deadline = max(deadline, self._now() + self._timeouts.read)  # the process may have stood still meanwhile
        try:
            answer, ended = await exchange(connection, call.message(body_of(request)), deadline)
        except TimeoutError:
            return TIMED_OUT
        except HttpProcessingError as error:
            return invalid(error.message)
        except BROKEN as error:
            return self._judge.lost(error)
        reply = self._judge.reply(request, answer)
        if isinstance(reply, Strayed):
            self._connections.distrust()
        if is_in_step(answer, reply):
            self._connections.give_back(connection, ended)
        else:
            connection.close()
        return reply

    def _call(self, action: Action) -> "Call":
        call = self._calls.get(action)
        if call is None:
            call = self._calls[action] = Call(self._origin, action)
        return call


class Call:
    """All requests for one action. *request* is never sent: it tells where to connect, and holds the headers."""

    def __init__(self, origin: Origin, action: Action) -> None:
        """Raise InvalidProxy, or InvalidURL of the proxy."""
        url, headers, proxy = origin.url_of(action), origin.headers(), origin.proxy_url()
        self.request = aiohttp.ClientRequest("POST", url, headers=headers, proxy=proxy, loop=asyncio.get_running_loop())

    def message(self, body: bytes) -> bytes:
        """Return the bytes of a request, once the connector has made a connection: it adds a proxy's password."""
        return b"%s%d\r\n\r\n%s" % (self._head, len(body), body)

    @cached_property
    def _head(self) -> bytes:
        request = self.request
        target = str(request.url) if request.proxy and not request.is_ssl() else request.url.raw_path_qs
        lines = [f"{name}: {value}\r\n" for name, value in request.headers.items() if name != "Content-Length"]
        return f"{request.method} {target} HTTP/1.1\r\n{''.join(lines)}Content-Length: ".encode("ascii")


class Received(NamedTuple):
    """An *answer*, and the bytes with which it *ended*: behind them nothing may have come."""

    answer: Answer
    ended: bytes


async def exchange(connection: Connection, message: bytes, deadline: float) -> Received:
    """Send *message* and read the answer until *deadline*, in the loop's time.

    The caller gives up *connection*: only if the answer proves to be that of its request it may be used again.
    Raises HttpProcessingError for an answer that is not HTTP, one of BROKEN where none begins; it is closed then. An
    answer that breaks off is returned as far as it came.
    """
    protocol = connection.protocol
    assert protocol is not None  # noqa: S101  it is not given up yet
    protocol.set_response_params(read_until_eof=True, auto_decompress=False)
    try:
        _write(protocol, message)
        return await _answer(protocol, deadline)
    except BaseException:
        connection.close()
        raise


def _write(protocol: ResponseHandler, message: bytes) -> None:
    transport = protocol.transport
    if transport is None or transport.is_closing():
        raise aiohttp.ClientConnectionResetError("the connection was closed before anything was sent")
    transport.write(message)


async def _answer(protocol: ResponseHandler, deadline: float) -> Received:
    """Read the body, within a bound; what arrived before a failure still tells something."""
    reading, cut = _Reading(protocol), None
    try:
        await in_time(reading.go_on, deadline)
    except BROKEN as error:
        if reading.head is None:
            raise
        cut = cut_by(error)
    head, body = reading.head, bytes(reading.body)
    assert head is not None  # noqa: S101  without one there was an exception
    if _has_no_length(head) and isinstance(protocol.exception(), aiohttp.ClientOSError):
        cut = WITHOUT_END
    answer = answer_of(head.code, head.headers, body, cut)
    return Received(answer, b"\r\n\r\n" if head.chunked or not body else body)


def _has_no_length(head: RawResponseMessage) -> bool:
    return not head.chunked and "Content-Length" not in head.headers


class _Reading:
    """An answer as far as it has been read; it can be gone on with after an interruption."""

    def __init__(self, protocol: ResponseHandler) -> None:
        self.head: RawResponseMessage | None = None
        self.body = bytearray()
        self._protocol = protocol
        self._content: StreamReader | None = None

    async def go_on(self) -> None:
        """Read the final head, behind those that are hints of one to come (RFC 9110, 15.2), and its body.

        Raises HttpProcessingError too for a head that aiohttp lets pass, and of which nobody can tell where it ends.
        """
        while self._content is None:
            head, content = await self._protocol.read()
            _check(head)
            if head.code >= 200 or head.code == 101:
                self.head, self._content = head, content
        while not self._content.at_eof() and len(self.body) <= BODY_LIMIT:
            if self._protocol.connected:
                self.body += await self._content.readany()
            elif rest := self._content.read_nowait():
                self.body += rest
            else:  # where readany would raise what is no error of the wire
                raise aiohttp.ClientConnectionResetError("the connection was closed before the answer's end")


def _check(head: RawResponseMessage) -> None:
    names = [name for name, _ in head.raw_headers]
    if not is_valid_head(head.code, head.version, head.headers, names):
        raise HttpProcessingError(message="a head that is not valid")
