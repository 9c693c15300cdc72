"""Workbooks as calamine reads them: each worksheet as a reading, with what calamine does not tell found before.

Of xls and xlsb workbooks that is not known, and a reading's notes say so.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, Final

import python_calamine as calamine

from bulk_journeys.disk import no_room
from bulk_journeys.errors import InputError
from bulk_journeys.model import Form, Row
from bulk_journeys.source.readings import Reading
from bulk_journeys.source.workbook.book import UNINSPECTED, Book, open_book
from bulk_journeys.source.workbook.findings import Findings, Merge
from bulk_journeys.source.workbook.notes import sheet_notes
from bulk_journeys.source.workbook.ole import expect_workbook
from bulk_journeys.source.workbook.opendocument import inspect_ods, write_without
from bulk_journeys.source.workbook.package import Package
from bulk_journeys.source.workbook.rows import sheet_rows
from bulk_journeys.source.workbook.unreadable import AS_CSV, Unreadable, damaged, not_a_workbook
from bulk_journeys.source.workbook.worksheet import inspect_xlsx

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
        yield
    except Unreadable as error:
        raise InputError(f"{name}: {error.reason}", error.advice) from None
    except OSError as error:
        raise no_room("the workbook", error) from error
