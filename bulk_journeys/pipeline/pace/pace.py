"""As fast as the server allows, without being told how fast that is: a search while working. Pure.

Nobody publishes the limit, and it may be a bucket that fills again, a window that slides or one that turns, of a
second or of a minute. They have one thing in common: a server that refuses has nothing left to give, so that between
two refusals it gave all it could. **What was accepted between two refusals, divided by the time between them, is the
limit.** Who never sees a refusal is too slow, and who sees many wastes calls; so a few refusals have to tell much.
`search.py` has the phases in which they do, `past.py` the measuring, `lanes.py` the limit on requests at once.

The figures that this reaches, kind by kind of limit, are printed by `make bench-pace`.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from math import inf
from typing import Final, NamedTuple, Protocol

from bulk_journeys.model import Applied, Conflict, Deferred, Intercepted, Quota, Refused, Reply, Throttled
from bulk_journeys.pipeline.pace.concurrency import Lanes
from bulk_journeys.pipeline.pace.fixed_pace import SLACK, Pause, Turn, Window
from bulk_journeys.pipeline.pace.history import Past
from bulk_journeys.pipeline.pace.search import FIRST_RATE, Cruise, Phase, Search
from bulk_journeys.settings.options import MAX_PAUSE, Rate

EVIDENCE: Final = 20
"""Requests accepted before a limit is worth to be remembered."""

LONGEST_QUOTA: Final = 3600.0
"""Seconds of the longest stated quota that is kept to; a day's would have a run wait for a day."""

MOST_QUOTAS: Final = 8
"""Stated quotas that are kept to at a time."""


class Pace(Protocol):
    """What holds requests back: ask how long, take a turn, learn from the reply."""

    @property
    def spacing(self) -> float:
        """Seconds between two turns, or 0 where they need no spacing from outside."""
        ...

    @property
    def free(self) -> bool:
        """Whether a turn can be had at once, but for pauses."""
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

    def learn(self, reply: Reply, turn: Turn, now: float, jitter: float) -> None:
        """Take note of the *reply* to the request of *turn*; *jitter* is in [0, 1)."""
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
    free = False

    def __init__(
        self,
        operations: int,
        *,
        max_rate: float = 100.0,
        max_pause: float = MAX_PAUSE,
        known: Found | None = None,
        bounds: Sequence[Rate] = (),
    ) -> None:
        self._max_rate = max_rate
        self._past = Past(operations)
        self._known_lanes = known.lanes if known else None
        self._lanes = Lanes(self._known_lanes)
        self._pause = Pause(max_pause)
        self._bounds = [Window(*bound) for bound in bounds]
        self._stated: dict[Quota, Window] = {}
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
        """The limit, once refusals have shown it; what held the run back may not be the user's own bound."""
        if self._past.accepted_in_all < EVIDENCE or not (
            self._past.refused_at or self._lanes.found != self._known_lanes
        ):
            return None
        rate = min(self._phase.proved, self._past.overall_rate()) if self._past.period else self._phase.proved
        return Found(rate, self._lanes.found, self._past.period) if rate < 0.95 * self._max_rate else None

    def delay(self, now: float, ahead: int = 0) -> float:
        if self._lanes.under_way + ahead + 1 > min(self._lanes.most, self._phase.most):
            return inf
        stated = max((window.delay(now) for window in self._windows()), default=0.0)
        even = max(self._next - SLACK - now, 0.0) + ahead / self.rate
        return max(even, self._phase.ready - now, stated, self._pause.delay(now), 0.0)

    def pause(self, now: float) -> float:
        return self._pause.delay(now)

    def take(self, now: float) -> Turn:
        self._phase = self._phase.elapse(now, self._max_rate)
        for window in self._windows():
            window.take(now)
        self._next = max(self._next, now) + 1 / self.rate
        self._past.send(now)
        return Turn(now, self.rate, self._lanes.take())

    def learn(self, reply: Reply, turn: Turn, now: float, jitter: float) -> None:
        self._pause.obey(reply, now)
        if reply.quotas:
            self._obey(reply.quotas)
        if isinstance(reply, Throttled | Intercepted):
            self._learn_refusal(reply, turn, now)
            return
        self._lanes.answered(reply, turn, now)
        if isinstance(reply, Applied | Conflict | Refused | Deferred):
            self._past.accept()
            self._go_on(self._phase.accepted(turn, now), turn, now)
        else:
            self._past.lose(turn.at)

    def _windows(self) -> Iterator[Window]:
        return chain(self._bounds, self._stated.values())

    def _obey(self, quotas: Sequence[Quota]) -> None:
        """Keep to what the server states now, in place of what it stated before."""
        short = [quota for quota in quotas if quota.period <= LONGEST_QUOTA][:MOST_QUOTAS]
        self._stated = {quota: self._stated.get(quota) or Window(*quota) for quota in short}

    def _learn_refusal(self, reply: Throttled | Intercepted, turn: Turn, now: float) -> None:
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
