"""`undo` and `retry`: runs that are made from a run."""

import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from msgspec.structs import replace

from bulk_journeys import followup
from bulk_journeys.commands.earlier_run import (
    CHANGED,
    Chosen,
    Earlier,
    changed_run,
    counted,
    earlier_run,
    is_undo,
    to_undo,
)
from bulk_journeys.commands.plan import check_output
from bulk_journeys.commands.run import (
    Conditions,
    access_again,
    carry_out,
    check_not_rescued,
    named_or_last,
    places_of_children,
)
from bulk_journeys.errors import BulkJourneysError, UsageError
from bulk_journeys.followup import ListedStatus, derived_plan
from bulk_journeys.model import ONE_WAY, FollowUp, Outcome
from bulk_journeys.plan.document import Parent, Plan, Source
from bulk_journeys.report.plan_text import plan_lines, rows_text
from bulk_journeys.report.records import Record, place_of
from bulk_journeys.report.results import Results
from bulk_journeys.session import check_options, nothing_sent
from bulk_journeys.session.done_before import check_childless
from bulk_journeys.session.folder import RunFolder
from bulk_journeys.settings.credentials import load_token
from bulk_journeys.settings.options import DEFAULT_BASE_URL
from bulk_journeys.source.table import InvalidRow
from bulk_journeys.terminal import say

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


class LeftAlone(NamedTuple):
    """Rows that an undo does not touch: *lines* say how many and why, and *in_doubt* is how many are in doubt."""

    lines: list[str]
    in_doubt: int


def undo(name: str | None, again: Again, conditions: Conditions) -> int:
    """Put back what a run changed, where that can be: a named one, or the last that changed anything."""
    check_options(conditions.options)
    with nothing_sent(), to_undo(name, conditions, unasked=_is_unasked(again, conditions)) as chosen:
        parent = _parent(chosen.run, FollowUp.UNDO, again, conditions)
        back = _back(chosen.run, parent, again)
        results = Results(chosen.run.made, chosen.run.ledger, chosen.run.folder.run_id)
        alone = _left_alone(_untouched(results, back), back.header.sources)
        told = [f"  {line}" for line in (*chosen.told, *alone.lines)]
        if not back.header.counts.operations:
            told += [f"  {line}" for line in _undo_before(chosen, again, conditions)]
            raise UsageError("\n".join([f"{parent.run}: there is nothing that can be undone", *told]))
    if conditions.options.quiet and again.output is None and (alone.in_doubt or name is None):
        say(f"undo of {parent.run}", *told)  # that is more than silence says
    return _carry_out_or_save(back, parent, again.output, conditions, told)


def _back(run: Earlier, parent: Parent, again: Again) -> Plan:
    """Return the plan that takes *run* back."""
    made = run.made
    listed = _listed(made, run.folder) if again.as_listed else None
    sources = [replace(source, status_column=None) for source in made.header.sources]  # it told of before that run
    return derived_plan(followup.undo(made.entries(), run.ledger, again.outcomes, listed), sources, parent)


def _undo_before(chosen: Chosen, again: Again, conditions: Conditions) -> Iterator[str]:
    """Yield what to type for the last run before the *chosen* one that changed anything, if that can be undone."""
    with suppress(BulkJourneysError):
        for folder in chosen.older:
            with changed_run(folder) as found:
                if isinstance(found, str):
                    continue
                parent = _parent(found, FollowUp.UNDO, again, conditions)
                if not is_undo(found) and _back(found, parent, again).header.counts.operations:
                    yield f"to undo the run before it, say: {folder.command('undo')}"
                return


def _listed(made: Plan, folder: RunFolder) -> list[ListedStatus]:
    sources = made.header.sources
    if not any(source.status_column for source in sources):
        names = ", ".join(source.name for source in sources)
        raise UsageError(f"{folder.run_id}: {names} had no column that tells a journey's status; drop --as-listed")
    return [ListedStatus(source) for source in sources]


def _untouched(results: Results, back: Plan) -> Iterator[Record]:
    """Yield the records that *back*, which has the others in their order, leaves alone."""
    taken = (entry for entry in back.entries() if not isinstance(entry, InvalidRow))
    following = next(taken, None)
    for entry, record in results.records():
        if following and (entry.file, entry.line, record.uuid) == (following.file, following.line, following.uuid):
            following = next(taken, None)
        else:
            yield record


def _left_alone(untouched: Iterable[Record], sources: Sequence[Source]) -> LeftAlone:
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
    lines = []
    if one_way:
        lines.append(f"{rows_text(one_way)} finished, drafted or archived: no call takes that back")
    if in_doubt:
        lines.append(f"{rows_text(in_doubt)} in doubt left alone; --include-in-doubt takes them along:")
        lines += [f"  {place_of(one, sources)}: {one.uuid}: {one.error.message if one.error else ''}" for one in doubts]
    if in_doubt > DOUBTS_SHOWN:
        lines.append(f"  and {in_doubt - DOUBTS_SHOWN:,} more; 'bulk-journeys report --format csv' has them all")
    if others:
        lines.append(f"left alone: {counted(others)}")
    return LeftAlone(lines, in_doubt)


def retry(name: str | None, again: Again, conditions: Conditions) -> int:
    """Make a new run of what failed, is in doubt or was not attempted."""
    check_options(conditions.options)
    folder = named_or_last(name, FollowUp.RETRY, conditions, unasked=_is_unasked(again, conditions))
    with nothing_sent(), earlier_run(folder) as run:
        parent = _parent(run, FollowUp.RETRY, again, conditions)
        rows = followup.retry(run.made.entries(), run.ledger, again.outcomes, folder.run_id)
        anew = derived_plan(rows, run.made.header.sources, parent)
    if not anew.header.counts.operations:
        raise UsageError(f"{folder.run_id}: no row is {' or '.join(again.outcomes)}; there is nothing to try again")
    return _carry_out_or_save(anew, parent, again.output, conditions, [])


def _is_unasked(again: Again, conditions: Conditions) -> bool:
    """Whether nobody is asked before a run is made; to save its plan may be a script's way of not asking."""
    return conditions.agreed.unasked or again.output is not None


def _parent(run: Earlier, verb: FollowUp, again: Again, conditions: Conditions) -> Parent:
    """Return what a plan that *verb* makes of *run* says of it. Raises UsageError if it was done before."""
    folder = run.folder
    if again.output and again.output.absolute().parent.resolve() == folder.path.resolve():
        raise UsageError(f"{again.output}: this is the folder of the run itself; save the plan elsewhere")
    check_not_rescued(run.ledger, conditions)
    if not conditions.safeguards.again:
        places = places_of_children(folder, conditions)
        check_childless(run.first.at, places, [verb], again.outcomes)
        if verb is FollowUp.RETRY:
            check_childless(run.first.at, places, [FollowUp.UNDO])
    outcomes = tuple(again.outcomes)
    return Parent(folder.run_id, verb, run.latest.base_url, run.first.at, run.ledger.settled_rows, outcomes)


def _carry_out_or_save(
    made: Plan, parent: Parent, output: Path | None, conditions: Conditions, told: Sequence[str]
) -> int:
    if output is None:
        token = load_token(conditions.options.token_file)
        access = access_again(parent.base_url, token, conditions.options)
        return carry_out(made, access, conditions, [*plan_lines(made), *told])
    check_output(output)
    made.save(output)
    address = "" if parent.base_url == DEFAULT_BASE_URL else f" --base-url {shlex.quote(parent.base_url)}"
    say(*plan_lines(made), *told, f"saved; carry it out with: bulk-journeys run {shlex.quote(str(output))}{address}")
    return 0
