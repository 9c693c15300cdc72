"""What an error proves: tables of gRPC codes, of the texts that gRPC makes itself, and of HTTP statuses. Pure.

Three questions are judged apart. The kind of reply answers the first two: what the pace learns, and whether a try is
used up. The third is what the record may say: an error is definite about a row only with an integer gRPC code that
fits its HTTP status; whoever stands in between can say everything else, also after the call was carried out.

Sources: grpc-gateway, ``runtime/errors.go`` (`HTTPStatusFromCode`, and its history for the statuses of older versions);
grpc-go, where a table says so; `Pushwoosh/infra`, ``grpcserver``, which sends code 8 as 503.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from bulk_journeys.model import (
    Conflict,
    Deferred,
    Failure,
    FailureCode,
    Intercepted,
    Lost,
    Misrouted,
    Refused,
    Throttled,
    Unauthorised,
    Unsent,
)


class Proof(NamedTuple):
    """The *kind* of reply that an error is, its *code* for people and programs, and what the record may say."""

    kind: type[Failure]
    code: FailureCode
    may_have_applied: bool
    by_api: bool


class Code(NamedTuple):
    """A gRPC code: its *name*, the HTTP *statuses* that a gateway sends it with, and what it means as a rule."""

    name: FailureCode
    statuses: frozenset[int]
    kind: type[Failure]


CODES: Final = {
    1: Code(FailureCode.CANCELED, frozenset({408, 499}), Lost),
    2: Code(FailureCode.UNKNOWN, frozenset({500}), Lost),  # a Go handler's plain error: it may have acted
    3: Code(FailureCode.INVALID_ARGUMENT, frozenset({400}), Refused),
    4: Code(FailureCode.DEADLINE_EXCEEDED, frozenset({504, 408}), Lost),
    5: Code(FailureCode.NOT_FOUND, frozenset({404}), Refused),
    6: Code(FailureCode.ALREADY_EXISTS, frozenset({409}), Refused),
    7: Code(FailureCode.PERMISSION_DENIED, frozenset({403}), Refused),
    8: Code(FailureCode.RESOURCE_EXHAUSTED, frozenset({429, 503}), Throttled),
    9: Code(FailureCode.FAILED_PRECONDITION, frozenset({400, 412}), Conflict),
    10: Code(FailureCode.ABORTED, frozenset({409}), Deferred),
    11: Code(FailureCode.OUT_OF_RANGE, frozenset({400}), Refused),
    12: Code(FailureCode.UNIMPLEMENTED, frozenset({501}), Misrouted),
    13: Code(FailureCode.INTERNAL, frozenset({500}), Lost),
    14: Code(FailureCode.UNAVAILABLE, frozenset({503}), Lost),  # the backend may have dropped the call half way
    15: Code(FailureCode.DATA_LOSS, frozenset({500}), Lost),
    16: Code(FailureCode.UNAUTHENTICATED, frozenset({401}), Unauthorised),
}


class Text(NamedTuple):
    """What an error with some *code*, or None for any, is whose message holds *words*; *source* is who makes it.

    *whole*: the words are all of the message.
    """

    code: int | None
    words: str
    kind: type[Failure]
    source: str
    whole: bool = False

    def is_in(self, texts: Sequence[str]) -> bool:
        """Return whether one of *texts* holds the words."""
        return any(text.strip() == self.words if self.whole else self.words in text for text in texts)


TEXTS: Final = (
    *(
        Text(
            None, f"rpc error: code = {name}", Lost, "grpc-go internal/status Error.Error: a call of the backend's own"
        )
        for name in ("Canceled", "Unknown", "DeadlineExceeded", "Internal", "Unavailable", "DataLoss")
    ),
    Text(None, "RST_STREAM", Lost, "grpc-go internal/transport/http2_client.go handleRSTStream: a stream in flight"),
    Text(
        None,
        "unexpected HTTP status code received from server",
        Lost,
        "grpc-go internal/transport/http2_client.go operateHeaders: a proxy's 401, 403, 404 become 16, 7, 12",
    ),
    Text(8, "larger than max", Lost, "grpc-go rpc_util.go recv, decompress, stream.go SendMsg: the handler has run"),
    Text(8, "message too large", Lost, "grpc-go rpc_util.go encode: the answer's size, so the handler has run"),
    Text(11, "larger than max", Lost, "as with code 8, which is what grpc-go sends; others take this one"),
    Text(11, "message length too large", Lost, "tonic src/codec/decode.rs, encode.rs: an answer's size, too"),
    Text(12, "Decompressor is not installed", Lost, "grpc-go rpc_util.go checkRecvPayload: an answer has come"),
    Text(14, "transport: Error while dialing", Unsent, "grpc-go internal/transport/http2_client.go NewHTTP2Client"),
    Text(None, "transport is closing", Lost, "grpc-go internal/transport/transport.go ErrConnClosing"),
    Text(None, "the client connection is closing", Lost, "grpc-go clientconn.go ErrClientConnClosing"),
    Text(None, "context deadline exceeded", Lost, "Go context DeadlineExceeded: of some step, after others"),
    Text(None, "context canceled", Lost, "Go context Canceled: likewise"),
    Text(
        5,
        "Not Found",
        Misrouted,
        "grpc-gateway runtime/errors.go DefaultRoutingErrorHandler: no such path",
        whole=True,  # a journey may be called something like it
    ),
)
"""The first that fits counts."""

LIMITERS: Final = re.compile(
    r"the server has reached its concurrent requests limit"  # Pushwoosh/infra middleware/capacity_limiter.go
    r"|\S+ is rejected by grpc_ratelimit middleware, please retry later"  # go-grpc-middleware interceptors/ratelimit
    r"|rate limit (?:exceeded|reached)|too many requests",  # what limiters written by hand say, from its first word on
    re.IGNORECASE,
)
"""How the message of a limiter begins that refuses a call before its handler runs."""

_STORED: Final = re.compile(r"hit|stale|updating|revalidated|fresh", re.IGNORECASE)
"""Words of the fields in which caches say of an answer that they had it already (RFC 9211, and those before it)."""

_NO_HITS: Final = re.compile(r"[\s0,]*|false|no|miss", re.IGNORECASE)
"""What a cache that counts its hits says of an answer that is none."""

UNCODED: Final[dict[int, type[Failure]]] = {
    401: Unauthorised,
    404: Misrouted,
    405: Misrouted,
    407: Misrouted,
    408: Lost,
    421: Misrouted,
    429: Throttled,
    499: Lost,
    501: Misrouted,
}
"""What an error without a code is to the pace and to the run; the record may claim nothing in any case."""


def denial(headers: Mapping[str, str], code: int) -> str | None:
    """Return the first of *headers* that shows that an answer with *code* is not the API's to this request, or None.

    It was stored, or carries another gRPC status; 0 is that of success.
    """
    for name, value in headers.items():  # a multidict shows every field here
        field, text = name.lower(), value.strip()
        if (
            (field == "grpc-status" and text != str(code))
            or (field == "age" and text.lstrip("0").isdecimal())
            or (field == "x-varnish" and " " in text)  # the second is the request whose answer was stored
            or ("cache" in field and _tells_of_a_hit(field, text))
        ):
            return f"{name}: {text}"
    return None


def _tells_of_a_hit(field: str, text: str) -> bool:
    if field == "cache-control":
        return False
    return _STORED.search(text) is not None or ("hit" in field and _NO_HITS.fullmatch(text) is None)


def proof_of(code: int | None, http_status: int, texts: Sequence[str]) -> Proof:
    """Say what an error proves that has *texts* for people, the first of them being its message.

    *code* is a number of CODES, or None unless the answer can be the API's own: it came whole, in the form that
    grpc-gateway writes, and no header denies it.
    """
    is_limiters = bool(texts and LIMITERS.match(texts[0]))
    if code is None:
        kind = _kind_of_status(http_status, is_limiters=is_limiters)
        return Proof(kind, FailureCode.HTTP_STATUS, may_have_applied=True, by_api=False)
    name, statuses, usual = CODES[code]
    if http_status not in statuses:
        return Proof(Intercepted, FailureCode.MISMATCHED_CODE, may_have_applied=True, by_api=False)
    known = (text.kind for text in TEXTS if text.code in {None, code} and text.is_in(texts))
    kind = next(known, usual)
    doubtful = kind is Lost or (kind is Throttled and not is_limiters)
    return Proof(kind, name, doubtful, by_api=kind is not Misrouted)


def _kind_of_status(http_status: int, *, is_limiters: bool) -> type[Failure]:
    if kind := UNCODED.get(http_status):
        return kind
    if http_status == 503 and is_limiters:
        return Throttled
    if 500 <= http_status < 600:
        return Lost
    return Misrouted if 300 <= http_status < 400 else Intercepted
