"""`make bench-pace`: how near each pace comes to a limit that it is not told, and how many calls that wastes.

    python -m tests.benchmarks.pacing [--quick | --whole] [--sockets]

Simulated, on virtual time: the real runner and the real pace, the same to the last digit on every machine.
`--quick` leaves out 500/s and two of three seeds, `--whole` nothing. `--sockets` carries out some cells over
connections instead, beside the simulation of the same.
"""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from statistics import fmean
from typing import Final, NamedTuple

from bulk_journeys.pipeline.pace.pace import Found, SearchingPace
from tests.benchmarks.pacing_cells import COMPARED, MAX_RATE, OURS, THEIRS, Cell, Column, cells
from tests.benchmarks.pacing_on_sockets import over_sockets
from tests.benchmarks.rivals_of_the_pace import RIVALS
from tests.simulation.run import Client, simulate

SEARCHING: Final = "this program's search"
REMEMBERING: Final = "the same, with a remembered limit"
PROCESSES: Final = 2
FAST: Final = 500.0
"""Requests a second from which a limit has a column of its own: ten at once cannot reach it."""

FAST_HEADING: Final = "500/s constant"


@dataclass(frozen=True)
class Job:
    """A pace by its name and a cell to try it on; *known* is what an earlier run found, None if nothing."""

    pace: str
    cell: Cell
    known: Found | None = None


class Figures(NamedTuple):
    """What came of a job. *efficiency* and *waste* are shares, *sent* requests, *cpu* seconds."""

    job: Job
    efficiency: float
    waste: float
    found: Found | None
    sent: int
    cpu: float


def carry_out(job: Job) -> Figures:
    began = time.process_time()
    operations, terms = job.cell.operations, job.cell.terms
    ours = SearchingPace(operations, max_rate=MAX_RATE, known=job.known)
    client = RIVALS[job.pace](terms) if job.pace in RIVALS else Client(ours)
    seed = job.cell.seed + (1000 if job.pace == REMEMBERING else 0)
    run = simulate(terms, operations, client, seed)
    cpu = time.process_time() - began
    return Figures(job, run.efficiency, run.waste, ours.found, len(run.server.sent), cpu)


def all_figures(extent: str) -> list[Figures]:
    """Carry out the first runs, then with another seed those that remember what these found."""
    ours = [cell for part in OURS[extent] for cell in cells(part)]
    theirs = [cell for part in THEIRS[extent] for cell in cells(part)]
    first = [Job(SEARCHING, cell) for cell in ours] + [Job(rival, cell) for rival in RIVALS for cell in theirs]
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        figures = [*pool.map(carry_out, sorted(first, key=_size))]
        found = {done.job.cell: done.found for done in figures if done.job.pace == SEARCHING}
        later = [Job(REMEMBERING, cell, found[cell.before]) for cell in ours if _is_remembered(cell)]
        return [*figures, *pool.map(carry_out, sorted(later, key=_size))]


def _size(job: Job) -> int:
    return -job.cell.operations  # the long ones first, so that no process has the last of them for itself


def _is_remembered(cell: Cell) -> bool:
    """Return whether it is worth its time: one seed, and a fast server only as it is."""
    fast = cell.terms.rate >= FAST and cell.column is not Column.CONSTANT
    return cell.seed == 1 and cell.column in COMPARED and not fast


def percents(figures: Sequence[Figures], number: int = 4) -> str:
    """Return the first *number* of: mean efficiency, the worst, mean waste, the worst; nothing for no figures.

    An efficiency that a first credit carries above 100 % counts as 100 %.
    """
    if not figures:
        return ""
    efficiencies = [100 * min(1.0, done.efficiency) for done in figures]
    wastes = [100 * done.waste for done in figures]
    told = f"{fmean(efficiencies):.1f}", f"{min(efficiencies):.0f}", f"{fmean(wastes):.1f}", f"{max(wastes):.0f}"
    return " / ".join(told[:number])


