"""Laws of what is remembered of limits: a convenience that never hurts a run."""

import json
import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_journeys.errors import DiskFailed
from bulk_journeys.session.learned_limits import FILE_NAME, Limit, Memory
from bulk_journeys.session.state_folder import STATE_DIR_VARIABLE, loose_folders, state_folder
from tests.disks import files_limited_to

NOON = 1_781_697_600.0
DAY = 86_400.0
LIMIT = Limit(48.5, 12, 1.0, NOON)
KEY = "0123456789abcdef" * 2
OTHER = "fedcba9876543210" * 2


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "bulk-journeys" / FILE_NAME


def keys_in(path: Path) -> list[str]:
    return list(json.loads(path.read_bytes())["limits"])


@pytest.mark.parametrize("limit", [LIMIT, Limit(0.5, None, None, NOON), Limit(10_000.0, 1, 3600.0, NOON)])
def test_what_one_run_keeps_the_next_one_recalls(path: Path, limit: Limit) -> None:
    assert Memory(path).keep(KEY, limit) is None
    assert Memory(path).recall(KEY, NOON + DAY) == limit


def test_the_latest_limit_of_an_account_counts(path: Path) -> None:
    for rate in (10.0, 20.0):
        assert Memory(path).keep(KEY, Limit(rate, None, None, NOON)) is None
    assert Memory(path).recall(KEY, NOON) == Limit(20.0, None, None, NOON)


def test_another_account_has_its_own_limit(path: Path) -> None:
    assert Memory(path).keep(KEY, LIMIT) is None
    assert Memory(path).recall(OTHER, NOON) is None
    assert Memory(path).keep(OTHER, Limit(1.0, None, None, NOON)) is None
    assert Memory(path).recall(KEY, NOON) == LIMIT


def test_the_file_holds_nothing_but_limits_by_their_keys(path: Path) -> None:
    Memory(path).keep(KEY, LIMIT)
    limit = {"rate": 48.5, "lanes": 12, "period": 1.0, "at": NOON}
    assert json.loads(path.read_bytes()) == {"limits": {KEY: limit}}


def test_asking_leaves_no_file(path: Path) -> None:
    assert Memory(path).recall(KEY, NOON) is None
    assert Memory(path).forget(KEY) is False
    assert not path.parent.exists()


@pytest.mark.parametrize(
    ("seconds", "believed"),
    [(0.0, True), (30 * DAY, True), (30 * DAY + 1, False), (-DAY, True), (-30 * DAY - 1, False)],
)
def test_a_limit_is_believed_for_30_days(path: Path, seconds: float, believed: bool) -> None:
    Memory(path).keep(KEY, LIMIT)
    assert (Memory(path).recall(KEY, NOON + seconds) is not None) is believed


def test_the_file_and_its_folder_are_for_their_owner_alone(path: Path) -> None:
    Memory(path).keep(KEY, LIMIT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    path.chmod(0o644)
    Memory(path).keep(KEY, LIMIT)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_folder_that_was_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    assert Memory(tmp_path / FILE_NAME).keep(KEY, LIMIT) is None
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_of_more_than_a_hundred_keys_those_kept_longest_ago_go(path: Path) -> None:
    path.parent.mkdir(parents=True)
    limits = {f"k{number}": {"rate": 1, "lanes": None, "period": None, "at": NOON} for number in range(100)}
    path.write_text(json.dumps({"limits": limits}))
    Memory(path).keep("k0", LIMIT)
    assert len(keys_in(path)) == 100
    Memory(path).keep("k100", LIMIT)
    assert keys_in(path) == [f"k{number}" for number in (*range(2, 100), 0, 100)]


def test_a_limit_is_forgotten_once(path: Path) -> None:
    memory = Memory(path)
    assert memory.forget(KEY) is False
    memory.keep(KEY, LIMIT)
    memory.keep(OTHER, LIMIT)
    assert memory.forget(KEY) is True
    assert memory.recall(KEY, NOON) is None
    assert memory.forget(KEY) is False
    assert keys_in(path) == [OTHER]


GOOD = {"rate": 1.0, "lanes": None, "period": None, "at": NOON}
WITH_A_SALT = json.dumps({"salt": "0123456789abcdef" * 2, "limits": {KEY: GOOD}}).encode()
DAMAGED = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\x00",
    b"[" * 100_000,
    b"{}",
    b'{"limits": null}',
    b" " * (1 << 20) + json.dumps({"limits": {KEY: GOOD}}).encode(),
    WITH_A_SALT,
    *(
        json.dumps({"limits": {KEY: {**GOOD, **wrong}}}).encode()
        for wrong in (
            {"rate": 0},
            {"rate": -1.0},
            {"rate": "1"},
            {"rate": float("nan")},
            {"rate": float("inf")},
            {"lanes": 0},
            {"lanes": 1.5},
            {"period": 0.0},
            {"at": None},
            {"at": float("inf")},
        )
    ),
]


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_says_nothing_and_is_made_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    memory = Memory(path)
    assert memory.recall(KEY, NOON) is None
    assert memory.forget(KEY) is False
    assert memory.keep(OTHER, LIMIT) is None
    assert Memory(path).recall(OTHER, NOON) == LIMIT
    assert keys_in(path) == [OTHER]


