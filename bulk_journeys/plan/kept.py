"""Lines that wait in a file until they are read, as often as one likes, by several readers at a time."""

import io
import weakref
from collections.abc import Iterator
from typing import Final

from bulk_journeys.disk import Window, temporary_file, write_all

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
