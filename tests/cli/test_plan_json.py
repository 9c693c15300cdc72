"""The form of `plan --json`, on which others build."""

import json
from pathlib import Path
from typing import Any

import pytest

from bulk_journeys.model import Action
from tests.cli.stage import Cli

A = "aaaaaaaa-0000-4000-8000-000000000001"
B = "bbbbbbbb-0000-4000-8000-000000000002"
LIST = f"""Journeys to pause

uuid,action
{A},pause
{B},pasue
{A.upper()},Paused
Total,3
"""


@pytest.fixture
def told(cli: Cli) -> Any:
    """Return a function that writes a list and returns the exit code and the object that is printed."""

    def plan(text: str | None, *flags: str) -> tuple[int, Any]:
        if text is not None:
            Path("list.csv").write_text(text)
        done = cli("plan", "list.csv", "--json", *flags)
        assert done.err == ""
        return done.code, json.loads(done.out)

    return plan


def test_all_of_a_plan_is_one_object(told: Any) -> None:
    code, plan = told(LIST)
    assert code == 2, "it cannot be run as it is"
    assert plan["operations"] == [{"line": 4, "uuid": A, "action": "pause"}]
    assert plan["merged"] == [{"line": 6, "uuid": A, "action": "pause", "same_as": 4}]
    assert plan["rejections"] == [
        {"line": 5, "column": "action", "value": "pasue", "reason": "is not an action", "meant": "pause"}
    ]
    assert plan["skipped"] == [
        {"line": 1, "line_end": 1, "reason": "title", "words": "Journeys to pause"},
        {"line": 2, "line_end": 2, "reason": "blank"},
        {"line": 7, "line_end": 7, "reason": "footer", "words": "Total 3"},
    ]
    assert plan["refused"] is None
    reading = plan["reading"]
    assert (reading["file"], reading["format"], reading["encoding"], reading["delimiter"]) == (
        "list.csv", "CSV", "utf-8", ",",
    )  # fmt: skip
    assert (reading["header_line"], reading["id_column"], reading["action_column"]) == (3, "uuid", "action")
    assert reading["counts"] == {
        "rows": 3, "operations": 1, "merged": 1, "rejections": 1, "actions": {Action.PAUSE.value: 1}, "left_out": 0,
    }  # fmt: skip


def test_a_plan_that_can_be_run_ends_well(told: Any) -> None:
    assert told(LIST, "--skip-invalid")[0] == 0
    assert told(f"uuid\n{A}\n", "--action", "pause")[0] == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "list.csv: there is no such file"),
        ("", "list.csv: the file is empty"),
        ("name,action\nx,pause\n", "list.csv: no column of journey ids among 'name', 'action'"),
        (f"uuid\n{A}\n", "list.csv: there is no action column among 'uuid'"),
        ("uuid,action\n", "list.csv: there are no rows below the header"),
    ],
)
def test_a_refused_list_has_the_same_form(told: Any, text: str | None, reason: str) -> None:
    code, plan = told(text)
    assert code == 2
    assert plan["refused"]["reason"] == reason
    assert plan["refused"]["advice"]
    assert [plan[name] for name in ("operations", "merged", "rejections", "left_out", "skipped")] == [[]] * 5


def test_a_list_without_a_good_row_is_refused_and_its_faults_are_told(told: Any) -> None:
    code, plan = told("uuid,action\nx,pause\n")
    assert (code, plan["operations"]) == (2, [])
    assert plan["refused"]["reason"] == "1 of 1 row cannot be carried out, so nothing was sent"
    assert [fault["value"] for fault in plan["rejections"]] == ["x"]


def test_one_object_tells_of_one_list(cli: Cli) -> None:
    Path("list.csv").write_text(f"uuid,action\n{A},pause\n")
    assert "--json tells of one list" in cli("plan", "list.csv", "list.csv", "--json").err
    assert cli("plan", "list.csv", "--json", "-o", "plan.jsonl").code == 2
    assert cli("plan", "list.csv", "-o", "plan.jsonl").code == 0
    saved = json.loads(cli("plan", "plan.jsonl", "--json").out)
    assert saved["operations"] == [{"line": 2, "uuid": A, "action": "pause"}]
