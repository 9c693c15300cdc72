"""The columns that decide nothing, each with a value to know it by: what a list says in one of them is not done."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from bulk_journeys.model import LeftOut, Operation, Rejection, Unread
from bulk_journeys.plan.spelling import trimmed

ROWS_LOOKED_AT: Final = 1000
"""Rows in which a first value is looked for."""

LONGEST_SAMPLE: Final = 200
"""Characters of it that are kept."""


class Samples:
    """The first values of all columns, from rows that are shown one by one."""

    def __init__(self) -> None:
        self._found: dict[int, str] = {}
        self._rows = 0

    def show(self, row: Operation | Rejection | LeftOut) -> bool:
        """Take note of a row, and return whether any other matters."""
        self._rows += 1
        for place, cell in enumerate(row.cells):
            if place not in self._found and (text := trimmed(cell)):
                self._found[place] = text[:LONGEST_SAMPLE]
        return self._rows < ROWS_LOOKED_AT

    def unread(self, columns: Sequence[str], read: Collection[int]) -> Iterator[Unread]:
        """Yield those of the *columns* at no place that is *read*, but for what has neither name nor value."""
        for place, column in enumerate(columns):
            if place not in read and (trimmed(column) or place in self._found):
                yield Unread(column, self._found.get(place), None if trimmed(column) else place + 1)
