"""Columns that say of each row whether it is meant, or what to do: what nobody reads there is not done all the same.

A column says whether a row is meant if its header says so and its cells do: yes and no, in any of the ways that people
tick a box. It says what to do if most of its cells are words for an action, such as "pause", whatever its header.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from shlex import quote
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.document import LeftOut, Operation
from bulk_journeys.source.table import LOST, SHOWN, InvalidRow, Places, cell_at
from bulk_journeys.vocabulary.action_word import action_in
from bulk_journeys.vocabulary.headers import is_mark, is_no, says_which_rows, tells_what_is
from bulk_journeys.vocabulary.normalise import header_word, normal, trimmed
from bulk_journeys.vocabulary.word_tables import is_negation, vocabulary

IGNORE_FLAG: Final = "--ignore-column"
MARKS_SHOWN: Final = 6
"""Different cells of a column of marks that a refusal tells of."""
WORDS_SHOWN: Final = 5
"""Different words of a column of actions that a refusal tells of, and as many that are no actions."""
ROWS_TO_JUDGE: Final = 20
"""Rows after which a column is judged again, and no more watched if it is not one of actions."""
MOST: Final = 0.5
"""A column is one of actions if more than this share of what it says are actions."""
MOST_VALUES: Final = 1000
"""Different cells that are kept of a column; and so many others in front of fewer marks make it another column."""


class Marks:
    """What the columns hold that may say which rows are meant, row by row."""

    def __init__(self, places: Places, columns: Sequence[str], decided: Collection[int]) -> None:
        """Watch those of a list's *columns* that nobody has *decided* about, by their indexes."""
        self._places = places
        self._columns = columns
        self._watched = {
            index: _Cells()
            for index, column in enumerate(columns)
            if index not in decided and (says_which_rows(column) or not trimmed(column))
        }

    def note(self, row: Operation | InvalidRow | LeftOut) -> bool:
        """Take note of a row, if anything would be done, and return whether any other matters."""
        for index, seen in list(self._watched.items()) if isinstance(row, Operation) else ():
            seen.note(row.line, trimmed(cell_at(row.cells, index)))
            if seen.others > max(seen.marks, MOST_VALUES):
                del self._watched[index]
        return bool(self._watched)

    def refusals(self) -> Iterator[InputError]:
        """Yield what to say of each column whose cells differ, and most of which are marks: some may have a remark."""
        for index, seen in self._watched.items():
            if len(seen.lines_of) > 1 and seen.are_marks() and not self._is_counter(index, seen):
                yield self._refusal(index, seen.lines_of)

    def _is_counter(self, index: int, seen: "_Cells") -> bool:
        """Say whether a column counts rows, if it has no name, or anything; 0 and 1 below a name are marks."""
        numbers = [cell for cell in seen.lines_of if cell]
        return all(map(str.isdecimal, numbers)) and (
            not trimmed(self._columns[index]) or not {"0", "1"}.issuperset(numbers)
        )

    def _refusal(self, index: int, lines_of: dict[str, list[int]]) -> InputError:
        column = self._columns[index]
        name = f"the column {column!r}" if trimmed(column) else f"{self._places.of_column(index + 1)}, without a name,"
        told = [f"{_shown(value)} on {self._places.among(lines)}" for value, lines in lines_of.items()]
        held = "; ".join([*told[:MARKS_SHOWN], *["and others"] * (len(told) > MARKS_SHOWN)])
        return InputError(
            f"{self._places.name}: {name} says of each row whether it is meant, and is not read: {held}",
            self._advice(column, list(filter(None, lines_of))),
        )

    def _advice(self, column: str, values: Sequence[str]) -> str:
        if not trimmed(column):
            return f"give it a name; then say which rows are wanted with --where, or pass {IGNORE_FLAG} with the name"
        if [one.strip() for one in self._columns].count(column.strip()) > 1:
            return "there are several columns of that name: rename all but one of them first"
        yes = next((value for value in values if not is_no(value)), None)
        value, signs = (values[0], ("!=", "=")) if yes is None else (yes, ("=", "!="))
        filters = " or ".join(f"--where {quote(f'{column}{sign}{_listed(value)}')}" for sign in signs)
        return f"say which rows are wanted with {filters}; if it means nothing here, {IGNORE_FLAG} {quote(column)}"


def _listed(value: str) -> str:
    """Return *value* as one of several between commas."""
    return '"{}"'.format(value.replace('"', '""')) if set(value) & {",", '"'} else value


