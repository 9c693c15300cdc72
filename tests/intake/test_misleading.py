"""Files that would be misread by whoever guesses, prepared or by accident."""

from pathlib import Path

import pytest

from bulk_journeys.model import Action
from bulk_journeys.plan.select import Choices
from tests.intake.reading import A, B, refusal, understood

PAUSE = Choices(Action.PAUSE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list"


def test_where_blanks_part_the_cells_every_row_has_as_many_as_the_header(file: Path) -> None:
    assert understood(file, f"uuid action\n{A} pause\n").operations == [(2, A, "pause")]
    gaps = f"Journey ID  Title        Action\n{A}  Spring sale  pause\n"
    assert understood(file, gaps).operations == [(2, A, "pause")]
    for text in (f"Journey ID Action Status\n{A} pause running\n", f"uuid Title Action\n{A} Spring sale start\n"):
        assert understood(file, text).operations == []


@pytest.mark.parametrize("header", ["id,action,title", "journey,action,title", "uuid,status,title"])
def test_a_second_header_with_other_columns_is_refused(file: Path, header: str) -> None:
    text = f"uuid,title,action\n{A},x,pause\n{header}\n{B},start,pause\n"
    assert refusal(file, text).startswith("3: another header is here")


@pytest.mark.parametrize("text", [f"uuid,title\nbroken,Action\n{B},start\n", f"uuid,status\n,Action\n{B},paused\n"])
def test_a_broken_row_does_not_become_half_of_the_header(file: Path, text: str) -> None:
    assert refusal(file, text).startswith("there is no action column among 'uuid', ")
    assert understood(file, text, PAUSE).rejections[:1] == [2]


def test_an_id_below_the_heading_of_another_group_is_no_journey(file: Path) -> None:
    text = f"Owner,,Journey,\nuuid,name,title,action\n{B},x,y,start\n"
    assert refusal(file, text).startswith("1: the column 'uuid' stands below 'Owner', and 'Journey' is beside it")
    mine = f"Journey,,Plan,\nuuid,name,title,action\n{B},x,y,start\n"
    assert understood(file, mine).operations == [(3, B, "start")]


@pytest.mark.parametrize(
    ("header", "row", "several"),
    [
        ("uuid,Action,Next action", f"{A},pause,start", "'Action', 'Next action'"),
        ("id,journey,action", f"{A},{B},pause", "'id', 'journey'"),
        ("uuid,Journey link,action", f"{A},https://app.pushwoosh.com/journeys/{B},pause", "'uuid', 'Journey link'"),
    ],
)
def test_two_columns_that_disagree_are_refused_however_sure_one_is(
    file: Path, header: str, row: str, several: str
) -> None:
    assert several in refusal(file, f"{header}\n{row}\n")


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("uuid,Action,Last action", f"{A},pause,start"),
        ("uuid,Action,Next action", f"{A},pause,paused"),
        ("uuid,Journey link,action", f"{A},https://app.pushwoosh.com/journeys/{A},pause"),
        ("uuid,id,action", f"{A},17,pause"),
        ("uuid,action,to do", f"{A},pause,call Anna"),
    ],
)
def test_a_second_column_that_says_the_same_or_nothing_does_no_harm(file: Path, header: str, row: str) -> None:
    assert understood(file, f"{header}\n{row}\n").operations == [(2, A, "pause")]


@pytest.mark.parametrize("row", ["NULL,pause", "ID,pause", "unique,start", "null,"])
def test_the_first_row_is_no_title_because_its_id_is_a_word_of_headers(file: Path, row: str) -> None:
    assert understood(file, f"uuid,action\n{row}\n{A},start\n").rejections == [2]


@pytest.mark.parametrize("text", ["uuid,title\n{nil},Spring sale\n{B},Autumn sale\n", "uuid\n{nil}\n{B}\n"])
def test_a_first_row_with_the_nil_id_is_a_row(file: Path, text: str) -> None:
    nil = "00000000-0000-0000-0000-000000000000"
    assert understood(file, text.format(nil=nil, B=B), PAUSE).rejections == [2]


def test_objects_have_no_second_header(file: Path) -> None:
    text = f'{{"uuid": "text", "action": "x"}}\n{{"uuid": "{A}", "action": "start"}}\n'
    assert understood(file, text).rejections == [1]


def test_rows_between_two_equal_headers_are_rows(file: Path) -> None:
    text = f"uuid,action\n1.2E+30,pause\n#N/A,pause\nuuid,action\n{A},start\n"
    found = understood(file, text)
    assert (found.rejections, found.skipped) == ([2, 3], [(4, 4, "title")])


@pytest.mark.parametrize(
    "row",
    [
        "#BlackFriday,1111-2222,pause", "#Sale,,start", "#12,x,", "Journey 5,,", "Journey 7,12345678,",
        "Journey 2,=B7,", "Total,12345678,", "Created by Anna,,",
    ],
)  # fmt: skip
def test_a_row_with_an_odd_title_is_a_row(file: Path, row: str) -> None:
    found = understood(file, f"title,uuid,action\nx,{A},pause\n{row}\ny,{B},pause\n")
    assert (found.rejections, found.skipped) == ([3], [])


@pytest.mark.parametrize("row", [",put on hold", "11111111-2222 4333-8444,", ", start it please"])
def test_a_late_row_is_no_note_because_half_of_it_is_missing(file: Path, row: str) -> None:
    found = understood(file, f"uuid,action\n{A},pause\n\n{row}\n")
    assert found.rejections == [4]


def test_rows_with_broken_ids_are_not_swallowed_by_a_quote_either(file: Path) -> None:
    text = f'uuid,title,action\n{A},"Spring,start\n1111-2222-3333,x,pause\n#N/A,y",pause\n'
    assert refusal(file, text).startswith("2: a quote that opens in this row swallows another row")
    note = f'uuid,title,action\n{A},"Pause, then start,\nif all is well, again",pause\n'
    assert understood(file, note).operations == [(2, A, "pause")]


@pytest.mark.parametrize("cell", ["no id", "missing id", "unknown uuid"])
def test_a_cell_that_speaks_of_an_id_is_no_header(file: Path, cell: str) -> None:
    assert understood(file, f"uuid,title\n{A},Spring\n{cell},Summer\n", PAUSE).rejections == [3]


@pytest.mark.parametrize("header", ['"UUID, of the journey",Action', '"Journey ID (uuid, required)","Action, if any"'])
def test_a_delimiter_in_quotes_is_a_part_of_the_header(file: Path, header: str) -> None:
    choices = Choices(
        id_column=header.split('"')[1],
        action_column=header.rsplit(",", 1)[1] if "if any" not in header else "Action, if any",
    )
    assert understood(file, f"{header}\n{A},pause\n", choices).operations == [(2, A, "pause")]


def test_a_header_may_stand_far_below_comments(file: Path) -> None:
    assert understood(file, "# note\n\n" * 2500 + f"uuid,action\n{A},pause\n").operations == [(5002, A, "pause")]


def test_a_long_line_of_dashes_takes_no_time(file: Path) -> None:
    assert understood(file, f"uuid,action\n{A},pause\n{'-' * 200_000}x,pause\n").rejections == [3]
