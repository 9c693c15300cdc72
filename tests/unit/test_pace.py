"""Laws of the pace: no window is ever exceeded, and a pause holds for everybody."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import UsageError
from bulk_journeys.model import (
    Applied,
    Conflict,
    Deferred,
    Failure,
    Lost,
    Misrouted,
    Refused,
    Reply,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.pipeline.pace import FixedPace, Rate, parse_rates

APPLIED = Applied("STATUS_PAUSED", "Welcome")
FULL = 1 - 2**-53
"""The highest number that dice show."""


def throttled(hint: float | None = None) -> Throttled:
    return Throttled("resource_exhausted", "slow down", 429, hint)


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("off", ()),
        (" off ", ()),
        ("10/s", (Rate(10, 1.0),)),
        ("1/2s", (Rate(1, 2.0),)),
        ("600/m", (Rate(600, 60.0),)),
        ("5/h", (Rate(5, 3600.0),)),
        ("100/15m", (Rate(100, 900.0),)),
        ("3/s,60/m", (Rate(3, 1.0), Rate(60, 60.0))),
        (" 3 / s , 60 / 2 m ", (Rate(3, 1.0), Rate(60, 120.0))),
        ("999999/s", (Rate(999999, 1.0),)),
    ],
)
def test_a_rate_is_read_as_it_is_said(text: str, rates: tuple[Rate, ...]) -> None:
    assert parse_rates(text) == rates


@pytest.mark.parametrize(
    "text",
    ["", " ", "10", "0/s", "-1/s", "1/0s", "1.5/s", "10/d", "10/S", "s", "/s", "10/s,", ",10/s", "10/s;5/m", "10//s",
     "1000000/s", "1e3/s", "off,10/s", "OFF", "10/s off", "ten/s", "10/s\n10/s", "10/1.5s"],
)  # fmt: skip
def test_what_is_no_rate_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="is not a rate; write '10/s'"):
        parse_rates(text)


rates = st.lists(st.builds(Rate, st.integers(1, 5), st.sampled_from([0.5, 1.0, 7.0, 60.0])), min_size=1, max_size=3)


@given(rates, st.lists(st.floats(0, 10), max_size=40), st.floats(0, 1e9))
def test_no_window_is_exceeded_wherever_it_begins(rates: list[Rate], idle: list[float], start: float) -> None:
    pace, now, taken = FixedPace(rates), start, list[float]()
    for seconds in idle:
        now += seconds
        while (delay := pace.delay(now)) > 0:
            now += delay
        pace.take(now)
        taken.append(now)
    for limit, period in rates:
        assert all(after - before >= period - 1e-6 for before, after in zip(taken, taken[limit:], strict=False))


@given(rates, st.lists(st.floats(0, 10), max_size=10), st.floats(-10, 100))
def test_asking_changes_nothing(rates: list[Rate], taken: list[float], now: float) -> None:
    pace = FixedPace(rates)
    for moment in sorted(taken):
        pace.take(moment)
    assert len({pace.delay(now) for _ in range(5)}) == 1


def test_a_window_opens_when_its_first_turn_leaves_it() -> None:
    pace = FixedPace([Rate(2, 10.0)])
    pace.take(100.0)
    assert pace.delay(101.0) == 0.0
    pace.take(103.0)
    assert pace.delay(103.0) == 7.0
    assert pace.delay(110.0) == 0.0
    pace.take(110.0)
    assert pace.delay(110.0) == 3.0


def test_the_longest_of_all_waits_counts() -> None:
    pace = FixedPace([Rate(1, 2.0), Rate(2, 60.0)])
    pace.take(0.0)
    assert pace.delay(0.0) == 2.0
    pace.take(2.0)
    assert pace.delay(2.0) == 58.0
    pace.learn(throttled(90.0), 2.0, 3.0, 0.5)
    assert pace.delay(3.0) == 90.0


def test_the_spacing_is_that_of_the_shortest_window() -> None:
    assert FixedPace(parse_rates("60/m,4/s")).spacing == 0.25
    assert FixedPace(parse_rates("1/2s")).spacing == 2.0
    assert FixedPace([]).spacing == 0.0


def test_without_rates_and_refusals_nobody_waits() -> None:
    pace = FixedPace([])
    for now in range(100):
        assert pace.delay(now) == 0.0
        pace.take(now)
        pace.learn(APPLIED, now, now, 0.5)


def test_a_hint_holds_to_the_second_and_the_longer_of_two_wins() -> None:
    pace = FixedPace([])
    pace.learn(throttled(30.0), 99.0, 100.0, 0.0)
    assert pace.delay(100.0) == 30.0
    pace.learn(throttled(5.0), 99.0, 101.0, 0.0)
    assert pace.delay(101.0) == 29.0
    pace.learn(throttled(60.0), 99.0, 110.0, 0.0)
    assert pace.delay(110.0) == 60.0
    assert pace.delay(170.0) == 0.0


def test_no_hint_makes_anybody_wait_longer_than_the_cap() -> None:
    pace = FixedPace([])
    pace.learn(throttled(1e12), 0.0, 0.0, 0.0)
    assert pace.delay(0.0) == 300.0
    brief = FixedPace([], max_pause=10.0)
    brief.learn(throttled(11.0), 0.0, 50.0, 0.0)
    assert brief.delay(50.0) == 10.0


FAILURES: list[type[Failure]] = [Refused, Conflict, Throttled, Deferred, Unsent, Lost, Unauthorised, Misrouted]


@pytest.mark.parametrize("kind", FAILURES)
def test_a_hint_counts_in_whatever_reply_it_comes(kind: type[Failure]) -> None:
    pace = FixedPace([])
    pace.learn(kind("code", "wait", 503, 12.0), 0.0, 0.0, 0.5)  # type: ignore[arg-type]
    assert pace.delay(0.0) == 12.0


@pytest.mark.parametrize("kind", [kind for kind in FAILURES if kind is not Throttled])
@pytest.mark.parametrize("hint", [None, 0.0])
def test_without_a_hint_only_a_refusal_makes_anybody_wait(kind: type[Failure], hint: float | None) -> None:
    pace = FixedPace([])
    pace.learn(kind("code", "no", 503, hint), 0.0, 0.0, FULL)  # type: ignore[arg-type]
    assert pace.delay(0.0) == 0.0


def strike(pace: FixedPace, now: float) -> float:
    """Have a request refused that left and was answered at *now*, and return the pause."""
    pace.learn(throttled(), now, now, FULL)
    return pace.delay(now)


def test_refusals_without_a_hint_double_the_pause_up_to_half_a_minute() -> None:
    pace, now, pauses = FixedPace([]), 0.0, []
    for _ in range(9):
        pauses.append(strike(pace, now))
        now += 1000.0
    assert pauses == pytest.approx([0.5, 1, 2, 4, 8, 16, 30, 30, 30])


def test_an_api_that_refuses_all_night_is_waited_for_all_night() -> None:
    pace = FixedPace([])
    assert [round(strike(pace, 1000.0 * n)) for n in range(3000)][-1] == 30


@pytest.mark.parametrize("hint", [0.0, None])
def test_a_hint_of_no_time_is_a_refusal_without_a_hint(hint: float | None) -> None:
    pace = FixedPace([])
    pace.learn(throttled(hint), 0.0, 0.0, 0.5)
    assert pace.delay(0.0) == 0.25


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 12))
def test_the_dice_only_shorten_a_pause(dice: float, strikes: int) -> None:
    pace = FixedPace([])
    for n in range(strikes):
        pace.learn(throttled(), 1000.0 * n, 1000.0 * n, dice)
        assert 0 <= pace.delay(1000.0 * n) <= 30.0


def test_a_burst_of_refusals_is_one_strike() -> None:
    pace = FixedPace([])
    pace.learn(throttled(), 0.0, 1.0, FULL)
    for answered in (1.1, 1.2, 1.3, 9.0):
        pace.learn(throttled(), 0.9, answered, FULL)
    assert pace.delay(1.0) == pytest.approx(0.5)
    assert strike(pace, 10.0) == pytest.approx(1.0)


@pytest.mark.parametrize("reply", [APPLIED, Conflict("c", "m"), Refused("c", "m")])
def test_an_answer_of_the_api_ends_the_series_of_strikes(reply: Reply) -> None:
    pace = FixedPace([])
    for now in (0.0, 1000.0, 2000.0):
        strike(pace, now)
    pace.learn(reply, 3000.0, 3000.0, FULL)
    assert strike(pace, 4000.0) == pytest.approx(0.5)


@pytest.mark.parametrize("reply", [Lost("c", "m"), Unsent("c", "m"), Deferred("c", "m"), Misrouted("c", "m")])
def test_a_failure_says_nothing_about_capacity(reply: Reply) -> None:
    pace = FixedPace([])
    for now in (0.0, 1000.0, 2000.0):
        strike(pace, now)
    pace.learn(reply, 3000.0, 3000.0, FULL)
    assert strike(pace, 4000.0) == pytest.approx(4.0)


def test_a_success_does_not_end_a_pause() -> None:
    pace = FixedPace([])
    pace.learn(throttled(30.0), 0.0, 0.0, FULL)
    pace.learn(APPLIED, 0.0, 1.0, FULL)
    assert pace.delay(1.0) == 29.0
