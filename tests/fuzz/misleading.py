"""Scenes that misled the client once, one for each way: found by the fuzzer, and made smaller."""

import gzip
from typing import Final

from tests.fuzz.scenes import Asked, Scene, Step, Visit
from tests.fuzz.wholeness import Ending

ASKED: Final = Asked("pause", "11111111-2222-4333-8444-555555555555")
INFO: Final = b'"uuid":"11111111-2222-4333-8444-555555555555","status":"STATUS_PAUSED"'
PAUSED: Final = b'{"info":{%s}}' % INFO
NOT_RUNNING: Final = b'{"code":9,"message":"journey is not running"}'
TWICE: Final = (b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked")

Kind = tuple[str, str]


def _http(status: int, body: bytes, *fields: bytes, first: bytes = b"HTTP/1.1") -> bytes:
    return b"\r\n".join((b"%s %03d OK" % (first, status), *fields, b"Content-Length: %d" % len(body), b"", body))


def _chunked(status: int, body: bytes, *fields: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 %d OK" % status, *fields, b"", b"%x" % len(body), body, b"0", b"", b""))


def _misspaced(status: int, body: bytes) -> bytes:
    return _http(status, body).replace(b"Content-Length:", b"Content-Length :")


def _one(*steps: Step, greeting: bytes = b"") -> Scene:
    return (Visit(ASKED, steps, greeting),)


def _after(first: Visit, *steps: Step) -> Scene:
    return first, Visit(ASKED, steps)


_WITH_A_STRAY: Final = Visit(ASKED, (_http(200, PAUSED),), late=(b"H",))
_WITHOUT_AN_END: Final = Visit(ASKED, (_chunked(500, b"{}", *TWICE),))
_TOO_DEEP: Final = b'{"code":9,"message":' + b"[" * 3000 + b"]" * 3000 + b"}"
_CODE_TWICE: Final = b'{"code":13,"message":"why","code":9}'
_RST_STREAM: Final = b'{"code":3,"message":"stream terminated by RST_STREAM"}'

_APPLIED: Final = {
    "it does not show the wanted status": _one(_http(200, b'{"info":{"status":"STATUS_DRAFT",%s}}' % INFO)),
    "it is about another journey": _one(_http(200, b'{"info":{"uuid":"",%s}}' % INFO)),
    "a 200 with an error's code": _one(_http(200, b'{"code":9,"info":{%s},"code":null}' % INFO)),
    "the answer is not whole": _one(b"HTTP/1.1 200 OK\r\n\r\n" + PAUSED, Ending.RESET),
    "the body is not UTF-8": _one(_http(200, b'{"info":{%s},"x":"\xff"}' % INFO)),
    "the body is no JSON": _one(_http(200, gzip.compress(PAUSED, mtime=0) * 2, b"Content-Encoding: gzip")),
    "the body is not packed as its label says": _one(_http(200, PAUSED, b"Content-Encoding: br")),
    "a faulty Transfer-Encoding": _one(_chunked(200, PAUSED, *TWICE)),
    "a faulty status line": _one(_http(200, PAUSED, first=b"HTTP/2.0")),
    "a status below 100": _one(_http(99, b"{}") + _http(200, PAUSED)),
    "an interim answer with a body": _one(_http(199, b"{}") + _http(200, PAUSED)),
    "a faulty field": _one(_misspaced(200, PAUSED)),
    "spoken on this connection out of turn": _after(_WITH_A_STRAY, _http(200, PAUSED)),
    "behind an answer without an end": _after(_WITHOUT_AN_END, _http(200, PAUSED)),
}

_NOT_APPLIED: Final = {
    "an error without a code": _one(_http(403, b'{"message":"Forbidden"}')),
    "the body is no JSON": _one(_http(403, b"error code: 1015")),
    "the body is no JSON object": _one(_http(409, b"[]")),
    "the body is not UTF-8": _one(_http(400, b'{"code":9,"message":"\xff"}')),
    "the body is nested too deeply": _one(_http(400, _TOO_DEEP)),
    "the body is not packed as its label says": _one(_http(400, NOT_RUNNING, b"Content-Encoding: br")),
    "the code is said twice, differently": _one(_http(400, _CODE_TWICE)),
    "code and status disagree": _one(_http(504, b'{"code":5,"message":"no such journey"}')),
    "a 200 with an error's code": _one(_http(200, NOT_RUNNING)),
    "a code that proves nothing": _one(_http(429, b'{"code":"8","message":"why"}')),
    "code 8 without a limiter's words": _one(_http(429, b'{"code":8,"message":"received message larger than max"}')),
    "code 14 after dialling": _one(_http(503, b'\xef\xbb\xbf{"code":14,"message":"concurrent requests limit"}')),
    "a status that was made on the way": _one(_http(400, _RST_STREAM)),
    "the answer is not whole": _one(_http(400, NOT_RUNNING)[:-1], Ending.CLOSED),
    "the head is not whole": _one(b"HTTP/1.1 400 OK\r\n \r\n" + NOT_RUNNING, Ending.CLOSED),
    "a faulty Transfer-Encoding": _one(_chunked(400, NOT_RUNNING, *TWICE)),
    "a faulty Content-Length": _one(_http(400, b"")[:-5] + b"18446744073709551614\r\n\r\n", Ending.CLOSED),
    "Transfer-Encoding and Content-Length": _one(_http(400, NOT_RUNNING, b"Transfer-Encoding:")),
    "a faulty status line": _one(_http(400, NOT_RUNNING, first=b"HTTP/2.0")),
    "a status below 100": _one(_http(99, b"{}") + _http(400, NOT_RUNNING)),
    "an interim answer with a body": _one(_http(199, b"{}") + _http(400, NOT_RUNNING)),
    "a faulty field": _one(_misspaced(400, NOT_RUNNING)),
    "spoken on this connection out of turn": _after(_WITH_A_STRAY, _http(400, NOT_RUNNING)),
    "behind an answer without an end": _after(_WITHOUT_AN_END, _http(400, NOT_RUNNING)),
}

SCENES: Final[dict[Kind, Scene]] = {
    ("no exception escapes", "RunningInACircle escaped"): _one(greeting=b"220 mail.test ESMTP\r\n"),
    **{("'applied' is not honest", why): scene for why, scene in _APPLIED.items()},
    **{("'not applied' is not honest", why): scene for why, scene in _NOT_APPLIED.items()},
}
"""What is broken where a scene misleads, and the scene."""
