"""The one token in what people save or paste. Whatever is wrong with the rest is told without a word of it."""

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # before UTF-16, whose mark begins it
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),  # Notepad's "Unicode", and what PowerShell 5 writes with `>`
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
_UNMARKED: Final = (b"", "utf-8", "")

_ASSIGNMENT: Final = re.compile(r"(?:export\s+|set\s+|\$env:)?[A-Za-z_][\w.]*\s*=\s*[^\s=]", re.IGNORECASE)
"""A line NAME=VALUE. No token looks so: in one, `=` is padding at the end (token68 of RFC 9110)."""

_QUOTES: Final = "\"'`´‘’‚“”„«»‹›"


def decoded(content: bytes) -> str:
    """Return the text of a file, whichever system's editor wrote it. Raises ValueError with the reason if it cannot."""
    mark, encoding, name = next((each for each in _MARKS if content.startswith(each[0])), _UNMARKED)
    if not mark and _is_utf16(content):
        raise ValueError("it is UTF-16 without a byte order mark; save it as UTF-8")
    try:
        return content.removeprefix(mark).decode(encoding)
    except UnicodeDecodeError:  # which holds the content
        reason = f"it is not the {name} that it begins like" if mark else "it is neither ASCII nor UTF-8"
    raise ValueError(f"{reason}; save it as UTF-8")


def _is_utf16(content: bytes) -> bool:
    """Say whether every second byte is a NUL, as where ASCII is written in UTF-16."""
    return b"\0" in content and not all(content[start::2].strip(b"\0") for start in (0, 1))


def token_in(text: str) -> str:
    """Return the token of *text*, without its scheme; an empty one if there is none.

    Raises ValueError with the reason for what is no token. Nothing of it is guessed: of two lines either could be
    the token, and what quotes and names mean in an .env file is for a shell to say.
    """
    lines = _lines(text.removeprefix("\ufeff"))
    for number, line in lines:
        if _ASSIGNMENT.match(line):
            advice = "keep the token alone, or put it into the environment from there"
            raise ValueError(f"line {number} is a NAME=VALUE of an .env file; {advice}")
    if len(lines) > 1:
        raise ValueError(f"line {lines[1][0]} has text besides line {lines[0][0]}; keep the token alone")
    line = lines[0][1] if lines else ""
    token = f"{line} ".removeprefix("Api ").strip()  # people paste it with its scheme in front
    if line.strip(_QUOTES) != line or token.strip(_QUOTES) != token:
        raise ValueError("it is in quotation marks; take them off")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("it holds blanks or odd characters")
    return token


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are not blank, with their numbers from 1."""
    lines = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    return [(number, line.strip()) for number, line in lines if line.strip()]
