"""What keeps a plan from being carried out at all: its size, its age, journeys under protection, having been done."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from bulk_journeys.errors import BulkJourneysError, PlanRefused, UsageError
from bulk_journeys.journal.entries import Began
from bulk_journeys.journal.file import at_rest, ledger_of
from bulk_journeys.journal.ledger import WORTH_ANOTHER_TRY, Ledger, doubt_of
from bulk_journeys.model import Ending, Outcome
from bulk_journeys.plan.document import VERBS, Header, Operation, Parent, Plan
from bulk_journeys.plan.saved_plan import is_saved_plan, read_header
from bulk_journeys.session.folder import RunFolder, list_runs

DAY: Final = 86_400.0
"""Seconds in which the same list is not carried out again unasked."""

SKEW: Final = 120.0
"""Seconds by which the clock of a file server may be ahead of ours."""

MOST_SHOWN: Final = 20

DONE: Final = {"undo": "undone", "retry": "retried"}
"""What a run has become whose plan a verb made another from."""


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
    """Raise PlanRefused for a list that was written more than *longest* seconds before *now*, in seconds since 1970.

    One that was written later than *now* is as old as nobody knows, since one of the two times is wrong.
    """
    if longest is None:
        return
    for file in files:
        path = Path(file)
        if is_saved_plan(path):
            raise PlanRefused(
                f"{file}: a saved plan does not tell how old its list is", "name the list, or drop --max-age"
            )
        if file == "-" or (path.exists() and not path.is_file()):
            raise PlanRefused(f"{file}: its age cannot be told", "save it to a file, or drop --max-age")
        age = now - path.stat().st_mtime if path.exists() else 0.0  # of what is not there the reader tells
        if age < -SKEW:
            reason = f"{file}: it was written {_ago(age)}, so that its age cannot be told; nothing was sent"
            raise PlanRefused(reason, "set the clock right and export it anew, or drop --max-age")
        if age > longest:
            reason = f"{file}: it was written {_ago(age)}, and --max-age allows {_length(longest)}; nothing was sent"
            raise PlanRefused(reason, "export it anew")


def check_protected(plan: Plan, protected: Plan, path: Path) -> None:
    """Raise PlanRefused, with the rows, if the plan touches a journey of the list at *path*."""
    if protected.header.counts.rejections:
        raise PlanRefused(f"{path}: not every row has a journey id, so nothing is sure to be protected", "correct it")
    keys = {_key(entry) for entry in protected.entries() if isinstance(entry, Operation)}
    found = (entry for entry in plan.entries() if isinstance(entry, Operation) and _key(entry) in keys)
    first = list(islice(found, MOST_SHOWN))
    if first:
        more = sum(1 for _ in found)
        lines = [f"{len(first) + more:,} of the journeys are protected by {path}, so nothing was sent"]
        lines += _places(first, plan, protected) + [f"and {more:,} more"] * bool(more)
        raise PlanRefused("\n".join(lines), "take them out, or drop --protect")


def _key(operation: Operation) -> bytes:
    """Return the journey's id in a third of the memory."""
    return bytes.fromhex(operation.uuid.replace("-", ""))


def _places(rows: Sequence[Operation], plan: Plan, protected: Plan) -> list[str]:
    """Say where the *rows* are in the lists of *plan*, and where in the one that protects them."""
    (protects,) = (source.places for source in protected.header.sources)
    places = [source.places for source in plan.header.sources]
    wanted = {row.uuid for row in rows}
    lines = {
        entry.uuid: entry.line for entry in protected.entries() if isinstance(entry, Operation) and entry.uuid in wanted
    }
    return [f"{places[row.file].at(row.line)}: {row.uuid} is on {protects.within(lines[row.uuid])}" for row in rows]


def check_done_before(plan: Plan, base_url: str, runs_dir: Path, now: float) -> None:
    """Raise UsageError if a run did the same at *base_url* within a day before *now*.

    A run that is to come by the clock is taken for a recent one: it is the clock that was set back.
    For a plan that was made from a run: if another took the same rows, or if that run has gone on since.
    """
    if parent := plan.header.parent:
        check_childless(parent.began, [runs_dir], [parent.verb], parent.outcomes)
        _check_still(parent, runs_dir)
        return
    wanted = _deed(plan.header)
    for folder, header in _headers(runs_dir):
        if header.parent is None and _deed(header) == wanted:
            began = _began(folder)
            if began is None and _is_unknown(folder):
                told = f"the same may have been carried out, in {folder.path}, whose journal is missing or damaged"
                raise UsageError(f"{told}; look there first; --again does it anew")
            if began and began.base_url == base_url and now - began.at < DAY:
                raise UsageError(f"the same was carried out {_ago(now - began.at)}, in {_way_on(folder)}")


