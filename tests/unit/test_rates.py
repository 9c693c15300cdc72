"""Laws of the limits that are stated: no window is ever exceeded, and a pause holds for everybody."""

from math import inf

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
from bulk_journeys.model import (
    FailureCode as Code,
)
from bulk_journeys.pipeline.pace.fixed_pace import FixedPace, Pause, Turn, Window
from bulk_journeys.settings.options import Rate, fastest, parse_rates

APPLIED = Applied("STATUS_PAUSED", "Welcome")
FULL = 1 - 2**-53
"""The highest number that jitter show."""


def throttled(hint: float | None = None) -> Throttled:
    return Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, hint)


def left(at: float) -> Turn:
    """Return the turn of a request that left *at* that second, alone."""
    return Turn(at, 0.0, 1)


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


def test_a_rate_that_cannot_be_read_is_named_with_its_flag() -> None:
    with pytest.raises(UsageError, match=r"^--rate: 'fast' is not a rate; .*'auto'"):
        parse_rates("3/s, fast")
    with pytest.raises(UsageError, match=r"^--max-rate: 'fast' is not a rate; "):
        parse_rates("fast", "--max-rate")


def test_the_fastest_of_rates_is_what_the_shortest_window_allows() -> None:
    assert fastest(parse_rates("60/m,4/s")) == 4.0
    assert fastest(parse_rates("1/2s")) == 0.5
    assert fastest(()) == inf


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
    assert pace.delay(3.0) == 57.0
    pace.learn(throttled(59.0), left(2.0), 3.0, 0.5)
    assert pace.delay(3.0) == 59.0


def test_the_spacing_is_that_of_the_shortest_window() -> None:
    assert FixedPace(parse_rates("60/m,4/s")).spacing == 0.25
    assert FixedPace(parse_rates("1/2s")).spacing == 2.0
    assert FixedPace([]).spacing == 0.0


def test_who_has_others_ahead_waits_for_their_spacing_too() -> None:
    pace = FixedPace([Rate(2, 10.0)])
    assert [pace.delay(0.0, ahead) for ahead in range(3)] == [0.0, 5.0, 10.0]
    pace.take(0.0)
    pace.take(1.0)
    assert pace.delay(4.0, 1) == 11.0
    assert FixedPace([]).delay(0.0, 1000) == 0.0


def test_a_turn_says_when_it_is_how_fast_that_was_and_how_many_are_under_way() -> None:
    pace = FixedPace([Rate(5, 1.0), Rate(120, 60.0)])
    first = pace.take(7.0)
    assert first == Turn(7.0, 5.0, 1)
    assert pace.take(8.0).under_way == 2
    pace.learn(APPLIED, first, 8.5, 0.5)
    assert pace.take(9.0).under_way == 2


def test_a_window_holds_nobody_until_it_is_full() -> None:
    window = Window(3, 10.0)
    for now in (0.0, 4.0, 8.0):
        assert window.delay(now) == 0.0
        window.take(now)
    assert [window.delay(now) for now in (8.0, 9.5, 10.0, 11.0)] == [2.0, 0.5, 0.0, 0.0]


def test_without_rates_and_refusals_nobody_waits() -> None:
    pace = FixedPace([])
    for now in range(100):
        assert pace.delay(now) == 0.0
        pace.learn(APPLIED, pace.take(now), now, 0.5)


def test_a_hint_holds_to_the_second_and_the_longer_of_two_wins() -> None:
    pace = FixedPace([])
    pace.learn(throttled(30.0), left(99.0), 100.0, 0.0)
    assert pace.delay(100.0) == 30.0
    pace.learn(throttled(5.0), left(99.0), 101.0, 0.0)
    assert pace.delay(101.0) == 29.0
    pace.learn(throttled(60.0), left(99.0), 110.0, 0.0)
    assert pace.delay(110.0) == 60.0
    assert pace.delay(170.0) == 0.0


def test_no_hint_makes_anybody_wait_longer_than_the_cap() -> None:
    pace = FixedPace([])
    pace.learn(throttled(1e12), left(0.0), 0.0, 0.0)
    assert pace.delay(0.0) == 60.0
    brief = FixedPace([], max_pause=10.0)
    brief.learn(throttled(11.0), left(0.0), 50.0, 0.0)
    assert brief.delay(50.0) == 10.0


FAILURES: list[type[Failure]] = [Refused, Conflict, Throttled, Deferred, Unsent, Lost, Unauthorised, Misrouted]


