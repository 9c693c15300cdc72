"""The lifecycle API as tables: an action to a request, an answer to a reply. Pure.

The facts are the vendor's pages on the lifecycle calls, and grpc-gateway, whose JSON errors the API sends.
"""

import json
import re
import zlib
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import msgspec

from bulk_journeys.model import (
    Action,
    Applied,
    Conflict,
    Deferred,
    Failure,
    Lost,
    Misrouted,
    Refused,
    Reply,
    Request,
    Throttled,
    Unauthorised,
)
from bulk_journeys.pipeline.hints import Limits, limits_of

PATH: Final = "api/v3/journeygateway/"

WANTED_STATUS: Final = {
    Action.START: "STATUS_RUNNING",
    Action.PAUSE: "STATUS_PAUSED",
    Action.FINISH: "STATUS_FINISHED",
    Action.DRAFT: "STATUS_DRAFT",
    Action.ARCHIVE: "STATUS_ARCHIVED",
}

MEANING_OF_CODE: Final[dict[int, tuple[str, type[Failure]]]] = {
    1: ("canceled", Lost),
    2: ("unknown", Lost),  # a Go handler's plain error ends here, after it may have acted
    3: ("invalid_argument", Refused),
    4: ("deadline_exceeded", Lost),
    5: ("not_found", Refused),
    6: ("already_exists", Refused),
    7: ("permission_denied", Refused),
    8: ("resource_exhausted", Throttled),
    9: ("failed_precondition", Conflict),
    10: ("aborted", Deferred),
    11: ("out_of_range", Refused),
    12: ("unimplemented", Misrouted),
    13: ("internal", Lost),
    14: ("unavailable", Lost),  # the backend may have dropped the call half way
    15: ("data_loss", Lost),
    16: ("unauthenticated", Unauthorised),
}

MEANING_OF_STATUS: Final[dict[int, type[Failure]]] = {
    400: Refused,
    401: Unauthorised,
    403: Refused,
    404: Misrouted,  # the API's own 404 says so with a code, or in JSON
    405: Misrouted,
    407: Misrouted,
    408: Lost,
    409: Conflict,
    412: Conflict,
    421: Misrouted,
    422: Refused,
    429: Throttled,
    499: Lost,
    501: Misrouted,
}

REFUSAL_TEXT: Final = "concurrent requests limit"
"""The vendor's own library sends it with a 503 that is a refusal and no failure."""

MESSAGE_LENGTH: Final = 500
"""Characters of a server's message, or of a title, that are kept."""

UNPACKED_LIMIT: Final = 1 << 22
"""Bytes that a compressed answer may grow to; compression is never asked for."""


class Answer(NamedTuple):
    """An HTTP answer as far as it was read.

    *cut* is None for a whole body, else why the rest is missing. *too_long* says that it was us who stopped.
    Header names are looked up in any case if the mapping does.
    """

    http_status: int
    headers: Mapping[str, str]
    body: bytes
    cut: str | None = None
    too_long: bool = False


class _Info(msgspec.Struct):
    uuid: Any = None
    title: Any = None
    status: Any = None


class _Body(msgspec.Struct):
    """All that is wanted of an answer, so that a huge canvas beside it costs little to skip."""

    info: _Info | None = None
    code: Any = None
    message: Any = None
    error: Any = None
    status_message: Any = None
    details: Any = None


_DECODER: Final = msgspec.json.Decoder(_Body)
_INFO_FIRST: Final = re.compile(r'\s*\{\s*"info"\s*:\s*')


def path_of(action: Action) -> str:
    """Return the URL path of *action*, behind the base URL's slash."""
    return PATH + action


def body_of(request: Request) -> bytes:
    """Return the JSON body of *request*; a canonical uuid needs no escaping."""
    return b'{"uuid": "%s"}' % request.uuid.encode()


def unpacked(answer: Answer) -> Answer:
    """Return *answer* with its gzip or zlib undone, within a bound; what is packed otherwise stays as it is."""
    if answer.headers.get("Content-Encoding", "identity") == "identity":
        return answer
    try:
        body = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32).decompress(answer.body, UNPACKED_LIMIT)
    except zlib.error:
        return answer
    return answer._replace(body=body)


