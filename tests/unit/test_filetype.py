import codecs
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.source.filetype import GZIP, OLE, TEXT, ZIP, kind_of, refuse

LOCK = b"\x05Alice" + b" " * 49 + b"\x05\0" + "Alice".ljust(54).encode("utf-16-le")

FOREIGN = [
    (b"<!DOCTYPE html><html>", "an HTML page"),
    (b"\xef\xbb\xbf\r\n\t <HTML xmlns:v='x'>", "an HTML page"),
    (b"<!-- a; b -->\n<!-- c\n -->\n<table border=1><tr>", "an HTML page"),
    (b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">', "an HTML page"),
    (b"<meta charset=utf-8><table>", "an HTML page"),
    ("\ufeff<html>".encode("utf-16-le"), "an HTML page"),
    ("<html><head>".encode("utf-16-be"), "an HTML page"),
    (b"<!-- never ends" + b" " * 70_000, "an HTML or XML file"),
    (b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook xmlns="u">', "Excel 2003"),
    (b'<?xml version="1.0"?><ss:Workbook xmlns:ss="u">', "Excel 2003"),
    (b'<?xml version="1.0"?><office:document xmlns:office="u">', "a flat OpenDocument file"),
    (b'<?xml version="1.0"?><!DOCTYPE plist PUBLIC "x">', "an Apple property list"),
    (b"bplist00", "an Apple property list"),
    (b'<svg xmlns="http://www.w3.org/2000/svg">', "an SVG image"),
    (b'<?xml version="1.0"?><journeys>', "an XML file"),
    (b'<rows xmlns="u">', "an XML file"),
    (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "MHTML"),
    (b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n", "MHTML"),
    (b"%PDF-1.7\n", "a PDF document"),
    (b"\r\n%PDF-1.4", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n\0", "a PNG image"),
    (b"\xff\xd8\xff\xe0", "a JPEG image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF\0\1\0\0WEBPVP8 ", "a WebP image"),
    (b"II*\0\x08", "a TIFF image"),
    (b"BM" + struct.pack("<IIII", 70, 0, 54, 40), "a BMP image"),
    (b"\0\0\0\x18ftypheic", "a HEIF image"),
    (b"\0\0\0\x18ftypisom", "a film"),
    (b"{\\rtf1\\ansi", "an RTF document"),
    (b"%!PS-Adobe-3.0", "a PostScript document"),
    (b"7z\xbc\xaf\x27\x1c\0\4", "a 7z archive"),
    (b"Rar!\x1a\x07\1\0", "a RAR archive"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\xfd7zXZ\0", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"a.csv".ljust(257, b"\0") + b"ustar\x0000", "a tar archive"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\0\1\0\0Standard ACE DB\0", "Access database"),
    (b"\x03\x18\x0b\x17" + struct.pack("<IHH", 9, 97, 40) + bytes(20), "a dBASE table"),
    (b"PAR1\x15\4", "a Parquet file"),
    (b"Obj\1\4", "an Avro file"),
    (b"PGDMP\1\x0e", "a PostgreSQL dump"),
    (b"\x7fELF\2", "a program"),
    (b"MZ\x90\0\3\0\0\0\4\0\0\0", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"ID;PWXL;N;E\r\nP;PGeneral", "a SYLK file"),
    (b'TABLE\r\n0,1\r\n"EXCEL"', "a DIF file"),
    (b"\x09\x04\x06\0", "Excel 4"),
    (LOCK, "the lock that Excel keeps"),
    (b",anna,box,28.11.2026 10:00,file:///home/anna/.config/libreoffice/4;", "the lock that LibreOffice keeps"),
    (b"\0\5\x16\7\0", "a side file"),
    (b"-----BEGIN PGP MESSAGE-----", "PGP"),
    (b"version https://git-lfs.github.com/spec/v1", "Git LFS"),
]


@pytest.mark.parametrize(("head", "what"), FOREIGN)
def test_what_holds_no_list_is_refused_by_name_and_with_advice(head: bytes, what: str) -> None:
    with pytest.raises(InputError) as refused:
        refuse("journeys.csv", kind_of(head))
    assert refused.value.reason.startswith("journeys.csv: this is ")
    assert what in refused.value.reason
    assert refused.value.advice


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"PK\x03\x04", ZIP),
        (b"PK\x05\x06", ZIP),
        (b"\x1f\x8b\x08\0", GZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0", OLE),
    ],
)
def test_what_may_hold_a_list_is_told_apart(head: bytes, kind: object) -> None:
    assert kind_of(head) == kind


@pytest.mark.parametrize(
    "text",
    [
        "",
        "uuid,action\n",
        '{"uuid": "1"}',
        "[{}]",
        "# <html>\nuuid\n",
        "<title>;<id>;<action>\n",
        '"<table>",uuid\n',
        "<none>\tuuid\n",
        "ID;Plan;Action\nb1;x;pause\n",
        "MZ;BM;PK\n1;2;3\n",
        "From: Anna\nuuid,action\n",
        "table;uuid\n0,1;2\n",
        "PAR1,Obj,uuid\n",
        " id | action \n----+------\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_is_text_whatever_words_it_begins_with(text: str, encoding: str) -> None:
    assert kind_of(text.encode(encoding)) == TEXT


@given(
    st.binary(max_size=300), st.sampled_from([head for head, _ in FOREIGN] + [b"", b"<", b"<?", codecs.BOM_UTF16_LE])
)
def test_every_beginning_has_a_kind(noise: bytes, head: bytes) -> None:
    assert kind_of(head + noise).what
