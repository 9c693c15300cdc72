"""Takes the token out of a text that leaves for disk, screen or network. Nothing is judged by what is left. Pure."""

import html
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from typing import Final

Redact = Callable[[str], str]
"""Takes secrets out of a text that people will read."""

SHORTEST: Final = 8
"""Characters of a token that was encoded; less may be part of any word."""


def redactor(token: str) -> Redact:
    """Return what takes *token* out of a text: as it is, escaped as JSON, a URL or HTML does, in base64 or in hex."""
    escaped = re.compile("".join(map(_any_spelling, token)))
    encoded = re.compile("|".join(_encodings(token.encode())))

    def redact(text: str) -> str:
        if token in text or any(escape in text for escape in "\\%&"):  # the pattern takes its time
            text = escaped.sub("[token]", text)
        return encoded.sub("[token]", text) if len(text) >= SHORTEST else text

    return redact


def _any_spelling(letter: str) -> str:
    code = ord(letter)
    escaped = (
        rf"\\u{code:04x}|\\x{code:02x}|%(?:25)*{code:02x}|&#0*{code};|&#x0*{code:x};|{re.escape(html.escape(letter))}"
    )
    return rf"(?:\\?{re.escape(letter)}|(?i:{escaped}))"


def _encodings(token: bytes) -> Iterator[str]:
    """Yield patterns of what *token* is in hex and in base64, behind any number of bytes, in either alphabet."""
    yield f"(?i:{token.hex()})"
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(token)) * 8 // 6
        core = b64encode(bytes(before) + token)[first:last].decode()
        if len(core) >= SHORTEST:
            yield "".join({"+": "[+-]", "/": "[/_]"}.get(letter, letter) for letter in core)
