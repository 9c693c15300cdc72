"""Laws of the counts: the efficiency of a caller can be computed from them, and they do not grow for ever."""

import msgspec

from bulk_journeys.sandbox.admission import Limit
from bulk_journeys.sandbox.tally import Second, Tally


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
