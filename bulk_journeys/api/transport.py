"""The seam of the network, and what every transport makes of answers and of failures. It knows no HTTP library."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Protocol
from urllib.request import getproxies, proxy_bypass

from yarl import URL

from bulk_journeys.api.http_answer import Answer, unpacked
from bulk_journeys.api.protocol import MESSAGE_LENGTH, path_of, reply_of
from bulk_journeys.api.redaction import redactor
from bulk_journeys.model import (
    Action,
    Applied,
    Conflict,
    FailureCode,
    Intercepted,
    Lost,
    Refused,
    Reply,
    Request,
    Unsent,
)
from bulk_journeys.settings.options import is_loopback


class Lifecycle(Protocol):
    """The seam between policy and network."""

    async def perform(self, request: Request) -> Reply:
        """Send *request* once and return what that taught; a failure is a value, never an exception."""
        ...


class NeverLeft(asyncio.CancelledError):
    """The run was abandoned before this request left, so that nothing of it is in doubt."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for one attempt; waiting for a turn is over before they start to count.

    *connect* is for a new connection, name lookup and TLS included. The whole attempt has *connect* and *read*
    together, all of it for the answer where a connection is used again.
    """

    connect: float = 10.0
    read: float = 30.0


def proxy_for(base_url: URL) -> str | None:
    """Return the environment's proxy for *base_url*, or None: for this machine there is none, whatever is set.

    A request in the clear shows the token to its proxy, and nobody gives leave for that where the sandbox is meant.
    `all_proxy` does not count, as with Python's own clients: it is mostly SOCKS, which is not spoken here.
    Not aiohttp's `trust_env`: that would also send `~/.netrc` credentials in place of the token.
    """
    host = base_url.host
    if host is None or is_loopback(host) or proxy_bypass(host):
        return None
    if proxy_bypass(f"{base_url.host_subcomponent}:{base_url.port}"):  # `no_proxy` may name a port
        return None
    proxy = getproxies().get(base_url.scheme)
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


class InvalidProxy(ValueError):
    """The URL of the environment's proxy is none that can be used."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the API is, who asks, and through which proxy; None: directly."""

    base_url: URL
    token: str = field(repr=False)
    proxy: str | None = field(repr=False)  # it may hold a password

    def url_of(self, action: Action) -> URL:
        """Return where *action* is asked for."""
        return self.base_url.joinpath(path_of(action))

    def headers(self) -> dict[str, str]:
        """Return what every request says beside what HTTP demands."""
        return {
            "Authorization": f"Api {self.token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",
        }

    def proxy_url(self) -> URL | None:
        """Return the proxy's URL, or None. Raises InvalidProxy."""
        if self.proxy is None:
            return None
        with suppress(ValueError):
            url = URL(self.proxy)
            if url.scheme in {"http", "https"}:  # a proxy of another kind would be sent HTTP, token and all
                return url
        raise InvalidProxy


IN_STEP: Final = (Applied, Conflict, Refused)
"""Replies after which a connection is kept. Of what else a server says it is not sure for which request it was.

An answer out of turn begins with a refusal, a timeout or a page; where it stands in a request's place, that one's own
answer comes next, and would be the next request's.
"""


REMEMBERED: Final = 10_000
"""Journeys asked about last; an answer that comes late, or to somebody else, is about one of them."""

TIMED_OUT: Final = Lost(FailureCode.TIMEOUT, "no answer in time")

_ERRNO: Final = re.compile(r"^\[Errno -?\d+\] ")


class Judge:
    """Makes replies of answers and of failures, with the token out of what people will read."""

    def __init__(self, token: str, saying_of: Callable[[Exception], str | None]) -> None:
        """*saying_of* puts an error of the HTTP library into words; None: its own words are good enough."""
        self._redact = redactor(token)
        self._saying_of = saying_of
        self._asked: dict[str, None] = {}

    def remember(self, request: Request) -> None:
        """Note that *request* is about to be sent: from now on an answer may be about its journey."""
        self._asked[request.uuid] = None
        if len(self._asked) > REMEMBERED:
            del self._asked[next(iter(self._asked))]

    def reply(self, request: Request, answer: Answer) -> Reply:
        """Say what *answer* teaches about *request*."""
        return reply_of(request, unpacked(answer), time.time(), self._redact, self._asked)

    def unsent(self, error: Exception) -> Unsent:
        """Say that *error* kept a request from leaving."""
        return Unsent(FailureCode.UNREACHABLE, self._describe(error))

    def lost(self, error: Exception) -> Lost:
        """Say that the answer to a request is missing because of *error*."""
        return Lost(FailureCode.CONNECTION_LOST, self._describe(error))

    def _describe(self, error: Exception) -> str:
        """Return the failure in words. Never the repr: a library's may hold the headers, token and all."""
        if isinstance(error, TimeoutError):
            return "no connection in time"
        if isinstance(error, InvalidProxy):
            return "the URL of the environment's proxy is not valid"  # and may hold a password
        if saying := self._saying_of(error):
            return saying
        words = _ERRNO.sub("", " ".join(str(error).split())) or type(error).__name__
        return self._redact(words)[:MESSAGE_LENGTH]


def is_in_step(answer: Answer, reply: Reply) -> bool:
    """Return whether another request may leave on the connection where *answer* was, which taught *reply*."""
    return not answer.cut and isinstance(reply, IN_STEP)


def invalid(parser_message: str = "") -> Intercepted:
    """Say that an answer is not HTTP. The parser's words may quote the answer, and are for programmers."""
    which = ": it has two Content-Length headers" if "content-length" in parser_message.lower() else ""
    return Intercepted(FailureCode.INVALID_HTTP, f"the answer is not valid HTTP{which}")


STOOD_STILL: Final = 0.1
"""Seconds by which a timeout is noticed too late where the process was stopped, or had no processor."""

MOMENT: Final = 0.1
"""Seconds to read what came, in any case: a standstill does not show where the time was up just before its end."""

CATCH_UP: Final = 2.0
"""Seconds to read what came in that time: some megabytes on each of a thousand connections."""

STANDSTILLS: Final = 5
"""Standstills that an answer is waited for: a loop that is always late would never time out."""


async def in_time(go_on: Callable[[], Awaitable[object]], deadline: float) -> None:
    """Wait for *go_on*, which is interrupted and called again. Raises TimeoutError a MOMENT after *deadline*.

    Until then all that has come is read. Where the deadline is noticed too late the process stood still, and the answer
    may lie in the socket's buffer: then it has as long as CATCH_UP says, and so again for some more times.
    """
    now, standstills, is_last = asyncio.get_running_loop().time, 0, False
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                await go_on()
                return
        except TimeoutError:
            stood_still = standstills < STANDSTILLS and now() >= deadline + STOOD_STILL
            if is_last and not stood_still:
                raise
            standstills += stood_still
            is_last = not stood_still
            deadline = now() + (CATCH_UP if stood_still else MOMENT)
