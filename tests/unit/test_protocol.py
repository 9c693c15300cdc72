"""Laws of reading an answer: what the API's page says of each, and no exception for anything else."""

import gzip
import json
import tracemalloc
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.api.error_codes import CODES, LIMITERS, TEXTS
from bulk_journeys.api.http_answer import Answer, unpacked
from bulk_journeys.api.protocol import body_of, path_of, reply_of
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import (
    Action,
    Applied,
    Conflict,
    Deferred,
    Failure,
    Intercepted,
    Lost,
    Misrouted,
    Quota,
    Refused,
    Reply,
    Request,
    Strayed,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.model import (
    FailureCode as Code,
)

UUID = "11111111-2222-3333-4444-aaaaaaaaaaaa"
OTHER = "99999999-2222-3333-4444-aaaaaaaaaaaa"
PAUSE = Request(Action.PAUSE, UUID)
NOON = 1_781_697_600.0
"""2026-06-17T12:00:00Z"""
LIMIT_TEXT = "the server has reached its concurrent requests limit"


def journey(**info: Any) -> bytes:
    shown = {"uuid": UUID, "title": "Welcome", "status": "STATUS_PAUSED", **info}
    return json.dumps({"info": shown, "points": [], "comments": []}).encode()


def v2(code: Any, message: str = "no", details: Any = ()) -> bytes:
    return json.dumps({"code": code, "message": message, "details": list(details)}).encode()


def v1(code: Any, message: str = "no") -> bytes:
    return json.dumps({"error": message, "message": message, "code": code}).encode()


def read(status: int, body: bytes = b"", headers: dict[str, str] | None = None, **rest: Any) -> Reply:
    return reply_of(PAUSE, unpacked(Answer(status, headers or {}, body, **rest)), NOON)


def failed(status: int, body: bytes = b"", headers: dict[str, str] | None = None, **rest: Any) -> Failure:
    reply = read(status, body, headers, **rest)
    assert isinstance(reply, Failure)
    return reply


@pytest.mark.parametrize(
    ("action", "path"),
    [
        (Action.START, "api/v3/journeygateway/start"),
        (Action.PAUSE, "api/v3/journeygateway/pause"),
        (Action.FINISH, "api/v3/journeygateway/finish"),
        (Action.DRAFT, "api/v3/journeygateway/draft"),
        (Action.ARCHIVE, "api/v3/journeygateway/archive"),
    ],
)
def test_an_action_has_its_path_and_the_body_names_the_journey(action: Action, path: str) -> None:
    assert path_of(action) == path
    assert json.loads(body_of(Request(action, UUID))) == {"uuid": UUID}


@pytest.mark.parametrize(
    ("action", "status"),
    [
        (Action.START, "STATUS_RUNNING"),
        (Action.PAUSE, "STATUS_PAUSED"),
        (Action.FINISH, "STATUS_FINISHED"),
        (Action.DRAFT, "STATUS_DRAFT"),
        (Action.ARCHIVE, "STATUS_ARCHIVED"),
    ],
)
def test_applied_is_a_200_that_shows_the_wanted_status(action: Action, status: str) -> None:
    answer = Answer(200, {}, journey(status=status))
    assert reply_of(Request(action, UUID), answer, NOON) == Applied(status, "Welcome")
    for other in Action:
        if other is not action:
            assert isinstance(reply_of(Request(other, UUID), answer, NOON), Lost)


MEANINGS: list[tuple[int, int, str, type[Failure]]] = [
    (1, 408, "canceled", Lost),
    (1, 499, "canceled", Lost),
    (2, 500, "unknown", Lost),
    (3, 400, "invalid_argument", Refused),
    (4, 408, "deadline_exceeded", Lost),
    (4, 504, "deadline_exceeded", Lost),
    (5, 404, "not_found", Refused),
    (6, 409, "already_exists", Refused),
    (7, 403, "permission_denied", Refused),
    (8, 429, "resource_exhausted", Throttled),
    (8, 503, "resource_exhausted", Throttled),
    (9, 400, "failed_precondition", Conflict),
    (9, 412, "failed_precondition", Conflict),
    (10, 409, "aborted", Deferred),
    (11, 400, "out_of_range", Refused),
    (12, 501, "unimplemented", Misrouted),
    (13, 500, "internal", Lost),
    (14, 503, "unavailable", Lost),
    (15, 500, "data_loss", Lost),
    (16, 401, "unauthenticated", Unauthorised),
]
NUMBERS = sorted({code for code, *_ in MEANINGS})
STATUSES = [100, 200, 201, 204, 302, *range(400, 432), 451, 499, *range(500, 512), 520, 999]


def test_the_table_of_codes_is_whole() -> None:
    assert {(code, status) for code, entry in CODES.items() for status in entry.statuses} == {
        (code, status) for code, status, *_ in MEANINGS
    }
    assert sorted(CODES) == NUMBERS == list(range(1, 17))


@pytest.mark.parametrize(("code", "status", "name", "meaning"), MEANINGS)
def test_a_grpc_code_has_one_meaning_in_the_words_of_both_gateways(
    code: int, status: int, name: str, meaning: type[Failure]
) -> None:
    for body in (v2(code, "why"), v1(code, "why"), b"\xef\xbb\xbf" + v2(code, "why")):
        reply = failed(status, body)
        assert (type(reply), reply.code, reply.message, reply.http_status) == (meaning, name, "why", status)
        assert reply.may_have_applied == (meaning in {Lost, Throttled})
        assert reply.by_api == (meaning is not Misrouted)


@pytest.mark.parametrize("code", NUMBERS)
def test_a_code_that_does_not_fit_its_status_is_nobodys_word_about_the_journey(code: int) -> None:
    for status in set(STATUSES) - CODES[code].statuses:
        reply = failed(status, v2(code, "why"))
        assert (type(reply), reply.code, reply.by_api) == (Intercepted, "mismatched_code", False)
        assert reply.may_have_applied
        assert reply.message == f"HTTP {status} with gRPC code {code}: why"


@pytest.mark.parametrize(
    "words",
    [
        "the server has reached its concurrent requests limit",
        "/api.Journeys/Pause is rejected by grpc_ratelimit middleware, please retry later. try in 3s",
        "rate limit exceeded",
        "Rate limit reached for this token",
        "Too Many Requests",
    ],
)
def test_a_limiter_has_done_nothing(words: str) -> None:
    reply = failed(429, v2(8, words))
    assert type(reply) is Throttled
    assert not reply.may_have_applied


@pytest.mark.parametrize(
    "words", ["", "busy", "quota", "could not notify: rate limit exceeded", "saved, but too many requests followed"]
)
def test_who_refuses_in_other_words_may_have_done_it_all_the_same(words: str) -> None:
    for status in (429, 503):
        reply = failed(status, v2(8, words))
        assert type(reply) is Throttled
        assert reply.may_have_applied


AFTERWARDS = [
    (8, 429, "grpc: received message larger than max (5242880 vs. 4194304)"),
    (8, 503, "grpc: received message larger than max (5242880 vs. 4194304)"),
    (8, 429, "trying to send message larger than max (5242880 vs. 4194304)"),
    (8, 429, "grpc: received message after decompression larger than max 4194304"),
    (8, 429, "grpc: message after decompression larger than max (9 vs. 4)"),
    (8, 429, "grpc: message too large (4294967296 bytes)"),
    (11, 400, "grpc: received message larger than max (5242880 vs. 4194304)"),
    (11, 400, "Error, decoded message length too large: found 5242880 bytes, the limit is: 4194304 bytes"),
    (12, 501, 'grpc: Decompressor is not installed for grpc-encoding "snappy"'),
    (8, 429, "stream terminated by RST_STREAM with error code: ENHANCE_YOUR_CALM"),
    (7, 403, "stream terminated by RST_STREAM with error code: INADEQUATE_SECURITY"),
    (14, 503, "stream terminated by RST_STREAM with error code: REFUSED_STREAM; transport: Error while dialing"),
    (16, 401, 'unexpected HTTP status code received from server: 401 (Unauthorized); transport: received "text/html"'),
    (7, 403, "unexpected HTTP status code received from server: 403 (Forbidden)"),
    (12, 501, "unexpected HTTP status code received from server: 404 (Not Found)"),
    (14, 503, 'connection error: desc = "error reading server preface: EOF"'),
    (14, 503, "error reading from server: EOF"),
    (14, 503, "transport is closing"),
    *(
        (code, status, f"cannot pause: {words}")
        for code, status in ((3, 400), (7, 403), (9, 400))
        for words in (
            "rpc error: code = Canceled desc = grpc: the client connection is closing",
            "rpc error: code = Unknown desc = oh",
            "rpc error: code = DeadlineExceeded desc = late",
            "rpc error: code = Internal desc = oh",
            "rpc error: code = Unavailable desc = oh",
            "rpc error: code = DataLoss desc = oh",
            "transport is closing",
            "the client connection is closing",
            "context deadline exceeded",
            "context canceled",
        )
    ),
    (14, 503, 'rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: no"'),
]


@pytest.mark.parametrize(("code", "status", "words"), AFTERWARDS)
def test_what_grpc_says_itself_after_the_call_has_left_leaves_it_in_doubt(code: int, status: int, words: str) -> None:
    reply = failed(status, v2(code, words))
    assert (type(reply), reply.code) == (Lost, CODES[code].name)
    assert reply.may_have_applied


def test_a_backend_that_could_not_be_dialled_was_sent_nothing() -> None:
    words = 'connection error: desc = "transport: Error while dialing: dial tcp 10.0.0.7:50051: connection refused"'
    for told in (words, f"last connection error: {words}"):
        assert failed(503, v2(14, told)) == Unsent(Code.UNAVAILABLE, told, 503, by_api=True)
    assert type(failed(500, v2(13, words))) is Lost


def test_every_text_of_the_table_is_met_by_a_test() -> None:
    met = [words for *_, words in AFTERWARDS] + ["transport: Error while dialing", "Not Found"]
    assert all(any(text.words in words for words in met) for text in TEXTS)
    assert LIMITERS.match(LIMIT_TEXT)


UNCODED: list[tuple[int, type[Failure]]] = [
    *((status, Misrouted) for status in (300, 301, 302, 303, 304, 307, 308, 404, 405, 407, 421, 501)),
    *((status, Intercepted) for status in (400, 402, 403, 406, 409, 410, 411, 412, 413, 414, 418, 422, 428, 431, 451)),
    (401, Unauthorised),
    (429, Throttled),
    *((status, Lost) for status in (408, 499, 500, 502, 503, 504, 520, 599)),
    *((status, Intercepted) for status in (100, 101, 103, 201, 202, 204, 206, 600, 999, 0)),
]
BODIES = [
    b"",
    b"Method Not Allowed\n",
    b"<html><h1>no</h1>",
    b'{"message": "unauthorized"}',
    b"[]",
    b"null",
    b'"no"',
    b"error code: 1015",
    b'{"message": "Forbidden"}',
    b'{"code": "9", "message": "journey is not running"}',
    b'{"code": 9}',
    b'{"code": 9, "msg": "blocked"}',
    b'{"code": 9, "message": null}',
    b'{"code": 9, "message": {"text": "blocked"}}',
    b'{"code": 9, "error": "blocked"}',
    b'{"code": 9, "message": "blocked", "error": "by rule 7"}',
    b'{"code": 9, "message": "blocked", "error": {"message": "blocked"}}',
    b'{"code": 9, "message": "blocked", "details": "rule 7"}',
    b'{"code": 9, "message": "blocked", "info": {}}',
    v2(9, "journey is not running")[:-1],
    v2(5, "no such journey") + b"}",
]


@pytest.mark.parametrize(("status", "meaning"), UNCODED)
@pytest.mark.parametrize("body", BODIES)
def test_without_a_code_the_http_status_tells_the_pace_and_the_record_claims_nothing(
    status: int, meaning: type[Failure], body: bytes
) -> None:
    reply = failed(status, body)
    assert type(reply) is meaning
    assert (reply.code.word(status), reply.http_status, reply.hint) == (f"http_{status}", status, None)
    assert (reply.may_have_applied, reply.by_api) == (True, False)


@pytest.mark.parametrize("code", [True, False, "9", 9.0, 0, 17, -1, 10**30, None, [9], {"code": 9}])
def test_what_is_no_known_code_is_no_code(code: Any) -> None:
    assert read(400, v2(code, "why")) == Intercepted(Code.HTTP_STATUS, "why", 400)
    assert read(500, v2(code, "why")) == Lost(Code.HTTP_STATUS, "why", 500)


@pytest.mark.parametrize("code", [0, 17, "9", None, True])
def test_a_success_needs_no_code(code: Any) -> None:
    body = json.dumps({"code": code, "info": {"uuid": UUID, "status": "STATUS_PAUSED", "title": "W"}}).encode()
    assert read(200, body) == Applied("STATUS_PAUSED", "W")


def test_an_error_that_shows_the_wanted_status_too_claims_nothing() -> None:
    shown = {"uuid": UUID, "status": "STATUS_PAUSED"}
    body = json.dumps({"code": 9, "message": "no", "details": [], "info": shown}).encode()
    assert read(400, body) == Intercepted(Code.HTTP_STATUS, "no", 400)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Age", "1"),
        ("Age", " 86400 "),
        ("X-Cache", "Hit from cloudfront"),
        ("X-Cache", "MISS, HIT"),
        ("X-Cache", "TCP_HIT"),
        ("X-Cache-Status", "HIT"),
        ("CF-Cache-Status", "HIT"),
        ("Cache-Status", "ExampleCache; hit; ttl=376"),
        ("X-Cache", "STALE"),
        ("X-Proxy-Cache", "HIT"),
        ("X-Vercel-Cache", "HIT"),
        ("CF-Cache-Status", "REVALIDATED"),
        ("X-Cache-Status", "UPDATING"),
        ("X-Rack-Cache", "fresh"),
        ("X-Cache-Lookup", "HIT from squid:3128"),
        ("X-Cache-Hits", "0, 3"),
        ("X-Cache-Hit", "true"),
        ("X-Varnish", "32770 3"),
        ("Grpc-Status", "14"),
        ("Grpc-Status", "nine"),
    ],
)
def test_an_answer_that_its_header_denies_claims_nothing(name: str, value: str) -> None:
    """One that was stored is the answer to another request."""
    told = f"the answer has the header '{name}: {value.strip()}', so it is not the API's answer to this request"
    assert read(200, journey(), {name: value}) == Intercepted(Code.UNEXPECTED_ANSWER, told, 200)
    assert read(400, v2(9, "journey is not running"), {name: value}) == Intercepted(
        Code.HTTP_STATUS, "journey is not running", 400
    )
    assert type(read(404, b"Not Found", {name: value})) is Misrouted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Age", "0"),
        ("Age", "old"),
        ("X-Cache", "Miss from cloudfront"),
        ("X-Cache", "Error from cloudfront"),
        ("CF-Cache-Status", "DYNAMIC"),
        ("Cache-Status", "ExampleCache; fwd=method"),
        ("Cache-Control", "max-age=0, stale-while-revalidate=9"),
        ("X-Cache-Hits", "0, 0"),
        ("X-Cache-Hit", "false"),
        ("X-Varnish", "32770"),
    ],
)
def test_an_answer_that_passed_a_cache_by_is_believed(name: str, value: str) -> None:
    assert read(200, journey(), {name: value, "Grpc-Status": "0"}) == Applied("STATUS_PAUSED", "Welcome")
    assert type(read(400, v2(9), {name: value, "Grpc-Status": "9"})) is Conflict


