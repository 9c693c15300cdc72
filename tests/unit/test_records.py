"""Laws of the result log: one record a row, and none says more than its latest entry proves."""

from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from bulk_journeys.journal.entries import Heard, RowEntry, Sending, Settled, Withdrawn
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Doubt, Loss, Outcome
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.plan.document import Entry, Merged, Operation, Source
from bulk_journeys.report.records import Record, iso_time, records
from bulk_journeys.source.table import Fault, InvalidRow
from tests.fakes import Known

UUID = "11111111-2222-3333-4444-555555555555"
OPERATION = Operation(17, UUID, Action.PAUSE, [UUID])
START = 1_795_403_649.12
"""2026-11-23T03:14:09.120Z"""
LOST = Doubt(Loss.NO_ANSWER, 2, START, 40.0, message="no answer in time")
TOLD = "the answer to attempt 2 was lost (no answer in time)"
FORBIDS = "the journey's present status forbids this action; look it up before you do anything"
DOUBT = "it may have been applied: look the journey up in the control panel"


def source(name: str = "a.csv", columns: Sequence[str] = ("uuid",), status: str | None = None) -> Source:
    return Source(name, "0" * 64, columns, status_column=status)


def logged(plan: Sequence[Entry], *known: RowEntry, sources: Sequence[Source] = (source(),)) -> list[Any]:
    return [msgspec.json.decode(encode_line(record)) for _, record in records(plan, Known(*known), sources)]


def record(latest: RowEntry | None) -> dict[str, Any]:
    (found,) = logged([OPERATION], *([latest] if latest else []))
    assert (found.pop("line"), found.pop("uuid"), found.pop("action")) == (17, UUID, "pause")
    assert ("doubt" in found) == (found["outcome"] == "in_doubt")
    found.pop("doubt", None)
    return {key: value for key, value in found.items() if value is not None}


def test_an_applied_row_shows_what_the_api_showed() -> None:
    settled = Settled(0, 1, START + 0.084, START, Outcome.APPLIED, "STATUS_PAUSED", "Welcome series", 200)
    assert encode_line(next(records([OPERATION], Known(settled), [source()]))[1]) == (
        b'{"line":17,"uuid":"11111111-2222-3333-4444-555555555555","action":"pause","outcome":"applied",'
        b'"status":"STATUS_PAUSED","title":"Welcome series","error":null,"http_status":200,"attempts":1,'
        b'"started_at":"2026-11-23T03:14:09.120Z","finished_at":"2026-11-23T03:14:09.204Z"}\n'
    )


@pytest.mark.parametrize(
    ("outcome", "code", "advice"),
    [
        ("conflict", "failed_precondition", FORBIDS),
        ("conflict", "http_409", FORBIDS),
        ("rejected", "not_found", "check the journey id, and that the token belongs to the journey's account"),
        ("rejected", "permission_denied", "use a token that has a right to this journey's application"),
        ("rejected", "invalid_argument", "check the journey id in the file"),
        ("rejected", "http_418", "the API will not do this; correct the row"),
        ("failed", "resource_exhausted", "the API was overloaded: run these rows again with a lower rate"),
        ("failed", "unreachable", "check the network, the base URL and the proxy, then run these rows again"),
        ("failed", "aborted", "it was not applied: run these rows again later"),
        ("in_doubt", "failed_precondition", DOUBT),
        ("in_doubt", "not_found", DOUBT),
        ("in_doubt", "timeout", DOUBT),
    ],
)  # fmt: skip
def test_a_row_that_was_not_applied_says_why_and_what_to_do(outcome: str, code: str, advice: str) -> None:
    status = int(code[5:]) if code.startswith("http_") else 400
    settled = Settled(0, 3, START + 60, START, Outcome(outcome), None, None, status, Code(code), "why")
    assert record(settled) == {
        "outcome": outcome,
        "http_status": status,
        "attempts": 3,
        "started_at": "2026-11-23T03:14:09.120Z",
        "finished_at": "2026-11-23T03:15:09.120Z",
        "error": {"code": code, "message": "why", "advice": advice},
    }


def test_a_row_that_was_never_begun_was_not_attempted() -> None:
    assert record(None) == {
        "outcome": "not_attempted",
        "attempts": 0,
        "error": {
            "code": "not_attempted",
            "message": "the run ended before this row's turn",
            "advice": "resume the run",
        },
    }


def test_a_row_that_was_under_way_when_the_run_ended_is_in_doubt() -> None:
    assert record(Sending(0, 2, START + 60, START)) == {
        "outcome": "in_doubt",
        "attempts": 2,
        "started_at": "2026-11-23T03:14:09.120Z",
        "error": {
            "code": "answer_lost",
            "message": "the run ended while attempt 2 was under way",
            "advice": DOUBT,
        },
    }
    assert record(Sending(0, 1, START))["started_at"] == "2026-11-23T03:14:09.120Z"


