"""A text of JSON, gone through once from value to value: it is checked, and the lists in it are found."""

import re
from collections import Counter
from collections.abc import Callable
from json import JSONDecodeError
from typing import Any, Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.source.json_rows import DEEPEST, LENIENT, SAYING, Said

MOST_LISTS: Final = 1000
LONGEST_SHOWN: Final = 40
LONGEST_PIECE: Final = 1 << 16
"""Characters of a list without rows that are decoded at once: its elements may be many millions."""

Path = tuple[str, ...]
"""The keys that lead to a value, the outermost first."""
Column = tuple[str, int]
"""What a value would be as a column: its first character, and how many cells it has."""
SCALAR: Final[Column] = ("", 1)

ANEW: Final = "write the list anew with the program that it is from"

_blanks: Final = re.compile(r"[ \t\r\n]*").match
_comma: Final = re.compile(r"[ \t\r\n]*,[ \t\r\n]*").match
_begins_as_id: Final = re.compile(r'"[{ ]?[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}').match


def behind_blanks(text: str, index: int) -> int:
    """Return the index behind the blanks at *index*, if there are any."""
    found = _blanks(text, index)
    assert found  # noqa: S101  no blanks are blanks too
    return found.end()


def behind_comma(text: str, index: int) -> int | None:
    """Return the index behind the comma that is next to *index* but for blanks, and behind its blanks; else None."""
    found = _comma(text, index)
    return found.end() if found else None


class List(NamedTuple):
    """A list in an object: where its elements begin and end in the text, and what the first one begins with.

    *length* is the number of elements, at least one.
    """

    path: Path
    start: int
    end: int
    length: int
    opening: str


