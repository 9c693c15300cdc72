"""JSON files: an object a line, a list of them, the lists inside a larger object, or one object after another."""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from msgspec.structs import replace as with_fields

from bulk_journeys.errors import InputError
from bulk_journeys.source.json_rows import (
    LENIENT,
    MOST_COLUMNS,
    STRICT,
    Objects,
    cell,
    remarks_of,
    told_partial,
)
from bulk_journeys.source.json_text import Document, List, behind_blanks, behind_comma
from bulk_journeys.source.table import Fault, Form, InvalidRow, Reading, Row
from bulk_journeys.source.text import LONGEST_LINE

LONGEST_DOCUMENT: Final = 1 << 26
"""Characters of JSON that is not one value a line: such a file has to be held in memory."""
HEAD_LINES: Final = 20
MOST_KEPT: Final = 1000
"""Characters of a value that is no row."""

BY_ROWS: Final = "export it with one object for each row"
_SPLIT: Final = frozenset({("columns",), ("index",), ("data",)})
"""The lists of a table that pandas writes with ``orient="split"``."""

Lines = Callable[[int], Iterator[str]]
"""The lines of a file from its start, up to a length."""
Read = Callable[[str, int], tuple[Sequence[str], int]]
"""Takes a text and the index of a value in it. Returns the cells and the index behind it, or raises ValueError."""


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
    if len(line) > LONGEST_LINE:  # it could not be read as one, and takes many times its length when it is decoded
        return False
    try:
        value = LENIENT.decode(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) or (isinstance(value, list) and not isinstance((*value, "")[0], dict | list))


def _lines_reading(lines: Lines, encoding: str, head: list[str]) -> Reading:
    form = Form("JSON lines", encoding)
    if _opening(next(filter(_is_row, head))) == "[":
        return Reading(form, partial(_line_rows, lines, _list_line), rigid=True)
    objects = Objects()
    return Reading(form, partial(_line_rows, lines, objects.line), objects.columns, rigid=True)


def _line_rows(lines: Lines, read: Callable[[str], Sequence[str]]) -> Iterator[Row | InvalidRow]:
    for number, line in enumerate(lines(LONGEST_LINE), 1):
        try:
            cells = read(line)
        except (ValueError, RecursionError) as error:
            yield _rejected(number, line, error)
        else:
            yield Row(number, number, cells)


def _rejected(line: int, text: str, error: ValueError | RecursionError) -> InvalidRow:
    said = "it is nested too deeply" if isinstance(error, RecursionError) else error
    return InvalidRow(line, [Fault("", text.strip(), f"is not a row in JSON: {said}")], [])


def _text(name: str, lines: Lines) -> str:
    r"""Return all *lines* in one text, in which each ends with ``\n``. Raises InputError if it is too long."""
    text, size = io.StringIO(newline=None), 0
    for line in lines(LONGEST_DOCUMENT):
        size += text.write(line)
        if size > LONGEST_DOCUMENT:
            reason = f"JSON that is not one object a line may have {LONGEST_DOCUMENT:,} characters, and has more"
            raise InputError(f"{name}: {reason}", "write one object a line, as with jq -c '.[]'")
    return text.getvalue()


def _document_readings(document: Document, encoding: str) -> Iterator[Reading]:
    """Yield the readings of a document. Raises InputError where nobody can tell what its rows are."""
    form = Form("JSON", encoding)
    text, start = document.text, document.start
    inner = behind_blanks(text, start + 1)
    if document.second < len(text):
        if text[start] == "[" and text[inner] in "[{":
            raise document.something_else(document.second)
        yield _values_reading(document, start, document.end, Form("JSON objects", encoding))
    elif text[start] == "[":
        yield _values_reading(document, inner, document.end - 1, form)
    elif document.by_columns:
        raise document.refusal(start, "the table is written by columns", BY_ROWS)
    else:
        yield from _object_readings(document, form)


