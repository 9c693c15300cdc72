"""The sandbox's settings, and the short forms in which people write them. Nothing here starts anything."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import fsum, inf
from pathlib import Path
from typing import Any, Final, TypeVar

from bulk_journeys.errors import UsageError

from .answers import LONGEST, Errors, RetryHint
from .faults import COMMON, Fault, Odds
from .journeys import Status
from .limits import NUMBER, SECONDS, LimiterKind, Rate, RateChange, parse_seconds
from .outages import Firewall, FirewallKind, Outage, OutageKind

T = TypeVar("T")


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
    rate_changes: tuple[RateChange, ...] = ()
    """What the rate becomes later. A bucket is empty then; a window keeps counting what was taken."""
    limiter: LimiterKind = LimiterKind.BUCKET
    """What a rate means. Fixed windows begin with the first request."""
    burst: float | None = None
    """Seconds of the rate that a bucket holds, one request at least; None is its period, *count* at once included."""
    concurrency: int | None = None
    """The limit of requests at a time; None is no limit."""
    crowded_status: int = 503
    """The HTTP status of a refusal by *concurrency*, 503 or 429."""
    retry_hint: RetryHint = RetryHint.HEADER
    """Whether, and where, a refusal by *rate* says how long to wait."""
    hint_seconds: float | None = None
    """What *retry_hint* says, however long the wait is; None is the wait itself."""
    outages: tuple[Outage, ...] = ()
    """When nothing is carried out and every request is broken; they may overlap. Answers under way still leave."""
    outage_kind: OutageKind = OutageKind.RESET
    """How an outage looks."""
    firewalls: tuple[Firewall, ...] = ()
    """When every request meets a page in the API's place; about half are carried out. An outage goes before."""
    firewall_kind: FirewallKind | None = None
    """What those pages are; None leaves it to the seed."""
    revoke_after: int | None = None
    """How many requests of the actions there are before the token is no good any more; None: it stays good."""
    idle_close: float | None = None
    """Seconds after which a connection without a request is closed; None is an hour."""

    def __post_init__(self) -> None:
        check_mix(self.mix)
        check_odds(self.faults)
        _check_changes(self.rate_changes)
        _check_token(self.token)
        if self.burst is not None and self.limiter is not LimiterKind.BUCKET:
            raise UsageError(f"a burst is what a bucket holds; leave it out, or the limiter {self.limiter.value!r}")
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
    ("burst", lambda value: value is None or 0 <= value <= LONGEST, "seconds from 0 to a billion"),
    ("hint_seconds", lambda value: value is None or 0 <= value <= LONGEST, "seconds from 0 to a billion"),
    ("crowded_status", lambda value: value in {429, 503}, "429 or 503"),
    ("revoke_after", lambda value: value is None or value >= 0, "0 or more"),
    ("idle_close", lambda value: value is None or 0 < value <= LONGEST, "seconds above 0, a billion at most"),
)


def check_odds(odds: Odds) -> None:
    """Raise UsageError for what is no probability, one by one and in all."""
    for fault, probability in odds.items():
        if not 0 <= probability <= 1:
            raise UsageError(f"fault {fault.value}={probability:g} is no probability; give 0 to 1")
    if fsum(odds.values()) > 1 + 1e-9:  # nine ninths may sum to a little more than 1
        raise UsageError(f"the faults' probabilities sum to {fsum(odds.values()):g}; lower them to 1 in all")


def check_mix(mix: Mapping[Status, float]) -> None:
    """Raise UsageError for what is no weight, or for a mix of nothing."""
    for status, weight in mix.items():
        if not 0 <= weight < inf:
            raise UsageError(f"mix {status.name.lower()}={weight:g} is no weight; give 0 or more")
    if not any(mix.values()):
        raise UsageError("the mix leaves no status for a journey; give one a weight, as in 'running=100'")


