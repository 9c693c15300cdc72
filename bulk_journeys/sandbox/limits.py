"""Rate limits, and the ways in which servers keep them. A refused request costs nothing in any of them.

*now* is in seconds, on any clock that does not run backwards.
"""

import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import floor, inf, nextafter
from typing import Final, NamedTuple, Protocol

from bulk_journeys.errors import UsageError

SECONDS: Final[Mapping[str, float]] = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
NUMBER: Final = r"\d{1,9}(?:\.\d{1,9})?"
_RATE: Final = re.compile(rf"(\d{{1,9}})/({NUMBER})?(s|min|h)", re.ASCII)
_MOMENT: Final = re.compile(rf"({NUMBER})(ms|s|min|h)", re.ASCII)


class LimiterKind(StrEnum):
    """What a rate means: a token bucket that is filled at it, or so many in any period, or in each period."""

    BUCKET = "bucket"
    SLIDING = "sliding"
    FIXED = "fixed"


@dataclass(frozen=True)
class Rate:
    """*count* requests in *period* seconds; what exactly that means is the limiter's to say."""

    count: int
    period: float

    def __post_init__(self) -> None:
        if not (self.count > 0 and 0 < self.period < inf):
            raise UsageError(f"rate {self.count}/{self.period:g}s lets nothing through; give numbers above 0")

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.count / self.period

    def capacity(self, burst: float | None) -> float:
        """Return how many requests *burst* seconds hold, or the period if it is None."""
        if burst is None:
            return self.count
        return round(self.per_second * burst, 9)  # 0.29 s of 100/s are 29, and not a rounding less


class RateChange(NamedTuple):
    """The rate from *after* seconds after the first request on."""

    after: float
    rate: Rate


def parse_rate(text: str) -> Rate:
    """Read ``20/s``, ``600/min`` or ``5/10s``."""
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"rate {text!r} is not a count per time; write it like '20/s', '600/min' or '5/10s'")
    count, length, unit = match.groups()
    return Rate(int(count), float(length or 1) * SECONDS[unit])


def parse_rates(texts: Iterable[str]) -> tuple[Rate | None, tuple[RateChange, ...]]:
    """Read the rate at first, None if none is given, and those that take its place: ``25/s@30s``."""
    parted = [text.partition("@") for text in texts]
    first = [parse_rate(rate) for rate, later, _ in parted if not later]
    if len(first) > 1:
        raise UsageError(f"there are {len(first)} rates at first; say when another begins, as in '25/s@30s'")
    changes = [RateChange(_parse_moment(after), parse_rate(rate)) for rate, later, after in parted if later]
    return next(iter(first), None), tuple(sorted(changes, key=lambda change: change.after))


def _parse_moment(text: str) -> float:
    seconds = parse_seconds(text)
    if seconds is None:
        raise UsageError(f"{text!r} is no time at which a rate begins; write it like '25/s@30s' or '25/s@2min'")
    return seconds


def parse_seconds(text: str) -> float | None:
    """Read ``30s`` or ``2min``; None is no time."""
    match = _MOMENT.fullmatch(text.strip())
    return float(match[1]) * SECONDS[match[2]] if match else None


class Quota(NamedTuple):
    """*left* of *size* requests in *window* seconds; *more_in* seconds from now there are more, 0 if none are gone."""

    size: int
    window: float
    left: int
    more_in: float


class Limiter(Protocol):
    """Ask `wait`, and `take` once it is 0."""

    def wait(self, now: float) -> float:
        """Return the seconds until a request would be taken, 0.0 if now. Asking changes nothing."""
        ...

    def take(self, now: float) -> None:
        """Count a request that is taken at *now*."""
        ...


class Bucket:
    """A token bucket: *rate* tokens per second come in, at most *capacity* are held, a request takes one.

    A capacity below 1 is taken as 1. It was last empty at *empty_at*; for ever ago means that it starts full.
    """

    def __init__(self, rate: float, capacity: float, empty_at: float = -inf) -> None:
        self._rate, self._capacity = rate, max(1.0, capacity)
        self._tokens, self._at = 0.0, empty_at

    def wait(self, now: float) -> float:
        """Return the seconds until there is a whole token."""
        return _until(self._at + (1 - self._tokens) / self._rate, now)

    def take(self, now: float) -> None:
        """Take a token out."""
        self._tokens, self._at = self._level(now) - 1, now

    def quota(self, now: float) -> Quota:
        """Return the whole tokens of a whole bucket."""
        level, size = self._level(now), floor(self._capacity)
        left = max(0, floor(level + 1e-9))  # a token that has just become whole may be a rounding short of it
        more_in = (left + 1 - level) / self._rate if left < size else 0.0
        return Quota(size, self._capacity / self._rate, left, more_in)

    def _level(self, now: float) -> float:
        return min(self._capacity, self._tokens + (now - self._at) * self._rate)


class _Window(ABC):
    """*taken* are the times of the requests that may still count, the oldest first."""

    def __init__(self, count: int, period: float, taken: Iterable[float] = ()) -> None:
        self._count, self._period = count, period
        self.taken: Final = deque(taken)

    def wait(self, now: float) -> float:
        """Return the seconds until fewer than *count* requests still count."""
        if len(self.taken) < self._count:
            return 0.0
        return _until(self._end(self.taken[-self._count]), now)

    def take(self, now: float) -> None:
        """Count a request until its window ends."""
        self._forget(now)
        self.taken.append(now)

    def quota(self, now: float) -> Quota:
        """Return what *count* requests leave over."""
        self._forget(now)
        first_end = _until(self._end(self.taken[0]), now) if self.taken else 0.0
        left = max(0, self._count - len(self.taken))
        return Quota(self._count, self._period, left, self.wait(now) or first_end)

    def _forget(self, now: float) -> None:
        while self.taken and self._end(self.taken[0]) <= now:
            self.taken.popleft()

    @abstractmethod
    def _end(self, taken_at: float) -> float:
        """Return when a request ceases to count."""
        ...


class SlidingWindow(_Window):
    """At most *count* requests in any *period* seconds, wherever these begin."""

    def _end(self, taken_at: float) -> float:
        return taken_at + self._period


class FixedWindow(_Window):
    """At most *count* requests in each window from *phase* + k *period* until just before the next one."""

    def __init__(self, count: int, period: float, phase: float = 0.0, taken: Iterable[float] = ()) -> None:
        super().__init__(count, period, taken)
        self._phase = phase

    def _end(self, taken_at: float) -> float:
        border = floor((taken_at - self._phase) / self._period)  # or one beside it, as a quotient is rounded
        while self._phase + border * self._period <= taken_at:
            border += 1
        return self._phase + border * self._period


def _until(then: float, now: float) -> float:
    """Return the seconds from *now*, rounded so that *now* plus them never falls short of *then*."""
    if then <= now:
        return 0.0
    return then - now if now + (then - now) >= then else nextafter(then - now, inf)
