"""gRPC codes and how the gateway puts them on HTTP. What a code says about a journey is not known here."""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final, NamedTuple


class Code(IntEnum):
    """The codes that the sandbox answers with."""

    OK = 0
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


HTTP_STATUS: Final[Mapping[Code, int]] = {
    Code.OK: 200,
    Code.INVALID_ARGUMENT: 400,
    Code.DEADLINE_EXCEEDED: 504,
    Code.NOT_FOUND: 404,
    Code.PERMISSION_DENIED: 403,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.FAILED_PRECONDITION: 400,
    Code.UNIMPLEMENTED: 501,
    Code.INTERNAL: 500,
    Code.UNAVAILABLE: 503,
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
