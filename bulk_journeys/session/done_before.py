"""Whether the same was done before: by a run of the same list, or by a run that was made of the same rows."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from bulk_journeys.errors import BulkJourneysError, UsageError
from bulk_journeys.journal.entries import Began
from bulk_journeys.journal.ledger import WORTH_ANOTHER_TRY, Ledger, doubt_of
from bulk_journeys.journal.reader import at_rest, ledger_of
from bulk_journeys.model import Ending, FollowUp, Outcome
from bulk_journeys.plan.document import Header, Parent, Plan
from bulk_journeys.plan.saved_plan import read_header
from bulk_journeys.session.folder import RunFolder, list_runs
from bulk_journeys.words import ago_text, done_text

DAY: Final = 86_400.0
"""Seconds in which the same list is not carried out again unasked."""

_ANY: Final = tuple(FollowUp)


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
                raise UsageError(f"the same was carried out {ago_text(now - began.at)}, in {_way_on(folder)}")


def check_childless(
    began: float,
    places: Iterable[Path],
    verbs: Collection[FollowUp] = tuple(FollowUp),
    outcomes: Collection[str] = tuple(Outcome),
) -> None:
    """Raise UsageError if one of *verbs* made a run in one of *places* of the rows that came to one of *outcomes*.

    It is about the run that *began* at that time.
    """
    for folder, parent in _children(began, places, verbs, outcomes):
        raise UsageError(f"{parent.run} was {done_text(parent.verb)} before, in {_way_on(folder)}")


def refused_follow_ups(ledger: Ledger, places: Iterable[Path]) -> set[FollowUp]:
    """Return which of resume, retry and undo are refused without --again, since the run of *ledger* goes on elsewhere.

    It does so in its copy, or in the runs that were made from it and are in *places*.
    """
    if ledger.first is None or (ledger.ended and ledger.ended.ending is Ending.RESCUED):
        return set(FollowUp)
    refused = set[FollowUp]()
    for _, parent in _children(ledger.first.at, places):
        refused.add(FollowUp.RESUME)
        if parent.verb is FollowUp.UNDO or set(parent.outcomes) & set(WORTH_ANOTHER_TRY):
            refused.add(FollowUp.RETRY)
        if parent.verb is FollowUp.UNDO and Outcome.APPLIED in parent.outcomes:
            refused.add(FollowUp.UNDO)
    return refused


def _children(
    began: float,
    places: Iterable[Path],
    verbs: Collection[FollowUp] = tuple(FollowUp),
    outcomes: Collection[str] = tuple(Outcome),
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
    if Path(parent.run).name != parent.run or not parent.run.isprintable():
        return  # the plan may be a stranger's, and this leads elsewhere, or is no name of a folder
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
        return ledger.settled_rows < operations and FollowUp.RESUME not in refused_follow_ups(
            ledger, [folder.path.parent]
        )


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
