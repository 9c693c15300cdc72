"""Laws of the number under way: a limit on it is proved, tried again, and lowered where a server has too much to do."""

from math import inf
from random import Random

import pytest

from bulk_journeys.model import FailureCode as Code
from bulk_journeys.model import Lost, Reply, Throttled, Unsent
from bulk_journeys.pipeline.pace.concurrency import EASE, TRY_AGAIN, Lanes
from bulk_journeys.pipeline.pace.fixed_pace import Turn
from tests.fakes import APPLIED, CONFLICT

CROWDED = Throttled(Code.UNAVAILABLE, "concurrent requests limit", 503)
REFUSED = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429)
TIMEOUT = Lost(Code.TIMEOUT, "no answer")


def answer(lanes: Lanes, under_way: int = 1, reply: Reply = APPLIED, *, at: float = 0.0, latency: float = 0.1) -> None:
    """Have a request answered that left *at* that second, with *under_way* of them."""
    lanes.take()
    lanes.answered(reply, Turn(at, 20.0, under_way), at + latency)


def refuse(lanes: Lanes, under_way: int, reply: Throttled = REFUSED, *, at: float = 0.0) -> bool:
    lanes.take()
    return lanes.refused(reply, Turn(at, 20.0, under_way))


def test_those_under_way_are_counted_with_the_new_one() -> None:
    lanes = Lanes()
    assert [lanes.take() for _ in range(3)] == [1, 2, 3]
    lanes.answered(APPLIED, Turn(0.0, 20.0, 1), 0.1)
    lanes.refused(REFUSED, Turn(0.0, 20.0, 2))
    assert lanes.under_way == 1
    assert lanes.take() == 2


def test_without_a_sign_of_a_limit_any_number_may_be_under_way() -> None:
    lanes = Lanes()
    for _ in range(1000):
        answer(lanes, 50)
    assert lanes.found is None
    assert lanes.most == inf


def test_a_limit_that_is_known_holds_from_the_beginning() -> None:
    assert (Lanes(4).found, Lanes(4).most) == (4, 4)


def test_a_server_that_says_too_many_at_once_is_believed_where_unusually_many_are_under_way() -> None:
    lanes = Lanes()
    for _ in range(50):
        answer(lanes, 2)
    assert refuse(lanes, 5, CROWDED)
    assert (lanes.found, lanes.most) == (4, 4)


def test_a_server_that_says_so_now_and_then_whatever_is_under_way_is_not_believed() -> None:
    lanes, jitter = Lanes(), Random(1)
    for _ in range(2000):
        answer(lanes, jitter.randint(8, 12))
        if jitter.random() < 0.05:
            refuse(lanes, jitter.randint(8, 12), CROWDED)
    assert lanes.found is None or lanes.found >= 7


def test_more_that_are_too_many_do_not_raise_a_limit() -> None:
    lanes = Lanes(8)
    assert refuse(lanes, 12, CROWDED)
    assert lanes.found == 8


def test_a_refusal_with_fewer_under_way_than_the_limit_allows_has_another_reason() -> None:
    lanes = Lanes(4)
    assert not refuse(lanes, 3)
    assert lanes.found == 4
    assert refuse(lanes, 4)
    assert lanes.found == 3


def test_refusals_with_as_many_under_way_as_usual_prove_no_limit() -> None:
    lanes = Lanes()
    for _ in range(2):
        lanes.take()
    for _ in range(200):
        answer(lanes, 3)
    for second in range(1000):
        answer(lanes, 3, at=float(second))
        assert not refuse(lanes, 3, at=float(second))
    assert lanes.found is None


def test_refusals_that_come_whenever_unusually_many_are_under_way_prove_a_limit_of_one_less() -> None:
    lanes, seconds = Lanes(), 0
    while lanes.found is None and seconds < 10:
        seconds += 1
        for _ in range(50):
            answer(lanes, 1, at=float(seconds))
        answers_missing = [lanes.take() for _ in range(5)]
        refuse(lanes, 6, at=float(seconds))
        for under_way in answers_missing:
            lanes.answered(APPLIED, Turn(float(seconds), 20.0, under_way), seconds + 0.1)
    assert lanes.found == 5


def test_a_burst_of_refusals_proves_no_more_than_one_does() -> None:
    lanes = Lanes()
    for _ in range(100):
        answer(lanes, 1)
    assert not any(refuse(lanes, 3, at=5.0 + hundredth / 100) for hundredth in range(99))
    assert lanes.found is None


