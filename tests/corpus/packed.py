"""Archives around the lists, and files that are no lists at all."""
# ruff: noqa: E501  a case is one line, which is how they are compared

import gzip
import io
import zipfile
from typing import Final

from tests.corpus.notation import PAUSE, Case, binary, either, filled, reads, refuses, text
from tests.corpus.workbooks import THREE, openpyxl_book, put

LIST: Final = filled("Journey ID,Title,Action\n@1,a,pause\n@2,b,pause\n@3,c,start\n").encode()
OTHER: Final = filled("Journey ID,Title,Action\n@4,a,archive\n").encode()
LINES: Final = filled('{"uuid": "@1", "action": "pause"}\n{"uuid": "@2", "action": "start"}\n').encode()
READ: Final = reads("2-3:1p 4:3s")
PIXEL: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
LOGIN: Final = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>Google Sheets: Sign-in</title></head>\n'
    "<body><h1>Sign in</h1><p>to continue to Google Sheets, journey,id,action</p></body></html>\n"
)


def gzipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def zipped(*members: tuple[str, bytes]) -> bytes:
    """Return a zip of *members*, names and contents; a name that ends in / is a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _workbook() -> bytes:
    return openpyxl_book(lambda book: put(book.active, THREE))


def _locked() -> bytes:
    """Return a zip that says that its member is encrypted: the flag in both of its places."""
    archive = bytearray(zipped(("list.csv", LIST)))
    archive[6] |= 1
    archive[archive.index(b"PK\x01\x02") + 8] |= 1
    return bytes(archive)


def _gzip() -> list[Case]:
    utf16 = gzipped(LIST.decode().encode("utf-16"))
    return [
        binary("list.csv.gz", "a CSV in gzip", lambda: gzipped(LIST), READ, by="Python gzip"),
        binary("gz_named.csv", "gzip in a file named .csv", lambda: gzipped(LIST), READ, by="Python gzip"),
        binary("lines.jsonl.gz", "JSON lines in gzip", lambda: gzipped(LINES), reads("1:1p 2:2s"), by="Python gzip"),
        binary("utf16.tsv.gz", "UTF-16 in gzip", lambda: utf16, READ, by="Python gzip"),
        binary("members.csv.gz", "gzip in two members, as cat puts it together", lambda: gzipped(LIST[:60]) + gzipped(LIST[60:]), READ, by="Python gzip"),
        binary("torn.csv.gz", "a gzip that was not downloaded whole", lambda: gzipped(LIST)[:-20], refuses("."), by="Python gzip"),
        binary("damaged.csv.gz", "a gzip whose checksum is wrong", lambda: gzipped(LIST)[:-8] + bytes(4) + gzipped(LIST)[-4:], refuses("."), by="Python gzip"),
        binary("trailing.csv.gz", "a gzip with something behind it", lambda: gzipped(LIST) + b"garbage", either(refuses("."), READ), by="Python gzip"),
        binary("empty.csv.gz", "nothing in gzip", lambda: gzipped(b""), refuses("empty|nothing|no "), by="Python gzip"),
        binary("workbook.xlsx.gz", "a workbook in gzip: read or refused", lambda: gzipped(_workbook()), either(READ, refuses(".")), by="Python gzip"),
        binary("twice.csv.gz.gz", "gzip in gzip: read or refused", lambda: gzipped(gzipped(LIST)), either(refuses("."), READ), by="Python gzip"),
        binary("page.csv.gz", "a web page in gzip", lambda: gzipped(LOGIN.encode()), refuses("html|web page"), by="Python gzip"),
        binary("brackets.json.gz", "100,000 brackets in each other", lambda: gzipped(b"[" * 100_000 + b"]" * 100_000), refuses("."), by="Python gzip"),
        binary("open_brackets.json.gz", "100,000 brackets that never close", lambda: gzipped(b'{"journeys":' * 100_000), refuses("."), by="Python gzip"),
        binary("zeros.csv.gz", "ten million NUL bytes in 10 kB", lambda: gzipped(bytes(10_000_000)), refuses("."), by="Python gzip"),
        binary("long_line.csv.gz", "a title of ten million letters in 10 kB, then a plain row", lambda: gzipped(filled("uuid,title,action\n@1,").encode() + b"x" * 10_000_000 + filled(",pause\n@2,b,start\n").encode()), reads("3:2s", loose="2:1p", refused_or=True), by="Python gzip"),
    ]  # fmt: skip


def _zip() -> list[Case]:
    def case(name: str, why: str, expected: dict[str, object], *members: tuple[str, bytes]) -> Case:
        return binary(name, why, lambda: zipped(*members), expected, by="Python zipfile")

    return [
        case("list.zip", "a CSV in a zip", READ, ("list.csv", LIST)),
        case("zip_named.csv", "a zip in a file named .csv", READ, ("list.csv", LIST)),
        case("in_folder.zip", "a CSV in a folder of a zip", READ, ("export/", b""), ("export/май/list.csv", LIST)),
        case("lines.zip", "JSON lines in a zip", reads("1:1p 2:2s"), ("lines.jsonl", LINES)),
        case("mac.zip", "what a Mac packs beside the file", READ, ("list.csv", LIST), ("__MACOSX/", b""), ("__MACOSX/._list.csv", b"\0\5\x16\7\0\2\0\0Mac OS X"), (".DS_Store", b"\0\0\0\1Bud1")),
        case("two.zip", "two lists in a zip", refuses("two|2|several|more than one|exactly one"), ("a.csv", LIST), ("b.csv", OTHER)),
        case("read_me.zip", "a list and a note in a zip: read or refused", either(READ, refuses(".")), ("list.csv", LIST), ("README.txt", b"Please pause these.\n")),
        case("none.zip", "an empty zip", refuses("empty|no |nothing|none")),
        case("folders.zip", "a zip of folders", refuses("empty|no |nothing|none"), ("a/", b""), ("a/b/", b"")),
        case("pictures.zip", "a zip with a picture", refuses("."), ("a.png", PIXEL)),
        case("page.zip", "a zipped web page, as a sheet's download of HTML", refuses("html|web page"), ("Sheet1.html", LOGIN.encode())),
        case("zip_in_zip.zip", "a zip in a zip: read or refused", either(refuses("."), READ), ("list.zip", zipped(("list.csv", LIST)))),
        case("climbing.zip", "a member that would climb out of its folder: nothing is unpacked to disk", either(READ, refuses(".")), ("../../list.csv", LIST)),
        binary("workbook.zip", "a workbook in a zip: read or refused", lambda: zipped(("list.xlsx", _workbook())), either(READ, refuses(".")), by="Python zipfile"),
        binary("torn.zip", "a zip that was not downloaded whole", lambda: zipped(("list.csv", LIST))[:-30], refuses("."), by="Python zipfile"),
        binary("locked.zip", "a zip with a password", _locked, refuses("password|encrypt|protect"), by="Python zipfile"),
        binary("zeros.zip", "ten million NUL bytes in 10 kB", lambda: zipped(("list.csv", bytes(10_000_000))), refuses("."), by="Python zipfile"),
        binary("torn.xlsx", "a workbook that was not downloaded whole", lambda: _workbook()[:3000], refuses("."), by="openpyxl"),
    ]  # fmt: skip


def _no_lists() -> list[Case]:
    return [
        text("login.csv", "the login page that a sheet's link gives to a program", LOGIN, refuses("html|web page"), uncovered=None),
        text("login_bom.csv", "a web page behind a mark and blank lines", "\ufeff\n\n <HTML><body>journey id,action</body></HTML>\n", refuses("html|web page"), uncovered=None),
        text("table.xls", "a report's table in HTML, named .xls, with the ids in it", "<table>\n<tr><th>Journey ID</th><th>Action</th></tr>\n<tr><td>@1</td><td>pause</td></tr>\n</table>\n", refuses("html"), uncovered=None),
        text("office.xls", "what old reports call a workbook: HTML with Office's names", '<html xmlns:x="urn:schemas-microsoft-com:office:excel">\n<body><table><tr><td>uuid</td></tr><tr><td>@1</td></tr></table></body></html>\n', refuses("html"), *PAUSE, uncovered=None),
        text("feed.xml", "XML", '<?xml version="1.0"?>\n<journeys><journey uuid="@1"/></journeys>\n', refuses("."), *PAUSE, uncovered=None),
        text("download.csv", "an error in words instead of a list", "Access denied. Please log in.\n", refuses("."), uncovered=None),
        text("yaml.yml", "YAML: read or refused", "- uuid: @1\n  action: pause\n- uuid: @2\n  action: start\n", either(refuses("."), reads("1:1p 3:2s", skip=None)), uncovered=None),
        text("letter.rtf", "a letter in rich text", "{\\rtf1\\ansi\n{\\b uuid}\\par\n@1\\par\n}\n", refuses("."), *PAUSE, uncovered=None),
        binary("letter.docx", "a letter of a word processor", lambda: zipped(("[Content_Types].xml", b"<Types/>"), ("word/document.xml", filled("<w:document><w:t>Please pause @1.</w:t></w:document>").encode())), refuses("."), by="Python zipfile"),
        binary("pixel.png", "a picture", lambda: PIXEL, refuses("png|image|picture"), by="bytes"),
        binary("pixel.csv", "a picture that is named .csv", lambda: PIXEL, refuses("png|image|picture"), by="bytes"),
        binary("photo.jpg", "the head of a JPEG", lambda: bytes.fromhex("ffd8ffe000104a46494600010100000100010000") + bytes(range(256)), refuses("jpe?g|image|picture"), by="bytes"),
        binary("sqlite.db", "the head of a database file", lambda: b"SQLite format 3\0" + bytes(84) + LIST, refuses("."), by="bytes"),
        binary("noise.csv", "bytes without any sense", lambda: bytes((n * n * 31 + n * 7) % 256 for n in range(2000)), refuses("."), by="bytes"),
        binary("ole.xls", "the head of an old workbook and nothing else", lambda: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504), refuses("."), by="bytes"),
    ]  # fmt: skip


def cases() -> list[Case]:
    """Return the archives, and what must be refused by the name of what it is."""
    return [*_gzip(), *_zip(), *_no_lists()]
