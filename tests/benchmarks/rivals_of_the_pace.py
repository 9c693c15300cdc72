"""What others do about a limit that nobody tells: their ways as paces for the real runner, from their descriptions.

A rival knows neither the limit nor its kind, but for the fixed rates, which are set by somebody who knows it.
"""

from collections.abc import Callable, Mapping
from functools import partial
from math import floor, inf
from typing import Final

from bulk_journeys.api.transport import Lifecycle
from bulk_journeys.model import Deferred, Reply, Request, Throttled
from bulk_journeys.pipeline.pace.fixed_pace import SLACK, FixedPace, Pause, Turn
from bulk_journeys.pipeline.retry import RetryPolicy
from bulk_journeys.settings.options import Rate
from tests.simulation.run import Client
from tests.simulation.server import Terms

CONNECTIONS: Final = 10
"""botocore's `max_pool_connections`, and what people take for a semaphore."""

WAITS: Final = "refused, and the row waits"
"""Our code of a reply that makes its row back off alone."""


class AdditiveIncrease:
    """One request a second more each second, and a tenth less for each episode of refusals.

    D. Chiu and R. Jain, "Analysis of the increase and decrease algorithms for congestion avoidance in computer
    networks", 1989. Like our pace it counts only refusals of requests that left after the last decrease.
    """

    spacing = 0.0
    free = False

    def __init__(self) -> None:
        self._rate = 10.0
        self._raised_at = self._lowered_at = 0.0
        self._next = -inf
        self._pause = Pause(60.0)

    def delay(self, now: float, ahead: int = 0) -> float:
        return max(max(0.0, self._next - SLACK - now) + ahead / self._rate, self._pause.delay(now))

    def pause(self, now: float) -> float:
        return self._pause.delay(now)

    def take(self, now: float) -> Turn:
        self._rate += now - self._raised_at
        self._raised_at = now
        self._next = max(self._next, now - SLACK) + 1 / self._rate
        return Turn(now, self._rate, 0)

    def learn(self, reply: Reply, turn: Turn, now: float, jitter: float) -> None:
        self._pause.obey(reply, now)
        if isinstance(reply, Throttled) and turn.at >= self._lowered_at:
            self._rate, self._lowered_at = max(0.5, 0.9 * self._rate), now


class CubicPace:
    """botocore's adaptive retry mode: a token bucket on the client's side whose rate follows CUBIC.

    `botocore/retries/throttling.py`, `adaptive.py` and `bucket.py`: nothing holds back before the first refusal;
    then every refusal takes the measured rate times 0.7, every success lets the cubic curve raise it, up to twice
    the measured rate. Hints are not looked at.
    """

    BETA: Final = 0.7
    SCALE: Final = 0.4
    LEAST_RATE: Final = 0.5

    spacing = 0.0
    free = False

    def __init__(self) -> None:
        self._measure = MeasuredRate()
        self._enabled = False
        self._rate = self._tokens = 0.0
        self._filled_at = self._failed_at = 0.0
        self._highest = 0.0

    def delay(self, now: float, ahead: int = 0) -> float:
        return max(0.0, (1 + ahead - self._level(now)) / self._rate) if self._enabled else 0.0

    def pause(self, now: float) -> float:
        return 0.0

    def _level(self, now: float) -> float:
        return min(max(1.0, self._rate), self._tokens + (now - self._filled_at) * self._rate)

    def take(self, now: float) -> Turn:
        if self._enabled:
            self._tokens, self._filled_at = self._level(now) - 1, now
        return Turn(now, self._rate, 0)

    def learn(self, reply: Reply, turn: Turn, now: float, jitter: float) -> None:
        measured = self._measure.record(now)
        if isinstance(reply, Deferred) and reply.message == WAITS:
            rate = self._failed(min(measured, self._rate) if self._enabled else measured, now)
        else:
            zero = (self._highest * (1 - self.BETA) / self.SCALE) ** (1 / 3)
            rate = self.SCALE * (now - self._failed_at - zero) ** 3 + self._highest
        self._tokens, self._filled_at = self._level(now), now
        self._rate = max(min(rate, 2 * measured), self.LEAST_RATE)

    def _failed(self, rate: float, now: float) -> float:
        self._enabled, self._highest, self._failed_at = True, rate, now
        return self.BETA * rate


class MeasuredRate:
    """Replies a second, in steps of half a second, smoothed: botocore's `RateClocker`."""

    SMOOTHING: Final = 0.8
    STEP: Final = 0.5

    def __init__(self) -> None:
        self._rate = self._count = self._since = 0.0

    def record(self, now: float) -> float:
        self._count += 1
        step = floor(now / self.STEP) * self.STEP
        if step > self._since:
            rate = self._count / (step - self._since)
            self._rate = rate * self.SMOOTHING + self._rate * (1 - self.SMOOTHING)
            self._count, self._since = 0.0, step
        return self._rate


class EachRowAlone:
    """Has a refused row wait by itself, as the runner does with a failed one, while the pool goes on. No hints."""

    def __init__(self, lifecycle: Lifecycle) -> None:
        self._lifecycle = lifecycle

    async def perform(self, request: Request) -> Reply:
        reply = await self._lifecycle.perform(request)
        return Deferred(reply.code, WAITS, reply.http_status) if isinstance(reply, Throttled) else reply


def fixed(share: float, terms: Terms) -> Client:
    """Return a rate that somebody set to *share* of the limit; what is refused is put back, after a pause."""
    return Client(FixedPace([Rate(round(20 * share * terms.rate), 20.0)]))


def additive_increase(terms: Terms) -> Client:
    return Client(AdditiveIncrease())


def semaphore(terms: Terms) -> Client:
    """Return what most scripts do: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015, in ten tasks."""
    patient = RetryPolicy(tries=1_000_000, base=0.5, cap=20.0)
    return Client(FixedPace(()), CONNECTIONS, patient, EachRowAlone)


def botocore(terms: Terms) -> Client:
    """Return the adaptive mode, and the back-off of the standard mode that is part of it."""
    patient = RetryPolicy(tries=1_000_000, base=1.0, cap=20.0)
    return Client(CubicPace(), CONNECTIONS, patient, EachRowAlone)


RIVALS: Final[Mapping[str, Callable[[Terms], Client]]] = {
    "the limit known, sent at half of it": partial(fixed, 0.5),
    "the limit known, sent at 0.95 of it": partial(fixed, 0.95),
    "configured twice too high": partial(fixed, 2.0),
    "10 at once, each row backs off alone": semaphore,
    "additive increase, x 0.9 on refusal": additive_increase,
    "botocore's adaptive mode, 10 at once": botocore,
}
