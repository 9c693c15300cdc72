"""Opens the one transport of a run: the fast one where aiohttp is as it was tested, else the public one.

The fast transport (`exchange`, `connections`) speaks to aiohttp's connector and parser. What it takes from behind the
public face, whose names can be imported and whose behaviour nobody promises:

* `ClientRequest`, built and never sent: `connection_key`, which the connector reads, tells where to connect; its
  `headers`, to which the connector adds a proxy's password, `method`, `url`, `proxy` and `is_ssl()` make the head;
* `BaseConnector.connect(request, traces, timeout)`, and of the `Connection` that it returns `protocol`, `transport`,
  `release()` and `close()`;
* `ResponseHandler`, a connection's protocol: `set_response_params()` makes the parser, `read()` yields head and body;
  `connected`, `transport`, `should_close`, `force_close()` and `exception()`; the calls that asyncio makes to it, since
  `Listener` stands between it and its transport;
* `RawResponseMessage`, a parsed head: `code`, `version`, `headers`, `raw_headers`, `chunked`; `StreamReader`, a body,
  whose `readany()` wants a connected protocol; `HttpProcessingError`, the parser's own.

What that buys. Against a real gateway, in four rounds, a run had 1.01 to 1.19 of the requests per second of a bare
aiohttp loop, and through `ClientSession` 0.63 to 0.77: a session takes its time for cookies, redirects, traces and a
task for each body. And no answer is taken from a connection that spoke out of turn, of which a session tells nothing,
though it keeps connections: so the public transport (`client_session`) has one for each request, and on loopback a
fifth to a third of the fast one's speed.

Behind its face a new version may keep each name and mean something else. So the fast transport is for the series that
the laws of the client were held against, and `pyproject.toml` shuts out no newer one, or nobody could have its security
fixes: with that requests are slower, and as safe.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Final

import aiohttp
from yarl import URL

from bulk_journeys.api.client_session import session_lifecycle
from bulk_journeys.api.transport import Lifecycle, Origin, Timeouts, proxy_for

TESTED_SERIES: Final = "3.14"
"""The series of aiohttp that the fast transport has been tested with. Another one may keep every name and mean else."""

SURFACE: Final[Mapping[str, tuple[str, ...]]] = {
    "aiohttp.ClientRequest": ("connection_key", "is_ssl"),
    "aiohttp.BaseConnector": ("connect",),
    "aiohttp.connector.Connection": ("close", "protocol", "release", "transport"),
    "aiohttp.client_proto.ResponseHandler": (
        "connected",
        "connection_lost",
        "data_received",
        "eof_received",
        "exception",
        "force_close",
        "pause_writing",
        "read",
        "resume_writing",
        "set_response_params",
        "should_close",
    ),
    "aiohttp.http.HttpProcessingError": (),
    "aiohttp.http.RawResponseMessage": ("chunked", "code", "headers", "raw_headers", "version"),
    "aiohttp.streams.StreamReader": ("at_eof", "read_nowait", "readany"),
}
"""The names that can be looked for before anything is sent: classes, and what each has."""


def fallback_reason() -> str | None:
    """Return why requests go through the public transport with the aiohttp that is installed; None: they do not."""
    return reason_against(aiohttp.__version__, missing_names(SURFACE))


def reason_against(version: str, missing: Sequence[str]) -> str | None:
    """Return why the fast transport does not fit a *version* of aiohttp that lacks the *missing* names, or None."""
    if re.match(rf"{re.escape(TESTED_SERIES)}(?!\d)", version) is None:
        why = f"is not of the series {TESTED_SERIES}, which the fast transport was tested with"
    elif missing:
        why = f"has no {missing[0]}, which the fast transport takes"
    else:
        return None
    return f"aiohttp {version} {why}: requests go through its public session, each on a connection of its own"


def missing_names(surface: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return which names of *surface* the aiohttp that is installed does not have."""
    return list(_missing(surface))


def _missing(surface: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for path, names in surface.items():
        module, _, owner = path.rpartition(".")
        try:
            found = getattr(import_module(module), owner)
        except (ImportError, AttributeError):
            yield path
        else:
            yield from (f"{path}.{name}" for name in names if not hasattr(found, name))


@asynccontextmanager
async def connect(
    base_url: str, token: str, timeouts: Timeouts, *, fast: bool | None = None
) -> AsyncIterator[Lifecycle]:
    """Open the one pool of a run. The runner's lanes bound the connections, so the pool does not.

    *fast* demands the fast transport or the public one; None: whichever `fallback_reason` says.
    """
    url = URL(base_url)
    origin = Origin(url, token, proxy_for(url))
    if fast if fast is not None else fallback_reason() is None:
        # where aiohttp is another one, importing these may fail already
        from bulk_journeys.api.connections import IDLE_SECONDS
        from bulk_journeys.api.exchange import HttpLifecycle

        async with aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS) as connector:
            yield HttpLifecycle(connector, origin, timeouts)
    else:
        async with session_lifecycle(origin, timeouts) as lifecycle:
            yield lifecycle
    await asyncio.sleep(0)  # lets TLS transports close before the loop does
