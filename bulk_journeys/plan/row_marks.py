"""Columns that say of each row whether it is meant, or what to do: what nobody reads there is not done all the same.

A column says whether a row is meant if its header says so and its cells do: yes and no, in any of the ways that people
tick a box. It says what to do if most of its cells are orders, such as "pause", whatever its header.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from shlex import quote
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.columns import tells_what_is
from bulk_journeys.plan.document import LeftOut, Operation
from bulk_journeys.source.table import LOST, SHOWN, InvalidRow, Places
from bulk_journeys.vocabulary.action_word import action_in
from bulk_journeys.vocabulary.normalise import LONGEST_HEADER, header_word, normal, trimmed, unwrapped
from bulk_journeys.vocabulary.words import AMBIGUOUS, NO_ACTIONS, ORDERS, is_negation, split_words

IGNORE_FLAG: Final = "--ignore-column"
WORDS_SHOWN: Final = 5
ROWS_TO_JUDGE: Final = 20
MOST: Final = 0.5
"""A column is one of actions if more of what it says are actions, judged every few rows."""
VALUES_SHOWN: Final = 6

_ASKED: Final = ORDERS | AMBIGUOUS.keys() | NO_ACTIONS
_STATES: Final = frozenset({"draft", "drafts"})
"""Orders that are more often what a journey is."""
_WORDS: Final = frozenset(
    split_words(
        "skip, skipped, exclude, excluded, exclusion, ignore, ignored, omit, omitted, include, included, inclusion, "
        "select, selected, selection, approve, approved, approval, confirm, confirmed, confirmation, delete, deleted, "
        "remove, removed, keep, except, exempt, veto, rejected, declined"
    )
)
"""What people who have gone through a list say of its rows."""

_BESIDE: Final = _ASKED | frozenset(
    split_words(
        "is, are, was, be, been, to, should, shall, we, this, these, that, it, them, row, rows, line, lines, journey, "
        "journeys, campaign, campaigns, flow, flows, flag, final, finally, manually, please, now, yes, no, ok, "
        "running, from"
    )
)
"""What may stand beside such a word. 'Skip weekends' and 'Excluded users' say something of the journey itself."""

_HEADERS: Final = frozenset(
    header_word(word)
    for word in split_words(
        "leave out, left out, leave alone, leave it, exception, do not touch, dont touch, protect, protected, "
        "kept, in scope, out of scope, chosen, tick, ticked, check, checked, mark, marked, flag, flagged, accepted, "
        "agreed, signed off, sign off, okay, okayed, ok to go, legal ok, go, go/no-go, go ahead, do it, do this, "
        "execute, process, apply, proceed, ready, done, handled, cancelled, canceled, hold, on hold, "
        "needed, required, wanted, relevant"
    )
)
"""The same in words that say something else beside others, as 'VIP flag' does."""

_YES_NO: Final = re.compile(
    r"\b(?:y/n|yes/no|true/false)\b|[(\[]\s*(?:j|ja|s|si|sí|sim|o|oui|1|x)\s*/\s*\w*\s*[)\]]", re.IGNORECASE
)
_TO_BE: Final = re.compile(r"\b(?:to|should) be \w+ed\b", re.IGNORECASE)
_words: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*").findall
_aside: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|\b\w+['’]s\b")
"""What says nothing of the rows by itself: 'Anna's approval', 'Skip (x = yes)'."""
_hump: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NO: Final = frozenset(
    split_words(
        "false, no, n, f, 0, 0.0, off, -, ☐, ✗, ✘, ✕, ❌, [ ], [], nein, falsch, non, faux, não, nao, falso, нет, "
        "ложь, ні, nie, fałsz, hayır, いいえ, 否, 아니요, لا, not, never, dont, don't, rejected, declined, denied, veto"
    )
)
_MARKS: Final = _NO | frozenset(
    split_words(
        "true, yes, y, t, x, 1, 1.0, on, ok, okay, +, ☑, ☒, ✓, ✔, ✅, [x], ja, wahr, si, sí, oui, vrai, sim, "
        "verdadeiro, verdadero, vero, да, истина, так, tak, prawda, evet, はい, 是, 예, نعم, tbd, n/a, pending, maybe"
    )
)
"""What stands in a box that was ticked or not, alone or before a remark; a blank cell is one as well."""
_first_word: Final = re.compile(r"[^\s,;:(]+").match

