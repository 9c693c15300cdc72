"""The sandbox's settings, and the short forms in which people write them. Nothing here starts anything."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from math import fsum, inf
from pathlib import Path
from typing import Any, Final, TypeVar

from bulk_journeys.errors import UsageError

from .faults import COMMON, Fault, Odds
from .world import Status

T = TypeVar("T")


class Errors(StrEnum):
    """The version of grpc-gateway whose errors are spoken."""

    V1 = "v1"
    V2 = "v2"


class RetryHint(StrEnum):
    """Where a rate limit says how long to wait: ``Retry-After`` (whole seconds), RetryInfo in `details`."""

    NONE = "none"
    HEADER = "header"
    DETAILS = "details"
    BOTH = "both"


@dataclass(frozen=True)
class Rate:
    """A leaky bucket of *count* requests that empties in *period* seconds, *count* at once included."""

    count: int
    period: float

    def __post_init__(self) -> None:
        if not (self.count > 0 and 0 < self.period < inf):
            raise UsageError(f"rate {self.count}/{self.period:g}s lets nothing through; give numbers above 0")


@dataclass(frozen=True)
class Latency:
    """The time until an answer, in seconds, evenly spread between the two."""

    low: float = 0.0
    high: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high < inf:
            raise UsageError(f"latency {self.low:g}-{self.high:g}s is no range; give the shorter time first")


@dataclass(frozen=True)
class Config:
    """Everything that can be set. UsageError is raised for values that make no sense."""

    journeys: int = 500
    """How many journeys there are."""
    seed: int = 7
    """Decides the first statuses, the latencies and the faults."""
    mix: Mapping[Status, float] = field(default_factory=lambda: {Status.RUNNING: 100.0})
    """The weights of the first statuses; only their proportions count."""
    forbidden: int = 0
    """How many of the journeys answer PermissionDenied."""
    points: int = 1
    """The size of a journey's canvas; each point is about 180 bytes of a successful answer."""
    export: Path | None = None
    """Where the list of the journeys is written before the first request; None for nowhere."""
    port: int = 0
    """0 takes any free port."""
    token: str = field(default="sandbox", repr=False)
    """The server token to expect."""
    errors: Errors = Errors.V2
    """How errors are worded."""
    latency: Latency = Latency()
    """How long an answer takes. The action itself is done as soon as the request has come in."""
    faults: Odds = field(default_factory=dict)
    """How likely each fault is."""
    hang: float = 3600.0
    """Seconds until the connection of a hanging request is reset."""
    rate: Rate | None = None
    """The limit of requests in a time; None is no limit."""
    concurrency: int | None = None
    """The limit of requests at a time; None is no limit."""
    retry_hint: RetryHint = RetryHint.HEADER
    """Whether, and where, a refusal by *rate* says how long to wait."""

    def __post_init__(self) -> None:
        _check_mix(self.mix)
        _check_odds(self.faults)
        for name, holds, demand in _RULES:
            value = getattr(self, name)
            if not holds(value):
                raise UsageError(f"the sandbox cannot have {name} {value!r}; give {demand}")


_RULES: Final[tuple[tuple[str, Callable[[Any], bool], str], ...]] = (
    ("journeys", lambda value: value >= 0, "0 or more"),
    ("forbidden", lambda value: value >= 0, "0 or more"),
    ("points", lambda value: value >= 0, "0 or more"),
    ("port", lambda value: 0 <= value <= 65535, "a port, or 0 for any free one"),
    ("hang", lambda value: 0 < value < inf, "seconds above 0"),
    ("concurrency", lambda value: value is None or value > 0, "1 or more"),
)

_FAULTS: Final = {fault.value: (fault,) for fault in Fault} | {"any": COMMON}
_STATUSES: Final[Mapping[str, Status]] = {status.name.lower(): status for status in Status}
_SECONDS: Final[Mapping[str, float]] = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_NUMBER: Final = r"\d{1,9}(?:\.\d{1,9})?"
_RATE: Final = re.compile(rf"(\d{{1,9}})/({_NUMBER})?(s|min|h)", re.ASCII)
_LATENCY: Final = re.compile(rf"({_NUMBER})(?:-({_NUMBER}))?(ms|s)", re.ASCII)


def parse_faults(texts: Iterable[str]) -> dict[Fault, float]:
    """Read ``reset=0.1`` or ``reset=0.1,cut=0.05``; ``any=0.2`` shares 0.2 out evenly among all kinds.

    What is named twice adds up.
    """
    odds: dict[Fault, float] = {}
    for text in texts:
        for name, probability in _pairs(text, "fault"):
            kinds = _named(name, _FAULTS, "fault")
            for kind in kinds:
                odds[kind] = odds.get(kind, 0.0) + probability / len(kinds)
    _check_odds(odds)
    return odds


def parse_mix(text: str) -> dict[Status, float]:
    """Read ``running=90,paused=5,draft=3,finished=2``."""
    mix = {_named(name, _STATUSES, "mix"): weight for name, weight in _pairs(text, "mix")}
    _check_mix(mix)
    return mix


def parse_rate(text: str) -> Rate:
    """Read ``20/s``, ``600/min`` or ``5/10s``."""
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"rate {text!r} is not a count per time; write it like '20/s', '600/min' or '5/10s'")
    count, length, unit = match.groups()
    return Rate(int(count), float(length or 1) * _SECONDS[unit])


def parse_errors(text: str) -> Errors:
    """Read ``v1`` or ``v2``."""
    return _named(text, {errors.value: errors for errors in Errors}, "wording")


def parse_latency(text: str) -> Latency:
    """Read ``20-80ms``, ``50ms`` or ``0.5-2s``."""
    match = _LATENCY.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"latency {text!r} is not a time; write it like '20-80ms', '50ms' or '0.5-2s'")
    low, high, unit = match.groups()
    return Latency(float(low) * _SECONDS[unit], float(high or low) * _SECONDS[unit])


def _pairs(text: str, what: str) -> Iterator[tuple[str, float]]:
    for part in text.split(","):
        name, _, number = part.partition("=")
        try:
            yield name.strip().lower(), float(number)
        except ValueError:
            raise UsageError(f"{what} {part!r} is no name with a number; write it like 'name=0.1'") from None


def _named(name: str, table: Mapping[str, T], what: str) -> T:
    try:
        return table[name]
    except KeyError:
        raise UsageError(f"{what} {name!r} is not known; choose among {', '.join(table)}") from None


def _check_odds(odds: Odds) -> None:
    for fault, probability in odds.items():
        if not 0 <= probability <= 1:
            raise UsageError(f"fault {fault.value}={probability:g} is no probability; give 0 to 1")
    if fsum(odds.values()) > 1 + 1e-9:  # nine ninths may sum to a little more than 1
        raise UsageError(f"the faults' probabilities sum to {fsum(odds.values()):g}; lower them to 1 in all")


def _check_mix(mix: Mapping[Status, float]) -> None:
    for status, weight in mix.items():
        if not 0 <= weight < inf:
            raise UsageError(f"mix {status.name.lower()}={weight:g} is no weight; give 0 or more")
    if not any(mix.values()):
        raise UsageError("the mix leaves no status for a journey; give one a weight, as in 'running=100'")
