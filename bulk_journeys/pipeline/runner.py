"""Carries out work: tasks, sleeping, order. The only module that waits; what to do next is decided elsewhere.

Nothing is sent before its intent is on disk, and nobody is told of an outcome before that is.
"""

import asyncio
import heapq
import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from signal import SIGINT, Signals
from typing import Final, NamedTuple, Protocol

import anyio
from aiolimiter import AsyncLimiter
from msgspec import structs

from bulk_journeys.errors import DiskFailed
from bulk_journeys.model import Applied, Ended, Failure, Heard, JournalEntry, Reply, Sending, Settled, Work
from bulk_journeys.pipeline.client import Lifecycle
from bulk_journeys.pipeline.guards import Guard, Stop
from bulk_journeys.pipeline.pace import SLACK, Pace
from bulk_journeys.pipeline.retry import Again, History, RetryPolicy, Settle, decide

COMPLETE: Final = Stop("complete", "nothing is left to do")

BACKLOG: Final = 1000
"""Rows that may wait for another try before no new ones are begun; it bounds the memory of a bad day."""


class Sink(Protocol):
    """Where a run is remembered: gather entries, then put a batch of them on disk."""

    def append(self, entry: JournalEntry) -> None: ...

    def take(self) -> bytes: ...

    def write(self, batch: bytes) -> None: ...


class Observer(Protocol):
    """Who is told. None of it may raise."""

    def settled(self, entries: Sequence[Settled]) -> None:
        """Hear of outcomes that are on disk."""
        ...

    def heard(self, work: Work, reply: Failure) -> None:
        """Hear of an attempt that came to nothing final."""
        ...

    def stopping(self, message: str) -> None:
        """Hear that nothing more is begun, and why."""
        ...


@dataclass(frozen=True, slots=True)
class Policies:
    """What decides, and by which numbers. *lanes* is how many requests may be under way at once."""

    pace: Pace
    lanes: int = 5
    retry: RetryPolicy = RetryPolicy()
    guard: Guard = field(default_factory=Guard)
    dice: Callable[[], float] = random.random
    clock: Callable[[], float] = time.time


class _Case(NamedTuple):
    """A row that is being carried out. *started_at* is when its first request left, or None."""

    work: Work
    history: History
    started_at: float | None


class Runner:
    """One run of some work, from the first request to the journal's last word."""

    def __init__(self, lifecycle: Lifecycle, journal: Sink, observer: Observer, policies: Policies) -> None:
        self._lifecycle = lifecycle
        self._journal = journal
        self._observer = observer
        self._policies = policies
        self._commits = _Commits(journal, observer)
        self._turns = _Turns(policies.pace)
        self._waiting: list[tuple[float, int, _Case]] = []
        self._order = itertools.count()
        self._stop: Stop | None = None
        self._stopping = anyio.Event()

    async def run(self, work: Iterator[Work], *, signals: Sequence[Signals] = ()) -> Stop:
        """Carry out *work* and return why it ended. Raises DiskFailed when the journal cannot be kept.

        The first of *signals* stops the run once what is under way is settled; the second abandons that, too.
        """
        try:
            async with anyio.create_task_group() as services:
                services.start_soon(self._commits.keep_writing)
                with anyio.CancelScope() as carrying:
                    services.start_soon(self._listen, signals, carrying)
                    async with anyio.create_task_group() as lanes:
                        for _ in range(self._policies.lanes):
                            lanes.start_soon(self._lane, work)
                await self._end(self._stop or COMPLETE)
                services.cancel_scope.cancel()
        except ExceptionGroup as group:
            raise _disk_failure(group) or group from None
        return self._stop or COMPLETE

    def stop(self, stop: Stop) -> None:
        """Begin nothing more; what is under way is settled. Only the first reason counts."""
        if self._stop is None:
            self._stop = stop
            self._observer.stopping(stop.message)
            self._stopping.set()
            self._turns.close()

    async def _end(self, stop: Stop) -> None:
        self._journal.append(Ended(self._policies.clock(), stop.ending, stop.message))
        await self._commits.on_disk()

    async def _listen(self, signals: Sequence[Signals], carrying: anyio.CancelScope) -> None:
        if not signals:
            return
        with anyio.open_signal_receiver(*signals) as received:
            async for number in received:
                if self._stop:
                    carrying.cancel()
                ending = "interrupted" if number == SIGINT else "terminated"
                self.stop(Stop(ending, f"{ending} by {number.name}"))

    async def _lane(self, work: Iterator[Work]) -> None:
        while case := await self._next(work):
            await self._attempt(case)

    async def _next(self, work: Iterator[Work]) -> _Case | None:
        """Return the row to try next: one whose time has come again, else a new one."""
        while self._stop is None:
            now = asyncio.get_running_loop().time()
            if self._waiting and self._waiting[0][0] <= now:
                return heapq.heappop(self._waiting)[-1]
            if len(self._waiting) < BACKLOG and (new := next(work, None)):
                return _Case(new, History(new.attempts, lost=new.lost), new.started_at)
            if not self._waiting:
                return None
            with anyio.move_on_after(self._waiting[0][0] - now):
                await self._stopping.wait()
        return None

    async def _attempt(self, case: _Case) -> None:
        work, history, started_at = case
        row, attempt, clock = work.row, history.attempts + 1, self._policies.clock
        self._journal.append(Sending(row, attempt, clock(), started_at, history.lost))
        await self._commits.on_disk()
        if not await self._turns.take():
            return self._withdraw(case)
        case = case._replace(started_at=started_at or clock())
        loop = asyncio.get_running_loop()
        sent_at = loop.time()
        reply = await self._lifecycle.perform(work.request)
        self._policies.pace.learn(reply, sent_at, loop.time(), self._policies.dice())
        self._conclude(case._replace(history=history.after(reply)), reply)
        return None

    def _withdraw(self, case: _Case) -> None:
        """Take back an intent: the run stopped before the request left."""
        at, (work, history, started_at) = self._policies.clock(), case
        message = "the run ended before it could be tried" + (" again" if history.attempts else "")
        lost = history.lost
        self._journal.append(Heard(work.row, history.attempts, at, started_at or at, "not_sent", message, lost=lost))

    def _conclude(self, case: _Case, reply: Reply) -> None:
        """Settle the row, put it back in line, or leave it open for another run."""
        verdict = decide(self._policies.retry, case.history, reply, self._policies.dice())
        stop = self._policies.guard.observe(reply, exhausted=isinstance(verdict, Settle))
        if isinstance(verdict, Settle) and not stop:
            self._commits.settle(_settled(case, reply, verdict, self._policies.clock()))
            return
        assert isinstance(reply, Failure)  # noqa: S101  whatever was applied is settled
        self._journal.append(_heard(case, reply, self._policies.clock()))
        self._observer.heard(case.work, reply)
        if stop:
            self.stop(stop)
        elif isinstance(verdict, Again):
            due = asyncio.get_running_loop().time() + verdict.delay
            heapq.heappush(self._waiting, (due, next(self._order), case))


