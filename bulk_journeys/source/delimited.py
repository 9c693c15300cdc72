"""CSV and its cousins: from lines to rows, strictly, since a lenient reader swallows rows in silence."""

import csv
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.model import DELIMITERS, Form, Row
from bulk_journeys.source.readings import Reading
from bulk_journeys.source.text import LONGEST_LINE

if TYPE_CHECKING:
    from _csv import Reader

UNQUOTED: Final = "\t|"
"""What databases put between cells around which they put no quotes."""

LONGEST_CELL: Final = LONGEST_LINE
ADVICE: Final = "close it, or save the list as CSV again"

_hint: Final = re.compile(r"\s*\"?sep=(.)\"?\s*$", re.IGNORECASE).match
_blank_before_quote: Final = re.compile(r"[,;\t|] +\"").search
_single_quoted: Final = re.compile(r"(?:^|[,;\t|])[ ]*'(?:[^'\n]|'')*'[ ]*(?:[,;\t|]|$)", re.MULTILINE).search
_quoted_well: Final = re.compile(r'"[^"]*(?:""[^"]*)*"').fullmatch


class Dialect(NamedTuple):
    """How cells are told from each other; *escape* makes the next character an ordinary one. *quote* may be none."""

    delimiter: str
    quote: str | None = '"'
    escape: str | None = None
    skips_blanks: bool = False
    """Whether a blank behind a delimiter is part of it, so that a quote may follow."""


def delimited_readings(name: str, lines: Callable[[], Iterator[str]], sample: str, encoding: str) -> list[Reading]:
    """Return a reading for each dialect that the *sample*, the beginning of the text, has any sign of."""
    return [
        Reading(
            Form("CSV", encoding, dialect.delimiter, dialect.quote, dialect.escape),
            partial(_rows, name, lines, dialect),
        )
        for dialect in _dialects(sample)
    ]


def _dialects(sample: str) -> Iterator[Dialect]:
    hint = _hint(sample.split("\n", 1)[0].rstrip("\r"))
    delimiters = [hint[1]] if hint else [mark for mark in DELIMITERS if mark in sample] or [DELIMITERS[0]]
    lines = sample.replace("\r", "\n")
    is_single_quoted = _single_quoted(lines) is not None
    for delimiter in delimiters:
        yield Dialect(delimiter)
        if delimiter in UNQUOTED and _has_plain_quotes(lines, delimiter):
            yield Dialect(delimiter, None)
        if _blank_before_quote(sample):
            yield Dialect(delimiter, skips_blanks=True)
        if '\\"' in sample:
            yield Dialect(delimiter, '"', "\\")
        if is_single_quoted:
            yield Dialect(delimiter, "'")
            if "\\'" in sample:
                yield Dialect(delimiter, "'", "\\")


def _has_plain_quotes(sample: str, delimiter: str) -> bool:
    """Say whether a cell has quotes that do not go around it, and no quotes could hold a delimiter or a line's end."""
    cells = re.findall(rf"(?:^|{re.escape(delimiter)})(\"[^\n{re.escape(delimiter)}]*)", sample, re.MULTILINE)
    return not any(map(_is_open, cells)) and not all(map(_quoted_well, cells))


def _is_open(cell: str) -> bool:
    return cell.startswith('"') and cell.count('"') % 2 == 1


def _rows(name: str, lines: Callable[[], Iterator[str]], dialect: Dialect) -> Iterator[Row]:
    """Yield every row, blank ones too."""
    csv.field_size_limit(LONGEST_CELL)
    delimiter, quote, escape, skips = dialect
    reader = csv.reader(
        lines(),
        delimiter=delimiter,
        quotechar=quote,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        escapechar=escape,
        skipinitialspace=skips,
        strict=True,
    )
    line = 1
    try:
        for cells in reader:
            end = reader.line_num
            if quote is None and any(map(_is_open, cells)):
                raise _unclosed(f"{name}:{line}")
            yield Row(line, end, cells)
            line = end + 1
    except csv.Error as error:
        raise _broken(f"{name}:{line}", str(error), reader) from None


def _broken(place: str, error: str, reader: "Reader") -> InputError:
    if "unexpected end" in error:
        return _unclosed(place)
    if "field limit" in error:
        return InputError(f"{place}: a cell is longer than {LONGEST_CELL} characters; is a quote left open?", ADVICE)
    return InputError(
        f"{place}: a quoted cell that opens in this row goes wrong on line {reader.line_num}",
        "close it before the next cell begins, and double a quote inside it",
    )


def _unclosed(place: str) -> InputError:
    return InputError(f"{place}: a quote that opens in this row is never closed", ADVICE)
