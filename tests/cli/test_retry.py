"""Laws of trying again: only what may still come right, and a doubt goes along until something settles it."""

import csv
from pathlib import Path

import pytest

from bulk_journeys.sandbox.config import Config, parse_mix
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.session.folder import list_runs
from tests.cli.stage import Cli, Serve, Stage, outcomes, records, uphold_the_law, write_list

FAST = ("--yes", "--rate", "off", "--tries", "2")
LOSSY = Config(60, 3, mix=parse_mix("running=80,paused=20"), faults={Fault.ERROR: 0.2, Fault.DROP: 0.2})


def pause(cli: Cli, stage: Stage, *flags: str) -> int:
    write_list(Path("journeys.csv"), stage.uuids())
    return cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url, *flags).code


def runs() -> list[Path]:
    return [run.path for run in list_runs(Path("runs"))]


def lines_of(run: Path, *wanted: str) -> list[int]:
    return [record["line"] for record in records(run) if record["outcome"] in wanted]


def test_a_retry_is_of_the_rows_that_failed_are_in_doubt_or_were_not_attempted(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    assert pause(cli, stage, "--tries", "1", "--limit", "50") == 4
    cli("retry", *FAST)
    first, second = runs()
    assert [record["line"] for record in records(second)] == lines_of(first, "failed", "in_doubt", "not_attempted")
    assert "retry-pause" in second.name


def test_what_an_earlier_run_left_in_doubt_is_no_conflict_when_it_turns_out_to_be_done(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    pause(cli, stage, "--tries", "1")
    first, *_ = runs()
    doubtful = lines_of(first, "in_doubt")
    assert cli("retry", *FAST, "--tries", "6").code in {0, 5}
    second = runs()[1]
    for record in records(second):
        assert record["line"] in doubtful
        assert record["outcome"] in {"applied", "in_doubt"}
        if record["outcome"] == "in_doubt" and record["attempts"] == 1:
            assert f"in run {first.name}: the answer to attempt 1 was lost" in record["error"]["message"]
    assert {"applied", "in_doubt"} == set(outcomes(second))


def test_who_knows_better_has_what_was_definite_tried_again(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(20, 3, mix=parse_mix("running=60,paused=40"), forbidden=3))
    assert pause(cli, stage) == 3
    (first,) = runs()
    definite = lines_of(first, "conflict", "rejected")
    assert definite
    assert cli("retry", *FAST).code == 2
    assert cli("retry", "--only", "conflict", "--only", "rejected", *FAST).code == 3
    assert [record["line"] for record in records(runs()[1])] == definite


def test_only_one_outcome_is_taken_up_if_asked(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    pause(cli, stage, "--tries", "1", "--limit", "50")
    cli("retry", "--only", "not_attempted", *FAST)
    first, second = runs()
    assert [record["line"] for record in records(second)] == lines_of(first, "not_attempted") == list(range(52, 62))


def test_where_nothing_is_left_to_try_that_is_said(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    assert pause(cli, stage) == 0
    code, _, err = cli("retry", *FAST)
    assert code == 2
    assert "no row is failed or in_doubt or not_attempted; there is nothing to try again" in err
    assert cli("retry", "--only", "applied").code == 2
    assert stage.requests() == 3


def test_a_run_is_retried_once_unless_asked_again_and_not_resumed_behind_it(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    pause(cli, stage, "--limit", "2")
    first, *_ = runs()
    assert cli("retry", first.name, *FAST).code == 0
    for command in ("retry", "resume"):
        code, _, err = cli(command, first.name)
        assert code == 2
        assert f"{first.name} was retried before, in runs/{runs()[1].name}" in err
    assert [journey.requests for journey in stage.journeys.values()] == [1] * 6


def test_a_retry_of_a_retry_knows_where_the_doubt_began(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(1, faults={Fault.ERROR: 1.0}))
    pause(cli, stage, "--tries", "1")
    for _ in range(3):
        assert cli("retry", *FAST, "--tries", "1").code == 5
    *_, last = runs()
    (record,) = records(last)
    assert record["outcome"] == "in_doubt"
    assert len(record["error"]["message"]) < 1000


def test_the_list_of_failed_rows_does_the_same_from_a_spreadsheet(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    pause(cli, stage, "--tries", "1", "--limit", "50")
    (first,) = runs()
    rows = list(csv.DictReader((first / "failed.csv").read_text(encoding="utf-8").splitlines()))
    assert [row["result_uuid"] for row in rows] == [
        record["uuid"] for record in records(first) if record["outcome"] in {"failed", "in_doubt"}
    ]
    code, _, err = cli("run", str(first / "failed.csv"), *FAST, "--tries", "6", "--base-url", stage.base_url)
    assert code in {3, 5}, err
    second = runs()[1]
    done = {record["uuid"]: record for record in records(second)}
    assert list(done) == [row["result_uuid"] for row in rows]
    for row in rows:
        if row["outcome"] == "in_doubt":
            assert done[row["result_uuid"]]["outcome"] in {"applied", "in_doubt"}
        else:
            assert done[row["result_uuid"]]["outcome"] != "in_doubt" or done[row["result_uuid"]]["attempts"] > 1


def test_what_a_resumption_would_take_up_is_no_failed_row(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    pause(cli, stage, "--limit", "2")
    assert len((runs()[0] / "failed.csv").read_bytes().splitlines()) == 1


def test_what_was_undone_is_not_tried_again(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    pause(cli, stage)
    first, *_ = runs()
    cli("undo", *FAST)
    before = stage.requests()
    code, _, err = cli("retry", first.name, *FAST)
    assert (code, stage.requests()) == (2, before)
    assert f"{first.name} was undone before" in err


def test_a_doubt_about_one_action_is_none_about_another(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(1, faults={Fault.ERROR: 1.0}))
    pause(cli, stage, "--tries", "1")
    failed = (runs()[0] / "failed.csv").read_text()
    other = serve(Config(1))
    Path("edited.csv").write_text(failed.replace(",pause,", ",start,"))
    assert cli("run", "edited.csv", *FAST, "--base-url", other.base_url).code == 3
    (record,) = records(runs()[1])
    assert record["outcome"] == "conflict"


def test_a_table_of_failed_rows_goes_round_as_often_as_it_takes(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(20, faults={Fault.ERROR: 0.9}))
    pause(cli, stage, "--tries", "1")
    doubtful = lines_of(runs()[0], "in_doubt")
    for _ in range(3):
        failed = str(runs()[-1] / "failed.csv")
        assert cli("run", failed, *FAST, "--tries", "1", "--base-url", stage.base_url).code == 5
    assert set(outcomes(runs()[-1])) == {"in_doubt"}  # a second pause is refused, and that proves nothing
    assert len(outcomes(runs()[-1])) <= len(doubtful)


@pytest.mark.parametrize("again", [["retry"], ["run", "failed"]])
def test_a_retry_keeps_the_law_of_every_run(again: list[str], serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    pause(cli, stage, "--tries", "1")
    first, *_ = runs()
    arguments = ["retry"] if again == ["retry"] else ["run", str(first / "failed.csv"), "--base-url", stage.base_url]
    cli(*arguments, *FAST, "--tries", "3")
    uphold_the_law(stage, first, 60)
    for record in records(runs()[1]):
        really = "pause" in stage.journeys[record["uuid"]].applied
        if record["outcome"] == "applied":
            assert really
        elif record["outcome"] != "in_doubt":
            assert not really
