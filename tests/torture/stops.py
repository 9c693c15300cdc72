"""Processes that stand still in mid-run, for longer than they wait for an answer: what came meanwhile is read."""

import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from random import Random
from signal import SIGCONT, SIGSTOP
from typing import Any, Final

from bulk_journeys.sandbox.config import Config, Latency, parse_mix
from tests.cli.stage import json_lines
from tests.torture.crowd import Begin, Crowd, Say
from tests.torture.figures import Figures
from tests.torture.laws import Entries, sessions
from tests.torture.processes import Flags, Process, await_until
from tests.torture.trial import Trial

TIMEOUT: Final = 1.0
"""Seconds for a connection, and again for an answer."""

STANDSTILL: Final = (2.2, 3.0)
"""Seconds; any request under way is too old by then."""

MOST_STOPS: Final = 3
ROWS: Final = (150, 400)
LATENCY: Final = Latency(0.005, 0.05)
WORLDS: Final[tuple[Mapping[str, Any], ...]] = (
    {},
    {"mix": parse_mix("running=70,paused=20,draft=10"), "forbidden": 4},
    {"points": 300},
)
"""Sandboxes, by what is not as usual. No answer is lost in them; some are too long for one read."""

LOST: Final = frozenset({"timeout", "cut_off", "connection_lost"})


def torture_stops(dice: Random, seconds: float, folder: Path, say: Say, rows: Sequence[int] = ROWS) -> Figures:
    """Carry out runs in *folder* that stand still now and then; none is begun after so many *seconds*."""
    deadline = time.monotonic() + seconds

    def life(_: int, dice: Random, begin: Begin) -> Trial:
        config = Config(dice.choice(rows), dice.getrandbits(16), latency=LATENCY, **dice.choice(WORLDS))
        return standing_still(begin("still", config), dice)

    return Crowd(folder, dice, say).live(life, lambda begun, _: begun > 0 and time.monotonic() > deadline)


def standing_still(trial: Trial, dice: Random) -> Trial:
    """Carry out one run that stands still a few times and comes to its end by itself."""
    trial.flags = Flags(dice.choice(("off", "off", "200/s", "auto")), dice.choice((2, 5, 16, 100)), TIMEOUT)
    process = trial.start()
    for _ in range(dice.randint(1, MOST_STOPS)):
        before, some = trial.requests(), dice.randint(1, max(1, len(trial.journeys) // 4))
        await_until(lambda before=before, some=some: trial.requests() >= before + some, process)  # type: ignore[misc]
        time.sleep(dice.uniform(0, 0.02))
        trial.faults += _stand_still(process, dice.uniform(*STANDSTILL))
    trial.hold_end(trial.hear(process, ()))
    if run := trial.begun():
        trial.note(*needless(json_lines(run / "journal.jsonl")))
    trial.note(*(f"{uuid} was sent {one.requests} times" for uuid, one in trial.journeys.items() if one.requests > 1))
    return trial


def needless(entries: Entries) -> Iterator[str]:
    """Law: no answer that came counts as lost, and no row is left open."""
    for entry in entries:
        if entry.get("code") in LOST:
            yield f"row {entry['row']}: {entry['code']}, though its answer came"
    for session in sessions(entries):
        yield from (f"row {row} was left open" for row in session.open_rows)


def _stand_still(process: Process, seconds: float) -> bool:
    """Have *process* stand still for *seconds*, and say whether it was not over before."""
    if process.poll() is not None:
        return False
    process.send_signal(SIGSTOP)
    time.sleep(seconds)
    process.send_signal(SIGCONT)
    return True