MOST_VALUES: Final = 1000
"""Different cells that are kept of a column; and so many others in front of fewer marks make it another column."""


def says_which_rows(header: str) -> bool:
    """Say whether *header* is that of a column which tells the rows that are meant from those that are not."""
    text = trimmed(header)
    if len(text) > LONGEST_HEADER:
        return False
    name = text.rpartition(".")[2] if "." in text else text  # "meta.deleted" in JSON
    name = _aside.sub("", name) or name
    whole, words = header_word(name), [header_word(word) for word in _words(_hump.sub(" ", name))]
    behind_to = "".join(words[words.index("to") + 1 :]) if "to" in words else ""
    asks = text.endswith(("?", "？"))
    return (
        whole in _HEADERS  # "go/no-go"
        or _is_about_rows(words)  # "Exclude from pause", "isExcluded", "Approved by legal"
        or (whole in ORDERS and whole not in _STATES)  # "Pause"
        or behind_to in ORDERS  # "OK to pause"
        or (not _NO.isdisjoint(words) and "".join(words[-1:]) in ORDERS)  # "Don't pause"
        or (asks and not _ASKED.isdisjoint((whole, *words)))  # "Pause it?"
        or (asks and "ok" in words)  # "Anna OK?"
        or text == "OK"  # and not the key 'ok' of JSON
        or _YES_NO.search(text) is not None  # "Migrate (y/n)"
        or _TO_BE.search(text) is not None  # "To be paused"
        or (text.casefold() in _MARKS and (whole == "x" or not whole))  # "☑"
    )


def _is_about_rows(words: Sequence[str]) -> bool:
    """Say whether *words* have one for a row in them, and up to "by" nothing else that matters."""
    said = words[: words.index("by")] if "by" in words else words
    return not _WORDS.isdisjoint(said) and all(word in _WORDS or word in _BESIDE or len(word) == 1 for word in said)


