"""What a reading of a file gives: its beginning, tried as a list of journeys."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.document import Operation
from bulk_journeys.plan.header import Layout, find_layout, named_layout
from bulk_journeys.plan.operations import RowReader
from bulk_journeys.plan.rows import Body
from bulk_journeys.plan.select import Choices
from bulk_journeys.source.table import InvalidRow, Places, Reading, Row
from bulk_journeys.vocabulary.headers import id_tier
from bulk_journeys.vocabulary.line_kinds import MOST_CELLS, endless, is_action, is_blank, is_comment

SAMPLE_ROWS: Final = 2000
SAMPLE_CHARACTERS: Final = 1 << 20
MOST_LINES: Final = 20_000
"""How much of a file is read in every way that it can be; a smaller file is read so to its end.

Blank lines and comments do not count among the rows, but among the lines. Without the bounds on lines and characters, a
long stretch of blank lines or one endless row would be read several times over.
"""
HEAD_ROWS: Final = 100
"""Rows in which a header is looked for, to tell what a reading that went wrong was about."""


class Chosen(NamedTuple):
    """The reading that a plan is made from."""

    reading: Reading
    layout: Layout
    notes: Sequence[str] = ()

    def places(self, name: str) -> Places:
        """Return what places are called in the list, a file called *name*."""
        return Places.read_as(self.reading.form, name, self.layout.columns)

    def body(self, name: str, reader: RowReader) -> Body:
        """Return the body of the table, to be gone through once."""
        return Body(self.places(name), self.layout, reader, None if self.reading.rigid else self.reading.form.delimiter)


Wanted = Mapping[tuple[str, Action], int]
"""Journeys and what becomes of each, with the line that says so."""


class Sample(NamedTuple):
    """What a sample of a reading gave. *error* ends the reading; *wanted* is then what came before.

    *action_words* says that it is a list in JSON of nothing but words for actions.
    """

    reading: Reading
    layout: Layout | None
    wanted: Wanted
    rejections: int
    width: int
    headed: bool
    error: InputError | None
    action_words: bool = False

    @property
    def merit(self) -> tuple[int, int]:
        """Readings with more operations are better, and of those the ones with fewer rejections."""
        return len(self.wanted), -self.rejections if self.wanted else 0


def take_sample(name: str, reading: Reading, choices: Choices) -> Sample:
    """Return what the beginning of *reading* gives, for a list of the file *name*. Its errors are told, not raised."""
    rows: list[Row | InvalidRow] = []
    layout: Layout | None = None
    wanted: dict[tuple[str, Action], int] = {}
    rejections = 0
    error = _read_rows(name, reading, rows)
    try:
        layout = _layout(name, reading, rows, choices)
        reader = RowReader(0, layout.columns, layout.roles, _with_some_action(choices, layout))
        for found in Chosen(reading, layout).body(name, reader).entries(rows[layout.above :]):
            if isinstance(found, Operation):
                wanted.setdefault((found.uuid, found.action), found.line)
            rejections += isinstance(found, InvalidRow)
    except InputError as refused:
        error = error or refused
    return Sample(
        reading,
        layout,
        wanted,
        rejections,
        _width(rows),
        _is_headed(reading, rows),
        error,
        _are_action_words(reading, rows),
    )


def _are_action_words(reading: Reading, rows: Sequence[Row | InvalidRow]) -> bool:
    if reading.form.is_sheet or not reading.rigid or reading.columns is not None or reading.form.sheet is None:
        return False
    return bool(rows) and all(isinstance(row, Row) and len(row.cells) == 1 and is_action(row.cells[0]) for row in rows)


def _width(rows: Sequence[Row | InvalidRow]) -> int:
    return max((len(row.cells) for row in rows), default=0)


def _is_headed(reading: Reading, rows: Sequence[Row | InvalidRow]) -> bool:
    if reading.columns is not None:
        return id_tier(reading.columns) is not None
    return any(id_tier(row.cells) is not None for row in rows[:HEAD_ROWS])


def _with_some_action(choices: Choices, layout: Layout) -> Choices:
    """Return *choices* with a stand-in for an action that a table lacks; it is for comparing ids alone."""
    lacks = layout.roles.action is None and choices.default is None
    return choices._replace(action=Action.PAUSE) if lacks else choices


def _read_rows(name: str, reading: Reading, rows: list[Row | InvalidRow]) -> InputError | None:
    """Put the first *rows* into the list, and return the error that ended them, if any.

    Of an endless row, which is the last, the first cells are kept: enough to tell what the reading was about.
    """
    size = filled = 0
    try:
        for row in islice(reading.rows(), MOST_LINES):
            if len(row.cells) > MOST_CELLS and isinstance(row, Row):
                rows.append(Row(row.line, row.line_end, row.cells[:MOST_CELLS]))
                return endless(Places.read_as(reading.form, name), row)
            rows.append(row)
            size += sum(map(len, row.cells)) + len(row.cells)
            filled += not (is_blank(row.cells) or is_comment(row.cells))
            if size > SAMPLE_CHARACTERS or filled == SAMPLE_ROWS:
                break
    except InputError as error:
        return error
    return None


def _layout(name: str, reading: Reading, rows: Sequence[Row | InvalidRow], choices: Choices) -> Layout:
    places = Places.read_as(reading.form, name)
    if reading.columns is None:
        layout = find_layout(places, [_as_row(row) for row in rows], choices)
        return _widened(layout, rows) if reading.rigid else layout
    if not reading.columns and rows and isinstance(rows[0], InvalidRow):
        raise InputError(f"{places.at(rows[0].line)}: {rows[0].faults[0].reason}", "write the list anew")
    return named_layout(name, reading.columns, [row for row in rows if isinstance(row, Row)], choices)


def _widened(layout: Layout, rows: Sequence[Row | InvalidRow]) -> Layout:
    """Return *layout* with columns for cells beyond the header's: there may be ticks in them."""
    missing = _width(rows[layout.above :]) - len(layout.columns)
    return layout._replace(columns=[*layout.columns, *[""] * missing])


def _as_row(row: Row | InvalidRow) -> Row:
    return row if isinstance(row, Row) else Row(row.line, row.line, [row.faults[0].value])
