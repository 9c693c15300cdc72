"""`make bench`: figures, side by side in one run. It judges nothing: machines differ, ratios less so.

With `--million` the run of a million rows is done over sockets as well, which takes some minutes. Words that name
measurements, such as `throughput`, leave the others out.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.planning import planning
from tests.benchmarks.processes import TOKEN
from tests.benchmarks.rivals import rivals
from tests.benchmarks.running import running
from tests.benchmarks.starting import starting
from tests.benchmarks.throughput import throughput


def _running(folder: Path) -> None:
    for rows in (10_000, 100_000, *([1_000_000] if "--million" in sys.argv else [])):
        running(folder, rows)


MEASUREMENTS: Final[dict[str, Callable[[Path], None]]] = {
    "starting": starting,
    "planning": lambda folder: planning(folder, 1_000_000),
    "throughput": lambda folder: asyncio.run(throughput(folder, list(rivals()))),
    "running": _running,
}


def main() -> None:
    os.environ["PUSHWOOSH_API_TOKEN"] = TOKEN
    wanted = [name for name in MEASUREMENTS if name in sys.argv] or list(MEASUREMENTS)
    with tempfile.TemporaryDirectory() as name:
        for measurement in wanted:
            MEASUREMENTS[measurement](Path(name))
            sys.stdout.flush()


if __name__ == "__main__":
    main()
