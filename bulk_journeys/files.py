"""Files that are whole or not there at all, also when the power goes; and what the disk says, as our errors."""

import errno
import fcntl
import io
import os
import re
import stat
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from bulk_journeys.errors import DiskFailed

POLL: Final = 0.1
"""Seconds between two tries to have a lock."""


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Open a regular file for its owner alone, without following a link or waiting for a pipe. Raises OSError."""
    fd = descriptor_of_regular(path, flags | os.O_NOFOLLOW)
    try:
        yield fd
    finally:
        os.close(fd)


def lock(fd: int, patience: float, sleep: Callable[[float], None]) -> bool:
    """Lock the file, and return whether that was possible within *patience* seconds. Raises OSError."""
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if patience <= 0:
                return False
        else:
            return True
        sleep(min(POLL, patience))
        patience -= POLL


if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@contextmanager
def disk_errors(path: Path, safe: str = "") -> Iterator[None]:
    """Turn what the disk says about *path* into DiskFailed; *safe* tells the user what is not lost."""
    try:
        yield
    except OSError as error:
        raise DiskFailed("; ".join(filter(None, [f"{path}: {error.strerror or error}", safe]))) from error


@contextmanager
def replacing(path: Path, safe: str) -> Iterator[BinaryIO]:
    """Open a file, for its owner's eyes only, that takes the place of *path* when the block ends in good order.

    Raises DiskFailed, with *safe*; *path* then is as it was, or complete but not surely synced.
    """
    with disk_errors(path, safe):
        with drafted(path) as (descriptor, draft):
            with os.fdopen(descriptor, "wb", closefd=False) as file:
                yield file
                file.flush()
                os.fsync(descriptor)
            draft.replace(path)
        sync_folder(path.parent)


@contextmanager
def drafted(path: Path) -> Iterator[tuple[int, Path]]:
    """Yield a new file beside *path*, for its owner alone, that is gone after the block unless it was renamed.

    What killed processes left of theirs for *path* is removed. Raises OSError.
    """
    _remove_leftovers(path)
    descriptor, draft = _draft_of_ours(path)
    try:
        yield descriptor, draft
    finally:
        with suppress(FileNotFoundError, NotADirectoryError):
            draft.unlink()
        os.close(descriptor)


def _draft_of_ours(path: Path) -> tuple[int, Path]:
    """Return a draft that is locked, which tells others that its process is alive."""
    while True:
        descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        with suppress(OSError):  # where nothing can be locked, nobody takes it for a leftover either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor, Path(name)
        os.close(descriptor)  # somebody removed it before it was locked


def _remove_leftovers(path: Path) -> None:
    """Remove drafts of *path* that nobody holds; what cannot be looked at stays."""
    named = re.compile(rf"\.{re.escape(path.name)}\.[a-z0-9_]{{8}}\.tmp")
    with suppress(OSError), os.scandir(path.parent) as found:
        for leftover in found:
            if named.fullmatch(leftover.name):
                with suppress(OSError):
                    _remove_unheld(Path(leftover.path))


def _remove_unheld(draft: Path) -> None:
    """Remove *draft* if it is a file of this user that no process has locked. Raises OSError."""
    with opened_regular(draft, os.O_NOFOLLOW) as file:
        if os.fstat(file.fileno()).st_uid == os.geteuid():
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.unlink()


def opened_regular(path: str | Path, flags: int = 0) -> io.FileIO:
    """Open a regular file to read it. Raises OSError."""
    return io.FileIO(descriptor_of_regular(path, os.O_RDONLY | flags))


def descriptor_of_regular(path: str | Path, flags: int) -> int:
    """Open a regular file, a new one for its owner alone, without waiting for a pipe of that name. Raises OSError."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise OSError(errno.EINVAL, "this is no regular file")


class Window(io.RawIOBase):
    """An open file from byte *place* on, with a place of its own, which others who use the descriptor do not move."""

    def __init__(self, descriptor: int, place: int = 0) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._place = place

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to *offset* bytes from the file's beginning, or from where this is."""
        if whence == os.SEEK_END:
            raise io.UnsupportedOperation("the end moves")
        self._place = offset + (self._place if whence == os.SEEK_CUR else 0)
        return self._place

    def readinto(self, buffer: "WriteableBuffer") -> int:
        count = os.preadv(self._descriptor, [buffer], self._place)
        self._place += count
        return count


def temporary_file(what: str) -> io.FileIO:
    """Return a new temporary file without a name, in which *what* is to be kept. Raises DiskFailed."""
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError as error:
        raise no_room(what, error) from error


def write_whole(descriptor: int, data: bytes | bytearray) -> None:
    """Write all of *data* where the file ends or its place is, however short the writes are. Raises OSError."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def displaced(path: Path, descriptor: int) -> str | None:
    """Say in words why *path* does not lead to the file that is open as *descriptor*, or return None if it does."""
    try:
        found, held = path.stat(), os.fstat(descriptor)
    except (FileNotFoundError, NotADirectoryError):
        return f"{path} is gone"
    except OSError as error:
        return f"{path} cannot be reached ({error.strerror})"
    return None if (found.st_dev, found.st_ino) == (held.st_dev, held.st_ino) else f"{path} was replaced"


def write_all(file: io.FileIO, data: bytes | bytearray, what: str) -> None:
    """Write all of *data*, a part of *what*, to a temporary *file*. Raises DiskFailed."""
    try:
        write_whole(file.fileno(), data)
    except OSError as error:
        raise no_room(what, error) from error


def no_room(what: str, error: OSError) -> DiskFailed:
    """Return what to raise if *what* cannot be kept in a temporary file."""
    folder = tempfile.tempdir or os.environ.get("TMPDIR", "the folder of temporary files")
    return DiskFailed(f"{folder}: cannot keep {what}: {error.strerror}; nothing was sent; point TMPDIR elsewhere")


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* as durable as what stands in its files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_CHUNK: Final = 1 << 18


class KeptLines:
    """The lines of an open *file* from byte *start* on. The file is closed when nobody needs them any more."""

    def __init__(self, file: io.FileIO, start: int = 0) -> None:
        self._file = file
        self._start = start
        weakref.finalize(self, file.close)

    def __iter__(self) -> Iterator[bytes]:
        # Not "return": the generator keeps self, and so the file, while it is read.
        yield from io.BufferedReader(Window(self._file.fileno(), self._start), _CHUNK)


class Spool(KeptLines):
    """Lines on their way to a temporary file without a name. They are read after the last is appended."""

    def __init__(self) -> None:
        """Open the file. Raises DiskFailed."""
        super().__init__(temporary_file("the plan"))
        self._pending = bytearray()

    def append(self, line: bytes) -> None:
        """Keep *line*. Raises DiskFailed."""
        self._pending += line
        if len(self._pending) >= _CHUNK:
            self._write()

    def __iter__(self) -> Iterator[bytes]:
        self._write()
        return super().__iter__()

    def _write(self) -> None:
        pending, self._pending = self._pending, bytearray()
        write_all(self._file, pending, "the plan")
