"""The pace where the limits are stated: rates that hold in every window, and pauses. Pure."""

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from bulk_journeys.model import Applied, Conflict, Intercepted, Refused, Reply, Throttled
from bulk_journeys.pipeline.backoff import full_jitter
from bulk_journeys.settings.options import MAX_PAUSE, Rate, fastest


class Turn(NamedTuple):
    """Leave to send one request: *at* is when, in seconds, *rate* the requests a second that were allowed then.

    *under_way* is how many requests were under way with this one.
    """

    at: float
    rate: float
    under_way: int


SLACK: Final = 0.005
"""Seconds by which a request may leave early, so that timers which fire late do not lower the rate."""


class FixedPace:
    """The user's own limits, and the server's pauses. The rates are upper bounds and never searched for."""

    def __init__(self, rates: Sequence[Rate], *, max_pause: float = MAX_PAUSE) -> None:
        self._windows = [Window(*rate) for rate in rates]
        self._pause = Pause(max_pause)
        self._under_way = 0
        self._rate = fastest(rates)
        self.spacing = 1 / self._rate
        self.free = not rates

    def delay(self, now: float, ahead: int = 0) -> float:
        delay = self._pause.delay(now)
        for window in self._windows:
            delay = max(delay, window.delay(now))
        return delay + ahead * self.spacing

    def pause(self, now: float) -> float:
        return self._pause.delay(now)

    def take(self, now: float) -> Turn:
        for window in self._windows:
            window.take(now)
        self._under_way += 1
        return Turn(now, self._rate, self._under_way)

    def learn(self, reply: Reply, turn: Turn, now: float, jitter: float) -> None:
        self._under_way -= 1
        self._pause.obey(reply, now)
        self._pause.back_off(reply, turn, now, jitter)


class Window:
    """A sliding window: it holds for every stretch of its length, wherever that begins."""

    def __init__(self, limit: int, period: float) -> None:
        self._period = period
        self._taken: deque[float] = deque(maxlen=limit)

    def delay(self, now: float) -> float:
        full = len(self._taken) == self._taken.maxlen
        return max(0.0, self._taken[0] + self._period - now) if full else 0.0

    def take(self, now: float) -> None:
        self._taken.append(now)


class Pause:
    """Nobody sends before its end: what the server hinted, or full-jitter back-off where it said nothing."""

    _BASE: Final = 0.5
    _CAP: Final = 30.0

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._until = float("-inf")
        self._strikes = 0

    def delay(self, now: float) -> float:
        return max(0.0, self._until - now)

    def obey(self, reply: Reply, now: float) -> None:
        """Do what *reply* asks for, up to the longest pause."""
        if reply.hint:
            self._until = max(self._until, now + min(reply.hint, self._longest))

    def back_off(self, reply: Reply, turn: Turn, now: float, jitter: float) -> None:
        """Wait longer for each refusal of a request that left after the last pause: one burst is one reason."""
        if isinstance(reply, Throttled | Intercepted) and not reply.hint and turn.at >= self._until:
            self._strikes += 1
            self._until = now + full_jitter(self._strikes, self._BASE, self._CAP, jitter)
        elif isinstance(reply, Applied | Conflict | Refused):
            self._strikes = 0
