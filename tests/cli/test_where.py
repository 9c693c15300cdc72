"""Laws of rows that the user leaves out: they have their record, are sent to nobody, and change no verdict."""

from pathlib import Path

from bulk_journeys.sandbox.config import Config
from tests.cli.stage import Cli, Serve, Stage, outcomes, records, the_run, write_list

FAST = ("--yes", "--rate", "off")


def approved(stage: Stage) -> None:
    """Write a list of which every other row is approved."""
    rows = [f"{uuid},{'no' if number % 2 else 'yes'}" for number, uuid in enumerate(stage.uuids())]
    write_list(Path("list.csv"), rows, header="uuid,Approved")


def run(cli: Cli, stage: Stage, *flags: str, action: str = "pause") -> int:
    return cli("run", "list.csv", "--action", action, *FAST, "--base-url", stage.base_url, *flags).code


def test_rows_left_out_have_their_record_and_change_no_verdict(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    approved(stage)
    assert run(cli, stage) == 2
    assert stage.requests() == 0
    assert run(cli, stage, "--where", "Approved=yes") == 0
    assert stage.requests() == 3
    assert outcomes(the_run(Path())) == ["applied", "left_out"] * 3
    record = records(the_run(Path()))[1]
    assert (record["uuid"], record["action"], record["attempts"]) == (stage.uuids()[1], None, 0)
    assert record["error"]["message"] == "--where 'Approved=yes' leaves it out"
    assert "left_out" in cli("report").out
    assert (the_run(Path()) / "failed.csv").read_text().count("\n") == 1


def test_what_was_left_out_is_neither_retried_nor_undone_nor_counted(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    approved(stage)
    finish = ("run", "list.csv", "--action", "finish", "--rate", "off", "--base-url", stage.base_url)
    assert cli(*finish, "--where", "Approved=no", "--confirm", "6").code == 2
    assert run(cli, stage, "--where", "Approved=no") == 0
    assert cli("retry", *FAST).code == 2
    assert cli("undo", *FAST).code == 0
    assert stage.requests() == 6
    assert cli(*finish, "--where", "Approved=no", "--confirm", "3").code == 0


def test_the_action_may_be_said_in_the_words_of_a_cell(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    approved(stage)
    assert run(cli, stage, "--where", "Approved=yes", action="Pausar") == 0
    assert {record["action"] for record in records(the_run(Path()))} == {"pause", None}


def test_other_rows_of_the_same_list_are_not_the_same(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    approved(stage)
    assert run(cli, stage, "--where", "Approved=yes") == 0
    assert run(cli, stage, "--where", "Approved=yes") == 2
    assert run(cli, stage, "--where", "Approved!=yes") == 0
    assert stage.requests() == 6


def test_a_saved_plan_keeps_what_was_left_out_and_takes_no_filter(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    approved(stage)
    assert cli("plan", "list.csv", "--action", "pause", "--where", "Approved=yes", "-o", "plan.jsonl").code == 0
    send = ("run", "plan.jsonl", *FAST, "--base-url", stage.base_url)
    assert "a saved plan has chosen its rows" in cli(*send, "--where", "Approved=yes").err
    assert "a saved plan has chosen its rows" in cli(*send, "--partial").err
    assert cli(*send).code == 0
    assert outcomes(the_run(Path())) == ["applied", "left_out"] * 3