@pytest.mark.parametrize("kind", FAILURES)
def test_a_hint_counts_in_whatever_failure_it_comes(kind: type[Failure]) -> None:
    pace = FixedPace([])
    pace.learn(kind("code", "wait", 503, 12.0), left(0.0), 0.0, 0.5)  # type: ignore[arg-type]
    assert pace.delay(0.0) == 12.0


def test_a_success_may_be_the_last_one_for_a_while() -> None:
    pace = FixedPace([])
    pace.learn(Applied("STATUS_PAUSED", "Welcome", hint=12.0), left(0.0), 1.0, 0.5)
    assert pace.delay(1.0) == 12.0


def test_a_pause_is_told_apart_from_the_wait_for_a_window() -> None:
    pace = FixedPace([Rate(1, 60.0)])
    pace.take(0.0)
    assert (pace.delay(0.0), pace.pause(0.0)) == (60.0, 0.0)
    pace.learn(throttled(20.0), left(0.0), 10.0, 0.5)
    assert (pace.delay(10.0), pace.pause(10.0)) == (50.0, 20.0)


def test_a_refusal_inside_a_pause_does_not_shorten_it() -> None:
    pause = Pause(60.0)
    pause.obey(throttled(30.0), 0.0)
    pause.back_off(throttled(), left(-0.1), 0.1, 0.0)
    assert pause.delay(1.0) == 29.0


@pytest.mark.parametrize("kind", [kind for kind in FAILURES if kind is not Throttled])
@pytest.mark.parametrize("hint", [None, 0.0])
def test_without_a_hint_only_a_refusal_makes_anybody_wait(kind: type[Failure], hint: float | None) -> None:
    pace = FixedPace([])
    pace.learn(kind("code", "no", 503, hint), left(0.0), 0.0, FULL)  # type: ignore[arg-type]
    assert pace.delay(0.0) == 0.0


def strike(pace: FixedPace, now: float) -> float:
    """Have a request refused that left and was answered at *now*, and return the pause."""
    pace.learn(throttled(), left(now), now, FULL)
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
    pace.learn(throttled(hint), left(0.0), 0.0, 0.5)
    assert pace.delay(0.0) == 0.25


@given(st.floats(0, 1, exclude_max=True), st.integers(1, 12))
def test_the_dice_only_shorten_a_pause(jitter: float, strikes: int) -> None:
    pace = FixedPace([])
    for n in range(strikes):
        pace.learn(throttled(), left(1000.0 * n), 1000.0 * n, jitter)
        assert 0 <= pace.delay(1000.0 * n) <= 30.0


def test_a_burst_of_refusals_is_one_strike() -> None:
    pace = FixedPace([])
    pace.learn(throttled(), left(0.0), 1.0, FULL)
    for answered in (1.1, 1.2, 1.3, 9.0):
        pace.learn(throttled(), left(0.9), answered, FULL)
    assert pace.delay(1.0) == pytest.approx(0.5)
    assert strike(pace, 10.0) == pytest.approx(1.0)


@pytest.mark.parametrize("reply", [APPLIED, Conflict(Code.INTERNAL, "m"), Refused(Code.INTERNAL, "m")])
def test_an_answer_of_the_api_ends_the_series_of_strikes(reply: Reply) -> None:
    pace = FixedPace([])
    for now in (0.0, 1000.0, 2000.0):
        strike(pace, now)
    pace.learn(reply, left(3000.0), 3000.0, FULL)
    assert strike(pace, 4000.0) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "reply",
    [
        Lost(Code.INTERNAL, "m"),
        Unsent(Code.INTERNAL, "m"),
        Deferred(Code.INTERNAL, "m"),
        Misrouted(Code.INTERNAL, "m"),
    ],
)
def test_a_failure_says_nothing_about_capacity(reply: Reply) -> None:
    pace = FixedPace([])
    for now in (0.0, 1000.0, 2000.0):
        strike(pace, now)
    pace.learn(reply, left(3000.0), 3000.0, FULL)
    assert strike(pace, 4000.0) == pytest.approx(4.0)


def test_a_success_does_not_end_a_pause() -> None:
    pace = FixedPace([])
    pace.learn(throttled(30.0), left(0.0), 0.0, FULL)
    pace.learn(APPLIED, left(0.0), 1.0, FULL)
    assert pace.delay(1.0) == 29.0
