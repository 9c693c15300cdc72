"""A caller of the sandbox for its tests: plain aiohttp, so that no client of ours can agree with it by mistake."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import msgspec

from bulk_journeys.sandbox import Config, Journey, Sandbox, serving

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
    def verdict(self) -> tuple[int, int]:
        return self.status, self.json["code"]


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
async def visiting(config: Config, clock: Callable[[], float] | None = None) -> AsyncIterator[Visit]:
    async with serving(config, clock) as sandbox, aiohttp.ClientSession(sandbox.base_url) as session:
        yield Visit(sandbox, session)