def test_a_row_with_a_lost_answer_is_in_doubt_when_the_run_ends() -> None:
    assert record(Heard(0, 3, START + 60, START, Code.UNAUTHENTICATED, "unauthorized", 401, doubt=LOST)) == {
        "outcome": "in_doubt",
        "attempts": 3,
        "http_status": 401,
        "started_at": "2026-11-23T03:14:09.120Z",
        "error": {"code": "unauthenticated", "message": f"{TOLD}; then the run ended", "advice": DOUBT},
    }


def test_a_row_whose_attempts_were_all_refused_is_open_and_in_no_doubt() -> None:
    assert record(Heard(0, 3, START + 60, START, Code.UNAUTHENTICATED, "unauthorized", 401)) == {
        "outcome": "not_attempted",
        "attempts": 3,
        "http_status": 401,
        "started_at": "2026-11-23T03:14:09.120Z",
        "error": {
            "code": "unauthenticated",
            "message": "unauthorized",
            "advice": "get a valid token, then resume the run",
        },
    }


def test_a_row_whose_request_never_left_has_not_started() -> None:
    assert record(Heard(0, 0, START, START, Code.NOT_SENT, "the run ended before it could be tried")) == {
        "outcome": "not_attempted",
        "attempts": 0,
        "error": {
            "code": "not_sent",
            "message": "the run ended before it could be tried",
            "advice": "resume the run",
        },
    }


@pytest.mark.parametrize(
    ("doubt", "outcome", "code", "message"),
    [
        (None, "not_attempted", "not_sent", "the run ended before it could be tried again"),
        (LOST, "in_doubt", "answer_lost", f"{TOLD}; then the run ended"),
    ],
)
def test_a_row_that_was_not_tried_again_says_so(doubt: Doubt | None, outcome: str, code: str, message: str) -> None:
    found = record(Withdrawn(0, 2, START + 60, START, doubt))
    assert (found["outcome"], found["attempts"], found["started_at"]) == (outcome, 2, "2026-11-23T03:14:09.120Z")
    assert (found["error"]["code"], found["error"]["message"]) == (code, message)


@pytest.mark.parametrize(
    ("doubt", "attempts", "code", "said", "message"),
    [
        (LOST, 2, "timeout", "no answer in time", TOLD),
        (LOST, 3, "not_found", "no such journey", f"{TOLD}; attempt 3 said: no such journey"),
        (
            LOST,
            3,
            "failed_precondition",
            "journey is not running",
            f"{TOLD}; attempt 3 found: journey is not running; "
            "either the action was carried out by then, or the journey was so before",
        ),
        (
            Doubt(Loss.UNCLEAR_REFUSAL, 1, START, message="busy"),
            4,
            "resource_exhausted",
            "slow down",
            "attempt 1 was refused in words that do not say that nothing was done (busy); attempt 4 said: slow down",
        ),
        (
            Doubt(Loss.FOREIGN_ANSWER, 3, START, message="HTTP 404: an HTML page"),
            3,
            "http_404",
            "HTTP 404: an HTML page",
            "something else than the API answered attempt 3 (HTTP 404: an HTML page)",
        ),
        (
            Doubt(Loss.IN_FLIGHT, 2, START, run="r1"),
            2,
            "not_found",
            "no such journey",
            "in run r1: the run ended while attempt 2 was under way; attempt 2 said: no such journey",
        ),
        (
            Doubt(Loss.UNTOLD, run="", place="line 4 (pause)"),
            1,
            "not_found",
            "no such journey",
            "an earlier run left it in doubt, as line 4 (pause) tells; attempt 1 said: no such journey",
        ),
        (None, 2, "internal", f"{TOLD}; attempt 2 said: x", f"{TOLD}; attempt 2 said: x"),  # as 0.1.0 told it
    ],
)
def test_a_row_settled_in_doubt_says_since_when_and_what_came_then(
    doubt: Doubt | None, attempts: int, code: str, said: str, message: str
) -> None:
    status = int(code[5:]) if code.startswith("http_") else None
    settled = Settled(0, attempts, START, START, Outcome.IN_DOUBT, None, None, status, Code(code), said, doubt=doubt)
    assert record(settled)["error"] == {"code": code, "message": message, "advice": DOUBT}


@pytest.mark.parametrize(
    "latest",
    [
        None,
        Sending(0, 1, START),
        Heard(0, 1, START, START, Code.INTERNAL, "m", doubt=LOST),
        Heard(0, 1, START, START, Code.INTERNAL, "m"),
    ],
)
def test_only_a_settled_row_has_finished(latest: RowEntry | None) -> None:
    assert "finished_at" not in record(latest)
    assert record(latest)["outcome"] not in {"applied", "conflict", "rejected", "failed"}


def test_a_repeated_row_shares_the_outcome_and_names_the_row_it_repeats() -> None:
    plan: list[Entry] = [OPERATION, Merged(21, UUID, Action.PAUSE, 17, 0, [UUID])]
    first, second = logged(plan, Settled(0, 1, START, START, Outcome.APPLIED, "STATUS_PAUSED", "W", 200))
    assert (second.pop("line"), second.pop("same_as")) == (21, 17)
    assert first.pop("line") == 17
    assert first == second
    assert "same_as" not in first


