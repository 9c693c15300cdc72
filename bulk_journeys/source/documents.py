"""JSON files: an object a line, a list of them, the lists inside a larger object, or one object after another."""

import re
from collections.abc import Callable, Generator, Iterator, Sequence
from functools import partial
from itertools import islice
from json import JSONDecodeError
from typing import Any, Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.model import Fault, Form, Rejection, Row
from bulk_journeys.source.objects import DEEPEST, LENIENT, STRICT, Columns, Shape, cell, flat
from bulk_journeys.source.readings import Reading
from bulk_journeys.source.text import LONGEST_LINE

Lines = Callable[[int], Iterator[str]]
"""The lines of a file from its start, up to a length."""

LONGEST_DOCUMENT: Final = 1 << 26
"""Characters of JSON that is not one value a line: such a file has to be held in memory."""
HEAD_LINES: Final = 20

_blanks: Final = re.compile(r"[ \t\r\n]*").match
_line_ends: Final = re.compile(r"\r\n?|\n").finditer


def json_readings(name: str, lines: Lines, encoding: str) -> list[Reading]:
    """Return the readings of a file that begins like JSON: one for each list of journeys in it. Raises InputError."""
    head = [line for line in islice(lines(LONGEST_DOCUMENT), HEAD_LINES) if not line.isspace()]
    if len(head) > 1 and _is_value(head[0]):
        return [_lines_reading(lines, encoding, head)]
    try:
        return list(_document_readings(_Document(name, _text(name, lines)), encoding))
    except InputError:
        if not any(map(_is_value, head)):
            raise
        return [_lines_reading(lines, encoding, head)]


def _is_value(line: str) -> bool:
    """Say whether *line* is a whole object or list."""
    try:
        return isinstance(LENIENT.decode(line), dict | list)
    except (ValueError, RecursionError):
        return False


def _lines_reading(lines: Lines, encoding: str, head: list[str]) -> Reading:
    form = Form("JSON lines", encoding)
    if next(filter(_is_value, head)).lstrip().startswith("["):
        return Reading(form, partial(_list_lines, lines), rigid=True)
    columns = Columns()
    return Reading(form, partial(_object_lines, lines, columns), columns.names, rigid=True)


def _object_lines(lines: Lines, columns: Columns) -> Iterator[Row | Rejection]:
    shape: Shape | None = None
    in_order = False
    for number, line in enumerate(lines(LONGEST_LINE), 1):
        if shape and (found := shape.match(line)):
            cells = found.groups() if in_order else columns.cells(dict(zip(shape.keys, found.groups(), strict=True)))
            yield Row(number, number, cells)
        elif line.isspace():
            yield Row(number, number, [])
        else:
            try:
                value = STRICT.decode(line)
                cells = columns.cells(flat(value))
            except (ValueError, RecursionError) as error:
                yield _rejected(number, line, error)
                continue
            shape = Shape.of(value) or shape
            in_order = shape is not None and shape.keys == columns.names
            yield Row(number, number, cells)


def _list_lines(lines: Lines) -> Iterator[Row | Rejection]:
    for number, line in enumerate(lines(LONGEST_LINE), 1):
        if line.isspace():
            yield Row(number, number, [])
            continue
        try:
            yield Row(number, number, _listed(STRICT.decode(line)))
        except (ValueError, RecursionError) as error:
            yield _rejected(number, line, error)


