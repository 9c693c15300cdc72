"""What one row asks for, or every reason why it cannot be an operation; and rows, settled with each other."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import count
from operator import attrgetter
from typing import NamedTuple

from msgspec.structs import replace

from bulk_journeys.files import Spool
from bulk_journeys.jsonlines import encode_line, encode_lines
from bulk_journeys.model import Action, Doubt, Loss
from bulk_journeys.plan.columns import Roles
from bulk_journeys.plan.document import LeftOut, Merged, Operation, Skipped, SkipReason, decode_entry
from bulk_journeys.plan.duplicates import Index, Repeats
from bulk_journeys.plan.select import WHERE_FLAG, Choices, Filter, Unwanted
from bulk_journeys.source.table import Fault, InvalidRow, Places, Row
from bulk_journeys.vocabulary.action_word import action_word
from bulk_journeys.vocabulary.journey_id import Unclear, journey_id
from bulk_journeys.vocabulary.line_kinds import LONGEST_WORDS, filled_cells
from bulk_journeys.vocabulary.normalise import trimmed
from bulk_journeys.vocabulary.results_table import returned


class RowReader:
    """Reads what each row of one file asks for, under the file's *columns*."""

    def __init__(
        self, file: int, columns: Sequence[str], roles: Roles, choices: Choices, filter_: Filter | None = None
    ) -> None:
        self.file = file
        self.ids_only = choices.ids_only
        self._columns = columns
        self._id, self._action = roles
        self._default = choices.default
        self._returned = returned(columns)
        self._filter = filter_
        self.filled = 0
        """How many rows had no action of their own, and got that of the flag."""

    def read(self, row: Row) -> Operation | InvalidRow | LeftOut:
        """Return what *row* asks for; a rejection has all its faults. What is not wanted may lack an id."""
        cells = row.cells
        if self._filter and (unwanted := self._filter.unwanted(cells)):
            return self._left_out(row, unwanted)
        uuid = journey_id(cells[self._id])
        action = self._default if self._action is None else self._action_in(cells[self._action])
        if isinstance(uuid, str) and isinstance(action, Action):
            doubt = self._returned.doubt_of(cells, action) if self._returned else None
            return Operation(row.line, uuid, action, cells, self.file, doubt)
        findings = ((self._id, uuid), (self._action, action))
        faults = [
            Fault(self._columns[column], cells[column], self._reason(finding, column, cells), finding.meant)
            for column, finding in findings
            if column is not None and isinstance(finding, Unclear)
        ]
        return InvalidRow(row.line, faults, cells, self.file)

    def _reason(self, finding: Unclear, column: int, cells: Sequence[str]) -> str:
        return finding.reason + (_alone(cells, column) if column == self._id else "")

    def _left_out(self, row: Row, unwanted: Unwanted) -> LeftOut | InvalidRow:
        cells, column = row.cells, unwanted.column
        if unwanted.where is None:
            fault = Fault(
                self._columns[column], cells[column], f"has bytes that are no text, and {WHERE_FLAG} goes by it"
            )
            return InvalidRow(row.line, [fault], cells, self.file)
        found = journey_id(cells[self._id])
        return LeftOut(row.line, unwanted.where, cells, found if isinstance(found, str) else None, self.file)

    def _action_in(self, cell: str) -> Action | Unclear:
        """Return the action that *cell* asks for; it may leave the choice to --action, but not contradict it."""
        if self._default is None:
            return action_word(cell)
        if not trimmed(cell):
            self.filled += 1
            return self._default
        action = action_word(cell)
        if isinstance(action, Action) and action is not self._default:
            return Unclear(f"contradicts --action {self._default}; drop the flag, or this row")
        return action


def _alone(cells: Sequence[str], column: int) -> str:
    """Say of a row of a single cell what it says: it may be a heading, and be about the rows below."""
    filled = filled_cells(cells)
    if len(filled) != 1 or len(cells) < 2:
        return ""
    if trimmed(cells[column]):
        return "; it stands alone in its row, as a heading does" if " " in filled[0] else ""
    return f"; the row says {filled[0][:LONGEST_WORDS]!r} alone"


_BATCH = 500
"""Rows that are encoded and indexed together, which is twice as fast as one by one."""


class Origin(NamedTuple):
    """A list that rows come from; *start* is the number of its first row."""

    places: Places
    id_column: str
    start: int


