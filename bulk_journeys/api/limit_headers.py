"""What a server says about its limits: how long everybody is to wait, and which quotas there are. Pure.

The ways are Retry-After (RFC 9110, 10.2.3), google.rpc.RetryInfo, and the fields of
draft-ietf-httpapi-ratelimit-headers in every form it has had. What is malformed says nothing.
"""

import email.utils
import re
from collections.abc import Iterator, Mapping
from datetime import UTC
from functools import lru_cache
from typing import Final, NamedTuple

from bulk_journeys.model import Quota

_STEMS: Final = ("ratelimit", "x-ratelimit", "x-rate-limit", "rate-limit")
_PARTS: Final = ("", "-policy", "-limit", "-remaining", "-reset")

_FIELDS: Final = {
    f"{gateway}{stem}{part}": (gateway + stem, part)
    for gateway in ("", "grpc-metadata-")  # grpc-gateway puts it before what its backend set
    for stem in _STEMS
    for part in _PARTS
}
"""A field's name in lower case: its family, whose fields belong together, and its part in that."""

_LONGEST: Final = 1000
"""Characters of a RateLimit field; what is longer is nonsense."""

_LARGEST: Final = 10**9
"""A number of requests or seconds beyond it is nonsense, but a reset is then a time in seconds since 1970."""

_PIECE: Final = re.compile(r'((?:"(?:[^"\\]|\\.)*"|[^",;])*)([,;]|$)')
"""What stands before the next comma or semicolon that is in no string (RFC 9651, 3.3.3)."""

_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]+)?")

_Item = dict[str, str]
"""An item of a structured field: its parameters by name, and under "" its own value if that has no name."""


class Limits(NamedTuple):
    """*hint* is the number of seconds that everybody is asked to wait, or None. *quotas* are in the order given."""

    hint: float | None = None
    quotas: tuple[Quota, ...] = ()


_NOTHING: Final = Limits()


def limits_of(headers: Mapping[str, str], now: float, details: object = ()) -> Limits:
    """Return what an answer says about limits. *now* is in seconds since 1970; *details* is of a gRPC error's body.

    An explicit wish to wait goes before a RateLimit field, as its draft demands.
    """
    names = " ".join(headers).lower()
    if not details and "limit" not in names and "retry-after" not in names:
        return _NOTHING  # nearly every answer, so it has to be quick
    families = _families(headers)
    hint = _retry_after(headers, now)
    if hint is None:
        hint = _retry_info(details, now)
    if hint is None:
        hint = max((seconds for family in families for seconds in _resets(family, now)), default=None)
    policies = (family.get(part, "") for family in families for part in ("-policy", "-limit"))
    return Limits(hint, tuple(dict.fromkeys(quota for text in policies for quota in _quotas(text))))


def _retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Of several fields of one name the first counts."""
    for name in ("Retry-After", "Grpc-Metadata-Retry-After"):
        text = headers.get(name)
        if text is not None and (seconds := _seconds(text, now)) is not None:
            return seconds
    return None


def _retry_info(details: object, now: float) -> float | None:
    for detail in details if isinstance(details, list) else ():
        delay = detail.get("retryDelay") if isinstance(detail, dict) else None
        if isinstance(delay, str) and (seconds := _seconds(delay.removesuffix("s"), now)) is not None:
            return seconds
    return None


def _seconds(text: str, now: float) -> float | None:
    """Read a number of seconds or an HTTP date; what is neither is no hint."""
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text.strip()):
        return float(text)
    try:
        at = email.utils.parsedate_to_datetime(text)
        return max(0.0, (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _families(headers: Mapping[str, str]) -> list[dict[str, str]]:
    """Return the RateLimit fields by their parts, family by family; fields of one name make one list."""
    families: dict[str, dict[str, str]] = {}
    for name, value in headers.items():  # a multidict shows every field here
        if known := _FIELDS.get(name.lower()):
            stem, part = known
            family = families.setdefault(stem, {})
            family[part] = f"{family[part]}, {value}" if part in family else value
    return list(families.values())


def _resets(family: Mapping[str, str], now: float) -> Iterator[float]:
    """Yield the seconds until each limit of which nothing remains is renewed."""
    for remaining, reset in _remainders(family):
        seconds = _number(reset)
        if _number(remaining) == 0 and seconds is not None:
            delay = max(0.0, seconds - now) if seconds > _LARGEST else seconds
            if delay <= _LARGEST:
                yield delay


def _remainders(family: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what remains and when it is renewed, in each of the draft's three spellings."""
    items = _items(family.get("", ""))
    yield from ((item.get("r", ""), item.get("t", "")) for item in items)
    whole = {name: value for item in items for name, value in item.items()}
    yield whole.get("remaining", ""), whole.get("reset", "")
    for remaining, reset in zip(_items(family.get("-remaining", "")), _items(family.get("-reset", "")), strict=False):
        yield remaining.get("", ""), reset.get("", "")


@lru_cache(maxsize=64)  # the same text comes with every answer
def _quotas(text: str) -> tuple[Quota, ...]:
    """Read a list of policies; the older fields of limits may hold one too, as Envoy's do."""
    found = (_quota(item) for item in _items(text))
    return tuple(quota for quota in found if quota is not None)


def _quota(policy: _Item) -> Quota | None:
    """Return the quota of a *policy* that counts requests and states its window, else None."""
    limit = _number(policy.get("q", policy.get("", "")))
    period = _number(policy.get("w", ""))
    if limit is None or period is None or policy.get("qu", "requests").strip('"') != "requests":
        return None
    if not (limit.is_integer() and 1 <= limit <= _LARGEST and 0 < period <= _LARGEST):
        return None
    return Quota(int(limit), period)


def _items(text: str) -> list[_Item]:
    """Split a structured field (RFC 9651) into its items; a malformed one has none."""
    items: list[_Item] = [{}]
    end = 0
    while 0 < len(text) <= _LONGEST and (piece := _PIECE.match(text, end)):
        words, border = piece.groups()
        name, equals, value = words.partition("=")
        if not items[-1] and (not equals or words.lstrip().startswith('"')):
            name, value = "", words
        items[-1][name.strip()] = value.strip()
        if not border:
            return items
        if border == ",":
            items.append({})
        end = piece.end()
    return []


def _number(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None
