import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bulk_journeys.source.formats import open_list
from bulk_journeys.source.json_documents import LONGEST_DOCUMENT, json_readings
from bulk_journeys.source.json_rows import MOST_COLUMNS, MOST_SHAPED, Objects
from bulk_journeys.source.json_text import LONGEST_PIECE, MOST_LISTS, Document
from bulk_journeys.source.table import InvalidRow, Reading
from bulk_journeys.source.text import LONGEST_LINE
from tests.readings import lines_of, only, refusal, rows

A: Final = "11111111-2222-4333-8444-555555555555"
B: Final = "22222222-2222-4333-8444-555555555555"


def as_json(text: str) -> list[Reading]:
    return json_readings("list.json", lines_of(text), "utf-8")


def test_objects_on_lines_are_rows_and_keys_that_appear_later_become_columns() -> None:
    text = '\n{"uuid": "1", "n": 1.10}\n{"uuid": "2", "tags": ["a", null], "n": true}\n'
    (reading,) = as_json(text)
    assert rows(reading) == [(1, 1, []), (2, 2, ["1", "1.10"]), (3, 3, ["2", "true", '["a", null]'])]
    assert reading.columns == ["uuid", "n", "tags"]


def test_a_line_is_read_alike_by_its_shape_and_by_the_decoder() -> None:
    regular = '{"a": "1", "b": "x"}\n'
    text = 2 * regular + '{ "a":"2" ,"b": "\\u00e9"}\n{"b": "y", "a": "3"}\n{"a": "4", "b": "z"}\n' + regular
    assert [cells for _, _, cells in only(as_json(text))] == [
        ["1", "x"], ["1", "x"], ["2", "é"], ["3", "y"], ["4", "z"], ["1", "x"],
    ]  # fmt: skip


@given(st.lists(st.permutations("abc"), min_size=2))
def test_the_order_of_keys_changes_no_row(orders: list[list[str]]) -> None:
    objects = [{key: f"{key}{number}" for key in order} for number, order in enumerate(orders)]
    expected = [[f"{key}{number}" for key in orders[0]] for number in range(len(orders))]
    for text in ("".join(json.dumps(one) + "\n" for one in objects), json.dumps(objects)):
        assert [cells for _, _, cells in only(as_json(text))] == expected


