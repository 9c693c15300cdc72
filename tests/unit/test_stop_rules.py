"""Laws of stopping: at once where no call can succeed, never because of single rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import UsageError
from bulk_journeys.model import (
    Applied,
    Conflict,
    Deferred,
    Ending,
    Intercepted,
    Lost,
    Misrouted,
    Outcome,
    Refused,
    Reply,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.model import (
    FailureCode as Code,
)
from bulk_journeys.pipeline.stop_rules import Guard, Stop, Tolerance, parse_tolerance

APPLIED = Applied("STATUS_PAUSED", "Welcome")
STRAY = Misrouted(Code.HTTP_STATUS, "HTTP 404: an HTML page", 404)
PAGE = Intercepted(Code.HTTP_STATUS, "HTTP 403: an HTML page", 403)
TIMEOUT = Lost(Code.TIMEOUT, "no answer in time")
UNSENT = Unsent(Code.UNREACHABLE, "connection refused")
ANSWERS: list[Reply] = [
    APPLIED,
    Conflict(Code.FAILED_PRECONDITION, "no", 400),
    Refused(Code.NOT_FOUND, "no", 404),
    Throttled(Code.RESOURCE_EXHAUSTED, "no", 429, by_api=True),
    Deferred(Code.ABORTED, "no", 409),
    Lost(Code.INTERNAL, "no", 500, by_api=True),
]


def watch(*replies: Reply, exhausted: bool = False) -> list[str | None]:
    guard = Guard()
    stops = [guard.observe(reply, exhausted=exhausted) for reply in replies]
    return [stop and stop.ending for stop in stops]


@pytest.mark.parametrize("exhausted", [True, False])
def test_a_refused_token_stops_at_once_also_late_in_a_run(exhausted: bool) -> None:
    guard = Guard()
    for _ in range(100):
        assert guard.observe(APPLIED, exhausted=True) is None
    reply = Unauthorised(Code.UNAUTHENTICATED, "token expired", 401)
    assert guard.observe(reply, exhausted=exhausted) == Stop(
        Ending.UNAUTHORISED, "the API refused the token: token expired"
    )


def test_three_answers_of_somebody_else_and_none_of_the_api_stop_the_run() -> None:
    assert watch(STRAY, STRAY, STRAY) == [None, None, "misrouted"]
    assert watch(STRAY, UNSENT, STRAY, UNSENT, STRAY) == [None, None, None, None, "misrouted"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_single_stray_answers_stop_nothing_and_three_in_succession_do_also_late_in_a_run(answer: Reply) -> None:
    assert watch(*[answer, STRAY, STRAY] * 50, exhausted=True) == [None] * 150
    assert watch(answer, STRAY, TIMEOUT, STRAY, STRAY) == [None, None, None, None, "misrouted"]


def test_a_call_that_the_gateway_does_not_know_stops_at_once() -> None:
    unknown = Misrouted(Code.UNIMPLEMENTED, "Method Not Allowed", 501)
    assert watch(unknown) == ["misrouted"]
    assert watch(APPLIED, unknown) == [None, "misrouted"]


def test_the_message_of_a_wrong_address_says_what_came_back() -> None:
    guard = Guard()
    stops = [guard.observe(STRAY, exhausted=False) for _ in range(3)]
    assert stops[-1] == Stop(
        Ending.MISROUTED, "the base URL does not lead to the lifecycle API: HTTP 404: an HTML page"
    )


def test_nobody_at_home_stops_the_run_when_a_row_has_tried_enough() -> None:
    assert watch(UNSENT, UNSENT) == [None, None]
    assert watch(UNSENT, exhausted=True) == ["unreachable"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_network_that_fails_later_costs_rows_and_not_the_run(answer: Reply) -> None:
    assert watch(answer, *[UNSENT] * 50, exhausted=True) == [None] * 51


@pytest.mark.parametrize("reply", [*ANSWERS, TIMEOUT, PAGE])
def test_no_other_reply_stops_anything_however_often_it_comes(reply: Reply) -> None:
    assert watch(*[reply] * 200, exhausted=True) == [None] * 200


def test_a_page_that_says_200_to_everything_is_somebody_else() -> None:
    guard = Guard()
    page = Intercepted(Code.UNREADABLE_ANSWER, "HTTP 200 without a journey: an HTML page", 200)
    assert [guard.observe(page, exhausted=False) for _ in range(2)] == [None, None]
    stop = guard.observe(page, exhausted=False)
    assert stop is not None
    assert stop.ending == "misrouted"


def test_a_page_that_says_200_later_is_for_the_breaker() -> None:
    page = Intercepted(Code.UNREADABLE_ANSWER, "HTTP 200 without a journey: an HTML page", 200)
    assert watch(APPLIED, *[page] * 50, exhausted=True) == [None] * 51


# The first time at an address


def first_time(*replies: Reply) -> tuple[list[str | None], Guard]:
    guard = Guard(stranger=True)
    stops = [guard.observe(reply, exhausted=False) for reply in replies]
    return [stop and stop.ending for stop in stops], guard


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_stranger_is_met_by_the_first_answer_that_is_the_apis_own_whatever_it_says(answer: Reply) -> None:
    assert Guard().met
    lost: list[Reply] = [TIMEOUT, PAGE]
    stops, guard = first_time(*lost, answer, *lost * 50)
    assert stops == [None] * 103
    assert guard.met


@pytest.mark.parametrize(
    ("reply", "ending"),
    [
        (TIMEOUT, "unreachable"),
        (Lost(Code.CONNECTION_LOST, "the server closed the connection"), "unreachable"),
        (PAGE, "intercepted"),
        (Intercepted(Code.INVALID_HTTP, "the answer is not valid HTTP"), "intercepted"),
        (Intercepted(Code.UNREADABLE_ANSWER, "HTTP 200 without a journey: an HTML page", 200), "misrouted"),
        (Throttled(Code.HTTP_STATUS, "HTTP 429: an HTML page", 429, may_have_applied=True), "unreachable"),
        (STRAY, "misrouted"),
    ],
)
def test_three_answers_that_nobody_understands_stop_a_first_run(reply: Reply, ending: str) -> None:
    stops, guard = first_time(TIMEOUT, UNSENT, TIMEOUT, UNSENT, reply)
    assert stops == [None] * 4 + [ending]
    assert not guard.met


def test_what_was_never_sent_says_nothing_about_a_stranger() -> None:
    stops, guard = first_time(*[UNSENT] * 50)
    assert stops == [None] * 50
    assert not guard.met


def test_a_lost_answer_does_not_prove_that_the_api_is_there() -> None:
    guard = Guard()
    guard.observe(Lost(Code.TIMEOUT, "no answer in time"), exhausted=False)
    stop = guard.observe(Unsent(Code.UNREACHABLE, "connection refused"), exhausted=True)
    assert stop is not None
    assert stop.ending == "unreachable"


def test_a_row_is_not_given_up_because_of_a_stranger_while_the_api_was_never_heard() -> None:
    stop = Guard().observe(Misrouted(Code.HTTP_STATUS, "HTTP 404: 'Not Found'", 404), exhausted=True)
    assert stop is not None
    assert stop.ending == "misrouted"


DONE, CONFLICT, REJECTED = Outcome.APPLIED, Outcome.CONFLICT, Outcome.REJECTED
BAD = [REJECTED, Outcome.FAILED, Outcome.IN_DOUBT]


def settle(guard: Guard, *outcomes: Outcome) -> list[str | None]:
    stops = [guard.settled(outcome) for outcome in outcomes]
    return [stop and stop.ending for stop in stops]


@pytest.mark.parametrize(
    ("text", "tolerance"),
    [
        ("0", Tolerance(count=0)),
        ("25", Tolerance(count=25)),
        (" 25 ", Tolerance(count=25)),
        ("0%", Tolerance(share=0.0)),
        ("5%", Tolerance(share=0.05)),
        ("5 %", Tolerance(share=0.05)),
        ("0.5%", Tolerance(share=0.005)),
        ("100%", Tolerance(share=1.0)),
    ],
)
def test_a_tolerance_is_a_number_of_rows_or_a_share_of_them(text: str, tolerance: Tolerance) -> None:
    assert parse_tolerance(text, "--max-failures") == tolerance


@pytest.mark.parametrize(
    "text",
    ["", "-1", "101%", "100.1%", "abc", "nan%", "nan", "inf", "1e3", "1_0", "5%%", "%", ".5%", "1.5", "٣", "-5%"],
)
def test_what_is_no_tolerance_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse_tolerance(text, "--max-failures")
    words = f"--max-failures: {text!r} is no number of rows and no share of them; write '25', '5%' or '0.5%'"
    assert str(refused.value) == words


@pytest.mark.parametrize("outcome", BAD)
def test_one_failure_more_than_the_count_stops_the_run(outcome: Outcome) -> None:
    guard = Guard(Tolerance(count=2))
    assert settle(guard, outcome, DONE, outcome, DONE) == [None] * 4
    words = "3 of 5 rows came to nothing, more than the 2 of --max-failures"
    assert guard.settled(outcome) == Stop(Ending.FAILURES, words)


def test_a_count_of_none_stops_at_the_first_failure() -> None:
    assert settle(Guard(Tolerance(count=0)), DONE, REJECTED) == [None, "failures"]


def test_a_share_says_nothing_before_twenty_rows_are_finished() -> None:
    guard = Guard(Tolerance(share=0.05))
    assert settle(guard, *[REJECTED] * 19) == [None] * 19
    assert guard.settled(REJECTED) == Stop(
        Ending.FAILURES, "20 of 20 rows came to nothing, more than the 5 % of --max-failures"
    )


def test_more_than_the_share_stops_the_run_and_just_as_much_does_not() -> None:
    guard = Guard(Tolerance(share=0.1))
    assert settle(guard, *[DONE] * 18, REJECTED, REJECTED) == [None] * 20
    assert guard.settled(REJECTED) == Stop(
        Ending.FAILURES, "3 of 21 rows came to nothing, more than the 10 % of --max-failures"
    )


@given(st.integers(0, 100))
def test_a_share_of_a_hundred_rows_is_exactly_as_many(percent: int) -> None:
    tolerance = parse_tolerance(f"{percent}%", "--max-failures")
    assert not tolerance.exceeded(percent, 100)
    assert tolerance.exceeded(percent + 1, 100)


def test_a_conflict_is_a_failure_only_to_the_strict() -> None:
    assert settle(Guard(Tolerance(count=0)), CONFLICT) == [None]
    assert settle(Guard(Tolerance(count=0), strict=True), CONFLICT) == ["failures"]


def test_without_a_tolerance_any_number_of_rows_may_fail() -> None:
    assert settle(Guard(), *BAD * 100) == [None] * 300


@pytest.mark.parametrize(
    ("outcome", "words"), [(REJECTED, "was rejected"), (Outcome.FAILED, "failed"), (Outcome.IN_DOUBT, "is in doubt")]
)
def test_a_canary_that_fails_stops_the_run_and_says_how(outcome: Outcome, words: str) -> None:
    guard = Guard(canary=3)
    assert settle(guard, DONE, CONFLICT) == [None, None]
    assert guard.settled(outcome) == Stop(Ending.CANARY, f"a row of the canary {words}: no row after it was begun")


def test_a_conflict_in_the_canary_stops_only_the_strict() -> None:
    stop = Guard(strict=True, canary=1).settled(CONFLICT)
    assert stop == Stop(Ending.CANARY, "a row of the canary met a conflict: no row after it was begun")


def test_behind_the_canary_only_the_tolerance_counts() -> None:
    guard = Guard(Tolerance(count=1), canary=2)
    assert settle(guard, DONE, DONE, REJECTED, REJECTED) == [None, None, None, "failures"]
