"""An HTTP answer as far as it was read: what every transport hands on to be judged. Pure."""

import zlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from multidict import MultiMapping

BODY_LIMIT: Final = 1 << 20
"""Bytes of an answer that are read; a journey's canvas may be large, and a broken server endless."""

PACKINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})
"""Content codings that are undone, though none is ever asked for."""


UNPACKED_LIMIT: Final = 1 << 22
"""Bytes that a compressed answer may grow to."""


class Answer(NamedTuple):
    """An HTTP answer as far as it was read.

    *cut* is None for a whole body, else why the rest is missing. *too_long* says that it was us who stopped.
    Header names are looked up in any case if the mapping does.
    """

    http_status: int
    headers: Mapping[str, str]
    body: bytes
    cut: str | None = None
    too_long: bool = False


def unpacked(answer: Answer) -> Answer:
    """Return *answer* with its gzip or zlib undone, within a bound. Packed otherwise, or falsely, it counts as cut."""
    if answer.headers.get("Content-Encoding") is None:
        return answer
    codings = [value.strip().lower() for name, value in answer.headers.items() if name.lower() == "content-encoding"]
    if set(codings) == {"identity"}:
        return answer
    unpacker, body = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32), answer.body  # tells the two apart itself
    with suppress(zlib.error):
        body = unpacker.decompress(body, UNPACKED_LIMIT)
    if len(codings) == 1 and codings[0] in PACKINGS and unpacker.eof and not unpacker.unused_data:
        return answer._replace(body=body)
    is_bound = len(body) == UNPACKED_LIMIT
    return answer._replace(body=body, cut=answer.cut or "it cannot be unpacked to its end", too_long=is_bound)


WITHOUT_END: Final = "the connection broke, which is no end of a body without a length"
"""Why the rest of a body may be missing that was to end with its connection."""


def answer_of(http_status: int, headers: Mapping[str, str], body: bytes, cut: str | None = None) -> Answer:
    """Return the answer that has *body*, of which reading stopped because of its length or else because of *cut*."""
    if len(body) > BODY_LIMIT:
        return Answer(http_status, headers, body, f"over {BODY_LIMIT} bytes", too_long=True)
    return Answer(http_status, headers, body, cut)


def cut_by(error: Exception) -> str:
    """Return why the rest of an answer is missing whose reading ended in *error*."""
    in_time = not isinstance(error, TimeoutError)
    return "the connection closed before its end" if in_time else "the rest did not come in time"


_VERSIONS: Final = ((1, 0), (1, 1))
_LONGEST_LENGTH: Final = 15
"""Digits of a Content-Length; more are no number of bytes, and may be one that a parser cannot hold."""


def is_valid_head(
    http_status: int, version: tuple[int, int] | None, headers: "MultiMapping[str]", names: Iterable[bytes]
) -> bool:
    """Return whether RFC 9112 knows such a head: of another one nobody can tell where its answer ends.

    *names* are those of the headers as they came.
    """
    codings, lengths = headers.getall("Transfer-Encoding", ()), headers.getall("Content-Length", ())
    is_interim = http_status < 200 and http_status != 101
    written = b"".join(names)
    return not (
        not 100 <= http_status <= 999
        or version not in _VERSIONS
        or b" " in written
        or b"\t" in written
        or (codings and codings[0].strip().lower() != "chunked")
        or len(codings) + len(lengths) > (not is_interim)
        or (lengths and len(lengths[0]) > _LONGEST_LENGTH)
        or not (written or is_interim)
    )
