"""Laws of the way back: an undo touches exactly what its run changed, once, and says what it leaves alone."""

import json
import os
import shutil
import signal
from pathlib import Path
from time import sleep

import pytest

from bulk_journeys.plan.saved_plan import read_header
from bulk_journeys.sandbox.config import Config, Latency, parse_mix
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import Status
from bulk_journeys.session.account import account_of, holding
from bulk_journeys.session.folder import list_runs
from bulk_journeys.settings.credentials import Secret
from tests.cli.stage import Cli, Forked, Serve, Stage, outcomes, records, uphold_the_law, wait_until, write_list

FAST = ("--yes", "--rate", "off", "--tries", "2")
MIXED = Config(60, 3, mix=parse_mix("running=60,paused=20,draft=20"), forbidden=5)
LOSSY = Config(60, 3, mix=parse_mix("running=80,paused=20"), faults={Fault.ERROR: 0.2, Fault.DROP: 0.1})


def pause(cli: Cli, stage: Stage, *flags: str) -> int:
    write_list(Path("journeys.csv"), stage.uuids())
    return cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url, *flags).code


def runs(verb: str = "") -> list[Path]:
    """Return the runs whose name has *verb* in it, the oldest first."""
    return [run.path for run in list_runs(Path("runs")) if verb in run.run_id]


def statuses(stage: Stage) -> list[Status]:
    return [journey.status for journey in stage.journeys.values()]


def export(stage: Stage) -> None:
    rows = [f"{uuid},{journey.status.name.capitalize()}" for uuid, journey in stage.journeys.items()]
    write_list(Path("export.csv"), rows, header="journey_id,status")


def lines_of(run: Path, *wanted: str) -> list[int]:
    return [record["line"] for record in records(run) if record["outcome"] in wanted]


def test_after_a_pause_and_its_undo_every_journey_is_as_it_was(serve: Serve, cli: Cli) -> None:
    stage = serve(MIXED)
    before = statuses(stage)
    assert pause(cli, stage) == 3
    assert statuses(stage) != before
    assert cli("undo", *FAST).code == 0
    assert statuses(stage) == before
    paused, undone = runs()
    assert lines_of(undone, "applied") == lines_of(paused, "applied")
    assert {record["action"] for record in records(undone)} == {"start"}
    assert "undo-start" in undone.name


