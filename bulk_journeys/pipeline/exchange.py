"""One exchange over a connection of aiohttp's pool: a request's bytes out, an answer in. It judges and repeats nothing.

aiohttp's session takes twice as long for what no call here needs: cookies, redirects, tracing, a task for each body.
So this speaks to its connector and its parser, whose names are public and whose stability is not: `pyproject.toml`
bounds the version, and the laws of the client hold it to what it does.
"""

import asyncio
from functools import cached_property
from typing import Final

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.connector import Connection
from aiohttp.http import HttpProcessingError, RawResponseMessage
from aiohttp.streams import StreamReader

from bulk_journeys.pipeline.protocol import Answer

BODY_LIMIT: Final = 1 << 20
"""Bytes of an answer that are read; a journey's canvas may be large, and a broken server endless."""

BROKEN: Final = (aiohttp.ClientError, HttpProcessingError, OSError)
"""What an exchange raises where no answer came; TimeoutError is among them."""


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


async def connection_for(call: Call, connector: aiohttp.BaseConnector, patience: aiohttp.ClientTimeout) -> Connection:
    """Return a connection for *call* with nothing on it that could be taken for its answer.

    A server may speak out of turn on one that is kept, and a refusal does not say whom it is for.
    """
    while True:
        connection = await connector.connect(call.request, [], patience)
        if connection.protocol is not None and not connection.protocol.should_close:
            return connection
        connection.close()


async def exchange(connection: Connection, message: bytes, deadline: float) -> Answer:
    """Send *message*, read the answer until *deadline*, in the loop's time, and give up *connection*.

    Raises one of BROKEN where no answer begins; one that breaks off is returned as far as it came.
    """
    protocol = connection.protocol
    assert protocol is not None  # noqa: S101  it is not given up yet
    protocol.set_response_params(read_until_eof=True, auto_decompress=False)
    try:
        _write(protocol, message)
        answer = await _answer(protocol, deadline)
    except BaseException:
        connection.close()
        raise
    if answer.cut:
        connection.close()
    else:
        connection.release()
    return answer


def _write(protocol: ResponseHandler, message: bytes) -> None:
    transport = protocol.transport
    if transport is None or transport.is_closing():
        raise aiohttp.ClientConnectionResetError("the connection was closed before anything was sent")
    transport.write(message)


async def _answer(protocol: ResponseHandler, deadline: float) -> Answer:
    """Read the body, within a bound; what arrived before a failure still tells something."""
    head, body, cut = None, bytearray(), None
    try:
        async with asyncio.timeout_at(deadline):
            head, content = await _final_head(protocol)
            while not content.at_eof() and len(body) <= BODY_LIMIT:
                body += await content.readany()
    except BROKEN as error:
        if head is None:
            raise
        in_time = not isinstance(error, TimeoutError)
        cut = "the connection closed before its end" if in_time else "the rest did not come in time"
    assert head is not None  # noqa: S101  without one there was an exception
    if len(body) > BODY_LIMIT:
        return Answer(head.code, head.headers, bytes(body), f"over {BODY_LIMIT} bytes", too_long=True)
    return Answer(head.code, head.headers, bytes(body), cut)


async def _final_head(protocol: ResponseHandler) -> tuple[RawResponseMessage, StreamReader]:
    """Return the head behind those that are hints of one to come (RFC 9110, 15.2)."""
    while True:
        head, content = await protocol.read()
        if head.code >= 200 or head.code == 101:
            return head, content
