"""Carries out work: tasks, order, retries. It decides nothing: the policies do.

Nothing is sent before its intent is on disk, and nobody is told of an outcome before that is.
"""

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from signal import SIGINT, Signals
from typing import Final

import anyio

from bulk_journeys.api.transport import Lifecycle, NeverLeft
from bulk_journeys.journal.entries import Ended, PaceReason
from bulk_journeys.journal.entries import Pace as PaceEntry
from bulk_journeys.model import FROM_OUTSIDE, Ending, Failure, Reply, Work
from bulk_journeys.pipeline.backlog import Backlog, Case
from bulk_journeys.pipeline.breaker import Breaker, Closed, GivenUp, News, Opened
from bulk_journeys.pipeline.events import AttemptFailed, PauseAsked, Tell
from bulk_journeys.pipeline.gate import Turns
from bulk_journeys.pipeline.group_commit import Commits, Sink, disk_failure, heard_entry, settled_entry
from bulk_journeys.pipeline.intents import AHEAD, Intents
from bulk_journeys.pipeline.pace.fixed_pace import Turn
from bulk_journeys.pipeline.pace.pace import Pace
from bulk_journeys.pipeline.retry import Again, Left, RetryPolicy, Settle, decide
from bulk_journeys.pipeline.stop_rules import Guard, Stop
from bulk_journeys.words import duration_text

COMPLETE: Final = Stop(Ending.COMPLETE, "nothing is left to do")

PACE_EVERY: Final = 1.0
"""Seconds between two notes of the pace in the journal; they are for looking back, and cost a line each."""


@dataclass(frozen=True, slots=True)
class Policies:
    """What decides, and by which numbers. *lanes* is how many requests may be under way at once.

    The first *canary* rows are settled before any other is begun. At most *limit* rows are carried out, those of the
    canary included; None: all. *deadline* is the seconds after which nothing more is begun; None: there is none.
    *timeout* is how many seconds an attempt can take, which the journal is told.
    *on_met* is called as soon as an answer has been understood of an API that was never heard before.
    """

    pace: Pace
    lanes: int = 5
    retry: RetryPolicy = RetryPolicy()
    guard: Guard = field(default_factory=Guard)
    breaker: Breaker = field(default_factory=Breaker)
    canary: int = 0
    limit: int | None = None
    deadline: float | None = None
    timeout: float | None = None
    on_met: Callable[[], None] = lambda: None
    jitter: Callable[[], float] = random.random
    clock: Callable[[], float] = time.time


