"""The columns that decide nothing, each with a value to know it by: what a list says in one of them is not done."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from bulk_journeys.model import LeftOut, Operation, Rejection, Unread
from bulk_journeys.plan.spelling import trimmed

ROWS_LOOKED_AT: Final = 1000
"""Rows in which values are looked for."""
MOST_VALUES: Final = 4
"""Different values of a column; where there are more, one of them tells as much as another."""

LONGEST_SAMPLE: Final = 200
"""Characters of it that are kept."""


class Samples:
    """The first different values of all columns, from rows that are shown one by one."""

    def __init__(self) -> None:
        self._found: dict[int, dict[str, None]] = {}
        self._rows = 0

    def show(self, row: Operation | Rejection | LeftOut) -> bool:
        """Take note of a row, and return whether any other matters."""
        self._rows += 1
        for place, cell in enumerate(row.cells):
            if text := trimmed(cell):
                values = self._found.setdefault(place, {})
                if len(values) <= MOST_VALUES:
                    values.setdefault(text[:LONGEST_SAMPLE])
        return self._rows < ROWS_LOOKED_AT

    def unread(self, columns: Sequence[str], read: Collection[int]) -> Iterator[Unread]:
        """Yield those of the *columns* at no place that is *read*, but for what has neither name nor value."""
        for place, column in enumerate(columns):
            if place not in read and (trimmed(column) or place in self._found):
                sample, *others = self.values(place) or (None,)
                number = None if trimmed(column) else place + 1
                yield Unread(column, sample, number, tuple(filter(None, others)))

    def values(self, place: int) -> Sequence[str]:
        """Return the different values at a *place*, or the first if there are many."""
        found = list(self._found.get(place, ()))
        return found if len(found) <= MOST_VALUES else found[:1]
