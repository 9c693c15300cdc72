import hashlib
import io
import os
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import DiskFailed, InputError
from bulk_journeys.source.input_file import chunks, open_raw, spooled
from bulk_journeys.source.text import LONGEST_LINE, bad_byte, line_of, read_lines
from tests.disks import files_limited_to


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journeys.csv"


def refusal(path: Path | str) -> str:
    with pytest.raises(InputError) as refused, open_raw(str(path)):
        pass
    assert refused.value.advice
    return refused.value.reason.removeprefix(str(path))


@contextmanager
def pipe_of(content: bytes) -> Iterator[int]:
    """Offer a pipe, which cannot be sought; it may hold more than a pipe takes at once."""
    reading, writing = os.pipe()

    def write() -> None:
        with os.fdopen(writing, "wb") as stream:
            stream.write(content)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        yield reading
    finally:
        os.close(reading)
        writer.join()


@contextmanager
def standard_input(stream: object) -> Iterator[None]:
    before = sys.stdin
    sys.stdin = stream
    try:
        yield
    finally:
        sys.stdin = before


def test_a_file_is_given_as_it_is_with_its_digest(file: Path) -> None:
    content = b"\xef\xbb\xbf\r\nuuid\r\n" + b"1\r\n" * 700_000
    file.write_bytes(content)
    with open_raw(str(file)) as raw:
        assert raw.name == str(file)
        assert raw.file.read() == content
        assert raw.sha256 == hashlib.sha256(content).hexdigest()
        raw.check_unchanged()


def test_stdin_is_given_to_be_sought_in_and_left_open() -> None:
    content = b"uuid\n" + b"1\n" * 700_000
    with pipe_of(content) as pipe, os.fdopen(os.dup(pipe)) as stream, standard_input(stream), open_raw("-") as raw:
        assert raw.name == "<stdin>"
        assert raw.file.read() == content
        assert raw.file.seek(2) == 2
        assert raw.file.read(3) == content[2:5]
        assert raw.sha256 == hashlib.sha256(content).hexdigest()
        raw.check_unchanged()
        assert not stream.closed


@pytest.mark.parametrize("path", ["/dev/fd/{}", "/proc/self/fd/{}"])
def test_what_a_shell_substitutes_is_read_like_a_file(path: str) -> None:
    with pipe_of(b"uuid\n1\n") as pipe, open_raw(path.format(pipe)) as raw:
        assert raw.name == path.format(pipe)
        assert raw.file.read() == b"uuid\n1\n"


def test_stdin_without_a_descriptor_is_read(file: Path) -> None:
    with standard_input(io.TextIOWrapper(io.BytesIO(b"uuid\n"))), open_raw("-") as raw:
        assert raw.file.read() == b"uuid\n"


def test_stdin_that_is_no_stream_is_refused(tmp_path: Path) -> None:
    with standard_input(None):
        assert refusal("-") == "<stdin>: is closed"
    with Path("/dev/zero").open(encoding="utf-8") as zeros, standard_input(zeros):
        assert refusal("-") == "<stdin>: is a device, not a file"


def test_a_stream_has_a_largest_size() -> None:
    with spooled(io.BytesIO(b"x" * 10), "<stdin>", most=10) as kept:
        assert kept.tell() == 10
    with pytest.raises(InputError, match="<stdin>: gives more than 10 bytes"):
        spooled(io.BytesIO(b"x" * 11), "<stdin>", most=10)


def test_a_disk_without_room_for_a_stream_is_reported() -> None:
    with files_limited_to(100_000), pytest.raises(DiskFailed, match="nothing was sent; point TMPDIR elsewhere"):
        spooled(io.BytesIO(b"x" * 200_000), "<stdin>")


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _absent(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (_absent, ": there is no such file"),
        (Path.mkdir, ": is a folder"),
        (_fifo, ": is a named pipe, which may wait for ever"),
        (_socket, ": is a socket, not a file"),
        (_loop, ": is a link that leads back to itself"),
    ],
)
def test_what_is_no_file_is_refused_without_opening_it(
    tmp_path: Path, make: Callable[[Path], None], reason: str
) -> None:
    path = tmp_path / "it"
    make(path)
    assert refusal(path) == reason


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/dev/null", ": is a device, not a file"),
        ("/dev/zero", ": is a device, not a file"),
        ("/dev/fd/9999", ": there is no such file"),
        ("/dev/null/journeys.csv", ": there is no such file"),
        ("x" * 300, ": is too long for a file's name"),
    ],
)
def test_a_path_that_leads_to_no_file_is_refused(path: str, reason: str) -> None:
    assert refusal(path) == reason


def test_a_name_that_no_file_has_is_refused_in_one_printable_line() -> None:
    assert refusal("a\0b") == "a\N{REPLACEMENT CHARACTER}b: is no file's name"
    assert refusal("a\nb\udcff") == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}: there is no such file"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
