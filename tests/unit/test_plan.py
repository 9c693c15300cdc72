import os
import stat
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from bulk_journeys import __version__
from bulk_journeys.errors import DiskFailed, InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.document import Counts, Entry, Merged, Operation, Plan, Source
from bulk_journeys.plan.saved_plan import is_saved_plan, read_plan
from bulk_journeys.plan.select import Choices
from bulk_journeys.report.plan_text import faults_text
from bulk_journeys.source.table import Fault, Form, InvalidRow, Listed, Reading, Row
from bulk_journeys.vocabulary.journey_id import LOOKS_LIKE
from tests.disks import files_limited_to
from tests.lists import HEADER, given, listed, numbered, table

A = "aaaaaaaa-0000-4000-8000-000000000001"
B = "bbbbbbbb-0000-4000-8000-000000000002"
C = "cccccccc-0000-4000-8000-000000000003"


def entries(*tables: Listed, action: Action | None = None) -> list[Entry]:
    return list(make_plan(tables, Choices(action)).entries())


def test_a_row_becomes_an_operation() -> None:
    assert entries(table([f"{{{A.upper()}}}", "Paused"])) == [
        Operation(2, A, Action.PAUSE, [f"{{{A.upper()}}}", "Paused"])
    ]


def test_a_row_is_told_all_its_faults() -> None:
    (entry,) = entries(table(["17", "pasue"]))
    assert isinstance(entry, InvalidRow)
    assert [fault.column for fault in entry.faults] == ["uuid", "action"]
    assert entry.faults[1] == Fault("action", "pasue", "is not an action", "pause")


def test_a_line_that_holds_no_row_stays_rejected_in_its_place() -> None:
    broken = InvalidRow(3, [Fault("", "{", "is not a JSON object")], [])
    rows = [*numbered([HEADER, [A, "pause"]]), broken]
    plan = make_plan([table([B, "start"], name="first"), listed("second", given(rows))])
    assert list(plan.entries())[2] == InvalidRow(3, broken.faults, [], file=1)


def test_identical_rows_share_the_outcome_of_the_first() -> None:
    assert entries(table([A, "pause"], [B, "start"], [A.upper(), "paused"], ["x", "pause"], [A, "PAUSE"]))[2:] == [
        Merged(4, A, Action.PAUSE, 2, 0, [A.upper(), "paused"]),
        InvalidRow(
            5,
            [Fault("uuid", "x", f"is not a journey id; {LOOKS_LIKE}")],
            ["x", "pause"],
        ),
        Merged(6, A, Action.PAUSE, 2, 0, [A, "PAUSE"]),
    ]


def test_a_journey_with_two_actions_gets_none_and_each_row_names_the_others() -> None:
    plan = make_plan(
        [table([A, "pause"], [B, "start"], [A, "finish"], name="a.csv"), table([A, "pause"], name="b.csv")]
    )
    assert plan.header.counts == Counts(4, 1, 0, 3, {Action.START: 1})
    assert list(faults_text(plan)) == [
        f"a.csv:2: column 'uuid': '{A}' is to pause here, but it is also on line 4 (finish), b.csv:2 (pause); "
        "keep the rows of one action",
        f"a.csv:4: column 'uuid': '{A}' is to finish here, but it is also on b.csv:2 (pause), line 2 (pause); "
        "keep the rows of one action",
        f"b.csv:2: column 'uuid': '{A}' is to pause here, but it is also on a.csv:2 (pause), a.csv:4 (finish); "
        "keep the rows of one action",
    ]


def test_the_text_of_a_contradiction_is_bounded() -> None:
    lines = list(faults_text(make_plan([table([A, "finish"], *[[A, "pause"]] * 5000)])))
    assert len(lines) == 5001
    assert max(map(len, lines)) < 250


def test_the_flag_serves_rows_without_an_action_and_contradicts_others() -> None:
    found = entries(table([A, ""], [B, "pause"], [C, "start"]), action=Action.PAUSE)
    assert found[:2] == [Operation(2, A, Action.PAUSE, [A, ""]), Operation(3, B, Action.PAUSE, [B, "pause"])]
    assert isinstance(found[2], InvalidRow)
    assert found[2].faults[0].reason.startswith("contradicts --action pause")


def test_without_any_action_nothing_is_planned() -> None:
    with pytest.raises(
        InputError,
        match=r"^journeys\.csv: there is no action column among .*; 'status' tells what a journey is; pass --action",
    ):
        make_plan([table([A, "x"], columns=("uuid", "status"))])
    assert entries(table([A, "x"], columns=("uuid", "status")), action=Action.START) == [
        Operation(2, A, Action.START, [A, "x"])
    ]


