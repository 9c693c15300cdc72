"""A workbook as calamine has it open; what calamine cannot read, or not within bounds, raises Unreadable."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import python_calamine as calamine

from bulk_journeys.source.input_file import chunks
from bulk_journeys.terminal import printable

UNINSPECTED: Final = {
    "xls": ("what is hidden or struck through cannot be told in xls, and errors such as #N/A are read as blank",),
    "xlsb": ("what is hidden, struck through, merged or an error cannot be told in xlsb: save the workbook as xlsx",),
}
"""The formats of which nothing is known but what calamine tells, and what a person has to know of that."""

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


class Book:
    """A workbook that is open. The sheet that was asked for last is kept, and no other, since sheets can be large."""

    def __init__(self, opened: calamine.CalamineWorkbook, format_: str) -> None:
        self.format = format_
        self.metadata = opened.sheets_metadata
        self._opened = opened
        self._last: calamine.CalamineSheet | None = None

    def sheet(self, name: str) -> calamine.CalamineSheet:
        """Return what calamine reads of a sheet. Raises Unreadable."""
        if self._last is None or self._last.name != name:
            self._last = None
            with _damage():
                self._last = self._opened.get_sheet_by_name(name)
        return self._last


def open_book(file: BinaryIO, format_: str) -> Book:
    """Let calamine open a copy, which needs no name any more when this returns. calamine goes by a file's suffix.

    Raises Unreadable.
    """
    with tempfile.NamedTemporaryFile(suffix=f".{format_}") as copy:
        for chunk in chunks(file):
            copy.write(chunk)
        copy.flush()
        if format_ in UNINSPECTED:
            _try(copy.name)
        with _damage():
            return Book(calamine.load_workbook(copy.name), format_)


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
    except (calamine.CalamineError, OSError):
        raise damaged("its sheets cannot be read") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged("it cannot be read") from None


LONGEST_SHOWN: Final = 200
LONGEST_NAME: Final = 80
SAVE_AGAIN: Final = "open it in a spreadsheet program, save it again, and try that"
AS_CSV: Final = "save the sheet with the journeys alone as CSV UTF-8 and try that"
PASSWORD: Final = ("the workbook is protected with a password", "open it, remove the password, and save it again")

_EXPORT: Final = "open it and save the list as xlsx or CSV UTF-8"


class Unreadable(Exception):
    """A workbook or a sheet cannot be read; *reason* does not name the file yet, *advice* says what to do."""

    def __init__(self, reason: str, advice: str = SAVE_AGAIN) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


def damaged(what: str) -> Unreadable:
    """Return what to raise for what no spreadsheet program writes."""
    return Unreadable(f"the workbook is damaged: {printable(what[:LONGEST_SHOWN])}")


def not_a_workbook(what: str) -> Unreadable:
    """Return what to raise for another kind of document."""
    return Unreadable(f"this is {what}, not a workbook", _EXPORT)


def quoted(name: str) -> str:
    """Return in quotes, and not at any length, what a workbook calls something of its own."""
    return repr(name[:LONGEST_NAME])


_WORKBOOKS: Final = frozenset({"Workbook", "Book", "WORKBOOK", "BOOK"})
_DOCUMENTS: Final = {
    "WordDocument": "a Word document",
    "PowerPoint Document": "a PowerPoint presentation",
    "VisioDocument": "a Visio drawing",
    "__properties_version1.0": "an Outlook message",
}
_CLASSES: Final = {b"\x06\x09\x02\0": "WordDocument", b"\x10\x8d\x81\x64": "PowerPoint Document"}
_ROOT: Final = "Root Entry"
_SEALED: Final = "EncryptedPackage"
_ENTRY: Final = 128


def expect_workbook(file: BinaryIO) -> None:
    """Raise Unreadable unless an xls workbook is kept in *file*."""
    streams = dict(_streams(file))
    if _SEALED in streams:
        raise Unreadable(*PASSWORD)
    made_by = _CLASSES.get(streams.get(_ROOT, b""), "")
    if made_by or not _WORKBOOKS & streams.keys():
        other = made_by or next((stream for stream in _DOCUMENTS if stream in streams), "")
        raise not_a_workbook(_DOCUMENTS.get(other, "an OLE document without a workbook in it"))


def _streams(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield whatever in the file looks like the directory's entry for a stream of note: its name and its class."""
    names = [_ROOT, _SEALED, *_WORKBOOKS, *_DOCUMENTS]
    encoded = {name.encode("utf-16-le").ljust(64, b"\0"): name for name in names}
    for chunk in chunks(file):
        for offset in range(0, len(chunk), _ENTRY):
            name = encoded.get(chunk[offset : offset + 64])
            if name is not None and chunk[offset + 64 : offset + 65] == bytes([2 * len(name) + 2]):
                yield name, chunk[offset + 80 : offset + 84]
