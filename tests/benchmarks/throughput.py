"""Requests per second of the pipeline and of its rivals, against one sandbox, in turn."""

import asyncio
import gc
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import aiohttp

from bulk_journeys.api.http import connect
from bulk_journeys.api.transport import Timeouts
from bulk_journeys.journal.writer import Journal
from bulk_journeys.model import Action, Request, Work
from bulk_journeys.observe import Watchers
from bulk_journeys.pipeline.pace.fixed_pace import FixedPace
from bulk_journeys.pipeline.runner import Policies, Runner
from tests.benchmarks.processes import TOKEN, sandbox, uuids

LANES: Final = 64
REQUESTS: Final = 20_000
ROUNDS: Final = 5


class Way(NamedTuple):
    """A way to carry out one action on journeys of a base URL. *requests* is how many a round takes of it."""

    name: str
    perform: Callable[[str, list[str], Action], Awaitable[None]]
    requests: int = REQUESTS


async def pipeline(base_url: str, ids: list[str], action: Action, *, fast: bool = True) -> None:
    """Do it in earnest: limits off, journal on."""
    with tempfile.TemporaryDirectory() as folder, Journal.create(Path(folder) / "journal.jsonl") as journal:
        async with connect(base_url, TOKEN, Timeouts(), fast=fast) as lifecycle:
            runner = Runner(lifecycle, journal, Watchers([]).tell, Policies(FixedPace(()), LANES))
            await runner.run(Work(row, Request(action, uuid)) for row, uuid in enumerate(ids))


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


OURS: Final = Way("pipeline, journal on", pipeline)
PUBLIC: Final = Way("through aiohttp's session", partial(pipeline, fast=False))
BARE: Final = Way("bare aiohttp loop", bare_loop)


async def throughput(folder: Path, rivals: Sequence[Way]) -> None:
    """Print the median rate of every way, and the median of how often ours is that of each rival."""
    export = folder / "throughput.csv"
    gc.freeze()  # for all, as the command does
    gc.set_threshold(10_000)
    ways = [OURS, PUBLIC, BARE, *rivals]
    with sandbox(REQUESTS // 2, export) as base_url:
        ids = uuids(export, REQUESTS // 2)
        await _rate_of(BARE, base_url, ids)  # the sandbox has to warm up, too
        rounds = [[await _rate_of(way, base_url, ids) for way in ways] for _ in range(ROUNDS)]
    print(f"throughput, {LANES} at once, {ROUNDS} rounds in turn, medians; and how many times as fast we are")
    for way, rates in zip(ways, zip(*rounds, strict=True), strict=True):
        ratios = sorted(ours / rate for (ours, *_), rate in zip(rounds, rates, strict=True))
        times = f"{statistics.median(ratios):8.2f} x  ({ratios[0]:.2f} to {ratios[-1]:.2f})" if way is not OURS else ""
        print(f"  {way.name:<26}{statistics.median(rates):8,.0f} requests/s{times}")


async def _rate_of(way: Way, base_url: str, ids: list[str]) -> float:
    """Return the requests per second of pausing and starting some of *ids* again."""
    few = ids[: way.requests // 2]
    began = time.perf_counter()
    for action in (Action.PAUSE, Action.START):
        await way.perform(base_url, few, action)
    return 2 * len(few) / (time.perf_counter() - began)