def test_a_refusal_that_names_another_journey_is_about_that_one() -> None:
    def asked(message: str, others: set[str]) -> Reply:
        return reply_of(PAUSE, Answer(400, {}, v2(9, message)), NOON, others=others)

    told = f"journey {OTHER.upper()} is not running"
    assert asked(told, {UUID, OTHER}) == Strayed(
        Code.UNEXPECTED_ANSWER, f"the answer is about another journey: {told}", 400
    )
    assert type(asked(f"{told}, nor is {UUID}", {UUID, OTHER})) is Conflict
    assert type(asked(told, {UUID})) is Conflict  # of nobody asked about: a point of this journey's canvas, maybe
    assert type(asked("journey is not running", {UUID, OTHER})) is Conflict


@pytest.mark.parametrize("error", ['"failed"', '{"code":9}', "[]", "0"])
def test_a_journey_beside_an_error_without_a_code_is_no_success_either(error: str) -> None:
    body = journey()[:-1] + f', "error": {error}}}'.encode()
    assert isinstance(read(200, body), Intercepted)


def test_an_error_beside_the_wanted_status_is_no_success() -> None:
    body = json.dumps({"code": 13, "message": "oh", "info": {"uuid": UUID, "status": "STATUS_PAUSED"}}).encode()
    assert read(200, body) == Intercepted(Code.HTTP_STATUS, "oh", 200)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b'{"message": "unauthorized"}', "unauthorized"),
        (b'{"error": {"message": "bad token"}}', "bad token"),
        (b'{"error": "bad token"}', "bad token"),
        (b'{"status_code": 210, "status_message": "bad token"}', "bad token"),
        (b'{"message": 5, "error": [], "status_message": ""}', None),
        (b"", "HTTP 401: an empty body"),
        (b" \n", "HTTP 401: an empty body"),
        (b"<!doctype html><p>Sign in", "HTTP 401: an HTML page, 'Sign in'"),
        (b"<html>\n<script>var x = '<b>';</script><style>p {}</style><!-- x > y -->", "HTTP 401: an HTML page"),
        (
            b"<title>Just a moment...</title><h1>Verify &amp; go <",
            "HTTP 401: an HTML page, 'Just a moment... Verify & go'",
        ),
        (b"go\n  away", "HTTP 401: 'go away'"),
    ],
)
def test_the_servers_words_are_found_wherever_they_stand(body: bytes, message: str | None) -> None:
    expected = message or f"HTTP 401: {body.decode()!r}"
    assert read(401, body) == Unauthorised(Code.HTTP_STATUS, expected, 401, may_have_applied=True)


