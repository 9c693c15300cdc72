"""Laws of what a list says besides ids and actions: it chooses rows or is shown, never in silence."""

import shlex
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import InputError, UsageError
from bulk_journeys.model import Action
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.document import LeftOut, Operation, Unread
from bulk_journeys.plan.select import Choices, parse_where
from bulk_journeys.report.plan_text import plan_lines
from bulk_journeys.source.table import InvalidRow
from tests.intake.reading import A, B, C, plan_of, refusal
from tests.lists import table


def chosen(*wheres: str, ignored: Sequence[str] = (), action: Action | None = Action.PAUSE) -> Choices:
    return Choices(action, where=[parse_where(where) for where in wheres], ignored=ignored)


def lines_of(file: Path, text: str, *wheres: str) -> tuple[list[int], list[int]]:
    """Return the lines of the operations and of what is left out."""
    entries = list(plan_of(file, text, chosen(*wheres)).entries())
    assert not [entry for entry in entries if isinstance(entry, InvalidRow)]
    return (
        [entry.line for entry in entries if isinstance(entry, Operation)],
        [entry.line for entry in entries if isinstance(entry, LeftOut)],
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


LIST = f"uuid,Approved,Notes\n{A}, Yes ,x\n{B},no,\n{C},,x\n"


@pytest.mark.parametrize(
    ("wheres", "wanted"),
    [
        (["Approved=yes"], [2]),
        (["approved=YES,no"], [2, 3]),
        (["Approved="], [4]),
        (["Approved=yes,"], [2, 4]),
        (["Approved!=no"], [2, 4]),
        (["Approved!=no", "Notes=x"], [2, 4]),
        (["Approved!=no,", "Notes=x"], [2]),
        ([" Approved != no "], [2, 4]),
        (['Approved="yes","maybe"'], [2]),
    ],
)
def test_a_row_is_wanted_if_every_filter_wants_it(file: Path, wheres: list[str], wanted: list[int]) -> None:
    assert lines_of(file, LIST, *wheres) == (wanted, [line for line in (2, 3, 4) if line not in wanted])


def test_what_is_left_out_says_so_and_adds_up(file: Path) -> None:
    plan = plan_of(file, LIST + "broken,no,\n", chosen("Approved!=no"))
    assert list(plan.entries())[1::2] == [
        LeftOut(3, "Approved!=no", [B, "no", ""], B),
        LeftOut(5, "Approved!=no", ["broken", "no", ""]),
    ]
    counts = plan.header.counts
    assert (counts.rows, counts.operations, counts.rejections, counts.left_out) == (4, 2, 0, 2)
    assert plan.header.where == ("Approved!=no",)
    shown = list(plan_lines(plan))
    assert "  2 rows left out by --where 'Approved!=no'" in shown
    assert "  --where 'Approved!=no' wants 1 row in which that column is blank, too" in shown


def test_a_filter_may_ask_of_the_action_column_too(file: Path) -> None:
    text = f"uuid,action\n{A},pause\n{B},start\n"
    plan = plan_of(file, text, chosen("action=pause", action=None))
    assert plan.header.counts.actions == {Action.PAUSE: 1}


@pytest.mark.parametrize(
    ("wheres", "reason"),
    [
        (["Aproved=yes"], "there is no column 'Aproved' among 'uuid', 'Approved', 'Notes'"),
        (
            ["Approved=maybe"],
            "--where 'Approved=maybe' wants no row: the column 'Approved' holds 'Yes' (1), 'no' (1), '' (1)",
        ),
        (["Approved=no", "Notes=x"], "no row is wanted by every --where"),
    ],
)
def test_a_filter_that_wants_nothing_is_refused(file: Path, wheres: list[str], reason: str) -> None:
    assert refusal(file, LIST, chosen(*wheres)).startswith(reason)


def test_of_two_filters_that_together_want_nothing_neither_is_blamed(file: Path) -> None:
    rows = "".join(f"{number:08x}-0000-4000-8000-000000000001,n{number},no\n" for number in range(1500))
    text = f"uuid,Name,Approved\n{rows}{A},other,yes\n"
    assert refusal(file, text, chosen("Name=n1400", "Approved=yes")).startswith("no row is wanted by every --where")
    assert refusal(file, text, chosen("Name=n1500", "Approved=yes")).startswith("--where 'Name=n1500' wants no row")


def test_a_quote_that_is_not_closed_is_refused() -> None:
    with pytest.raises(UsageError, match="is not closed"):
        parse_where('Team="Sales, EU')


@pytest.mark.parametrize("text", ["", "Approved", "=yes", "yes"])
def test_what_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="names no column and value"):
        parse_where(text)


