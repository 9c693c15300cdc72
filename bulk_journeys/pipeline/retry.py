"""Whether a row is tried again, when, and with what outcome it is settled. Pure: jitter comes in as a number."""

from dataclasses import dataclass
from typing import NamedTuple

from bulk_journeys.model import (
    Applied,
    Conflict,
    Doubt,
    Failure,
    Loss,
    Lost,
    Outcome,
    Refused,
    Reply,
    Throttled,
    Unauthorised,
)
from bulk_journeys.pipeline.backoff import full_jitter
from bulk_journeys.settings.options import TRIES


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient a run is. *tries* and *refusals* bound one row; *base* and *cap* are seconds."""

    tries: int = TRIES
    refusals: int = 1000
    base: float = 0.5
    cap: float = 20.0

    def backoff(self, nth: int, jitter: float) -> float:
        """Return the seconds to wait after the *nth* failure, counted from 1; *jitter* is in [0, 1)."""
        return full_jitter(nth, self.base, self.cap, jitter)


class Left(NamedTuple):
    """That a request left *at* so many seconds since 1970, and could take *timeout* seconds, None for any number."""

    at: float
    timeout: float | None = None


class History(NamedTuple):
    """What was tried for a row. *attempts* counts requests, *tries* those that were no refusals and met no outage."""

    attempts: int = 0
    tries: int = 0
    refusals: int = 0
    doubt: Doubt | None = None

    def after(self, reply: Reply, left: Left, *, excused: bool = False) -> "History":
        """Return the history with one more attempt, which *left* and met *reply*; *excused*: a failure is no try."""
        attempts, tries, refusals, doubt = self
        if isinstance(reply, Failure) and reply.may_have_applied:
            doubt = Doubt(_loss(reply), attempts + 1, left.at, left.timeout, message=reply.message)
        if isinstance(reply, Throttled):
            return History(attempts + 1, tries, refusals + 1, doubt)
        return History(attempts + 1, tries + (not excused), refusals, doubt)


def _loss(reply: Failure) -> Loss:
    """Say what became of the answer to an attempt that may have been carried out."""
    if isinstance(reply, Lost):
        return Loss.NO_ANSWER
    return Loss.UNCLEAR_REFUSAL if isinstance(reply, Throttled) else Loss.FOREIGN_ANSWER


class Settle(NamedTuple):
    """Nothing more is sent for the row. *doubt* is what leaves it in doubt."""

    outcome: Outcome
    doubt: Doubt | None = None


class Again(NamedTuple):
    """The row is tried again, no sooner than in *delay* seconds."""

    delay: float


class LeaveOpen(NamedTuple):
    """The row waits for a run that may speak to the API."""


Verdict = Settle | Again | LeaveOpen


def decide(policy: RetryPolicy, history: History, reply: Reply, jitter: float) -> Verdict:
    """Judge a row by its latest *reply*, which *history* counts already."""
    match reply:
        case Applied():
            return Settle(Outcome.APPLIED)
        case Unauthorised():
            return LeaveOpen()
        case Conflict():
            return _settle(history, Outcome.CONFLICT)
        case Refused():
            return _settle(history, Outcome.REJECTED)
        case Throttled() if history.refusals < policy.refusals:
            return Again(0.0)  # the pace makes everybody wait, this row among them
        case _ if history.tries < policy.tries and not isinstance(reply, Throttled):
            return Again(policy.backoff(max(1, history.tries), jitter))
    return _settle(history, Outcome.FAILED)


def _settle(history: History, outcome: Outcome) -> Settle:
    """Settle as *outcome*, unless an attempt whose answer was lost may have been applied."""
    return Settle(outcome) if history.doubt is None else Settle(Outcome.IN_DOUBT, history.doubt)
