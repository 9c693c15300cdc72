"""Bodies of answers, valid and odd, from dice. JSON is made as text, since most of what is odd has no value."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from tests.fuzz.scenes import TOKEN, Asked

Member = tuple[str, str]
"""A name and a value, both as JSON text without the name's quotes."""

STATUSES: Final = {
    "start": "STATUS_RUNNING",
    "pause": "STATUS_PAUSED",
    "finish": "STATUS_FINISHED",
    "draft": "STATUS_DRAFT",
    "archive": "STATUS_ARCHIVED",
}
FITTING: Final = (
    (3, 400), (5, 404), (6, 409), (7, 403), (8, 429), (8, 503), (9, 400), (9, 412), (10, 409), (11, 400), (12, 501),
    (13, 500), (14, 503), (16, 401), (1, 408), (1, 499), (2, 500), (4, 504), (15, 500),
)  # fmt: skip
TEXTS: Final = (
    "journey is not running", "journey not found", "Not Found", " Not Found\\n", "not found", "permission denied", "",
    "the server has reached its concurrent requests limit", "rate limit exceeded", "Too Many Requests", "quota",
    "grpc: received message larger than max (5000000 vs. 4194304)", "trying to send message larger than max (9 vs. 8)",
    "grpc: received message after decompression larger than max 4194304", "error reading from server: EOF",
    "stream terminated by RST_STREAM with error code: REFUSED_STREAM", "transport is closing",
    "unexpected HTTP status code received from server: 403 (Forbidden)", "a rate limit, then RST_STREAM",
    'connection error: desc = \\"transport: Error while dialing: dial tcp 10.0.0.1:80: connect: refused\\"',
    'connection error: desc = \\"error reading server preface: EOF\\"', f"no such token: {TOKEN}", "unauthorized",
    "decoded message length too large: found 9",
    "rpc error: code = Unavailable desc = x", "pausing: rpc error: code = NotFound desc = x", "context canceled",
    "rpc error: code = DeadlineExceeded desc = context deadline exceeded", "the client connection is closing",
    'rpc error: code = Unavailable desc = connection error: desc = \\"transport: Error while dialing: x\\"',
    f"{'x' * 490}{TOKEN}", TOKEN.replace("-", "\\u002d"), "\\ud800", "naïve ☃", "x" * 600,
)  # fmt: skip
ODD_CODES: Final = (
    "9.0", '"9"', "true", "false", "9e0", "1e400", "-1", "-0", str(2**70), "9" * 5000, "null", "[9]", '{"code": 9}',
    "NaN", "Infinity", "0", "17", "09", "+9", "0x9", "", '"FAILED_PRECONDITION"', "9 ", "4294967305", "9E+0", "90e-1",
)  # fmt: skip
ODD_VALUES: Final = (
    "null", "true", "0", "-1", "1e400", "NaN", '""', '"x"', "[]", "{}", "[null]", '{"code": 9}', '{"message": "why"}',
    "[" * 40 + "]" * 40, "[" * 3000 + "]" * 3000,
    '{"a":' * 200 + "1" + "}" * 200, "1" * 5000, "01", "1.", ".5", "'x'", '"\t"',
    '"\\x41"', '"\\u12"', '"unended', "[1,]", "tru", '{"a" 1}', "{,}",
)  # fmt: skip
FIREWALLS: Final = (
    b'{"message": "Forbidden"}', b'{"message":"unauthorized"}', b"error code: 1015", b"<html><h1>403</h1></html>", b"",
    b"Not Found\n", b'{"error": {"message": "blocked"}}', b'{"status_code": 210, "status_message": "no"}', b"[]", b"9",
    b'{"error": {"code": 9, "message": "nested"}}', b"null", b'"{}"', b"{}", b'[{"code": 9, "message": "listed"}]',
    b'{"Code": 9, "message": "capital"}', b'{"code": 9, "msg": "blocked"}', b'{"code": 7}',
    b'{"message": "the server has reached its concurrent requests limit"}',
)  # fmt: skip
FIREWALL_STATUSES: Final = (400, 401, 403, 404, 405, 407, 409, 412, 413, 422, 429, 431, 451, 501, 503, 302, 200)


def success(dice: Random, asked: Asked) -> tuple[int, bytes]:
    """Return the answer of an API that did what was asked, or nearly so."""
    info = [("uuid", f'"{asked.uuid}"'), ("title", '"Welcome series"'), ("status", f'"{STATUSES[asked.action]}"')]
    members = [("info", "")]
    if dice.random() < 0.5:
        members += [("points", '[{"id": 1, "x": [1.5, null]}]'), ("comments", "[]")]
    if dice.random() < 0.35:
        _odd_info(dice, info)
    if dice.random() < 0.1:
        members.insert(dice.randrange(2), ("code", dice.choice(("0", "9", "13", "17", *ODD_CODES))))
    members = [(name, value if name != "info" else _object(dice, info)) for name, value in members]
    return 200, _text(dice, members)