@settings(deadline=None)  # a disk keeps nobody's deadline
@given(st.binary(max_size=200))
def test_no_content_of_the_file_is_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("state") / FILE_NAME
    path.write_bytes(content)
    assert Memory(path).recall(KEY, NOON) is None
    assert Memory(path).keep(KEY, LIMIT) is None


@pytest.mark.parametrize(
    "limit", [(0.0, None, None), (1.0, 0, None), (1.0, None, 0.0), (float("nan"), None, None), (float("inf"), 1, 1.0)]
)
def test_a_limit_that_no_server_can_mean_cannot_be_made(limit: tuple[float, int | None, float | None]) -> None:
    with pytest.raises(ValueError, match="a limit has positive numbers"):
        Limit(*limit, NOON)
    with pytest.raises(ValueError, match="nan is no time"):
        Limit(1.0, None, None, float("nan"))


def put_in_the_way(path: Path, what: str) -> None:
    path.parent.mkdir(parents=True)
    match what:
        case "folder":
            path.mkdir()
        case "link":
            elsewhere = path.with_name("elsewhere")
            Memory(elsewhere).keep(KEY, LIMIT)
            path.symlink_to(elsewhere)
        case "broken link":
            path.symlink_to(path.with_name("nothing"))
        case "pipe":
            os.mkfifo(path)


@pytest.mark.parametrize("what", ["folder", "link", "broken link", "pipe"])
def test_what_is_no_regular_file_is_neither_read_nor_replaced(path: Path, what: str) -> None:
    put_in_the_way(path, what)
    before = path.lstat()
    memory = Memory(path)
    assert memory.recall(KEY, NOON) is None
    told = memory.keep(KEY, LIMIT)
    assert told is not None
    assert told.startswith(f"{path}: ")
    assert told.endswith("the server's limit is not remembered; BULK_JOURNEYS_STATE_DIR can name a folder for it")
    with pytest.raises(DiskFailed, match="nothing is forgotten"):
        memory.forget(KEY)
    assert (path.lstat().st_ino, path.lstat().st_mode) == (before.st_ino, before.st_mode)


