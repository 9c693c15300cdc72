"""Laws of the runner, on virtual time with scripted answers."""

import asyncio
import itertools
from collections.abc import Iterator

import anyio
import pytest

from bulk_journeys.errors import DiskFailed
from bulk_journeys.journal.entries import Ended, Heard, Pace, PaceReason, RowEntry, Sending, Settled, Withdrawn
from bulk_journeys.model import (
    Action,
    Doubt,
    Ending,
    Loss,
    Lost,
    Misrouted,
    Outcome,
    Request,
    Throttled,
    Unauthorised,
    Unsent,
    Work,
)
from bulk_journeys.model import (
    FailureCode as Code,
)
from bulk_journeys.pipeline.group_commit import Commits
from bulk_journeys.pipeline.intents import AHEAD
from bulk_journeys.pipeline.pace.fixed_pace import FixedPace
from bulk_journeys.pipeline.retry import RetryPolicy
from bulk_journeys.pipeline.runner import Policies, Runner
from bulk_journeys.pipeline.stop_rules import Stop
from bulk_journeys.settings.options import Rate
from tests.fakes import APPLIED, CONFLICT, LOST, Listener, MemoryJournal, ScriptedLifecycle, jitter, uuid_of, works

ERROR = Lost(Code.INTERNAL, "internal error", 500)
THROTTLED = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429)
REFUSED_TOKEN = Unauthorised(Code.UNAUTHENTICATED, "unauthorized", 401)


class Run:
    """A runner between fakes, with limits off unless *rates* are given."""

    def __init__(
        self, lifecycle: ScriptedLifecycle, *rates: Rate, journal: MemoryJournal | None = None, lanes: int = 5
    ) -> None:
        self.lifecycle = lifecycle
        self.journal = journal or MemoryJournal()
        self.listener = Listener()
        policies = Policies(FixedPace(rates), lanes, RetryPolicy(tries=3, base=1.0), jitter=jitter(), clock=self._clock)
        self.runner = Runner(lifecycle, self.journal, self.listener.tell, policies)

    def _clock(self) -> float:
        return 1_000_000.0 + asyncio.get_running_loop().time()

    async def carry_out(self, work: Iterator[Work]) -> Stop:
        return await self.runner.run(work)

    def outcomes(self) -> list[Outcome]:
        return [entry.outcome for _, entry in sorted(self.journal.settled().items())]


async def test_every_row_is_settled_once_and_the_journal_ends_with_the_ending() -> None:
    run = Run(ScriptedLifecycle({1: [CONFLICT]}))
    ending = await run.carry_out(works(12))
    assert ending.ending == "complete"
    settled = [entry.row for entry in run.journal.entries if isinstance(entry, Settled)]
    assert sorted(settled) == list(range(12))
    assert run.outcomes() == [Outcome.APPLIED, Outcome.CONFLICT, *[Outcome.APPLIED] * 10]
    assert isinstance(run.journal.entries[-1], Ended)


async def test_no_request_leaves_before_its_intent_is_on_disk() -> None:
    journal = MemoryJournal()
    missing: list[str] = []

    class Checking(ScriptedLifecycle):
        async def perform(self, request: Request) -> object:  # type: ignore[override]
            rows = {uuid_of(entry.row) for entry in journal.entries if isinstance(entry, Sending)}
            missing.extend({request.uuid} - rows)
            return await super().perform(request)

    run = Run(Checking({0: [LOST]}), journal=journal)
    await run.carry_out(works(20))
    assert missing == []
    assert [entry.attempt for entry in journal.of_row(0) if isinstance(entry, Sending)] == [1, 2]


async def test_nobody_hears_of_an_outcome_before_it_is_on_disk() -> None:
    run = Run(ScriptedLifecycle())
    early: list[int] = []
    run.listener._on_settled = lambda count: early.extend(run.listener.outcomes.keys() - run.journal.settled().keys())
    await run.carry_out(works(50))
    assert len(run.listener.outcomes) == 50
    assert early == []


async def test_no_more_requests_are_under_way_than_there_are_lanes() -> None:
    run = Run(ScriptedLifecycle(), lanes=3)
    await run.carry_out(works(30))
    assert run.lifecycle.most_under_way == 3


