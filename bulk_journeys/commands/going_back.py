"""Runs that are made from a run: what it changed is put back, what it did not reach is tried again."""

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from bulk_journeys import recovery
from bulk_journeys.campaign import check_options
from bulk_journeys.commands.carrying_out import (
    Orders,
    access_again,
    carry_out,
    check_not_rescued,
    nothing_sent,
    places_of_children,
)
from bulk_journeys.commands.planning import check_output
from bulk_journeys.commands.reporting import its_plan, never_begun
from bulk_journeys.errors import RunLocked, UsageError
from bulk_journeys.journal import Ledger, at_rest
from bulk_journeys.model import ONE_WAY, Outcome, Rejection
from bulk_journeys.plan import ListedStatus, Parent, Plan, derived_plan, plan_lines, rows_text
from bulk_journeys.report.records import Record
from bulk_journeys.report.results import Results
from bulk_journeys.runfolder import RunFolder, find_run
from bulk_journeys.safeguards import check_childless
from bulk_journeys.settings import DEFAULT_BASE_URL, load_token
from bulk_journeys.terminal import say

CHANGED: Final = frozenset({Outcome.APPLIED, Outcome.IN_DOUBT})
"""Outcomes of journeys that the run changed, or may have."""

DOUBTS_SHOWN: Final = 20
"""Rows in doubt that an undo lists one by one."""


@dataclass(frozen=True, slots=True)
class Again:
    """Which rows of an earlier run are meant: those of *outcomes*. The plan is saved to *output* unless it is None.

    *as_listed*: of rows in doubt only those that the list shows in the status which they go back to.
    """

    outcomes: Collection[Outcome]
    output: Path | None = None
    as_listed: bool = False


def undo(name: str | None, again: Again, orders: Orders) -> int:
    """Put back what a run changed, where that can be."""
    with nothing_sent(), _earlier(name, "undo", again, orders) as (folder, parent, made, ledger):
        listed = _listed(made, folder) if again.as_listed else None
        sources = [replace(source, status_column=None) for source in made.header.sources]  # it told of before that run
        back = derived_plan(recovery.undo(made.entries(), ledger, again.outcomes, listed), sources, parent)
        left_alone = [f"  {line}" for line in _left_alone(_untouched(Results(made, ledger), back))]
    if not back.header.counts.operations:
        raise UsageError("\n".join([f"{folder.run_id}: there is nothing that can be undone", *left_alone]))
    return _carry_out_or_save(back, parent, again.output, orders, left_alone)


def _listed(made: Plan, folder: RunFolder) -> list[ListedStatus]:
    sources = made.header.sources
    if not any(source.status_column for source in sources):
        names = ", ".join(source.name for source in sources)
        raise UsageError(f"{folder.run_id}: {names} had no column that tells a journey's status; drop --as-listed")
    return [ListedStatus(source) for source in sources]


def _untouched(results: Results, back: Plan) -> Iterator[Record]:
    """Yield the records that *back*, which has the others in their order, leaves alone."""
    taken = (entry for entry in back.entries() if not isinstance(entry, Rejection))
    following = next(taken, None)
    for entry, record in results.records():
        if following and (entry.file, entry.line, record.uuid) == (following.file, following.line, following.uuid):
            following = next(taken, None)
        else:
            yield record


def _left_alone(untouched: Iterable[Record]) -> Iterator[str]:
    """Yield, in words, the rows that an undo does not touch, and why; those in doubt one by one."""
    others: Counter[Outcome] = Counter()
    doubts, one_way, in_doubt = [], 0, 0
    for record in untouched:
        if record.action in ONE_WAY and record.outcome in CHANGED:
            one_way += 1
        elif record.outcome is Outcome.IN_DOUBT:
            in_doubt += 1
            doubts += [record] * (in_doubt <= DOUBTS_SHOWN)
        else:
            others[record.outcome] += 1
    if one_way:
        yield f"{rows_text(one_way)} finished, drafted or archived: no call takes that back"
    if in_doubt:
        yield f"{rows_text(in_doubt)} in doubt left alone; --include-in-doubt takes them along:"
        yield from (f"  line {one.line}: {one.uuid}: {one.error.message if one.error else ''}" for one in doubts)
    if in_doubt > DOUBTS_SHOWN:
        yield f"  and {in_doubt - DOUBTS_SHOWN:,} more; 'bulk-journeys report --format csv' has them all"
    if others:
        yield f"left alone: {', '.join(f'{others[outcome]:,} {outcome}' for outcome in Outcome if others[outcome])}"


