"""What is kept in an OLE file, as xls workbooks, sealed ones and old Office documents are, by its directory alone."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from bulk_journeys.source.raw import chunks
from bulk_journeys.source.workbook.unreadable import PASSWORD, Unreadable, not_a_workbook

_WORKBOOKS: Final = frozenset({"Workbook", "Book", "WORKBOOK", "BOOK"})
_DOCUMENTS: Final = {
    "WordDocument": "a Word document",
    "PowerPoint Document": "a PowerPoint presentation",
    "VisioDocument": "a Visio drawing",
    "__properties_version1.0": "an Outlook message",
}
_CLASSES: Final = {b"\x06\x09\x02\0": "WordDocument", b"\x10\x8d\x81\x64": "PowerPoint Document"}
_ROOT: Final = "Root Entry"
_SEALED: Final = "EncryptedPackage"
_ENTRY: Final = 128


def expect_workbook(file: BinaryIO) -> None:
    """Raise Unreadable unless an xls workbook is kept in *file*."""
    streams = dict(_streams(file))
    if _SEALED in streams:
        raise Unreadable(*PASSWORD)
    made_by = _CLASSES.get(streams.get(_ROOT, b""), "")
    if made_by or not _WORKBOOKS & streams.keys():
        other = made_by or next((stream for stream in _DOCUMENTS if stream in streams), "")
        raise not_a_workbook(_DOCUMENTS.get(other, "an OLE document without a workbook in it"))


def _streams(file: BinaryIO) -> Iterator[tuple[str, bytes]]:
    """Yield whatever in the file looks like the directory's entry for a stream of note: its name and its class."""
    names = [_ROOT, _SEALED, *_WORKBOOKS, *_DOCUMENTS]
    encoded = {name.encode("utf-16-le").ljust(64, b"\0"): name for name in names}
    for chunk in chunks(file):
        for place in range(0, len(chunk), _ENTRY):
            name = encoded.get(chunk[place : place + 64])
            if name is not None and chunk[place + 64 : place + 65] == bytes([2 * len(name) + 2]):
                yield name, chunk[place + 80 : place + 84]
