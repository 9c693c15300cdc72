"""Laws of runs that guard themselves: canary, limit, deadline, too many failures, an API that is down for a while."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from random import Random
from typing import Final

import pytest

from bulk_journeys.journal.entries import Ended, Heard, RowEntry, Sending
from bulk_journeys.model import Ending, Intercepted, Lost, Outcome, Refused, Reply, Request, Unsent
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.pipeline.breaker import VOLUME
from bulk_journeys.pipeline.intents import AHEAD
from bulk_journeys.pipeline.pace.fixed_pace import FixedPace
from bulk_journeys.pipeline.pace.pace import SearchingPace
from bulk_journeys.pipeline.retry import RetryPolicy
from bulk_journeys.pipeline.runner import COMPLETE, Policies, Runner
from bulk_journeys.pipeline.stop_rules import Guard, Stop, Tolerance
from bulk_journeys.settings.options import Rate
from tests.fakes import CONFLICT, Listener, MemoryJournal, ScriptedLifecycle, jitter, uuid_of, works
from tests.simulation.blind_loop import run_blindly
from tests.simulation.limits import Kind, RateLimit
from tests.simulation.server import SimulatedServer, Terms
from tests.virtual_time import THREAD

UNSENT: Final = Unsent(Code.UNREACHABLE, "connection refused")
BAD_GATEWAY: Final = Lost(Code.HTTP_STATUS, "HTTP 502: an HTML page", 502)
TIMEOUT: Final = Lost(Code.TIMEOUT, "no answer in time")
PAGE: Final = Intercepted(Code.HTTP_STATUS, "HTTP 403: an HTML page, 'Access denied'", 403)
REJECTED: Final = Refused(Code.NOT_FOUND, "no such journey", 404)


Scripts = dict[int, Sequence[Reply]]


class Outage(ScriptedLifecycle):
    """An API in place of which *reply* comes for what is sent from *since* until *until*."""

    def __init__(self, since: float, until: float, reply: Reply, scripts: Scripts | None = None) -> None:
        super().__init__(scripts)
        self._since, self._until, self._instead = since, until, reply
        self.met: list[tuple[float, str]] = []

    async def perform(self, request: Request) -> Reply:
        now = asyncio.get_running_loop().time()
        if not self._since <= now < self._until:
            return await super().perform(request)
        self.met.append((now, request.uuid))
        await asyncio.sleep(0.01)
        return self._instead


class Run:
    """A runner between fakes; its pace is without limits unless there is a *rate*."""

    def __init__(self, lifecycle: ScriptedLifecycle, policies: Policies) -> None:
        self.lifecycle, self.journal, self.listener = lifecycle, MemoryJournal(), Listener()
        self.runner = Runner(lifecycle, self.journal, self.listener.tell, policies)

    async def carry_out(self, rows: int) -> Stop:
        return await self.runner.run(works(rows))

    def outcomes(self) -> list[Outcome]:
        return [entry.outcome for _, entry in sorted(self.journal.settled().items())]

    def announced(self) -> set[int]:
        return {entry.row for entry in self.journal.entries if isinstance(entry, Sending)}

    def in_doubt_after_a_crash(self) -> set[int]:
        latest = {entry.row: entry for entry in self.journal.entries if isinstance(entry, RowEntry)}
        return {row for row, entry in latest.items() if isinstance(entry, Sending)}


def policies(
    *rates: Rate,
    lanes: int = 5,
    guard: Guard | None = None,
    canary: int = 0,
    limit: int | None = None,
    deadline: float | None = None,
) -> Policies:
    return Policies(
        FixedPace(rates),
        lanes,
        RetryPolicy(tries=3, base=1.0),
        guard or Guard(),
        canary=canary,
        limit=limit,
        deadline=deadline,
        jitter=jitter(),
        clock=now,
    )


def now() -> float:
    return asyncio.get_running_loop().time()


@pytest.mark.parametrize("rates", [(), (Rate(10, 1.0),)])
async def test_no_row_is_announced_before_the_canary_is_settled(rates: tuple[Rate, ...]) -> None:
    early: list[set[int]] = []

    class Watched(ScriptedLifecycle):
        async def perform(self, request: Request) -> Reply:
            if len(run.journal.settled()) < 3:
                early.append(run.announced())
            return await super().perform(request)

    scripts: Scripts = {1: [Lost(Code.INTERNAL, "internal error", 500)] * 2}
    run = Run(Watched(scripts), policies(*rates, canary=3))
    assert (await run.carry_out(30)).ending == "complete"
    assert set().union(*early) == {0, 1, 2}
    assert sorted(run.lifecycle.sent[:5]) == sorted(uuid_of(row) for row in (0, 1, 1, 1, 2))
    assert run.outcomes() == [Outcome.APPLIED] * 30


async def test_a_canary_that_fails_leaves_every_other_row_alone() -> None:
    run = Run(ScriptedLifecycle({1: [REJECTED]}), policies(canary=3, guard=Guard(canary=3)))
    stop = await run.carry_out(30)
    assert stop == Stop(Ending.CANARY, "a row of the canary was rejected: no row after it was begun")
    assert run.listener.stops == [stop.message]
    assert run.announced() == {0, 1, 2}
    assert run.outcomes() == [Outcome.APPLIED, Outcome.REJECTED, Outcome.APPLIED]


async def test_a_canary_that_waits_for_another_try_stays_open_when_the_run_stops() -> None:
    scripts: Scripts = {0: [TIMEOUT], 1: [REJECTED]}
    run = Run(ScriptedLifecycle(scripts), policies(canary=2, guard=Guard(canary=2)))
    assert (await run.carry_out(30)).ending == "canary"
    assert run.journal.settled().keys() == {1}
    assert isinstance(run.journal.of_row(0)[-1], Heard)


FOREIGN: Final[list[Reply]] = [TIMEOUT, PAGE, TIMEOUT]


@pytest.mark.parametrize("rates", [(), (Rate(10, 1.0),)])
async def test_at_a_strangers_one_row_goes_alone_until_an_answer_is_understood(rates: tuple[Rate, ...]) -> None:
    run = Run(ScriptedLifecycle({0: [TIMEOUT, UNSENT, CONFLICT]}), policies(*rates, guard=Guard(stranger=True)))
    assert (await run.carry_out(30)).ending == "complete"
    assert run.lifecycle.sent[:3] == [uuid_of(0)] * 3
    announced = [entry.row for entry in run.journal.entries if isinstance(entry, Sending)]
    assert announced[:3] == [0] * 3
    assert run.lifecycle.began_at[3] >= run.lifecycle.began_at[2] + 0.1  # behind the answer that was understood
    assert run.lifecycle.most_under_way > 1


@pytest.mark.parametrize("tries", [1, 2, 5])
async def test_three_lost_answers_at_a_strangers_stop_the_run_and_leave_three_rows_in_doubt_at_most(tries: int) -> None:
    scripts: Scripts = dict.fromkeys(range(30), FOREIGN)
    run = Run(ScriptedLifecycle(scripts), replace(policies(guard=Guard(stranger=True)), retry=RetryPolicy(tries)))
    stop = await run.carry_out(30)
    assert stop.ending == "unreachable"
    assert "3 requests, and no answer that is the API's own" in stop.message
    assert len(run.lifecycle.sent) == 3
    assert len(run.announced()) <= 3
    assert run.in_doubt_after_a_crash() == set()


async def test_who_was_met_before_is_met_with_all_lanes_at_once() -> None:
    run = Run(ScriptedLifecycle(), policies(guard=Guard()))
    await run.carry_out(30)
    assert run.lifecycle.began_at[:5] == pytest.approx([run.lifecycle.began_at[0]] * 5, abs=0.001)


async def test_the_row_that_goes_first_is_one_of_the_canary() -> None:
    run = Run(ScriptedLifecycle({3: [REJECTED]}), policies(canary=3, guard=Guard(canary=3, stranger=True)))
    assert (await run.carry_out(30)).ending == "complete"
    early = [entry.row for entry in run.journal.entries if isinstance(entry, Sending)]
    assert sorted(early[:3]) == [0, 1, 2]


async def test_a_plan_of_one_row_at_a_strangers_is_carried_out() -> None:
    run = Run(ScriptedLifecycle(), policies(guard=Guard(stranger=True)))
    assert (await run.carry_out(1)).ending == "complete"


async def test_a_firewall_holds_the_run_for_ten_minutes_and_ends_it_with_its_rows_open() -> None:
    api = Outage(0.25, 9000.0, PAGE)
    run = Run(api, policies(lanes=20))
    stop = await run.carry_out(200)
    assert stop.ending == "intercepted"
    assert "for 10 minutes something in between has answered in the API's place: HTTP 403" in stop.message
    assert 600.0 <= now() <= 700.0
    assert len(api.met) < 60
    assert set(run.outcomes()) == {Outcome.APPLIED}


async def test_a_firewall_that_goes_away_costs_no_row_a_try() -> None:
    run = Run(Outage(0.25, 120.0, PAGE), policies(lanes=20))
    assert (await run.carry_out(200)).ending == "complete"
    assert run.outcomes() == [Outcome.APPLIED] * 200


async def test_a_plan_smaller_than_its_canary_is_carried_out() -> None:
    run = Run(ScriptedLifecycle(), policies(canary=10))
    assert (await run.carry_out(4)).ending == "complete"
    assert run.outcomes() == [Outcome.APPLIED] * 4


@pytest.mark.parametrize("canary", [0, 3, 10, 50])
async def test_only_the_first_rows_of_a_limited_run_are_touched(canary: int) -> None:
    run = Run(ScriptedLifecycle({2: [TIMEOUT]}), policies(limit=10, canary=canary))
    stop = await run.carry_out(30)
    assert stop == Stop(Ending.LIMIT, "the first 10 rows are done, as --limit says")
    assert run.announced() == run.journal.settled().keys() == set(range(10))
    assert run.listener.stops == []


async def test_a_limit_that_leaves_nothing_over_is_no_reason() -> None:
    for limit in (10, 11):
        assert (await Run(ScriptedLifecycle(), policies(limit=limit)).carry_out(10)).ending == "complete"


async def test_a_limit_of_one_is_told_in_the_singular() -> None:
    stop = await Run(ScriptedLifecycle(), policies(limit=1)).carry_out(2)
    assert stop.message == "the first row is done, as --limit says"


async def test_a_run_that_stops_below_its_limit_says_why_it_stopped() -> None:
    guard = Guard(Tolerance(count=0))
    stop = await Run(ScriptedLifecycle({0: [REJECTED]}), policies(limit=10, guard=guard)).carry_out(30)
    assert stop.ending == "failures"


async def test_too_many_failures_stop_the_run_and_what_is_under_way_is_settled() -> None:
    scripts: Scripts = {row: [REJECTED] for row in range(0, 60, 2)}
    run = Run(ScriptedLifecycle(scripts), policies(lanes=4, guard=Guard(Tolerance(count=4))))
    stop = await run.carry_out(60)
    assert stop == Stop(Ending.FAILURES, "5 of 9 rows came to nothing, more than the 4 of --max-failures")
    assert run.outcomes() == [Outcome.REJECTED, Outcome.APPLIED] * 6
    assert len(run.lifecycle.sent) == 12
    assert run.in_doubt_after_a_crash() == set()


async def stopped_by_its_deadline(run: Run, rows: int, deadline: float) -> None:
    assert (await run.carry_out(rows)).ending == "deadline"
    assert now() == pytest.approx(deadline, abs=0.02)
    assert run.in_doubt_after_a_crash() == set()


async def test_a_deadline_comes_while_everything_waits_for_the_pace() -> None:
    await stopped_by_its_deadline(Run(ScriptedLifecycle(), policies(Rate(1, 600.0), deadline=120.0)), 9, 120.0)


async def test_a_deadline_comes_while_everything_backs_off() -> None:
    run = Run(ScriptedLifecycle({row: [UNSENT] * 2 for row in range(4)}), policies(deadline=0.4))
    await stopped_by_its_deadline(run, 4, 0.4)


@pytest.mark.parametrize("reply", [UNSENT, TIMEOUT])
@pytest.mark.parametrize("rates", [(), (Rate(5, 1.0),)])
async def test_a_deadline_comes_while_everything_waits_for_the_breaker(reply: Reply, rates: tuple[Rate, ...]) -> None:
    run = Run(Outage(0.05, 900.0, reply), policies(*rates, deadline=120.0))
    await stopped_by_its_deadline(run, 2000, 120.0)
    assert run.listener.outages


async def test_what_is_under_way_at_the_deadline_is_settled_and_recorded() -> None:
    run = Run(ScriptedLifecycle(latency=5.0), policies(lanes=3, deadline=62.0))
    await run.carry_out(100)
    assert now() == pytest.approx(65.0, abs=0.1)
    assert len(run.lifecycle.sent) == 39
    assert run.outcomes() == [Outcome.APPLIED] * 39
    assert run.in_doubt_after_a_crash() == set()


async def test_a_run_that_is_done_does_not_wait_for_its_deadline() -> None:
    assert (await Run(ScriptedLifecycle(), policies(deadline=3600.0)).carry_out(5)).ending == "complete"
    assert now() < 1.0


async def test_a_deadline_that_comes_while_the_last_word_is_written_changes_nothing() -> None:
    await Run(ScriptedLifecycle(), policies()).carry_out(1)
    run = Run(ScriptedLifecycle(), policies(deadline=now() - THREAD / 2))
    assert (await run.carry_out(1)).ending == "complete"
    latest = run.journal.entries[-1]
    assert isinstance(latest, Ended)
    assert latest.ending == "complete"
    assert run.listener.stops == []


@pytest.mark.parametrize("rows", [1, 3])
async def test_a_deadline_that_comes_while_the_last_rows_are_settled_left_nothing_undone(rows: int) -> None:
    run = Run(ScriptedLifecycle(latency=5.0), policies(lanes=3, deadline=2.0))
    assert await run.carry_out(rows) == COMPLETE
    latest = run.journal.entries[-1]
    assert isinstance(latest, Ended)
    assert latest.ending == "complete"
    assert run.listener.stops == ["the deadline of 2 s came"]
    assert run.outcomes() == [Outcome.APPLIED] * rows


async def test_a_deadline_that_comes_while_the_last_row_waits_for_another_try_leaves_it_open() -> None:
    run = Run(ScriptedLifecycle({2: [UNSENT]}), policies(lanes=3, deadline=0.15))
    assert (await run.carry_out(3)).ending == "deadline"
    assert run.outcomes() == [Outcome.APPLIED] * 2


async def test_a_deadline_takes_nothing_from_a_limit_that_is_reached() -> None:
    run = Run(ScriptedLifecycle(latency=5.0), policies(lanes=3, limit=3, deadline=2.0))
    assert (await run.carry_out(9)).ending == "limit"
    run = Run(ScriptedLifecycle(latency=5.0), policies(lanes=3, limit=4, deadline=2.0))
    assert (await run.carry_out(9)).ending == "deadline"
    run = Run(ScriptedLifecycle(latency=5.0), policies(lanes=3, limit=3, deadline=2.0))
    assert await run.carry_out(3) == COMPLETE


async def test_a_run_of_no_rows_is_complete_whatever_ends_it() -> None:
    run = Run(ScriptedLifecycle(), policies(deadline=3600.0))
    run.runner.stop(Stop(Ending.TERMINATED, "terminated by SIGTERM"))
    assert await run.carry_out(0) == COMPLETE


async def test_what_the_last_row_came_to_is_still_why_a_run_was_stopped() -> None:
    run = Run(ScriptedLifecycle({2: [REJECTED]}), policies(lanes=1, guard=Guard(Tolerance(count=0))))
    assert (await run.carry_out(3)).ending == "failures"
    run = Run(ScriptedLifecycle({0: [REJECTED]}), policies(lanes=1, guard=Guard(canary=1), canary=1))
    assert (await run.carry_out(1)).ending == "canary"


@pytest.mark.parametrize(
    ("seconds", "words"), [(1800.0, "30 min"), (90.0, "90 s"), (7200.0, "2 h"), (5400.0, "90 min"), (0.5, "0.5 s")]
)
async def test_a_deadline_is_told_as_people_say_it(seconds: float, words: str) -> None:
    stop = await Run(ScriptedLifecycle(), policies(Rate(1, 3000.0), deadline=seconds)).carry_out(9)
    assert stop == Stop(Ending.DEADLINE, f"the deadline of {words} came")


@pytest.mark.parametrize("reply", [UNSENT, BAD_GATEWAY, TIMEOUT])
@pytest.mark.parametrize("rates", [(), (Rate(20, 1.0),)])
@pytest.mark.parametrize("rows", [58, 300])
async def test_no_row_is_given_up_because_of_an_outage(reply: Reply, rates: tuple[Rate, ...], rows: int) -> None:
    run = Run(lifecycle := Outage(1.0, 200.0, reply), policies(*rates))
    assert (await run.carry_out(rows)).ending == "complete"
    assert run.outcomes() == [Outcome.APPLIED] * rows
    probes = len(lifecycle.met) - VOLUME - 4
    assert probes <= 12
    assert len({uuid for _, uuid in lifecycle.met}) <= VOLUME + 4 + probes


async def test_probes_are_sent_singly_and_further_and_further_apart() -> None:
    run = Run(lifecycle := Outage(1.0, 60.0, UNSENT), policies(lanes=1))
    await run.carry_out(300)
    probed = [at for at, _ in lifecycle.met[VOLUME - 1 :]]
    gaps = [after - before for before, after in pairwise(probed)]
    assert gaps == pytest.approx([0.75, 1.5, 3.0, 6.0, 12.0, 22.5], abs=0.05)


async def test_nothing_stays_announced_while_a_breaker_makes_everybody_wait() -> None:
    run = Run(Outage(1.0, 100.0, TIMEOUT), policies())
    left: list[set[int]] = []
    for at in (1.5, 3.0, 10.0, 30.0, 60.0, 99.0):
        asyncio.get_running_loop().call_later(at, lambda: left.append(run.in_doubt_after_a_crash()))
    await run.carry_out(300)
    assert left == [set()] * 6
    in_vain = sum(isinstance(entry, Heard) and entry.code == "not_sent" for entry in run.journal.entries)
    assert in_vain <= 5 + 5 * AHEAD


async def test_everybody_goes_on_as_soon_as_the_api_answers() -> None:
    run = Run(lifecycle := Outage(1.0, 60.0, UNSENT), policies())
    await run.carry_out(300)
    began = [at for at in lifecycle.began_at if at >= 60.0]
    assert began[5] - began[0] <= 0.13
    assert now() - began[0] == pytest.approx((300 - 50) / 5 * 0.1, abs=0.5)


async def test_a_late_answer_of_an_earlier_request_ends_the_wait() -> None:
    class Late(Outage):
        async def perform(self, request: Request) -> Reply:
            if request.uuid == uuid_of(0):
                await asyncio.sleep(40.0)
            return await super().perform(request)

    run = Run(Late(0.0, 39.0, TIMEOUT), policies(lanes=2))
    await run.carry_out(100)
    assert run.outcomes() == [Outcome.APPLIED] * 100
    assert min(run.lifecycle.began_at[1:]) == pytest.approx(40.1, abs=0.01)


async def test_a_probe_that_was_lost_leaves_its_row_in_doubt_if_nothing_settles_it() -> None:
    scripts: Scripts = {row: [CONFLICT] for row in range(50, 100)}
    run = Run(lifecycle := Outage(1.0, 60.0, TIMEOUT, scripts), policies())
    await run.carry_out(100)
    met = {uuid for _, uuid in lifecycle.met}
    assert len(met) > VOLUME
    for row, outcome in enumerate(run.outcomes()[50:], 50):
        assert outcome is (Outcome.IN_DOUBT if uuid_of(row) in met else Outcome.CONFLICT)


async def test_an_api_that_stays_down_ends_the_run_after_ten_minutes_and_can_be_resumed() -> None:
    run = Run(Outage(1.0, 9000.0, BAD_GATEWAY), policies())
    stop = await run.carry_out(300)
    assert stop == Stop(Ending.UNREACHABLE, "the API has been down for 10 minutes: HTTP 502: an HTML page")
    assert now() == pytest.approx(601.0, abs=0.5)
    assert run.outcomes() == [Outcome.APPLIED] * 50
    assert run.in_doubt_after_a_crash() == set()


async def test_where_nobody_ever_answered_the_run_ends_soon() -> None:
    run = Run(Outage(0.0, 9000.0, UNSENT), policies())
    assert (await run.carry_out(300)).ending == "unreachable"
    assert now() < 10.0
    assert run.listener.outages == []


async def test_a_stop_wakes_whoever_waits_for_the_breaker() -> None:
    run = Run(Outage(1.0, 900.0, UNSENT), policies())
    asyncio.get_running_loop().call_later(100.0, run.runner.stop, Stop(Ending.INTERRUPTED, "by SIGINT"))
    await run.carry_out(300)
    assert now() == pytest.approx(100.0, abs=0.02)
    assert run.in_doubt_after_a_crash() == set()


async def test_a_few_stubborn_rows_at_the_end_are_settled_as_ever() -> None:
    run = Run(ScriptedLifecycle({row: [BAD_GATEWAY] * 9 for row in range(46, 50)}), policies())
    await run.carry_out(50)
    assert run.outcomes() == [Outcome.APPLIED] * 46 + [Outcome.IN_DOUBT] * 4
    assert now() < 10.0
    assert run.listener.outages == []


async def test_the_observer_hears_of_an_outage_and_of_its_end() -> None:
    run = Run(Outage(1.0, 4.0, UNSENT), policies())
    await run.carry_out(300)
    *told, up = run.listener.outages
    assert up is None
    assert [outage and outage[0] for outage in told] == ["connection refused"] * 3
    assert [outage and outage[1] for outage in told] == pytest.approx([0.75, 1.5, 3.0])


class AwayForAWhile:
    """A simulated server in place of which *reply* comes for half a minute."""

    def __init__(self, server: SimulatedServer, since: float, reply: Reply) -> None:
        self._server, self._since, self._reply = server, since, reply
        self.until = since + 30.0
        self.met: set[str] = set()

    async def perform(self, request: Request) -> Reply:
        if not self._since <= now() < self.until:
            return await self._server.perform(request)
        self.met.add(request.uuid)
        await asyncio.sleep(10.0 if self._reply == TIMEOUT else 0.05)
        return self._reply


LANES: Final = 32


@pytest.mark.parametrize("kind", [Kind.BUCKET, Kind.SLIDING, Kind.FIXED])
@pytest.mark.parametrize("reply", [UNSENT, BAD_GATEWAY, TIMEOUT], ids=["refused", "502", "timeout"])
def test_an_outage_costs_no_row_and_the_pace_does_not_take_it_for_a_limit(kind: Kind, reply: Reply) -> None:
    server = AwayForAWhile(SimulatedServer(Terms(RateLimit(kind, 50.0, 1.0)), 1), 13.0, reply)
    listener = Listener()

    async def main() -> None:
        policies = Policies(SearchingPace(2000), LANES, jitter=Random(1).random, clock=now)
        await Runner(server, MemoryJournal(), listener.tell, policies).run(works(2000))

    run_blindly(main())
    assert [entry.outcome for entry in listener.outcomes.values()] == [Outcome.APPLIED] * 2000
    probes = sum(outage is not None for outage in listener.outages)
    assert 2 <= probes <= 6
    assert len(server.met) <= LANES + probes
    applied_at = sorted(entry.at for entry in listener.outcomes.values() if entry.at > server.until)
    steady = applied_at[0] + 1.0
    assert sum(steady <= at < steady + 10.0 for at in applied_at) / 10.0 == pytest.approx(50.0, rel=0.1)
