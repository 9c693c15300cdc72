"""gRPC codes and how the gateway puts them on HTTP. What a code says about a journey is not known here."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final, NamedTuple


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
