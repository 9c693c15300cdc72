"""gRPC codes, and the wording of errors: the gateway's statuses, headers and bodies. Nothing is sent from here.

What a code says about a journey is not known here.
"""

from collections.abc import Callable, Mapping
from email.utils import formatdate
from enum import IntEnum, StrEnum
from math import ceil
from random import Random
from typing import Final, NamedTuple

import msgspec

from .limits import Quota

JSON: Final = {"Content-Type": "application/json"}
_TEXT: Final = {"Content-Type": "text/plain; charset=utf-8"}
_ENCODER: Final = msgspec.json.Encoder()


LONGEST: Final = 1e9
"""Seconds. A date that is much further off cannot be written."""


class Errors(StrEnum):
    """The version of grpc-gateway whose form the errors have."""

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


class Code(IntEnum):
    """The codes that the sandbox answers with."""

    OK = 0
    CANCELED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


HTTP_STATUS: Final[Mapping[Code, int]] = {
    Code.OK: 200,
    Code.CANCELED: 408,
    Code.UNKNOWN: 500,
    Code.INVALID_ARGUMENT: 400,
    Code.DEADLINE_EXCEEDED: 504,
    Code.NOT_FOUND: 404,
    Code.ALREADY_EXISTS: 409,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 400,
    Code.ABORTED: 409,
    Code.OUT_OF_RANGE: 400,
    Code.UNIMPLEMENTED: 501,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
    Code.DATA_LOSS: 500,
    Code.UNAUTHENTICATED: 401,
}


class Refusal(NamedTuple):
    """An error as a value. *wait* is the seconds until another try has a chance, None if nobody can tell."""

    code: Code
    message: str
    wait: float | None = None
    unusual_status: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status, which is the code's usual one unless the refusal has its own."""
        return self.unusual_status or HTTP_STATUS[self.code]


CROWDED: Final = Refusal(
    Code.RESOURCE_EXHAUSTED,
    "the server has reached its concurrent requests limit",
    unusual_status=503,  # the vendor's own library sends it so, and not as 429
)


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
            return {**JSON, "Retry-After": str(ceil(refusal.wait))}
        if refusal.wait is not None and self._hint is RetryHint.DATE:
            return {**JSON, "Retry-After": formatdate(ceil(self._clock() + min(refusal.wait, LONGEST)), usegmt=True)}
        if refusal.code is Code.UNAUTHENTICATED and not self._v1:
            return {**JSON, "WWW-Authenticate": refusal.message}
        return JSON