def check_childless(
    began: float, places: Iterable[Path], verbs: Collection[str] = VERBS, outcomes: Collection[str] = tuple(Outcome)
) -> None:
    """Raise UsageError if one of *verbs* made a run in one of *places* of the rows that came to one of *outcomes*.

    It is about the run that *began* at that time.
    """
    for folder, parent in _children(began, places, verbs, outcomes):
        raise UsageError(f"{parent.run} was {DONE[parent.verb]} before, in {_way_on(folder)}")


def refused_verbs(ledger: Ledger, places: Iterable[Path]) -> set[str]:
    """Return which of resume, retry and undo are refused without --again, since the run of *ledger* goes on elsewhere.

    It does so in its copy, or in the runs that were made from it and are in *places*.
    """
    if ledger.first is None or (ledger.ended and ledger.ended.ending is Ending.RESCUED):
        return {"resume", "retry", "undo"}
    refused = set[str]()
    for _, parent in _children(ledger.first.at, places):
        refused.add("resume")
        if parent.verb == "undo" or set(parent.outcomes) & set(WORTH_ANOTHER_TRY):
            refused.add("retry")
        if parent.verb == "undo" and Outcome.APPLIED in parent.outcomes:
            refused.add("undo")
    return refused


def _children(
    began: float, places: Iterable[Path], verbs: Collection[str] = VERBS, outcomes: Collection[str] = tuple(Outcome)
) -> Iterator[tuple[RunFolder, Parent]]:
    """Yield the runs that may have changed something and were made as `check_childless` says, the latest first."""
    for place in dict.fromkeys(places):
        for folder, header in _headers(place):
            parent = header.parent
            if parent is None or parent.began != began or parent.verb not in verbs:
                continue
            if set(parent.outcomes) & set(outcomes) and _began(folder):
                yield folder, parent


def _check_still(parent: Parent, runs_dir: Path) -> None:
    """Raise UsageError if the run that a plan was made from has gone on, where it is found under its name."""
    if Path(parent.run).name != parent.run:
        return  # the plan may be a stranger's, and this leads elsewhere
    try:
        folder = RunFolder(runs_dir / parent.run)
        with ledger_of(folder.journal, folder.most_rows) as ledger:
            first, settled = ledger.first, ledger.settled_rows
    except BulkJourneysError:
        return
    if first and first.at == parent.began and settled != parent.settled:
        raise UsageError(f"{parent.run} went on since this plan was made of it; make it anew")


def _way_on(folder: RunFolder) -> str:
    """Name the run in *folder*, and resume it only where that would send something."""
    way = ""
    with suppress(BulkJourneysError), at_rest(folder.journal) as resting:
        if not resting:
            way = "it is still under way; "
        elif _can_be_resumed(folder):
            way = f"'{folder.command('resume')}' goes on with it; "
    return f"{folder.path}; {way}--again does it anew"


def _can_be_resumed(folder: RunFolder) -> bool:
    operations = read_header(folder.plan).counts.operations
    with ledger_of(folder.journal, folder.most_rows) as ledger:
        return ledger.settled_rows < operations and "resume" not in refused_verbs(ledger, [folder.path.parent])


def _headers(runs_dir: Path) -> Iterator[tuple[RunFolder, Header]]:
    """Yield the runs with the headers of their plans, the latest first; a damaged one tells nothing."""
    for folder in reversed(list_runs(runs_dir)):
        with suppress(BulkJourneysError):
            yield folder, read_header(folder.plan)


def _deed(header: Header) -> tuple[object, ...]:
    """Return what makes two plans the same: what is done, and the bytes and columns of the lists."""
    lists = [
        (source.sha256, source.form and source.form.sheet, source.id_column, source.action_column)
        for source in header.sources
    ]
    return sorted(lists, key=repr), header.counts, sorted(header.where)


def _began(folder: RunFolder) -> Began | None:
    """Return the beginning of a run, or None for one that changed nothing, or that is damaged."""
    try:
        with ledger_of(folder.journal, folder.most_rows) as ledger:
            return None if ledger.ended and not _changed_something(ledger) else ledger.first
    except BulkJourneysError:
        return None


def _is_unknown(folder: RunFolder) -> bool:
    """Say whether a run was begun, as it has results, and its journal does not tell what it changed."""
    if not folder.has_results:
        return False
    try:
        with ledger_of(folder.journal, folder.most_rows) as ledger:
            return ledger.first is None
    except BulkJourneysError:
        return True


def _changed_something(ledger: Ledger) -> bool:
    return bool(ledger.settled_rows) or any(doubt_of(ledger.entry(row), None) for row in ledger.rows)


def _ago(seconds: float) -> str:
    return f"{_length(seconds)} ago" if seconds >= 0 else f"{_length(-seconds)} from now by this machine's clock"


def _length(seconds: float) -> str:
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds"
