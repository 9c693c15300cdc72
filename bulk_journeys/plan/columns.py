"""Which column holds the journey ids, and which the actions. What is uncertain is refused, and a flag decides."""

import re
from collections.abc import Callable, Mapping, Sequence
from shlex import quote
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.plan.select import WHERE_FLAG, Choices, columns_named, has_column, named_column, shown
from bulk_journeys.source.table import cell_at
from bulk_journeys.vocabulary.action_word import action_in, action_word
from bulk_journeys.vocabulary.headers import is_header_in, names_past_action, names_status, speaks_of_journeys
from bulk_journeys.vocabulary.journey_id import Unclear, id_in, ids_among
from bulk_journeys.vocabulary.normalise import normal, trimmed
from bulk_journeys.vocabulary.results_table import is_surely_ours, returned
from bulk_journeys.vocabulary.word_tables import Tiers, is_nothing, vocabulary

NAME_THE_IDS: Final = (
    "name one of them 'uuid', or say which it is with --id-column; a journey's id is the last part of the address of "
    "the page with its canvas"
)

Meaning = Callable[[str], str | None]
"""Returns what a cell means, or None if it does not mean what is sought."""

_numbered: Final = re.compile(r"(?:[._ ]\d{1,3}|\s*\(\d{1,3}\))$")


class Roles(NamedTuple):
    """The indexes of the columns that matter; *action* is None where the table has no such column."""

    id: int
    action: int | None


def find_roles(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], choices: Choices) -> Roles:
    """Return the roles of the *columns* of the table *name*, of which *rows* are a sample.

    Raises InputError where no column or several would do for the ids, or several for the actions.
    """
    if choices.id_column is not None:
        id_column = named_column(name, columns, choices.id_column, "--id-column")
    else:
        id_column = _id_column(name, columns, rows)
    if choices.ids_only:
        return Roles(id_column, None)
    if choices.action_column is not None:
        return Roles(id_column, named_column(name, columns, choices.action_column, "--action-column"))
    return Roles(id_column, _action_unless_released(name, columns, rows, choices))


def _action_unless_released(
    name: str, columns: Sequence[str], rows: Sequence[Sequence[str]], choices: Choices
) -> int | None:
    """Return the index of the action column. A flag releases a column that only its name makes one.

    Raises InputError for one without a word for an action, below which blank cells would be filled by --action.
    """
    ignored = {index for column in choices.ignored for index in columns_named(columns, column)}
    kept = ["" if index in ignored else column for index, column in enumerate(columns)]
    found = _action_column(name, kept, rows)
    cells = [] if found is None else [cell for row in rows if trimmed(cell := cell_at(row, found))]
    if found is None or choices.action is None or not cells or any(map(_is_like_action, cells)):
        return found
    column = columns[found]
    if any(has_column([column], way.column) for where in choices.where for way in where.ways):
        return None
    raise InputError(
        f"{name}: the column {column!r} is that of the actions by its name, and no cell in it is one: {shown(cells)}",
        f"pass --ignore-column {quote(column)} if it says nothing of actions, or {WHERE_FLAG} with it if it says which "
        "rows are meant",
    )


def _is_like_action(cell: str) -> bool:
    word = action_word(cell)
    if not isinstance(word, Unclear) or word.meant is not None:
        return True
    return is_nothing(cell) or normal(cell) in vocabulary().ambiguous


def status_column(columns: Sequence[str], roles: Roles) -> str | None:
    """Return the one of the *columns* that tells what a journey was when the list was made; None for none or several.

    What a run of ours has written beside its outcomes tells what came of it instead.
    """
    ours = returned(columns)
    others = {roles.action, ours.status if ours else None}
    found = [column for index, column in enumerate(columns) if index not in others and names_status(column)]
    return found[0] if len(found) == 1 else None


def read_columns(columns: Sequence[str], roles: Roles) -> set[int]:
    """Return the indexes of the columns that decide anything, or are kept as a hint."""
    status = status_column(columns, roles)
    ours = returned(columns)
    remembered = {ours.outcome, ours.error, ours.doubt} if ours else set()
    named = {columns.index(status)} if status is not None else set()
    return {index for index in {*roles, *remembered, *named} if index is not None}


def no_action_column(name: str, columns: Sequence[str], advice: str | None) -> InputError:
    """Return what to say of a table that has no action column, and nobody has said what to do; *advice* if it helps."""
    past = [f"; {column!r} tells what was done" for column in columns if names_past_action(column)]
    status = [f"; {column!r} tells what a journey is" for column in columns if names_status(column)]
    reason = f"{name}: there is no action column among {shown(columns)}{''.join([*past, *status][:1])}"
    return InputError(reason, advice or "pass --action, or add a column 'action', or name yours with --action-column")


def _candidates(columns: Sequence[str], tiers: Tiers) -> list[list[int]]:
    """Return the indexes of the columns whose header is in each tier."""
    return [[index for index, column in enumerate(columns) if is_header_in(column, tier)] for tier in tiers]


