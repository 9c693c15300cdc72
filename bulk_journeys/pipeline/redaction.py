"""The token out of a text that leaves for disk, screen or network. Nothing is judged by what is left. Pure."""

import html
import re
from collections.abc import Callable

Redact = Callable[[str], str]
"""Takes secrets out of a text that people will read."""


def redactor(token: str) -> Redact:
    """Return what takes *token* out of a text, as it is or with letters escaped as JSON, a URL or HTML does."""
    pattern = re.compile("".join(map(_any_spelling, token)))

    def redact(text: str) -> str:
        is_suspect = token in text or any(escape in text for escape in "\\%&")  # the pattern takes its time
        return pattern.sub("[token]", text) if is_suspect else text

    return redact


def _any_spelling(letter: str) -> str:
    code = ord(letter)
    escaped = rf"\\u{code:04x}|%{code:02x}|&#0*{code};|&#x0*{code:x};|{re.escape(html.escape(letter))}"
    return rf"(?:\\?{re.escape(letter)}|(?i:{escaped}))"
