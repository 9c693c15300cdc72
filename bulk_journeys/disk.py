"""Files that are whole or not there at all, also when the power goes; and what the disk says, as our errors."""

import io
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bulk_journeys.errors import DiskFailed


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
        descriptor, draft = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                yield file
                file.flush()
                os.fsync(descriptor)
            Path(draft).replace(path)
        except BaseException:
            Path(draft).unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def temporary_file(what: str) -> io.FileIO:
    """Return a new temporary file without a name, in which *what* is to be kept. Raises DiskFailed."""
    try:
        return tempfile.TemporaryFile(buffering=0)
    except OSError as error:
        raise no_room(what, error) from error


def write_all(file: io.FileIO, data: bytes | bytearray, what: str) -> None:
    """Write all of *data*, a part of *what*, to a temporary *file*, however short the writes are. Raises DiskFailed."""
    rest = memoryview(data)
    try:
        while rest:
            rest = rest[file.write(rest) :]
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
