"""Archives: the one file inside a gzip or a zip, unpacked within bounds. Its name is shown and never used as a path."""

import copy
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import BinaryIO, Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.source.filetype import GZIP, HEAD, ZIP, Kind, kind_of
from bulk_journeys.source.input_file import CHUNK, Window, chunks, spool, whole
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

_SEALED: Final = 0x1
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, LookupError,
    OverflowError, NotImplementedError, RuntimeError,
)  # fmt: skip

_AGAIN: Final = "make or download it again"
_UNPACK: Final = "unpack it and name the file with the list"


class Bounds(NamedTuple):
    """How much may come out of an archive, in bytes. Beyond *free*, at most *ratio* times what went in."""

    most: int = 1 << 30
    free: int = 1 << 24
    ratio: int = 1000


BOUNDS: Final = Bounds()


class Unpacked(NamedTuple):
    """What was in an archive. *name* is shown to the user; *file* is at its start; *packed* is ``gzip`` or ``zip``."""

    name: str
    file: BinaryIO
    packed: str


def is_document(file: BinaryIO) -> bool:
    """Say whether the zip *file* is one document in its own right, as workbooks are. One that is damaged is not."""
    try:
        with zipfile.ZipFile(_Chary(file)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except _BROKEN:
        return False
    return bool(names & _DOCUMENTS) or any(name.endswith(".iwa") for name in names)


@contextmanager
def unpack(name: str, file: BinaryIO, kind: Kind, bounds: Bounds = BOUNDS) -> Iterator[Unpacked]:
    """Unpack the only file in *file*, which is GZIP or ZIP by *kind*. Raises InputError and DiskFailed.

    A zip that is a document is unpacked as well: ask is_document first.
    """
    shown, parts = (name, _gunzipped(name, file)) if kind == GZIP else _only_part(name, file)
    size = file.seek(0, io.SEEK_END)
    with spool(_bounded(name, parts, size, bounds)) as temporary:
        inner = whole(temporary)
        _refuse_nested(shown, inner)
        yield Unpacked(shown, inner, kind.what)


def _bounded(name: str, parts: Iterator[bytes], packed: int, bounds: Bounds) -> Iterator[bytes]:
    total = 0
    for part in parts:
        total += len(part)
        if total > bounds.most:
            raise InputError(f"{name}: it unpacks to more than {bounds.most:,} bytes", "split the list")
        if total > max(bounds.free, bounds.ratio * packed):
            reason = f"{name}: it unpacks to more than {bounds.ratio:,} times its size, as no list does"
            raise InputError(reason, "unpack it yourself if you trust it")
        yield part


def _refuse_nested(name: str, file: BinaryIO) -> None:
    kind = kind_of(file.read(HEAD))
    if kind == GZIP or (kind == ZIP and not is_document(file)):
        raise InputError(f"{name}: this is an archive within an archive", _UNPACK)
    file.seek(0)


def _gunzipped(name: str, file: BinaryIO) -> Iterator[bytes]:
    """Yield what the members hold, one behind another as gzip defines; zeros behind the last are padding."""
    member, members = zlib.decompressobj(_GZIP_FRAME), 1
    for chunk in chunks(file, _READ):
        rest, is_full = chunk.lstrip(b"\0") if member.eof else chunk, False
        while rest or is_full:
            if member.eof:
                member, members = zlib.decompressobj(_GZIP_FRAME), members + 1
            if members > MOST_MEMBERS:
                raise InputError(f"{name}: the gzip is joined from more than {MOST_MEMBERS:,} pieces", _UNPACK)
            part = _inflated(name, member, rest)
            yield part
            rest = member.unused_data.lstrip(b"\0") if member.eof else member.unconsumed_tail
            is_full = len(part) == CHUNK and not member.eof
    if not member.eof:
        raise InputError(f"{name}: the gzip is cut off before its end", _AGAIN)


def _inflated(name: str, member: "zlib._Decompress", packed: bytes) -> bytes:
    try:
        return member.decompress(packed, CHUNK)
    except zlib.error as error:
        raise InputError(f"{name}: the gzip is damaged: {_bare(error)}", _AGAIN) from None


def _only_part(name: str, file: BinaryIO) -> tuple[str, Iterator[bytes]]:
    """Return the name, as it may be shown, and the bytes of the only file in a zip."""
    try:
        archive = zipfile.ZipFile(_Chary(file))
    except _BROKEN as error:
        raise InputError(f"{name}: the zip archive, or workbook, is damaged: {_bare(error)}", _AGAIN) from None
    parts = [part for part in archive.infolist() if _is_data(part.filename)]
    if not parts:
        raise InputError(f"{name}: the zip archive holds no file", "pack the list again")
    if len(parts) > 1:
        names = [part.filename for part in parts]
        raise InputError(f"{name}: the zip archive holds {len(parts)} files: {_listed(names)}", _UNPACK)
    _refuse_unreadable(name, parts[0])
    return f"{name}/{printable(parts[0].filename[:LONGEST_SHOWN])}", _unzipped(name, archive, parts[0])


def _is_data(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return (
        bool(parts[-1]) and parts[-1] not in _LEFTOVERS and not parts[-1].startswith("._") and "__MACOSX" not in parts
    )


def _listed(names: list[str]) -> str:
    shown = ", ".join(repr(name[:LONGEST_SHOWN]) for name in names[:MOST_SHOWN])
    return f"{shown} and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else shown


def _refuse_unreadable(name: str, part: zipfile.ZipInfo) -> None:
    if part.flag_bits & _SEALED:
        raise InputError(f"{name}: the zip archive is encrypted with a password", _UNPACK)
    if part.compress_type not in _METHODS:
        raise InputError(f"{name}: the zip archive is packed by an unusual method ({part.compress_type})", _UNPACK)


def _unzipped(name: str, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield all that is there, and not only as much as the archive says: what lies is refused."""
    unlimited, total = copy.copy(part), 0
    unlimited.file_size = 1 << 62
    try:
        with archive.open(unlimited) as stream:
            for chunk in iter(partial(stream.read, CHUNK), b""):
                total += len(chunk)
                yield chunk
    except _BROKEN as error:
        raise InputError(f"{name}: the zip archive is damaged: {_bare(error)}", _AGAIN) from None
    if total != part.file_size:
        reason = f"{name}: the zip archive says that its file has {part.file_size:,} bytes, and it has {total:,}"
        raise InputError(reason, _AGAIN)


def _bare(error: Exception) -> str:
    return printable(str(error)[:LONGEST_SHOWN]) or type(error).__name__


class _Chary(io.BufferedReader):
    """The bytes of *file*, of which no huge piece is read at once: zipfile takes any directory's size for true."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(Window(file, file.seek(0, io.SEEK_END)))

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGEST_DIRECTORY:
            raise zipfile.BadZipFile("its directory is too long")
        return super().read(size)
