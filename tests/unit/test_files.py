"""Laws of the disk: a file is replaced as a whole or stays as it was, and what fails is said in our words."""

import io
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import DiskFailed
from bulk_journeys.files import Window, disk_errors, opened_regular, replacing, sync_folder, temporary_file
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


KILLED = """
import os, sys
from pathlib import Path
from bulk_journeys.files import replacing
with replacing(Path(sys.argv[1]), "") as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), 9)
"""


def killed_while_writing(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    assert done.returncode == -9


def test_what_a_killed_writer_left_is_removed_by_the_next_of_that_file_and_by_no_other(tmp_path: Path) -> None:
    path, other = tmp_path / "results.jsonl", tmp_path / "results.csv"
    killed_while_writing(path)
    (left,) = tmp_path.iterdir()
    with replacing(other, ""):
        pass
    assert sorted(tmp_path.iterdir()) == [left, other]
    with replacing(path, ""):
        pass
    assert sorted(tmp_path.iterdir()) == [other, path]


def test_the_draft_of_a_writer_who_lives_stays(tmp_path: Path) -> None:
    path = tmp_path / "results"
    with replacing(path, "") as first, replacing(path, "") as second:
        first.write(b"first")
        second.write(b"second")
        assert len(list(tmp_path.iterdir())) == 2
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_nothing_but_a_draft_of_that_very_name_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "precious").write_bytes(b"kept")
    (folder / ".results.abcdefgh.tmp").symlink_to(tmp_path / "precious")
    (folder / ".results.bcdefghi.tmp").mkdir()
    os.mkfifo(folder / ".results.cdefghij.tmp")
    for name in ("results.abcdefgh.tmp", ".results.abcdefg.tmp", ".results.csv.abcdefgh.tmp", ".results.abcdefgh.tmp~"):
        (folder / name).touch()
    before = sorted(folder.iterdir())
    with replacing(folder / "results", ""):
        pass
    (folder / "results").unlink()
    assert sorted(folder.iterdir()) == before
    assert (tmp_path / "precious").read_bytes() == b"kept"


def test_a_draft_that_is_removed_before_it_is_locked_is_made_anew(tmp_path: Path) -> None:
    """Two writers at a time, again and again, never take each other's draft away."""
    path = tmp_path / "results"

    def write(number: int) -> None:
        with replacing(path, "") as file:
            file.write(b"%d" % number)

    with ThreadPoolExecutor(8) as pool:
        for writing in [pool.submit(write, number) for number in range(200)]:
            writing.result()
    assert 0 <= int(path.read_bytes()) < 200
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_no_regular_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="no regular file"):
        opened_regular(tmp_path / "pipe")
    with pytest.raises(IsADirectoryError):
        opened_regular(tmp_path)


def test_a_window_does_not_move_with_the_descriptor_it_looks_through(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc\ndef\n")
    with opened_regular(tmp_path / "file") as file:
        one, other = (io.BufferedReader(Window(file.fileno(), offset), 2) for offset in (0, 4))
        assert (one.readline(), file.read(), other.readline(), one.readline()) == (
            b"abc\n",
            b"abc\ndef\n",
            b"def\n",
            b"def\n",
        )
        assert one.seek(1) == 1
        assert one.readline() == b"bc\n"


@given(st.binary(max_size=40), st.data())
def test_a_window_reads_like_the_bytes_that_it_shows(content: bytes, data: st.DataObject) -> None:
    size = data.draw(st.integers(0, len(content)))
    with temporary_file("a test", [content]) as file:
        window, twin = io.BufferedReader(Window(file.fileno(), end=size), 4), io.BytesIO(content[:size])
        for _ in range(5):
            offset, count = data.draw(st.integers(0, 45)), data.draw(st.integers(0, 45))
            file.seek(data.draw(st.integers(0, 40)))
            assert window.seek(offset) == twin.seek(offset)
            assert window.read(count) == twin.read(count)
            with pytest.raises(OSError, match="no such offset"):
                window.seek(-46, data.draw(st.sampled_from([io.SEEK_SET, io.SEEK_END])))
            assert window.read(count) == twin.read(count)
        assert window.seek(0, io.SEEK_END) == size
        window.close()
        assert file.seek(0) == 0


def test_a_window_without_an_end_knows_of_none() -> None:
    with temporary_file("a test") as file, pytest.raises(io.UnsupportedOperation, match="no such offset"):
        Window(file.fileno()).seek(0, io.SEEK_END)


def test_a_temporary_file_holds_what_it_is_given_and_is_closed_when_that_breaks_off() -> None:
    with temporary_file("a test", [b"one", b"", b"two"]) as file:
        file.seek(0)
        assert file.read() == b"onetwo"

    def parts() -> Iterator[bytes]:
        yield b"one"
        raise ValueError("no more")

    before = len(list(Path("/dev/fd").iterdir()))
    with pytest.raises(ValueError, match="no more"):
        temporary_file("a test", parts())
    assert len(list(Path("/dev/fd").iterdir())) == before
