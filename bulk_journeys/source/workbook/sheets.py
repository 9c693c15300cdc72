"""Workbooks as calamine reads them: each worksheet as a reading, with what calamine does not tell found before.

Of xls and xlsb workbooks that is not known, and a reading's notes say so.
"""

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import BinaryIO, Final

import python_calamine as calamine

from bulk_journeys.errors import InputError
from bulk_journeys.files import keeping
from bulk_journeys.source.table import Form, Reading, Row
from bulk_journeys.source.workbook.book import (
    AS_CSV,
    UNINSPECTED,
    Book,
    Unreadable,
    damaged,
    expect_workbook,
    not_a_workbook,
    open_book,
    quoted,
)
from bulk_journeys.source.workbook.findings import MOST_ROWS, Findings, Merge, sheet_notes
from bulk_journeys.source.workbook.ods import inspect_ods, write_without
from bulk_journeys.source.workbook.package import Package
from bulk_journeys.source.workbook.xlsx import inspect_xlsx

LARGEST_FILE: Final = 1 << 28

_DOCUMENTS: Final = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("visio/document.xml", "a Visio drawing"),
    ("index/document.iwa", "a document of Apple's Numbers, Pages or Keynote"),
    ("index.zip", "a document of Apple's Numbers, Pages or Keynote"),
)


def read_workbook(name: str, file: BinaryIO, kind: str) -> list[Reading]:
    """Return one reading for each worksheet of a workbook, a ``zip`` or an ``ole`` by *kind*. Raises InputError.

    A sheet that cannot be read raises InputError from its rows alone.
    """
    with _told(name):
        if file.seek(0, 2) > LARGEST_FILE:
            raise Unreadable(f"the workbook is larger than {LARGEST_FILE >> 20} MiB", AS_CSV)
        if kind == "zip":
            return _zipped(name, file)
        expect_workbook(file)
        return _uninspected(name, open_book(file, "xls"))


def _zipped(name: str, file: BinaryIO) -> list[Reading]:
    package = Package(file)
    names = package.names()
    for part, what in _DOCUMENTS:
        if part in names:
            raise not_a_workbook(what)
    if "content.xml" in names:
        return _open_document(name, file, package)
    if "xl/workbook.bin" in names:
        package.check(names)
        return _uninspected(name, open_book(file, "xlsb"))
    found = inspect_xlsx(package)
    package.check(names)
    return _readings(name, open_book(file, "xlsx"), found)


def _open_document(name: str, file: BinaryIO, package: Package) -> list[Reading]:
    """Read an OpenDocument workbook. calamine reads all of its sheets at once, so it is given none that is refused."""
    found, cuts = inspect_ods(package)
    package.check(package.names() - {"content.xml"})
    if not cuts:
        return _readings(name, open_book(file, "ods"), found)
    with tempfile.TemporaryFile() as shorter:
        write_without(cuts, package, shorter)
        return _readings(name, open_book(shorter, "ods"), found)


def _uninspected(name: str, book: Book) -> list[Reading]:
    return _readings(name, book, [_findings(book, sheet.name) for sheet in book.metadata])


def _findings(book: Book, name: str) -> Findings:
    """Return what calamine tells of a sheet, which is what is merged in an xls."""
    findings = Findings(name)
    try:
        merged = (book.sheet(name).merged_cell_ranges or []) if book.format == "xls" else []
        findings.merges = [Merge(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in merged]
    except Unreadable as error:
        findings.refuse(error.reason, error.advice)
    return findings


def _readings(name: str, book: Book, found: list[Findings]) -> list[Reading]:
    names = [sheet.name for sheet in book.metadata]
    if [findings.name for findings in found] != names or len(set(names)) < len(names):
        raise damaged("two of its sheets have the same name, or have not the names that it says")
    readings = [
        Reading(
            _form(findings, book.format, hidden=_is_hidden(sheet)), partial(_rows, name, book, findings), rigid=True
        )
        for findings, sheet in zip(found, book.metadata, strict=True)
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    if not readings:
        raise Unreadable("the workbook has no worksheet", "name the workbook that holds the list")
    return readings


def _form(findings: Findings, format_: str, *, hidden: bool) -> Form:
    notes = [*sheet_notes(findings), *UNINSPECTED.get(format_, ())]
    return Form(format_, sheet=findings.name, notes=notes, hidden=hidden)


def _is_hidden(sheet: calamine.SheetMetadata) -> bool:
    return sheet.visible != calamine.SheetVisibleEnum.Visible


def _rows(name: str, book: Book, findings: Findings) -> Iterator[Row]:
    """Yield the rows of a sheet. Raises InputError."""
    with _told(name):
        if findings.refusal:
            raise findings.refusal
        yield from sheet_rows(book.sheet(findings.name), findings)


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Name the file in what is wrong with it."""
    try:
        with keeping("the workbook"):
            yield
    except Unreadable as error:
        raise InputError(f"{name}: {error.reason}", error.advice) from None


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
