"""Many trials side by side: they wait more than they work."""

import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Final

from anyio.from_thread import BlockingPortal, start_blocking_portal

from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.server import serving
from tests.cli.stage import Stage
from tests.torture.figures import Figures
from tests.torture.trial import Trial

AT_A_TIME: Final = 8
BETWEEN_WORDS: Final = 10.0
"""Seconds."""

Say = Callable[[str], None]
"""Hears of progress."""

Begin = Callable[[str, Config], Trial]
"""Begins a trial of some name on a sandbox of its own, which ends with the trial."""

Life = Callable[[int, Random, Begin], Trial]
"""The whole life of a trial, by its number and its own dice."""

Enough = Callable[[int, Figures], bool]
"""Says whether no more trials are to begin, by how many have begun and what those that ended came to."""


class Crowd:
    """Trials in folders of their own in *folder*. Each has dice of its own, so that their order decides nothing."""

    def __init__(self, folder: Path, dice: Random, say: Say) -> None:
        self.figures = Figures()
        self._folder, self._say = folder, say
        self._seeds = ((number, dice.getrandbits(32)) for number in itertools.count())
        self._begun = 0
        self._lock = threading.Lock()

    def live(self, life: Life, enough: Enough, at_a_time: int = AT_A_TIME) -> Figures:
        """Have trials live until there are *enough*, and return what they came to."""
        with start_blocking_portal() as portal, ThreadPoolExecutor(at_a_time) as pool:
            lives = [pool.submit(self._go_on, portal, life, enough) for _ in range(at_a_time)]
            words_at = time.monotonic() + BETWEEN_WORDS
            while not all(each.done() for each in lives):
                time.sleep(0.05)
                if time.monotonic() > words_at:
                    words_at += BETWEEN_WORDS
                    self._tell()
        for each in lives:
            each.result()
        return self.figures

    def _go_on(self, portal: BlockingPortal, life: Life, enough: Enough) -> None:
        while (place := self._next(enough)) is not None:
            trial = self._one(portal, life, *place)
            with self._lock:
                self.figures += trial.figures

    def _next(self, enough: Enough) -> tuple[int, Random] | None:
        """Return a new trial's number and dice, or None if there are enough."""
        with self._lock:
            if enough(self._begun, self.figures):
                return None
            number, seed = next(self._seeds)
            self._begun = number + 1
            return number, Random(seed)

    def _one(self, portal: BlockingPortal, life: Life, number: int, dice: Random) -> Trial:
        with ExitStack() as stack:

            def begin(name: str, config: Config) -> Trial:
                sandbox = stack.enter_context(portal.wrap_async_context_manager(serving(config)))
                folder = self._folder / f"{name}-{number}"
                folder.mkdir()
                return Trial(folder.name, Stage(sandbox, portal), folder, dice)

            return life(number, dice, begin)

    def _tell(self) -> None:
        done = self.figures
        self._say(f"{done.runs} runs, {done.kills} kills, {done.faults} faults, {len(done.violations)} violations")
