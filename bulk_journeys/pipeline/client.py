"""A request to the lifecycle API: every way HTTP can fail becomes a reply. It sends once and retries nothing."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.request import getproxies, proxy_bypass

import aiohttp
from msgspec.structs import replace
from yarl import URL

from bulk_journeys.model import Action, Applied, Lost, Reply, Request, Unsent
from bulk_journeys.pipeline.exchange import BROKEN, Call, connection_for, exchange
from bulk_journeys.pipeline.protocol import MESSAGE_LENGTH, Answer, body_of, path_of, reply_of, unpacked

_ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")

IDLE_SECONDS: Final = 4.0
"""Idle connections are dropped before common servers drop them, so that no request leaves on a dying one."""


class Lifecycle(Protocol):
    """The seam between policy and network."""

    async def perform(self, request: Request) -> Reply:
        """Send *request* once and return what that taught; a failure is a value, never an exception."""
        ...


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for one attempt; waiting for a turn is over before they start to count.

    *connect* is for a new connection, name lookup and TLS included. The whole attempt has *connect* and *read*
    together, all of it for the answer where a connection is used again.
    """

    connect: float = 10.0
    read: float = 30.0


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the API is, who asks, and through which proxy; None: directly."""

    base_url: URL
    token: str = field(repr=False)
    proxy: str | None = field(repr=False)  # it may hold a password

    def call(self, action: Action) -> Call:
        """Return what the requests of *action* have in common. Raises InvalidURL, of the proxy."""
        headers = {
            "Authorization": f"Api {self.token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }
        url, loop = self.base_url.joinpath(path_of(action)), asyncio.get_running_loop()
        return Call(aiohttp.ClientRequest("POST", url, headers=headers, proxy=self._proxy_url(), loop=loop))

    def _proxy_url(self) -> URL | None:
        try:
            return None if self.proxy is None else URL(self.proxy)
        except ValueError:
            raise aiohttp.InvalidURL("") from None


class HttpLifecycle:
    """The lifecycle API over one pool of connections."""

    def __init__(self, connector: aiohttp.BaseConnector, origin: Origin, timeouts: Timeouts) -> None:
        self._connector = connector
        self._origin = origin
        self._token = origin.token.encode()
        self._calls: dict[Action, Call] = {}
        self._patience = timeouts.connect + timeouts.read
        self._timeout = aiohttp.ClientTimeout(connect=timeouts.connect)
        self._now = asyncio.get_running_loop().time

    async def perform(self, request: Request) -> Reply:
        deadline = self._now() + self._patience
        try:
            call = self._call(request.action)
            connection = await connection_for(call, self._connector, self._timeout)
        except (aiohttp.ClientError, OSError) as error:
            return Unsent("unreachable", self._describe(error))
        try:
            answer = await exchange(connection, call.message(body_of(request)), deadline)
        except TimeoutError:
            return Lost("timeout", "no answer in time")
        except BROKEN as error:
            return Lost("connection_lost", self._describe(error))
        return self._judge(request, answer)

    def _call(self, action: Action) -> Call:
        call = self._calls.get(action)
        if call is None:
            call = self._calls[action] = self._origin.call(action)
        return call

    def _judge(self, request: Request, answer: Answer) -> Reply:
        answer = unpacked(answer)
        if self._token in answer.body:  # a server may echo what it was sent
            answer = answer._replace(body=answer.body.replace(self._token, b"[token]"))
        return self._redacted(reply_of(request, answer, time.time()))

    def _redacted(self, reply: Reply) -> Reply:
        """Take out the token where JSON's escapes hid it in the body."""
        token = self._token.decode()
        if isinstance(reply, Applied):
            return replace(reply, title=reply.title.replace(token, "[token]")) if token in reply.title else reply
        return replace(reply, message=reply.message.replace(token, "[token]")) if token in reply.message else reply

    def _describe(self, error: Exception) -> str:
        """Return the failure in words. Never the repr: aiohttp's holds the headers, token and all."""
        if isinstance(error, TimeoutError):
            return "no connection in time"
        if isinstance(error, aiohttp.InvalidURL):
            return "the URL of the environment's proxy is not valid"  # and may hold a password
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return f"the proxy answered HTTP {error.status}"
        if isinstance(error, aiohttp.ServerDisconnectedError):
            return "the server closed the connection"  # its own words may be the repr of half an answer
        words = _ERRNO.sub("", " ".join(str(error).split())) or type(error).__name__
        return words.replace(self._token.decode(), "[token]")[:MESSAGE_LENGTH]


def proxy_for(base_url: URL, proxies: Mapping[str, str] | None = None) -> str | None:
    """Return the environment's proxy for *base_url*, or None.

    Not aiohttp's `trust_env`: that would also send `~/.netrc` credentials in place of the token.
    """
    if base_url.host is None or proxy_bypass(base_url.host):
        return None
    proxy = (getproxies() if proxies is None else proxies).get(base_url.scheme)
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


@asynccontextmanager
async def connect(base_url: str, token: str, timeouts: Timeouts) -> AsyncIterator[HttpLifecycle]:
    """Open the one pool of a run. The runner's lanes bound the connections, so the pool does not."""
    url = URL(base_url)
    async with aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS) as connector:
        yield HttpLifecycle(connector, Origin(url, token, proxy_for(url)), timeouts)
    await asyncio.sleep(0)  # lets TLS transports close before the loop does
