"""Processes to measure, and the sandbox that they call: each on its own, counted by the operating system."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

TOKEN: Final = "sandbox"


class Finished(NamedTuple):
    """A process that ran to its end: wall seconds, and the most memory it had, in MB."""

    seconds: float
    peak: float


def measured(*arguments: str, module: str = "bulk_journeys") -> Finished:
    """Run the command line to its end, and have the operating system count."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status not in (0, 5 << 8):
        raise SystemExit(f"{' '.join(arguments)}: ended with status {status}")
    return Finished(time.perf_counter() - began, usage.ru_maxrss / 1024)


@contextmanager
def sandbox(journeys: int, export: Path) -> Iterator[str]:
    """Serve *journeys* from a process of their own; yield its base URL."""
    arguments = ["sandbox", "--journeys", str(journeys), "--export", str(export)]
    process = subprocess.Popen(
        [sys.executable, "-m", "bulk_journeys", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout:
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def uuids(export: Path, count: int) -> list[str]:
    lines = export.read_text(encoding="utf-8").splitlines()[1 : count + 1]
    return [line.split(",", 1)[0] for line in lines]
