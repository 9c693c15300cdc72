"""What a run is told from outside, flag before environment; and secrets that do not print."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Final

from bulk_journeys.errors import UsageError

BASE_URL_VARIABLE: Final = "PUSHWOOSH_BASE_URL"
RUNS_DIR_VARIABLE: Final = "BULK_JOURNEYS_RUNS_DIR"

DEFAULT_RUNS_DIR: Final = Path("runs")
DEFAULT_BASE_URL: Final = "https://journey.pushwoosh.com"

SECONDS_OF_UNIT: Final = {"d": 86400, "h": 3600, "m": 60, "s": 1}


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


def check_environment(environ: Mapping[str, str] = os.environ) -> None:
    """Raise UsageError for an address that a script forgot to fill in: without one the live API would be meant."""
    if environ.get(BASE_URL_VARIABLE) == "":
        raise UsageError(f"{BASE_URL_VARIABLE} is empty; say where the API is, or unset it for {DEFAULT_BASE_URL}")


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