def _is_mark(cell: str) -> bool:
    """Say whether *cell* is a mark, or begins with one: "No - keep", "not approved"."""
    text = unwrapped(cell).casefold()
    first = _first_word(text)
    return text in _MARKS or (
        first is not None and (first[0] in _MARKS or first[0] in _WORDS) and not first[0].isdecimal()
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

    def show(self, row: Operation | InvalidRow | LeftOut) -> bool:
        """Take note of a row, if anything would be done, and return whether any other matters."""
        for place, seen in list(self._watched.items()) if isinstance(row, Operation) else ():
            seen.show(row.line, trimmed(row.cells[place]) if place < len(row.cells) else "")
            if seen.others > max(seen.marks, MOST_VALUES):
                del self._watched[place]
        return bool(self._watched)

    def refusals(self) -> Iterator[InputError]:
        """Yield what to say of each column whose cells differ, and most of which are marks: some may have a remark."""
        for place, seen in self._watched.items():
            if len(seen.lines_of) > 1 and seen.are_marks() and not self._counts(place, seen):
                yield self._refusal(place, seen.lines_of)

    def _counts(self, place: int, seen: "_Cells") -> bool:
        """Say whether a column counts rows, if it has no name, or anything; 0 and 1 below a name are marks."""
        numbers = [cell for cell in seen.lines_of if cell]
        return all(map(str.isdecimal, numbers)) and (
            not trimmed(self._columns[place]) or not {"0", "1"}.issuperset(numbers)
        )

    def _refusal(self, place: int, lines_of: dict[str, list[int]]) -> InputError:
        column = self._columns[place]
        name = f"the column {column!r}" if trimmed(column) else f"{self._places.of_column(place + 1)}, without a name,"
        told = [f"{_shown(value)} on {self._places.among(lines)}" for value, lines in lines_of.items()]
        held = "; ".join([*told[:VALUES_SHOWN], *["and others"] * (len(told) > VALUES_SHOWN)])
        return InputError(
            f"{self._places.name}: {name} says of each row whether it is meant, and is not read: {held}",
            self._advice(column, list(filter(None, lines_of))),
        )

    def _advice(self, column: str, values: Sequence[str]) -> str:
        if not trimmed(column):
            return f"give it a name; then say which rows are wanted with --where, or pass {IGNORE_FLAG} with the name"
        if [one.strip() for one in self._columns].count(column.strip()) > 1:
            return "there are several columns of that name: rename all but one of them first"
        yes = next((value for value in values if value.casefold() not in _NO), None)
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

    def show(self, line: int, cell: str) -> None:
        folded = cell.casefold()  # a filter knows no difference either
        if folded not in self._spelt and len(self._spelt) < MOST_VALUES:
            self._spelt[folded] = cell
            self.lines_of[cell] = []
        spelt = self._spelt.get(folded)
        if spelt is not None and len(self.lines_of[spelt]) <= SHOWN:
            self.lines_of[spelt].append(line)
        is_mark = _is_mark(cell) or LOST in cell
        self.marks += is_mark
        self.others += bool(cell) and not is_mark


class ActionColumns:
    """What columns hold that are words for actions, row by row, whatever else is among them."""

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

    def show(self, row: Operation | InvalidRow | LeftOut) -> bool:
        """Take note of a row, and return whether any other matters."""
        return self.look(row.cells)

    def look(self, cells: Sequence[str]) -> bool:
        """Take note of the cells of a row, and return whether any others matter."""
        self._rows += 1
        for place, words in list(self._watched.items()):
            cell = trimmed(cells[place]) if place < len(cells) else ""
            if cell and LOST not in cell:
                words[cell.casefold()] += 1
            if words and self._rows % ROWS_TO_JUDGE == 0 and _share(words) <= MOST:
                del self._watched[place]
        return bool(self._watched)

    def advice(self) -> str | None:
        """Return the flag for the first column that holds mostly actions, or None if there is none."""
        for place, words in self._watched.items():
            if words and _share(words) > MOST:
                return f"{self._held(place, words)}: pass --action-column {quote(self._columns[place])}"
        return None

    def refusals(self, wanted: Action) -> Iterator[InputError]:
        """Yield what to say of each column of actions that are not all what is *wanted*; a column of few is none."""
        for place, words in self._watched.items():
            is_full = words.total() >= MOST * self._rows
            if is_full and _share(words) > MOST and any(action_in(word) is not wanted for word in words):
                yield self._refusal(place, words, wanted)

    def _held(self, place: int, words: Counter[str]) -> str:
        actions = sum(count for word, count in words.items() if _is_order(word))
        return f"the column {self._columns[place]!r} holds actions in {actions:,} of {self._rows:,} rows"

    def _refusal(self, place: int, words: Counter[str], wanted: Action) -> InputError:
        counts = words.most_common()
        orders = [f"{word!r} ({count:,})" for word, count in counts if _is_order(word)]
        others = [f"{word!r} ({count:,})" for word, count in counts if not _is_order(word)]
        told = f", beside {', '.join(others[:WORDS_SHOWN])}" if others else ""
        column = quote(self._columns[place])
        return InputError(
            f"{self._name}: {self._held(place, words)}, and not only {wanted}: {', '.join(orders[:WORDS_SHOWN])}{told}",
            f"if it says what to do, drop --action and pass --action-column {column}; if not, {IGNORE_FLAG} {column}",
        )


def _share(words: Counter[str]) -> float:
    """Return how much of what is said are actions; "do not pause" counts for nothing, and alone is a remark."""
    actions = sum(count for word, count in words.items() if _is_order(word))
    others = sum(count for word, count in words.items() if not _is_order(word) and not is_negation(word))
    return actions / (actions + others) if actions else 0


def _is_order(word: str) -> bool:
    """Say whether *word* says what to do; 'paused' and 'launch' may be what a journey is, or its aim."""
    return header_word(word) in ORDERS or normal(word) in AMBIGUOUS


def _shown(value: str) -> str:
    return repr(value) if value else "blank"
