"""Which column holds the journey ids, and which the actions. What is uncertain is refused, and a flag decides."""

import re
from collections.abc import Callable, Mapping, Sequence
from shlex import quote
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.plan.select import WHERE_FLAG, Choices, Condition, Where
from bulk_journeys.vocabulary.action_word import action_in, action_word
from bulk_journeys.vocabulary.journey_id import Unclear, id_in, ids_among
from bulk_journeys.vocabulary.normalise import LONGEST_HEADER, header_word, normal, trimmed
from bulk_journeys.vocabulary.results_table import is_surely_ours, returned
from bulk_journeys.vocabulary.words import (
    ACTION_HEADERS,
    ACTIONS,
    AMBIGUOUS,
    CAMPAIGN_ID_HEADERS,
    ID_HEADERS,
    JOURNEY_ID_HEADERS,
    JOURNEYS,
    PAST_ACTION_HEADERS,
    STATUS_HEADERS,
    header_words,
    is_nothing,
)

MOST_SHOWN: Final = 20
LONGEST_SHOWN: Final = 40
NAME_THE_IDS: Final = (
    "name one of them 'uuid', or say which it is with --id-column; a journey's id is the last part of the address of "
    "the page with its canvas"
)

Meaning = Callable[[str], str | None]

_numbered: Final = re.compile(r"(?:[._ ]\d{1,3}|\s*\(\d{1,3}\))$")


class _Sought(NamedTuple):
    """Headers of a column, the surest first, and what its cells mean."""

    tiers: Sequence[frozenset[str]]
    meaning: Meaning


_IDS: Final = _Sought(ID_HEADERS, id_in)
_ACTIONS: Final = _Sought(ACTION_HEADERS, action_in)


class Roles(NamedTuple):
    """The places of the columns that matter, counted from 0; *action* is None where the table has no such column."""

    id: int
    action: int | None


def id_tier(columns: Sequence[str]) -> int | None:
    """Return how sure a header of *columns* names journey ids: 0 is surest, None is not at all."""
    ours = returned(columns)
    if ours and ours.uuid is not None:
        return 0
    tiers = (tier for tier, words in enumerate(ID_HEADERS) if any(_is_in(column, words) for column in columns))
    return next(tiers, None)


def names_action(columns: Sequence[str]) -> bool:
    """Say whether a header of *columns* names actions."""
    ours = returned(columns)
    if ours and ours.action is not None:
        return True
    return any(_is_in(column, words) for column in columns for words in ACTION_HEADERS)


def knows(text: str) -> bool:
    """Say whether *text* is a header or a word for an action, which in a wrong encoding it hardly is."""
    return id_tier([text]) is not None or names_action([text]) or normal(text) in ACTIONS


def find_roles(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], choices: Choices) -> Roles:
    """Return the roles of the *columns* of the table *name*, of which *rows* are a sample.

    Raises InputError where no column or several would do for the ids, or several for the actions.
    """
    if choices.id_column is not None:
        place = named_column(name, columns, choices.id_column, "--id-column")
    else:
        place = _id_place(name, columns, rows)
    if choices.ids_only:
        return Roles(place, None)
    if choices.action_column is not None:
        return Roles(place, named_column(name, columns, choices.action_column, "--action-column"))
    return Roles(place, _action_unless_released(name, columns, rows, choices))


def _action_unless_released(
    name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], choices: Choices
) -> int | None:
    """Return the place of the actions. A flag releases a column that only its name makes one.

    Raises InputError for one without a word for an action, below which blank cells would be filled by --action.
    """
    ignored = {place for column in choices.ignored for place in _places(columns, column)}
    kept = ["" if place in ignored else column for place, column in enumerate(columns)]
    place = _action_place(name, kept, rows)
    cells = [] if place is None else [row[place] for row in rows if place < len(row) and trimmed(row[place])]
    if place is None or choices.action is None or not cells or any(map(_is_like_action, cells)):
        return place
    column = columns[place]
    if any(has_column([column], way.column) for where in choices.where for way in where.ways):
        return None
    raise InputError(
        f"{name}: the column {column!r} is that of the actions by its name, and no cell in it is one: {shown(cells)}",
        f"pass --ignore-column {quote(column)} if it says nothing of actions, or {WHERE_FLAG} with it if it says which "
        "rows are meant",
    )


def _is_like_action(cell: str) -> bool:
    word = action_word(cell)
    return not isinstance(word, Unclear) or word.meant is not None or is_nothing(cell) or normal(cell) in AMBIGUOUS


