import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.model import Form, Rejection, Row
from bulk_journeys.source import open_list
from bulk_journeys.source.delimited import delimited_readings
from bulk_journeys.source.documents import LONGEST_DOCUMENT, json_readings
from bulk_journeys.source.objects import MOST_COLUMNS
from bulk_journeys.source.readings import Reading
from bulk_journeys.source.screens import screen_readings
from bulk_journeys.source.text import LONGEST_LINE


def lines_of(text: str) -> Callable[..., Iterator[str]]:
    return lambda *_: iter(text.splitlines(keepends=True))


def delimited(text: str) -> list[Reading]:
    return delimited_readings("list.csv", lines_of(text), text, "utf-8")


def as_json(text: str) -> list[Reading]:
    return json_readings("list.json", lines_of(text), "utf-8")


def rows(reading: Reading) -> list[Any]:
    """Return the rows as (line, line_end, cells), and a rejection as (line, reason)."""
    return [
        (row.line, row.line_end, list(row.cells)) if isinstance(row, Row) else (row.line, row.faults[0].reason)
        for row in reading.rows()
    ]


def only(readings: list[Reading]) -> list[Any]:
    (reading,) = readings
    return rows(reading)


def refusal(readings: Callable[[], object]) -> str:
    with pytest.raises(InputError) as refused:
        readings()
    return str(refused.value)


# --- delimited -------------------------------------------------------------------------------------------------------


def test_there_is_a_reading_for_each_dialect_that_a_text_has_signs_of() -> None:
    dialects = [reading.form for reading in delimited("uuid;a,b\n1;'it''s; so',\"say \\\"so\\\"\"\n")]
    assert [(form.delimiter, form.quote, form.escape) for form in dialects] == [
        (",", '"', None), (",", '"', "\\"), (",", "'", None),
        (";", '"', None), (";", '"', "\\"), (";", "'", None),
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
    assert refusal(lambda: only(delimited(text))).startswith(reason)


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


# --- what databases print --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        " uuid | title \n------+-------\n 1    | a     \n 2    |       \n(2 rows)\n",
        "+------+-------+\n| uuid | title |\n+------+-------+\n| 1    | a     |\n| 2    |       |\n+------+-------+\n",
        "| uuid | title |\n|:-----|------:|\n| 1 | a |\n| 2 |   |\n",
        "┌──────┬───────┐\n│ uuid │ title │\n├──────┼───────┤\n│ 1    │ a     │\n│ 2    │       │\n└──────┴───────┘\n",
        "uuid  title\n----  -----\n1     a\n2     \n",
    ],
    ids=["psql", "mysql", "markdown", "box", "columns"],
)
def test_a_table_drawn_in_text_is_read_cell_by_cell(text: str) -> None:
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert [cells for _, _, cells in rows(reading) if cells[0] in {"uuid", "1", "2"}] == [
        ["uuid", "title"], ["1", "a"], ["2", ""],
    ]  # fmt: skip


def test_a_cell_that_psql_wraps_is_one_cell_and_one_row() -> None:
    text = " uuid | title \n------+-------\n 1    | a    +\n      | b     \n 2    | c     \n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert rows(reading)[2:] == [(3, 4, ["1", "a\nb"]), (5, 5, ["2", "c"])]


def test_a_batch_of_mysql_has_escapes_and_no_quotes() -> None:
    text = 'uuid\ttitle\n1\t"a\\tb\\nc\\\\\n2\t\\N\n'
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert rows(reading)[1:] == [(2, 2, ["1", '"a\tb\nc\\']), (3, 3, ["2", ""])]


# --- JSON ------------------------------------------------------------------------------------------------------------


def test_objects_on_lines_are_rows_and_keys_that_appear_later_become_columns() -> None:
    text = '\n{"uuid": "1", "n": 1.10}\n{"uuid": "2", "tags": ["a", null], "n": true}\n'
    (reading,) = as_json(text)
    assert rows(reading) == [(1, 1, []), (2, 2, ["1", "1.10"]), (3, 3, ["2", "true", '["a", null]'])]
    assert reading.columns == ["uuid", "n", "tags"]


def test_a_line_is_read_alike_by_its_shape_and_by_the_decoder() -> None:
    regular = '{"a": "1", "b": "x"}\n'
    text = regular + '{ "a":"2" ,"b": "\\u00e9"}\n{"b": "y", "a": "3"}\n{"a": "4", "b": "z"}\n' + regular
    assert [cells for _, _, cells in only(as_json(text))] == [
        ["1", "x"], ["2", "é"], ["3", "y"], ["4", "z"], ["1", "x"],
    ]  # fmt: skip


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(["a", "b", 'q"', "é"]), st.none() | st.text() | st.integers() | st.floats(allow_nan=False)
        ),
        min_size=2,
    )
)
def test_objects_on_lines_and_in_a_list_are_the_same_rows(objects: list[dict[str, Any]]) -> None:
    on_lines = "".join(json.dumps(one) + "\n" for one in objects)
    assert [row[2:] for row in only(as_json(on_lines))] == [row[2:] for row in only(as_json(json.dumps(objects)))]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"uuid": "1", "uuid": "2"}', "it has the key 'uuid' twice"),
        ('{"uuid": {"a": 1, "a": 2}}', "it has the key 'a' twice"),
        ('{"uuid": NaN}', "NaN is no JSON"),
        ('{"uuid": ' + "9" * 5000 + "}", "it has a number of 5,000 digits"),
        ('{"uuid": "\\ud800"}', "it has half of a surrogate pair, which is no character"),
        ('{"uuid": ' + "[" * 100_000 + "}", "it is nested too deeply"),
        ('{"uuid": "1"', "Expecting ',' delimiter"),
        ("[1]", "it is no object"),
        ("null", "it is no object"),
    ],
    ids=str,
)
def test_a_line_that_is_no_object_is_rejected_and_the_next_is_read(line: str, reason: str) -> None:
    first, bad, last = only(as_json('{"uuid": "1"}\n' + line + '\n{"uuid": "2"}\n'))
    assert (first, last) == ((1, 1, ["1"]), (3, 3, ["2"]))
    assert bad[0] == 2
    assert reason in bad[1]


