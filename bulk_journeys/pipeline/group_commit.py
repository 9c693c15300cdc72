"""Waits for the disk: many entries, one sync, and nobody is told of an outcome before that."""

import asyncio
from collections.abc import Callable
from typing import Final, Protocol

import anyio
from msgspec.structs import replace

from bulk_journeys.errors import DiskFailed
from bulk_journeys.journal.entries import Heard, JournalEntry, Settled, Withdrawn
from bulk_journeys.model import Applied, Failure, Reply
from bulk_journeys.pipeline.backlog import Case
from bulk_journeys.pipeline.events import RowsSettled, Tell
from bulk_journeys.pipeline.retry import Settle

LINGER: Final = 0.005
"""Seconds in which a batch gathers while nobody waits for it: a thread and a sync cost as much as two requests."""


class Sink(Protocol):
    """Where a run is remembered: gather entries, then put a batch of them on disk."""

    def append(self, entry: JournalEntry) -> None: ...

    def take(self) -> bytes: ...

    def write(self, batch: bytes) -> None: ...

    def astray(self) -> str | None:
        """Say in words why what was written is not to be found under its name, or return None; blocks."""
        ...


class Commits:
    """Group commit: what gathers while one batch is being synced is the next, and one sync serves them all."""

    def __init__(self, journal: Sink, tell: Tell, on_astray: Callable[[str], None]) -> None:
        """*on_astray* hears why what was written is not where it is looked for; the writing goes on all the same."""
        self._journal = journal
        self._tell = tell
        self._on_astray = on_astray
        self._settled: list[Settled] = []
        self._idle = True
        self._begun = anyio.Event()
        self._urgent = anyio.Event()
        self._written = anyio.Event()

    def append(self, entry: JournalEntry) -> anyio.Event:
        """Have *entry* written soon; return what is set when it is on disk. Settled rows are told of then."""
        self._journal.append(entry)
        if isinstance(entry, Settled):
            self._settled.append(entry)
        if self._idle:
            self._idle = False
            self._begun.set()
        return self._written

    def note(self, entry: JournalEntry) -> None:
        """Have *entry* written together with whatever is written next; nothing is written for it alone."""
        self._journal.append(entry)

    async def reach(self, written: anyio.Event) -> None:
        """Wait for what *append* returned, without more delay than a sync takes."""
        self._urgent.set()
        await written.wait()

    async def keep_writing(self) -> None:
        while True:
            await self._begun.wait()
            with anyio.move_on_after(LINGER):
                await self._urgent.wait()
            await self._write()

    async def _write(self) -> None:
        self._begun, self._urgent, self._idle = anyio.Event(), anyio.Event(), True
        written, self._written = self._written, anyio.Event()
        settled, self._settled = self._settled, []
        batch = self._journal.take()
        with anyio.CancelScope(shield=True):  # two writers would tear the journal
            astray = await asyncio.get_running_loop().run_in_executor(None, self._put, batch)
        if astray:
            self._on_astray(astray)  # before whoever waits for the batch sends what it announces
        written.set()
        self._tell(RowsSettled(settled))

    def _put(self, batch: bytes) -> str | None:
        self._journal.write(batch)
        return self._journal.astray()


def disk_failure(group: ExceptionGroup) -> Exception | None:
    """Return the failure of the disk if *group* holds nothing else, without the tasks it went through."""
    failed, others = group.split(DiskFailed)
    if failed is None or others:
        return None
    error: Exception = failed
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def settled_entry(case: Case, reply: Reply, verdict: Settle, at: float) -> Settled:
    """Return the last word on *case*, whose last attempt met *reply*."""
    last = Settled(
        row=case.row,
        attempts=case.history.attempts,
        at=at,
        started_at=case.started_at or at,
        outcome=verdict.outcome,
        http_status=reply.http_status,
        duration=case.lasted(at),
        doubt=verdict.doubt,
    )
    if isinstance(reply, Applied):
        return replace(last, status=reply.status, title=reply.title)
    return replace(last, code=reply.code, message=reply.message)


def heard_entry(case: Case, reply: Failure, at: float) -> Heard:
    """Return what the last attempt of *case* met, which is not settled."""
    return Heard(
        row=case.row,
        attempt=case.history.attempts,
        at=at,
        started_at=case.started_at or at,
        code=reply.code,
        message=reply.message,
        http_status=reply.http_status,
        duration=case.lasted(at),
        doubt=case.history.doubt,
    )


def withdrawn_entry(case: Case, at: float) -> Withdrawn:
    """Return that the request of *case* which was announced has not left."""
    return Withdrawn(case.row, case.history.attempts, at, case.started_at, case.history.doubt)