class Runner:
    """One run of some work, from the first request to the journal's last word."""

    def __init__(self, lifecycle: Lifecycle, journal: Sink, tell: Tell, policies: Policies) -> None:
        self._lifecycle = lifecycle
        self._tell = tell
        self._pace, self._retry, self._guard = policies.pace, policies.retry, policies.guard
        self._breaker, self._lanes = policies.breaker, policies.lanes
        self._canary, self._limit, self._deadline = policies.canary, policies.limit, policies.deadline
        self._timeout = policies.timeout
        self._jitter, self._clock, self._on_met = policies.jitter, policies.clock, policies.on_met
        self._commits = Commits(journal, tell, self._displaced)
        self._turns = Turns(policies.pace, policies.breaker)
        self._intents = Intents(self._commits, self._turns, policies.clock)
        self._backlog = Backlog()
        self._pace_noted_at = -inf
        self._stop: Stop | None = None
        self._stopping = anyio.Event()
        self._now: Callable[[], float] = time.monotonic

    async def run(self, work: Iterator[Work], *, signals: Sequence[Signals] = ()) -> Stop:
        """Carry out *work* and return why it ended. Raises DiskFailed when the journal cannot be kept.

        The first of *signals* stops the run once what is under way is settled; the second abandons that, too.
        """
        self._now = asyncio.get_running_loop().time
        wanted = itertools.islice(work, self._limit)
        try:
            async with anyio.create_task_group() as services:
                services.start_soon(self._commits.keep_writing)
                services.start_soon(self._keep_deadline)
                with anyio.CancelScope() as carrying:
                    services.start_soon(self._listen, signals, carrying)
                    await self._carry_out(wanted)
                self._intents.withdraw_all()
                ending = self._stop = self._ending(wanted, work)
                ended = Ended(self._clock(), ending.ending, ending.message)
                await self._commits.reach(self._commits.append(ended))
                services.cancel_scope.cancel()
        except ExceptionGroup as group:
            raise disk_failure(group) or group from None
        return ending

    async def _carry_out(self, wanted: Iterator[Work]) -> None:
        """Carry out the canary, and then the rest."""
        begun = await self._introduce(wanted)
        self._intents.ahead = self._lanes * AHEAD if self._pace.free else 0
        for stage in (itertools.islice(wanted, max(0, self._canary - begun)), wanted):
            async with anyio.create_task_group() as lanes:
                for _ in range(self._lanes):
                    lanes.start_soon(self._lane, stage)

    async def _introduce(self, work: Iterator[Work]) -> int:
        """Send one request at a time, of one row as long as it has tries, until an answer is the API's own.

        Return how many rows were begun. Whoever answers in its place may have carried out all that was sent.
        """
        begun = set[int]()
        while not self._guard.met:
            new = iter(()) if self._backlog.next_due is not None else itertools.islice(work, 1)
            if (case := await self._next(new)) is None:
                break
            begun.add(case.row)
            if turn := await self._intents.turn(case):
                await self._attempt(case, turn)
        if begun and self._guard.met:
            self._on_met()
        return len(begun)

    def _ending(self, wanted: Iterator[Work], work: Iterator[Work]) -> Stop:
        """Return why the run ends: not what came from outside, if all that is *wanted* of the *work* was settled."""
        is_done = not self._backlog.unsettled and next(wanted, None) is None
        if self._stop and not (is_done and self._stop.ending in FROM_OUTSIDE):
            return self._stop
        return self._done(work)

    def _done(self, work: Iterator[Work]) -> Stop:
        """Return why a run ends that nothing has stopped."""
        if self._limit is None or next(work, None) is None:
            return COMPLETE
        rows = "row is" if self._limit == 1 else f"{self._limit:,} rows are"
        return Stop(Ending.LIMIT, f"the first {rows} done, as --limit says")

    def stop(self, stop: Stop) -> None:
        """Begin nothing more; what is under way is settled. Only the first reason counts."""
        if self._stop is None:
            self._stop = stop
            self._tell(stop)
            self._stopping.set()
            self._turns.close()

    def _displaced(self, message: str) -> None:
        self.stop(Stop(Ending.DISPLACED, message))

    async def _keep_deadline(self) -> None:
        if self._deadline is not None:
            await anyio.sleep(self._deadline)
            self.stop(Stop(Ending.DEADLINE, f"the deadline of {duration_text(self._deadline)} came"))

    async def _listen(self, signals: Sequence[Signals], carrying: anyio.CancelScope) -> None:
        if not signals:
            return
        with anyio.open_signal_receiver(*signals) as received:
            async for number in received:
                if self._stop:
                    carrying.cancel()
                ending = Ending.INTERRUPTED if number == SIGINT else Ending.TERMINATED
                self.stop(Stop(ending, f"{ending} by {number.name}"))

    async def _lane(self, work: Iterator[Work]) -> None:
        while case := await self._next(work):
            if turn := await self._intents.turn(case):
                await self._attempt(case, turn)

    async def _next(self, work: Iterator[Work]) -> Case | None:
        """Return the row to try next: one whose time has come again, else a new one. None: there will be no more."""
        while self._stop is None:
            if case := self._backlog.due(self._now()):
                return case
            if case := self._intents.next_of(self._backlog, work):
                return case
            if (due := self._backlog.next_due) is None:
                return None
            with anyio.move_on_after(due - self._now()):
                await self._stopping.wait()
        return None

    async def _attempt(self, case: Case, turn: Turn) -> None:
        case.left_at = self._clock()
        if case.started_at is None:
            case.started_at = case.left_at
        try:
            reply = await self._lifecycle.perform(case.request)
        except NeverLeft:
            self._intents.withdraw(case)
            raise
        case.announced = None
        self._learn(case.row, reply, turn)
        left = Left(case.left_at, self._timeout)
        case.history = case.history.after(reply, left, excused=self._breaker.excuses(turn))
        self._conclude(case, reply)

    def _learn(self, row: int, reply: Reply, turn: Turn) -> None:
        now, jitter = self._now(), self._jitter()
        self._pace.learn(reply, turn, now, jitter)
        self._turns.replied()
        if (news := self._breaker.learn(row, reply, turn, now, jitter)) is not None:
            self._heed(news)
        if now >= self._pace_noted_at + PACE_EVERY:
            self._pace_noted_at = now
            self._commits.note(self._pace_entry(turn, now))
        if reply.hint:
            self._tell(PauseAsked(reply.hint, self._pace.pause(now)))

    def _pace_entry(self, turn: Turn, now: float) -> PaceEntry:
        held_back = PaceReason.SERVER_PAUSE if self._pace.pause(now) > 0 else PaceReason.RATE
        reason = PaceReason.OBSTACLE if self._breaker.open else held_back
        rate = turn.rate if turn.rate < inf else None
        return PaceEntry(self._clock(), rate, turn.under_way, self._lanes, reason)

    def _heed(self, news: News) -> None:
        match news:
            case Opened():
                self._tell(news)
            case Closed():
                self._turns.freed()
                self._tell(news)
            case GivenUp(obstacle, message):
                self.stop(Stop(obstacle.ending, message))

    def _conclude(self, case: Case, reply: Reply) -> None:
        """Settle the row, put it back in line, or leave it open for another run."""
        verdict = decide(self._retry, case.history, reply, self._jitter())
        stop = self._guard.observe(reply, exhausted=isinstance(verdict, Settle))
        if isinstance(verdict, Settle) and not stop:
            self._backlog.unsettled -= 1
            self._commits.append(settled_entry(case, reply, verdict, self._clock()))
            stop = self._guard.settled(verdict.outcome)
        else:
            assert isinstance(reply, Failure)  # noqa: S101  whatever was applied is settled
            self._commits.append(heard_entry(case, reply, self._clock()))
            self._tell(AttemptFailed(case.row, case.request, reply))
        if stop:
            self.stop(stop)
        elif isinstance(verdict, Again):
            self._backlog.try_again(case, self._now() + verdict.delay)
