"""The file of a journal: entries to lines, appended, synced and locked; and lines to entries, checked."""

import errno
import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Protocol, Self

import msgspec
from msgspec.structs import replace

from bulk_journeys import __version__
from bulk_journeys.errors import BulkJourneysError, DiskFailed, JournalDamaged, JournalUnknown, RunLocked, UsageError
from bulk_journeys.files import (
    NO_FOLLOW,
    Window,
    disk_errors,
    displaced,
    opened_regular,
    replacing,
    sync_folder,
    write_whole,
)
from bulk_journeys.journal.entries import KINDS, VERSION, Began, Changed, Ended, JournalEntry
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.jsonlines import encode_lines
from bulk_journeys.locks import POLL, try_lock, unlock

READERS_POLLS: Final = 600
"""How often it is tried, a tenth of a second apart, to have a journal that others only read: a report takes seconds."""

_DECODER: Final[msgspec.json.Decoder[JournalEntry]] = msgspec.json.Decoder(JournalEntry)


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


class Journal:
    """An append-only file under an exclusive lock, with room for one writer.

    `append` only gathers; `take` and `write` put a batch on disk, so that one sync serves many entries. Where a process
    begins or ends, its entry vouches for all that stands before it: what somebody edits there is noticed. For the last
    such entry and what follows it nobody vouches before the run is taken up again.
    """

    def __init__(self, path: Path, fd: int, digest: Digest) -> None:
        """Write to *fd*, whose content so far has *digest*."""
        self.path = path
        self._fd = fd
        self._digest = digest
        self._gathered: list[JournalEntry] = []
        self._trusted = True
        self._size: int | None = None
        self._whole = True

    @classmethod
    @contextmanager
    def create(cls, path: Path) -> Iterator[Self]:
        """Begin the journal of a new run at *path*. Raises DiskFailed."""
        with _opened(path, os.O_CREAT | os.O_EXCL) as fd:
            with disk_errors(path):
                sync_folder(path.parent)
            yield cls(path, fd, sha256())

    @classmethod
    @contextmanager
    def reopen(cls, path: Path, rows: int | None = None) -> Iterator[tuple[Self, Ledger, bytes]]:
        """Take up the journal at *path*; return it with its ledger and the torn tail that was cut off.

        *rows* is as for a ledger. A copy of the tail stays beside the journal. Raises RunLocked, JournalDamaged,
        JournalUnknown, DiskFailed, UsageError.
        """
        with _opened(path, 0) as fd:
            entries = JournalFile(path, io.BufferedReader(Window(fd)))  # whatever stands at the path by now
            with Ledger(entries, rows) as ledger:
                yield cls(path, fd, entries.digest.copy()), ledger, _cut_torn_tail(path, fd, entries.end)

    def append(self, entry: JournalEntry) -> None:
        """Gather *entry* for the next batch; it is not on disk before that is written."""
        if isinstance(entry, Began | Ended):
            digest = self._digest.copy()
            digest.update(encode_lines(self._gathered))
            entry = replace(entry, before=digest.hexdigest())
        self._gathered.append(entry)

    def take(self) -> bytes:
        """Return the lines of what was gathered as a batch, and begin a new one."""
        gathered, self._gathered = self._gathered, []
        batch = encode_lines(gathered)
        self._digest.update(batch)
        return batch

    def write(self, batch: bytes) -> None:
        """Put *batch* on disk, whole and synced; blocks. Raises DiskFailed, and then for ever after.

        After a failed sync the system may show pages that never reached the disk: another proves nothing.
        """
        if not self._trusted:
            raise DiskFailed(f"{self.path}: the disk failed before, so nothing more is written")
        self._trusted = False
        with disk_errors(self.path):
            write_whole(self._fd, batch)
            os.fdatasync(self._fd)
            before, self._size = self._size, os.fstat(self._fd).st_size
        self._whole = self._whole and before in {None, self._size - len(batch)}
        self._trusted = True

    def is_whole(self) -> bool:
        """Say whether, for all that can be told, nobody else has written to the file since this wrote to it first."""
        if not self._trusted:  # of a write that failed nobody knows how much there is
            return self._whole
        return self._whole and self._size in {None, os.fstat(self._fd).st_size}

    def astray(self) -> str | None:
        """Say in words why what was written is not to be found at the journal's path, or return None."""
        return displaced(self.path, self._fd)

    def fileno(self) -> int:
        """Return the descriptor, for whoever reads what was written."""
        return self._fd


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    """Open the file at *path* for appending and lock it, until the block or the process ends."""
    with disk_errors(path):
        file = opened_regular(path, os.O_RDWR | os.O_APPEND | NO_FOLLOW | flags)
    with file:
        _lock(file.fileno(), path)
        yield file.fileno()


def _lock(fd: int, path: Path) -> None:
    """Lock the file for this process alone. Who only reads it is waited for; raises RunLocked for who writes it."""
    for _ in range(READERS_POLLS):
        if try_lock(fd):
            return
        if not try_lock(fd, shared=True):
            break
        unlock(fd)
        time.sleep(POLL)
    raise RunLocked(f"{path.parent}: another process is carrying out this run; let it finish")


def _cut_torn_tail(path: Path, fd: int, end: int) -> bytes:
    with disk_errors(path):
        tail = os.pread(fd, os.fstat(fd).st_size - end, end)
        if tail:
            with replacing(path.with_name(f"{path.stem}.torn-at-{end}"), "") as copy:
                copy.write(tail)
            os.ftruncate(fd, end)
    return tail


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