class Document:
    """A text of JSON that has been checked, but for what only the strict decoder minds within an element.

    It is gone through once, from value to value. A list is never decoded as a whole, for that takes many times the
    memory of its text, and of what is in it nothing is kept.

    The values of the top are from *start* to *end*, and *second* is the index of the second one, or of the text's end.
    *lists* are those in a single object, down to a depth, which have something else than numbers in them, and *said*
    are the values outside of all lists; *by_columns* says that the whole object is a table turned on its side.
    """

    def __init__(self, name: str, text: str) -> None:
        """Go through the *text*. Raises InputError."""
        self.text = text
        self.lists: list[List] = []
        self.said: list[Said] = []
        self.by_columns = False
        self._name = name
        self._flat: Counter[tuple[Path, int, bool]] = Counter()
        self.start = behind_blanks(text, 0)
        self.end = self._walked(self._at_top(self.start), ())[0]
        self.second = index = behind_blanks(text, self.end)
        while index < len(text):
            is_list = text.startswith("[", self._at_top(index))
            self.end = self._list(index, ())[0] if is_list else self.behind(index)
            index = behind_blanks(text, self.end)

    def line(self, index: int) -> int:
        """Return the line of a character, counted from 1."""
        return 1 + self.text.count("\n", 0, index)

    def behind(self, index: int) -> int:
        """Return the index behind the value at *index*. Raises InputError."""
        end: int = self._decoded(LENIENT.raw_decode, index)[1]
        return end

    def is_column(self, one: List) -> bool:
        """Say whether another list beside *one* is as long, neither has rows in it, and they are not all of ids."""
        others, ids = (self._flat[one.path[:-1], one.length, is_id] for is_id in (False, True))
        return one.opening == '"' and others > 0 and others + ids > 1

    def refusal(self, index: int, what: str, advice: str = ANEW) -> InputError:
        """Return the error that says *what* is wrong on the line of a character."""
        return InputError(f"{self._name}:{self.line(index)}: {what}", advice)

    def something_else(self, index: int) -> InputError:
        """Return the error for what stands beside a whole JSON document."""
        line, _, _ = self.text[index : index + LONGEST_SHOWN].partition("\n")
        what = f"JSON with something else on line {self.line(index)}: {line!r}"
        return self.refusal(index, what, "leave nothing in the file but one list in JSON")

    def _at_top(self, index: int) -> int:
        if not self.text.startswith(("[", "{"), index):
            raise self.something_else(index)
        return index

    def _walked(self, index: int, path: Path) -> tuple[int, Column | None]:
        """Go through a value. Returns the index behind it, and what it would be as a column, or None for no column."""
        opening = self.text[index : index + 1]
        if opening == "[":
            return self._list(index, path)
        if opening == "{" and len(path) <= DEEPEST:
            return self._object(index, path)
        value, end = self._decoded(SAYING.raw_decode, index)
        if opening == "{":
            return end, None
        if len(self.said) < MOST_LISTS:
            self.said.append(Said(path, value))
        return end, SCALAR

    def _list(self, index: int, path: Path) -> tuple[int, Column | None]:
        start = index = behind_blanks(self.text, index + 1)
        opening = self.text[start : start + 1]
        if opening == "]":
            return start + 1, None
        is_flat = opening not in {"[", "{"}
        index, count = self._behind_pieces(start) if is_flat else (start, 0)
        more = True
        while more:
            index, more = self._behind_member(self.behind(index), "]")
            count += 1
        if path:
            self._note(List(path, start, index - 1, count, opening))
        return index, ("[", count) if is_flat else None

    def _behind_pieces(self, index: int) -> tuple[int, int]:
        """Return the index behind the elements that can be decoded many at once, and how many they are."""
        count, longest = 0, 64  # most lists are short, and a piece that reaches beyond the end is decoded in vain
        while (comma := self.text.rfind(",", index, index + longest)) >= 0:
            try:
                piece = LENIENT.decode(f"[{self.text[index:comma]}]")
            except (ValueError, RecursionError):
                break  # the comma is within an element or behind the list, or there is a fault to be found
            if not piece:
                break
            index, count, longest = comma + 1, count + len(piece), min(2 * longest, LONGEST_PIECE)
        return behind_blanks(self.text, index), count

    def _note(self, one: List) -> None:
        if one.opening not in "[{":
            self._flat[one.path[:-1], one.length, _begins_as_id(self.text, one.start) is not None] += 1
        if one.opening in '[{"':
            self.lists.append(one)
        if len(self.lists) > MOST_LISTS:
            reason = f"JSON with more than {MOST_LISTS:,} lists in one object"
            raise self.refusal(one.start, reason, "write one object for each row, in one list")

    def _object(self, index: int, path: Path) -> tuple[int, Column | None]:
        keys: set[str] = set()
        columns: set[Column | None] = set()
        index, more = behind_blanks(self.text, index + 1), True
        if self.text.startswith("}", index):
            return index + 1, None
        while more:
            key, start = self._key(index)
            if key in keys:
                raise self.refusal(index, f"has the key {key[:80]!r} twice in one object")
            keys.add(key)
            end, column = self._walked(start, (*path, key))
            columns.add(column)
            index, more = self._behind_member(end, "}")
        if not path:
            self.by_columns = len(columns) == 1 < len(keys) and any(map(self._may_be_column, columns))
        is_numbered = columns == {SCALAR} and all(map(str.isdecimal, keys))
        return index, ("{", len(keys)) if is_numbered else None

    def _may_be_column(self, column: Column | None) -> bool:
        """Say whether all members of the top being like *column* makes them columns: lists of ids alone do not."""
        return column not in {None, SCALAR} and (column[0] == "{" or self._flat[(), column[1], False] > 0)

    def _key(self, index: int) -> tuple[str, int]:
        """Return the key at *index*, and the index of its value."""
        if not self.text.startswith('"', index):
            raise self.refusal(index, "is no JSON: a key in double quotes is missing")
        key, end = self._decoded(LENIENT.raw_decode, index)
        colon = behind_blanks(self.text, end)
        if not self.text.startswith(":", colon):
            raise self.refusal(colon, "is no JSON: a colon is missing")
        return key, behind_blanks(self.text, colon + 1)

    def _behind_member(self, index: int, closing: str) -> tuple[int, bool]:
        """Return the index of the next member and True, or the index behind *closing* and False."""
        if comma := behind_comma(self.text, index):
            return comma, True
        index = behind_blanks(self.text, index)
        if not self.text.startswith(closing, index):
            raise self.refusal(index, f"is no JSON: a comma or {closing} is missing")
        return index + 1, False

    def _decoded(self, decode: Callable[[str, int], tuple[Any, int]], index: int) -> tuple[Any, int]:
        try:
            return decode(self.text, index)
        except JSONDecodeError as error:
            found, _, _ = self.text[error.pos : error.pos + LONGEST_SHOWN].partition("\n")
            wrong = f"{found!r} cannot stand here" if found else "it ends too early"
            raise self.refusal(error.pos, f"is no JSON: {wrong}") from None
        except RecursionError:
            raise self.refusal(index, "is no JSON: it is nested too deeply") from None