def test_a_journey_that_is_wanted_and_left_out_is_refused(file: Path) -> None:
    plan = plan_of(file, f"uuid,Approved\n{A},yes\n{A},no\n{B},yes\n{C},no\n{C},no\n", chosen("Approved=yes"))
    first, second, third, *rest = plan.entries()
    assert isinstance(first, InvalidRow)
    assert (
        first.faults[0].reason == "is to pause here, but it is also on line 3 (left out); keep or leave out all of them"
    )
    assert isinstance(second, LeftOut)
    assert isinstance(third, Operation)
    assert all(isinstance(entry, LeftOut) for entry in rest)
    counts = plan.header.counts
    assert (counts.operations, counts.rejections, counts.left_out) == (1, 1, 3)


GO = ["Skip?", "exclude", "Ignore", "Include", "Selected", "Approved", "confirmed", "Do it", "keep", "Deleted"]
GO += ["☑", "x", "Done", "OK to pause", "Ready to archive"]
GO += ["isExcluded", "skip_row", "Should be paused", "To pause", "OK to pause?", "Approved by legal", "meta.deleted"]
GO += ["Pause?", "Pausar?", "Pause", "Migrate (y/n)", "To be paused", "Exclude from pause", "一時停止?"]
BOXES = [("TRUE", "FALSE"), ("yes", "no"), ("x", ""), ("1", "0"), ("☑", "☐"), ("Y", "n"), ("ja", "nein"), ("✓", "")]


@pytest.mark.parametrize("header", GO)
@pytest.mark.parametrize("boxes", BOXES)
def test_a_column_that_says_which_rows_are_meant_is_refused_until_somebody_says_how_to_read_it(
    file: Path, header: str, boxes: tuple[str, str]
) -> None:
    first, second = boxes
    text = f"uuid,{header}\n{A},{first}\n{B},{second}\n{C},{first}\n"
    said = refusal(file, text, chosen())
    assert said.startswith(f"the column {header!r} says of each row whether it is meant, and is not read: {first!r} on")
    assert "lines 2, 4" in said
    assert "line 3" in said
    assert lines_of(file, text, f"{header}={first}") == ([2, 4], [3])
    assert lines_of(file, text, f"{header}!={first}") == ([3], [2, 4])
    assert plan_of(file, text, chosen(ignored=[header])).header.counts.operations == 3
    assert plan_of(file, text, Choices(ids_only=True)).header.counts.operations == 3


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Skip?", ("TRUE", "TRUE")),
        ("Skip?", ("", "")),
        ("Approved", ("Anna", "Ben")),
        ("Approved", ("2026-03-20", "")),
        ("VIP", ("yes", "no")),
        ("Email opened?", ("yes", "no")),
        ("Owner", ("x", "")),
    ],
)
def test_a_column_that_decides_nothing_is_shown_and_not_refused(
    file: Path, header: str, cells: tuple[str, str]
) -> None:
    plan = plan_of(file, f"uuid,{header}\n{A},{cells[0]}\n{B},{cells[1]}\n", chosen())
    assert plan.header.counts.operations == 2
    values = list(dict.fromkeys(filter(None, cells)))
    assert list(plan.header.sources[0].unread) == [Unread(header, next(iter(values), None), others=tuple(values[1:]))]
    shown = ", ".join(map(repr, values)) or "blank"
    assert f"  columns not read: {header!r} ({shown})" in list(plan_lines(plan))


