"""A text of JSON, gone through once from value to value: it is checked, and the lists in it are found.

A list is never decoded as a whole, and of what is in it nothing is kept.
"""

import re
from collections import Counter
from json import JSONDecodeError
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.source.json_rows import DEEPEST, LENIENT, SAYING, Said

MOST_LISTS: Final = 1000
LONGEST_SHOWN: Final = 40

Path = tuple[str, ...]
"""The keys that lead to a value, the outermost first."""

_blanks: Final = re.compile(r"[ \t\r\n]*+").match
_comma: Final = re.compile(r"[ \t\r\n]*+,[ \t\r\n]*+").match
_between: Final = re.compile(r"[ \t\r\n]*+,?+[ \t\r\n]*+").match
_scalars: Final = re.compile(
    r"(?:(?:-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][-+]?[0-9]++)?|true|false|null)[ \t\r\n]*+,[ \t\r\n]*+){1,1000}"
).match
"""Greedy, and bounded for it keeps each turn: before 3.11.5 Python misreads a group that is repeated possessively."""

_begins_as_id: Final = re.compile(r'"[{ ]?[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}').match


class Span(NamedTuple):
    """Where values stand in a text, from the first one's place on: blanks and at most a comma are between them."""

    start: int
    end: int


class List(NamedTuple):
    """A list in an object, and what its first element begins with. *length* is its number of elements, at least one."""

    path: Path
    span: Span
    length: int
    opening: str


class Walked(NamedTuple):
    """The place behind a value, and what it would be as a column: its first character, and how many cells it has."""

    end: int
    column: tuple[str, int] | None = None


def behind_comma(text: str, place: int) -> int:
    """Return the place behind the blanks, and the comma if there is one, at *place*."""
    found = _between(text, place)
    assert found  # noqa: S101  it matches nothing too
    return found.end()


