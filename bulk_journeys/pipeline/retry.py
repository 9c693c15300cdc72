"""Whether a row is tried again, when, and with what outcome it is settled. Pure: dice come in as numbers."""

from dataclasses import dataclass
from typing import NamedTuple

from bulk_journeys.model import (
    Applied,
    Conflict,
    Failure,
    Lost,
    Outcome,
    Refused,
    Reply,
    Throttled,
    Unauthorised,
)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient a run is. *tries* and *refusals* bound one row; *base* and *cap* are seconds."""

    tries: int = 5
    refusals: int = 1000
    base: float = 0.5
    cap: float = 20.0

    def backoff(self, nth: int, dice: float) -> float:
        """Return the seconds to wait after the *nth* failure, counted from 1; *dice* is in [0, 1).

        Full jitter, from "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
        """
        return dice * min(self.cap, self.base * 2.0 ** min(nth - 1, 60))  # a float ends at 1,023


class History(NamedTuple):
    """What was tried for a row. *attempts* counts requests, *tries* those that were no refusals and met no outage."""

    attempts: int = 0
    tries: int = 0
    refusals: int = 0
    lost: str | None = None

    def after(self, reply: Reply, *, excused: bool = False) -> "History":
        """Return the history with one more attempt, answered by *reply*; *excused*: a failure is no try."""
        attempts, tries, refusals, lost = self
        if isinstance(reply, Failure) and reply.may_have_applied:
            lost = f"{_loss(reply, attempts + 1)} ({reply.message})"
        if isinstance(reply, Throttled):
            return History(attempts + 1, tries, refusals + 1, lost)
        return History(attempts + 1, tries + (not excused), refusals, lost)


def _loss(reply: Failure, attempt: int) -> str:
    """Say what became of the answer to *attempt*, counted from 1, which may have been carried out."""
    if isinstance(reply, Lost):
        return f"the answer to attempt {attempt} was lost"
    if isinstance(reply, Throttled):
        return f"attempt {attempt} was refused in words that do not say that nothing was done"
    return f"something else than the API answered attempt {attempt}"


class Settle(NamedTuple):
    """Nothing more is sent for the row. *message* is None for a row that was applied."""

    outcome: Outcome
    message: str | None = None


class Again(NamedTuple):
    """The row is tried again, no sooner than in *delay* seconds."""

    delay: float


class LeaveOpen(NamedTuple):
    """The row waits for a run that may speak to the API."""


Verdict = Settle | Again | LeaveOpen


def decide(policy: RetryPolicy, history: History, reply: Reply, dice: float) -> Verdict:
    """Judge a row by its latest *reply*, which *history* counts already."""
    match reply:
        case Applied():
            return Settle(Outcome.APPLIED)
        case Unauthorised():
            return LeaveOpen()
        case Conflict():
            return _settle(history, reply, Outcome.CONFLICT)
        case Refused():
            return _settle(history, reply, Outcome.REJECTED)
        case Throttled() if history.refusals < policy.refusals:
            return Again(0.0)  # the pace makes everybody wait, this row among them
        case _ if history.tries < policy.tries and not isinstance(reply, Throttled):
            return Again(policy.backoff(max(1, history.tries), dice))
    return _settle(history, reply, Outcome.FAILED)


def _settle(history: History, reply: Failure, outcome: Outcome) -> Settle:
    """Settle as *outcome*, unless an attempt whose answer was lost may have been applied."""
    if history.lost is None:
        return Settle(outcome, reply.message)
    if reply.may_have_applied:
        return Settle(Outcome.IN_DOUBT, history.lost)
    if isinstance(reply, Conflict):
        either = "either the action was carried out by then, or the journey was so before"
        return Settle(Outcome.IN_DOUBT, f"{history.lost}; attempt {history.attempts} found: {reply.message}; {either}")
    return Settle(Outcome.IN_DOUBT, f"{history.lost}; attempt {history.attempts} said: {reply.message}")
