"""Opens the one transport of a run.

It (`exchange`, `connections`) speaks to aiohttp's connector and parser. What it takes from behind the
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
though it keeps connections. `pyproject.toml` bounds the version, and the laws of the client hold it to what it does.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
from yarl import URL

from bulk_journeys.api.connections import IDLE_SECONDS
from bulk_journeys.api.exchange import HttpLifecycle
from bulk_journeys.api.transport import Lifecycle, Origin, Timeouts, proxy_for


@asynccontextmanager
async def connect(base_url: str, token: str, timeouts: Timeouts) -> AsyncIterator[Lifecycle]:
    """Open the one pool of a run. The runner's lanes bound the connections, so the pool does not."""
    url = URL(base_url)
    async with aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_SECONDS) as connector:
        yield HttpLifecycle(connector, Origin(url, token, proxy_for(url)), timeouts)
    await asyncio.sleep(0)  # lets TLS transports close before the loop does
