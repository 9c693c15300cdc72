"""Where an HTTP/1.1 answer ends in what was spoken on a connection, after RFC 9112. Standard library alone.

It reads as leniently as the RFC lets a client read, and no further: what the RFC calls faulty is no answer.
"""

import gzip
import re
import zlib
from collections.abc import Sequence
from enum import StrEnum
from io import BytesIO
from typing import Final, NamedTuple

UNPACKED_AT_MOST: Final = 1 << 22
"""Bytes that a packed body may hold; nobody has to unpack more."""

_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_LINE_END: Final = re.compile(rb"\r?\n")
_STATUS_LINE: Final = re.compile(rb"HTTP/1\.([0-9]) +([0-9]{3})(?: .*)?", re.DOTALL)
_TOKEN: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CHUNK: Final = re.compile(rb"(0*[0-9a-fA-F]{1,15})[ \t]*(;[^\n]*?)?\r?\n")
_NO_STATUS: Final = "a faulty status line"
_CODINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})

_PLAIN_HEAD: Final = re.compile(rb"HTTP/1\.1 [1-5][0-9][0-9] [ -~]+\r\n(?:[!-9;-~]+: [!-~](?:[ -~]*[!-~])?\r\n)+\r\n")
_PLAIN_TRAILER: Final = re.compile(rb"(?:Grpc-Status: [0-9]+\r\n)?\r\n")
_PLAIN_NAMES: Final = frozenset(
    {"content-type", "content-length", "transfer-encoding", "date", "server", "grpc-metadata-content-type", "trailer"}
)
_PLAIN_LENGTH: Final = 4000
"""Bytes of a head; a client need not take much more."""


class Ending(StrEnum):
    """What became of the connection while the answer was awaited; RESET is every end but an orderly one."""

    OPEN = "open"
    CLOSED = "closed"
    RESET = "reset"


class Heard(NamedTuple):
    """The first final answer in what was said.

    *end* is where it ends, or None if it is not whole; *body* is then as much of it as came. *plain* says that
    nothing is unusual about it: any client must be able to read it. Names of *fields* are in lower case.
    """

    status: int
    fields: Sequence[tuple[str, str]]
    body: bytes
    end: int | None
    plain: bool


class _Faulty(Exception):
    """The RFC has no reading of this."""


class _Head(NamedTuple):
    status: int
    fields: Sequence[tuple[str, str]]
    end: int
    plain: bool


def first_answer(said: bytes, ending: Ending) -> Heard | str:
    """Return the final answer that *said* begins with, behind any interim ones, or why it begins with none."""
    interim = False
    try:
        head = _head(said, 0)
        while 100 <= head.status < 200 and head.status != 101:
            interim = True
            head = _head(said, head.end)
        heard = _with_body(said, head, ending)
    except _Faulty as fault:
        return "an interim answer with a body" if interim and str(fault) == _NO_STATUS else str(fault)
    return heard._replace(plain=False) if interim else heard


def content_of(heard: Heard) -> bytes | None:
    """Return the body with its content codings undone; None if it is not what they say."""
    content = heard.body
    if _members(heard.fields, "transfer-encoding")[:-1]:
        return None  # nobody asked for one, and nobody has to know it
    for coding in reversed(_members(heard.fields, "content-encoding")):
        if coding == "identity":
            continue
        unpacked = _unpacked(content) if coding in _CODINGS else None
        if unpacked is None:
            return None
        content = unpacked
    return content


def _members(fields: Sequence[tuple[str, str]], name: str) -> list[str]:
    """Return the members of all lists in the fields of *name*, in lower case; empty ones do not count."""
    parts = (part.strip(" \t") for key, value in fields if key == name for part in value.split(","))
    return [part.lower() for part in parts if part]


def _head(said: bytes, start: int) -> _Head:
    while said[start : start + 1] in {b"\r", b"\n"}:
        start += 1
    blank = _BLANK_LINE.search(said, start)
    if blank is None:
        raise _Faulty("no answer began" if start == len(said) else "the head is not whole")
    first, *lines = (line.removesuffix(b"\r") for line in said[start : blank.start()].split(b"\n"))
    status = _STATUS_LINE.fullmatch(first)
    if status is None:
        raise _Faulty(_NO_STATUS)
    if status[2] < b"100":
        raise _Faulty("a status below 100")
    fields = _fields(lines)
    plain = _is_plain(said[start : blank.end()], fields)
    return _Head(int(status[2]), fields, blank.end(), plain)


