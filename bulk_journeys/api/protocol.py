"""The lifecycle API as tables: an action to a request, an answer to a reply. Pure.

The facts are the vendor's pages on the lifecycle calls, and grpc-gateway, whose JSON errors the API sends.
"""

import codecs
import json
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from html import unescape
from typing import Any, Final

import msgspec

from bulk_journeys.api.error_codes import CODES, denial, proof_of
from bulk_journeys.api.http_answer import Answer
from bulk_journeys.api.limit_headers import Limits, limits_of
from bulk_journeys.api.redaction import Redact
from bulk_journeys.model import Action, Applied, FailureCode, Intercepted, Lost, Reply, Request, Strayed

PATH: Final = "api/v3/journeygateway/"


MESSAGE_LENGTH: Final = 500
"""Characters of a server's message, or of a title, that are kept."""


EXCERPTED: Final = 8192
"""Bytes of a body without words in JSON that are looked through for some to show."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_MARKUP: Final = re.compile(r"(?is)<(script|style)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|<[^>]*$")


class _Info(msgspec.Struct):
    uuid: Any = None
    title: Any = None
    status: Any = None


class _Body(msgspec.Struct):
    """All that is wanted of an answer, so that a huge canvas beside it costs little to skip."""

    info: msgspec.Raw = msgspec.Raw()
    code: Any = None
    message: Any = None
    error: Any = None
    status_message: Any = None
    details: Any = None


def _with_each_key_once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the members of an object. Raises ValueError for a key said twice: nobody can tell which is meant."""
    found = dict(members)
    if len(found) < len(members):
        raise ValueError("a key is said twice")
    return found


_DECODER: Final = msgspec.json.Decoder(_Body)
_INFO_DECODER: Final[msgspec.json.Decoder[_Info | None]] = msgspec.json.Decoder(_Info | None)
_STRICT: Final = json.JSONDecoder(object_pairs_hook=_with_each_key_once)
_NEXT_MEMBER: Final = re.compile(r'\s*,\s*("(?:[^"\\]|\\.)*")\s*:\s*')
_INFO_FIRST: Final = re.compile(r'\s*\{\s*"info"\s*:\s*')


def path_of(action: Action) -> str:
    """Return the URL path of *action*, behind the base URL's slash."""
    return PATH + action


def body_of(request: Request) -> bytes:
    """Return the JSON body of *request*; a canonical uuid needs no escaping."""
    return b'{"uuid": "%s"}' % request.uuid.encode()


def reply_of(request: Request, answer: Answer, now: float, redact: Redact = str, others: Collection[str] = ()) -> Reply:
    """Say what *answer* teaches about *request*. *now* is in seconds since 1970, for hints that are dates.

    *redact* takes secrets out of what people will read, before that is cut to length; nothing is judged by it.
    *others* are the ids of journeys that were asked about lately: an answer may be about one of them.
    """
    body = _decode(answer)
    code = _code_of(body)
    if answer.http_status == 200 and code is None:
        return _success(request, answer, body, limits_of(answer.headers, now), redact)
    limits = limits_of(answer.headers, now, body.details if body else ())
    texts = _texts(body)
    is_believed = not answer.cut and _is_error(body) and denial(answer.headers, code or 0) is None
    proof = proof_of(code if is_believed else None, answer.http_status, texts or [_text(answer)])
    told = redact(texts[0]) if texts else f"HTTP {answer.http_status}: {_excerpt(answer, redact)}"
    if proof.code is FailureCode.MISMATCHED_CODE:
        told = f"HTTP {answer.http_status} with gRPC code {code}: {told}"
    elif not proof.may_have_applied and _names_another(request, texts, others):
        told = f"the answer is about another journey: {told}"
        return Strayed(FailureCode.UNEXPECTED_ANSWER, told[:MESSAGE_LENGTH], answer.http_status, *limits)
    reply = proof.kind(
        proof.code,
        told[:MESSAGE_LENGTH],
        answer.http_status,
        *limits,
        may_have_applied=proof.may_have_applied,
        by_api=proof.by_api,
    )
    assert isinstance(reply, Reply)  # noqa: S101  Failure itself is in no table
    return reply