async def test_many_outcomes_share_one_sync() -> None:
    run = Run(ScriptedLifecycle(), lanes=50)
    await run.carry_out(works(500))
    assert len(run.journal.writes) < 100


async def test_a_row_in_back_off_keeps_no_lane_from_the_others() -> None:
    lost = [Lost(Code.TIMEOUT, "no answer")] * 2
    run = Run(ScriptedLifecycle({0: lost}), lanes=1)
    await run.carry_out(works(10))
    assert run.lifecycle.sent[-1] == uuid_of(0)
    assert run.lifecycle.sent.count(uuid_of(0)) == 3


async def test_back_off_grows_with_full_jitter() -> None:
    run = Run(ScriptedLifecycle({0: [Unsent(Code.UNREACHABLE, "refused")] * 3}, latency=0.0))
    await run.carry_out(iter([*works(2)][:1]))
    assert run.lifecycle.began_at == pytest.approx([0.0, 0.5, 1.5], abs=0.01)


async def test_a_conflict_after_a_lost_answer_is_in_doubt_and_says_why() -> None:
    run = Run(ScriptedLifecycle({0: [LOST, CONFLICT]}))
    await run.carry_out(works(1))
    settled = run.journal.settled()[0]
    assert settled.outcome is Outcome.IN_DOUBT
    assert settled.message == "journey is not running"
    assert settled.doubt
    assert (settled.doubt.loss, settled.doubt.attempt, settled.doubt.message) == (Loss.NO_ANSWER, 1, "connection reset")
    assert settled.attempts == 2


async def test_the_memory_of_a_lost_attempt_survives_into_the_next_run() -> None:
    run = Run(ScriptedLifecycle({0: [CONFLICT]}))
    work = Work(0, Request(Action.PAUSE, uuid_of(0)), attempts=1, doubt=Doubt(Loss.IN_FLIGHT, 1), started_at=5.0)
    await run.carry_out(iter([work]))
    settled = run.journal.settled()[0]
    assert (settled.outcome, settled.attempts, settled.started_at) == (Outcome.IN_DOUBT, 2, 5.0)


async def test_a_fixed_rate_is_spaced_evenly() -> None:
    run = Run(ScriptedLifecycle(latency=0.01), Rate(10, 1.0))
    await run.carry_out(works(30))
    gaps = [after - before for before, after in zip(run.lifecycle.began_at, run.lifecycle.began_at[1:], strict=False)]
    assert min(gaps) >= 0.094
    assert run.lifecycle.began_at[-1] == pytest.approx(2.9, abs=0.02)


async def test_all_windows_hold_at_once() -> None:
    run = Run(ScriptedLifecycle(latency=0.01), Rate(3, 1.0), Rate(60, 60.0))
    await run.carry_out(works(150))
    began = run.lifecycle.began_at
    for limit, period in ((3, 1.0), (60, 60.0)):
        assert all(began[i + limit] - began[i] >= period - 1e-6 for i in range(len(began) - limit))
    assert began[59] == pytest.approx(59 / 3, abs=0.1)


async def test_a_hint_stops_everybody_and_costs_no_attempt() -> None:
    busy = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, hint=30.0)
    run = Run(ScriptedLifecycle({2: [busy] * 4}), Rate(10, 1.0))
    await run.carry_out(works(20))
    assert run.outcomes() == [Outcome.APPLIED] * 20
    assert run.journal.settled()[2].attempts == 5
    began = run.lifecycle.began_at
    gaps = sorted(after - before for before, after in itertools.pairwise(began))
    assert all(gap > 29.5 for gap in gaps[-4:])
    assert gaps[-5] < 1.0


async def test_refusals_without_a_hint_make_the_pool_wait_longer_and_longer() -> None:
    run = Run(ScriptedLifecycle({0: [THROTTLED] * 5}, latency=0.0), lanes=1)
    await run.carry_out(works(1))
    assert run.lifecycle.began_at == pytest.approx([0.0, 0.25, 0.75, 1.75, 3.75, 7.75], abs=0.02)


async def test_a_row_that_is_refused_for_ever_fails_in_the_end() -> None:
    run = Run(ScriptedLifecycle({0: [THROTTLED] * 2000}))
    await run.carry_out(works(2))
    assert run.outcomes() == [Outcome.FAILED, Outcome.APPLIED]


