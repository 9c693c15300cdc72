"""Laws of the summary: the counts add up, every cause has its example, and a terminal is safe from it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.model import Action, Ending, Outcome
from bulk_journeys.plan.document import Source
from bulk_journeys.report.records import Error, Record
from bulk_journeys.report.summary import Cause, Summary, exit_code, summarise, summary_lines
from bulk_journeys.source.table import Form
from bulk_journeys.terminal import printable

UUID = "11111111-2222-3333-4444-555555555555"
CSV = Form("CSV", "utf-8", ",")
SHEET = Form("xlsx", sheet="May")
SOURCES = [
    Source("a.csv", "", ["uuid"], CSV),
    Source("b.csv", "", ["uuid"], CSV),
    Source("c.xlsx", "", ["uuid"], SHEET),
]


def record(line: int, outcome: Outcome, code: str | None = None, message: str = "why") -> Record:
    error = Error(code, message, "do this") if code else None
    return Record(line=line, uuid=UUID, action=Action.PAUSE, outcome=outcome, error=error)


def test_the_outcomes_are_counted_and_the_causes_grouped_with_their_first_example() -> None:
    rows = [
        record(2, Outcome.APPLIED),
        record(3, Outcome.IN_DOUBT, "timeout", "first"),
        record(4, Outcome.CONFLICT, "failed_precondition", "second"),
        record(5, Outcome.CONFLICT, "failed_precondition", "third"),
        record(6, Outcome.IN_DOUBT, "failed_precondition", "fourth"),
        record(7, Outcome.APPLIED),
        record(8, Outcome.APPLIED),
    ]
    assert summarise(rows, 0, SOURCES) == Summary(
        rows=7,
        left=0,
        outcomes={"applied": 3, "conflict": 2, "in_doubt": 2},
        causes=[
            Cause(Outcome.CONFLICT, Error("failed_precondition", "second", "do this"), "line 4", UUID, 2),
            Cause(Outcome.IN_DOUBT, Error("timeout", "first", "do this"), "line 3", UUID, 1),
            Cause(Outcome.IN_DOUBT, Error("failed_precondition", "fourth", "do this"), "line 6", UUID, 1),
        ],
    )


@given(st.lists(st.builds(record, st.just(2), st.sampled_from(Outcome), st.sampled_from([None, "a", "b"]))))
def test_the_counts_add_up(rows: list[Record]) -> None:
    summary = summarise(rows, 5, SOURCES)
    assert summary.rows == sum(summary.outcomes.values()) == len(rows)
    assert sum(cause.rows for cause in summary.causes) == sum(row.error is not None for row in rows)
    assert all(summary.outcomes.values())
    assert summary.left == 5


def test_an_example_names_its_file_where_there_are_several() -> None:
    row = record(3, Outcome.FAILED, "aborted")
    row.file = "b.csv"
    assert "  example  b.csv:3: why" in summary_lines(summarise([row], 0, SOURCES))
    row.file = "c.xlsx"
    assert "  example  c.xlsx: row 3: why" in summary_lines(summarise([row], 0, SOURCES))


def test_the_rows_of_a_spreadsheet_are_told_as_rows() -> None:
    row = record(3, Outcome.FAILED, "aborted")
    assert "  example  row 3: why" in summary_lines(summarise([row], 0, SOURCES[2:]))


def test_a_page_is_read_from_the_counts_to_the_advice() -> None:
    rows = [record(2, Outcome.APPLIED)] * 1234 + [record(9, Outcome.FAILED, "aborted", "try again")]
    assert summary_lines(summarise(rows, 0, SOURCES)) == [
        "1,235 rows",
        "  applied           1,234",
        "  failed                1",
        "",
        "failed, aborted: 1 row",
        "  example  line 9: try again",
        "  advice   do this",
    ]
    assert summary_lines(summarise(rows[:1], 0, SOURCES)) == ["1 row", "  applied               1"]
    assert summary_lines(summarise([], 0, SOURCES)) == ["0 rows"]


def test_ten_causes_are_shown_and_the_others_counted() -> None:
    rows = [record(n, Outcome.REJECTED, f"code_{n}") for n in range(13)]
    lines = summary_lines(summarise(rows, 0, SOURCES))
    assert sum("example" in line for line in lines) == 10
    assert lines[-1] == "and 3 more causes; results.csv has them all"


A, D = "applied", "in_doubt"


@pytest.mark.parametrize(
    ("outcomes", "left", "ending", "code"),
    [
        ([A], 0, "complete", 0),
        ([], 0, "complete", 0),
        ([A, D], 0, "complete", 5),
        ([D], 0, "complete", 5),
        ([A, "conflict"], 0, "complete", 3),
        ([A, "rejected"], 0, "complete", 3),
        ([A, "failed"], 0, "complete", 3),
        ([A, "invalid"], 0, "complete", 3),
        ([A, D, "failed"], 0, "complete", 3),
        ([A, "not_attempted"], 1, "interrupted", 130),
        ([A, "not_attempted"], 1, "terminated", 143),
        ([A, "not_attempted"], 1, "unauthorised", 4),
        ([A, "not_attempted"], 1, "misrouted", 4),
        ([A, "not_attempted"], 1, "unreachable", 4),
        ([D], 1, "interrupted", 130),
        ([A], 0, "interrupted", 0),
        ([A, D], 0, "terminated", 5),
        ([A, "failed"], 0, "unauthorised", 3),
    ],
)
def test_the_exit_code_says_how_it_ended(outcomes: list[str], left: int, ending: str, code: int) -> None:
    assert exit_code(Summary(rows=9, left=left, outcomes=dict.fromkeys(outcomes, 1)), Ending(ending)) == code


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "a\rb", "a\nb", "\x00", "\x9b2J", "\u202eevil", "\u2028", "\ud800", "\x7f"]
)
def test_what_could_harm_a_terminal_is_never_printed_raw(text: str) -> None:
    row = record(2, Outcome.FAILED, "aborted", text)
    row.file = f"{text}.csv"
    for line in [printable(text), *summary_lines(summarise([row], 0, [Source(f"{text}.csv", "", ["uuid"], CSV)] * 2))]:
        assert line.isprintable()
        line.encode()


@given(st.text())
def test_printable_text_keeps_its_length_and_its_letters(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert len(shown) == len(text)
    assert re.sub(r"\ufffd", "", shown) == "".join(char for char in text if char.isprintable() and char != "\ufffd")


def test_a_long_message_is_cut() -> None:
    lines = summary_lines(summarise([record(2, Outcome.FAILED, "aborted", "x" * 1000)], 0, SOURCES))
    assert max(map(len, lines)) < 350


def test_rows_that_the_run_ended_before_have_no_cause_of_their_own() -> None:
    rows = [
        record(2, Outcome.NOT_ATTEMPTED, "unauthenticated"),
        record(3, Outcome.NOT_ATTEMPTED, "not_sent"),
        record(4, Outcome.NOT_ATTEMPTED, "not_attempted"),
    ]
    summary = summarise(rows, 3, SOURCES)
    assert summary.outcomes == {"not_attempted": 3}
    assert [(cause.error.code, cause.rows) for cause in summary.causes] == [("unauthenticated", 1)]
