"""Laws of the breaker: it opens when the API is down and for no less, asks singly, and closes at the first word."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.model import (
    Applied,
    Conflict,
    Deferred,
    Intercepted,
    Lost,
    Misrouted,
    Obstacle,
    Refused,
    Reply,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.model import (
    FailureCode as Code,
)
from bulk_journeys.pipeline.breaker import LONGEST, ROWS, Breaker, Closed, GivenUp, News, Opened
from bulk_journeys.pipeline.pace.fixed_pace import Turn

APPLIED = Applied("STATUS_PAUSED", "Welcome")
UNSENT = Unsent(Code.UNREACHABLE, "connection refused")
TIMEOUT = Lost(Code.TIMEOUT, "no answer in time")
BAD_GATEWAY = Lost(Code.HTTP_STATUS, "HTTP 502: an HTML page", 502)
DOWN: list[Reply] = [UNSENT, *(Lost(code, "m") for code in (Code.TIMEOUT, Code.CONNECTION_LOST, Code.UNAVAILABLE))]
DOWN += [Lost(Code.HTTP_STATUS, "m", status) for status in (408, 500, 502, 503, 504, 520)]
UP: list[Reply] = [
    APPLIED,
    Conflict(Code.FAILED_PRECONDITION, "no", 400),
    Refused(Code.NOT_FOUND, "no", 404),
    Throttled(Code.RESOURCE_EXHAUSTED, "no", 429),
    Deferred(Code.ABORTED, "no", 409),
    Misrouted(Code.HTTP_STATUS, "no", 404),
    Unauthorised(Code.UNAUTHENTICATED, "no", 401),
]
SILENT = [Lost(code, "m") for code in (Code.CANCELED, Code.CUT_OFF, Code.UNEXPECTED_ANSWER)]
SILENT.append(Lost(Code.HTTP_STATUS, "m", 499))
SILENT += [Lost(code, "m", 500, by_api=True) for code in (Code.INTERNAL, Code.UNKNOWN, Code.DATA_LOSS)]
SILENT += [Lost(Code.DEADLINE_EXCEEDED, "m", 504, by_api=True)]
PAGE = Intercepted(Code.HTTP_STATUS, "HTTP 403: an HTML page, 'Access denied'", 403)

HIGH = 1 - 2**-53
"""The highest number that jitter show."""


def turn(at: float) -> Turn:
    return Turn(at, 10.0, 1)


class Api:
    """A breaker that is told of replies, each to a request that left a moment before unless told otherwise."""

    def __init__(self, *replies: Reply, jitter: float = HIGH) -> None:
        self.breaker = Breaker()
        self._jitter = jitter
        self.now = 0.0
        self.news = [self.hears(row, reply) for row, reply in enumerate(replies)]

    def hears(self, row: int, reply: Reply, *, left: float | None = None) -> News | None:
        return self.breaker.learn(row, reply, turn(self.now if left is None else left), self.now, self._jitter)

    def probes(self, reply: Reply, row: int = 0) -> News | None:
        """Wait for the next probe, and have it answered at once."""
        self.now += self.breaker.delay(self.now)
        self.breaker.take(self.now)
        return self.hears(row, reply)


def gone_down(jitter: float = HIGH) -> Api:
    api = Api(APPLIED, *[UNSENT] * 10, jitter=jitter)
    assert api.breaker.open
    return api


@pytest.mark.parametrize("reply", DOWN)
def test_ten_failures_of_five_rows_in_succession_open_it(reply: Reply) -> None:
    api = Api(APPLIED)
    assert [api.hears(row % 5, reply) for row in range(9)] == [None] * 9
    assert api.breaker.delay(0.0) == 0.0
    assert isinstance(api.hears(4, reply), Opened)
    assert api.breaker.open


@pytest.mark.parametrize("reply", SILENT)
def test_failures_that_may_be_about_one_journey_open_nothing(reply: Reply) -> None:
    assert Api(APPLIED, *[reply] * 1000).news == [None] * 1001


@given(st.lists(st.sampled_from(range(ROWS - 1)), max_size=300))
def test_few_rows_open_nothing_however_often_they_fail(rows: list[int]) -> None:
    api = Api(APPLIED)
    assert [api.hears(row, TIMEOUT) for row in rows] == [None] * len(rows)


@pytest.mark.parametrize("answer", UP)
def test_an_answer_in_between_makes_it_count_anew(answer: Reply) -> None:
    api = Api(APPLIED, *[TIMEOUT] * 9, answer, *[TIMEOUT] * 9)
    assert not api.breaker.open
    assert api.news == [None] * 20


@pytest.mark.parametrize("reply", SILENT)
def test_what_says_nothing_does_not_make_it_count_anew(reply: Reply) -> None:
    api = Api(*[TIMEOUT] * 9, reply, TIMEOUT)
    assert [isinstance(news, Opened) for news in api.news] == [False] * 10 + [True]


def test_an_address_where_nobody_was_ever_heard_opens_nothing() -> None:
    assert Api(*[UNSENT] * 1000).news == [None] * 1000


def test_an_api_that_takes_requests_and_never_answers_opens_it() -> None:
    assert [isinstance(news, Opened) for news in Api(*[TIMEOUT] * 10).news] == [False] * 9 + [True]


def test_what_was_unsent_before_anybody_was_met_does_not_count() -> None:
    api = Api(*[UNSENT] * 50, TIMEOUT, *[UNSENT] * 8)
    assert not api.breaker.open
    api.hears(70, UNSENT)
    assert api.breaker.open


def test_no_more_rows_are_remembered_than_it_takes() -> None:
    api = Api(APPLIED, *[UNSENT] * 9)
    assert len(api.breaker._rows) == ROWS


def test_it_waits_twice_as_long_for_each_probe_and_half_a_minute_at_most() -> None:
    api = gone_down()
    waits = []
    for _ in range(8):
        waits.append(api.breaker.delay(api.now))
        assert isinstance(api.probes(UNSENT), Opened)
    assert waits == pytest.approx([1, 2, 4, 8, 16, 30, 30, 30])


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 0.5), (0.5, 0.75), (HIGH, 1.0)])
def test_dice_spread_a_wait_over_its_second_half(jitter: float, seconds: float) -> None:
    assert gone_down(jitter).breaker.delay(0.0) == pytest.approx(seconds)


def test_the_news_say_why_and_for_how_long_nothing_is_sent() -> None:
    api = gone_down(jitter=0.0)
    assert api.news[-1] == Opened(Obstacle.SILENCE, "connection refused", 0.5)
    assert api.probes(BAD_GATEWAY) == Opened(Obstacle.SILENCE, "HTTP 502: an HTML page", 1.0)


def test_only_one_probe_is_under_way() -> None:
    api = gone_down()
    assert api.breaker.delay(5.0) == 0.0
    assert api.breaker.delay(5.0, ahead=1) == inf
    api.breaker.take(5.0)
    assert api.breaker.delay(5.0) == inf
    assert api.breaker.delay(500.0) == inf


def test_asking_changes_nothing() -> None:
    api = gone_down()
    assert [api.breaker.delay(at) for at in (0.0, 9.0, 0.0)] == [pytest.approx(1.0), 0.0, pytest.approx(1.0)]


@pytest.mark.parametrize("answer", UP)
def test_any_answer_to_the_probe_closes_it(answer: Reply) -> None:
    api = gone_down()
    assert isinstance(api.probes(answer), Closed)
    assert not api.breaker.open
    assert api.breaker.delay(api.now, ahead=99) == 0.0


@pytest.mark.parametrize("reply", [*DOWN, *SILENT])
def test_a_probe_without_a_definite_word_leaves_it_open(reply: Reply) -> None:
    api = gone_down()
    assert isinstance(api.probes(reply), Opened)
    assert api.breaker.delay(api.now) == pytest.approx(2.0)


@pytest.mark.parametrize("answer", UP)
def test_a_late_answer_to_an_earlier_request_closes_it_too(answer: Reply) -> None:
    api = gone_down()
    api.now = 0.4
    assert isinstance(api.hears(77, answer, left=-3.0), Closed)


@pytest.mark.parametrize("reply", [*DOWN, *SILENT])
@pytest.mark.parametrize("probing", [False, True])
def test_late_failures_of_earlier_requests_lengthen_no_wait(reply: Reply, probing: bool) -> None:
    api = gone_down()
    if probing:
        api.now = 1.0
        api.breaker.take(1.0)
    before = api.breaker.delay(api.now)
    assert [api.hears(row, reply, left=-3.0) for row in range(100)] == [None] * 100
    assert api.breaker.delay(api.now) == before


def test_late_failures_of_requests_that_met_the_outage_open_nothing_anew() -> None:
    api = gone_down()
    api.probes(APPLIED)
    late = [api.hears(row, TIMEOUT, left=api.now - 0.1) for row in range(100)]
    assert late == [None] * 100
    fresh = [api.hears(row, TIMEOUT) for row in range(10)]
    assert isinstance(fresh[-1], Opened)


def test_each_outage_begins_with_a_short_wait() -> None:
    api = gone_down()
    for _ in range(4):
        api.probes(UNSENT)
    api.probes(APPLIED)
    for row in range(10):
        api.hears(row, UNSENT)
    assert api.breaker.delay(api.now) == pytest.approx(1.0)


def test_after_ten_minutes_it_gives_up_with_the_last_failure() -> None:
    api = gone_down()
    news = api.probes(UNSENT)
    while isinstance(news, Opened):
        news = api.probes(BAD_GATEWAY)
    assert news == GivenUp(Obstacle.SILENCE, "the API has been down for 10 minutes: HTTP 502: an HTML page")
    assert api.now == pytest.approx(600.0)


def test_an_answer_after_nine_minutes_grants_ten_more() -> None:
    api = gone_down()
    while api.now < 540.0:
        api.probes(UNSENT)
    api.probes(APPLIED)
    began = api.now
    news = [api.hears(row, UNSENT) for row in range(10)][-1]
    while isinstance(news, Opened):
        news = api.probes(UNSENT)
    assert api.now - began == pytest.approx(600.0)


def test_only_who_met_the_outage_is_excused() -> None:
    api = Api(APPLIED)
    assert not api.breaker.excuses(turn(0.0))
    for row in range(10):
        api.hears(row, UNSENT)
    api.now = 1.0
    assert api.breaker.excuses(turn(-9.0))
    assert api.breaker.excuses(turn(1.0))
    api.probes(APPLIED)
    assert api.breaker.excuses(turn(0.9))
    assert not api.breaker.excuses(turn(1.0))


@given(st.lists(st.tuples(st.integers(0, 9), st.sampled_from([*DOWN, *SILENT, *UP, PAGE])), max_size=100), st.data())
def test_a_wait_is_never_longer_than_a_minute_and_ends_with_a_probe(
    replies: list[tuple[int, Reply]], data: st.DataObject
) -> None:
    api = Api(APPLIED, jitter=data.draw(st.floats(0, 1, exclude_max=True)))
    for row, reply in replies:
        news = api.probes(reply, row) if api.breaker.open else api.hears(row, reply)
        if isinstance(news, GivenUp):
            return
        assert isinstance(news, Opened) <= api.breaker.open
        assert 0.0 <= api.breaker.delay(api.now) <= max(LONGEST.values())


# Somebody else answers in the API's place


def blocked() -> Api:
    api = Api(APPLIED, *[PAGE] * 10)
    assert api.breaker.open
    return api


def obstacle_of(news: News | None) -> Obstacle:
    assert isinstance(news, Opened)
    return news.obstacle


@pytest.mark.parametrize("rows", [1, 10])
def test_ten_pages_in_succession_open_it_whichever_rows_they_meet(rows: int) -> None:
    api = Api(APPLIED)
    assert [api.hears(number % rows, PAGE) for number in range(9)] == [None] * 9
    assert obstacle_of(api.hears(0, PAGE)) is Obstacle.INTERCEPTION


def test_a_firewall_that_lets_nothing_through_from_the_start_opens_it_too() -> None:
    assert [isinstance(news, Opened) for news in Api(*[PAGE] * 10).news] == [False] * 9 + [True]


def test_half_of_the_last_fifty_open_it_and_less_does_not() -> None:
    third: list[Reply] = [APPLIED, APPLIED, PAGE]
    assert Api(*third * 100).news == [None] * 300
    api = Api(*[APPLIED] * 100)
    news = [api.hears(number, (APPLIED, PAGE)[number % 2]) for number in range(50)]
    assert [isinstance(each, Opened) for each in news] == [False] * 49 + [True]


def test_silence_between_pages_does_not_make_them_count_anew() -> None:
    api = Api(*[PAGE] * 9, TIMEOUT, UNSENT)
    assert isinstance(api.hears(99, PAGE), Opened)


def test_a_firewall_is_asked_ever_more_seldom() -> None:
    api, waits = blocked(), []
    for _ in range(8):
        waits.append(api.breaker.delay(api.now))
        api.probes(PAGE)
    assert waits == pytest.approx([1, 2, 4, 8, 16, 32, 60, 60])


@pytest.mark.parametrize("answer", [*UP, Lost(Code.INTERNAL, "internal error", 500, by_api=True)])
def test_the_probe_that_meets_the_api_closes_it(answer: Reply) -> None:
    api = blocked()
    assert isinstance(api.probes(answer), Closed)
    assert api.hears(0, PAGE) is None


@pytest.mark.parametrize("reply", [*UP, *DOWN, *SILENT, PAGE])
def test_late_answers_neither_close_it_nor_lengthen_the_wait(reply: Reply) -> None:
    api = blocked()
    before = api.breaker.delay(api.now)
    assert [api.hears(row, reply, left=-3.0) for row in range(100)] == [None] * 100
    assert api.breaker.open
    assert api.breaker.delay(api.now) == before


def test_pages_for_requests_that_left_before_it_closed_open_nothing() -> None:
    api = blocked()
    api.probes(APPLIED)
    assert [api.hears(row, PAGE, left=api.now - 0.1) for row in range(100)] == [None] * 100


def test_what_stands_in_the_way_is_what_the_last_probe_met() -> None:
    api = blocked()
    assert obstacle_of(api.probes(TIMEOUT)) is Obstacle.SILENCE
    assert obstacle_of(api.probes(PAGE)) is Obstacle.INTERCEPTION


def test_after_ten_minutes_a_firewall_ends_the_run_in_its_own_words() -> None:
    api, news = blocked(), None
    while not isinstance(news, GivenUp):
        news = api.probes(PAGE)
    words = "for 10 minutes something in between has answered in the API's place"
    assert news == GivenUp(Obstacle.INTERCEPTION, f"{words}: HTTP 403: an HTML page, 'Access denied'")
