"""What may be claimed about a request, from the bytes that were spoken and when: the API's page read a second time.

It knows nothing of the client, as a judge should: standard library alone. Doubt is always honest, so what is found
here is where more than doubt is allowed, and, for answers that any client must understand, where doubt is not enough.
"""

import json
import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import Any, Final, NamedTuple

from tests.fuzz.timeline import Event, Turn, Written, turns
from tests.fuzz.wholeness import Heard, content_of, first_answer

READ_AT_LEAST: Final = 1 << 20
"""Bytes of a body that are read; a canvas may be larger, so what a longer one begins with counts."""

WANTED: Final = {
    "start": "STATUS_RUNNING",
    "pause": "STATUS_PAUSED",
    "finish": "STATUS_FINISHED",
    "draft": "STATUS_DRAFT",
    "archive": "STATUS_ARCHIVED",
}

FITTING: Final = {
    3: {400},
    5: {404},
    6: {409},
    7: {403},
    8: {429, 503},
    9: {400, 412},
    10: {409},
    11: {400},
    12: {501},
    14: {503},
    16: {401},
}
"""The gRPC codes that can say "not applied", and the HTTP statuses that each comes with."""

_FORBIDDING: Final = frozenset({3, 5, 6, 7, 9, 10, 11, 16})
"""Codes whose word about the row needs no certain text, so that a client has to believe a plain one."""

_MADE_ON_THE_WAY: Final = ("RST_STREAM", "unexpected HTTP status code received from server")
_FAILED_CALL: Final = re.compile(
    r"rpc error: code = (?:Canceled|Unknown|DeadlineExceeded|Internal|Unavailable|DataLoss)\b"
)
_CUT_SHORT: Final = ("connection is closing", "transport is closing", "context deadline exceeded", "context canceled")
_LIMITERS_WORDS: Final = re.compile("concurrent requests limit|rate.?limit|too many requests", re.IGNORECASE)
_TOO_LARGE: Final = re.compile("larger than max|message length too large")
_NEVER_DIALLED: Final = "transport: Error while dialing"
_INFO_FIRST: Final = re.compile(r'\s*\{\s*"info"\s*:\s*')


class Claim(StrEnum):
    """What a reply says about the row."""

    APPLIED = "applied"
    NOT_APPLIED = "not applied"
    MAY_HAVE = "may have been applied"
    NEVER_SENT = "never sent"


class Verdict(NamedTuple):
    """The claims that are honest, and the reason why there are not more, or not fewer."""

    allowed: frozenset[Claim]
    why: str


DOUBT: Final = frozenset({Claim.MAY_HAVE})
NEVER_WRITTEN: Final = Verdict(frozenset({Claim.NEVER_SENT, Claim.MAY_HAVE}), "nothing was written")


class _NotJson(Exception):
    pass


def verdicts(timeline: Sequence[Event]) -> list[Verdict]:
    """Return what may be claimed about each request that was written on one connection."""
    return [_verdict(turn) for turn in turns(timeline)]


def _verdict(turn: Turn) -> Verdict:
    if turn.taint:
        return Verdict(DOUBT, turn.taint)
    heard = first_answer(turn.said, turn.ending)
    if not isinstance(heard, Heard):
        return Verdict(DOUBT, heard)
    if heard.end is None:
        return _of_a_part(turn.asked, heard)
    content = content_of(heard)
    if content is None:
        return Verdict(DOUBT, "the body is not packed as its label says")
    try:
        body = _members(content)
    except _NotJson as reason:
        return _of_a_part(turn.asked, heard) if len(content) > READ_AT_LEAST else Verdict(DOUBT, str(reason))
    verdict = _of_success(turn.asked, body) if heard.status == 200 else _of_error(heard.status, body)
    if denial := _denied(heard.fields, body):
        return Verdict(DOUBT, denial)
    must = verdict.why == "" and heard.plain and heard.end == len(turn.said) and _is_plain(content, body)
    return verdict._replace(allowed=verdict.allowed - DOUBT, why="a plain answer") if must else verdict


def _of_a_part(asked: Written, heard: Heard) -> Verdict:
    if heard.status != 200 or len(heard.body) <= READ_AT_LEAST or content_of(heard) is not heard.body:
        return Verdict(DOUBT, "the answer is not whole")
    text = heard.body.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
    start = _INFO_FIRST.match(text)
    try:
        info = _DECODER.raw_decode(text, start.end())[0] if start else None
    except (ValueError, RecursionError):
        info = None
    shown = _shows(asked, info)
    return Verdict(DOUBT, shown) if shown else Verdict(DOUBT | {Claim.APPLIED}, "too long to read")


def _of_success(asked: Written, body: Sequence[tuple[str, Any]]) -> Verdict:
    if _known_codes(body) != [0]:
        return Verdict(DOUBT, "a 200 with an error's code")
    if any(error is not None for error in _named(body, "error")):
        return Verdict(DOUBT, "a 200 with an error")
    shown = {_shows(asked, info) for info in _named(body, "info")} or {"it has no info"}
    if reasons := shown - {""}:
        return Verdict(DOUBT, min(reasons))
    return Verdict(DOUBT | {Claim.APPLIED}, "" if _proves_its_id(asked, body) else "the id is odd")


def _known_codes(body: Sequence[tuple[str, Any]]) -> list[int]:
    """Return the codes of errors that *body* says; where it says none it has that of success."""
    return [code for code in _named(body, "code") if type(code) is int and 1 <= code <= 16] or [0]


