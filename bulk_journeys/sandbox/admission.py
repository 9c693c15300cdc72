"""Which requests are taken, by rate and by number at a time. The excess is refused at once, never queued."""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from math import inf

from .answers import CROWDED, Code, Refusal
from .config import Config
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
