"""The kinds of faults, which request meets which, and the errors that some of them answer as the API does.

The seed, the journey and the request's number alone decide. Neither the order in which requests arrive nor the time
changes a decision, so a campaign can be played again.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Final, NamedTuple, TypeVar

from .answers import CROWDED, Code, Refusal

T = TypeVar("T")


class Fault(StrEnum):
    """What can go wrong between a caller and the journey."""

    REFUSE = "refuse"
    DROP = "drop"
    DOWN = "down"
    RESET = "reset"
    HANG = "hang"
    ERROR = "error"
    TIMEOUT = "timeout"
    CUT = "cut"
    HTML = "html"
    CANCEL = "cancel"
    UNKNOWN = "unknown"
    LOSS = "loss"
    EXISTS = "exists"
    ABORT = "abort"
    RANGE = "range"
    STRAY = "stray"
    TOO_LARGE = "too_large"
    DIAL = "dial"
    RST = "rst"
    PROXIED = "proxied"
    MISFIT = "misfit"
    CUT_REFUSAL = "cut_refusal"
    FIREWALL = "firewall"
    INVALID = "invalid"
    MISCOUNT = "miscount"
    BODILESS = "bodiless"
    STRAY_REFUSAL = "stray_refusal"
    DOUBLED = "doubled"
    EARLY = "early"
    SURPLUS = "surplus"
    INTERIM = "interim"
    CLOSING = "closing"
    BOM = "bom"


ACTS: Final[Mapping[Fault, bool | None]] = {
    Fault.REFUSE: False,
    Fault.DROP: False,
    Fault.DOWN: False,
    Fault.RESET: True,
    Fault.HANG: True,
    Fault.ERROR: True,
    Fault.TIMEOUT: True,
    Fault.CUT: True,
    Fault.HTML: None,
    Fault.CANCEL: True,
    Fault.UNKNOWN: True,
    Fault.LOSS: True,
    Fault.EXISTS: False,
    Fault.ABORT: False,
    Fault.RANGE: False,
    Fault.STRAY: True,
    Fault.TOO_LARGE: True,
    Fault.DIAL: False,
    Fault.RST: None,
    Fault.PROXIED: None,
    Fault.MISFIT: None,
    Fault.CUT_REFUSAL: None,
    Fault.FIREWALL: None,
    Fault.INVALID: True,
    Fault.MISCOUNT: True,
    Fault.BODILESS: True,
    Fault.STRAY_REFUSAL: True,
    Fault.DOUBLED: True,
    Fault.EARLY: True,
    Fault.SURPLUS: True,
    Fault.INTERIM: True,
    Fault.CLOSING: True,
    Fault.BOM: True,
}
"""Whether the action is carried out all the same; None leaves it to a second coin."""

COMMON: Final = (
    Fault.REFUSE,
    Fault.DROP,
    Fault.DOWN,
    Fault.RESET,
    Fault.HANG,
    Fault.ERROR,
    Fault.TIMEOUT,
    Fault.CUT,
    Fault.HTML,
)
"""What a bad network and an overloaded server do; the rest is rare, and each kind of it has to be asked for."""

Odds = Mapping[Fault, float]
"""How likely each fault is, 0 to 1; a request meets one fault at most, so that they sum to 1 at most."""


class Strike(NamedTuple):
    """A fault that meets a request, and whether the action is carried out all the same.

    *form* chooses among the forms that the fault has; it is 0 or more and below 1.
    """

    fault: Fault
    acts: bool
    form: float

    def choose(self, forms: Sequence[T]) -> T:
        """Return the one of *forms* that it has."""
        return forms[int(self.form * len(forms))]


def strike(odds: Odds, seed: int, uuid: str, number: int) -> Strike | None:
    """Return what meets the *number*-th request for this journey, counted from 1; None is good luck."""
    if not odds:
        return None
    coin, second = _coins(seed, uuid, number)
    for fault in Fault:  # in a fixed order, whatever the order of the odds
        chance = odds.get(fault, 0.0)
        if coin < chance:
            acts = ACTS[fault]
            return Strike(fault, second < 0.5 if acts is None else acts, _coins(seed, uuid, number, b"form")[0])
        coin -= chance
    return None


def walled(seed: int, uuid: str, number: int) -> Strike:
    """Return how the firewall meets the *number*-th request for this journey that comes while there is one."""
    coin, form = _coins(seed, uuid, number, b"wall")
    return Strike(Fault.FIREWALL, coin < 0.5, form)


def _coins(seed: int, uuid: str, number: int, use: bytes = b"") -> tuple[float, float]:
    """Return two numbers of [0, 1), others for each *use*.

    A checksum such as CRC is no good here: it ties a retry's luck to that of the first try.
    """
    digest = blake2b(f"{seed}:{uuid}:{number}".encode(), digest_size=12, person=use).digest()
    return int.from_bytes(digest[:6], "big") / 2**48, int.from_bytes(digest[6:], "big") / 2**48


_BACKEND: Final = "10.0.0.7:50051"
_PAGE: Final = r'transport: received unexpected content-type "text/html"'


def _unreachable(cause: str, before: str = "") -> Refusal:
    """Return what is said where no backend can be reached; *before*: some balancers tell it of the last attempt."""
    words = f'{before}connection error: desc = "transport: Error while dialing: {cause}"'
    return Refusal(Code.UNAVAILABLE, words)


def _rst_stream(code: Code, name: str) -> Refusal:
    return Refusal(code, f"stream terminated by RST_STREAM with error code: {name}")


def _proxied(code: Code, status: str, *rest: str) -> Refusal:
    words = "; ".join([f"unexpected HTTP status code received from server: {status}", _PAGE])
    return Refusal(code, "\n".join([words, *rest]))


def _mismatched(code: Code, message: str, status: int) -> Refusal:
    return Refusal(code, message, unusual_status=status)


REFUSALS: Final[Mapping[Fault, Sequence[Refusal]]] = {
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
        _unreachable(f"dial tcp {_BACKEND}: connect: connection refused"),
        _unreachable(f"dial tcp {_BACKEND}: connect: no route to host", "last connection error: "),
        _unreachable(f"dial tcp {_BACKEND}: i/o timeout"),
        _unreachable("dial tcp: lookup journeys: no such host", "last connection error: "),
    ],
    # REFUSED_STREAM is not among them: there HTTP/2 promises that nothing was done (RFC 9113, 8.7).
    Fault.RST: [
        _rst_stream(Code.INTERNAL, "INTERNAL_ERROR"),
        _rst_stream(Code.INTERNAL, "PROTOCOL_ERROR"),
        _rst_stream(Code.INTERNAL, "NO_ERROR"),
        _rst_stream(Code.RESOURCE_EXHAUSTED, "ENHANCE_YOUR_CALM"),
        _rst_stream(Code.RESOURCE_EXHAUSTED, "FLOW_CONTROL_ERROR"),
        _rst_stream(Code.CANCELED, "CANCEL"),
        _rst_stream(Code.PERMISSION_DENIED, "INADEQUATE_SECURITY"),
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
        _mismatched(Code.NOT_FOUND, "journey not found", 504),
        _mismatched(Code.FAILED_PRECONDITION, "journey is not running", 200),
        _mismatched(Code.INVALID_ARGUMENT, "invalid uuid", 502),
        _mismatched(Code.PERMISSION_DENIED, "no permission for this journey", 500),
        _mismatched(Code.ALREADY_EXISTS, "already exists", 429),
        _mismatched(Code.UNAUTHENTICATED, "invalid api token", 502),
        _mismatched(Code.RESOURCE_EXHAUSTED, "rate limit exceeded", 504),
    ],
}
"""The faults that still answer as the API does: a code, and words. Where a code comes from the caller's side of gRPC,
the words are grpc-go's own. Whether a call was carried out does not show in them."""


CUT_SHORT: Final = (
    (Refusal(Code.FAILED_PRECONDITION, "journey is not running"), 0.5),
    (Refusal(Code.FAILED_PRECONDITION, "journey is not running"), 1.0),
    (Refusal(Code.INVALID_ARGUMENT, "invalid uuid"), 0.5),
    (Refusal(Code.INVALID_ARGUMENT, "invalid uuid"), 1.0),
)
"""What CUT_REFUSAL sends, and which share of it: all of it is still less than was promised."""
