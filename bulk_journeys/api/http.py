"""A request to the lifecycle API: every way HTTP can fail becomes a reply. It sends once and retries nothing."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

import aiohttp
from aiohttp.http import HttpProcessingError
from yarl import URL

from bulk_journeys.api.connections import IDLE_SECONDS, Connections
from bulk_journeys.api.exchange import BROKEN, Call, exchange
from bulk_journeys.api.lifecycle import MESSAGE_LENGTH, body_of, path_of, reply_of
from bulk_journeys.api.transport import NeverLeft, Timeouts, proxy_for, redactor, unpacked
from bulk_journeys.model import Action, Applied, Conflict, Intercepted, Lost, Refused, Reply, Request, Strayed, Unsent

_ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")

IN_STEP: Final = (Applied, Conflict, Refused)
"""Replies after which a connection is kept. Of what else a server says it is not sure for which request it was.

An answer out of turn begins with a refusal, a timeout or a page; where it stands in a request's place, that one's own
answer comes next, and would be the next request's.
"""


REMEMBERED: Final = 10_000
"""Journeys asked about last; an answer that comes late, or to somebody else, is about one of them."""


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
        if self.proxy is None:
            return None
        with suppress(ValueError):
            url = URL(self.proxy)
            if url.scheme in {"http", "https"}:  # a proxy of another kind would be sent HTTP, token and all
                return url
        raise aiohttp.InvalidURL("")


class HttpLifecycle:
    """The lifecycle API over one pool of connections."""

    def __init__(self, connector: aiohttp.BaseConnector, origin: Origin, timeouts: Timeouts) -> None:
        self._connections = Connections(connector, aiohttp.ClientTimeout(connect=timeouts.connect))
        self._origin = origin
        self._redact = redactor(origin.token)
        self._calls: dict[Action, Call] = {}
        self._asked: dict[str, None] = {}
        self._timeouts = timeouts
        self._now = asyncio.get_running_loop().time

    async def perform(self, request: Request) -> Reply:
        deadline = self._now() + self._timeouts.connect + self._timeouts.read
        try:
            call = self._call(request.action)
            connection = await self._connections.take(call.request)
        except (aiohttp.ClientError, OSError) as error:
            return Unsent("unreachable", self._describe(error))
        except asyncio.CancelledError as error:
            raise NeverLeft(*error.args) from error
        self._remember(request.uuid)
        deadline = max(deadline, self._now() + self._timeouts.read)  # the process may have stood still meanwhile
        try:
            answer, ended = await exchange(connection, call.message(body_of(request)), deadline)
        except TimeoutError:
            return Lost("timeout", "no answer in time")
        except HttpProcessingError as error:
            return Intercepted("invalid_http", _what_is_invalid(error))
        except BROKEN as error:
            return Lost("connection_lost", self._describe(error))
        reply = reply_of(request, unpacked(answer), time.time(), self._redact, self._asked)
        if isinstance(reply, Strayed):
            self._connections.distrust()
        if answer.cut or not isinstance(reply, IN_STEP):
            connection.close()
        else:
            self._connections.give_back(connection, ended)
        return reply

    def _remember(self, uuid: str) -> None:
        self._asked[uuid] = None
        if len(self._asked) > REMEMBERED:
            del self._asked[next(iter(self._asked))]

    def _call(self, action: Action) -> Call:
        call = self._calls.get(action)
        if call is None:
            call = self._calls[action] = self._origin.call(action)
        return call

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
        return self._redact(words)[:MESSAGE_LENGTH]


def _what_is_invalid(error: HttpProcessingError) -> str:
    """Return why an answer is not HTTP. The parser's words may quote the answer, and are for programmers."""
    which = ": it has two Content-Length headers" if "content-length" in error.message.lower() else ""
    return f"the answer is not valid HTTP{which}"


@asynccontextmanager
async def connect(base_url: str, token: str, timeouts: Timeouts) -> AsyncIterator[HttpLifecycle]:
    """Open the one pool of a run. The runner's lanes bound the connections, so the pool does not."""
    url = URL(base_url)
    async with aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS) as connector:
        yield HttpLifecycle(connector, Origin(url, token, proxy_for(url)), timeouts)
    await asyncio.sleep(0)  # lets TLS transports close before the loop does
