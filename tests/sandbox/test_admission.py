"""Laws of what the sandbox admits: by rate, by number at a time, and by a rate that changes.

And of the counts: the efficiency of a caller can be computed from them, and they do not grow for ever.
"""

from contextlib import ExitStack

import msgspec
import pytest

from bulk_journeys.sandbox.admission import Admission, Limit, Second, Tally
from bulk_journeys.sandbox.answers import Code
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.limits import LimiterKind, Rate, RateChange

SLOWER = (RateChange(30, Rate(2, 1)),)
CHANGING = Config(rate=Rate(4, 1), rate_changes=SLOWER)


def admit(admission: Admission, now: float) -> bool:
    """Try a request that is over at once."""
    if admission.hit(now):
        return False
    with admission.under_way(now):
        return True


def admitted(admission: Admission, *moments: float) -> int:
    return sum(admit(admission, now) for now in moments)


@pytest.mark.parametrize("kind", LimiterKind)
def test_a_rate_lets_its_count_through_at_once_whatever_it_means(kind: LimiterKind) -> None:
    admission = Admission(Config(rate=Rate(3, 60), limiter=kind))
    assert admitted(admission, *[0.0] * 9) == 3
    assert admission.hit(0) is Limit.RATE


@pytest.mark.parametrize(("kind", "wait"), [("bucket", 20), ("sliding", 50), ("fixed", 50)])
def test_a_refusal_says_the_wait_of_its_limiter(kind: str, wait: float) -> None:
    admission = Admission(Config(rate=Rate(3, 60), limiter=LimiterKind(kind)))
    assert admitted(admission, 0, 0, 0, 0) == 3
    refusal = admission.refusal(Limit.RATE, 10)
    assert (refusal.code, refusal.status) == (Code.RESOURCE_EXHAUSTED, 429)
    assert refusal.wait == pytest.approx(wait - 10 if kind == "bucket" else wait)


@pytest.mark.parametrize(("burst", "at_once"), [(None, 50), (0.5, 25), (0.1, 5), (0.0, 1), (2.0, 100)])
def test_a_burst_says_what_the_bucket_holds(burst: float | None, at_once: int) -> None:
    assert admitted(Admission(Config(rate=Rate(50, 1), burst=burst)), *[0.0] * 200) == at_once


def test_without_limits_everything_is_taken_and_no_quota_told() -> None:
    admission = Admission(Config())
    assert admitted(admission, *[0.0] * 1000) == 1000
    assert admission.quota(0) is None


def test_a_bucket_is_empty_when_its_rate_has_changed() -> None:
    admission = Admission(CHANGING)
    assert admitted(admission, 0, 0, 0, 0, 0) == 4
    assert admission.hit(29.999) is None
    assert admission.hit(30) is Limit.RATE
    assert admission.refusal(Limit.RATE, 30).wait == 0.5
    assert admitted(admission, *[30.5] * 5, *[31.0] * 5, *[40.0] * 5) == 1 + 1 + 2


def test_a_bucket_fills_from_the_moment_of_the_change_although_nobody_asks() -> None:
    assert admitted(Admission(CHANGING), *[40.0] * 5) == 2


@pytest.mark.parametrize(("kind", "again"), [(LimiterKind.SLIDING, 30.75), (LimiterKind.FIXED, 30)])
def test_a_window_keeps_counting_what_was_taken_before_the_change(kind: LimiterKind, again: float) -> None:
    admission = Admission(Config(rate=Rate(4, 1), rate_changes=SLOWER, limiter=kind))
    assert admitted(admission, *[29.75] * 9) == 4
    assert admitted(admission, again - 0.001) == 0
    assert admitted(admission, *[again] * 9) == 2


def test_a_rate_may_begin_later_and_change_often() -> None:
    changes = (RateChange(10, Rate(1, 1)), RateChange(20, Rate(2, 1)), RateChange(30, Rate(3, 1)))
    admission = Admission(Config(rate_changes=changes))
    assert admitted(admission, *[5.0] * 9, *[15.0] * 9, *[35.0] * 9) == 9 + 1 + 3


