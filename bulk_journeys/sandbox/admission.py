"""Which requests are taken, by rate and by number at a time, and the counts of what came in.

The excess is refused at once, never queued. Nothing is decided from the counts.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from math import inf
from typing import Final

from msgspec import Struct

from .answers import CROWDED, Code, Refusal
from .config import Config
from .faults import Fault
from .limits import Bucket, FixedWindow, LimiterKind, Quota, Rate, SlidingWindow

Limiting = Bucket | SlidingWindow | FixedWindow


class Limit(StrEnum):
    """What a request can be too much for."""

    RATE = "rate"
    CONCURRENCY = "concurrency"


class Admission:
    """Ask for the `hit` first; without one, be `under_way` with the request. *now* counts from the first request.

    *most* is the highest number that were under way at a time.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._limiter = _limiter(config, config.rate) if config.rate else None
        self._changes = deque(config.rate_changes)
        self._under_way = self.most = 0

    def hit(self, now: float) -> Limit | None:
        """Return which limit a request would meet, None if it can be taken."""
        if self._config.concurrency is not None and self._under_way >= self._config.concurrency:
            return Limit.CONCURRENCY
        limiter = self._present(now)
        return Limit.RATE if limiter and limiter.wait(now) else None

    def refusal(self, limit: Limit, now: float) -> Refusal:
        """Return how a request is refused that has met *limit*."""
        if limit is Limit.CONCURRENCY:
            return CROWDED._replace(unusual_status=self._config.crowded_status)
        limiter, wait = self._present(now), self._config.hint_seconds
        if wait is None and limiter is not None:
            wait = limiter.wait(now)
        return Refusal(Code.RESOURCE_EXHAUSTED, "rate limit exceeded", wait)

    def quota(self, now: float) -> Quota | None:
        """Return what the rate leaves over, None if there is no rate."""
        limiter, asked = self._present(now), self._config.hint_seconds
        quota = limiter.quota(now) if limiter else None
        return quota._replace(more_in=asked) if quota and asked is not None else quota

    @contextmanager
    def under_way(self, now: float) -> Iterator[None]:
        """Take a request, which is under way until the block ends."""
        if limiter := self._present(now):
            limiter.take(now)
        self._under_way += 1
        self.most = max(self.most, self._under_way)
        try:
            yield
        finally:
            self._under_way -= 1

    def _present(self, now: float) -> Limiting | None:
        while self._changes and self._changes[0].after <= now:
            after, rate = self._changes.popleft()
            self._limiter = _limiter(self._config, rate, self._limiter, after)
        return self._limiter


def _limiter(config: Config, rate: Rate, former: Limiting | None = None, since: float = -inf) -> Limiting:
    """Return what takes the place of *former*: a bucket is empty then, a window keeps counting what was taken."""
    taken = former.taken if isinstance(former, SlidingWindow | FixedWindow) else ()
    match config.limiter:
        case LimiterKind.BUCKET:
            return Bucket(rate.per_second, rate.capacity(config.burst), since)
        case LimiterKind.SLIDING:
            return SlidingWindow(rate.count, rate.period, taken)
        case LimiterKind.FIXED:
            return FixedWindow(rate.count, rate.period, taken=taken)


REMEMBERED: Final = 3600
"""How many seconds, from the first request on, are remembered one by one."""


class Second(Struct):
    """One second in which the limits saw a request, counted from 0 at the first: a line of ``/sandbox/seconds``."""

    second: int
    admitted: int = 0
    refused: int = 0


class Stats(Struct):
    """Totals since the start, as ``/sandbox/stats`` shows them.

    *requests* are the calls of the five actions, good or bad; *faults* counts by kind; *answers* by gRPC code
    (0 is success), without those that a fault kept from the caller; *most_at_once* is the highest number
    of admitted requests at a time. *admitted* got past the limits; *refused* counts by limit; *outage* is how many
    an outage swallowed. *first_at*, when the first request came that the limits saw or an outage swallowed, and
    *last_admitted_at* are in seconds since the start, None before.
    """

    requests: int
    faults: dict[str, int]
    answers: dict[int, int]
    most_at_once: int
    admitted: int
    refused: dict[str, int]
    outage: int
    first_at: float | None
    last_admitted_at: float | None


class Tally:
    """*now* is in seconds since the first request that the limits saw, and that came *first_at*."""

    def __init__(self) -> None:
        self.requests = 0
        self.faults: Final[Counter[str]] = Counter()
        self.answers: Final[Counter[int]] = Counter()
        self._first_at: float | None = None
        self._last_admitted: float | None = None
        self._admitted = 0
        self._refused: Counter[str] = Counter()
        self._outage = 0
        self._seconds: dict[int, Second] = {}

    def arrived(self, at: float) -> float:
        """Note that the limits see a request, *at* seconds after the start; return the seconds since their first."""
        if self._first_at is None:
            self._first_at = at
        return at - self._first_at

    def since_first(self, at: float) -> float:
        """Return the seconds from their first request to *at*; 0 if a request then would be the first."""
        return 0.0 if self._first_at is None else at - self._first_at

    def swallowed(self, at: float) -> None:
        """Count a request that an outage swallowed, *at* seconds after the start; it may be the first."""
        self.arrived(at)
        self._outage += 1

    def walled(self, at: float) -> None:
        """Count a request that met a firewall of the whole service, *at* seconds after the start."""
        self.arrived(at)
        self.faults[Fault.FIREWALL] += 1

    def admitted(self, now: float) -> None:
        """Count a request that got past the limits."""
        self._admitted += 1
        self._last_admitted = now
        self._second(now).admitted += 1

    def refused(self, now: float, limit: Limit) -> None:
        """Count a request that *limit* turned away."""
        self._refused[limit] += 1
        self._second(now).refused += 1

    def seconds(self) -> Iterable[Second]:
        """Return the seconds of the first hour in which the limits saw a request."""
        return self._seconds.values()

    def stats(self, most_at_once: int) -> Stats:
        """Return the totals so far."""
        last = None if self._first_at is None or self._last_admitted is None else self._first_at + self._last_admitted
        counts = self.requests, dict(self.faults), dict(self.answers), most_at_once
        return Stats(*counts, self._admitted, dict(self._refused), self._outage, self._first_at, last)

    def _second(self, now: float) -> Second:
        number = int(now)
        seen = self._seconds.get(number) or Second(number)
        return self._seconds.setdefault(number, seen) if number < REMEMBERED else seen
