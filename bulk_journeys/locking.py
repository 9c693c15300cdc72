"""Files of the state folder, opened for their owner alone, and the locks on them."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from bulk_journeys.disk import descriptor_of_regular

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
