"""Files that are whole or not there at all, also when the power goes; and what the disk says, as our errors."""

import errno
import io
import os
import re
import stat
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from bulk_journeys.errors import DiskFailed
from bulk_journeys.locks import try_lock, wait_for_lock

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
"""Opens what a path names, and not what a link there leads to. Windows, for one, has no such flags."""
_SAFELY: Final = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FOLDER: Final = getattr(os, "O_DIRECTORY", None)

_CHUNK: Final = 1 << 18


@contextmanager
def opened(path: Path, flags: int) -> Iterator[int]:
    """Open a regular file for its owner alone, without following a link or waiting for a pipe. Raises OSError."""
    with opened_regular(path, flags | NO_FOLLOW) as file:
        yield file.fileno()


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
            wait_for_lock(descriptor)
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
    with opened_regular(draft, NO_FOLLOW) as file:
        if try_lock(file.fileno()) and os.fstat(file.fileno()).st_uid == os.geteuid():
            draft.unlink()


def opened_regular(path: str | Path, flags: int = os.O_RDONLY) -> io.FileIO:
    """Open a regular file, a new one for its owner alone, without waiting for a pipe of that name. Raises OSError."""
    descriptor = os.open(path, flags | _SAFELY, 0o600)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return io.FileIO(descriptor)
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    raise OSError(errno.EINVAL, "this is no regular file")


class Window(io.RawIOBase):
    """An open file up to *end*, with an offset that no other reader of it moves. Closing this leaves the file open."""

    def __init__(self, descriptor: int, offset: int = 0, end: int | None = None) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._offset = offset
        self._end = end

    def fileno(self) -> int:
        return self._descriptor

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to *offset* bytes from the file's beginning, from where this is, or from its end if it has one."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._offset, os.SEEK_END: self._end}[whence]
        if start is None or start + offset < 0:  # without this, a buffer would read on from an offset that is none
            raise io.UnsupportedOperation("there is no such offset")
        self._offset = start + offset
        return self._offset

    def readinto(self, buffer: "WriteableBuffer") -> int:
        left = None if self._end is None else max(self._end - self._offset, 0)
        view = memoryview(buffer)[:left]
        if hasattr(os, "preadv"):
            count = os.preadv(self._descriptor, [view], self._offset)
        else:
            os.lseek(self._descriptor, self._offset, os.SEEK_SET)
            found = os.read(self._descriptor, len(view))
            view[: (count := len(found))] = found
        self._offset += count
        return count


def temporary_file(what: str, parts: Iterable[bytes] = ()) -> io.FileIO:
    """Return a temporary file without a name with *parts* of *what*. Raises DiskFailed, and what *parts* raises."""
    with keeping(what):
        file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  it is returned open
    try:
        for part in parts:
            with keeping(what):
                write_whole(file.fileno(), part)
    except BaseException:
        file.close()
        raise
    return file


def write_whole(descriptor: int, data: bytes | bytearray) -> None:
    """Write all of *data* where the file ends or its offset is, however short the writes are. Raises OSError."""
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


@contextmanager
def keeping(what: str) -> Iterator[None]:
    """Turn what the disk says about a temporary file, in which *what* is kept, into DiskFailed."""
    try:
        yield
    except OSError as error:
        folder = tempfile.tempdir or os.environ.get("TMPDIR", "the folder of temporary files")
        reason = f"{folder}: cannot keep {what}: {error.strerror}; nothing was sent; point TMPDIR elsewhere"
        raise DiskFailed(reason) from error


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* as durable as what stands in its files, where a system can."""
    if _FOLDER is None:
        return
    descriptor = os.open(folder, os.O_RDONLY | _FOLDER)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


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
        with keeping("the plan"):
            write_whole(self._file.fileno(), pending)