def test_so_many_are_under_way_at_a_time_and_a_place_is_given_back() -> None:
    admission = Admission(Config(concurrency=2))
    with ExitStack() as under_way:
        for _ in range(2):
            assert admission.hit(0) is None
            under_way.enter_context(admission.under_way(0))
        assert admission.hit(0) is Limit.CONCURRENCY
    assert admission.hit(0) is None
    assert admission.most == 2


def test_a_crowd_costs_the_rate_nothing() -> None:
    admission = Admission(Config(rate=Rate(2, 60), concurrency=1))
    with admission.under_way(0):
        assert admitted(admission, 0, 0, 0) == 0
    assert admitted(admission, 0, 0, 0) == 1


@pytest.mark.parametrize("status", [503, 429])
def test_a_crowd_is_refused_with_the_status_that_is_set_and_without_a_time(status: int) -> None:
    refusal = Admission(Config(concurrency=1, crowded_status=status)).refusal(Limit.CONCURRENCY, 0)
    assert (refusal.code, refusal.status, refusal.wait) == (Code.RESOURCE_EXHAUSTED, status, None)


def test_an_absurd_server_says_the_same_whatever_the_wait_is() -> None:
    admission = Admission(Config(rate=Rate(1, 1), hint_seconds=86400))
    assert admitted(admission, 0, 0) == 1
    quota = admission.quota(0.5)
    assert admission.refusal(Limit.RATE, 0.5).wait == 86400
    assert quota is not None
    assert (quota.left, quota.more_in) == (0, 86400)
    assert admit(admission, 1)


def test_before_the_first_request_there_is_nothing() -> None:
    stats = Tally().stats(0)
    assert (stats.admitted, stats.refused, stats.first_at, stats.last_admitted_at) == (0, {}, None, None)


def test_times_are_those_since_the_start_and_seconds_those_since_the_first_request() -> None:
    tally = Tally()
    for at in (12.5, 13.25, 13.5):
        tally.admitted(tally.arrived(at))
    for at, limit in ((13.75, Limit.RATE), (15.5, Limit.RATE), (15.75, Limit.CONCURRENCY)):
        tally.refused(tally.arrived(at), limit)
    stats = tally.stats(1)
    assert (stats.first_at, stats.last_admitted_at) == (12.5, 13.5)
    assert (stats.admitted, stats.refused) == (3, {"rate": 2, "concurrency": 1})
    assert list(tally.seconds()) == [Second(0, 2, 0), Second(1, 1, 1), Second(3, 0, 2)]


def test_a_request_that_is_only_refused_is_the_first_all_the_same() -> None:
    tally = Tally()
    tally.refused(tally.arrived(2.0), Limit.CONCURRENCY)
    assert (tally.stats(0).first_at, tally.stats(0).last_admitted_at) == (2.0, None)


def test_a_request_that_an_outage_swallowed_may_be_the_first() -> None:
    tally = Tally()
    assert tally.since_first(2.0) == 0
    tally.swallowed(2.0)
    assert tally.since_first(3.5) == 1.5
    assert tally.arrived(4.5) == 2.5
    assert (tally.stats(0).outage, tally.stats(0).first_at, tally.stats(0).admitted) == (1, 2.0, 0)
    assert list(tally.seconds()) == []


def test_only_the_first_hour_is_remembered_second_by_second_and_the_totals_go_on() -> None:
    tally = Tally()
    for at in range(5000):
        tally.admitted(tally.arrived(at))
    assert [line.second for line in tally.seconds()] == list(range(3600))
    assert tally.stats(1).admitted == 5000


def test_totals_once_told_do_not_change() -> None:
    tally = Tally()
    before = tally.stats(0)
    tally.refused(tally.arrived(0), Limit.RATE)
    tally.faults["down"] += 1
    tally.answers[14] += 1
    assert msgspec.to_builtins(before) == msgspec.to_builtins(Tally().stats(0))