def test_a_broken_line_may_come_before_the_first_object() -> None:
    assert [row[0] for row in only(as_json('{"uuid":\n{"uuid": "1"}\n'))] == [1, 2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[\n {"uuid": "1"},\n {\n  "uuid": "2"\n }\n]', [(2, 2, ["1"]), (3, 5, ["2"])]),
        ('{\n"uuid": "1"}\n{\n"uuid": "2"}', [(1, 2, ["1"]), (3, 4, ["2"])]),
        ('["1",\n"2"]', [(1, 1, ["1"]), (2, 2, ["2"])]),
        ('[["uuid", "n"],\n["1", 2]]', [(1, 1, ["uuid", "n"]), (2, 2, ["1", "2"])]),
        ('["uuid"]\n["1"]\n', [(1, 1, ["uuid"]), (2, 2, ["1"])]),
    ],
)
def test_lists_and_objects_one_after_another_are_rows_with_the_lines_of_the_file(text: str, expected: object) -> None:
    assert only(as_json(text)) == expected


def test_objects_in_objects_become_columns() -> None:
    (reading,) = as_json('{"info": {"uuid": "1", "plan": {"action": "pause"}}, "x": {}}\n{"info": {"uuid": "2"}}\n')
    assert rows(reading) == [(1, 1, ["1", "pause", "{}"]), (2, 2, ["2", "", ""])]
    assert reading.columns == ["info.uuid", "info.plan.action", "x"]


def test_each_list_in_a_larger_object_is_a_reading() -> None:
    readings = as_json('{"page": 1,\n"data": {"journeys": [\n{"uuid": "1"}], "none": []},\n"others": [{"id": 2}]}')
    assert [(one.form.sheet, rows(one)) for one in readings[1:]] == [
        ("data.journeys", [(3, 3, ["1"])]),
        ("others", [(4, 4, ["2"])]),
    ]


def test_an_object_is_a_row_as_well() -> None:
    readings = as_json('{\n"uuid": "1", "tags": ["a"]}')
    assert [(one.form.sheet, rows(one)) for one in readings] == [
        (None, [(1, 2, ["1", '["a"]'])]),
        ("tags", [(2, 2, ["a"])]),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[{"uuid": "1"},\n]', "list.json:2: is no JSON: Expecting value"),
        ('[{"uuid": "1"}\n{"uuid": "2"}]', "list.json:2: is no JSON: a comma or ] is missing"),
        ('[{"uuid": "1"},\n{"uuid": }]', "list.json:2: is no JSON: Expecting value"),
        ('[{"uuid": "1"}', "list.json:1: is no JSON: a comma or ] is missing"),
        ('{"a": [1],\n"a": [2]}', "list.json:2: has the key 'a' twice in one object"),
        ('{"a"\n1}', "list.json:2: is no JSON: a colon is missing"),
        ("{\na: 1}", "list.json:2: is no JSON: a key in double quotes is missing"),
        ("[" * 100_000, "list.json:1: is no JSON: it is nested too deeply"),
    ],
    ids=range(8),
)
def test_broken_json_is_refused_with_its_line(text: str, reason: str) -> None:
    assert refusal(lambda: as_json(text)).startswith(reason)


def test_an_element_with_equal_keys_is_rejected_alone() -> None:
    first, twin, last = only(as_json('[{"uuid": "1"},\n{"uuid": "2", "uuid": "3"},\n{"uuid": "4"}]'))
    assert (first[2], last[2]) == (["1"], ["4"])
    assert twin == (2, "is not a row in JSON: it has the key 'uuid' twice")


def test_objects_may_not_have_endlessly_many_keys() -> None:
    text = "".join(json.dumps({f"key {number}": ""}) + "\n" for number in range(MOST_COLUMNS + 1))
    *_, last = only(as_json(text))
    assert "more than 1000 different keys" in last[1]


def test_a_document_has_a_largest_size() -> None:
    def lines(_: int) -> Iterator[str]:
        yield "[\n"
        for _ in range(LONGEST_DOCUMENT // (1 << 20) + 1):
            yield "1" * (1 << 20)

    assert "may have 67,108,864 characters" in refusal(lambda: json_readings("list.json", lines, "utf-8"))


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


def test_a_rejection_of_a_line_holds_the_line() -> None:
    (reading,) = as_json('{"uuid": "1"}\n oops \n')
    *_, bad = reading.rows()
    assert isinstance(bad, Rejection)
    assert bad.faults[0].value == "oops"
