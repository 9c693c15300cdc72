"""One exchange over a connection of aiohttp's pool: a request's bytes out, an answer in. It judges and repeats nothing.

aiohttp's session takes twice as long for what no call here needs: cookies, redirects, tracing, a task for each body.
So this speaks to its connector and its parser, whose names are public and whose stability is not: `pyproject.toml`
bounds the version, and the laws of the client hold it to what it does.
"""

import asyncio
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError, HttpVersion10, HttpVersion11, RawResponseMessage

from bulk_journeys.api.transport import Answer

if TYPE_CHECKING:
    from aiohttp.streams import StreamReader

BODY_LIMIT: Final = 1 << 20
"""Bytes of an answer that are read; a journey's canvas may be large, and a broken server endless."""

STOOD_STILL: Final = 0.1
"""Seconds by which a timeout is noticed too late where the process was stopped, or had no processor."""

MOMENT: Final = 0.1
"""Seconds to read what came, in any case: a standstill does not show where the time was up just before its end."""

CATCH_UP: Final = 2.0
"""Seconds to read what came in that time: some megabytes on each of a thousand connections."""

STANDSTILLS: Final = 5
"""Standstills that an answer is waited for: a loop that is always late would never time out."""

_VERSIONS: Final = (HttpVersion10, HttpVersion11)
_LONGEST_LENGTH: Final = 15
"""Digits of a Content-Length; more are no number of bytes, and may be one that a parser cannot hold."""

BROKEN: Final = (aiohttp.ClientError, OSError)
"""What an exchange raises where no answer came that can be read; TimeoutError is among them."""


class Call:
    """All requests to one URL. *request* is never sent: it tells the connector where to connect, and holds headers."""

    def __init__(self, request: aiohttp.ClientRequest) -> None:
        self.request = request

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
        await _in_time(reading, deadline)
    except BROKEN as error:
        if reading.head is None:
            raise
        in_time = not isinstance(error, TimeoutError)
        cut = "the connection closed before its end" if in_time else "the rest did not come in time"
    head, body = reading.head, bytes(reading.body)
    assert head is not None  # noqa: S101  without one there was an exception
    if len(body) > BODY_LIMIT:
        return Received(Answer(head.code, head.headers, body, f"over {BODY_LIMIT} bytes", too_long=True), b"")
    if _has_no_length(head) and isinstance(protocol.exception(), aiohttp.ClientOSError):
        cut = "the connection broke, which is no end of a body without a length"
    ended = b"\r\n\r\n" if head.chunked or not body else body
    return Received(Answer(head.code, head.headers, body, cut), ended)


def _has_no_length(head: RawResponseMessage) -> bool:
    return not head.chunked and "Content-Length" not in head.headers


async def _in_time(reading: "_Reading", deadline: float) -> None:
    """Read to the end. Raises TimeoutError a MOMENT after *deadline*, so that all that has come is read.

    Where that is noticed too late the process stood still, and the answer may lie in the socket's buffer: then it has
    as long as CATCH_UP says, and so again for some more times.
    """
    now, standstills, is_last = asyncio.get_running_loop().time, 0, False
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                await reading.go_on()
                return
        except TimeoutError:
            stood_still = standstills < STANDSTILLS and now() >= deadline + STOOD_STILL
            if is_last and not stood_still:
                raise
            standstills += stood_still
            is_last = not stood_still
            deadline = now() + (CATCH_UP if stood_still else MOMENT)


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
    """Raise HttpProcessingError for a head that RFC 9112 does not know."""
    codings, lengths = head.headers.getall("Transfer-Encoding", ()), head.headers.getall("Content-Length", ())
    is_interim = head.code < 200 and head.code != 101
    names = b"".join([name for name, _ in head.raw_headers])
    if (
        not 100 <= head.code <= 999
        or head.version not in _VERSIONS
        or b" " in names
        or b"\t" in names
        or (codings and codings[0].strip().lower() != "chunked")
        or len(codings) + len(lengths) > (not is_interim)
        or (lengths and len(lengths[0]) > _LONGEST_LENGTH)
        or not (names or is_interim)
    ):
        raise HttpProcessingError(message="a head that is not valid")