def _listed(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("it is no list")
    return [cell(member) for member in value]


def _rejected(line: int, text: str, error: ValueError | RecursionError) -> Rejection:
    return Rejection(line, [Fault("", text.strip(), f"is not a row in JSON: {_said(error)}")], [])


def _said(error: ValueError | RecursionError) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _text(name: str, lines: Lines) -> str:
    parts: list[str] = []
    size = 0
    for line in lines(LONGEST_DOCUMENT):
        parts.append(line)
        size += len(line)
        if size > LONGEST_DOCUMENT:
            reason = (
                f"{name}: JSON that is not one object a line may have {LONGEST_DOCUMENT:,} characters, and has more"
            )
            raise InputError(reason, "write one object a line, as with jq -c '.[]'")
    return "".join(parts)


class Value(NamedTuple):
    """Where a value stands in a document, and its lines there, counted from 1. *key* is what it is called."""

    key: str
    start: int
    end: int
    line: int
    line_end: int


Place = tuple[int, int]
"""A place in a text, and its line."""


class _Document:
    """A text of JSON, walked value by value: a long list is never decoded as a whole."""

    def __init__(self, name: str, text: str) -> None:
        self.text = text
        self._name = name

    def top(self) -> Iterator[Value]:
        """Yield the values that stand one after the other. Raises InputError."""
        place, line = self._behind_blanks(0, 1)
        while place < len(self.text):
            end, line_end = self._end(place, line, DEEPEST)
            yield Value("", place, end, line, line_end)
            place, line = self._behind_blanks(end, line_end)

    def members(self, outer: Value) -> Iterator[Value]:
        """Yield the members of an object or the elements of a list. Raises InputError, also for two equal keys."""
        keys: set[str] = set()
        for value in self._members(outer.start, outer.line, DEEPEST):
            if value.key in keys:
                raise self._broken(value.line, f"has the key {value.key[:80]!r} twice in one object")
            keys.update([value.key] if value.key else [])
            yield value

    def opening(self, value: Value) -> str:
        """Return the character with which *value* begins, which tells its type."""
        return self.text[value.start]

    def _members(self, place: int, line: int, depth: int) -> Generator[Value, None, Place]:
        """Yield the members, and return the place behind them."""
        closing = {"[": "]", "{": "}"}[self.text[place]]
        key = ""
        place, line = self._behind_blanks(place + 1, line)
        more = not self.text.startswith(closing, place)
        while more:
            if closing == "}":
                key, place, line = self._key(place, line)
            end, line_end = self._end(place, line, depth - 1)
            yield Value(key, place, end, line, line_end)
            place, line = self._behind_blanks(end, line_end)
            if not self.text.startswith((",", closing), place):
                raise self._broken(line, f"is no JSON: a comma or {closing} is missing")
            more = self.text[place] == ","
            if more:
                place, line = self._behind_blanks(place + 1, line)
        return place + 1, line

    def _key(self, place: int, line: int) -> tuple[str, int, int]:
        if not self.text.startswith('"', place):
            raise self._broken(line, "is no JSON: a key in double quotes is missing")
        end, line = self._end(place, line, 0)
        key: str = LENIENT.decode(self.text[place:end])
        colon, line = self._behind_blanks(end, line)
        if not self.text.startswith(":", colon):
            raise self._broken(line, "is no JSON: a colon is missing")
        return key, *self._behind_blanks(colon + 1, line)

    def _end(self, place: int, line: int, depth: int) -> Place:
        """Return the place behind the value that begins at *place*; down to *depth* it is walked."""
        if depth and self.text.startswith(("[", "{"), place):
            return _returned(self._members(place, line, depth))
        try:
            _, end = LENIENT.raw_decode(self.text, place)
        except JSONDecodeError as error:
            raise self._broken(line + self._line_ends(place, error.pos), f"is no JSON: {error.msg}") from None
        except (ValueError, RecursionError) as error:
            raise self._broken(line, f"is no JSON: {_said(error)}") from None
        return end, line + self._line_ends(place, end)

    def _behind_blanks(self, place: int, line: int) -> Place:
        found = _blanks(self.text, place)
        assert found  # noqa: S101  no blanks are blanks too
        return found.end(), line + self._line_ends(place, found.end())

    def _line_ends(self, start: int, end: int) -> int:
        return sum(1 for _ in _line_ends(self.text, start, end))

    def _broken(self, line: int, what: str) -> InputError:
        return InputError(f"{self._name}:{line}: {what}", "write the list anew with the program that it is from")


def _returned(members: Generator[Value, None, Place]) -> Place:
    while True:
        try:
            next(members)
        except StopIteration as end:
            place: Place = end.value
            return place


def _document_readings(document: _Document, encoding: str) -> Iterator[Reading]:
    values = list(document.top())
    if len(values) > 1:
        yield _values_reading(document, values, Form("JSON objects", encoding))
    elif document.opening(values[0]) == "{":
        yield from _object_readings(document, values[0], encoding)
    else:
        yield _values_reading(document, list(document.members(values[0])), Form("JSON", encoding))


def _object_readings(document: _Document, outer: Value, encoding: str) -> Iterator[Reading]:
    """Yield the object as a single row, and the lists in it."""
    yield _values_reading(document, [outer], Form("JSON", encoding))
    for path, values in _lists(document, outer, DEEPEST):
        yield _values_reading(document, values, Form("JSON", encoding, sheet=path))


def _lists(document: _Document, outer: Value, depth: int) -> Iterator[tuple[str, Sequence[Value]]]:
    for member in document.members(outer):
        match document.opening(member):
            case "[":
                if elements := list(document.members(member)):
                    yield member.key, elements
            case "{" if depth:
                for path, values in _lists(document, member, depth - 1):
                    yield f"{member.key}.{path}", values


def _values_reading(document: _Document, values: Sequence[Value], form: Form) -> Reading:
    """Return the reading of *values* as rows: objects by their keys, lists and strings by their places."""
    if values and document.opening(values[0]) == "{":
        columns = Columns()
        return Reading(form, partial(_value_rows, document, values, _of_object(columns)), columns.names, rigid=True)
    return Reading(form, partial(_value_rows, document, values, _of_list), rigid=True)


def _of_object(columns: Columns) -> Callable[[Any], list[str]]:
    return lambda value: columns.cells(flat(value))


def _of_list(value: Any) -> list[str]:
    return [cell(value)] if isinstance(value, str) else _listed(value)


def _value_rows(
    document: _Document, values: Sequence[Value], cells_of: Callable[[Any], list[str]]
) -> Iterator[Row | Rejection]:
    for value in values:
        try:
            decoded, _ = STRICT.raw_decode(document.text, value.start)
            yield Row(value.line, value.line_end, cells_of(decoded))
        except (ValueError, RecursionError) as error:
            yield _rejected(value.line, document.text[value.start : value.end], error)
