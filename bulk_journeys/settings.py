"""What a run is told from outside, flag before environment; and secrets that do not print."""

import os
import re
import select
import shlex
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bulk_journeys.errors import UsageError
from bulk_journeys.loopback import is_loopback
from bulk_journeys.token_text import decoded, token_in

TOKEN_VARIABLE: Final = "PUSHWOOSH_API_TOKEN"  # noqa: S105  the variable's name
BASE_URL_VARIABLE: Final = "PUSHWOOSH_BASE_URL"
RUNS_DIR_VARIABLE: Final = "BULK_JOURNEYS_RUNS_DIR"

DEFAULT_RUNS_DIR: Final = Path("runs")
DEFAULT_BASE_URL: Final = "https://journey.pushwoosh.com"

SECONDS_OF_UNIT: Final = {"d": 86400, "h": 3600, "m": 60, "s": 1}

_TOKEN_SIZE: Final = 1 << 16
"""Bytes of a token file that are read; no token is near that."""

_WORD_SIZE: Final = 16
"""Characters from which on a token is taken for no word; of random letters and digits, 16 are never met by chance."""

_OPEN_ALREADY: Final = ("/dev/fd/", "/dev/stdin", "/proc/")
"""How paths begin that lead to what a shell has opened."""

_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_DURATION: Final = re.compile("(?=.)" + "".join(f"(?:({_NUMBER}){unit})?" for unit in SECONDS_OF_UNIT))
_SECONDS: Final = re.compile(_NUMBER)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out; the defaults stand here and nowhere else.

    *rate* is `auto`, `off` or the user's own, *max_rate* holds besides, None for the default of `auto`. *max_pause*
    is how many seconds a server can have nothing sent for at most. *timeout* is how many seconds an answer may take,
    *tries* how often one row is tried at most, *concurrency* how many requests may be under way at once.

    *allow_http* lets the token cross a network in the clear. *wait_for_lock* is how many seconds the run waits at most
    for another one on the same account, 0 for not at all. *deadline* is how many seconds from its start the run may
    send, None for no end. *max_failures* is the user's own word for what failures stop the run, None for any number;
    with *strict*, a conflict is a failure too. *canary* is how many rows are carried out alone first, *limit* how many
    at most, those of the canary included; 0 and None for no such bound.
    """

    base_url: str | None = None
    token_file: Path | None = None
    rate: str = "auto"
    max_rate: str | None = None
    max_pause: float = 60.0
    forget_rate: bool = False
    concurrency: int = 100
    tries: int = 5
    timeout: float = 30.0
    quiet: bool = False
    allow_http: bool = False
    wait_for_lock: float = 0.0
    deadline: float | None = None
    max_failures: str | None = None
    strict: bool = False
    canary: int = 0
    limit: int | None = None


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


def check_base_url(text: str, *, allow_http: bool = False) -> str:
    """Return *text* without its last slash, if the token may be sent there. Raises UsageError.

    With *allow_http* it may cross a network in the clear; `shown_to_network` says whether it does.
    """
    if set("@?#") & set(text):
        raise UsageError("--base-url: only scheme, host, port and path are wanted; the token has its own variable")
    try:
        url = urlsplit(text)
        _ = url.port, (url.hostname or "").encode("idna").decode("idna")
        _check_brackets(url.netloc)
    except ValueError as error:
        raise UsageError(f"--base-url: {text!r} is not a URL ({error})") from error
    if url.scheme not in {"http", "https"} or not url.hostname or " " in text or not text.isprintable():
        raise UsageError(f"--base-url: {text!r} is not a URL; write it like {DEFAULT_BASE_URL!r}")
    if not allow_http and shown_to_network(text):
        advice = "use https, or --allow-http if you trust every machine in between"
        raise UsageError(f"--base-url: {text!r} would show the token to the network; {advice}")
    return text.rstrip("/")


def _check_brackets(netloc: str) -> None:
    """Raise ValueError for words behind an address in brackets, of which urlsplit keeps the address alone."""
    if (behind := netloc.rpartition("]")[2]) != netloc and not re.fullmatch("(:[0-9]*)?", behind):
        raise ValueError("behind an address in brackets comes a port, or nothing")


def check_environment(environ: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError for an address that a script forgot to fill in: without one the live API would be meant."""
    if environ.get(BASE_URL_VARIABLE) == "":
        raise UsageError(f"{BASE_URL_VARIABLE} is empty; say where the API is, or unset it for {DEFAULT_BASE_URL}")


def shown_to_network(base_url: str) -> bool:
    """Say whether a token that is sent to *base_url* crosses a network in the clear."""
    url = urlsplit(base_url)
    return url.scheme == "http" and not is_loopback(url.hostname)


def parse_duration(text: str, flag: str, *, or_zero: bool = False) -> float:
    """Return the seconds that *text* stands for, as in 30s, 1h30m, 1.5h, or 90 for seconds; 0 only if it is *or_zero*.

    Raises UsageError, which names *flag*.
    """
    seconds = _seconds(text)
    if seconds is None or not 0 <= seconds < inf:
        raise UsageError(
            f"{flag}: {text!r} is not a duration; write '30s', '30m', '2h', '1h30m', '1d' or '90' (seconds)"
        )
    if seconds == 0 and not or_zero:
        raise UsageError(f"{flag}: {text!r} leaves no time at all; write more, as in '30s' or '30m'")
    return seconds


def _seconds(text: str) -> float | None:
    """Return how many seconds *text* stands for, or None if it is no duration; infinity for absurd numbers."""
    if _SECONDS.fullmatch(text):
        return float(text)
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    return sum(float(number or 0) * size for number, size in zip(found.groups(), SECONDS_OF_UNIT.values(), strict=True))
