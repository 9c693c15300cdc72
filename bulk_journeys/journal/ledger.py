"""The fold of a run's entries: where each row stands. What no run can have written is damage. Pure."""

from array import array
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Final, Protocol, Self

from bulk_journeys.errors import BulkJourneysError
from bulk_journeys.journal.entries import Began, Changed, Ended, Heard, JournalEntry, Pace, RowEntry, Sending, Settled
from bulk_journeys.model import Doubt, Loss, Outcome

_ABSENT: Final = -1
_NEVER_SETTLED: Final = frozenset({Outcome.LEFT_OUT, Outcome.NOT_ATTEMPTED, Outcome.INVALID})

MOST_ROWS: Final = 1 << 24
"""Rows that are believed where the plan is not known, so that no damaged number takes all of the memory."""

WORTH_ANOTHER_TRY: Final = (Outcome.FAILED, Outcome.IN_DOUBT, Outcome.NOT_ATTEMPTED)
"""Outcomes of rows that a run may take up anew as they are."""

Latest = RowEntry | None
"""The latest entry about a row, or None if no request of it was ever near."""


class Entries(Protocol):
    """Where the entries of a run are kept, in their order; a position is a number by which one is found again."""

    def __iter__(self) -> Iterator[tuple[int, JournalEntry]]:
        """Yield each whole entry with its position. Raises JournalDamaged, JournalUnknown, DiskFailed."""
        ...

    def at(self, position: int) -> JournalEntry | None:
        """Return the entry at *position*, or None if there is none any more. Raises DiskFailed."""
        ...

    def damage(self, position: int, what: str) -> BulkJourneysError:
        """Return what to raise where the entry at *position* cannot be; *what* says why."""
        ...

    def close(self) -> None: ...


class Standing(Protocol):
    """What a ledger knows of a run and its rows."""

    @property
    def settled_rows(self) -> int: ...

    @property
    def timeout(self) -> float | None: ...

    def is_settled(self, row: int) -> bool: ...

    def entry(self, row: int) -> Latest: ...


class Ledger:
    """Where each row of a run stands, by its latest entry. It keeps nine bytes a row."""

    def __init__(self, entries: Entries, rows: int | None = None) -> None:
        """Fold *entries*, which are closed with this, or if they cannot be folded.

        *rows* is how many the plan has at most, or None where that is not known. Raises what *entries* do.
        """
        self.first: Began | None = None
        self.latest: Began | None = None
        self.ended: Ended | None = None
        self.settled_rows = 0
        self._rows = MOST_ROWS if rows is None else rows
        self._positions = array("q")
        self._settled = bytearray()
        self._entries = entries
        try:
            for position, entry in entries:
                if wrong := self._note(entry, position):
                    raise entries.damage(position, wrong)
        except BaseException:
            entries.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._entries.close()

    @property
    def rows(self) -> range:
        """The rows up to the last of which there is an entry."""
        return range(len(self._positions))

    @property
    def timeout(self) -> float | None:
        """How many seconds an attempt of the latest process could take; None where nobody wrote that down."""
        return self.latest.timeout if self.latest else None

    def is_settled(self, row: int) -> bool:
        """Say whether nothing more may be sent for *row*."""
        return row < len(self._settled) and bool(self._settled[row])

    def entry(self, row: int) -> Latest:
        """Return the latest entry about *row*, or None if no request of it was ever near.

        Raises JournalDamaged and DiskFailed if that cannot be read any more.
        """
        position = self._positions[row] if row < len(self._positions) else _ABSENT
        if position == _ABSENT:
            return None
        entry = self._entries.at(position)
        if not isinstance(entry, RowEntry) or entry.row != row:
            raise self._entries.damage(position, "this line was changed just now")
        return entry

    def hold_against(self, operations: Iterable[bool]) -> None:
        """Raise JournalDamaged for an entry about a row that is none of the plan's: they say of each if it is one."""
        count = 0
        for count, is_operation in enumerate(operations, start=1):
            if not is_operation:
                self._hold_silent(count - 1)
        for row in range(count, len(self._positions)):
            self._hold_silent(row)

    def _hold_silent(self, row: int) -> None:
        if row < len(self._positions) and (position := self._positions[row]) != _ABSENT:
            raise self._entries.damage(position, f"this line is about row {row}, which is no journey of the plan")

    def _note(self, entry: JournalEntry, position: int) -> str | None:
        """Note *entry*, or return what is wrong with it."""
        match entry:
            case Began():
                self.first, self.latest, self.ended = self.first or entry, entry, None
            case _ if self.first is None:
                return "this line comes before the run's beginning"
            case Ended():
                self.ended = entry
            case _ if self.ended is not None:
                return "this line comes behind the end of the process that wrote it"
            case Pace() | Changed():
                pass
            case Settled() if entry.outcome in _NEVER_SETTLED:
                return f"no row is settled as {entry.outcome}"
            case _ if entry.row >= self._rows:
                return f"this line is about row {entry.row}, and the plan has no room for it"
            case _ if self.is_settled(entry.row):
                return f"this line is about row {entry.row}, which was settled before"
            case _:
                self._note_row(entry.row, position, settled=isinstance(entry, Settled))
        return None

    def _note_row(self, row: int, position: int, *, settled: bool) -> None:
        if (missing := row + 1 - len(self._positions)) > 0:
            self._positions.extend(array("q", [_ABSENT]) * missing)
            self._settled.extend(bytes(missing))
        self._positions[row] = position
        if settled:
            self.settled_rows += 1
            self._settled[row] = True


def outcome_of(latest: Latest, planned: Doubt | None) -> Outcome:
    """Return the outcome so far; *planned* is the doubt that the plan remembers of an earlier run."""
    if isinstance(latest, Settled):
        return latest.outcome
    return Outcome.NOT_ATTEMPTED if doubt_of(latest, planned) is None else Outcome.IN_DOUBT


def doubt_of(latest: Latest, planned: Doubt | None, timeout: float | None = None) -> Doubt | None:
    """Return which attempt may have been applied, or None where none may or all is known.

    *planned* is the doubt that the plan remembers, *timeout* the ledger's, of an attempt that nothing was heard of.
    """
    match latest:
        case None:
            return planned
        case Sending():
            return Doubt(Loss.IN_FLIGHT, latest.attempt, latest.at, timeout)
        case Settled():
            if latest.outcome is not Outcome.IN_DOUBT:
                return None
            return latest.doubt or Doubt(Loss.UNTOLD, message=latest.message)
        case Heard() if latest.lost:
            return Doubt(Loss.UNTOLD, message=latest.lost)
    return latest.doubt