def test_a_remark_in_one_row_makes_no_other_column_of_it(file: Path) -> None:
    text = f"uuid,Approved\n{A},yes\n{B},no - ask legal\n{C},yes\n"
    assert "'yes' on lines 2, 4; 'no - ask legal' on line 3" in refusal(file, text, chosen())
    many = "".join(f"{number:08x}-0000-4000-8000-000000000000,remark {number}\n" for number in range(2000))
    assert plan_of(file, f"uuid,Approved\n{A},yes\n{many}", chosen()).header.counts.operations == 2001
    ticked = "".join(f"{number:08x}-0000-4000-8000-000000000001,yes\n" for number in range(600))
    remarks = "".join(many.splitlines(keepends=True)[:500])
    said = refusal(file, f"uuid,Approved\n{ticked}{remarks}", chosen())
    assert (said.count(" on line"), said.count("; and others")) == (6, 1)


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Approved?", ("Yes", "No - keep", "Yes, by Anna")),
        ("Approved", ("approved", "not approved", "rejected")),
        ("Approved", ('"""yes"""', '"""no"""', "")),
        ("Approved", ("yes", "TBD", "n/a")),
        ("Legal OK", ("ok", "ok", "not ok")),
        ("OK", ("yes", "yes", "no")),
        ("Leave alone", ("x", "", "")),
        ("Don't pause", ("x", "", "")),
        ("Veto", ("yes", "no", "")),
        ("Hold", ("yes", "no", "")),
        ("Anna ok?", ("yes", "no", "")),
        ("Anna's approval", ("yes", "no", "")),
        ("Approved (a=b)", ("yes", "no", "")),
        ('"Skip ""x"""', ("yes", "no", "")),
    ],
)
def test_a_verdict_in_other_words_is_one(file: Path, header: str, cells: Sequence[str]) -> None:
    text = f"uuid,{header}\n{A},{cells[0].replace(',', ';')}\n{B},{cells[1]}\n{C},{cells[2].replace(',', ';')}\n"
    assert "says of each row whether it is meant" in refusal(file, text, chosen())


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("Draft", ("3", "1", "0")),
        ("Done", ("12", "0", "1")),
        ("Excluded users", ("1", "0", "0")),
        ("Exclude control group", ("yes", "no", "no")),
        ("Skip weekends", ("yes", "no", "no")),
        ("Confirmed opt-in", ("yes", "no", "no")),
        ("ok", ("true", "", "")),
        ("Archived", ("yes", "no", "no")),
        ("Archived?", ("yes", "no", "no")),
        ("Draft", ("yes", "no", "no")),
        ("Excluded from frequency cap", ("yes", "no", "no")),
        ("Flag", ("DE", "NO", "SE")),
        ("Folder", ("Archive", "", "")),
        ("Type", ("launch", "retention", "launch")),
        ("Lifecycle", ("started", "paused", "draft")),
        ("On weekend", ("pause", "", "pause")),
    ],
)
def test_what_a_journey_is_or_how_many_are_no_verdict(file: Path, header: str, cells: Sequence[str]) -> None:
    plan = plan_of(file, f"uuid,{header}\n{A},{cells[0]}\n{B},{cells[1]}\n{C},{cells[2]}\n", chosen())
    assert plan.header.counts.operations == 3


@pytest.mark.parametrize(
    ("columns", "where", "kept"),
    [
        ("Include!", "Include!=x", [2]),
        ("Include!", "Include!!=x", [3]),
        ("Skip (x = yes)", "Skip (x = yes)=x", [2]),
        ("Skip (x = yes)", "Skip (x = yes)!=x", [3]),
        ("include", "Include!=x", [3]),
        ("a=b", "a=b=x", [2]),
    ],
)
def test_a_sign_in_a_name_is_part_of_the_name(file: Path, columns: str, where: str, kept: list[int]) -> None:
    assert lines_of(file, f"uuid,{columns}\n{A},x\n{B},\n", where)[0] == kept


