import gzip
import io
import os
import struct
import warnings
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.source.archive import BOUNDS, Bounds, Unfit, Zip, is_document, unpack
from bulk_journeys.source.filetype import GZIP, ZIP, Kind

LIST = b"uuid,action\n" + b"1,pause\n" * 200_000


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def unpacked(packed: bytes, kind: Kind, bounds: Bounds = BOUNDS) -> tuple[str, bytes, str]:
    with unpack("list", io.BytesIO(packed), kind, bounds) as inner:
        return inner.name, inner.file.read(), inner.packed


def refusal(packed: bytes, kind: Kind, bounds: Bounds = BOUNDS) -> str:
    with pytest.raises(InputError) as refused:
        unpacked(packed, kind, bounds)
    assert refused.value.advice
    assert "\n" not in refused.value.reason
    return refused.value.reason.removeprefix("list: ")


@pytest.mark.parametrize("parts", [1, 2, 7])
def test_a_gzip_gives_what_its_members_hold(parts: int) -> None:
    cut = len(LIST) // parts + 1
    packed = b"".join(gzip.compress(LIST[place : place + cut]) for place in range(0, len(LIST), cut))
    assert unpacked(packed, GZIP) == ("list", LIST, "gzip")
    assert unpacked(packed + bytes(40_000), GZIP)[1] == LIST


@given(st.lists(st.binary(max_size=3000), min_size=1, max_size=4), st.integers(0, 3))
def test_a_gzip_of_any_members_is_read_back(members: list[bytes], padding: int) -> None:
    packed = b"".join(gzip.compress(member) + bytes(padding) for member in members)
    inner = b"x" + b"".join(members)
    assert unpacked(gzip.compress(b"x") + packed, GZIP)[1] == inner


def test_a_gzip_whose_output_ends_with_a_chunk_is_whole() -> None:
    for size in (1 << 20, (1 << 20) + 1, 2 << 20):
        assert unpacked(gzip.compress(b"x" * size), GZIP)[1] == b"x" * size


def test_a_gzip_that_is_cut_or_damaged_is_refused() -> None:
    packed = gzip.compress(os.urandom(1000))
    assert refusal(packed[:-1], GZIP) == "the gzip is cut off before its end"
    assert refusal(packed[:5], GZIP) == "the gzip is cut off before its end"
    assert refusal(packed[:-8] + b"\0" * 8, GZIP).startswith("the gzip is damaged")
    assert refusal(packed + b"more", GZIP).startswith("the gzip is damaged")


def test_a_gzip_of_endlessly_many_pieces_is_refused() -> None:
    assert "more than 100,000 pieces" in refusal(gzip.compress(b"") * 100_001, GZIP)


@pytest.mark.parametrize("kind", [GZIP, ZIP])
def test_a_bomb_is_refused_while_it_unpacks(kind: Kind) -> None:
    bomb = bytes(60_000_000)
    packed = gzip.compress(bomb) if kind == GZIP else zipped({"a.csv": bomb})
    assert "more than 200 times its size" in refusal(packed, kind)
    assert "unpacks to more than 2,000,000 bytes" in refusal(packed, kind, Bounds(most=2_000_000))


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_gives_its_only_file(method: int) -> None:
    assert unpacked(zipped({"a/list.csv": LIST}, method), ZIP) == ("list/a/list.csv", LIST, "zip")


def test_what_mac_and_windows_leave_in_a_zip_is_no_file() -> None:
    leftovers = ["a/", "__MACOSX/a/._list.csv", "._x", ".DS_Store", "a/.DS_Store", "Thumbs.db", "a/desktop.ini"]
    packed = zipped({"a/list.csv": b"uuid", **dict.fromkeys(leftovers, b"")})
    assert unpacked(packed, ZIP)[:2] == ("list/a/list.csv", b"uuid")
    assert refusal(zipped(dict.fromkeys(leftovers, b"")), ZIP) == "the zip archive holds no file"
    assert refusal(zipped({}), ZIP) == "the zip archive holds no file"


def test_several_files_in_a_zip_are_refused_with_their_names() -> None:
    packed = zipped({"a.csv": b"uuid", "b\n.csv": b"uuid"})
    assert refusal(packed, ZIP) == "the zip archive holds 2 files: 'a.csv', 'b\\n.csv'"
    many = zipped({f"{number}.csv": b"" for number in range(500)})
    assert refusal(many, ZIP).endswith("'9.csv' and 490 more")
    with warnings.catch_warnings(action="ignore"):
        twins = io.BytesIO()
        with zipfile.ZipFile(twins, "w") as archive:
            archive.writestr("a.csv", "1")
            archive.writestr("a.csv", "2")
    assert refusal(twins.getvalue(), ZIP).startswith("the zip archive holds 2 files: 'a.csv', 'a.csv'")


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "C:\\list.csv", "\u202egpj.csv", "a\x1b[2J", "x" * 999]
)
def test_the_name_of_a_zipped_file_is_only_shown(name: str) -> None:
    shown, content, _ = unpacked(zipped({name: b"uuid"}), ZIP)
    assert content == b"uuid"
    assert shown.isprintable()
    assert len(shown) < 100


def patched(packed: bytes, local: int, central: int, value: bytes) -> bytes:
    """Change a field of the only file in a zip, in both places where it stands."""
    at = packed.index(b"PK\1\2")
    packed = packed[:local] + value + packed[local + len(value) :]
    return packed[: at + central] + value + packed[at + central + len(value) :]


