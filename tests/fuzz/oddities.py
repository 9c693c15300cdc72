"""An answer on the wire, valid, and what servers and those between have made of such: a grammar of HTTP, from dice."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Final

from tests.fuzz.scenes import TOKEN


@dataclass(slots=True)
class Draft:
    """An answer before it is bytes. *length* and *chunks* say how the end of the body is told, if at all."""

    status: int
    body: bytes
    version: bytes = b"HTTP/1.1"
    status_text: bytes = b""
    fields: list[bytes] = field(default_factory=lambda: [b"Content-Type: application/json"])
    length: bool = True
    chunks: list[bytes] | None = None
    trailer: bytes = b""
    line_end: bytes = b"\r\n"
    before: bytes = b""

    def rendered(self) -> bytes:
        body = self.body if self.chunks is None else b"".join((*self.chunks, b"0\r\n", self.trailer, b"\r\n"))
        ends = [b"Content-Length: %d" % len(body)] if self.length else []
        first = b"%s %s OK" % (self.version, self.status_text or b"%d" % self.status)
        return self.before + self.line_end.join((first, *self.fields, *ends, b"", body))


Oddity = Callable[[Random, Draft], None]


def _chunk(dice: Random, draft: Draft) -> None:
    cuts = sorted(dice.randrange(len(draft.body) + 1) for _ in range(dice.randrange(4)))
    parts = [draft.body[a:b] for a, b in zip([0, *cuts], [*cuts, len(draft.body)], strict=True) if a < b]
    draft.chunks = [b"%x\r\n%s\r\n" % (len(part), part) for part in parts]
    draft.fields.append(b"Transfer-Encoding: chunked")
    draft.length = False


def _odd_chunks(dice: Random, draft: Draft) -> None:
    _chunk(dice, draft)
    assert draft.chunks is not None
    if not draft.chunks:
        return
    place = dice.randrange(len(draft.chunks))
    size, _, rest = draft.chunks[place].partition(b"\r\n")
    draft.chunks[place] = dice.choice(ODD_CHUNKS)(size, rest)


ODD_CHUNKS: Final[tuple[Callable[[bytes, bytes], bytes], ...]] = (
    lambda size, rest: size + b";name=value\r\n" + rest,
    lambda size, rest: size + b';name="a\nb"\r\n' + rest,
    lambda size, rest: size + b"  \r\n" + rest,
    lambda size, rest: size + b"\n" + rest,
    lambda size, rest: size + b"\r\n" + rest[:-2],
    lambda size, rest: size + b"\r\n" + rest[:-2] + b"\n",
    lambda size, rest: b"%x\r\n" % (int(size, 16) + 1) + rest,
    lambda size, rest: b"%x\r\n" % (int(size, 16) - 1) + rest,
    lambda size, rest: b"0" * 20 + size + b"\r\n" + rest,
    lambda size, rest: b"0x" + size + b"\r\n" + rest,
    lambda size, rest: b"-" + size + b"\r\n" + rest,
    lambda size, rest: b"f" * 17 + b"\r\n" + rest,
    lambda size, rest: b"\r\n" + rest,
    lambda size, rest: b"0\r\n\r\n" + size + b"\r\n" + rest,
    lambda size, rest: size.upper() + b"\r\n" + rest,
    lambda size, rest: b" " + size + b"\r\n" + rest,
)


def _trailer(dice: Random, draft: Draft) -> None:
    _chunk(dice, draft)
    draft.trailer = dice.choice(
        (b"Grpc-Status: 9\r\n", b"X: y\r\nZ: w\r\n", b"bad\r\n", b"Content-Length: 3\r\n", b"X: y\n")
    )


def _odd_length(dice: Random, draft: Draft) -> None:
    size = len(draft.body)
    values = (0, size - 1, size + 1, -size, -1, 10**18, 2**64 + size, 2**63, size // 2)
    odd = (b"", b"+%d" % size, b"%d, %d" % (size, size), b"%d, %d" % (size, size + 1), b"0%d" % size, b"%d.0" % size)
    value = dice.choice((*(b"%d" % value for value in values), *odd, b"0x%x" % size, b"%d\0" % size, b"1 2"))
    draft.length = dice.random() < 0.3
    draft.fields.insert(dice.randrange(len(draft.fields) + 1), b"Content-Length: " + value)


def _same_length_twice(_: Random, draft: Draft) -> None:
    draft.fields.append(b"Content-Length: %d" % len(draft.body))


def _both(dice: Random, draft: Draft) -> None:
    _chunk(dice, draft)
    draft.length = dice.random() < 0.5
    if not draft.length:
        draft.fields.insert(0, b"Content-Length: %d" % len(draft.body))


def _odd_transfer(dice: Random, draft: Draft) -> None:
    _chunk(dice, draft)
    value = dice.choice(
        (b"identity", b"gzip, chunked", b"chunked, chunked", b"chunked, identity", b"xchunked", b"CHUNKED",
        b"chunked ;q=1",
         b"\tchunked", b"chunked,", b", chunked", b"")
    )  # fmt: skip
    draft.fields[-1] = b"Transfer-Encoding: " + value


def _until_close(dice: Random, draft: Draft) -> None:
    draft.length = False


def _gzip(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def _pack(dice: Random, draft: Draft) -> None:
    name, packed = dice.choice(
        (
            (b"gzip", _gzip(draft.body)),
            (b"x-gzip", _gzip(draft.body)),
            (b"deflate", zlib.compress(draft.body)),
            (b"deflate", zlib.compress(draft.body)[2:-4]),
            (b"br", draft.body),
            (b"gzip", draft.body),
            (b"zstd", b"\x28\xb5\x2f\xfd" + draft.body),
            (b"gzip", _gzip(draft.body)[:-4]),
            (b"gzip", _gzip(draft.body)[:-8] + b"\0" * 8),
            (b"gzip", _gzip(draft.body) * 2),
            (b"gzip", _gzip(draft.body) + b"more"),
            (b"gzip", _gzip(draft.body[:20]) + _gzip(draft.body[20:])),
            (b"gzip, gzip", _gzip(_gzip(draft.body))),
            (b"identity", draft.body),
            (b"Identity", draft.body),
            (b"deflate", _gzip(draft.body)),
            (b"br", _gzip(draft.body)),
            (b"gzip\r\nContent-Encoding: br", _gzip(draft.body)),
        )
    )
    draft.body = packed
    draft.fields.append(b"Content-Encoding: " + name)


def _odd_status(dice: Random, draft: Draft) -> None:
    draft.status_text = dice.choice(
        (b"000", b"099", b"100", b"101", b"103", b"199", b"201", b"204", b"206", b"299", b"304", b"307", b"500",
        b"600", b"999",
         b"0200", b"20", b"2000", b" 200", b"-200", b"2OO", b"200\t", b"%d\0" % draft.status, b"")
    )  # fmt: skip


def _odd_version(dice: Random, draft: Draft) -> None:
    draft.version = dice.choice(
        (b"HTTP/1.0", b"HTTP/1.2", b"HTTP/2.0", b"HTTP/0.9", b"http/1.1", b"HTTP/1", b"HTTP/11", b"ICY", b"HTTP/1.1 ")
    )


def _bare_lines(_: Random, draft: Draft) -> None:
    draft.line_end = b"\n"


def _odd_field(dice: Random, draft: Draft) -> None:
    odd = (
        b"X: a\r\n b", b"X: a\r\n\tb", b" X: a", b"X : a", b"X", b": a", b"X: a\rb", b"X: a\0b", b"X: \xff\xfe",
        b"X:" + b"y" * 9000,
        b"Connection: close", b"Connection: keep-alive, close", b"Connection: Upgrade\r\nUpgrade: websocket",
        b"X\xe9: y",
        b"Sec-WebSocket-Key1: 1", b"Content-Type: text/html", b"Content-Type: a\r\nContent-Type: b",
        b"Retry-After: 1e400",
        b"Retry-After: " + b"9" * 400, b"Retry-After: \xd9\xa1", b"X-RateLimit-Limit: 0", b"X-RateLimit-Reset: NaN",
        b"RateLimit: \"a\";r=0;t=5", b"Server: " + TOKEN.encode(), b"Location: https://elsewhere.invalid/",
        b"X: y\r\n" * 130 + b"Z: z",
        b"Content-Length : 3", b"content-length\t: 3", b"Date: never",
        b"Retry-After: Fri, 31 Dec 9999 23:59:59 -2359", b"Set-Cookie: a=b",
        b"Age: 0", b"Age: 17", b"X-Cache: Miss from cloudfront", b"X-Cache: HIT", b"Cache-Status: x; hit",
        b"Grpc-Status: 0", b"Grpc-Status: 9", b"grpc-status: 14", b"CF-Cache-Status: DYNAMIC",
    )  # fmt: skip
    draft.fields.insert(dice.randrange(len(draft.fields) + 1), dice.choice(odd))


def _drop_fields(_: Random, draft: Draft) -> None:
    draft.fields.clear()


def _interim(dice: Random, draft: Draft) -> None:
    interim = (
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",
        b"HTTP/1.1 100 x\r\nContent-Length: 5\r\n\r\n",
    )
    draft.before = dice.choice(interim) * dice.choice((1, 1, 2, 40))


def _empty_lines(dice: Random, draft: Draft) -> None:
    draft.before = dice.choice((b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\0", b"x", b"\xef\xbb\xbf"))


ODDITIES: Final[tuple[Oddity, ...]] = (
    _chunk, _odd_chunks, _odd_chunks, _trailer, _odd_length, _odd_length, _same_length_twice, _both, _odd_transfer,
    _until_close, _pack, _pack, _odd_status, _odd_status, _odd_version, _bare_lines, _odd_field, _odd_field,
    _drop_fields, _interim,
    _empty_lines,
)  # fmt: skip