def test_a_repeated_row_shares_doubt_as_well() -> None:
    plan: list[Entry] = [OPERATION, Merged(21, UUID, Action.PAUSE, 17, 0, [UUID])]
    assert [found["outcome"] for found in logged(plan, Sending(0, 1, START))] == ["in_doubt", "in_doubt"]


def test_an_invalid_row_has_all_its_faults() -> None:
    faults = [Fault("uuid", "17", "is not a journey id"), Fault("action", "pasue", "is not an action", "pause")]
    (found,) = logged([InvalidRow(5, faults, ["17", "pasue"])])
    assert (found["line"], found["uuid"], found["action"], found["outcome"]) == (5, None, None, "invalid")
    assert (found["attempts"], found["started_at"], found["finished_at"]) == (0, None, None)
    assert found["error"] == {
        "code": "invalid_row",
        "message": "column 'uuid': '17' is not a journey id; "
        "column 'action': 'pasue' is not an action; did you mean 'pause'?",
        "advice": "correct the row, and run it in a file of its own",
    }


def test_every_row_has_one_record_in_the_order_of_the_input() -> None:
    plan: list[Entry] = [
        InvalidRow(2, [], ["x"]),
        OPERATION,
        Merged(4, UUID, Action.PAUSE, 17, 1, [UUID]),
        Operation(5, UUID[:-1] + "6", Action.PAUSE, []),
    ]
    found = logged(plan, Settled(1, 1, START, START, Outcome.APPLIED, "STATUS_PAUSED", "W", 200))
    assert [(row["line"], row["outcome"]) for row in found] == [
        (2, "invalid"),
        (17, "applied"),
        (4, "applied"),
        (5, "not_attempted"),
    ]


def test_a_record_names_its_file_only_where_there_are_several() -> None:
    plan: list[Entry] = [OPERATION, InvalidRow(2, [], [], file=1), Merged(3, UUID, Action.PAUSE, 17, 0, [], file=1)]
    assert [row["file"] for row in logged(plan, sources=[source(), source("b.csv")])] == ["a.csv", "b.csv", "b.csv"]
    assert not any("file" in row for row in logged([OPERATION]))


def test_the_keys_of_a_record_are_always_there_and_in_order() -> None:
    expected = [
        "line", "uuid", "action", "outcome", "status", "title", "error", "http_status", "attempts", "started_at",
        "finished_at",
    ]  # fmt: skip
    assert list(logged([OPERATION])[0]) == expected
    assert Record.__struct_fields__[: len(expected)] == tuple(expected)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (START, "2026-11-23T03:14:09.120Z"),
        (1_795_403_649.9996, "2026-11-23T03:14:09.999Z"),
    ],
)
def test_times_are_utc_to_the_millisecond(at: float, text: str) -> None:
    assert iso_time(at) == text


def test_a_row_that_an_earlier_run_left_in_doubt_stays_so_until_it_is_settled() -> None:
    plan: list[Entry] = [replace(OPERATION, doubt=LOST), Merged(21, UUID, Action.PAUSE, 17, 0, [UUID])]
    for found in logged(plan):
        assert (found["outcome"], found["attempts"]) == ("in_doubt", 0)
        assert found["error"] == {
            "code": "answer_lost",
            "message": f"{TOLD}; the run ended before this row's turn",
            "advice": DOUBT,
        }
    settled = Settled(0, 1, START, START, Outcome.APPLIED, "STATUS_PAUSED", "W", 200)
    assert [found["outcome"] for found in logged(plan, settled)] == ["applied", "applied"]


def test_a_row_in_doubt_tells_what_the_list_said_the_journey_was() -> None:
    listed = [source("a.csv", ["uuid", "Status"], "Status"), source("b.csv", ["State", "uuid"], "State"), source()]
    plan: list[Entry] = [
        Operation(2, UUID, Action.PAUSE, [UUID, " Running "]),
        Operation(3, UUID, Action.PAUSE, ["Paused", UUID], file=1),
        Operation(4, UUID, Action.PAUSE, [UUID], file=2),
        Operation(5, UUID, Action.PAUSE, [UUID, ""]),
        Operation(6, UUID, Action.PAUSE, [UUID]),
    ]
    found = logged(plan, *(Sending(row, 1, START) for row in range(5)), sources=listed)
    lost = "the run ended while attempt 1 was under way"
    assert [row["error"]["message"] for row in found] == [
        f"{lost}; the list said 'Running' in column 'Status'",
        f"{lost}; the list said 'Paused' in column 'State'",
        lost,
        lost,
        lost,
    ]


def test_a_row_that_is_not_in_doubt_needs_no_hint_of_the_list() -> None:
    plan = [Operation(2, UUID, Action.PAUSE, [UUID, "Running"])]
    (found,) = logged(plan, sources=[source("a.csv", ["uuid", "status"], "status")])
    assert found["error"]["message"] == "the run ended before this row's turn"
