"""The judge of the fuzzer is judged by hand: what may be claimed where, and what must."""

import pytest

from tests.fuzz.claims import DOUBT, NEVER_WRITTEN, Claim, verdicts
from tests.fuzz.timeline import Closed, Event, Judged, Spoken, Written
from tests.fuzz.wholeness import Ending

UUID = "1111111a-2222-4333-8444-555555555555"
ASKED = Written("pause", UUID)
PAUSED = b'{"info":{"uuid":"%s","status":"STATUS_PAUSED"}}' % UUID.encode()
NOT_RUNNING = b'{"code":9,"message":"journey is not running"}'
APPLIED, NOT_APPLIED = frozenset({Claim.APPLIED}), frozenset({Claim.NOT_APPLIED})
CLOSED, RESET = Closed(Ending.CLOSED), Closed(Ending.RESET)


def http(status: int, body: bytes, fields: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d OK\r\n%sContent-Length: %d\r\n\r\n%s" % (status, fields, len(body), body)


def allowed(*events: Event | bytes) -> frozenset[Claim]:
    """Return what may be claimed about the last request; bytes are spoken, and the reply comes at the end."""
    timeline = [Spoken(event) if isinstance(event, bytes) else event for event in events]
    return verdicts([*timeline, Judged()])[-1].allowed


@pytest.mark.parametrize(
    ("status", "body", "claims"),
    [
        (200, PAUSED, APPLIED),
        (400, NOT_RUNNING, NOT_APPLIED),
        (412, NOT_RUNNING, NOT_APPLIED),
        (401, b'{"code":16,"message":"bad token"}', NOT_APPLIED),
    ],
)
def test_a_plain_answer_leaves_no_doubt(status: int, body: bytes, claims: frozenset[Claim]) -> None:
    assert allowed(ASKED, http(status, body)) == claims
    assert allowed(ASKED, *(bytes([byte]) for byte in http(status, body))) == claims


@pytest.mark.parametrize(
    ("status", "body", "claims"),
    [
        (200, b"\xef\xbb\xbf" + PAUSED, APPLIED),
        (200, PAUSED.replace(UUID.encode(), UUID.upper().encode()), APPLIED),
        (503, b'{"code":8,"message":"the server has reached its concurrent requests limit"}', NOT_APPLIED),
        (503, b'{"code":14,"message":"transport: Error while dialing: refused"}', NOT_APPLIED),
        (501, b'{"code":12,"message":"Method Not Allowed"}', NOT_APPLIED),
    ],
)
def test_an_answer_that_proves_something_may_be_believed(status: int, body: bytes, claims: frozenset[Claim]) -> None:
    assert allowed(ASKED, http(status, body)) == claims | DOUBT


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, NOT_RUNNING),
        (201, PAUSED),
        (200, PAUSED + PAUSED),
        (200, PAUSED[:-1]),
        (200, PAUSED.replace(b"PAUSED", b"RUNNING")),
        (200, PAUSED.replace(b"1111", b"2222")),
        (200, PAUSED.replace(b'"status"', b'"status":"STATUS_DRAFT","status"')),
        (200, b'{"x":NaN,' + PAUSED[1:]),
        (200, b'{"x":"\xff",' + PAUSED[1:]),
        (200, b'{"code":13,' + PAUSED[1:]),
        (200, b'{"info":{"status":"STATUS_PAUSED"}}'),
        (200, b'{"info":{"uuid":null,"status":"STATUS_PAUSED"}}'),
        (400, b'{"code":9,"msg":"blocked"}'),
        (400, b'{"code":11,"message":"grpc: received message larger than max (9 vs. 8)"}'),
        (400, b'{"code":9,"message":"blocked","error":"by a rule"}'),
        (400, b'{"code":9,"message":"blocked","details":"by a rule"}'),
        (400, b'{"code":9,' + PAUSED[1:]),
        (400, b'{"code":9,"message":"no",' + PAUSED[1:]),
        (400, b'{"code":9,"message":"rpc error: code = Unavailable desc = oh"}'),
        (400, b'{"code":9,"message":"transport is closing"}'),
        (503, b'{"code":14,"message":"rpc error: code = Unavailable desc = transport: Error while dialing"}'),
        (403, NOT_RUNNING),
        (403, b'{"message":"Forbidden"}'),
        (403, b"<html>"),
        (400, NOT_RUNNING.replace(b"9", b"9.0")),
        (400, NOT_RUNNING.replace(b"9", b'"9"')),
        (400, b'{"code":13,' + NOT_RUNNING[1:]),
        (400, b'{"code":3,"message":"stream terminated by RST_STREAM"}'),
        (401, b'{"code":16,"message":"unexpected HTTP status code received from server: 401"}'),
        (429, b'{"code":8,"message":"quota"}'),
        (503, b'{"code":8,"message":"received message larger than max, rate limit"}'),
        (503, b'{"code":14,"message":"transport is closing"}'),
        (500, b'{"code":2,"message":"journey is not running"}'),
    ],
)
def test_what_proves_nothing_leaves_the_row_in_doubt(status: int, body: bytes) -> None:
    assert allowed(ASKED, http(status, body)) == DOUBT


