"""Laws of the result files: the user's own table, whole or not there at all, and nothing that a spreadsheet runs."""

import csv
import io
import stat
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import DiskFailed
from bulk_journeys.journal.entries import RowEntry, Sending, Settled
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Outcome
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.plan.document import Counts, Entry, Header, Merged, Operation, Plan, Source
from bulk_journeys.report.results import Results
from bulk_journeys.source.table import Fault, InvalidRow
from tests.disks import files_limited_to
from tests.fakes import Known

UUID = "11111111-2222-3333-4444-555555555555"
START = 1_795_403_649.12
OURS = ["uuid", "action", "outcome", "status", "error", "attempts", "finished_at", "doubt"]
BESIDE_UUID = ["result_uuid", *OURS[1:]]
APPLIED = Settled(0, 1, START, START, Outcome.APPLIED, "STATUS_PAUSED", "Welcome", 200)
DONE = [UUID, "pause", "applied", "STATUS_PAUSED", "", "1", "2026-11-23T03:14:09.120Z", ""]


def operation(cells: Sequence[str], file: int = 0) -> Operation:
    return Operation(2, UUID, Action.PAUSE, cells, file)


def results(columns: Sequence[Sequence[str]], entries: Sequence[Entry], *known: RowEntry) -> Results:
    sources = [Source(f"{number}.csv", "0" * 64, own) for number, own in enumerate(columns)]
    operations = sum(isinstance(entry, Operation) for entry in entries)
    merged = sum(isinstance(entry, Merged) for entry in entries)
    counts = Counts(len(entries), operations, merged, len(entries) - operations - merged, {Action.PAUSE: operations})
    return Results(Plan(Header(1, "0.1.0", sources, counts), list(map(encode_line, entries))), Known(*known), "r1")


def table(made: Results) -> list[list[str]]:
    return list(csv.reader(io.StringIO(b"".join(made.csv_lines()).decode(), newline="")))


def own_cells(*cells: str) -> list[str]:
    """Return what stands in the table for one row of a list with such *cells*."""
    columns = [f"column {number}" for number in range(len(cells))]
    header, row = table(results([columns], [operation(cells)], APPLIED))
    assert header == [*columns, *OURS]
    assert row[len(cells) :] == DONE
    return row[: len(cells)]


def test_our_columns_stand_behind_the_users_own() -> None:
    assert table(results([["uuid", "note"]], [operation([UUID, 'a, "b"\nc'])], APPLIED)) == [
        ["uuid", "note", *BESIDE_UUID],
        [UUID, 'a, "b"\nc', *DONE],
    ]


def test_a_row_that_was_not_applied_says_why() -> None:
    fault = Fault("uuid", "17", "is not a journey id")
    made = results(
        [["uuid"]],
        [operation([UUID]), InvalidRow(3, [fault], ["17"]), Merged(4, UUID, Action.PAUSE, 2, 0, [UUID])],
        Settled(0, 2, START, START, Outcome.CONFLICT, code=Code.FAILED_PRECONDITION, message="journey is not running"),
    )
    conflict = [
        UUID,
        "pause",
        "conflict",
        "",
        "failed_precondition: journey is not running",
        "2",
        "2026-11-23T03:14:09.120Z",
        "",
    ]
    assert table(made)[1:] == [
        [UUID, *conflict],
        ["17", "", "", "invalid", "", "invalid_row: column 'uuid': '17' is not a journey id", "0", "", ""],
        [UUID, *conflict],
    ]


def test_columns_that_the_user_has_as_well_stay_the_users_and_ours_are_told_apart() -> None:
    own = ["uuid", "Status", "action"]
    cells = [UUID, "mine", "pause"]
    header, row = table(results([own], [operation(cells)], APPLIED))
    assert header == [
        *own,
        "result_uuid",
        "result_action",
        "outcome",
        "result_status",
        "error",
        "attempts",
        "finished_at",
        "doubt",
    ]
    assert row == [*cells, *DONE]


@pytest.mark.parametrize(
    ("cells", "kept"), [([], ["", "", ""]), (["a"], ["a", "", ""]), (["a", "b", "c"], ["a", "b", "c"])]
)
def test_a_short_row_is_filled_up(cells: list[str], kept: list[str]) -> None:
    header, row = table(results([["x", "y", "z"]], [operation(cells)], APPLIED))
    assert header == ["x", "y", "z", *OURS]
    assert row == [*kept, *DONE]


def test_a_row_longer_than_its_header_moves_none_of_ours() -> None:
    assert table(results([["x"]], [operation(["a", "b", "c"])], APPLIED))[1] == ["a", *DONE]


def test_two_columns_of_one_name_stay_two() -> None:
    assert table(results([["uuid", "", ""]], [operation([UUID, "a", "b"])], APPLIED))[1] == [UUID, "a", "b", *DONE]


def test_several_lists_share_the_columns_of_one_name() -> None:
    entries = [operation(["1", UUID]), operation([UUID, "2", "3"], 1), operation([UUID], 1)]
    assert table(results([["note", "uuid"], ["uuid", "owner", "note"]], entries, APPLIED))[:3] == [
        ["note", "uuid", "owner", *BESIDE_UUID],
        ["1", UUID, "", *DONE],
        [
            "3",
            UUID,
            "2",
            UUID,
            "pause",
            "not_attempted",
            "",
            "not_attempted: the run ended before this row's turn",
            "0",
            "",
            "",
        ],
    ]