async def test_a_wrong_token_stops_the_run_after_the_first_answer() -> None:
    run = Run(ScriptedLifecycle({row: [REFUSED_TOKEN] for row in range(40)}), lanes=1)
    ending = await run.carry_out(works(40))
    assert ending.ending == "unauthorised"
    assert len(run.lifecycle.sent) == 1
    assert run.outcomes() == []


async def test_what_is_under_way_when_the_run_stops_is_settled() -> None:
    run = Run(ScriptedLifecycle({0: [REFUSED_TOKEN]}), lanes=4)
    await run.carry_out(works(40))
    assert len(run.lifecycle.sent) == 4
    assert sorted(run.journal.settled()) == [1, 2, 3]


async def test_answers_of_somebody_else_stop_the_run_and_leave_the_rows_open() -> None:
    lost_way = Misrouted(Code.HTTP_STATUS, "HTTP 404: 'Not Found'", 404)
    run = Run(ScriptedLifecycle({row: [lost_way] * 9 for row in range(9)}))
    assert (await run.carry_out(works(9))).ending == "misrouted"
    assert run.outcomes() == []


async def test_one_stray_page_among_real_answers_stops_nothing() -> None:
    stray = Misrouted(Code.HTTP_STATUS, "HTTP 404: an HTML page", 404)
    run = Run(ScriptedLifecycle({7: [stray] * 3}))
    assert (await run.carry_out(works(9))).ending == "complete"
    assert run.outcomes().count(Outcome.FAILED) == 1


async def test_nobody_at_home_stops_the_run() -> None:
    run = Run(ScriptedLifecycle({row: [Unsent(Code.UNREACHABLE, "connection refused")] * 9 for row in range(90)}))
    ending = await run.carry_out(works(90))
    assert ending.ending == "unreachable"
    assert run.outcomes() == []


async def test_a_stop_wakes_whoever_waits_for_a_turn_and_takes_the_intent_back() -> None:
    run = Run(ScriptedLifecycle(), Rate(1, 60.0), lanes=2)
    asyncio.get_running_loop().call_later(10.0, run.runner.stop, Stop(Ending.INTERRUPTED, "by SIGINT"))
    await run.carry_out(works(5))
    assert asyncio.get_running_loop().time() == pytest.approx(10.0, abs=0.01)
    assert run.lifecycle.sent == [uuid_of(0)]
    assert [entry.row for entry in run.journal.entries if isinstance(entry, Sending)] == [0]


async def test_a_stop_takes_the_intents_back_that_were_announced_ahead() -> None:
    run = Run(ScriptedLifecycle(latency=1.0), lanes=2)
    asyncio.get_running_loop().call_later(0.5, run.runner.stop, Stop(Ending.INTERRUPTED, "by SIGINT"))
    await run.carry_out(works(50))
    assert sorted(run.journal.settled()) == [0, 1]
    announced = {entry.row for entry in run.journal.entries if isinstance(entry, Sending)} - {0, 1}
    assert 1 <= len(announced) <= 2 * AHEAD
    for row in announced:
        latest = run.journal.of_row(row)[-1]
        assert isinstance(latest, Withdrawn)
        assert (latest.attempts, latest.doubt) == (0, None)


def rows_in_doubt_after_a_crash(journal: MemoryJournal) -> set[int]:
    latest = {entry.row: entry for entry in journal.entries if isinstance(entry, RowEntry)}
    return {row for row, entry in latest.items() if isinstance(entry, Sending)}


@pytest.mark.parametrize("rates", [(), (Rate(1, 10.0),)])
async def test_a_crash_while_everybody_waits_for_a_turn_leaves_nothing_in_doubt(rates: tuple[Rate, ...]) -> None:
    busy = Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, hint=60.0)
    run = Run(ScriptedLifecycle({row: [busy] for row in range(4)}), *rates, lanes=4)
    open_rows: list[set[int]] = []
    for at in (5.0, 30.0, 55.0):
        asyncio.get_running_loop().call_later(at, lambda: open_rows.append(rows_in_doubt_after_a_crash(run.journal)))
    await run.carry_out(works(20))
    assert open_rows == [set(), set(), set()]
    assert run.outcomes() == [Outcome.APPLIED] * 20