def test_a_shape_is_learnt_from_keys_that_come_twice_in_a_row_and_from_no_endless_number_of_them() -> None:
    def line(number: int) -> str:
        return json.dumps({f"key {number}": "", **dict.fromkeys("abcdefghi", 1)})

    objects, learnt = Objects(), set()
    for number in range(MOST_SHAPED // 5):
        objects.line(line(number))
        assert objects.shape is None
    for number in range(MOST_SHAPED // 5):
        objects.line(line(number))
        objects.line(line(number))
        learnt.add(objects.shape)
    assert len(learnt) == MOST_SHAPED // 10


@given(
    st.lists(
        st.builds(
            lambda a, b: {"a": a, "b": b},
            *2 * [st.sampled_from([None, True, False, 0, -1, 2.5, 1e300, 10**99, 10**100, "", "a", "null", '"', "1"])],
        ),
        min_size=3,
        max_size=9,
    ),
    st.sampled_from([(", ", ": "), (",", ":"), (" ,\t", "  :")]),
)
def test_scalars_are_read_alike_by_shapes_and_by_the_decoder(
    objects: list[dict[str, Any]], separators: tuple[str, str]
) -> None:
    expected = [
        ["" if value is None else value if isinstance(value, str) else json.dumps(value) for value in one.values()]
        for one in objects
    ]
    texts = [json.dumps(one, separators=separators) for one in objects]
    for text in ("\n".join(texts), f"[{','.join(texts)}]"):
        assert [cells for _, _, cells in only(as_json(text))] == expected


@pytest.mark.parametrize("odd", ["01", "1.", "-", ".5", "1e", "+1", "tru", "nul", "NaN", "Infinity", "1" * 401, "'1'"])
def test_what_is_no_scalar_fits_no_shape(odd: str) -> None:
    found = only(as_json('{"a": 1, "b": "x"}\n' * 3 + f'{{"a": {odd}, "b": "x"}}\n{{"a": 2, "b": null}}\n'))
    assert [row[2] for row in (*found[:3], found[4])] == [["1", "x"]] * 3 + [["2", ""]]
    assert found[3][0] == 4
    assert found[3][1].startswith("is not a row in JSON: ")


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


def test_half_of_a_character_does_not_cost_the_row() -> None:
    assert only(as_json('{"uuid": "1", "\\udc00": "a\\ud83d", "n": ["\\ud800"]}\n{"uuid": "2"}\n'))[0][2] == [
        "1",
        "a\ufffd",
        '["\ufffd"]',
    ]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"uuid": "1", "uuid": "2"}', "it has the key 'uuid' twice"),
        ('{"uuid": {"a": 1, "a": 2}}', "it has the key 'a' twice"),
        ('{"uuid": NaN}', "NaN is no JSON"),
        ('{"uuid": ' + "9" * 5000 + "}", "it has a number of 5,000 digits"),
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


@pytest.mark.parametrize("blank", ["", " ", "\n"])
def test_what_is_empty_ends_where_it_ends(blank: str) -> None:
    objects, lists = f"{{{blank}}}", f"[{blank}]"
    whole, journeys = as_json(
        f'{{"a": {objects}, "b": {lists}, "c": {{"d": {objects}}}, "journeys": [{{"uuid": "1"}}]}}'
    )
    assert rows(whole)[0][2] == ["{}", "[]", "{}", '[{"uuid": "1"}]']
    assert [cells for _, _, cells in rows(journeys)] == [["1"]]
    assert [cells for _, _, cells in only(as_json(objects))] == [[]]
    assert not only(as_json(lists))


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
        ('[{"uuid": "1"},\n]', "list.json:2: is no JSON: ']' cannot stand here"),
        ('[{"uuid": "1"}\n{"uuid": "2"}]', "list.json:2: is no JSON: a comma or ] is missing"),
        ('[{"uuid": "1"},\n{"uuid": }]', "list.json:2: is no JSON: '}]' cannot stand here"),
        ('[{"uuid": "1"}', "list.json:1: is no JSON: a comma or ] is missing"),
        ('{"a": [1],\n"a": [2]}', "list.json:2: has the key 'a' twice in one object"),
        ('{"a"\n1}', "list.json:2: is no JSON: a colon is missing"),
        ("{\na: 1}", "list.json:2: is no JSON: a key in double quotes is missing"),
        ('{\n"uuid": "1"}\n["2"\n', "list.json:4: is no JSON: a comma or ] is missing"),
        ("[" * 100_000, "list.json:1: is no JSON: it is nested too deeply"),
    ],
    ids=range(9),
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


def test_a_rejection_of_a_line_holds_the_line() -> None:
    (reading,) = as_json('{"uuid": "1"}\n oops \n')
    *_, bad = reading.rows()
    assert isinstance(bad, InvalidRow)
    assert bad.faults[0].value == "oops"


# --- keys ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form", ["[{}, {}]", '{{"page": 1, "journeys": [{}, {}]}}', "{}\n{}\n"], ids=["list", "wrapped", "lines"]
)
def test_a_key_with_a_dot_and_the_same_way_through_two_objects_is_one_key_twice(form: str) -> None:
    twins = '{"info.uuid": "1", "info": {"uuid": "2"}}'
    found = rows(as_json(form.format(twins, '{"info.uuid": "3"}'))[-1])
    assert found[1][2] == ["3"]
    assert found[0] == (1, "is not a row in JSON: it has the key 'info.uuid' twice")


def test_the_key_that_an_endless_object_has_twice_is_found() -> None:
    members = ", ".join(f'"key {number}": 1' for number in range(100_000))
    (twin,) = only(as_json(f'[{{{members}, "key 99999": 2}}]'))
    assert twin[1] == "is not a row in JSON: it has the key 'key 99999' twice"


# --- tables on their side --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        f'{{"uuid": ["{A}", "{B}"], "action": ["pause", "start"]}}',
        f'{{"n": [1, null], "uuid": ["{A}", "{B}"]}}',
        f'{{"uuid": {{"0": "{A}", "1": "{B}"}}, "action": {{"0": "pause", "1": "start"}}}}',
    ],
    ids=["lists", "numbers", "pandas"],
)
def test_a_table_written_by_columns_is_refused_by_that_name(text: str) -> None:
    assert refusal(lambda: as_json(f"\n{text}\n")).startswith("list.json:2: the table is written by columns; export it")


