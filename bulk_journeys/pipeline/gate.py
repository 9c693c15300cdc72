"""Waits for the pace and the breaker: one turn a request, in order, through pauses that grow meanwhile.

A turn is near before it is taken, so that the intent to send is on disk at the moment it comes.
"""

import asyncio
from math import inf
from typing import Final

import anyio
from aiolimiter import AsyncLimiter

from bulk_journeys.pipeline.breaker import Breaker
from bulk_journeys.pipeline.pace.fixed_pace import SLACK, Turn
from bulk_journeys.pipeline.pace.pace import Pace

LEAD: Final = 0.02
"""Seconds before its turn at which a request is announced: longer than a sync usually takes."""


class Turns:
    """Two queues before the pace, in each of which one asks, so that a pause's end lets them out singly."""

    def __init__(self, pace: Pace, breaker: Breaker | None = None) -> None:
        self._pace = pace
        self._breaker = breaker or Breaker()
        self._approaching, self._starting = anyio.Lock(), anyio.Lock()
        self._waiting = anyio.CancelScope()
        self._near = 0
        self._closed = False
        self._reply, self._gone = anyio.Event(), anyio.Event()
        # The bucket holds one request and what leaks in SLACK; room for a second's worth would double it.
        room = 1 + SLACK / pace.spacing if pace.spacing else 0
        self._limiter = AsyncLimiter(room, room * pace.spacing) if room else None

    def approach_at_once(self, now: float) -> bool:
        """Come near to a turn, past nobody; False if one has to wait for it. *now* is the loop's time."""
        if self._closed or self._limiter or self._approaching.locked() or self._delay(now, self._near):
            return False
        self._near += 1
        return True

    def _delay(self, now: float, ahead: int = 0) -> float:
        delay = self._pace.delay(now, ahead)
        return max(delay, self._breaker.delay(now, ahead)) if self._breaker.open else delay

    async def approach(self) -> bool:
        """Wait until a turn is near; False if none will come."""
        async with self._approaching:
            with anyio.CancelScope() as self._waiting:
                if not self._closed:
                    await self._come_near()
                    self._near += 1
                    return True
        return False

    async def _come_near(self) -> None:
        await self._hold(LEAD)
        if self._limiter:
            await self._limiter.acquire()
            await self._hold(LEAD)  # a pause may have come meanwhile

    async def _hold(self, lead: float) -> None:
        """Ask, sleep, ask again: the answer may have grown in the meantime."""
        now = asyncio.get_running_loop().time
        while (delay := self._delay(now(), self._near)) > lead:
            if delay == inf:
                self._reply = anyio.Event()
                await self._reply.wait()
            else:
                self._gone = anyio.Event()
                with anyio.move_on_after(delay - lead):
                    await self._gone.wait()

    async def take(self) -> Turn | None:
        """Use the turn that was near; None if it has gone away, for a pause or for ever."""
        now = asyncio.get_running_loop().time
        try:
            async with self._starting:
                while not self._closed and (delay := self._delay(now())) <= LEAD:
                    if delay <= 0:
                        return self._use(now())
                    await anyio.sleep(delay)
        finally:
            self._near -= 1
        self.freed()  # whoever waits behind a turn that has gone away asks anew
        return None

    def _use(self, now: float) -> Turn:
        if self._breaker.open:
            self._breaker.take(now)
        return self._pace.take(now)

    def replied(self) -> None:
        """Have whoever waits for news ask again."""
        self._reply.set()

    def freed(self) -> None:
        """Have whoever waits for a reply or for a time ask again."""
        self._reply.set()
        self._gone.set()

    def close(self) -> None:
        """Give out no more turns; whoever waits for one is told so."""
        self._closed = True
        self._waiting.cancel()
