"""Laws of the index of runs: what was begun later has the greater number, whatever the clock or the disk does."""

import os
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.files import opened
from bulk_journeys.locks import lock
from bulk_journeys.session.index import FILE_NAME, MOST_ENTRIES, PATIENCE, SIZE_LIMIT, RunIndex

WRITER = """
import sys
from collections.abc import Callable
from pathlib import Path
from bulk_journeys.session.index import RunIndex
for number in range(20):
    assert RunIndex(Path(sys.argv[1])).register(Path(sys.argv[2]), f"{sys.argv[3]}{number}", []) is None
"""

ODD: list[Callable[[Path], None]] = [
    lambda path: path.symlink_to("elsewhere"),
    lambda path: path.symlink_to("."),
    os.mkfifo,
    Path.mkdir,
]
"""Ways to put something at a path that is no regular file."""


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "bulk-journeys"


@pytest.fixture
def index(state: Path) -> RunIndex:
    return RunIndex(state)


def order(index: RunIndex, runs_dir: Path) -> list[str]:
    places = index.places(runs_dir)
    return sorted(places, key=lambda run: places[run])


def fill(index: RunIndex, runs_dir: Path, *runs: str) -> None:
    for run in runs:
        assert index.register(runs_dir, run, []) is None


def line(number: int, runs_dir: Path, run: str) -> str:
    return f'{{"number":{number},"runs_dir":"{runs_dir}","run":"{run}"}}\n'


def test_runs_are_in_the_order_in_which_they_were_registered(index: RunIndex, tmp_path: Path) -> None:
    fill(index, tmp_path / "a", "2", "1", "3")
    fill(index, tmp_path / "b", "0")
    assert order(index, tmp_path / "a") == ["2", "1", "3"]
    assert order(index, tmp_path / "b") == ["0"]
    assert all(place.in_order for place in index.places(tmp_path / "a").values())
    assert index.places(tmp_path / "c") == {}


