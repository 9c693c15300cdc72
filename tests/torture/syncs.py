"""The disk's side of a sync, within a process that was forked to be hurt: it is told of, or it fails."""

import errno
import itertools
import os
from pathlib import Path


def tell_syncs(told: Path) -> None:
    """Have *told* hold the size of the journal at its last sync: all that is left of it when the power goes."""
    place, sync = os.open(told, os.O_CREAT | os.O_WRONLY | os.O_TRUNC), os.fdatasync

    def fdatasync(fd: int) -> None:
        sync(fd)
        os.pwrite(place, b"%20d" % os.fstat(fd).st_size, 0)

    vars(os)["fdatasync"] = fdatasync


def cut_power(journal: Path, told: Path, size: int) -> None:
    """Leave of *journal* what was synced; *size* is what it had when its process began."""
    safe = int(told.read_bytes() or b"0") if told.exists() else 0
    if journal.stat().st_size > (safe or size):
        os.truncate(journal, safe or size)


def fail_fdatasync(nth: int, told: Path) -> None:
    """Have the *nth* sync of the journal fail; what was synced before, and its size then, go to *told*."""
    count, sync, safe = itertools.count(1), os.fdatasync, 0

    def fdatasync(fd: int) -> None:
        nonlocal safe
        if next(count) == nth:
            told.write_text(f"{safe} {os.fstat(fd).st_size}")
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(fd)
        safe = os.fstat(fd).st_size

    vars(os)["fdatasync"] = fdatasync


def fail_fsync(nth: int) -> None:
    """Have the *nth* sync of a whole file, or of a folder's names, fail."""
    count, sync = itertools.count(1), os.fsync

    def fsync(fd: int) -> None:
        if next(count) == nth:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(fd)

    vars(os)["fsync"] = fsync
