from pathlib import Path

import pytest

from bulk_journeys.model import Action
from bulk_journeys.plan.document import Operation
from bulk_journeys.plan.select import Choices
from bulk_journeys.report.plan_text import plan_lines
from tests.intake.reading import A, B, C, plan_of, refusal, understood

PAUSE = Choices(Action.PAUSE)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list"


def test_what_stands_around_the_rows_is_told_and_never_taken_for_one(file: Path) -> None:
    text = f"""Journeys to pause
by Anna, 2026-11-01

# {C},pause
Journey ID,Action,Name
uuid,required,text
{A},pause,x

# not yet
journey id,ACTION,Name
{B},start,"a
b"
Total,2,

Exported by Anna
"""
    assert understood(file, text) == (
        [(7, A, "pause"), (11, B, "start")],
        [],
        [
            (1, 1, "title"), (2, 2, "title"), (3, 3, "blank"), (4, 4, "comment"), (6, 6, "title"), (8, 8, "blank"),
            (9, 9, "comment"), (10, 10, "title"), (13, 13, "footer"), (14, 14, "blank"), (15, 15, "footer"),
        ],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        (f"Journey ID,,Plan\n,Action,Owner\n{A},pause,x\n", ["Journey ID", "Action", "Owner"]),
        (f",Action,\nJourney ID,,Owner\n{A},pause,x\n", ["Journey ID", "Action", "Owner"]),
        (f"Journey,Plan\nuuid,action\n{A},pause\n", ["uuid", "action"]),
        (f"uuid,action\nID de la jornada,Acción\n{A},pause\n", ["ID de la jornada", "Acción"]),
        (f"# uuid,action\n{A},pause\n", ["# uuid", "action"]),
    ],
)
def test_a_header_may_have_two_rows_and_may_be_a_comment(file: Path, text: str, columns: list[str]) -> None:
    plan = plan_of(file, text)
    assert plan.header.sources[0].columns == tuple(columns)
    assert plan.header.counts.operations == 1


@pytest.mark.parametrize(
    "row",
    [
        ",,pause",
        "Summer sale,pause,",
        "#N/A,pause,x",
        "Total Wine,,",
        "Summer sale checkout journey,,",
        "Total,pause,x",
    ],
)
def test_a_row_that_cannot_be_read_is_rejected_and_not_skipped(file: Path, row: str) -> None:
    found = understood(file, f"uuid,action,title\n{A},start,\n{row}\n{B},start,\n")
    assert found.rejections == [3]
    assert found.skipped == []


def test_a_note_is_a_footer_behind_a_blank_line_and_below_all_rows_alone(file: Path) -> None:
    note = "please mind the gap"
    between = understood(file, f"uuid,action\n{A},start\n\n{note}\n{B},start\n")
    assert (between.rejections, between.skipped) == ([4], [(3, 3, "blank")])
    below = understood(file, f"uuid,action\n{A},start\n\n{note}\n\n{note}\n")
    assert (below.rejections, [reason for *_, reason in below.skipped]) == ([], ["blank", "footer", "blank", "footer"])
    close = understood(file, f"uuid,action\n{A},start\n{note}\n")
    assert close.rejections == [3]


def test_ids_alone_or_with_actions_are_a_list_and_with_anything_else_beside_them_they_need_a_header(file: Path) -> None:
    assert understood(file, f"{A}\n\n{B}\n", PAUSE).operations == [(1, A, "pause"), (3, B, "pause")]
    assert understood(file, f"{{{A}}}\n{{{B}}}\n", PAUSE).operations == [(1, A, "pause"), (2, B, "pause")]
    assert understood(file, f"{A},pause\n\n{B},Start\n").operations == [(1, A, "pause"), (3, B, "start")]
    assert understood(file, f"pausar;{A}\nstart;{B}\n").operations == [(1, A, "pause"), (2, B, "start")]
    assert understood(file, f"{A} pause\n{B} start\n").operations == [(1, A, "pause"), (2, B, "start")]
    assert understood(file, f"{A},pause\n{B},pasue\n{C},\n{B}\n{C},start\n{A},pause\n").rejections == [2, 3, 4]
    for others in ("Welcome", "pause,Welcome", "Active", "yes"):
        assert refusal(file, f"{A},{others}\n{B},{others}\n").startswith("1: here is a journey id, and no header above")
    assert refusal(file, f"{A},pause\nuuid,action\n{B},start\n").startswith("1: here is a journey id, and no header")


def test_another_header_ends_what_can_be_understood(file: Path) -> None:
    text = f"uuid,action\n{A},pause\n\nJourney ID,Status\n{B},start\n"
    assert refusal(file, text).startswith("4: another header is here")


def test_rows_may_be_short_and_may_not_be_long(file: Path) -> None:
    found = understood(file, f"uuid,action,title\n{A},pause\n{B},pause,x,,\n{C},pause,Hello, world\n")
    assert (found.operations, found.rejections) == ([(2, A, "pause"), (3, B, "pause")], [4])


def test_a_quote_that_swallows_a_row_is_refused_and_a_cell_that_mentions_a_journey_is_not(file: Path) -> None:
    swallowed = f'uuid,title,action\n{A},"Spring,pause\n{B},Summer",pause\n{C},x,pause\n'
    assert refusal(file, swallowed).startswith(
        "2: a quote that opens in this row swallows another row, or what looks like one"
    )
    mention = f'uuid,title,action\n{A},"Spring, see\n{B}",pause\n'
    assert understood(file, mention).operations == [(2, A, "pause")]


