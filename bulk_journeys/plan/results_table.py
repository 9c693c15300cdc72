"""Tables of results as they come back in a list: which of their columns are ours, and what those remember. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bulk_journeys.model import Action, Outcome
from bulk_journeys.vocabulary.normalise import trimmed

RESULT_COLUMNS: Final = ("uuid", "action", "outcome", "status", "error", "attempts", "finished_at")
"""What stands behind the user's own columns in a table of results."""

LONGEST_DOUBT: Final = 500
"""Characters; a row that goes through file after file takes the story of its doubt along."""

LEFT_IN_DOUBT: Final = "an earlier run left it in doubt"

_PREFIX: Final = "result_"
_EARLIER: Final = "in an earlier run: "
_TELLS_OF_EARLIER: Final = (_EARLIER, "in run ", LEFT_IN_DOUBT)
"""How a doubt begins that says by itself that it is from another run."""

_named: Final = re.compile(rf"((?:{_PREFIX})*)({'|'.join(RESULT_COLUMNS)})").fullmatch
_before_message: Final = re.compile(
    rf"(?:'(?=[=+@-]))?(?:[a-z0-9_]+:(?:\s+|$))?(?:(?P<action>{'|'.join(Action)}): )?"
).match
"""The apostrophe that keeps a spreadsheet from running a cell, the code of an error, and what is in doubt."""

_LISTED: Final = re.compile(r"(?:; the list said '.*' in column '.*')+$")
"""What is told anew of each list that the row comes from."""


def result_columns(own: Sequence[str]) -> list[str]:
    """Return what our columns are called beside the user's *own*, which keep their names.

    Of all columns of one name, ours has the most prefixes, also where the user's are from an earlier table of results.
    """
    taken = {name: max(depths) + 1 for name, depths in _by_depth(own).items()}
    return [_PREFIX * taken.get(name, 0) + name for name in RESULT_COLUMNS]


class Returned(NamedTuple):
    """The places of our columns in a table of results, counted from 0; None is one that has been taken out."""

    outcome: int
    error: int | None
    uuid: int | None
    action: int | None
    status: int | None

    def lost(self, cells: Sequence[str], action: Action) -> str | None:
        """Say in words that the run behind the row of *cells* left *action* in doubt, or return None if it did not."""
        if trimmed(cells[self.outcome]) != Outcome.IN_DOUBT:
            return None
        return earlier_doubt("" if self.error is None else cells[self.error], action)


def returned(columns: Sequence[str]) -> Returned | None:
    """Return where our columns are among *columns*, or None if these are of no table of results."""
    ours = {name: places[0] for name, places in _deepest(columns).items() if len(places) == 1}
    if "outcome" not in ours or len(ours) < 2:
        return None
    return Returned(ours["outcome"], ours.get("error"), ours.get("uuid"), ours.get("action"), ours.get("status"))


def is_surely_ours(columns: Sequence[str], place: int) -> bool:
    """Say whether the column at *place*, of one of our names, can hardly be the user's, and ours taken out.

    It has a prefix, which we give only beside the user's own, or the rest of ours follows it as we write it.
    """
    names = [named[2] if (named := _named(_spelt(column))) else "" for column in columns[place:]]
    rest = RESULT_COLUMNS[RESULT_COLUMNS.index(names[0]) :]
    return _spelt(columns[place]).startswith(_PREFIX) or tuple(names[: len(rest)]) == rest


def error_cell(outcome: Outcome, action: Action | None, code: str, message: str) -> str:
    """Return what stands in our column `error`; a doubt is about an *action*, whatever the row is changed to later."""
    return f"{code}: {action}: {message}" if outcome is Outcome.IN_DOUBT else f"{code}: {message}"


def earlier_doubt(error: str, action: Action) -> str | None:
    """Return the doubt about *action* that a table of results tells in the cell *error*; None if it is about another.

    It is bounded, and the same each time it comes.
    """
    text = " ".join(trimmed(error).split())
    if found := _before_message(text):
        if found["action"] not in {None, action}:
            return None
        text = text[found.end() :]
    text = _LISTED.sub("", text)
    if text and not text.startswith(_TELLS_OF_EARLIER):
        text = f"{_EARLIER}{text}"
    return text[:LONGEST_DOUBT] or LEFT_IN_DOUBT


def _deepest(columns: Sequence[str]) -> dict[str, list[int]]:
    """Return for each of our names the places of the columns that have it with the most prefixes."""
    return {name: depths[max(depths)] for name, depths in _by_depth(columns).items()}


def _by_depth(columns: Sequence[str]) -> Mapping[str, Mapping[int, list[int]]]:
    """Return for each of our names the places of the columns that have it, by their number of prefixes."""
    found: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for place, column in enumerate(columns):
        if named := _named(_spelt(column)):
            found[named[2]][len(named[1]) // len(_PREFIX)].append(place)
    return found


def _spelt(column: str) -> str:
    return trimmed(column).casefold()
