"""What each row below the header is: one that asks for something, or lines that hold none, with the reason told."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from bulk_journeys.errors import InputError
from bulk_journeys.plan.document import LeftOut, Operation, Skipped, SkipReason
from bulk_journeys.plan.header import Layout
from bulk_journeys.plan.operations import RowReader
from bulk_journeys.source.table import BLANKS, Fault, InvalidRow, Places, Row, cell_at
from bulk_journeys.vocabulary.headers import id_tier, names_action, says_which_rows
from bulk_journeys.vocabulary.journey_id import id_in, is_error_value, journey_id
from bulk_journeys.vocabulary.line_kinds import (
    MOST_CELLS,
    endless,
    filled_cells,
    header_key,
    is_action,
    is_blank,
    is_comment,
    is_foot,
    is_note,
    is_partly_id,
    is_rule,
    is_type_word,
    words_of,
)
from bulk_journeys.vocabulary.normalise import trimmed
from bulk_journeys.vocabulary.word_tables import is_negation, is_nothing

Found = Operation | InvalidRow | LeftOut | Skipped

MOST_NOTES: Final = 1000
"""Lines below the rows that may be taken for notes. They are held in memory until it is known that no row follows."""
MOST_WORDS: Final = 3
"""Words of a header such as `User ID` in the middle of a list. A longer text with "id" in it is prose."""

_line_end: Final = re.compile(r"\r\n?|\n")


class Body:
    """The rows of one table below its header, to be gone through once."""

    def __init__(self, places: Places, layout: Layout, reader: RowReader, delimiter: str | None) -> None:
        """Take the *delimiter* at which a wrong quote lets cells slip; None where they cannot."""
        self._places = places
        self._columns = layout.columns
        self._id, self._action = layout.roles
        self._width = len(layout.columns)
        self._header = header_key(layout.columns) if layout.line is not None else None
        self._reader = reader
        self._delimiter = delimiter
        self._begun = False
        self._apart = False

    def entries(self, rows: Iterable[Row | InvalidRow]) -> Iterator[Found]:
        """Yield what the *rows* are, in their order. Raises InputError.

        A note that follows a blank line is held back until it is known whether rows follow, and it is in the wrong
        place, or none do, and it is a footer.
        """
        held: list[tuple[Found, int]] = []
        read, width = self._reader.read, self._width
        for row in rows:
            if type(row) is Row and len(row.cells) == width and row.line == row.line_end and not held:
                found = read(row)
                if type(found) is Operation or (type(found) is LeftOut and found.uuid):
                    self._begun, self._apart = True, False
                    yield found
                    continue
            yield from self._held_back(held, row, self._found(row))
            width = self._width
        yield from (_as_footer(note, line_end) for note, line_end in held)

    def _held_back(self, held: list[tuple[Found, int]], row: Row | InvalidRow, found: Found) -> Iterator[Found]:
        """Yield what is certain: all but what may be notes below the last row."""
        may_be_note = isinstance(found, InvalidRow | LeftOut) and isinstance(row, Row) and self._is_note(row.cells)
        if held and (len(held) > MOST_NOTES or not (isinstance(found, Skipped) or may_be_note)):
            yield from (before for before, _ in held)
            held.clear()
        if held or (self._apart and may_be_note):
            held.append((found, row.line_end if isinstance(row, Row) else row.line))
        else:
            yield found
        self._apart = isinstance(found, Skipped) and found.reason in {SkipReason.BLANK, SkipReason.FOOTER}
        self._begun = self._begun or not isinstance(found, Skipped) or found.reason is SkipReason.TITLE

    def _found(self, row: Row | InvalidRow) -> Found:
        """Return what a row is that is not plainly an operation. Raises InputError."""
        if isinstance(row, InvalidRow):
            return self._unreadable(row)
        if len(row.cells) > MOST_CELLS:
            raise endless(self._places, row)
        if reason := self._skipped(row.cells):
            words = None if header_key(row.cells) == self._header else words_of(row.cells)
            return Skipped(row.line, row.line_end, reason, self._reader.file, words)
        if self._delimiter and row.line < row.line_end:
            self._refuse_swallowed(row, self._delimiter)
        self._refuse_other_header(row)
        if len(self._columns) > self._width:
            self._widen(row.line)
        fitted = self._fitted(row)
        return self._reader.read(fitted) if isinstance(fitted, Row) else fitted

    def _unreadable(self, row: InvalidRow) -> Found:
        if row.faults[0].value.startswith(("#", "//")):
            words = words_of([row.faults[0].value])
            return Skipped(row.line, row.line, SkipReason.COMMENT, self._reader.file, words)
        return replace(row, file=self._reader.file)

    def _skipped(self, cells: Sequence[str]) -> SkipReason | None:
        """Return why a row asks for nothing, or None if it has an id or should have one."""
        if is_blank(cells):
            return SkipReason.BLANK
        cell = self._id_cell(cells)
        if isinstance(journey_id(cell), str):
            return None
        if is_comment(cells) and self._is_remark(cells, cell):
            return SkipReason.COMMENT
        if self._header is not None and self._is_title(cells, cell):
            return SkipReason.TITLE
        is_end = is_foot(cells, self._delimiter or " ") and not is_partly_id(cell)
        return SkipReason.FOOTER if is_end else None

    def _id_cell(self, cells: Sequence[str]) -> str:
        return cell_at(cells, self._id).strip()

    def _wants(self, cells: Sequence[str]) -> bool:
        """Say whether there is an action where actions are."""
        return self._action is not None and is_action(cell_at(cells, self._action))

    def _is_remark(self, cells: Sequence[str], cell: str) -> bool:
        """Say whether the ``#`` that *cells* begin with makes a comment, and not a title like ``#Sale`` of a row."""
        first = filled_cells(cells)[0]
        return first == cell or not (first[1:2].isdigit() or self._wants(cells) or is_partly_id(cell))

    def _is_title(self, cells: Sequence[str], cell: str) -> bool:
        """Say whether *cells* are a rule, the header again, or a second row of it that tells types."""
        if is_rule(cells) or header_key(cells) == self._header:
            return True
        filled = filled_cells(cells)
        if self._begun or is_nothing(cell) or any(map(is_action, filled)):
            return False
        return all(is_type_word(name) or id_tier([name]) is not None for name in ([cell] if cell else filled))

    def _is_note(self, cells: Sequence[str]) -> bool:
        """Say whether *cells* are prose, and not the only cell of a row that has lost its id."""
        return is_note(cells) and (self._action is None or not trimmed(cell_at(cells, self._action)))

    def _refuse_swallowed(self, row: Row, delimiter: str) -> None:
        """Raise InputError if a quoted cell holds what looks like a row: its quote is one too many."""
        for cell in row.cells:
            lines = _line_end.split(cell)
            for line in lines if len(lines) > 1 else ():
                if delimiter in line and self._is_like_row(line.split(delimiter)):
                    reason = f"{self._places.at(row.line)}: a quote that opens in this row swallows another row"
                    advice = "close it before the line ends; if the cell is meant so, take the line breaks out of it"
                    raise InputError(f"{reason}, or what looks like one, as far as line {row.line_end}", advice)

    def _is_like_row(self, pieces: Sequence[str]) -> bool:
        cell = self._id_cell(pieces)
        if is_partly_id(cell) or is_error_value(cell) or any(map(id_in, pieces)):
            return True
        return len(pieces) == self._width and self._wants(pieces)

    def _refuse_other_header(self, row: Row) -> None:
        """Raise InputError for a row that names other columns, by which the rows below it would be misread."""
        filled = filled_cells(row.cells)
        if self._header is None or any(is_action(cell) or is_partly_id(cell) for cell in filled):
            return
        tier = id_tier(filled)
        if tier == 0 or (tier and names_action(filled)) or (self._apart and self._names_other_ids(row.cells)):
            reason = f"{self._places.at(row.line)}: another header is here, and it differs from the first"
            raise InputError(reason, "put each table into a file of its own")

    def _names_other_ids(self, cells: Sequence[str]) -> bool:
        """Say whether there is a header such as ``User ID`` where the ids should be."""
        cell = self._id_cell(cells)
        words = re.split(r"[\s_-]+", cell)
        return 1 < len(words) <= MOST_WORDS and not is_negation(cell) and id_tier([words[0], words[-1]]) in {0, 1}

    def _widen(self, line: int) -> None:
        """Take note of new columns. Raises InputError if one of them would have served."""
        for column in self._columns[self._width :]:
            decides = names_action([column]) or says_which_rows(column)
            if id_tier([column]) == 0 or (decides and not self._reader.ids_only):
                reason = f"{self._places.at(line)}: the key {column!r} first appears here, far from the beginning"
                raise InputError(reason, "give every object the same keys")
        self._width = len(self._columns)

    def _fitted(self, row: Row) -> Row | InvalidRow:
        """Fill a short row with blank cells; of a long one nothing may be lost that a delimiter too many has moved."""
        cells, width = row.cells, self._width
        surplus = filled_cells(cells[width:])
        if self._delimiter == BLANKS and len(cells) != width:
            return self._misfit(row, filled_cells(cells)[-1], "ends a row that has not as many words as the header")
        if self._delimiter is not None and surplus:
            where = f"the row has {len(cells)} cells, the header {width}"
            return self._misfit(row, surplus[0], f"is beyond the last column: {where}; is a quote missing?")
        return Row(row.line, row.line_end, [*cells[:width], *[""] * (width - len(cells))])

    def _misfit(self, row: Row, value: str, reason: str) -> InvalidRow:
        return InvalidRow(row.line, [Fault("", value, reason)], row.cells[: self._width], self._reader.file)


def _as_footer(found: Found, line_end: int) -> Found:
    if isinstance(found, InvalidRow | LeftOut):
        return Skipped(found.line, line_end, SkipReason.FOOTER, found.file, words_of(found.cells))
    return found
