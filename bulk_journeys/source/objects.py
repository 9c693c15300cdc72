"""JSON lines: from lines to rows, one object each. What is not a string is kept as the JSON it was."""

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Final

import msgspec

from bulk_journeys.errors import InputError
from bulk_journeys.model import Fault, Rejection, Row

MOST_COLUMNS: Final = 1000
HEAD_ROWS: Final = 20
"""How many lines may be broken before the first object is found."""

_RAW: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_STRING: Final = msgspec.json.Decoder(str)


def read_objects(name: str, lines: Iterator[str]) -> tuple[list[str], Iterator[Row | Rejection]]:
    """Return the keys of the first object, and the rows.

    Keys that later objects add are appended to the columns as they appear. Raises InputError.
    """
    columns: list[str] = []
    rows = _rows(name, lines, columns)
    head: list[Row | Rejection] = []
    for row in islice(rows, HEAD_ROWS):
        head.append(row)
        if isinstance(row, Row):
            return columns, chain(head, rows)
    raise InputError(f"{name}:{head[0].line}: no line is a JSON object; write one whole object on each line")


def _rows(name: str, lines: Iterator[str], columns: list[str]) -> Iterator[Row | Rejection]:
    for number, line in enumerate(lines, 1):
        if line.isspace():
            continue
        try:
            members = _members(line)
        except (ValueError, RecursionError) as error:
            yield Rejection(number, [Fault("", line.strip(), f"is not a JSON object: {error}")], [])
            continue
        columns += [key for key in members if key not in columns]
        if len(columns) > MOST_COLUMNS:
            raise InputError(f"{name}:{number}: the objects have more than {MOST_COLUMNS} different keys")
        yield Row(number, [members.get(column, "") for column in columns])


def _members(line: str) -> dict[str, str]:
    members = {key: _text(bytes(value)) for key, value in _RAW.decode(line).items()}
    _TWINS.decode(line)
    return members


def _text(value: bytes) -> str:
    if value.startswith(b'"'):
        return _STRING.decode(value)
    return "" if value == b"null" else value.decode()


def _refuse_twins(pairs: list[tuple[str, Any]]) -> None:
    """Refuse two equal keys, of which every JSON reader here would keep the last."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) < len(keys):
        twin = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"it has the key {twin[:80]!r} twice")


_TWINS: Final = json.JSONDecoder(object_pairs_hook=_refuse_twins)
