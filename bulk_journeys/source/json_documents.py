"""JSON files: an object a line, a list of them, the lists inside a larger object, or one object after another."""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, Final

from bulk_journeys.errors import InputError
from bulk_journeys.source.json_rows import (
    LENIENT,
    MOST_COLUMNS,
    STRICT,
    Columns,
    Shapes,
    cell,
    flat,
    remarks_of,
    told_partial,
)
from bulk_journeys.source.json_text import Document, List, Span, behind_comma
from bulk_journeys.source.table import Fault, Form, InvalidRow, Reading, Row
from bulk_journeys.source.text import LONGEST_LINE

Lines = Callable[[int], Iterator[str]]
"""The lines of a file from its start, up to a length."""

LONGEST_DOCUMENT: Final = 1 << 26
"""Characters of JSON that is not one value a line: such a file has to be held in memory."""
HEAD_LINES: Final = 20

MOST_KEPT: Final = 1000
"""Characters of a value that is no row."""

BY_ROWS: Final = "export it with one object for each row"
_SPLIT: Final = frozenset({("columns",), ("index",), ("data",)})
"""The lists of a table that pandas writes with ``orient="split"``."""

Read = Callable[[str, int], tuple[list[str], int]]
"""Takes a text and the place of a value in it. Returns the cells and the place behind it, or raises ValueError."""


def json_readings(name: str, lines: Lines, encoding: str) -> list[Reading]:
    """Return the readings of a file that begins like JSON: one for each list of journeys in it. Raises InputError."""
    head = [line for line in islice(lines(LONGEST_DOCUMENT), HEAD_LINES) if not is_left_out(line)]
    if len(head) > 1 and _is_row(head[0]):
        return [_lines_reading(lines, encoding, head)]
    try:
        document = Document(name, _text(name, lines))
    except InputError:
        if not any(_is_row(line) and _opening(line) == _opening(head[0]) for line in head):
            raise
        return [_lines_reading(lines, encoding, head)]
    return list(_document_readings(document, encoding))


def is_left_out(line: str) -> bool:
    """Say whether JSON may have *line* above it or between its lines: it is blank, or a comment."""
    return line.isspace() or line.lstrip().startswith(("#", "//"))


def _opening(line: str) -> str:
    return line.lstrip()[:1]


def _is_row(line: str) -> bool:
    """Say whether *line* is a whole object, or a list that is a row, and not one of rows."""
    try:
        value = LENIENT.decode(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) or (isinstance(value, list) and not isinstance((*value, "")[0], dict | list))


def _lines_reading(lines: Lines, encoding: str, head: list[str]) -> Reading:
    form = Form("JSON lines", encoding)
    if _opening(next(filter(_is_row, head))) == "[":
        return Reading(form, partial(_list_lines, lines), rigid=True)
    columns = Columns()
    return Reading(form, partial(_object_lines, lines, columns), columns.names, rigid=True)


def _object_lines(lines: Lines, columns: Columns) -> Iterator[Row | InvalidRow]:
    shapes = Shapes()
    in_order = False
    for number, line in enumerate(lines(LONGEST_LINE), 1):
        if (shape := shapes.last) and (found := shape.match(line)):
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
            shapes.learn(value)
            in_order = shapes.last is not None and shapes.last.keys == columns.names
            yield Row(number, number, cells)


def _list_lines(lines: Lines) -> Iterator[Row | InvalidRow]:
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


def _rejected(line: int, text: str, error: ValueError | RecursionError) -> InvalidRow:
    return InvalidRow(line, [Fault("", text.strip(), f"is not a row in JSON: {_said(error)}")], [])


def _said(error: ValueError | RecursionError) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _text(name: str, lines: Lines) -> str:
    text = io.StringIO(newline="\n")
    size = 0
    for line in lines(LONGEST_DOCUMENT):
        size += text.write(line)
        if size > LONGEST_DOCUMENT:
            reason = (
                f"{name}: JSON that is not one object a line may have {LONGEST_DOCUMENT:,} characters, and has more"
            )
            raise InputError(reason, "write one object a line, as with jq -c '.[]'")
    return text.getvalue()


def _document_readings(document: Document, encoding: str) -> Iterator[Reading]:
    """Yield the readings of a document. Raises InputError where nobody can tell what its rows are."""
    form = Form("JSON", encoding)
    text, start = document.text, document.span.start
    if document.second is not None:
        if _begins_list_of_rows(text[start : document.second]):
            raise document.something_else(document.second)
        yield _values_reading(document, document.span, Form("JSON objects", encoding))
    elif text[start] == "[":
        inner = Span(behind_comma(text, start + 1), document.span.end - 1)
        yield _values_reading(document, inner, form)
    elif document.by_columns:
        raise document.refusal(start, "the table is written by columns", BY_ROWS)
    else:
        yield from _object_readings(document, encoding)