def _check_changes(changes: tuple[RateChange, ...]) -> None:
    moments = [0.0, *(change.after for change in changes), inf]
    if not all(earlier < later for earlier, later in pairwise(moments)):
        said = ", ".join(f"{change.after:g}s" for change in changes)
        raise UsageError(f"the rate cannot change at {said}; give times above 0, the earlier first, each once")


def _check_token(token: str) -> None:
    if not (token.isascii() and token.isprintable()) or " " in token or not token:
        raise UsageError("the sandbox cannot have this token; give ASCII without blanks")


_FAULTS: Final = {fault.value: (fault,) for fault in Fault} | {"any": COMMON}
_STATUSES: Final[Mapping[str, Status]] = {status.name.lower(): status for status in Status}
_LATENCY: Final = re.compile(rf"({NUMBER})(?:-({NUMBER}))?(ms|s)", re.ASCII)


def parse_faults(texts: Iterable[str]) -> dict[Fault, float]:
    """Read ``reset=0.1`` or ``reset=0.1,cut=0.05``; ``any=0.2`` shares 0.2 out evenly among the common kinds.

    What is named twice adds up.
    """
    odds: dict[Fault, float] = {}
    for text in texts:
        for name, probability in _pairs(text, "fault"):
            kinds = _named(name, _FAULTS, "fault")
            for kind in kinds:
                odds[kind] = odds.get(kind, 0.0) + probability / len(kinds)
    check_odds(odds)
    return odds


def parse_mix(text: str) -> dict[Status, float]:
    """Read ``running=90,paused=5,draft=3,finished=2``."""
    mix = {_named(name, _STATUSES, "mix"): weight for name, weight in _pairs(text, "mix")}
    check_mix(mix)
    return mix


def parse_outages(texts: Iterable[str]) -> tuple[Outage, ...]:
    """Read ``30s@10s``, an outage of 30 seconds that begins 10 seconds after the first request."""
    return tuple(Outage(*_parse_spell(text, Outage.NAME)) for text in texts)


def parse_firewalls(texts: Iterable[str]) -> tuple[Firewall, ...]:
    """Read ``30s@10s``, a firewall that is there for 30 seconds, from 10 seconds after the first request on."""
    return tuple(Firewall(*_parse_spell(text, Firewall.NAME)) for text in texts)


def _parse_spell(text: str, what: str) -> tuple[float, float]:
    length, _, beginning = text.partition("@")
    seconds, after = parse_seconds(length), parse_seconds(beginning)
    if seconds is None or after is None:
        raise UsageError(f"{what} {text!r} is no length with a beginning; write it like '30s@10s' or '5min@0s'")
    return after, seconds


def parse_outage_kind(text: str) -> OutageKind:
    """Read ``reset`` or ``502``."""
    return _named(text, {kind.value: kind for kind in OutageKind}, "outage kind")


def parse_firewall_kind(text: str | None) -> FirewallKind | None:
    """Read the name of a page, such as ``html403``; None stays None."""
    return None if text is None else _named(text, {kind.value: kind for kind in FirewallKind}, "firewall kind")


def parse_errors(text: str) -> Errors:
    """Read ``v1`` or ``v2``."""
    return _named(text, {errors.value: errors for errors in Errors}, "wording")


def parse_limiter(text: str) -> LimiterKind:
    """Read ``bucket``, ``sliding`` or ``fixed``."""
    return _named(text, {kind.value: kind for kind in LimiterKind}, "limiter")


def parse_retry_hint(text: str) -> RetryHint:
    """Read ``none``, ``header``, ``details``, ``both``, ``date`` or ``ratelimit``."""
    return _named(text, {hint.value: hint for hint in RetryHint}, "retry hint")


def parse_latency(text: str) -> Latency:
    """Read ``20-80ms``, ``50ms`` or ``0.5-2s``."""
    match = _LATENCY.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"latency {text!r} is not a time; write it like '20-80ms', '50ms' or '0.5-2s'")
    low, high, unit = match.groups()
    return Latency(float(low) * SECONDS[unit], float(high or low) * SECONDS[unit])


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
