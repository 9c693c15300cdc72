"""CSV and its cousins: from lines to rows, strictly, since a lenient reader swallows rows in silence."""

import csv
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from bulk_journeys.errors import InputError
from bulk_journeys.model import Fault, Rejection, Row

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS: Final = ",;\t|"
LONGEST_CELL: Final = 1 << 20
HEAD_LINES: Final = 20
"""How many lines may be looked at before the header is known."""


def read_delimited(
    name: str, lines: Iterator[str], names_id: Callable[[Sequence[str]], bool]
) -> tuple[list[str], Iterator[Row | Rejection]]:
    """Return the header's cells and the rows below it.

    The delimiter is the first with which *names_id* knows the header. Raises InputError, also while rows are read.
    """
    csv.field_size_limit(LONGEST_CELL)
    head = list(islice(lines, HEAD_LINES))
    delimiter = next((mark for mark in DELIMITERS if names_id(_header(head, mark))), DELIMITERS[0])
    rows = _rows(name, csv.reader(chain(head, lines), delimiter=delimiter, strict=True))
    return list(next(rows).cells), rows


def _header(head: Sequence[str], delimiter: str) -> Sequence[str]:
    """Return the first row that is not blank; leniently, for a wrong delimiter makes nonsense of quotes."""
    try:
        return next(filter(_is_filled, csv.reader(head, delimiter=delimiter)), ())
    except csv.Error:
        return ()


def _is_filled(cells: Sequence[str]) -> bool:
    return bool("".join(cells).strip())


def _rows(name: str, reader: "Reader") -> Iterator[Row | Rejection]:
    """Yield the rows that are not blank; the header is the first, and its width is every row's."""
    line, width = 1, 0
    try:
        for cells in reader:
            if _is_filled(cells):
                width = width or len(cells)
                yield Row(line, cells) if len(cells) == width else _fitted(line, cells, width)
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(f"{name}:{line}: {_what_broke(str(error), reader.line_num)}") from None


def _what_broke(error: str, line: int) -> str:
    if "unexpected end" in error:
        return "a quote that opens in this row is never closed; close it, or save the list as CSV again"
    if "field limit" in error:
        return f"a cell is longer than {LONGEST_CELL} characters; is a quote left open?"
    return f"a quoted cell goes wrong on line {line}: a quote inside it must be doubled, and one at its end closed"


def _fitted(line: int, cells: Sequence[str], width: int) -> Row | Rejection:
    """Fill a short row with blank cells; a long one may only have blank cells too many."""
    if len(cells) < width:
        return Row(line, [*cells, *[""] * (width - len(cells))])
    surplus = [cell for cell in cells[width:] if cell.strip()]
    if not surplus:
        return Row(line, cells[:width])
    reason = f"is beyond the last column: the row has {len(cells)} cells, the header {width}; is a quote missing?"
    return Rejection(line, [Fault("", surplus[0], reason)], cells[:width])
