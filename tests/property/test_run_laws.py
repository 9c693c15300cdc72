"""The law of the project: whatever the API answers and whenever the power goes, each row has one true record.

A small world decides what really happens to each journey. Runs are stopped, or cut off in the middle of a write,
and taken up again from what is left of the journal, until nothing is left to do.
"""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Final, NamedTuple

from hypothesis import event, given, settings
from hypothesis import strategies as st

from bulk_journeys.followup import remaining
from bulk_journeys.journal.entries import Began, Sending
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.reader import JournalFile, ledger_of
from bulk_journeys.model import (
    Action,
    Applied,
    Conflict,
    Deferred,
    Ending,
    Lost,
    Misrouted,
    Outcome,
    Refused,
    Reply,
    Request,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.model import (
    FailureCode as Code,
)
from bulk_journeys.pipeline.pace.fixed_pace import FixedPace
from bulk_journeys.pipeline.retry import RetryPolicy
from bulk_journeys.pipeline.runner import Policies, Runner
from bulk_journeys.pipeline.stop_rules import Stop
from bulk_journeys.plan.document import Entry, Merged, Operation, Source
from bulk_journeys.report.records import Record, records
from bulk_journeys.source.table import InvalidRow
from tests.fakes import Listener, MemoryJournal, jitter, uuid_of
from tests.virtual_time import run_virtually

LIST: Final = Source("journeys.csv", "0" * 64, ["uuid"])
NOT_APPLIED: Final = frozenset(
    {Outcome.CONFLICT, Outcome.REJECTED, Outcome.FAILED, Outcome.NOT_ATTEMPTED, Outcome.INVALID}
)
REFUSALS: Final[dict[str, Reply]] = {
    "throttled": Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429),
    "told to wait": Throttled(Code.RESOURCE_EXHAUSTED, "slow down", 429, 5.0),
    "deferred": Deferred(Code.ABORTED, "try again", 409),
    "unsent": Unsent(Code.UNREACHABLE, "connection refused"),
    "forbidden": Refused(Code.PERMISSION_DENIED, "not yours", 403),
    "stray": Misrouted(Code.HTTP_STATUS, "HTTP 404: an HTML page", 404),
    "no route": Misrouted(Code.NOT_FOUND, "Not Found", 404),
    "no token": Unauthorised(Code.UNAUTHENTICATED, "unauthorized", 401),
}
"""Answers of whoever stands before the API: the journey hears nothing of the call."""


class Turn(NamedTuple):
    """What becomes of one request. *late*: the API acts at the end of the latency and not at its beginning."""

    what: str = "answered"
    late: bool = False
    latency: float = 0.1


class Journey(NamedTuple):
    status: str
    script: Sequence[Turn]


class PowerCut(Exception):
    """The process is gone."""


class World:
    """The API and the truth. After a power cut nothing more happens in it until the next run."""

    def __init__(self, journeys: dict[int, Journey]) -> None:
        self._scripts = {uuid_of(row): iter(journey.script) for row, journey in journeys.items()}
        self._statuses = {uuid_of(row): journey.status for row, journey in journeys.items()}
        self._applied: set[str] = set()
        self._lost: set[str] = set()
        self.sent: Counter[str] = Counter()
        self.frozen = False

    def really_applied(self, row: int) -> bool:
        return uuid_of(row) in self._applied

    def lost_an_answer(self, row: int) -> bool:
        return uuid_of(row) in self._lost

    async def perform(self, request: Request) -> Reply:
        await self._while_the_power_is_on()
        self.sent[request.uuid] += 1
        turn = next(self._scripts[request.uuid], Turn())
        reply = None if turn.late else self._meet(request.uuid, turn)
        await asyncio.sleep(turn.latency)
        await self._while_the_power_is_on()
        reply = reply or self._meet(request.uuid, turn)
        if isinstance(reply, Lost):
            self._lost.add(request.uuid)
        return reply

    async def _while_the_power_is_on(self) -> None:
        if self.frozen:
            await asyncio.Event().wait()

    def _meet(self, uuid: str, turn: Turn) -> Reply:
        if turn.what in REFUSALS:
            return REFUSALS[turn.what]
        reply = self._pause(uuid) if turn.what in {"answered", "answer lost"} else None
        return reply if reply and turn.what == "answered" else Lost(Code.TIMEOUT, "no answer in time")

    def _pause(self, uuid: str) -> Reply:
        match self._statuses[uuid]:
            case "running":
                self._statuses[uuid] = "paused"
                self._applied.add(uuid)
                return Applied("STATUS_PAUSED", "Welcome")
            case "absent":
                return Refused(Code.NOT_FOUND, "no such journey", 404)
        return Conflict(Code.FAILED_PRECONDITION, "journey is not running", 400)


