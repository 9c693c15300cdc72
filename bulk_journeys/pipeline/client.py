"""A request over aiohttp: every way HTTP can fail becomes a reply. It sends once and retries nothing."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.request import getproxies, proxy_bypass

import aiohttp
from msgspec.structs import replace
from yarl import URL

from bulk_journeys.model import Action, Applied, Lost, Reply, Request, Unsent
from bulk_journeys.pipeline.protocol import MESSAGE_LENGTH, Answer, body_of, path_of, reply_of, unpacked

BODY_LIMIT: Final = 1 << 22
"""Bytes of an answer that are read; a journey's canvas may be large, and a broken server endless."""

IDLE_SECONDS: Final = 4.0
"""Idle connections are dropped before common servers drop them, so that no request leaves on a dying one."""


_NEVER_SENT: Final = (
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,
    aiohttp.InvalidURL,  # of a proxy; the base URL is checked before
)


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


class HttpLifecycle:
    """The lifecycle API over one session."""

    def __init__(self, session: aiohttp.ClientSession, base_url: URL, *, token: str, proxy: str | None) -> None:
        self._session = session
        self._urls = {action: base_url.joinpath(path_of(action)) for action in Action}
        self._token = token.encode()
        self._proxy = proxy
        self._headers = {
            "Authorization": f"Api {token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }

    async def perform(self, request: Request) -> Reply:
        try:
            async with self._session.post(
                self._urls[request.action],
                data=body_of(request),
                # Not the session's headers: aiohttp sends those to a proxy as well, the token in clear text.
                headers=self._headers,
                allow_redirects=False,
                proxy=self._proxy,
            ) as response:
                answer = await _read(response)
        except _NEVER_SENT as error:
            return Unsent("unreachable", self._describe(error))
        except TimeoutError:
            return Lost("timeout", "no answer in time")
        except (aiohttp.ClientError, OSError) as error:
            return Lost("connection_lost", self._describe(error))
        return self._judge(request, answer)

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
        if isinstance(error, aiohttp.InvalidURL):
            return "the URL of the environment's proxy is not valid"  # and may hold a password
        if isinstance(error, aiohttp.ClientHttpProxyError):
            return f"the proxy answered HTTP {error.status}"
        words = str(error) or type(error).__name__
        return words.replace(self._token.decode(), "[token]")[:MESSAGE_LENGTH]


async def _read(response: aiohttp.ClientResponse) -> Answer:
    """Read the body, within a bound; what arrived before a failure still tells something."""
    body = bytearray()
    try:
        while chunk := await response.content.readany():
            body += chunk
            if len(body) > BODY_LIMIT:
                response.close()
                return _answer(response, body, cut=f"over {BODY_LIMIT} bytes", too_long=True)
    except TimeoutError:
        return _answer(response, body, cut="the rest did not come in time")
    except (aiohttp.ClientError, OSError):
        return _answer(response, body, cut="the connection closed before its end")
    return _answer(response, body)


def _answer(
    response: aiohttp.ClientResponse, body: bytearray, *, cut: str | None = None, too_long: bool = False
) -> Answer:
    return Answer(response.status, response.headers, bytes(body), cut, too_long)


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
    """Open the one session of a run. The runner's lanes bound the connections, so the pool does not."""
    url = URL(base_url)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        # No `sock_read`: it would start three timers a request, and let an answer drip for ever.
        timeout=aiohttp.ClientTimeout(total=timeouts.connect + timeouts.read, connect=timeouts.connect),
        auto_decompress=False,
    )
    async with session:
        yield HttpLifecycle(session, url, token=token, proxy=proxy_for(url))
    await asyncio.sleep(0)  # lets TLS transports close before the loop does
