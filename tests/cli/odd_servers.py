"""Servers on loopback whose answers are written by hand, with the truth about their journeys beside them."""

import asyncio
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import msgspec
from anyio.from_thread import BlockingPortal

from bulk_journeys.sandbox.admission import Stats
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import Action, Journey, World
from bulk_journeys.sandbox.population import populate
from bulk_journeys.sandbox.server import Sandbox
from tests.cli.stage import Stage

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Visit(NamedTuple):
    """One request, as its bytes came, and the way back to the caller."""

    raw: bytes
    writer: asyncio.StreamWriter
    world: World

    @property
    def journey(self) -> Journey:
        """The journey that the request is about."""
        found = self.world.find(msgspec.json.decode(self.raw.partition(b"\r\n\r\n")[2])["uuid"])
        assert isinstance(found, Journey)
        return found

    async def say(self, *parts: bytes) -> None:
        """Write *parts* as they are."""
        for part in parts:
            self.writer.write(part)
            await self.writer.drain()


Script = Callable[[Visit], Awaitable[None]]
"""What a server does about a request that it has read."""


@dataclass
class OddServer:
    """A server under way. *requests* are those that were read; *answered* counts whole honest answers by uuid.

    The first *unwelcome* connections are reset before anything is read. A connection that brings no request for
    *idle* seconds is closed; None: never.
    """

    script: Script
    world: World = field(default_factory=lambda: populate(Config(0)))
    unwelcome: int = 0
    idle: Callable[[], float] | None = None
    base_url: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    def stage(self, portal: BlockingPortal) -> Stage:
        """Return what the laws are held against."""
        return Stage(Sandbox(self.base_url, self.world, _no_stats), portal)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request after the other, and do about each what the script says."""
        self.connections += 1
        if self.connections <= self.unwelcome:
            reset(writer)
        while not writer.is_closing():
            async with asyncio.timeout(self.idle() if self.idle else None):
                raw = await whole_request(reader)
            self.requests.append(raw)
            visit = Visit(raw, writer, self.world)
            if raw.startswith(b"POST"):
                visit.journey.requests += 1
            await self.script(visit)


def _no_stats() -> Stats:
    raise NotImplementedError("a server that is written by hand counts for itself")


@asynccontextmanager
async def serving(server: OddServer, tls: ssl.SSLContext | None = None) -> AsyncIterator[OddServer]:
    """Serve until the block ends, then drop what is under way."""
    tasks = set[asyncio.Task[None]]()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await server.converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the caller went away, was idle for too long, or the server ends
        finally:
            writer.close()
            tasks.discard(task)

    listener = await asyncio.start_server(converse, "127.0.0.1", ssl=tls)
    server.base_url = f"http{'s' if tls else ''}://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listener.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        await listener.wait_closed()


async def whole_request(reader: asyncio.StreamReader) -> bytes:
    """Read a request to its end; one without a length has no body."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)


# Answers


def http(body: bytes, status: str = "200 OK", headers: str = "Content-Type: application/json\r\n") -> bytes:
    """Return a whole answer."""
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def whole(uuid: str, status: str = "STATUS_PAUSED") -> bytes:
    """Return the answer that shows the journey *uuid* in *status*."""
    return http(msgspec.json.encode({"info": {"uuid": uuid, "title": "Welcome", "status": status}, "points": []}))


def page(status: str) -> bytes:
    """Return a page for people."""
    return http(b"<html><h1>Sign in to the guests' network</h1></html>", status, "Content-Type: text/html\r\n")


def error(code: int, status: str, message: str) -> bytes:
    """Return an error of the gateway."""
    return http(msgspec.json.encode({"code": code, "message": message, "details": []}), status)


CONFLICT: Final = error(9, "400 Bad Request", "journey is not running")
REVOKED: Final = error(16, "401 Unauthorized", "invalid api token")


async def honest(visit: Visit) -> None:
    """Pause the journey, or say that it is not running."""
    refusal = visit.journey.act(Action.PAUSE)
    await visit.say(CONFLICT if refusal else whole(visit.journey.uuid))


def saying(*parts: bytes, then: Callable[[asyncio.StreamWriter], None] | None = None) -> Script:
    """Say *parts* whatever was asked, then do *then* to the connection, or keep it for the next request."""

    async def script(visit: Visit) -> None:
        await visit.say(*parts)
        if then:
            then(visit.writer)

    return script


def endless(first: bytes, more: bytes, pause: float = 0.0) -> Script:
    """Say *first*, then *more* every *pause* seconds until the caller has had enough."""

    async def script(visit: Visit) -> None:
        await visit.say(first)
        while True:
            await asyncio.sleep(pause)
            await visit.say(more)

    return script


async def hang(_: Visit) -> None:
    """Say nothing, and keep the connection."""
    await asyncio.Event().wait()


def close(writer: asyncio.StreamWriter) -> None:
    writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    writer.transport.abort()


def at_first(odd: Script, *, acts: Callable[[Journey], bool]) -> Script:
    """Meet each journey's first request with *odd*, of which no caller can tell what *acts* says, then be honest."""

    async def script(visit: Visit) -> None:
        journey = visit.journey
        if journey.requests > 1:
            await honest(visit)
            return
        journey.faults.append("odd")
        if acts(journey):
            journey.act(Action.PAUSE)
        await odd(visit)

    return script
