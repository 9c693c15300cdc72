"""Disks that are full, or fail once: the run stops, says what is safe, and is resumed once the trouble is over."""

import os
import re
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random
from typing import Final, NamedTuple

from bulk_journeys.sandbox.config import Config, Latency, parse_faults
from tests.cli.stage import Done, json_lines
from tests.torture.crowd import Begin, Crowd, Say
from tests.torture.figures import Figures
from tests.torture.processes import Flags, Started
from tests.torture.syncs import fail_fdatasync, fail_fsync
from tests.torture.trial import COMPLETE, Trial

LATENCY: Final = Latency(0.001, 0.01)
FAILED: Final = 1
NOTHING_SENT: Final = 2
MOUNT: Final = shutil.which("mount")
UNMOUNT: Final = shutil.which("umount")

PROMISE: Final = re.compile(r"([\d,]+) outcomes of this session are safe in the journal")
ADVICE: Final = "Free the disk, then: bulk-journeys resume"


Kind = Callable[[Trial, Random], None]
"""A failure, and the run under it."""


class Trouble(NamedTuple):
    """A disk's failure: what is done in the process before its first line, and to its files when it has ended."""

    prepare: Callable[[], None]
    aftermath: Callable[[], None] = lambda: None


def file_that_cannot_grow(trial: Trial, dice: Random) -> None:
    """Let no file grow beyond some size: not the plan, the journal, or the results."""
    suffer(trial, Trouble(partial(_no_file_beyond, dice.randint(1, 40_000))))


def sync_that_fails(trial: Trial, dice: Random) -> None:
    """Let one sync of the journal answer EIO; what was to be synced stays, or is lost."""
    told = trial.folder / "failed"
    lost = dice.random() < 0.5
    suffer(trial, Trouble(partial(fail_fdatasync, dice.randint(1, 15), told), partial(_after_sync, trial, told, lost)))


def sync_of_a_file_that_fails(trial: Trial, dice: Random) -> None:
    """Let one sync of a whole file, or of a folder's names, answer EIO."""
    suffer(trial, Trouble(partial(fail_fsync, dice.randint(1, 9))))


def full_disk(trial: Trial, dice: Random) -> None:
    """Give the runs a disk of their own that has no room for all that is to be written."""
    with mounted(trial.folder / "runs", dice.choice((16, 32, 64, 96))) as grow:
        process = trial.start()
        done = trial.hear(process, {FAILED, NOTHING_SENT})
        hold_words(trial, done)
        if done.code not in COMPLETE:
            trial.hear(trial.start(), {FAILED, NOTHING_SENT})  # the trouble is not over yet
        grow()
        trial.inspect()
        trial.finish()


def full_output(trial: Trial, _: Random) -> None:
    """Leave no room for the summary; the results are written all the same."""
    with Path("/dev/full").open("wb") as full:
        process = Started(trial.folder, *trial.arguments(), stdout=full)
    done = trial.hear(process, ())
    trial.faults += 1
    if "the output cannot be written" not in done.err:
        trial.note(f"the output was full, and the exit status {done.code}: {done.err[-500:]}")
    if run := trial.begun():
        trial.hold_results(run)
    trial.finish()


KINDS: Final[tuple[Kind, ...]] = (
    file_that_cannot_grow,
    sync_that_fails,
    sync_of_a_file_that_fails,
    full_disk,
    sync_that_fails,
    file_that_cannot_grow,
    full_output,
)


def torture_disks(dice: Random, seconds: float, folder: Path, say: Say, kinds: Sequence[Kind] = KINDS) -> Figures:
    """Carry out runs in *folder* on failing disks for so many *seconds*. Each of *kinds* has its turn."""
    if full_disk in kinds and not can_mount(folder):
        say("SKIPPED: full disks, since this process may not mount a tmpfs")
        kinds = [kind for kind in kinds if kind is not full_disk]
    deadline = time.monotonic() + seconds

    def life(number: int, dice: Random, begin: Begin) -> Trial:
        return failing_disk(kinds[number % len(kinds)], dice, begin)

    return Crowd(folder, dice, say).live(life, lambda begun, _: begun >= len(kinds) and time.monotonic() > deadline)


def failing_disk(kind: Kind, dice: Random, begin: Begin) -> Trial:
    """Carry out one run with a failure of some *kind*, and then to its end."""
    faults = parse_faults([dice.choice(["any=0", "any=0.1"])])
    config = Config(dice.choice((40, 120)), dice.getrandbits(16), latency=LATENCY, faults=faults, hang=0.3)
    trial = begin(kind.__name__, config)
    trial.flags = Flags(dice.choice(("off", "off", "auto")), dice.choice((2, 8, 32)))
    kind(trial, dice)
    return trial


def suffer(trial: Trial, trouble: Trouble) -> None:
    """Carry out the run in *trouble*, once more if that may help, and then to its end without."""
    done = trial.hear(trial.start(prepare=trouble.prepare), {FAILED, NOTHING_SENT})
    trouble.aftermath()
    hold_words(trial, done)
    trial.inspect()
    trial.finish()


def hold_words(trial: Trial, done: Done) -> None:
    """Law: a run that the disk ended says what is safe and what to do, and promises no more than there is."""
    if done.code in COMPLETE:
        return
    trial.faults += 1
    last = done.err.splitlines()[-1] if done.err else ""
    run, promise = trial.begun(), PROMISE.search(last)
    if promise and run:
        if int(promise[1].replace(",", "")) > _settled_by_the_last(run):
            trial.note(f"not as much is safe as was said: {last}")
        if ADVICE not in last:
            trial.note(f"it is not said how to go on: {last}")
    elif trial.requests() and "the journal beside it still holds every outcome" not in last:
        trial.note(f"it is not said what is safe: {last}")
    elif not trial.requests() and not last.startswith("error: "):
        trial.note(f"it is not said what is wrong: {last}")


def _settled_by_the_last(run: Path) -> int:
    entries = json_lines(run / "journal.jsonl")
    begun = max(place for place, entry in enumerate(entries) if entry["event"] == "began")
    return sum(entry["event"] == "settled" for entry in entries[begun:])


def _no_file_beyond(size: int) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def _after_sync(trial: Trial, told: Path, lost: bool) -> None:
    """Law: nothing is written after a sync that failed. Then, if *lost*, what it was about never reached the disk."""
    journals = list(trial.folder.glob("runs/*/journal.jsonl"))
    if not told.exists() or not journals:
        return
    safe, size = map(int, told.read_text().split())
    if journals[0].stat().st_size != size:
        trial.note(f"{journals[0].stat().st_size - size} bytes were written after a sync that failed")
    if lost:
        os.truncate(journals[0], safe)


@contextmanager
def mounted(folder: Path, size: int) -> Iterator[Callable[[], None]]:
    """Mount a disk of *size* KiB at a new *folder*; yield what makes it large. It must be possible."""
    folder.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder))
    try:
        yield lambda: _mount("-o", "remount,size=8m", str(folder))
    finally:
        subprocess.run([str(UNMOUNT), "-l", str(folder)], check=True)


def can_mount(folder: Path) -> bool:
    """Say whether this process may mount a disk below *folder*."""
    try:
        with mounted(folder / "a-disk", 16):
            return True
    except (OSError, subprocess.CalledProcessError):
        return False


def _mount(*arguments: str) -> None:
    subprocess.run([str(MOUNT), *arguments], check=True, stderr=subprocess.DEVNULL)