_begins_list_of_rows: Final = re.compile(r"\[[ \t\r\n]*+[\[{]").match


def _object_readings(document: Document, encoding: str) -> Iterator[Reading]:
    """Yield the object as a single row, and the lists in it; or the table that it is, its header kept apart."""
    lists = {one.path: one for one in document.lists}
    header, body = lists.get(("columns",)), lists.get(("data",))
    if header and body and _SPLIT.issuperset(lists) and (header.opening, body.opening) == ('"', "["):
        told = told_partial(document.said, body.length)
        yield replace(_table_reading(document, header, body, Form("JSON", encoding)), partial=told)
        return
    yield _whole_reading(document, Form("JSON", encoding))
    remarks = [f"beside the rows it says {remark}" for remark in remarks_of(document.said)]
    for one in document.lists:
        form = Form("JSON", encoding, sheet=".".join(one.path), notes=remarks)
        if document.is_column(one):
            yield Reading(form, partial(_refused, document, one), rigid=True)
        else:
            told = told_partial(document.said, one.length)
            yield replace(_values_reading(document, one.span, form), partial=told)


def _refused(document: Document, column: List) -> Iterator[Row | InvalidRow]:
    """Refuse a list that may be only one column of a table."""
    what = f"the list {column.path[-1][:80]!r} has another beside it that is as long, as a table written by columns has"
    raise document.refusal(column.span.start, what, BY_ROWS)


def _table_reading(document: Document, header: List, body: List, form: Form) -> Reading:
    if header.length > MOST_COLUMNS:
        raise document.refusal(header.span.start, f"there are more than {MOST_COLUMNS} columns", BY_ROWS)
    columns = [one.cells[0] if one.cells else "" for one in _value_rows(document, header.span, _list_at)]
    return Reading(form, partial(_value_rows, document, body.span, partial(_full_list_at, len(columns))), columns, True)


def _values_reading(document: Document, span: Span, form: Form) -> Reading:
    """Return the reading of values as rows: objects by their keys, lists and strings by their places."""
    if document.text.startswith("{", span.start):
        columns = Columns()
        rows = partial(_value_rows, document, span)
        return Reading(form, lambda: rows(_objects_at(columns)), columns.names, rigid=True)
    return Reading(form, partial(_value_rows, document, span, _list_at), rigid=True)


def _whole_reading(document: Document, form: Form) -> Reading:
    """Return the reading of an object as a row; one that is longer than any line may be is there for its lists."""
    start, end = document.span
    if end - start <= LONGEST_LINE:
        return _values_reading(document, document.span, form)
    line, error = document.line(start), ValueError(f"it has {end - start:,} characters")
    rejected = _rejected(line, document.text[start : start + MOST_KEPT], error)
    return Reading(form, lambda: iter([rejected]), [], rigid=True)


def _value_rows(document: Document, span: Span, read: Read) -> Iterator[Row | InvalidRow]:
    text, (place, end) = document.text, span
    line = document.line(place)
    while place < end:
        try:
            cells, behind = read(text, place)
        except (ValueError, RecursionError) as error:
            behind = document.end(place)
            yield _rejected(line, text[place : min(behind, place + MOST_KEPT)], error)
            line += document.line_ends(place, behind)
        else:
            line_end = line + document.line_ends(place, behind)
            yield Row(line, line_end, cells)
            line = line_end
        place = behind_comma(text, behind)
        line += document.line_ends(behind, place)


def _objects_at(columns: Columns) -> Read:
    shapes = Shapes()

    def read(text: str, place: int) -> tuple[list[str], int]:
        if (shape := shapes.last) and (found := shape.match_at(text, place)):
            return columns.cells(dict(zip(shape.keys, found.groups(), strict=True))), found.end()
        value, end = STRICT.raw_decode(text, place)
        cells = columns.cells(flat(value))
        shapes.learn(value)
        return cells, end

    return read


def _list_at(text: str, place: int) -> tuple[list[str], int]:
    value, end = STRICT.raw_decode(text, place)
    return [cell(value)] if isinstance(value, str) else _listed(value), end


def _full_list_at(width: int, text: str, place: int) -> tuple[list[str], int]:
    cells, end = _list_at(text, place)
    if len(cells) != width:
        raise ValueError(f"it has {len(cells)} cells, and there are {width} columns")
    return cells, end
