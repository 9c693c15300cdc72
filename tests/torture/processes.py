"""The program as a process, to be hit: forked from one that is warm, or started as its users start it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from signal import Signals
from typing import BinaryIO, Final, NamedTuple, Protocol

from tests.cli.stage import Done

PATIENCE: Final = 120.0
"""Seconds after which a process counts as hung."""


class Flags(NamedTuple):
    """How one process sends. *timeout* is in seconds."""

    rate: str
    lanes: int
    timeout: float = 10.0

    def words(self) -> list[str]:
        lanes, timeout = str(self.lanes), f"{self.timeout:g}"
        return ["--rate", self.rate, "--concurrency", lanes, "--timeout", timeout, "--tries", "3"]


class Process(Protocol):
    """The program, as a process that was forked or started."""

    def poll(self) -> int | None: ...

    def send_signal(self, number: Signals) -> None: ...

    def done(self) -> Done: ...


class Started:
    """The program as its users have it: slow to come, and nothing of ours stands around it."""

    def __init__(self, folder: Path, *arguments: str, stdout: BinaryIO | None = None) -> None:
        """Start it in *folder*; its words go to the files `out` and `err` there, or to *stdout* instead."""
        self._folder = folder
        with (folder / "out").open("wb") as out, (folder / "err").open("wb") as err:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bulk_journeys", *arguments],
                cwd=folder,
                env=_environment(folder),
                stdin=subprocess.DEVNULL,
                stdout=stdout or out,
                stderr=err,
            )

    def poll(self) -> int | None:
        return self._process.poll()

    def send_signal(self, number: Signals) -> None:
        self._process.send_signal(number)

    def done(self) -> Done:
        code = self._process.wait(PATIENCE)
        return Done(code, *((self._folder / name).read_text(encoding="utf-8") for name in ("out", "err")))


def _environment(folder: Path) -> dict[str, str]:
    """Return what a forked process has as well, with the same state of the user."""
    path = os.pathsep.join(filter(None, sys.path))
    return {**os.environ, "PYTHONPATH": path, "BULK_JOURNEYS_STATE_DIR": str(folder / "state")}


def await_until(holds: Callable[[], bool], process: Process) -> None:
    """Return as soon as *holds* does, or *process* ended, or it hangs."""
    deadline = time.monotonic() + PATIENCE
    while not holds() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.001)
