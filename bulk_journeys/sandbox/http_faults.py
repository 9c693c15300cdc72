"""The faults where HTTP itself goes wrong, as bytes: answers out of turn, miscounted, not valid. Nothing is sent here.

A stray answer that comes exactly in a request's place cannot be told from that request's own: HTTP/1.1 numbers
nothing. So whatever here could be believed leaves in one write with the proper answer before it, and is out of
turn wherever it is read; what comes by itself, and may meet the next request, claims nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum, auto
from http import HTTPStatus
from itertools import product
from typing import Final, NamedTuple

from .answers import CROWDED, Answer, Code, Refusal
from .faults import Fault, Strike

CHUNKED: Final = "Transfer-Encoding: chunked"
LAST_CHUNK: Final = b"0\r\n\r\n"


class Ending(Enum):
    """What becomes of the connection behind an answer. UNREAD: it stays open, and nothing is read there any more."""

    KEPT = auto()
    UNREAD = auto()
    CLOSED = auto()


class RawAnswer(NamedTuple):
    """What is sent on a connection past aiohttp: *now* in one write, *late* in another, *after* so many seconds.

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


class Scene(NamedTuple):
    """A *proper* answer, and what could be taken for it: a success of *another* journey, or of the *same* one.

    *worded* says a refusal as this gateway does.
    """

    proper: Answer
    another: Answer
    same: Answer
    worded: Callable[[Refusal], Answer]


Form = Callable[[Scene], RawAnswer]
Stray = Callable[[Scene], Answer]


def raw_answer(strike: Strike, scene: Scene) -> RawAnswer:
    """Return what is sent where a fault of `FORMS` strikes."""
    return strike.choose(FORMS[strike.fault])(scene)


def _always(status: int, kind: str, body: bytes) -> Stray:
    return lambda _: Answer(Code.UNKNOWN, status, {"Content-Type": kind}, body)


def _refusal(refusal: Refusal) -> Stray:
    return lambda scene: scene.worded(refusal)


_HTML_429: Final = _always(429, "text/html", b"<html><body><h1>429 Too Many Requests</h1></body></html>\n")
_PLAIN_429: Final = _always(429, "text/plain", b"Too Many Requests\n")
_PLAIN_408: Final = _always(408, "text/plain", b"Request Timeout\n")
_CROWDED_429: Final = _refusal(CROWDED._replace(unusual_status=None))
_CROWDED_503: Final = _refusal(CROWDED)
_CONFLICT: Final = _refusal(Refusal(Code.FAILED_PRECONDITION, "journey is not running"))


def _followed(stray: Stray) -> Form:
    return lambda scene: RawAnswer(whole(scene.proper) + whole(stray(scene)))


def _late(stray: Stray, after: float) -> Form:
    return lambda scene: RawAnswer(whole(scene.proper), late=whole(stray(scene)), after=after)


def _begun(stray: Stray, share: float, after: float = 0.0) -> Form:
    """Begin an answer: *share* is that of its head, and what is above 1 that of its body. *after* 0: at once."""

    def form(scene: Scene) -> RawAnswer:
        text = whole(stray(scene))
        size = text.index(b"\r\n\r\n") + 4
        said = int(size * share) if share < 1 else size + int((len(text) - size) * (share - 1))
        proper, begun, owed = whole(scene.proper), text[:said], text[said:]
        return RawAnswer(proper, begun, after, owed) if after else RawAnswer(proper + begun, owed=owed)

    return form


def _with(more: bytes, *, chunked: bool = False) -> Form:
    return lambda scene: RawAnswer(whole(scene.proper._replace(chunked=chunked)) + more)


def _promising(share: float) -> Form:
    """Promise less of the body than is sent; a byte is missing at least."""

    def form(scene: Scene) -> RawAnswer:
        size = len(scene.proper.body)
        return RawAnswer(head(scene.proper, f"Content-Length: {min(int(size * share), size - 1)}") + scene.proper.body)

    return form


def _without_body(status: int, framing: str = "") -> Form:
    """Say a *status* that has no body, and a body behind it."""

    def form(scene: Scene) -> RawAnswer:
        answer = scene.proper._replace(status=status)
        lines = [framing.format(n=len(answer.body))] if framing else []
        return RawAnswer(head(answer, *lines) + (chunks(answer.body) if framing == CHUNKED else answer.body))

    return form


