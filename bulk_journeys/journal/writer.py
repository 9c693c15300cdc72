"""The file of a journal, which one process writes: entries to lines, appended, synced and locked."""

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from msgspec.structs import replace

from bulk_journeys.errors import DiskFailed, RunLocked
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
from bulk_journeys.journal.entries import Began, Ended, JournalEntry
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.reader import Digest, JournalFile
from bulk_journeys.jsonlines import encode_lines
from bulk_journeys.locks import POLL, try_lock, unlock

READERS_POLLS: Final = 600
"""How often it is tried, a tenth of a second apart, to have a journal that others only read: a report takes seconds."""


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