class Document:
    """A text of JSON that has been checked, but for what only the strict decoder minds within an element.

    *span* is where the values of the top stand, *second* the place of the second one, if any. *lists* are those in a
    single object, down to a depth, which have something else than numbers in them, and *said* are the values outside of
    all lists; *by_columns* says that the whole object is a table turned on its side.
    """

    def __init__(self, name: str, text: str) -> None:
        """Walk the *text*. Raises InputError."""
        self.text = text
        self.lists: list[List] = []
        self.said: list[Said] = []
        self.by_columns = False
        self.second: int | None = None
        self._name = name
        self._flat: Counter[tuple[Path, int, bool]] = Counter()
        self._line_ends = [end for end in ("\n", "\r", "\r\n") if end in text]
        start = self._behind_blanks(0)
        self.span = Span(start, self._top(start))

    def line(self, place: int) -> int:
        """Return the line of a place, counted from 1."""
        return 1 + self.line_ends(0, place)

    def line_ends(self, start: int, end: int) -> int:
        r"""Count the lines that end between two places, neither of which is within ``\r\n``."""
        if "\r" not in self._line_ends:
            return self.text.count("\n", start, end) if self._line_ends else 0
        counts = {mark: self.text.count(mark, start, end) for mark in self._line_ends}
        return counts.get("\n", 0) + counts.get("\r", 0) - counts.get("\r\n", 0)

    def end(self, place: int) -> int:
        """Return the place behind the value at *place*, which is decoded. Raises InputError."""
        try:
            return LENIENT.raw_decode(self.text, place)[1]
        except JSONDecodeError as error:
            raise self._broken(error.pos, f"is no JSON: {error.msg}") from None
        except RecursionError:
            raise self._broken(place, "is no JSON: it is nested too deeply") from None

    def is_column(self, one: List) -> bool:
        """Say whether another list beside *one* is as long, neither has rows in it, and they are not all of ids."""
        others, ids = (self._flat[one.path[:-1], one.length, is_id] for is_id in (False, True))
        return one.opening == '"' and others > 0 and others + ids > 1

    def refusal(self, place: int, what: str, advice: str) -> InputError:
        """Return the error that says *what* is wrong on the line of a place."""
        return InputError(f"{self._name}:{self.line(place)}: {what}", advice)

    def something_else(self, place: int) -> InputError:
        """Return the error for what stands beside a whole JSON document."""
        line = re.split(r"[\r\n]", self.text[place : place + LONGEST_SHOWN], maxsplit=1)[0]
        what = f"JSON with something else on line {self.line(place)}: {line!r}"
        return self.refusal(place, what, "leave nothing in the file but one list in JSON")

    def _top(self, place: int) -> int:
        """Walk the values that stand one after the other, and return the place behind the last."""
        end = self._top_value(place).end
        place = self._behind_blanks(end)
        if place < len(self.text):
            self.second = place
        while place < len(self.text):
            end = self._top_value(place).end
            place = self._behind_blanks(end)
        return end

    def _top_value(self, place: int) -> Walked:
        if self.text.startswith("[", place):
            return self._list(place, ())
        if not self.text.startswith("{", place):
            raise self.something_else(place)
        return Walked(self.end(place)) if self.second else self._object(place, ())

    def _value(self, place: int, path: Path) -> Walked:
        if self.text.startswith("[", place):
            return self._list(place, path)
        if self.text.startswith("{", place) and len(path) <= DEEPEST:
            return self._object(place, path)
        return Walked(self.end(place))

    def _list(self, place: int, path: Path) -> Walked:
        start = place = self._behind_blanks(place + 1)
        if self.text.startswith("]", place):
            return Walked(place + 1)
        place, count = self._elements(place)
        if path:
            self._note(List(path, Span(start, place), count, self.text[start]))
        is_flat = self.text[start] not in "[{"
        return Walked(self._closed(place, "]"), ("[", count) if is_flat else None)

    def _elements(self, place: int) -> tuple[int, int]:
        """Return the place behind the last element, and how many there are."""
        text, count = self.text, 1
        while True:
            if text[place : place + 1] not in {"{", '"', "["}:
                while numbers := _scalars(text, place):
                    count += text.count(",", place, numbers.end())
                    place = numbers.end()
            place = self.end(place)
            comma = _comma(text, place)
            if not comma:
                return place, count
            place, count = comma.end(), count + 1

    def _note(self, one: List) -> None:
        if one.opening not in "[{":
            self._flat[one.path[:-1], one.length, _begins_as_id(self.text, one.span.start) is not None] += 1
        if one.opening in '[{"':
            self.lists.append(one)
        if len(self.lists) > MOST_LISTS:
            reason = f"JSON with more than {MOST_LISTS:,} lists in one object"
            raise self.refusal(one.span.start, reason, "write one object for each row, in one list")

    def _object(self, place: int, path: Path) -> Walked:
        keys: set[str] = set()
        columns: set[tuple[str, int] | None] = set()
        place = self._behind_blanks(place + 1)
        more = not self.text.startswith("}", place)
        while more:
            key, start = self._key(place)
            if key in keys:
                raise self._broken(place, f"has the key {key[:80]!r} twice in one object")
            keys.add(key)
            place, column = self._value(start, (*path, key))
            if self.text[start] not in "[{" and len(self.said) < MOST_LISTS:
                self.said.append(Said((*path, key), SAYING.raw_decode(self.text, start)[0]))
            columns.add(column or (None if self.text[start] in "[{" else ("", 1)))
            if more := (comma := _comma(self.text, place)) is not None:
                place = comma.end()
        if not path:
            self.by_columns = len(columns) == 1 < len(keys) and any(map(self._may_be_column, columns))
        is_numbered = columns == {("", 1)} and all(map(str.isdecimal, keys))
        return Walked(self._closed(place, "}"), ("{", len(keys)) if is_numbered else None)

    def _may_be_column(self, column: tuple[str, int] | None) -> bool:
        """Say whether all members of the top being like *column* makes them columns: lists of ids alone do not."""
        return column is not None and column[0] != "" and (column[0] == "{" or self._flat[(), column[1], False] > 0)

    def _key(self, place: int) -> tuple[str, int]:
        """Return the key at *place*, and the place of its value."""
        if not self.text.startswith('"', place):
            raise self._broken(place, "is no JSON: a key in double quotes is missing")
        end = self.end(place)
        key: str = LENIENT.decode(self.text[place:end])
        colon = self._behind_blanks(end)
        if not self.text.startswith(":", colon):
            raise self._broken(colon, "is no JSON: a colon is missing")
        return key, self._behind_blanks(colon + 1)

    def _closed(self, place: int, closing: str) -> int:
        place = self._behind_blanks(place)
        if not self.text.startswith(closing, place):
            raise self._broken(place, f"is no JSON: a comma or {closing} is missing")
        return place + 1

    def _behind_blanks(self, place: int) -> int:
        found = _blanks(self.text, place)
        assert found  # noqa: S101  no blanks are blanks too
        return found.end()

    def _broken(self, place: int, what: str) -> InputError:
        return self.refusal(place, what, "write the list anew with the program that it is from")