def test_a_file_where_the_folder_should_be_is_told_and_stays(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("mine")
    told = Memory(tmp_path / "state" / FILE_NAME).keep(KEY, LIMIT)
    assert told is not None
    assert "Not a directory" in told
    assert (tmp_path / "state").read_text() == "mine"


def test_a_full_disk_is_told_and_what_was_there_stays(path: Path) -> None:
    Memory(path).keep(KEY, LIMIT)
    with files_limited_to(4):
        told = Memory(path).keep(OTHER, LIMIT)
        with pytest.raises(DiskFailed, match=r"limits\.json: File too large; nothing is forgotten"):
            Memory(path).forget(KEY)
    assert told == (
        f"{path}: File too large; the server's limit is not remembered; "
        "BULK_JOURNEYS_STATE_DIR can name a folder for it"
    )
    assert list(path.parent.iterdir()) == [path]
    assert Memory(path).recall(KEY, NOON) == LIMIT


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    told = Memory(tmp_path / "state" / FILE_NAME).keep(KEY, LIMIT)
    assert told is not None
    assert "Permission denied" in told


def test_without_a_home_nothing_is_remembered_and_that_is_told() -> None:
    memory = Memory(state_folder({}) / FILE_NAME)
    assert memory.recall(KEY, NOON) is None
    told = memory.keep(KEY, LIMIT)
    assert told is not None
    assert "BULK_JOURNEYS_STATE_DIR can name a folder" in told


WRITER = """
import sys
from pathlib import Path
from bulk_journeys.session.learned_limits import Limit, Memory
for number in range(100):
    assert Memory(Path(sys.argv[1])).keep(sys.argv[2], Limit(1.0 + number, None, None, 0.0)) is None
"""


def test_two_processes_at_once_leave_a_whole_file(path: Path) -> None:
    memory = Memory(path)
    memory.keep("reader", LIMIT)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "ab"]
    while any(writer.poll() is None for writer in writers):
        assert memory.recall("reader", NOON) == LIMIT
    assert [writer.returncode for writer in writers] == [0, 0]
    last = Limit(100.0, None, None, 0.0)
    assert last in [memory.recall(name, 0.0) for name in "ab"]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({STATE_DIR_VARIABLE: "/x", "XDG_STATE_HOME": "/s", "HOME": "/h"}, "/x"),
        ({STATE_DIR_VARIABLE: "x", "HOME": "/h"}, "x"),
        ({STATE_DIR_VARIABLE: "", "XDG_STATE_HOME": "/s", "HOME": "/h"}, "/s/bulk-journeys"),
        ({"XDG_STATE_HOME": "/s"}, "/s/bulk-journeys"),
        ({"XDG_STATE_HOME": "s", "HOME": "/h"}, "/h/.local/state/bulk-journeys"),
        ({"XDG_STATE_HOME": "", "HOME": "/h"}, "/h/.local/state/bulk-journeys"),
        ({"HOME": "/h"}, "/h/.local/state/bulk-journeys"),
        ({"HOME": "h"}, "/dev/null/.local/state/bulk-journeys"),
        ({"HOME": ""}, "/dev/null/.local/state/bulk-journeys"),
        ({}, "/dev/null/.local/state/bulk-journeys"),
    ],
)
def test_the_state_folder_is_the_one_chosen_or_the_xdg_one(environ: dict[str, str], folder: str) -> None:
    assert state_folder(environ) == Path(folder)


@pytest.mark.parametrize(
    ("modes", "told"),
    [
        ((0o700, 0o700), None),
        ((0o755, 0o755), None),
        ((0o775, 0o700), "{0}: others can write here, .*; chmod go-w {0}$"),
        ((0o702, 0o700), "{0}: others can write here, .*; chmod go-w {0}$"),
        ((0o700, 0o1777), "{1}: others can write here, .*; chmod go-w {1}$"),
        ((0o777, 0o777), "{0}: others can write here, .*; chmod go-w {0} {1}$"),
    ],
)
def test_who_else_can_write_to_the_state_is_warned_of(modes: tuple[int, int], told: str | None, tmp_path: Path) -> None:
    folders = [tmp_path / "state", tmp_path / "state" / "locks"]
    for folder, mode in zip(folders, modes, strict=True):
        folder.mkdir()
        folder.chmod(mode)
    warning = loose_folders(folders)
    assert warning is None if told is None else re.match(told.format(*folders), warning or "")


@pytest.mark.skipif(os.geteuid() != 0, reason="root alone can give a folder away")
def test_a_state_of_somebody_else_is_warned_of(tmp_path: Path) -> None:
    folders = [tmp_path, tmp_path / "locks"]
    folders[1].mkdir()
    os.chown(folders[1], 1, -1)
    told = loose_folders(folders)
    assert told
    assert told.startswith(f"{folders[1]}: this belongs to somebody else, ")
    assert told.endswith("BULK_JOURNEYS_STATE_DIR can name a folder of yours")


def test_what_is_no_folder_or_not_there_is_not_warned_of(tmp_path: Path) -> None:
    nowhere = state_folder({})
    assert loose_folders([nowhere, nowhere / "locks", Path(os.devnull), tmp_path / "none"]) is None


def test_the_advice_can_be_pasted_whatever_the_folder_is_called(tmp_path: Path) -> None:
    odd = tmp_path / "my $(state)"
    odd.mkdir()
    odd.chmod(0o777)
    assert (loose_folders([odd]) or "").endswith(f"chmod go-w '{odd}'")
