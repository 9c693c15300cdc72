"""What places in a list are called by those who look at it: lines of a text, rows and cells of a spreadsheet. Pure."""

from collections.abc import Sequence
from typing import Final, NamedTuple, Self

from bulk_journeys.model import Form, Source, cell_name

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

    @classmethod
    def of(cls, source: Source) -> Self:
        """Return the places of a plan's source."""
        return cls.read_as(source.form, source.name, source.columns)

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
