"""JSON lines: one value, one ASCII line. No knowledge of what the values mean."""

import re
from collections.abc import Sequence
from json.encoder import encode_basestring_ascii
from typing import Any, Final

import msgspec

_odd: Final = re.compile(r"[^\x00-\x7f]+")
_ENCODER: Final = msgspec.json.Encoder()


def encode_line(value: Any) -> bytes:
    """Return *value* as one line of ASCII JSON, its line feed included.

    ASCII, because raw U+2028 and its like split lines in other people's readers.
    """
    return _in_ascii(_ENCODER.encode(value)) + b"\n"


def encode_lines(values: Sequence[Any]) -> bytes:
    """Return the lines of many *values* at once, which takes half the time."""
    return _in_ascii(_ENCODER.encode_lines(values))


def _in_ascii(text: bytes) -> bytes:
    """Escape what ASCII cannot hold the way JSON does. Outside strings there is nothing of that kind."""
    if text.isascii():
        return text
    return _odd.sub(lambda odd: encode_basestring_ascii(odd[0])[1:-1], text.decode()).encode("ascii")