def _object_readings(document: Document, form: Form) -> Iterator[Reading]:
    """Yield the object as a single row, and the lists in it; or the table that it is, its header kept apart."""
    lists = {one.path: one for one in document.lists}
    header, body = lists.get(("columns",)), lists.get(("data",))
    if header and body and _SPLIT.issuperset(lists) and (header.opening, body.opening) == ('"', "["):
        told = told_partial(document.said, body.length)
        yield replace(_table_reading(document, header, body, form), partial=told)
        return
    yield _whole_reading(document, form)
    remarks = [f"beside the rows it says {remark}" for remark in remarks_of(document.said)]
    for one in document.lists:
        named = with_fields(form, sheet=".".join(one.path), notes=remarks)
        if document.is_column(one):
            yield Reading(named, partial(_refused, document, one), rigid=True)
        else:
            told = told_partial(document.said, one.length)
            yield replace(_values_reading(document, one.start, one.end, named), partial=told)


def _refused(document: Document, column: List) -> Iterator[Row | InvalidRow]:
    """Refuse a list that may be only one column of a table."""
    what = f"the list {column.path[-1][:80]!r} has another beside it that is as long, as a table written by columns has"
    raise document.refusal(column.start, what, BY_ROWS)


def _table_reading(document: Document, header: List, body: List, form: Form) -> Reading:
    if header.length > MOST_COLUMNS:
        raise document.refusal(header.start, f"there are more than {MOST_COLUMNS} columns", BY_ROWS)
    columns = [one.cells[0] if one.cells else "" for one in _rows(document, header.start, header.end, _list_at)]
    return Reading(
        form, partial(_rows, document, body.start, body.end, partial(_full_list_at, len(columns))), columns, True
    )


def _values_reading(document: Document, start: int, end: int, form: Form) -> Reading:
    """Return the reading of values as rows: objects by their keys, lists and strings by their order."""
    if document.text.startswith("{", start):
        objects = Objects()
        return Reading(form, partial(_rows, document, start, end, objects.at), objects.columns, rigid=True)
    return Reading(form, partial(_rows, document, start, end, _list_at), rigid=True)


def _whole_reading(document: Document, form: Form) -> Reading:
    """Return the reading of an object as a row; one that is longer than any line may be is there for its lists."""
    start, end = document.start, document.end
    if end - start <= LONGEST_LINE:
        return _values_reading(document, start, end, form)
    error = ValueError(f"it has {end - start:,} characters")
    rejected = _rejected(document.line(start), document.text[start : start + MOST_KEPT], error)
    return Reading(form, lambda: iter([rejected]), [], rigid=True)


def _rows(document: Document, index: int, end: int, read: Read) -> Iterator[Row | InvalidRow]:
    """Yield the values from *index* to *end* as rows."""
    text, line = document.text, document.line(index)
    while index < end:
        first = line
        try:
            cells, behind = read(text, index)
        except (ValueError, RecursionError) as error:
            behind = document.behind(index)
            yield _rejected(first, text[index : min(behind, index + MOST_KEPT)], error)
            line += text.count("\n", index, behind)
        else:
            line += text.count("\n", index, behind)
            yield Row(first, line, cells)
        index = behind_comma(text, behind) or behind_blanks(text, behind)
        line += text.count("\n", behind, index)


def _listed(value: object) -> list[str]:
    if not isinstance(value, list):
        raise ValueError("it is no list")
    return list(map(cell, value))


def _list_line(line: str) -> list[str]:
    return [] if line.isspace() else _listed(STRICT.decode(line))


def _list_at(text: str, index: int) -> tuple[list[str], int]:
    value, end = STRICT.raw_decode(text, index)
    return [cell(value)] if isinstance(value, str) else _listed(value), end


def _full_list_at(width: int, text: str, index: int) -> tuple[list[str], int]:
    cells, end = _list_at(text, index)
    if len(cells) != width:
        raise ValueError(f"it has {len(cells)} cells, and there are {width} columns")
    return cells, end