def test_a_long_message_is_cut_to_500_characters() -> None:
    assert failed(500, v2(13, "é" * 1000)).message == "é" * 500
    assert failed(500, b'{"error": "%s"}' % (b"x" * 501)).message == "x" * 500


@pytest.mark.parametrize("body", [b"Not Found\n", b"Not Found", b"", b"<html>", b"404 page not found", b"[1]"])
def test_a_404_of_somebody_else_says_nothing_about_the_journey(body: bytes) -> None:
    assert type(read(404, body)) is Misrouted


@pytest.mark.parametrize("body", [v2(5, "Not Found"), v1(5, "Not Found"), b'{"message": "Not Found"}'])
def test_the_gateways_own_not_found_is_a_wrong_address(body: bytes) -> None:
    assert type(read(404, body)) is Misrouted


@pytest.mark.parametrize("body", [v2(5, "journey not found"), v2(5, ""), v2(5, "journey 'Not Found'")])
def test_a_404_of_the_api_is_about_the_journey(body: bytes) -> None:
    assert type(read(404, body)) is Refused


@pytest.mark.parametrize("body", [LIMIT_TEXT.encode(), json.dumps({"message": LIMIT_TEXT}).encode()])
def test_a_503_that_says_it_refused_the_call_is_a_refusal_to_the_pace(body: bytes) -> None:
    reply = failed(503, body)
    assert type(reply) is Throttled
    assert reply.may_have_applied  # whoever says so without a code
    assert type(read(500, body)) is Lost


