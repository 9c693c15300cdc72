"""A workbook as calamine has it open; what calamine cannot read, or not within bounds, raises Unreadable."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

import python_calamine as calamine

from bulk_journeys.source.raw import chunks
from bulk_journeys.source.workbook.unreadable import PASSWORD, Unreadable, damaged

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
    except (calamine.CalamineError, OSError) as error:
        raise damaged(str(error)) from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise damaged("it cannot be read") from None
