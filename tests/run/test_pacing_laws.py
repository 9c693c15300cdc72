"""Laws of the search for a limit: the real runner and pace against a simulated server, the same by seed."""

from bisect import bisect_left

import pytest

from bulk_journeys.journal.entries import Sending
from bulk_journeys.model import Outcome
from bulk_journeys.pipeline.pace.fixed_pace import SLACK, FixedPace
from bulk_journeys.pipeline.pace.pace import SearchingPace
from bulk_journeys.pipeline.runner import Policies, Runner
from bulk_journeys.settings.options import Rate
from tests.fakes import Listener, MemoryJournal, ScriptedLifecycle, works
from tests.simulation.limits import LIMITERS, Change, Kind, RateLimit, least_seconds
from tests.simulation.run import Client, Run, simulate
from tests.simulation.server import Hint, Spread, Terms

ROWS = 300
TINY = 1e-6
"""Seconds that a turn of the loop may add."""


def limited(kind: Kind, rate: float, seconds: float, *changes: Change, hint: Hint = Hint.NONE) -> Terms:
    return Terms(RateLimit(kind, rate, seconds), changes, hint=hint)


def searched(terms: Terms, rows: int = ROWS, max_rate: float = 10_000.0, seed: int = 1) -> Run:
    return simulate(terms, rows, Client(SearchingPace(rows, max_rate=max_rate)), seed)


@pytest.mark.parametrize(("kind", "seconds"), LIMITERS)
def test_every_row_is_settled_whatever_the_limit(kind: Kind, seconds: float) -> None:
    run = searched(limited(kind, 5.0, seconds))
    assert run.outcomes == {Outcome.APPLIED: ROWS}


@pytest.mark.parametrize("places", [1, 4, 16])
@pytest.mark.parametrize("status", [503, 429])
def test_every_row_is_settled_whatever_the_number_at_once(places: int, status: int) -> None:
    run = searched(Terms(places=places, crowded_status=status))
    assert run.outcomes == {Outcome.APPLIED: ROWS}
    assert run.server.most_inside <= places


@pytest.mark.parametrize(
    "changes",
    [(Change(10.0, 0.5),), (Change(10.0, 2.0),), (Change(5.0, float("inf")), Change(35.0, 1.0))],
    ids=["halved", "doubled", "gone for a while"],
)
@pytest.mark.parametrize(("kind", "seconds"), LIMITERS)
def test_every_row_is_settled_though_the_limit_changes(kind: Kind, seconds: float, changes: tuple[Change, ...]) -> None:
    run = searched(limited(kind, 10.0, seconds, *changes))
    assert run.outcomes == {Outcome.APPLIED: ROWS}


def test_every_row_is_settled_though_answers_are_lost() -> None:
    run = searched(Terms(RateLimit(Kind.BUCKET, 20.0, 1.0), faults=0.02), rows=1000)
    assert run.outcomes == {Outcome.APPLIED: 1000}
    assert len(run.server.sent) - sum(run.server.refused) > 1000


def test_every_row_is_settled_though_the_server_is_away_for_half_a_minute() -> None:
    terms = Terms(RateLimit(Kind.BUCKET, 20.0, 1.0), away=(5.0, 35.0))
    run = simulate(terms, ROWS, Client(SearchingPace(ROWS), lanes=16), seed=1)
    assert run.outcomes.total() == ROWS


def test_a_row_is_settled_by_the_one_answer_that_a_server_of_one_place_gives_at_a_time() -> None:
    run = searched(Terms(places=1, latency=Spread(0.1, 0.1)), rows=50)
    assert run.outcomes == {Outcome.APPLIED: 50}
    assert run.seconds >= 5.0


@pytest.mark.parametrize("hint", [Hint.SECONDS, Hint.EXACT, Hint.DATE, Hint.ABSURD])
@pytest.mark.parametrize(("kind", "seconds"), LIMITERS)
def test_nothing_is_sent_inside_a_pause_that_was_asked_for(kind: Kind, seconds: float, hint: Hint) -> None:
    rows = 700 if seconds == 60.0 else 150
    run = searched(limited(kind, 5.0, seconds, hint=hint), rows)
    server = run.server
    assert run.outcomes == {Outcome.APPLIED: rows}
    assert server.pauses
    for pause in server.pauses:
        first_after = bisect_left(server.sent, pause.at + TINY)
        assert all(at >= pause.at + pause.seconds - TINY for at in server.sent[first_after : first_after + 1])


@pytest.mark.parametrize("max_rate", [3, 20, 40])
def test_no_second_sees_more_requests_than_the_user_allows_but_for_the_slack(max_rate: int) -> None:
    """The first two may leave early, each by the slack that timers have."""
    sent = searched(Terms(), rows=10 * max_rate, max_rate=float(max_rate)).server.sent
    spans = [after - before for before, after in zip(sent, sent[max_rate:], strict=False)]
    assert min(spans) >= 1.0 - 2 * SLACK - TINY
    assert len(sent) / (sent[-1] - sent[0]) > 0.6 * max_rate


