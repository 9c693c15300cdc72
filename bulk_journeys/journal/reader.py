"""The lines of a journal as entries, checked as they come."""

import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Protocol

import msgspec

from bulk_journeys import __version__
from bulk_journeys.errors import BulkJourneysError, DiskFailed, JournalDamaged, JournalUnknown, UsageError
from bulk_journeys.files import (
    NO_FOLLOW,
    disk_errors,
    opened_regular,
)
from bulk_journeys.journal.entries import KINDS, VERSION, Began, Changed, Ended, JournalEntry
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.locks import try_lock


class Digest(Protocol):
    """What `hashlib` makes."""

    def copy(self) -> "Digest": ...

    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


class _Kind(msgspec.Struct):
    event: str | None = None


class JournalFile:
    """The entries of the journal at *path*, as the fold wants them; a position is a line's offset in bytes.

    After they were gone through, *end* is where the last whole entry ends, and *digest* the SHA-256 of what stands
    before that. Behind it is at most a torn tail; another process may be writing it.
    """

    def __init__(self, path: Path, file: BinaryIO | None = None) -> None:
        """Read *file* if it was opened before. Raises DiskFailed, UsageError."""
        self.path = path
        self.end = 0
        self.digest: Digest = sha256()
        self._began: Began | None = None
        self._file = file or _opened_journal(path)

    def close(self) -> None:
        self._file.close()

    def __iter__(self) -> Iterator[tuple[int, JournalEntry]]:
        with disk_errors(self.path):
            torn_line = None
            for number, line in enumerate(self._file, start=1):
                if not line.endswith(b"\n"):
                    break
                entry = _decode(line)
                if entry is None:
                    self._refuse_whole(number, line)
                    torn_line = torn_line or number
                    continue
                if torn_line:
                    raise self._damaged(torn_line, "this line cannot be read, and whole ones follow it")
                self._check(number, entry)
                yield self.end, entry
                self.digest.update(line)
                self.end += len(line)

    def at(self, position: int) -> JournalEntry | None:
        try:
            self._file.seek(position)
            return _decode(self._file.readline())
        except OSError as error:  # a context for it would cost as much as all of the rest
            raise DiskFailed(f"{self.path}: {error.strerror}") from error

    def damage(self, position: int, what: str) -> BulkJourneysError:
        with disk_errors(self.path):
            self._file.seek(0)
            number = self._file.read(position).count(b"\n") + 1
        return self._damaged(number, what)

    def _check(self, number: int, entry: JournalEntry) -> None:
        """Raise for an entry that does not fit what stands before it, and take note of what is to follow it."""
        if isinstance(entry, Changed):
            raise self._damaged(number, entry.message)
        if not isinstance(entry, Began | Ended):
            return
        if entry.before not in {None, self.digest.hexdigest()}:
            raise self._damaged(number, "what stands before this line is not what was written there")
        if isinstance(entry, Began):
            self._began = entry
            if entry.version > VERSION:
                raise self._unknown(number, "what follows")

    def _refuse_whole(self, number: int, line: bytes) -> None:
        """Raise for a *line* that is no entry, and an object all the same: no torn write leaves one."""
        try:
            kind = msgspec.json.decode(line, type=_Kind).event
            msgspec.json.decode(line, type=dict[str, msgspec.Raw])  # whatever the numbers in it
        except (ValueError, RecursionError):
            return
        if kind is None or kind in KINDS:
            raise self._damaged(number, "this line says what cannot be")
        raise self._unknown(number, f"the entry {kind!r}")

    def _damaged(self, number: int, what: str) -> JournalDamaged:
        return JournalDamaged(
            f"{self.path}:{number}: {what}; the file was changed or the disk is damaged: restore it, or start a new run"
        )

    def _unknown(self, number: int, what: str) -> JournalUnknown:
        version, writer = (began.version, began.writer or began.program) if (began := self._began) else ("?", "?")
        return JournalUnknown(
            f"{self.path}:{number}: {what} is of journal version {version}, written by bulk-journeys {writer}, and "
            f"bulk-journeys {__version__} reads up to version {VERSION}; use the newer program for this run"
        )


def ledger_of(path: Path, rows: int | None = None) -> Ledger:
    """Return the ledger of the journal at *path*, which another process may be writing.

    *rows* is how many the plan has at most, or None where that is not known. Raises JournalDamaged, JournalUnknown,
    DiskFailed, UsageError.
    """
    return Ledger(JournalFile(path), rows)


@contextmanager
def at_rest(path: Path) -> Iterator[bool]:
    """Say whether no process carries out the run of the journal at *path*, and let none begin within the block."""
    with _opened_journal(path) as file:
        yield try_lock(file.fileno(), shared=True)


def _opened_journal(path: Path) -> BinaryIO:
    """Open the journal at *path* to read it. Raises UsageError."""
    try:
        return io.BufferedReader(opened_regular(path, NO_FOLLOW))
    except OSError as error:
        what = "this is a link" if error.errno == errno.ELOOP else error.strerror
        raise UsageError(f"{path}: {what}; is this the folder of a run?") from error


def _decode(line: bytes) -> JournalEntry | None:
    """Return the entry of a line, or None for one that is damaged or not known."""
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None


_DECODER: Final[msgspec.json.Decoder[JournalEntry]] = msgspec.json.Decoder(JournalEntry)
