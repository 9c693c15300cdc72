import hashlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.model import Rejection, Row
from bulk_journeys.source import open_source
from bulk_journeys.source.delimited import read_delimited


def names_id(columns: Sequence[str]) -> bool:
    return "uuid" in columns


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journeys.csv"


def read(path: Path | str) -> tuple[list[str], list[Row | Rejection]]:
    with open_source(str(path), names_id) as table:
        rows = list(table.rows)
        return table.columns, rows


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        read(path)
    return str(refused.value).removeprefix(str(path))


@contextmanager
def stdin_of(content: bytes) -> Iterator[None]:
    """Let stdin be a pipe, which cannot be sought."""
    reading, writing = os.pipe()
    os.write(writing, content)
    os.close(writing)
    before = sys.stdin
    with os.fdopen(reading) as pipe:
        sys.stdin = pipe
        try:
            yield
        finally:
            sys.stdin = before


@pytest.mark.parametrize("delimiter", list(",;\t|"))
def test_the_delimiter_is_the_one_that_makes_the_header_name_an_id(file: Path, delimiter: str) -> None:
    file.write_text(f"title{delimiter}uuid\nA, or; B{delimiter}1\n".replace("A, or; B", '"A, or; B"'))
    assert read(file) == (["title", "uuid"], [Row(2, ["A, or; B", "1"])])


def test_without_a_known_header_the_delimiter_is_a_comma(file: Path) -> None:
    file.write_text("a;b,c\n1;2,3\n")
    assert read(file) == (["a;b", "c"], [Row(2, ["1;2", "3"])])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_is_read_with_and_without_a_byte_order_mark(file: Path, encoding: str) -> None:
    file.write_bytes("uuid,title\n1,é😀\n".encode(encoding))
    assert read(file) == (["uuid", "title"], [Row(2, ["1", "é😀"])])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_row_has_the_number_of_the_line_where_it_starts(file: Path, end: str) -> None:
    file.write_bytes(end.join(["", "uuid,title", "1,a", "", ' ,""', '2,"b', 'c"', "3,d"]).encode())
    _, rows = read(file)
    assert [row.line for row in rows] == [3, 6, 8]


def test_blank_rows_are_skipped_and_short_rows_filled(file: Path) -> None:
    file.write_text("uuid,title,x\n\n , ,\n1\n2,a,b,, \n")
    assert read(file)[1] == [Row(4, ["1", "", ""]), Row(5, ["2", "a", "b"])]


def test_a_row_with_more_cells_than_the_header_is_rejected(file: Path) -> None:
    file.write_text("uuid,title\n1,Hello, world\n2,b\n")
    long, whole = read(file)[1]
    assert isinstance(long, Rejection)
    assert (long.line, long.cells, long.faults[0].value) == (2, ["1", "Hello"], " world")
    assert whole == Row(3, ["2", "b"])


def test_an_unclosed_quote_is_refused_at_the_row_that_opens_it(file: Path) -> None:
    file.write_text('uuid,title\n1,a\n2,"b\n3,c\n')
    assert refusal(file).startswith(":3: a quote that opens in this row is never closed")


def test_text_behind_a_closing_quote_is_refused_with_both_lines(file: Path) -> None:
    file.write_text('uuid,title\n1,"a\n2,"b"\n')
    assert refusal(file).startswith(":2: a quoted cell goes wrong on line 3")


def test_a_cell_and_a_line_have_a_longest_length(file: Path) -> None:
    file.write_text('uuid,title\n1,"' + "x\n" * 600_000)
    assert refusal(file).startswith(":2: a cell is longer than 1048576 characters")
    file.write_text("uuid,title\n1," + "x" * 1_048_576)
    assert refusal(file).startswith(":2: a line is longer than 1048576 characters")
    file.write_text("{" + " " * 1_048_576)
    assert refusal(file).startswith(":1: a line is longer than 1048576 characters")


@pytest.mark.parametrize("rows_before", [0, 3, 5000])
def test_what_is_not_unicode_is_refused_with_its_line(file: Path, rows_before: int) -> None:
    file.write_bytes(b"uuid,title\r\n" + b"1,abc\r\n" * rows_before + b"1,Gr\xfc\xdfe\r\n")
    assert refusal(file) == f":{rows_before + 2}: the text is not UTF-8; save the list as CSV UTF-8 and try again"


def test_a_file_that_is_no_text_is_refused(file: Path) -> None:
    file.write_bytes(b"PK\x03\x04\0\0\0")
    assert refusal(file) == ": this is no text file; save the list as CSV UTF-8 and try again"


