"""Scenes over loopback: the client as a run has it, kernel and all. Waits take no time, and nobody greets.

What is held against the laws is the server's view: a request counts as written when it was read. So a server says
nothing more before all that it said could be read, or it would know of words that no client can have heard.
"""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Final, NamedTuple

from bulk_journeys.api.http import connect
from bulk_journeys.api.transport import Lifecycle, Timeouts
from bulk_journeys.model import Action, Request
from tests.fuzz.scenes import TOKEN, Scene, Step, Visit
from tests.fuzz.stage import Seen
from tests.fuzz.timeline import Closed, Event, Judged, Spoken, Written
from tests.fuzz.wholeness import Ending

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)
_TIMEOUTS: Final = Timeouts(0.4, 0.1)
_TURNS: Final = 4
"""Turns of the loop in which what was written to a socket reaches whoever reads the other end."""


class Played(NamedTuple):
    """A scene by its number, and what became of its requests."""

    number: int
    scene: Scene
    seen: Sequence[Seen]


class Peer(asyncio.Protocol):
    """One connection, as its server sees it."""

    def __init__(self, server: "Server") -> None:
        self.timeline: list[Event] = []
        self.requests = 0
        self.transport: asyncio.Transport
        self._server, self._read = server, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._server.peers.append(self)

    def data_received(self, data: bytes) -> None:
        self._read += data
        _, blank, body = self._read.partition(b"\r\n\r\n")
        if blank and body.endswith(b"}"):
            self._read = b""
            self.timeline.append(Written(*self._server.visit.asked))
            self.requests += 1
            self._server.heard(self)

    def speak(self, step: bytes | Ending) -> None:
        if self.transport.is_closing():
            return
        self.timeline.append(Closed(step) if isinstance(step, Ending) else Spoken(step))
        if not isinstance(step, Ending):
            self.transport.write(step)
        elif step is Ending.CLOSED:
            self.transport.close()
        else:
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self.transport.abort()


class Server:
    """A listener on loopback and the one client that talks to it."""

    def __init__(self) -> None:
        self.visit: Visit
        self.peers: list[Peer] = []
        self.client: Lifecycle
        self._written: list[tuple[Sequence[Event], int]] = []
        self._speaking: set[asyncio.Task[None]] = set()

    async def play(self, scene: Scene) -> list[Seen]:
        """Return what became of each request of *scene*."""
        seen = [await self._play(visit) for visit in scene]
        for peer in self.peers:
            peer.transport.abort()
        self.peers.clear()
        await _turns()
        return seen

    async def _play(self, visit: Visit) -> Seen:
        self.visit, self._written = visit, []
        reply, error = None, ""
        try:
            reply = await self.client.perform(Request(Action(visit.asked.action), visit.asked.uuid))
        except Exception as escaped:  # noqa: BLE001  that nothing escapes is the law
            error = f"{type(escaped).__name__} escaped"
        for peer in self.peers:
            peer.timeline.append(Judged())
        await asyncio.gather(*self._speaking)
        if self.peers:
            await _speak(self.peers[-1], visit.late)
        await _turns()
        return Seen(visit.asked, reply, error, self._written)

    def heard(self, peer: Peer) -> None:
        """Begin to answer the request that was just read from *peer*."""
        self._written.append((peer.timeline, peer.requests - 1))
        task = asyncio.ensure_future(_speak(peer, self.visit.steps))
        self._speaking.add(task)
        task.add_done_callback(self._speaking.discard)


@asynccontextmanager
async def serving(*, fast: bool) -> AsyncIterator[Server]:
    """Run a server and its client."""
    server = Server()
    listener = await asyncio.get_running_loop().create_server(lambda: Peer(server), "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    async with connect(f"http://127.0.0.1:{port}", TOKEN, _TIMEOUTS, fast=fast) as server.client:
        try:
            yield server
        finally:
            listener.close()
            await listener.wait_closed()


async def play_on_sockets(scenes: Iterable[tuple[int, Scene]], at_once: int = 50, *, fast: bool = True) -> list[Played]:
    """Return what became of numbered *scenes*, of which so many are played *at_once*, by which transport."""
    waiting = iter(scenes)
    played: list[Played] = []

    async def play() -> None:
        async with serving(fast=fast) as server:
            for index, scene in waiting:
                played.append(Played(index, scene, await server.play(scene)))

    await asyncio.gather(*(play() for _ in range(at_once)))
    return sorted(played, key=lambda one: one.number)


async def _speak(peer: Peer, steps: Iterable[Step]) -> None:
    for step in steps:
        if not isinstance(step, float):
            peer.speak(step)
        await asyncio.sleep(0)


async def _turns() -> None:
    for _ in range(_TURNS):
        await asyncio.sleep(0)
