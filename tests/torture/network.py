"""Runs over networks that fail in every way of the sandbox, alone and mixed, held against what really happened.

A world can be made again from what a violation says; which request meets which fault is then the same.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from threading import Lock
from typing import Final, NamedTuple

import msgspec

from bulk_journeys.sandbox.admission import Stats
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import Journey
from tests.cli.stage import Done, Forked, json_lines, records, the_run
from tests.torture.figures import Figures
from tests.torture.laws import Entries, entries_after_the_last_word, idle_doubt, lies, right_code, uncounted
from tests.torture.worlds import World, worlds

AT_A_TIME: Final = 4
"""Worlds that are there at a time, each with a sandbox and a run."""

PATIENCE: Final = 120.0
"""Seconds without a word in its journal after which a process counts as hung; the longest pause has 60."""

MOST_STOPS: Final = 25
"""How often a run may end early and be resumed before that counts as never coming to an end."""

MOST_DIAL_DOUBTS: Final = 0.01
"""Rows in doubt, for each request that was refused before it left; nothing else goes wrong there."""

LATE: Final = frozenset({"timeout", "cut_off"})
"""Codes of answers that did not come in time, because of a fault or because this machine has too much to do."""


def torture_network(dice: Random, seconds: float, faults: int) -> Figures:
    """Carry out runs, some at a time, until there were as many *faults* or *seconds* are over."""
    end, drawn, lock, figures = time.monotonic() + seconds, worlds(dice), Lock(), Figures()

    def go_on() -> None:
        nonlocal figures
        while time.monotonic() < end and figures.faults < faults:
            with lock:
                world = next(drawn)
            found = carry_out(world)
            with lock:
                figures += found

    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for each in [pool.submit(go_on) for _ in range(AT_A_TIME)]:
            each.result()
    return figures + Figures(violations=list(_needless(figures)))


def _needless(figures: Figures) -> Iterator[str]:
    """Law: a request that never left puts no row in doubt."""
    if figures.dial_doubts > MOST_DIAL_DOUBTS * figures.dials:
        yield f"{figures.dial_doubts} rows in doubt, and {figures.dials} requests that never left"


def carry_out(world: World) -> Figures:
    """Carry out one run to its end, and hold it against the truth. What it left is kept where a law is broken."""
    folder = Path(tempfile.mkdtemp(prefix="torture-network-"))
    with _serving(world, folder) as sandbox:
        run = _Run(world, folder / "run", sandbox)
        run.carry_out()
        stats = sandbox.stats()
    violations = [
        f"{wrong}; draw{world[:3]} in {folder}: {' '.join(world.sandbox + world.run)}" for wrong in run.wrongs
    ]
    if not violations:
        shutil.rmtree(folder)
    faults = sum(stats.faults.values()) + stats.outage
    figures = Figures(1, 0, faults, world.rows, stats.requests, violations)
    if world.kind == Fault.DIAL:
        return figures + Figures(dials=stats.faults.get(Fault.DIAL, 0), dial_doubts=run.doubts)
    return figures


class _Sandbox(NamedTuple):
    """A sandbox in a process of its own."""

    base_url: str

    def stats(self) -> Stats:
        return msgspec.json.decode(self._ask("GET", "stats"), type=Stats)

    def journeys(self) -> dict[str, Journey]:
        """Return the truth."""
        decode = msgspec.json.Decoder(Journey).decode
        return {journey.uuid: journey for journey in map(decode, self._ask("GET", "truth").splitlines())}

    def restore(self) -> None:
        """Have the token be good again."""
        self._ask("POST", "restore")

    def _ask(self, method: str, name: str) -> bytes:
        with closing(HTTPConnection(self.base_url.removeprefix("http://"), timeout=PATIENCE)) as connection:
            connection.request(method, f"/sandbox/{name}")
            return connection.getresponse().read()


@contextmanager
def _serving(world: World, folder: Path) -> Iterator[_Sandbox]:
    own, said = folder / "sandbox", ""
    own.mkdir()
    (own / "out").touch()
    process = Forked(own, "sandbox", "--token", world.token, *world.sandbox)
    try:
        while not said.endswith("\n") and process.poll() is None:
            time.sleep(0.01)
            said = (own / "out").read_text(encoding="utf-8")
        yield _Sandbox(said.strip())
    finally:
        process.kill()
        process.done()


class _Run:
    """A run in *folder*, and its resumptions. *wrongs* are the laws that were broken, in words.

    *doubts* are the rows in doubt at its end.
    """

    def __init__(self, world: World, folder: Path, sandbox: _Sandbox) -> None:
        self.wrongs: list[str] = []
        self.doubts = 0
        self._world, self._folder, self._sandbox = world, folder, sandbox
        self._settled: dict[str, int] = {}
        folder.mkdir()
        (folder / "journeys.csv").write_text("\n".join(["uuid", *sandbox.journeys(), ""]), encoding="utf-8")

    def carry_out(self) -> None:
        """Begin it, and resume it as long as it ends early."""
        arguments = ["run", "journeys.csv", "--action", "pause", "--yes", "--base-url", self._sandbox.base_url]
        prepare = partial(_prepare, self._world.token, str(self._folder / "state"))
        for _ in range(MOST_STOPS):
            done = self._ended(Forked(self._folder, *arguments, *self._world.run, prepare=prepare))
            if done.code not in {0, 3, 4, 5}:
                self.wrongs.append(f"exit status {done.code}: {done.err[-500:]}")
                return
            self._hold(done)
            if done.code != 4:
                return
            self._sandbox.restore()
            arguments = ["resume"]
        self.wrongs.append("never comes to its end")

    def _ended(self, process: Forked) -> Done:
        told, deadline = -1, 0.0
        while process.poll() is None:
            size = sum(journal.stat().st_size for journal in self._folder.glob("runs/*/journal.jsonl"))
            if size != told:
                told, deadline = size, time.monotonic() + PATIENCE
            elif time.monotonic() > deadline:
                self.wrongs.append("a process hangs")
                process.kill()
                break
            time.sleep(0.02)
        return process.done()

    def _hold(self, done: Done) -> None:
        """Hold what is there now against each law."""
        run, journeys = the_run(self._folder), self._sandbox.journeys()
        log, entries = records(run), json_lines(run / "journal.jsonl")
        self.doubts = sum(record["outcome"] == "in_doubt" for record in log)
        excused = {log[row]["uuid"] for row in _late(entries, self._world.timeout)}
        if "--idle-close" in self._world.sandbox:  # a connection may close before a request on it is read
            excused |= {record["uuid"] for record in log if record["attempts"] > journeys[record["uuid"]].requests}
        self.wrongs += [*lies(run, self._world.rows, journeys), *uncounted(run, journeys)]
        self.wrongs += [*entries_after_the_last_word(entries), *idle_doubt(run, journeys, excused)]
        self._hold_settled([log[entry["row"]]["uuid"] for entry in entries if entry["event"] == "settled"], journeys)
        left = self._world.rows - len(self._settled)
        if done.code != (right := 4 if left else right_code({record["outcome"] for record in log})):
            self.wrongs.append(f"exit status {done.code}, and {right} would be right")
        if "Traceback" in done.out + done.err:
            self.wrongs.append(f"a traceback: {done.err[-2000:]}")
        files = filter(Path.is_file, self._folder.rglob("*"))
        self.wrongs += [f"the token is in {path}" for path in files if self._world.token.encode() in path.read_bytes()]

    def _hold_settled(self, uuids: Sequence[str], journeys: Mapping[str, Journey]) -> None:
        """Law: a row that was settled is never sent again."""
        again = [uuid for uuid, requests in self._settled.items() if journeys[uuid].requests != requests]
        self.wrongs += [f"{uuid} was settled, and was sent again" for uuid in again]
        self._settled = {uuid: journeys[uuid].requests for uuid in uuids}


def _prepare(token: str, state: str) -> None:
    """Make the environment of a run that knows nothing of this machine."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        del os.environ[name]
    os.environ |= {"PUSHWOOSH_API_TOKEN": token, "BULK_JOURNEYS_STATE_DIR": state, "COLUMNS": "200"}


def _late(entries: Entries, timeout: float) -> Iterator[int]:
    """Yield the rows that were waited for in vain, as long as they should be."""
    sent: dict[int, float] = {}
    for entry in entries:
        if entry["event"] == "sending":
            sent[entry["row"]] = entry["at"]
        elif entry.get("code") in LATE and entry["at"] - sent[entry["row"]] >= timeout:
            yield entry["row"]
