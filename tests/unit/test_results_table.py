import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action, Doubt, Loss, Outcome
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.columns import Roles, find_roles
from bulk_journeys.plan.document import Merged, Operation
from bulk_journeys.plan.select import Choices
from bulk_journeys.source.table import InvalidRow, Listed
from bulk_journeys.vocabulary.results_table import (
    LONGEST_DOUBT,
    RESULT_COLUMNS,
    doubt_marker,
    earlier_doubt,
    error_cell,
    result_columns,
    returned,
)
from bulk_journeys.words import doubt_text
from tests.intake.reading import plan_of
from tests.lists import table

PAUSE = Action.PAUSE
LEFT_IN_DOUBT = "an earlier run left it in doubt"

A = "aaaaaaaa-0000-4000-8000-000000000001"
B = "bbbbbbbb-0000-4000-8000-000000000002"
C = "cccccccc-0000-4000-8000-000000000003"
OTHER = "dddddddd-0000-4000-8000-000000000004"

LOST = "the answer to attempt 1 was lost (timeout)"
IN_DOUBT = ("in_doubt", "", f"timeout: {LOST}", "1", "2026-11-23T03:14:09.120Z", "")
FAILED = ("failed", "", "unavailable: try again later", "5", "2026-11-23T03:14:09.120Z", "")
APPLIED = ("applied", "STATUS_PAUSED", "", "1", "2026-11-23T03:14:09.120Z", "")
INVALID = ("", "", "invalid", "", "invalid_row: column 'uuid': '17' is a plain number", "0", "", "")


def results(own: Sequence[str], *rows: Sequence[str], name: str = "results.csv") -> Listed:
    """Return a table of results as it is written; each row has the *own* cells, and ours behind them."""
    return table(*rows, columns=(*own, *result_columns(own)), name=name)


def operations(*lists: Listed, choices: Choices = Choices()) -> list[tuple[str, str, str | None]]:
    entries = make_plan(lists, choices).entries()
    return [(entry.uuid, entry.action, told(entry)) for entry in entries if isinstance(entry, Operation)]


def told(entry: Operation) -> str | None:
    return doubt_text(entry.doubt) if entry.doubt else None


def marker_of(doubt: Doubt) -> str:
    return doubt_marker(doubt, PAUSE, "20261128-1")


def doubt_in(error: str, action: Action = PAUSE) -> str | None:
    found = earlier_doubt(error, action)
    return doubt_text(found) if found else None


def roles(columns: Sequence[str], *rows: Sequence[str]) -> Roles:
    return find_roles("results.csv", columns, rows, Choices())


def refused(columns: Sequence[str], *rows: Sequence[str]) -> str:
    with pytest.raises(InputError) as error:
        roles(columns, *rows)
    return str(error.value)


# --- names -----------------------------------------------------------------------------------------------------------


def test_our_columns_have_their_plain_names_where_the_user_has_none_of_them() -> None:
    assert result_columns(["Title", "Journey ID"]) == list(RESULT_COLUMNS)


def test_the_users_columns_keep_their_names_and_ours_beside_them_have_a_prefix() -> None:
    own = ["\ufeffUUID ", "Status", "errors"]
    assert result_columns(own) == [
        "result_uuid", "action", "outcome", "result_status", "error", "attempts", "finished_at",
        "doubt",
    ]  # fmt: skip


@given(st.lists(st.sampled_from([*RESULT_COLUMNS, *(f"result_{name}" for name in RESULT_COLUMNS), "Title"])))
def test_no_column_of_ours_has_the_name_of_one_that_was_there(own: list[str]) -> None:
    ours = result_columns(own)
    assert len({*own, *ours}) == len(set(own)) + len(RESULT_COLUMNS)


