"""The sandbox on a socket, from its start to its end. Listens on 127.0.0.1 alone."""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

import anyio
from aiohttp import web

from bulk_journeys.errors import UsageError

from .admission import Stats
from .config import Config
from .gateway import Gateway
from .journeys import World
from .population import export_csv, populate

HOST: Final = "127.0.0.1"
_HOUR: Final = 3600.0
_GRACE: Final = 0.05
"""Seconds that requests under way get to end, when the sandbox ends."""


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that is being served. *world* is the truth itself, not a copy."""

    base_url: str
    world: World
    stats: Callable[[], Stats]


@asynccontextmanager
async def serving(config: Config, clock: Callable[[], float] | None = None) -> AsyncIterator[Sandbox]:
    """Serve a new world until the block ends, then drop what is under way; UsageError if a port is taken.

    *clock* tells the limits and outages the seconds; None is the event loop's.
    """
    world = populate(config)
    if config.export is not None:
        export_csv(world, config.export)
    gateway = Gateway(config, world, clock or asyncio.get_running_loop().time)
    # A handler ends with its connection: a hanging request gives its place back when its caller goes away.
    idle = config.idle_close or _HOUR
    server = web.Server(gateway.answer, handler_cancellation=True, access_log=None, keepalive_timeout=idle)
    runner = web.ServerRunner(server, shutdown_timeout=_GRACE)
    await runner.setup()
    try:
        port = await _listen(runner, config.port)
        yield Sandbox(f"http://{HOST}:{port}", world, gateway.stats)
    finally:
        await runner.cleanup()


async def _listen(runner: web.ServerRunner, port: int) -> int:
    try:
        await web.TCPSite(runner, HOST, port, backlog=1024).start()
    except OSError as error:
        raise UsageError(f"port {port} of {HOST} cannot be used; choose another, or 0 for any free one") from error
    return int(runner.addresses[0][1])


def run(config: Config, *, on_ready: Callable[[str], None]) -> None:
    """Serve until SIGINT or SIGTERM. *on_ready* gets the base URL as soon as requests are taken."""
    asyncio.run(_run(config, on_ready))


async def _run(config: Config, on_ready: Callable[[str], None]) -> None:
    with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
        async with serving(config) as sandbox:
            on_ready(sandbox.base_url)
            async for _ in signals:
                break
