"""A list has as many columns as the widest sheet, at most; a wider one is refused with its line in any format."""

import json
from pathlib import Path
from typing import Final

import openpyxl
import pytest

from bulk_journeys.model import Action
from bulk_journeys.plan.select import Choices
from bulk_journeys.vocabulary.line_kinds import MOST_CELLS
from tests.intake.reading import A, B, C, Understood, refusal, understood

ENDLESS: Final = 100_000
HEADER: Final = ["uuid", "action"]
ROWS: Final = [[A, "pause"], [B, "start"]]
PLAIN: Final[Understood] = Understood([(2, A, "pause"), (3, B, "start")], [], [])


def widened(cells: list[str], width: int, filling: str = "") -> list[str]:
    return [*cells, *(f"{filling}{place}" if filling else "" for place in range(width - len(cells)))]


def delimited(delimiter: str, quote: str, rows: list[list[str]]) -> str:
    return "".join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) + "\n" for row in rows)


def drawn(bar: str, edge: str, rows: list[list[str]]) -> str:
    """Draw a table as psql does, or with the *edge* of mysql and of Markdown."""
    header, *others = [edge + bar.join(row) + edge + "\n" for row in rows]
    rule = edge + "+".join(["-----"] * len(rows[0])) + edge + "\n"
    return header + rule + "".join(others)


def on_lines(rows: list[list[str]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def in_a_list(rows: list[list[str]]) -> str:
    return "[" + ",\n".join(map(json.dumps, rows)) + "]"


def batch(rows: list[list[str]]) -> str:
    return delimited("\t", "", [*rows[:-1], [*rows[-1][:-1], "a\\nb"]])


FORMATS: Final = {
    "comma": lambda rows: delimited(",", "", rows),
    "semicolon": lambda rows: delimited(";", "", rows),
    "tab": lambda rows: delimited("\t", "", rows),
    "bar": lambda rows: delimited("|", "", rows),
    "quoted": lambda rows: delimited(",", '"', rows),
    "single": lambda rows: delimited(";", "'", rows),
    "blanks": lambda rows: delimited(" ", "", rows),
    "psql": lambda rows: drawn(" | ", "", rows),
    "markdown": lambda rows: drawn(" | ", "|", rows),
    "jira": lambda rows: f"||{'||'.join(rows[0])}||\n" + "".join(f"|{'|'.join(row)}|\n" for row in rows[1:]),
    "batch": batch,
    "lines": on_lines,
    "list": in_a_list,
}


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("is_filled", [True, False], ids=["rows", "header"])
def test_a_list_with_endlessly_many_columns_is_refused(tmp_path: Path, form: str, is_filled: bool) -> None:
    rows = [widened(row, ENDLESS, "v") for row in ROWS] if is_filled else ROWS
    message = refusal(tmp_path / "list.txt", FORMATS[form]([widened(HEADER, ENDLESS, "c"), *rows]))
    assert message.startswith("1: the row has 100,00")
    assert "a list may have 16,384 columns; write one row a line, and leave out" in message


@pytest.mark.parametrize("before", [0, 5000], ids=["first", "far"])
@pytest.mark.parametrize("filling", ["v", ""], ids=["filled", "blank"])
def test_an_endless_row_is_refused_wherever_it_stands(tmp_path: Path, before: int, filling: str) -> None:
    rows = [HEADER, *[[A, "pause"]] * before, widened([B, "start"], ENDLESS, filling), [C, "pause"]]
    message = refusal(tmp_path / "list.csv", delimited(",", "", rows))
    assert message.startswith(f"{2 + before}: the row has 100,000 cells")


def test_an_endless_row_of_blanks_above_the_header_is_refused(tmp_path: Path) -> None:
    message = refusal(tmp_path / "list.csv", delimited(",", "", [widened([], ENDLESS), HEADER, *ROWS]))
    assert message.startswith("1: the row has 100,000 cells")


def test_many_marks_that_delimit_nothing_are_text(tmp_path: Path) -> None:
    rows = [[*HEADER, "title"], [*ROWS[0], ";" * ENDLESS], [*ROWS[1], " x" * ENDLESS]]
    assert understood(tmp_path / "list.csv", delimited(",", "", rows)) == PLAIN


@pytest.mark.parametrize("filling", ["column ", ""], ids=["filled", "blank"])
@pytest.mark.parametrize("form", ["comma", "tab", "quoted", "list"])
def test_a_list_as_wide_as_a_sheet_is_read(tmp_path: Path, form: str, filling: str) -> None:
    rows = [widened(row, MOST_CELLS, filling) for row in (HEADER, *ROWS)]
    assert understood(tmp_path / "list.csv", FORMATS[form](rows)) == PLAIN


def test_the_widest_sheet_is_read(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADER, *ROWS):
        book.worksheets[0].append(widened(row, MOST_CELLS, "column "))
    book.save(tmp_path / "list.xlsx")
    assert understood(tmp_path / "list.xlsx", (tmp_path / "list.xlsx").read_bytes()) == PLAIN


@pytest.mark.parametrize("form", ["{},\n{}", "[{},\n{}]", '{{"rows": [{},\n{}]}}'], ids=["lines", "list", "wrapped"])
def test_an_object_with_endlessly_many_keys_is_no_row(tmp_path: Path, form: str) -> None:
    first, endless = ({"uuid": uuid, "action": "pause"} for uuid in (A, B))
    endless |= {f"key {number}": "v" for number in range(ENDLESS)}
    text = form.replace(",\n", "\n" if form.startswith("{}") else ",\n").format(json.dumps(first), json.dumps(endless))
    assert understood(tmp_path / "list.json", text)[:2] == ([(1, A, "pause")], [2])


@pytest.mark.parametrize("keys", [{"x": 1}, {"x": {"y": {"z": 1}}}], ids=["flat", "nested"])
@pytest.mark.parametrize("form", ["{}\n{}\n", "[{},\n{}]"], ids=["lines", "list"])
def test_a_list_that_begins_with_an_endless_object_is_refused(tmp_path: Path, form: str, keys: object) -> None:
    rows = [{"uuid": uuid, "action": "pause", "x": dict.fromkeys(map(str, range(ENDLESS)), keys)} for uuid in (A, B)]
    message = refusal(tmp_path / "list.json", form.format(*map(json.dumps, rows)))
    assert message == "1: is not a row in JSON: it has more than 1000 keys; write the list anew"


def test_the_ids_may_be_in_the_last_of_all_columns(tmp_path: Path) -> None:
    rows = [
        [f"{filling}{place}" for place in range(MOST_CELLS - 1)] + [last] for filling, last in (("c", "uuid"), ("v", A))
    ]
    text = delimited(",", "", rows)
    assert understood(tmp_path / "list.csv", text, Choices(action=Action.PAUSE)).operations == [(2, A, "pause")]
