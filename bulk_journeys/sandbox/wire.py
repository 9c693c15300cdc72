"""Answers as bytes, for what aiohttp would not write. Nothing is sent from here."""

from enum import Enum, auto
from http import HTTPStatus
from typing import Final, NamedTuple

from .answers import Answer

CHUNKED: Final = "Transfer-Encoding: chunked"
LAST_CHUNK: Final = b"0\r\n\r\n"


class Ending(Enum):
    """What becomes of the connection behind an answer. DEAF: it stays open, and nobody reads there any more."""

    KEPT = auto()
    DEAF = auto()
    CLOSED = auto()


class Speech(NamedTuple):
    """What is said on a connection: *now* in one write, *late* in another, *after* so many seconds.

    *owed* is the rest of an answer that has begun: it comes as soon as the next request has.
    """

    now: bytes
    late: bytes = b""
    after: float = 0.0
    owed: bytes = b""
    ending: Ending = Ending.KEPT


def head(answer: Answer, *framing: str, version: str = "HTTP/1.1") -> bytes:
    """Return the status line and the headers; *framing* are the lines that say where the body ends."""
    first = f"{version} {answer.status} {HTTPStatus(answer.status).phrase}"
    headers = [f"{name}: {value}" for name, value in answer.headers.items()]
    return "\r\n".join([first, *headers, *framing, "", ""]).encode("latin-1")


def whole(answer: Answer) -> bytes:
    """Return it as it should be."""
    if answer.chunked:
        return head(answer, CHUNKED) + chunks(answer.body)
    return head(answer, f"Content-Length: {len(answer.body)}") + answer.body


def chunks(body: bytes) -> bytes:
    """Return *body* in one chunk, and the last."""
    return b"%x\r\n%s\r\n%s" % (len(body), body, LAST_CHUNK)
