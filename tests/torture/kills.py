"""Runs that are killed at any moment, reported on, resumed, killed again, and resumed to their end."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from enum import Enum, auto
from functools import partial
from pathlib import Path
from random import Random
from signal import SIGINT, SIGKILL, SIGTERM, Signals
from typing import Any, Final, NamedTuple

from bulk_journeys.sandbox.config import Config, Latency, parse_faults, parse_mix
from bulk_journeys.sandbox.limits import Rate
from bulk_journeys.session.folder import RunFolder
from tests.cli.stage import Done, json_lines
from tests.torture.crowd import AT_A_TIME, Begin, Crowd, Say
from tests.torture.figures import Crash, Figures
from tests.torture.laws import FREE, sessions
from tests.torture.processes import Flags, Process, await_until
from tests.torture.syncs import cut_power, tell_syncs
from tests.torture.trial import COMPLETE, Trial

MOST_BLOWS: Final = 4
"""Kills of one run at most: the first, and three of its resumptions."""

WORLDS: Final[tuple[Mapping[str, Any], ...]] = (
    {},
    {"latency": Latency(0.005, 0.02)},
    {"latency": Latency(0.03, 0.1)},
    {"latency": Latency(0.001, 0.01), "faults": parse_faults(["any=0.15"]), "hang": 0.3},
    {"faults": parse_faults(["refuse=0.1", "reset=0.05", "abort=0.05", "cancel=0.05"])},
    {"latency": Latency(0.005, 0.02), "rate": Rate(60, 1.0)},
    {"mix": parse_mix("running=70,paused=20,draft=10"), "forbidden": 4, "latency": Latency(0.001, 0.01)},
)
"""Sandboxes, by what is not as usual."""

RATES: Final = ("off", "off", "200/s", "auto")
LANES: Final = (1, 2, 5, 16, 100)
QUICK: Final = LANES[2:]
"""Those that come to the end of a run soon."""

ROWS: Final = (24, 60, 150)


class Moment(Enum):
    """When a blow falls: soon after the start, among the requests, or while the results are written."""

    START = auto()
    REQUESTS = auto()
    RESULTS = auto()


LONGEST_DELAY: Final = {Moment.START: 0.5, Moment.REQUESTS: 0.02, Moment.RESULTS: 0.004}
"""Seconds after a moment at which a blow falls; the results of a few rows are written in some milliseconds."""


class Blow(NamedTuple):
    """What a process is hit with. *delay* are the seconds after its moment, *requests* those that come first.

    *power*: what it wrote and did not sync is gone as well.
    """

    signals: tuple[Signals, ...]
    moment: Moment
    delay: float
    requests: int
    power: bool

    @property
    def codes(self) -> set[int]:
        """Exit statuses that it explains; before the program listens, a signal ends it as it ends any."""
        return {-number for number in self.signals} | {128 + number for number in self.signals}

    def doubt(self, lanes: int) -> int | None:
        """Return how many rows it may put in doubt, None for as many as any crash.

        A process that is asked once leaves none, and one that is asked twice those whose requests are under way.
        """
        if SIGKILL in self.signals:
            return None
        return lanes if len(self.signals) > 1 else 0

    def how(self, flags: Flags) -> str:
        """Say in words what befalls a process with such *flags*."""
        if SIGKILL not in self.signals:
            return f"asked {'twice' if len(self.signals) > 1 else 'once'} to end"
        return f"killed, {'without a rate' if flags.rate == FREE else 'with a rate'}, {flags.lanes:>3} at once"


class Wanted(NamedTuple):
    """How many kills there are to be, the seconds after which no more victim is begun, and what victims there are."""

    kills: int
    seconds: float
    at_a_time: int = AT_A_TIME
    rows: Sequence[int] = ROWS


def torture_kills(dice: Random, wanted: Wanted, folder: Path, say: Say) -> Figures:
    """Kill runs in *folder* until there were as many kills as *wanted*, or the time is up."""
    crowd, deadline = Crowd(folder, dice, say), time.monotonic() + wanted.seconds

    def enough(_: int, figures: Figures) -> bool:
        return figures.kills >= wanted.kills or time.monotonic() > deadline

    def life(_: int, dice: Random, begin: Begin) -> Trial:
        return victim(begin("victim", any_world(dice, wanted.rows)), dice)

    return crowd.live(life, enough, wanted.at_a_time)


def victim(trial: Trial, dice: Random) -> Trial:
    """Carry out one run under blows, then to its end."""
    for blow in blows(dice, len(trial.journeys)):
        trial.flags = Flags(dice.choice(RATES), dice.choice(LANES))
        if not survive(trial, blow):
            break
    trial.flags = Flags(dice.choice(RATES), dice.choice(QUICK))
    trial.finish()
    return trial


def any_world(dice: Random, rows: Sequence[int]) -> Config:
    return Config(dice.choice(rows), dice.getrandbits(16), **dice.choice(WORLDS))


def survive(trial: Trial, blow: Blow) -> bool:
    """Hit a process of the run and hold what it left against the truth; False if it came to the run's end before."""
    kept = trial.settled()
    done = hit(trial, blow)
    if done.code in COMPLETE:
        return False
    is_hit, amid_results = done.code in blow.codes, _is_amid_results(trial)
    bound = blow.doubt(trial.flags.lanes)
    trial.inspect(bound)
    if is_hit:
        trial.kills += 1
        trial.amid_results += amid_results
        trial.crashes.append(Crash(blow.how(trial.flags), trial.doubt, trial.most_in_doubt if bound is None else bound))
    if trial.settled() < kept:
        trial.note("outcomes that were on disk are gone")
    return True


