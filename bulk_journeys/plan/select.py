"""What the user has chosen with flags: rows by what a column says, columns by their names."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError, UsageError
from bulk_journeys.model import Action
from bulk_journeys.source.table import LOST, cell_at
from bulk_journeys.vocabulary.normalise import header_word, trimmed

WHERE_FLAG: Final = "--where"
VALUES_SHOWN: Final = 10
"""Values of a column that a message tells of."""
MOST_COUNTED: Final = 1000
"""Values of a column that are counted; in a column with more of them nobody chooses by one."""
LONGEST_SHOWN: Final = 40
"""Characters of such a value."""

_signs: Final = re.compile("=").finditer


class Condition(NamedTuple):
    """A row is wanted whose cell in *column* is one of *values*, which are folded; with *negated*, none of them.

    *typed* is as the user wrote the values.
    """

    column: str
    values: frozenset[str]
    negated: bool
    typed: Sequence[str] = ()

    def wants(self, cell: str) -> bool:
        """Say whether a row with *cell* in the column is wanted; a blank one is a value like any other."""
        return (folded(cell) in self.values) is not self.negated


class Where(NamedTuple):
    """What the user wrote, and the *ways* to take it: a column's name may have a sign in it, too."""

    text: str
    ways: Sequence[Condition]


def folded(cell: str) -> str:
    """Return what of a cell is compared."""
    return trimmed(cell).casefold()


class Choices(NamedTuple):
    """None leaves it to the file. *action* is for rows that name none; columns and *sheet* go by their names.

    Only rows that every *where* wants are carried out; *ignored* columns may say of rows what they like. With
    *partial* a list may tell of rows that it does not hold.

    With *ids_only* a list is read for its ids alone, and what is to be done to them does not matter.
    """

    action: Action | None = None
    id_column: str | None = None
    action_column: str | None = None
    sheet: str | None = None
    where: Sequence[Where] = ()
    ignored: Sequence[str] = ()
    partial: bool = False
    ids_only: bool = False

    @property
    def default(self) -> Action | None:
        """The action of rows that name none; a stand-in where only the ids matter."""
        return Action.PAUSE if self.ids_only else self.action


def parse_where(text: str) -> Where:
    """Read `Approved=yes`, `Skip?!=x,TRUE` or `Notes=`, which is blank. Raises UsageError."""
    ways = [way for sign in _signs(text) for way in _ways(text[: sign.start()], text[sign.end() :])]
    if not ways:
        raise UsageError(
            f"{WHERE_FLAG}: {text!r} names no column and value; write {WHERE_FLAG} 'Approved=yes' or 'Skip!=x'"
        )
    return Where(text, tuple(ways))


def _ways(before: str, behind: str) -> Iterator[Condition]:
    try:
        typed = next(csv.reader([behind], skipinitialspace=True, strict=True), []) or [""]
    except csv.Error:
        raise UsageError(f"{WHERE_FLAG}: a quote in {behind!r} is not closed; close it, or double it") from None
    values = frozenset(map(folded, typed))
    if before.endswith("!") and before[:-1].strip():
        yield Condition(before[:-1].strip(), values, True, typed)
    if before.strip():
        yield Condition(before.strip(), values, False, typed)


class Unwanted(NamedTuple):
    """Why a row is not wanted: a *where* leaves it out, or none can tell, as the cell in *column* is no text."""

    where: str | None
    column: int


class _Value:
    """What the rows with one cell in the column are, and how many there are."""

    __slots__ = ("rows", "unwanted")

    def __init__(self, unwanted: Unwanted | None) -> None:
        self.unwanted = unwanted
        self.rows = 0


