"""The rows of a sheet by the spreadsheet's own numbers, each cell as text; merged cells hold what they show."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

import python_calamine as calamine

from bulk_journeys.model import Row
from bulk_journeys.source.workbook.findings import MOST_ROWS, Findings, Merge
from bulk_journeys.source.workbook.unreadable import AS_CSV, Unreadable, quoted

LARGEST_EXACT: Final = 1e15
"""From here on a number is shown as 1e+15, since digits may have been lost."""

MOST_MERGED: Final = 1 << 22
"""Rows, counted anew for each merge that reaches over them."""

_Cells = list[str]
_Line = tuple[int, _Cells]


def sheet_rows(sheet: calamine.CalamineSheet, findings: Findings) -> Iterator[Row]:
    """Yield the rows up to the last filled one, a stretch of blank ones as one. Raises Unreadable."""
    lines, done = _lines(sheet, findings.texts), 0
    for line, cells in _shown(lines, findings) if findings.merges else lines:
        if line > done + 1:
            yield Row(done + 1, line - 1, [])
        yield Row(line, line, cells)
        done = line


def _lines(sheet: calamine.CalamineSheet, texts: dict[int, dict[int, str]]) -> Iterator[_Line]:
    """Yield the filled rows by their numbers, with *texts* put in. calamine begins at row 1, but not at column A."""
    line, start = 0, sheet.start
    blank, left = [""] * sheet.width, [""] * (start[1] if start else 0)
    for line, values in enumerate(sheet.iter_rows() if start else (), 1):
        if values != blank or line in texts:
            cells = left + [value if type(value) is str else _text(value) for value in values]
            if line in texts:
                _put(cells, texts[line])
            if _trim(cells):
                yield line, cells
    for below in sorted(row for row in texts if row > line):
        cells = []
        _put(cells, texts[below])
        yield below, cells


def _put(cells: _Cells, texts: dict[int, str]) -> None:
    cells += [""] * (max(texts) + 1 - len(cells))
    for column, text in texts.items():
        cells[column] = text


def _trim(cells: _Cells) -> bool:
    """Take blanks away from the end, and say whether anything is left."""
    while cells and (not cells[-1] or cells[-1].isspace()):
        cells.pop()
    return bool(cells)


def _shown(lines: Iterable[_Line], findings: Findings) -> Iterator[_Line]:
    """Fill merged cells with what they show: their value in each row's first cell. A row that is blank stays so."""
    if sum(min(merge.bottom, MOST_ROWS) - merge.top + 1 for merge in findings.merges) > MOST_MERGED:
        raise Unreadable(f"sheet {quoted(findings.name)}: merged cells reach over too many rows", AS_CSV)
    waiting = sorted(findings.merges, reverse=True)
    open_: list[tuple[Merge, str]] = []
    for line, cells in lines:
        open_ = [shown for shown in open_ if shown[0].bottom >= line]
        while waiting and waiting[-1].top <= line:
            merge = waiting.pop()
            if merge.bottom >= line:
                open_.append((merge, "".join(cells[merge.left : merge.left + 1]) if merge.top == line else ""))
        for merge, value in open_:
            rest = range(merge.left + 1, min(merge.right + 1, len(cells)))
            _put(cells, {merge.left: value, **dict.fromkeys(rest, "")})
        if _trim(cells):
            yield line, cells


def _text(value: float | bool | date | time | timedelta | str) -> str:
    """Return a value as text: a number without a needless fraction, a moment as in ISO 8601."""
    match value:
        case bool():
            return str(value).upper()
        case float():
            return str(int(value)) if value.is_integer() and abs(value) < LARGEST_EXACT else repr(value)
        case timedelta():
            minutes, seconds = divmod(round(value.total_seconds()), 60)
            return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case date() | time():
            return value.isoformat()
    return str(value)
