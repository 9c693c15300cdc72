"""Which column holds the journey ids, and which the actions. What is uncertain is refused, with what to rename."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.plan.words import ACTION_HEADERS, ID_HEADERS, normal

MOST_SHOWN: Final = 20
LONGEST_SHOWN: Final = 40


class Roles(NamedTuple):
    """The places of the columns that matter, counted from 0; *action* is None where the table has no such column."""

    id: int
    action: int | None


def names_id(columns: Sequence[str]) -> bool:
    """Say whether one of *columns* may hold journey ids."""
    return bool(_candidates(columns, ID_HEADERS))


def find_roles(name: str, columns: Sequence[str]) -> Roles:
    """Return the roles of the *columns* of the table *name*. Raises InputError where none or several would do."""
    ids = _candidates(columns, ID_HEADERS)
    if not ids:
        raise InputError(f"{name}: no column of journey ids among {_shown(columns)}; name one of them 'uuid'")
    actions = _candidates(columns, ACTION_HEADERS)
    id_column = _only(name, columns, ids, "journey ids")
    return Roles(id_column, _only(name, columns, actions, "actions") if actions else None)


def _candidates(columns: Sequence[str], tiers: Sequence[frozenset[str]]) -> list[int]:
    """Return the places of the columns whose header is in the first tier that any header is in."""
    words = [normal(column) for column in columns]
    for tier in tiers:
        if places := [place for place, word in enumerate(words) if word in tier]:
            return places
    return []


def _only(name: str, columns: Sequence[str], places: Sequence[int], role: str) -> int:
    if len(places) > 1:
        several = _shown([columns[place] for place in places])
        raise InputError(f"{name}: several columns may hold the {role}: {several}; rename all but one of them")
    return places[0]


def _shown(columns: Sequence[str]) -> str:
    shown = ", ".join(repr(column[:LONGEST_SHOWN]) for column in columns[:MOST_SHOWN])
    return f"{shown} and {len(columns) - MOST_SHOWN} more" if len(columns) > MOST_SHOWN else shown
