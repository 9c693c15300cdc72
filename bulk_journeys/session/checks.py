"""The checks before a run: the size of a plan, the age of its list, journeys under protection, its address."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import Final

from bulk_journeys.errors import PlanRefused, UsageError
from bulk_journeys.plan.document import Operation, Plan
from bulk_journeys.plan.saved_plan import is_saved_plan
from bulk_journeys.session.done_before import check_done_before
from bulk_journeys.words import ago_text, length_text

SKEW: Final = 120.0
"""Seconds by which the clock of a file server may be ahead of ours."""

MOST_SHOWN: Final = 20


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


@dataclass(frozen=True, slots=True)
class Submission:
    """A *plan* that is to be carried out at *base_url* among the runs in *runs_dir*.

    *files* are what it was made of, none if that was a run. *protected* is the list that protects journeys, or None.
    """

    plan: Plan
    base_url: str
    runs_dir: Path
    files: Sequence[str] = ()
    protected: Plan | None = None


def check(submission: Submission, safeguards: Safeguards, now: float) -> None:
    """Raise UsageError with everything that speaks against carrying it out; *now* is in seconds since 1970."""
    plan, protected, protect = submission.plan, submission.protected, safeguards.protect
    objections: list[UsageError] = []

    def object_if(wrong: Callable[[], None]) -> None:
        try:
            wrong()
        except UsageError as objection:
            objections.append(objection)

    object_if(lambda: check_age(submission.files, safeguards.max_age, now))
    if submission.files:
        object_if(lambda: check_address(plan, submission.base_url))
    object_if(lambda: check_size(plan, safeguards.max_rows))
    if protected and protect:
        object_if(lambda: check_protected(plan, protected, protect))
    if not safeguards.again:
        object_if(lambda: check_done_before(plan, submission.base_url, submission.runs_dir, now))
    if objections:
        raise objections[0] if len(objections) == 1 else UsageError("\n".join(map(str, objections)))


def check_address(plan: Plan, base_url: str) -> None:
    """Raise UsageError for a plan about a run at another address; it may be a stranger's, so it decides nothing."""
    parent = plan.header.parent
    if parent and parent.base_url != base_url:
        reason = f"this plan is about a run at {parent.base_url!r}, and would go to {base_url!r}; nothing was sent"
        raise UsageError(f"{reason}; if you know that address, say --base-url {quote(parent.base_url)}")


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
            reason = f"{file}: it was written {ago_text(age)}, so that its age cannot be told; nothing was sent"
            raise PlanRefused(reason, "set the clock right and export it anew, or drop --max-age")
        if age > longest:
            reason = (
                f"{file}: it was written {ago_text(age)}, and --max-age allows {length_text(longest)}; nothing was sent"
            )
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
