"""Laws of stopping: at once where no call can succeed, never because of single rows."""

import pytest

from bulk_journeys.model import (
    Applied,
    Conflict,
    Deferred,
    Lost,
    Misrouted,
    Refused,
    Reply,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.pipeline.guards import Guard, Stop

APPLIED = Applied("STATUS_PAUSED", "Welcome")
STRAY = Misrouted("http_404", "HTTP 404: an HTML page", 404)
UNSENT = Unsent("unreachable", "connection refused")
ANSWERS: list[Reply] = [
    APPLIED,
    Conflict("failed_precondition", "no", 400),
    Refused("not_found", "no", 404),
    Throttled("resource_exhausted", "no", 429),
    Deferred("aborted", "no", 409),
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
    reply = Unauthorised("unauthenticated", "token expired", 401)
    assert guard.observe(reply, exhausted=exhausted) == Stop("unauthorised", "the API refused the token: token expired")


def test_three_answers_of_somebody_else_and_none_of_the_api_stop_the_run() -> None:
    assert watch(STRAY, STRAY, STRAY) == [None, None, "misrouted"]
    assert watch(STRAY, UNSENT, STRAY, UNSENT, STRAY) == [None, None, None, None, "misrouted"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_where_the_api_has_answered_stray_pages_stop_nothing(answer: Reply) -> None:
    assert watch(answer, *[STRAY] * 50) == [None] * 51
    assert watch(STRAY, STRAY, answer, *[STRAY] * 50) == [None] * 53


def test_a_call_that_the_gateway_does_not_know_stops_at_once() -> None:
    unknown = Misrouted("unimplemented", "Method Not Allowed", 501)
    assert watch(unknown) == ["misrouted"]
    assert watch(APPLIED, unknown) == [None, "misrouted"]


def test_the_message_of_a_wrong_address_says_what_came_back() -> None:
    guard = Guard()
    stops = [guard.observe(STRAY, exhausted=False) for _ in range(3)]
    assert stops[-1] == Stop("misrouted", "the base URL does not lead to the lifecycle API: HTTP 404: an HTML page")


def test_nobody_at_home_stops_the_run_when_a_row_has_tried_enough() -> None:
    assert watch(UNSENT, UNSENT) == [None, None]
    assert watch(UNSENT, exhausted=True) == ["unreachable"]


@pytest.mark.parametrize("answer", ANSWERS)
def test_a_network_that_fails_later_costs_rows_and_not_the_run(answer: Reply) -> None:
    assert watch(answer, *[UNSENT] * 50, exhausted=True) == [None] * 51


@pytest.mark.parametrize("reply", [*ANSWERS, Lost("timeout", "no answer in time")])
def test_no_other_reply_stops_anything_however_often_it_comes(reply: Reply) -> None:
    assert watch(*[reply] * 200, exhausted=True) == [None] * 200


def test_a_page_that_says_200_to_everything_is_somebody_else() -> None:
    guard = Guard()
    page = Lost("unreadable_answer", "HTTP 200 without a journey: an HTML page", 200)
    assert [guard.observe(page, exhausted=False) for _ in range(2)] == [None, None]
    stop = guard.observe(page, exhausted=False)
    assert stop is not None
    assert stop.ending == "misrouted"


def test_a_lost_answer_does_not_prove_that_the_api_is_there() -> None:
    guard = Guard()
    guard.observe(Lost("timeout", "no answer in time"), exhausted=False)
    stop = guard.observe(Unsent("unreachable", "connection refused"), exhausted=True)
    assert stop is not None
    assert stop.ending == "unreachable"


def test_a_row_is_not_given_up_because_of_a_stranger_while_the_api_was_never_heard() -> None:
    stop = Guard().observe(Misrouted("http_404", "HTTP 404: 'Not Found'", 404), exhausted=True)
    assert stop is not None
    assert stop.ending == "misrouted"
