"""A server with a hidden limit, on the loop's clock. It keeps when each request left and what became of it."""

import asyncio
import heapq
from array import array
from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from math import ceil, inf, isinf
from random import Random
from typing import Final, NamedTuple

from bulk_journeys.model import Applied, Lost, Reply, Request, Throttled, Unsent
from bulk_journeys.model import FailureCode as Code
from tests.simulation.limits import Change, Limiting, RateLimit

APPLIED: Final = Applied("STATUS_PAUSED", "Welcome")
LOST: Final = Lost(Code.INTERNAL, "internal error", 500)
UNSENT: Final = Unsent(Code.UNREACHABLE, "connection refused")
ABSURD: Final = 60.0
"""Seconds that an absurd hint asks for, however soon a request would be taken."""

AnswerTo = asyncio.Future[Reply]


class Hint(StrEnum):
    """How a refusal by rate says when to come again."""

    NONE = "none"
    SECONDS = "seconds"
    EXACT = "exact"
    DATE = "date"
    ABSURD = "absurd"


class Spread(NamedTuple):
    """A time in seconds, evenly spread between the two."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2


ONE_WAY: Final = Spread(0.01, 0.03)
LATENCY: Final = Spread(0.05, 0.2)
NOWHERE: Final = Spread(0.0, 0.0)
"""How long a request travels to a server on this machine."""


@dataclass(frozen=True)
class Terms:
    """What a server allows, and how it is to talk to.

    *places* is how many requests may be inside at once, None for any number; one too many is refused at once, with
    *crowded_status*. *away* is from when to when nobody is there. *faults* is the share of requests whose answer is
    lost. *one_way* is how long a request or an answer travels, *latency* how long a request is inside. *phase* is
    when the first fixed window turns; None draws it from the seed.
    """

    limit: RateLimit | None = None
    changes: tuple[Change, ...] = ()
    places: int | None = None
    crowded_status: int = 503
    hint: Hint = Hint.NONE
    away: tuple[float, float] = (inf, inf)
    faults: float = 0.0
    one_way: Spread = ONE_WAY
    latency: Spread = LATENCY
    phase: float | None = None

    def __str__(self) -> str:
        return f"{self.places} at once, {self.crowded_status}" if self.limit is None else str(self.limit)

    @property
    def rate(self) -> float:
        """Requests a second that are allowed at first, inf if nothing limits them.

        Of *places*, what as many lanes carry, their way there and back included: whoever has more under way, so that
        no place is empty meanwhile, is refused time and again.
        """
        if self.limit is not None:
            return self.limit.rate
        return inf if self.places is None else self.places / (self.latency.mean + 2 * self.one_way.mean)


class Asked(NamedTuple):
    """A pause of *seconds* that was asked for, heard *at*."""

    at: float
    seconds: float


class SimulatedServer:
    """A Lifecycle. *sent* are the times of all requests in order, *refused* has a 1 for each that was refused.

    The loop's clock starts at 0, so times are seconds since the start of the run.
    """

    def __init__(self, terms: Terms, seed: int) -> None:
        self._terms = terms
        self._dice = Random(seed)
        drawn = self._dice.random() * (terms.limit.seconds if terms.limit else 1.0)
        self._phase = drawn if terms.phase is None else terms.phase
        self._limiter = terms.limit.limiter(self._phase) if terms.limit else None
        self._changes = deque(terms.changes)
        self._leaving: list[float] = []
        self.sent = array("d")
        self.refused = bytearray()
        self.pauses: list[Asked] = []
        self.most_inside = 0

    async def perform(self, request: Request) -> Reply:
        loop = asyncio.get_running_loop()
        number, now = len(self.sent), loop.time()
        reply: AnswerTo = loop.create_future()
        self.sent.append(now)
        self.refused.append(0)
        loop.call_at(now + self._drawn(self._terms.one_way), self._arrive, number, reply)
        return await reply

    def _drawn(self, spread: Spread) -> float:
        return spread.low + (spread.high - spread.low) * self._dice.random()

    def _arrive(self, number: int, reply: AnswerTo) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        answer, inside = self._judge(now)
        heard = now + inside + self._drawn(self._terms.one_way)
        if isinstance(answer, Throttled):
            self.refused[number] = 1
            if answer.http_status == 429 and self._terms.hint is not Hint.NONE:
                answer = self._hinted(answer, now, heard)
        loop.call_at(heard, _hand_over, reply, answer)

    def _judge(self, now: float) -> tuple[Reply, float]:
        """Return the answer to a request that arrives *now*, and how many seconds that is inside."""
        since, until = self._terms.away
        if since <= now < until:
            return UNSENT, 0.0
        if self._is_full(now):
            return Throttled(Code.RESOURCE_EXHAUSTED, "concurrent requests limit", self._terms.crowded_status), 0.0
        limiter = self._present(now)
        if limiter is not None:
            if limiter.wait(now):
                return Throttled(Code.RESOURCE_EXHAUSTED, "rate limit exceeded", 429), 0.0
            limiter.take(now)
        return self._take_in(now)

    def _is_full(self, now: float) -> bool:
        while self._leaving and self._leaving[0] <= now:
            heapq.heappop(self._leaving)
        return self._terms.places is not None and len(self._leaving) >= self._terms.places

    def _take_in(self, now: float) -> tuple[Reply, float]:
        inside = self._drawn(self._terms.latency)
        heapq.heappush(self._leaving, now + inside)
        self.most_inside = max(self.most_inside, len(self._leaving))
        lost = self._terms.faults and self._dice.random() < self._terms.faults
        return (LOST if lost else APPLIED), inside

    def _present(self, now: float) -> Limiting | None:
        while self._changes and self._changes[0].at <= now:
            at, factor = self._changes.popleft()
            assert self._terms.limit is not None
            changed = self._terms.limit.scaled(factor)
            self._limiter = None if isinf(factor) else changed.limiter(self._phase, self._limiter, at)
        return self._limiter

    def _hinted(self, answer: Throttled, now: float, heard: float) -> Throttled:
        if self._limiter is None:
            return answer  # it was the number inside, and nobody knows when one leaves
        seconds = self._hint(self._limiter.wait(now), now, heard)
        self.pauses.append(Asked(heard, seconds))
        return Throttled(answer.code, answer.message, answer.http_status, seconds)

    def _hint(self, wait: float, now: float, heard: float) -> float:
        """Return what is asked for in seconds; those until a date are counted from when it is heard."""
        match self._terms.hint:
            case Hint.SECONDS:
                return float(ceil(wait))
            case Hint.DATE:
                return max(0.0, ceil(now + wait + self._phase) - (heard + self._phase))
            case Hint.ABSURD:
                return ABSURD
        return wait


def _hand_over(reply: AnswerTo, answer: Reply) -> None:
    if not reply.done():  # the run may have been given up
        reply.set_result(answer)
