"""Laws of the record of what was sent: it is kept by the moment of sending, and the oldest of it may go."""

import pytest

from bulk_journeys.pipeline.pace.history import Past


def past_of(*times: float) -> Past:
    past = Past(5)
    for at in times:
        past.send(at)
    return past


def ten_a_second(seconds: int) -> Past:
    """Return the past of a request each tenth of a second, the first at 0."""
    return past_of(*(tenth / 10 for tenth in range(10 * seconds)))


def test_a_request_counts_from_its_moment_until_just_before_the_end() -> None:
    past = past_of(0.0, 1.0, 2.0, 3.0)
    assert past.accepted(1.0, 3.0) == 2
    assert past.accepted(0.5, 3.5) == 3
    assert past.accepted(1.0, 1.0) == 0


def test_what_was_not_refused_as_far_as_is_known_was_accepted() -> None:
    past = ten_a_second(2)
    assert past.accepted(0.0, 2.0) == 20
    past.refuse(1.5, 0.0)
    assert past.accepted(0.0, 2.0) == 19
    assert past.accepted(0.0, 1.5) == 15


def test_refusals_may_be_heard_of_in_any_order() -> None:
    past = ten_a_second(2)
    for at in (1.5, 0.3, 0.9):
        past.refuse(at, 0.0)
    assert past.accepted(0.0, 1.0) == 8
    assert past.last_refusal(1.5) == 0.9
    assert past.last_refusal(2.0) == 1.5


def test_the_last_refusal_tells_how_long_a_pause_it_asked_for() -> None:
    past = ten_a_second(1)
    past.refuse(0.3, 7.0)
    assert past.pause == 7.0
    past.refuse(0.2, 0.0)
    assert past.pause == 0.0


def test_the_run_begins_with_its_first_request() -> None:
    past = past_of(1e9, 1e9 + 5)
    assert (past.began_at, past.cycle_at) == (1e9, 1e9)


def test_a_rate_is_used_when_four_fifths_of_it_left_but_for_one() -> None:
    past = past_of(*range(7))
    assert past.used(1.0, 0.0, 7.0)
    assert past.used(1.0, 0.0, 10.0)  # 7 of at least 8 - 1
    assert not past.used(1.0, 0.0, 10.1)
    assert not past.used(2.0, 0.0, 7.0)


def test_a_rate_that_got_no_answers_was_not_used() -> None:
    past = past_of(*range(10))
    for at in (3.0, 1.0):
        past.lose(at)
    assert past.used(1.0, 0.0, 10.0)
    past.lose(2.0)
    past.lose(9.0)
    assert not past.used(1.0, 0.0, 10.0)


def test_without_a_refusal_the_last_second_says_what_is_accepted() -> None:
    assert ten_a_second(5).accepted_rate(3.0) == 10.0


def test_after_a_refusal_all_that_was_accepted_since_counts() -> None:
    past = ten_a_second(5)
    for at in (1.0, 1.1, 1.2):
        past.refuse(at, 0.0)
    past.refused_at = 1.0
    assert past.accepted_rate(3.0) == pytest.approx(17 / 2)
    assert past.accepted_rate(1.5) == 2.0  # a stretch of less than a second counts as a second


def test_the_whole_run_accepted_its_answers_in_the_time_of_its_requests() -> None:
    past = ten_a_second(5)
    for _ in range(49):
        past.accept()
    assert past.overall_rate() == pytest.approx(10.0)


def test_a_run_of_one_request_lasts_a_second() -> None:
    past = past_of(3.0)
    past.accept()
    assert past.overall_rate() == 1.0


def test_a_window_gave_what_was_accepted_before_the_request_that_opened_the_next_one() -> None:
    past = past_of(10.0, 20.0, 70.0, 85.0, 130.0)
    for _ in range(31):
        past.accept()
    past.turn_window(70.0)
    assert (past.period, past.window_rate, past.cycle_at) == (60.0, 0.5, 70.0)
    for _ in range(20):
        past.accept()
    past.turn_window(130.0)
    assert past.window_rate == pytest.approx(20 / 60)


def test_a_shorter_cycle_does_not_shorten_the_window() -> None:
    past = past_of(0.0, 60.0, 80.0)
    past.turn_window(60.0)
    past.turn_window(80.0)
    assert past.period == 60.0


def test_a_long_run_forgets_its_beginning_and_counts_on() -> None:
    past = Past(5)
    for at in range(50_000):
        past.send(float(at))
        past.accept()
        if at % 10 == 0:
            past.refuse(float(at), 0.0)
        if at % 1000 == 0:
            past.lose(float(at))
    assert past.accepted(40_000.0, 50_000.0) == 9_000
    assert past.last_refusal(45_001.0) == 45_000.0
    assert past.used(1.0, 40_000.0, 50_000.0)
    assert not past.used(1.3, 40_000.0, 50_000.0)
    assert past.overall_rate() == pytest.approx(50_000 / 49_999)
    assert past.began_at == 0.0


def test_no_more_than_the_last_forty_thousand_requests_are_kept() -> None:
    past = past_of(*range(100_000))
    assert 20_000 <= past.accepted(0.0, 1e6) <= 40_000
    assert past.accepted(90_000.0, 1e6) == 10_000