def test_a_503_that_hides_the_words_behind_a_code_of_failure_stays_unknown() -> None:
    assert type(read(503, v2(14, LIMIT_TEXT))) is Lost


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'"STATUS_PAUSED"',
        b"<html>STATUS_PAUSED",
        b'{"info": null}',
        b'{"info": []}',
        b'{"info": "STATUS_PAUSED"}',
        b'{"info": {}}',
        b'{"status": "STATUS_PAUSED"}',
        b'{"message": "ok"}',
        journey(status="STATUS_RUNNING"),
        journey(status="STATUS_UNHEARD_OF"),
        journey(status="status_paused"),
        journey(status=None),
        journey(status=["STATUS_PAUSED"]),
        journey(uuid=OTHER),
        journey(uuid=""),
        journey(uuid=None),
        journey(uuid=[UUID]),
        b'{"info": {"status": "STATUS_PAUSED"}}',
        journey()[:-1],
        journey() + b"}",
        b"\xff" + journey(),
        b"\xef\xbb\xbf" * 2 + journey(),
        journey(title="x").replace(b'"x"', b'"\xff"'),
    ],
)
def test_a_200_without_the_wanted_journey_in_the_wanted_status_is_unknown(body: bytes) -> None:
    reply = failed(200, body)
    assert isinstance(reply, Lost | Intercepted)
    assert reply.may_have_applied
    assert reply.http_status == 200


