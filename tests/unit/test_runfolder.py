"""Laws of the runs' folders: each run has one of its own, and a name means one run or none."""

import os
import stat
from pathlib import Path

import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.runfolder import RunFolder, find_run, list_runs, new_run

AT = 1_795_403_649.9
"""2026-11-23T03:14:09.900Z"""


def created(runs_dir: Path, number: int, label: str = "pause", at: float = AT) -> RunFolder:
    folder = new_run(runs_dir, label, at, number)
    folder.create()
    return folder


def made(runs_dir: Path, *ids: str) -> None:
    for run_id in ids:
        (runs_dir / run_id).mkdir(parents=True)
        (runs_dir / run_id / "plan.jsonl").touch()


def test_a_run_is_named_by_its_time_what_it_does_and_a_number(tmp_path: Path) -> None:
    folder = created(tmp_path / "new" / "runs", 0x7F2A)
    assert folder.run_id == "2026-11-23T03-14-09Z-pause-7f2a"
    assert folder.path == tmp_path / "new" / "runs" / folder.run_id
    assert folder.path.is_dir()
    assert new_run(tmp_path, "mixed", 0.0, 0x1000A).run_id == "1970-01-01T00-00-00Z-mixed-000a"


def test_a_run_is_for_its_owner_alone(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        folder = created(tmp_path, 1)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_two_runs_never_share_a_folder(tmp_path: Path) -> None:
    created(tmp_path, 1)
    with pytest.raises(
        UsageError, match="pause-0001: File exists; name another place with --runs-dir; nothing was sent"
    ):
        created(tmp_path, 1)
    created(tmp_path, 2)


def test_a_run_that_has_no_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="; nothing was sent"):
        created(tmp_path / "file", 1)


def test_the_files_of_a_run_have_their_names() -> None:
    folder = RunFolder(Path("runs/x"))
    files = [folder.plan, folder.journal, folder.results, folder.results_csv, folder.log]
    assert [str(file) for file in files] == [
        "runs/x/plan.jsonl",
        "runs/x/journal.jsonl",
        "runs/x/results.jsonl",
        "runs/x/results.csv",
        "runs/x/log.jsonl",
    ]


def test_runs_are_listed_oldest_first_and_other_folders_are_none(tmp_path: Path) -> None:
    made(tmp_path, "2026-11-23T03-14-09Z-pause-7f2a", "2026-01-01T00-00-00Z-start-0001", "2026-11-23T03-14-10Z-a-0001")
    (tmp_path / "2027-empty").mkdir()
    (tmp_path / "plan.jsonl").touch()
    assert [run.run_id for run in list_runs(tmp_path)] == [
        "2026-01-01T00-00-00Z-start-0001",
        "2026-11-23T03-14-09Z-pause-7f2a",
        "2026-11-23T03-14-10Z-a-0001",
    ]
    assert list_runs(tmp_path / "none") == []


def test_a_run_is_found_by_its_folder_its_id_or_a_part_of_it(tmp_path: Path) -> None:
    made(tmp_path, "2026-11-23T03-14-09Z-pause-7f2a", "2026-11-24T03-14-09Z-start-0001")
    first = tmp_path / "2026-11-23T03-14-09Z-pause-7f2a"
    for name in (str(first), f"{first}/", first.name, "7f2a", "pause", "11-23"):
        assert find_run(tmp_path, name).path == first


def test_without_a_name_it_is_the_last_run(tmp_path: Path) -> None:
    made(tmp_path, "2026-11-24T03-14-09Z-start-0001", "2026-11-23T03-14-09Z-pause-7f2a")
    assert find_run(tmp_path, None).run_id == "2026-11-24T03-14-09Z-start-0001"


def test_a_folder_is_found_wherever_it_is(tmp_path: Path) -> None:
    made(tmp_path / "elsewhere", "kept")
    assert find_run(tmp_path / "none", str(tmp_path / "elsewhere" / "kept")).run_id == "kept"


def test_a_name_of_several_runs_is_refused_and_they_are_named(tmp_path: Path) -> None:
    made(tmp_path, *(f"run-{n}" for n in range(7)))
    with pytest.raises(UsageError, match=r"'run' could mean 7 runs \(run-0, .*, run-4\); write more of its name"):
        find_run(tmp_path, "run")


@pytest.mark.parametrize("name", ["nope", "*", "..", "/", "PAUSE"])
def test_a_name_of_no_run_is_refused(tmp_path: Path, name: str) -> None:
    made(tmp_path, "2026-11-23T03-14-09Z-pause-7f2a")
    with pytest.raises(UsageError, match="no run is called"):
        find_run(tmp_path, name)


@pytest.mark.parametrize("name", [None, "x"])
def test_where_there_are_no_runs_that_is_said(tmp_path: Path, name: str | None) -> None:
    with pytest.raises(UsageError, match="no runs here; name their folder with --runs-dir"):
        find_run(tmp_path, name)


def test_what_is_to_be_typed_about_a_run_can_be_pasted_whatever_its_folder_is_called() -> None:
    assert RunFolder(Path("runs/x")).command("resume") == "bulk-journeys resume runs/x"
    assert RunFolder(Path("my runs/$(x)")).command("undo") == "bulk-journeys undo 'my runs/$(x)'"
