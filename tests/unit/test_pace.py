"""Laws of the search for a server's limit, on a made-up clock: where it begins, what it finds, and when it waits."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, pairwise
from math import inf, isfinite
from random import Random
from typing import Final, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_journeys.model import (
    Applied,
    Conflict,
    Deferred,
    Lost,
    Misrouted,
    Quota,
    Refused,
    Reply,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.model import (
    FailureCode as Code,
)
from bulk_journeys.pipeline.pace.fixed_pace import SLACK, Turn
from bulk_journeys.pipeline.pace.pace import Found, SearchingPace
from bulk_journeys.sandbox.limits import Bucket, FixedWindow, Limiter, SlidingWindow
from bulk_journeys.settings.options import Rate
from tests.fakes import APPLIED

REFUSED: Final = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429)
CROWDED: Final = Throttled(Code.UNAVAILABLE, "concurrent requests limit", 503)
LOST: Final = Lost(Code.TIMEOUT, "no answer")
UNSENT: Final = Unsent(Code.UNREACHABLE, "connection refused")
TINY: Final = 1e-6
"""Seconds that roundings may make of a wait."""

Server = Callable[[Turn], Reply]


class Sent(NamedTuple):
    """A request that got a *reply*, *heard* at that second."""

    turn: Turn
    reply: Reply
    heard: float


def play(
    pace: SearchingPace,
    server: Server,
    number: int,
    *,
    start: float = 0.0,
    latency: Callable[[], float] = lambda: 0.05,
) -> list[Sent]:
    """Send *number* requests, each as soon as *pace* allows it, and return them in order."""
    now, under_way, sent = start, list[tuple[float, int]](), list[Sent]()
    while len(sent) < number:
        delay = pace.delay(now)
        if under_way and under_way[0][0] <= now + delay:
            now, order = heapq.heappop(under_way)
            pace.learn(sent[order].reply, sent[order].turn, now, 0.5)
        elif delay:
            assert delay < inf, "nothing is under way, and only a reply could tell when to go on"
            now += delay
        else:
            turn = pace.take(now)
            sent.append(Sent(turn, server(turn), now + latency()))
            heapq.heappush(under_way, (sent[-1].heard, len(sent) - 1))
    return sent


def willing(turn: Turn) -> Reply:
    return APPLIED


def limited(limiter: Limiter, refusal: Throttled = REFUSED) -> Server:
    def answer(turn: Turn) -> Reply:
        if limiter.wait(turn.at):
            return refusal
        limiter.take(turn.at)
        return APPLIED

    return answer


def crowded(places: int, refusal: Throttled) -> Server:
    return lambda turn: refusal if turn.under_way > places else APPLIED


def refusing(since: float, until: float = inf) -> Server:
    return lambda turn: REFUSED if since <= turn.at < until else APPLIED


def shortest_span(sent: Sequence[Sent], number: int) -> float:
    """Return the fewest seconds from a request to the one that is *number* later."""
    return min(after.turn.at - before.turn.at for before, after in zip(sent, sent[number:], strict=False))


def refusals(sent: Sequence[Sent]) -> int:
    return sum(isinstance(reply, Throttled) for _, reply, _ in sent)


@pytest.mark.parametrize(("max_rate", "first"), [(100.0, 20.0), (20.0, 20.0), (5.0, 5.0), (0.05, 0.05)])
def test_the_search_begins_at_twenty_a_second_or_at_the_users_rate_if_that_is_lower(
    max_rate: float, first: float
) -> None:
    pace = SearchingPace(1000, max_rate=max_rate)
    assert pace.rate == first
    assert pace.take(0.0) == Turn(0.0, first, 1)
    assert pace.delay(0.0) == pytest.approx(1 / first, abs=2 * SLACK)


def test_the_rate_doubles_each_half_second_while_nothing_is_refused() -> None:
    sent = play(SearchingPace(10_000, max_rate=1000.0), willing, 150)
    first_at: dict[float, float] = {}
    for turn, _, _ in sent:
        first_at.setdefault(turn.rate, turn.at)
    assert list(first_at) == [20.0, 40.0, 80.0, 160.0]
    for before, after in pairwise(first_at):
        assert 0.5 <= first_at[after] - first_at[before] <= 0.5 + 1 / before + TINY


def test_the_search_ends_at_the_users_rate_and_stays_there() -> None:
    pace = SearchingPace(10_000, max_rate=50.0)
    sent = play(pace, willing, 1000)
    assert pace.rate == 50.0
    assert pace.found is None
    assert 999 / (sent[-1].turn.at - sent[0].turn.at) > 0.95 * 50


@pytest.mark.parametrize("max_rate", [3, 20, 40, 150])
def test_no_second_sees_more_than_the_users_rate_but_for_the_slack(max_rate: int) -> None:
    sent = play(SearchingPace(10_000, max_rate=float(max_rate)), willing, 10 * max_rate)
    assert shortest_span(sent, max_rate) >= 1.0 - 2 * SLACK - TINY


def test_the_users_bounds_hold_as_windows_that_slide() -> None:
    sent = play(SearchingPace(10_000, bounds=[Rate(30, 1.0), Rate(100, 10.0)]), willing, 500)
    assert shortest_span(sent, 30) >= 1.0 - TINY
    assert shortest_span(sent, 100) == pytest.approx(10.0, abs=0.1)


def test_after_the_first_refusal_nothing_leaves_until_what_is_under_way_is_back() -> None:
    sent = play(SearchingPace(10_000), refusing(since=1.0), 60, latency=lambda: 0.2)
    first_heard = min(heard for _, reply, heard in sent if reply is REFUSED)
    under_way = [heard for turn, _, heard in sent if turn.at < first_heard <= heard]
    probes = [turn for turn, _, _ in sent if turn.at >= first_heard]
    assert len(under_way) > 1
    assert probes[0].at >= max(under_way)
    assert {turn.under_way for turn in probes} == {1}


def test_who_is_shut_out_asks_after_growing_pauses() -> None:
    sent = play(SearchingPace(10_000), refusing(since=1.0), 60, latency=lambda: 0.2)
    first_heard = min(heard for _, reply, heard in sent if reply is REFUSED)
    probes = [one for one in sent if one.turn.at >= first_heard]
    pauses = [after.turn.at - before.heard for before, after in pairwise(probes)]
    assert pauses[:4] == pytest.approx([0.5, 1.0, 2.0, 4.0])
    assert max(pauses) <= 30.0


def test_who_is_shut_out_asks_again_just_after_a_minute_has_passed() -> None:
    sent = play(SearchingPace(10_000), refusing(since=501.0), 60, start=500.0)
    assert any(560.0 < turn.at <= 560.2 for turn, _, _ in sent)


HINTED: Final[list[Reply]] = [
    Applied("STATUS_PAUSED", "Welcome", hint=7.0),
    *(
        kind(Code.INTERNAL, "wait", None, 7.0)
        for kind in (Refused, Conflict, Throttled, Deferred, Unsent, Lost, Unauthorised, Misrouted)
    ),
]


@pytest.mark.parametrize("reply", HINTED, ids=lambda reply: type(reply).__name__)
@pytest.mark.parametrize("known", [None, Found(50.0, 4)], ids=["unknown", "known"])
def test_inside_a_hinted_pause_nothing_is_allowed_whatever_the_reply(reply: Reply, known: Found | None) -> None:
    pace = SearchingPace(1000, known=known)
    pace.learn(reply, pace.take(100.0), 100.5, 0.5)
    assert pace.pause(100.5) == 7.0
    assert pace.delay(100.5) == 7.0
    pace.learn(APPLIED, Turn(100.0, 20.0, 1), 103.5, 0.5)
    assert pace.delay(103.5) == 4.0
    assert pace.delay(107.5) == 0.0


@pytest.mark.parametrize("latency", [0.001, 0.05, 0.3])
def test_nothing_leaves_inside_a_pause_that_a_limited_server_asks_for(latency: float) -> None:
    hinted = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, 2.0)
    sent = play(SearchingPace(1000), limited(Bucket(10.0, 10.0), hinted), 300, latency=lambda: latency)
    pauses = [heard for _, reply, heard in sent if reply is hinted]
    assert pauses
    assert not any(heard < turn.at < heard + 2.0 - TINY for heard in pauses for turn, _, _ in sent)


def test_an_absurd_hint_is_held_for_the_longest_pause_and_no_longer() -> None:
    absurd = Throttled(Code.RESOURCE_EXHAUSTED, "come next year", 429, 3e7)
    for longest, pace in ((60.0, SearchingPace(1000)), (10.0, SearchingPace(1000, max_pause=10.0))):
        pace.learn(absurd, pace.take(0.0), 0.5, 0.5)
        assert pace.delay(0.5) == longest
        assert pace.delay(0.5 + longest) == 0.0


@pytest.mark.parametrize("quota", [Quota(10, 1.0), Quota(100, 20.0)])
def test_a_stated_quota_holds_as_a_window_that_slides(quota: Quota) -> None:
    stating = Applied("STATUS_PAUSED", "Welcome", quotas=(quota,))
    sent = play(SearchingPace(10_000), lambda turn: stating, 500)
    told = [one for one in sent if one.turn.at >= sent[0].heard]
    assert shortest_span(told, quota.limit) >= quota.period - TINY
    assert len(told) / (told[-1].turn.at - told[0].turn.at) > 0.95 * quota.limit / quota.period


def test_of_several_quotas_each_holds() -> None:
    stating = Applied("STATUS_PAUSED", "Welcome", quotas=(Quota(10, 1.0), Quota(50, 10.0)))
    sent = play(SearchingPace(10_000), lambda turn: stating, 300)
    told = [one for one in sent if one.turn.at >= sent[0].heard]
    assert shortest_span(told, 10) >= 1.0 - TINY
    assert shortest_span(told, 50) >= 10.0 - TINY


@pytest.mark.parametrize("capacity", [10.0, 50.0])
@pytest.mark.parametrize("start", [0.0, -1e6, 1e9])
def test_a_bucket_is_found_within_three_hundredths_whatever_the_clock_shows(capacity: float, start: float) -> None:
    pace = SearchingPace(3000)
    sent = play(pace, limited(Bucket(50.0, capacity, start - 1.0)), 3000, start=start)
    assert pace.found
    assert pace.found == Found(pace.found.rate, lanes=None, period=0.0)
    assert pace.found.rate == pytest.approx(50.0, rel=0.03)
    assert refusals(sent) < 0.03 * len(sent)


@pytest.mark.parametrize("window", [SlidingWindow, FixedWindow])
def test_a_window_of_a_minute_is_recognised_and_used(window: type[SlidingWindow | FixedWindow]) -> None:
    pace = SearchingPace(5000)
    sent = play(pace, limited(window(1200, 60.0)), 5000)
    assert pace.found
    assert pace.found.period == pytest.approx(60.0, rel=0.03)
    assert pace.found.rate == pytest.approx(20.0, rel=0.03)
    assert refusals(sent) < 0.02 * len(sent)


@pytest.mark.parametrize("places", [1, 2, 4, 8])
def test_a_limit_on_concurrency_is_found_exactly(places: int) -> None:
    pace = SearchingPace(3000, max_rate=1000.0)
    sent = play(pace, crowded(places, CROWDED), 3000, latency=lambda: 0.1)
    last = [turn.under_way for turn, reply, _ in sent[-200:] if reply is APPLIED]
    assert pace.found
    assert pace.found.lanes == places
    assert sum(last) / len(last) > places - 0.5


@pytest.mark.parametrize("places", [2, 4])
def test_a_limit_on_concurrency_is_found_exactly_though_it_calls_itself_one_on_the_rate(places: int) -> None:
    pace, jitter = SearchingPace(5000, max_rate=1000.0), Random(1)
    play(pace, crowded(places, REFUSED), 5000, latency=lambda: jitter.uniform(0.05, 0.15))
    assert pace.found
    assert pace.found.lanes == places


@pytest.mark.parametrize("reply", [LOST, UNSENT, Lost(Code.INTERNAL, "a bug", 500)], ids=lambda reply: reply.code)
def test_answers_that_are_missing_without_overload_change_nothing(reply: Reply) -> None:
    replies = cycle([reply, *[APPLIED] * 19])
    pace = SearchingPace(3000)
    sent = play(pace, lambda turn: next(replies), 1000)
    assert pace.found is None
    assert [turn for turn, _, _ in sent] == [turn for turn, _, _ in play(SearchingPace(3000), willing, 1000)]


@pytest.mark.parametrize("reply", [LOST, UNSENT], ids=lambda reply: reply.code)
@pytest.mark.parametrize("known", [None, Found(50.0), Found(50.0, 4, 60.0)], ids=["unknown", "rate", "all"])
def test_an_answer_that_is_missing_never_touches_the_rate(reply: Reply, known: Found | None) -> None:
    pace = SearchingPace(1000, known=known)
    rate = pace.rate
    for _ in range(100):
        pace.learn(reply, pace.take(0.0), 0.1, 0.5)
        assert pace.rate == rate


def test_a_run_begins_just_below_the_limit_that_is_known() -> None:
    pace = SearchingPace(1000, known=Found(60.0))
    assert pace.take(0.0).rate == pytest.approx(57.0)
    assert SearchingPace(1000, max_rate=30.0, known=Found(60.0)).rate == 30.0


def test_a_known_limit_that_still_holds_is_hardly_ever_refused() -> None:
    pace = SearchingPace(1000, known=Found(50.0))
    sent = play(pace, limited(Bucket(50.0, 10.0)), 1000)
    assert refusals(sent) < 0.02 * len(sent)
    assert 999 / (sent[-1].turn.at - sent[0].turn.at) > 0.94 * 50


def test_a_limit_on_concurrency_that_is_known_is_never_exceeded_at_first() -> None:
    sent = play(SearchingPace(1000, known=Found(100.0, 3)), willing, 100, latency=lambda: 0.1)
    assert max(turn.under_way for turn, _, _ in sent) == 3


@pytest.mark.parametrize("operations", [0, 1])
def test_a_plan_of_one_row_leaves_at_once(operations: int) -> None:
    pace = SearchingPace(operations)
    assert pace.found is None
    assert [turn for turn, _, _ in play(pace, willing, 1, start=5.0)] == [Turn(5.0, 20.0, 1)]


def test_a_rate_of_three_a_minute_is_kept_whole() -> None:
    pace = SearchingPace(100, max_rate=0.05)
    sent = play(pace, willing, 100)
    assert shortest_span(sent, 1) == pytest.approx(20.0, abs=2 * SLACK)
    assert sent[-1].turn.at == pytest.approx(99 * 20.0, abs=1.0)


@pytest.mark.parametrize("rate", [0.05, 1.0])
def test_a_slow_bucket_is_found_though_the_search_begins_far_above_it(rate: float) -> None:
    pace = SearchingPace(200)
    sent = play(pace, limited(Bucket(rate, 1.0)), 200, latency=lambda: 0.2)
    assert pace.found
    assert pace.found.lanes is None
    assert pace.found.rate == pytest.approx(rate, rel=0.15)
    assert refusals(sent) < 100


REPLIES: Final[list[Reply]] = [
    *(APPLIED, REFUSED, CROWDED, LOST, UNSENT),
    Conflict(Code.FAILED_PRECONDITION, "not running"),
    Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, 3.0),
    Applied("STATUS_PAUSED", "Welcome", hint=1e9, quotas=(Quota(3, 5.0),)),
]
MOMENTS: Final = st.one_of(st.sampled_from([0.0, 0.05, 1.0, 10.0]), st.floats(0, 0.1), st.floats(0, 100))


class Step(NamedTuple):
    """After some *seconds*, *taken* requests leave if they may, and then any one of all is answered."""

    seconds: float
    taken: int
    answered: int
    reply: Reply


STORIES: Final = st.lists(
    st.builds(Step, MOMENTS, st.integers(0, 6), st.integers(0, 9), st.sampled_from(REPLIES)), max_size=80
)
KNOWN: Final = st.sampled_from([None, Found(0.01), Found(50.0, 1), Found(20.0, None, 60.0)])


class Story:
    """A pace that lives through a story; it is held against the laws at each moment."""

    def __init__(self, pace: SearchingPace, *, asked: bool = True) -> None:
        self._pace, self._asked = pace, asked
        self._now = 1000.0
        self._under_way: list[Turn] = []
        self.turns: list[Turn] = []

    def live(self, steps: Sequence[Step]) -> None:
        for step in steps:
            self._now += step.seconds
            for _ in range(step.taken):
                self._take()
            if self._under_way:
                self._hear(step.reply, step.answered)
        while self._under_way:
            self._hear(LOST, 0)

    def _take(self) -> None:
        if self._pace.delay(self._now) == 0:
            turn = self._pace.take(self._now)
            self._under_way.append(turn)
            self.turns.append(turn)
            assert turn.under_way == len(self._under_way)

    def _hear(self, reply: Reply, number: int) -> None:
        turn = self._under_way.pop(number % len(self._under_way))
        self._pace.learn(reply, turn, self._now, 0.5)
        if self._asked:
            self._ask()

    def _ask(self) -> None:
        pace, now = self._pace, self._now
        delays = [pace.delay(now, ahead) for ahead in range(4)]
        assert 0 <= delays[0] <= delays[1] <= delays[2] <= delays[3]
        assert 0 <= pace.pause(now) <= min(60.0 + TINY, delays[0])
        assert self._under_way or delays[0] < inf
        assert 0 < pace.rate <= 100.0
        assert pace.delay(now + 1e6) in (0, inf)
        if found := pace.found:
            assert 0 < found.rate < inf
            assert isfinite(found.period)
            assert found.lanes is None or found.lanes >= 1


@settings(derandomize=True, deadline=None)
@given(KNOWN, STORIES)
def test_the_pace_stays_sound_and_never_locks_up_whatever_is_answered_when(
    known: Found | None, steps: list[Step]
) -> None:
    Story(SearchingPace(300, known=known)).live(steps)


@settings(derandomize=True, deadline=None)
@given(KNOWN, STORIES)
def test_asking_changes_nothing(known: Found | None, steps: list[Step]) -> None:
    asked, left_alone = (Story(SearchingPace(300, known=known), asked=asked) for asked in (True, False))
    asked.live(steps)
    left_alone.live(steps)
    assert asked.turns == left_alone.turns


def seconds_for(pace: SearchingPace, server: Server, number: int) -> float:
    """Return when the last of *number* requests was heard of."""
    return max(heard for _, _, heard in play(pace, server, number))


@pytest.mark.parametrize("hint", [None, 5.0, 60.0])
def test_a_server_that_is_busy_at_first_is_soon_asked_as_fast_as_any_other(hint: float | None) -> None:
    wait = hint or 20.0
    refused = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, hint)

    def busy(turn: Turn) -> Reply:
        return refused if turn.at < wait - 0.2 else APPLIED

    assert seconds_for(SearchingPace(300), busy, 300) < wait + 20


def test_a_bad_minute_is_taken_for_no_window() -> None:
    pace = SearchingPace(2000)
    assert seconds_for(pace, refusing(0.6, 20.6), 2000) < 150


@pytest.mark.parametrize("silence", [LOST, UNSENT])
def test_an_outage_behind_a_refusal_is_taken_for_no_window(silence: Reply) -> None:
    """After some refusals the probes are lost for a minute: that is no limit of so many requests a minute."""
    pace, server = SearchingPace(4000), limited(Bucket(50.0, 10.0))

    def down_behind_refusals(turn: Turn) -> Reply:
        if 1.41 <= turn.at < 65.0:
            return REFUSED if turn.at < 1.46 else silence
        return server(turn)

    sent = play(pace, down_behind_refusals, 4000)
    assert sum(turn.at >= 80.0 for turn, _, _ in sent) / (sent[-1].turn.at - 80.0) > 40.0
    assert pace.found
    assert not pace.found.period


def test_one_odd_second_halves_the_rate_at_most() -> None:
    pace = SearchingPace(2000, known=Found(50.0))
    hint = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, 5.0)
    replies: Iterator[Reply] = iter([*[APPLIED] * 40, REFUSED, *[APPLIED] * 3, hint, REFUSED])
    sent = play(pace, lambda turn: next(replies, APPLIED), 300)
    assert min(turn.rate for turn, _, _ in sent) > 50.0 / 16


def test_who_was_alone_was_not_one_too_many() -> None:
    pace = SearchingPace(100, known=Found(50.0, lanes=1))
    sent = play(pace, limited(Bucket(2.0, 1.0)), 150)
    assert refusals(sent) < 50


def test_a_quota_holds_until_the_server_states_another() -> None:
    quotas = cycle([(Quota(5, 1.0),)] * 10 + [(Quota(100, 1.0),)] * 1000)
    sent = play(SearchingPace(500), lambda turn: Applied("STATUS_PAUSED", "", quotas=next(quotas)), 500)
    assert sent[-1].heard < 30


def test_a_quota_of_a_day_does_not_hold_a_run_for_a_day() -> None:
    stating = Applied("STATUS_PAUSED", "", quotas=(Quota(10, 86400.0),))
    assert seconds_for(SearchingPace(100), lambda turn: stating, 100) < 60


def test_what_was_not_shown_is_not_remembered() -> None:
    never_refused = SearchingPace(100, known=Found(50.0, lanes=8))
    play(never_refused, willing, 100)
    assert never_refused.found is None
    held_by_the_user = SearchingPace(100, max_rate=1.0, known=Found(50.0, lanes=8))
    play(held_by_the_user, refusing(3.0, 3.1), 100)
    assert held_by_the_user.found is None
    of_few = SearchingPace(2)
    play(of_few, refusing(0.05, 0.2), 4)
    assert of_few.found is None