@pytest.mark.parametrize("content", [b"", b"\n \n\r\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert refusal(file).startswith(": the file is empty")


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "absent.csv").startswith(": there is no such file")
    assert refusal(tmp_path).startswith(": is a folder")
    with pytest.raises(InputError, match="cannot be opened"):
        read("a\0b")


def test_a_file_with_only_a_header_is_a_table_without_rows(file: Path) -> None:
    file.write_text("uuid,action")
    assert read(file) == (["uuid", "action"], [])


def test_the_digest_is_of_the_raw_bytes(file: Path) -> None:
    content = b"\xef\xbb\xbf\r\nuuid\r\n" + b"1\r\n" * 50_000 + b"\r\n"
    file.write_bytes(content)
    with open_source(str(file), names_id) as table:
        assert sum(1 for _ in table.rows) == 50_000
    assert table.digest() == hashlib.sha256(content).hexdigest()


def test_stdin_is_read_once_and_left_open() -> None:
    with stdin_of(b"uuid\n1\n"), open_source("-", names_id) as table:
        assert table.name == "<stdin>"
        assert list(table.rows) == [Row(2, ["1"])]
        assert table.digest() == hashlib.sha256(b"uuid\n1\n").hexdigest()
        assert not sys.stdin.closed


def test_json_lines_are_told_by_their_first_character(file: Path) -> None:
    file.write_text('\n {"uuid": "1", "title": "a"}\n\n{"title": "é", "uuid": "2"}\n')
    assert read(file) == (["uuid", "title"], [Row(2, ["1", "a"]), Row(4, ["2", "é"])])


def test_keys_that_appear_later_become_columns(file: Path) -> None:
    file.write_text('{"uuid": "1"}\n{"uuid": "2", "action": "pause"}\n{}\n')
    assert read(file) == (["uuid", "action"], [Row(1, ["1"]), Row(2, ["2", "pause"]), Row(3, ["", ""])])


def test_values_that_are_no_strings_stay_the_json_they_were(file: Path) -> None:
    file.write_text(
        '{"a": 1.50, "b": 12345678901234567890123, "c": {"d" : [true]}, "e": null, "f": "\\ud83d\\ude00"}\n'
    )
    assert read(file)[1] == [Row(1, ["1.50", "12345678901234567890123", '{"d" : [true]}', "", "😀"])]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"uuid": "1"', "truncated"),
        ('{"uuid": NaN}', "malformed"),
        ('["1"]', "Expected `object`"),
        ('{"uuid": "1", "uuid": "2"}', "it has the key 'uuid' twice"),
        ('{"uuid": ' + "[" * 100_000 + "]" * 100_000 + "}", "recursion"),
        ('{"uuid": "\\ud800"}', "truncated"),
    ],
)
def test_a_line_that_is_no_object_is_rejected_and_the_next_is_read(file: Path, line: str, reason: str) -> None:
    file.write_text(f'{{"uuid": "0"}}\n{line}\n{{"uuid": "3"}}\n')
    first, broken, last = read(file)[1]
    assert (first, last) == (Row(1, ["0"]), Row(3, ["3"]))
    assert isinstance(broken, Rejection)
    assert (broken.line, broken.faults[0].value) == (2, line)
    assert broken.faults[0].reason.startswith("is not a JSON object: ")
    assert reason in broken.faults[0].reason


def test_a_broken_line_may_come_before_the_first_object(file: Path) -> None:
    file.write_text('{"uuid": \n{"uuid": "1"}\n')
    columns, (broken, row) = read(file)
    assert columns == ["uuid"]
    assert isinstance(broken, Rejection)
    assert row == Row(2, ["1"])


def test_json_over_several_lines_is_refused(file: Path) -> None:
    file.write_text('{\n  "uuid": "1"\n}\n')
    assert refusal(file) == ":1: no line is a JSON object; write one whole object on each line"


def test_objects_may_not_have_endlessly_many_keys(file: Path) -> None:
    file.write_text("".join(f'{{"uuid": "1", "key {n}": "x"}}\n' for n in range(1100)))
    assert refusal(file) == ":1000: the objects have more than 1000 different keys"


@given(st.lists(st.lists(st.text("ab ,;\"'\n", max_size=5), min_size=2, max_size=2), max_size=8))
def test_what_a_csv_writer_writes_is_read_back_but_for_blank_rows(rows: list[list[str]]) -> None:
    quoted = ["uuid,title\n"]
    for row in rows:
        cells = ",".join('"' + cell.replace('"', '""') + '"' for cell in row)
        quoted += f"{cells}\n".splitlines(keepends=True)
    _, found = read_delimited("journeys.csv", iter(quoted), names_id)
    assert [list(row.cells) for row in found] == [row for row in rows if "".join(row).strip()]