def test_one_more_is_tried_after_many_answers_at_the_limit_and_then_two_more() -> None:
    lanes, limits = Lanes(4), []
    for _ in range(3):
        for _ in range(TRY_AGAIN):
            answer(lanes, lanes.found or 0)
        limits.append(lanes.found)
    assert limits == [5, 7, 11]


def test_a_try_that_is_refused_is_taken_back_and_the_next_is_of_one_again() -> None:
    lanes = Lanes(4)
    for _ in range(2 * TRY_AGAIN):
        answer(lanes, 7)
    assert lanes.found == 7
    assert refuse(lanes, 7)
    assert lanes.found == 6
    for _ in range(TRY_AGAIN):
        answer(lanes, 6)
    assert lanes.found == 7


def test_answers_below_the_limit_do_not_speak_for_a_higher_one() -> None:
    lanes = Lanes(4)
    for _ in range(10 * TRY_AGAIN):
        answer(lanes, 3)
    assert lanes.found == 4


def test_an_overloaded_server_is_left_with_seven_tenths_of_what_it_had() -> None:
    lanes = Lanes()
    for _ in range(5):
        answer(lanes, 20, TIMEOUT)  # 1 - (15 / 16) ** 5 = 0.28
    assert lanes.most == inf
    answer(lanes, 20, TIMEOUT)  # 1 - (15 / 16) ** 6 = 0.32
    assert lanes.most == pytest.approx(14.0)


def test_a_burst_of_failures_lowers_the_number_once() -> None:
    lanes = Lanes()
    for _ in range(60):
        answer(lanes, 20, TIMEOUT, at=0.0, latency=1.0)
    assert lanes.most == pytest.approx(14.0)
    for _ in range(6):
        answer(lanes, 14, TIMEOUT, at=2.0, latency=1.0)
    assert lanes.most == pytest.approx(9.8)


def test_an_overloaded_server_is_always_left_with_one() -> None:
    lanes = Lanes()
    for second in range(1000):
        answer(lanes, 1, TIMEOUT, at=float(second))
    assert lanes.most == 1.0


def test_a_server_that_recovers_is_given_one_more_each_round() -> None:
    lanes = Lanes()
    for _ in range(6):
        answer(lanes, 20, TIMEOUT)
    for most in (15, 16, 17):
        for _ in range(most - 1):
            answer(lanes, most - 1, at=1.0)
        assert lanes.most == pytest.approx(most, abs=0.2)


def test_a_server_that_has_recovered_is_trusted_as_before() -> None:
    lanes = Lanes()
    for _ in range(6):
        answer(lanes, 20, TIMEOUT)
    for _ in range(14 * 40):
        answer(lanes, 20, at=1.0)
    assert lanes.most < inf
    for _ in range(40 * 40):
        answer(lanes, 20, at=1.0)
    assert lanes.most == inf


def test_the_smaller_of_the_limit_and_the_strain_counts() -> None:
    lanes = Lanes(4)
    for _ in range(6):
        answer(lanes, 4, TIMEOUT)
    assert lanes.most == pytest.approx(4 * EASE)
    assert lanes.found == 4


def test_five_failures_in_a_hundred_answers_change_nothing() -> None:
    lanes = Lanes()
    for number in range(2000):
        answer(lanes, 20, TIMEOUT if number % 20 == 0 else APPLIED, at=float(number))
    assert lanes.most == inf


@pytest.mark.parametrize(
    "reply", [CONFLICT, Lost(Code.INTERNAL, "a bug", 500), Unsent(Code.UNREACHABLE, "refused")], ids=str
)
def test_a_failure_that_says_nothing_of_overload_changes_nothing(reply: Reply) -> None:
    lanes = Lanes()
    for second in range(100):
        answer(lanes, 20, reply, at=float(second))
    assert lanes.most == inf


def test_answers_that_become_slow_show_a_queue_inside_the_server() -> None:
    lanes = Lanes()
    for number in range(1000):
        answer(lanes, 20, at=number / 10, latency=0.1)
    for _ in range(10):
        answer(lanes, 20, at=101.0, latency=1.0)
    assert lanes.most == pytest.approx(14.0, abs=0.5)


def test_answers_that_were_always_slow_are_usual() -> None:
    lanes = Lanes()
    for number in range(1000):
        answer(lanes, 20, at=float(number), latency=8.0 + number % 5)
    assert lanes.most == inf


def test_a_single_slow_answer_changes_nothing() -> None:
    lanes = Lanes()
    for number in range(1000):
        answer(lanes, 20, at=float(number), latency=3.0 if number % 100 == 99 else 0.1)
    assert lanes.most == inf
