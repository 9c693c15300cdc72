"""The raw bytes of a file or of stdin, digested as they pass. Nothing is ever read twice or sought."""

import hashlib
import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from bulk_journeys.errors import InputError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

STDIN: Final = "-"
READ_AHEAD: Final = 1 << 16


class Digested(io.RawIOBase):
    """Another stream's bytes, and the SHA-256 of all that were read so far."""

    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._read = stream.readinto  # type: ignore[attr-defined]
        self._sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Fill *buffer* unless the end is near, also from a slow pipe: whoever peeks sees enough."""
        view = memoryview(buffer)
        count: int = self._read(view)
        self._sha256.update(view[:count])
        return count

    def digest(self) -> str:
        return self._sha256.hexdigest()


@contextmanager
def open_raw(path: str) -> Iterator[Digested]:
    """Open the file at *path*, or stdin for ``-``, which stays open. Raises InputError."""
    if path == STDIN:
        yield Digested(sys.stdin.buffer)
        return
    try:
        stream = Path(path).open("rb")  # noqa: SIM115  closed below; only the opening may become an InputError
    except (OSError, ValueError) as error:
        raise InputError(_not_opened(path, error)) from None
    with stream:
        yield Digested(stream)


def _not_opened(path: str, error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return f"{path}: there is no such file; check the path"
        case IsADirectoryError():
            return f"{path}: is a folder; name the files in it"
        case PermissionError():
            return f"{path}: may not be read; check its permissions"
    return f"{path}: cannot be opened: {error}"
