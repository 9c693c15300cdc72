"""What may be shown on a terminal: words of servers and files can hold orders to it."""

import sys
from typing import TextIO


def printable(text: str) -> str:
    """Return *text* without what would move a terminal's cursor, colour it or hide something."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def is_terminal(stream: TextIO | None) -> bool:
    """Say whether somebody is at *stream*, which is None where the process was begun without it."""
    return stream is not None and stream.isatty()


def say(*lines: str) -> None:
    """Tell the user: talk goes to stderr, and results to stdout."""
    for line in lines:
        print(printable(line), file=sys.stderr)


def ask(question: str) -> str:
    """Return what the user answers on the terminal."""
    print(printable(question), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()
