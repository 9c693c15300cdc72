"""The lifecycle API through aiohttp's public `ClientSession`, for a version of another inside than was tested.

Each request has a connection of its own, since a session does not tell what came on one that it keeps. That is slower,
and no answer can be taken for that of another request. A session never repeats a POST; the laws of the client hold it
to that.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from enum import Enum, auto
from typing import Final, NamedTuple, Self

import aiohttp
from multidict import CIMultiDict

from bulk_journeys.api.http_answer import BODY_LIMIT, WITHOUT_END, answer_of, cut_by, is_valid_head
from bulk_journeys.api.protocol import body_of
from bulk_journeys.api.sockets import FRESH, HeardSocket, SpeaksFirst, saying_of
from bulk_journeys.api.transport import TIMED_OUT, InvalidProxy, Judge, NeverLeft, Origin, Timeouts, in_time, invalid
from bulk_journeys.model import Reply, Request

_NO_CONNECTION: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)
"""Errors that say of themselves that there was no connection."""

_TEXT: Final = ("utf-8", "surrogateescape")
"""How the bytes of a header are read, as aiohttp does."""


class _Progress(Enum):
    """How far a request has come, as far as aiohttp tells."""

    NOT_BEGUN = auto()
    UNKNOWN = auto()
    CONNECTING = auto()
    CONNECTED = auto()  # so from now on it may have left


class _Head(NamedTuple):
    """The head of an answer. Its *headers* are a multidict, which those of a response need not be."""

    http_status: int
    headers: CIMultiDict[str]
    is_valid: bool

    @classmethod
    def of(cls, response: aiohttp.ClientResponse) -> Self:
        status, raw = response.status, response.raw_headers
        headers = CIMultiDict((name.decode(*_TEXT), value.decode(*_TEXT)) for name, value in raw)
        return cls(status, headers, is_valid_head(status, response.version, headers, [name for name, _ in raw]))


class SessionLifecycle:
    """The lifecycle API over *session*, which keeps no connection."""

    def __init__(self, session: aiohttp.ClientSession, origin: Origin, timeouts: Timeouts) -> None:
        self._session = session
        self._origin = origin
        self._timeouts = timeouts
        self._judge = Judge(origin.token, saying_of)
        self._given_up: set[asyncio.Task[None]] = set()
        self._now = asyncio.get_running_loop().time

    async def perform(self, request: Request) -> Reply:
        deadline = self._now() + self._timeouts.connect + self._timeouts.read
        try:
            attempt = _Attempt(request, self._origin)
        except InvalidProxy as error:
            return self._judge.unsent(error)
        sending = asyncio.create_task(attempt.send(self._session))
        sending.add_done_callback(lambda _: attempt.is_connected.set())
        try:
            await in_time(attempt.is_connected.wait, deadline)
            self._judge.remember(request)
            deadline = max(deadline, self._now() + self._timeouts.read)  # the process may have stood still meanwhile
            await in_time(lambda: asyncio.wait({sending}), deadline)
        except TimeoutError as error:
            return self._reply(attempt, error)
        except asyncio.CancelledError as error:
            if attempt.is_unsent():
                raise NeverLeft(*error.args) from error
            raise
        finally:
            attempt.is_given_up = True
            self._give_up(sending)
        return self._reply(attempt, attempt.error)

    async def finish(self) -> None:
        """Wait until what was given up has closed its connections."""
        if self._given_up:
            await asyncio.wait(self._given_up)

    def _give_up(self, sending: "asyncio.Task[None]") -> None:
        """End *sending* if it has not ended. Not waited for: whoever gives up may have no time left."""
        if sending.cancel():
            self._given_up.add(sending)
            sending.add_done_callback(self._given_up.discard)

    def _reply(self, attempt: "_Attempt", error: Exception | None) -> Reply:
        head = attempt.head
        if error and attempt.is_unsent(error):
            return self._judge.unsent(error)
        if head is None:
            if isinstance(error, TimeoutError):
                return TIMED_OUT
            if isinstance(error, aiohttp.ClientResponseError):
                return invalid(error.message)
            return self._judge.lost(error or aiohttp.ServerDisconnectedError())
        if not head.is_valid:
            return invalid()
        cut = cut_by(error) if error else None if attempt.has_end(head.headers) else WITHOUT_END
        answer = answer_of(head.http_status, head.headers, bytes(attempt.body), cut)
        return self._judge.reply(attempt.request, answer)


class _Attempt:
    """One *request* as far as it has come, and its answer as far as it was read."""

    def __init__(self, request: Request, origin: Origin) -> None:
        """Raise InvalidProxy."""
        self.request = request
        self.progress = _Progress.NOT_BEGUN
        self.is_given_up = False
        self.is_connected = asyncio.Event()
        self.head: _Head | None = None
        self.body = bytearray()
        self.error: Exception | None = None
        self._url, self._headers = origin.url_of(request.action), {**origin.headers(), "Connection": "close"}
        self._proxy = origin.proxy_url()
        self._is_clear = "https" not in {self._url.scheme, self._proxy.scheme if self._proxy else ""}
        self.sockets: list[HeardSocket] = []

    def is_unsent(self, error: Exception | None = None) -> bool:
        """Return whether nothing of the request was written for sure, where it ended in *error*."""
        if self.progress is _Progress.UNKNOWN:
            return isinstance(error, _NO_CONNECTION)
        return self.progress is not _Progress.CONNECTED

    def has_end(self, headers: Mapping[str, str]) -> bool:
        """Return whether a body with *headers* that was read to its end has one: a session takes a reset for it."""
        return (
            "Content-Length" in headers or "Transfer-Encoding" in headers or any(one.has_ended for one in self.sockets)
        )

    async def send(self, session: aiohttp.ClientSession) -> None:
        """Send the request and read the answer, within a bound, as far as there is no *error*."""
        _ATTEMPT.set(self)
        for _ in range(FRESH):
            self.error, self.progress = None, _Progress.UNKNOWN
            try:
                return await self._exchange(session)
            except SpeaksFirst as error:
                self.error = error
            except Exception as error:  # noqa: BLE001  what this version may raise nobody has tested
                self.error = error
                return None
        return None

    async def _exchange(self, session: aiohttp.ClientSession) -> None:
        data, headers = body_of(self.request), self._headers
        response = await session.post(self._url, data=data, headers=headers, proxy=self._proxy, allow_redirects=False)
        try:
            self.head = _Head.of(response)
            while self.head.is_valid and not response.content.at_eof() and len(self.body) <= BODY_LIMIT:
                self.body += await response.content.readany()
        finally:
            response.close()

    def connecting(self) -> None:
        """Note that a connection is about to be made, and so nothing was sent yet."""
        self.progress = _Progress.CONNECTING

    def connected(self) -> None:
        """Note that from now on the request may leave.

        Raises SpeaksFirst where it must not: the server did not wait for it, or nobody waits for the answer any more.
        """
        if self.is_given_up or self._is_spoken_to():
            for one in self.sockets:
                with suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)  # so that its transport closes, which nobody owns yet
            self.sockets.clear()
            raise SpeaksFirst
        self.leaving()

    def leaving(self) -> None:
        """Note that the request may have left."""
        self.progress = _Progress.CONNECTED
        self.is_connected.set()

    def _is_spoken_to(self) -> bool:
        """Return whether the server spoke, or closed, before it was asked. Under TLS that may be tickets."""
        opened = [one for one in self.sockets if one.fileno() >= 0]
        return self._is_clear and not all(one.is_silent() for one in opened)


_ATTEMPT: ContextVar[_Attempt] = ContextVar("_ATTEMPT")
"""Whose request is under way in this task, and in those that aiohttp makes to connect."""


def _telling(note: Callable[[_Attempt], None]) -> Callable[..., Awaitable[None]]:
    async def tell(*_: object) -> None:
        note(_ATTEMPT.get())

    return tell


def _tracing() -> aiohttp.TraceConfig:
    tracing = aiohttp.TraceConfig()
    tracing.on_connection_create_start.append(_telling(_Attempt.connecting))
    tracing.on_connection_create_end.append(_telling(_Attempt.connected))
    tracing.on_request_headers_sent.append(_telling(_Attempt.leaving))
    return tracing


def _make_socket(address: "aiohttp.AddrInfoType") -> socket.socket:
    family, kind, protocol, *_ = address
    made = HeardSocket(family, kind, protocol)
    _ATTEMPT.get().sockets.append(made)
    return made


@asynccontextmanager
async def session_lifecycle(origin: Origin, timeouts: Timeouts) -> AsyncIterator[SessionLifecycle]:
    """Open a session and close it."""
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, force_close=True, socket_factory=_make_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(connect=timeouts.connect),
        auto_decompress=False,
        raise_for_status=False,
        trust_env=False,  # it would send `~/.netrc` credentials in place of the token
        trace_configs=[_tracing()],
    ) as session:
        lifecycle = SessionLifecycle(session, origin, timeouts)
        try:
            yield lifecycle
        finally:
            await lifecycle.finish()
