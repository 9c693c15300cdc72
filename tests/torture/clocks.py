"""Runs on a machine whose clock is set back and forth: what is the last of them is no matter of the clock."""

import time
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from bulk_journeys.sandbox import Config
from tests.cli.stage import Done, write_list
from tests.torture.crowd import AT_A_TIME, Begin, Crowd, Say
from tests.torture.figures import Figures
from tests.torture.trial import NOTHING_SENT, Trial

DAY: Final = 86_400.0
SHIFTS: Final = (0.0, 0.0, -840.0, -3 * DAY, -20_000 * DAY, 3600.0, 400 * DAY)
"""Seconds by which a process takes the time to be another."""

LISTS: Final = 3
SIZE: Final = 4
"""Journeys of one list."""


def torture_clocks(dice: Random, seconds: float, folder: Path, say: Say, at_a_time: int = AT_A_TIME) -> Figures:
    """Carry out runs in *folder* by false clocks until *seconds* are over."""
    crowd, deadline = Crowd(folder, dice, say), time.monotonic() + seconds

    def life(_: int, dice: Random, begin: Begin) -> Trial:
        return mistimed(begin("mistimed", Config(LISTS * SIZE, dice.getrandbits(16))), dice)

    return crowd.live(life, lambda begun, _: begun > 0 and time.monotonic() > deadline, at_a_time)


def mistimed(trial: Trial, dice: Random) -> Trial:
    """Pause some lists, one after the other, and undo without a name: that is of the last one, or of none."""
    uuids = list(trial.journeys)
    lists = [uuids[place : place + SIZE] for place in range(0, len(uuids), SIZE)]
    shift = 0.0
    for number, some in enumerate(lists):
        shift = dice.choice(SHIFTS)
        write_list(trial.folder / f"list{number}.csv", some)
        done = _by_its_clock(trial, shift, *_run(trial, number))
        if done.code:
            trial.note(f"list {number} is not carried out: exit status {done.code}: {done.err[-500:]}")
    _hold_repetition(trial, shift - dice.choice((0.0, 900.0, 3 * DAY, 500 * DAY)))
    done = _by_its_clock(trial, dice.choice(SHIFTS), "undo", "--yes", "--rate", "off")
    back = {uuid for uuid, journey in trial.journeys.items() if "start" in journey.applied}
    if done.code not in {0, NOTHING_SENT} or back != (set() if done.code else set(lists[-1])):
        trial.note(
            f"undo, exit status {done.code}, has undone {len(back)} journeys, not the last list: {done.err[-500:]}"
        )
    return trial


def _hold_repetition(trial: Trial, shift: float) -> None:
    """Law: what was just carried out is not carried out again, however far the clock was set back since."""
    before = trial.requests()
    done = _by_its_clock(trial, shift, *_run(trial, LISTS - 1))
    if done.code != NOTHING_SENT or trial.requests() != before:
        trial.note(f"the same list is carried out again: exit status {done.code}: {done.err[-500:]}")


def _run(trial: Trial, number: int) -> list[str]:
    flags = ["--action", "pause", "--yes", "--rate", "off", "--base-url", trial.base_url]
    return ["run", f"list{number}.csv", *flags]


def _by_its_clock(trial: Trial, shift: float, *arguments: str) -> Done:
    trial.faults += bool(shift)
    return trial.forked(*arguments, prepare=partial(_set_clock, shift)).done()


def _set_clock(shift: float) -> None:
    """Have the process, which was forked to be misled, take the time to be *shift* seconds later."""
    now = time.time
    vars(time)["time"] = lambda: now() + shift
