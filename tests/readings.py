"""What the tests of the readers share: text in, rows out."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest

from bulk_journeys.errors import InputError
from bulk_journeys.source.table import Reading, Row


def lines_of(text: str) -> Callable[..., Iterator[str]]:
    return lambda *_: iter(text.splitlines(keepends=True))


def rows(reading: Reading) -> list[Any]:
    """Return the rows as (line, line_end, cells), and a rejection as (line, reason)."""
    return [
        (row.line, row.line_end, list(row.cells)) if isinstance(row, Row) else (row.line, row.faults[0].reason)
        for row in reading.rows()
    ]


def only(readings: Sequence[Reading]) -> list[Any]:
    """Return the rows of the only reading."""
    (reading,) = readings
    return rows(reading)


def refusal(read: Callable[[], object]) -> str:
    """Return the message of the InputError that *read* raises."""
    with pytest.raises(InputError) as refused:
        read()
    return str(refused.value)
