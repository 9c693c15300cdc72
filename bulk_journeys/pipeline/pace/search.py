"""The phases of the search for a server's limit. Pure.

* `Search` doubles the rate until the first refusal;
* `Shut` then sends single probes until one is accepted: what the server gave meanwhile, and how long it took to give
  again, say what its limit is;
* `Cruise` stays there, and from time to time tries a little more, which a refusal ends or a higher limit rewards.
"""

from collections.abc import Iterator
from math import ceil, inf, sqrt
from typing import Final, Protocol

from bulk_journeys.pipeline.pace.fixed_pace import Turn
from bulk_journeys.pipeline.pace.history import EPISODE, FEWEST, SLOWEST, Past

FIRST_RATE: Final = 20.0
"""Requests a second to begin with: a server that refuses so many says so after few."""

DOUBLING: Final = 0.5
"""Seconds between two doublings of the search: by then the answers to most of the last requests are back."""

CAREFUL: Final = 2
"""Requests under way after a server was shut; each that is accepted allows one more."""

TEST: Final = 1.1
"""Seconds a rate is held before it counts as allowed: a window of a second, and a delay."""

TRIES: Final = 1000.0
"""Seconds, in the square-root rule of how often it is worth to try more; see `Cruise`."""

COST_OF_WINDOW: Final = 25.0
"""Requests that are refused each time a long window is used up: those under way, and the probes until it turns."""

COST_OF_DOUBT: Final = 10.0
"""Requests that a try is held to cost where an earlier run has found the limit: it is likely to be there still."""

ENOUGH: Final = 5
"""Requests accepted within a burst of refusals from which a rate can be told."""

BOLD: Final = 0.25
"""Step of a search whose estimate is rough."""

LATEST: Final = 64
"""Answers that the share of refusals is smoothed over."""

FUTILE: Final = 4
"""Times that the rate is lowered in a row before its refusals are held to be no matter of the rate."""

MOST_NOISE: Final = 0.2
"""Share of refusals that may be no matter of the rate; of more it always is."""

WINDOW: Final = 10.0
"""Seconds for which a server is shut that only a long window explains: a bucket gives again at once."""

ROUND_TIMES: Final = (10.0, 30.0, 60.0)
"""Seconds after which windows turn: people choose round numbers."""


class Phase(Protocol):
    """What the search is doing: *rate* requests a second, *most* under way, none before *ready*."""

    rate: float
    ready: float

    @property
    def most(self) -> float: ...

    @property
    def proved(self) -> float:
        """The rate that was held, which the present one may exceed."""
        ...

    def elapse(self, now: float, max_rate: float) -> "Phase":
        """Return the phase that time makes of this one, if nothing is refused."""
        ...

    def accepted(self, turn: Turn, now: float) -> "Phase":
        """Return the phase that an accepted request makes of this one."""
        ...

    def refused(self, turn: Turn, now: float) -> "Phase":
        """Return the phase that a refused request makes of this one."""
        ...


class Search:
    """Doubles the rate, with few requests under way, until the server refuses or *limit* is reached."""

    ready = -inf

    def __init__(self, past: Past, rate: float, since: float = -inf, limit: float = inf) -> None:
        self.rate = rate
        self._past = past
        self._since = since
        self._limit = limit

    @property
    def most(self) -> float:
        return self._past.surprise

    @property
    def proved(self) -> float:
        return self.rate / 2

    def elapse(self, now: float, max_rate: float) -> Phase:
        since = max(self._since, self._past.began_at)
        if now - since < DOUBLING:
            return self
        limit = min(self._limit, max_rate)
        rate = 2 * self.rate
        if not self._past.used(self.rate, since, now):
            rate = self.rate
            self._past.allow_more()
        return Search(self._past, rate, now, limit) if rate < limit else Cruise(self._past, limit, now)

    def accepted(self, turn: Turn, now: float) -> Phase:
        return self

    def refused(self, turn: Turn, now: float) -> Phase:
        return Shut(self._past, self, turn, now)


