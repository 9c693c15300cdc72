"""A law of messages: lines of a text are lines, and rows and cells of a spreadsheet what the spreadsheet calls them."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.document import Plan
from bulk_journeys.plan.select import Choices, parse_where
from bulk_journeys.report.plan_text import faults_text, plan_lines
from bulk_journeys.source.formats import open_list
from bulk_journeys.source.table import Places
from bulk_journeys.vocabulary.headers import knows
from tests.intake.reading import A, B, C

HEAD = ["", "Journey ID", "Title", "Action"]


@pytest.fixture(params=["list.xlsx", "list.csv"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def write(path: Path, rows: Sequence[Sequence[str | bool]]) -> None:
    """Write the same table, the one as a text and the other as a workbook."""
    if path.suffix == ".csv":
        path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows))
        return
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    path.write_bytes(out.getvalue())


def plan_of(*paths: Path, choices: Choices = Choices()) -> Plan:
    opened = [open_list(str(path), knows) for path in paths]
    return make_plan((one.__enter__() for one in opened), choices)


def told(*paths: Path, choices: Choices = Choices()) -> list[str]:
    return [line.replace(f"{paths[0].parent}/", "") for line in plan_lines(plan_of(*paths, choices=choices))]


def refusal(path: Path, choices: Choices = Choices()) -> str:
    with pytest.raises(InputError) as refused:
        plan_of(path, choices=choices)
    return str(refused.value).removeprefix(f"{path.parent}/")


def in_words(path: Path, as_text: str, as_sheet: str) -> str:
    return as_sheet if path.suffix == ".xlsx" else as_text


def test_a_plan_names_rows_and_cells_as_the_list_does(path: Path) -> None:
    write(
        path, [["", "May, all of it"], [], HEAD, ["", A, "a", "pause"], ["", B, "b", "pasue"], ["", "no", "c", "pause"]]
    )
    lines = told(path)
    assert f"header on {in_words(path, 'line', 'row')} 3" in lines[0]
    assert f"  {in_words(path, 'line', 'row')} 4: pause {A}" in lines
    assert f"  skipped 1 title {in_words(path, 'line', 'row')}, 1 blank {in_words(path, 'line', 'row')}" in lines
    table = [" ".join(line.split()[:2]) for line in lines[-2:]]
    assert table == (["line 5", "line 6"] if path.suffix == ".csv" else ["D5 Action", "B6 Journey"])


def test_a_fault_is_told_at_its_cell(path: Path) -> None:
    write(path, [HEAD, ["", A, "a", "pasue"]])
    (fault,) = faults_text(plan_of(path))
    place = in_words(path, f"{path}:2", f"{path}: D2")
    assert fault.startswith(f"{place}: column 'Action': 'pasue' is not an action")


def test_of_two_columns_with_one_name_no_cell_is_named(path: Path) -> None:
    places = Places("list.xlsx", ["Action", "uuid", "Action"], is_sheet=True)
    assert places.within(3, "Action") == "row 3"
    assert places.within(3, "uuid") == "B3"
    assert places.within(3, "") == "row 3"


def test_other_rows_of_a_journey_are_named(path: Path, tmp_path: Path) -> None:
    write(path, [HEAD, ["", A, "a", "pause"], ["", A, "a", "start"]])
    assert f"is also on {in_words(path, 'line 3', 'row 3')} (start); keep the rows of one action" in "\n".join(
        told(path)
    )
    other = tmp_path / f"other{path.suffix}"
    write(other, [HEAD, ["", A, "a", "finish"]])
    there = in_words(path, f"{other}:2", f"{other}: row 2")
    assert f"{there} (finish)" in "\n".join(plan_lines(plan_of(path, other)))


def test_a_row_that_is_left_out_contradicts_one_that_is_wanted_in_words_that_fit(path: Path) -> None:
    write(path, [HEAD, ["", A, "a", "pause"], ["", A, "b", "pause"], ["", B, "a", "pause"]])
    text = "\n".join(told(path, choices=Choices(where=(parse_where("Title=a"),))))
    assert f"{in_words(path, 'line 3', 'row 3')} (left out); keep or leave out all of them" in text


def test_a_column_that_says_which_rows_are_meant_is_told_with_them(path: Path) -> None:
    write(path, [["uuid", "Skip?"], [A, True], [B, False], [C, True]])
    rows = in_words(path, "line", "row")
    assert f"'{in_words(path, 'True', 'TRUE')}' on {rows}s 2, 4" in refusal(path, Choices(action=Action.PAUSE))


def test_what_refuses_a_list_is_told_at_its_row(path: Path) -> None:
    write(path, [["x", A, "pause"]])
    assert refusal(path).startswith(in_words(path, "list.csv:1: here is", "list.xlsx: row 1: here is"))


@pytest.mark.parametrize("rows", [65_535, 65_536, 65_537])
@pytest.mark.parametrize("below", ["pause", "Total"])
def test_a_list_that_ends_where_sheets_end_is_told(path: Path, rows: int, below: str) -> None:
    if path.suffix == ".csv":
        body = "".join(f"{A[:-6]}{n:06},pause\n" for n in range(rows - 2))
        path.write_text(
            f"uuid,action\n{body}{B if below == 'pause' else below},{'pause' if below == 'pause' else ''}\n"
        )
    else:
        book = openpyxl.Workbook()
        book.active.append(["uuid", "action"])
        book.active.append([A, "pause"])
        book.active.cell(rows, 1, B if below == "pause" else below)
        book.active.cell(rows, 2, "pause" if below == "pause" else None)
        book.save(path)
    unit = in_words(path, "line", "row")
    note = f"  it ends on {unit} 65,536, the last that a spreadsheet has: rows may be missing"
    assert (note in told(path)) is (rows == 65_536)


def test_ticks_below_no_header_are_not_passed_over(path: Path) -> None:
    write(path, [["Journey ID", "Title", ""], [A, "a", "x"], [B, "b", ""], [C, "c", "x"]])
    said = refusal(path, Choices(action=Action.PAUSE))
    rows, column = in_words(path, "line", "row"), in_words(path, "column 3", "column C")
    assert (
        f"{column}, without a name, says of each row whether it is meant, and is not read: 'x' on {rows}s 2, 4" in said
    )
    assert "; give it a name" in said


def test_what_stands_below_no_header_is_named_and_what_counts_rows_is_no_tick(path: Path) -> None:
    write(path, [["", "Journey ID", "Title", ""], ["0", A, "a", "call Anna"], ["1", B, "b", ""]])
    lines = told(path, choices=Choices(action=Action.PAUSE))
    columns = in_words(
        path,
        "column 1 ('0', '1'), 'Title' ('a', 'b'), column 4 ('call Anna')",
        "column A ('0', '1'), 'Title' ('a', 'b'), column D ('call Anna')",
    )
    assert f"  columns not read: {columns}" in lines


def test_a_heading_beside_the_ids_is_quoted(path: Path) -> None:
    write(path, [["Title", "Journey ID"], ["a", A], ["Do NOT pause:", ""], ["b", B]])
    (fault,) = faults_text(plan_of(path, choices=Choices(action=Action.PAUSE)))
    assert fault.endswith("is empty; every row needs a journey id; the row says 'Do NOT pause:' alone")


def test_ticks_of_rows_that_are_not_carried_out_are_nobodys(path: Path) -> None:
    write(
        path, [["Journey ID", "Title", "Skip?"], [A, "a", "no"], [B, "b", "no"], ["", "Total", "yes"], [C, "c", "yes"]]
    )
    plan = plan_of(path, choices=Choices(action=Action.PAUSE, where=(parse_where("Title=a,b"),)))
    assert plan.header.counts.operations == 2


def test_a_sheet_with_the_words_of_a_dropdown_says_nothing_about_the_journeys(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Journey ID", "Action"])
    book.active.append([A, "pause"])
    for word in ("start", "pause", "finish"):
        (book["Lists"] if "Lists" in book.sheetnames else book.create_sheet("Lists")).append([word])
    book.save(tmp_path / "list.xlsx")
    assert plan_of(tmp_path / "list.xlsx").header.counts.operations == 1


def test_with_the_name_of_a_sheet_the_others_are_named_too(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Plan"
    book.active.append(["Journey ID", "Action"])
    book.active.append([A, "pause"])
    book.create_sheet("Do not pause").append([A])
    book.save(tmp_path / "list.xlsx")
    assert "  not read: the sheet 'Do not pause'" in told(tmp_path / "list.xlsx", choices=Choices(sheet="Plan"))
