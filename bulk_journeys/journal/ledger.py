"""The journal, read and folded: where each row stands. What no run can have written is damage, with its line."""

import errno
import io
import os
from array import array
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Protocol, Self

import msgspec

from bulk_journeys.errors import DiskFailed, JournalDamaged, UsageError
from bulk_journeys.files import disk_errors, opened_regular
from bulk_journeys.journal.entries import Began, Ended, Heard, JournalEntry, Sending, Settled
from bulk_journeys.model import Outcome

RowEntry = Sending | Heard | Settled

_DECODER: Final[msgspec.json.Decoder[JournalEntry]] = msgspec.json.Decoder(JournalEntry)
_ABSENT: Final = -1
_NEVER_SETTLED: Final = frozenset({Outcome.LEFT_OUT, Outcome.NOT_ATTEMPTED, Outcome.INVALID})

MOST_ROWS: Final = 1 << 24
"""Rows that are believed where the plan is not known, so that no damaged number takes all of the memory."""


class Digest(Protocol):
    """What `hashlib` makes."""

    def copy(self) -> "Digest": ...

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class Ledger:
    """The journal, read and folded: where each row stands. It keeps nine bytes a row.

    *end* is where the last whole entry ends, *digest* the SHA-256 of what stands before that.
    """

    def __init__(self, path: Path, rows: int | None = None, file: BinaryIO | None = None) -> None:
        """Read *path*, or *file* if it was opened before; another process may be writing it.

        *rows* is how many the plan has at most, or None where that is not known. Raises JournalDamaged, DiskFailed,
        UsageError.
        """
        self.path = path
        self.first: Began | None = None
        self.latest: Began | None = None
        self.ended: Ended | None = None
        self.settled_rows = 0
        self.digest: Digest = sha256()
        self._rows = MOST_ROWS if rows is None else rows
        self._offsets = array("q")
        self._settled = bytearray()
        self._file = file or opened_journal(path)
        try:
            with disk_errors(path):
                self.end = self._fold(self._file)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def rows(self) -> range:
        """The rows up to the last of which there is an entry."""
        return range(len(self._offsets))

    def is_settled(self, row: int) -> bool:
        """Say whether nothing more may be sent for *row*."""
        return row < len(self._settled) and bool(self._settled[row])

    def entry(self, row: int) -> RowEntry | None:
        """Return the latest entry about *row*, or None if nothing was ever sent for it.

        Raises JournalDamaged and DiskFailed if that cannot be read any more.
        """
        offset = self._offsets[row] if row < len(self._offsets) else _ABSENT
        if offset == _ABSENT:
            return None
        try:
            self._file.seek(offset)
            entry = _decode(self._file.readline())
        except OSError as error:  # a context for it would cost as much as all of the rest
            raise DiskFailed(f"{self.path}: {error.strerror}") from error
        if not isinstance(entry, RowEntry) or entry.row != row:
            raise self._damaged(self._line_at(offset), "this line was changed just now")
        return entry

    def hold_against(self, operations: Iterable[bool]) -> None:
        """Raise JournalDamaged for an entry about a row that is none of the plan's: they say of each if it is one."""
        count = 0
        for count, is_operation in enumerate(operations, start=1):
            if not is_operation:
                self._hold_silent(count - 1)
        for row in range(count, len(self._offsets)):
            self._hold_silent(row)

    def _hold_silent(self, row: int) -> None:
        if row < len(self._offsets) and self._offsets[row] != _ABSENT:
            number = self._line_at(self._offsets[row])
            raise self._damaged(number, f"this line is about row {row}, which is no journey of the plan")

    def _fold(self, file: BinaryIO) -> int:
        """Fold every entry and return where the last whole one ends. Behind that is at most a torn tail."""
        offset, torn_line = 0, None
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                break  # another process may be writing the rest of it right now
            entry = _decode(line)
            if entry is None:
                if _is_whole(line):
                    raise self._damaged(number, "this line says what cannot be")
                torn_line = torn_line or number
            elif torn_line:
                raise self._damaged(torn_line, "this line cannot be read, and whole ones follow it")
            elif wrong := self._note(entry, offset):
                raise self._damaged(number, wrong)
            else:
                self.digest.update(line)
                offset += len(line)
        return offset

    def _note(self, entry: JournalEntry, offset: int) -> str | None:
        """Note *entry*, or return what is wrong with it."""
        match entry:
            case Began() | Ended() if entry.before not in {None, self.digest.hexdigest()}:
                return "what stands before this line is not what was written there"
            case Began():
                self.first, self.latest, self.ended = self.first or entry, entry, None
            case _ if self.first is None:
                return "this line comes before the run's beginning"
            case Ended():
                self.ended = entry
            case _ if self.ended is not None:
                return "this line comes behind the end of the process that wrote it"
            case Settled() if entry.outcome in _NEVER_SETTLED:
                return f"no row is settled as {entry.outcome}"
            case _ if entry.row >= self._rows:
                return f"this line is about row {entry.row}, and the plan has no room for it"
            case _ if self.is_settled(entry.row):
                return f"this line is about row {entry.row}, which was settled before"
            case _:
                self._note_row(entry.row, offset, settled=isinstance(entry, Settled))
        return None

    def _note_row(self, row: int, offset: int, *, settled: bool) -> None:
        if (missing := row + 1 - len(self._offsets)) > 0:
            self._offsets.extend(array("q", [_ABSENT]) * missing)
            self._settled.extend(bytes(missing))
        self._offsets[row] = offset
        if settled:
            self.settled_rows += 1
            self._settled[row] = True

    def _damaged(self, number: int, what: str) -> JournalDamaged:
        return JournalDamaged(
            f"{self.path}:{number}: {what}; the file was changed or the disk is damaged: restore it, or start a new run"
        )

    def _line_at(self, offset: int) -> int:
        """Return the number of the line that begins at *offset*."""
        with disk_errors(self.path):
            self._file.seek(0)
            return self._file.read(offset).count(b"\n") + 1


