"""Runs whose process stands still for longer than its timeout, while the answers lie in its sockets' buffers."""

import time
from contextlib import suppress
from functools import partial
from pathlib import Path
from random import Random
from signal import SIGCONT, SIGSTOP
from typing import Final

from bulk_journeys.sandbox import Config, Latency
from tests.torture.crowd import Begin, Crowd, Say
from tests.torture.figures import Figures
from tests.torture.processes import Flags, await_until
from tests.torture.trial import Trial

TIMEOUT: Final = 1.0
"""Seconds to connect, and as many to read; so slow no answer of the sandbox is."""

STANDSTILL: Final = 2 * TIMEOUT + 0.5
"""Seconds for which a process is stopped."""

AT_A_TIME: Final = 4


def torture_stops(dice: Random, seconds: float, folder: Path, say: Say, at_a_time: int = AT_A_TIME) -> Figures:
    """Stop and continue runs in *folder* until *seconds* are over."""
    crowd, deadline = Crowd(folder, dice, say), time.monotonic() + seconds

    def life(_: int, dice: Random, begin: Begin) -> Trial:
        config = Config(dice.choice((60, 150)), dice.getrandbits(16), latency=Latency(0.01, 0.05))
        return stopped(begin("stopped", config), dice)

    return crowd.live(life, lambda begun, _: begun > 0 and time.monotonic() > deadline, at_a_time)


def stopped(trial: Trial, dice: Random) -> Trial:
    """Carry out one run that is stopped and continued, and hold its end: no row may be in doubt for that."""
    trial.flags = Flags(dice.choice(("off", "200/s", "auto")), dice.choice((5, 16, 40)), TIMEOUT)
    process = trial.start()
    for _ in range(dice.randint(1, 2)):
        await_until(partial(_has_come_to, trial, trial.requests() + dice.randint(2, 20)), process)
        with suppress(ProcessLookupError):
            if process.poll() is None:
                process.send_signal(SIGSTOP)
                time.sleep(STANDSTILL)
                process.send_signal(SIGCONT)
                trial.faults += 1
    trial.hold_end(trial.hear(process, ()))
    return trial


def _has_come_to(trial: Trial, requests: int) -> bool:
    return trial.requests() >= requests