@given(st.lists(st.sampled_from([*RESULT_COLUMNS, *(f"Result_{name}" for name in RESULT_COLUMNS), "Title"])))
def test_our_latest_columns_are_found_whatever_the_user_had_before(own: list[str]) -> None:
    found = returned([*own, *result_columns(own)])
    assert found is not None
    places = found.uuid, found.action, found.outcome, found.status, found.error
    assert places == tuple(range(len(own), len(own) + 5))


@pytest.mark.parametrize(
    "columns", [[], ["outcome"], ["uuid", "error"], ["outcome", "Outcome", "error"], ["outcomes", "error"]]
)
def test_a_table_without_our_outcome_and_another_of_our_columns_is_none_of_ours(columns: Sequence[str]) -> None:
    assert returned(columns) is None


# --- roles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("own", "cells"),
    [
        (["Title", "Journey ID", "todo"], ["x", A.upper(), "Pausieren"]),
        (["uuid", "action", "status"], [A, "Pause", "Running"]),
        (["uuid", "Campaign ID", "do", "next action"], [OTHER, A, "finish", "pause"]),
        (["ref", "id", "Was tun", "do"], [A, OTHER, "pause", "finish"]),
    ],
    ids=["other_headers", "same_headers", "chosen_with_flags", "unknown_headers"],
)
def test_our_columns_win_over_all_that_looks_alike(own: Sequence[str], cells: Sequence[str]) -> None:
    columns = [*own, *result_columns(own)]
    row = [*cells, A, "pause", *FAILED]
    ours = [columns.index(name) for name in result_columns(own)[:2]]
    assert list(roles(columns, row)) == list(roles(columns)) == ours
    fewer = [
        place for place in reversed(range(len(columns))) if columns[place] not in {"attempts", "finished_at", "doubt"}
    ]
    found = roles([columns[place] for place in fewer], [row[place] for place in fewer])
    assert list(found) == [fewer.index(place) for place in ours]


def test_a_run_that_took_actions_back_is_followed_and_not_the_list_it_came_from() -> None:
    columns = ["uuid", "todo", *result_columns(["uuid", "todo"])]
    assert roles(columns, [A, "pause", A, "start", *FAILED]) == (2, 3)


def test_the_flags_decide_before_our_columns() -> None:
    listed = results(["Journey ID", "do"], [A, "finish", B, "pause", *IN_DOUBT])
    chosen = Choices(id_column="Journey ID", action_column="do")
    assert operations(listed, choices=chosen) == [(A, "finish", f"in an earlier run: {LOST}")]


def test_where_ours_were_taken_out_the_usual_rules_hold() -> None:
    assert roles(["Journey ID", "todo", "outcome", "error"], [A, "pause", "failed", ""]) == (0, 1)
    assert roles(["Journey ID", "outcome", "error"], [A, "failed", ""]) == (0, None)


def test_a_column_of_the_user_is_not_taken_for_ours_that_was_taken_out() -> None:
    columns = ["uuid", "Journey ID", "action", "outcome", "error"]
    assert "several columns may hold the journey ids: 'uuid', 'Journey ID'" in refused(
        columns, [OTHER, A, "pause", "failed", ""], [B, B, "pause", "failed", ""]
    )
    columns = ["uuid", "status", "action", "to-do", "outcome", "error"]
    assert "several columns may hold the actions: 'action', 'to-do'" in refused(
        columns, [A, "paused", "pause", "finish", "failed", ""]
    )


def test_a_table_of_the_users_with_such_columns_is_read_as_ever() -> None:
    assert roles(["error", "UUID", "outcome", "Action"], ["", A, "won", "pause"]) == (1, 3)
    assert roles(["uuid", "Journey ID", "outcome", "error", "action"], ["", A, "won", "", "pause"]) == (1, 4)
    assert "several columns" in refused(
        ["uuid", "Journey ID", "outcome", "error", "action"], [A, B, "won", "", "pause"]
    )