def _fields(lines: Sequence[bytes]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in lines:
        text = line.replace(b"\r", b" ").replace(b"\0", b" ")
        if text[:1] in {b" ", b"\t"}:
            if fields:  # before the first field it is skipped (RFC 9112, 2.2)
                name, value = fields[-1]
                fields[-1] = name, f"{value} {_decoded(text)}".strip(" \t")
            continue
        raw_name, colon, raw_value = text.partition(b":")
        if not colon or not _TOKEN.fullmatch(raw_name):
            raise _Faulty("a faulty field")
        fields.append((_decoded(raw_name).lower(), _decoded(raw_value)))
    return fields


def _decoded(text: bytes) -> str:
    return text.decode("latin-1").strip(" \t")


def _is_plain(head: bytes, fields: Sequence[tuple[str, str]]) -> bool:
    names = [name for name, _ in fields]
    return (
        len(head) < _PLAIN_LENGTH
        and len(names) == len(set(names)) < 20
        and _PLAIN_NAMES.issuperset(names)
        and ("content-length" in names) != ("transfer-encoding" in names)
        and (("transfer-encoding", "chunked") in fields or "transfer-encoding" not in names)
        and _PLAIN_HEAD.fullmatch(head) is not None
    )


def _with_body(said: bytes, head: _Head, ending: Ending) -> Heard:
    """Find the body's length as RFC 9112, 6.3 does."""
    if head.status == 101:
        raise _Faulty("the connection is no longer HTTP's")
    if head.status in {204, 304}:
        return Heard(head.status, head.fields, b"", head.end, plain=False)
    names = {name for name, _ in head.fields}
    codings, lengths = _members(head.fields, "transfer-encoding"), _members(head.fields, "content-length")
    if "transfer-encoding" in names:
        if "content-length" in names:
            raise _Faulty("Transfer-Encoding and Content-Length")
        if codings[-1:] != ["chunked"] or "chunked" in codings[:-1]:
            raise _Faulty("a faulty Transfer-Encoding")
        return _chunked(said, head)
    if "content-length" in names:
        return _measured(said, head, lengths)
    rest, end = said[head.end :], len(said) if ending is Ending.CLOSED else None
    return Heard(head.status, head.fields, rest, end, plain=False)


def _measured(said: bytes, head: _Head, lengths: Sequence[str]) -> Heard:
    if (
        not lengths
        or not all(re.fullmatch("[0-9]{1,19}", length) for length in lengths)
        or len({int(length) for length in lengths}) > 1
    ):
        raise _Faulty("a faulty Content-Length")
    end = head.end + int(lengths[0])
    plain = head.plain and lengths == [str(end - head.end)]
    return Heard(head.status, head.fields, said[head.end : end], end if end <= len(said) else None, plain)


def _chunked(said: bytes, head: _Head) -> Heard:
    body, at, plain = bytearray(), head.end, head.plain
    while chunk := _CHUNK.match(said, at):
        size, at = int(chunk[1], 16), chunk.end()
        plain = plain and len(chunk[1]) < 8 and chunk[0] == b"%s\r\n" % chunk[1]
        if size == 0:
            end = _behind_trailer(said, at)
            plain = plain and end is not None and _PLAIN_TRAILER.fullmatch(said, at, end) is not None
            return Heard(head.status, head.fields, bytes(body), end, plain)
        body += said[at : at + size]
        line_end = _LINE_END.match(said, at + size)
        if line_end is None:
            break
        at, plain = line_end.end(), plain and line_end[0] == b"\r\n"
    return Heard(head.status, head.fields, bytes(body), None, plain=False)


def _behind_trailer(said: bytes, at: int) -> int | None:
    if end := _LINE_END.match(said, at):
        return end.end()
    blank = _BLANK_LINE.search(said, at)
    if blank is None:
        return None
    try:
        _fields([line.removesuffix(b"\r") for line in said[at : blank.start()].split(b"\n")])
    except _Faulty:
        return None
    return blank.end()


def _unpacked(packed: bytes) -> bytes | None:
    """Undo gzip or deflate, whichever it is; None unless it is whole, with its sum, and nothing behind it."""
    try:
        if packed[:2] == b"\x1f\x8b":
            with gzip.GzipFile(fileobj=BytesIO(packed)) as file:
                content = file.read(UNPACKED_AT_MOST + 1)
        else:
            content = _inflated(packed)
    except (OSError, EOFError, zlib.error):
        return None
    return content if len(content) <= UNPACKED_AT_MOST else None


def _inflated(packed: bytes) -> bytes:
    try:
        return _inflated_as(packed, zlib.MAX_WBITS)
    except zlib.error:
        return _inflated_as(packed, -zlib.MAX_WBITS)  # what "deflate" also means to some


def _inflated_as(packed: bytes, bits: int) -> bytes:
    stream = zlib.decompressobj(wbits=bits)
    content = stream.decompress(packed, UNPACKED_AT_MOST + 1)
    if not stream.eof or stream.unused_data:
        raise EOFError
    return content