def _shows(asked: Written, info: object) -> str:
    """Return why *info* does not show the journey as wanted, or nothing."""
    if not isinstance(info, tuple):
        return "info is no object"
    uuids, statuses = _named(info, "uuid"), _named(info, "status")
    if not uuids or not all(isinstance(uuid, str) and uuid.lower() == asked.uuid for uuid in uuids):
        return "it is about another journey, or none"
    if not statuses or any(status != WANTED[asked.action] for status in statuses):
        return "it does not show the wanted status"
    return ""


def _proves_its_id(asked: Written, body: Sequence[tuple[str, Any]]) -> bool:
    return [_named(info, "uuid") for info in _named(body, "info")] == [[asked.uuid]]


def _of_error(status: int, body: Sequence[tuple[str, Any]]) -> Verdict:
    codes = _named(body, "code")
    if not codes or len(set(map(repr, codes))) > 1:
        return Verdict(DOUBT, "the code is said twice, differently" if codes else "an error without a code")
    code, texts = codes[0], list(_texts(body))
    if type(code) is not int or code not in FITTING:
        return Verdict(DOUBT, "a code that proves nothing")
    if status not in FITTING[code]:
        return Verdict(DOUBT, "code and status disagree")
    if reason := _misshapen(body) or _unproved(code, texts):
        return Verdict(DOUBT, reason)
    plain = code in _FORBIDDING and len(_named(body, "message")) == 1 and any(texts)
    return Verdict(DOUBT | {Claim.NOT_APPLIED}, "" if plain else "it need not be believed")


def _misshapen(body: Sequence[tuple[str, Any]]) -> str:
    """Return why a body is not what a gateway makes of a status, or nothing."""
    messages, errors = _named(body, "message"), _named(body, "error")
    if not messages or not all(isinstance(message, str) for message in messages):
        return "an error without a message"
    if any(error is not None and error not in messages for error in errors):
        return "an error that says two things"
    if not all(details is None or isinstance(details, list) for details in _named(body, "details")):
        return "an error with odd details"
    return "an error with a journey" if _named(body, "info") else ""


def _denied(fields: Sequence[tuple[str, str]], body: Sequence[tuple[str, Any]]) -> str:
    """Return why the head of an answer denies what its body says, or nothing."""
    for name, value in fields:
        if name == "age" and re.fullmatch("[0-9]*[1-9][0-9]*", value):
            return "an answer that was stored"
        if "cache" in name and name != "cache-control" and re.search("hit|stale", value.lower()):
            return "an answer that a cache had"
        if name == "grpc-status" and {value} != {str(code) for code in _known_codes(body)}:
            return "the head has another status than the body"
    return ""


def _unproved(code: int, texts: Sequence[str]) -> str:
    """Return why an error with these texts does not prove that its row was left alone, or nothing."""
    if any(map(_FAILED_CALL.search, texts)):
        return "a failed call of the backend's own"
    if any(words in text for text in texts for words in _MADE_ON_THE_WAY):
        return "a status that was made on the way"
    if code == 8 and (any(map(_TOO_LARGE.search, texts)) or not any(map(_LIMITERS_WORDS.search, texts))):
        return "code 8 without a limiter's words"
    if code == 11 and any(map(_TOO_LARGE.search, texts)):
        return "an answer that was too large"
    if code == 14 and not any(_NEVER_DIALLED in text for text in texts):
        return "code 14 after dialling"
    if code != 14 and any(words in text for text in texts for words in _CUT_SHORT):
        return "a step that was cut short"
    return ""


def _texts(body: Sequence[tuple[str, Any]]) -> Iterator[str]:
    """Yield the words of an error, wherever its kind of body keeps them."""
    for name in ("message", "error", "status_message"):
        for value in _named(body, name):
            yield from (value,) if isinstance(value, str) else ()
            yield from (text for text in _named(value, "message") if isinstance(text, str))


def _named(body: object, name: str) -> list[Any]:
    """Return all values that an object has under *name*; they can be several."""
    return [value for key, value in body if key == name] if isinstance(body, tuple) else []


def _is_plain(content: bytes, body: Sequence[tuple[str, Any]]) -> bool:
    """Tell whether no decoder could stumble over a body."""
    if len(content) > 10_000 or not content.isascii() or b"\\" in content or _says_twice(body):
        return False
    values = re.sub(rb'"[^"]*"', b"", content)
    return not re.search(rb"[0-9.+-]{10}|[0-9][eE]", values) and values.count(b"[") + values.count(b"{") < 20


def _says_twice(body: object) -> bool:
    """Tell whether a name is said twice in one object, however deep; deeper than a call may go, too."""
    left = [body]
    while left:
        value = left.pop()
        if isinstance(value, tuple):
            names = [name for name, _ in value]
            if len(names) != len(set(names)):
                return True
            left += [inner for _, inner in value]
        elif isinstance(value, list):
            left += value
    return False


def _members(content: bytes) -> Sequence[tuple[str, Any]]:
    """Return the members of a JSON object (RFC 8259) in order, those of one name too; objects are tuples of them."""
    try:
        value = _DECODER.decode(content.removeprefix(b"\xef\xbb\xbf").decode())
    except UnicodeDecodeError:
        raise _NotJson("the body is not UTF-8") from None
    except RecursionError:
        raise _NotJson("the body is nested too deeply") from None
    except ValueError:
        raise _NotJson("the body is no JSON") from None
    if not isinstance(value, tuple):
        raise _NotJson("the body is no JSON object")
    return value


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _integer(digits: str) -> float:
    return int(digits) if len(digits) < 1000 else float("inf")


_DECODER: Final = json.JSONDecoder(object_pairs_hook=tuple, parse_int=_integer, parse_constant=_refuse)
