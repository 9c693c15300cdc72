"""The whole command: a list in, results out. What matters here is that memory does not grow with the list."""

from pathlib import Path

from tests.benchmarks.processes import measured, sandbox
from tests.benchmarks.throughput import LANES


def running(folder: Path, rows: int) -> None:
    """Print the rate from start to end, and the most memory there was."""
    export = folder / f"run-{rows}.csv"
    with sandbox(rows, export) as base_url:
        flags = ["--yes", "--quiet", "--rate", "off", "--concurrency", str(LANES), "--runs-dir", str(folder / "runs")]
        run = measured("run", str(export), "--action", "pause", "--base-url", base_url, *flags)
    rate = rows / run.seconds
    print(f"plan, run and results, {rows:9,} rows: {rate:6,.0f} rows/s from start to end, peak {run.peak:.0f} MB")
