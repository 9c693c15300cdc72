"""Runs by clocks that are wrong: the last run is the one that was begun last, whatever its name says."""

import os
import time
from collections.abc import Collection
from functools import partial
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from bulk_journeys.sandbox.config import Config, Latency, parse_mix
from bulk_journeys.session.done_before import DAY
from bulk_journeys.session.index import FILE_NAME
from tests.cli.stage import Done, records, write_list
from tests.torture.crowd import Begin, Crowd, Say
from tests.torture.figures import Figures
from tests.torture.trial import COMPLETE, STOPPED, Trial

REFUSED: Final = 2
FLAGS: Final = ("--yes", "--rate", "off", "--tries", "2")
ERRORS: Final = (0.0, 0.0, -3 * DAY, -0.01 * DAY, 2 * DAY, 400 * DAY, -20_000 * DAY, -1.0, 1.0)
"""Seconds by which clocks are wrong: some of them seldom by more than the time between two runs."""

UNKNOWN_SHARE: Final = 0.25
"""How often the order of the runs is lost, with the file that holds it."""


class Dated(NamedTuple):
    """A run that was begun *at* a time, by a clock that may be wrong, with the list *name*."""

    folder: Path
    name: str
    at: float


def torture_clocks(dice: Random, seconds: float, folder: Path, say: Say) -> Figures:
    """Have runs by wrong clocks in *folder* undone; no new ones are begun after so many *seconds*."""
    deadline = time.monotonic() + seconds

    def life(_: int, dice: Random, begin: Begin) -> Trial:
        mix = parse_mix(dice.choice(("running=100", "running=80,paused=20")))
        config = Config(dice.choice((12, 40)), dice.getrandbits(16), latency=Latency(0.0, 0.01), mix=mix)
        return misdated(begin("misdated", config), dice)

    return Crowd(folder, dice, say).live(life, lambda begun, _: begun > 0 and time.monotonic() > deadline)


def misdated(trial: Trial, dice: Random) -> Trial:
    """Carry out some runs by clocks that may be wrong, some of them again, and take the last one back."""
    uuids, runs = list(trial.journeys), list[Dated]()
    for number in range(parts := dice.randint(2, 5)):
        write_list(trial.folder / f"{number}.csv", uuids[number::parts])
        if run := _begun(trial, f"{number}.csv", dice):
            runs.append(run)
            trial.faults += 1
        if runs and dice.random() < 0.4:
            _once_more(trial, dice.choice(runs), dice)
    is_known = dice.random() > UNKNOWN_SHARE
    if not is_known:
        (trial.folder / "state" / FILE_NAME).unlink()
    changed = {run.folder: _changed(run.folder) for run in runs}
    if last := next((folder for folder in reversed(changed) if changed[folder]), None):
        _undone(trial, last, changed[last], is_known=is_known, dice=dice)
    return trial


def _begun(trial: Trial, name: str, dice: Random) -> Dated | None:
    """Carry out the list *name*, in one go or in two, the second by another clock."""
    error, before = dice.choice(ERRORS), _runs(trial)
    in_two = ("--limit", "1") if dice.random() < 0.3 else ()
    at = time.time() + error
    done = _done(trial, error, *_arguments(trial, name), *in_two)
    made = _runs(trial) - before
    if len(made) != 1 or done.code not in {*COMPLETE, STOPPED}:
        trial.note(f"{len(made)} runs were made, exit status {done.code}: {done.err[-500:]}")
        return None
    (folder,) = made
    os.utime(folder / "plan.jsonl", (at, at))
    if in_two:
        done = _done(trial, dice.choice(ERRORS), "resume", str(folder), "--rate", "off")
        if done.code not in COMPLETE:
            trial.note(f"cannot be resumed: exit status {done.code}: {done.err[-500:]}")
    return Dated(folder, name, at)


def _once_more(trial: Trial, run: Dated, dice: Random) -> None:
    """Law: the same is not done again within a day, nor by a clock that says that it is to come."""
    error = min(dice.choice(ERRORS), run.at - time.time() + dice.uniform(0, 0.9) * DAY)
    before, made = trial.requests(), _runs(trial)
    done = _done(trial, error, *_arguments(trial, run.name))
    if done.code != REFUSED or trial.requests() != before or _runs(trial) != made:
        trial.note(f"{run.name} was done again by a clock {error:+.0f} s wrong: exit status {done.code}")
    elif run.folder.name not in done.err:
        trial.note(f"it is not said where the same was done: {done.err[-500:]}")


def _changed(run: Path) -> set[str]:
    return {record["uuid"] for record in records(run) if record["outcome"] == "applied"}


def _undone(trial: Trial, last: Path, changed: Collection[str], *, is_known: bool, dice: Random) -> None:
    """Law: what is undone without a name is the *last* run, or nothing where that is not known, and one is named."""
    done, touched = _undo(trial, dice)
    if done.code == REFUSED and not is_known:
        if touched or not any(run.name in done.err for run in _runs(trial)):
            trial.note(f"refused to undo with {len(touched)} requests: {done.err[-500:]}")
    elif done.code not in COMPLETE or touched != changed:
        trial.note(f"not {last.name} was undone: exit status {done.code}: {done.err[-500:]}")
    again, touched = _undo(trial, dice)
    if again.code != REFUSED or touched:
        trial.note(f"a second undo made {len(touched)} requests: exit status {again.code}: {again.err[-500:]}")


def _undo(trial: Trial, dice: Random) -> tuple[Done, Collection[str]]:
    """Undo what was not named, and return which journeys had a request for it."""
    before = {uuid: journey.requests for uuid, journey in trial.journeys.items()}
    done = _done(trial, dice.choice(ERRORS), "undo", *FLAGS)
    return done, {uuid for uuid, journey in trial.journeys.items() if journey.requests != before[uuid]}


def _arguments(trial: Trial, name: str) -> list[str]:
    return ["run", name, "--action", "pause", *FLAGS, "--base-url", trial.base_url]


def _done(trial: Trial, error: float, *arguments: str) -> Done:
    """Run the program to its end, by a clock that is so many seconds wrong."""
    return trial.hear(trial.forked(*arguments, prepare=partial(_set_clock, error)), {REFUSED})


def _runs(trial: Trial) -> set[Path]:
    return {plan.parent for plan in trial.folder.glob("runs/*/plan.jsonl")}


def _set_clock(error: float) -> None:
    right = time.time
    vars(time)["time"] = lambda: right() + error
