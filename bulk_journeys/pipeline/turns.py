"""Waits for the pace: one turn a request, in order, through pauses that grow meanwhile."""

import asyncio

import anyio
from aiolimiter import AsyncLimiter

from bulk_journeys.pipeline.pace import SLACK, Pace


class Turns:
    """A queue before the pace: one asks at a time, so that a pause's end lets them out singly."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._door = anyio.Lock()
        self._waiting: anyio.CancelScope | None = None
        self._closed = False
        # The bucket holds one request and what leaks in SLACK; room for a second's worth would double it.
        room = 1 + SLACK / pace.spacing if pace.spacing else 0
        self._limiter = AsyncLimiter(room, room * pace.spacing) if room else None

    def take_free(self, now: float) -> bool:
        """Use a turn that can be had at once, past nobody; False if one has to wait. *now* is the loop's time."""
        if self._closed or self._limiter or self._door.locked() or self._pace.delay(now):
            return False
        self._pace.take(now)
        return True

    async def take(self) -> bool:
        """Wait for a turn and use it; False if none will come."""
        async with self._door:
            with anyio.CancelScope() as self._waiting:
                if not self._closed:
                    await self._wait()
                    self._pace.take(asyncio.get_running_loop().time())
                    return True
        return False

    def close(self) -> None:
        """Give out no more turns; whoever waits for one is told so."""
        self._closed = True
        if self._waiting:
            self._waiting.cancel()

    async def _wait(self) -> None:
        await self._hold()
        if self._limiter:
            await self._limiter.acquire()
            await self._hold()  # a pause may have come meanwhile

    async def _hold(self) -> None:
        """Ask, sleep, ask again: the answer may have grown in the meantime."""
        now = asyncio.get_running_loop().time
        while (delay := self._pace.delay(now())) > 0:  # noqa: ASYNC110  a pure pace has no event to wait for
            await anyio.sleep(delay)
