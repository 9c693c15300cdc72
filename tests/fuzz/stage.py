"""A client and the wires it speaks on, in memory and on virtual time: aiohttp's pool and parser, and no socket.

A wire does what asyncio's transport for a socket does where a client can tell: what is spoken arrives in a turn of
the loop, what is spoken while reading is paused waits, and the end is heard a turn after it came.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, Final, NamedTuple, Self

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from bulk_journeys.api.exchange import HttpLifecycle
from bulk_journeys.api.transport import Origin, Timeouts
from bulk_journeys.model import Action, Reply, Request
from tests.fuzz.scenes import TOKEN, Asked, Scene, Step, Visit
from tests.fuzz.timeline import Closed, Event, Judged, Spoken, Written
from tests.fuzz.wholeness import Ending

CONNECTING: Final = 1.0
"""Seconds that it takes to connect."""

_FOR_EVER: Final = 1e9
"""Seconds that a connection is kept: None, which says so, is refused by some versions of aiohttp 3.14."""

CONNECTIONS_AT_MOST: Final = 50
"""Connections that one request may open, more than there is time for; a client that opens more runs in a circle."""


class RunningInACircle(Exception):
    """The client connects again and again."""


class Seen(NamedTuple):
    """What became of one request. *written* are the wires it was written on, and which of their requests it was."""

    asked: Asked
    reply: Reply | None
    error: str
    written: Sequence[tuple[Sequence[Event], int]]


class Wire(asyncio.Transport):
    """One connection. *timeline* is what happened on it, in the client's view."""

    def __init__(self, protocol: ResponseHandler, stage: "Stage") -> None:
        super().__init__()
        self.timeline: list[Event] = []
        self.requests = 0
        self._protocol: asyncio.Protocol = protocol
        self._stage = stage
        self._held: deque[bytes | Ending] = deque()
        self._closing = self._paused = False
        protocol.connection_made(self)

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        assert isinstance(protocol, asyncio.Protocol)
        self._protocol = protocol

    def get_protocol(self) -> asyncio.Protocol:
        return self._protocol

    def write(self, data: Any) -> None:
        self.timeline.append(Written(*self._stage.asked))
        self.requests += 1
        self._stage.heard(self)

    def speak(self, step: bytes | Ending) -> None:
        if self._closing:
            return
        self.timeline.append(Closed(step) if isinstance(step, Ending) else Spoken(step))
        if self._paused or self._held:
            self._held.append(step)
        else:
            self._deliver(step)

    def _deliver(self, step: bytes | Ending) -> None:
        if not isinstance(step, Ending):
            self._protocol.data_received(step)
        elif step is Ending.CLOSED:
            self._protocol.eof_received()
            self.close()
        else:
            self._lose(ConnectionResetError(104, "Connection reset by peer"))

    def _lose(self, error: Exception | None) -> None:
        if not self._closing:
            self._closing = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, error)

    def close(self) -> None:
        self._lose(None)

    def abort(self) -> None:
        self._lose(None)

    def is_closing(self) -> bool:
        return self._closing

    def pause_reading(self) -> None:
        self._paused = True

    def resume_reading(self) -> None:
        self._paused = False
        while self._held and not (self._paused or self._closing):
            self._deliver(self._held.popleft())

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


class Wires(aiohttp.BaseConnector):
    """aiohttp's pool over wires. Nothing expires by the real clock, or a seed would not repeat what was seen."""

    def __init__(self, stage: "Stage") -> None:
        super().__init__(limit=0, keepalive_timeout=_FOR_EVER)
        self._stage = stage

    async def _create_connection(self, req: Any, traces: Any, timeout: Any) -> ResponseHandler:  # noqa: ASYNC109
        await asyncio.sleep(CONNECTING)
        protocol: ResponseHandler = self._factory()
        self._stage.connected(Wire(protocol, self._stage))
        return protocol


class Stage:
    """Plays scenes to one client, one after the other, each on connections of its own."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._pool = Wires(self)
        self._client = HttpLifecycle(self._pool, Origin(URL("http://api.test"), TOKEN, None), Timeouts(10.0, 30.0))
        self._complaints: list[str] = []
        self._loop.set_exception_handler(lambda _, context: self._complaints.append(str(context["message"])))
        self._wires: list[Wire] = []
        self._written: list[tuple[Sequence[Event], int]] = []
        self._pending: dict[int, asyncio.Handle] = {}
        self._threads = count()
        self._connections = 0
        self._visit: Visit

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    @property
    def asked(self) -> Asked:
        return self._visit.asked

    async def play(self, scene: Scene) -> list[Seen]:
        """Return what became of each request of *scene*, when nothing of it is under way any more."""
        seen = [await self._play(visit) for visit in scene]
        for handle in self._pending.values():
            handle.cancel()
        self._pending.clear()
        for wire in self._wires:
            wire.abort()
        self._wires.clear()
        await asyncio.sleep(0)
        if self._complaints:
            seen[-1] = seen[-1]._replace(error=self._complaints[0])
            self._complaints.clear()
        return seen

    async def _play(self, visit: Visit) -> Seen:
        self._visit, self._written, self._connections, error = visit, [], 0, ""
        reply = None
        try:
            reply = await self._client.perform(Request(Action(visit.asked.action), visit.asked.uuid))
        except Exception as escaped:  # noqa: BLE001  that nothing escapes is the law
            error = f"{type(escaped).__name__} escaped"
        for wire in self._wires:
            wire.timeline.append(Judged())
        for step in visit.late if self._wires else ():
            await asyncio.sleep(step if isinstance(step, float) else 0)
            if not isinstance(step, float):
                self._wires[-1].speak(step)
        await asyncio.sleep(0)
        return Seen(visit.asked, reply, error, self._written)

    def connected(self, wire: Wire) -> None:
        """Note a new connection; its server may speak first."""
        self._connections += 1
        if self._connections > CONNECTIONS_AT_MOST:
            raise RunningInACircle
        self._wires.append(wire)
        if self._visit.greeting:
            wire.speak(self._visit.greeting)

    def heard(self, wire: Wire) -> None:
        """Begin to answer the request that was just written on *wire*."""
        self._written.append((wire.timeline, wire.requests - 1))
        self._go_on(wire, iter(self._visit.steps), next(self._threads))

    def _go_on(self, wire: Wire, steps: Iterator[Step], thread: int) -> None:
        """Have the next step done in another turn of the loop, and those behind it later."""
        self._pending.pop(thread, None)
        step = next(steps, None)
        if isinstance(step, float):
            self._pending[thread] = self._loop.call_later(step, self._go_on, wire, steps, thread)
        elif step is not None:
            self._pending[thread] = self._loop.call_soon(self._do, wire, steps, thread, step)

    def _do(self, wire: Wire, steps: Iterator[Step], thread: int, step: bytes | Ending) -> None:
        wire.speak(step)
        self._go_on(wire, steps, thread)
