"""Laws of going on, going back and trying again: no attempt that may have been applied is forgotten."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from bulk_journeys.followup import remaining, retry, undo
from bulk_journeys.journal.entries import Heard, RowEntry, Sending, Settled, Withdrawn
from bulk_journeys.journal.ledger import WORTH_ANOTHER_TRY
from bulk_journeys.model import Action, Doubt, Loss, Outcome, Request, Work
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.plan.document import Entry, Merged, Operation
from bulk_journeys.source.table import Fault, InvalidRow
from tests.fakes import Known, uuid_of

LOST = Doubt(Loss.NO_ANSWER, 1, 5.0, 40.0, message="no answer in time")


def operation(row: int, action: Action = Action.PAUSE) -> Operation:
    return Operation(row + 2, uuid_of(row), action, [uuid_of(row)])


def request(row: int, action: Action = Action.PAUSE) -> Request:
    return Request(action, uuid_of(row))


def left(*known: RowEntry, rows: int = 1) -> list[Work]:
    return list(remaining(map(operation, range(rows)), Known(*known)))


@pytest.mark.parametrize("ledger", [None, Known()])
def test_of_a_run_never_begun_everything_remains_in_order(ledger: Known | None) -> None:
    plan = [operation(0), operation(1, Action.START)]
    assert list(remaining(plan, ledger)) == [Work(0, request(0)), Work(1, request(1, Action.START))]


@pytest.mark.parametrize("ledger", [None, Known()])
def test_merged_rows_and_rejections_are_no_work_and_keep_their_places(ledger: Known | None) -> None:
    plan: list[Entry] = [
        InvalidRow(2, [Fault("uuid", "17", "is not a journey id")], ["17"]),
        operation(1),
        Merged(4, uuid_of(1), Action.PAUSE, 3, 1, [uuid_of(1)]),
        operation(3),
    ]
    assert [work.row for work in remaining(plan, ledger)] == [1, 3]


@pytest.mark.parametrize("outcome", [*Outcome])
def test_what_is_settled_is_never_done_again(outcome: Outcome) -> None:
    assert [work.row for work in left(Settled(1, 1, 9.0, 8.0, outcome), rows=3)] == [0, 2]


def test_a_request_that_was_about_to_leave_may_have_been_applied() -> None:
    assert left(Sending(0, 3, 9.0, 5.0)) == [Work(0, request(0), 3, Doubt(Loss.IN_FLIGHT, 3, 9.0, 40.0), 5.0)]


def test_the_first_attempt_of_a_row_began_when_it_was_about_to_leave() -> None:
    assert left(Sending(0, 1, 9.0))[0].started_at == 9.0


def test_a_lost_answer_is_remembered() -> None:
    assert left(Heard(0, 2, 9.0, 5.0, Code.UNREACHABLE, "refused", doubt=LOST)) == [Work(0, request(0), 2, LOST, 5.0)]


def test_an_attempt_that_was_heard_of_leaves_no_doubt() -> None:
    assert left(Heard(0, 2, 9.0, 5.0, Code.RESOURCE_EXHAUSTED, "slow down", 429)) == [Work(0, request(0), 2, None, 5.0)]


def test_a_request_that_never_left_has_not_started() -> None:
    assert left(Withdrawn(0, 0, 9.0)) == [Work(0, request(0))]
    assert left(Withdrawn(0, 2, 9.0, 5.0, LOST)) == [Work(0, request(0), 2, LOST, 5.0)]


def test_what_0_1_0_told_in_words_is_remembered() -> None:
    told = Doubt(Loss.UNTOLD, message="the answer to attempt 1 was lost (timeout)")
    assert left(Heard(0, 2, 9.0, 5.0, Code.TIMEOUT, "none", lost=told.message)) == [Work(0, request(0), 2, told, 5.0)]
    assert left(Heard(0, 0, 9.0, 9.0, Code.NOT_SENT, "the run ended before it could be tried")) == [Work(0, request(0))]


def test_work_is_made_as_it_is_taken() -> None:
    taken: list[int] = []

    def entries() -> Iterator[Entry]:
        for row in range(10**9):
            taken.append(row)
            yield operation(row)

    work = remaining(entries(), None)
    assert next(work).row == 0
    assert taken == [0]


def settled(row: int, outcome: Outcome, doubt: Doubt | None = None) -> Settled:
    return Settled(row, 1, 9.0, 8.0, outcome, code=Code.INTERNAL, message="m", doubt=doubt)


def of_each_outcome() -> tuple[list[Entry], Known]:
    """Return nine rows: five settled, one under way, one refused, one never begun, and one that repeats the first."""
    plan: list[Entry] = [operation(row) for row in range(8)]
    plan.append(Merged(10, uuid_of(0), Action.PAUSE, 2, 0, [uuid_of(0)]))
    known = Known(
        settled(0, Outcome.APPLIED),
        settled(1, Outcome.CONFLICT),
        settled(2, Outcome.REJECTED),
        settled(3, Outcome.FAILED),
        settled(4, Outcome.IN_DOUBT, LOST),
        Sending(5, 2, 9.0),
        Heard(6, 1, 9.0, 8.0, Code.UNAUTHENTICATED, "no"),
    )
    return plan, known


def test_an_undo_takes_back_what_was_applied_and_nothing_else() -> None:
    plan, known = of_each_outcome()
    assert list(undo(plan, known, [Outcome.APPLIED])) == [
        operation(0, Action.START),
        Merged(10, uuid_of(0), Action.START, 2, 0, [uuid_of(0)]),
    ]


def test_an_undo_takes_along_what_is_in_doubt_only_if_asked() -> None:
    plan, known = of_each_outcome()
    taken = list(undo(plan, known, [Outcome.APPLIED, Outcome.IN_DOUBT]))
    assert [(entry.line, entry.action) for entry in taken] == [(line, Action.START) for line in (2, 6, 7, 10)]


@pytest.mark.parametrize("action", [Action.FINISH, Action.DRAFT, Action.ARCHIVE])
def test_what_no_call_takes_back_is_left_alone(action: Action) -> None:
    plan = [operation(0, action), operation(1, Action.START)]
    known = Known(settled(0, Outcome.APPLIED), settled(1, Outcome.APPLIED))
    assert list(undo(plan, known, [Outcome.APPLIED])) == [operation(1, Action.PAUSE)]


def test_an_undo_of_an_undo_does_again_what_was_done() -> None:
    plan = [operation(row) for row in range(3)]
    back = list(undo(plan, Known(settled(0, Outcome.APPLIED), settled(2, Outcome.APPLIED)), [Outcome.APPLIED]))
    again = undo(back, Known(settled(1, Outcome.APPLIED)), [Outcome.APPLIED])
    assert list(again) == [operation(2)]


def test_a_row_that_repeats_points_to_where_the_first_one_is_now() -> None:
    plan: list[Entry] = [operation(0), operation(1), Merged(9, uuid_of(1), Action.PAUSE, 3, 1, [])]
    back = list(undo(plan, Known(settled(0, Outcome.CONFLICT), settled(1, Outcome.APPLIED)), [Outcome.APPLIED]))
    assert back == [operation(1, Action.START), Merged(9, uuid_of(1), Action.START, 3, 0, [])]


def test_an_undo_forgets_the_doubt_of_what_it_takes_back() -> None:
    """The doubt was about another action, and would make a plain refusal of this one look like one."""
    doubtful = replace(operation(0), doubt=LOST)
    assert list(undo([doubtful], Known(), [Outcome.IN_DOUBT])) == [operation(0, Action.START)]


def test_a_retry_takes_up_what_may_still_come_right_and_remembers_doubt() -> None:
    plan, known = of_each_outcome()
    assert list(retry(plan, known, WORTH_ANOTHER_TRY, "r1")) == [
        operation(3),
        replace(operation(4), doubt=replace(LOST, run="r1")),
        replace(operation(5), doubt=Doubt(Loss.IN_FLIGHT, 2, 9.0, 40.0, "r1")),
        operation(6),
        operation(7),
    ]


@pytest.mark.parametrize(
    ("outcome", "lines"), [(Outcome.FAILED, [5]), (Outcome.IN_DOUBT, [6, 7]), (Outcome.NOT_ATTEMPTED, [8, 9])]
)
def test_a_retry_can_be_of_one_outcome_alone(outcome: Outcome, lines: list[int]) -> None:
    plan, known = of_each_outcome()
    assert [entry.line for entry in retry(plan, known, [outcome], "r1")] == lines


@pytest.mark.parametrize("run", ["r1", ""])
def test_a_doubt_keeps_the_run_that_it_is_from(run: str) -> None:
    doubtful = replace(operation(0), doubt=replace(LOST, run=run))
    (untouched,) = retry([doubtful], Known(), [Outcome.IN_DOUBT], "r2")
    assert untouched == doubtful
    latest = settled(0, Outcome.IN_DOUBT, replace(LOST, run=run))
    assert list(retry([doubtful], Known(latest), [Outcome.IN_DOUBT], "r2")) == [doubtful]


def test_what_a_plan_remembers_is_part_of_the_work() -> None:
    doubtful = replace(operation(0), doubt=LOST)
    assert list(remaining([doubtful], None)) == [Work(0, request(0), 0, LOST)]
    assert list(remaining([doubtful], Known(Withdrawn(0, 0, 9.0, doubt=LOST)))) == [Work(0, request(0), 0, LOST)]
    sending = Sending(0, 1, 9.0, doubt=LOST)
    newer = Doubt(Loss.IN_FLIGHT, 1, 9.0, 40.0)
    assert list(remaining([doubtful], Known(sending))) == [Work(0, request(0), 1, newer, 9.0)]
