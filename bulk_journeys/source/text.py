"""From bytes to physical lines, with a bound on how long one may be; and on which line bytes are no text."""

import codecs
import io
from collections.abc import Iterator
from typing import BinaryIO, Final

from bulk_journeys.errors import InputError
from bulk_journeys.source.input_file import chunks

LONGEST_LINE: Final = 1 << 22
"""Characters, the line's end included: no journey needs more, and memory must have a bound."""

ADVICE: Final = "save the list as CSV UTF-8 and try again"
_BLOCK: Final = 1 << 16


def read_lines(file: BinaryIO, encoding: str, name: str, longest: int = LONGEST_LINE) -> Iterator[str]:
    r"""Yield the lines of *file* from its start, with their ends, which may be ``\n``, ``\r\n`` or ``\r``.

    Bytes that are no UTF-8 become U+FFFD. Nothing else ends a line, and one of more than *longest* characters, which
    are 65,536 or more, is refused. Several such iterators may be under way. Raises InputError.
    """
    number, held = 0, [""]
    try:
        for text in _decoded(file, encoding):
            # StringIO splits like a text file, where str.splitlines() would split at U+2028 and others too.
            lines = io.StringIO(text, newline="").readlines()
            rest = lines.pop() if lines and not lines[-1].endswith(("\n", "\r")) else ""
            if lines:
                lines[0], held = "".join([*held, lines[0]]), []
            held.append(rest)
            is_long = bool(lines) and len(lines[0]) > longest
            if not is_long:
                yield from lines
                number += len(lines)
            if is_long or sum(map(len, held)) > longest:
                raise InputError(f"{name}:{number + 1}: a line is longer than {longest:,} characters", ADVICE)
    except UnicodeError:
        line = line_of(file, encoding, bad_byte(file, encoding) or 0)
        raise InputError(f"{name}:{line}: the text is no {encoding.upper()}", ADVICE) from None
    except OSError as error:
        raise InputError(f"{name}:{number + 1}: cannot be read: {error.strerror}", "try again") from None
    yield from filter(None, ["".join(held)])


def bad_byte(file: BinaryIO, encoding: str) -> int | None:
    """Return the offset of the first byte, counted from 0, that *encoding* cannot read, or None. Raises OSError."""
    decoder, fed = codecs.getincrementaldecoder(encoding)(), 0
    is_wide = encoding.startswith(("utf-16", "utf-32"))
    try:
        for chunk in chunks(file):
            fed += len(chunk)
            if is_wide or not chunk.isascii() or decoder.getstate()[0]:
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return fed - len(error.object) + error.start
    return None


def line_of(file: BinaryIO, encoding: str, offset: int) -> int:
    """Return the number of the line that holds the byte at *offset*; all bytes before it must be readable."""
    return 1 + sum(text.count("\n") for text in _decoded(file, encoding, offset, translated=True))


def _decoded(file: BinaryIO, encoding: str, most: int | None = None, *, translated: bool = False) -> Iterator[str]:
    r"""Yield the text of the first *most* bytes in pieces, none of which ends between ``\r`` and ``\n``."""
    errors = "replace" if encoding.startswith("utf-8") else "strict"  # a broken title is not worth the row
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=translated)
    for chunk in chunks(file, _BLOCK, most):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)
