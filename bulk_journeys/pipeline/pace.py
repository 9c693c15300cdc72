"""As fast as the server allows, without being told how fast that is: a search while working. Pure.

Nobody publishes the limit, and it may be a bucket that fills again, a window that slides or one that turns, of a
second or of a minute. They have one thing in common: a server that refuses has nothing left to give, so that between
two refusals it gave all it could. **What was accepted between two refusals, divided by the time between them, is the
limit.** Who never sees a refusal is too slow, and who sees many wastes calls; so a few refusals have to tell much:

* `Search` doubles the rate until the first refusal;
* `Shut` then sends single probes until one is accepted: what the server gave meanwhile, and how long it took to give
  again, say what its limit is;
* `Cruise` stays there, and from time to time tries a little more, which a refusal ends or a higher limit rewards.

The figures that this reaches, kind by kind of limit, are printed by `make bench-pace`.
"""

from collections.abc import Iterator, Sequence
from math import ceil, inf, sqrt
from typing import Final, NamedTuple, Protocol

from bulk_journeys.model import Applied, Conflict, Deferred, Quota, Refused, Reply, Throttled, Turn
from bulk_journeys.pipeline.lanes import Lanes
from bulk_journeys.pipeline.past import EPISODE, FEWEST, Past
from bulk_journeys.pipeline.rates import SLACK, Pause, Rate, Window

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

FUTILE: Final = 4
"""Times that the rate is lowered in a row before its refusals are held to be no matter of the rate."""

WINDOW: Final = 3.0
"""Seconds for which a server is shut that only a long window explains: a bucket gives again at once."""

ROUND_TIMES: Final = (10.0, 30.0, 60.0)
"""Seconds after which windows turn: people choose round numbers."""

SLOWEST: Final = 1 / 60


class Pace(Protocol):
    """What holds requests back: ask how long, take a turn, learn from the reply."""

    @property
    def spacing(self) -> float:
        """Seconds between two turns, or 0 where they need no spacing from outside."""
        ...

    def delay(self, now: float, ahead: int = 0) -> float:
        """Return how many seconds a turn is away that has *ahead* others before it, inf if only a reply can tell.

        Asking changes nothing.
        """
        ...

    def pause(self, now: float) -> float:
        """Return how many seconds are left of a pause that the server asked for."""
        ...

    def take(self, now: float) -> Turn:
        """Use a turn."""
        ...

    def learn(self, reply: Reply, turn: Turn, now: float, dice: float) -> None:
        """Take note of the *reply* to the request of *turn*; *dice* is in [0, 1)."""
        ...


class Found(NamedTuple):
    """A limit: *rate* requests a second; *lanes* at once, or None; the *period* of a long window, 0 for none."""

    rate: float
    lanes: int | None = None
    period: float = 0.0