class Draft:
    """Rows on their way into a plan. They wait on disk; memory holds their index alone."""

    def __init__(self) -> None:
        """Open a temporary file. Raises DiskFailed."""
        self._spool = Spool()
        self._index = Index()
        self._batch: list[Operation | InvalidRow | LeftOut] = []
        self._origins: list[Origin] = []
        self.skipped = Spool()
        """The lines that hold no row, in their order; blank ones that follow each other are one stretch."""
        self._blank: Skipped | None = None

    def begin(self, places: Places, id_column: str) -> None:
        """Say that the next rows come from another list, their ids from *id_column*. Raises DiskFailed."""
        self._flush()
        self._origins.append(Origin(places, id_column, len(self._index)))

    def add(self, row: Operation | InvalidRow | LeftOut) -> None:
        """Add the next row. Raises DiskFailed."""
        self._batch.append(row)
        if len(self._batch) == _BATCH:
            self._flush()

    def skip(self, lines: Skipped) -> None:
        """Remember lines that hold no row. Raises DiskFailed."""
        before, self._blank = self._blank, None
        if before and _follows(before, lines):
            lines = replace(lines, line=before.line)
        elif before:
            self.skipped.append(encode_line(before))
        if lines.reason is SkipReason.BLANK:
            self._blank = lines
        else:
            self.skipped.append(encode_line(lines))

    def settle(self) -> "SettledLines":
        """Return the lines of the plan. No row may be added afterwards. Raises DiskFailed."""
        self._flush()
        if self._blank:
            self.skipped.append(encode_line(self._blank))
        return SettledLines(self._spool, self._index.repeats(), self._origins)

    def _flush(self) -> None:
        self._spool.append(encode_lines(self._batch))
        self._index.add(self._batch)
        self._batch.clear()


class SettledLines:
    """The drafted lines, restated where rows repeat or contradict each other, and untouched elsewhere."""

    def __init__(self, spool: Spool, repeats: Repeats, origins: Sequence[Origin]) -> None:
        self._spool = spool
        self._repeats = repeats
        self._origins = origins
        self.counts = repeats.counts()

    def __iter__(self) -> Iterator[bytes]:
        if not self._repeats.found:
            return iter(self._spool)
        return map(self._settled, count(), self._spool)

    def _settled(self, number: int, line: bytes) -> bytes:
        first = self._repeats.first(number)
        if first is not None:
            row = _operation(line)
            same_as = self._repeats.line(first)
            return encode_line(Merged(row.line, row.uuid, row.action, same_as, first, row.cells, row.file))
        if others := self._repeats.others(number):
            one = decode_entry(line)
            return encode_line(self._contradicted(one, others)) if isinstance(one, Operation) else line
        doubt = self._repeats.doubt(number)
        return line if doubt is None else encode_line(self._doubted(_operation(line), doubt))

    def _contradicted(self, row: Operation, others: Sequence[int]) -> InvalidRow:
        places = ", ".join(self._place(other, row.file) for other in others)
        advice = (
            "keep the rows of one action"
            if all(self._repeats.action(other) is not None for other in others)
            else "keep or leave out all of them"
        )
        reason = f"is to {row.action} here, but it is also on {places}; {advice}"
        fault = Fault(self._origins[row.file].id_column, row.uuid, reason)
        return InvalidRow(row.line, [fault], row.cells, row.file)

    def _doubted(self, row: Operation, other: int) -> Operation:
        return replace(row, doubt=Doubt(Loss.UNTOLD, run="", place=self._place(other, row.file)))

    def _place(self, number: int, reader: int) -> str:
        """Name row *number*, with its action, for somebody who looks at file *reader*."""
        file = bisect_right(self._origins, number, key=attrgetter("start")) - 1
        line, action = self._repeats.line(number), self._repeats.action(number)
        places = self._origins[file].places
        place = places.within(line) if file == reader else places.at(line)
        return f"{place} ({action or 'left out'})"


def _follows(before: Skipped, lines: Skipped) -> bool:
    return (before.reason, before.file, before.line_end + 1) == (lines.reason, lines.file, lines.line)


def _operation(line: bytes) -> Operation:
    """Decode a row that shares its journey, which a rejection never does."""
    row = decode_entry(line)
    assert isinstance(row, Operation)  # noqa: S101
    return row