class Filter:
    """All that is to hold of the rows of one list."""

    def __init__(self, wheres: Sequence[Where], found: Sequence[tuple[int, Condition]]) -> None:
        """Take for each of *wheres* the index of its column, and the way to take it."""
        self.columns = [column for column, _ in found]
        self._conditions = [
            (column, condition, where.text, dict[str, _Value]())
            for where, (column, condition) in zip(wheres, found, strict=True)
        ]
        self._met: set[tuple[str, str]] = set()
        self.wanting: set[str] = set()
        """The texts of those that want any row."""

    def unwanted(self, cells: Sequence[str]) -> Unwanted | None:
        """Return what the first filter says that does not want a row of *cells*, or None if all want it."""
        first = None
        for column, condition, text, known in self._conditions:
            cell = cell_at(cells, column)
            value = known.get(cell)  # a column to choose by has few values
            if value is None:
                value = self._judged(column, condition, text, cell)
                if len(known) < MOST_COUNTED:
                    known[cell] = value
            value.rows += 1
            first = first or value.unwanted
        return first

    def _judged(self, column: int, condition: Condition, text: str, cell: str) -> _Value:
        if LOST in cell:
            return _Value(Unwanted(None, column))
        if folded(cell) in condition.values:
            self._met.add((text, folded(cell)))
        if not condition.wants(cell):
            return _Value(Unwanted(text, column))
        self.wanting.add(text)
        return _Value(None)

    def held(self, text: str) -> tuple[str, Counter[str]]:
        """Return the column that the filter of a *text* is about, and how many rows held what in it."""
        column, known = next((one.column, known) for _, one, its, known in self._conditions if its == text)
        return column, Counter({cell: value.rows for cell, value in known.items()})

    def notes(self) -> Iterator[str]:
        """Yield what could surprise: what no row holds, and rows that are wanted for a blank cell."""
        for _, condition, text, known in self._conditions:
            unmet = [value for value in condition.typed if (text, folded(value)) not in self._met]
            if unmet:
                yield f"{WHERE_FLAG} {text!r}: no row holds {', '.join(map(repr, unmet[:VALUES_SHOWN]))}"
            is_meant = condition.negated and condition.wants("")
            if blank := sum(value.rows for cell, value in known.items() if is_meant and not trimmed(cell)):
                rows = f"{blank:,} row{'s' * (blank > 1)}"
                yield f"{WHERE_FLAG} {text!r} wants {rows} in which that column is blank, too"


def nothing_wanted(wheres: Sequence[Where], filters: Sequence[Filter]) -> InputError:
    """Return what to say where no row of any list is wanted: of the first of *wheres* that wants none, or of all."""
    for text in (where.text for where in wheres):
        if not any(text in one.wanting for one in filters):
            found = [one.held(text) for one in filters]
            count = sum((counted for _, counted in found), Counter[str]())
            told = f"{WHERE_FLAG} {text!r} wants no row: {_held(found[0][0], count)}"
            return InputError(told, f"correct {WHERE_FLAG}")
    return InputError(f"no row is wanted by every {WHERE_FLAG}", "each one leaves out more; drop one of them")


def _held(column: str, count: Counter[str]) -> str:
    values = [f"{trimmed(value)[:LONGEST_SHOWN]!r} ({number:,})" for value, number in count.most_common(VALUES_SHOWN)]
    more = ["and others"] if len(count) > VALUES_SHOWN else []
    return f"the column {column!r} holds {', '.join([*values, *more])}"


MOST_SHOWN: Final = 20
"""Columns that a message names; a table may have thousands."""
LONGEST_COLUMN: Final = 40
"""Characters of a column's name in a message; a cell of prose may be taken for a header."""


def named_column(name: str, columns: Sequence[str], wanted: str, flag: str) -> int:
    """Return the index of the column that a *flag* names. Raises InputError where there is none, or several."""
    found = columns_named(columns, wanted)
    if not found:
        raise no_column(name, columns, wanted, flag)
    if len(found) > 1:
        raise InputError(f"{name}: {len(found)} columns are named {wanted!r}", "rename all but one of them")
    return found[0]


def columns_named(columns: Sequence[str], wanted: str) -> list[int]:
    """Return the indexes of the columns that are spelt like *wanted*, or else that read like it."""
    exact = [index for index, column in enumerate(columns) if column.strip() == wanted.strip()]
    word = header_word(wanted)
    return exact or [index for index, column in enumerate(columns) if word and header_word(column) == word]


def has_column(columns: Sequence[str], wanted: str) -> bool:
    """Say whether *columns* have one that the user may mean by *wanted*."""
    return bool(columns_named(columns, wanted))


def chosen_column(name: str, columns: Sequence[str], where: Where) -> tuple[int, Condition]:
    """Return the index of the column that *where* is about, and the way to take it.

    A name with a sign in it counts if it is there as it was written. Raises InputError for none and for several.
    """
    named = [way for way in where.ways if any(column.strip() == way.column for column in columns)]
    if len(named) > 1:
        several = " or ".join(repr(way.column) for way in named)
        raise InputError(f"{name}: {WHERE_FLAG} {where.text!r} may be about {several}", "rename one of them")
    alike = [way for way in where.ways if has_column(columns, way.column)]
    way = (named or alike or where.ways)[0]
    return named_column(name, columns, way.column, WHERE_FLAG), way


def no_column(name: str, columns: Sequence[str], wanted: str, flag: str) -> InputError:
    """Return what to say of a table without the column that a flag names."""
    return InputError(f"{name}: there is no column {wanted!r} among {shown(columns)}", f"correct {flag}")


def shown(columns: Sequence[str]) -> str:
    """Return the *columns* that have a name as words of a message."""
    named = [column for column in columns if column.strip()]
    words = ", ".join(repr(column[:LONGEST_COLUMN]) for column in named[:MOST_SHOWN])
    return f"{words} and {len(named) - MOST_SHOWN} more" if len(named) > MOST_SHOWN else words or "no columns"
