"""Columns that say of each row whether it is meant, or what to do: what nobody reads there is not done all the same.

A column says whether a row is meant if its header says so and its cells do: yes and no, in any of the ways that people
tick a box. It says what to do if all its cells are words for actions, whatever its header.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from shlex import quote
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.model import LOST, Action, LeftOut, Operation, Rejection
from bulk_journeys.plan.actions import action_in
from bulk_journeys.plan.columns import tells_what_is
from bulk_journeys.plan.lines import is_action
from bulk_journeys.plan.places import SHOWN, Places
from bulk_journeys.plan.spelling import LONGEST_HEADER, header_word, trimmed
from bulk_journeys.plan.words import ACTIONS, AMBIGUOUS, NO_ACTIONS, ORDERS, split_words

IGNORE_FLAG: Final = "--ignore-column"
WORDS_SHOWN: Final = 5
VALUES_SHOWN: Final = 6

_WORDS: Final = frozenset(
    split_words(
        "skip, skipped, exclude, excluded, exclusion, ignore, ignored, omit, omitted, include, included, inclusion, "
        "select, selected, selection, approve, approved, approval, confirm, confirmed, confirmation, delete, deleted, "
        "remove, removed, keep, except, exempt"
    )
)
"""What people who have gone through a list say of rows, in whatever words around it: 'Exclude from pause'."""

_HEADERS: Final = frozenset(
    header_word(word)
    for word in split_words(
        "leave out, left out, exception, do not touch, dont touch, protect, protected, locked, kept, in scope, "
        "out of scope, chosen, tick, ticked, check, checked, mark, marked, flag, flagged, accepted, agreed, "
        "signed off, sign off, okay, okayed, ok to go, go, go/no-go, go ahead, do it, do this, execute, process, "
        "apply, proceed, ready, done, completed, handled, cancelled, canceled"
    )
)
"""The same in words that say something else beside others, as 'VIP flag' does."""

_YES_NO: Final = re.compile(
    r"\b(?:y/n|yes/no|true/false)\b|[(\[]\s*(?:j|ja|s|si|sí|sim|o|oui|1|x)\s*/\s*\w*\s*[)\]]", re.IGNORECASE
)
_TO_BE: Final = re.compile(r"\b(?:to|should) be \w+ed\b", re.IGNORECASE)
_words: Final = re.compile(r"[^\W\d_]+").findall
_hump: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_MARKS: Final = frozenset(
    split_words(
        "true, false, yes, no, y, n, t, f, x, 1, 0, 1.0, 0.0, on, off, ok, +, -, ☐, ☑, ☒, ✓, ✔, ✅, ✗, ✘, ✕, ❌, "
        "[x], [ ], [], ja, nein, wahr, falsch, si, sí, oui, non, vrai, faux, sim, não, nao, verdadeiro, falso, "
        "verdadero, vero, да, нет, истина, ложь, так, ні, tak, nie, prawda, fałsz, evet, hayır, はい, いいえ, 是, 否, "
        "예, 아니요, نعم, لا"
    )
)
"""What stands in a box that was ticked or not; a blank cell is one as well."""

_ASKED: Final = (ACTIONS, AMBIGUOUS, NO_ACTIONS)
MOST_VALUES: Final = 1000
"""Different cells that are kept of a column; and so many others in front of fewer marks make it another column."""


def says_which_rows(header: str) -> bool:
    """Say whether *header* is that of a column which tells the rows that are meant from those that are not."""
    text = trimmed(header)
    if len(text) > LONGEST_HEADER:
        return False
    whole, words = header_word(text), [header_word(word) for word in _words(_hump.sub(" ", text))]
    behind_to = "".join(words[words.index("to") + 1 :]) if "to" in words else ""
    asks = text.endswith(("?", "？"))
    return (
        whole in _HEADERS  # "go/no-go"
        or not _WORDS.isdisjoint(words)  # "Exclude from pause", "isExcluded"
        or whole in ORDERS  # "Pause"
        or behind_to in ORDERS  # "OK to pause"
        or (asks and any(word in known for word in (whole, *words) for known in _ASKED))  # "Pause it?"
        or _YES_NO.search(text) is not None  # "Migrate (y/n)"
        or _TO_BE.search(text) is not None  # "To be paused"
        or (text.casefold() in _MARKS and (whole == "x" or not whole))  # "☑"
    )


class Marks:
    """What the columns hold that may say which rows are meant, row by row."""

    def __init__(self, places: Places, columns: Sequence[str], decided: Collection[int]) -> None:
        """Watch those of a list's *columns* that nobody has *decided* about, by their places."""
        self._places = places
        self._columns = columns
        self._watched = {
            place: _Cells()
            for place, column in enumerate(columns)
            if place not in decided and (says_which_rows(column) or not trimmed(column))
        }

    def show(self, row: Operation | Rejection | LeftOut) -> bool:
        """Take note of a row, if anything would be done, and return whether any other matters."""
        for place, seen in list(self._watched.items()) if isinstance(row, Operation) else ():
            seen.show(row.line, trimmed(row.cells[place]) if place < len(row.cells) else "")
            if seen.others > max(seen.marks, MOST_VALUES):
                del self._watched[place]
        return bool(self._watched)

    def refusals(self) -> Iterator[InputError]:
        """Yield what to say of each column whose cells differ, and most of which are marks: some may have a remark."""
        for place, seen in self._watched.items():
            named = bool(trimmed(self._columns[place]))
            if len(seen.lines_of) > 1 and seen.marks >= max(seen.others, 1) and (named or not seen.is_counted()):
                yield self._refusal(place, seen.lines_of)

    def _refusal(self, place: int, lines_of: dict[str, list[int]]) -> InputError:
        column = self._columns[place]
        name = f"the column {column!r}" if trimmed(column) else f"{self._places.of_column(place + 1)}, without a name,"
        told = [f"{_shown(value)} on {self._places.among(lines)}" for value, lines in lines_of.items()]
        held = "; ".join([*told[:VALUES_SHOWN], *["and others"] * (len(told) > VALUES_SHOWN)])
        value = next(filter(None, lines_of), "")
        return InputError(
            f"{self._places.name}: {name} says of each row whether it is meant, and is not read: {held}",
            f"say which rows are wanted with --where {quote(f'{column}={value}')} or {quote(f'{column}!={value}')}; "
            f"if it means nothing here, {IGNORE_FLAG} {quote(column)}"
            if trimmed(column)
            else f"give it a name; then say which rows are wanted with --where, or pass {IGNORE_FLAG} with the name",
        )