def test_rows_in_doubt_are_listed_with_what_is_known_and_left_alone(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    assert pause(cli, stage) in {3, 5}
    (paused,) = runs()
    applied, doubtful = lines_of(paused, "applied"), lines_of(paused, "in_doubt")
    code, _, err = cli("undo", *FAST, "--tries", "6")
    assert code in {0, 3, 5}
    assert f"{len(doubtful)} rows in doubt left alone; --include-in-doubt takes them along:" in err
    assert err.count("the answer to attempt ") == min(len(doubtful), 20)
    assert [record["line"] for record in records(runs("undo")[0])] == applied


def test_rows_in_doubt_are_taken_along_if_asked(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    pause(cli, stage)
    cli("undo", *FAST, "--include-in-doubt")
    paused, undone = runs()
    assert [record["line"] for record in records(undone)] == lines_of(paused, "applied", "in_doubt")


def test_of_rows_in_doubt_those_are_taken_along_that_the_list_showed_running(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    before = statuses(stage)
    export(stage)
    cli("run", "export.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    (paused,) = runs()
    doubtful = {record["line"] for record in records(paused) if record["outcome"] == "in_doubt"}
    really = {line for line, status in enumerate(before, 2) if status is Status.RUNNING}
    assert doubtful & really
    assert doubtful - really
    code, _, err = cli("undo", "--as-listed", *FAST, "--tries", "6")
    assert code in {0, 3, 5}, err
    assert f"{len(doubtful - really)} row" in err
    assert {record["line"] for record in records(runs("undo")[0])} == really
    assert statuses(stage) == before


def test_a_list_that_says_nothing_of_statuses_decides_nothing(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    pause(cli, stage)
    code, _, err = cli("undo", "--as-listed", *FAST)
    assert (code, stage.requests()) == (2, 2)
    assert "journeys.csv had no column that tells a journey's status; drop --as-listed" in err


def test_what_is_in_doubt_can_be_taken_back_alone_after_the_rest(serve: Serve, cli: Cli) -> None:
    stage = serve(LOSSY)
    pause(cli, stage)
    (paused,) = runs()
    cli("undo", *FAST)
    cli("undo", paused.name, "--only-in-doubt", *FAST)
    assert [record["line"] for record in records(runs("undo")[1])] == lines_of(paused, "in_doubt")


def test_a_run_is_undone_once_unless_asked_again(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(5))
    pause(cli, stage)
    (paused,) = runs()
    assert cli("undo", paused.name, *FAST).code == 0
    before = stage.requests()
    code, _, err = cli("undo", paused.name, *FAST)
    assert code == 2
    assert f"{paused.name} was undone before, in runs/{runs('undo')[0].name}; --again does it anew" in err
    assert stage.requests() == before
    assert cli("undo", paused.name, *FAST, "--again").code == 3
    assert outcomes(runs("undo")[1]) == ["conflict"] * 5


def test_an_undo_of_an_undo_does_again_what_was_done(serve: Serve, cli: Cli) -> None:
    stage = serve(MIXED)
    pause(cli, stage)
    paused = statuses(stage)
    assert cli("undo", *FAST).code == 0
    code, _, err = cli("undo", *FAST)
    (undone,) = runs("undo")
    assert code == 2
    takes_back = f"'bulk-journeys undo runs/{undone.name}' takes it back, and to undo another run, name it"
    assert f"the last run, {undone.name}, has undone {runs()[0].name}; it is complete, {takes_back}" in err
    assert "resume" not in err
    assert cli("undo", undone.name, *FAST).code == 0
    assert statuses(stage) == paused
    assert [record["action"] for record in records(runs("undo")[1])] == ["pause"] * len(lines_of(runs()[0], "applied"))


def test_an_undo_takes_back_what_a_run_and_its_resumption_changed(serve: Serve, cli: Cli) -> None:
    stage = serve(MIXED)
    before = statuses(stage)
    assert pause(cli, stage, "--limit", "30") == 4
    assert cli("resume", "--rate", "off").code == 3
    assert cli("undo", *FAST).code == 0
    assert statuses(stage) == before


def test_an_undo_of_a_run_that_stopped_half_way_takes_back_the_half(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(10))
    assert pause(cli, stage, "--limit", "4") == 4
    assert cli("undo", *FAST).code == 0
    assert statuses(stage) == [Status.RUNNING] * 10
    assert [journey.requests for journey in stage.journeys.values()] == [2] * 4 + [0] * 6
    code, _, err = cli("resume", runs()[0].name)
    assert code == 2
    assert "was undone before" in err
    told = cli("report", runs()[0].name).out
    assert "not_attempted" in told
    assert "bulk-journeys resume" not in told  # it would be refused, as undo would be
    assert "bulk-journeys undo" not in told


def test_an_undo_that_was_interrupted_is_resumed_like_any_run(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(60, latency=Latency(0.01, 0.03)))
    pause(cli, stage)
    process = Forked(folder, "undo", "--yes", "--rate", "100/s")
    stage.await_requests(80, process)
    process.send_signal(signal.SIGTERM)
    assert process.done().code == 143
    (undone,) = runs("undo")
    code, _, err = cli("undo", runs()[0].name, *FAST)
    assert code == 2
    assert f"'bulk-journeys resume runs/{undone.name}' goes on with it; --again does it anew" in err
    code, _, err = cli("undo", *FAST)
    assert code == 2
    assert (
        f"; 'bulk-journeys resume runs/{undone.name}' goes on with it, 'bulk-journeys undo runs/{undone.name}'" in err
    )
    assert cli("resume", "--rate", "off").code == 0
    assert statuses(stage) == [Status.RUNNING] * 60
    assert [journey.requests for journey in stage.journeys.values()] == [2] * 60


def test_an_undo_of_a_killed_run_takes_back_what_is_known_to_be_done(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(60, latency=Latency(0.01, 0.03)))
    write_list(folder / "journeys.csv", stage.uuids())
    flags = ("--action", "pause", "--yes", "--rate", "off", "--concurrency", "4", "--base-url", stage.base_url)
    process = Forked(folder, "run", "journeys.csv", *flags)
    stage.await_requests(20, process)
    process.kill()
    assert process.done().code == -9
    assert cli("report").code == 0
    (killed,) = runs()
    assert cli("undo", *FAST, "--include-in-doubt").code in {0, 3}
    assert statuses(stage) == [Status.RUNNING] * 60
    assert [record["line"] for record in records(runs("undo")[0])] == lines_of(killed, "applied", "in_doubt")


def test_what_no_call_takes_back_is_said_before_and_after(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4, mix=parse_mix("paused=1")))
    rows = [
        f"{uuid},{action}" for uuid, action in zip(stage.uuids(), ("start", "finish", "archive", "draft"), strict=True)
    ]
    write_list(Path("journeys.csv"), rows, header="uuid,action")
    asking = ("run", "journeys.csv", "--confirm", "4", "--rate", "off", "--base-url", stage.base_url)
    code, _, err = cli(*asking)
    assert code == 0
    assert "  finish and draft and archive cannot be undone\n" in err
    code, _, err = cli("undo", *FAST)
    assert code == 0
    assert "  3 rows finished, drafted or archived: no call takes that back\n" in err
    assert [journey.applied for journey in stage.journeys.values()] == [
        ["start", "pause"],
        ["finish"],
        ["archive"],
        ["draft"],
    ]


def test_where_nothing_can_be_undone_that_is_said_and_nothing_sent(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2, mix=parse_mix("paused=1")))
    write_list(Path("journeys.csv"), stage.uuids())
    base_url = ("--base-url", stage.base_url)
    assert cli("run", "journeys.csv", "--action", "finish", "--confirm", "2", "--rate", "off", *base_url).code == 0
    code, _, err = cli("undo", *FAST)
    assert code == 2
    assert "there is nothing that can be undone" in err
    assert "2 rows finished, drafted or archived" in err
    assert (stage.requests(), len(runs())) == (2, 1)


def test_an_undo_can_be_saved_looked_at_and_run_later_where_it_belongs(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(5))
    pause(cli, stage)
    code, _, err = cli("undo", "-o", "back.jsonl")
    assert code == 0
    assert f"saved; carry it out with: bulk-journeys run back.jsonl --base-url {stage.base_url}\n" in err
    assert (stage.requests(), len(runs())) == (5, 1)
    assert "start 5 journeys" in cli("plan", "back.jsonl").out
    code, _, err = cli("run", "back.jsonl", *FAST)
    assert (code, stage.requests()) == (2, 5)
    assert f"this plan is about a run at '{stage.base_url}', and would go to 'https://" in err
    assert cli("run", "back.jsonl", *FAST, "--base-url", stage.base_url).code == 0
    assert statuses(stage) == [Status.RUNNING] * 5
    code, _, err = cli("run", "back.jsonl", *FAST, "--base-url", stage.base_url)
    assert code == 2
    assert "was undone before" in err


def test_a_plan_of_a_run_that_went_on_since_is_not_carried_out(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6))
    pause(cli, stage, "--limit", "3")
    cli("undo", "-o", "back.jsonl")
    cli("retry", "-o", "again.jsonl")
    assert cli("resume", "--rate", "off").code == 0
    for plan in ("back.jsonl", "again.jsonl"):
        code, _, err = cli("run", plan, *FAST, "--base-url", stage.base_url)
        assert (code, stage.requests()) == (2, 6)
        assert f"{runs()[0].name} went on since this plan was made of it; make it anew" in err


def test_an_undo_that_waited_while_its_run_went_on_is_not_carried_out(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(20))
    pause(cli, stage, "--limit", "10")
    (folder / "undo").mkdir()
    runs_dir, waiting = ("--runs-dir", str(folder / "runs")), ("--rate", "off", "--wait-for-lock", "60s")
    with holding(account_of(folder / "undo" / "state", stage.base_url, Secret(Config.token)), "a test", 0.0):
        undo = Forked(folder / "undo", "undo", "--yes", "--base-url", stage.base_url, *runs_dir, *waiting)
        told = folder / "undo" / "err"
        wait_until(lambda: told.exists() and "start 10 journeys" in told.read_text())
        sleep(0.5)  # it has made its plan, and waits
        resumption = Forked(folder, "resume", *waiting)
        assert resumption.done().code == 0
    assert undo.done().code == 2
    assert statuses(stage) == [Status.PAUSED] * 20


def test_a_run_keeps_its_identity_under_another_name(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(3))
    pause(cli, stage)
    (paused,) = runs()
    os.chdir(paused)
    assert cli("undo", ".", *FAST, "--runs-dir", folder / "runs").code == 0
    os.chdir(folder)
    assert [read_header(run / "plan.jsonl").parent is not None for run in runs("undo")] == [True]
    shutil.copytree(paused, folder / "runs" / "2030-01-01T00-00-00Z-a-copy")
    for name in (paused.name, "a-copy"):
        code, _, err = cli("undo", name, *FAST)
        assert code == 2
        assert f"{paused.name} was undone before" in err
    assert stage.requests() == 6


def test_a_plan_is_not_saved_over_the_run_that_it_is_made_of(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    pause(cli, stage)
    plan = runs()[0] / "plan.jsonl"
    before = plan.read_bytes()
    code, _, err = cli("undo", "-o", plan)
    assert code == 2
    assert "this is the folder of the run itself; save the plan elsewhere" in err
    assert plan.read_bytes() == before


def test_rows_that_share_a_line_are_told_apart(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(6, mix=parse_mix("running=50,paused=50")))
    before = statuses(stage)
    Path("list.json").write_text(json.dumps([{"uuid": uuid} for uuid in stage.uuids()]))
    cli("run", "list.json", "--action", "pause", *FAST, "--base-url", stage.base_url)
    code, _, err = cli("undo", *FAST)
    assert code == 0
    assert f"  left alone: {before.count(Status.PAUSED)} conflict\n" in err
    assert statuses(stage) == before


def test_what_is_left_in_doubt_is_told_also_to_who_wants_quiet(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(30, 3, faults={Fault.ERROR: 0.3}))
    pause(cli, stage)
    _, _, err = cli("undo", *FAST, "--quiet")
    assert "rows in doubt left alone" in err


def test_an_undo_asks_before_it_does_anything(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    pause(cli, stage)
    code, _, err = cli("undo")
    assert code == 2
    assert "start 2 journeys: there is no terminal to ask on, so nothing was sent; pass --yes" in err
    assert stage.requests() == 2


def test_rows_that_repeat_a_journey_are_undone_once(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    one, two = stage.uuids()
    write_list(Path("journeys.csv"), [one, two, one])
    cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert cli("undo", *FAST).code == 0
    assert stage.requests() == 4
    assert [(record["line"], record["outcome"]) for record in records(runs("undo")[0])] == [
        (2, "applied"),
        (3, "applied"),
        (4, "applied"),
    ]


@pytest.mark.parametrize("verb", ["undo", "retry"])
def test_a_run_that_is_under_way_is_not_touched(verb: str, serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(20, latency=Latency(0.2, 0.2)))
    write_list(folder / "journeys.csv", stage.uuids())
    process = Forked(
        folder, "run", "journeys.csv", "--action", "pause", "--yes", "--rate", "20/s", "--base-url", stage.base_url
    )
    stage.await_requests(3, process)
    code, _, err = cli(verb, *FAST)
    process.send_signal(signal.SIGTERM)
    assert process.done().code == 143
    assert code == 75
    assert "the run is under way; stop it first, or let it finish" in err


def test_a_plan_that_was_changed_behind_its_journal_is_not_believed(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    pause(cli, stage)
    plan = runs()[0] / "plan.jsonl"
    plan.write_text(plan.read_text().replace('"line":3', '"line":4'))
    for command in ("undo", "retry", "resume", "report"):
        code, _, err = cli(command)
        assert code == 2
        assert "it was changed after the run began, so the journal is not about it; restore it" in err
    assert stage.requests() == 3


def test_an_undo_keeps_the_law_of_every_run(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(40, 5, faults={Fault.ERROR: 0.1, Fault.HTML: 0.1}))
    pause(cli, stage)
    cli("undo", *FAST)
    paused, undone = runs()
    uphold_the_law(stage, paused, 40)
    lines = lines_of(paused, "applied")
    assert [record["line"] for record in records(undone)] == lines
    really = {uuid for uuid, journey in stage.journeys.items() if "start" in journey.applied}
    for record in records(undone):
        if record["outcome"] == "applied":
            assert record["uuid"] in really
        elif record["outcome"] != "in_doubt":
            assert record["uuid"] not in really


def test_what_is_advised_about_an_undo_that_failed_is_its_retry(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(3))
    assert pause(cli, stage) == 0
    lossy = serve(Config(3, faults={Fault.ERROR: 1.0}))
    assert cli("undo", *FAST, "--base-url", lossy.base_url).code == 5
    (undone,) = runs("undo")
    _, _, err = cli("undo", *FAST)
    advice = [f"'bulk-journeys {words}'" for words in (f"retry {undone}", f"undo {undone} --include-in-doubt")]
    assert f"it is complete, {advice[0]} tries again what failed or is in doubt, {advice[1]} takes it back" in err
    assert cli("retry", str(undone), *FAST).code in {0, 3, 5}
    assert cli("undo", str(undone), "--include-in-doubt", *FAST, "-o", "plan.jsonl").code == 0
