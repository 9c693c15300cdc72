"""The journal of a real run, cut at every byte: what is left is read, believed, and gone on with.

What was really so at a cut is known: which request changed a journey is the sandbox's seed to say, and the journal
says how many had left by then.
"""

import os
from bisect import bisect
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, Final, NamedTuple

from msgspec.structs import replace

from bulk_journeys.followup import remaining
from bulk_journeys.journal.reader import ledger_of
from bulk_journeys.model import Work
from bulk_journeys.plan.document import Merged, Operation
from bulk_journeys.plan.saved_plan import read_plan
from bulk_journeys.report.records import Record, records
from bulk_journeys.sandbox.audit import DEFINITELY_NOT, HARMLESS
from bulk_journeys.sandbox.config import Config, Latency, parse_faults
from bulk_journeys.sandbox.faults import strike
from bulk_journeys.sandbox.journeys import Action, Journey
from tests.cli.stage import json_lines
from tests.torture.crowd import Begin, Crowd, Say
from tests.torture.figures import Figures
from tests.torture.processes import Flags
from tests.torture.trial import Trial

FAULTS: Final = parse_faults(["any=0.2", "abort=0.05", "cancel=0.05"])
FLAGS: Final = Flags("off", 4)

Latest = Mapping[int, Mapping[str, Any]]
"""The latest entry of each row that has one, as JSON has it."""


class Sample(NamedTuple):
    """How many rows the run has, and how many of the cuts are resumed."""

    rows: int = 30
    resumed: int = 20


def torture_cuts(dice: Random, sample: Sample, folder: Path, say: Say) -> Figures:
    """Carry out a run in *folder*, cut its journal at every byte, and resume some of the cuts."""
    config = Config(sample.rows, dice.getrandbits(16), latency=Latency(0.001, 0.01), faults=FAULTS, hang=0.3)
    crowd, wholes = Crowd(folder, dice, say), list[Whole]()

    def whole_life(_: int, __: Random, begin: Begin) -> Trial:
        trial = begin("whole", config)
        wholes.append(Whole(trial, config))
        return trial

    def cut_life(_: int, dice: Random, begin: Begin) -> Trial:
        return gone_on_with(wholes[0], dice, begin("cut", config))

    crowd.live(whole_life, lambda begun, _: begun == 1)
    broken = [f"journal cut at {cut}: {wrong}" for cut, wrong in wholes[0].cut_at_every_byte(folder / "cut.jsonl")]
    say(f"{len(wholes[0].journal):,} cuts")
    return crowd.live(cut_life, lambda begun, _: begun > sample.resumed) + Figures(violations=broken)


class Whole:
    """A run that came to its end, and what was so after each of its requests."""

    def __init__(self, trial: Trial, config: Config) -> None:
        """Carry it out."""
        trial.flags = FLAGS
        trial.finish()
        run = trial.begun()
        assert run is not None
        self.trial, self.plan = trial, run / "plan.jsonl"
        self.journal = (run / "journal.jsonl").read_bytes()
        plan = read_plan(self.plan)
        self._entries, self._sources = list(plan.entries()), plan.header.sources
        self._lines = [entry.line for entry in self._entries]
        self._pasts = {uuid: _past(journey, config) for uuid, journey in trial.journeys.items()}
        trial.note(*(f"{uuid} cannot be played again" for uuid, past in self._pasts.items() if not self._ends(past)))
        self._ends_of_lines, self._latest = _folded(json_lines(run / "journal.jsonl"), self.journal)

    def _ends(self, past: Sequence[Journey]) -> bool:
        return past[-1] == self.trial.journeys[past[-1].uuid]

    def cut_at_every_byte(self, path: Path) -> Iterator[tuple[int, str]]:
        """Yield each cut and what is wrong with what is made of it. *path* is of a file to cut."""
        path.write_bytes(self.journal)
        for cut in range(len(self.journal), -1, -1):
            os.truncate(path, cut)
            with ledger_of(path) as ledger:
                latest = self.latest(cut)
                found = [record for _, record in records(self._entries, ledger, self._sources)]
                for wrong in (*self._lies(found, latest), *self._oblivion(remaining(self._entries, ledger), latest)):
                    yield cut, wrong

    def latest(self, cut: int) -> Latest:
        """Return what the whole lines before *cut* say."""
        return self._latest[bisect(self._ends_of_lines, cut)]

    def journeys(self, cut: int, dice: Random) -> list[Journey]:
        """Return what the journeys may have been at *cut*: of a request that was about to leave nobody knows."""
        latest = {self._uuid(row): entry for row, entry in self.latest(cut).items()}
        counts = {uuid: dice.choice(_requests(latest.get(uuid))) for uuid in self._pasts}
        return [deepcopy(past[counts[uuid]]) for uuid, past in self._pasts.items()]

    def _uuid(self, row: int) -> str:
        entry = self._entries[row]
        assert isinstance(entry, Operation)
        return entry.uuid

    def _lies(self, found: Sequence[Record], latest: Latest) -> Iterator[str]:
        """Law: one record a row, and each of them true, whichever of the journeys' possible states is so."""
        if [record.line for record in found] != self._lines:
            yield f"records of the lines {[record.line for record in found]}"
        for row, (entry, record) in enumerate(zip(self._entries, found, strict=True)):
            if isinstance(entry, Operation | Merged):
                last = latest.get(entry.first if isinstance(entry, Merged) else row)
                yield from _lies_about(record, last, [self._pasts[entry.uuid][count] for count in _requests(last)])

    def _oblivion(self, work: Iterator[Work], latest: Latest) -> Iterator[str]:
        """Law: what is settled is not sent again, all else is, and with the memory of what may have been applied."""
        left = {each.row: each for each in work}
        open_rows = {
            row
            for row, entry in enumerate(self._entries)
            if isinstance(entry, Operation) and latest.get(row, {}).get("event") != "settled"
        }
        if left.keys() != open_rows:
            yield f"the rows {sorted(left.keys() ^ open_rows)} are sent again, or are not"
        for row in left.keys() & open_rows:
            possible = [self._pasts[self._uuid(row)][count] for count in _requests(latest.get(row))]
            if left[row].doubt is None and any(journey.applied for journey in possible):
                yield f"row {row} may have been applied, and that is forgotten"