def test_a_header_that_names_ids_by_our_prefix_alone_is_a_header() -> None:
    columns = ("Title", "result_uuid", "result_action", "outcome", "error")
    listed = table(["x", A, "pause", "failed", "y"], columns=columns)
    assert operations(listed) == [(A, "pause", None)]
    below = [["Failed on Monday"], columns, ["x", A, "start", "failed", "y"]]
    assert operations(table(*below, columns=[""])) == [(A, "start", None)]


def test_our_prefix_alone_names_no_ids_in_another_table() -> None:
    assert "no column of journey ids" in refused(["Title", "result_uuid"], ["x", A])


def test_an_action_beside_ours_must_not_contradict_it() -> None:
    listed = results(["uuid"], [A, A, "pause", *FAILED], [B, B, "start", *FAILED], [C, C, "", *FAILED])
    _, contradicted, _ = make_plan([listed], Choices(Action.PAUSE)).entries()
    assert isinstance(contradicted, InvalidRow)
    assert contradicted.faults[0].column == "action"
    assert operations(listed, choices=Choices(Action.PAUSE)) == [(A, "pause", None), (C, "pause", None)]


def test_a_row_that_was_invalid_is_so_again() -> None:
    (entry,) = make_plan([results(["id", "todo"], ["17", "pause", *INVALID])]).entries()
    assert isinstance(entry, InvalidRow)
    assert [(fault.column, fault.value) for fault in entry.faults] == [("uuid", ""), ("action", "")]


# --- doubt -----------------------------------------------------------------------------------------------------------


def test_a_row_in_doubt_is_remembered_and_no_other() -> None:
    listed = results(["uuid"], [A, A, "pause", *IN_DOUBT], [B, B, "pause", *FAILED], [C, C, "pause", *APPLIED])
    assert operations(listed) == [
        (A, "pause", f"in an earlier run: {LOST}"),
        (B, "pause", None),
        (C, "pause", None),
    ]


@pytest.mark.parametrize(
    ("outcome", "is_known"), [(" in_doubt\u200b", True), ("In doubt", False), ("in_doubt?", False)]
)
def test_a_row_is_in_doubt_by_exactly_our_word(outcome: str, is_known: bool) -> None:
    found = operations(results(["uuid"], [A, A, "pause", outcome, *IN_DOUBT[1:]]))
    assert (found[0][2] is not None) is is_known


def test_the_latest_run_says_what_is_in_doubt() -> None:
    own = ["uuid", *result_columns(["uuid"])]
    again = results(
        own, [A, A, "pause", *IN_DOUBT, A, "pause", *APPLIED], [B, B, "pause", *FAILED, B, "pause", *IN_DOUBT]
    )
    assert operations(again) == [(A, "pause", None), (B, "pause", f"in an earlier run: {LOST}")]


@pytest.mark.parametrize(
    "doubt",
    [
        Doubt(Loss.NO_ANSWER, 2, 1_795_403_649.12, 40.0),
        Doubt(Loss.IN_FLIGHT, 1, 1_795_403_649.0),
        Doubt(Loss.UNTOLD),
        Doubt(Loss.FOREIGN_ANSWER, 12, 5.5, 0.25, run="20261127-9"),
    ],
)
def test_our_marker_says_which_attempt_is_in_doubt_and_of_which_run(doubt: Doubt) -> None:
    cells = [A, A, "pause", "in_doubt", "", "whatever: this says", "2", "", marker_of(doubt)]
    (entry,) = make_plan([results(["uuid"], cells)]).entries()
    assert isinstance(entry, Operation)
    assert entry.doubt == replace(doubt, run=doubt.run or "20261128-1")


@pytest.mark.parametrize("cell", ["", "action=pause", "loss=no_answer", "action=pause loss=gone", "a note", "x" * 9999])
def test_a_marker_that_was_changed_is_no_better_than_none(cell: str) -> None:
    listed = results(["uuid"], [A, A, "pause", *IN_DOUBT[:-1], cell])
    assert operations(listed) == [(A, "pause", f"in an earlier run: {LOST}")]


