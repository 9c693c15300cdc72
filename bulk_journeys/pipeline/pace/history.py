"""What was sent and what was refused, by the moment of sending, and what that says of a server's limit. Pure."""

from bisect import bisect_left, insort
from collections.abc import Sequence
from math import inf
from typing import Final

EPISODE: Final = 1.0
"""Seconds in which refusals are one event: a window of a second refuses until it turns, at any rate."""

SURPRISE: Final = 0.004
"""Share of the plan that may be under way in a search, because all of that is refused when it meets the limit."""

FEWEST: Final = 5.0
"""Requests under way in the search of a small plan."""

EARLY: Final = 0.2
"""Share of the plan until which a search that is held back may have more under way than that."""

MOST_ALLOWED: Final = 64.0
"""Requests under way that it may come to: 500 a second with the latency of a distant server."""

SLOWEST: Final = 1 / 60
"""Requests a second that are tried at least."""

COLLAPSE: Final = 0.05
"""Share of what the run got a second on the whole below which no estimate is believed."""

_KEPT: Final = 20_000


class Past:
    """The record of one run, with what the search has concluded from it.

    *surprise* is how many requests may be under way where no limit is known. *refused_at* is when the server last had
    nothing left to give, None if it always had. *opened_at* is when it last began to give again. *period* is the
    length of a long window in seconds, 0 if none has shown, and *window_rate* what it gives a second. *pause* is how
    many seconds the last refusal asked for.
    """

    def __init__(self, operations: int) -> None:
        self._operations = operations
        self.surprise = max(FEWEST, SURPRISE * operations)
        self.refused_at: float | None = None
        self.opened_at = self.began_at = self.cycle_at = -inf
        self.period = self.window_rate = 0.0
        self.pause = 0.0
        self._accepted = self._accepted_in_cycle = 0
        self._fastest = 0.0
        self._brief_closings = 0
        self._sent: list[float] = []
        self._refused: list[float] = []
        self._lost: list[float] = []

    def send(self, now: float) -> None:
        if not self._sent:
            self.began_at = self.cycle_at = now
        self._sent.append(now)
        if len(self._sent) > 2 * _KEPT:
            del self._sent[:_KEPT]
            for some in (self._refused, self._lost):
                del some[: bisect_left(some, self._sent[0])]

    def accept(self) -> None:
        self._accepted += 1
        self._accepted_in_cycle += 1

    def refuse(self, at: float, pause: float) -> None:
        insort(self._refused, at)
        self.pause = pause

    def allow_more(self) -> None:
        """Allow more under way in a search that slow answers hold back, as long as little of the plan is done.

        The time that a small plan takes counts for more than a few refusals.
        """
        if self._accepted <= EARLY * self._operations:
            self.surprise = max(self.surprise, min(1.2 * self.surprise, MOST_ALLOWED))

    def lose(self, at: float) -> None:
        insort(self._lost, at)

    def lost_since(self, at: float) -> bool:
        """Return whether a request that left after *at* was never answered."""
        return bool(self._lost) and self._lost[-1] > at

    def fills_windows(self) -> bool:
        """Return whether this cycle gave so much that it can be a window's, and no bad minute of the server's."""
        return self._accepted_in_cycle > 50

    def knows_enough(self) -> bool:
        """Return whether a few requests were accepted; before that nothing was measured."""
        return self._accepted > 5

    def close_briefly(self) -> None:
        """Note that the server was shut for a moment; one with a long window is that when it has just turned."""
        self._brief_closings += 1
        if self._brief_closings > 5:
            self.period = 0.0

    def turn_window(self, at: float) -> None:
        """Begin a new cycle with the request of *at*, the first that was accepted again."""
        self._brief_closings = 0
        self.period = min(max(self.period, at - self.cycle_at), 3600.0)
        self.window_rate = (self._accepted_in_cycle - 1) / (at - self.cycle_at)
        self.cycle_at, self._accepted_in_cycle = at, 1

    def in_known_window(self, at: float) -> bool:
        """Return whether the window of the last refusal is still the present one."""
        return bool(self.period) and self.refused_at is not None and at - self.refused_at < self.period

    @property
    def accepted_in_all(self) -> int:
        return self._accepted

    def overall_rate(self) -> float:
        """Return how many requests a second were accepted in the whole run."""
        return self._accepted / max(EPISODE, self._sent[-1] - self.began_at)

    def slowest(self) -> float:
        """Return the requests a second that are tried at least, whatever is refused."""
        if self.knows_enough():
            self._fastest = max(self._fastest, self.overall_rate())
        return max(SLOWEST, COLLAPSE * self._fastest)

    def used(self, rate: float, since: float, now: float) -> bool:
        """Return whether *rate* was asked for since then, and answered; otherwise it shows nothing."""
        number = _count(self._sent, since, now) - _count(self._lost, since, now)
        return number >= 0.8 * rate * (now - since) - 1

    def accepted(self, since: float, until: float) -> int:
        """Return how many requests that left in [since, until) were not refused, as far as is known."""
        return _count(self._sent, since, until) - _count(self._refused, since, until)

    def accepted_rate(self, until: float) -> float:
        """Return what was accepted a second since the last refusal, or in the last second if there was none.

        Between two refusals a server gives all that it can, so that this is its limit.
        """
        since = until - EPISODE if self.refused_at is None else max(self.refused_at, self._sent[0])
        return self.accepted(since, until) / max(EPISODE, until - since)

    def last_refusal(self, until: float) -> float:
        """Return when the last refused request left that left before *until*."""
        return self._refused[bisect_left(self._refused, until) - 1]


def _count(times: Sequence[float], since: float, until: float) -> int:
    return bisect_left(times, until) - bisect_left(times, since)
