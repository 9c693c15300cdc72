"""What a run is told from outside, flag before environment; and secrets that do not print."""

import os
import re
import shlex
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from bulk_journeys.errors import UsageError
from bulk_journeys.loopback import is_loopback

TOKEN_VARIABLE: Final = "PUSHWOOSH_API_TOKEN"  # noqa: S105  the variable's name
BASE_URL_VARIABLE: Final = "PUSHWOOSH_BASE_URL"
RUNS_DIR_VARIABLE: Final = "BULK_JOURNEYS_RUNS_DIR"

DEFAULT_RUNS_DIR: Final = Path("runs")
DEFAULT_BASE_URL: Final = "https://journey.pushwoosh.com"

SECONDS_OF_UNIT: Final = {"d": 86400, "h": 3600, "m": 60, "s": 1}

_TOKEN_SIZE: Final = 1 << 16
"""Bytes of a token file that are read; no token is near that."""

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


def load_token(token_file: Path | None, environ: Mapping[str, str] = os.environ) -> Secret:
    """Return the API token of *token_file*, or else of the environment. Raises UsageError."""
    if token_file is not None:
        return _token(_read(token_file), str(token_file))
    if TOKEN_VARIABLE in environ:
        return _token(environ[TOKEN_VARIABLE], TOKEN_VARIABLE)
    raise UsageError(f"no API token: set {TOKEN_VARIABLE}, or name a file that holds it with --token-file")


def loose_permissions(token_file: Path) -> str | None:
    """Return a warning if others can read *token_file*; None if not, or if it is only a way to something open."""
    if os.name != "posix" or str(token_file).startswith(_OPEN_ALREADY):
        return None
    try:
        mode = token_file.stat().st_mode
    except OSError:  # whoever reads the file tells
        return None
    if not stat.S_ISREG(mode) or not mode & (stat.S_IRGRP | stat.S_IROTH):
        return None
    return f"{token_file}: others can read this file; chmod 600 {shlex.quote(str(token_file))}"


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(_TOKEN_SIZE + 1)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; --token-file names a file that holds the API token") from error
    if len(content) > _TOKEN_SIZE:
        raise UsageError(f"{path}: this is no API token; it is longer than 64 kB")
    try:
        return content.decode("ascii")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: this is no API token; it holds something else than ASCII") from error


def _token(text: str, where: str) -> Secret:
    """Check a token without ever showing it; people paste it with its scheme in front."""
    token = f"{text.strip()} ".removeprefix("Api ").strip()
    if not token:
        raise UsageError(f"{where}: the API token is empty")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(f"{where}: this is no API token; it holds blanks or odd characters")
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