def _odd_info(dice: Random, info: list[Member]) -> None:
    uuid = dice.choice(("00000000-0000-4000-8000-000000000000", "", info[0][1][1:-1].upper(), info[0][1][1:-1] + " "))
    value = dice.choice((f'"{uuid}"', "null", "[]", f'"{dice.choice(list(STATUSES.values()))}"', f'"{TOKEN}"'))
    member = (dice.choice(("uuid", "status", "title")), value)
    place = dice.randrange(len(info))
    change = dice.randrange(4)
    if change == 0:
        del info[place]
    elif change == 1:
        info[place] = info[place][0], value
    else:
        info.insert(place if change == 2 else len(info), member)


def error(dice: Random, _: Asked) -> tuple[int, bytes]:
    """Return an error as gRPC-Gateway writes it, or nearly so."""
    code, status = dice.choice(FITTING)
    text = f'"{dice.choice(TEXTS) if dice.random() < 0.8 else TEXTS[0]}"'
    members = [("code", str(code)), ("message", text), ("details", "[]")]
    if dice.random() < 0.3:
        members = [("error", text), ("message", text), ("code", str(code))]
    if dice.random() < 0.2:
        members[dice.randrange(len(members))] = "code", dice.choice(ODD_CODES)
    if dice.random() < 0.1:
        members.insert(dice.randrange(4), ("code", str(dice.randrange(18))))
    if dice.random() < 0.1:
        members.insert(dice.randrange(4), (dice.choice(("message", "error")), f'"{dice.choice(TEXTS)}"'))
    if dice.random() < 0.1:
        del members[dice.randrange(len(members))]
    if dice.random() < 0.1:
        members.append((dice.choice(("info", "details", "error", "message")), dice.choice(ODD_VALUES)))
    if dice.random() < 0.2:
        status = dice.choice(FITTING)[1] if dice.random() < 0.7 else dice.choice((200, 204, 302, 502, 504, 600, 999))
    return status, _text(dice, members)


def firewall(dice: Random, _: Asked) -> tuple[int, bytes]:
    """Return what stands between, saying something of its own."""
    return dice.choice(FIREWALL_STATUSES), dice.choice(FIREWALLS)


def _object(dice: Random, members: Sequence[Member]) -> str:
    if dice.random() < 0.08:
        place = dice.randrange(len(members) or 1)
        odd = (dice.choice(("points", "message", "code", "error", "x")), dice.choice(ODD_VALUES))
        members = [*members[:place], odd, *members[place + dice.randrange(2) :]]
    comma, colon = dice.choice(((",", ":"), (", ", ": "), (",", ": "), (" ,\r\n", "\t:")))
    return "{" + comma.join(f'"{name}"{colon}{value}' for name, value in members) + "}"


def _text(dice: Random, members: Sequence[Member]) -> bytes:
    body = _object(dice, members).encode("utf-8", "surrogatepass")
    return dice.choice(WRAPPINGS)(dice, body) if dice.random() < 0.15 else body


Wrapping = Callable[[Random, bytes], bytes]

WRAPPINGS: Final[tuple[Wrapping, ...]] = (
    lambda _, body: b"\xef\xbb\xbf" + body,
    lambda _, body: b"\xef\xbb\xbf\xef\xbb\xbf" + body,
    lambda _, body: b"\xff\xfe" + body.decode().encode("utf-16-le"),
    lambda _, body: body.decode().encode("utf-32"),
    lambda _, body: body.replace(b"e", b"\xff", 1),
    lambda _, body: body.replace(b"]", b'"\xc3"]', 1),
    lambda _, body: body.replace(b"Welcome", b"\xed\xa0\x80", 1),
    lambda _, body: body + body,
    lambda _, body: body + b"\n" + body,
    lambda dice, body: body + dice.choice((b"\n", b"\0", b" x", b"}", b"]", b",", b"<!-- -->", b"//", b"\xef\xbb\xbf")),
    lambda _, body: b"[" + body + b"]",
    lambda _, body: body[:-1],
    lambda _, body: body[:-1] + b",}",
    lambda _, body: b")]}'\n" + body,
    lambda _, body: b'{"result": ' + body + b"}",
    lambda _, body: b'"' + body.replace(b'"', b'\\"') + b'"',
    lambda _, body: body.replace(b'"', b"'"),
    lambda dice, body: body[:-1] + b',"points":"' + b"x" * dice.choice((1 << 12, 1 << 16, 1 << 17)) + b'"}',
)