def chosen_column(name: str, columns: Sequence[str], where: Where) -> tuple[int, Condition]:
    """Return the place of the column that *where* is about, and the way to take it.

    A name with a sign in it counts if it is there as it was written. Raises InputError for none and for several.
    """
    named = [way for way in where.ways if any(column.strip() == way.column for column in columns)]
    if len(named) > 1:
        several = " or ".join(repr(way.column) for way in named)
        raise InputError(f"{name}: {WHERE_FLAG} {where.text!r} may be about {several}", "rename one of them")
    alike = [way for way in where.ways if has_column(columns, way.column)]
    way = (named or alike or where.ways)[0]
    return named_column(name, columns, way.column, WHERE_FLAG), way


def has_column(columns: Sequence[str], wanted: str) -> bool:
    """Say whether *columns* have one that the user may mean by *wanted*."""
    return bool(_places(columns, wanted))


def status_column(columns: Sequence[str], roles: Roles) -> str | None:
    """Return the one of the *columns* that tells what a journey was when the list was made; None for none or several.

    What a run of ours has written beside its outcomes tells what came of it instead.
    """
    ours = returned(columns)
    others = {roles.action, ours.status if ours else None}
    found = [column for place, column in enumerate(columns) if place not in others and _is_in(column, STATUS_HEADERS)]
    return found[0] if len(found) == 1 else None


def tells_what_is(column: str) -> bool:
    """Say whether *column* tells what a journey is or what was done, and not what to do to it."""
    return _is_in(column, STATUS_HEADERS) or _is_past(column)


def read_places(columns: Sequence[str], roles: Roles) -> set[int]:
    """Return the places of the columns that decide anything, or are kept as a hint."""
    status = status_column(columns, roles)
    ours = returned(columns)
    remembered = {ours.outcome, ours.error} if ours else set()
    named = {columns.index(status)} if status is not None else set()
    return {place for place in {*roles, *remembered, *named} if place is not None}


def without_action(name: str, columns: Sequence[str], advice: str | None) -> InputError:
    """Return what to say of a table that has no action column, and nobody has said what to do; *advice* if it helps."""
    past = [f"; {column!r} tells what was done" for column in columns if _is_in(column, PAST_ACTION_HEADERS)]
    status = [f"; {column!r} tells what a journey is" for column in columns if _is_in(column, STATUS_HEADERS)]
    reason = f"{name}: there is no action column among {shown(columns)}{''.join([*past, *status][:1])}"
    return InputError(reason, advice or "pass --action, or add a column 'action', or name yours with --action-column")


def no_column(name: str, columns: Sequence[str], wanted: str, flag: str) -> InputError:
    """Return what to say of a table without the column that a flag names."""
    return InputError(f"{name}: there is no column {wanted!r} among {shown(columns)}", f"correct {flag}")


def shown(columns: Sequence[str]) -> str:
    """Return the *columns* that have a name as words of a message."""
    named = [column for column in columns if column.strip()]
    words = ", ".join(repr(column[:LONGEST_SHOWN]) for column in named[:MOST_SHOWN])
    return f"{words} and {len(named) - MOST_SHOWN} more" if len(named) > MOST_SHOWN else words or "no columns"