class Cruise:
    """Stays at the limit, tries a little more when that is worth a refusal, and falls back to what was given.

    A try costs a refusal, and what it may win grows with the rate and with the time for which it holds. So the best
    time between two tries grows with the square root of the cost, and falls with that of the rate: the formula is
    that of an order's best size (F. W. Harris, "How many parts to make at once", 1913). While nothing is refused,
    each try is twice as bold as the one before, so that a limit that has risen is found soon.

    *step* is how much more is tried next, as a share of the rate; *known* says that the rate is an earlier run's.
    """

    ready = -inf

    def __init__(self, past: Past, rate: float, since: float = -inf, *, step: float = 0.0, known: bool = False) -> None:
        self._past = past
        self._known = known
        self._clean = 0.0  # the fastest rate that was held without a refusal, 0 if that is unknown
        self._allowed = inf if past.refused_at is None else CAREFUL
        self._share = self._noise = 0.0  # of refusals among the latest answers, and among those at any rate
        self._futile = -1
        self._settle(rate, since, step)
        self._fall = max(step, 0.01)

    def _settle(self, rate: float, now: float, step: float) -> None:
        self.rate = self._settled = max(rate, self._past.slowest())
        self._step = max(step, self._smallest_step())
        self._since = self._fresh_from = now
        self._accepted = self._refused = 0

    def resume(self, now: float) -> "Cruise":
        """Go on as before, but carefully."""
        self._allowed = CAREFUL
        self._futile = -1
        self._settle(self.rate, now, self._step)
        return self

    @property
    def most(self) -> float:
        """One more for each that is accepted; a quarter of a second's worth where the rate has grown far beyond."""
        return self._allowed if self.rate <= 2 * self._settled else min(self._allowed, FEWEST + self._settled / 4)

    @property
    def proved(self) -> float:
        return self._clean or self.rate

    def _smallest_step(self) -> float:
        return max(1 / sqrt(TRIES * self.rate), 0.0125 if self._past.pause else 0.0)

    def _cost(self) -> float:
        """Return how many requests a refusal costs: itself, and those that could leave while nothing is accepted."""
        if self._past.period:
            return 1 + COST_OF_WINDOW
        doubt = COST_OF_DOUBT if self._known and self._past.refused_at is None else 0.0
        return 1 + doubt + self._past.pause * self.rate

    def elapse(self, now: float, max_rate: float) -> Phase:
        since = max(self._since, self._past.began_at)
        earned = (1.5 + 0.5 * self._cost()) / (self._step * self.rate)
        if now - since < max(TEST, earned):
            return self
        self._since = now
        if self._past.used(self.rate, since, now):
            if not self._noise or self._share < 1.2 * self._noise + 0.02:
                self._try_more(max_rate)
        else:
            self._settled *= 1.05  # slow answers: more have to be under way
        return self

    def _try_more(self, max_rate: float) -> None:
        if not self._refused:
            self._noise, self._futile = 0.0, -1
        self._clean = self.rate
        self._fall = self._step
        self.rate = min(self.rate * (1 + self._step), max_rate)
        if not self._past.pause or self._step >= BOLD:  # a pause costs too much for boldness
            self._step = min(2 * self._step, 1.0)

    def accepted(self, turn: Turn, now: float) -> Phase:
        self._accepted += 1
        self._allowed += 1
        self._share -= self._share / LATEST
        return self

    def refused(self, turn: Turn, now: float) -> Phase:
        self._share += (1 - self._share) / LATEST
        if turn.at < self._fresh_from:
            return self  # it left before the rate was lowered: one burst is one reason
        self._refused += 1
        if self._noise and self._share < 2 * self._noise + 0.05:
            return self
        if self._nothing_is_given() and not self._past.pause:
            return Shut(self._past, self, turn, now)
        if self._past.refused_at is None or turn.at >= self._past.refused_at + EPISODE:
            self._lower(turn, now)
        return self

    def _nothing_is_given(self) -> bool:
        return self._refused >= max(3, 0.05 * self.rate) and self._refused > self._accepted

    def _lower(self, turn: Turn, now: float) -> None:
        """Fall back, unless that has helped nothing: some servers refuse a share of requests at any rate."""
        self._futile = self._futile + 1 if turn.rate <= 1.001 * self._settled else 0
        self._noise = self._share if self._futile >= FUTILE and self._share < MOST_NOISE else 0.0
        if not self._noise:
            self._fall_back(turn, now)
        self._past.refused_at = turn.at

    def _fall_back(self, turn: Turn, now: float) -> None:
        """Return to what was given since the last refusal, or to the fastest rate that was not refused."""
        given = self._past.accepted_rate(turn.at)
        if turn.rate <= 1.001 * self._clean:
            self._clean = 0.0
        a_little = turn.rate * (1 - self._smallest_step() / 2)
        if self._past.pause:  # which the server spent idle, so that what was given shows too little
            rate = max(given, turn.rate / 2, turn.rate / (1 + self._fall))
            self._fall *= 2
            self._settle(rate, now, self._fall / 8)
        elif self._past.in_known_window(turn.at):
            self._settle(a_little, now, 0.0)
        else:
            rate = max(min(a_little, max(given, self._clean)), turn.rate / 2)  # so that one odd second does no harm
            self._settle(rate, now, min(BOLD, (turn.rate / rate - 1) / 4))


