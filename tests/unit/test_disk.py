"""Laws of the disk: a file is replaced as a whole or stays as it was, and what fails is said in our words."""

import stat
from pathlib import Path
from typing import BinaryIO

import pytest

from bulk_journeys.disk import disk_errors, replacing, sync_folder
from bulk_journeys.errors import DiskFailed
from tests.disks import files_limited_to


def test_a_file_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "results"
    path.write_bytes(b"old")
    with replacing(path, "safe") as file:
        file.write(b"new")
        file.flush()
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [tmp_path / "results"]


@pytest.mark.parametrize("mode", [0o644, 0o600, None])
def test_a_replaced_file_is_for_its_owners_eyes(tmp_path: Path, mode: int | None) -> None:
    path = tmp_path / "results"
    if mode:
        path.touch()
        path.chmod(mode)
    with replacing(path, "safe"):
        pass
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def break_off(file: BinaryIO, error: type[BaseException]) -> None:
    file.write(b"new")
    raise error


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_file_that_breaks_off_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "results"
    path.write_bytes(b"old")
    with pytest.raises(error), replacing(path, "safe") as file:
        break_off(file, error)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [tmp_path / "results"]


@pytest.mark.parametrize("size", [5, 100_000])
def test_a_full_disk_leaves_what_was_there_and_says_what_is_safe(tmp_path: Path, size: int) -> None:
    path = tmp_path / "results"
    path.write_bytes(b"old")
    with (
        files_limited_to(4),
        pytest.raises(DiskFailed, match=r"results: File too large; the journal is safe$"),
        replacing(path, "the journal is safe") as file,
    ):
        file.write(b"x" * size)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [tmp_path / "results"]


def test_a_folder_in_the_way_stays(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    with pytest.raises(DiskFailed, match="Is a directory; safe"), replacing(tmp_path / "results", "safe"):
        pass
    assert list(tmp_path.iterdir()) == [tmp_path / "results"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    path = tmp_path / "none" / "results"
    with pytest.raises(DiskFailed, match=f"^{path}: No such file or directory; safe$"), replacing(path, "safe"):
        pass
    with pytest.raises(FileNotFoundError):
        sync_folder(path.parent)


@pytest.mark.parametrize(
    ("error", "safe", "message"),
    [
        (OSError(28, "No space left on device"), "", "x: No space left on device"),
        (OSError(5, "Input/output error"), "all is well", "x: Input/output error; all is well"),
        (OSError("odd"), "", "x: odd"),
    ],
)
def test_what_the_disk_says_is_said_in_our_words(error: OSError, safe: str, message: str) -> None:
    with pytest.raises(DiskFailed) as caught, disk_errors(Path("x"), safe):
        raise error
    assert str(caught.value) == message
    assert caught.value.__cause__ is error


def test_what_is_not_of_the_disk_passes_through() -> None:
    with pytest.raises(ValueError, match="bug"), disk_errors(Path("x")):
        raise ValueError("bug")
