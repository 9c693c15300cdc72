"""Which rows the user wants, by what a column of theirs says: `--where 'Approved=yes'`."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError, UsageError
from bulk_journeys.model import LOST
from bulk_journeys.plan.spelling import trimmed

WHERE_FLAG: Final = "--where"
VALUES_SHOWN: Final = 10
MOST_COUNTED: Final = 1000
"""Values of a column that are counted; in a column with more of them nobody chooses by one."""
LONGEST_SHOWN: Final = 40

_written: Final = re.compile(r"(?P<column>.+?)\s*(?P<sign>!=|=)(?P<values>.*)", re.DOTALL).fullmatch


class Where(NamedTuple):
    """A row is wanted whose cell in *column* is one of *values*, which are folded; with *negated*, none of them.

    *text* is what the user wrote.
    """

    text: str
    column: str
    values: frozenset[str]
    negated: bool

    def wants(self, cell: str) -> bool:
        """Say whether a row with *cell* in the column is wanted; a blank one is a value like any other."""
        return (folded(cell) in self.values) is not self.negated


def folded(cell: str) -> str:
    """Return what of a cell is compared."""
    return trimmed(cell).casefold()


def parse_where(text: str) -> Where:
    """Read `Approved=yes`, `Skip?!=x,TRUE` or `Notes=`, which is blank. Raises UsageError."""
    found = _written(text)
    if not found:
        raise UsageError(
            f"{WHERE_FLAG}: {text!r} names no column and value; write {WHERE_FLAG} 'Approved=yes' or 'Skip!=x'"
        )
    values = next(csv.reader([found["values"]], skipinitialspace=True), []) or [""]
    return Where(text, found["column"], frozenset(map(folded, values)), found["sign"] == "!=")


class Unwanted(NamedTuple):
    """Why a row is none of the wanted ones: a *where* leaves it out, or none can, as the cell at *place* is no text."""

    where: str | None
    place: int


class _Value:
    """What the rows with one cell in the column are, and how many there are."""

    __slots__ = ("rows", "unwanted")

    def __init__(self, unwanted: Unwanted | None) -> None:
        self.unwanted = unwanted
        self.rows = 0


class Filter:
    """All that is to hold of the rows of one list."""

    def __init__(self, places: Sequence[int], wheres: Sequence[Where]) -> None:
        """Take for each of *wheres* the place of its column."""
        self.places = places
        self._columns = [(place, where, dict[str, _Value]()) for place, where in zip(places, wheres, strict=True)]
        self.wanting: set[Where] = set()
        """Those of *wheres* that want any row."""

    def unwanted(self, cells: Sequence[str]) -> Unwanted | None:
        """Return what the first filter says that does not want a row of *cells*, or None if all want it."""
        first = None
        for place, where, known in self._columns:
            cell = cells[place] if place < len(cells) else ""
            value = known.get(cell)  # a column to choose by has few values
            if value is None:
                value = _Value(_judged(where, place, cell))
                if value.unwanted is None:
                    self.wanting.add(where)
                if len(known) < MOST_COUNTED:
                    known[cell] = value
            value.rows += 1
            first = first or value.unwanted
        return first

    def counts(self) -> Iterator[Counter[str]]:
        """Yield for each filter how many rows held what in its column."""
        for _, _, known in self._columns:
            yield Counter({cell: value.rows for cell, value in known.items()})

    def notes(self) -> Iterator[str]:
        """Yield what could surprise: a blank cell is not what a row was to be free of, and may be forgotten."""
        for (_, where, _), count in zip(self._columns, self.counts(), strict=True):
            is_meant = where.negated and where.wants("")
            if blank := sum(number for cell, number in count.items() if is_meant and not trimmed(cell)):
                rows = f"{blank:,} row{'s' * (blank > 1)}"
                yield f"{WHERE_FLAG} {where.text!r} wants {rows} in which that column is blank, too"


def _judged(where: Where, place: int, cell: str) -> Unwanted | None:
    if LOST in cell:
        return Unwanted(None, place)
    return None if where.wants(cell) else Unwanted(where.text, place)


def nothing_wanted(wheres: Sequence[Where], filters: Sequence[Filter]) -> InputError:
    """Return what to say where no row of any list is wanted: of the first of *wheres* that wants none, or of all."""
    for place, where in enumerate(wheres):
        if not any(where in one.wanting for one in filters):
            count = sum((list(one.counts())[place] for one in filters), Counter[str]())
            return InputError(
                f"{WHERE_FLAG} {where.text!r} wants no row: {_held(where.column, count)}", f"correct {WHERE_FLAG}"
            )
    return InputError(f"no row is wanted by every {WHERE_FLAG}", "each one leaves out more; drop one of them")


def _held(column: str, count: Counter[str]) -> str:
    values = [f"{trimmed(value)[:LONGEST_SHOWN]!r} ({number:,})" for value, number in count.most_common(VALUES_SHOWN)]
    more = ["and others"] if len(count) > VALUES_SHOWN else []
    return f"the column {column!r} holds {', '.join([*values, *more])}"
