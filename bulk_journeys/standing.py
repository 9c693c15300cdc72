"""Where a row of a plan stands: what the latest entry about it in the journal proves, and no more. Pure."""

from typing import Final, Protocol

from bulk_journeys.model import Heard, Outcome, Sending, Settled

WORTH_ANOTHER_TRY: Final = (Outcome.FAILED, Outcome.IN_DOUBT, Outcome.NOT_ATTEMPTED)
"""Outcomes of rows that a run may take up anew as they are."""

Latest = Sending | Heard | Settled | None
"""The latest entry about a row, or None if no request of it was ever near."""


class Standing(Protocol):
    """What a ledger knows of a run and its rows."""

    @property
    def settled_rows(self) -> int: ...

    def is_settled(self, row: int) -> bool: ...

    def entry(self, row: int) -> Latest: ...


def outcome_of(latest: Latest, lost: str | None) -> Outcome:
    """Return the outcome so far; *lost* is what the plan remembers of an earlier run."""
    if isinstance(latest, Settled):
        return latest.outcome
    return Outcome.NOT_ATTEMPTED if doubt(latest, lost) is None else Outcome.IN_DOUBT


def doubt(latest: Latest, lost: str | None) -> str | None:
    """Say in words which request may have been applied, or return None where none may or all is known."""
    match latest:
        case Sending():
            before = f"{latest.lost}; then " if latest.lost else ""
            return f"{before}the run ended while attempt {latest.attempt} was under way"
        case Heard():
            return latest.lost
        case Settled():
            return latest.message if latest.outcome is Outcome.IN_DOUBT else None
    return lost
