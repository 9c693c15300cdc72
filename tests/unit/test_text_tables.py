import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.source.delimited import delimited_readings
from bulk_journeys.source.table import InvalidRow, Reading
from bulk_journeys.source.text_tables import MOST_PARTS, screen_readings
from tests.readings import lines_of, rows


def unquoted(text: str) -> list[Reading]:
    """Return the readings in which a quote is a character like any other."""
    readings = delimited_readings("list.tsv", lines_of(text), text, "utf-8")
    return [reading for reading in readings if reading.form.quote is None]


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


@given(st.lists(st.text("a\t\\n\n"), min_size=1))
def test_a_batch_gives_back_the_cells_that_were_escaped(cells: list[str]) -> None:
    escaped = [cell.replace("\\", "\\\\").replace("\t", "\\\t").replace("\n", "\\n") for cell in cells]
    text = "uuid\t\\\\\n" + "\t".join(escaped) + "\n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert rows(reading)[1:] == [(2, 2, cells)]


def test_lines_that_end_with_a_carriage_return_are_lines() -> None:
    text = "uuid  title\r----  -----\r1     a\r"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert rows(reading)[2] == (3, 3, ["1", "a"])


def test_a_bar_behind_a_backslash_is_in_its_cell() -> None:
    text = "| uuid | title |\n|---|---|\n| 1 | a \\| b |\n| 2 | c\\||\n| 3 | |\n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert [cells for _, _, cells in rows(reading)[2:]] == [["1", "a | b"], ["2", "c|"], ["3", ""]]


@pytest.mark.parametrize("indent", ["", " "])
def test_two_bars_around_the_headers_of_jira_are_one(indent: str) -> None:
    text = "".join(f"{indent}{line}\n" for line in ("||uuid||title||", "|1|a|", "|2||", "|3| |", "||4|b|"))
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert [cells for _, _, cells in rows(reading)] == [
        ["uuid", "title"],
        ["1", "a"],
        ["2", ""],
        ["3", ""],
        ["", "4", "b"],
    ]


def test_a_column_that_has_ended_does_not_go_on() -> None:
    text = "uuid | title | note\n-----+-------+------\n1 | C+ | a+\n | | b+\n | D | c\n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert rows(reading)[2:] == [(3, 4, ["1", "C+", "a\nb+"]), (5, 5, ["", "D", "c"])]


def test_a_cell_has_a_largest_number_of_lines() -> None:
    text = "uuid|action\n----+----\n" + "a+|b+\n" * (3 * MOST_PARTS)
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert [(first, last) for first, last, _ in rows(reading)[2:]] == [(3, 1002), (1003, 2002), (2003, 3002)]


@pytest.mark.parametrize(
    "sample",
    [
        (" " * 30 + "-" * 30) * 33_000 + "a\n",
        "- " * 1_000_000 + "a\n",
        "-- " * 700_000 + "a\n",
        "||" + "a||" * 700_000 + "|\n",
        "||" + " \t" * 1_000_000,
        "\\" * 1_000_001 + "\t",
        '\t"' * 1_000_000,
        "|'" * 1_000_001,
        ", " * 1_000_000,
    ],
    ids=range(9),
)
def test_signs_are_looked_for_in_no_more_time_than_the_length_allows(sample: str) -> None:
    for reading in screen_readings(lines_of(sample), sample, "utf-8"):
        assert rows(reading)
    assert delimited_readings("list.csv", lines_of(sample), sample, "utf-8")


@pytest.mark.parametrize("mark", ["\t", "|"])
def test_quotes_that_do_not_go_around_their_cell_may_be_characters_like_any_other(mark: str) -> None:
    text = f'uuid{mark}title\n1{mark}"Best" deal\n2{mark}""x""\n3{mark}5" screen\n4{mark}"all of it"\n'
    (reading,) = unquoted(text)
    assert [cells[1] for _, _, cells in rows(reading)[1:]] == ['"Best" deal', '""x""', '5" screen', '"all of it"']


@pytest.mark.parametrize(
    "text",
    [
        '1,"Best" deal\n',
        '1\t"Best deal"\n2\t5" screen\n',
        '1\t"Best" deal\n2\t"a\nb"\n',
        '1\t"Best" deal\n2\t"a\tb"\n',
        '1\t"Best" deal\n2\t"a"" \tb"\n',
        '1\t"Best" deal\n2\t"never closed\n',
        '1\t"Best" deal\r2\t"never closed\r',
        '1\t"Best deal\n2\tb"\n',
    ],
)
def test_quotes_that_may_hold_a_delimiter_or_a_line_end_are_quotes(text: str) -> None:
    assert unquoted("uuid\ttitle\n" + text) == []


def test_a_quote_that_opens_behind_the_sample_is_refused_in_a_text_without_quotes() -> None:
    sample = 'uuid\ttitle\n1\t"Best" deal\n'
    whole = lines_of(sample + '2\t"a\n3\tb"\n')
    reading = next(one for one in delimited_readings("list.tsv", whole, sample, "utf-8") if one.form.quote is None)
    with pytest.raises(InputError, match=r"list\.tsv:3: a quote that opens in this row is never closed"):
        rows(reading)


@pytest.mark.parametrize(
    "row", [" {} | Loyalty | gold | pause  |", " {} | x|y            | pause  |", " {} | a | | b        | pause  | no"]
)
def test_a_bar_in_a_cell_is_told_by_the_rule_from_one_between_cells(row: str) -> None:
    uuid = "23b8c1e9-3924-46de-beb1-3b9046685257"
    head = f"{'uuid':^38}|      name      | action | team\n{'-' * 38}+{'-' * 16}+--------+------\n"
    text = head + row.format(uuid) + "\n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    ((_, _, cells),) = rows(reading)[2:]
    assert (cells[0], cells[2], len(cells)) == (uuid, "pause", 4)


def test_a_bar_in_a_cell_is_told_in_a_box_too() -> None:
    text = "+----+-------+\n| id | title |\n+----+-------+\n| 1  | a | b |\n+----+-------+\n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert (4, 4, ["1", "a | b"]) in rows(reading)


def test_a_row_with_a_bar_too_many_that_no_rule_explains_is_rejected() -> None:
    text = "uuid | action | team\n-----+--------+-----\n a | pause | x | y\n b | start | c | \n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    found = [row for row in reading.rows() if isinstance(row, InvalidRow)]
    assert [row.line for row in found] == [3, 4]
    assert found[0].faults[0].reason.startswith("has more bars than the rule")


def test_a_bar_in_a_cell_is_told_in_a_box_of_lines_too() -> None:
    text = "┌────┬───────┐\n│ id │ title │\n├────┼───────┤\n│ 1  │ a | b │\n└────┴───────┘\n"
    (reading,) = screen_readings(lines_of(text), text, "utf-8")
    assert (4, 4, ["1", "a | b"]) in rows(reading)