def test_an_encrypted_zip_is_refused_by_name() -> None:
    assert refusal(patched(zipped({"a": LIST}), 6, 8, b"\1\0"), ZIP) == "the zip archive is encrypted with a password"


def test_an_unusual_method_is_refused_by_name() -> None:
    assert "an unusual method (9)" in refusal(patched(zipped({"a": LIST}), 8, 10, b"\x09\0"), ZIP)
    assert "an unusual method (14)" in refusal(zipped({"a": LIST}, zipfile.ZIP_LZMA), ZIP)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("size", [0, 12, len(LIST) - 1, len(LIST) + 1])
def test_a_zip_that_lies_about_a_size_is_refused_even_if_its_sum_is_right(method: int, size: int) -> None:
    honest = zipped({"a": LIST}, method)
    lying = patched(honest, 22, 24, struct.pack("<I", size))
    assert refusal(lying, ZIP).startswith(f"the zip archive says that its file has {size:,} bytes")
    summed = patched(lying, 14, 16, struct.pack("<I", zlib.crc32(LIST[:size])))
    assert refusal(summed, ZIP)


def test_a_zip_that_is_cut_or_damaged_is_refused() -> None:
    packed = zipped({"a": os.urandom(1000)})
    assert refusal(packed[:-30], ZIP).startswith("the zip archive, or workbook, is damaged: ")
    assert refusal(packed[:100] + bytes([packed[100] ^ 1]) + packed[101:], ZIP).startswith(
        "the zip archive is damaged: "
    )


def test_a_zip_that_another_program_could_take_for_another_is_refused() -> None:
    packed = zipped({"a": LIST})
    for changed in (packed + b"x", b"x" + packed, packed[:-2] + b"\1\0x"):
        assert refusal(changed, ZIP) == "the zip archive is damaged: it does not end where its zip archive ends"
    renamed = packed[:30] + b"b" + packed[31:]
    assert refusal(renamed, ZIP).startswith("the zip archive is damaged: what is packed in it cannot be unpacked")
    twins = zipped({"a": LIST, "._b": b"", "._B": b""})
    assert refusal(twins, ZIP).endswith("names a part twice")


def test_a_zip_whose_parts_share_bytes_is_refused() -> None:
    packed = zipped({"a": LIST, "._b": LIST})
    start = packed.index(b"PK\1\2")
    assert refusal(patched(packed, 18, 20, struct.pack("<I", start)), ZIP).endswith(
        "two parts of its zip archive overlap"
    )
    second = packed.index(b"PK\1\2", start + 1)
    moved = packed[: second + 42] + bytes(4) + packed[second + 46 :]
    assert refusal(moved, ZIP).endswith("two parts of its zip archive overlap")


def test_the_parts_of_a_zip_are_bounded_together() -> None:
    parts = Zip(io.BytesIO(zipped({"a": LIST, "b": LIST})), Bounds(most=2 * len(LIST) - 1))
    first, second = parts.by_name().values()
    assert b"".join(parts.chunks(first)) == LIST
    with pytest.raises(Unfit, match=r"unpacks to more than 3,200,023 bytes"):
        next(parts.chunks(second))


def test_a_zip_with_a_directory_for_more_than_four_gigabytes_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 0)
    packed = zipped({"a": LIST})
    assert b"PK\6\6" in packed
    assert unpacked(packed, ZIP)[1] == LIST


def test_a_directory_that_says_it_is_huge_is_not_read() -> None:
    packed = zipped({"a": b"uuid"})
    padded = bytes(5 << 20) + packed
    at = padded.rindex(b"PK\5\6")
    huge = padded[: at + 12] + struct.pack("<II", 5 << 20, 0) + padded[at + 20 :]
    assert refusal(huge, ZIP).endswith("its directory is too long")


@pytest.mark.parametrize("inner", [gzip.compress(b"uuid", mtime=0), zipped({"a": b"uuid"})])
def test_an_archive_within_an_archive_is_refused(inner: bytes) -> None:
    assert refusal(gzip.compress(inner), GZIP).endswith("this is an archive within an archive")
    assert refusal(zipped({"b.zip": inner}), ZIP).endswith("this is an archive within an archive")


def test_a_workbook_within_an_archive_is_given() -> None:
    book = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"})
    assert unpacked(gzip.compress(book), GZIP)[1] == book
    assert unpacked(zipped({"b.xlsx": book}), ZIP)[1] == book


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["[Content_Types].xml", "xl/workbook.xml"], True),
        (["[content_types].XML", "word/document.xml"], True),
        (["mimetype", "content.xml"], True),
        (["Index/Document.iwa", "preview.jpg"], True),
        (["list.csv"], False),
        (["a.csv", "b.xml"], False),
        ([], False),
    ],
)
def test_a_document_is_told_from_an_archive_of_files(names: list[str], expected: bool) -> None:
    assert is_document(io.BytesIO(zipped(dict.fromkeys(names, b"x")))) is expected


SEEDS = [
    zipped({"a.csv": b"uuid,action\n"}),
    zipped({"a.csv": b"1", "b/": b""}, zipfile.ZIP_STORED),
    gzip.compress(b"x", mtime=0),
]


@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 200), st.binary(max_size=4)), max_size=4))
def test_damage_anywhere_is_refused_and_nothing_else(packed: bytes, damage: list[tuple[int, bytes]]) -> None:
    for place, noise in damage:
        packed = packed[:place] + noise + packed[place + len(noise) :]
    is_document(io.BytesIO(packed))
    for kind in (GZIP, ZIP):
        with suppress(InputError):
            unpacked(packed, kind)
