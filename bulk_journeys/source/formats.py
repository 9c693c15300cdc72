"""From a path to the ways to read it: which format a file has is told by its content, never by its name."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import BinaryIO, Final

from msgspec.structs import replace as with_fields

from bulk_journeys.source.archive import is_document, unpack
from bulk_journeys.source.delimited import delimited_readings
from bulk_journeys.source.encoding import detect_encoding
from bulk_journeys.source.filetype import GZIP, HEAD, OLE, TEXT, ZIP, Kind, kind_of, refuse
from bulk_journeys.source.input_file import open_raw
from bulk_journeys.source.json_documents import LONGEST_DOCUMENT, is_left_out, json_readings
from bulk_journeys.source.table import LOST, Listed, Reading
from bulk_journeys.source.text import read_lines
from bulk_journeys.source.text_tables import blank_reading, screen_readings
from bulk_journeys.source.workbook.sheets import read_workbook

_begins_as_json: Final = re.compile(r"""\s*(?:\{\s*(?:["}']|$)|\[\s*(?:["{\[\]]|$))""").match

Knows = Callable[[str], bool]

BLANK_LINES: Final = 1000
"""How many blank lines a list may begin with."""

SAMPLE_LINES: Final = 2000
SAMPLE_CHARACTERS: Final = 1 << 20
"""How much of a text is looked at for signs of what it is."""


@contextmanager
def open_list(path: str, knows: Knows) -> Iterator[Listed]:
    """Open the list at *path*, or on stdin for ``-``.

    *knows* tells whether a cell is a word that lists of journeys have, by which the encoding is known.
    Raises InputError for whatever cannot be read.
    """
    with open_raw(path) as content, _unpacked(content.name, content.file) as (name, file, packed):
        readings = _readings(name, file, knows)
        if packed:
            readings = [replace(reading, form=with_fields(reading.form, packed=packed)) for reading in readings]
        yield Listed(content.name, readings, content.sha256, content.check_unchanged)


@contextmanager
def _unpacked(name: str, file: BinaryIO) -> Iterator[tuple[str, BinaryIO, str | None]]:
    kind = _kind(file)
    if kind != GZIP and (kind != ZIP or is_document(file)):
        yield name, file, None
        return
    with unpack(name, file, kind) as unpacked:
        yield unpacked


def _kind(file: BinaryIO) -> Kind:
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    return kind_of(head)


def _readings(name: str, file: BinaryIO, knows: Knows) -> Sequence[Reading]:
    kind = _kind(file)
    if kind in {ZIP, OLE}:
        return read_workbook(name, file, "zip" if kind == ZIP else "ole")
    if kind != TEXT:
        refuse(name, kind)
    encoding = detect_encoding(file, knows, name)
    readings = _text_readings(name, file, encoding.codec)
    if encoding.broken_line is None:
        return readings
    note = f"line {encoding.broken_line} is the first with bytes that are no UTF-8: each is read as {LOST!r}"
    return [replace(reading, form=with_fields(reading.form, notes=(*reading.form.notes, note))) for reading in readings]


def _text_readings(name: str, file: BinaryIO, encoding: str) -> Sequence[Reading]:
    """Return the readings of a text, the surest first."""
    lines = partial(read_lines, file, encoding, name)
    first = next((line for line in islice(lines(LONGEST_DOCUMENT), BLANK_LINES) if not is_left_out(line)), "")
    if _is_json(first):
        return json_readings(name, lines, encoding)
    sample = _sample(lines())
    screens = screen_readings(lines, sample, encoding)
    drawn = {reading.form.delimiter for reading in screens} & {"|"}  # its rule tells bars of cells from those between
    return [
        *screens,
        *(other for other in delimited_readings(name, lines, sample, encoding) if other.form.delimiter not in drawn),
        blank_reading(lines, sample, encoding),
    ]


def _is_json(line: str) -> bool:
    """Say whether a text may be JSON that begins with *line*, and does not put ids or headers into brackets."""
    return _begins_as_json(line) is not None


def _sample(lines: Iterator[str]) -> str:
    parts: list[str] = []
    size = 0
    for line in islice(lines, SAMPLE_LINES):
        parts.append(line)
        size += len(line)
        if size > SAMPLE_CHARACTERS:
            break
    return "".join(parts)