def test_a_column_among_other_things_is_no_list_of_rows() -> None:
    whole, *columns = as_json(f'{{"page": 1,\n"data": {{"uuid": ["{A}"],\n"action": ["pause"], "last": [true]}}}}')
    assert rows(whole)[0][2] == ["1", f'["{A}"]', '["pause"]', "[true]"]
    assert [one.form.sheet for one in columns] == ["data.uuid", "data.action"]
    assert refusal(lambda: rows(columns[0])).startswith("list.json:2: the list 'uuid' has another beside it that is as")
    assert refusal(lambda: rows(columns[1])).startswith("list.json:3: the list 'action' has another")


@pytest.mark.parametrize(
    ("text", "lists"),
    [
        (f'{{"pause": ["{A}"], "start": ["{B}"]}}', {"pause": [[A]], "start": [[B]]}),
        (f'{{"pause": ["{A}"], "notes": ["a", "b"]}}', {"pause": [[A]], "notes": [["a"], ["b"]]}),
        ('{"points": [{"uuid": "1"}], "tags": ["a"]}', {"points": [["1"]], "tags": [["a"]]}),
        ('{"0": {"uuid": "1"}, "1": {"uuid": "2"}}', {}),
    ],
    ids=["ids", "lengths", "objects", "rows"],
)
def test_lists_that_are_no_columns_are_read(text: str, lists: dict[str, list[list[str]]]) -> None:
    _, *readings = as_json(text)
    assert {one.form.sheet: [cells for _, _, cells in rows(one)] for one in readings} == lists


@pytest.mark.parametrize("index", ['"index": [0, 1, 2], ', '"index": ["a", "b", "c"], ', ""])
def test_a_table_that_pandas_has_split_is_one_reading(index: str) -> None:
    (reading,) = as_json(f'{{"columns": ["uuid", "n"], {index}\n"data": [["1", 2],\n["3", null],\n["4"]]}}')
    assert (reading.columns, reading.form.sheet) == (["uuid", "n"], None)
    assert rows(reading) == [
        (2, 2, ["1", "2"]), (3, 3, ["3", ""]), (4, "is not a row in JSON: it has 1 cells, and there are 2 columns"),
    ]  # fmt: skip


# --- bounds ----------------------------------------------------------------------------------------------------------


def test_an_object_has_a_largest_number_of_lists() -> None:
    lists = ",\n".join(f'"{number}": ["a"]' for number in range(MOST_LISTS + 1))
    assert refusal(lambda: as_json(f'{{{lists}, "n": 1}}')).startswith(
        f"list.json:{MOST_LISTS + 1}: JSON with more than"
    )


def test_lists_of_numbers_are_checked_and_are_no_readings() -> None:
    numbers = ", ".join(["1", "-0.5e3", "true", "null"] * 1000)
    (whole,) = as_json(f'{{"uuid": "1", "n": [{numbers}], "m": [\n]}}')
    assert [(row[0], row[1]) for row in rows(whole)] == [(1, 2)]
    assert refusal(lambda: as_json(f'{{"n": [{numbers},\n]}}')).startswith("list.json:2: is no JSON: ']}' cannot")
    assert refusal(lambda: as_json(f'{{"n": [{numbers},\n01]}}')).startswith("list.json:2: is no JSON: a comma or ]")


SCALARS: Final = ("0", "7", "12", "-1", "-0", "3.25", "1e5", "-10.0E-2", "9" * 30, "true", "false", "null", '"a"')
NO_SCALARS: Final = ("01", "1.", "-", ".5", "1e", "+1", "tru", "nul", "", "1 2", "0x1", "--1", "1.e5")


@given(
    st.lists(st.sampled_from(SCALARS), min_size=1, max_size=12),
    st.sampled_from(["", *NO_SCALARS]),
    st.sampled_from([1, 2, 9, 10, 11, 99, 998, 999, 1000, 1001, 1002, 1999, 2000, 2001, 3333]),
    st.sampled_from([",", ", ", "\n,\t", " , "]),
    st.integers(0, 4000),
)
@example(scalars=["1"], odd="", length=2, comma=",", place=0)
@example(scalars=["1", "2", "3.5"], odd="4e", length=4, comma=", ", place=3)
def test_a_list_of_numbers_is_what_the_json_module_says(
    scalars: list[str], odd: str, length: int, comma: str, place: int
) -> None:
    elements = [scalars[number % len(scalars)] for number in range(length)]
    if odd:
        elements[place % length] = odd
    text = f'{{"n": ["a", {comma.join(elements)}]}}'
    try:
        expected = len(json.loads(text)["n"])
    except ValueError:
        assert "list.json:" in refusal(lambda: Document("list.json", text))
    else:
        assert [one.length for one in Document("list.json", text).lists] == [expected]