def gone_on_with(whole: Whole, dice: Random, trial: Trial) -> Trial:
    """Resume the run, cut somewhere, at a sandbox that is where it was then."""
    cut = dice.randint(0, len(whole.journal))
    trial.take_over(whole.plan, whole.journal[:cut], whole.trial.rows, whole.journeys(cut, dice))
    trial.flags = FLAGS
    trial.inspect()
    trial.flags = Flags(dice.choice(("off", "200/s")), dice.choice((1, 4, 16)))
    trial.finish()
    return trial


def _requests(last: Mapping[str, Any] | None) -> list[int]:
    """Return how many requests a row may have had: of one that was about to leave it is not known whether it did."""
    match last:
        case None:
            return [0]
        case {"event": "sending", "attempt": attempt}:
            return [attempt - 1, attempt]
        case {"event": "heard", "attempt": attempt} | {"event": "settled" | "withdrawn", "attempts": attempt}:
            return [attempt]
    raise AssertionError(last)


def _past(journey: Journey, config: Config) -> list[Journey]:
    """Return what *journey* was after each of its requests, and before them, as the sandbox's seed has it."""
    past = [Journey(journey.uuid, journey.title, journey.first_status, journey.first_status)]
    for number in range(1, journey.requests + 1):
        now = replace(past[-1], requests=number, applied=[*past[-1].applied], faults=[*past[-1].faults])
        struck = strike(config.faults, config.seed, journey.uuid, number)
        if struck is None or struck.acts:
            now.act(Action.PAUSE)
        now.faults += [struck.fault] if struck else []
        past.append(now)
    return past


def _folded(entries: Sequence[Mapping[str, Any]], journal: bytes) -> tuple[list[int], list[Latest]]:
    """Return where each line ends, and what is known after so many lines, from none on."""
    ends, known = list[int](), list[Latest]([{}])
    for line, entry in zip(journal.splitlines(keepends=True), entries, strict=True):
        ends.append(len(line) + (ends[-1] if ends else 0))
        known.append({**known[-1], entry["row"]: entry} if "row" in entry else known[-1])
    return ends, known


def _lies_about(record: Record, last: Mapping[str, Any] | None, possible: Sequence[Journey]) -> Iterator[str]:
    outcome = record.outcome.value
    if outcome == "applied" and not all(journey.applied for journey in possible):
        yield f"line {record.line}: said to be applied, and may not be"
    if outcome in DEFINITELY_NOT and any(journey.applied for journey in possible):
        yield f"line {record.line}: said not to be applied ({outcome}), and may be"
    sending = last is not None and last["event"] == "sending"
    lossy = any(set(journey.faults) - HARMLESS for journey in possible)
    if (outcome == "in_doubt" and not (sending or lossy)) or (sending and outcome != "in_doubt"):
        yield f"line {record.line}: {outcome} after {last}"
    if record.attempts < max(journey.requests for journey in possible):
        yield f"line {record.line}: {record.attempts} attempts, and there may have been more"