class Ordeal(NamedTuple):
    """What a run goes through: a stop after so many seconds, or a power cut in its nth write.

    Of that write's batch so many bytes reach the disk, or all of it.
    """

    stop_after: float | None = None
    cut_in_write: int | None = None
    bytes_kept: int = 0


class CutOff(MemoryJournal):
    """A journal on a disk whose power may go in the middle of a write."""

    def __init__(self, ordeal: Ordeal, world: World) -> None:
        super().__init__()
        self._ordeal = ordeal
        self._world = world

    def write(self, batch: bytes) -> None:
        if self._world.frozen:
            raise PowerCut
        if len(self.writes) + 1 == self._ordeal.cut_in_write:
            self.writes.append(batch[: self._ordeal.bytes_kept])
            self._world.frozen = True
            raise PowerCut
        super().write(batch)


class Story:
    """A plan that is carried out in as many runs as it takes, with everything checked after each of them."""

    def __init__(self, plan: list[Entry], world: World, lanes: int) -> None:
        self._plan = plan
        self._world = world
        self._lanes = lanes
        self._under_way: set[int] = set()
        self._settled: dict[int, Record] = {}

    def unfold(self, ordeals: Sequence[Ordeal], path: Path) -> list[Record]:
        """Go on until a run ends by itself, and return the last records."""
        path.touch()
        for ordeal in chain(ordeals, repeat(Ordeal(), 100)):
            complete = self._carry_out(ordeal, path)
            found = self._check(path, cut=self._world.frozen)
            if complete:
                return found
            self._world.frozen = False
        raise AssertionError("there is no end to it")

    def _carry_out(self, ordeal: Ordeal, path: Path) -> bool:
        journal, listener, sent = CutOff(ordeal, self._world), Listener(), self._world.sent.copy()
        stop = None
        entries = JournalFile(path)
        with Ledger(entries) as ledger:
            try:
                stop = run_virtually(self._run(ordeal, journal, listener, ledger))
            except* PowerCut:
                event("power cut")
            path.write_bytes(path.read_bytes()[: entries.end] + b"".join(journal.writes))
        again = {uuid_of(row) for row in self._settled} & (self._world.sent - sent).keys()
        assert not again, "a settled row was sent again"
        with ledger_of(path) as ledger:
            assert all(ledger.is_settled(row) for row in listener.outcomes), "an outcome was told and then lost"
        return stop is not None and stop.ending == "complete"

    async def _run(self, ordeal: Ordeal, journal: MemoryJournal, listener: Listener, ledger: Ledger) -> Stop:
        policies = Policies(
            FixedPace([]), self._lanes, RetryPolicy(tries=2, refusals=2, base=1.0), jitter=jitter(), clock=lambda: 1e9
        )
        runner = Runner(self._world, journal, listener.tell, policies)
        if ordeal.stop_after is not None:
            loop = asyncio.get_running_loop()
            loop.call_later(ordeal.stop_after, runner.stop, Stop(Ending.INTERRUPTED, "interrupted by SIGINT"))
        journal.append(Began(1e9, "https://journey.pushwoosh.com"))
        return await runner.run(remaining(self._plan, ledger))

    def _check(self, path: Path, *, cut: bool) -> list[Record]:
        with ledger_of(path) as ledger:
            operations = [row for row, entry in enumerate(self._plan) if isinstance(entry, Operation)]
            if cut:
                self._under_way |= {row for row in operations if isinstance(ledger.entry(row), Sending)}
            found = [record for _, record in records(self._plan, ledger, [LIST])]
            assert [record.line for record in found] == [entry.line for entry in self._plan]
            for row in operations:
                self._check_truth(row, found[row])
                if row in self._settled:
                    assert found[row] == self._settled[row]
                elif ledger.is_settled(row):
                    self._settled[row] = found[row]
        return found

    def _check_truth(self, row: int, record: Record) -> None:
        if record.outcome is Outcome.APPLIED:
            assert self._world.really_applied(row)
        if record.outcome in NOT_APPLIED:
            assert not self._world.really_applied(row)
        if record.outcome is Outcome.IN_DOUBT:
            assert self._world.lost_an_answer(row) or row in self._under_way
        assert record.attempts >= self._world.sent[uuid_of(row)], "a request was not counted"


