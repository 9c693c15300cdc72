"""Laws of the run that nobody named: it is the last one begun, or it is not acted on unasked."""

import os
import shutil
import time
from pathlib import Path

import pytest

from bulk_journeys.sandbox.config import Config, parse_mix
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import Status
from bulk_journeys.session.index import FILE_NAME
from tests.cli.stage import Cli, Done, Serve, Stage, records, write_list

FAST = ("--yes", "--rate", "off", "--tries", "1")
NOBODY = "11111111-2222-4333-8444-555555555555"
"""A journey that there is not."""

REAL = time.time


def run(cli: Cli, stage: Stage, uuids: list[str], action: str = "pause", *flags: str) -> Path:
    """Carry out *action*, and return the folder of the run."""
    before = {*Path("runs").glob("*")}
    agreed = ("--confirm", str(len(uuids))) if action == "finish" else ("--yes",)
    write_list(Path("journeys.csv"), uuids)
    done = cli("run", "journeys.csv", "--action", action, *FAST[1:], *agreed, "--base-url", stage.base_url, *flags)
    assert done.code in {0, 3, 4, 5}, done
    (made,) = {*Path("runs").glob("*")} - before
    return made


def undone(runs: Path = Path("runs")) -> list[str]:
    """Return the journeys of the undo."""
    (found,) = runs.glob("*-undo-*")
    return [record["uuid"] for record in records(found)]


