"""What keeps a plan from being carried out at all: its size, its age, journeys under protection, having been done."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from bulk_journeys.errors import BulkJourneysError, PlanRefused, UsageError
from bulk_journeys.journal import Ledger
from bulk_journeys.model import Operation
from bulk_journeys.plan import Header, Plan, read_header
from bulk_journeys.runfolder import RunFolder, list_runs
from bulk_journeys.standing import doubt

DAY: Final = 86_400.0
"""Seconds in which the same list is not carried out again unasked."""

MOST_SHOWN: Final = 20

DONE: Final = {"undo": "undone", "retry": "retried"}


@dataclass(frozen=True, slots=True)
class Safeguards:
    """What the user wants made sure of; every refusal comes before anything is sent.

    *max_rows* bounds the journeys of a plan, *max_age* the seconds since a list was written. *protect* is a list of
    journeys that are never touched. *again* allows what was done before.
    """

    max_rows: int | None = None
    max_age: float | None = None
    protect: Path | None = None
    again: bool = False


def check_size(plan: Plan, most: int | None) -> None:
    """Raise PlanRefused if the plan touches more than *most* journeys."""
    count = plan.header.counts.operations
    if most is not None and count > most:
        reason = f"the plan is to change {count:,} journeys, and --max-rows allows {most:,}; nothing was sent"
        raise PlanRefused(reason, "check the list, or raise --max-rows")


def check_age(files: Sequence[str], longest: float | None, now: float) -> None:
    """Raise PlanRefused for a list that was written more than *longest* seconds before *now*, in seconds since 1970."""
    for file in files if longest is not None else ():
        if not Path(file).is_file():
            raise PlanRefused(
                f"{file}: its age cannot be told; nothing was sent", "save it to a file, or drop --max-age"
            )
        age = now - Path(file).stat().st_mtime
        if longest is not None and age > longest:
            reason = f"{file}: it was written {_ago(age)} ago, and --max-age allows {_ago(longest)}; nothing was sent"
            raise PlanRefused(reason, "export it anew")


def check_protected(plan: Plan, protected: Plan | None, path: Path | None) -> None:
    """Raise PlanRefused, with the rows, if the plan touches a journey of the list at *path*."""
    if protected is None:
        return
    if protected.header.counts.rejections:
        raise PlanRefused(f"{path}: not every row has a journey id, so nothing is sure to be protected", "correct it")
    lines = {entry.uuid: entry.line for entry in protected.entries() if isinstance(entry, Operation)}
    found = (entry for entry in plan.entries() if isinstance(entry, Operation) and entry.uuid in lines)
    names = [source.name for source in plan.header.sources]
    shown = [
        f"{names[row.file]}:{row.line}: {row.uuid} is on line {lines[row.uuid]}" for row in islice(found, MOST_SHOWN)
    ]
    if shown:
        more = sum(1 for _ in found)
        reasons = [f"{len(shown) + more:,} of the journeys are protected by {path}, so nothing was sent", *shown]
        raise PlanRefused(
            "\n".join([*reasons, *[f"and {more:,} more"] * bool(more)]), "take them out, or drop --protect"
        )


def check_done_before(plan: Plan, runs_dir: Path, now: float) -> None:
    """Raise UsageError if a run did the same within a day before *now*, or was made from the same run."""
    if parent := plan.header.parent:
        check_childless(parent.run, [runs_dir], [parent.verb])
        return
    wanted = _deed(plan.header)
    for folder, header in _headers(runs_dir):
        if header.parent is None and _deed(header) == wanted:
            began = _began(folder, header.counts.rows)
            if began is not None and 0 <= now - began < DAY:
                raise UsageError(f"the same was carried out {_ago(now - began)} ago, in {_or_resume(folder)}")


def check_childless(run_id: str, places: Iterable[Path], verbs: Sequence[str] = tuple(DONE)) -> None:
    """Raise UsageError if a run in one of *places* was made from run *run_id* by one of *verbs*."""
    for place in dict.fromkeys(places):
        for folder, header in _headers(place):
            parent = header.parent
            if (
                parent
                and parent.run == run_id
                and parent.verb in verbs
                and _began(folder, header.counts.rows) is not None
            ):
                raise UsageError(f"{run_id} was {DONE[parent.verb]} before, in {_or_resume(folder)}")


def _or_resume(folder: RunFolder) -> str:
    path = folder.path
    return f"{path}; if that has not ended, 'bulk-journeys resume {path}' goes on; --again does it anew"


def _headers(runs_dir: Path) -> Iterator[tuple[RunFolder, Header]]:
    """Yield the runs with the headers of their plans, the latest first; a damaged one tells nothing."""
    for folder in reversed(list_runs(runs_dir)):
        with suppress(BulkJourneysError):
            yield folder, read_header(folder.plan)


def _deed(header: Header) -> tuple[object, ...]:
    """Return what makes two plans the same: what is done, and the bytes of the lists."""
    return sorted(source.sha256 for source in header.sources), header.counts


def _began(folder: RunFolder, rows: int) -> float | None:
    """Return when a run of so many *rows* began, in seconds since 1970, or None for one that changed nothing."""
    try:
        with Ledger(folder.journal) as ledger:
            if ledger.first is None or (ledger.ended and not _changed_something(ledger, rows)):
                return None
            return ledger.first.at
    except BulkJourneysError:
        return None


def _changed_something(ledger: Ledger, rows: int) -> bool:
    return bool(ledger.settled_rows) or any(doubt(ledger.entry(row), None) for row in range(rows))


def _ago(seconds: float) -> str:
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds"
