"""Laws of trying again: what may be said of a row, how often it is tried, how long it waits."""

import itertools
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.model import (
    Applied,
    Conflict,
    Deferred,
    Doubt,
    Failure,
    Intercepted,
    Loss,
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
from bulk_journeys.pipeline.retry import Again, History, LeaveOpen, Left, RetryPolicy, Settle, Verdict, decide

POLICY = RetryPolicy(tries=3, refusals=4, base=1.0, cap=20.0)
APPLIED = Applied("STATUS_PAUSED", "Welcome")
CONFLICT = Conflict(Code.FAILED_PRECONDITION, "journey is not running", 400)
LOST = Lost(Code.TIMEOUT, "no answer in time")
UNSENT = Unsent(Code.UNREACHABLE, "connection refused")
THROTTLED = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429)
DEFERRED = Deferred(Code.ABORTED, "try again", 409)
FORBIDDEN = Refused(Code.PERMISSION_DENIED, "not yours", 403)
NOT_FOUND = Refused(Code.NOT_FOUND, "no such journey", 404)
BAD_ID = Refused(Code.INVALID_ARGUMENT, "bad id", 400)
OUT_OF_RANGE = Refused(Code.OUT_OF_RANGE, "no", 400)
PAGE = Intercepted(Code.HTTP_STATUS, "HTTP 403: an HTML page", 403)
VAGUE = Throttled(Code.RESOURCE_EXHAUSTED, "busy", 429, may_have_applied=True)
STRAY = Misrouted(Code.HTTP_STATUS, "HTTP 404: an HTML page", 404, may_have_applied=True)
FOREIGN = Unauthorised(Code.HTTP_STATUS, "unauthorized", 401, may_have_applied=True)
NO_ROUTE = Misrouted(Code.NOT_FOUND, "Not Found", 404)
NO_TOKEN = Unauthorised(Code.UNAUTHENTICATED, "unauthorized", 401)

LEFT = Left(5.0, 40.0)


def doubt(attempt: int, loss: Loss, message: str) -> Doubt:
    return Doubt(loss, attempt, 5.0, 40.0, message=message)


NO_ANSWER = "no answer in time"
VAGUELY = doubt(1, Loss.UNCLEAR_REFUSAL, "busy")

REPLIES: list[Reply] = [
    APPLIED, CONFLICT, LOST, UNSENT, THROTTLED, DEFERRED, FORBIDDEN, PAGE, VAGUE, STRAY, FOREIGN, NO_ROUTE, NO_TOKEN,
    NOT_FOUND, BAD_ID, OUT_OF_RANGE,
]  # fmt: skip


def after(*replies: Reply) -> tuple[History, Verdict]:
    """Go on until the row is settled, or to the end of *replies*."""
    history = History()
    for reply in replies:
        history = history.after(reply, LEFT)
        verdict = decide(POLICY, history, reply, 0.5)
        if not isinstance(verdict, Again):
            break
    return history, verdict


@pytest.mark.parametrize(
    ("replies", "verdict"),
    [
        ([APPLIED], Settle(Outcome.APPLIED)),
        ([CONFLICT], Settle(Outcome.CONFLICT)),
        ([FORBIDDEN], Settle(Outcome.REJECTED)),
        ([NOT_FOUND], Settle(Outcome.REJECTED)),
        ([NO_TOKEN], LeaveOpen()),
        ([THROTTLED], Again(0.0)),
        ([LOST], Again(0.5)),
        ([UNSENT], Again(0.5)),
        ([DEFERRED], Again(0.5)),
        ([STRAY], Again(0.5)),
        ([LOST, UNSENT], Again(1.0)),
        ([UNSENT, UNSENT, UNSENT], Settle(Outcome.FAILED)),
        ([DEFERRED, DEFERRED, DEFERRED], Settle(Outcome.FAILED)),
        ([NO_ROUTE, NO_ROUTE, NO_ROUTE], Settle(Outcome.FAILED)),
        ([STRAY] * 3, Settle(Outcome.IN_DOUBT, doubt(3, Loss.FOREIGN_ANSWER, "HTTP 404: an HTML page"))),
        ([PAGE] * 3, Settle(Outcome.IN_DOUBT, doubt(3, Loss.FOREIGN_ANSWER, "HTTP 403: an HTML page"))),
        ([VAGUE], Again(0.0)),
        ([VAGUE, APPLIED], Settle(Outcome.APPLIED)),
        ([VAGUE, THROTTLED, THROTTLED, THROTTLED], Settle(Outcome.IN_DOUBT, VAGUELY)),
        ([VAGUE, BAD_ID], Settle(Outcome.IN_DOUBT, VAGUELY)),
        ([VAGUE, CONFLICT], Settle(Outcome.IN_DOUBT, VAGUELY)),
        ([THROTTLED] * 4, Settle(Outcome.FAILED)),
        ([LOST, LOST, LOST], Settle(Outcome.IN_DOUBT, doubt(3, Loss.NO_ANSWER, NO_ANSWER))),
        ([UNSENT, LOST, APPLIED], Settle(Outcome.APPLIED)),
        ([UNSENT, LOST, CONFLICT], Settle(Outcome.IN_DOUBT, doubt(2, Loss.NO_ANSWER, NO_ANSWER))),
        ([LOST, NOT_FOUND], Settle(Outcome.IN_DOUBT, doubt(1, Loss.NO_ANSWER, NO_ANSWER))),
    ],
)
def test_a_row_is_judged_by_its_latest_reply_and_its_past(replies: Sequence[Reply], verdict: Verdict) -> None:
    assert after(*replies)[1] == verdict