@pytest.mark.parametrize("field", [b"Age: 7", b"X-Cache: HIT", b"Cache-Status: a; hit", b"Grpc-Status: 14"])
def test_what_its_head_denies_leaves_the_row_in_doubt(field: bytes) -> None:
    assert allowed(ASKED, http(200, PAUSED, field + b"\r\n")) == DOUBT
    assert allowed(ASKED, http(400, NOT_RUNNING, field + b"\r\n")) == DOUBT


@pytest.mark.parametrize(
    "said",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n" + PAUSED,
        b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" + PAUSED,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n%x\r\n%s\r\n0\r\n\r\n"
        % (len(PAUSED), PAUSED),
        http(200, PAUSED).replace(b"Content-Length:", b"Content-Length :"),
        http(199, b"{}") + http(200, PAUSED),
        b"HTTP/1.1 099 OK\r\n\r\n" + http(200, PAUSED),
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + http(200, PAUSED),
        b"HTTP/2.0 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(PAUSED), PAUSED),
        http(200, PAUSED, b"Content-Encoding: gzip\r\n"),
        b"HTTP/1.1 204 No Content\r\n\r\n" + PAUSED,
        b"",
    ],
)
def test_a_faulty_answer_proves_nothing(said: bytes) -> None:
    assert allowed(ASKED, said, CLOSED) == DOUBT


def test_an_answer_that_ends_with_its_connection_is_whole_only_if_that_ends_in_order() -> None:
    said = b"HTTP/1.1 200 OK\r\n\r\n" + PAUSED
    assert allowed(ASKED, said, CLOSED) == APPLIED | DOUBT
    assert allowed(ASKED, said, RESET) == DOUBT
    assert allowed(ASKED, said) == DOUBT


def test_interim_answers_and_bare_line_ends_take_nothing_from_an_answer() -> None:
    interim = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
    assert allowed(ASKED, interim + http(200, PAUSED)) == APPLIED | DOUBT
    assert allowed(ASKED, http(200, PAUSED).replace(b"\r\n", b"\n")) == APPLIED | DOUBT


@pytest.mark.parametrize("stray", [http(200, PAUSED), b"H", b"HTTP/1.1 400 Bad", b"\0"])
def test_what_is_spoken_out_of_turn_makes_what_follows_nobodys(stray: bytes) -> None:
    answer = http(400, NOT_RUNNING)
    assert allowed(stray, ASKED, answer) == DOUBT
    assert allowed(ASKED, answer, Judged(), stray, ASKED, answer) == DOUBT
    assert allowed(ASKED, answer + stray, Judged(), ASKED, answer) == DOUBT
    assert allowed(ASKED, answer[:-1], Judged(), stray, ASKED, answer) == DOUBT


def test_on_a_kept_connection_each_request_has_its_own_answer() -> None:
    assert allowed(ASKED, http(400, NOT_RUNNING), Judged(), b"\r\n", ASKED, http(200, PAUSED)) == APPLIED
    assert allowed(ASKED, http(200, PAUSED), Judged(), CLOSED, ASKED, http(200, PAUSED)) == DOUBT


def test_only_what_was_never_written_was_never_sent() -> None:
    assert Claim.NEVER_SENT in NEVER_WRITTEN.allowed
    assert Claim.NEVER_SENT not in allowed(ASKED, RESET)
