"""The result log: exactly one record for every row of the input, in input order.

A record says what the latest journal entry about its row proves, and no more.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

from msgspec import UNSET, Struct, UnsetType

from bulk_journeys.model import (
    Action,
    Entry,
    Heard,
    Merged,
    Operation,
    Outcome,
    Rejection,
    Sending,
    Settled,
)
from bulk_journeys.plan import fault_text
from bulk_journeys.report.advice import advice_for


class Error(Struct, frozen=True):
    """Why a row was not applied, or may not have been, and what to do about it."""

    code: str
    message: str
    advice: str


class Record(Struct, kw_only=True):
    """What became of one row. Times are UTC, to the millisecond.

    *same_as* is there for a row that repeats an earlier one: the earlier one's line. *file* is there where the
    plan has several sources.
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
    same_as: int | UnsetType = UNSET
    file: str | UnsetType = UNSET


class Standing(Protocol):
    """What a ledger knows of a run and its rows."""

    @property
    def settled_rows(self) -> int: ...

    def entry(self, row: int) -> Sending | Heard | Settled | None: ...


def records(entries: Iterable[Entry], ledger: Standing, files: Sequence[str]) -> Iterator[tuple[Entry, Record]]:
    """Yield each of a plan's *entries* with its record. *files* are the names of the plan's sources."""
    for row, entry in enumerate(entries):
        record = _record_of(row, entry, ledger)
        if len(files) > 1:
            record.file = files[entry.file]
        yield entry, record


def _record_of(row: int, entry: Entry, ledger: Standing) -> Record:
    match entry:
        case Operation():
            record = Record(line=entry.line, uuid=entry.uuid, action=entry.action)
            _tell(record, ledger.entry(row))
        case Merged():
            record = Record(line=entry.line, uuid=entry.uuid, action=entry.action, same_as=entry.same_as)
            _tell(record, ledger.entry(entry.first))
        case Rejection():
            record = Record(line=entry.line, uuid=None, action=None, outcome=Outcome.INVALID)
            record.error = _error(Outcome.INVALID, "invalid_row", "; ".join(map(fault_text, entry.faults)))
    return record


def _tell(record: Record, latest: Sending | Heard | Settled | None) -> None:
    """Fill in what *latest* proves about the record's row."""
    match latest:
        case Settled():
            _tell_settled(record, latest)
        case Heard():
            _tell_heard(record, latest)
        case Sending():
            record.outcome = Outcome.IN_DOUBT
            record.attempts = latest.attempt
            record.started_at = iso_time(latest.started_at or latest.at)
            message = f"the run ended while attempt {latest.attempt} was under way"
            record.error = _error(record.outcome, "answer_lost", message)
        case None:
            record.error = _error(record.outcome, "not_attempted", "the run ended before this row's turn")


def _tell_settled(record: Record, latest: Settled) -> None:
    record.outcome = latest.outcome
    record.status = latest.status
    record.title = latest.title
    record.http_status = latest.http_status
    record.attempts = latest.attempts
    record.started_at = iso_time(latest.started_at)
    record.finished_at = iso_time(latest.at)
    if latest.code is not None:
        record.error = _error(latest.outcome, latest.code, latest.message or "")


def _tell_heard(record: Record, latest: Heard) -> None:
    record.outcome = Outcome.IN_DOUBT if latest.lost else Outcome.NOT_ATTEMPTED
    record.http_status = latest.http_status
    record.attempts = latest.attempt
    record.started_at = iso_time(latest.started_at) if latest.attempt else None
    message = f"{latest.lost}; then the run ended" if latest.lost else latest.message
    record.error = _error(record.outcome, latest.code, message)


def _error(outcome: Outcome, code: str, message: str) -> Error:
    return Error(code, message, advice_for(outcome, code))


def iso_time(at: float) -> str:
    """Return *at*, in seconds since 1970, as ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
