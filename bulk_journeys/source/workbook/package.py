"""The parts of a zip, unpacked within bounds: no bomb, and nothing that another program could take for another zip."""

import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.parsers import expat

from bulk_journeys.source.workbook.book import AS_CSV, PASSWORD, Unreadable, damaged, quoted

LARGEST_UNPACKED: Final = 1 << 29
"""Bytes, over all that is unpacked."""

SUSPICIOUSLY_LARGE: Final = 1 << 26
DENSEST: Final = 200
"""A part that is suspiciously large may be that many times what it takes up in the file. Sheets come to 50."""

LARGEST_DIRECTORY: Final = 1 << 22
MOST_TAGS: Final = 40_000_000
CHUNK: Final = 1 << 16

_END: Final = struct.Struct("<4s8xIIH")
_ZIP64_END: Final = 76
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


class Package:
    """The parts of a zip by their names, which are compared without regard to case, as Office does.

    A zip that could be taken for another one, by where its directory is, is refused.
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            end = file.seek(-_END.size, 2)
            mark, length, start, comment = _END.unpack(file.read(_END.size))
            if mark != b"PK\5\6" or comment or start + length not in (end, end - _ZIP64_END):
                raise damaged("it does not end where its zip archive ends")
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise damaged(str(error)) from None
        parts = self._zip.infolist()
        self._parts = {_key(part.filename): part for part in parts}
        if length > LARGEST_DIRECTORY or self._zip.start_dir != start or len(self._parts) < len(parts):
            raise damaged("the directory of its zip archive is too long, or names a part twice")
        self._left = LARGEST_UNPACKED

    def names(self) -> set[str]:
        """Return the names of all parts in lower case."""
        return set(self._parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what a part holds. Raises Unreadable, also for what is larger than it says."""
        part = self._parts.get(_key(name))
        if part is None:
            raise damaged(f"its part {quoted(name)} is missing")
        self._refuse_bomb(part)
        unlimited, size = copy(part), 0
        unlimited.file_size = 1 << 62
        try:
            with self._zip.open(unlimited) as stream:
                while size <= part.file_size and (chunk := stream.read(CHUNK)):
                    size += len(chunk)
                    yield chunk
        except _BROKEN as error:
            raise damaged(f"its part {quoted(name)} cannot be read: {error}") from None
        if size != part.file_size:
            raise damaged(f"its part {quoted(name)} has not the size that it says")

    def check(self, names: Iterable[str]) -> None:
        """Unpack parts to know that calamine can. Raises Unreadable."""
        for name in names:
            if sum(chunk.count(b"<") for chunk in self.chunks(name)) > MOST_TAGS:
                raise Unreadable(f"its part {quoted(name)} has more than {MOST_TAGS:,} tags", AS_CSV)

    def _refuse_bomb(self, part: zipfile.ZipInfo) -> None:
        if part.flag_bits & 1:
            raise Unreadable(*PASSWORD)
        self._left -= part.file_size
        dense = part.file_size > max(SUSPICIOUSLY_LARGE, part.compress_size * DENSEST)
        if dense or self._left < 0 or part.compress_type not in _METHODS:
            unpacked = f"its part {quoted(part.filename)} unpacks to {part.file_size:,} bytes"
            raise Unreadable(f"{unpacked} in a way that no real sheet does", AS_CSV)


def _key(name: str) -> str:
    return name.replace("\\", "/").lower()


if TYPE_CHECKING:
    from pyexpat import XMLParserType

MOST_ELEMENTS: Final = 1 << 16

Attributes = dict[str, str]


def text_parser(
    begin: Callable[[str, Attributes], None], end: Callable[[str], None], interrupt: Callable[..., None]
) -> "XMLParserType":
    """Return a parser; *interrupt* is called by what splits a text, which calamine would read the first piece of."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartCdataSectionHandler = parser.CommentHandler = parser.ProcessingInstructionHandler = interrupt
    return parser


def parse(package: Package, part: str, parser: "XMLParserType") -> None:
    """Feed *parser* with a part. A document type is refused, and entities with it. Raises Unreadable.

    What a parser's handlers raise for a number or an attribute that is not there is taken for damage, too.
    """
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in package.chunks(part):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(f"its part {quoted(part)} cannot be read: {error}") from None


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("the workbook declares a document type, as no spreadsheet program does")


def elements(package: Package, part: str, wanted: str) -> list[Attributes]:
    """Return the attributes of all elements of a name. Namespaces are not looked at, here and there."""
    found: list[Attributes] = []

    def start(tag: str, attributes: Attributes) -> None:
        if local(tag) == wanted:
            found.append({local(name): value for name, value in attributes.items()})
        if len(found) > MOST_ELEMENTS:
            raise damaged(f"its part {part!r} is too long")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parse(package, part, parser)
    return found


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]