def test_a_byte_order_mark_before_the_journey_is_passed_over() -> None:
    assert read(200, b"\xef\xbb\xbf" + journey()) == Applied("STATUS_PAUSED", "Welcome")
    start = b"\xef\xbb\xbf" + journey().replace(b"[]", b"[" + b"1," * 9000)
    assert read(200, start, cut="over", too_long=True) == Applied("STATUS_PAUSED", "Welcome")


@pytest.mark.parametrize("status", [201, 202, 204, 206, 304, 500])
def test_a_success_in_the_body_alone_is_none(status: int) -> None:
    assert not isinstance(read(status, journey()), Applied)


@pytest.mark.parametrize("uuid", [UUID.upper(), UUID.title()])
def test_the_journeys_id_is_the_same_in_any_case(uuid: str) -> None:
    assert read(200, journey(uuid=uuid)) == Applied("STATUS_PAUSED", "Welcome")


@pytest.mark.parametrize("title", [None, 5, ["x"], {}])
def test_a_title_that_is_no_text_is_left_out(title: Any) -> None:
    assert read(200, journey(title=title)) == Applied("STATUS_PAUSED", "")


def test_unknown_fields_are_passed_over() -> None:
    assert read(200, journey(pointCounts={"a": "17"}, stop_reason=None)) == Applied("STATUS_PAUSED", "Welcome")


