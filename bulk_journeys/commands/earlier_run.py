"""The earlier run that an undo or a retry is made from: which one is meant, and the run itself, at rest."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bulk_journeys.commands.report import its_plan, never_begun, unknown_run
from bulk_journeys.commands.run import Conditions, places_of_children
from bulk_journeys.errors import RunLocked, UsageError
from bulk_journeys.journal.entries import Began
from bulk_journeys.journal.ledger import Ledger, outcome_of
from bulk_journeys.journal.reader import at_rest, ledger_of
from bulk_journeys.model import FollowUp, Outcome
from bulk_journeys.plan.document import Operation, Plan
from bulk_journeys.session.done_before import refused_follow_ups
from bulk_journeys.session.folder import RunFolder, find_run, newest_first

CHANGED: Final = frozenset({Outcome.APPLIED, Outcome.IN_DOUBT})
"""Outcomes of journeys that the run changed, or may have."""

FIRST_BYTES: Final = b'{"event":"began",'
"""How a journal begins."""

LONGEST_BEGINNING: Final = 1 << 16
"""Bytes; the first line of a journal has an address, and is shorter."""

NEVER_BEGUN: Final = "nothing of it was begun"

PASSED_SHOWN: Final = 20
"""Runs passed over that are named one by one."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """A run that is at rest: its plan, where its rows stand, and how it was first and last begun."""

    folder: RunFolder
    made: Plan
    ledger: Ledger
    first: Began
    latest: Began


@dataclass(frozen=True, slots=True)
class Chosen:
    """The run that an undo is about, what to tell of the newer ones, and the older ones, the newest first."""

    run: Earlier
    told: Sequence[str] = ()
    older: Sequence[RunFolder] = ()


@contextmanager
def earlier_run(folder: RunFolder) -> Iterator[Earlier]:
    """Keep the run in *folder* at rest. Raises RunLocked if it is under way, UsageError if it was never begun."""
    if not folder.journal.exists():
        raise never_begun(folder)
    with _resting(folder) as ledger:
        yield _earlier(folder, ledger)


@contextmanager
def to_undo(name: str | None, conditions: Conditions, *, unasked: bool) -> Iterator[Chosen]:
    """Yield the run that *name* means, or else the last that changed anything.

    Raises UsageError if that is an undo itself, or if it is *unasked* and not certain to be the last.
    """
    if name is not None:
        with earlier_run(find_run(conditions.runs_dir, name)) as run:
            yield Chosen(run)
        return
    runs, passed = newest_first(conditions.runs_dir), list[str]()
    for number, placed in enumerate(runs, 1):
        with changed_run(placed.folder) as found:
            if isinstance(found, str):
                passed.append(f"passed over: {placed.folder.run_id} ({found})")
                continue
            _check_no_undo(found, passed, conditions)
            if unasked:
                placed.check(FollowUp.UNDO)
            told = [*_first(passed), *filter(None, [placed.doubt])]
            yield Chosen(found, told, [older.folder for older in runs[number:]])
            return
    raise UsageError("\n".join([f"{conditions.runs_dir}: there is nothing that can be undone", *_first(passed)]))


@contextmanager
def changed_run(folder: RunFolder) -> Iterator[Earlier | str]:
    """Yield a run that changed something or may have, or say in words that nothing of it can be undone.

    Raises RunLocked if it is under way, and UsageError or JournalDamaged if nobody can say.
    """
    if not folder.journal.exists():
        _check_never_begun(folder, b"", folder.log)
        yield NEVER_BEGUN
        return
    with _resting(folder) as ledger:
        if ledger.first is None:
            with folder.journal.open("rb") as file:
                _check_never_begun(folder, file.read(LONGEST_BEGINNING))
            yield NEVER_BEGUN
            return
        run = _earlier(folder, ledger)
        unchanged = _unchanged(run)
        yield run if unchanged is None else f"nothing of it can be undone: {unchanged}"


def _check_never_begun(folder: RunFolder, journal: bytes, *later: Path) -> None:
    """Raise UsageError unless *journal* is a first line torn, and no file is there that comes *later* than that."""
    is_torn = FIRST_BYTES.startswith(journal[: len(FIRST_BYTES)]) and b"\n" not in journal
    is_long = len(journal) == LONGEST_BEGINNING
    if not is_torn or is_long or folder.has_results or any(path.exists() for path in later):
        raise unknown_run(folder)


@contextmanager
def _resting(folder: RunFolder) -> Iterator[Ledger]:
    with at_rest(folder.journal) as resting, ledger_of(folder.journal, folder.most_rows) as ledger:
        if not resting:
            raise RunLocked(f"{folder.path}: the run is under way; stop it first, or let it finish")
        yield ledger


def _earlier(folder: RunFolder, ledger: Ledger) -> Earlier:
    if ledger.first is None or ledger.latest is None:
        raise never_begun(folder)
    return Earlier(folder, its_plan(folder, ledger), ledger, ledger.first, ledger.latest)


def _unchanged(run: Earlier) -> str | None:
    """Return how many rows of *run* came to what, or None if one of them was changed or may have been."""
    found = Counter[Outcome]()
    for outcome in _outcomes(run):
        if outcome in CHANGED:
            return None
        found[outcome] += 1
    return counted(found)


def _outcomes(run: Earlier) -> Iterator[Outcome]:
    """Yield what each journey of *run* came to."""
    for row, entry in enumerate(run.made.entries()):
        if isinstance(entry, Operation):
            yield outcome_of(run.ledger.entry(row), entry.doubt)


def counted(found: Counter[Outcome]) -> str:
    """Say how often each outcome was found: ``3 conflict, 1 failed``."""
    return ", ".join(f"{found[outcome]:,} {outcome}" for outcome in Outcome if found[outcome])


def is_undo(run: Earlier) -> bool:
    parent = run.made.header.parent
    return parent is not None and parent.verb is FollowUp.UNDO


def _check_no_undo(run: Earlier, passed: Sequence[str], conditions: Conditions) -> None:
    """Raise UsageError if the last run that changed anything is an undo itself.

    Nobody means to take that back without saying so; and whoever types undo twice does not mean the run before that.
    """
    parent, folder = run.made.header.parent, run.folder
    if parent and is_undo(run):
        last = "the last run that changed anything" if passed else "the last run"
        ways = ", ".join([*_ways_on(run, conditions), "and to undo another run, name it"])
        raise UsageError("\n".join([f"{last}, {folder.run_id}, has undone {parent.run}; {ways}", *_first(passed)]))


def _ways_on(run: Earlier, conditions: Conditions) -> Iterator[str]:
    """Yield what can be done about an undo: nothing that would be refused, or that has nothing to do."""
    refused = refused_follow_ups(run.ledger, places_of_children(run.folder, conditions))
    found = Counter(_outcomes(run))
    is_left = run.ledger.settled_rows < found.total()
    if is_left and FollowUp.RESUME not in refused:
        yield f"'{run.folder.command(FollowUp.RESUME)}' goes on with it"
    if not is_left:
        yield "it is complete"
        if found.keys() & {Outcome.FAILED, Outcome.IN_DOUBT} and FollowUp.RETRY not in refused:
            yield f"'{run.folder.command(FollowUp.RETRY)}' tries again what failed or is in doubt"
    if FollowUp.UNDO not in refused:
        sure = "" if found[Outcome.APPLIED] else " --include-in-doubt"
        yield f"'{run.folder.command(FollowUp.UNDO)}{sure}' takes it back"


def _first(passed: Sequence[str]) -> list[str]:
    more = len(passed) - PASSED_SHOWN
    return [*passed[:PASSED_SHOWN], *([f"passed over: {more:,} more"] if more > 0 else [])]
