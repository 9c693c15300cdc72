"""Fakes of the runner's seams. They implement the Protocols and know nothing of the runner."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, repeat

import msgspec

from bulk_journeys.errors import DiskFailed
from bulk_journeys.journal.entries import JournalEntry, RowEntry, Settled
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Applied, Conflict, Failure, Lost, Reply, Request, Work
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.pipeline.breaker import Closed, Opened
from bulk_journeys.pipeline.events import AttemptFailed, Event, PauseAsked, RowsSettled
from bulk_journeys.pipeline.stop_rules import Stop

APPLIED = Applied("STATUS_PAUSED", "Welcome")
CONFLICT = Conflict(Code.FAILED_PRECONDITION, "journey is not running", 400)
LOST = Lost(Code.UNAVAILABLE, "connection reset")


def uuid_of(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-000000000000"


def works(count: int) -> Iterator[Work]:
    return (Work(row, Request(Action.PAUSE, uuid_of(row))) for row in range(count))


class ScriptedLifecycle:
    """Answers each journey with the replies of its own script, then with Applied.

    It keeps when each request began, and how many were under way at once.
    """

    def __init__(self, scripts: dict[int, Sequence[Reply]] | None = None, latency: float = 0.1) -> None:
        self._scripts = {uuid_of(row): iter(script) for row, script in (scripts or {}).items()}
        self._latency = latency
        self.began_at: list[float] = []
        self.sent: list[str] = []
        self.under_way = self.most_under_way = 0

    async def perform(self, request: Request) -> Reply:
        self.began_at.append(asyncio.get_running_loop().time())
        self.sent.append(request.uuid)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(self._latency)
        finally:
            self.under_way -= 1
        return next(self._scripts.get(request.uuid, repeat(APPLIED)), APPLIED)


class MemoryJournal:
    """A journal in memory. *fails_at* is the number of the write, counted from 1, that the disk refuses.

    *words* are what it says after each write about where it is; after them it is where it was.
    """

    def __init__(self, fails_at: int | None = None, words: Iterable[str | None] = ()) -> None:
        self._words = chain(words, repeat(None))
        self._gathered = bytearray()
        self._fails_at = fails_at
        self.writes: list[bytes] = []

    def append(self, entry: JournalEntry) -> None:
        self._gathered += encode_line(entry)

    def take(self) -> bytes:
        batch = bytes(self._gathered)
        self._gathered.clear()
        return batch

    def write(self, batch: bytes) -> None:
        if len(self.writes) + 1 == self._fails_at:
            raise DiskFailed("journal.jsonl: no space left on device")
        self.writes.append(batch)

    def astray(self) -> str | None:
        return next(self._words)

    @property
    def entries(self) -> list[JournalEntry]:
        decode = msgspec.json.Decoder(JournalEntry).decode
        return [decode(line) for line in b"".join(self.writes).splitlines()]

    def settled(self) -> dict[int, Settled]:
        return {entry.row: entry for entry in self.entries if isinstance(entry, Settled)}

    def of_row(self, row: int) -> list[RowEntry]:
        return [entry for entry in self.entries if isinstance(entry, RowEntry) and entry.row == row]


class Known:
    """A ledger of a few rows."""

    timeout = 40.0

    def __init__(self, *entries: RowEntry) -> None:
        self._entries = {entry.row: entry for entry in entries}
        self.settled_rows = sum(isinstance(entry, Settled) for entry in entries)

    def is_settled(self, row: int) -> bool:
        return isinstance(self._entries.get(row), Settled)

    def entry(self, row: int) -> RowEntry | None:
        return self._entries.get(row)


class Listener:
    """An observer that remembers, and can act on what it hears. In *outages* None is the end of one."""

    def __init__(self, on_settled: Callable[[int], None] = lambda count: None) -> None:
        self._on_settled = on_settled
        self.outcomes: dict[int, Settled] = {}
        self.failures: dict[int, list[Failure]] = defaultdict(list)
        self.pauses: list[tuple[float, float]] = []
        self.outages: list[tuple[str, float] | None] = []
        self.stops: list[str] = []

    def tell(self, event: Event) -> None:
        match event:
            case RowsSettled(entries):
                self.outcomes.update((entry.row, entry) for entry in entries)
                if entries:
                    self._on_settled(len(self.outcomes))
            case AttemptFailed():
                self.failures[event.row].append(event.reply)
            case PauseAsked(asked, seconds):
                self.pauses.append((asked, seconds))
            case Opened():
                self.outages.append((event.message, event.seconds))
            case Closed():
                self.outages.append(None)
            case Stop():
                self.stops.append(event.message)


def jitter(numbers: Iterable[float] = ()) -> Callable[[], float]:
    """Jitter that show *numbers*, then one half for ever."""
    rolls = iter(numbers)
    return lambda: next(rolls, 0.5)