@pytest.mark.parametrize("headers", [{"Retry-After": "4"}, {"RateLimit": '"default";r=0;t=4'}])
def test_any_failure_may_have_a_hint(headers: dict[str, str]) -> None:
    assert failed(503, v2(14, "busy"), headers) == Lost(Code.UNAVAILABLE, "busy", 503, 4.0, by_api=True)
    assert failed(502, b"<html>", headers) == Lost(Code.HTTP_STATUS, "HTTP 502: an HTML page", 502, 4.0)
    assert failed(200, b"<html>", headers) == Intercepted(
        Code.UNREADABLE_ANSWER, "HTTP 200 without a journey: an HTML page", 200, 4.0
    )


@pytest.mark.parametrize("status", [429, 503])
def test_a_hint_among_the_details_counts_where_no_header_asks_to_wait(status: int) -> None:
    body = v2(8, "Too many requests", [{"retryDelay": "9s"}])
    assert failed(status, body) == Throttled(Code.RESOURCE_EXHAUSTED, "Too many requests", status, 9.0, by_api=True)
    assert failed(status, body, {"Retry-After": "4"}).hint == 4.0
    assert failed(status, body, {"RateLimit": '"default";r=0;t=4'}).hint == 9.0


FIFTY_A_SECOND = {"RateLimit-Policy": '"default";q=50;w=1', "RateLimit": '"default";r=0;t=1'}
QUOTAS = (Quota(50, 1.0),)


def test_every_reply_carries_what_the_server_says_of_its_limits() -> None:
    assert read(400, v2(9, "no"), FIFTY_A_SECOND) == Conflict(Code.FAILED_PRECONDITION, "no", 400, 1.0, QUOTAS)
    assert read(409, b"no", FIFTY_A_SECOND) == Intercepted(Code.HTTP_STATUS, "HTTP 409: 'no'", 409, 1.0, QUOTAS)
    assert read(200, journey(), FIFTY_A_SECOND) == Applied("STATUS_PAUSED", "Welcome", 200, 1.0, QUOTAS)


@pytest.mark.parametrize("body", [b"", journey(uuid=OTHER), journey(status="STATUS_RUNNING"), journey()[:-1]])
def test_a_200_that_says_nothing_about_the_journey_still_says_what_the_limits_are(body: bytes) -> None:
    for cut in (None, "the connection closed"):
        reply = failed(200, body, FIFTY_A_SECOND, cut=cut)
        assert (reply.may_have_applied, reply.hint, reply.quotas) == (True, 1.0, QUOTAS)