def test_a_list_that_is_read_for_its_ids_alone_has_no_fault_in_its_actions() -> None:
    plan = make_plan(
        [table([A, "finish"], [B, "pasue"], [A, "start"], ["x", ""])], Choices(Action.FINISH, ids_only=True)
    )
    assert list(plan.entries())[:3] == [
        Operation(2, A, Action.PAUSE, [A, "finish"]),
        Operation(3, B, Action.PAUSE, [B, "pasue"]),
        Merged(4, A, Action.PAUSE, 2, 0, [A, "start"]),
    ]
    assert plan.header.counts == Counts(4, 2, 1, 1, {Action.PAUSE: 2})
    assert plan.header.sources[0].action_column is None
    assert list(faults_text(plan)) == [f"journeys.csv:5: column 'uuid': 'x' is not a journey id; {LOOKS_LIKE}"]


def test_a_list_that_is_read_for_its_ids_alone_needs_no_actions() -> None:
    plan = make_plan([table([A], columns=["uuid"])], Choices(ids_only=True))
    assert list(plan.entries()) == [Operation(2, A, Action.PAUSE, [A])]


def test_without_any_row_nothing_is_planned() -> None:
    with pytest.raises(InputError, match=r"^a, b: there are no rows"):
        make_plan([table(name="a"), table(name="b")])
    assert len(entries(table(name="a"), table([A, "pause"], name="b"))) == 1


@pytest.mark.parametrize("late", ["action", "skip"])
def test_a_column_that_decides_and_appears_late_is_refused_rather_than_overlooked(late: str) -> None:
    columns = ["uuid"]
    rows = numbered([[f"{number:08x}-0000-4000-8000-000000000000"] for number in range(3000)])

    def growing() -> Iterator[Row | InvalidRow]:
        yield from rows
        columns.append(late)
        yield Row(3001, 3001, [B, "finish"])

    journeys = listed("j.jsonl", Reading(Form("JSON lines", "utf-8"), growing, columns, rigid=True))
    with pytest.raises(InputError, match=rf"^j\.jsonl:3001: the key '{late}' first appears here"):
        make_plan([journeys], Choices(Action.PAUSE))
    del columns[1:]
    plan = make_plan([journeys], Choices(ids_only=True))
    assert plan.header.counts.operations == 3001


def test_the_header_tells_the_sources_and_the_counts() -> None:
    header = make_plan([table([A, "pause"], [A, "pause"], ["", "pause"], [B, "start"])]).header
    form = Form("CSV", "utf-8", ",", '"')
    assert header.sources == [Source("journeys.csv", "0" * 64, ("uuid", "action"), form, 1, "uuid", "action")]
    assert header.counts == Counts(4, 2, 1, 1, {Action.PAUSE: 1, Action.START: 1})


def test_faults_read_as_lines_of_an_editor() -> None:
    plan = make_plan([table([A, "pasue"], ["y" * 3000, "pause"])])
    first, second = faults_text(plan)
    assert first == "journeys.csv:2: column 'action': 'pasue' is not an action; did you mean 'pause'?"
    assert (
        second
        == f"journeys.csv:3: column 'uuid': '{'y' * 79}…' is longer than 2048 characters; a cell holds one journey id"
    )


def test_a_fault_of_no_column_names_none() -> None:
    broken = InvalidRow(1, [Fault("", "{", "is not a JSON object")], [])
    plan = make_plan([listed("j.jsonl", given([broken], HEADER))])
    assert list(faults_text(plan)) == ["j.jsonl:1: '{' is not a JSON object"]


def test_entries_can_be_read_by_two_at_a_time() -> None:
    plan = make_plan([table([A, "pause"], [B, "start"])])
    one, two = plan.entries(), plan.entries()
    assert next(one) == next(two)
    assert next(one) == next(two)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "plan.jsonl"
    make_plan([table([A, "pause"], [B, "start"], [A, "pause"], ["", "pause"])]).save(path)
    return path


def test_a_saved_plan_is_a_header_and_a_line_for_each_row(saved: Path) -> None:
    header, first, *rest = saved.read_bytes().splitlines()
    assert header == (
        b'{"kind":"plan","version":2,"program":"%s","sources":[{"name":"journeys.csv","sha256":"' % __version__.encode()
        + b"0" * 64
        + b'","columns":["uuid","action"],"form":{"format":"CSV","encoding":"utf-8","delimiter":",","quote":"\\""},'
        b'"header_line":1,"id_column":"uuid","action_column":"action"}],'
        b'"counts":{"rows":4,"operations":2,"merged":1,"rejections":1,"actions":{"start":1,"pause":1},"left_out":0}}'
    )
    assert first == f'{{"kind":"operation","line":2,"uuid":"{A}","action":"pause","cells":["{A}","pause"]}}'.encode()
    assert len(rest) == 3