class _Cells:
    """The cells of one column, each with the first lines of it; how many are marks, and others that are not blank."""

    def __init__(self) -> None:
        self.lines_of: dict[str, list[int]] = {}
        self._spelt: dict[str, str] = {}
        self.marks = self.others = 0

    def are_marks(self) -> bool:
        """Say whether most cells are marks, or one of two: a remark makes no other column of it; 'SE' by 'NO' does."""
        return self.marks > self.others or self.marks == self.others == 1

    def note(self, line: int, cell: str) -> None:
        folded = cell.casefold()  # a filter knows no difference either
        if folded not in self._spelt and len(self._spelt) < MOST_VALUES:
            self._spelt[folded] = cell
            self.lines_of[cell] = []
        spelt = self._spelt.get(folded)
        if spelt is not None and len(self.lines_of[spelt]) <= SHOWN:
            self.lines_of[spelt].append(line)
        marked = is_mark(cell) or LOST in cell
        self.marks += marked
        self.others += bool(cell) and not marked


class ActionColumns:
    """What columns hold that are words for actions, row by row, whatever else is among them."""

    def __init__(self, name: str, columns: Sequence[str], decided: Collection[int]) -> None:
        """Watch those of the *columns* of the list *name* that nobody has *decided* about, by their indexes."""
        self._name = name
        self._columns = columns
        self._rows = 0
        self._watched: dict[int, Counter[str]] = {
            index: Counter()
            for index in range(len(columns))
            if index not in decided and not tells_what_is(columns[index])
        }

    def note(self, row: Operation | InvalidRow | LeftOut) -> bool:
        """Take note of a row, and return whether any other matters."""
        return self.note_cells(row.cells)

    def note_cells(self, cells: Sequence[str]) -> bool:
        """Take note of the cells of a row, and return whether any others matter."""
        self._rows += 1
        for index, words in list(self._watched.items()):
            cell = trimmed(cell_at(cells, index))
            if cell and LOST not in cell:
                words[cell.casefold()] += 1
            if words and self._rows % ROWS_TO_JUDGE == 0 and _share(words) <= MOST:
                del self._watched[index]
        return bool(self._watched)

    def advice(self) -> str | None:
        """Return the flag for the first column that holds mostly actions, or None if there is none."""
        for index, words in self._watched.items():
            if words and _share(words) > MOST:
                return f"{self._described(index, words)}: pass --action-column {quote(self._columns[index])}"
        return None

    def refusals(self, wanted: Action) -> Iterator[InputError]:
        """Yield what to say of each column of actions that are not all what is *wanted*; a column of few is none."""
        for index, words in self._watched.items():
            is_full = words.total() >= MOST * self._rows
            if is_full and _share(words) > MOST and any(action_in(word) is not wanted for word in words):
                yield self._refusal(index, words, wanted)

    def _described(self, index: int, words: Counter[str]) -> str:
        actions = sum(count for word, count in words.items() if _is_action_word(word))
        return f"the column {self._columns[index]!r} holds actions in {actions:,} of {self._rows:,} rows"

    def _refusal(self, index: int, words: Counter[str], wanted: Action) -> InputError:
        counts = words.most_common()
        actions = [f"{word!r} ({count:,})" for word, count in counts if _is_action_word(word)]
        others = [f"{word!r} ({count:,})" for word, count in counts if not _is_action_word(word)]
        told = f", beside {', '.join(others[:WORDS_SHOWN])}" if others else ""
        first, column = ", ".join(actions[:WORDS_SHOWN]), quote(self._columns[index])
        return InputError(
            f"{self._name}: {self._described(index, words)}, and not only {wanted}: {first}{told}",
            f"if it says what to do, drop --action and pass --action-column {column}; if not, {IGNORE_FLAG} {column}",
        )


def _share(words: Counter[str]) -> float:
    """Return how much of what is said are actions; "do not pause" counts for nothing, and alone is a remark."""
    actions = sum(count for word, count in words.items() if _is_action_word(word))
    others = sum(count for word, count in words.items() if not _is_action_word(word) and not is_negation(word))
    return actions / (actions + others) if actions else 0


def _is_action_word(word: str) -> bool:
    """Say whether *word* says what to do; 'paused' and 'launch' may be what a journey is, or its aim."""
    known = vocabulary()
    return header_word(word) in known.sure_actions or normal(word) in known.ambiguous


def _shown(value: str) -> str:
    return repr(value) if value else "blank"
