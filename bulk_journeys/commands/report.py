"""`report`: what became of a run."""

import shlex
import sys
from collections.abc import Collection, Iterable, Iterator
from enum import StrEnum
from itertools import repeat
from pathlib import Path

import msgspec

from bulk_journeys.errors import UsageError
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.reader import JournalFile, at_rest
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import ONE_WAY, FollowUp, Outcome
from bulk_journeys.plan.document import Operation, Plan
from bulk_journeys.plan.saved_plan import read_plan
from bulk_journeys.report.results import Results
from bulk_journeys.report.summary import Summary, summary_lines
from bulk_journeys.session.done_before import refused_follow_ups
from bulk_journeys.session.folder import RunFolder, find_run
from bulk_journeys.terminal import printable, say


class ReportFormat(StrEnum):
    """How a run is reported: as a page, as one JSON object, or record by record."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def report(name: str | None, runs_dir: Path, form: ReportFormat) -> int:
    """Tell what became of a run, also of one that was killed."""
    folder = find_run(runs_dir, name)
    if form is ReportFormat.TEXT:
        return _report_text(folder, runs_dir)
    with at_rest(folder.journal) as resting:  # not while it is printed: a slow reader is to hold up no run
        read = _ledger_of(folder, resting=resting)
    with read as ledger:
        results = Results(its_plan(folder, ledger), ledger, folder.run_id)
        match form:
            case ReportFormat.JSONL:
                sys.stdout.buffer.writelines(results.json_lines())
            case ReportFormat.CSV:
                _print_table(results.csv_lines())
            case ReportFormat.JSON:
                told = {
                    "run": folder.run_id,
                    "ending": ending_text(ledger),
                    **msgspec.structs.asdict(results.summary()),
                }
                sys.stdout.buffer.write(msgspec.json.format(encode_line(told), indent=2) + b"\n")
    return 0


def _print_table(lines: Iterable[bytes]) -> None:
    """Print *lines* as they are, but to a terminal without orders to it."""
    if not sys.stdout.isatty():
        sys.stdout.buffer.writelines(lines)
        return
    for line in lines:
        print(printable(line.decode().removesuffix("\n")))


def _report_text(folder: RunFolder, runs_dir: Path) -> int:
    """Print the summary, and write the results anew unless the run is under way, which will do so itself.

    The journal is read under the lock: read before, it could be older than the results that it would replace.
    """
    with at_rest(folder.journal) as resting, _ledger_of(folder, resting=resting) as ledger:
        made = its_plan(folder, ledger)
        results = Results(made, ledger, folder.run_id)
        if resting:
            summary = results.write(*folder.result_files)
            print_summary(
                folder, made, summary, ending_text(ledger), refused_follow_ups(ledger, [folder.path.parent, runs_dir])
            )
        else:
            print("\n".join(summary_lines(results.summary())))
            print("\nthe run is under way: what is not settled yet counts as not attempted or in doubt")
    return 0


def _ledger_of(folder: RunFolder, *, resting: bool) -> Ledger:
    """Return the ledger of the run in *folder*. Raises UsageError if results know what that does not.

    What cannot be read at the journal's end of a run that is *resting* is told: it may be more than a torn write.
    """
    entries = JournalFile(folder.journal)
    ledger = Ledger(entries, folder.most_rows)
    if ledger.first is None and folder.has_results:
        entries.close()
        raise unknown_run(folder)
    if resting and (unread := folder.journal.stat().st_size - entries.end):
        known = f"the last {unread:,} bytes cannot be read, and what they said is not known"
        say(f"warning: {folder.journal}: {known}")
    return ledger


def its_plan(folder: RunFolder, ledger: Ledger) -> Plan:
    """Return the plan that the journal of *ledger* is about.

    Raises InputError if it is not the one that was begun, and JournalDamaged if a row of the ledger is none of it.
    """
    made = read_plan(folder.plan, digest=(ledger.first and ledger.first.plan) or None)
    ledger.hold_against(_operations(made))
    return made


def _operations(made: Plan) -> Iterable[bool]:
    """Say of each row of a plan, in order, whether it is an operation."""
    counts = made.header.counts
    if counts.operations == counts.rows:
        return repeat(True, counts.rows)
    return (isinstance(entry, Operation) for entry in made.entries())


def never_begun(folder: RunFolder) -> UsageError:
    """Return what to say of a run without a beginning in its journal."""
    if folder.has_results:
        return unknown_run(folder)
    return UsageError(
        f"{folder.path}: nothing was begun; carry it out with: bulk-journeys run {shlex.quote(str(folder.plan))}"
    )


def unknown_run(folder: RunFolder) -> UsageError:
    reason = f"{folder.journal}: it is missing or damaged, so what this run changed is not known"
    return UsageError(f"{reason}; restore it, or name the run that you mean")


def ending_text(ledger: Ledger) -> str:
    """Say how the last process of a run ended."""
    return ledger.ended.message if ledger.ended else "it is still running, or was killed"


def print_summary(
    folder: RunFolder, made: Plan, summary: Summary, ending: str, refused: Collection[FollowUp] = ()
) -> None:
    """Print what the results come to, where they are, and what to do next; not the verbs that are *refused*."""
    for line in summary_lines(summary):
        print(line)
    print()
    for line in _where_and_next(folder, made, summary, ending, refused):
        print(printable(line))


def _where_and_next(
    folder: RunFolder, made: Plan, summary: Summary, ending: str, refused: Collection[FollowUp]
) -> Iterator[str]:
    again = Outcome.FAILED in summary.outcomes or Outcome.IN_DOUBT in summary.outcomes
    yield f"results  {folder.results_csv}"
    yield f"         {folder.results}"
    if again:
        yield f"         {folder.failed_csv}"
    if summary.left:
        yield f"ended    {ending}"
    verb = FollowUp.RESUME if summary.left else FollowUp.RETRY
    if (summary.left or again) and verb not in refused:
        yield f"next     {folder.command(verb)}"
    changed = Outcome.APPLIED in summary.outcomes and made.header.counts.actions.keys() - ONE_WAY
    if changed and FollowUp.UNDO not in refused:
        yield f"back     {folder.command(FollowUp.UNDO)}"
