"""The options of a run and their defaults; and how addresses, durations and rates are written."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address
from math import inf
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from bulk_journeys.errors import UsageError

_RATE: Final = re.compile(r"(?P<count>[1-9]\d{0,5})\s*/\s*(?P<times>[1-9]\d{0,5})?\s*(?P<unit>[smh])")


_UNIT_SECONDS: Final = {"s": 1.0, "m": 60.0, "h": 3600.0}


class Rate(NamedTuple):
    """At most *limit* requests in any *period* seconds."""

    limit: int
    period: float

    @property
    def per_second(self) -> float:
        return self.limit / self.period


def is_auto(text: str) -> bool:
    """Say whether *text*, given as a rate, leaves it to the program to find one."""
    return text.strip() == "auto"


def parse_bounds(rate: str, most: str | None) -> tuple[Rate, ...]:
    """Read the user's *rate* and the *most* of --max-rate, None for none said. Raises UsageError."""
    own = () if is_auto(rate) else parse_rates(rate)
    if most is None:
        most = MAX_RATE_OF_AUTO if is_auto(rate) else "off"
    return own + parse_rates(most, "--max-rate")


def parse_rates(text: str, flag: str = "--rate") -> tuple[Rate, ...]:
    """Read `10/s`, `1/2s` or `3/s,60/m`, given with *flag*; `off` has no windows. Raises UsageError."""
    if text.strip() == "off":
        return ()
    return tuple(_parse_rate(part.strip(), flag) for part in text.split(","))


def _parse_rate(text: str, flag: str) -> Rate:
    found = _RATE.fullmatch(text)
    if not found:
        auto = ", 'auto'" if flag == "--rate" else ""
        raise UsageError(f"{flag}: {text!r} is not a rate; write '10/s', '1/2s', '3/s,60/m'{auto} or 'off'")
    return Rate(int(found["count"]), int(found["times"] or 1) * _UNIT_SECONDS[found["unit"]])


def fastest(rates: Sequence[Rate]) -> float:
    """Return the requests a second that the shortest of *rates* allows, or inf without any."""
    return min(rates, key=lambda rate: rate.period).per_second if rates else inf


BASE_URL_VARIABLE: Final = "PUSHWOOSH_BASE_URL"
RUNS_DIR_VARIABLE: Final = "BULK_JOURNEYS_RUNS_DIR"

DEFAULT_RUNS_DIR: Final = Path("runs")
DEFAULT_BASE_URL: Final = "https://journey.pushwoosh.com"

SECONDS_OF_UNIT: Final = {"d": 86400, "h": 3600, "m": 60, "s": 1}


_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_DURATION: Final = re.compile("(?=.)" + "".join(f"(?:({_NUMBER}){unit})?" for unit in SECONDS_OF_UNIT))
_SECONDS: Final = re.compile(_NUMBER)


TRIES: Final = 5
TIMEOUT: Final = 30.0
CONNECT_TIMEOUT: Final = 10.0
"""Seconds for a new connection at most, whatever an answer may take."""
MAX_PAUSE: Final = 60.0
CONCURRENCY: Final = 100
MAX_RATE_OF_AUTO: Final = "100/s"
"""What a search never goes above if the user says nothing."""


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is carried out; these and the constants above are all the defaults there are.

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
    max_pause: float = MAX_PAUSE
    forget_rate: bool = False
    concurrency: int = CONCURRENCY
    tries: int = TRIES
    timeout: float = TIMEOUT
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


def check_base_url(text: str, *, allow_http: bool = False) -> str:
    """Return *text* without its last slash, if the token may be sent there. Raises UsageError.

    With *allow_http* it may cross a network in the clear; `shown_to_network` says whether it does.
    """
    if set("@?#") & set(text):
        raise UsageError("--base-url: only scheme, host, port and path are wanted; the token has its own variable")
    if not _is_http(text):
        raise UsageError(f"--base-url: {text!r} is not a URL; write it like {DEFAULT_BASE_URL!r}")
    if not allow_http and shown_to_network(text):
        advice = "use https, or --allow-http if you trust every machine in between"
        raise UsageError(f"--base-url: {text!r} would show the token to the network; {advice}")
    return text.rstrip("/")


def _is_http(text: str) -> bool:
    try:
        url = urlsplit(text)
        _ = url.port, (url.hostname or "").encode("idna").decode("idna")
    except ValueError:
        return False
    behind = url.netloc.rpartition("]")[2]  # an address in brackets, of which urlsplit keeps the address alone
    is_clean = " " not in text and text.isprintable() and (behind == url.netloc or re.fullmatch("(:[0-9]*)?", behind))
    return url.scheme in {"http", "https"} and bool(url.hostname and is_clean)


def shown_to_network(base_url: str) -> bool:
    """Say whether a token that is sent to *base_url* crosses a network in the clear."""
    url = urlsplit(base_url)
    return url.scheme == "http" and not is_loopback(url.hostname)


_IPV4: Final = IPv4Network("127.0.0.0/8")
_IPV6: Final = IPv6Address("::1")


def is_loopback(host: str | None) -> bool:
    """Say whether *host*, without brackets and port, is this machine: `localhost`, 127.0.0.0/8 or `::1`.

    False for what only a resolver could tell: `localhost.` and `a.localhost` are asked of a name server by common
    systems, and `127.1` or `0x7f000001` are read by some and refused by others. False also for `::ffff:127.0.0.1`,
    of which `ipaddress` says one thing or the other, by Python's version.
    """
    if host is None or host.lower() == "localhost":
        return host is not None
    try:
        return IPv6Address(host) == _IPV6 if ":" in host else IPv4Address(host) in _IPV4
    except AddressValueError:
        return False