@pytest.mark.parametrize(
    "past", [n for k in range(1, 4) for n in itertools.product([LOST, UNSENT, THROTTLED, PAGE, VAGUE], repeat=k)]
)
@pytest.mark.parametrize("last", REPLIES)
def test_after_a_lost_answer_only_a_success_is_definite(past: tuple[Reply, ...], last: Reply) -> None:
    history = History()
    for reply in (*past, last):
        history = history.after(reply, LEFT)
    verdict = decide(RetryPolicy(tries=1, refusals=1), history, last, 0.5)
    doubtful = any(isinstance(reply, Failure) and reply.may_have_applied for reply in (*past, last))
    if isinstance(verdict, Settle) and doubtful and verdict.outcome is not Outcome.IN_DOUBT:
        assert last == APPLIED
    if not isinstance(last, Applied) and doubtful:
        assert history.doubt


@given(st.lists(st.sampled_from(REPLIES), min_size=1, max_size=12))
def test_doubt_is_only_where_an_answer_was_lost(replies: list[Reply]) -> None:
    history, verdict = after(*replies)
    if isinstance(verdict, Settle) and verdict.outcome is Outcome.IN_DOUBT:
        seen = replies[: history.attempts]
        assert any(isinstance(reply, Failure) and reply.may_have_applied for reply in seen)


@given(st.lists(st.sampled_from(REPLIES), min_size=1, max_size=12))
def test_applied_is_only_what_the_api_called_so(replies: list[Reply]) -> None:
    history, verdict = after(*replies)
    if isinstance(verdict, Settle):
        assert (verdict.outcome is Outcome.APPLIED) == (replies[history.attempts - 1] == APPLIED)


def test_doubt_of_an_earlier_run_is_doubt() -> None:
    earlier = Doubt(Loss.IN_FLIGHT, 2, 5.0, 40.0)
    history = History(attempts=2, doubt=earlier).after(CONFLICT, LEFT)
    assert decide(POLICY, history, CONFLICT, 0.5) == Settle(Outcome.IN_DOUBT, earlier)


def test_a_wrong_address_settles_no_doubt_even_in_the_words_of_a_missing_journey() -> None:
    verdict = after(LOST, NO_ROUTE, NO_ROUTE)[1]
    assert isinstance(verdict, Settle)
    assert verdict.outcome is Outcome.IN_DOUBT


def test_throttling_costs_no_try() -> None:
    history, verdict = after(UNSENT, THROTTLED, THROTTLED, THROTTLED, UNSENT)
    assert (history.attempts, history.tries, history.refusals) == (5, 2, 3)
    assert verdict == Again(1.0)


@pytest.mark.parametrize("reply", [UNSENT, LOST, PAGE])
def test_an_outage_costs_no_try_and_what_was_lost_in_it_is_remembered(reply: Reply) -> None:
    history = History()
    for _ in range(50):
        history = history.after(reply, LEFT, excused=True)
        assert decide(POLICY, history, reply, 0.5) == Again(0.5)
    assert (history.attempts, history.tries) == (50, 0)
    assert (history.doubt is not None) == (reply != UNSENT)


@given(st.lists(st.sampled_from([LOST, UNSENT, THROTTLED, DEFERRED, STRAY, PAGE, VAGUE]), min_size=7, max_size=7))
def test_attempts_are_bounded_whatever_the_answers(replies: list[Reply]) -> None:
    history, verdict = after(*replies)
    assert isinstance(verdict, Settle)
    assert history.tries <= 3
    assert history.refusals <= 4
    assert history.attempts <= 6


@pytest.mark.parametrize(
    ("nth", "longest"),
    [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 16.0), (7, 20.0), (8, 20.0), (5000, 20.0)],
)
@given(jitter=st.floats(0, 1, exclude_max=True))
def test_back_off_stays_within_its_bounds_for_all_jitter(nth: int, longest: float, jitter: float) -> None:
    seconds = RetryPolicy().backoff(nth, jitter)
    assert 0 <= seconds <= longest
    assert seconds == pytest.approx(jitter * longest)
