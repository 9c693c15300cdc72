"""Why a workbook or a sheet cannot be read, and what to do about it, in a person's words."""

from typing import Final

from bulk_journeys.terminal import printable

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
