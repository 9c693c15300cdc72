"""Which rows the user wants, by what a column of theirs says: `--where 'Approved=yes'`."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError, UsageError
from bulk_journeys.plan.spelling import LOST, trimmed

FLAG: Final = "--where"
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
        raise UsageError(f"{FLAG}: {text!r} names no column and value; write {FLAG} 'Approved=yes' or 'Skip!=x'")
    values = next(csv.reader([found["values"]], skipinitialspace=True), []) or [""]
    return Where(text, found["column"], frozenset(map(folded, values)), found["sign"] == "!=")


class Filter:
    """All that is to hold of the rows of one list."""

    def __init__(self, places: Sequence[int], wheres: Sequence[Where]) -> None:
        """Take for each of *wheres* the place of its column. *counts* is what the rows held there, for each."""
        self.places = places
        self.counts = [Counter[str]() for _ in wheres]
        self._columns = [
            (place, where, count, dict[str, bool]())
            for place, where, count in zip(places, wheres, self.counts, strict=True)
        ]

    def unreadable(self, cells: Sequence[str]) -> int | None:
        """Return the place of the first cell by which a row of *cells* cannot be chosen, or None if there is none."""
        return next((place for place in self.places if place < len(cells) and LOST in cells[place]), None)

    def leaves_out(self, cells: Sequence[str]) -> str | None:
        """Return the text of the first filter that does not want a row of *cells*, or None if all want it."""
        first = None
        for place, where, count, known in self._columns:
            cell = cells[place] if place < len(cells) else ""
            wanted = known.get(cell)  # a column to choose by has few values
            if wanted is None:
                wanted = where.wants(cell)
                if len(known) < MOST_COUNTED:
                    known[cell] = wanted
            if cell in known:
                count[cell] += 1
            if not wanted:
                first = first or where.text
        return first

    def notes(self) -> Iterator[str]:
        """Yield what could surprise: a blank cell is not what a row was to be free of, and may be forgotten."""
        for _, where, count, _ in self._columns:
            is_meant = where.negated and where.wants("")
            if blank := sum(number for cell, number in count.items() if is_meant and not trimmed(cell)):
                yield f"{FLAG} {where.text!r} wants {blank:,} row{'s' * (blank > 1)} in which that column is blank, too"


def nothing_wanted(wheres: Sequence[Where], filters: Sequence[Filter]) -> InputError:
    """Return what to say where no row of any list is wanted: of the first of *wheres* that wants none, or of all."""
    for place, where in enumerate(wheres):
        count = sum((one.counts[place] for one in filters), Counter[str]())
        if not any(map(where.wants, count)):
            return InputError(f"{FLAG} {where.text!r} wants no row: {_held(where.column, count)}", f"correct {FLAG}")
    return InputError(f"no row is wanted by every {FLAG}", "each one leaves out more; drop one of them")


def _held(column: str, count: Counter[str]) -> str:
    values = [f"{trimmed(value)[:LONGEST_SHOWN]!r} ({number:,})" for value, number in count.most_common(VALUES_SHOWN)]
    more = ["and others"] if len(count) > VALUES_SHOWN else []
    return f"the column {column!r} holds {', '.join([*values, *more])}"
