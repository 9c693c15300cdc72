"""What a file is, by its first bytes and never by its name. What is inside it is not looked at."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple, NoReturn

from bulk_journeys.errors import InputError

HEAD: Final = 1 << 16
"""How many bytes of a file are enough to tell."""


class Kind(NamedTuple):
    """What a file is, in words that fit behind "this is". *advice* is None for what may hold a list of journeys."""

    what: str
    advice: str | None = None


TEXT: Final = Kind("text")
GZIP: Final = Kind("gzip")
ZIP: Final = Kind("zip")
OLE: Final = Kind("an OLE document")
"""An xls workbook, an encrypted workbook of any kind, or an old Word document."""
PLAN: Final = Kind("a saved plan", "run it alone, by its file's name")
PLAN_WITHOUT_HEADER: Final = Kind("a saved plan that does not begin with its header", "make it again")

_EXPORT: Final = "open it and save the list as xlsx or CSV UTF-8"
_DOWNLOAD: Final = "log in and use the page's own export or download as xlsx or CSV"
_UNPACK: Final = "unpack it and name the file in it"
_SOURCE: Final = "name the spreadsheet or the text file that holds the list"
_ITSELF: Final = "name the workbook itself"
_COPY: Final = "copy the list into a spreadsheet and save it as CSV UTF-8"
_QUERY: Final = "export the table with the ids as CSV UTF-8"
_DECRYPT: Final = "decrypt it first"

_IMAGE: Final = "export the list itself, not a picture of it, as xlsx or CSV"

_MAGIC: Final[tuple[tuple[int, bytes, Kind], ...]] = (
    (0, b"PK\x03\x04", ZIP),
    (0, b"PK\x05\x06", ZIP),
    (0, b"PK\x07\x08", ZIP),
    (0, b"\x1f\x8b", GZIP),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (0, b"%PDF-", Kind("a PDF document", "export the list from where the PDF was made as xlsx or CSV")),
    (0, b"\x89PNG\r\n\x1a\n", Kind("a PNG image", _IMAGE)),
    (0, b"\xff\xd8\xff", Kind("a JPEG image", _IMAGE)),
    (0, b"GIF87a", Kind("a GIF image", _IMAGE)),
    (0, b"GIF89a", Kind("a GIF image", _IMAGE)),
    (0, b"II*\0", Kind("a TIFF image", _IMAGE)),
    (0, b"MM\0*", Kind("a TIFF image", _IMAGE)),
    (0, b"{\\rtf", Kind("an RTF document", _COPY)),
    (0, b"%!PS", Kind("a PostScript document", "export the list from where it was made as xlsx or CSV")),
    (0, b"\xc5\xd0\xd3\xc6", Kind("a PostScript document", "export the list from where it was made as xlsx or CSV")),
    (0, b"7z\xbc\xaf\x27\x1c", Kind("a 7z archive", _UNPACK)),
    (0, b"Rar!\x1a\x07", Kind("a RAR archive", _UNPACK)),
    (4, b"1AY&SY", Kind("a file packed with bzip2", _UNPACK)),
    (0, b"\xfd7zXZ\0", Kind("a file packed with xz", _UNPACK)),
    (0, b"\x28\xb5\x2f\xfd", Kind("a file packed with zstd", _UNPACK)),
    (0, b"\x04\x22\x4d\x18", Kind("a file packed with lz4", _UNPACK)),
    (257, b"ustar\0", Kind("a tar archive", _UNPACK)),
    (257, b"ustar  \0", Kind("a tar archive", _UNPACK)),
    (0, b"SQLite format 3\0", Kind("an SQLite database", _QUERY)),
    (0, b"\x00\x01\x00\x00Standard Jet DB", Kind("a Microsoft Access database", _QUERY)),
    (0, b"\x00\x01\x00\x00Standard ACE DB", Kind("a Microsoft Access database", _QUERY)),
    (0, b"PGDMP\x01", Kind("a PostgreSQL dump", _QUERY)),
    (0, b"PAR1\x15", Kind("a Parquet file", _QUERY)),
    (0, b"Obj\x01", Kind("an Avro file", _QUERY)),
    (0, b"ARROW1\0\0", Kind("an Arrow file", _QUERY)),
    (0, b"bplist0", Kind("an Apple property list", _SOURCE)),
    (0, b"\x7fELF", Kind("a program", _SOURCE)),
    (0, b"\xfe\xed\xfa\xce", Kind("a program", _SOURCE)),
    (0, b"\xfe\xed\xfa\xcf", Kind("a program", _SOURCE)),
    (0, b"\xce\xfa\xed\xfe", Kind("a program", _SOURCE)),
    (0, b"\xcf\xfa\xed\xfe", Kind("a program", _SOURCE)),
    (0, b"\xca\xfe\xba\xbe", Kind("a program", _SOURCE)),
    (0, b"\0asm", Kind("a program", _SOURCE)),
    (0, b"\x00\x05\x16\x07", Kind("a side file ('._name') that a Mac keeps beside the real one", _SOURCE)),
    (0, b"\x09\x00\x04\x00", Kind("a workbook of Excel 2", _EXPORT)),
    (0, b"\x09\x02\x06\x00", Kind("a workbook of Excel 3", _EXPORT)),
    (0, b"\x09\x04\x06\x00", Kind("a workbook of Excel 4", _EXPORT)),
    (0, b"\x09\x08\x08\x00", Kind("a bare workbook of Excel 5", _EXPORT)),
    (0, b"\x09\x08\x10\x00", Kind("a bare workbook of Excel 5", _EXPORT)),
    (0, b"\x00\x00\x02\x00\x06\x04", Kind("a Lotus 1-2-3 workbook", _EXPORT)),
    (0, b"-----BEGIN PGP MESSAGE-----", Kind("a message encrypted with PGP", _DECRYPT)),
    (0, b"Salted__", Kind("a file encrypted with OpenSSL", _DECRYPT)),
    (0, b'{"kind":"plan","version":', PLAN),
    (0, b"version https://git-lfs", Kind("a pointer of Git LFS, not the file itself", "fetch it with 'git lfs pull'")),
)
"""Where, counted from 0, which bytes tell what. The first that fits decides."""

_HTML: Final = Kind("an HTML page, whatever its name", _DOWNLOAD)
_HTML_TAGS: Final = "head|body|table|tr|meta|title|style|script|link|base|div|center|font|form|iframe|h1|p"
_MARKUP: Final[tuple[tuple[re.Pattern[str], Kind], ...]] = (
    (
        re.compile(r"<(\w+:)?workbook\b"),
        Kind("an XML spreadsheet of Excel 2003", "open it in Excel and save it as xlsx"),
    ),
    (
        re.compile(r"<office:document\b"),
        Kind("a flat OpenDocument file", "open it and save it as ods, xlsx or CSV UTF-8"),
    ),
    (re.compile(r"<(!doctype )?plist\b"), Kind("an Apple property list", _SOURCE)),
    (re.compile(r"<(!doctype )?svg\b"), Kind("an SVG image", _IMAGE)),
    (re.compile(r"<!doctype html\b|<html\b"), _HTML),
    (re.compile(rf"<({_HTML_TAGS})(\s|/|>(?![\"']?[,;|]))"), _HTML),
    (re.compile(r"<\?xml\b|<!doctype\b|<[\w.:-]+\s+xmlns\b"), Kind("an XML file", _EXPORT)),
    (re.compile(r"<!--"), Kind("an HTML or XML file", _EXPORT)),
)
"""How a page or an XML file begins once comments, declarations and blanks are taken away."""

_PAGE_ARCHIVE: Final = Kind("a saved web page or e-mail (MHTML)", _COPY)
_SYLK: Final = Kind("a SYLK file", _EXPORT)
_DIF: Final = Kind("a DIF file", _EXPORT)

_PREAMBLE: Final = re.compile(r"(?:\s+|<!--.*?-->|<\?.*?\?>)", re.DOTALL)
_MAIL_HEADER: Final = re.compile(
    r"(?:mime-version|from|subject|date|message-id|snapshot-content-location|content-type):"
)
_MANY_PARTS: Final = re.compile(r"^content-type:\s*multipart/|^mime-version:\s*1\.0", re.MULTILINE)
_SYLK_START: Final = re.compile(r"id;p[^\r\n]*[\r\n]+(?:[bcefopw]|nn);")
_DIF_START: Final = re.compile(r'table\s*[\r\n]+0,1\s*[\r\n]+"')


_PLAN_LINE: Final = re.compile(r'\{"kind":"(?:plan","version|(?:operation|merged|rejection|left_out)","line)":')
"""How a line of a saved plan begins. Read as a list it would have lost its doubts."""


def kind_of(head: bytes) -> Kind:
    """Return what a file is that begins with *head*, its first HEAD bytes."""
    for offset, magic, kind in _MAGIC:
        if head.startswith(magic, offset):
            return kind
    for is_one, kind in _SHAPES:
        if is_one(head):
            return kind
    return _kind_of_text(_text(head).lstrip("\ufeff \t\r\n\v\f\0").lower())


def refuse(name: str, kind: Kind) -> NoReturn:
    """Raise the InputError for a file of a *kind* that holds no list."""
    raise InputError(f"{name}: this is {kind.what}, and no list of journeys", kind.advice or _EXPORT)


def _kind_of_text(text: str) -> Kind:
    if _MAIL_HEADER.match(text) and _MANY_PARTS.search(text):
        return _PAGE_ARCHIVE
    if _SYLK_START.match(text):
        return _SYLK
    if _DIF_START.match(text):
        return _DIF
    if _PLAN_LINE.match(text):
        return PLAN_WITHOUT_HEADER
    if text.startswith("%pdf-"):
        return kind_of(b"%PDF-")
    return _kind_of_markup(text) if text.startswith("<") else TEXT


def _kind_of_markup(text: str) -> Kind:
    is_xml, index = text.startswith("<?xml"), 0
    while found := _PREAMBLE.match(text, index):
        index = found.end()
    for pattern, kind in _MARKUP:
        if pattern.match(text, index):
            return kind
    return Kind("an XML file", _EXPORT) if is_xml else TEXT


def _text(head: bytes) -> str:
    """Return *head* as text, as far as ASCII goes: enough to know a page by."""
    encoding = "utf-8"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif head[1:8:2] == b"\0\0\0\0":
        encoding = "utf-16-le"
    elif head[0:8:2] == b"\0\0\0\0":
        encoding = "utf-16-be"
    return head.decode(encoding, "replace")


def _is_program(head: bytes) -> bool:
    return head.startswith(b"MZ") and b"\0\0\0" in head[:64]


def _is_bitmap(head: bytes) -> bool:
    return head.startswith(b"BM") and head[6:10] == bytes(4) and head[15:18] == bytes(3)


def _is_dbase(head: bytes) -> bool:
    """Know dBASE by its version, its date, the length of its head and the bytes it keeps free."""
    if len(head) < 32 or head[0] not in b"\x03\x30\x31\x32\x83\x8b\xf5":
        return False
    return 1 <= head[2] <= 12 and 1 <= head[3] <= 31 and head[12:14] == bytes(2) and head[8] + 256 * head[9] >= 33


def _is_webp(head: bytes) -> bool:
    return head.startswith(b"RIFF") and head.startswith(b"WEBP", 8)


def _is_heif(head: bytes) -> bool:
    return head.startswith(b"ftyp", 4) and head[8:12] in (b"heic", b"heix", b"mif1", b"msf1", b"avif")


def _is_film(head: bytes) -> bool:
    return head.startswith(b"\0") and head.startswith(b"ftyp", 4)


def _is_lock(head: bytes) -> bool:
    """Know the lock by its size and by the length of the user's name, which stands in it twice."""
    return len(head) == 165 and 0 < head[0] == head[55] <= 54 and head[56] == 0


def _is_lock_of_office(head: bytes) -> bool:
    return re.fullmatch(rb"(?:[^,\n]*,){3}\d\d\.\d\d\.\d{4} \d\d:\d\d,file:[^,\n]*;\s*", head) is not None


_SHAPES: Final[tuple[tuple[Callable[[bytes], bool], Kind], ...]] = (
    (_is_program, Kind("a program", _SOURCE)),
    (_is_bitmap, Kind("a BMP image", _IMAGE)),
    (_is_webp, Kind("a WebP image", _IMAGE)),
    (_is_heif, Kind("a HEIF image", _IMAGE)),
    (_is_film, Kind("a film", _SOURCE)),
    (_is_dbase, Kind("a dBASE table (DBF)", _QUERY)),
    (_is_lock, Kind("the lock that Excel keeps beside an open workbook ('~$name')", _ITSELF)),
    (_is_lock_of_office, Kind("the lock that LibreOffice keeps beside an open document ('.~lock.name#')", _ITSELF)),
)
