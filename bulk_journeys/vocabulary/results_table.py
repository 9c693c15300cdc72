"""Tables of results as they come back in a list: which of their columns are ours, and what those remember. Pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bulk_journeys.model import Action, Doubt, Loss, Outcome
from bulk_journeys.vocabulary.normalise import trimmed

RESULT_COLUMNS: Final = ("uuid", "action", "outcome", "status", "error", "attempts", "finished_at", "doubt")
"""What stands behind the user's own columns in a table of results. Those of 0.1.0 lack the last."""

LONGEST_DOUBT: Final = 500
"""Characters; a row that goes through file after file takes the story of its doubt along."""

_PREFIX: Final = "result_"
_in_words: Final = re.compile(r"in (?:an earlier run|run (?P<run>\S+)): (?P<loss>.*)", re.DOTALL).fullmatch
"""A doubt as 0.1.0 told it where it was from another run."""

_named: Final = re.compile(rf"((?:{_PREFIX})*)({'|'.join(RESULT_COLUMNS)})").fullmatch
_before_message: Final = re.compile(
    rf"(?:'(?=[=+@-]))?(?:[a-z0-9_]+:(?:\s+|$))?(?:(?P<action>{'|'.join(Action)}): )?"
).match
"""The apostrophe that keeps a spreadsheet from running a cell, the code of an error, and what is in doubt."""

_LISTED: Final = re.compile(r"(?:; the list said '.*' in column '.*')+$")
"""What is told anew of each list that the row comes from."""

_marker: Final = re.compile(
    rf"action=(?P<action>{'|'.join(Action)}) loss=(?P<loss>{'|'.join(Loss)})(?: attempt=(?P<attempt>[0-9]{{1,9}}))?"
    r"(?: at=(?P<at>[0-9]{1,12}(?:\.[0-9]{1,6})?))?(?: timeout=(?P<timeout>[0-9]{1,9}(?:\.[0-9]{1,6})?))?"
    r"(?: run=(?P<run>\S*))?"
).fullmatch
"""What stands in our column `doubt`, for programs: which action is in doubt, and since which attempt."""


def result_columns(own: Sequence[str]) -> list[str]:
    """Return what our columns are called beside the user's *own*, which keep their names.

    Of all columns of one name, ours has the most prefixes, also where the user's are from an earlier table of results.
    """
    taken = {name: max(depths) + 1 for name, depths in _by_depth(own).items()}
    return [_PREFIX * taken.get(name, 0) + name for name in RESULT_COLUMNS]


class Returned(NamedTuple):
    """The indexes of our columns in a table of results; None is one that has been taken out."""

    outcome: int | None
    error: int | None
    uuid: int | None
    action: int | None
    status: int | None
    doubt: int | None

    def doubt_of(self, cells: Sequence[str], action: Action) -> Doubt | None:
        """Return why the run behind the row of *cells* left *action* in doubt, or None if it did not.

        Our marker counts whatever has become of the cells beside it: a doubt too many settles nothing falsely.
        """
        if self.doubt is not None and (found := _marker(trimmed(cells[self.doubt]))):
            return _marked(found) if found["action"] == action else None
        if self.outcome is None or trimmed(cells[self.outcome]) != Outcome.IN_DOUBT:
            return None
        return earlier_doubt("" if self.error is None else cells[self.error], action)


def returned(columns: Sequence[str]) -> Returned | None:
    """Return where our columns are among *columns*, or None if these are of no table of results."""
    ours = {name: found[0] for name, found in _deepest(columns).items() if len(found) == 1}
    if len(ours) < 2:
        return None
    if "outcome" not in ours:  # too little to know the others by, and enough to remember
        return Returned(None, None, None, None, None, ours["doubt"]) if "doubt" in ours else None
    return Returned(
        ours["outcome"], ours.get("error"), ours.get("uuid"), ours.get("action"), ours.get("status"), ours.get("doubt")
    )


def is_surely_ours(columns: Sequence[str], index: int) -> bool:
    """Say whether the column of that *index*, of one of our names, can hardly be the user's, and ours taken out.

    It has a prefix, which we give only beside the user's own, or the rest of ours follows it as we write it.
    """
    names = [named[2] if (named := _named(_spelt(column))) else "" for column in columns[index:]]
    rest = RESULT_COLUMNS[RESULT_COLUMNS.index(names[0]) : -1]
    return _spelt(columns[index]).startswith(_PREFIX) or tuple(names[: len(rest)]) == rest


def error_cell(outcome: Outcome, action: Action | None, code: str, message: str) -> str:
    """Return what stands in our column `error`; a doubt is about an *action*, whatever the row is changed to later."""
    return f"{code}: {action}: {message}" if outcome is Outcome.IN_DOUBT else f"{code}: {message}"


def doubt_marker(doubt: Doubt, action: Action, run_id: str) -> str:
    """Return what stands in our column `doubt`: that *action* is in doubt since a request of the run *run_id*."""
    run = run_id if doubt.run is None else doubt.run
    facts = {"attempt": doubt.attempt, "at": doubt.at, "timeout": doubt.timeout, "run": "".join(run.split())}
    told = (f" {name}={round(fact, 6) if isinstance(fact, float) else fact}" for name, fact in facts.items() if fact)
    return f"action={action} loss={doubt.loss}{''.join(told)}"


def _marked(found: re.Match[str]) -> Doubt:
    attempt, at, timeout = found["attempt"], found["at"], found["timeout"]
    return Doubt(
        Loss(found["loss"]),
        int(attempt) if attempt else None,
        float(at) if at else None,
        float(timeout) if timeout else None,
        found["run"] or "",
    )


def earlier_doubt(error: str, action: Action) -> Doubt | None:
    """Return the doubt about *action* that a table of 0.1.0 tells in the cell *error*; None if it is about another."""
    text = " ".join(trimmed(error).split())
    if found := _before_message(text):
        if found["action"] not in {None, action}:
            return None
        text = text[found.end() :]
    return doubt_in_words(_LISTED.sub("", text))


def doubt_in_words(text: str) -> Doubt:
    """Return the doubt that 0.1.0 told in the words of *text*, which are bounded, and the same each time they come."""
    found = _in_words(text)
    run, told = (found["run"] or "", found["loss"]) if found else ("", text)
    return Doubt(Loss.UNTOLD, run=run, message=told[:LONGEST_DOUBT] or None)


def _deepest(columns: Sequence[str]) -> dict[str, list[int]]:
    """Return for each of our names the indexes of the columns that have it with the most prefixes."""
    return {name: depths[max(depths)] for name, depths in _by_depth(columns).items()}


def _by_depth(columns: Sequence[str]) -> Mapping[str, Mapping[int, list[int]]]:
    """Return for each of our names the indexes of the columns that have it, by their number of prefixes."""
    found: defaultdict[str, defaultdict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for index, column in enumerate(columns):
        if named := _named(_spelt(column)):
            found[named[2]][len(named[1]) // len(_PREFIX)].append(index)
    return found


def _spelt(column: str) -> str:
    return trimmed(column).casefold()