@pytest.mark.parametrize("outcome", ["In doubt", "", "applied", "failed"])
def test_a_marker_counts_whatever_has_become_of_the_cells_beside_it(outcome: str) -> None:
    cells = [A, A, "pause", outcome, "", "", "2", "", marker_of(Doubt(Loss.NO_ANSWER, 1))]
    (entry,) = make_plan([results(["uuid"], cells)]).entries()
    assert isinstance(entry, Operation)
    assert entry.doubt == Doubt(Loss.NO_ANSWER, 1, run="20261128-1")


@pytest.mark.parametrize("columns", [("uuid", "action", "doubt"), ("doubt", "Journey ID", "todo", "attempts")])
def test_a_marker_counts_where_our_other_columns_were_taken_out(columns: Sequence[str]) -> None:
    cells = {"doubt": marker_of(Doubt(Loss.NO_ANSWER, 1)), "attempts": "2", "action": "pause", "todo": "pause"}
    row = [cells.get(column, A) for column in columns]
    assert operations(table(row, columns=columns)) == [
        (A, "pause", "in run 20261128-1: the answer to attempt 1 was lost")
    ]
    own = ["somebody's" if column == "doubt" else cell for column, cell in zip(columns, row, strict=True)]
    assert operations(table(own, columns=columns)) == [(A, "pause", None)]


def test_a_marker_is_about_the_action_that_was_asked_for() -> None:
    cells = [A, A, "start", "in_doubt", "", "timeout: pause: x", "2", "", marker_of(Doubt(Loss.NO_ANSWER, 1))]
    assert operations(results(["uuid"], cells)) == [(A, "start", None)]


@pytest.mark.parametrize(
    ("error", "doubt"),
    [
        (f"failed_precondition: {LOST}; attempt 2 said: x", f"in an earlier run: {LOST}; attempt 2 said: x"),
        (f" http_502:  {LOST}\n", f"in an earlier run: {LOST}"),
        ("Somebody said: never mind", "in an earlier run: Somebody said: never mind"),
        ("a line\r\n and another", "in an earlier run: a line and another"),
        ("'=timeout: x", "in an earlier run: =timeout: x"),
        ("'quoted' by hand", "in an earlier run: 'quoted' by hand"),
        ("internal: '=x", "in an earlier run: '=x"),
        ("internal: ", LEFT_IN_DOUBT),
        (" \u200b", LEFT_IN_DOUBT),
        ("", LEFT_IN_DOUBT),
        (f"timeout: in run 20261123-1: {LOST}", f"in run 20261123-1: {LOST}"),
    ],
)
def test_a_doubt_is_the_error_without_its_code(error: str, doubt: str) -> None:
    assert doubt_in(error) == doubt


@given(st.text() | st.text("'=: a\n", max_size=9), st.sampled_from(["", "timeout: ", "failed_precondition: "]))
def test_a_doubt_is_short_and_stays_the_same_however_often_it_comes_back(text: str, code: str) -> None:
    found = earlier_doubt(f"{code}{text}", PAUSE)
    assert found is not None
    assert len(found.message or "") <= LONGEST_DOUBT
    (entry,) = make_plan([results(["uuid"], [A, A, "pause", "in_doubt", "", "", "1", "", marker_of(found)])]).entries()
    assert isinstance(entry, Operation)
    assert entry.doubt == Doubt(Loss.UNTOLD, run=found.run)


def test_a_long_doubt_is_cut() -> None:
    assert doubt_in("y" * 1_000_000) == "in an earlier run: " + "y" * LONGEST_DOUBT
    assert LONGEST_DOUBT == 500