def test_a_folder_is_the_same_by_whatever_way_it_is_reached(
    index: RunIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runs").mkdir()
    (tmp_path / "link").symlink_to("runs")
    fill(index, tmp_path / "runs", "1")
    monkeypatch.chdir(tmp_path)
    for path in (Path("runs"), Path("link"), Path("runs/../runs"), tmp_path / "link"):
        assert order(index, path) == ["1"]


def test_what_was_there_before_is_older_than_what_is_registered_and_not_in_order(
    index: RunIndex, tmp_path: Path
) -> None:
    fill(index, tmp_path, "known")
    assert index.register(tmp_path, "new", ["copied", "known", "older version", "new"]) is None
    assert order(index, tmp_path) == ["known", "copied", "older version", "new"]
    assert [run for run, place in index.places(tmp_path).items() if place.in_order] == ["known", "new"]


def test_names_that_are_not_unicode_and_names_that_look_quoted_are_kept_as_they_are(
    index: RunIndex, tmp_path: Path
) -> None:
    names = [os.fsdecode(b"\xff"), "%FF", "größer\n", '"\\', "\N{PILE OF POO}"]
    for name in names:
        fill(index, tmp_path / name, *names)
    assert [order(index, tmp_path / name) for name in names] == [names] * 5
    assert (index.path).read_bytes().isascii()


def test_the_files_are_for_their_owner_alone(index: RunIndex, state: Path, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        fill(index, tmp_path, "1")
    finally:
        os.umask(before)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (state, *state.iterdir())}
    assert modes == {state.name: 0o700, FILE_NAME: 0o600, "runs.lock": 0o600}


def test_an_index_cut_anywhere_still_has_the_runs_before_and_goes_on(index: RunIndex, tmp_path: Path) -> None:
    names = ["a", "b", "c"]
    fill(index, tmp_path, *names)
    content = index.path.read_bytes()
    for cut in range(len(content) + 1):
        index.path.write_bytes(content[:cut])
        left = content[:cut].count(b"\n")
        assert order(index, tmp_path) == names[:left]
        assert index.register(tmp_path, "new", names) is None
        assert order(index, tmp_path) == [*names, "new"]
        assert [run for run, place in index.places(tmp_path).items() if place.in_order] == [*names[:left], "new"]


@given(st.binary(max_size=200))
def test_no_content_of_the_file_is_a_traceback_and_the_next_run_mends_it(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    here = tmp_path_factory.mktemp("index")
    index = RunIndex(here)
    index.path.write_bytes(content)
    index.places(here)
    assert index.register(here, "new", ["old"]) is None
    assert order(index, here)[-2:] == ["old", "new"]


def test_a_number_that_does_not_grow_is_not_believed(index: RunIndex, state: Path, tmp_path: Path) -> None:
    state.mkdir(parents=True)
    index.path.write_text(
        line(5, tmp_path, "a") + line(5, tmp_path, "b") + line(3, tmp_path, "c") + line(0, tmp_path, "d")
        + line(6, tmp_path, "e") + line(1 << 53, tmp_path, "f") + "[" * 10_000 + "\n"
    )  # fmt: skip
    assert order(index, tmp_path) == ["a", "e"]
    assert index.register(tmp_path, "g", ["a", "b", "c", "d", "e", "f"]) is None
    assert order(index, tmp_path) == ["a", "e", "b", "c", "d", "f", "g"]


def test_a_file_that_is_far_too_large_is_begun_anew(index: RunIndex, state: Path, tmp_path: Path) -> None:
    fill(index, tmp_path, "1")
    with index.path.open("r+b") as file:
        file.truncate(SIZE_LIMIT + 1)
    assert index.places(tmp_path) == {}
    assert index.register(tmp_path, "2", ["1"]) is None
    assert order(index, tmp_path) == ["1", "2"]
    assert index.path.stat().st_size < 1000


def test_processes_at_once_lose_no_run_and_no_order(index: RunIndex, state: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WRITER, str(state), str(tmp_path)]
    writers = [subprocess.Popen([*command, name]) for name in "abc"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    found = order(index, tmp_path)
    assert len(found) == 60
    for name in "abc":
        assert [run for run in found if run.startswith(name)] == [f"{name}{number}" for number in range(20)]
    assert {path.name for path in state.iterdir()} == {FILE_NAME, "runs.lock"}


def test_a_state_folder_that_cannot_be_written_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for state in (tmp_path / "file", tmp_path / "file" / "deeper"):
        index = RunIndex(state)
        warning = index.register(tmp_path, "1", [])
        assert warning
        assert "Not a directory" in warning or "File exists" in warning
        assert "an undo without a question wants the run's name" in warning
        assert index.places(tmp_path) == {}


@pytest.mark.parametrize("name", [FILE_NAME, "runs.lock"])
def test_what_is_no_regular_file_is_left_as_it_is(name: str, index: RunIndex, state: Path, tmp_path: Path) -> None:
    state.mkdir(parents=True)
    for number, make in enumerate(ODD):
        make(state / name)
        assert f"{state / name}: " in (index.register(tmp_path, "1", []) or "")
        assert index.places(tmp_path) == {}
        assert not (state / "elsewhere").exists()
        assert not (state / name).is_file()
        (state / name).rename(tmp_path / f"aside{number}")


def test_a_lock_that_is_never_freed_stops_no_run(
    index: RunIndex, state: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(index, tmp_path, "1")
    naps: list[float] = []
    monkeypatch.setattr("time.sleep", naps.append)
    with opened(state / "runs.lock", os.O_RDWR) as fd:
        assert lock(fd, 0.0, naps.append)
        warning = index.register(tmp_path, "2", [])
    assert warning
    assert "another process keeps this file locked" in warning
    assert sum(naps) == pytest.approx(PATIENCE)


def test_the_file_is_bounded_and_what_is_here_stays(index: RunIndex, state: Path, tmp_path: Path) -> None:
    state.mkdir(parents=True)
    here, there = tmp_path / "here", tmp_path / "there"
    (here / "kept").mkdir(parents=True)
    lines = [line(1, here, "gone"), line(2, here, "kept")]
    lines += [line(number, there, str(number)) for number in range(3, MOST_ENTRIES + 10)]
    index.path.write_text("".join(lines))
    assert index.register(here, "new", ["kept"]) is None
    assert len(index.path.read_bytes().splitlines()) == MOST_ENTRIES
    assert order(index, here) == ["kept", "new"]
    assert order(index, there)[-1] == str(MOST_ENTRIES + 9)
