"""What a run is told from outside, flag before environment; and secrets that do not print."""

import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, urlsplit

from bulk_journeys.errors import UsageError

TOKEN_VARIABLE: Final = "PUSHWOOSH_API_TOKEN"  # noqa: S105  the variable's name
BASE_URL_VARIABLE: Final = "PUSHWOOSH_BASE_URL"
RUNS_DIR_VARIABLE: Final = "BULK_JOURNEYS_RUNS_DIR"

DEFAULT_RUNS_DIR: Final = Path("runs")
DEFAULT_BASE_URL: Final = "https://journey.pushwoosh.com"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out; the defaults stand here and nowhere else.

    *rate* is `auto`, `off` or the user's own, *max_rate* holds besides, None for the default of `auto`. *max_pause*
    is how many seconds a server can have nothing sent for at most. *timeout* is how many seconds an answer may take,
    *tries* how often one row is tried at most, *concurrency* how many requests may be under way at once.
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


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; --token-file names a file that holds the API token") from error
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


def check_base_url(text: str) -> str:
    """Return *text* without its last slash, if the token may be sent there. Raises UsageError."""
    if set("@?#") & set(text):
        raise UsageError("--base-url: only scheme, host, port and path are wanted; the token has its own variable")
    try:
        url = urlsplit(text)
        _ = url.port, (url.hostname or "").encode("idna").decode("idna")
    except ValueError as error:
        raise UsageError(f"--base-url: {text!r} is not a URL ({error})") from error
    if url.scheme not in {"http", "https"} or not url.hostname or " " in text or not text.isprintable():
        raise UsageError(f"--base-url: {text!r} is not a URL; write it like {DEFAULT_BASE_URL!r}")
    if url.scheme == "http" and not _is_loopback(url):
        raise UsageError(f"--base-url: {text!r} would show the token to the network; use https")
    return text.rstrip("/")


def _is_loopback(url: SplitResult) -> bool:
    if url.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(url.hostname or "").is_loopback
    except ValueError:
        return False