def test_a_filter_that_may_be_about_two_columns_is_refused(file: Path) -> None:
    text = f"uuid,Include,Include!\n{A},x,\n{B},,x\n"
    assert "may be about 'Include' or 'Include!'" in refusal(file, text, chosen("Include!=x"))


def test_a_value_that_no_row_holds_is_told(file: Path) -> None:
    told = list(plan_lines(plan_of(file, f"uuid,Team\n{A},CRM\n{B},BI\n", chosen("Team=CRM,Bi,Sails"))))
    assert "  --where 'Team=CRM,Bi,Sails': no row holds 'Sails'" in told
    told = list(plan_lines(plan_of(file, f"uuid,Team\n{A},CRM\n{B},BI\n", chosen("Team!=CRN"))))
    assert "  --where 'Team!=CRN': no row holds 'CRN'" in told


@pytest.mark.parametrize("value", ['"yes, by Anna"', "no"])
def test_what_a_refusal_advises_can_be_done(file: Path, value: str) -> None:
    text = f"uuid,Approved\n{A},{value}\n{B},\n{C},\n"
    advice = refusal(file, text, chosen()).rpartition("; say which rows are wanted with ")[2]
    (where,) = [word for word in shlex.split(advice) if word.startswith("Approved!=")]
    assert lines_of(file, text, where.rstrip(";"))[1] == [2]


def test_a_column_that_only_its_name_makes_one_of_actions_is_released_by_a_flag(file: Path) -> None:
    text = f"uuid,Action needed\n{A},x\n{B},\n{C},x\n"
    said = refusal(file, text, chosen())
    assert said.startswith(
        "the column 'Action needed' is that of the actions by its name, and no cell in it is one: 'x'"
    )
    assert lines_of(file, text, "Action needed=x") == ([2, 4], [3])
    assert plan_of(file, text, chosen(ignored=["Action needed"])).header.counts.operations == 3
    typo = plan_of(file, f"uuid,Action\n{A},pasue\n{B},\n", chosen())
    assert typo.header.counts.rejections == 1


def test_a_value_in_quotes_can_be_asked_for_as_advised(file: Path) -> None:
    text = f'uuid,Approved\n{A},"""yes"""\n{B},"""no"""\n{C},yes\n'
    advice = refusal(file, text, chosen())
    assert """--where 'Approved=\"\"\"yes\"\"\"'""" in advice
    assert lines_of(file, text, 'Approved="""yes"""') == ([2], [3, 4])


def test_two_spellings_of_a_mark_are_one(file: Path) -> None:
    assert plan_of(file, f"uuid,Approved\n{A},yes\n{B},YES\n", chosen()).header.counts.operations == 2


def test_what_is_no_action_is_told_beside_what_is(file: Path) -> None:
    said = refusal(file, f"uuid,Verdict\n{A},pause\n{B},start\n{C},keep\n", chosen())
    assert "holds actions in 2 of 3 rows, and not only pause: 'pause' (1), 'start' (1), beside 'keep' (1)" in said


def test_columns_of_one_name_are_to_be_renamed(file: Path) -> None:
    text = f"uuid,Approved,Approved\n{A},yes,no\n{B},no,yes\n"
    assert refusal(file, text, chosen()).endswith(
        "there are several columns of that name: rename all but one of them first"
    )
    assert refusal(file, f"uuid,uuid\n{A},{B}\n", chosen()).endswith("; rename all but one of them")


def test_ids_that_are_keys_are_told(file: Path) -> None:
    assert "the ids are names of columns, or keys" in refusal(file, f'{{"{A}": "pause", "{B}": "keep"}}', chosen())


