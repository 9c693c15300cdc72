"""How many requests may be under way: a limit of them is found, and an overloaded server is eased. Pure.

A limit on requests at once looks like one on their rate: rate times latency are under way. But who is refused by it
is refused when unusually many are, and who is refused by a rate is not.
"""

from math import inf, sqrt
from typing import Final

from bulk_journeys.model import FailureCode, Intercepted, Lost, Reply, Throttled
from bulk_journeys.pipeline.pace.fixed_pace import Turn

USUAL: Final = 0.7
"""Standard deviations above the mean that a refusal may have under way without speaking for a limit."""

PROVED: Final = 4.0
"""Sum of what refusals have beyond that which proves a limit: the cumulative sum test (E. S. Page, 1954)."""

FEWEST: Final = 3
"""Requests under way below which a refusal proves nothing: two are there by chance, however low the rate."""

ONE_EVENT: Final = 1.0
"""Seconds in which refusals prove no more than one does."""

TRY_AGAIN: Final = 300
"""Answers at the limit that was found after which one more is tried, then two more, and so on while that is allowed."""

SMOOTHING: Final = 1 / 50
"""Weight of the latest request in the mean of how many are under way."""

OVERLOADED: Final = 0.3
"""Share of the last answers, smoothed over some 16 of them, that say so; a few failures say nothing."""

SLOW: Final = 3.0
"""Times the usual latency that shows a queue inside the server."""

EASE: Final = 0.7
"""What an overloaded server is left with of the requests that were under way."""

_SIGNS: Final = frozenset({FailureCode.TIMEOUT, FailureCode.UNAVAILABLE, FailureCode.DEADLINE_EXCEEDED})
_SIGNS_OF_PROXIES: Final = frozenset({502, 503, 504})
"""Codes of answers that a server gives, or does not give, when it has too much to do."""


class Lanes:
    """Counts the requests under way. *found* is the limit on them, None if none has shown."""

    def __init__(self, known: int | None = None) -> None:
        self.under_way = 0
        self.found = known
        self._usual = _Usual()
        self._proof = 0.0
        self._disproved = False
        self._fewest_refused = 0
        self._refused_at = -inf
        self._proved = known or 0
        self._accepted_at_limit = 0
        self._more = 1
        self._strain = _Strain()

    @property
    def most(self) -> float:
        """How many may be under way at once."""
        return min(self._strain.most, inf if self.found is None else self.found)

    def take(self) -> int:
        """Count one more, and return how many there are with it."""
        self.under_way += 1
        self._usual.add(self.under_way)
        return self.under_way

    def answered(self, reply: Reply, turn: Turn, now: float) -> None:
        """Take note of an answer that is no refusal."""
        self.under_way -= 1
        self._strain.add(isinstance(reply, Lost) and _is_sign(reply), turn, now)
        if self.found is not None and turn.under_way >= self.found:
            self._accepted_at_limit += 1
            if self._accepted_at_limit >= TRY_AGAIN:
                self.found += self._more
                self._more *= 2
                self._accepted_at_limit = 0

    def refused(self, reply: Throttled | Intercepted, turn: Turn) -> bool:
        """Take note of a refusal, and return whether the number under way was its reason."""
        self.under_way -= 1
        if turn.under_way < 2:
            return False  # it was alone, so there cannot have been one too many
        if self.found is None or turn.under_way < self.found:
            return self._may_prove(reply, turn) and self._prove(turn)
        self.found = max(1, min(self.found, turn.under_way - 1))
        self._accepted_at_limit, self._more = 0, 1
        if self.found < self._proved / 2:  # what falls on and on is no limit of this kind
            self.found, self._disproved = None, True
        return self.found is not None

    def _may_prove(self, reply: Throttled | Intercepted, turn: Turn) -> bool:
        """503 is what the vendor's own library says of too many at once; with 429 there has to be more to it."""
        if self._disproved:
            return False
        if reply.http_status == 503:
            return True
        return turn.at >= self._refused_at + ONE_EVENT and turn.under_way >= FEWEST and not self._usual.unknown

    def _prove(self, turn: Turn) -> bool:
        self._fewest_refused = min(self._fewest_refused, turn.under_way) if self._proof else turn.under_way
        self._refused_at = turn.at
        self._proof = max(0.0, self._proof + self._usual.excess(turn.under_way) - USUAL)
        if self._proof < PROVED:
            return False
        self._proof = 0.0
        self.found = self._proved = max(1, self._fewest_refused - 1)
        return True


class _Usual:
    """How many are under way usually: a moving mean and variance."""

    def __init__(self) -> None:
        self._number = 0
        self._mean = self._variance = 0.0

    @property
    def unknown(self) -> bool:
        return self._number < 2 / SMOOTHING

    def add(self, number: int) -> None:
        self._number += 1
        difference = number - self._mean
        self._mean += SMOOTHING * difference
        self._variance += SMOOTHING * (difference * difference - self._variance)

    def excess(self, number: int) -> float:
        """Return by how many standard deviations *number* is above the mean; a small one says too little."""
        return (number - self._mean) / max(0.7, sqrt(self._variance))


class _Strain:
    """Lowers how many may be under way while answers say that it is too much, and lets it grow again.

    Down by a factor once a burst, up by one a round of answers, as TCP does (V. Jacobson, "Congestion avoidance and
    control", 1988). A refusal says nothing here: it costs a server next to nothing.
    """

    def __init__(self) -> None:
        self.most = inf
        self._failing = 0.0
        self._latency = self._usual_latency = 0.0
        self._answers = 0
        self._peak = 0
        self._lowered_at = -inf

    def add(self, failed: bool, turn: Turn, now: float) -> None:
        self._answers += 1
        self._peak = max(self._peak, turn.under_way)
        self._failing += (failed - self._failing) / 16
        self._notice(now - turn.at)
        slow = self._latency > SLOW * self._usual_latency + 0.1
        if turn.at >= self._lowered_at and (self._failing > OVERLOADED or slow):
            self.most = max(1.0, EASE * turn.under_way)
            self._lowered_at, self._failing, self._latency = now, 0.0, self._usual_latency
        elif not failed and self.most < inf:
            self.most += 1 / self.most
            if self.most > 2 * self._peak:
                self.most = inf

    def _notice(self, latency: float) -> None:
        """Smooth *latency* in seconds; what is usual is learnt from the first answers, and changes slowly."""
        self._usual_latency += (latency - self._usual_latency) / min(self._answers, 1000)
        self._latency += (latency - self._latency) / min(self._answers, 16)


def _is_sign(reply: Lost) -> bool:
    is_proxys = reply.code is FailureCode.HTTP_STATUS and reply.http_status in _SIGNS_OF_PROXIES
    return is_proxys or reply.code in _SIGNS
