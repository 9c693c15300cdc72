"""Locks on open files, for one process alone or for many readers.

Some systems have none of this kind, such as Windows. Nothing is carried out there, as two processes might do the same;
plans and reports need no lock, since nobody can be writing.
"""

import errno
from collections.abc import Callable
from importlib import import_module
from types import ModuleType
from typing import Final

fcntl: ModuleType | None
try:
    fcntl = import_module("fcntl")
except ImportError:
    fcntl = None

POLL: Final = 0.1
"""Seconds between two tries to have a lock."""


def are_there() -> bool:
    """Say whether this system has locks at all."""
    return fcntl is not None


def try_lock(descriptor: int, *, shared: bool = False) -> bool:
    """Lock an open file, with others that are *shared* or for this process alone, and say whether that was possible.

    A lock that is held already is changed. It ends with the descriptor. Raises OSError.
    """
    if fcntl is None:
        if shared:
            return True
        raise OSError(errno.ENOLCK, "this system has no file locks")
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def lock(descriptor: int, patience: float, sleep: Callable[[float], None]) -> bool:
    """Lock for this process alone, and say whether that was possible within *patience* seconds. Raises OSError."""
    while not try_lock(descriptor):
        if patience <= 0:
            return False
        sleep(min(POLL, patience))
        patience -= POLL
    return True


def wait_for_lock(descriptor: int) -> None:
    """Lock for this process alone, however long that takes. Raises OSError."""
    if fcntl is None:
        raise OSError(errno.ENOLCK, "this system has no file locks")
    fcntl.flock(descriptor, fcntl.LOCK_EX)


def unlock(descriptor: int) -> None:
    """Let go of a lock. Raises OSError."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)