def test_a_column_of_actions_is_not_overruled(file: Path) -> None:
    text = f"uuid,title,What\n{A},Sale,start\n{B},Offer,Pause\n{C},x,\n"
    said = refusal(file, text, chosen())
    assert said.startswith("the column 'What' holds actions in 2 of 3 rows, and not only pause: 'start' (1), 'pause'")
    assert "--action-column What" in said
    assert plan_of(file, text, chosen(ignored=["What"])).header.counts.actions == {Action.PAUSE: 3}
    assert plan_of(file, text, Choices(Action.PAUSE, action_column="What")).header.counts.rejections == 1


@pytest.mark.parametrize(
    "words",
    [("pause", "keep", "pause"), ("pause", "Do not pause", ""), ("finish", "pause", "keep")],
)
def test_a_column_of_mostly_actions_is_not_overruled_either(file: Path, words: tuple[str, str, str]) -> None:
    said = refusal(file, f"uuid,Verdict\n{A},{words[0]}\n{B},{words[1]}\n{C},{words[2]}\n", chosen())
    assert said.startswith("the column 'Verdict' holds actions in ")


def test_where_no_header_names_the_actions_the_column_that_holds_them_is_advised(file: Path) -> None:
    said = refusal(file, f"uuid,What now\n{A},start\n{B},pause\n", Choices())
    assert said.startswith("there is no action column among 'uuid', 'What now'")
    assert said.endswith("the column 'What now' holds actions in 2 of 2 rows: pass --action-column 'What now'")


@pytest.mark.parametrize(
    "text",
    [
        f"uuid,What\n{A},pause\n{B},Paused\n",
        f"uuid,What\n{A},start\n{B},call Anna\n",
        f"uuid,Status\n{A},Running\n{B},Paused\n",
        f"uuid,Last action\n{A},start\n{B},pause\n",
        f"uuid,Campaign status,Journey status\n{A},Running,Draft\n{B},Paused,Draft\n",
    ],
)
def test_a_column_that_says_the_same_or_what_is_overrules_nothing(file: Path, text: str) -> None:
    assert plan_of(file, text, chosen()).header.counts.actions == {Action.PAUSE: 2}


@given(
    header=st.sampled_from(GO),
    boxes=st.sampled_from(BOXES),
    ticks=st.lists(st.booleans(), min_size=2, max_size=60),
    place=st.integers(0, 2),
)
def test_a_column_of_flags_is_never_passed_over_in_silence(
    header: str, boxes: tuple[str, str], ticks: list[bool], place: int
) -> None:
    columns = ["uuid", "title"]
    columns.insert(place, header)
    rows = []
    for number, tick in enumerate(ticks):
        row = [f"{number:08x}-0000-4000-8000-000000000000", "a title"]
        row.insert(place, boxes[tick])
        rows.append(row)
    listed = table(*rows, columns=columns)
    if len(set(ticks)) == 1:
        assert make_plan([listed], chosen()).header.counts.operations == len(ticks)
        return
    with pytest.raises(InputError, match="says of each row whether it is meant"):
        make_plan([listed], chosen())


def test_one_page_of_several_is_taken_only_if_that_is_meant(file: Path) -> None:
    text = f'{{"data": [{{"uuid": "{A}"}}, {{"uuid": "{B}"}}], "has_more": true}}'
    said = refusal(file, text, chosen())
    assert said.startswith("it says of itself that there are more rows than it holds (has_more: true)")
    assert plan_of(file, text, chosen()._replace(partial=True)).header.counts.operations == 2
    assert plan_of(file, text.replace("true", "false"), chosen()).header.counts.operations == 2


@pytest.mark.parametrize(
    "said", ['"total": 312', '"page": {"totalPages": 7}', '"nextOffset": 2', '"meta": {"total": 3}']
)
def test_a_number_of_more_rows_is_heard(file: Path, said: str) -> None:
    text = f'{{"data": [{{"uuid": "{A}"}}, {{"uuid": "{B}"}}], {said}}}'
    assert "it says of itself that there are more rows" in refusal(file, text, chosen())
    for whole in ('"total": 2', '"nextOffset": 0', '"stats": {"total": 312}', f'"total": {"9" * 5000}0e1'):
        whole_text = text.replace(said, whole)
        assert plan_of(file, whole_text, chosen()).header.counts.operations == 2
    assert "it says of itself" in refusal(file, text.replace(said, f'"total": {"9" * 5000}'), chosen())


