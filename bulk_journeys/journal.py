"""The run's memory: entries to lines and back, appended, synced, folded into a Ledger. It decides nothing."""

import fcntl
import os
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

import msgspec

from bulk_journeys.disk import disk_errors, replacing, sync_folder
from bulk_journeys.errors import DiskFailed, JournalDamaged, RunLocked, UsageError
from bulk_journeys.jsonlines import encode_lines
from bulk_journeys.model import Began, Ended, Heard, JournalEntry, Sending, Settled

RowEntry = Sending | Heard | Settled

_DECODER: Final[msgspec.json.Decoder[JournalEntry]] = msgspec.json.Decoder(JournalEntry)
_ABSENT: Final = -1


class Ledger:
    """The journal, read and folded: where each row stands. It keeps nine bytes a row."""

    def __init__(self, path: Path) -> None:
        """Read *path*, which another process may be writing. Raises JournalDamaged, UsageError."""
        self.path = path
        self.first: Began | None = None
        self.latest: Began | None = None
        self.ended: Ended | None = None
        self.settled_rows = 0
        self._offsets = array("q")
        self._settled = bytearray()
        self._file = _opened_to_read(path)
        try:
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

    def is_settled(self, row: int) -> bool:
        """Say whether nothing more may be sent for *row*."""
        return row < len(self._settled) and bool(self._settled[row])

    def entry(self, row: int) -> RowEntry | None:
        """Return the latest entry about *row*, or None if nothing was ever sent for it."""
        offset = self._offsets[row] if row < len(self._offsets) else _ABSENT
        if offset == _ABSENT:
            return None
        self._file.seek(offset)
        entry = _DECODER.decode(self._file.readline())
        assert isinstance(entry, RowEntry)  # noqa: S101  only such entries have their offset kept
        return entry

    def _fold(self, file: BinaryIO) -> int:
        """Fold every entry and return where the last whole one ends. Behind that is at most a torn tail."""
        offset, torn_line = 0, None
        for number, line in enumerate(file, start=1):
            if not line.endswith(b"\n"):
                break  # another process may be writing the rest of it right now
            entry = _decode(line)
            if entry is None:
                torn_line = torn_line or number
            elif torn_line:
                raise JournalDamaged(
                    f"{self.path}:{torn_line}: this line cannot be read, and whole ones follow it; "
                    "the file was changed or the disk is damaged: restore it, or start a new run"
                )
            else:
                self._note(entry, offset)
                offset += len(line)
        return offset

    def _note(self, entry: JournalEntry, offset: int) -> None:
        match entry:
            case Began():
                self.first, self.latest, self.ended = self.first or entry, entry, None
            case Ended():
                self.ended = entry
            case _:
                self._note_row(entry.row, offset, settled=isinstance(entry, Settled))

    def _note_row(self, row: int, offset: int, *, settled: bool) -> None:
        if (missing := row + 1 - len(self._offsets)) > 0:
            self._offsets.extend([_ABSENT] * missing)
            self._settled.extend(bytes(missing))
        self._offsets[row] = offset
        if settled:
            self.settled_rows += not self._settled[row]
            self._settled[row] = True


def _opened_to_read(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; is this the folder of a run?") from error


def _decode(line: bytes) -> JournalEntry | None:
    """Return the entry of a line, or None for one that is damaged."""
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None


@contextmanager
def at_rest(path: Path) -> Iterator[bool]:
    """Say whether no process carries out the run of the journal at *path*, and let none begin within the block."""
    with _opened_to_read(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


class Journal:
    """An append-only file under an exclusive lock, with room for one writer.

    `append` only gathers; `take` and `write` put a batch on disk, so that one sync serves many entries.
    """

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self._fd = fd
        self._gathered: list[JournalEntry] = []
        self._trusted = True

    @classmethod
    @contextmanager
    def create(cls, path: Path) -> Iterator[Self]:
        """Begin the journal of a new run at *path*. Raises DiskFailed."""
        with _opened(path, os.O_CREAT | os.O_EXCL) as fd:
            with disk_errors(path):
                sync_folder(path.parent)
            yield cls(path, fd)

    @classmethod
    @contextmanager
    def reopen(cls, path: Path) -> Iterator[tuple[Self, Ledger, bytes]]:
        """Take up the journal at *path*; return it with its ledger and the torn tail that was cut off.

        A copy of the tail stays beside the journal. Raises RunLocked, JournalDamaged, DiskFailed, UsageError.
        """
        with _opened(path, 0) as fd, Ledger(path) as ledger:
            yield cls(path, fd), ledger, _cut_torn_tail(path, fd, ledger.end)

    def append(self, entry: JournalEntry) -> None:
        """Gather *entry* for the next batch; it is not on disk before that is written."""
        self._gathered.append(entry)

    def take(self) -> bytes:
        """Return the lines of what was gathered as a batch, and begin a new one."""
        gathered, self._gathered = self._gathered, []
        return encode_lines(gathered)

    def write(self, batch: bytes) -> None:
        """Put *batch* on disk, whole and synced; blocks. Raises DiskFailed, and then for ever after.

        After a failed sync the system may show pages that never reached the disk: another proves nothing.
        """
        if not self._trusted:
            raise DiskFailed(f"{self.path}: the disk failed before, so nothing more is written")
        self._trusted = False
        with disk_errors(self.path):
            _write_whole(self._fd, batch)
            os.fdatasync(self._fd)
        self._trusted = True


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    """Open the file at *path* for appending and lock it, until the block or the process ends."""
    with disk_errors(path):
        fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_NOFOLLOW | flags, 0o600)
    try:
        _lock(fd, path)
        yield fd
    finally:
        os.close(fd)


def _lock(fd: int, path: Path) -> None:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise RunLocked(f"{path.parent}: another process is carrying out this run; let it finish") from None


def _write_whole(fd: int, batch: bytes) -> None:
    rest = memoryview(batch)
    while rest:
        rest = rest[os.write(fd, rest) :]


def _cut_torn_tail(path: Path, fd: int, end: int) -> bytes:
    with disk_errors(path):
        tail = os.pread(fd, os.fstat(fd).st_size - end, end)
        if tail:
            with replacing(path.with_name(f"{path.stem}.torn-at-{end}"), "") as copy:
                copy.write(tail)
            os.ftruncate(fd, end)
    return tail
