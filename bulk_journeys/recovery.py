"""A plan and its journal to what still needs doing, or to another plan. Pure.

A first run is what remains of a plan never begun; an undo and a retry are new plans of some of its rows.
"""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from bulk_journeys.model import Entry, Heard, Merged, Operation, Outcome, Request, Sending, Work
from bulk_journeys.plan import ListedStatus
from bulk_journeys.standing import Latest, Standing, doubt, outcome_of

LONGEST_DOUBT: Final = 500
"""Characters; a row that is tried again and again takes the story of its doubt along."""

_ABSENT: Final = -1


def remaining(entries: Iterable[Entry], ledger: Standing | None) -> Iterator[Work]:
    """Yield the work that *ledger*, or None where nothing was begun, leaves of a plan's *entries*, in order."""
    for row, entry in enumerate(entries):
        if isinstance(entry, Operation) and not (ledger and ledger.is_settled(row)):
            yield _go_on(row, entry, ledger.entry(row) if ledger else None)


def _go_on(row: int, operation: Operation, latest: Latest) -> Work:
    """Return the work on *row* with the memory of every attempt that may have been applied."""
    request, lost = Request(operation.action, operation.uuid), doubt(latest, operation.lost)
    match latest:
        case Sending():
            return Work(row, request, latest.attempt, lost, latest.started_at or latest.at)
        case Heard() if latest.attempt:
            return Work(row, request, latest.attempt, lost, latest.started_at)
    return Work(row, request, lost=lost)


def undo(
    entries: Iterable[Entry],
    ledger: Standing,
    outcomes: Collection[Outcome],
    listed: Sequence[ListedStatus] | None = None,
) -> Iterator[Operation | Merged]:
    """Yield what takes back the rows of *entries* that came to one of *outcomes*, where anything can.

    Where *listed* tells what the plan's lists said, of rows in doubt only those count that it shows as they were to be.
    """

    def is_chosen(row: int, operation: Operation) -> bool:
        outcome = outcome_of(ledger.entry(row), operation.lost)
        inverse = operation.action.inverse
        if inverse is None or outcome not in outcomes:
            return False
        if listed is None or outcome is not Outcome.IN_DOUBT:
            return True
        return listed[operation.file].leads_to(inverse, operation)

    for _, entry in _some(entries, is_chosen):
        action = entry.action.inverse
        yield (
            replace(entry, action=action, lost=None) if isinstance(entry, Operation) else replace(entry, action=action)
        )


def retry(
    entries: Iterable[Entry], ledger: Standing, outcomes: Collection[Outcome], run_id: str
) -> Iterator[Operation | Merged]:
    """Yield the rows of *entries* that came to one of *outcomes*, with the memory of their doubt in run *run_id*."""

    def is_chosen(row: int, operation: Operation) -> bool:
        return outcome_of(ledger.entry(row), operation.lost) in outcomes

    for row, entry in _some(entries, is_chosen):
        if isinstance(entry, Operation) and (lost := doubt(ledger.entry(row), entry.lost)):
            yield replace(
                entry, lost=(lost if lost.startswith("in run ") else f"in run {run_id}: {lost}")[:LONGEST_DOUBT]
            )
        else:
            yield entry


def _some(
    entries: Iterable[Entry], is_chosen: Callable[[int, Operation], bool]
) -> Iterator[tuple[int, Operation | Merged]]:
    """Yield the chosen operations and the rows that repeat them, pointing to their new places, with their old ones."""
    places = array("q")
    count = 0
    for row, entry in enumerate(entries):
        place = _ABSENT
        if isinstance(entry, Operation) and is_chosen(row, entry):
            place = count
            yield row, entry
        elif isinstance(entry, Merged) and places[entry.first] != _ABSENT:
            place = count
            yield row, replace(entry, first=places[entry.first])
        places.append(place)
        count += place != _ABSENT
