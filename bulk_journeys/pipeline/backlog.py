"""The rows that are being carried out, in the order of their tries: those whose time has come again, then new ones."""

import heapq
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import anyio

from bulk_journeys.model import Request, Work
from bulk_journeys.pipeline.retry import History

MOST_WAITING: Final = 1000
"""Rows that may wait for another try before no new ones are begun; it bounds the memory of a bad day."""


@dataclass(slots=True)
class Case:
    """A row that is being carried out.

    *started_at* is when its first request left, *left_at* when its last one did, in seconds since 1970, or None.
    *announced* is set when the intent to send the next one is on disk; None: there is no such intent.
    """

    row: int
    request: Request
    history: History
    started_at: float | None
    left_at: float | None = None
    announced: anyio.Event | None = None

    def lasted(self, at: float) -> float | None:
        """Return how many seconds the last attempt took that was answered *at*; clocks can be set back meanwhile."""
        return None if self.left_at is None else round(max(0.0, at - self.left_at), 6)


class Backlog:
    """Rows that wait for another try, and how many rows are begun and not settled. Times are the loop's, in seconds."""

    def __init__(self) -> None:
        self.unsettled = 0
        self._waiting: list[tuple[float, int, Case]] = []
        self._order = itertools.count()

    def begin(self, work: Iterator[Work]) -> Case | None:
        """Return the next new row of *work*, or None if there is none or too many others wait for another try."""
        if len(self._waiting) >= MOST_WAITING or (new := next(work, None)) is None:
            return None
        self.unsettled += 1
        return Case(new.row, new.request, History(new.attempts, doubt=new.doubt), new.started_at)

    def try_again(self, case: Case, at: float) -> None:
        """Have *case* wait for another try, no sooner than *at*."""
        heapq.heappush(self._waiting, (at, next(self._order), case))

    def due(self, now: float) -> Case | None:
        """Return the row that has waited the longest of those whose time has come, or None."""
        return heapq.heappop(self._waiting)[-1] if self._waiting and self._waiting[0][0] <= now else None

    @property
    def next_due(self) -> float | None:
        """When the time of the next row comes, or None if none waits."""
        return self._waiting[0][0] if self._waiting else None
