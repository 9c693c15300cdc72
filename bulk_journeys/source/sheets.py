"""Workbooks as calamine reads them: each worksheet as a reading, its rows by the spreadsheet's own numbers.

What calamine does not tell comes from inspection; of xls and xlsb workbooks it is not known, and that is told.
"""

import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import BinaryIO, Final

import python_calamine as calamine

from bulk_journeys.errors import DiskFailed, InputError
from bulk_journeys.model import Form, Row
from bulk_journeys.source.inspection import (
    AS_CSV,
    MOST_ROWS,
    PASSWORD,
    SHOWN,
    Findings,
    Merge,
    Package,
    Unreadable,
    cell_name,
    damaged,
    inspect_ods,
    inspect_xlsx,
)
from bulk_journeys.source.raw import chunks
from bulk_journeys.source.readings import Reading

LARGEST_FILE: Final = 1 << 28
LARGEST_EXACT: Final = 1e15
"""From here on a number is shown as 1e+15, since digits may have been lost."""

MOST_MERGED: Final = 1 << 22
"""Rows, counted anew for each merge that reaches over them."""

_EXPORT: Final = "open it and save the list as xlsx or CSV UTF-8"
_DOCUMENTS: Final = (
    ("word/document.xml", "a Word document"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("visio/document.xml", "a Visio drawing"),
    ("index/document.iwa", "a document of Apple's Numbers, Pages or Keynote"),
    ("index.zip", "a document of Apple's Numbers, Pages or Keynote"),
)
_OLE_DOCUMENTS: Final = {
    "WordDocument": "a Word document",
    "PowerPoint Document": "a PowerPoint presentation",
    "VisioDocument": "a Visio drawing",
    "__properties_version1.0": "an Outlook message",
}
_OLE_CLASSES: Final = {b"\x06\x09\x02\0": "WordDocument", b"\x10\x8d\x81\x64": "PowerPoint Document"}
_OLE_ENTRY: Final = 128
_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument."
_TRIAL: Final = """
import sys
import python_calamine
try:
    import resource
    for limit, most in ((resource.RLIMIT_AS, 2 << 30), (resource.RLIMIT_CPU, 60)):
        resource.setrlimit(limit, (most, most))
except (ImportError, OSError, ValueError):
    pass
try:
    book = python_calamine.load_workbook(sys.argv[1])
    for name in book.sheet_names:
        book.get_sheet_by_name(name)
except (python_calamine.CalamineError, OSError):
    pass
"""
_TRIAL_SECONDS: Final = 120
_UNINSPECTED: Final = {
    "xls": ("whether rows or columns are hidden cannot be told in xls, and errors such as #N/A are read as blank",),
    "xlsb": ("what is hidden, merged, or an error such as #N/A cannot be told in xlsb: save the workbook as xlsx",),
}

_Cells = list[str]


def read_workbook(name: str, file: BinaryIO, kind: str) -> list[Reading]:
    """Return one reading for each worksheet of a workbook, a ``zip`` or an ``ole`` by *kind*. Raises InputError.

    A sheet that cannot be read raises InputError from its rows alone.
    """
    with _told(name):
        if file.seek(0, 2) > LARGEST_FILE:
            raise Unreadable(f"the workbook is larger than {LARGEST_FILE >> 20} MiB", AS_CSV)
        return _zipped(name, file) if kind == "zip" else _ole(name, file)


def _zipped(name: str, file: BinaryIO) -> list[Reading]:
    package = Package(file)
    names = package.names()
    for part, what in _DOCUMENTS:
        if part in names:
            raise Unreadable(f"this is {what}, not a workbook", _EXPORT)
    if "content.xml" in names:
        return _open_document(name, file, package)
    if "xl/workbook.bin" in names:
        package.check(names)
        return _readings(name, _opened(file, "xlsb"), "xlsb", [])
    found = inspect_xlsx(package)
    package.check(names)
    return _readings(name, _opened(file, "xlsx"), "xlsx", found)


def _open_document(name: str, file: BinaryIO, package: Package) -> list[Reading]:
    """Read an OpenDocument workbook. calamine reads all of its sheets at once, so it is given none that is refused."""
    if "mimetype" in package.names():
        kind = b"".join(package.chunks("mimetype")).removeprefix(_OPEN_DOCUMENT)
        if not kind.startswith(b"spreadsheet"):
            raise Unreadable(f"this is an OpenDocument {kind[:40].decode(errors='replace')}, not a workbook", _EXPORT)
    found, cuts = inspect_ods(package)
    package.check(package.names() - {"content.xml"})
    if not cuts:
        return _readings(name, _opened(file, "ods"), "ods", found)
    with tempfile.TemporaryFile() as shorter:
        with zipfile.ZipFile(shorter, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for part in ("mimetype", "META-INF/manifest.xml"):
                archive.writestr(part, b"".join(package.chunks(part)))
            with archive.open("content.xml", "w") as content:
                content.writelines(_without(package.chunks("content.xml"), cuts))
        return _readings(name, _opened(shorter, "ods"), "ods", found)


def _without(parts: Iterable[bytes], cuts: Sequence[tuple[int, int]]) -> Iterator[bytes]:
    """Yield what lies outside of *cuts*, which come in order."""
    place = 0
    for part in parts:
        end, kept = place + len(part), part
        for first, last in reversed(cuts):
            if first < end and last > place:
                kept = kept[: max(first - place, 0)] + kept[last - place :]
        yield kept
        place = end


def _ole(name: str, file: BinaryIO) -> list[Reading]:
    """Read an xls workbook, or refuse what else is kept in the same way."""
    streams = dict(_ole_streams(file))
    if "EncryptedPackage" in streams:
        raise Unreadable(*PASSWORD)
    made_by = _OLE_CLASSES.get(streams.get("Root Entry", b""), "")
    other = made_by or next((stream for stream in _OLE_DOCUMENTS if stream in streams), "")
    if made_by or not {"Workbook", "Book", "WORKBOOK", "BOOK"} & streams.keys():
        what = _OLE_DOCUMENTS.get(other, "an OLE document without a workbook in it")
        raise Unreadable(f"this is {what}, not a workbook", _EXPORT)
    return _readings(name, _opened(file, "xls"), "xls", [])


def _ole_streams(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield whatever in the file looks like the directory's entry for a stream of note: its name and its class."""
    names = ["Root Entry", "EncryptedPackage", "Workbook", "Book", "WORKBOOK", "BOOK", *_OLE_DOCUMENTS]
    encoded = {name.encode("utf-16-le").ljust(64, b"\0"): name for name in names}
    for chunk in chunks(file):
        for place in range(0, len(chunk), _OLE_ENTRY):
            name = encoded.get(chunk[place : place + 64])
            if name is not None and chunk[place + 64 : place + 65] == bytes([2 * len(name) + 2]):
                yield name, chunk[place + 80 : place + 84]


def _opened(file: BinaryIO, format_: str) -> calamine.CalamineWorkbook:
    """Let calamine open a copy, which needs no name any more when this returns. calamine goes by a file's suffix."""
    with tempfile.NamedTemporaryFile(suffix=f".{format_}") as copy:
        for chunk in chunks(file):
            copy.write(chunk)
        copy.flush()
        if format_ in _UNINSPECTED:
            _try(copy.name)
        with _damage():
            return calamine.load_workbook(copy.name)


def _try(path: str) -> None:
    """Let another process read first what was not inspected: a sheet that is too large would end this one."""
    try:
        command = [sys.executable, "-I", "-c", _TRIAL, path]
        trial = subprocess.run(command, capture_output=True, timeout=_TRIAL_SECONDS, check=False)  # noqa: S603  ours
    except subprocess.TimeoutExpired:
        raise damaged("it takes too long to read") from None
    if trial.returncode:
        raise damaged("it cannot be read, or not within 2 GiB of memory")


@contextmanager
def _damage() -> Iterator[None]:
    """Turn what calamine raises into Unreadable, its panics too, which are no Exception."""
    try:
        yield
    except calamine.PasswordError:
        raise Unreadable(*PASSWORD) from None
    except (calamine.CalamineError, OSError) as error:
        raise damaged(str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged("it cannot be read") from None


class _Book:
    """A workbook that is open. The sheet that was asked for last is kept, and no other, since sheets can be large."""

    def __init__(self, opened: calamine.CalamineWorkbook) -> None:
        self.metadata = opened.sheets_metadata
        self._opened = opened
        self._last: calamine.CalamineSheet | None = None

    def sheet(self, name: str) -> calamine.CalamineSheet:
        if self._last is None or self._last.name != name:
            self._last = None
            with _damage():
                self._last = self._opened.get_sheet_by_name(name)
        return self._last


def _readings(name: str, opened: calamine.CalamineWorkbook, format_: str, found: list[Findings]) -> list[Reading]:
    book = _Book(opened)
    names = [sheet.name for sheet in book.metadata]
    if format_ in _UNINSPECTED:
        found = [_findings(book, name, format_) for name in names]
    if [findings.name for findings in found] != names or len(set(names)) < len(names):
        raise damaged("two of its sheets have the same name, or have not the names that it says")
    readings = [
        Reading(_form(findings, format_, hidden=_is_hidden(sheet)), partial(_rows, name, book, findings), rigid=True)
        for findings, sheet in zip(found, book.metadata, strict=True)
        if sheet.typ == calamine.SheetTypeEnum.WorkSheet
    ]
    if not readings:
        raise Unreadable("the workbook has no worksheet", "name the workbook that holds the list")
    return readings


def _findings(book: _Book, name: str, format_: str) -> Findings:
    findings = Findings(name)
    try:
        merged = (book.sheet(name).merged_cell_ranges or []) if format_ == "xls" else []
        findings.merges = [Merge(first[0] + 1, first[1], last[0] + 1, last[1]) for first, last in merged]
    except Unreadable as error:
        findings.refuse(error.reason, error.advice)
    return findings


def _is_hidden(sheet: calamine.SheetMetadata) -> bool:
    return sheet.visible != calamine.SheetVisibleEnum.Visible


def _form(findings: Findings, format_: str, *, hidden: bool) -> Form:
    notes = [*_notes(findings), *_UNINSPECTED.get(format_, ())]
    return Form(format_, sheet=findings.name, notes=notes, hidden=hidden)


def _notes(findings: Findings) -> Iterator[str]:
    """Yield what could surprise, in sentences."""
    rows = [str(first) if first == last else f"{first}-{last}" for first, last in findings.hidden_rows]
    among = range(findings.left, findings.right + 1)
    columns = [cell_name("", column) for span in findings.hidden_columns for column in span if column in among]
    for what, hidden in (("row", rows), ("column", columns)):
        if len(hidden) == 1 and "-" not in hidden[0]:
            yield f"{what} {hidden[0]} is hidden, and is read too"
        elif hidden:
            yield f"{what}s {_listed(hidden)} are hidden, and are read too"
    tall = [merge for merge in findings.merges if merge.top < merge.bottom]
    if tall:
        areas = [f"{cell_name(m.top, m.left)}:{cell_name(m.bottom, m.right)}" for m in tall[: SHOWN + 1]]
        yield f"cells are merged in {_listed(areas)}: what they show is read in each of their rows"
    if findings.uncomputed:
        advice = "open the workbook in a spreadsheet program and save it there"
        yield f"nobody has computed the formulas in {_listed(findings.uncomputed)}: {advice}"


def _listed(items: Sequence[str]) -> str:
    """Join *items* as a person would, the first few of them."""
    if len(items) > SHOWN:
        return f"{', '.join(items[:SHOWN])} and more"
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))


def _rows(name: str, book: _Book, findings: Findings) -> Iterator[Row]:
    """Yield the rows up to the last filled one, a stretch of blank ones as one. Raises InputError."""
    with _told(name):
        if findings.refusal:
            raise findings.refusal
        lines, done = _lines(book.sheet(findings.name), findings.texts), 0
        for line, cells in _shown(lines, findings) if findings.merges else lines:
            if line > done + 1:
                yield Row(done + 1, line - 1, [])
            yield Row(line, line, cells)
            done = line


def _lines(sheet: calamine.CalamineSheet, texts: dict[int, dict[int, str]]) -> Iterator[tuple[int, _Cells]]:
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


def _shown(lines: Iterable[tuple[int, _Cells]], findings: Findings) -> Iterator[tuple[int, _Cells]]:
    """Fill merged cells with what they show: their value in each row's first cell. A row that is blank stays so."""
    if sum(min(merge.bottom, MOST_ROWS) - merge.top + 1 for merge in findings.merges) > MOST_MERGED:
        raise Unreadable(f"sheet {findings.name[:80]!r}: merged cells reach over too many rows", AS_CSV)
    waiting, open_ = sorted(findings.merges, reverse=True), list[tuple[Merge, str]]()
    for line, cells in lines:
        open_ = [shown for shown in open_ if shown[0].bottom >= line]
        while waiting and waiting[-1].top <= line:
            merge = waiting.pop()
            if merge.bottom >= line:
                open_.append((merge, "".join(cells[merge.left : merge.left + 1]) if merge.top == line else ""))
        for merge, value in open_:
            _put(
                cells, {merge.left: value, **dict.fromkeys(range(merge.left + 1, min(merge.right + 1, len(cells))), "")}
            )
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


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Name the file in what is wrong with it."""
    try:
        yield
    except Unreadable as error:
        raise InputError(f"{name}: {error.reason}", error.advice) from None
    except OSError as error:
        reason = f"{tempfile.gettempdir()}: cannot keep the workbook: {error.strerror}; nothing was sent"
        raise DiskFailed(f"{reason}; point TMPDIR elsewhere") from error
