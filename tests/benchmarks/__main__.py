"""`make bench`: figures, side by side in one run. It judges nothing: machines differ, ratios less so.

With `--million` the run of a million rows is done over sockets as well, which takes some minutes.
"""

import asyncio
import gc
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import aiohttp

from bulk_journeys.journal import Journal
from bulk_journeys.model import Action, Request, Work
from bulk_journeys.observe import Watchers
from bulk_journeys.pipeline.client import Timeouts, connect
from bulk_journeys.pipeline.pace import FixedPace
from bulk_journeys.pipeline.runner import Policies, Runner

LANES = 64
REQUESTS = 20_000
ROUNDS = 5
PLANS = 3
TOKEN = "sandbox"


class Finished(NamedTuple):
    """A process that ran to its end: wall seconds, and the most memory it had, in MB."""

    seconds: float
    peak: float


def measured(*arguments: str, module: str = "bulk_journeys") -> Finished:
    """Run the command line to its end, and have the operating system count."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", module, *arguments], stdout=subprocess.DEVNULL)
    _, status, usage = wait4(process)
    if status not in (0, 5 << 8):
        raise SystemExit(f"{' '.join(arguments)}: ended with status {status}")
    return Finished(time.perf_counter() - began, usage / 1024)


def wait4(process: "subprocess.Popen[bytes]") -> tuple[int, int, int]:
    pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    return pid, status, usage.ru_maxrss


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


async def bare_loop(base_url: str, ids: list[str], action: Action) -> None:
    """Do what one would write by hand: the same concurrency, and nothing read but `info.status`."""
    left = iter(ids)
    headers = {"Authorization": f"Api {TOKEN}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def lane() -> None:
            for uuid in left:
                url = f"{base_url}/api/v3/journeygateway/{action}"
                async with session.post(url, data=b'{"uuid": "%s"}' % uuid.encode()) as response:
                    if not (await response.json())["info"]["status"]:
                        raise SystemExit("no status")

        await asyncio.gather(*(lane() for _ in range(LANES)))


async def pipeline(base_url: str, ids: list[str], action: Action) -> None:
    """Do it in earnest: limits off, journal on."""
    with tempfile.TemporaryDirectory() as folder, Journal.create(Path(folder) / "journal.jsonl") as journal:
        async with connect(base_url, TOKEN, Timeouts()) as lifecycle:
            runner = Runner(lifecycle, journal, Watchers([]), Policies(FixedPace(()), LANES))
            await runner.run(Work(row, Request(action, uuid)) for row, uuid in enumerate(ids))


async def rate_of(way: Callable[[str, list[str], Action], Awaitable[None]], base_url: str, ids: list[str]) -> float:
    """Return the requests per second of pausing and starting all of *ids* again."""
    began = time.perf_counter()
    for action in (Action.PAUSE, Action.START):
        await way(base_url, ids, action)
    return 2 * len(ids) / (time.perf_counter() - began)


async def throughput(folder: Path) -> None:
    export = folder / "throughput.csv"
    gc.freeze()  # for both, as the command does
    gc.set_threshold(10_000)
    with sandbox(REQUESTS // 2, export) as base_url:
        ids = uuids(export, REQUESTS // 2)
        await bare_loop(base_url, ids, Action.PAUSE)
        await bare_loop(base_url, ids, Action.START)
        pairs = [[await rate_of(way, base_url, ids) for way in (pipeline, bare_loop)] for _ in range(ROUNDS)]
    ours, bare = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratios = sorted(ours / bare for ours, bare in pairs)
    print(f"throughput, {LANES} at once, {REQUESTS:,} requests a round, {ROUNDS} rounds in turn, medians")
    print(f"  pipeline, journal on   {ours:8,.0f} requests/s")
    print(f"  bare aiohttp loop      {bare:8,.0f} requests/s")
    print(f"  ratio                  {statistics.median(ratios):8.2f}   ({ratios[0]:.2f} to {ratios[-1]:.2f})")


def write_lists(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write the same list as CSV and as JSON lines."""
    paths = folder / "list.csv", folder / "list.jsonl"
    with paths[0].open("w", encoding="ascii") as delimited, paths[1].open("w", encoding="ascii") as objects:
        delimited.write("journey_id,title,status\n")
        for row in range(rows):
            uuid, title = f"{row:08x}-89ab-4def-8123-456789abcdef", f"Welcome series {row}"
            delimited.write(f"{uuid},{title},Running\n")
            objects.write(f'{{"journey_id": "{uuid}", "title": "{title}", "status": "Running"}}\n')
    return paths


def planning(folder: Path, rows: int) -> None:
    """Plan beside the plain way to do the same, in turns."""
    for path in write_lists(folder, rows):
        pairs = [
            (
                measured("plan", str(path), "--action", "pause"),
                measured(str(path), "pause", module="tests.benchmarks.naive"),
            )
            for _ in range(PLANS)
        ]
        ours, plain = (sorted(side, key=lambda one: one.seconds)[PLANS // 2] for side in zip(*pairs, strict=True))
        ratio = statistics.median(plain.seconds / ours.seconds for ours, plain in pairs)
        print(f"planning {rows:,} rows, {path.suffix[1:]}: {rows / ours.seconds:9,.0f} rows/s, peak {ours.peak:.0f} MB")
        print(f"  the plain way:             {rows / plain.seconds:9,.0f} rows/s, peak {plain.peak:.0f} MB")
        print(f"  ratio                      {ratio:9.2f}")


def running(folder: Path, rows: int) -> None:
    export = folder / f"run-{rows}.csv"
    with sandbox(rows, export) as base_url:
        flags = ["--yes", "--quiet", "--rate", "off", "--concurrency", str(LANES), "--runs-dir", str(folder / "runs")]
        run = measured("run", str(export), "--action", "pause", "--base-url", base_url, *flags)
    rate = rows / run.seconds
    print(f"plan, run and results, {rows:9,} rows: {rate:6,.0f} rows/s from start to end, peak {run.peak:.0f} MB")


def starting() -> None:
    times = sorted(measured("--help").seconds for _ in range(11))
    print(f"--help: {statistics.median(times):.3f} s (median of {len(times)}, {times[0]:.3f} to {times[-1]:.3f})")


def main() -> None:
    os.environ["PUSHWOOSH_API_TOKEN"] = TOKEN
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        starting()
        planning(folder, 1_000_000)
        asyncio.run(throughput(folder))
        for rows in (10_000, 50_000, *([1_000_000] if "--million" in sys.argv else [])):
            running(folder, rows)


if __name__ == "__main__":
    main()
