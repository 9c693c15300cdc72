"""Columns that the user names with a flag, and columns as messages name them."""

from collections.abc import Sequence
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.plan.select import WHERE_FLAG, Condition, Where
from bulk_journeys.vocabulary.normalise import header_word

MOST_SHOWN: Final = 20
"""Columns that a message names; a table may have thousands."""
LONGEST_SHOWN: Final = 40
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
    words = ", ".join(repr(column[:LONGEST_SHOWN]) for column in named[:MOST_SHOWN])
    return f"{words} and {len(named) - MOST_SHOWN} more" if len(named) > MOST_SHOWN else words or "no columns"