class SearchingPace:
    """The search, below *max_rate* requests a second, within what the server states, and never in a pause.

    *operations* is the size of the plan, *known* the limit that an earlier run found, *bounds* are the user's.
    """

    spacing = 0.0

    def __init__(
        self,
        operations: int,
        *,
        max_rate: float = 100.0,
        max_pause: float = 60.0,
        known: Found | None = None,
        bounds: Sequence[Rate] = (),
    ) -> None:
        self._max_rate = max_rate
        self._past = Past(operations)
        self._lanes = Lanes(known.lanes if known else None)
        self._pause = Pause(max_pause)
        self._stated = {Quota(*bound): Window(*bound) for bound in bounds}
        self._next = -inf
        self._phase: Phase = self._search()
        if known:
            self._past.period, self._past.window_rate = known.period, known.rate
            self._phase = Cruise(self._past, 0.95 * known.rate, step=0.02, known=True)

    def _search(self, rate: float = FIRST_RATE, now: float = -inf) -> "Search":
        return Search(self._past, rate, now)

    @property
    def rate(self) -> float:
        """Requests a second that are allowed at present."""
        return min(self._phase.rate, self._max_rate)

    @property
    def found(self) -> Found | None:
        """The limit, once a refusal has shown that there is one."""
        if self._past.refused_at is None and self._lanes.found is None:
            return None
        rate = min(self._phase.proved, self._max_rate)
        if self._past.period:
            rate = min(rate, self._past.overall_rate())
        return Found(rate, self._lanes.found, self._past.period) if rate else None

    def delay(self, now: float, ahead: int = 0) -> float:
        if self._lanes.under_way + ahead + 1 > min(self._lanes.most, self._phase.most):
            return inf
        stated = max((window.delay(now) for window in self._stated.values()), default=0.0)
        even = max(self._next - SLACK - now, 0.0) + ahead / self.rate
        return max(even, self._phase.ready - now, stated, self._pause.delay(now), 0.0)

    def pause(self, now: float) -> float:
        return self._pause.delay(now)

    def take(self, now: float) -> Turn:
        self._phase = self._phase.elapse(now, self._max_rate)
        for window in self._stated.values():
            window.take(now)
        self._next = max(self._next, now) + 1 / self.rate
        self._past.send(now)
        return Turn(now, self.rate, self._lanes.take())

    def learn(self, reply: Reply, turn: Turn, now: float, dice: float) -> None:
        self._pause.obey(reply, now)
        for quota in reply.quotas:
            self._stated.setdefault(quota, Window(*quota))
        if isinstance(reply, Throttled):
            self._learn_refusal(reply, turn, now)
            return
        self._lanes.answered(reply, turn, now)
        if isinstance(reply, Applied | Conflict | Refused | Deferred):
            self._past.accept()
            self._go_on(self._phase.accepted(turn, now), turn, now)
        else:
            self._past.lose(turn.at)

    def _learn_refusal(self, reply: Throttled, turn: Turn, now: float) -> None:
        lanes_known = self._lanes.found is not None
        if not self._lanes.refused(reply, turn):
            self._past.refuse(turn.at, self._pause.delay(now))
            self._phase = self._phase.refused(turn, now)
        elif not lanes_known:  # it was not the rate, whose limit is still to be found
            self._phase = self._search(self.rate, now)

    def _go_on(self, phase: "Phase", turn: Turn, now: float) -> None:
        """Change to *phase*; a probe that ended the last one was its first turn."""
        if phase is not self._phase:
            self._phase, self._next = phase, max(now, turn.at + 1 / phase.rate)


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
    """

    ready = -inf

    def __init__(self, past: Past, rate: float, since: float = -inf, *, step: float = 0.0, known: bool = False) -> None:
        self._past = past
        self._known = known
        self._share = self._noise = 0.0
        self._futile = -1
        self._clean = 0.0
        self._allowed = inf if past.refused_at is None else CAREFUL
        self._settle(rate, since, step)
        self._fall = max(step, 0.01)

    def _settle(self, rate: float, now: float, step: float) -> None:
        self.rate = self._settled = max(rate, SLOWEST)
        self._step = max(step, self._smallest_step())
        self._since = self._fresh_from = now
        self._accepted = self._refused = 0

    def resume(self, now: float) -> "Cruise":
        """Go on as before, but carefully."""
        self._allowed = CAREFUL
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
        if now - since >= max(TEST, earned):
            if self._past.used(self.rate, since, now):
                if not self._refused:
                    self._noise = 0.0
                self._try_more(max_rate)
            else:
                self._settled *= 1.05  # slow answers: more have to be under way
            self._since = now
        return self

    def _try_more(self, max_rate: float) -> None:
        self._clean = self.rate
        self.rate = min(self.rate * (1 + self._step), max_rate)
        self._fall = self._step
        if not self._past.pause or self._step >= 0.25:  # a pause costs too much for boldness
            self._step = min(2 * self._step, 1.0)

    def accepted(self, turn: Turn, now: float) -> Phase:
        self._accepted += 1
        self._allowed += 1
        self._share -= self._share / 64
        return self

    def refused(self, turn: Turn, now: float) -> Phase:
        self._share += (1 - self._share) / 64
        if turn.at < self._fresh_from:
            return self  # it left before the rate was lowered: one burst is one reason
        self._refused += 1
        if self._noise and self._share < 2 * self._noise + 0.05:
            return self
        if self._refused >= max(3, 0.05 * self.rate) and self._refused > self._accepted and not self._past.pause:
            return Shut(self._past, self, turn, now)
        if self._past.refused_at is None or turn.at >= self._past.refused_at + EPISODE:
            self._lower(turn, now)
        return self

    def _lower(self, turn: Turn, now: float) -> None:
        """Fall back, unless that has helped nothing: some servers refuse a share of requests at any rate."""
        self._futile = self._futile + 1 if turn.rate <= 1.001 * self._settled else 0
        self._noise = self._share if self._futile >= FUTILE else 0.0
        if self._noise:
            self._past.refused_at = turn.at
        else:
            self._fall_back(turn, now)

    def _fall_back(self, turn: Turn, now: float) -> None:
        """Return to what was given since the last refusal, or to the fastest rate that was not refused."""
        given = self._past.accepted_rate(turn.at)
        if turn.rate <= self._clean * 1.001:
            self._clean = 0.0
        a_little = turn.rate * (1 - self._smallest_step() / 2)
        step = 0.0
        if self._past.pause:  # which the server spent idle or not, so that what was given shows too little
            rate = max(given, turn.rate / (1 + self._fall))
            self._fall *= 2
            step = self._fall / 8
        elif self._past.period and self._past.refused_at and turn.at - self._past.refused_at < self._past.period:
            rate = a_little
        else:
            rate = min(a_little, max(given, self._clean))
            step = min(0.25, (turn.rate / max(rate, SLOWEST) - 1) / 4)
        self._past.refused_at = turn.at
        self._settle(rate, now, step)


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
        if turn.at - self._turn.at > WINDOW and not self._told and self._past.fills_windows():
            return self._after_window(turn, now)
        self._past.close_briefly()
        if self._past.period:
            return Cruise(self._past, self._past.window_rate, now)
        return self._after_burst(turn, opened_before, now)

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
        if number >= 5:
            past.refused_at = last
            return Cruise(past, number / (last - first), now, step=min(0.25, 1 / number))
        if again and first > opened_before and isinstance(self._before, Cruise):
            return self._before.resume(now)  # it has fallen back at this very refusal
        given = max(past.accepted_rate(at), 1 / (probe.at - at))
        past.refused_at = at
        return Cruise(past, min(given, 0.95 * self._turn.rate), now, step=0.25)
