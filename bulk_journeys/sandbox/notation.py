"""The short forms in which people write the sandbox's settings."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

from bulk_journeys.errors import UsageError

from .config import Errors, Latency, LimiterKind, Rate, RateChange, RetryHint, check_mix, check_odds
from .faults import COMMON, Fault
from .trouble import Firewall, FirewallKind, Outage, OutageKind
from .world import Status

T = TypeVar("T")

_FAULTS: Final = {fault.value: (fault,) for fault in Fault} | {"any": COMMON}
_STATUSES: Final[Mapping[str, Status]] = {status.name.lower(): status for status in Status}
_SECONDS: Final[Mapping[str, float]] = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_NUMBER: Final = r"\d{1,9}(?:\.\d{1,9})?"
_RATE: Final = re.compile(rf"(\d{{1,9}})/({_NUMBER})?(s|min|h)", re.ASCII)
_MOMENT: Final = re.compile(rf"({_NUMBER})(ms|s|min|h)", re.ASCII)
_LATENCY: Final = re.compile(rf"({_NUMBER})(?:-({_NUMBER}))?(ms|s)", re.ASCII)


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


def parse_rate(text: str) -> Rate:
    """Read ``20/s``, ``600/min`` or ``5/10s``."""
    match = _RATE.fullmatch(text.strip())
    if match is None:
        raise UsageError(f"rate {text!r} is not a count per time; write it like '20/s', '600/min' or '5/10s'")
    count, length, unit = match.groups()
    return Rate(int(count), float(length or 1) * _SECONDS[unit])


def parse_rates(texts: Iterable[str]) -> tuple[Rate | None, tuple[RateChange, ...]]:
    """Read the rate at first, None if none is given, and those that take its place: ``25/s@30s``."""
    parted = [text.partition("@") for text in texts]
    first = [parse_rate(rate) for rate, later, _ in parted if not later]
    if len(first) > 1:
        raise UsageError(f"there are {len(first)} rates at first; say when another begins, as in '25/s@30s'")
    changes = [RateChange(_parse_moment(after), parse_rate(rate)) for rate, later, after in parted if later]
    return next(iter(first), None), tuple(sorted(changes, key=lambda change: change.after))


def _parse_moment(text: str) -> float:
    seconds = _seconds(text)
    if seconds is None:
        raise UsageError(f"{text!r} is no time at which a rate begins; write it like '25/s@30s' or '25/s@2min'")
    return seconds


def parse_outages(texts: Iterable[str]) -> tuple[Outage, ...]:
    """Read ``30s@10s``, an outage of 30 seconds that begins 10 seconds after the first request."""
    return tuple(Outage(*_parse_spell(text, Outage.NAME)) for text in texts)


def parse_firewalls(texts: Iterable[str]) -> tuple[Firewall, ...]:
    """Read ``30s@10s``, a firewall that is there for 30 seconds, from 10 seconds after the first request on."""
    return tuple(Firewall(*_parse_spell(text, Firewall.NAME)) for text in texts)


def _parse_spell(text: str, what: str) -> tuple[float, float]:
    length, _, beginning = text.partition("@")
    seconds, after = _seconds(length), _seconds(beginning)
    if seconds is None or after is None:
        raise UsageError(f"{what} {text!r} is no length with a beginning; write it like '30s@10s' or '5min@0s'")
    return after, seconds


def parse_outage_kind(text: str) -> OutageKind:
    """Read ``reset`` or ``502``."""
    return _named(text, {kind.value: kind for kind in OutageKind}, "outage kind")


def parse_firewall_kind(text: str | None) -> FirewallKind | None:
    """Read the name of a page, such as ``html403``; None stays None."""
    return None if text is None else _named(text, {kind.value: kind for kind in FirewallKind}, "firewall kind")


def _seconds(text: str) -> float | None:
    match = _MOMENT.fullmatch(text.strip())
    return float(match[1]) * _SECONDS[match[2]] if match else None


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
