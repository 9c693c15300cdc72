"""What each row below the header is: one that asks for something, or lines that hold none. No row is ever lost."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from bulk_journeys.errors import InputError
from bulk_journeys.model import Fault, Operation, Rejection, Row, Skipped, SkipReason
from bulk_journeys.plan.asking import Asked
from bulk_journeys.plan.cells import holds_id, journey_id
from bulk_journeys.plan.columns import id_tier, names_action
from bulk_journeys.plan.layout import Layout, filled_cells, is_blank, is_comment
from bulk_journeys.plan.words import ACTIONS, header_word, is_total, is_type_word, normal

Found = Operation | Rejection | Skipped

MOST_NOTES: Final = 1000
"""How many lines below the rows may be taken for notes."""

MOST_WORDS: Final = 3
"""Of a header."""

_is_rule: Final = re.compile(r"[-=+:|\s\u2500-\u257f]*(?:--|==|[\u2500-\u257f]{2})[-=+:|\s\u2500-\u257f]*").fullmatch
_is_sum: Final = re.compile(r"[\d\s.,%]+|=.*").fullmatch
_line_end: Final = re.compile(r"\r\n?|\n")


class Body:
    """The rows of one table below its header, to be gone through once."""

    def __init__(self, name: str, layout: Layout, asked: Asked, delimiter: str | None) -> None:
        """Take the *delimiter* at which a wrong quote lets cells slip; None where they cannot."""
        self._name = name
        self._columns = layout.columns
        self._id, self._action = layout.roles
        self._width = len(layout.columns)
        self._header = _words(layout.columns)
        self._asked = asked
        self._delimiter = delimiter
        self._begun = False

    def entries(self, rows: Iterable[Row | Rejection]) -> Iterator[Found]:
        """Yield what the *rows* are, in their order. Raises InputError.

        A note that follows a blank line is held back until it is known whether rows follow, and it is in the wrong
        place, or none do, and it is a footer.
        """
        found: Found
        held: list[tuple[Found, int]] = []
        apart = False
        by, width = self._asked.by, self._width
        for row in rows:
            if type(row) is Row and len(row.cells) == width and row.line == row.line_end:
                asked = by(row)
                found = asked if type(asked) is Operation else self._found(row)
            else:
                found, width = self._found(row), self._width
            if held and (len(held) > MOST_NOTES or not _may_end(found, row)):
                yield from (before for before, _ in held)
                held.clear()
            if held or (apart and _is_note(found, row)):
                held.append((found, _line_end_of(row)))
            else:
                yield found
            apart = isinstance(found, Skipped) and found.reason in {SkipReason.BLANK, SkipReason.FOOTER}
            self._begun = self._begun or not isinstance(found, Skipped) or found.reason is SkipReason.TITLE
        yield from (_as_footer(note, line_end) for note, line_end in held)

    def _found(self, row: Row | Rejection) -> Found:
        """Return what a row is that is not plainly an operation. Raises InputError."""
        if isinstance(row, Rejection):
            return self._unreadable(row)
        if reason := self._skipped(row.cells):
            return Skipped(row.line, row.line_end, reason, self._asked.file)
        if self._delimiter and row.line < row.line_end:
            self._refuse_swallowed(row, self._delimiter)
        if len(self._columns) > self._width:
            self._widen(row.line)
        fitted = self._fitted(row)
        return self._asked.by(fitted) if isinstance(fitted, Row) else fitted

    def _unreadable(self, row: Rejection) -> Found:
        if row.faults[0].value.startswith(("#", "//")):
            return Skipped(row.line, row.line, SkipReason.COMMENT, self._asked.file)
        return replace(row, file=self._asked.file)

    def _skipped(self, cells: Sequence[str]) -> SkipReason | None:
        """Return why a row asks for nothing, or None if it has an id or should have one. Raises InputError."""
        if is_blank(cells):
            return SkipReason.BLANK
        cell = cells[self._id].strip() if self._id < len(cells) else ""
        if isinstance(journey_id(cell), str):
            return None
        if is_comment(cells) and self._is_remark(cells, cell):
            return SkipReason.COMMENT
        if self._is_title(cells, cell):
            return SkipReason.TITLE
        return SkipReason.FOOTER if self._is_foot(cells) else None

    def _is_remark(self, cells: Sequence[str], cell: str) -> bool:
        """Say whether the ``#`` that *cells* begin with makes a comment, and is not the number sign of ``#12``."""
        first = filled_cells(cells)[0]
        return first == cell or not first[1:2].isdigit()

    def _is_title(self, cells: Sequence[str], cell: str) -> bool:
        """Say whether *cells* are the header again, or a line of it. Raises InputError for another header."""
        filled = filled_cells(cells)
        if all(map(_is_rule, filled)):
            return True
        if _words(cells) == self._header:
            return True
        if not self._begun:
            names = filled if not cell else [cell]
            return all(is_type_word(name) or id_tier([name]) is not None for name in names)
        return False

    def _is_foot(self, cells: Sequence[str]) -> bool:
        first, *others = filled_cells(cells)
        if is_total((self._delimiter or " ").join(filled_cells(cells))):
            return True
        return is_total(first) and all(_is_sum(other) or is_total(other) for other in others)

    def _refuse_swallowed(self, row: Row, delimiter: str) -> None:
        """Raise InputError if a quoted cell holds what looks like a row: its quote is one too many."""
        for cell in row.cells:
            lines = _line_end.split(cell)
            for line in lines if len(lines) > 1 else ():
                if delimiter in line and any(isinstance(journey_id(piece), str) for piece in line.split(delimiter)):
                    reason = f"{self._name}:{row.line}: a quote that opens in this row swallows another row"
                    raise InputError(f"{reason}, as far as line {row.line_end}", "close it, or write the list anew")

    def _widen(self, line: int) -> None:
        """Take note of new columns. Raises InputError if one of them would have served."""
        for column in self._columns[self._width :]:
            if names_action([column]) or id_tier([column]) == 0:
                reason = f"{self._name}:{line}: the key {column!r} first appears here, far from the beginning"
                raise InputError(reason, "give every object the same keys")
        self._width = len(self._columns)

    def _fitted(self, row: Row) -> Row | Rejection:
        """Fill a short row with blank cells; of a long one nothing may be lost that a delimiter too many has moved."""
        cells, width = row.cells, self._width
        self._refuse_other_header(row)
        if len(cells) <= width:
            return Row(row.line, row.line_end, [*cells, *[""] * (width - len(cells))])
        surplus = [cell for cell in cells[width:] if cell.strip()]
        if self._delimiter is None or not surplus:
            return Row(row.line, row.line_end, cells[:width])
        reason = f"is beyond the last column: the row has {len(cells)} cells, the header {width}; is a quote missing?"
        return Rejection(row.line, [Fault("", surplus[0], reason)], cells[:width], self._asked.file)

    def _refuse_other_header(self, row: Row) -> None:
        filled = filled_cells(row.cells)
        if (id_tier(filled) == 0 or self._names_other_ids(row.cells)) and not any(
            normal(cell) in ACTIONS or holds_id(cell) for cell in filled
        ):
            reason = f"{self._name}:{row.line}: another header is here, and it differs from the first"
            raise InputError(reason, "put each table into a file of its own")

    def _names_other_ids(self, cells: Sequence[str]) -> bool:
        """Say whether there is a header such as ``User ID`` where the ids should be."""
        words = re.split(r"[\s_-]+", cells[self._id].strip()) if self._id < len(cells) else []
        return 1 < len(words) <= MOST_WORDS and id_tier([words[-1], words[0]]) in {0, 1}


def _words(cells: Sequence[str]) -> list[str]:
    words = [header_word(cell) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return words


def _may_end(found: Found, row: Row | Rejection) -> bool:
    """Say whether a list may end with what was *found*, and has no more rows."""
    return isinstance(found, Skipped) or _is_note(found, row)


def _is_note(found: Found, row: Row | Rejection) -> bool:
    """Say whether a row is one cell of prose, and nothing that tries to be an id."""
    if isinstance(found, Operation) or isinstance(row, Rejection):
        return False
    filled = filled_cells(row.cells)
    return len(filled) == 1 and len(filled[0].split()) > 1 and not holds_id(filled[0])


def _line_end_of(row: Row | Rejection) -> int:
    return row.line_end if isinstance(row, Row) else row.line


def _as_footer(found: Found, line_end: int) -> Found:
    if isinstance(found, Rejection):
        return Skipped(found.line, line_end, SkipReason.FOOTER, found.file)
    return found
