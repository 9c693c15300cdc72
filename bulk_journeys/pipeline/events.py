"""What happens in a run, for whoever watches it: one union, and one call to tell it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from bulk_journeys.journal.entries import Settled
from bulk_journeys.model import Failure, Request
from bulk_journeys.pipeline.breaker import Closed, Opened
from bulk_journeys.pipeline.stop_rules import Stop


class RowsSettled(NamedTuple):
    """Rows have their last word, and it is on disk."""

    entries: Sequence[Settled]


class AttemptFailed(NamedTuple):
    """An attempt of *row* failed, and the row is not settled by it."""

    row: int
    request: Request
    reply: Failure


class PauseAsked(NamedTuple):
    """The server *asked* for a pause of so many seconds, and nothing is sent for *seconds*."""

    asked: float
    seconds: float


Event = RowsSettled | AttemptFailed | PauseAsked | Opened | Closed | Stop
"""What is told as it happens. *Opened* and *Closed* are the breaker's news; after *Stop* nothing more is begun."""

Tell = Callable[[Event], None]
"""Tells whoever watches. It never raises."""