def test_no_cell_of_several_lists_is_lost_even_under_columns_of_one_name() -> None:
    made = results([["uuid", "", ""], ["uuid", ""]], [operation([UUID, "a", "b"]), operation([UUID, "c"], 1)], APPLIED)
    header, first, second = table(made)
    assert header == ["uuid", "", "", *BESIDE_UUID]
    assert first[:3] == [UUID, "a", "b"]
    assert second[:3] == [UUID, "c", ""]


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "-", "+", "--", "-.", "=5", "-1e5", "+1 "],
)
def test_a_cell_that_a_spreadsheet_would_run_is_defused(cell: str) -> None:
    assert own_cells(cell) == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["", "0", "-5", "+3.5", "-.5", "1=1", "a@b", "x-y", " =", "'=1", "é", "5-3", UUID])
def test_a_cell_that_no_spreadsheet_runs_is_left_as_it_is(cell: str) -> None:
    assert own_cells(cell) == [cell]


def test_what_the_api_says_is_defused_like_any_cell() -> None:
    settled = Settled(0, 1, START, START, Outcome.APPLIED, "=STATUS()", "W", 200)
    assert table(results([["uuid"]], [operation([UUID])], settled))[1][4] == "'=STATUS()"


def test_a_header_that_a_spreadsheet_would_run_is_defused() -> None:
    assert table(results([["=uuid"]], [operation([UUID])], APPLIED))[0] == ["'=uuid", *OURS]


@pytest.mark.parametrize("cell", ["a\r=1+1", "a\n=1+1", "a\r\n=1+1", 'a",=1+1', "a,=1+1"])
def test_no_cell_breaks_out_of_its_place(cell: str) -> None:
    assert own_cells(cell, "next") == [cell, "next"]
    raw = b"".join(results([["x"]], [operation([cell])], APPLIED).csv_lines())
    assert b'"' in raw


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_whatever_the_cells_the_table_keeps_its_shape(cells: list[str]) -> None:
    for cell, kept in zip(cells, own_cells(*cells), strict=True):
        assert kept in {cell, f"'{cell}"}


def test_a_line_ends_with_a_line_feed_and_is_utf_8() -> None:
    assert list(results([["é"]], [operation(["\U0001f600"])], APPLIED).csv_lines()) == [
        "é,uuid,action,outcome,status,error,attempts,finished_at,doubt\n".encode(),
        f"\U0001f600,{UUID},pause,applied,STATUS_PAUSED,,1,2026-11-23T03:14:09.120Z,\n".encode(),
    ]


def test_the_files_hold_what_the_lines_hold_and_both_can_be_made_again(tmp_path: Path) -> None:
    entries: list[Entry] = [operation([UUID]), Merged(3, UUID, Action.PAUSE, 2, 0, [UUID]), InvalidRow(4, [], ["x"])]
    made = results([["uuid"]], entries, APPLIED)
    jsonl, csv_file, failed = (tmp_path / name for name in ("results.jsonl", "results.csv", "failed.csv"))
    for _ in range(2):
        summary = made.write(jsonl, csv_file, failed)
        assert jsonl.read_bytes() == b"".join(made.json_lines())
        assert csv_file.read_bytes() == b"".join(made.csv_lines())
        assert summary == made.summary()
    assert sorted(tmp_path.iterdir()) == [failed, csv_file, jsonl]
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}
    assert [msgspec.json.decode(line)["line"] for line in jsonl.read_bytes().splitlines()] == [2, 3, 4]


def test_settled_rows_that_are_worth_another_try_stand_alone_as_they_stand_among_all(tmp_path: Path) -> None:
    known = [
        Settled(row, 1, START, START, outcome, code=Code.INTERNAL, message="m")
        for row, outcome in enumerate(Outcome)
        if row < 5
    ]
    entries = [operation([str(row)]) for row in range(7)]
    made = results([["x"]], [*entries, InvalidRow(9, [], ["7"])], *known, Sending(5, 1, START))
    made.write(tmp_path / "results.jsonl", tmp_path / "results.csv", tmp_path / "failed.csv")
    header, *lines = (tmp_path / "results.csv").read_bytes().splitlines()
    assert (tmp_path / "failed.csv").read_bytes().splitlines() == [header, *lines[3:5]]


def test_left_are_the_operations_that_are_not_settled() -> None:
    entries: list[Entry] = [
        operation([UUID]),
        operation([UUID]),
        Merged(3, UUID, Action.PAUSE, 2, 0, [UUID]),
        InvalidRow(4, [], []),
    ]
    assert results([["uuid"]], entries, APPLIED).summary().left == 1
    assert results([["uuid"]], entries, APPLIED, Sending(1, 1, START)).summary().left == 1
    assert results([["uuid"]], entries).summary().left == 2


def test_a_disk_that_fails_leaves_the_old_files_and_no_new_ones(tmp_path: Path) -> None:
    jsonl, csv_file = tmp_path / "results.jsonl", tmp_path / "results.csv"
    jsonl.write_bytes(b"old")
    made = results([["uuid"]], [operation([UUID])] * 100, APPLIED)
    safe = "the journal beside it still holds every outcome"
    with files_limited_to(500), pytest.raises(DiskFailed, match=safe):
        made.write(jsonl, csv_file, tmp_path / "failed.csv")
    assert list(tmp_path.iterdir()) == [jsonl]
    assert jsonl.read_bytes() == b"old"