turns = st.builds(
    Turn,
    st.sampled_from(["answered", "answered", "answer lost", "answer lost", "dropped", *REFUSALS]),
    st.booleans(),
    st.sampled_from([0.0, 0.1, 3.0]),
)
journeys = st.builds(
    Journey, st.sampled_from(["running", "running", "running", "paused", "absent"]), st.lists(turns, max_size=4)
)
stops = st.builds(Ordeal, st.sampled_from([0.0, 0.001, 0.0015, 0.1, 0.102, 1.0, 2.5, 8.0]), st.none(), st.just(0))
power_cuts = st.builds(Ordeal, st.none(), st.integers(1, 7), st.integers(0, 400) | st.just(1_000_000))
kinds = st.sampled_from(["operation", "operation", "operation", "operation", "merged", "rejection"])


def plan_of(wanted: Sequence[str]) -> list[Entry]:
    return list(_entries(wanted))


def _entries(wanted: Sequence[str]) -> Iterator[Entry]:
    first = None
    for row, kind in enumerate(wanted):
        if kind == "operation":
            first = row if first is None else first
            yield Operation(row + 2, uuid_of(row), Action.PAUSE, [])
        elif kind == "merged" and first is not None:
            yield Merged(row + 2, uuid_of(first), Action.PAUSE, first + 2, first, [])
        else:
            yield InvalidRow(row + 2, [], [])


@settings(max_examples=200, deadline=None)
@given(
    rows=st.lists(st.tuples(kinds, journeys), min_size=1, max_size=12),
    ordeals=st.lists(stops | power_cuts, max_size=4),
    lanes=st.integers(1, 4),
)
def test_every_row_ends_with_one_true_record_whatever_happens(
    rows: list[tuple[str, Journey]], ordeals: list[Ordeal], lanes: int
) -> None:
    plan = plan_of([kind for kind, _ in rows])
    world = World({row: journey for row, (_, journey) in enumerate(rows)})
    with tempfile.TemporaryDirectory() as folder:
        found = Story(plan, world, lanes).unfold(ordeals, Path(folder, "journal.jsonl"))
    for row, (entry, record) in enumerate(zip(plan, found, strict=True)):
        match entry:
            case Operation():
                assert record.outcome not in {Outcome.NOT_ATTEMPTED, Outcome.INVALID}
                event(record.outcome)
            case Merged():
                assert (record.outcome, record.error) == (found[entry.first].outcome, found[entry.first].error)
            case InvalidRow():
                assert record.outcome is Outcome.INVALID
                assert not world.sent[uuid_of(row)]


@settings(max_examples=50, deadline=None)
@given(rows=st.integers(1, 12), lanes=st.integers(1, 4), cuts=st.lists(power_cuts, min_size=1, max_size=3))
def test_where_only_the_power_fails_no_journey_is_paused_in_vain(rows: int, lanes: int, cuts: list[Ordeal]) -> None:
    world = World({row: Journey("running", []) for row in range(rows)})
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(["operation"] * rows)
        found = Story(plan, world, lanes).unfold(cuts, Path(folder, "journal.jsonl"))
    assert all(world.really_applied(row) for row in range(rows))
    assert {record.outcome for record in found} <= {Outcome.APPLIED, Outcome.IN_DOUBT}


@settings(max_examples=50, deadline=None)
@given(journeys=st.lists(journeys, min_size=1, max_size=12), lanes=st.integers(1, 4), stop=st.lists(stops, max_size=3))
def test_stopping_in_good_order_adds_no_doubt(journeys: list[Journey], lanes: int, stop: list[Ordeal]) -> None:
    world = World(dict(enumerate(journeys)))
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(["operation"] * len(journeys))
        found = Story(plan, world, lanes).unfold(stop, Path(folder, "journal.jsonl"))
    for row, record in enumerate(found):
        if record.outcome is Outcome.IN_DOUBT:
            assert world.lost_an_answer(row)
        assert record.attempts == world.sent[uuid_of(row)]
