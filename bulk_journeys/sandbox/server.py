"""The sandbox on a socket: requests of the API in, answers and faults out. Listens on 127.0.0.1 alone.

An action is done the moment its request has been read; the latency is that of the answer. So the truth about
the journeys is settled as soon as nobody calls any more.
"""

import asyncio
import signal
import socket
import struct
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from random import Random
from typing import Final, NamedTuple

import anyio
import msgspec
from aiohttp import web

from bulk_journeys.errors import UsageError
from bulk_journeys.jsonlines import encode_line

from .admission import Admission, Limit
from .answers import PROXY_PAGE, Answer, Wording, canvas, success
from .codes import Code, Refusal
from .config import Config
from .faults import SPOKEN, Fault, strike
from .population import export_csv, populate
from .tally import Stats, Tally
from .world import Action, Journey, World

HOST: Final = "127.0.0.1"
PREFIX: Final = "/api/v3/journeygateway/"
UNAUTHENTICATED: Final = Refusal(Code.UNAUTHENTICATED, "invalid api token")
BAD_JSON: Final = Refusal(Code.INVALID_ARGUMENT, "invalid character in the request body")
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
_PATIENCE: Final = 0.05
"""Seconds that requests under way get to end, when the sandbox ends."""


class Call(msgspec.Struct):
    """The body of a request; a missing uuid is an empty one, as in protobuf."""

    uuid: str = ""


_CALLS: Final = msgspec.json.Decoder(Call)


class Route(NamedTuple):
    """What a path does, and the one method it takes."""

    method: str
    handle: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Gateway:
    """One world behind the API's paths, and three paths of its own that tell the truth about it.

    *clock* is that of the event loop, in seconds.
    """

    def __init__(self, config: Config, world: World, clock: Callable[[], float]) -> None:
        dice = Random(config.seed)  # noqa: S311  a game, not a secret
        self._config = config
        self._world = world
        self._credentials = f"Api {config.token}"
        self._latency = partial(dice.uniform, config.latency.low, config.latency.high)
        self._wording = Wording(config.errors, config.retry_hint, dice, time.time)
        self._admission = Admission(config)
        self._points = canvas(config.points)
        self._clock = clock
        self._started_at = clock()
        self._tally = Tally()
        self._routes = {PREFIX + action: Route("POST", partial(self._call, action)) for action in Action}
        self._routes |= {
            "/sandbox/truth": Route("GET", self._show_truth),
            "/sandbox/stats": Route("GET", self._show_stats),
            "/sandbox/seconds": Route("GET", self._show_seconds),
        }

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Do what the request's path says."""
        route = self._routes.get(request.path)
        if route is None:
            return self._say(self._wording.unknown_path())
        if route.method != request.method:
            return self._say(self._wording.wrong_method())
        return await route.handle(request)

    def stats(self) -> Stats:
        """Return the totals so far."""
        return self._tally.stats(self._admission.most)

    async def _call(self, action: Action, request: web.BaseRequest) -> web.StreamResponse:
        self._tally.requests += 1
        if request.headers.get("Authorization") != self._credentials:
            return self._refuse(UNAUTHENTICATED)
        journey = self._meant(await request.read())
        if isinstance(journey, Refusal):
            return self._refuse(journey)
        journey.requests += 1
        now = self._tally.arrived(self._clock() - self._started_at)
        if limit := self._admission.hit(now):
            journey.refused += 1
            return self._turned_away(limit, now)
        self._tally.admitted(now)
        with self._admission.under_way(now):
            quota = self._wording.quota(self._admission.quota(now))
            response = await self._carry_out(action, journey, request)
            response.headers.update(quota)
            return response

    def _turned_away(self, limit: Limit, now: float) -> web.Response:
        self._tally.refused(now, limit)
        response = self._refuse(self._admission.refusal(limit, now))
        response.headers.update(self._wording.quota(self._admission.quota(now)))
        return response

    def _meant(self, body: bytes) -> Journey | Refusal:
        try:
            return self._world.find(_CALLS.decode(body).uuid)
        except (ValueError, RecursionError):  # no JSON, no UTF-8, or brackets without end
            return BAD_JSON

    async def _carry_out(self, action: Action, journey: Journey, request: web.BaseRequest) -> web.StreamResponse:
        struck = strike(self._config.faults, self._config.seed, journey.uuid, journey.admitted)
        refusal = journey.act(action) if struck is None or struck.acts else None
        answer = self._wording.refusal(refusal) if refusal else success(journey, self._points)
        if struck is not None:
            journey.faults.append(struck.fault)
            self._tally.faults[struck.fault] += 1
        if self._config.latency.high:
            await asyncio.sleep(self._latency())
        return await self._spoil(answer, struck.fault, request) if struck else self._say(answer)

    async def _spoil(self, answer: Answer, fault: Fault, request: web.BaseRequest) -> web.StreamResponse:
        if fault in SPOKEN:
            return self._refuse(SPOKEN[fault])
        match fault:
            case Fault.CUT:
                return await _cut(answer, request)
            case Fault.HTML:
                return web.Response(status=502, body=PROXY_PAGE, content_type="text/html")
            case Fault.HANG:
                await asyncio.sleep(self._config.hang)
        return _reset(request)

    def _refuse(self, refusal: Refusal) -> web.Response:
        return self._say(self._wording.refusal(refusal))

    def _say(self, answer: Answer) -> web.Response:
        self._tally.answers[answer.code] += 1
        response = web.Response(status=answer.status, headers=answer.headers, body=answer.body)
        if answer.chunked:
            response.enable_chunked_encoding()
        return response

    async def _show_stats(self, _: web.BaseRequest) -> web.Response:
        return web.Response(body=encode_line(self.stats()), content_type="application/json")

    async def _show_seconds(self, _: web.BaseRequest) -> web.Response:
        lines = b"".join(map(encode_line, self._tally.seconds()))
        return web.Response(body=lines, content_type="application/x-ndjson")

    async def _show_truth(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/x-ndjson"})
        await response.prepare(request)
        journeys = iter(self._world.journeys.values())
        while lines := b"".join(map(encode_line, islice(journeys, 500))):
            await response.write(lines)
        return response


async def _cut(answer: Answer, request: web.BaseRequest) -> web.StreamResponse:
    """Promise the whole body, send the first half and close the connection."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def _reset(request: web.BaseRequest) -> web.Response:
    """Reset the connection; the response that aiohttp asks for finds nobody to go to."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        request.transport.abort()
    return web.Response()


@dataclass(frozen=True)
class Sandbox:
    """A sandbox that is being served. *world* is the truth itself, not a copy."""

    base_url: str
    world: World
    stats: Callable[[], Stats]


@asynccontextmanager
async def serving(config: Config) -> AsyncIterator[Sandbox]:
    """Serve a new world until the block ends, then drop what is under way; UsageError if a port is taken."""
    world = populate(config)
    if config.export is not None:
        export_csv(world, config.export)
    gateway = Gateway(config, world, asyncio.get_running_loop().time)
    # A handler ends with its connection: a hanging request gives its place back when its caller goes away.
    server = web.Server(gateway.answer, handler_cancellation=True, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=_PATIENCE)
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
