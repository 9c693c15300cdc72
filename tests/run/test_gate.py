"""Laws of the turns, on virtual time: who waits for the pace is let through singly, in order, or not at all."""

import asyncio
from collections.abc import Callable
from math import inf
from random import Random

import pytest

from bulk_journeys.model import FailureCode as Code
from bulk_journeys.model import Reply, Throttled
from bulk_journeys.pipeline.gate import LEAD, Turns
from bulk_journeys.pipeline.pace.fixed_pace import FixedPace, Turn
from bulk_journeys.settings.options import Rate
from tests.fakes import APPLIED

FULL = 1 - 2**-53
"""The highest number that jitter show."""

SOON = 1e-6
"""Seconds in which everybody who can go on does."""


def now() -> float:
    return asyncio.get_running_loop().time()


class OneAtATime:
    """A pace that lets one request be under way and leaves the rest to its reply."""

    spacing = 0.0
    free = False

    def __init__(self) -> None:
        self.under_way = 0
        self.paused_until = 0.0

    def delay(self, now: float, ahead: int = 0) -> float:
        return inf if self.under_way + ahead else self.pause(now)

    def pause(self, now: float) -> float:
        return max(0.0, self.paused_until - now)

    def take(self, now: float) -> Turn:
        self.under_way += 1
        return Turn(now, 0.0, self.under_way)

    def learn(self, reply: Reply, turn: Turn, now: float, jitter: float) -> None:
        self.under_way -= 1


async def one_turn(turns: Turns, log: list[tuple[int, float]], number: int) -> None:
    assert await turns.approach()
    assert await turns.take()
    log.append((number, round(now(), 3)))


async def test_turns_come_in_order_and_spaced() -> None:
    turns, log = Turns(FixedPace([Rate(2, 1.0)])), list[tuple[int, float]]()
    await asyncio.gather(*(one_turn(turns, log, number) for number in range(5)))
    assert [number for number, _ in log] == [0, 1, 2, 3, 4]
    assert [at for _, at in log] == pytest.approx([0.0, 0.5, 1.0, 1.5, 2.0], abs=0.006)


async def test_without_a_rate_nobody_waits() -> None:
    turns = Turns(FixedPace([]))
    for _ in range(100):
        assert turns.approach_at_once(now())
        assert await turns.take()
    assert now() < SOON


async def test_under_a_fixed_rate_nobody_comes_near_past_the_spacing() -> None:
    assert not Turns(FixedPace([Rate(10, 1.0)])).approach_at_once(now())


async def test_nobody_comes_near_past_those_who_wait() -> None:
    pace = FixedPace([])
    turns = Turns(pace)
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 5.0), pace.take(now()), now(), 0.5)
    waiting = asyncio.create_task(turns.approach())
    await asyncio.sleep(1.0)
    assert not turns.approach_at_once(now() + 60.0)
    assert await waiting


async def test_a_turn_is_near_a_lead_before_it_comes_and_not_earlier() -> None:
    pace = FixedPace([])
    turns = Turns(pace)
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 5.0), pace.take(now()), now(), 0.5)
    assert await turns.approach()
    assert now() == pytest.approx(5.0 - LEAD, abs=SOON)
    turn = await turns.take()
    assert turn
    assert turn.at == pytest.approx(5.0, abs=SOON)


async def test_a_pause_that_comes_while_a_turn_is_near_sends_it_away() -> None:
    pace = FixedPace([])
    turns = Turns(pace)
    under_way = pace.take(now())
    assert turns.approach_at_once(now())
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 5.0), under_way, now(), 0.5)
    assert await turns.take() is None
    assert now() < SOON
    assert await turns.approach()
    turn = await turns.take()
    assert turn
    assert turn.at == pytest.approx(5.0, abs=SOON)


async def test_a_pause_that_grows_while_somebody_waits_holds_to_its_end() -> None:
    pace = FixedPace([])
    turns = Turns(pace)
    first, second = pace.take(now()), pace.take(now())
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 5.0), first, now(), 0.5)
    waiting = asyncio.create_task(turns.approach())
    await asyncio.sleep(4.0)
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 30.0), second, now(), 0.5)
    assert await waiting
    assert now() == pytest.approx(34.0 - LEAD, abs=SOON)


async def test_a_pause_that_comes_while_the_fixed_rate_holds_somebody_back_holds_him_too() -> None:
    pace = FixedPace([Rate(1, 10.0)])
    turns = Turns(pace)
    assert await turns.approach()
    first = await turns.take()
    assert first
    waiting = asyncio.create_task(turns.approach())
    await asyncio.sleep(9.9)
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 20.0), first, now(), 0.5)
    assert await waiting
    assert now() == pytest.approx(29.9 - LEAD, abs=0.01)