def blows(dice: Random, rows: int) -> Iterator[Blow]:
    """Yield what becomes of a run and of its resumptions."""
    for _ in range(dice.randint(1, MOST_BLOWS)):
        number = dice.choice((SIGKILL, SIGKILL, SIGKILL, SIGTERM, SIGINT))
        twice = number != SIGKILL and dice.random() < 0.5
        moment = dice.choices(list(Moment), (2, 5, 3))[0]
        delay = dice.uniform(0, LONGEST_DELAY[moment])
        power = number == SIGKILL and dice.random() < 0.4
        yield Blow((number,) * (1 + twice), moment, delay, dice.randint(1, max(1, rows // 2)), power)


def hit(trial: Trial, blow: Blow) -> Done:
    """Start a process, let *blow* fall on it, and return what it left."""
    with _power(trial, blow) as prepare:
        process = trial.start(prepare=prepare, whole=SIGKILL not in blow.signals)
        _deliver(trial, process, blow)
        done = trial.hear(process, blow.codes)
    if "\nresults  " in done.out and (run := trial.begun()):
        trial.hold_results(run)
    return done


@contextmanager
def _power(trial: Trial, blow: Blow) -> Iterator[Callable[[], None] | None]:
    """Yield what has a process tell of its syncs, if *blow* cuts the power, and take away what it did not sync."""
    if not blow.power:
        yield None
        return
    told, run = trial.folder / "synced", trial.begun()
    told.unlink(missing_ok=True)
    size = (run / "journal.jsonl").stat().st_size if run else 0
    yield partial(tell_syncs, told)
    for journal in trial.folder.glob("runs/*/journal.jsonl"):
        cut_power(journal, told, size)


def _deliver(trial: Trial, process: Process, blow: Blow) -> None:
    """Wait for the moment of *blow*, and let it fall."""
    before, drafts = trial.requests(), _drafts(trial)
    match blow.moment:
        case Moment.REQUESTS:
            await_until(lambda: trial.requests() >= before + blow.requests, process)
        case Moment.RESULTS:
            await_until(lambda: _drafts(trial) > drafts, process)
    time.sleep(blow.delay)
    for number in blow.signals:
        with suppress(ProcessLookupError):
            if process.poll() is None:
                process.send_signal(number)
        if len(blow.signals) > 1:
            await_until(lambda: b"stopping" in (trial.folder / "err").read_bytes(), process)
            time.sleep(blow.delay)


def _is_amid_results(trial: Trial) -> bool:
    """Say whether a process that was hit had come to writing the results, and not to their end."""
    run = trial.begun()
    if run is None or not sessions(json_lines(run / "journal.jsonl"))[-1].ended:
        return False
    return any(run.glob(".*.tmp")) or not all(path.exists() for path in RunFolder(run).result_files)


def _drafts(trial: Trial) -> set[Path]:
    """Return the results that are being written, or were when a kill came."""
    return set(trial.folder.glob("runs/*/.results.*"))