class _Cells:
    """The cells of one column, each with the first lines of it; how many are marks, and others that are not blank."""

    def __init__(self) -> None:
        self.lines_of: dict[str, list[int]] = {}
        self.marks = self.others = 0

    def is_counted(self) -> bool:
        """Say whether the cells are numbers: what counts rows has no name either."""
        return all(map(str.isdecimal, filter(None, self.lines_of)))

    def show(self, line: int, cell: str) -> None:
        lines = self.lines_of.get(cell)
        if lines is None and len(self.lines_of) < MOST_VALUES:
            lines = self.lines_of[cell] = []
        if lines is not None and len(lines) <= SHOWN:
            lines.append(line)
        is_mark = cell.casefold() in _MARKS or LOST in cell
        self.marks += is_mark
        self.others += bool(cell) and not is_mark


class ActionColumns:
    """What columns hold that are nothing but words for actions, row by row."""

    def __init__(self, name: str, columns: Sequence[str], decided: Collection[int]) -> None:
        """Watch those of the *columns* of the list *name* that nobody has *decided* about, by their places."""
        self._name = name
        self._columns = columns
        self._rows = 0
        self._watched: dict[int, Counter[str]] = {
            place: Counter()
            for place in range(len(columns))
            if place not in decided and not tells_what_is(columns[place])
        }

    def show(self, row: Operation | Rejection | LeftOut) -> bool:
        """Take note of a row, and return whether any other matters."""
        return self.look(row.cells)

    def look(self, cells: Sequence[str]) -> bool:
        """Take note of the cells of a row, and return whether any others matter."""
        self._rows += 1
        for place, words in list(self._watched.items()):
            cell = trimmed(cells[place]) if place < len(cells) else ""
            if cell and not is_action(cell) and LOST not in cell:
                del self._watched[place]
            elif cell and LOST not in cell:
                words[cell.casefold()] += 1
        return bool(self._watched)

    def advice(self) -> str | None:
        """Return the flag for the first column that holds actions and nothing else, or None if there is none."""
        for place, words in self._watched.items():
            if words:
                held = f"the column {self._columns[place]!r} holds actions in {words.total():,} of {self._rows:,} rows"
                return f"{held}: pass --action-column {quote(self._columns[place])}"
        return None

    def refusals(self, wanted: Action) -> Iterator[InputError]:
        """Yield what to say of each column whose words are not only for what is *wanted*."""
        for place, words in self._watched.items():
            if any(action_in(word) is not wanted for word in words):
                yield self._refusal(self._columns[place], words, wanted)

    def _refusal(self, column: str, words: Counter[str], wanted: Action) -> InputError:
        held = ", ".join(f"{word!r} ({count:,})" for word, count in words.most_common(WORDS_SHOWN))
        told = f"holds actions in {words.total():,} of {self._rows:,} rows, and not only {wanted}: {held}"
        return InputError(
            f"{self._name}: the column {column!r} {told}",
            f"if it says what to do, drop --action and pass --action-column {quote(column)}; "
            f"if not, {IGNORE_FLAG} {quote(column)}",
        )


def _shown(value: str) -> str:
    return repr(value) if value else "blank"