def _is_in(column: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(header_words(column))


def _candidates(columns: Sequence[str], tiers: Sequence[frozenset[str]]) -> list[list[int]]:
    """Return the places of the columns whose header is in each tier."""
    return [[place for place, column in enumerate(columns) if _is_in(column, tier)] for tier in tiers]


def _id_place(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return the place of our ids, or of the surest candidate that holds an id; where none holds any, of the surest."""
    ours = returned(columns)
    if (place := _ours(columns, rows, ours.uuid if ours else None, _IDS)) is not None:
        return place
    tiers = [tier for tier in _candidates(columns, ID_HEADERS) if tier]
    if not tiers:
        reason = f"{name}: no column of journey ids among {shown(columns)}"
        if any(map(id_in, columns)):
            raise InputError(f"{reason}: the ids are names of columns, or keys", "write one row for each, below 'uuid'")
        raise InputError(reason, NAME_THE_IDS)
    filled = [[place for place in tier if _meanings(rows, place, id_in)] for tier in tiers]
    surest = next(filter(None, filled), tiers[0])
    rivals = [place for tier in filled for place in tier if _differ(rows, surest[0], place, id_in)]
    if all(_is_in(columns[place], JOURNEY_ID_HEADERS) for place in surest):
        rivals = [place for place in rivals if not _is_in(columns[place], CAMPAIGN_ID_HEADERS)]
    rivals += [place for place in range(len(columns)) if _is_rival(columns, rows, surest[0], place)]
    return _only(name, columns, list(dict.fromkeys([*surest, *rivals])), "journey ids", "--id-column")


def _is_rival(columns: Sequence[str], rows: Sequence[Sequence[str]], place: int, other: int) -> bool:
    """Say whether the column *other*, of no header for ids, has other ones than *place* has, and may be what is meant.

    It is so if it is the second one of that name, or if it speaks of a journey, in a list or a text, and *place* is of
    anything's ids.
    """
    if other == place:
        return False
    is_second = _numbered.sub("", columns[other]).strip() == columns[place].strip()
    is_general = not _is_in(columns[place], ID_HEADERS[0])
    if not is_second and not is_general:
        return False
    for row in rows:
        mine, its = (row[one] if one < len(row) else "" for one in (place, other))
        found = ids_among(its) - {id_in(mine)}
        if found and (is_second or _speaks_of_journeys(columns[other]) or _speaks_of_journeys(its)):
            return True
    return False


def _speaks_of_journeys(text: str) -> bool:
    word = header_word(text[:LONGEST_HEADER])
    return any(journey in word for journey in JOURNEYS)


def _action_place(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    ours = returned(columns)
    if (place := _ours(columns, rows, ours.action if ours else None, _ACTIONS)) is not None:
        return place
    tiers = [tier for tier in _candidates(columns, ACTION_HEADERS) if tier]
    surest = tiers[0] if tiers else []
    if not surest or (len(surest) == 1 and _is_past(columns[surest[0]])):
        return None
    others = [place for tier in tiers[1:] for place in tier if not _is_past(columns[place])]
    rivals = [place for place in others if _differ(rows, surest[0], place, action_in)]
    return _only(name, columns, [*surest, *rivals], "actions", "--action-column")


def _ours(columns: Sequence[str], rows: Sequence[Sequence[str]], place: int | None, sought: _Sought) -> int | None:
    """Return the *place* of our column in a table of results if it is sure to be ours, and None else.

    It may be the user's, and ours taken out. So if another column contradicts it, there has to be one that says the
    same in every row: that from which ours was made.
    """
    if place is None or is_surely_ours(columns, place):
        return place
    mine = _meanings(rows, place, sought.meaning)
    others = [other for other in range(len(columns)) if other != place and not _is_past(columns[other])]
    rivals = [other for tier in _candidates(columns, sought.tiers) for other in tier if other in others]
    speaking = (not mine and _meanings(rows, other, sought.meaning) for other in rivals)
    if not any(speaking) and not any(_differ(rows, place, other, sought.meaning) for other in rivals):
        return place
    sources = (other for other in others if not _is_in(columns[other], STATUS_HEADERS))
    return place if any(_repeats(rows, mine, other, sought.meaning) for other in sources) else None


def _repeats(rows: Sequence[Sequence[str]], mine: Mapping[int, str], other: int, meaning: Meaning) -> bool:
    """Say whether a column means the same as *mine* in every row. Most columns are done with after one."""
    cells = ((rows[number][other] if other < len(rows[number]) else "", word) for number, word in mine.items())
    return bool(mine) and all(meaning(cell) == word for cell, word in cells)


def _is_past(column: str) -> bool:
    return _is_in(column, PAST_ACTION_HEADERS)


def _meanings(rows: Sequence[Sequence[str]], place: int, meaning: Meaning) -> dict[int, str]:
    """Return what the cells at *place* mean, where they mean anything."""
    found = ((number, meaning(row[place])) for number, row in enumerate(rows) if place < len(row) and row[place])
    return {number: word for number, word in found if word is not None}


def _differ(rows: Sequence[Sequence[str]], one: int, other: int, meaning: Meaning) -> bool:
    """Say whether two columns mean something in the same row, and not the same."""
    mine, its = _meanings(rows, one, meaning), _meanings(rows, other, meaning)
    return any(mine[number] != its[number] for number in mine.keys() & its.keys())


def _only(name: str, columns: Sequence[str], places: Sequence[int], role: str, flag: str) -> int:
    if len(places) > 1:
        several = shown([columns[place] for place in places])
        are_equal = len({columns[place].strip() for place in places}) == 1
        advice = "rename all but one of them" if are_equal else f"say which with {flag}, or rename all but one of them"
        raise InputError(f"{name}: several columns may hold the {role}: {several}", advice)
    return places[0]


def named_column(name: str, columns: Sequence[str], wanted: str, flag: str) -> int:
    """Return the place of the column that a *flag* names. Raises InputError where there is none, or several."""
    places = _places(columns, wanted)
    if not places:
        raise no_column(name, columns, wanted, flag)
    if len(places) > 1:
        raise InputError(f"{name}: {len(places)} columns are named {wanted!r}", "rename all but one of them")
    return places[0]


def _places(columns: Sequence[str], wanted: str) -> list[int]:
    """Return the places of the columns that are spelt like *wanted*, or else that read like it."""
    exact = [place for place, column in enumerate(columns) if column.strip() == wanted.strip()]
    word = header_word(wanted)
    return exact or [place for place, column in enumerate(columns) if word and header_word(column) == word]