async def test_a_stop_wakes_whoever_waits_to_try_again() -> None:
    run = Run(ScriptedLifecycle({0: [LOST, LOST]}, latency=0.0))
    asyncio.get_running_loop().call_later(0.1, run.runner.stop, Stop(Ending.INTERRUPTED, "by SIGINT"))
    await run.carry_out(works(1))
    assert asyncio.get_running_loop().time() == pytest.approx(0.1, abs=0.01)
    latest = run.journal.of_row(0)[-1]
    assert isinstance(latest, Heard)
    assert latest.doubt
    assert (latest.doubt.loss, latest.doubt.attempt, latest.doubt.message) == (Loss.NO_ANSWER, 1, "connection reset")


@pytest.mark.parametrize("write", [1, 2, 5])
async def test_a_failing_disk_ends_the_run_at_once(write: int) -> None:
    run = Run(ScriptedLifecycle(), journal=MemoryJournal(fails_at=write))
    with pytest.raises(DiskFailed, match="no space left"):
        await run.carry_out(works(100))
    assert len(run.journal.writes) == write - 1
    assert run.listener.outcomes.keys() == run.journal.settled().keys()


async def test_rows_wait_in_a_bounded_backlog() -> None:
    run = Run(ScriptedLifecycle({row: [ERROR] * 2 for row in range(1500)}, latency=0.0), lanes=1)
    taken: list[int] = []

    def watched() -> Iterator[Work]:
        for work in works(1500):
            taken.append(len(run.journal.settled()) if work.row == 1400 else 0)
            yield work

    await run.carry_out(watched())
    assert taken[1400] > 0
    assert run.outcomes() == [Outcome.APPLIED] * 1500


async def test_applied_is_what_the_api_said() -> None:
    run = Run(ScriptedLifecycle(latency=0.25))
    await run.carry_out(works(1))
    settled = run.journal.settled()[0]
    assert (settled.outcome, settled.status, settled.title) == (Outcome.APPLIED, APPLIED.status, APPLIED.title)
    assert (settled.attempts, settled.http_status, settled.code) == (1, 200, None)
    assert settled.at - settled.started_at == pytest.approx(0.25, abs=1e-6)


async def test_a_journal_that_is_not_where_it_was_stops_the_run_and_takes_what_is_under_way() -> None:
    journal = MemoryJournal(words=[None, None, "journal.jsonl is gone", "journal.jsonl is gone"])
    run = Run(ScriptedLifecycle(), journal=journal)
    ending = await run.carry_out(works(100))
    assert ending == Stop(Ending.DISPLACED, "journal.jsonl is gone")
    assert run.listener.stops == ["journal.jsonl is gone"]
    assert 0 < len(run.lifecycle.sent) < 100
    assert set(run.outcomes()) == {Outcome.APPLIED}
    assert len(run.outcomes()) == len(run.lifecycle.sent)
    assert isinstance(journal.entries[-1], Ended)


async def test_nothing_is_sent_of_what_was_announced_in_a_journal_that_is_gone() -> None:
    run = Run(ScriptedLifecycle(), journal=MemoryJournal(words=["journal.jsonl is gone"]))
    await run.carry_out(works(100))
    assert run.lifecycle.sent == []


async def test_the_journal_notes_the_pace_once_a_second_and_how_long_each_attempt_took() -> None:
    run = Run(ScriptedLifecycle({0: [LOST]}, latency=0.25), Rate(4, 1.0))
    await run.carry_out(works(20))
    notes = [entry for entry in run.journal.entries if isinstance(entry, Pace)]
    assert [entry.rate for entry in notes] == [4.0] * len(notes)
    assert 4 <= len(notes) <= 6  # 20 rows at 4 a second
    assert {entry.reason for entry in notes} == {PaceReason.RATE}
    tried = [entry for entry in run.journal.entries if isinstance(entry, Heard | Settled)]
    assert {entry.duration for entry in tried} == {0.25}


async def test_the_pace_is_no_reason_to_write() -> None:
    commits = Commits(journal := MemoryJournal(), lambda event: None, lambda words: None)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(commits.keep_writing)
        commits.note(Pace(5.0, 4.0, 1, 5, PaceReason.RATE))
        await anyio.sleep(60.0)
        assert journal.writes == []
        await commits.reach(commits.append(Ended(6.0, Ending.COMPLETE, "done")))
        assert [type(entry) for entry in journal.entries] == [Pace, Ended]
        tasks.cancel_scope.cancel()