def retry(name: str | None, again: Again, orders: Orders) -> int:
    """Make a new run of what failed, is in doubt or was not attempted."""
    with nothing_sent(), _earlier(name, "retry", again, orders) as (folder, parent, made, ledger):
        rows = recovery.retry(made.entries(), ledger, again.outcomes, folder.run_id)
        anew = derived_plan(rows, made.header.sources, parent)
    if not anew.header.counts.operations:
        raise UsageError(f"{folder.run_id}: no row is {' or '.join(again.outcomes)}; there is nothing to try again")
    return _carry_out_or_save(anew, parent, again.output, orders, [])


@contextmanager
def _earlier(
    name: str | None, verb: str, again: Again, orders: Orders
) -> Iterator[tuple[RunFolder, Parent, Plan, Ledger]]:
    """Yield an earlier run to make another from by *verb*. Raises RunLocked if it is under way, UsageError."""
    check_options(orders.options)
    folder = find_run(orders.runs_dir, name)
    if not folder.journal.exists():
        raise never_begun(folder)
    if again.output and again.output.absolute().parent.resolve() == folder.path.resolve():
        raise UsageError(f"{again.output}: this is the folder of the run itself; save the plan elsewhere")
    with at_rest(folder.journal) as resting, Ledger(folder.journal, folder.most_rows) as ledger:
        if not resting:
            raise RunLocked(f"{folder.path}: the run is under way; stop it first, or let it finish")
        if ledger.first is None or ledger.latest is None:
            raise never_begun(folder)
        check_not_rescued(ledger, orders)
        made, began = its_plan(folder, ledger), ledger.first.at
        if name is None and verb == "undo":
            _check_no_undo(made, folder)
        if not orders.safeguards.again:
            places = places_of_children(folder, orders)
            check_childless(began, places, [verb], again.outcomes)
            if verb == "retry":
                check_childless(began, places, ["undo"])
        outcomes = tuple(again.outcomes)
        yield (
            folder,
            Parent(folder.run_id, verb, ledger.latest.base_url, began, ledger.settled_rows, outcomes),
            made,
            ledger,
        )


def _check_no_undo(made: Plan, folder: RunFolder) -> None:
    """Raise UsageError if the last run is an undo itself: nobody means to take that back without saying so."""
    parent = made.header.parent
    if parent and parent.verb == "undo":
        raise UsageError(
            f"the last run, {folder.run_id}, has undone {parent.run}; '{folder.command('resume')}' goes on with it, "
            f"and '{folder.command('undo')}' takes it back"
        )


def _carry_out_or_save(made: Plan, parent: Parent, output: Path | None, orders: Orders, told: Sequence[str]) -> int:
    if output is None:
        token = load_token(orders.options.token_file)
        access = access_again(parent.base_url, token, orders.options)
        if orders.options.quiet and any("in doubt left alone" in line for line in told):
            say(f"{parent.verb} of {parent.run}", *told)  # that is more than silence says
        return carry_out(made, access, orders, [*plan_lines(made), *told])
    check_output(output)
    made.save(output)
    address = "" if parent.base_url == DEFAULT_BASE_URL else f" --base-url {shlex.quote(parent.base_url)}"
    say(*plan_lines(made), *told, f"saved; carry it out with: bulk-journeys run {shlex.quote(str(output))}{address}")
    return 0
