"""How fast requests may start: in no window above the user's rates, in no pause of the server. Pure."""

import re
from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from bulk_journeys.errors import UsageError
from bulk_journeys.model import Applied, Conflict, Failure, Refused, Reply, Throttled

SLACK: Final = 0.005
"""Seconds by which a request may leave early, so that timers which fire late do not lower the rate."""

_RATE: Final = re.compile(r"(?P<count>[1-9]\d{0,5})\s*/\s*(?P<times>[1-9]\d{0,5})?\s*(?P<unit>[smh])")
_UNIT_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Rate(NamedTuple):
    """At most *limit* requests in any *period* seconds."""

    limit: int
    period: float


def parse_rates(text: str) -> tuple[Rate, ...]:
    """Read `10/s`, `1/2s` or `3/s,60/m`; `off` has no windows. Raises UsageError."""
    if text.strip() == "off":
        return ()
    return tuple(_parse_rate(part.strip()) for part in text.split(","))


def _parse_rate(text: str) -> Rate:
    found = _RATE.fullmatch(text)
    if not found:
        raise UsageError(f"--rate: {text!r} is not a rate; write '10/s', '1/2s', '3/s,60/m' or 'off'")
    return Rate(int(found["count"]), int(found["times"] or 1) * _UNIT_SECONDS[found["unit"]])


class Pace(Protocol):
    """What holds requests back: ask how long, take a turn, learn from the reply."""

    @property
    def spacing(self) -> float:
        """Seconds between two turns, or 0 where they need no spacing from outside."""
        ...

    def delay(self, now: float) -> float:
        """Return how many seconds the next turn is away; asking changes nothing."""
        ...

    def take(self, now: float) -> None:
        """Use a turn."""
        ...

    def learn(self, reply: Reply, sent_at: float, now: float, dice: float) -> None:
        """Take note of the *reply* to a request of *sent_at*; *dice* is in [0, 1)."""
        ...


class FixedPace:
    """The user's own limits, and the server's pauses. The rates are upper bounds and never searched for."""

    def __init__(self, rates: Sequence[Rate], *, max_pause: float = 300.0) -> None:
        self._windows = [_Window(rate) for rate in rates]
        self._pause = _Pause(max_pause)
        narrowest = min(rates, key=lambda rate: rate.period, default=None)
        self.spacing = narrowest.period / narrowest.limit if narrowest else 0.0

    def delay(self, now: float) -> float:
        delay = max(0.0, self._pause.delay(now))
        for window in self._windows:
            delay = max(delay, window.delay(now))
        return delay

    def take(self, now: float) -> None:
        for window in self._windows:
            window.take(now)

    def learn(self, reply: Reply, sent_at: float, now: float, dice: float) -> None:
        self._pause.learn(reply, sent_at, now, dice)


class _Window:
    """A sliding window: it holds for every stretch of its length, wherever that begins."""

    def __init__(self, rate: Rate) -> None:
        self._period = rate.period
        self._taken: deque[float] = deque(maxlen=rate.limit)

    def delay(self, now: float) -> float:
        full = len(self._taken) == self._taken.maxlen
        return self._taken[0] + self._period - now if full else 0.0

    def take(self, now: float) -> None:
        self._taken.append(now)


class _Pause:
    """Nobody sends before its end: what the server hinted, or full-jitter back-off where it said nothing.

    Only a fresh refusal counts, of a request sent after the last pause: one burst is one reason.
    """

    _BASE: Final = 0.25
    _CAP: Final = 30.0

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._until = float("-inf")
        self._strikes = 0

    def delay(self, now: float) -> float:
        return self._until - now

    def learn(self, reply: Reply, sent_at: float, now: float, dice: float) -> None:
        if isinstance(reply, Failure) and reply.hint:
            self._extend(now + min(reply.hint, self._longest))
        elif isinstance(reply, Throttled):
            if sent_at >= self._until:
                self._strikes = min(self._strikes + 1, 60)  # a float ends at 1,023
                self._extend(now + dice * min(self._CAP, self._BASE * 2.0**self._strikes))
        elif isinstance(reply, Applied | Conflict | Refused):
            self._strikes = 0

    def _extend(self, until: float) -> None:
        self._until = max(self._until, until)
