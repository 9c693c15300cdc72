"""Laws of going on: settled rows are left alone, and no attempt that may have been applied is forgotten."""

from collections.abc import Iterator

import pytest

from bulk_journeys.model import (
    Action,
    Entry,
    Fault,
    Heard,
    Merged,
    Operation,
    Outcome,
    Rejection,
    Request,
    Sending,
    Settled,
    Work,
)
from bulk_journeys.recovery import remaining
from tests.fakes import uuid_of

LOST = "the answer to attempt 1 was lost (no answer in time)"


class Known:
    """A ledger of a few rows."""

    def __init__(self, *entries: Sending | Heard | Settled) -> None:
        self._entries = {entry.row: entry for entry in entries}

    def is_settled(self, row: int) -> bool:
        return isinstance(self._entries.get(row), Settled)

    def entry(self, row: int) -> Sending | Heard | Settled | None:
        return self._entries.get(row)


def operation(row: int, action: Action = Action.PAUSE) -> Operation:
    return Operation(row + 2, uuid_of(row), action, [uuid_of(row)])


def request(row: int, action: Action = Action.PAUSE) -> Request:
    return Request(action, uuid_of(row))


def left(*known: Sending | Heard | Settled, rows: int = 1) -> list[Work]:
    return list(remaining(map(operation, range(rows)), Known(*known)))


@pytest.mark.parametrize("ledger", [None, Known()])
def test_of_a_run_never_begun_everything_remains_in_order(ledger: Known | None) -> None:
    plan = [operation(0), operation(1, Action.START)]
    assert list(remaining(plan, ledger)) == [Work(0, request(0)), Work(1, request(1, Action.START))]


@pytest.mark.parametrize("ledger", [None, Known()])
def test_merged_rows_and_rejections_are_no_work_and_keep_their_places(ledger: Known | None) -> None:
    plan: list[Entry] = [
        Rejection(2, [Fault("uuid", "17", "is not a journey id")], ["17"]),
        operation(1),
        Merged(4, uuid_of(1), Action.PAUSE, 3, 1, [uuid_of(1)]),
        operation(3),
    ]
    assert [work.row for work in remaining(plan, ledger)] == [1, 3]


@pytest.mark.parametrize("outcome", [*Outcome])
def test_what_is_settled_is_never_done_again(outcome: Outcome) -> None:
    assert [work.row for work in left(Settled(1, 1, 9.0, 8.0, outcome), rows=3)] == [0, 2]


def test_a_request_that_was_about_to_leave_may_have_been_applied() -> None:
    assert left(Sending(0, 3, 9.0, 5.0)) == [Work(0, request(0), 3, "the run ended while attempt 3 was under way", 5.0)]


def test_the_first_attempt_of_a_row_began_when_it_was_about_to_leave() -> None:
    assert left(Sending(0, 1, 9.0))[0].started_at == 9.0


def test_a_lost_answer_is_remembered() -> None:
    assert left(Heard(0, 2, 9.0, 5.0, "unreachable", "refused", lost=LOST)) == [Work(0, request(0), 2, LOST, 5.0)]


def test_an_attempt_that_was_heard_of_leaves_no_doubt() -> None:
    assert left(Heard(0, 2, 9.0, 5.0, "resource_exhausted", "slow down", 429)) == [Work(0, request(0), 2, None, 5.0)]


def test_a_request_that_never_left_has_not_started() -> None:
    assert left(Heard(0, 0, 9.0, 9.0, "not_sent", "the run ended before it could be tried")) == [Work(0, request(0))]


def test_work_is_made_as_it_is_taken() -> None:
    taken: list[int] = []

    def entries() -> Iterator[Entry]:
        for row in range(10**9):
            taken.append(row)
            yield operation(row)

    work = remaining(entries(), None)
    assert next(work).row == 0
    assert taken == [0]
