"""Some cells over connections: the real client and the sandbox in a process of its own, beside their simulation."""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Final, NamedTuple

from bulk_journeys.api.http import connect
from bulk_journeys.api.transport import Timeouts
from bulk_journeys.model import Action, Request, Work
from bulk_journeys.pipeline.pace.pace import SearchingPace
from bulk_journeys.pipeline.runner import Policies, Runner
from tests.benchmarks.pacing_cells import MAX_RATE
from tests.simulation.limits import Kind, RateLimit
from tests.simulation.run import LANES, Client, NoJournal, Outcomes, simulate
from tests.simulation.server import NOWHERE, Hint, Terms

SECONDS: Final = 30.0
SEEDS: Final = range(1, 6)
FIRST: Final = 0.001
"""Seconds until the first request leaves, with which the sandbox's fixed windows begin."""

CELLS: Final = (
    Terms(RateLimit(Kind.BUCKET, 50.0, 0.2), one_way=NOWHERE),
    Terms(RateLimit(Kind.SLIDING, 50.0, 1.0), one_way=NOWHERE),
    Terms(RateLimit(Kind.FIXED, 200.0, 1.0), one_way=NOWHERE, phase=FIRST),
    Terms(places=16, one_way=NOWHERE),
    Terms(RateLimit(Kind.SLIDING, 50.0, 1.0), hint=Hint.SECONDS, one_way=NOWHERE),
)


class Figures(NamedTuple):
    """What came of a run: efficiency and waste as shares."""

    efficiency: float
    waste: float


def over_sockets() -> None:
    """Carry out the cells two at a time and print them; the simulation has the same numbers."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        real = [*pool.map(on_sockets, CELLS)]
        simulated = [*pool.map(in_simulation, CELLS)]
    print(f"\nover connections, and simulated with {len(SEEDS)} seeds: efficiency / waste in %")
    print(f"plans of {SECONDS:.0f} s of the limit, no network\n")
    for terms, there, runs in zip(CELLS, real, simulated, strict=True):
        print(_line(terms, there, runs))


def _line(terms: Terms, real: Figures, runs: list[Figures]) -> str:
    efficiencies = [100 * run.efficiency for run in runs]
    mean, waste = fmean(efficiencies), 100 * fmean(run.waste for run in runs)
    hint = ", Retry-After" if terms.hint is Hint.SECONDS else ""
    return (
        f"{f'{terms}{hint}':32} connections {100 * real.efficiency:5.1f} / {100 * real.waste:4.1f}"
        f"   simulated {mean:5.1f} / {waste:4.1f} ({min(efficiencies):.1f} to {max(efficiencies):.1f})"
        f"   difference {100 * real.efficiency - mean:+.1f} points"
    )


def in_simulation(terms: Terms) -> list[Figures]:
    operations = round(terms.rate * SECONDS)
    runs = [simulate(terms, operations, Client(SearchingPace(operations, max_rate=MAX_RATE)), seed) for seed in SEEDS]
    return [Figures(run.efficiency, run.waste) for run in runs]


def on_sockets(terms: Terms) -> Figures:
    operations = round(terms.rate * SECONDS)
    with tempfile.TemporaryDirectory() as folder, sandbox(terms, operations, Path(folder) / "list.csv") as served:
        return asyncio.run(_carry_out(*served, terms))


@contextmanager
def sandbox(terms: Terms, journeys: int, export: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve *terms* from a process of its own; yield its base URL and the journeys' ids."""
    command = [sys.executable, "-m", "bulk_journeys", "sandbox", "--journeys", str(journeys), "--export", str(export)]
    process = subprocess.Popen([*command, *flags(terms)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    with process, process.stdout:
        try:
            base_url = process.stdout.readline().strip()
            lines = export.read_text(encoding="utf-8").splitlines()[1:]
            yield base_url, [line.split(",", 1)[0] for line in lines]
        finally:
            process.terminate()


def flags(terms: Terms) -> list[str]:
    """Say *terms* in the sandbox's words."""
    latency = ["--latency", f"{1000 * terms.latency.low:g}-{1000 * terms.latency.high:g}ms"]
    if terms.limit is None:
        return [*latency, "--concurrency", str(terms.places), "--crowded-status", str(terms.crowded_status)]
    limit = ["--rate", f"{terms.limit.rate:g}/s", "--limiter", terms.limit.kind.value]
    burst = ["--burst", f"{terms.limit.seconds:g}"] if terms.limit.kind is Kind.BUCKET else []
    return [*latency, *limit, *burst, "--retry-hint", "header" if terms.hint is Hint.SECONDS else "none"]


async def _carry_out(base_url: str, ids: list[str], terms: Terms) -> Figures:
    pace = SearchingPace(len(ids), max_rate=MAX_RATE)
    outcomes = Outcomes()
    async with connect(base_url, "sandbox", Timeouts()) as lifecycle:
        runner = Runner(lifecycle, NoJournal(), outcomes.tell, Policies(pace, LANES, jitter=Random(1).random))
        began = time.perf_counter()
        await runner.run(Work(row, Request(Action.PAUSE, uuid)) for row, uuid in enumerate(ids))
        seconds = time.perf_counter() - began
    return Figures(len(ids) / terms.rate / seconds, outcomes.refusals / (len(ids) + outcomes.refusals))
