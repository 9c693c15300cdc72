"""From bytes to physical lines: the encoding, and a bound on how long a line may be."""

import io
from collections.abc import Iterator
from functools import partial
from typing import Final

from bulk_journeys.errors import InputError

LONGEST_LINE: Final = 1 << 20
"""Characters, the line's end included: no journey needs more, and memory must have a bound."""

BYTE_ORDER_MARKS: Final = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ADVICE: Final = "save the list as CSV UTF-8 and try again"


def read_lines(stream: io.BufferedReader, name: str) -> Iterator[str]:
    r"""Yield the lines of *stream* with their ends, which may be ``\n``, ``\r\n`` or ``\r``. Raises InputError."""
    number = 0
    try:
        text = io.TextIOWrapper(stream, _encoding(stream.peek(), name), newline="")
        for number, line in enumerate(iter(partial(text.readline, LONGEST_LINE), ""), 1):
            if len(line) == LONGEST_LINE:
                raise InputError(f"{name}:{number}: a line is longer than {LONGEST_LINE} characters; {ADVICE}")
            yield line
    except UnicodeDecodeError as error:
        raise InputError(f"{name}:{_line_of(error, number)}: the text is not UTF-8; {ADVICE}") from None
    except OSError as error:
        raise InputError(f"{name}:{number + 1}: cannot be read: {error.strerror}; try again") from None


def _encoding(head: bytes, name: str) -> str:
    for mark, encoding in BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        raise InputError(f"{name}: this is no text file; {ADVICE}")
    return "utf-8"


def _line_of(error: UnicodeDecodeError, delivered: int) -> int:
    """Return the number of the line with the bad byte; all whole lines before the bad chunk were delivered."""
    readable = error.object[: error.start].decode(error.encoding, "replace")
    breaks = io.StringIO(readable, newline=None).read().count("\n")
    return delivered + breaks + 1
