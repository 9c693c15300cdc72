"""From a path to a table: which format a file has is told by its content, never by its name."""

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.model import Rejection, Row
from bulk_journeys.source.delimited import read_delimited
from bulk_journeys.source.objects import read_objects
from bulk_journeys.source.raw import READ_AHEAD, STDIN, open_raw
from bulk_journeys.source.text import read_lines

BLANK_LINES: Final = 1000
"""How many blank lines a list may begin with."""


@dataclass(frozen=True)
class Table:
    """A file's rows, to be read once, in order and while the file is open.

    A Rejection among *rows* is a line that holds no row. *columns* may grow while rows are read.
    *digest* is the SHA-256 of the raw bytes in hex, true when the rows are exhausted.
    """

    name: str
    columns: list[str]
    rows: Iterator[Row | Rejection]
    digest: Callable[[], str]


@contextmanager
def open_source(path: str, names_id: Callable[[Sequence[str]], bool]) -> Iterator[Table]:
    """Open the list at *path*, or on stdin for ``-``.

    *names_id* tells whether a header names a column of journey ids; it decides between delimiters.
    Raises InputError for whatever cannot be read, here and while rows are read.
    """
    name = "<stdin>" if path == STDIN else os.fsencode(path).decode(errors="replace")
    with open_raw(path) as raw:
        lines = read_lines(io.BufferedReader(raw, READ_AHEAD), name)
        head = _up_to_text(lines)
        if not head:
            raise InputError(f"{name}: the file is empty; put a header line and one row for each journey into it")
        whole = chain(head, lines)
        if head[-1].lstrip().startswith("{"):
            columns, rows = read_objects(name, whole)
        else:
            columns, rows = read_delimited(name, whole, names_id)
        yield Table(name, columns, rows, raw.digest)


def _up_to_text(lines: Iterator[str]) -> list[str]:
    """Take the blank lines at the beginning and the first that is not; nothing if there is none."""
    head: list[str] = []
    for line in islice(lines, BLANK_LINES):
        head.append(line)
        if not line.isspace():
            return head
    return []
