"""Files that are whole or not there at all, also when the power goes; and what the disk says, as our errors."""

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


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* as durable as what stands in its files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
