"""Runs whose folder vanishes, is renamed or replaced at any moment; what is saved of them is resumed to its end."""

import re
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Final

from tests.cli.stage import Done
from tests.torture.crowd import Begin, Crowd, Say
from tests.torture.figures import Figures
from tests.torture.kills import LANES, QUICK, RATES, ROWS, any_world
from tests.torture.processes import Flags, Process, await_until
from tests.torture.trial import COMPLETE, STOPPED, Trial

FAILED: Final = 1
MOST_LOSSES: Final = 3
"""Of one run: the folder it was begun in, and those of its resumptions."""

SAVED: Final = re.compile(r"^warning: .*; the run was saved to (\S+)$", re.MULTILINE)

Loss = Callable[[Path], object]
"""What becomes of a run's folder."""


def _renamed_in_place(run: Path) -> None:
    run.rename(run.with_name(f"{run.name}-aside"))


def _replaced_by_a_copy(run: Path) -> None:
    aside = run.with_name(f"{run.name}-aside")
    run.rename(aside)
    with suppress(OSError, shutil.Error):  # files come and go in it
        shutil.copytree(aside, run)


def _replaced_by_a_file(run: Path) -> None:
    shutil.rmtree(run)
    run.touch()


def _all_gone(run: Path) -> None:
    shutil.rmtree(run.parent)


def _all_renamed(run: Path) -> None:
    run.parent.rename(run.parent.with_name(f"aside-{time.monotonic_ns()}"))


def _all_replaced_by_a_file(run: Path) -> None:
    _all_renamed(run)
    run.parent.touch()


def _without(name: str) -> Loss:
    return lambda run: (run / name).unlink()


def _with_another(name: str) -> Loss:
    def loss(run: Path) -> None:
        (run / "another").write_bytes(b"another\n")
        (run / "another").replace(run / name)

    return loss


LOSSES: Final[tuple[Loss, ...]] = (
    shutil.rmtree,
    _renamed_in_place,
    _replaced_by_a_copy,
    _replaced_by_a_file,
    _all_gone,
    _all_renamed,
    _all_replaced_by_a_file,
    _without("journal.jsonl"),
    _without("plan.jsonl"),
    _with_another("journal.jsonl"),
    _with_another("plan.jsonl"),
)


def torture_folders(dice: Random, seconds: float, folder: Path, say: Say, rows: Sequence[int] = ROWS) -> Figures:
    """Carry out runs in *folder* for so many *seconds*, and let each of the losses have its turn."""
    deadline = time.monotonic() + seconds

    def life(number: int, dice: Random, begin: Begin) -> Trial:
        return bereft(begin("bereft", any_world(dice, rows)), LOSSES[number % len(LOSSES)], dice)

    return Crowd(folder, dice, say).live(life, lambda begun, _: begun >= len(LOSSES) and time.monotonic() > deadline)


def bereft(trial: Trial, loss: Loss, dice: Random) -> Trial:
    """Carry out one run that loses its folder, perhaps more than once, and then to its end."""
    for _ in range(dice.randint(1, MOST_LOSSES)):
        trial.flags = Flags(dice.choice(RATES), dice.choice(LANES))
        code = outlive(trial, loss, dice)
        if code is None:
            return trial
        if code in COMPLETE:
            break
        trial.inspect(0)
    trial.flags = Flags(dice.choice(RATES), dice.choice(QUICK))
    trial.finish()
    return trial


def outlive(trial: Trial, loss: Loss, dice: Random) -> int | None:
    """Take a process's folder away and see to what it saved; return its exit status, None if the loss came too late."""
    before, settled = trial.requests(), trial.settled()
    process = trial.start()
    lost = _take_away(trial, process, loss, dice)
    done = trial.hear(process, {FAILED} if trial.requests() == before else ())
    saved = _saved(trial, done)
    if saved:
        trial.faults += 1
        _hold_words(trial, done)
        trial.hold_results(saved)
    elif lost and done.code not in COMPLETE and trial.requests() > before:
        trial.note(f"nothing was saved: exit status {done.code}: {done.err[-500:]}")
    if trial.settled() < settled and (saved or not lost):
        trial.note("outcomes that were on disk are gone")
    return None if lost and saved is None else done.code


def _take_away(trial: Trial, process: Process, loss: Loss, dice: Random) -> bool:
    """Take the folder away at some moment of the run, and say whether it was not over before."""
    before, some = trial.requests(), dice.randint(1, max(1, len(trial.journeys) // 2))
    if dice.random() < 0.2:
        await_until(lambda: any(trial.folder.glob("runs/*/.results.*")), process)
    else:
        await_until(lambda: trial.requests() >= before + some, process)
    time.sleep(dice.uniform(0, 0.02))
    run = trial.begun()
    if run is None or process.poll() is not None:
        return False
    with suppress(OSError):  # the run may end, and files with it, at this very moment
        loss(run)
    return True


def _saved(trial: Trial, done: Done) -> Path | None:
    """Return the copy that the run says it saved, if it does, and let nothing else be left of the run."""
    told = SAVED.findall(done.err)
    if not told:
        return None
    runs, kept, copy = trial.folder / "runs", trial.folder / "kept", trial.folder / told[-1]
    if not copy.is_dir():
        trial.note(f"the run is not where it is said to be: {done.err[-500:]}")
        return None
    copy.rename(kept)
    if runs.is_dir():
        shutil.rmtree(runs)
    runs.unlink(missing_ok=True)
    runs.mkdir()
    return kept.rename(runs / copy.name)


def _hold_words(trial: Trial, done: Done) -> None:
    """Law: a run that was saved is over as any other, and never says that nothing was sent."""
    if done.code not in {*COMPLETE, STOPPED} or "nothing was sent" in done.err:
        trial.note(f"exit status {done.code} though all was saved: {done.err[-500:]}")
