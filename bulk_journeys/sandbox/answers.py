"""The wording of every answer: the gateway's bodies and headers, as bytes. Nothing is sent from here."""

from collections.abc import Callable, Mapping
from email.utils import formatdate
from enum import StrEnum
from math import ceil
from random import Random
from typing import Any, Final, NamedTuple

import msgspec

from .codes import Code, Refusal
from .limits import Quota
from .world import Journey

_JSON: Final = {"Content-Type": "application/json"}
_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}
_SUCCESS: Final = {**_JSON, "Grpc-Metadata-Content-Type": "application/grpc"}
_ENCODER: Final = msgspec.json.Encoder()


LONGEST: Final = 1e9
"""Seconds. A date that is much further off cannot be written."""


class Errors(StrEnum):
    """The version of grpc-gateway whose errors are spoken."""

    V1 = "v1"
    V2 = "v2"


class RetryHint(StrEnum):
    """Where a rate limit says how long to wait.

    ``Retry-After`` in whole seconds, RetryInfo in `details`, both of them, ``Retry-After`` as an HTTP date, or
    ``RateLimit`` and ``RateLimit-Policy``, which answers to admitted requests have as well.
    """

    NONE = "none"
    HEADER = "header"
    DETAILS = "details"
    BOTH = "both"
    DATE = "date"
    RATELIMIT = "ratelimit"


class Answer(NamedTuple):
    """One HTTP answer; *code* is what it means, also where the body does not say so."""

    code: Code
    status: int
    headers: Mapping[str, str]
    body: bytes
    chunked: bool = False


class Wording:
    """How one version of grpc-gateway says no, and what it tells of its limit.

    *dice* decides where v2 puts spaces after its commas; *clock* tells the seconds since 1970, for dates.
    """

    def __init__(self, errors: Errors, hint: RetryHint, dice: Random, clock: Callable[[], float]) -> None:
        self._v1 = errors is Errors.V1
        self._hint = hint
        self._dice = dice
        self._clock = clock

    def refusal(self, refusal: Refusal) -> Answer:
        """Return *refusal* in this version's body and headers."""
        body = self._v1_body(refusal) if self._v1 else self._v2_body(refusal)
        return Answer(refusal.code, refusal.status, self._headers(refusal), body, chunked=self._v1)

    def unknown_path(self) -> Answer:
        """Return what the gateway itself says of a path that it does not serve."""
        if self._v1:
            return Answer(Code.NOT_FOUND, 404, _TEXT, b"Not Found\n")
        return self.refusal(Refusal(Code.NOT_FOUND, "Not Found"))

    def wrong_method(self) -> Answer:
        """Return what the gateway itself says of a method that the path does not have."""
        if self._v1:
            return Answer(Code.UNIMPLEMENTED, 405, _TEXT, b"Method Not Allowed\n")
        return self.refusal(Refusal(Code.UNIMPLEMENTED, "Method Not Allowed"))

    def quota(self, quota: Quota | None) -> Mapping[str, str]:
        """Return the headers that tell what a limit leaves over, if there is one and it is told."""
        if quota is None or self._hint is not RetryHint.RATELIMIT:
            return {}
        return {
            "RateLimit-Policy": f'"default";q={quota.size};w={ceil(quota.window)}',
            "RateLimit": f'"default";r={quota.left};t={ceil(quota.more_in)}',
        }

    def _v1_body(self, refusal: Refusal) -> bytes:
        body = {"error": refusal.message, "message": refusal.message, "code": refusal.code}
        details = self._details(refusal)
        return _ENCODER.encode(body | {"details": details} if details else body)

    def _v2_body(self, refusal: Refusal) -> bytes:
        body = {"code": refusal.code, "message": refusal.message, "details": self._details(refusal)}
        spaced = self._dice.random() < 0.5
        # No message ends in a comma, so that this meets commas between members only.
        return _ENCODER.encode(body).replace(b',"', b', "' if spaced else b',"')

    def _details(self, refusal: Refusal) -> list[dict[str, str]]:
        if refusal.wait is None or self._hint not in {RetryHint.DETAILS, RetryHint.BOTH}:
            return []
        delay = ceil(refusal.wait * 1000) / 1000  # up, as whoever waits for less comes too early
        return [{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": f"{delay:.3f}s"}]

    def _headers(self, refusal: Refusal) -> Mapping[str, str]:
        if refusal.wait is not None and self._hint in {RetryHint.HEADER, RetryHint.BOTH}:
            return {**_JSON, "Retry-After": str(ceil(refusal.wait))}
        if refusal.wait is not None and self._hint is RetryHint.DATE:
            return {**_JSON, "Retry-After": formatdate(ceil(self._clock() + min(refusal.wait, LONGEST)), usegmt=True)}
        if refusal.code is Code.UNAUTHENTICATED and not self._v1:
            return {**_JSON, "WWW-Authenticate": refusal.message}
        return _JSON


def success(journey: Journey, points: msgspec.Raw) -> Answer:
    """Return the whole journey as it is now, with *points* for its canvas."""
    return Answer(Code.OK, 200, _SUCCESS, _ENCODER.encode(_whole(journey, points)))


def canvas(size: int) -> msgspec.Raw:
    """Return *size* points of a canvas, encoded once for all journeys."""
    return msgspec.Raw(_ENCODER.encode([_point(number) for number in range(1, size + 1)]))


def _whole(journey: Journey, points: msgspec.Raw) -> dict[str, Any]:
    return {
        "info": {
            "uuid": journey.uuid,
            "title": journey.title,
            "status": journey.status,
            "created_at": "2026-05-01T09:00:00Z",
            "updated_at": "2026-06-17T12:00:00.482913Z",
            "params": {"application_code": "A1B2C-3D4E5"},
            "campaign_type": "TriggerBased",
            "is_first_activated": True,
            "pointCounts": {"entry": "1", "push": "2"},  # int64 is a string in this kind of JSON
            "last_edited_by": "marketing@example.com",
            "dynamic_entry": None,
        },
        "points": points,
        "comments": [],
    }


def _point(number: int) -> dict[str, Any]:
    return {
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "type": "POINT_TYPE_PUSH",
        "title": f"Push {number}",
        "status": "POINT_STATUS_READY",
        "next": [{"uuid": f"00000000-0000-4000-8000-{number + 1:012d}"}],
        "position": {"x": 120 * number, "y": 80},
    }