def test_a_body_too_long_to_read_counts_if_the_journey_comes_first() -> None:
    for start in (journey(), b"\n " + journey().replace(b'{"info": ', b'{ "info" :\n')):
        body = start[: start.index(b'"points"')] + b'"points": [' + b"1," * 9000
        assert read(200, body, cut="over", too_long=True) == Applied("STATUS_PAUSED", "Welcome")


@pytest.mark.parametrize(
    "body",
    [
        b'{"points": [], "info": ' + journey(),
        b'{"points": [{"info": {"status": "STATUS_PAUSED"}}, ',
        journey()[:40],
        b'{"info": [[[[',
        b'{"info": 5, "points": [',
        b'{"info": ' + b"[" * 100_000,
        b"[" * 100_000,
        b"",
        journey(uuid=OTHER),
        journey(status="STATUS_RUNNING"),
        journey(status="NaN").replace(b'"NaN"', b"NaN"),
        journey()[:-1] + b', "code": 9 , "x": "' + b"x" * 9000,
        journey()[:-1] + b', "\\u0063ode": 9, "x": [' + b"1," * 9000,
        journey()[:-1] + b', "info" : {"status"',
    ],
)
def test_a_body_too_long_to_read_is_unknown_otherwise(body: bytes) -> None:
    assert failed(200, body, cut="over", too_long=True).may_have_applied


def test_what_is_made_of_a_body_too_long_to_read_can_be_written_down() -> None:
    body = journey(title="\ud800") + b"," * 100
    assert b'"title": "\\ud800"' in body
    assert encode_line(read(200, body, cut="over", too_long=True))


def test_an_answer_that_was_cut_off_is_unknown_even_if_it_reads_well() -> None:
    assert read(200, journey(), cut="the connection closed") == Lost(
        Code.CUT_OFF, "the answer was cut off: the connection closed", 200
    )


@pytest.mark.parametrize(
    ("status", "meaning"), [(400, Intercepted), (401, Unauthorised), (404, Misrouted), (429, Throttled), (500, Lost)]
)
@pytest.mark.parametrize("length", [15, 60, None])
def test_an_error_that_was_cut_off_claims_nothing_even_if_it_reads_well(
    status: int, meaning: type[Failure], length: int | None
) -> None:
    reply = failed(status, v2(9, "journey is not running")[:length], cut="the connection closed")
    assert (type(reply), reply.may_have_applied, reply.by_api) == (meaning, True, False)


@pytest.mark.parametrize("name", ["gzip", "deflate", "GZIP", "x-gzip"])
@pytest.mark.parametrize("packed", [gzip.compress(journey(), mtime=0), zlib.compress(journey())])
def test_a_compressed_answer_is_read(name: str, packed: bytes) -> None:
    assert read(200, packed, {"Content-Encoding": name}) == Applied("STATUS_PAUSED", "Welcome")


@pytest.mark.parametrize("name", ["br", "gzip, gzip", "gzip", "deflate"])
@pytest.mark.parametrize("body", [journey(), v2(9, "journey is not running"), gzip.compress(journey(), mtime=0) * 2])
def test_an_answer_that_is_not_packed_as_it_says_claims_nothing(name: str, body: bytes) -> None:
    for status in (200, 400):
        assert failed(status, body, {"Content-Encoding": name}).may_have_applied


@pytest.mark.parametrize(
    "body",
    [
        b'{"info": {"status": "STATUS_DRAFT", "uuid": "%s", "status": "STATUS_PAUSED"}}' % UUID.encode(),
        b'{"info": {"uuid": "%s", "uuid": "%s", "status": "STATUS_PAUSED"}}' % (OTHER.encode(), UUID.encode()),
        b'{"info": {}, ' + journey()[1:],
        b'{"\\u0069nfo": {}, ' + journey()[1:],
        b'{"code": 9, "code": null, ' + journey()[1:],
        journey()[:-1] + b', "x": "\xff"}',
    ],
)
def test_what_is_said_twice_or_in_no_letters_is_not_believed(body: bytes) -> None:
    assert failed(200, body).may_have_applied


def test_an_error_with_two_codes_has_none() -> None:
    reply = failed(400, b'{"code": 13, "message": "why", "code": 9}')
    assert (type(reply), reply.code.word(reply.http_status), reply.may_have_applied) == (Intercepted, "http_400", True)


