"""A plan as a person reads it."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Final

from bulk_journeys.model import Action, Fault, Rejection
from bulk_journeys.plan.document import Plan

LONGEST_VALUE: Final = 80
FAULTS_SHOWN: Final = 20


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield what the plan would do, and what it leaves out."""
    counts = plan.header.counts
    yield f"{', '.join(source.name for source in plan.header.sources)}: {_rows(counts.rows)}"
    yield f"  {actions_text(counts.actions)}"
    if counts.merged:
        yield f"  {_rows(counts.merged)} repeating an earlier one, whose outcome counts for both"
    if counts.rejections:
        yield f"  {_rows(counts.rejections)} left out as invalid:"
        yield from (f"    {line}" for line in _first_faults(plan, FAULTS_SHOWN))


def refusal_lines(plan: Plan, most: int | None = FAULTS_SHOWN) -> Iterator[str]:
    """Yield why a plan with rejections is not carried out, and what to do; *most* faults, or all for None."""
    counts = plan.header.counts
    yield f"{counts.rejections:,} of {_rows(counts.rows)} cannot be carried out, so nothing was sent"
    yield from _first_faults(plan, most)
    if counts.operations:
        yield f"correct them, or carry out the other {counts.rows - counts.rejections:,} alone with --skip-invalid"


def actions_text(actions: Mapping[Action, int]) -> str:
    """Say what is to be done: ``pause 480 journeys, start 1 journey``."""
    parts = (f"{action} {count:,} journey{'' if count == 1 else 's'}" for action, count in actions.items())
    return ", ".join(parts)


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def _first_faults(plan: Plan, most: int | None) -> Iterator[str]:
    faults = faults_text(plan)
    yield from islice(faults, most)
    if more := sum(1 for _ in faults):
        yield f"and {more:,} more; 'bulk-journeys plan' lists them all"


def faults_text(plan: Plan) -> Iterator[str]:
    """Yield a line, without its end, for each fault of each rejection: ``file:line: column: value reason``."""
    names = [source.name for source in plan.header.sources]
    for entry in plan.entries():
        if isinstance(entry, Rejection):
            for fault in entry.faults:
                yield f"{names[entry.file]}:{entry.line}: {fault_text(fault)}"


def fault_text(fault: Fault) -> str:
    """Say what is wrong with one value: ``column 'action': 'pasue' is not an action; did you mean 'pause'?``."""
    where = f"column {fault.column!r}: " if fault.column else ""
    advice = f"; did you mean {fault.meant!r}?" if fault.meant else ""
    return f"{where}{_excerpt(fault.value)!r} {fault.reason}{advice}"


def _excerpt(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[: LONGEST_VALUE - 1]}…"
