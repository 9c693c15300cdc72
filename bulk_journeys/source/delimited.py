"""CSV and its cousins: from lines to rows, strictly, since a lenient reader swallows rows in silence."""

import csv
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.source.table import DELIMITERS, Form, Reading, Row
from bulk_journeys.source.text import LONGEST_LINE

UNQUOTED: Final = "\t|"
"""What databases put between cells around which they put no quotes."""

LONGEST_CELL: Final = LONGEST_LINE
"""Characters that a program has `csv` allow, which is its own to decide: the limit holds for all of a process."""
LONGEST_UNDOUBLED: Final = 1 << 16
"""Characters of a line with quotes that are not doubled: looking for where they end takes memory."""

ADVICE: Final = "close it, or save the list as CSV again"

_UNDOUBLED: Final = "quotes within cells are not doubled: only one before a delimiter or a line's end closes a cell"

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
    undoubled: bool = False
    """Whether quotes within a cell are not doubled: one ends a cell only where the cell can end, on the same line."""


def delimited_readings(name: str, lines: Callable[[], Iterator[str]], sample: str, encoding: str) -> list[Reading]:
    """Return a reading for each dialect that the *sample*, the beginning of the text, has any sign of."""
    return [
        Reading(
            Form(
                "CSV",
                encoding,
                dialect.delimiter,
                dialect.quote,
                dialect.escape,
                notes=(_UNDOUBLED,) * dialect.undoubled,
            ),
            partial(_undoubled_rows if dialect.undoubled else _rows, name, lines, dialect),
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
        if re.search(rf'[^"\n\\{re.escape(delimiter)}]"[^"\n{re.escape(delimiter)}]', lines):
            yield Dialect(delimiter, undoubled=True)


def _has_plain_quotes(sample: str, delimiter: str) -> bool:
    """Say whether a cell has quotes that do not go around it, and no quotes could hold a delimiter or a line's end."""
    cells = re.findall(rf"(?:^|{re.escape(delimiter)})(\"[^\n{re.escape(delimiter)}]*)", sample, re.MULTILINE)
    return not any(map(_is_open, cells)) and not all(map(_quoted_well, cells))


def _is_open(cell: str) -> bool:
    return cell.startswith('"') and cell.count('"') % 2 == 1


def _rows(name: str, lines: Callable[[], Iterator[str]], dialect: Dialect) -> Iterator[Row]:
    """Yield every row, blank ones too."""
    delimiter, quote, escape, skips, _ = dialect
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
        raise _broken(f"{name}:{line}", str(error), reader.line_num) from None


def _undoubled_rows(name: str, lines: Callable[[], Iterator[str]], dialect: Dialect) -> Iterator[Row]:
    """Yield every row, one of each line. A quoted cell in which a quote and a delimiter meet could be several."""
    end = re.escape(dialect.delimiter)
    cell = re.compile(
        rf'(?:"((?:[^"{end}]|{end}(?! *")|"(?! *(?:{end}|$)))*)"|([^"{end}][^{end}]*)?)(?:({end})|$)'
    ).match
    for number, line in enumerate(lines(), 1):
        text, cells, offset, more = line.rstrip("\r\n"), list[str](), 0, True
        while more:
            found = cell(text, offset) if len(text) <= LONGEST_UNDOUBLED else None
            quoted, bare, delimiter = found.groups(default="") if found else ("", "", "")
            if not found or ('""' in quoted and '"' in quoted.replace('""', "")):
                raise _wrong(f"{name}:{number}", number)
            cells.append(quoted.replace('""', '"') + bare)
            offset, more = found.end(), bool(delimiter)
        yield Row(number, number, cells)


def _broken(place: str, error: str, line: int) -> InputError:
    if "unexpected end" in error:
        return _unclosed(place)
    if "field limit" in error:
        longest = csv.field_size_limit()
        return InputError(f"{place}: a cell is longer than {longest} characters; is a quote left open?", ADVICE)
    return _wrong(place, line)


def _wrong(place: str, line: int) -> InputError:
    return InputError(
        f"{place}: a quoted cell that opens in this row goes wrong on line {line}",
        "close it before the next cell begins, and double a quote inside it",
    )


def _unclosed(place: str) -> InputError:
    return InputError(f"{place}: a quote that opens in this row is never closed", ADVICE)