def test_a_saved_plan_is_its_owners_alone_and_leaves_nothing_else(saved: Path) -> None:
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert list(saved.parent.iterdir()) == [saved]


def test_a_saved_plan_can_be_saved_again(saved: Path, tmp_path: Path) -> None:
    read_plan(saved).save(saved)
    read_plan(saved).save(tmp_path / "copy.jsonl")
    assert (tmp_path / "copy.jsonl").read_bytes() == saved.read_bytes()


def test_the_plan_that_is_read_is_the_one_that_was_digested(saved: Path) -> None:
    digest = sha256(saved.read_bytes()).hexdigest()
    made = read_plan(saved, digest=digest)
    before = list(made.entries())
    changed = saved.read_bytes().replace(b'"pause"', b'"start"')
    saved.unlink()
    saved.write_bytes(changed)
    assert list(made.entries()) == before
    with pytest.raises(InputError, match="it was changed after the run began, so the journal is not about it; restore"):
        read_plan(saved, digest=digest)


def test_a_saved_plan_is_not_mistaken(saved: Path, tmp_path: Path) -> None:
    journeys = tmp_path / "journeys.jsonl"
    journeys.write_text(f'{{"kind":"plan","uuid":"{A}"}}\n')
    assert is_saved_plan(saved)
    assert not is_saved_plan(journeys)
    assert not is_saved_plan(tmp_path)
    assert not is_saved_plan("-")


def test_looking_for_a_saved_plan_takes_nothing_out_of_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"uuid")
    assert not is_saved_plan(f"/dev/fd/{reading}")
    assert os.read(reading, 10) == b"uuid"
    os.close(reading)
    os.close(writing)


@pytest.mark.parametrize("first", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("front", [b"\n\n", b"\xef\xbb\xbf"])
def test_a_plan_that_does_not_begin_with_its_header_is_no_list(front: bytes, first: int, saved: Path) -> None:
    saved.write_bytes(front + b"".join(saved.read_bytes().splitlines(keepends=True)[first:]))
    assert is_saved_plan(saved)
    with pytest.raises(InputError, match=":1: this is no header of a plan; the plan is damaged"):
        read_plan(saved)


def header_with(old: str, new: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [lines[0].replace(old, new), *lines[1:]]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda lines: lines[:-1], ":1: the header promises 4 rows: 1 repeated, "),
        (lambda lines: [*lines, lines[1]], ":1: the header promises"),
        (lambda lines: [*lines[:2], lines[1], *lines[3:]], ":1: the header promises"),
        (lambda lines: [*lines[:2], "{}\n", *lines[3:]], ":3: this is no entry of a plan; the plan is damaged"),
        (
            lambda lines: [*lines[:2], lines[2].replace(B, B.upper()), *lines[3:]],
            f":3: '{B.upper()}' is not a canonical",
        ),
        (lambda lines: [*lines[:3], lines[3].replace('"first":0', '"first":2'), lines[4]], ":4: entry 2 is not an"),
        (lambda lines: [lines[0], lines[1].replace("}", ',"file":1}'), *lines[2:]], ":2: there is no source 1"),
        (lambda lines: [*lines[:-1], lines[-1].rstrip()], ":5: the last line is cut short"),
        (header_with('"version":2', '"version":3'), ":1: the plan has version 3, written by bulk-journeys "),
        (header_with('"rows"', '"lines"'), ":1: this is no header of a plan; the plan is damaged"),
        (lambda _: [], ":1: this is no header of a plan"),
    ],
)
def test_a_damaged_plan_is_refused(saved: Path, damage: Callable[[list[str]], list[str]], message: str) -> None:
    saved.write_text("".join(damage(saved.read_text().splitlines(keepends=True))))
    with pytest.raises(InputError) as refused:
        read_plan(saved)
    assert str(refused.value).startswith(f"{saved}{message}")


def test_a_plan_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_plan(tmp_path / "absent.jsonl")


def test_a_disk_that_is_full_while_planning_is_reported() -> None:
    rows = [[A, "pause" + " " * 500]] * 2000
    with files_limited_to(100_000), pytest.raises(DiskFailed, match="nothing was sent"):
        make_plan([table(*rows)])


def test_a_plan_that_cannot_be_saved_leaves_what_was_there(saved: Path) -> None:
    before = saved.read_bytes()
    plan = make_plan([table(*[[A, "pause" + " " * 500]] * 200)])
    list(plan.entries())
    with files_limited_to(50_000), pytest.raises(DiskFailed, match=r"plan\.jsonl: File too large; nothing was sent"):
        plan.save(saved)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_plan_cannot_be_saved_into_no_folder(tmp_path: Path) -> None:
    plan: Plan = make_plan([table([A, "pause"])])
    with pytest.raises(DiskFailed):
        plan.save(tmp_path / "absent" / "plan.jsonl")