def test_names_alone_are_told_where_ids_come_from(file: Path) -> None:
    (row,) = plan_of(file, "Journey,Owner\nSpring sale,Anna\n", chosen()).entries()
    assert isinstance(row, InvalidRow)
    assert row.faults[0].reason.endswith("at the end of the address of its canvas")
    assert refusal(file, "Name,Owner\nSpring sale,Anna\n", chosen()).endswith("the page with its canvas")


def test_every_column_is_named_as_what_it_is_read_as(file: Path) -> None:
    text = f"uuid,Title,Status,action,,Long\n{A},,Running,pause,,{'y' * 300}\n{B},Sale,Paused,start,,\n"
    source = plan_of(file, text).header.sources[0]
    assert (source.id_column, source.action_column, source.status_column) == ("uuid", "action", "Status")
    assert list(source.unread) == [Unread("Title", "Sale"), Unread("Long", "y" * 200)]
    assert list(plan_lines(plan_of(file, text)))[1:3] == [
        "  ids in 'uuid', actions in 'action', status in 'Status' ('Running', 'Paused')",
        f"  columns not read: 'Title' ('Sale'), 'Long' ('{'y' * 23}…')",
    ]


def test_a_remark_is_shown_wherever_it_stands_among_few_values(file: Path) -> None:
    text = f"uuid,Comment,Status\n{A},ok,Running\n{B},ok,on hold - do not touch\n{C},DO NOT PAUSE,Running\n"
    lines = list(plan_lines(plan_of(file, text, chosen())))
    assert "  ids in 'uuid', no action column, status in 'Status' ('Running', 'on hold - do not touch')" in lines
    assert "  columns not read: 'Comment' ('ok', 'DO NOT PAUSE')" in lines


def test_rows_that_the_flag_gives_an_action_are_counted(file: Path) -> None:
    lines = list(plan_lines(plan_of(file, f"uuid,Action\n{A},\n{B},pause\n{C},\n", chosen())))
    assert "  'Action' is blank in 2 rows: --action pause counts there" in lines


def test_a_heading_among_the_ids_is_told_as_one(file: Path) -> None:
    plan = plan_of(file, f"uuid,title\n{A},a\nDo not pause,\n{B},b\n", chosen())
    (heading,) = [entry for entry in plan.entries() if isinstance(entry, InvalidRow)]
    assert heading.faults[0].reason.endswith("; it stands alone in its row, as a heading does")


def test_what_json_says_beside_its_rows_is_quoted(file: Path) -> None:
    text = f'{{"note": "all except the second", "kind": "list", "journeys": [{{"uuid": "{A}"}}, {{"uuid": "{B}"}}]}}'
    assert "  beside the rows it says note: 'all except the second'" in list(plan_lines(plan_of(file, text, chosen())))


def test_lines_without_a_row_are_quoted_if_they_say_anything(file: Path) -> None:
    rows = f"{A},x\n# do not pause the ones below\n{B},y\nuuid,title\n{C},z\n"
    text = f"My list\n------\nuuid,title\n{rows}\nask Anna first\n"
    plan = plan_of(file, text, chosen())
    assert [(skipped.line, skipped.words) for skipped in plan.skipped() if skipped.words] == [
        (1, "My list"),
        (5, "# do not pause the ones below"),
        (10, "ask Anna first"),
    ]
    assert "    line 5: '# do not pause the ones below'" in list(plan_lines(plan))


PAGE = "11111111-2222-4333-8444-555555555555"


