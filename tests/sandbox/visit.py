"""A caller of the sandbox for its tests: plain aiohttp, so that no client of ours can agree with it by mistake."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import Journey
from bulk_journeys.sandbox.server import Sandbox, serving

GATEWAY = "/api/v3/journeygateway/"
AUTHORISED = {"Authorization": "Api sandbox"}


@dataclass(frozen=True)
class Said:
    """An answer that came whole."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)

    @property
    def names(self) -> Any:
        """The journey that a success is about."""
        return self.json["info"]["uuid"]

    @property
    def verdict(self) -> tuple[int, int]:
        return self.status, self.json["code"]


@dataclass(frozen=True)
class Line:
    """One connection, on which bytes are read as they come and whatever they are."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    def ask(self, uuid: str, action: str = "pause") -> None:
        body = msgspec.json.encode({"uuid": uuid})
        head = f"POST {GATEWAY}{action} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Api sandbox\r\n"
        self.writer.write(head.encode() + b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    async def head(self, begun: bytes = b"") -> tuple[int, dict[str, str]]:
        """Read a status and headers; *begun* is what was read of them before."""
        first, *lines = (begun + await self.reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")[:-2]
        return int(first.split()[1]), dict(line.split(": ", 1) for line in lines)

    async def answer(self, begun: bytes = b"") -> Said:
        status, headers = await self.head(begun)
        if "Content-Length" in headers:
            return Said(status, headers, await self.reader.readexactly(int(headers["Content-Length"])))
        body = b""
        while headers.get("Transfer-Encoding") == "chunked":
            size = int(await self.reader.readuntil(b"\r\n"), 16)
            body += (await self.reader.readexactly(size + 2))[:size]
            if not size:
                break
        return Said(status, headers, body)


@dataclass(frozen=True)
class Visit:
    """A sandbox and somebody who calls it."""

    sandbox: Sandbox
    session: aiohttp.ClientSession

    @property
    def journeys(self) -> list[Journey]:
        return list(self.sandbox.world.journeys.values())

    async def post(
        self, action: str, body: bytes, headers: Mapping[str, str] | None = None, method: str = "POST"
    ) -> Said:
        sent = AUTHORISED if headers is None else headers
        async with self.session.request(method, GATEWAY + action, data=body, headers=sent) as response:
            return Said(response.status, response.headers, await response.read())

    async def act(self, action: str, uuid: str) -> Said:
        return await self.post(action, msgspec.json.encode({"uuid": uuid}))

    async def get(self, path: str) -> Said:
        async with self.session.get(path) as response:
            return Said(response.status, response.headers, await response.read())

    @asynccontextmanager
    async def line(self) -> AsyncIterator[Line]:
        """Open a connection of its own until the block ends, which may take no longer than something that hangs."""
        port = int(self.sandbox.base_url.rpartition(":")[2])
        async with asyncio.timeout(20):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                yield Line(reader, writer)
            finally:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()


@asynccontextmanager
async def visiting(config: Config, clock: Callable[[], float] | None = None) -> AsyncIterator[Visit]:
    async with serving(config, clock) as sandbox, aiohttp.ClientSession(sandbox.base_url) as session:
        yield Visit(sandbox, session)
