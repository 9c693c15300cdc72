"""Laws of a run whose folder is lost in its middle: it stops, and what is known of it is saved to a new one."""

import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from bulk_journeys.sandbox.config import Config, Latency
from tests.cli.stage import (
    Cli,
    Done,
    Forked,
    Serve,
    Stage,
    settled_rows,
    the_run,
    uphold_the_law,
    wait_until,
    write_list,
)

ROWS = 100
FLAGS = ("--rate", "off", "--concurrency", "2")
SLOW = Latency(0.03, 0.05)
FAST = ("--rate", "off", "--concurrency", "50")


def asking(stage: Stage, *files: str) -> list[str]:
    write_list(Path("journeys.csv"), stage.uuids())
    return ["run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, *FLAGS, *files]


def replace(path: Path) -> None:
    """Put another file of the same content in the place of *path*, as many editors do."""
    shutil.copy(path, path.with_name("draft"))
    path.with_name("draft").replace(path)


def replace_folder(run: Path) -> None:
    run.rename("elsewhere")
    shutil.copytree("elsewhere", run)
    shutil.rmtree("elsewhere")


def replace_by_a_file(run: Path) -> None:
    shutil.rmtree(run)
    run.touch()


def replace_plan(run: Path) -> None:
    (run / "plan.jsonl").unlink()
    (run / "plan.jsonl").write_bytes(b"another plan")


def remove_all(run: Path) -> None:
    shutil.rmtree(run.parent)


def remove_all_for_a_file(run: Path) -> None:
    shutil.rmtree(run.parent)
    run.parent.touch()


LOSSES: dict[str, Callable[[Path], object]] = {
    "the folder is removed": shutil.rmtree,
    "the folder is renamed": lambda run: run.rename("elsewhere"),
    "the folder is renamed in its place": lambda run: run.rename(run.with_name("2000-01-01")),
    "the folder is replaced by a copy": replace_folder,
    "the folder is replaced by a file": replace_by_a_file,
    "the journal is removed": lambda run: (run / "journal.jsonl").unlink(),
    "the journal is replaced": lambda run: replace(run / "journal.jsonl"),
    "the plan is removed": lambda run: (run / "plan.jsonl").unlink(),
    "the plan is replaced": replace_plan,
    "all runs are removed": remove_all,
    "all runs are renamed": lambda run: run.parent.rename("elsewhere"),
    "all runs are replaced by a file": remove_all_for_a_file,
}


def lose(stage: Stage, folder: Path, loss: Callable[[Path], object], *files: str) -> tuple[str, Done]:
    """Carry out a run whose folder is lost in its middle; return its id and what it left."""
    process = Forked(folder, *asking(stage, *files))
    stage.await_requests(20, process)
    run = the_run(Path())
    loss(run)
    return run.name, process.done()


@pytest.mark.parametrize("what", LOSSES)
def test_a_run_that_loses_its_folder_stops_is_saved_and_goes_on_from_there(
    serve: Serve, folder: Path, cli: Cli, what: str
) -> None:
    stage = serve(Config(ROWS, latency=SLOW))
    name, (code, out, err) = lose(stage, folder, LOSSES[what])
    places = (Path("runs"), folder / "state" / "rescued")
    (saved,) = (place / f"{name}-rescued" for place in places if (place / f"{name}-rescued").is_dir())
    assert code == 4, err
    assert "Traceback" not in err
    assert "nothing was sent" not in err
    assert f"the run was saved to {saved}" in err
    assert f"next     bulk-journeys resume {saved}" in out
    assert 20 <= stage.requests() < ROWS
    assert len(settled_rows(saved)) == stage.requests()  # what was under way is settled
    uphold_the_law(stage, saved, ROWS)
    before = (settled_rows(saved), stage.requests_of())

    if saved.parent == places[0]:
        assert f"{name}-rescued  {len(before[0])} of 100 settled" in cli("runs").out
        again = cli(*asking(stage))
        assert again.code == 2
        assert "the same was carried out" in again.err
    assert cli("report", saved).code == 0
    done = cli("resume", saved, *FAST)
    assert done.code == 0, done.err
    uphold_the_law(stage, saved, ROWS)
    assert set(stage.requests_of().values()) == {1}
    assert cli("undo", saved, "--yes", *FAST, "--runs-dir", "others").code == 0
    assert stage.requests() == 2 * ROWS


def test_a_run_that_is_lost_at_its_very_end_has_its_usual_exit_code_and_a_warning(
    serve: Serve, folder: Path, cli: Cli
) -> None:
    stage = serve(Config(8, latency=Latency(3.0, 3.0)))
    process = Forked(folder, *asking(stage, "--concurrency", "8", "--quiet"))
    stage.await_requests(8, process)
    run = the_run(Path())
    shutil.rmtree(run)
    code, out, err = process.done()
    assert (code, out) == (0, "")
    assert err.splitlines() == [f"warning: {run}/journal.jsonl is gone; the run was saved to {run}-rescued"]
    uphold_the_law(stage, Path(f"{run}-rescued"), 8)
    assert cli("resume").code == 0
    assert stage.requests() == 8


def test_a_run_that_was_taken_up_and_loses_its_folder_is_saved_with_all_its_past(
    serve: Serve, folder: Path, cli: Cli
) -> None:
    stage = serve(Config(ROWS, latency=SLOW))
    assert cli(*asking(stage, "--limit", "10")).code == 4
    run = the_run(Path())
    for _ in range(2):
        process = Forked(folder, "resume", *FLAGS)
        stage.await_requests(stage.requests() + 20, process)
        shutil.rmtree(run)
        code, _, err = process.done()
        assert code == 4, err
        (run,) = Path("runs").iterdir()
    assert run.name.endswith("-rescued")
    uphold_the_law(stage, run, ROWS)
    assert cli("resume", *FAST).code == 0
    uphold_the_law(stage, run, ROWS)
    assert set(stage.requests_of().values()) == {1}


def test_a_folder_that_comes_back_is_not_gone_on_with_beside_its_copy(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(ROWS, latency=SLOW))
    name, done = lose(stage, folder, lambda run: run.rename("elsewhere"))
    assert done.code == 4
    Path("elsewhere").rename(Path("runs", name))
    before = stage.requests()
    for verb in ("resume", "undo", "retry"):
        code, _, err = cli(verb, name, *FLAGS)
        assert code == 2
        assert f"is gone; the run was saved to runs/{name}-rescued; name that one" in err
    assert stage.requests() == before
    assert cli("report", Path("runs", name)).code == 0


def test_a_run_is_lost_while_its_results_are_written(serve: Serve, folder: Path) -> None:
    stage = serve(Config(5000))
    process = Forked(folder, *asking(stage, "--concurrency", "50"))
    wait_until(lambda: bool(list(Path("runs").glob("*/.results*"))) or process.poll() is not None)
    run = the_run(Path())
    run.rename("elsewhere")
    code, _, err = process.done()
    assert code == 0, err
    assert "Traceback" not in err
    saved = next(place for place in (Path(f"{run}-rescued"), Path("elsewhere")) if (place / "results.csv").exists())
    uphold_the_law(stage, saved, 5000)
    assert "saved to" in err or saved == Path("elsewhere")


def test_a_journal_that_another_program_writes_to_is_not_believed(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(ROWS, latency=SLOW))
    _, (code, _, err) = lose(stage, folder, lambda run: os.truncate(run / "journal.jsonl", 300))
    assert code == 1
    assert "journal.jsonl was changed by another program, so outcomes may be missing from it" in err
    assert "look the journeys up" in err
    assert not (the_run(Path()) / "results.csv").exists()
    before = stage.requests()
    for command in ("report", "resume", "undo", "retry"):
        done = cli(command)
        assert done.code == 1, done
        assert "restore it, or start a new run" in done.err
    assert stage.requests() == before < ROWS


def deny_all_places(runs: Path, state: Path, temporary: Path) -> None:
    """Put files where folders could be made."""
    shutil.rmtree(runs)
    runs.touch()
    (state / "rescued").touch()
    temporary.rmdir()
    temporary.touch()


def test_what_is_known_is_said_where_nothing_can_be_saved(serve: Serve, folder: Path) -> None:
    stage = serve(Config(ROWS, latency=SLOW))
    temporary = folder / "temporary"
    temporary.mkdir()
    process = Forked(folder, *asking(stage), prepare=partial(use_for_temporary_files, temporary))
    stage.await_requests(20, process)
    deny_all_places(folder / "runs", folder / "state", temporary)
    code, out, err = process.done()
    assert code == 1
    assert "Traceback" not in err
    assert out.splitlines()[0] == "100 rows"
    assert f"  applied       {stage.requests():>9}" in out
    assert "its files are gone, and cannot be saved" in err
    assert "the outcomes of single rows are lost; look the journeys up in the control panel" in err


def use_for_temporary_files(folder: Path) -> None:
    tempfile.tempdir = str(folder)
