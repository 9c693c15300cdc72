"""What became of a run, in a page: counts, causes with one example and advice each, and what to do next. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct, field

from bulk_journeys.model import Ending, FailureCode, Outcome
from bulk_journeys.plan.document import Source
from bulk_journeys.report.plan_text import rows_text
from bulk_journeys.report.records import Error, Record, place_of
from bulk_journeys.terminal import printable

CAUSES_SHOWN: Final = 10
WITHOUT_CAUSE: Final = frozenset({FailureCode.NOT_ATTEMPTED, FailureCode.NOT_SENT, FailureCode.LEFT_OUT})
"""Codes of rows that nothing is wrong with: their run ended before them, or nobody wanted them."""

_MESSAGE_LENGTH: Final = 300


class Cause(Struct):
    """Rows with one outcome for one reason, and the first of them."""

    outcome: Outcome
    error: Error
    place: str
    uuid: str | None
    rows: int = 0


class Summary(Struct):
    """The counts of a run. *left* is the number of operations that a resumed run would take up."""

    rows: int = 0
    left: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    causes: list[Cause] = field(default_factory=list)


def summarise(records: Iterable[Record], left: int, sources: Sequence[Source]) -> Summary:
    """Count the *records* of rows from *sources*, and group those that were not applied by outcome and code."""
    outcomes: Counter[str] = Counter()
    causes: dict[tuple[Outcome, str], Cause] = {}
    for record in records:
        outcomes[record.outcome] += 1
        if record.error and record.error.code not in WITHOUT_CAUSE:
            key = (record.outcome, record.error.code)
            cause = causes.get(key) or causes.setdefault(key, _cause(record, record.error, sources))
            cause.rows += 1
    counts = {outcome.value: outcomes[outcome] for outcome in Outcome if outcomes[outcome]}
    ranked = sorted(causes.values(), key=lambda cause: -cause.rows)
    return Summary(outcomes.total(), left, counts, ranked)


def _cause(record: Record, error: Error, sources: Sequence[Source]) -> Cause:
    return Cause(record.outcome, error, place_of(record, sources), record.uuid)


def exit_code(summary: Summary, ending: Ending) -> int:
    """Return the process's exit code for a run that came to *ending*."""
    if summary.left:
        return ending.exit_code
    if summary.outcomes.keys() - {Outcome.APPLIED, Outcome.IN_DOUBT, Outcome.LEFT_OUT}:
        return 3
    return 5 if Outcome.IN_DOUBT in summary.outcomes else 0


def summary_lines(summary: Summary) -> list[str]:
    """Return the summary as lines of plain text, which a terminal can be given as they are."""
    lines = [rows_text(summary.rows)]
    lines += [f"  {outcome:<14}{count:>9,}" for outcome, count in summary.outcomes.items()]
    for cause in summary.causes[:CAUSES_SHOWN]:
        lines += ["", *_cause_lines(cause)]
    if (more := len(summary.causes) - CAUSES_SHOWN) > 0:
        lines += ["", f"and {more} more causes; results.csv has them all"]
    return [printable(line) for line in lines]


def _cause_lines(cause: Cause) -> list[str]:
    return [
        f"{cause.outcome}, {cause.error.code}: {rows_text(cause.rows)}",
        f"  example  {cause.place}: {cause.error.message[:_MESSAGE_LENGTH]}",
        f"  advice   {cause.error.advice}",
    ]