@pytest.mark.parametrize("body", [gzip.compress(journey(), mtime=0)[:60], b"\x1f\x8b", b"", b"\x00" * 50])
def test_an_answer_that_cannot_be_unpacked_is_unknown(body: bytes) -> None:
    assert failed(200, body, {"Content-Encoding": "gzip"}).may_have_applied


@pytest.mark.parametrize("body", [journey(), v2(9, "journey is not running")])
def test_an_answer_whose_packing_ends_early_is_cut_off(body: bytes) -> None:
    packer = zlib.compressobj(wbits=31)
    flushed = packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH)  # all of the body, and no end
    for status in (200, 400):
        assert failed(status, flushed, {"Content-Encoding": "gzip"}).may_have_applied


def test_a_compressed_error_keeps_its_code() -> None:
    packed = gzip.compress(v2(9, "journey is not running"))
    assert read(400, packed, {"Content-Encoding": "gzip"}) == Conflict(
        Code.FAILED_PRECONDITION, "journey is not running", 400
    )


def test_a_gzip_bomb_does_not_go_off() -> None:
    bomb = gzip.compress(b" " * (1 << 26), 1)
    tracemalloc.start()
    reply = read(200, bomb, {"Content-Encoding": "gzip"})
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert isinstance(reply, Failure)
    assert reply.may_have_applied
    assert peak < 1 << 24


@pytest.mark.parametrize(
    "start", [b"[", b'{"a":', b'{"info":[', b'{"info":{"a":', b'{"details":[', b'{"error":{"message":']
)
@pytest.mark.parametrize("status", [200, 404, 500])
def test_a_hundred_thousand_brackets_are_no_journey(start: bytes, status: int) -> None:
    assert not isinstance(read(status, start * 100_000), Applied)


def test_a_number_without_end_is_no_journey() -> None:
    assert failed(200, b'{"info": ' + b"9" * 100_000 + b"}", cut="over", too_long=True).may_have_applied
    assert type(read(500, b'{"code": ' + b"9" * 100_000 + b"}")) is Lost


class Headers(dict[str, str]):
    """Looks names up in any case, as those of a real answer do."""

    def get(self, name: str, default: Any = None) -> Any:
        return next((value for key, value in self.items() if key.lower() == name.lower()), default)


scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("STATUS_PAUSED")
names = st.sampled_from(["info", "code", "message", "error", "details", "status", "uuid", "title", "retryDelay"])
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4))
bodies = (
    st.binary(max_size=80)
    | values.map(lambda value: json.dumps(value).encode())
    | st.builds(lambda body, at: body[: at % len(body)], st.just(journey()), st.integers(0))
    | st.builds(
        lambda body, at, byte: body[:at] + byte + body[at:], st.just(journey()), st.integers(0, 90), st.binary()
    )
)
encodings = st.sampled_from([{}, {"content-encoding": "gzip"}])
LIMIT_FIELDS = ("retry-after", "ratelimit", "ratelimit-policy")
hints = st.text(max_size=40) | st.sampled_from(
    ["5", "Mon, 01 Jan 0001 00:00:00 GMT", "1 Jan 1 0:0 -9999", "9999-12-31", '"a";r=0;t=9', '"a";q=5;w=1']
)


@given(
    status=st.integers(0, 999),
    body=bodies | bodies.map(gzip.compress),
    headers=st.builds(
        lambda coding, *fields: Headers({**coding, **dict(zip(LIMIT_FIELDS, fields, strict=True))}),
        encodings,
        hints,
        hints,
        hints,
    ),
    cut=st.none() | st.text(max_size=5),
    too_long=st.booleans(),
)
def test_any_answer_is_a_reply_that_can_be_written_down(
    status: int, body: bytes, headers: Headers, cut: str | None, too_long: bool
) -> None:
    reply = reply_of(PAUSE, unpacked(Answer(status, headers, body, cut, too_long)), NOON)
    assert encode_line(reply)
    if isinstance(reply, Applied):
        assert status == 200
        assert b"STATUS_PAUSED" in body or headers.get("content-encoding")
    else:
        assert reply.http_status == status
        assert len(reply.message) <= 500
        assert reply.hint is None or 0 <= reply.hint < float("inf")
