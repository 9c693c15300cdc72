"""Lines that wait in a file until they are read, as often as one likes, by several readers at a time."""

import io
import os
import tempfile
import weakref
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from bulk_journeys.errors import DiskFailed

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK: Final = 1 << 18


class KeptLines:
    """The lines of an open *file* from byte *start* on. The file is closed when nobody needs them any more."""

    def __init__(self, file: io.FileIO, start: int = 0) -> None:
        self._file = file
        self._start = start
        weakref.finalize(self, file.close)

    def __iter__(self) -> Iterator[bytes]:
        # Not "return": the generator keeps self, and so the file, while it is read.
        yield from io.BufferedReader(_Window(self._file.fileno(), self._start), _CHUNK)


class Spool(KeptLines):
    """Lines on their way to a temporary file without a name. They are read after the last is appended."""

    def __init__(self) -> None:
        """Open the file. Raises DiskFailed."""
        try:
            super().__init__(tempfile.TemporaryFile(buffering=0))  # noqa: SIM115  closed by the base
        except OSError as error:
            raise _no_room(error) from error
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
        rest = memoryview(self._pending)
        self._pending = bytearray()
        try:
            while rest:
                rest = rest[self._file.write(rest) :]
        except OSError as error:
            raise _no_room(error) from error


class _Window(io.RawIOBase):
    """A file with a place of its own, which other readers of the same file do not move."""

    def __init__(self, descriptor: int, place: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._place = place

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        count = os.preadv(self._descriptor, [buffer], self._place)
        self._place += count
        return count


def _no_room(error: OSError) -> DiskFailed:
    folder = tempfile.gettempdir()
    return DiskFailed(f"{folder}: cannot keep the plan: {error.strerror}; nothing was sent; point TMPDIR elsewhere")
