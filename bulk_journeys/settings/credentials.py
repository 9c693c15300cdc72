"""The API token: read from a file, a pipe or the environment, and shown to nobody."""

import codecs
import os
import re
import select
import shlex
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bulk_journeys.errors import UsageError
from bulk_journeys.settings.options import is_loopback

TOKEN_VARIABLE: Final = "PUSHWOOSH_API_TOKEN"  # noqa: S105  the variable's name


_TOKEN_SIZE: Final = 1 << 16
"""Bytes of a token file that are read; no token is near that."""


_WORD_SIZE: Final = 16
"""Characters from which on a token is taken for no word; of random letters and digits, 16 are never met by chance."""


_OPEN_ALREADY: Final = ("/dev/fd/", "/dev/stdin", "/proc/")
"""How paths begin that lead to what a shell has opened."""


class Secret:
    """A string that shows itself only when asked by name."""

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the secret, for the one place that sends it."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"


def load_token(token_file: Path | None, environ: Mapping[str, str] = os.environ, *, patience: float = 30.0) -> Secret:
    """Return the API token of *token_file*, or else of the environment. Raises UsageError, which shows none of it.

    *patience* is how many seconds whoever writes to a named pipe may take.
    """
    if token_file is not None:
        content = _content(token_file, patience)
        return _token(str(token_file), lambda: decoded(content))
    if TOKEN_VARIABLE in environ:
        return _token(TOKEN_VARIABLE, lambda: environ[TOKEN_VARIABLE])
    raise UsageError(f"no API token: set {TOKEN_VARIABLE}, or name a file that holds it with --token-file")


def loose_permissions(token_file: Path) -> str | None:
    """Return a warning if others can read *token_file*; None if not, or if it is only a way to something open."""
    if os.name != "posix" or _is_open_already(token_file):
        return None
    try:
        status = token_file.stat()
    except OSError:  # whoever reads the file tells
        return None
    if not stat.S_ISREG(status.st_mode):
        return None
    if status.st_uid not in {0, os.geteuid()}:
        return f"{token_file}: this file belongs to another user, who can read and change the token"
    if status.st_mode & (stat.S_IRGRP | stat.S_IROTH):
        return f"{token_file}: others can read this file; chmod 600 {shlex.quote(str(token_file))}"
    return None


def check_no_token(text: str, token: Secret) -> None:
    """Raise UsageError if *token* stands in *text*, the base URL, which is shown and kept in files; a word may."""
    if len(token.reveal()) >= _WORD_SIZE and token.reveal() in text:
        raise UsageError("--base-url: the API token stands in it; the token has its own variable", "take it out")


def short_token(token: Secret, base_url: str) -> str | None:
    """Return a warning if *token* is too short to be told from a word of the server; None on loopback.

    The sandbox's own token is a word, so each demo and test would warn. How long the token is, is not told.
    """
    if len(token.reveal()) >= _WORD_SIZE or is_loopback(urlsplit(base_url).hostname):
        return None
    return "this API token is so short that ordinary words may hold it; texts of the server will have gaps there"


def _is_open_already(path: Path) -> bool:
    return str(path).startswith(_OPEN_ALREADY)


def _content(path: Path, patience: float) -> bytes:
    advice = "--token-file names a file that holds the API token"
    try:
        pipe = not _is_open_already(path) and stat.S_ISFIFO(path.stat().st_mode)
        content = _from_pipe(path, patience) if pipe else _from_file(path)
    except TimeoutError:
        raise UsageError(f"{path}: nobody wrote to this pipe in {patience:g} s; {advice}") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; {advice}") from error
    if len(content) > _TOKEN_SIZE:
        raise UsageError(f"{path}: this is no API token; it is longer than 64 kB")
    return content


def _from_file(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_TOKEN_SIZE + 1)


def _from_pipe(path: Path, patience: float) -> bytes:
    """Read a pipe with a name, whose opening alone would wait without end. Raises TimeoutError."""
    content = b""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0) as pipe:  # noqa: PTH123  a descriptor
        while len(content) <= _TOKEN_SIZE:
            if not select.select([pipe], [], [], patience)[0]:
                raise TimeoutError
            part = pipe.read(_TOKEN_SIZE)
            if part == b"":
                break
            content += part or b""  # None where somebody else was quicker
    return content


def _token(where: str, text: Callable[[], str]) -> Secret:
    """Return the token of *text*, a function since what it is asked for may not be readable. Raises UsageError."""
    try:
        token = token_in(text())
    except ValueError as error:
        raise UsageError(f"{where}: this is no API token; {error}") from None
    if not token:
        raise UsageError(f"{where}: the API token is empty")
    return Secret(token)


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
