"""The hidden limits of a simulated server: what they are, how they change, and how long a plan takes at least."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import inf
from typing import Final, NamedTuple

from bulk_journeys.sandbox.limits import Bucket, FixedWindow, SlidingWindow

Limiting = Bucket | SlidingWindow | FixedWindow


class Kind(StrEnum):
    """What a rate means."""

    BUCKET = "bucket"
    SLIDING = "sliding"
    FIXED = "fixed"


LIMITERS: Final = (
    (Kind.BUCKET, 0.2),
    (Kind.BUCKET, 1.0),
    (Kind.BUCKET, 10.0),
    (Kind.SLIDING, 1.0),
    (Kind.SLIDING, 60.0),
    (Kind.FIXED, 1.0),
    (Kind.FIXED, 60.0),
)
"""What a limit may be: the kind, and the seconds that a bucket holds or a window counts."""


@dataclass(frozen=True)
class RateLimit:
    """*rate* requests a second; a bucket holds *seconds* of it, a window counts that long."""

    kind: Kind
    rate: float
    seconds: float

    def __str__(self) -> str:
        return f"{self.rate:g}/s {self.kind} {self.seconds:g} s"

    def scaled(self, factor: float) -> "RateLimit":
        """Return the same limit at *factor* times the rate."""
        return RateLimit(self.kind, factor * self.rate, self.seconds)

    def limiter(self, phase: float, former: Limiting | None = None, now: float = 0.0) -> Limiting:
        """Return what takes the place of *former* at *now*; a fixed window turns at *phase* + k *seconds*.

        A bucket then holds at most what it held, and a window keeps counting what was taken.
        """
        count = max(1, round(self.rate * self.seconds))
        taken = former.taken if isinstance(former, SlidingWindow | FixedWindow) else ()
        match self.kind:
            case Kind.SLIDING:
                return SlidingWindow(count, self.seconds, taken)
            case Kind.FIXED:
                return FixedWindow(count, self.seconds, phase, taken)
        held = former._level(now) if isinstance(former, Bucket) else inf
        return Bucket(self.rate, self.rate * self.seconds, now - held / self.rate)


class Change(NamedTuple):
    """From *at* on, in seconds since the start, the rate is *factor* times the first; inf is no limit at all."""

    at: float
    factor: float


def least_seconds(rate: float, changes: tuple[Change, ...], operations: int) -> float:
    """Return how long a limit without a first credit needs for *operations*."""
    left = float(operations)
    steps = [Change(0.0, 1.0), *changes, Change(inf, 1.0)]
    for (since, factor), (until, _) in pairwise(steps):
        if left <= rate * factor * (until - since):
            return since + left / (rate * factor)
        left -= rate * factor * (until - since)
    raise AssertionError("the last step has no end")
