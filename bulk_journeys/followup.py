"""A plan and its journal to what still needs doing, or to another plan. Pure.

A first run is what remains of a plan never begun; an undo and a retry are new plans of some of its rows.
"""

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from bulk_journeys import __version__
from bulk_journeys.files import Spool
from bulk_journeys.journal.entries import Heard, Sending, Withdrawn
from bulk_journeys.journal.ledger import Latest, Standing, doubt_of, outcome_of
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Outcome, Request, Work
from bulk_journeys.plan.document import VERSION, Counts, Entry, Header, Merged, Operation, Parent, Plan, Source
from bulk_journeys.source.table import cell_at
from bulk_journeys.vocabulary.action_word import action_word

_ABSENT: Final = -1


def remaining(entries: Iterable[Entry], ledger: Standing | None) -> Iterator[Work]:
    """Yield the work that *ledger*, or None where nothing was begun, leaves of a plan's *entries*, in order."""
    for row, entry in enumerate(entries):
        if isinstance(entry, Operation) and not (ledger and ledger.is_settled(row)):
            latest, timeout = (ledger.entry(row), ledger.timeout) if ledger else (None, None)
            yield _go_on(row, entry, latest, timeout)


def _go_on(row: int, operation: Operation, latest: Latest, timeout: float | None) -> Work:
    """Return the work on *row* with the memory of the attempt that may have been applied."""
    request, doubt = Request(operation.action, operation.uuid), doubt_of(latest, operation.doubt, timeout)
    match latest:
        case Sending():
            return Work(row, request, latest.attempt, doubt, latest.started_at or latest.at)
        case Heard() if latest.attempt:
            return Work(row, request, latest.attempt, doubt, latest.started_at)
        case Withdrawn() if latest.attempts:
            return Work(row, request, latest.attempts, doubt, latest.started_at)
    return Work(row, request, doubt=doubt)


_LONGEST: Final = 50
"""Characters of a status that are shown."""


class ListedStatus:
    """The status column of one list, if it has one."""

    def __init__(self, source: Source) -> None:
        self._column = source.status_column
        self._index = source.columns.index(source.status_column) if source.status_column is not None else None

    def words(self, entry: Entry) -> str:
        """Tell what the list said of the journey of *entry*; nothing if that was nothing."""
        said = self._said(entry)
        return f"the list said {said[:_LONGEST]!r} in column {self._column!r}" if said else ""

    def leads_to(self, action: Action, entry: Entry) -> bool:
        """Say whether the list shows the journey of *entry* in the status that *action* leads to."""
        return action_word(self._said(entry)) is action

    def _said(self, entry: Entry) -> str:
        return "" if self._index is None else cell_at(entry.cells, self._index).strip()


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
        outcome = outcome_of(ledger.entry(row), operation.doubt)
        inverse = operation.action.inverse
        if inverse is None or outcome not in outcomes:
            return False
        if listed is None or outcome is not Outcome.IN_DOUBT:
            return True
        return listed[operation.file].leads_to(inverse, operation)

    for _, entry in _some(entries, is_chosen):
        action = entry.action.inverse
        yield (
            replace(entry, action=action, doubt=None) if isinstance(entry, Operation) else replace(entry, action=action)
        )


def retry(
    entries: Iterable[Entry], ledger: Standing, outcomes: Collection[Outcome], run_id: str
) -> Iterator[Operation | Merged]:
    """Yield the rows of *entries* that came to one of *outcomes*, with the memory of their doubt in run *run_id*."""

    def is_chosen(row: int, operation: Operation) -> bool:
        return outcome_of(ledger.entry(row), operation.doubt) in outcomes

    for row, entry in _some(entries, is_chosen):
        doubt = doubt_of(ledger.entry(row), entry.doubt, ledger.timeout) if isinstance(entry, Operation) else None
        if doubt:
            yield replace(entry, doubt=replace(doubt, run=run_id if doubt.run is None else doubt.run))
        else:
            yield entry


def _some(
    entries: Iterable[Entry], is_chosen: Callable[[int, Operation], bool]
) -> Iterator[tuple[int, Operation | Merged]]:
    """Yield the chosen operations and the rows that repeat them, pointing to their new indexes, with their old ones."""
    indexes = array("q")
    count = 0
    for row, entry in enumerate(entries):
        index = _ABSENT
        if isinstance(entry, Operation) and is_chosen(row, entry):
            index = count
            yield row, entry
        elif isinstance(entry, Merged) and indexes[entry.first] != _ABSENT:
            index = count
            yield row, replace(entry, first=indexes[entry.first])
        indexes.append(index)
        count += index != _ABSENT


def derived_plan(entries: Iterable[Operation | Merged], sources: Sequence[Source], parent: Parent | None) -> Plan:
    """Return the plan of *entries*, whose rows are from *sources*. It waits on disk. Raises DiskFailed."""
    lines, actions, merged = Spool(), Counter[Action](), 0
    for entry in entries:
        lines.append(encode_line(entry))
        if isinstance(entry, Operation):
            actions[entry.action] += 1
        else:
            merged += 1
    counts = Counts(actions.total() + merged, actions.total(), merged, 0, dict(actions))
    return Plan(Header(VERSION, __version__, sources, counts, parent), lines)