def _nothing_and(status: int, stray: Stray) -> Form:
    return lambda scene: RawAnswer(head(scene.proper._replace(status=status)) + whole(stray(scene)))


def _after(hints: bytes) -> Form:
    return lambda scene: RawAnswer(hints + whole(scene.proper))


def _framed(*framing: str, version: str = "HTTP/1.1", ending: Ending = Ending.KEPT) -> Form:
    """Say how long the body is in other words; in *framing* ``{n}`` is its length, and ``{less}`` a smaller number."""

    def form(scene: Scene) -> RawAnswer:
        size = len(scene.proper.body)
        lines = [line.format(n=size, less=size // 2) for line in framing]
        return RawAnswer(head(scene.proper, *lines, version=version) + scene.proper.body, ending=ending)

    return form


_N: Final = "Content-Length: {n}"
_LESS: Final = "Content-Length: {less}"
_HINT: Final = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"

FORMS: Final[Mapping[Fault, Sequence[Form]]] = {
    Fault.STRAY_REFUSAL: [
        _followed(_HTML_429),
        _followed(_PLAIN_429),
        _followed(_PLAIN_408),
        _followed(_CROWDED_429),
        _followed(_CROWDED_503),
        _followed(_CONFLICT),
        _followed(lambda scene: scene.another),
        _followed(lambda scene: scene.same),
        _late(_HTML_429, 0.002),
        _late(_PLAIN_429, 0.005),
        _late(_PLAIN_408, 0.001),
    ],
    Fault.DOUBLED: [_followed(lambda scene: scene.proper)],
    Fault.EARLY: [
        *(
            _begun(stray, share)
            for stray, share in product(
                (_CROWDED_429, _CONFLICT, _PLAIN_408, lambda scene: scene.another), (0.1, 0.5, 1.0, 1.5)
            )
        ),
        _begun(_PLAIN_408, 0.1, after=0.002),
        _begun(_PLAIN_408, 1.0, after=0.002),
    ],
    Fault.SURPLUS: [
        _with(b"\r\n\r\n"),
        _with(b"</body></html>\r\n"),
        _with(b'{"code":8,"message":"rate limit exceeded","details":[]}'),
        _with(b"\0" * 16),
        _with(chunks(b"stray")),
        _with(LAST_CHUNK, chunked=True),
        _with(chunks(b"stray"), chunked=True),
    ],
    Fault.MISCOUNT: [_promising(1.0), _promising(0.5), _promising(0.0)],
    Fault.BODILESS: [
        _without_body(204),
        _without_body(304),
        _without_body(204, _N),
        _without_body(304, _N),
        _without_body(204, CHUNKED),
        _nothing_and(204, _CROWDED_429),
        _nothing_and(304, lambda scene: scene.same),
    ],
    Fault.INTERIM: [
        _after(b"HTTP/1.1 100 Continue\r\n\r\n"),
        _after(_HINT),
        _after(b"HTTP/1.1 102 Processing\r\n\r\n" * 3 + _HINT),
    ],
    Fault.CLOSING: [
        _framed(_N, "Connection: close", ending=Ending.UNREAD),
        _framed(_N, version="HTTP/1.0", ending=Ending.UNREAD),
        _framed("Connection: close", ending=Ending.CLOSED),
        _framed(version="HTTP/1.0", ending=Ending.CLOSED),
        _framed(_N, "Connection: keep-alive", version="HTTP/1.0"),
    ],
    Fault.INVALID: [
        _framed(_N, _N),
        _framed(_N, _LESS),
        _framed(_LESS, _N),
        _framed("Content-Length: {n}, {less}"),
        _framed("Content-Length: -{n}"),
        _framed(_N, "a proxy was here"),  # no colon
        _framed(_N, "X-Cache : hit"),
        _framed(_N, "X-Node: a\0b"),
        _framed(_N, CHUNKED),
        _framed(_N, version="HTTP/one"),
    ],
}
"""What each of these faults can be."""

DISPLACING: Final = frozenset(FORMS) - {Fault.INTERIM, Fault.CLOSING}
"""Those behind which bytes may be left on the connection, so that the next answer there is read in a wrong place."""

DELIVERED: Final = frozenset(FORMS) - {Fault.MISCOUNT, Fault.BODILESS, Fault.INVALID}
"""Those that keep no answer from the caller."""