def test_a_doubt_is_about_the_action_that_was_asked_for_and_about_no_other() -> None:
    cell = error_cell(Outcome.IN_DOUBT, PAUSE, "timeout", f"{LOST}; the list said 'Running' in column 'status'")
    assert cell == f"timeout: pause: {LOST}; the list said 'Running' in column 'status'"
    assert doubt_in(cell) == f"in an earlier run: {LOST}"
    assert earlier_doubt(cell, Action.START) is None


def test_without_our_errors_a_doubt_is_a_doubt_all_the_same() -> None:
    columns = ["ref", *(name for name in RESULT_COLUMNS if name != "error")]
    row = ["x", A, "pause", "in_doubt", "", "1", "", ""]
    assert operations(table(row, columns=columns)) == [(A, "pause", LEFT_IN_DOUBT)]


# --- repeats ---------------------------------------------------------------------------------------------------------


def test_rows_that_repeat_one_in_doubt_are_merged_and_keep_its_doubt() -> None:
    listed = results(["uuid"], [A, A, "pause", *IN_DOUBT], [A, A, "pause", *IN_DOUBT])
    first, second = make_plan([listed]).entries()
    assert isinstance(first, Operation)
    assert told(first) == f"in an earlier run: {LOST}"
    assert isinstance(second, Merged)


def test_a_doubt_that_only_a_later_row_tells_is_not_lost() -> None:
    rows = [[A, A, "pause", *FAILED], [B, B, "pause", *FAILED], [A, A, "pause", *IN_DOUBT], [A, A, "pause", *IN_DOUBT]]
    doubt = f"{LEFT_IN_DOUBT}, as line 4 (pause) tells"
    assert operations(results(["uuid"], *rows)) == [(A, "pause", doubt), (B, "pause", None)]


def test_a_doubt_that_another_list_tells_is_not_lost() -> None:
    fresh = table([B, "pause"], [A, "pause"], name="journeys.csv")
    failed = results(["uuid"], [A, A, "pause", *IN_DOUBT], name="failed.csv")
    plan = make_plan([fresh, failed])
    assert [told(entry) for entry in plan.entries() if isinstance(entry, Operation)] == [
        None,
        f"{LEFT_IN_DOUBT}, as failed.csv:2 (pause) tells",
    ]
    assert plan.header.counts.merged == 1


def test_rows_that_contradict_one_in_doubt_are_rejected_like_any() -> None:
    listed = results(["uuid"], [A, A, "start", *FAILED], [A, A, "pause", *IN_DOUBT])
    assert operations(listed) == []


# --- files -----------------------------------------------------------------------------------------------------------

OWN = ("Titel", "Journey ID", "todo", "status")
ROWS = [
    ["'=1+1", A.upper(), "Pausieren", "Running", A, "pause", *IN_DOUBT],
    ['it\'s, "so"', B, "'-", "'", B, "start", *FAILED],
    ["'=a\n'", "17", "x", "Paused", *INVALID],
]


def as_text(delimiter: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([[*OWN, *result_columns(OWN)], *ROWS])
    return text.getvalue().encode()


def as_workbook() -> bytes:
    openpyxl: Any = pytest.importorskip("openpyxl")
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in [[*OWN, *result_columns(OWN)], *ROWS]:
        book.active.append([cell or None for cell in row])
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("made", [lambda: as_text(","), lambda: as_text(";"), lambda: as_text("\t"), as_workbook])
def test_a_table_of_results_is_understood_in_whatever_form_it_comes_back(made: Any, tmp_path: Path) -> None:
    plan = plan_of(tmp_path / "results", made())
    first, second, third = plan.entries()
    assert isinstance(first, Operation)
    assert isinstance(second, Operation)
    assert (first.uuid, first.action, told(first)) == (A, "pause", f"in an earlier run: {LOST}")
    assert (second.uuid, second.action, told(second)) == (B, "start", None)
    assert isinstance(third, InvalidRow)
    (source,) = plan.header.sources
    assert (source.id_column, source.action_column, source.status_column) == ("uuid", "action", "status")