async def test_whom_only_a_reply_can_help_waits_for_it() -> None:
    pace = OneAtATime()
    turns = Turns(pace)
    assert turns.approach_at_once(now())
    under_way = await turns.take()
    assert under_way
    waiting = asyncio.create_task(turns.approach())
    await asyncio.sleep(7.0)
    assert not waiting.done()
    pace.learn(APPLIED, under_way, now(), 0.5)
    turns.replied()
    assert await waiting
    assert now() == pytest.approx(7.0, abs=SOON)


async def test_a_reply_that_helps_nobody_leaves_him_waiting() -> None:
    turns = Turns(OneAtATime())
    assert turns.approach_at_once(now())
    assert await turns.take()
    waiting = asyncio.create_task(turns.approach())
    for _ in range(3):
        await asyncio.sleep(1.0)
        turns.replied()
    await asyncio.sleep(1.0)
    assert not waiting.done()
    turns.close()
    assert not await waiting


async def test_who_is_near_keeps_others_from_being_so() -> None:
    turns = Turns(OneAtATime())
    assert turns.approach_at_once(now())
    assert not turns.approach_at_once(now())


async def test_a_closed_queue_lets_nobody_through() -> None:
    turns = Turns(FixedPace([]))
    assert turns.approach_at_once(now())
    turns.close()
    assert await turns.take() is None
    assert not turns.approach_at_once(now())
    assert not await turns.approach()


@pytest.mark.parametrize("pace", [lambda: FixedPace([Rate(1, 60.0)]), OneAtATime], ids=["a rate", "a reply"])
async def test_closing_wakes_all_who_wait(pace: Callable[[], FixedPace | OneAtATime]) -> None:
    turns = Turns(pace())
    assert await turns.approach()
    assert await turns.take()
    waiting = asyncio.gather(*(turns.approach() for _ in range(5)))
    await asyncio.sleep(1.0)
    turns.close()
    assert await waiting == [False] * 5
    assert now() == pytest.approx(1.0, abs=SOON)


async def test_closing_sends_away_whoever_is_near() -> None:
    pace = FixedPace([])
    turns = Turns(pace)
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 5.0), pace.take(now()), now(), 0.5)
    assert await turns.approach()
    taking = asyncio.create_task(turns.take())
    await asyncio.sleep(LEAD / 2)
    turns.close()
    assert await taking is None
    assert now() <= 5.0 + SOON


async def test_a_cancelled_wait_leaves_the_queue_to_the_next() -> None:
    pace = FixedPace([])
    turns = Turns(pace)
    pace.learn(Throttled(Code.INTERNAL, "m", 429, 5.0), pace.take(now()), now(), 0.5)
    gone, waiting = asyncio.create_task(turns.approach()), asyncio.create_task(turns.approach())
    await asyncio.sleep(1.0)
    gone.cancel()
    assert await waiting
    assert await turns.take()


async def lane(turns: Turns, commit: Callable[[], float], turns_taken: list[Turn], number: int) -> None:
    """Take turns, each after a commit of some seconds, until there are *number* of all lanes."""
    while len(turns_taken) < number and await turns.approach():
        await asyncio.sleep(commit())
        if turn := await turns.take():
            turns_taken.append(turn)
            await asyncio.sleep(0.1)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_a_fixed_rate_is_kept_at_the_moment_of_sending_and_used(seed: int) -> None:
    turns, taken, jitter = Turns(FixedPace([Rate(10, 1.0)])), list[Turn](), Random(seed)
    lanes = (lane(turns, lambda: jitter.uniform(0.001, 0.030), taken, 101) for _ in range(5))
    await asyncio.gather(*lanes)
    spans = [after.at - before.at for before, after in zip(taken, taken[10:], strict=False)]
    assert min(spans) >= 1.0
    assert 100 / (taken[100].at - taken[0].at) >= 0.99 * 10


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_no_lane_is_lost_though_pauses_come_at_any_time(seed: int) -> None:
    pace = FixedPace([Rate(20, 1.0)])
    turns, jitter, left = Turns(pace), Random(seed), list(range(200))

    async def work() -> None:
        while left and await turns.approach():
            await asyncio.sleep(jitter.uniform(0.001, 0.030))
            if (turn := await turns.take()) and left:
                left.pop()
                await asyncio.sleep(jitter.uniform(0.01, 0.2))
                reply = (
                    Throttled(Code.INTERNAL, "m", 429, jitter.choice([None, 0.05, 1.0]))
                    if jitter.random() < 0.1
                    else APPLIED
                )
                pace.learn(reply, turn, now(), FULL)
                turns.replied()

    await asyncio.gather(*(work() for _ in range(5)))
    assert not left


async def test_a_turn_that_goes_away_leaves_its_place_to_whoever_waits() -> None:
    pace = OneAtATime()
    turns = Turns(pace)
    assert turns.approach_at_once(now())
    waiting = asyncio.create_task(turns.approach())
    await asyncio.sleep(1.0)
    pace.paused_until = 6.0
    assert await turns.take() is None
    assert await waiting
    assert now() == pytest.approx(6.0 - LEAD, abs=SOON)
