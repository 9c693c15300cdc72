"""Archives, unpacked within bounds: the one file inside a gzip or a zip, and the parts of a zip that is a workbook."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import BinaryIO, Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.files import temporary_file
from bulk_journeys.source.filetype import GZIP, HEAD, ZIP, Kind, kind_of
from bulk_journeys.source.input_file import CHUNK, chunks, whole
from bulk_journeys.terminal import printable

MOST_MEMBERS: Final = 100_000
"""How many pieces a gzip may be joined from."""

LARGEST_DIRECTORY: Final = 1 << 22
MOST_SHOWN: Final = 10
LONGEST_SHOWN: Final = 80

_DOCUMENTS: Final = frozenset({"[content_types].xml", "mimetype", "content.xml", "index.zip"})
"""Files by which Office, OpenDocument and Apple's programs know their own, in lower case."""

_READ: Final = 1 << 14
_GZIP_FRAME: Final = 16 + zlib.MAX_WBITS
_LEFTOVERS: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""Files that Mac and Windows leave in folders, and so in zips."""

_ENCRYPTED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError, ArithmeticError,
    RuntimeError,
)  # fmt: skip

_END: Final = struct.Struct("<4s8xIIH")
_ZIP64_END: Final = 76
_LOCAL_HEADER: Final = 30

_AGAIN: Final = "make or download it again"
_UNPACK: Final = "unpack it and name the file with the list"


class Flaw(StrEnum):
    """What can be wrong with an archive, as it is told: what is known of it comes behind."""

    NO_ZIP = "the zip archive, or workbook, is damaged: "
    DAMAGED = "the zip archive is damaged: "
    SIZE = "the zip archive says that its file has "
    ENCRYPTED = "the zip archive is encrypted with a password"
    METHOD = "the zip archive is packed by an unusual method "
    TOO_LARGE = "it unpacks to more than "
    GZIP = "the gzip is "


class Unfit(Exception):
    """An archive, or a part of it, is not unpacked; *known* does not name the file, *advice* says what to do."""

    def __init__(self, flaw: Flaw, known: str, advice: str = _AGAIN) -> None:
        super().__init__(flaw + printable(known[:LONGEST_SHOWN]))
        self.flaw = flaw
        self.known = known
        self.advice = advice


class Bounds(NamedTuple):
    """How much may come out of an archive, in bytes: beyond *free*, *ratio* times what went in. Sheets come to 150."""

    most: int = 1 << 29
    free: int = 1 << 24
    ratio: int = 200

    def check(self, unpacked: int, packed: int, before: int = 0) -> None:
        """Raise Unfit if *packed* bytes give too many that are *unpacked*, or do so with what came out *before*."""
        if before + unpacked > self.most:
            raise Unfit(Flaw.TOO_LARGE, f"{self.most:,} bytes", "split the list")
        if unpacked > max(self.free, self.ratio * packed):
            dense = f"{self.ratio:,} times its size, as no list does"
            raise Unfit(Flaw.TOO_LARGE, dense, "unpack it yourself if you trust it")


BOUNDS: Final = Bounds()


class Zip:
    """A zip, of which *bounds* hold for all that is unpacked together. Nothing in it is believed; Unfit is raised."""

    def __init__(self, file: BinaryIO, bounds: Bounds = BOUNDS) -> None:
        self._bounds = bounds
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(_SmallReads(file))
            self._end = file.seek(-_END.size, io.SEEK_END)
            self._end_record = _END.unpack(file.read(_END.size))
        except _BROKEN:
            raise Unfit(Flaw.NO_ZIP, "its directory cannot be read") from None
        self.parts = self._zip.infolist()

    def by_name(self) -> dict[str, zipfile.ZipInfo]:
        """Return the parts by names in lower case. A zip that other programs could take for another one is refused."""
        mark, length, start, comment = self._end_record
        if mark != b"PK\5\6" or comment or start + length not in (self._end, self._end - _ZIP64_END):
            raise Unfit(Flaw.DAMAGED, "it does not end where its zip archive ends", _UNPACK)
        named = {part_key(part.filename): part for part in self.parts}
        if self._zip.start_dir != start or len(named) < len(self.parts):
            raise Unfit(Flaw.DAMAGED, "the directory of its zip archive is too long, or names a part twice", _UNPACK)
        ordered = sorted((part.header_offset, part.compress_size) for part in self.parts)
        for (offset, size), (following, _) in pairwise([*ordered, (start, 0)]):
            if offset + _LOCAL_HEADER + size > following:
                raise Unfit(Flaw.DAMAGED, "two parts of its zip archive overlap", _UNPACK)
        return named

    def chunks(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield all that a part holds, and not only as much as it says."""
        if part.flag_bits & _ENCRYPTED:
            raise Unfit(Flaw.ENCRYPTED, "", _UNPACK)
        if part.compress_type not in _METHODS:
            raise Unfit(Flaw.METHOD, f"({part.compress_type})", _UNPACK)
        self._bounds.check(part.file_size, part.compress_size, self._unpacked)
        self._unpacked += part.file_size
        unlimited, size = copy(part), 0
        unlimited.file_size = 1 << 62
        try:
            with self._zip.open(unlimited) as stream:
                for chunk in iter(partial(stream.read, CHUNK), b""):
                    size += len(chunk)
                    self._bounds.check(size, part.compress_size)
                    yield chunk
        except _BROKEN:
            raise Unfit(Flaw.DAMAGED, "what is packed in it cannot be unpacked") from None
        if size != part.file_size:
            raise Unfit(Flaw.SIZE, f"{part.file_size:,} bytes, and it has {size:,}")


