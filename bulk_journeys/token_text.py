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

_FIELD: Final = re.compile(
    r"""["']?(?:[A-Za-z_][\w.-]*["']?\s*:(?:\s|$)|(?:[\w.-]*[_.-])?(?:token|key|secret|authorization)["']?\s*:)""",
    re.IGNORECASE,
)
"""A line NAME: VALUE. Without a blank behind the colon only names that mean a token count: an id and its secret may be
written so."""

_SCHEME: Final = re.compile(r"(?:Bearer|Basic|Digest|Token|Key|ApiKey)\s", re.IGNORECASE)
"""The schemes of other APIs; theirs is no token for this one."""

_OURS: Final = re.compile(r"Api(?:\s+|$)", re.IGNORECASE)
"""The scheme of this API; people paste the token with it in front."""

_BRACKETS: Final = frozenset("{}[]<>")

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
    _check_document(lines)
    if len(lines) > 1:
        raise ValueError(f"line {lines[1][0]} has text besides line {lines[0][0]}; keep the token alone")
    line = lines[0][1] if lines else ""
    if _SCHEME.match(line.strip(_QUOTES)):
        raise ValueError("it begins with the scheme of another API; keep the token alone")
    token = _OURS.sub("", line, count=1) if _OURS.match(line) else line
    if line.strip(_QUOTES) != line or token.strip(_QUOTES) != token:
        raise ValueError("it is in quotation marks; take them off")
    if _BRACKETS & set(token):
        raise ValueError("it holds braces or brackets; keep the token alone")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise ValueError("it holds blanks or odd characters")
    return token


def _check_document(lines: list[tuple[int, str]]) -> None:
    """Raise ValueError if a token may be in there, and something that says so is around it."""
    start = lines[0][1].lstrip(_QUOTES)[:1] if lines else ""
    if start == "<":  # before the lines: an attribute of a tag may have one to itself
        raise ValueError("it begins with '<', as XML, HTML and placeholders do; keep the token alone")
    for number, line in lines:
        if _ASSIGNMENT.match(line):
            advice = "keep the token alone, or put it into the environment from there"
            raise ValueError(f"line {number} is a NAME=VALUE of an .env file; {advice}")
    if start and start in "{[":
        raise ValueError(f"it begins with {start!r}, as JSON does; keep the token alone")
    for number, line in lines:
        if _FIELD.match(line):
            raise ValueError(f"line {number} is a NAME: VALUE, as in YAML or a header; keep the token alone")


def _lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are not blank, with their numbers from 1."""
    lines = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    return [(number, line.strip()) for number, line in lines if line.strip()]
