"""One run's life: begun, hurt, reported on and resumed to its end, and held against the truth at every step."""

import re
import shutil
import subprocess
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import Any, Final

from bulk_journeys.sandbox.journeys import Journey
from tests.cli.stage import Done, Forked, Stage, json_lines, records
from tests.torture.figures import Crash, Figures
from tests.torture.laws import (
    entries_after_the_last_word,
    idle_doubt,
    leftovers,
    lies,
    most_in_doubt,
    right_code,
    sessions,
    uncounted,
)
from tests.torture.processes import Flags, Process, Started

COMPLETE: Final = frozenset({0, 3, 5})
"""Exit statuses of a run that came to its end."""

STOPPED: Final = 4
NOTHING_SENT: Final = 2
MOST_STOPS: Final = 20
"""How often a faulty sandbox may talk a run out of going on before that counts as never coming to an end."""

MAIN: Final = re.compile(r"bulk_journeys/cli\.py\", line \d+, in main\n")
"""Stands in each traceback of the program."""


class Trial:
    """A list, a sandbox and the processes that carry the one out at the other. Broken laws are noted, not raised.

    *doubt* is how many rows the latest process that was inspected left open.
    """

    def __init__(self, name: str, stage: Stage, folder: Path, dice: Random) -> None:
        """*name* tells trials apart in what is noted; *dice* mix rows into the list that are none or repeat others."""
        self.folder = folder
        self.flags = Flags("off", 8)
        self.violations: list[str] = []
        self.kills = self.faults = self.amid_results = 0
        self.crashes: list[Crash] = []
        self.doubt = 0
        self._name = name
        self._stage = stage
        self.rows = _write_mixed_list(folder / "journeys.csv", stage.uuids(), dice)
        self._where: list[str] = []
        self._settled: dict[str, int] = {}
        self._sessions = 0

    @property
    def journeys(self) -> Mapping[str, Journey]:
        return self._stage.journeys

    @property
    def figures(self) -> Figures:
        """The sums of this trial."""
        counts = (1, self.kills, self.faults, self.rows, self.requests())
        return Figures(*counts, self.violations, amid_results=self.amid_results, crashes=self.crashes)

    @property
    def base_url(self) -> str:
        return self._stage.base_url

    @property
    def most_in_doubt(self) -> int:
        """How many rows a crash may put in doubt now."""
        return most_in_doubt(self.flags.rate, self.flags.lanes)

    def take_over(self, plan: Path, journal: bytes, rows: int, journeys: Iterable[Journey]) -> None:
        """Stand where another run, of *rows*, stood with *journal*, at a sandbox whose *journeys* had come as far."""
        run = self.folder / "runs" / plan.parent.name
        run.mkdir(parents=True)
        shutil.copy(plan, run)
        (run / "journal.jsonl").write_bytes(journal)
        self.rows = rows
        self._where = ["--base-url", self.base_url]  # a run that came from elsewhere is to be told where it goes
        self._stage.sandbox.world.journeys.update({journey.uuid: journey for journey in journeys})

    def requests(self) -> int:
        """Return how many requests came in so far. Reading them needs no turn of the sandbox's loop."""
        return sum(journey.requests for journey in self.journeys.values())

    def note(self, *wrongs: str) -> None:
        self.violations += [f"{self._name}: {wrong}" for wrong in wrongs]

    def arguments(self) -> list[str]:
        """Return what carries the list out, or goes on where that ended: as the program itself says."""
        if run := self.begun():
            return ["resume", str(run), *self._where, *self.flags.words()]
        plans = sorted(self.folder.glob("runs/*/plan.jsonl"))
        asked = [str(plans[0])] if plans else ["journeys.csv", "--action", "pause", "--skip-invalid"]
        if plans:
            asked.append("--skip-invalid")
        return ["run", *asked, "--yes", "--base-url", self.base_url, *self.flags.words()]

    def start(self, *, prepare: Callable[[], None] | None = None, whole: bool = False) -> Process:
        """Begin the run, or take it up. *whole*: as a process that is not forked from this one."""
        arguments = self.arguments()
        if not whole:
            return self.forked(*arguments, prepare=prepare)
        return Started(self.folder, *arguments)

    def begun(self) -> Path | None:
        """Return the run whose journal has a beginning, or None if there is none yet."""
        for journal in self.folder.glob("runs/*/journal.jsonl"):
            if json_lines(journal):
                return journal.parent
        return None

    def settled(self) -> int:
        """Return how many rows have their last word on disk."""
        run = self.begun()
        return sum(entry["event"] == "settled" for entry in _journal(run)) if run else 0

    def hear(self, process: Process, codes: Iterable[int]) -> Done:
        """Wait for *process* to end, with one of *codes* and without a traceback."""
        with suppress(subprocess.TimeoutExpired, AssertionError):
            done = process.done()
            if not _python_alone(done.err):
                self._hold_words(done, {*codes, *COMPLETE, STOPPED})
            return done
        process.send_signal(SIGKILL)
        self.note("a process hangs")
        return Done(1, "", "")

    def inspect(self, doubt: int | None = None) -> None:
        """Hold what a process left, which has ended, against the truth. At most *doubt* rows are in doubt by its end.

        None: as many as a crash can bring about.
        """
        if (run := self.begun()) is None:
            self._inspect_nothing()
            return
        self._hold_journal(run, self.most_in_doubt if doubt is None else doubt)
        self.hear(self.forked("report", str(run)), ())
        self.note(*leftovers(run))
        self.hold_results(run)
        self._remember(run)

    def finish(self) -> None:
        """Resume to the end, and once more: then there is nothing to do."""
        for _ in range(MOST_STOPS):
            done = self.hear(self.start(), ())
            if done.code != STOPPED:
                break
        self.hold_end(done)

    def hold_end(self, done: Done) -> None:
        """Hold a run that came to its end by itself against the truth, and resume it: then there is nothing to do."""
        if done.code not in COMPLETE or (run := self.begun()) is None:
            self.note(f"does not come to its end: exit status {done.code}: {done.err[-500:]}")
            return
        self._hold_end(run, done.code)
        self._hold_journal(run, 0)
        self._remember(run)
        self._hold_rest(done)

    def hold_results(self, run: Path) -> None:
        """Hold the results of *run*, as they stand, against the truth."""
        self.note(*lies(run, self.rows, self.journeys), *uncounted(run, self.journeys))

    def forked(self, *arguments: str, prepare: Callable[[], None] | None = None) -> Forked:
        """Start the program with some *arguments* in the folder."""
        for name in ("out", "err"):
            (self.folder / name).write_bytes(b"")  # it may be killed before it has begun them
        return Forked(self.folder, *arguments, prepare=prepare)

    def _inspect_nothing(self) -> None:
        """Law: before a journal has a beginning nothing was sent, and that is said."""
        if self.requests():
            self.note("requests came before there was a journal")
        done = self.forked("resume").done()
        if done.code != NOTHING_SENT or not {"nothing was begun", "no runs here"} & _phrases(done.err):
            self.note(f"resumed though nothing was begun: exit status {done.code}: {done.err[-500:]}")

    def _hold_words(self, done: Done, codes: Collection[int]) -> None:
        if "Traceback" in done.err:
            self.note(f"a traceback: {done.err[-2000:]}")
        elif done.code not in codes:
            self.note(f"exit status {done.code}: {done.err[-500:]}")

    def _hold_journal(self, run: Path, doubt: int) -> None:
        entries = _journal(run)
        self.note(*entries_after_the_last_word(entries))
        told = sessions(entries)
        self.doubt = len(told[-1].open_rows) if len(told) > self._sessions else 0
        if self.doubt > doubt:
            self.note(f"{self.doubt} rows are in doubt because of one crash, and {doubt} may be")
        self._sessions = len(told)

    def _remember(self, run: Path) -> None:
        """Law: a row that was settled is never sent again."""
        for uuid, requests in self._settled.items():
            if self.journeys[uuid].requests != requests:
                self.note(f"{uuid} was settled, and was sent again")
        log = records(run)
        rows = {entry["row"] for entry in _journal(run) if entry["event"] == "settled"}
        self._settled |= {log[row]["uuid"]: self.journeys[log[row]["uuid"]].requests for row in rows}

    def _hold_end(self, run: Path, code: int) -> None:
        """Law: at the end no row is left or in doubt without a reason, and the exit status says what there is."""
        self.hold_results(run)
        log = records(run)
        if code != right_code({record["outcome"] for record in log}):
            self.note(f"exit status {code} for {sorted({record['outcome'] for record in log})}")
        if left := [record["line"] for record in log if record["outcome"] == "not_attempted"]:
            self.note(f"the run came to its end without the lines {left}")
        crashed = {log[row]["uuid"] for session in sessions(_journal(run)) for row in session.open_rows}
        self.note(*idle_doubt(run, self.journeys, crashed))

    def _hold_rest(self, last: Done) -> None:
        before = self.requests()
        done = self.hear(self.start(), ())
        if self.requests() != before or done.code != last.code:
            self.note(f"a run at its end was resumed with {self.requests() - before} requests, status {done.code}")


def _journal(run: Path) -> list[dict[str, Any]]:
    return json_lines(run / "journal.jsonl")


def _phrases(err: str) -> set[str]:
    return {phrase for phrase in ("nothing was begun", "no runs here") if phrase in err}


def _python_alone(err: str) -> bool:
    """Say whether a signal met Python outside of the program: before its first line or behind its last."""
    return "KeyboardInterrupt" in err and not MAIN.search(err)


def _write_mixed_list(path: Path, uuids: Sequence[str], dice: Random) -> int:
    """Write a list of *uuids* with rows among them that are none, or repeat others; return how many rows it has."""
    rows: list[str] = []
    for uuid in uuids:
        rows.append(uuid)
        if dice.random() < 0.1:
            rows.append(dice.choice(["no id", dice.choice(rows)]))
    path.write_text("\n".join(["uuid", *rows, ""]), encoding="utf-8")
    return len(rows)