class _SmallReads:
    """What zipfile reads *file* by: no huge piece at once, since it takes any directory's size for true."""

    def __init__(self, file: BinaryIO) -> None:
        self.seek, self.tell, self.seekable = file.seek, file.tell, file.seekable
        self._read = file.read

    def read(self, size: int = -1, /) -> bytes:
        if size > LARGEST_DIRECTORY:
            raise Unfit(Flaw.NO_ZIP, "its directory is too long")
        return self._read(size)


def part_key(name: str) -> str:
    """Return a part's name as by_name has it."""
    return name.replace("\\", "/").lower()


class Unpacked(NamedTuple):
    """What was in an archive. *name* is shown to the user; *file* is at its start; *packed* is ``gzip`` or ``zip``."""

    name: str
    file: BinaryIO
    packed: str


def is_document(file: BinaryIO) -> bool:
    """Say whether the zip *file* is one document in its own right, as workbooks are. One that is damaged is not."""
    try:
        names = {part.filename.lower() for part in Zip(file).parts}
    except Unfit:
        return False
    return bool(names & _DOCUMENTS) or any(name.endswith(".iwa") for name in names)


@contextmanager
def unpack(name: str, file: BinaryIO, kind: Kind, bounds: Bounds = BOUNDS) -> Iterator[Unpacked]:
    """Unpack the only file in *file*, which is GZIP or ZIP by *kind*. Raises InputError and DiskFailed.

    A zip that is a document is unpacked as well: ask is_document first. A name within it is shown, and never a path.
    """
    try:
        shown, parts = (name, _gunzipped(file, bounds)) if kind == GZIP else _only_part(name, file, bounds)
        temporary = temporary_file("the list", parts)
    except Unfit as error:
        raise InputError(f"{name}: {error}", error.advice) from None
    with temporary:
        inner = whole(temporary)
        _refuse_nested(shown, inner)
        yield Unpacked(shown, inner, kind.what)


def _refuse_nested(name: str, file: BinaryIO) -> None:
    kind = kind_of(file.read(HEAD))
    if kind == GZIP or (kind == ZIP and not is_document(file)):
        raise InputError(f"{name}: this is an archive within an archive", _UNPACK)
    file.seek(0)


def _gunzipped(file: BinaryIO, bounds: Bounds) -> Iterator[bytes]:
    """Yield what the members hold, one behind another as gzip defines; zeros behind the last are padding."""
    packed, unpacked = file.seek(0, io.SEEK_END), 0
    member, members = zlib.decompressobj(_GZIP_FRAME), 1
    for chunk in chunks(file, _READ):
        rest, is_full = chunk.lstrip(b"\0") if member.eof else chunk, False
        while rest or is_full:
            if member.eof:
                member, members = zlib.decompressobj(_GZIP_FRAME), members + 1
            if members > MOST_MEMBERS:
                raise Unfit(Flaw.GZIP, f"joined from more than {MOST_MEMBERS:,} pieces", _UNPACK)
            try:
                part = member.decompress(rest, CHUNK)
            except zlib.error:
                raise Unfit(Flaw.GZIP, "damaged") from None
            unpacked += len(part)
            bounds.check(unpacked, packed)
            yield part
            rest = member.unused_data.lstrip(b"\0") if member.eof else member.unconsumed_tail
            is_full = len(part) == CHUNK and not member.eof
    if not member.eof:
        raise Unfit(Flaw.GZIP, "cut off before its end")


def _only_part(name: str, file: BinaryIO, bounds: Bounds) -> tuple[str, Iterator[bytes]]:
    """Return the name, as it may be shown, and the bytes of the only file in a zip."""
    archive = Zip(file, bounds)
    parts = [part for part in archive.parts if _is_data(part.filename)]
    if not parts:
        raise InputError(f"{name}: the zip archive holds no file", "pack the list again")
    if len(parts) > 1:
        names = [part.filename for part in parts]
        raise InputError(f"{name}: the zip archive holds {len(parts)} files: {_listed(names)}", _UNPACK)
    archive.by_name()
    return f"{name}/{printable(parts[0].filename[:LONGEST_SHOWN])}", archive.chunks(parts[0])


def _is_data(name: str) -> bool:
    *folders, last = name.replace("\\", "/").split("/")
    return bool(last) and last not in _LEFTOVERS and not last.startswith("._") and "__MACOSX" not in [*folders, last]


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name[:LONGEST_SHOWN]) for name in names[:MOST_SHOWN])
    return f"{shown} and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else shown