@pytest.mark.parametrize(
    ("rate", "kind", "seconds"),
    [
        (5, Kind.BUCKET, 1.0),
        (5, Kind.SLIDING, 60.0),
        (100, Kind.BUCKET, 0.2),
        (100, Kind.SLIDING, 1.0),
        (500, Kind.BUCKET, 1.0),
        (500, Kind.SLIDING, 1.0),
    ],
)
def test_a_fixed_rate_is_used_and_never_refused_by_a_server_that_allows_a_little_more(
    rate: int, kind: Kind, seconds: float
) -> None:
    rows = rate * (90 if seconds == 60.0 else 6)
    terms = limited(kind, 1.03 * rate, seconds)
    server = simulate(terms, rows, Client(FixedPace([Rate(rate, 1.0)])), seed=1).server
    assert sum(server.refused) == 0
    assert (rows - 1) / (server.sent[-1] - server.sent[0]) >= 0.99 * rate


@pytest.mark.parametrize(("kind", "seconds"), LIMITERS)
def test_nine_tenths_of_a_constant_limit_are_used(kind: Kind, seconds: float) -> None:
    run = searched(limited(kind, 50.0, seconds), rows=3600 if seconds == 60.0 else 2000)
    assert run.efficiency >= 0.9
    assert run.waste < 0.05


@pytest.mark.parametrize(("places", "rows"), [(4, 1000), (8, 2500)])
def test_a_limit_on_concurrency_is_found_and_used(places: int, rows: int) -> None:
    """Never more than it under way, the network included, is 76 % of it."""
    pace = SearchingPace(rows, max_rate=10_000.0)
    run = simulate(Terms(places=places), rows, Client(pace), seed=1)
    assert pace.found is not None
    assert pace.found.lanes in range(places - 1, places + 3)
    assert run.efficiency >= 0.6
    assert run.waste < 0.02


def test_a_limit_on_concurrency_is_used_though_it_looks_like_one_on_the_rate() -> None:
    run = searched(Terms(places=4, crowded_status=429), rows=1000)
    assert run.efficiency >= 0.5
    assert run.waste < 0.02


@pytest.mark.parametrize("terms", [limited(Kind.FIXED, 20.0, 1.0), Terms(places=4, faults=0.02)], ids=str)
def test_the_same_seed_gives_the_same_run_and_another_seed_another(terms: Terms) -> None:
    first, again, other = (searched(terms, seed=seed).server for seed in (1, 1, 2))
    assert (first.sent, first.refused) == (again.sent, again.refused)
    assert first.sent != other.sent


def test_what_a_limit_needs_at_least_is_counted_piece_by_piece() -> None:
    assert least_seconds(5.0, (), 600) == 120.0
    assert least_seconds(5.0, (Change(60.0, 0.5),), 450) == 120.0
    assert least_seconds(5.0, (Change(60.0, 2.0),), 900) == 120.0
    assert least_seconds(5.0, (Change(60.0, float("inf")), Change(90.0, 1.0)), 900) == 60.0


def test_a_bucket_that_is_halved_holds_no_more_than_it_held() -> None:
    bucket = RateLimit(Kind.BUCKET, 10.0, 2.0)
    limiter = bucket.limiter(0.0)
    for _ in range(17):
        limiter.take(0.0)
    halved = bucket.scaled(0.5).limiter(0.0, limiter, 0.0)
    assert [halved.wait(0.0), halved.take(0.0), halved.take(0.0), halved.take(0.0), halved.wait(0.0)] == [
        0.0, None, None, None, pytest.approx(0.2),
    ]  # fmt: skip
    assert bucket.scaled(2.0).limiter(0.0, bucket.limiter(0.0), 0.0).quota(0.0).left == 20


def test_a_window_that_is_halved_remembers_what_was_taken() -> None:
    window = RateLimit(Kind.SLIDING, 4.0, 1.0)
    limiter = window.limiter(0.0)
    for at in (0.0, 0.25, 0.5):
        limiter.take(at)
    assert window.scaled(0.5).limiter(0.0, limiter, 0.5).wait(0.5) == pytest.approx(0.75)


async def test_a_row_that_waits_for_no_more_than_its_turn_is_announced_once() -> None:
    journal = MemoryJournal()
    policies = Policies(SearchingPace(200, max_rate=1000.0), lanes=100)
    await Runner(ScriptedLifecycle(), journal, Listener().tell, policies).run(works(200))
    assert sum(isinstance(entry, Sending) for entry in journal.entries) == 200


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_limit_that_is_halved_is_not_taken_for_refusals_at_any_rate(seed: int) -> None:
    terms = limited(Kind.FIXED, 50.0, 1.0, Change(30.0, 0.5))
    assert simulate(terms, 2250, Client(SearchingPace(2250, max_rate=1000.0)), seed).waste < 0.1
