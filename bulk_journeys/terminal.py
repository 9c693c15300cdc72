"""What may be shown on a terminal: words of servers and files can hold orders to it."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

from bulk_journeys.errors import OutputFailed, ReaderGone, UsageError


def printable(text: str) -> str:
    """Return *text* without what would move a terminal's cursor, colour it or hide something."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether somebody is at *stream*, which is None where the process was begun without it."""
    return stream is not None and stream.isatty()


def say(*lines: str) -> None:
    """Tell the user: talk goes to stderr, and results to stdout. Where nobody can hear it, the work goes on."""
    with suppress(OSError):
        for line in lines:
            print(printable(line), file=sys.stderr)


def ask(question: str) -> str:
    """Return what the user answers on the terminal. Raises OSError if the question cannot be seen."""
    print(printable(question), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()


@contextmanager
def speaking() -> Iterator[None]:
    """Have stdout and stderr within the block, and nothing left in them behind it that could only fail.

    One that the process was begun without fails when it is written to: print would do nothing without a stdout, and
    write to stdout what is meant for a stderr that is not there.
    """
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDONLY), "w"))
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                _give_up(stream)


@contextmanager
def output() -> Iterator[None]:
    """Have what is printed within the block reach stdout. Raises ReaderGone and OutputFailed, and then gives stdout up.

    An OSError about a file leaves the block as UsageError; no other may.
    """
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up(sys.stdout)
        raise ReaderGone from None
    except OSError as error:
        if error.filename is not None:  # it is about a file that somebody named, and no stream has a name
            named = os.fsencode(error.filename).decode(errors="replace")
            raise UsageError(f"{named}: {error.strerror}; check the path") from None
        _give_up(sys.stdout)
        raise OutputFailed(f"the output cannot be written: {error.strerror}") from None


def _give_up(stream: TextIO) -> None:
    """Let *stream* lead nowhere: what it still holds would be written, and fail anew, when the process ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
