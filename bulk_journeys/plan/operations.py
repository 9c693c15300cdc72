"""What one row asks for: an operation, or every reason why it cannot be one."""

from collections.abc import Sequence

from bulk_journeys.model import Action
from bulk_journeys.plan.columns import Roles
from bulk_journeys.plan.document import LeftOut, Operation
from bulk_journeys.plan.select import WHERE_FLAG, Choices, Filter, Unwanted
from bulk_journeys.source.table import Fault, InvalidRow, Row
from bulk_journeys.vocabulary.action_word import action_word
from bulk_journeys.vocabulary.journey_id import Unclear, journey_id
from bulk_journeys.vocabulary.lines import LONGEST_WORDS, filled_cells
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