@pytest.mark.parametrize(
    ("header", "row", "reason"),
    [
        (
            "uuid,Last action,Next action",
            f"{A},start,pause",
            "several columns may hold the actions: 'Last action', 'Next",
        ),
        ("uuid,action,action", f"{A},pause,pause", "several columns may hold the actions: 'action', 'action'"),
        ("uuid,journey_id", f"{A},{B}", "several columns may hold the journey ids: 'uuid', 'journey_id'"),
        (
            "uuid,status",
            f"{A},paused",
            "there is no action column among 'uuid', 'status'; 'status' tells what a journey",
        ),
        (
            "uuid,Last action",
            f"{A},pause",
            "there is no action column among 'uuid', 'Last action'; 'Last action' tells",
        ),
        ("name,action", f"{A},pause", "no column of journey ids among 'name', 'action'"),
        ("name,action", "x,pause", "no column of journey ids among 'name', 'action'"),
        ("uuid,action;uuid,action", f"{A},pause;{B},start", "the header 'action;uuid' has a delimiter in it"),
    ],
)
def test_what_is_uncertain_is_refused_with_the_flag_that_decides(
    file: Path, header: str, row: str, reason: str
) -> None:
    assert reason in refusal(file, f"{header}\n{row}\n")


def test_flags_decide_what_is_uncertain(file: Path) -> None:
    text = f"ref,uuid,Last action,Next action\n{A},{B},start,pause\n"
    assert understood(file, text, Choices(action_column="next  ACTION")).operations == [(2, B, "pause")]
    assert understood(file, text, Choices(None, "ref", "Last action")).operations == [(2, A, "start")]
    assert "there is no column 'x' among" in refusal(file, text, Choices(id_column="x", action_column="Next action"))
    assert "correct --action-column" in refusal(file, text, Choices(action_column="x"))
    assert "drop --sheet" in refusal(file, text, Choices(sheet="x"))


def test_of_two_columns_for_ids_the_one_with_ids_serves(file: Path) -> None:
    assert understood(file, f"Journey ID,uuid,action\n17,{A},pause\n18,{B},start\n").operations == [
        (2, A, "pause"), (3, B, "start"),
    ]  # fmt: skip


def test_readings_that_disagree_are_refused_with_both(file: Path) -> None:
    found = refusal(file, f"uuid,other\tcanvas uuid\n{A},x\t{B}\n", PAUSE)
    assert found.startswith("it can be read in two ways that disagree: as CSV with ")
    assert f"line 2 about {A} (pause)" in found
    assert f"line 2 about {B} (pause)" in found


def test_of_several_lists_the_one_with_journeys_is_read_or_the_flag_says_which(file: Path) -> None:
    one = f'{{"page": {{"id": 1}}, "journeys": [{{"uuid": "{A}"}}], "owners": [{{"name": "x"}}]}}'
    assert understood(file, one, PAUSE).operations == [(1, A, "pause")]
    two = f'{{"live": ["{A}"], "old": ["{B}"]}}'
    assert "several lists hold journeys: 'live' (1), 'old' (1); say which with --sheet" in refusal(file, two, PAUSE)
    assert understood(file, two, PAUSE._replace(sheet="OLD")).operations == [(1, B, "pause")]
    assert "there is no sheet 'x'; there are 'live', 'old'" in refusal(file, two, PAUSE._replace(sheet="x"))


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ('{},"The "best" sale",pause', 'The "best" sale'),
        ('{},"6" screens, 2" wheels",pause', '6" screens, 2" wheels'),
        ('{},"say "hi"",pause', 'say "hi"'),
        ('"{}","The "best" sale","pause"', 'The "best" sale'),
        ('{},"The ,"best" sale",pause', None),
        ('{},"The "best" , sale",pause', None),
        ('{},"The ""best" sale",pause', None),
        ('{},"a" or b,pause', None),
        ('{},"a "b" c,pause', None),
    ],
)
def test_quotes_that_are_not_doubled_are_read_where_they_can_mean_one_thing(
    file: Path, row: str, title: str | None
) -> None:
    text = f'uuid,title,action\n{row.format(A)}\n{B},plain,start\n{C},"doubled """"",start\n'
    if title is None:
        assert refusal(file, text).startswith("2: a quote")
        return
    plan = plan_of(file, text)
    cells = [entry.cells for entry in plan.entries() if isinstance(entry, Operation)]
    assert cells == [[A, title, "pause"], [B, "plain", "start"], [C, 'doubled ""', "start"]]
    assert "  quotes within cells are not doubled: only one before a delimiter or a line's end closes a cell" in [
        *plan_lines(plan)
    ]


@pytest.mark.parametrize("title", ['"The "best", sale"', '"The "best"\nsale"'])
def test_quotes_that_are_not_doubled_and_end_a_cell_too_early_make_a_row_that_is_no_row(file: Path, title: str) -> None:
    found = understood(file, f"uuid,title,action\n{A},{title},pause\n{B},x,start\n")
    assert found.rejections[0] == 2
    assert [uuid for _, uuid, _ in found.operations] == [B]


def test_a_long_line_of_quotes_takes_no_time(file: Path) -> None:
    long = ['"x"y' + ",x" * 500_000, '"a"b,' * 200_000, '"a"b ' * 12_000, '"a ,"b' * 10_000, '"x"y' + '"' * 1_000_000]
    for cells in (*long, '"x"y ' + '" ' * 500_000):
        assert refusal(file, f"uuid,title,action\n{A},{cells},pause\n")
    many = 'a, b"' * 10_000
    assert understood(file, f'uuid,title,action\n{A},"{many}c",pause\n').operations == [(2, A, "pause")]