def opened_journal(path: Path) -> BinaryIO:
    """Open the journal at *path* to read it. Raises UsageError."""
    try:
        return io.BufferedReader(opened_regular(path, os.O_NOFOLLOW))
    except OSError as error:
        what = "this is a link" if error.errno == errno.ELOOP else error.strerror
        raise UsageError(f"{path}: {what}; is this the folder of a run?") from error


def _decode(line: bytes) -> JournalEntry | None:
    """Return the entry of a line, or None for one that is damaged."""
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None


def _is_whole(line: bytes) -> bool:
    """Say whether *line*, which is no entry, is an object all the same: no torn write leaves one."""
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])  # whatever the numbers in it
    except (ValueError, RecursionError):
        return False
    return True


WORTH_ANOTHER_TRY: Final = (Outcome.FAILED, Outcome.IN_DOUBT, Outcome.NOT_ATTEMPTED)
"""Outcomes of rows that a run may take up anew as they are."""

Latest = Sending | Heard | Settled | None
"""The latest entry about a row, or None if no request of it was ever near."""


class Standing(Protocol):
    """What a ledger knows of a run and its rows."""

    @property
    def settled_rows(self) -> int: ...

    def is_settled(self, row: int) -> bool: ...

    def entry(self, row: int) -> Latest: ...


def outcome_of(latest: Latest, lost: str | None) -> Outcome:
    """Return the outcome so far; *lost* is what the plan remembers of an earlier run."""
    if isinstance(latest, Settled):
        return latest.outcome
    return Outcome.NOT_ATTEMPTED if doubt(latest, lost) is None else Outcome.IN_DOUBT


def doubt(latest: Latest, lost: str | None) -> str | None:
    """Say in words which request may have been applied, or return None where none may or all is known."""
    match latest:
        case Sending():
            before = f"{latest.lost}; then " if latest.lost else ""
            return f"{before}the run ended while attempt {latest.attempt} was under way"
        case Heard():
            return latest.lost
        case Settled():
            return latest.message if latest.outcome is Outcome.IN_DOUBT else None
    return lost