class Shut:
    """Sends nothing but one probe at a time, with growing pauses, until the server accepts again."""

    most = 1.0

    def __init__(self, past: Past, before: "Search | Cruise", turn: Turn, now: float) -> None:
        self._past, self._before = past, before
        self._turn = turn
        self._gap = 0.25
        self._told = past.pause > 0
        self.rate = before.rate
        self.stopped_at = self.ready = now

    @property
    def proved(self) -> float:
        return self._before.proved

    def elapse(self, now: float, max_rate: float) -> Phase:
        return self

    def refused(self, turn: Turn, now: float) -> Phase:
        if turn.at > self.stopped_at:
            self._gap = min(2 * self._gap, 30.0)
            self.ready = min((now + self._gap, *self._round_times(now)))
        return self

    def _round_times(self, now: float) -> Iterator[float]:
        """Yield when windows may turn that began with the run, or with the present cycle."""
        for began in (self._past.began_at, self._past.cycle_at):
            for period in ROUND_TIMES:
                turning = began + period * ceil((now - began) / period) + 0.1
                if turning > now + 1.0:
                    yield turning

    def accepted(self, turn: Turn, now: float) -> Phase:
        """Conclude from the first probe that is accepted what was met."""
        if turn.at <= self.stopped_at:
            return self
        opened_before, self._past.opened_at = self._past.opened_at, turn.at
        if turn.at - self._turn.at > WINDOW and not self._told and self._is_window():
            return self._after_window(turn, now)
        self._past.close_briefly()
        if self._past.period:
            return Cruise(self._past, self._past.window_rate, now)
        return self._after_burst(turn, opened_before, now)

    def _is_window(self) -> bool:
        """Return whether a long silence was the limit's; an outage is silent as well, but loses the probes."""
        return self._past.fills_windows() and not self._past.lost_since(self._turn.at)

    def _after_window(self, probe: Turn, now: float) -> Phase:
        """Return to what a whole window gave. It gives again as it was filled, a sliding one slowly at first."""
        self._past.turn_window(probe.at)
        self._past.refused_at = self._turn.at
        limit = self._past.window_rate
        if limit <= FIRST_RATE:
            return Cruise(self._past, limit, now)
        return Search(self._past, FIRST_RATE, now, limit)

    def _after_burst(self, probe: Turn, opened_before: float, now: float) -> Phase:
        """Return to what was given between the first and the last refusal of the burst, or else before it."""
        past, at = self._past, self._turn.at
        again = past.refused_at is not None and at - EPISODE < past.refused_at
        first = past.refused_at if past.refused_at is not None and again else at
        last = past.last_refusal(self.stopped_at)
        number = past.accepted(first, last)
        if number >= ENOUGH:
            past.refused_at = last
            return Cruise(past, number / (last - first), now, step=min(BOLD, 1 / number))
        if again and first > opened_before and isinstance(self._before, Cruise):
            return self._before.resume(now)  # it has fallen back at this very refusal
        if not past.knows_enough():
            return Search(past, max(SLOWEST, min(FIRST_RATE, self._turn.rate / 2)), now)
        given = max(past.accepted_rate(at), 0.0 if self._told else 1 / (probe.at - at))
        past.refused_at = at
        return Cruise(past, min(given, 0.95 * self._turn.rate), now, step=BOLD)
