"""The faults that still answer as the API does: a code, and words. Whether a call was carried out is not known here.

Where a code comes from the caller's side of gRPC, the words are grpc-go's own.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from .answers import CROWDED, Code, Refusal
from .faults import Fault

_BACKEND: Final = "10.0.0.7:50051"
_PAGE: Final = r'transport: received unexpected content-type "text/html"'


def _undialled(cause: str, before: str = "") -> Refusal:
    """Return what is said where no backend can be reached; *before*: some balancers tell it of the last attempt."""
    words = f'{before}connection error: desc = "transport: Error while dialing: {cause}"'
    return Refusal(Code.UNAVAILABLE, words)


def _reset(code: Code, name: str) -> Refusal:
    return Refusal(code, f"stream terminated by RST_STREAM with error code: {name}")


def _proxied(code: Code, status: str, *rest: str) -> Refusal:
    words = "; ".join([f"unexpected HTTP status code received from server: {status}", _PAGE])
    return Refusal(code, "\n".join([words, *rest]))


def _misfit(code: Code, message: str, status: int) -> Refusal:
    return Refusal(code, message, unusual_status=status)


SPOKEN: Final[Mapping[Fault, Sequence[Refusal]]] = {
    Fault.REFUSE: [CROWDED],
    Fault.DOWN: [Refusal(Code.UNAVAILABLE, "connection error: desc = transport is closing")],
    Fault.ERROR: [Refusal(Code.INTERNAL, "internal error")],
    Fault.TIMEOUT: [Refusal(Code.DEADLINE_EXCEEDED, "context deadline exceeded")],
    Fault.CANCEL: [Refusal(Code.CANCELED, "context canceled")],
    Fault.UNKNOWN: [Refusal(Code.UNKNOWN, "something went wrong")],
    Fault.LOSS: [Refusal(Code.DATA_LOSS, "data loss")],
    Fault.EXISTS: [Refusal(Code.ALREADY_EXISTS, "already exists")],
    Fault.ABORT: [Refusal(Code.ABORTED, "transaction aborted, try again")],
    Fault.RANGE: [Refusal(Code.OUT_OF_RANGE, "out of range")],
    # Of these it is the answer that was too large, and so the handler is through: the first two are said by the
    # caller's side, the last by the server's.
    Fault.TOO_LARGE: [
        Refusal(Code.RESOURCE_EXHAUSTED, "grpc: received message larger than max (5242880 vs. 4194304)"),
        Refusal(Code.RESOURCE_EXHAUSTED, "grpc: received message after decompression larger than max 4194304"),
        Refusal(Code.RESOURCE_EXHAUSTED, "grpc: message after decompression larger than max (5242880 vs. 4194304)"),
        Refusal(Code.RESOURCE_EXHAUSTED, "trying to send message larger than max (5242880 vs. 4194304)"),
    ],
    Fault.DIAL: [
        _undialled(f"dial tcp {_BACKEND}: connect: connection refused"),
        _undialled(f"dial tcp {_BACKEND}: connect: no route to host", "last connection error: "),
        _undialled(f"dial tcp {_BACKEND}: i/o timeout"),
        _undialled("dial tcp: lookup journeys: no such host", "last connection error: "),
    ],
    # REFUSED_STREAM is not among them: there HTTP/2 promises that nothing was done (RFC 9113, 8.7).
    Fault.RST: [
        _reset(Code.INTERNAL, "INTERNAL_ERROR"),
        _reset(Code.INTERNAL, "PROTOCOL_ERROR"),
        _reset(Code.INTERNAL, "NO_ERROR"),
        _reset(Code.RESOURCE_EXHAUSTED, "ENHANCE_YOUR_CALM"),
        _reset(Code.RESOURCE_EXHAUSTED, "FLOW_CONTROL_ERROR"),
        _reset(Code.CANCELED, "CANCEL"),
        _reset(Code.PERMISSION_DENIED, "INADEQUATE_SECURITY"),
    ],
    Fault.PROXIED: [
        _proxied(Code.UNAVAILABLE, "502 (Bad Gateway)"),
        _proxied(Code.UNAVAILABLE, "503 (Service Unavailable)", r'data: "<html>\r\n<h1>Over the rate limit</h1>"'),
        _proxied(Code.UNAVAILABLE, "504 (Gateway Timeout)"),
        _proxied(Code.UNAVAILABLE, "429 (Too Many Requests)", 'data: "rate limit exceeded"'),
        _proxied(Code.UNAUTHENTICATED, "401 (Unauthorized)"),
        _proxied(Code.PERMISSION_DENIED, "403 (Forbidden)", r'data: "<html>\r\n<h1>403 Forbidden</h1>\r\n</html>"'),
        _proxied(Code.UNIMPLEMENTED, "404 (Not Found)"),
        _proxied(Code.INTERNAL, "400 (Bad Request)"),
        _proxied(Code.UNKNOWN, "500 (Internal Server Error)"),
    ],
    # Statuses that some version of grpc-gateway has for these codes are not among them, such as 412 for the ninth.
    Fault.MISFIT: [
        _misfit(Code.NOT_FOUND, "journey not found", 504),
        _misfit(Code.FAILED_PRECONDITION, "journey is not running", 200),
        _misfit(Code.INVALID_ARGUMENT, "invalid uuid", 502),
        _misfit(Code.PERMISSION_DENIED, "no permission for this journey", 500),
        _misfit(Code.ALREADY_EXISTS, "already exists", 429),
        _misfit(Code.UNAUTHENTICATED, "invalid api token", 502),
        _misfit(Code.RESOURCE_EXHAUSTED, "rate limit exceeded", 504),
    ],
}
"""What each says, in all its forms."""

CUT_SHORT: Final = (
    (Refusal(Code.FAILED_PRECONDITION, "journey is not running"), 0.5),
    (Refusal(Code.FAILED_PRECONDITION, "journey is not running"), 1.0),
    (Refusal(Code.INVALID_ARGUMENT, "invalid uuid"), 0.5),
    (Refusal(Code.INVALID_ARGUMENT, "invalid uuid"), 1.0),
)
"""What CUT_REFUSAL sends, and which share of it: all of it is still less than was promised."""
