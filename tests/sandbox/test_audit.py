"""Laws of the audit: it finds each claim that is not so, and lets a doubt pass only for a reason.

And of the list of statuses: it tells each journey's present status, so that two moments can be compared.
"""

import asyncio
from pathlib import Path

import msgspec
import pytest

from bulk_journeys.sandbox.audit import HARMLESS_IF_APPLIED, Line, contradictions, main
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import DISPLACED, Action, Journey, Status
from tests.sandbox.visit import visiting

UUID = "2a92bc43-9daf-46ea-b1d2-437f69d94e41"


def found(outcome: str, *, really: bool, faults: tuple[str, ...] = (), interrupted: bool = False) -> list[str]:
    """Return what the audit says of one row that claims *outcome*."""
    journey = Journey(UUID, "Trial", Status.RUNNING, Status.PAUSED if really else Status.RUNNING, faults=[*faults])
    journey.applied = [Action.PAUSE] * really
    return list(contradictions([Line(2, UUID, Action.PAUSE, outcome)], {UUID: journey}, interrupted=interrupted))


def log_of(path: Path, outcomes: dict[str, str]) -> Path:
    """Write a result log of a pause, a line for each uuid."""
    lines = [Line(line, uuid, Action.PAUSE, outcome) for line, (uuid, outcome) in enumerate(outcomes.items(), 2)]
    path.write_bytes(b"".join(msgspec.json.encode(line) + b"\n" for line in lines))
    return path


def test_a_claim_that_is_not_so_is_found() -> None:
    assert found("applied", really=False) == ["line 2: said to be applied, and was not"]
    for outcome in ("conflict", "rejected", "failed", "not_attempted"):
        assert found(outcome, really=True) == [f"line 2: said not to be applied ({outcome}), and was"]
        assert found(outcome, really=False) == []
    assert found("applied", really=True) == []


@pytest.mark.parametrize("really", [True, False])
def test_a_doubt_needs_a_lost_answer_or_an_interruption(really: bool) -> None:
    wrong = ["line 2: in doubt, though no answer was lost"]
    assert found("in_doubt", really=really) == wrong
    assert found("in_doubt", really=really, faults=(Fault.REFUSE,)) == wrong
    assert found("in_doubt", really=really, faults=(Fault.ERROR,)) == []
    assert found("in_doubt", really=really, interrupted=True) == []


@pytest.mark.parametrize("fault", [Fault.DIAL, Fault.INTERIM, Fault.BOM])
@pytest.mark.parametrize("really", [True, False])
def test_a_fault_after_which_the_answer_can_be_read_is_no_reason_for_a_doubt(fault: Fault, really: bool) -> None:
    assert found("in_doubt", really=really, faults=(fault,)) == ["line 2: in doubt, though no answer was lost"]


@pytest.mark.parametrize("fault", sorted(HARMLESS_IF_APPLIED))
def test_what_is_odd_about_an_answer_is_a_reason_to_doubt_a_refusal_and_no_success(fault: Fault) -> None:
    assert found("in_doubt", really=False, faults=(fault,)) == []
    assert found("in_doubt", really=True, faults=(fault,)) == ["line 2: in doubt, though no answer was lost"]
    assert found("in_doubt", really=True, faults=(fault, Fault.ERROR)) == []


def test_an_answer_that_may_be_read_in_the_place_of_another_is_a_reason_for_a_doubt() -> None:
    assert found("in_doubt", really=True, faults=(DISPLACED,)) == []


def test_an_interruption_excuses_no_false_claim() -> None:
    assert found("applied", really=False, interrupted=True) == ["line 2: said to be applied, and was not"]
    assert found("failed", really=True, interrupted=True) == ["line 2: said not to be applied (failed), and was"]


async def test_the_flag_for_an_interrupted_run_allows_its_doubts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with visiting(Config(journeys=2)) as visit:
        one, two = (journey.uuid for journey in visit.journeys)
        await visit.act("pause", one)
        arguments = [str(log_of(tmp_path / "results.jsonl", {one: "applied", two: "in_doubt"})), visit.sandbox.base_url]
        assert await asyncio.to_thread(main, arguments) == 1
        assert await asyncio.to_thread(main, [*arguments, "--interrupted"]) == 0
    sums = "1 journeys were changed; said to be applied: 1, in doubt: 1\n"
    assert capsys.readouterr().out == (
        f"line 3: in doubt, though no answer was lost\nheld against the sandbox, row by row: 2 rows, 1 wrong\n{sums}"
        f"held against the sandbox, row by row: 2 rows, 0 wrong\n{sums}"
    )


@pytest.mark.parametrize("content", [None, b"journey_id,title\n", b"{}\n", b"\xff\n"])
def test_what_is_no_result_log_is_refused_with_advice(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "results.jsonl"
    if content is not None:
        log.write_bytes(content)
    with pytest.raises(SystemExit) as ended:
        main([str(log), "http://127.0.0.1:1"])
    assert ended.value.code == 2
    assert f"{log}: cannot be read" in (err := capsys.readouterr().err)
    assert "name the results.jsonl of a run" in err


@pytest.mark.parametrize("arguments", [["http://127.0.0.1:1"], ["--statuses", "results.jsonl", "http://127.0.0.1:1"]])
def test_a_log_is_compared_or_statuses_are_printed(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "give either the results.jsonl of a run or --statuses" in capsys.readouterr().err


async def test_each_journey_has_one_line_in_the_sandbox_s_order(capsys: pytest.CaptureFixture[str]) -> None:
    async with visiting(Config(journeys=3, mix={Status.RUNNING: 1})) as visit:
        await visit.act("pause", visit.journeys[1].uuid)
        first, second, third = (journey.uuid for journey in visit.journeys)
        assert await asyncio.to_thread(main, ["--statuses", visit.sandbox.base_url]) == 0
    assert capsys.readouterr().out == (f"{first} STATUS_RUNNING\n{second} STATUS_PAUSED\n{third} STATUS_RUNNING\n")


async def test_only_the_line_of_a_changed_journey_changes(capsys: pytest.CaptureFixture[str]) -> None:
    async with visiting(Config(journeys=20, mix={Status.RUNNING: 1, Status.PAUSED: 1, Status.DRAFT: 1})) as visit:
        await asyncio.to_thread(main, ["--statuses", visit.sandbox.base_url])
        before = capsys.readouterr().out.splitlines()
        place = [journey.status for journey in visit.journeys].index(Status.DRAFT)
        await visit.act("start", visit.journeys[place].uuid)
        await asyncio.to_thread(main, ["--statuses", visit.sandbox.base_url])
    after = capsys.readouterr().out.splitlines()
    assert [row for row, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]] == [place]


@pytest.mark.parametrize("base_url", ["", "nowhere", "http://127.0.0.1:1"])
def test_where_no_sandbox_answers_that_is_said_without_a_traceback(
    base_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--statuses", base_url])
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert f"{base_url!r}: no sandbox answers here" in err
    assert "give the address that it printed" in err