def set_clock(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    monkeypatch.setattr("time.time", lambda: REAL() + days * 86_400)


def lines_with(words: str, done: Done) -> list[str]:
    return [line.strip() for line in done.err.splitlines() if words in line]


@pytest.mark.parametrize("days", [-3.0, -0.01, -20_000.0])
def test_a_clock_that_was_set_back_turns_no_other_run_into_the_last(
    days: float, serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(5))
    first = run(cli, stage, stage.uuids()[:2])
    set_clock(monkeypatch, days)
    second = run(cli, stage, stage.uuids()[2:], "pause", "--limit", "2")
    assert second.name < first.name
    assert [line.split()[0] for line in cli("runs").out.splitlines()] == [first.name, second.name]
    assert str(second) in cli("report").out
    assert f"undo of {second.name}" in cli("undo", "-o", "back.jsonl").err
    assert cli("resume", "--rate", "off").code == 0
    assert f"{second.name}: no row is " in cli("retry", *FAST).err
    assert cli("undo", *FAST).code == 0
    assert undone() == stage.uuids()[2:]


def test_what_was_done_in_what_is_now_the_future_is_not_done_again(
    serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(2))
    run(cli, stage, stage.uuids())
    set_clock(monkeypatch, -3)
    code, _, err = cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert (code, stage.requests()) == (2, 2)
    assert "the same was carried out 3 days from now by this machine's clock, in runs/" in err


@pytest.mark.parametrize("harm", ["missing", "damaged", "copied", "moved"])
def test_where_the_last_run_is_not_certain_nothing_is_done_unasked(
    harm: str, serve: Serve, folder: Path, cli: Cli
) -> None:
    stage = serve(Config(4))
    runs = [run(cli, stage, stage.uuids()[:2]), run(cli, stage, stage.uuids()[2:])]
    index = folder / "state" / FILE_NAME
    match harm:
        case "missing":
            index.unlink()
        case "damaged":
            index.write_bytes(index.read_bytes().replace(b"{", b"[", 1))
        case "copied":
            shutil.copytree(runs[0], "runs/1970-01-01T00-00-00Z-copy")
        case "moved":
            Path("runs").rename("moved")
    where = ("--runs-dir", "moved" if harm == "moved" else "runs")
    likely = Path(where[1]) / runs[1].name
    for arguments in (
        ("undo", *FAST),
        ("undo", "-o", "back.jsonl"),
        ("retry", *FAST),
        ("retry", *FAST[1:], "--confirm", "2"),
        ("resume", "--rate", "off"),
    ):
        code, _, err = cli(*arguments, *where)
        assert code == 2
        assert f"likely it is {likely.name}; if you mean that one, say: bulk-journeys {arguments[0]} {likely}\n" in err
    assert stage.requests() == 4
    assert cli("report", *where).code == 0
    assert "start 2 journeys: there is no terminal to ask on" in cli("undo", *where).err
    assert cli("undo", str(likely), *FAST).code == 0


def test_the_next_run_makes_the_last_certain_again(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(3))
    for uuid in stage.uuids()[:2]:
        run(cli, stage, [uuid])
    (folder / "state" / FILE_NAME).unlink()
    run(cli, stage, stage.uuids()[2:])
    assert cli("undo", *FAST).code == 0
    assert undone() == stage.uuids()[2:]


def test_a_state_that_cannot_be_kept_is_a_warning_and_then_a_name_is_wanted(
    serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(2))
    Path("file").touch()
    monkeypatch.setenv("BULK_JOURNEYS_STATE_DIR", "file")
    write_list(Path("journeys.csv"), stage.uuids()[:1])
    arguments = ("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    code, _, err = cli(*arguments)
    assert code == 0
    assert "warning: file/runs.lock: " in err
    assert "an undo without a question wants the run's name" in err
    assert cli("undo", "-o", "back.jsonl").code == 0  # of one run there is no doubt
    run(cli, stage, stage.uuids()[1:])
    assert cli("undo", *FAST).code == 2


@pytest.mark.parametrize("quiet", [(), ("--quiet",)])
def test_an_undo_passes_over_runs_that_changed_nothing_and_names_them(
    quiet: tuple[str, ...], serve: Serve, cli: Cli
) -> None:
    stage = serve(Config(3, faults={Fault.REFUSE: 0.0}))
    first = run(cli, stage, stage.uuids())
    nightly = run(cli, stage, stage.uuids(), "pause", "--again")
    unknown = run(cli, stage, [NOBODY])
    never = run(cli, stage, stage.uuids()[:1])
    for path in never.iterdir():
        if path.name != "plan.jsonl":
            path.unlink()
    done = cli("undo", *FAST, *quiet)
    assert done.code == 0
    assert f"undo of {first.name}\n" in done.err
    assert lines_with("passed over", done) == [
        f"passed over: {never.name} (nothing of it was begun)",
        f"passed over: {unknown.name} (nothing of it can be undone: 1 rejected)",
        f"passed over: {nightly.name} (nothing of it can be undone: 3 conflict)",
    ]
    assert undone() == stage.uuids()
    assert {journey.status for journey in stage.journeys.values()} == {Status.RUNNING}


def test_of_many_runs_that_are_passed_over_the_first_are_named(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(1))
    first = run(cli, stage, stage.uuids())
    for number in range(22):
        copy = Path("runs") / f"2100-01-01T00-00-{number:02}Z-pause-0000"
        copy.mkdir()
        shutil.copy(first / "plan.jsonl", copy)
    done = cli("undo")
    told = lines_with("passed over", done)
    assert (len(told), told[-1]) == (21, "passed over: 2 more")
    assert "start 1 journey: there is no terminal to ask on" in done.err


def test_where_nothing_was_ever_changed_that_is_said(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2, mix=parse_mix("paused=1")))
    only = run(cli, stage, stage.uuids())
    code, _, err = cli("undo", *FAST)
    assert code == 2
    assert "error: runs: there is nothing that can be undone\n" in err
    assert f"  passed over: {only.name} (nothing of it can be undone: 2 conflict)\n" in err


def test_what_cannot_be_undone_is_not_passed_over(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    first = run(cli, stage, stage.uuids()[:2])
    run(cli, stage, stage.uuids()[:2], "pause", "--again")
    last = run(cli, stage, stage.uuids()[2:], "finish")
    done = cli("undo", *FAST)
    assert (done.code, stage.requests()) == (2, 6)
    assert f"error: {last.name}: there is nothing that can be undone\n" in done.err
    assert "  2 rows finished, drafted or archived: no call takes that back\n" in done.err
    assert f"  to undo the run before it, say: bulk-journeys undo {first}\n" in done.err
    assert cli("undo", str(first), *FAST).code == 0
    done = cli("undo", str(last), *FAST)
    assert done.code == 2
    assert "the run before it" not in done.err


def test_what_is_in_doubt_is_not_passed_over(serve: Serve, cli: Cli) -> None:
    stage, lossy = serve(Config(2)), serve(Config(2, faults={Fault.ERROR: 1.0}))
    run(cli, stage, stage.uuids())
    last = run(cli, lossy, lossy.uuids())
    done = cli("undo", *FAST)
    assert done.code == 2
    assert f"{last.name}: there is nothing that can be undone\n" in done.err
    assert "  2 rows in doubt left alone; --include-in-doubt takes them along:\n" in done.err
    assert stage.requests() == 2


def test_two_undos_in_a_row_do_not_go_back_further_than_one(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    run(cli, stage, stage.uuids()[:2])
    second = run(cli, stage, stage.uuids()[2:])
    assert cli("undo", *FAST).code == 0
    (back,) = Path("runs").glob("*-undo-*")
    for _ in range(2):
        code, _, err = cli("undo", *FAST)
        assert (code, stage.requests()) == (2, 6)
        takes_back = f"'bulk-journeys undo {back}' takes it back"
        assert f"the last run, {back.name}, has undone {second.name}; it is complete, {takes_back}" in err
    nightly = run(cli, stage, [NOBODY])
    done = cli("undo", *FAST)
    assert (done.code, stage.requests()) == (2, 7)
    assert f"the last run that changed anything, {back.name}, has undone {second.name}; " in done.err
    assert lines_with("passed over", done) == [f"passed over: {nightly.name} (nothing of it can be undone: 1 rejected)"]


def test_a_run_whose_undo_came_to_nothing_is_not_undone_again(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    first = run(cli, stage, stage.uuids())
    run(cli, stage, stage.uuids(), "start")
    assert cli("undo", str(first), *FAST).code == 3
    started = stage.requests()
    code, _, err = cli("undo", first.name, *FAST)
    assert (code, stage.requests()) == (2, started)
    assert f"{first.name} was undone before" in err


BEGAN = b'{"event":"began","at":1.0,"program":"1","base_url":"http'


@pytest.mark.parametrize("journal", [b"", BEGAN[:5], BEGAN])
def test_a_run_that_was_killed_before_it_began_is_passed_over(journal: bytes, serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    run(cli, stage, stage.uuids()[:2])
    killed = run(cli, stage, stage.uuids()[2:])
    for path in (*killed.glob("results.*"), *killed.glob("failed.csv")):
        path.unlink()
    assert (killed / "journal.jsonl").read_bytes().startswith(BEGAN[:16])
    (killed / "journal.jsonl").write_bytes(journal)
    done = cli("undo", *FAST)
    assert done.code == 0
    assert lines_with("passed over", done) == [f"passed over: {killed.name} (nothing of it was begun)"]


@pytest.mark.parametrize(
    "journal",
    [
        bytes(500),
        b"#\n",
        b"#" * 10_000,
        BEGAN + bytes(100_000),
        b'{"event":"sending","row":0,"attempt":1,"at":1.0}\n',
        b"#\n" + BEGAN,
    ],
)
def test_a_journal_of_which_nothing_can_be_read_is_none_of_a_run_that_never_began(
    journal: bytes, serve: Serve, cli: Cli
) -> None:
    stage = serve(Config(4))
    run(cli, stage, stage.uuids()[:2])
    damaged = run(cli, stage, stage.uuids()[2:])
    for path in (*damaged.glob("results.*"), *damaged.glob("failed.csv"), damaged / "log.jsonl"):
        path.unlink()
    (damaged / "journal.jsonl").write_bytes(journal)
    code, _, err = cli("undo", *FAST)
    assert (code in {1, 2}, stage.requests()) == (True, 4)
    assert f"{damaged}/journal.jsonl:" in err


def test_before_what_cannot_be_undone_an_undo_is_not_advised_to_be_taken_back(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    run(cli, stage, stage.uuids()[:2])
    assert cli("undo", *FAST).code == 0
    run(cli, stage, stage.uuids()[2:], "finish")
    done = cli("undo", *FAST)
    assert done.code == 2
    assert "the run before it" not in done.err


@pytest.mark.parametrize("damage", ["journal.jsonl", "plan.jsonl", "gone", "emptied"])
def test_a_run_that_nobody_can_read_is_not_passed_over(damage: str, serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    run(cli, stage, stage.uuids()[:2])
    last = run(cli, stage, stage.uuids()[2:])
    journal = last / "journal.jsonl"
    match damage:
        case "gone":
            journal.unlink()
        case "emptied":
            os.truncate(journal, 0)
        case _:
            lines = (last / damage).read_bytes().splitlines(keepends=True)
            (last / damage).write_bytes(b"".join([lines[0], b"#\n", *lines[2:]]))
    code, _, err = cli("undo", *FAST)
    assert (code, stage.requests()) == (1 if damage == "journal.jsonl" else 2, 4)
    assert str(last / ("plan.jsonl" if damage == "plan.jsonl" else "journal.jsonl")) in err


def test_a_state_that_others_can_write_is_warned_of_once(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(2))
    (folder / "state").mkdir()
    (folder / "state").chmod(0o770)
    write_list(Path("journeys.csv"), stage.uuids())
    done = cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert done.code == 0
    (told,) = lines_with("others can write", done)
    assert told.startswith(f"warning: {folder / 'state'}: others can write here, who could ")
    assert told.endswith(f"; chmod go-w {folder / 'state'}")
    (folder / "state").chmod(0o700)
    assert lines_with("others can write", cli("undo", *FAST)) == []