def _success(request: Request, answer: Answer, body: _Body | None, limits: Limits, redact: Redact) -> Reply:
    wanted, info = request.action.wanted_status, _info_of(body)
    if answer.cut and not answer.too_long:
        return _lost(FailureCode.CUT_OFF, f"the answer was cut off: {answer.cut}", limits)
    if info is None or (body and body.error is not None):
        told = f"HTTP 200 without a journey: {_excerpt(answer, redact)}"
        return Intercepted(FailureCode.UNREADABLE_ANSWER, told, 200, *limits)
    if not isinstance(info.uuid, str):
        return _lost(FailureCode.UNEXPECTED_ANSWER, "the answer does not say which journey it is about", limits)
    if info.uuid.lower() != request.uuid:
        told = f"the answer is about another journey, {_shown(info.uuid, redact)}"
        return Strayed(FailureCode.UNEXPECTED_ANSWER, told, 200, *limits)
    if info.status != wanted:
        told = f"the answer shows {_shown(info.status, redact)} and not {wanted}"
        return _lost(FailureCode.UNEXPECTED_ANSWER, told, limits, by_api=True)
    if header := denial(answer.headers, 0):
        told = f"the answer has the header {_shown(header, redact)}, so it is not the API's answer to this request"
        return Intercepted(FailureCode.UNEXPECTED_ANSWER, told, 200, *limits)
    title = redact(info.title)[:MESSAGE_LENGTH] if isinstance(info.title, str) else ""
    return Applied(wanted, title, 200, *limits)


def _lost(code: FailureCode, message: str, limits: Limits, *, by_api: bool = False) -> Lost:
    return Lost(code, message, 200, *limits, by_api=by_api)


def _shown(value: object, redact: Redact) -> str:
    return repr(redact(str(value))[:50])


def _decode(answer: Answer) -> _Body | None:
    """Return the body's declared fields, or None if it is no JSON object that makes sense."""
    body = answer.body.removeprefix(codecs.BOM_UTF8)
    try:
        return _decode_start(body) if answer.too_long else _decode_whole(body)
    except (ValueError, RecursionError):
        return None


def _decode_whole(body: bytes) -> _Body:
    """Decode quickly, as the parser of a whole canvas takes ten times as long, and check what that leaves unchecked."""
    found = _DECODER.decode(body)
    text = body.decode()  # what is skipped may be no UTF-8
    info = bytes(found.info)
    is_plain = body.count(b'"info"') == info.count(b'"uuid"') == info.count(b'"status"') == 1
    if not is_plain or b'"code"' in body or rb"\u00" in body:
        _STRICT.decode(text)
    return found


def _decode_start(body: bytes) -> _Body | None:
    """Return the `info` that the API writes first, of a body too long to be read to its end.

    What else tells of the answer must not follow in as much of it as there is.
    """
    text = body.decode(errors="replace")
    if not (start := _INFO_FIRST.match(text)):
        return None
    _, end = _STRICT.raw_decode(text, start.end())
    info = text[start.end() : end]
    with suppress(ValueError):
        while member := _NEXT_MEMBER.match(text, end):
            if json.loads(member[1]) in _Body.__struct_fields__:
                return None
            _, end = _STRICT.raw_decode(text, member.end())
    return _Body(info=msgspec.Raw(info))


def _info_of(body: _Body | None) -> _Info | None:
    if body is None or not bytes(body.info):
        return None
    try:
        return _INFO_DECODER.decode(body.info)
    except ValueError:
        return None


def _code_of(body: _Body | None) -> int | None:
    """Return the gRPC code of an error body: a whole number that the table knows, and no bool."""
    code = body.code if body else None
    return code if type(code) is int and code in CODES else None


def _is_error(body: _Body | None) -> bool:
    """Return whether *body* has the form in which grpc-gateway writes a status: v2's, or v1's that says it twice."""
    return (
        body is not None
        and isinstance(body.message, str)
        and (body.error is None or body.error == body.message)
        and (body.details is None or isinstance(body.details, list))
        and not bytes(body.info)
    )


def _names_another(request: Request, texts: Sequence[str], others: Collection[str]) -> bool:
    """Return whether *texts* name one of *others* and not the journey of *request*."""
    named = {uuid for text in texts for uuid in _UUID.findall(text.lower())}
    return request.uuid not in named and any(uuid in others for uuid in named)


def _texts(body: _Body | None) -> list[str]:
    """Return the server's words, wherever this kind of body keeps them; the first are the ones to show."""
    if body is None:
        return []
    inner = body.error.get("message") if isinstance(body.error, dict) else body.error
    return [words for words in (body.message, inner, body.status_message) if isinstance(words, str) and words]


def _text(answer: Answer) -> str:
    return answer.body[:EXCERPTED].removeprefix(codecs.BOM_UTF8).decode(errors="replace").strip()


def _excerpt(answer: Answer, redact: Redact) -> str:
    """Return the first words of a body for people, of a page without its markup."""
    text = _text(answer)
    if not text.startswith("<"):
        return repr(redact(" ".join(text.split()))[:80]) if text else "an empty body"
    words = redact(" ".join(unescape(_MARKUP.sub(" ", text)).split()))
    return f"an HTML page, {words[:80]!r}" if words else "an HTML page"