@pytest.mark.parametrize("blanks", ["", " "])
@pytest.mark.parametrize("element", ["7", '"a"', '"a,b"', "[7, 7]", '{"a": 7}', "null"])
def test_a_long_list_without_rows_is_counted_piece_by_piece(element: str, blanks: str) -> None:
    count = 2 * LONGEST_PIECE
    comma = f"{blanks},{blanks}"
    document = Document("list.json", f'{{"n": ["x"{comma}{comma.join([element] * count)}], "m": ["y", 1]}}')
    assert [(one.path, one.length) for one in document.lists] == [(("n",), 1 + count), (("m",), 2)]
    broken = f'{{"n": ["x"{comma}{comma.join([element] * count)},{comma}7]}}'
    assert refusal(lambda: Document("list.json", broken)).startswith("list.json:1: is no JSON: ")


def test_an_object_too_long_for_a_row_is_there_for_its_lists() -> None:
    whole, journeys = as_json(f'{{"journeys": [{{"uuid": "1"}}], "note": "{"x" * LONGEST_LINE}"}}')
    assert rows(journeys) == [(1, 1, ["1"])]
    (bad,) = rows(whole)
    assert "it has 4,194," in bad[1]


def test_a_line_too_long_for_a_row_is_read_as_a_document() -> None:
    first, second = only(as_json(f'{{"uuid": "1", "note": "{"x" * LONGEST_LINE}"}}\n{{"uuid": "2"}}\n'))
    assert (first[:2], second) == ((1, 1), (2, 2, ["2", ""]))


@given(st.lists(st.sampled_from(["\n", "\r\n", "\r", " "]), min_size=6, max_size=6))
def test_rows_are_on_the_lines_that_an_editor_shows(blanks: list[str]) -> None:
    a, b, c, d, e, f = blanks
    ends = [len([end for end in blanks[:place] if end != " "]) for place in range(7)]
    text = f'{a}[{b}{{"uuid":{c}"1"}}{d},{{"uuid": 2}}{e}]{f}'
    (reading,) = json_readings("list.json", lambda _: iter([text]), "utf-8")
    assert [row[:2] for row in rows(reading)] == [(1 + ends[2], 1 + ends[3]), (1 + ends[4], 1 + ends[4])]


# --- something else --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('[{"uuid": "1"}]\n[{"uuid": "2"}]\n', 2, '[{"uuid": "2"}]'),
        ('[\n{"uuid": "1"}\n]\n[\n["uuid"]]\n', 4, "["),
        ('[{"uuid": "1"}]\nBYE\n', 2, "BYE"),
        ('[\n{"uuid": "1"}\n]\n\n480 rows\n', 5, "480 rows"),
        ('# exported\n[\n{"uuid": "1"}\n]\n', 1, "# exported"),
    ],
)
def test_what_stands_beside_a_document_is_told_with_its_line(text: str, line: int, what: str) -> None:
    expected = f"list.json:{line}: JSON with something else on line {line}: {what!r}; leave nothing"
    assert refusal(lambda: as_json(text)).startswith(expected)


@pytest.mark.parametrize("comment", ["# exported", "  // for May"])
@pytest.mark.parametrize("objects", ['{"uuid": "1"}\n', '{"uuid": "1"}\n{"uuid": "2"}\n'])
def test_json_is_known_behind_a_comment(tmp_path: Path, comment: str, objects: str) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"\n{comment}\n{objects}")
    with open_list(str(path), str.islower) as listed:
        (reading,) = listed.readings
        blank, remark, *read = reading.rows()
    assert reading.form.format == "JSON lines"
    assert isinstance(remark, InvalidRow)
    assert (blank.cells, remark.line, remark.faults[0].value) == ([], 2, comment.strip())
    assert [(row.line, list(row.cells)) for row in read] == [(3, ["1"]), (4, ["2"])][: objects.count("uuid")]
