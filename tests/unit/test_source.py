import csv
import hashlib
import io
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.source.delimited import delimited_readings
from bulk_journeys.source.formats import open_list
from bulk_journeys.source.table import Form, Reading
from bulk_journeys.source.text import LONGEST_LINE
from tests.readings import lines_of, only, refusal, rows


def delimited(text: str) -> list[Reading]:
    return delimited_readings("list.csv", lines_of(text), text, "utf-8")


# --- delimited -------------------------------------------------------------------------------------------------------


def test_there_is_a_reading_for_each_dialect_that_a_text_has_signs_of() -> None:
    dialects = [reading.form for reading in delimited("uuid;a,b\n1;'it''s; so',\"say \\\"so\\\"\"\n")]
    assert [(form.delimiter, form.quote, form.escape) for form in dialects] == [
        (",", '"', None), (",", '"', "\\"), (",", "'", None),
        (";", '"', None), (";", '"', "\\"), (";", "'", None), (";", '"', None),
    ]  # fmt: skip


def test_a_hint_for_excel_leaves_one_delimiter() -> None:
    (reading,) = delimited("sep=;\nuuid;a,b\n1;2\n")
    assert rows(reading) == [(1, 1, ["sep=", ""]), (2, 2, ["uuid", "a,b"]), (3, 3, ["1", "2"])]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_has_its_first_and_its_last_line_and_blank_rows_are_rows(end: str) -> None:
    text = end.join(["", "uuid,title", "1,a", ' ,""', '2,"b', 'c"', "3,d"])
    spans = [(row[0], row[1]) for row in only(delimited(text))]
    assert spans == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 6), (7, 7)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('uuid,title\n1,a\n2,"b\n3,c\n', "list.csv:3: a quote that opens in this row is never closed"),
        ('uuid,title\n1,"a" b\n', "list.csv:2: a quoted cell that opens in this row goes wrong on line 2"),
        ('uuid,title\n1,"a\n2,"b"\n', "list.csv:2: a quoted cell that opens in this row goes wrong on line 3"),
    ],
)
def test_a_quote_that_would_swallow_rows_is_refused_where_it_opens(text: str, reason: str) -> None:
    for reading in delimited(text):
        assert refusal(partial(rows, reading)).startswith(reason)


def test_a_cell_has_a_longest_length() -> None:
    text = 'uuid,title\n1,"' + "x\n" * (LONGEST_LINE // 2 + 1)
    assert "list.csv:2: a cell is longer than" in refusal(lambda: only(delimited(text)))


@given(st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=5), min_size=2, max_size=4), max_size=5))
def test_what_a_csv_writer_writes_is_read_back(table: list[list[str]]) -> None:
    written = io.StringIO()
    csv.writer(written).writerows(table)
    text = written.getvalue()
    lines = io.StringIO(text, newline="")
    (reading, *_) = delimited_readings("list.csv", lambda: iter(lines), "uuid,x", "utf-8")
    assert [row.cells for row in reading.rows()] == table


# --- opening ---------------------------------------------------------------------------------------------------------


def test_the_format_is_told_by_the_content(tmp_path: Path) -> None:
    path = tmp_path / "journeys.xls"
    for content, form in (
        ("uuid\n1\n", Form("CSV", "utf-8", ",", '"')),
        ('{"uuid": "1"}\n{"uuid": "2"}\n', Form("JSON lines", "utf-8")),
        ('[{"uuid": "1"}]', Form("JSON", "utf-8")),
        ("{11111111-2222-3333-4444-555555555555}\n", Form("CSV", "utf-8", ",", '"')),
    ):
        path.write_text(content)
        with open_list(str(path), str.islower) as listed:
            assert listed.readings[0].form == form
            listed.verify()
            assert listed.digest == hashlib.sha256(content.encode()).hexdigest()
