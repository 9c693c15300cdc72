"""A plan and its journal to what still needs doing. Pure; a first run is what remains of a plan never begun."""

from collections.abc import Iterable, Iterator
from typing import Protocol

from bulk_journeys.model import Entry, Heard, Operation, Request, Sending, Settled, Work


class Standing(Protocol):
    """What a ledger knows of a row."""

    def is_settled(self, row: int) -> bool: ...

    def entry(self, row: int) -> Sending | Heard | Settled | None: ...


def remaining(entries: Iterable[Entry], ledger: Standing | None) -> Iterator[Work]:
    """Yield the work that *ledger*, or None where nothing was begun, leaves of a plan's *entries*, in order."""
    for row, entry in enumerate(entries):
        if isinstance(entry, Operation) and not (ledger and ledger.is_settled(row)):
            request = Request(entry.action, entry.uuid)
            yield _go_on(row, request, ledger.entry(row) if ledger else None)


def _go_on(row: int, request: Request, latest: Sending | Heard | Settled | None) -> Work:
    """Return the work on *row* with the memory of every attempt that may have been applied."""
    match latest:
        case Sending():
            lost = f"the run ended while attempt {latest.attempt} was under way"
            return Work(row, request, latest.attempt, lost, latest.started_at or latest.at)
        case Heard() if latest.attempt:
            return Work(row, request, latest.attempt, latest.lost, latest.started_at)
    return Work(row, request)