def test_a_file_that_may_not_be_read_is_refused(file: Path) -> None:
    file.touch(mode=0o000)
    assert refusal(file) == ": may not be read"


@pytest.mark.parametrize(
    "content", [b"", b"\n \t\n\r\n", b"\xef\xbb\xbf", b"\xff\xfe\r\0\n\0", b"\0" * 3_000_000, b"\x1a"]
)
def test_a_file_of_nothing_but_blanks_is_empty(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert refusal(file) == ": the file is empty"


def test_a_file_that_grows_is_read_as_far_as_it_went_and_then_refused(file: Path) -> None:
    file.write_bytes(b"uuid\n1\n")
    with open_raw(str(file)) as raw:
        with file.open("ab") as more:
            more.write(b"2\n")
        assert raw.file.read() == b"uuid\n1\n"
        with pytest.raises(InputError, match="the file changed while it was read; try again when it is finished"):
            raw.check_unchanged()


def test_a_file_that_is_replaced_is_still_the_one_that_was_opened(file: Path) -> None:
    file.write_bytes(b"uuid\n1\n")
    with open_raw(str(file)) as raw:
        (file.parent / "new").write_bytes(b"other")
        (file.parent / "new").replace(file)
        assert raw.file.read() == b"uuid\n1\n"
        raw.check_unchanged()


@given(st.binary(max_size=40), st.integers(1, 9), st.none() | st.integers(0, 50))
def test_chunks_are_the_whole_file_or_its_first_bytes(content: bytes, size: int, most: int | None) -> None:
    assert b"".join(chunks(io.BytesIO(content), size, most)) == content[:most]


ENDS = st.sampled_from(["\n", "\r\n", "\r", "", "\n\r", "\u2028", "\x85", "\v", "\f", "\x1c"])


@given(st.lists(st.tuples(st.text("aü😀", max_size=3), ENDS)), st.sampled_from(["utf-8", "utf-16", "utf-32-be"]))
def test_lines_end_where_a_text_file_ends_them(parts: list[tuple[str, str]], encoding: str) -> None:
    text = "".join(line + end for line, end in parts)
    expected = io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8", newline="").readlines()
    assert list(read_lines(io.BytesIO(text.encode(encoding)), encoding, "x")) == expected


@pytest.mark.parametrize("place", [65_534, 65_535, 65_536, 131_071])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "é\n"])
def test_a_line_end_may_lie_anywhere(place: int, end: str) -> None:
    text = "x" * place + end + "y\n"
    assert list(read_lines(io.BytesIO(text.encode()), "utf-8", "x")) == ["x" * place + end, "y\n"]


def test_readers_of_one_file_keep_their_places() -> None:
    content = "".join(f"{number}\n" for number in range(100_000))
    file = io.BytesIO(content.encode())
    first, second = read_lines(file, "utf-8", "x"), read_lines(file, "utf-8", "x")
    assert all(a == b for a, b in zip(first, second, strict=True))
    assert next(read_lines(file, "utf-8", "x")) == "0\n"
    assert not file.closed


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_line_has_a_longest_length(end: str) -> None:
    whole = b"1\n" + b"x" * (LONGEST_LINE - len(end)) + end.encode()
    assert [len(line) for line in read_lines(io.BytesIO(whole), "utf-8", "x")] == [2, LONGEST_LINE]
    with pytest.raises(InputError, match=r"x:2: a line is longer than 4,194,304 characters; save the list"):
        list(read_lines(io.BytesIO(b"1\nx" + whole[2:]), "utf-8", "x"))


def test_an_endless_line_is_refused_before_it_is_read() -> None:
    file = io.BytesIO(b"1\n" + b"x" * 10_000_000)
    with pytest.raises(InputError, match="x:2: a line is longer than 70,000 characters"):
        list(read_lines(file, "utf-8", "x", 70_000))
    assert file.tell() < 200_000


@given(
    st.lists(st.text("aü😀", max_size=3), max_size=5),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from([("utf-8", b"\xff"), ("utf-16-le", b"\0\xd8a\0"), ("utf-16", b"\0\xd8a\0"), ("euc_jp", b"\xff")]),
)
def test_a_bad_byte_is_found_with_its_line(lines: list[str], end: str, bad: tuple[str, bytes]) -> None:
    encoding, broken = bad
    before = "".join(line + end for line in lines).replace("ü", "").replace("😀", "").encode(encoding)
    file = io.BytesIO(before + broken)
    assert bad_byte(io.BytesIO(before), encoding) is None
    assert bad_byte(file, encoding) == len(before)
    assert line_of(file, encoding, len(before)) == len(lines) + 1
    if encoding == "utf-8":
        assert list(read_lines(file, encoding, "x"))[-1] == "\ufffd"
        return
    with pytest.raises(InputError, match=f"x:{len(lines) + 1}: the text is no"):
        list(read_lines(file, encoding, "x"))
