"""The bytes of a file or of stdin: digested, to be sought in, and never more than there were at the opening."""

import errno
import hashlib
import io
import os
import re
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import BinaryIO, Final

from bulk_journeys.errors import InputError
from bulk_journeys.files import Window, opened_regular, temporary_file
from bulk_journeys.terminal import printable

STDIN: Final = "-"
CHUNK: Final = 1 << 20
MOST_STREAMED: Final = 2 << 30
"""Bytes that a stream may have, since they are kept on the disk."""

_BLANKS: Final = b" \t\r\n\v\f\0\x1a\xef\xbb\xbf\xff\xfe"
_OWN_DESCRIPTOR: Final = re.compile(r"/(?:dev|proc/self)/fd/(\d+)")
_OTHER_THAN_FILES: Final[tuple[tuple[Callable[[int], bool], str, str], ...]] = (
    (stat.S_ISDIR, "is a folder", "name the files in it"),
    (stat.S_ISFIFO, "is a named pipe, which may wait for ever", "pass what it gives on stdin, named '-'"),
    (stat.S_ISCHR, "is a device, not a file", "name the file with the list"),
    (stat.S_ISBLK, "is a device, not a file", "name the file with the list"),
    (stat.S_ISSOCK, "is a socket, not a file", "name the file with the list"),
)
_NOT_OPENED: Final = {
    errno.ENOENT: ("there is no such file", "check the path"),
    errno.ENOTDIR: ("there is no such file", "check the path"),
    errno.EACCES: ("may not be read", "check its permissions"),
    errno.EPERM: ("may not be read", "check its permissions"),
    errno.ELOOP: ("is a link that leads back to itself", "check the path"),
    errno.ENAMETOOLONG: ("is too long for a file's name", "check the path"),
}


@dataclass(frozen=True)
class Content:
    """What a file held when it was opened. *file* is at its start; *sha256* is of all its bytes, in hex."""

    name: str
    file: BinaryIO
    sha256: str
    opened: os.stat_result

    def check_unchanged(self) -> None:
        """Raise InputError if the file is no longer as it was at the opening."""
        now = os.fstat(self.file.fileno())
        if (now.st_size, now.st_mtime_ns) != (self.opened.st_size, self.opened.st_mtime_ns):
            raise InputError(f"{self.name}: the file changed while it was read", "try again when it is finished")


@contextmanager
def open_raw(path: str) -> Iterator[Content]:
    """Open the file at *path*, or stdin for ``-``, which stays open. Raises InputError, and DiskFailed for a stream.

    What cannot be sought in, such as a shell's ``<(...)``, is first copied to a temporary file without a name.
    """
    name = "<stdin>" if path == STDIN else printable(os.fsencode(path).decode(errors="replace"))
    with _input_errors(name):
        file = spooled(_standard_input(name), name) if path == STDIN else _opened(path, name)
    with file:
        with _input_errors(name):
            content = _digested(file, name)
        yield content


def whole(file: io.FileIO) -> BinaryIO:
    """Return all that *file* holds now, buffered and at its start."""
    return io.BufferedReader(Window(file.fileno(), end=os.fstat(file.fileno()).st_size), CHUNK)


def chunks(file: BinaryIO, size: int = CHUNK, most: int | None = None) -> Iterator[bytes]:
    """Yield the first *most* bytes of *file*, or all, in pieces of *size*, whatever other readers read between."""
    offset, end = 0, file.seek(0, io.SEEK_END) if most is None else most
    while chunk := _chunk_at(file, offset, min(size, end - offset)):
        offset += len(chunk)
        yield chunk


def spooled(stream: BinaryIO, name: str, most: int = MOST_STREAMED) -> io.FileIO:
    """Return a temporary file with all of *stream*, *most* bytes at most. Raises InputError, OSError and DiskFailed."""
    return temporary_file("the list", _bounded(stream, name, most))


def _bounded(stream: BinaryIO, name: str, most: int) -> Iterator[bytes]:
    total = 0
    for chunk in iter(partial(stream.read, CHUNK), b""):
        total += len(chunk)
        if total > most:
            raise InputError(f"{name}: gives more than {most:,} bytes", "save the list to a file and name that")
        yield chunk


def _chunk_at(file: BinaryIO, offset: int, size: int) -> bytes:
    file.seek(offset)
    return file.read(size)


@contextmanager
def _input_errors(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what, advice = _NOT_OPENED.get(error.errno or 0, (f"cannot be read: {error.strerror or error}", "try again"))
        raise InputError(f"{name}: {what}", advice) from None


def _standard_input(name: str) -> BinaryIO:
    if sys.stdin is None:
        raise InputError(f"{name}: is closed", "name the file with the list")
    stream: BinaryIO = sys.stdin.buffer
    try:
        mode = os.fstat(stream.fileno()).st_mode
    except io.UnsupportedOperation:
        return stream
    if stat.S_ISDIR(mode) or (stat.S_ISCHR(mode) and not stream.isatty()):
        raise InputError(f"{name}: is {'a folder' if stat.S_ISDIR(mode) else 'a device'}, not a file", "give it a list")
    return stream


def _opened(path: str, name: str) -> io.FileIO:
    """Open what is surely a file, since opening a pipe can wait for ever, and opening a device can do anything."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116  a Path would change the path
    except ValueError:
        raise InputError(f"{name}: is no file's name", "check the path") from None
    own = _OWN_DESCRIPTOR.fullmatch("/dev/fd/0" if path == "/dev/stdin" else path)
    if own and (stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)):
        with os.fdopen(os.dup(int(own[1])), "rb") as stream:
            return spooled(stream, name)
    for is_one, what, advice in _OTHER_THAN_FILES:
        if is_one(mode):
            raise InputError(f"{name}: {what}", advice)
    return opened_regular(path, os.O_NOCTTY)  # without O_NOCTTY, a terminal that is there by now could become ours


def _digested(file: io.FileIO, name: str) -> Content:
    opened, sha256, blank = os.fstat(file.fileno()), hashlib.sha256(), True
    window = whole(file)
    for chunk in chunks(window):
        sha256.update(chunk)
        blank = blank and not chunk.strip(_BLANKS)
    window.seek(0)
    content = Content(name, window, sha256.hexdigest(), opened)
    content.check_unchanged()
    if blank:
        raise InputError(f"{name}: the file is empty", "put a header line and one row for each journey into it")
    return content