@pytest.mark.parametrize(
    ("header", "cells", "named"),
    [
        ("id,Journey", [PAGE, f"see {A}"], "'id', 'Journey'"),
        ("id,links", [PAGE, f'[{{"name": "journey_id", "value": "{A}"}}]'], "'id', 'links'"),
        ("uuid,uuid.1", [PAGE, A], "'uuid', 'uuid.1'"),
        ("uuid,uuid (2)", [PAGE, A], "'uuid', 'uuid (2)'"),
    ],
)
def test_an_id_of_anything_beside_that_of_a_journey_is_not_taken_for_it(
    file: Path, header: str, cells: list[str], named: str
) -> None:
    text = f"{header}\n" + ",".join('"{}"'.format(cell.replace('"', '""')) for cell in cells) + "\n"
    assert f"several columns may hold the journey ids: {named}" in refusal(file, text, chosen())
    assert (
        plan_of(file, text, chosen()._replace(id_column=header.split(",", maxsplit=1)[0])).header.counts.operations == 1
    )


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("journey_uuid,campaign_uuid", [A, PAGE]),
        ("campaign_uuid,journey_uuid", [PAGE, A]),
        ("id,Journey", [A, f"https://x.example/{A}"]),
        ("id,Owner", [A, PAGE]),
        ("uuid,Journey", [A, f"not {PAGE}"]),
    ],
)
def test_an_id_that_is_plainly_not_a_journeys_does_no_harm(file: Path, header: str, cells: list[str]) -> None:
    (entry,) = plan_of(file, f"{header}\n{','.join(cells)}\n", chosen()).entries()
    assert isinstance(entry, Operation)
    assert entry.uuid == A


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (f'"uuid,title"\n"{A},""a, b"""\n', "1: every line is quoted as a whole"),
        (f"{A}, {B}, {C}\n", "1: several journey ids are on one line"),
        (
            f'{{"journeys": [{{"id": "{A}"}}, {{"id": "{B}"}}], "actions": ["start", "pause", "pause"]}}',
            "the list 'actions' holds actions, and stands beside",
        ),
        (
            f"Old journey ID,New journey ID\n{A},{B}\n",
            "no column of journey ids among 'Old journey ID', 'New journey ID'",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_for_what_it_is(file: Path, text: str, reason: str) -> None:
    assert refusal(file, text, chosen()).startswith(reason)


def test_what_cannot_be_read_is_not_chosen_by(file: Path) -> None:
    latin = f"uuid,title,Aprovado\n{A},Größe,sim\n{B},Ação,não\n".encode() + f"{C},Ação,não\n".encode("latin-1")
    plan = plan_of(file, latin, chosen("Aprovado!=não"))
    first, second, third = plan.entries()
    assert isinstance(first, Operation)
    assert isinstance(second, LeftOut)
    assert isinstance(third, InvalidRow)
    assert third.faults[0].reason == "has bytes that are no text, and --where goes by it"
    undoubled = f'uuid,title\n{A},"a "b" ü"\n{B},é\n'.encode() + f"{C},é\n".encode("latin-1")
    assert len(plan_of(file, undoubled, chosen()).header.sources[0].form.notes) == 2  # type: ignore[union-attr]
    note = "line 4 is the first with bytes that are no UTF-8: each is read as '\ufffd'"
    assert f"  {note}" in plan_lines(plan)
    titles = plan_of(file, latin, chosen("uuid!=x"))
    assert titles.header.counts.operations == 3


def test_a_flag_that_cannot_be_read_is_a_flag(file: Path) -> None:
    text = f"uuid,title,Confirmed\n{A},Größe,sim\n{B},Ação,sim\n".encode() + f"{C},x,não\n".encode("latin-1")
    assert "'sim' on lines 2, 3; 'n\ufffdo' on line 4" in refusal(file, text, chosen())


def test_an_action_that_cannot_be_read_does_not_make_others_be_overruled(file: Path) -> None:
    text = f"uuid,What\n{A},arrêter\n".encode() + f"{B},arrêter\n".encode("latin-1") + f"{C},démarrer\n".encode()
    assert "'What' holds actions in 2 of 3 rows" in refusal(file, text, chosen())