def _id_column(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int:
    """Return the index of our ids, or of the surest candidate that holds one; where none holds any, of the surest."""
    ours, known = returned(columns), vocabulary()
    if (found := _our_column(columns, rows, ours.uuid if ours else None, known.id_headers, id_in)) is not None:
        return found
    tiers = [tier for tier in _candidates(columns, known.id_headers) if tier]
    if not tiers:
        reason = f"{name}: no column of journey ids among {shown(columns)}"
        if any(map(id_in, columns)):
            raise InputError(f"{reason}: the ids are names of columns, or keys", "write one row for each, below 'uuid'")
        raise InputError(reason, NAME_THE_IDS)
    filled = [[index for index in tier if _meanings(rows, index, id_in)] for tier in tiers]
    surest = next(filter(None, filled), tiers[0])
    rivals = [index for tier in filled for index in tier if _contradict(rows, surest[0], index, id_in)]
    if all(is_header_in(columns[index], known.journey_id_headers) for index in surest):
        # Without this, a list with "journey id" and "campaign id" would be refused, though it says whose ids are whose.
        rivals = [index for index in rivals if not is_header_in(columns[index], known.campaign_id_headers)]
    rivals += [index for index in range(len(columns)) if _is_rival(columns, rows, surest[0], index)]
    return _only_column(name, columns, list(dict.fromkeys([*surest, *rivals])), "journey ids", "--id-column")


def _is_rival(columns: Sequence[str], rows: Sequence[Sequence[str]], surest: int, other: int) -> bool:
    """Say whether the column *other*, of no header for ids, has other ids than *surest* has, and may be what is meant.

    It is so if it is the second one of that name, or if it speaks of a journey, in a list or a text, and *surest* is of
    anything's ids.
    """
    if other == surest:
        return False
    is_second = _numbered.sub("", columns[other]).strip() == columns[surest].strip()
    is_general = not is_header_in(columns[surest], vocabulary().id_headers[0])
    if not is_second and not is_general:
        return False
    for row in rows:
        its = cell_at(row, other)
        found = ids_among(its) - {id_in(cell_at(row, surest))}
        if found and (is_second or speaks_of_journeys(columns[other]) or speaks_of_journeys(its)):
            return True
    return False


def _action_column(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> int | None:
    """Return the index of our actions, or of the surest candidate; None where there is none but one of what was done.

    Raises InputError where another one means something else.
    """
    ours, headers = returned(columns), vocabulary().action_headers
    if (found := _our_column(columns, rows, ours.action if ours else None, headers, action_in)) is not None:
        return found
    tiers = [tier for tier in _candidates(columns, headers) if tier]
    surest = tiers[0] if tiers else []
    if not surest or (len(surest) == 1 and names_past_action(columns[surest[0]])):
        return None
    others = [index for tier in tiers[1:] for index in tier if not names_past_action(columns[index])]
    rivals = [index for index in others if _contradict(rows, surest[0], index, action_in)]
    return _only_column(name, columns, [*surest, *rivals], "actions", "--action-column")


def _our_column(
    columns: Sequence[str], rows: Sequence[Sequence[str]], mine: int | None, tiers: Tiers, meaning: Meaning
) -> int | None:
    """Return *mine*, the index of our column in a table of results, if it is sure to be ours, and None else.

    It may be the user's, and ours taken out. So if another column contradicts it, there has to be one that says the
    same in every row: that from which ours was made.
    """
    if mine is None or is_surely_ours(columns, mine):
        return mine
    meanings = _meanings(rows, mine, meaning)
    others = [other for other in range(len(columns)) if other != mine and not names_past_action(columns[other])]
    rivals = [other for tier in _candidates(columns, tiers) for other in tier if other in others]
    speaking = (not meanings and _meanings(rows, other, meaning) for other in rivals)
    if not any(speaking) and not any(_contradict(rows, mine, other, meaning) for other in rivals):
        return mine
    sources = (other for other in others if not names_status(columns[other]))
    return mine if any(_repeats(rows, meanings, other, meaning) for other in sources) else None


def _repeats(rows: Sequence[Sequence[str]], meanings: Mapping[int, str], other: int, meaning: Meaning) -> bool:
    """Say whether a column has all the *meanings* in the same rows. Most columns are done with after one."""
    return bool(meanings) and all(meaning(cell_at(rows[row], other)) == word for row, word in meanings.items())


def _meanings(rows: Sequence[Sequence[str]], column: int, meaning: Meaning) -> dict[int, str]:
    """Return what the cells of a *column* mean, by their rows, where they mean anything."""
    found = ((number, meaning(cell)) for number, row in enumerate(rows) if (cell := cell_at(row, column)))
    return {number: word for number, word in found if word is not None}


def _contradict(rows: Sequence[Sequence[str]], one: int, other: int, meaning: Meaning) -> bool:
    """Say whether two columns mean something in the same row, and not the same."""
    mine, its = _meanings(rows, one, meaning), _meanings(rows, other, meaning)
    return any(mine[number] != its[number] for number in mine.keys() & its.keys())


def _only_column(name: str, columns: Sequence[str], found: Sequence[int], role: str, flag: str) -> int:
    """Return the only index of *found*. Raises InputError if there are several."""
    if len(found) > 1:
        several = shown([columns[index] for index in found])
        are_equal = len({columns[index].strip() for index in found}) == 1
        advice = "rename all but one of them" if are_equal else f"say which with {flag}, or rename all but one of them"
        raise InputError(f"{name}: several columns may hold the {role}: {several}", advice)
    return found[0]
