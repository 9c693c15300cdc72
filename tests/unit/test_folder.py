"""Laws of the runs' folders: each run has one of its own, and a name means one run or none."""

import os
import stat
from pathlib import Path

import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.session.folder import RunFolder, find_run, list_runs, new_run, newest_first, register, runs_in_order
from bulk_journeys.session.index import RunIndex

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
    first, beside = new_run(tmp_path, "pause", 0.0, 0xFFFF), new_run(tmp_path, "pause", 0.0, 0xFFFF)
    first.create()
    with pytest.raises(
        UsageError, match="pause-ffff: File exists; name another place with --runs-dir; nothing was sent"
    ):
        beside.create()
    assert new_run(tmp_path, "pause", 0.0, 0xFFFF).run_id == "1970-01-01T00-00-00Z-pause-0000"


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


def ordered(runs_dir: Path, index: RunIndex) -> tuple[list[str], list[str]]:
    """Return the ids of all runs, oldest first, and of those that may not be newer than the ones before."""
    placed = runs_in_order(runs_dir, index)
    return [one.folder.run_id for one in placed], [one.folder.run_id for one in placed if one.doubt]


def ran(runs_dir: Path, *ids: str, index: RunIndex) -> None:
    for run_id in ids:
        (runs_dir / run_id).mkdir(parents=True)
        assert register(RunFolder(runs_dir / run_id), index) is None
        (runs_dir / run_id / "plan.jsonl").touch()


@pytest.fixture
def index(tmp_path: Path) -> RunIndex:
    return RunIndex(tmp_path / "state")


@pytest.fixture
def runs_dir(tmp_path: Path) -> Path:
    return tmp_path / "runs"


def test_runs_are_in_the_order_in_which_they_were_begun_whatever_the_clock_said(
    runs_dir: Path, index: RunIndex
) -> None:
    ran(runs_dir, "2026-11-25", "2026-11-24", "1970-01-01", "2026-11-23", index=index)
    assert ordered(runs_dir, index) == (["2026-11-25", "2026-11-24", "1970-01-01", "2026-11-23"], [])
    assert newest_first(runs_dir, index)[0].folder.run_id == "2026-11-23"


def test_a_run_alone_is_the_last_whether_it_is_known_or_not(runs_dir: Path, index: RunIndex) -> None:
    made(runs_dir, "2026-11-24")
    assert ordered(runs_dir, index) == (["2026-11-24"], [])


def test_beside_an_unknown_run_the_clock_has_the_say_and_is_doubted(runs_dir: Path, index: RunIndex) -> None:
    ran(runs_dir, "2026-11-25", "2026-11-24", index=index)
    made(runs_dir, "2026-11-23")
    assert ordered(runs_dir, index) == (["2026-11-23", "2026-11-24", "2026-11-25"], ["2026-11-24", "2026-11-25"])
    last = newest_first(runs_dir, index)[0]
    with pytest.raises(UsageError) as refused:
        last.check("undo")
    assert str(refused.value) == (
        f"{runs_dir}: of the runs here {index.path} does not know all or not in order, and the clock may be wrong; "
        f"likely it is 2026-11-25; if you mean that one, say: bulk-journeys undo {runs_dir}/2026-11-25"
    )


def test_a_new_run_is_newer_than_all_that_are_there(runs_dir: Path, index: RunIndex) -> None:
    made(runs_dir, "2026-11-25", "2026-11-24")
    ran(runs_dir, "2026-11-23", index=index)
    assert ordered(runs_dir, index) == (["2026-11-24", "2026-11-25", "2026-11-23"], ["2026-11-25"])
    newest_first(runs_dir, index)[0].check("undo")


def test_a_single_older_run_needs_no_clock(runs_dir: Path, index: RunIndex) -> None:
    made(runs_dir, "2026-11-25")
    ran(runs_dir, "2026-11-24", "2026-11-23", index=index)
    assert ordered(runs_dir, index) == (["2026-11-25", "2026-11-24", "2026-11-23"], [])


def test_runs_of_another_side_are_in_doubt_among_those_that_were_there(
    tmp_path: Path, runs_dir: Path, index: RunIndex
) -> None:
    ran(runs_dir, "2026-11-25", index=index)
    ran(runs_dir, "2026-11-24", index=RunIndex(tmp_path / "other"))
    assert ordered(runs_dir, index)[1] == ["2026-11-25"]
    ran(runs_dir, "2026-11-23", index=index)
    assert ordered(runs_dir, index) == (["2026-11-25", "2026-11-24", "2026-11-23"], ["2026-11-24"])


def test_deleted_runs_change_nothing_and_runs_that_were_moved_are_unknown(
    tmp_path: Path, runs_dir: Path, index: RunIndex
) -> None:
    ran(runs_dir, "3", "2", "1", index=index)
    (runs_dir / "2").rename(tmp_path / "deleted")
    assert ordered(runs_dir, index) == (["3", "1"], [])
    runs_dir.rename(tmp_path / "moved")
    assert ordered(tmp_path / "moved", index) == (["1", "3"], ["3"])


def test_a_copy_that_was_rescued_is_the_newest(runs_dir: Path, index: RunIndex) -> None:
    ran(runs_dir, "2", "1", index=index)
    made(runs_dir, "1-rescued")
    assert register(RunFolder(runs_dir / "1-rescued"), index) is None
    assert ordered(runs_dir, index) == (["2", "1", "1-rescued"], [])
