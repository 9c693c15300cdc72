"""The result log: exactly one record for every row of the input, in input order.

A record says what the latest journal entry about its row proves, and no more.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from bulk_journeys.followup import ListedStatus
from bulk_journeys.journal.entries import Heard, Sending, Settled, Withdrawn
from bulk_journeys.journal.ledger import Latest, Standing, doubt_of, outcome_of
from bulk_journeys.model import Action, Doubt, FailureCode, Outcome
from bulk_journeys.plan.document import Entry, LeftOut, Merged, Operation, Source
from bulk_journeys.report.advice import advice_for
from bulk_journeys.report.plan_text import fault_text
from bulk_journeys.source.table import InvalidRow
from bulk_journeys.words import doubt_open_text, doubt_settled_text, doubt_text, not_begun_text


class Error(Struct, frozen=True):
    """Why a row was not applied, or may not have been, and what to do about it; *code* as `FailureCode.word` has it."""

    code: str
    message: str
    advice: str


class Record(Struct, kw_only=True):
    """What became of one row. Times are UTC, to the millisecond.

    *doubt* is there for a row in doubt. *same_as* is there for a row that repeats an earlier one: the earlier one's
    line. *file* is there where the plan has several sources.
    """

    line: int
    uuid: str | None
    action: Action | None
    outcome: Outcome = Outcome.NOT_ATTEMPTED
    status: str | None = None
    title: str | None = None
    error: Error | None = None
    http_status: int | None = None
    attempts: int = 0
    started_at: str | None = None
    finished_at: str | None = None
    doubt: Doubt | UnsetType = UNSET
    same_as: int | UnsetType = UNSET
    file: str | UnsetType = UNSET


def records(
    entries: Iterable[Entry], ledger: Standing, sources: Sequence[Source], *, repeats: bool = True
) -> Iterator[tuple[Entry, Record]]:
    """Yield each of the *entries* of a plan, made from *sources*, with its record.

    *repeats* says whether rows may repeat others, for which every doubt has to be kept in mind.
    """
    listed = [ListedStatus(source) for source in sources]
    doubts: dict[int, Doubt] = {}
    for row, entry in enumerate(entries):
        planned = entry.doubt if isinstance(entry, Operation) else None
        if planned and repeats:
            doubts[row] = planned
        first = entry.first if isinstance(entry, Merged) else row
        record = _record_of(entry, ledger.entry(first), planned or doubts.get(first), ledger.timeout)
        if record.outcome is Outcome.IN_DOUBT and record.error and (words := listed[entry.file].words(entry)):
            record.error = replace(record.error, message=f"{record.error.message}; {words}")
        if len(sources) > 1:
            record.file = sources[entry.file].name
        yield entry, record


def place_of(record: Record, sources: Sequence[Source]) -> str:
    """Say where a record's row is: ``line 9`` or ``row 9``, and in which of the *sources* where there are several."""
    its = next(source for source in sources if record.file in {UNSET, source.name})
    places = its.places
    return places.within(record.line) if record.file is UNSET else places.at(record.line)


def _record_of(entry: Entry, latest: Latest, planned: Doubt | None, timeout: float | None) -> Record:
    if isinstance(entry, InvalidRow):
        error = _error(Outcome.INVALID, FailureCode.INVALID_ROW, "; ".join(map(fault_text, entry.faults)))
        return Record(line=entry.line, uuid=None, action=None, outcome=Outcome.INVALID, error=error)
    if isinstance(entry, LeftOut):
        error = _error(Outcome.LEFT_OUT, FailureCode.LEFT_OUT, f"--where {entry.where!r} leaves it out")
        return Record(line=entry.line, uuid=entry.uuid, action=None, outcome=Outcome.LEFT_OUT, error=error)
    record = Record(line=entry.line, uuid=entry.uuid, action=entry.action, outcome=outcome_of(latest, planned))
    if isinstance(entry, Merged):
        record.same_as = entry.same_as
    doubt = doubt_of(latest, planned, timeout)
    if doubt:
        record.doubt = doubt
    _tell(record, latest, doubt)
    return record


def _tell(record: Record, latest: Latest, doubt: Doubt | None) -> None:
    """Fill in what *latest* proves about the record's row, of which *doubt* may be left."""
    match latest:
        case Settled():
            _tell_settled(record, latest)
        case Heard():
            record.http_status = latest.http_status
            record.attempts = latest.attempt
            record.started_at = iso_time(latest.started_at) if latest.attempt else None
            message = doubt_open_text(doubt) if doubt else latest.message
            record.error = _error(record.outcome, latest.code, message, latest.http_status)
        case Sending():
            record.attempts = latest.attempt
            record.started_at = iso_time(latest.started_at or latest.at)
            record.error = _error(record.outcome, FailureCode.ANSWER_LOST, doubt_text(doubt) if doubt else "")
        case Withdrawn() if latest.attempts:
            record.attempts = latest.attempts
            record.started_at = iso_time(latest.started_at) if latest.started_at else None
            code = FailureCode.ANSWER_LOST if doubt else FailureCode.NOT_SENT
            message = doubt_open_text(doubt) if doubt else not_begun_text(None, latest.attempts)
            record.error = _error(record.outcome, code, message)
        case _:
            code = FailureCode.ANSWER_LOST if doubt else FailureCode.NOT_ATTEMPTED
            record.error = _error(record.outcome, code, not_begun_text(doubt, 0))


def _tell_settled(record: Record, latest: Settled) -> None:
    record.status = latest.status
    record.title = latest.title
    record.http_status = latest.http_status
    record.attempts = latest.attempts
    record.started_at = iso_time(latest.started_at)
    record.finished_at = iso_time(latest.at)
    if latest.code is None:
        return
    message = latest.message or ""
    if latest.doubt:
        is_conflict = latest.code is FailureCode.FAILED_PRECONDITION
        message = doubt_settled_text(latest.doubt, latest.attempts, message, is_conflict=is_conflict)
    record.error = _error(latest.outcome, latest.code, message, latest.http_status)


def _error(outcome: Outcome, code: FailureCode, message: str, http_status: int | None = None) -> Error:
    return Error(code.word(http_status), message, advice_for(outcome, code, http_status))


def iso_time(at: float) -> str:
    """Return *at*, in seconds since 1970, as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
