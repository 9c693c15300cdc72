"""What comes out of a file: rows of cells, what the file was taken for, and lines that cannot be rows."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Self

from msgspec import Struct


class Row(Struct, frozen=True, gc=False):
    """One row of a user's file: its cells, and its first and last line as an editor or the spreadsheet numbers them.

    A row without a filled cell is blank, and may stand for a whole stretch of blank lines.
    """

    line: int
    line_end: int
    cells: Sequence[str]


def cell_at(cells: Sequence[str], column: int) -> str:
    """Return the cell in a *column*, counted from 0; a row that ends before it has a blank one there."""
    return cells[column] if column < len(cells) else ""


LOST: Final = "\ufffd"
"""What stands for a byte that is no text, or half of a character: nobody can say what was there."""

DELIMITERS: Final = ",;\t|"
"""What may stand between the cells of a text, the likeliest first."""

BLANKS: Final = "blanks"
"""A form's delimiter where any number of blanks ends a cell, so that a blank cell cannot be seen."""


class Form(Struct, frozen=True, omit_defaults=True):
    """What a file was taken for: a way to read it, as the user may be told it.

    *format* is a word such as ``CSV``, ``JSON lines``, ``table of text`` or ``xlsx``; *packed* the archive it came in;
    *notes* are sentences about what could surprise, such as hidden rows that are read too; *hidden* is of a sheet.
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    sheet: str | None = None
    packed: str | None = None
    notes: Sequence[str] = ()
    hidden: bool = False

    @property
    def is_sheet(self) -> bool:
        """Whether a spreadsheet numbers the rows; else lines of a text are counted."""
        return self.encoding is None


def cell_name(row: int | str, column: int) -> str:
    """Return what a spreadsheet calls a cell, or a column if *row* is empty. *column* counts from 0."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


class Fault(Struct, frozen=True, omit_defaults=True):
    """One reason why a row cannot become an operation. *meant* is what was most likely to be written."""

    column: str
    value: str
    reason: str
    meant: str | None = None


class InvalidRow(Struct, frozen=True, omit_defaults=True, tag="rejection", tag_field="kind"):
    """A row that cannot become an operation, with every reason."""

    line: int
    faults: Sequence[Fault]
    cells: Sequence[str]
    file: int = 0


@dataclass(frozen=True)
class Reading:
    """A file, or a sheet of a workbook, read in one way. Where to look for the header is not decided here.

    *rows* begins anew with each call, goes from the first line to the last, blank ones too, and raises InputError
    where the reading cannot go on. A InvalidRow among the rows is a line that holds no row.
    *columns* are the header's cells where the format has names of its own, as JSON objects do; else the header is
    among the rows. *rigid* says that a cell cannot slip into another column, as one can where delimiters are text.
    *partial* is what the file itself says of rows that it does not hold, such as ``has_more: true``.
    """

    form: Form
    rows: Callable[[], Iterator[Row | InvalidRow]]
    columns: Sequence[str] | None = None
    rigid: bool = False
    partial: str | None = None


SHOWN: Final = 5


class Places(NamedTuple):
    """The places of the list *name*. Rows count from 1, as its reader's program counts them, columns from 0."""

    name: str
    columns: Sequence[str] = ()
    is_sheet: bool = False

    @classmethod
    def read_as(cls, form: Form | None, name: str, columns: Sequence[str] = ()) -> Self:
        """Return the places of a list that was read in one way; None is that of a saved plan."""
        return cls(name, columns, form is not None and form.is_sheet)

    @property
    def unit(self) -> str:
        """What a row's number counts."""
        return "row" if self.is_sheet else "line"

    def at(self, line: int, column: str | None = None) -> str:
        """Name a place as a message begins: ``list.csv:9``, ``list.xlsx: row 9``, or ``list.xlsx: D9``."""
        return f"{self.name}: {self.within(line, column)}" if self.is_sheet else f"{self.name}:{line}"

    def within(self, line: int, column: str | None = None) -> str:
        """Name a place for somebody who looks at the list: ``line 9``, ``row 9``, or ``D9``."""
        if self.is_sheet and column is not None and self.columns.count(column) == 1:
            return cell_name(line, self.columns.index(column))
        return f"{self.unit} {line}"

    def of_column(self, number: int) -> str:
        """Name a column that has no name, counted from 1: ``column 3`` or ``column C``."""
        return f"column {cell_name('', number - 1) if self.is_sheet else number}"

    def among(self, lines: Sequence[int]) -> str:
        """Name the first of several places: ``line 9``, ``rows 2, 3, 5``."""
        more = " and others" if len(lines) > SHOWN else ""
        return f"{self.unit}{'s' * (len(lines) > 1)} {', '.join(map(str, lines[:SHOWN]))}{more}"


@dataclass(frozen=True)
class Listed:
    """A user's file while it is open: every way to read it, of which at most one is right.

    *digest* is the SHA-256 of its bytes in hex. *verify* raises InputError if it has changed since it was opened.
    """

    name: str
    readings: Sequence[Reading]
    digest: str
    verify: Callable[[], None]
