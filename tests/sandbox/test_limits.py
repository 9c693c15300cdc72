"""Laws of the limiters: none lets through too much, none too little, and each says exactly when."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import takewhile
from math import floor, ulp

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.sandbox.limits import Bucket, FixedWindow, Limiter, Quota, SlidingWindow

COUNTS = st.integers(1, 6)
PERIODS = st.sampled_from([0.25, 0.5, 1.0, 7.0, 60.0])
ODD_PERIODS = PERIODS | st.floats(0.01, 100)
RATES = st.floats(0.05, 1000)
CAPACITIES = st.floats(1, 8)
STARTS = st.floats(0, 1e6)
IDLE = st.lists(st.floats(0, 10) | st.sampled_from([0.0, 0.25, 1.0]), max_size=40)

makers = st.one_of(
    st.builds(partial, st.just(Bucket), RATES, CAPACITIES),
    st.builds(partial, st.just(SlidingWindow), COUNTS, ODD_PERIODS),
    st.builds(partial, st.just(FixedWindow), COUNTS, ODD_PERIODS, st.floats(-10, 10)),
)


def admitted(limiter: Limiter, start: float, idle: Iterable[float]) -> list[float]:
    """Return when requests are taken, each as soon as it can be once its caller has idled."""
    now, taken = start, list[float]()
    for seconds in idle:
        now += seconds
        now += limiter.wait(now)
        limiter.take(now)
        taken.append(now)
    return taken


def saturated(limiter: Limiter, until: float) -> list[float]:
    """Return when requests are taken from 0 to just before *until*, if there is always one more."""
    return list(takewhile(lambda now: now < until, _without_end(limiter)))


def _without_end(limiter: Limiter) -> Iterator[float]:
    now = 0.0
    while True:
        now += limiter.wait(now)
        limiter.take(now)
        yield now


class Curious:
    """Asks a limiter of many moments whenever it is asked of one."""

    def __init__(self, limiter: Limiter) -> None:
        self._limiter = limiter

    def wait(self, now: float) -> float:
        waits = [self._limiter.wait(now + seconds) for seconds in (0, 1000, 0.001, 1, 0)]
        assert waits[0] == waits[-1]
        return waits[0]

    def take(self, now: float) -> None:
        self._limiter.take(now)


@given(COUNTS, ODD_PERIODS, STARTS, IDLE)
def test_no_period_is_exceeded_wherever_it_begins(most: int, period: float, start: float, idle: list[float]) -> None:
    taken = admitted(SlidingWindow(most, period), start, idle)
    assert all(later >= earlier + period for earlier, later in zip(taken, taken[most:], strict=False))


@given(COUNTS, PERIODS, st.integers(-8, 8), STARTS, IDLE)
def test_no_fixed_window_is_exceeded(most: int, period: float, eighths: int, start: float, idle: list[float]) -> None:
    phase = eighths / 8
    taken = admitted(FixedWindow(most, period, phase), start, idle)
    windows = Counter(floor((Fraction(now) - Fraction(phase)) / Fraction(period)) for now in taken)
    assert max(windows.values(), default=0) <= most


@given(RATES, CAPACITIES, st.floats(0, 1000), IDLE)
def test_a_bucket_gives_what_it_held_and_what_came_in_and_no_more(
    rate: float, capacity: float, start: float, idle: list[float]
) -> None:
    taken = admitted(Bucket(rate, capacity), start, idle)
    for first, begin in enumerate(taken):
        for last, end in enumerate(taken[first:], first):
            assert last - first + 1 <= capacity + rate * (end - begin) + 1e-6


@given(makers, STARTS, IDLE)
def test_a_request_is_refused_until_just_before_the_wait_is_over_and_taken_then(
    make: Callable[[], Limiter], start: float, idle: list[float]
) -> None:
    limiter = make()
    now = admitted(limiter, start, [*idle, 0.0])[-1]
    due = now + limiter.wait(now)
    just_before = due - 4 * ulp(due)
    assert just_before < now or limiter.wait(just_before) > 0
    assert limiter.wait(due) == 0
    limiter.take(due)


@given(makers, STARTS, IDLE)
def test_asking_and_being_refused_cost_nothing(make: Callable[[], Limiter], start: float, idle: list[float]) -> None:
    assert admitted(Curious(make()), start, idle) == admitted(make(), start, idle)


@given(COUNTS, PERIODS, st.integers(1, 5))
def test_a_saturated_window_takes_its_count_in_each_period(most: int, period: float, periods: int) -> None:
    for limiter in (SlidingWindow(most, period), FixedWindow(most, period)):
        assert len(saturated(limiter, periods * period)) == periods * most


@given(RATES, st.integers(1, 8), st.integers(1, 60))
def test_a_saturated_bucket_takes_its_capacity_and_then_its_rate(rate: float, capacity: int, more: int) -> None:
    taken = saturated(Bucket(rate, capacity), (more + 0.5) / rate)
    assert len(taken) == capacity + more
    assert taken[-1] == pytest.approx(more / rate)


def test_an_hour_at_50_a_second_is_180_000_requests_and_no_rounding_more_or_less() -> None:
    assert len(saturated(Bucket(50, 1), 3600 - 0.01)) == 180_000
    assert len(saturated(Bucket(50, 50), 3600 - 0.01)) == 180_049
    assert len(saturated(SlidingWindow(50, 1), 3600)) == 180_000
    assert len(saturated(FixedWindow(50, 1), 3600)) == 180_000


def test_a_bucket_starts_full_and_fills_at_its_rate() -> None:
    bucket = Bucket(rate=2, capacity=3)
    for _ in range(3):
        assert bucket.wait(10) == 0
        bucket.take(10)
    assert (bucket.wait(10), bucket.wait(10.25), bucket.wait(10.5)) == (0.5, 0.25, 0)
    bucket.take(10.75)  # 1.5 tokens had come in
    assert bucket.wait(10.75) == 0.25


def test_a_bucket_never_holds_more_than_its_capacity() -> None:
    bucket = Bucket(rate=2, capacity=1.5)
    bucket.take(0)
    bucket.take(1000)
    assert bucket.wait(1000) == 0.25


def test_a_bucket_for_less_than_one_request_holds_one() -> None:
    assert len(saturated(Bucket(rate=4, capacity=0.1), 2)) == 8


def test_a_bucket_that_starts_empty_has_its_first_token_after_one_gap() -> None:
    assert Bucket(rate=4, capacity=10, empty_at=30).wait(30) == 0.25


def test_around_the_border_of_fixed_windows_twice_the_count_is_taken_and_a_sliding_window_knows_better() -> None:
    fixed, sliding = FixedWindow(5, 60, phase=15), SlidingWindow(5, 60)
    for limiter in (fixed, sliding):
        admitted(limiter, 74, [0.0] * 5)
    assert (fixed.wait(74), fixed.wait(75)) == (1, 0)
    assert (sliding.wait(74), sliding.wait(75)) == (60, 59)


def test_a_phase_says_where_a_window_begins_and_may_be_later_than_now() -> None:
    window = FixedWindow(1, 10, phase=3)
    window.take(0)
    assert window.wait(0) == 3
    window.take(3)
    assert window.wait(3) == 10


@pytest.mark.parametrize(
    ("limiter", "wait"),
    [(SlidingWindow(2, 10, taken=[1, 2, 3]), 8), (FixedWindow(2, 10, phase=-1, taken=[1, 2, 3]), 5)],
)
def test_a_window_with_more_than_its_count_waits_until_fewer_are_left(limiter: Limiter, wait: float) -> None:
    assert limiter.wait(4) == wait


@pytest.mark.parametrize(
    ("limiter", "first", "second", "third"),
    [
        (Bucket(0.5, 2.5), Quota(2, 5, 1, 1.0), Quota(2, 5, 0, 1.0), Quota(2, 5, 0, 0.5)),
        (SlidingWindow(2, 5), Quota(2, 5, 1, 5.0), Quota(2, 5, 0, 5.0), Quota(2, 5, 0, 4.5)),
        (FixedWindow(2, 5, phase=-1), Quota(2, 5, 1, 4.0), Quota(2, 5, 0, 4.0), Quota(2, 5, 0, 3.5)),
    ],
)
def test_a_quota_says_what_is_left_and_when_there_is_more(
    limiter: Bucket | SlidingWindow | FixedWindow, first: Quota, second: Quota, third: Quota
) -> None:
    untouched = limiter.quota(0)
    assert (untouched.left, untouched.more_in) == (2, 0)
    limiter.take(0)
    assert limiter.quota(0) == first
    limiter.take(0)
    assert limiter.quota(0) == second
    assert limiter.quota(0.5) == third
    assert limiter.quota(100) == untouched


@given(makers, STARTS, IDLE)
def test_where_nothing_is_left_there_is_more_when_the_wait_is_over(
    make: Callable[[], Bucket | SlidingWindow | FixedWindow], start: float, idle: list[float]
) -> None:
    limiter = make()
    now = admitted(limiter, start, [*idle, 0.0])[-1]
    quota, wait = limiter.quota(now), limiter.wait(now)
    if wait > 1e-6:
        assert quota.left == 0
        assert quota.more_in == pytest.approx(wait, abs=1e-6)
    if wait == 0:
        assert quota.left > 0