def reply_of(request: Request, answer: Answer, now: float) -> Reply:
    """Say what *answer* teaches about *request*. *now* is in seconds since 1970, for hints that are dates."""
    body = _decode(answer)
    code = _code_of(body)
    if answer.http_status == 200 and code is None:
        return _success(request, answer, body, limits_of(answer.headers, now))
    limits = limits_of(answer.headers, now, body.details if body else ())
    message = _message(answer, body)
    if code is not None:
        name, meaning = MEANING_OF_CODE[code]
        if code == 5 and message.strip() == "Not Found":
            meaning = Misrouted  # the gateway's own words for a path it does not serve
        return _failure(meaning, name, message, answer.http_status, limits)
    meaning = _meaning_of_status(answer.http_status, body, message)
    return _failure(meaning, f"http_{answer.http_status}", message, answer.http_status, limits)


def _failure(meaning: type[Failure], code: str, message: str, http_status: int, limits: Limits) -> Reply:
    reply = meaning(code, message[:MESSAGE_LENGTH], http_status, *limits)
    assert isinstance(reply, Reply)  # noqa: S101  Failure itself is in no table
    return reply


def _success(request: Request, answer: Answer, body: _Body | None, limits: Limits) -> Reply:
    wanted = WANTED_STATUS[request.action]
    if answer.cut and not answer.too_long:
        return Lost("cut_off", f"the answer was cut off: {answer.cut}", 200, *limits)
    info = body.info if body else None
    if info is None:
        return Lost("unreadable_answer", f"HTTP 200 without a journey: {_excerpt(answer.body)}", 200, *limits)
    if info.uuid is not None and str(info.uuid).lower() != request.uuid:
        return Lost("unexpected_answer", f"the answer is about another journey, {str(info.uuid)[:50]!r}", 200, *limits)
    if info.status != wanted:
        return Lost("unexpected_answer", f"the answer shows {str(info.status)[:50]!r} and not {wanted}", 200, *limits)
    title = info.title[:MESSAGE_LENGTH] if isinstance(info.title, str) else ""
    return Applied(wanted, title, 200, *limits)


def _decode(answer: Answer) -> _Body | None:
    """Return the body's declared fields, or None if it is no JSON object that makes sense."""
    try:
        return _decode_start(answer.body) if answer.too_long else _DECODER.decode(answer.body)
    except (ValueError, RecursionError):
        return None


def _decode_start(body: bytes) -> _Body | None:
    """Return the `info` that the API writes first, of a body too long to be read to its end."""
    text = body.decode(errors="replace")
    if not (start := _INFO_FIRST.match(text)):
        return None
    _, end = json.JSONDecoder().raw_decode(text, start.end())
    return _Body(info=msgspec.json.decode(text[start.end() : end], type=_Info))  # as strictly as a whole body


def _code_of(body: _Body | None) -> int | None:
    """Return the gRPC code of an error body: a whole number that the table knows, and no bool."""
    code = body.code if body else None
    return code if type(code) is int and code in MEANING_OF_CODE else None


def _meaning_of_status(http_status: int, body: _Body | None, message: str) -> type[Failure]:
    if http_status == 404 and body is not None and message.strip() != "Not Found":
        return Refused
    if http_status == 503 and REFUSAL_TEXT in message:
        return Throttled
    if 300 <= http_status < 400:
        return Misrouted
    other = Refused if 400 <= http_status < 500 else Lost
    return MEANING_OF_STATUS.get(http_status, other)


def _message(answer: Answer, body: _Body | None) -> str:
    """Return the server's words, wherever this kind of body keeps them."""
    if body is not None:
        inner = body.error.get("message") if isinstance(body.error, dict) else body.error
        for words in (body.message, inner, body.status_message):
            if isinstance(words, str) and words:
                return words
    return f"HTTP {answer.http_status}: {_excerpt(answer.body)}"


def _excerpt(body: bytes) -> str:
    text = " ".join(body[:200].decode(errors="replace").split())
    if text.startswith("<"):
        return "an HTML page"
    return repr(text[:80]) if text else "an empty body"