def _settled(case: _Case, reply: Reply, verdict: Settle, at: float) -> Settled:
    (row, *_), history, started_at = case
    entry = Settled(row, history.attempts, at, started_at or at, verdict.outcome)
    if isinstance(reply, Applied):
        status, title, code = reply.status, reply.title, None
    else:
        status, title, code = None, None, reply.code
    return structs.replace(
        entry, status=status, title=title, http_status=reply.http_status, code=code, message=verdict.message
    )


def _heard(case: _Case, reply: Failure, at: float) -> Heard:
    return Heard(
        row=case.work.row,
        attempt=case.history.attempts,
        at=at,
        started_at=case.started_at or at,
        code=reply.code,
        message=reply.message,
        http_status=reply.http_status,
        lost=case.history.lost,
    )


class _Turns:
    """A queue before the pace: one asks at a time, so that a pause's end lets them out singly."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._door = anyio.Lock()
        self._waiting: anyio.CancelScope | None = None
        self._closed = False
        # The bucket holds one request and what leaks in SLACK; room for a second's worth would double it.
        room = 1 + SLACK / pace.spacing if pace.spacing else 0
        self._limiter = AsyncLimiter(room, room * pace.spacing) if room else None

    async def take(self) -> bool:
        """Wait for a turn and use it; False if none will come."""
        async with self._door:
            with anyio.CancelScope() as self._waiting:
                if not self._closed:
                    await self._wait()
                    self._pace.take(asyncio.get_running_loop().time())
                    return True
        return False

    def close(self) -> None:
        """Give out no more turns; whoever waits for one is told so."""
        self._closed = True
        if self._waiting:
            self._waiting.cancel()

    async def _wait(self) -> None:
        await self._hold()
        if self._limiter:
            await self._limiter.acquire()
            await self._hold()  # a pause may have come meanwhile

    async def _hold(self) -> None:
        """Ask, sleep, ask again: the answer may have grown in the meantime."""
        now = asyncio.get_running_loop().time
        while (delay := self._pace.delay(now())) > 0:  # noqa: ASYNC110  a pure pace has no event to wait for
            await anyio.sleep(delay)


class _Commits:
    """Group commit: whatever gathers while one batch is being synced is the next batch. No timer, no size."""

    def __init__(self, journal: Sink, observer: Observer) -> None:
        self._journal = journal
        self._observer = observer
        self._settled: list[Settled] = []
        self._wanted = anyio.Event()
        self._done = anyio.Event()

    def settle(self, entry: Settled) -> None:
        """Have *entry* written soon, and tell of it then."""
        self._journal.append(entry)
        self._settled.append(entry)
        self._wanted.set()

    async def on_disk(self) -> None:
        """Wait until all that was appended so far is on disk."""
        self._wanted.set()
        await self._done.wait()

    async def keep_writing(self) -> None:
        while True:
            await self._wanted.wait()
            await self._write()

    async def _write(self) -> None:
        self._wanted = anyio.Event()
        done, self._done = self._done, anyio.Event()
        settled, self._settled = self._settled, []
        batch = self._journal.take()
        with anyio.CancelScope(shield=True):  # two writers would tear the journal
            await asyncio.get_running_loop().run_in_executor(None, self._journal.write, batch)
        done.set()
        self._observer.settled(settled)


def _disk_failure(group: ExceptionGroup) -> Exception | None:
    """Return the failure of the disk if *group* holds nothing else, without the tasks it went through."""
    failed, others = group.split(DiskFailed)
    if failed is None or others:
        return None
    error: Exception = failed
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error