def print_table(title: str, names: tuple[Sequence[str], Sequence[str]], at: Callable[[str, str], str]) -> None:
    """Print a table of rows and columns, whose cells *at* tells."""
    rows, columns = names
    lines = [["", *columns], *([row, *(at(row, column) for column in columns)] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    print(f"\n{title}\n")
    for first, *others in lines:
        words = (f"{word:>{width}}" for word, width in zip(others, widths[1:], strict=True))
        print(f"{first:{widths[0]}}", *words, sep="  ")


def print_cells(figures: Sequence[Figures]) -> None:
    """Print how our pace does, cell by cell."""
    ours = [done for done in figures if done.job.pace == SEARCHING]
    warm = [done for done in figures if done.job.pace == REMEMBERING and done.job.cell.column is Column.CONSTANT]

    def at(row: str, column: str) -> str:
        among = warm if column == "remembered" else [done for done in ours if done.job.cell.column == column]
        return percents([done for done in among if str(done.job.cell.terms) == row], 3)

    rows = [*dict.fromkeys(str(done.job.cell.terms) for done in sorted(ours, key=_crowds_last))]
    title = f"{SEARCHING}, cell by cell: mean efficiency / worst seed / mean waste, in %"
    print_table(title, (rows, [*Column, "remembered"]), at)


def _crowds_last(done: Figures) -> tuple[bool, float]:
    return done.job.cell.column is Column.CONCURRENCY, done.job.cell.terms.rate


def print_summary(figures: Sequence[Figures]) -> None:
    """Print all paces side by side, over the cells that all of them were tried on."""
    shared = {(done.job.cell.column, done.job.cell.terms) for done in figures if done.job.pace in RIVALS}
    both = [done for done in figures if (done.job.cell.column, done.job.cell.terms) in shared]

    def at(row: str, column: str) -> str:
        return percents([done for done in both if done.job.pace == row and _heading(done.job.cell) == column])

    tried = {_heading(done.job.cell) for done in both}
    columns = [heading for heading in (*COMPARED, FAST_HEADING) if heading in tried]
    title = "all paces: mean efficiency / worst cell / mean waste / worst waste, in %"
    print_table(title, ([SEARCHING, REMEMBERING, *RIVALS], columns), at)


def _heading(cell: Cell) -> str:
    return FAST_HEADING if cell.terms.limit and cell.terms.rate >= FAST else cell.column.value


NOTES: Final = """
Efficiency: the time that the limit itself would need, by the time taken; more than 100 %, by a first credit, counts
as 100 %. Waste: refused requests by all. Network 10-30 ms each way, server 50-200 ms, 256 lanes for the search.
A limit of N at once allows N by the mean time from sending to answer: more, by filling places while answers travel,
costs refusals. Ten at once carry 61/s at most, whatever the limit.
"""

TRIED: Final[Mapping[str, str]] = {
    "quick": "Plans of 120 s of the limit at 5/s, else of 60 s and without windows of a minute; one seed for all.",
    "usual": "Plans of 120 s of the limit, without windows of a minute at 500/s, where the rivals' are of 60 s.\n"
    "The search has three seeds at 5 and 50/s, 4 and 16 at once; one at 500/s, 64 at once, with faults, without\n"
    "network and with a remembered limit. The rivals have one, and at 500/s limits of a second alone.",
    "whole": "Plans of 120 s of the limit and three seeds for the search. The rivals and a remembered limit have one\n"
    "seed, and at 500/s plans of 60 s and limits of a second alone.",
}


def simulated(extent: str) -> None:
    """Print the tables, and what they cost."""
    began = time.perf_counter()
    figures = all_figures(extent)
    print_cells(figures)
    print_summary(figures)
    print(NOTES + TRIED[extent])
    cpu, sent = sum(done.cpu for done in figures), sum(done.sent for done in figures)
    seconds = time.perf_counter() - began
    print(
        f"{len(figures):,} runs, {sent:,} requests, {1e6 * cpu / sent:.0f} us of CPU for each, {seconds:.0f} s in all"
    )


def main() -> None:
    if "--sockets" in sys.argv:
        over_sockets()
    else:
        simulated(next((name for name in ("quick", "whole") if f"--{name}" in sys.argv), "usual"))


if __name__ == "__main__":
    main()
