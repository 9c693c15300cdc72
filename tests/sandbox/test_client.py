"""Laws of the client over real sockets: every way an answer can fail is the right reply, and nothing is sent twice."""

import asyncio
import gzip
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from shutil import which
from typing import Any, Self, cast

import aiohttp
import msgspec
import pytest
from aiohttp.connector import Connection

from bulk_journeys.api.http import connect as connect_through
from bulk_journeys.api.http import fallback_reason
from bulk_journeys.api.http_answer import BODY_LIMIT
from bulk_journeys.api.transport import Lifecycle, NeverLeft, Timeouts
from bulk_journeys.model import (
    Action,
    Applied,
    Conflict,
    Failure,
    Intercepted,
    Lost,
    Misrouted,
    Refused,
    Reply,
    Request,
    Throttled,
    Unauthorised,
    Unsent,
)
from bulk_journeys.model import (
    FailureCode as Code,
)
from bulk_journeys.sandbox.answers import Errors, RetryHint
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import Status
from bulk_journeys.sandbox.limits import Rate
from bulk_journeys.sandbox.server import serving
from tests.virtual_time import VirtualTimeLoop, run_virtually

UUID = "11111111-2222-3333-4444-555555555555"
PAUSE = Request(Action.PAUSE, UUID)
TOKEN = "canary-7d1f0c5a9b"
PAUSED = Applied("STATUS_PAUSED", "Welcome series")
INFO = f'{{"info":{{"uuid":"{UUID}","title":"Welcome series","status":"STATUS_PAUSED"}}'.encode()
BODY = INFO + b',"points":[]}'
QUICK = Timeouts(connect=0.3, read=0.2)
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")

Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Chosen:
    """Which transport `connect` opens."""

    is_fast = True


@pytest.fixture(autouse=True, params=[True, False], ids=["fast", "public"])
def is_fast(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Hold each law against both transports; where it is not of both, a test names the one."""
    if request.param and (reason := fallback_reason()):
        pytest.skip(f"{reason}, so the fast transport is NOT tested")
    monkeypatch.setattr(Chosen, "is_fast", request.param)
    return Chosen.is_fast


of_the_fast_one = pytest.mark.parametrize("is_fast", [True], ids=["fast"], indirect=True)


def connect(base_url: str, token: str, timeouts: Timeouts) -> AbstractAsyncContextManager[Lifecycle]:
    return connect_through(base_url, token, timeouts, fast=Chosen.is_fast)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@dataclass
class Scripted:
    """A server whose answers are written by hand. *requests* are those that came whole, as they were sent."""

    port: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def scripted(answer: Answering, *, tls: ssl.SSLContext | None = None) -> AsyncIterator[Scripted]:
    """Serve: read a request whole, have it answered, and read the next one from the same connection."""
    script, tasks = Scripted(), set[asyncio.Task[None]]()

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            while not writer.is_closing():
                script.requests.append(await whole_request(reader))
                await answer(writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # the caller went away, or the server ends
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(converse, "127.0.0.1", ssl=tls)
    script.port = server.sockets[0].getsockname()[1]
    try:
        yield script
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)
        await server.wait_closed()


async def whole_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)


def http(body: bytes = BODY, status: str = "200 OK", headers: str = "Content-Type: application/json\r\n") -> bytes:
    return f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n".encode() + body


def saying(*parts: bytes, then: Callable[[asyncio.StreamWriter], None] | None = None) -> Answering:
    """Write *parts* as they are; then do *then* to the connection, or keep it for the next request."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if then:
            then(writer)

    return answer


def close(writer: asyncio.StreamWriter) -> None:
    writer.close()


def reset(writer: asyncio.StreamWriter) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


def dripping(first: bytes, drop: bytes) -> Answering:
    """Write *first*, then *drop* every 10 ms until the caller has had enough."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            await writer.drain()
            await asyncio.sleep(0.01)
            writer.write(drop)

    return answer


async def hang(_: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def ask(base_url: str, timeouts: Timeouts = QUICK, *, token: str = TOKEN, request: Request = PAUSE) -> Reply:
    async with connect(base_url, token, timeouts) as lifecycle:
        return await lifecycle.perform(request)


async def reply_to(answer: Answering, timeouts: Timeouts = QUICK) -> Reply:
    """Return what a request teaches that is answered so. The server saw it exactly once."""
    async with scripted(answer) as script:
        reply = await ask(script.base_url, timeouts)
        assert len(script.requests) == 1
        return reply


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# What is sent


@pytest.mark.parametrize("action", list(Action))
async def test_a_request_is_the_one_that_the_vendor_documents_and_nothing_more(action: Action, is_fast: bool) -> None:
    async with scripted(saying(http())) as script:
        await ask(script.base_url, request=Request(action, UUID))
    head, _, body = script.requests[0].partition(b"\r\n\r\n")
    line, *headers = head.decode().split("\r\n")
    sent = {name.lower(): value for name, _, value in (header.partition(": ") for header in headers)}
    assert line == f"POST /api/v3/journeygateway/{action} HTTP/1.1"
    assert body == b'{"uuid": "11111111-2222-3333-4444-555555555555"}'
    assert sent.pop("user-agent")
    assert sent.pop("connection", None) == (None if is_fast else "close")
    assert sent == {
        "host": f"127.0.0.1:{script.port}",
        "authorization": f"Api {TOKEN}",
        "content-type": "application/json",
        "content-length": str(len(body)),
        "accept": "*/*",
        "accept-encoding": "identity",
    }


@pytest.mark.parametrize("prefix", ["/eu/gateway", "/eu/gateway/"])
async def test_a_base_url_with_a_path_keeps_it(prefix: str) -> None:
    async with scripted(saying(http())) as script:
        await ask(script.base_url + prefix)
    assert script.requests[0].startswith(b"POST /eu/gateway/api/v3/journeygateway/pause HTTP/1.1\r\n")


async def test_credentials_in_a_netrc_never_take_the_place_of_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("NETRC", str(netrc))
    async with scripted(saying(http())) as script:
        await ask(script.base_url)
    assert script.requests[0].lower().count(b"authorization:") == 1
    assert f"Authorization: Api {TOKEN}\r\n".encode() in script.requests[0]


async def test_cookies_are_not_sent_back() -> None:
    setting = "Set-Cookie: session=abc; Path=/\r\n"
    async with (
        scripted(saying(http(headers=setting))) as script,
        connect(script.base_url, TOKEN, QUICK) as lifecycle,
    ):
        assert [await lifecycle.perform(PAUSE) for _ in range(3)] == [PAUSED] * 3
    assert len(script.requests) == 3
    assert not any(b"cookie" in request.lower() for request in script.requests)


# Never sent


async def test_a_refused_connection_was_never_sent() -> None:
    reply = await ask(f"http://127.0.0.1:{a_free_port()}")
    assert isinstance(reply, Unsent)
    assert reply.code == "unreachable"
    assert "Cannot connect to host 127.0.0.1" in reply.message


async def test_a_name_that_does_not_resolve_was_never_sent() -> None:
    assert isinstance(await ask("http://does-not-exist.invalid", Timeouts(connect=5)), Unsent)


async def test_a_connection_that_nobody_takes_in_time_was_never_sent() -> None:
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        full.setblocking(False)
        for _ in range(8):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        before = time.monotonic()
        reply = await ask(f"http://127.0.0.1:{full.getsockname()[1]}", Timeouts(connect=0.2, read=5))
        if isinstance(reply, Lost):
            pytest.skip("this system takes connections beyond a listener's backlog")
        assert isinstance(reply, Unsent)
        assert time.monotonic() - before < 2


async def test_tls_to_a_plain_port_was_never_sent() -> None:
    async with scripted(saying(http())) as script:
        assert isinstance(await ask(f"https://127.0.0.1:{script.port}"), Unsent)
    assert script.requests == []


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with, so TLS is NOT tested")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    making = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1"
    names = ("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate)
    subprocess.run(
        [openssl, *making.split(), *names],
        check=True,
        capture_output=True,
        timeout=30,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def test_a_server_that_nobody_vouches_for_never_gets_the_request(self_signed: ssl.SSLContext) -> None:
    async with scripted(saying(http()), tls=self_signed) as script:
        reply = await ask(f"https://127.0.0.1:{script.port}", Timeouts(connect=5))
    assert isinstance(reply, Unsent)
    assert "certificate" in reply.message.lower()
    assert script.requests == []


# Sent, and no usable answer


@pytest.mark.parametrize("ending", [close, reset])
@pytest.mark.parametrize(
    "beginning",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Ty", id="half-the-headers"),
        pytest.param(http()[:-30], id="body-cut"),
        pytest.param(b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"in', id="chunk-cut"),
        pytest.param(b"Api " + TOKEN.encode() + b" what?\r\n\r\n", id="no-http"),
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n", id="noise"),
    ],
)
async def test_an_answer_that_breaks_off_leaves_the_row_in_doubt(
    beginning: bytes, ending: Callable[[asyncio.StreamWriter], None]
) -> None:
    reply = await reply_to(saying(beginning, then=ending))
    assert isinstance(reply, Lost | Intercepted)
    assert reply.code in {"connection_lost", "cut_off", "invalid_http"}
    assert TOKEN not in repr(reply)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (http().replace(b"Content-L", b"Content-Length: 9\r\nContent-L"), ": it has two Content-Length headers"),
        (http().replace(b"Content-L", b"Content-Length: %d\r\nContent-L" % len(BODY)), ": it has two Content-Length h"),
        (http().replace(b"HTTP/1.1 200", b"HTTP/1.1 two hundred"), ""),
        (http().replace(b"Content-Type:", b"Content Type"), ""),
    ],
)
async def test_an_answer_that_is_not_http_is_told_as_that(answer: bytes, words: str) -> None:
    reply = await reply_to(saying(answer))
    assert isinstance(reply, Intercepted)
    assert reply.code == "invalid_http"
    assert reply.message.startswith(f"the answer is not valid HTTP{words}")


@pytest.mark.parametrize("beginning", [b"", b"HTTP/1.1 200 OK\r\nContent-Ty", http()[:-30]])
async def test_a_server_that_hangs_is_given_up_when_the_time_for_an_attempt_is_over(beginning: bytes) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(beginning)
        await hang(writer)

    before = time.monotonic()
    reply = await reply_to(answer, Timeouts(connect=0.2, read=0.2))
    assert isinstance(reply, Lost)
    assert reply.code == ("cut_off" if b'"info"' in beginning else "timeout")
    assert 0.2 <= time.monotonic() - before < 2


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"X-Drip: 1\r\n", id="headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x", id="one-header"),
        pytest.param(http(b" " * 9_999_999), b" ", id="body"),
        pytest.param(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n", id="hints"),
    ],
)
async def test_a_drip_of_bytes_is_bounded_by_the_total_time(first: bytes, drop: bytes) -> None:
    before = time.monotonic()
    reply = await reply_to(dripping(first[:200], drop), Timeouts(connect=0.2, read=0.2))
    assert isinstance(reply, Lost)
    assert time.monotonic() - before < 2


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect"])
async def test_redirects_are_not_followed_and_the_token_stays_here(status: str) -> None:
    async with scripted(saying(http())) as elsewhere:
        location = f"Location: {elsewhere.base_url}/api/v3/journeygateway/pause\r\n"
        reply = await reply_to(saying(http(b"", status, location)))
    assert isinstance(reply, Misrouted)
    assert elsewhere.requests == []


# Unusual answers that are fine


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([http()], id="plain"),
        pytest.param([bytes([byte]) for byte in http()], id="byte-by-byte"),
        pytest.param([b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n", http()], id="after-hints"),
        pytest.param([http(gzip.compress(BODY), headers="Content-Encoding: gzip\r\n")], id="gzip-unasked"),
        pytest.param([http(BODY, headers="Connection: close\r\n")], id="close-announced"),
        pytest.param(
            [
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: Grpc-Trailer-X\r\n\r\n",
                f"{len(BODY):x}\r\n".encode() + BODY + b"\r\n0\r\nGrpc-Trailer-X: 1\r\n\r\n",
            ],
            id="chunked-with-a-trailer",
        ),
    ],
)
async def test_a_whole_answer_is_understood_however_it_is_wrapped(parts: list[bytes]) -> None:
    assert await reply_to(saying(*parts), Timeouts(connect=2, read=2)) == PAUSED


async def test_an_answer_that_ends_with_its_connection_is_whole() -> None:
    assert await reply_to(saying(b"HTTP/1.0 200 OK\r\nServer: old\r\n\r\n" + BODY, then=close)) == PAUSED


async def test_a_canvas_of_ten_megabytes_does_not_hide_the_status() -> None:
    points = b',"points":[' + b'{"title":"Push"},' * 600_000 + b"{}]}"
    assert len(points) > 10_000_000
    assert await reply_to(saying(http(INFO + points)), Timeouts(connect=2, read=2)) == PAUSED


@pytest.mark.parametrize(("beginning", "expected"), [(INFO + b',"points":[', Applied), (b'{"points":[', Intercepted)])
async def test_a_body_without_end_is_read_up_to_a_bound(beginning: bytes, expected: type[Reply]) -> None:
    written, chunk = 0, b"{}," * 20_000

    async def answer(writer: asyncio.StreamWriter) -> None:
        nonlocal written
        writer.write(b"HTTP/1.1 200 OK\r\nServer: endless\r\n\r\n" + beginning)
        while True:
            writer.write(chunk)
            await writer.drain()
            written += len(chunk)

    reply = await reply_to(answer, Timeouts(connect=2, read=2))
    assert isinstance(reply, expected)
    assert BODY_LIMIT / 2 < written < BODY_LIMIT * 5  # what the sockets' buffers hold is beyond the bound


async def test_a_bomb_of_gzip_does_not_fill_the_memory() -> None:
    bomb = gzip.compress(INFO + b',"points":[' + b"[]," * 40_000_000 + b"[]]}", 1)
    reply = await reply_to(saying(http(bomb, headers="Content-Encoding: gzip\r\n")), Timeouts(connect=2, read=5))
    assert reply == PAUSED  # that comes first, and the rest is not unpacked


# No secrets


def echo_of(text: str) -> list[bytes]:
    words = msgspec.json.encode(text).decode()
    return [
        http(f'{{"code":3,"message":{words},"details":[]}}'.encode(), "400 Bad Request"),
        http(f'{{"error":{words},"message":{words},"code":13}}'.encode(), "500 Internal Server Error"),
        http(f'{{"error":{{"message":{words}}}}}'.encode(), "403 Forbidden"),
        http(text.encode(), "502 Bad Gateway", "Content-Type: text/plain\r\n"),
        http(text.encode(), "200 OK", "Content-Type: text/plain\r\n"),
        http(gzip.compress(text.encode(), mtime=0), "502 Bad Gateway", "Content-Encoding: gzip\r\n"),
        http(f'{{"info":{{"uuid":{words},"status":"STATUS_PAUSED"}}}}'.encode()),
        http(f'{{"info":{{"uuid":"{UUID}","status":{words}}}}}'.encode()),
        http(f'{{"info":{{"uuid":"{UUID}","title":{words},"status":"STATUS_PAUSED"}}}}'.encode()),
    ]


@pytest.mark.parametrize("answer", echo_of(f"bad header Authorization: Api {TOKEN} in the request"))
async def test_a_server_that_echoes_the_token_does_not_get_it_into_a_reply(answer: bytes) -> None:
    assert TOKEN not in repr(await reply_to(saying(answer)))


@pytest.mark.parametrize("room", [8, 12])
@pytest.mark.parametrize("limit", [50, 80, 200, 500])
async def test_a_message_cut_to_length_does_not_end_in_half_a_token(limit: int, room: int) -> None:
    for answer in echo_of("x" * (limit - room) + TOKEN):
        assert TOKEN[:8] not in repr(await reply_to(saying(answer)))


async def test_a_token_that_json_escapes_does_not_get_into_a_reply_either() -> None:
    echo = http(b'{"code":3,"message":"bad token SEC\\/RET","details":[]}', "400 Bad Request")
    async with scripted(saying(echo)) as script:
        reply = await ask(script.base_url, token="SEC/RET")
    assert "SEC/RET" not in repr(reply)
    assert "[token]" in repr(reply)


@pytest.mark.parametrize("token", ["t", "info", "test", "STATUS_PAUSED", "code", "1", "Not", UUID[:8]])
async def test_a_token_that_is_an_ordinary_word_changes_nothing_that_is_judged(token: str) -> None:
    async with scripted(saying(http())) as script:
        reply = await ask(script.base_url, token=token)
        assert isinstance(reply, Applied)
        assert reply.status == "STATUS_PAUSED"
    for status, body, kind in (
        ("400 Bad Request", b'{"code":9,"message":"journey is not running"}', Conflict),
        ("404 Not Found", b'{"code":5,"message":"Not Found"}', Misrouted),
        (
            "429 Too Many Requests",
            b'{"code":8,"message":"the server has reached its concurrent requests limit"}',
            Throttled,
        ),
    ):
        async with scripted(saying(http(body, status))) as script:
            reply = await ask(script.base_url, token=token)
            assert type(reply) is kind
            assert token not in reply.message.replace("[token]", "")
            assert "[[token]" not in reply.message


@pytest.mark.parametrize(
    "hidden",
    [
        "SEC/RET-7",
        "SEC\\/RET-7",
        "S\\u0045C/RET\\u002D7",
        "SEC%2FRET-7",
        "SEC%2fRET%2D7",
        "SEC&#47;RET-7",
        "SEC&#x2F;RET-7",
        "SEC%252FRET-7",
        "\\x53EC\\x2fRET-7",
        "before U0VDL1JFVC03 behind",
        "before QXBpIFNFQy9SRVQtNw== behind",
        "before U0VDL1JFVC03 and U0VDL1JFVC03",
        "5345432f5245542d37",
        "5345432F5245542D37",
    ],
)
@pytest.mark.parametrize(
    "body", ["{}", "<p>{}</p>", '{{"message": "{}"}}', '{{"message": "{}', '{{"info": {{"title": "{}']
)
async def test_no_way_of_writing_it_gets_the_token_into_a_reply(hidden: str, body: str) -> None:
    answer = http(body.format(hidden).encode(), "403 Forbidden")
    async with scripted(saying(answer)) as script:
        reply = await ask(script.base_url, token="SEC/RET-7")
    shown = repr(reply)
    assert not any(part in shown for part in ("RET", "JFVC", "SRVQt", "524554"))
    assert "[token]" in repr(reply)


# The law


async def test_no_action_is_sent_twice_where_a_kept_connection_closes_without_an_answer() -> None:
    async with AsyncExitStack() as stack:
        answers = [saying(http()), *[saying(then=close), saying(then=reset)] * 10]

        async def answer(writer: asyncio.StreamWriter) -> None:
            number = len(script.requests)
            # every lost answer is preceded by a good one, which leaves the connection open
            await (answers[0] if number % 2 else answers[1 + number // 2 % 20])(writer)

        script = await stack.enter_async_context(scripted(answer))
        lifecycle = await stack.enter_async_context(connect(script.base_url, TOKEN, QUICK))
        for performed in range(1, 41):
            reply = await lifecycle.perform(PAUSE)
            assert isinstance(reply, Applied if performed % 2 else Lost)
            assert len(script.requests) == performed


async def test_no_action_is_sent_twice_where_the_server_closes_idle_connections() -> None:
    """The worst timing: the connection closes while the next request is on its way."""
    pauses = iter([number / 20_000 for number in range(60)])

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(http())
        await writer.drain()
        await asyncio.sleep(next(pauses))
        writer.close()

    async with scripted(answer) as script, connect(script.base_url, TOKEN, QUICK) as lifecycle:
        for performed in range(1, 61):
            seen = len(script.requests)
            reply = await lifecycle.perform(PAUSE)
            assert isinstance(reply, Applied | Lost)
            assert len(script.requests) - seen <= 1, f"request {performed} was sent twice"
            await asyncio.sleep(performed / 30_000)
        assert script.requests


async def test_no_action_is_sent_twice_where_its_answer_says_try_again() -> None:
    for status in ("408 Request Timeout", "425 Too Early", "429 Too Many Requests", "503 Service Unavailable"):
        reply = await reply_to(saying(http(b"", status, "Retry-After: 0\r\nConnection: close\r\n"), then=close))
        assert isinstance(reply, Failure)


# Connections that are kept


def refusing(uuid: str) -> bytes:
    return http(f'{{"code":3,"message":"invalid journey {uuid}","details":[]}}'.encode(), "400 Bad Request")


@of_the_fast_one
async def test_a_kept_connection_serves_the_next_request() -> None:
    connections = set()

    async def answer(writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        writer.write(http())

    async with scripted(answer) as script, connect(script.base_url, TOKEN, QUICK) as lifecycle:
        assert [await lifecycle.perform(PAUSE) for _ in range(5)] == [PAUSED] * 5
    assert len(connections) == 1


async def test_what_a_server_says_out_of_turn_answers_no_request() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(http())
        await asyncio.sleep(0.01)
        writer.write(refusing("nobody asked about"))

    async with scripted(answer) as script, connect(script.base_url, TOKEN, QUICK) as lifecycle:
        assert await lifecycle.perform(PAUSE) == PAUSED
        await asyncio.sleep(0.1)
        assert await lifecycle.perform(PAUSE) == PAUSED
        assert len(script.requests) == 2


async def test_an_answer_that_comes_too_late_is_not_that_of_the_next_request() -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        if len(script.requests) == 1:
            await asyncio.sleep(0.6)
            writer.write(refusing("of the first request"))
        else:
            writer.write(http())

    timeouts = Timeouts(connect=0.1, read=0.1)
    async with scripted(answer) as script, connect(script.base_url, TOKEN, timeouts) as lifecycle:
        assert isinstance(await lifecycle.perform(PAUSE), Lost)
        assert await lifecycle.perform(PAUSE) == PAUSED


REFUSALS = [
    pytest.param(http(b"", "408 Request Timeout"), id="408"),
    pytest.param(http(b"<html>", "429 Too Many Requests"), id="429"),
    pytest.param(http(b"error code: 1015", "403 Forbidden"), id="403"),
    pytest.param(http(b'{"code":8,"message":"rate limit exceeded"}', "429 Too Many Requests"), id="429-code-8"),
    pytest.param(http(b'{"code":10,"message":"aborted"}', "409 Conflict"), id="409-code-10"),
    pytest.param(http(b'{"code":13,"message":"internal"}', "500 Internal Server Error"), id="500-code-13"),
    pytest.param(http(BODY.replace(b"1111", b"2222")), id="another-journey"),
    pytest.param(http(BODY.replace(b"PAUSED", b"RUNNING")), id="another-status"),
    pytest.param(http(b"<html>"), id="a-page"),
]


@pytest.mark.parametrize("stray", REFUSALS)
async def test_a_connection_that_may_be_out_of_step_is_not_used_again(stray: bytes) -> None:
    """The stray answer stands in the first request's place; its own would be taken for the second one's."""
    connections: list[asyncio.StreamWriter] = []

    async def answer(writer: asyncio.StreamWriter) -> None:
        if writer not in connections:
            connections.append(writer)
        writer.write(stray if len(script.requests) == 1 else http())
        if len(script.requests) == 1:
            await asyncio.sleep(0.02)
            writer.write(refusing("of the first request"))

    async with scripted(answer) as script, connect(script.base_url, TOKEN, Timeouts()) as lifecycle:
        assert isinstance(await lifecycle.perform(PAUSE), Failure)
        assert await lifecycle.perform(PAUSE) == PAUSED
    assert len(connections) == 2


async def behind_it(writer: asyncio.StreamWriter) -> None:
    writer.write(refusing("nobody asked about"))


async def a_moment_later(writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(0.005)
    writer.write(refusing("nobody asked about"))


@pytest.mark.parametrize("stray", [behind_it, a_moment_later])
async def test_a_server_that_was_caught_speaking_out_of_turn_has_a_connection_for_each_request(
    stray: Answering,
) -> None:
    """What it says a moment after its answer would otherwise stand in the next request's place."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(http())
        await stray(writer)

    async with scripted(answer) as script, connect(script.base_url, TOKEN, Timeouts()) as lifecycle:
        assert await lifecycle.perform(PAUSE) == PAUSED
        await asyncio.sleep(0.05)
        assert [await lifecycle.perform(PAUSE) for _ in range(20)] == [PAUSED] * 20


@of_the_fast_one
async def test_a_server_that_answered_another_request_has_a_connection_for_each_from_then_on() -> None:
    connections = set[asyncio.StreamWriter]()
    bodies = [BODY, BODY, BODY.replace(b"1111", b"2222"), BODY, BODY, BODY]

    async def answer(writer: asyncio.StreamWriter) -> None:
        connections.add(writer)
        writer.write(http(bodies[len(script.requests) - 1]))

    async with scripted(answer) as script, connect(script.base_url, TOKEN, Timeouts()) as lifecycle:
        replies = [await lifecycle.perform(PAUSE) for _ in bodies]
    assert [reply == PAUSED for reply in replies] == [body is BODY for body in bodies]
    assert len(connections) == 1 + 3


class Threaded:
    """A server for one connection after the other, in a thread, so that it speaks while our loop stands still."""

    def __init__(self, *answers: bytes, in_turn: bool = False) -> None:
        """Each of *answers* waits for a request, an empty one for `speak`; what is behind that is *in_turn*, or not."""
        self._answers, self._in_turn = answers, in_turn
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.speak, self.spoken = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.speak.set()
        self._thread.join()
        self._listener.close()

    def _serve(self) -> None:
        connection: socket.socket | None = None
        was_told = False
        for answer in self._answers:
            if not answer:
                self.speak.wait()
                was_told = True
                continue
            if self._in_turn or not was_told:
                connection = self._asked(connection)
            assert connection is not None
            connection.sendall(answer)
            if was_told:
                was_told = False
                self.spoken.set()
        if connection:
            connection.close()

    def _asked(self, connection: socket.socket | None) -> socket.socket:
        """Return the connection on which the next request has come: the same one, unless the caller closed it."""
        with suppress(ConnectionError):
            if connection and connection.recv(65536):
                return connection
        if connection:
            connection.close()
        accepted, _ = self._listener.accept()
        accepted.recv(65536)
        return accepted


@pytest.mark.parametrize("stray", [*REFUSALS, pytest.param(http(), id="the-same"), pytest.param(b"HTT", id="a-part")])
async def test_an_answer_that_began_before_its_request_was_written_is_nobodys(stray: bytes) -> None:
    """The bytes lie in the socket's buffer, and the loop has not read them, when the next request is written."""
    with Threaded(http(), b"", stray, http()) as server:
        async with connect(server.base_url, TOKEN, Timeouts()) as lifecycle:
            assert await lifecycle.perform(PAUSE) == PAUSED
            server.speak.set()
            assert server.spoken.wait(10)
            assert await lifecycle.perform(PAUSE) == PAUSED


@pytest.mark.parametrize("stray", [*REFUSALS, pytest.param(http(), id="the-same"), pytest.param(b"HTT", id="a-part")])
async def test_what_comes_behind_an_answer_is_nobodys(stray: bytes) -> None:
    async def answer(writer: asyncio.StreamWriter) -> None:
        writer.write(http() + stray * (len(script.requests) == 1))

    async with scripted(answer) as script, connect(script.base_url, TOKEN, Timeouts()) as lifecycle:
        assert [await lifecycle.perform(PAUSE) for _ in range(3)] == [PAUSED] * 3
        assert len(script.requests) == 3


async def test_a_server_that_speaks_first_is_sent_nothing() -> None:
    greetings = 0

    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal greetings
        greetings += 1
        writer.write(b"220 mail ready\r\n")
        with suppress(ConnectionError):
            await reader.read(1)
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1")
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, connect(base_url, TOKEN, QUICK) as lifecycle:
        replies = [await lifecycle.perform(PAUSE) for _ in range(5)]  # some before the greeting has come
    assert all(isinstance(reply, Unsent | Intercepted) for reply in replies)
    assert greetings <= 15


@pytest.mark.parametrize("first", [http(), refusing("nobody asked about"), b"220 mail ready\r\n", b""])
async def test_a_server_that_spoke_or_closed_before_it_was_asked_is_sent_nothing(
    first: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words lie in the socket's buffer once the connection is made; those it says later answer the request."""
    make_connection = aiohttp.TCPConnector._create_connection
    listener = socket.create_server(("127.0.0.1", 0))
    peers: list[socket.socket] = []

    async def connect_and_hear(*arguments: Any, **options: Any) -> Any:
        made = await make_connection(*arguments, **options)
        peer, _ = listener.accept()
        peers.append(peer)
        if first:
            peer.sendall(first)
        else:
            peer.shutdown(socket.SHUT_WR)
        return made

    monkeypatch.setattr(aiohttp.TCPConnector, "_create_connection", connect_and_hear)
    with listener:
        reply = await ask(f"http://127.0.0.1:{listener.getsockname()[1]}")
    assert isinstance(reply, Unsent)
    assert reply.message == "the server closes new connections, or speaks on them, before it is asked"
    assert len(peers) == 3
    for peer in peers:
        with peer, suppress(ConnectionResetError):
            assert peer.recv(1) == b""


@pytest.mark.parametrize("longer", [0.2, -0.02])
async def test_a_process_that_stood_still_reads_before_it_times_out(longer: float) -> None:
    """Also where it stood still until a moment after the time was up: 0.05 s of it were over when it began."""
    with Threaded(http(), b"", http(), in_turn=True) as server:
        async with connect(server.base_url, TOKEN, QUICK) as lifecycle:
            assert await lifecycle.perform(PAUSE) == PAUSED
            asking = asyncio.create_task(lifecycle.perform(PAUSE))
            await asyncio.sleep(0.05)
            server.speak.set()
            assert server.spoken.wait(10)
            time.sleep(QUICK.connect + QUICK.read + longer)  # noqa: ASYNC251  nothing of this process runs meanwhile
            assert await asking == PAUSED


def test_who_stood_still_once_a_connection_was_made_waits_for_the_answer_as_long_as_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting, connect_at_once = Timeouts(), aiohttp.TCPConnector.connect

    async def connect_and_stand_still(*arguments: Any, **options: Any) -> Connection:
        connection = await connect_at_once(*arguments, **options)
        cast("VirtualTimeLoop", asyncio.get_running_loop()).jump(waiting.connect + waiting.read)
        return connection

    async def answer_late(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(waiting.read - 1)
        writer.write(http())

    async def ask_late() -> Reply:
        async with scripted(answer_late) as script:
            return await ask(script.base_url, waiting)

    monkeypatch.setattr(aiohttp.TCPConnector, "connect", connect_and_stand_still)
    assert run_virtually(ask_late()) == PAUSED


async def test_who_stood_still_does_not_wait_for_ever() -> None:
    async with scripted(hang) as script, connect(script.base_url, TOKEN, QUICK) as lifecycle:
        asking = asyncio.create_task(lifecycle.perform(PAUSE))
        await asyncio.sleep(0.05)
        time.sleep(QUICK.connect + QUICK.read + 0.2)  # noqa: ASYNC251  nothing of this process runs meanwhile
        reply = await asking
    assert reply == Lost(Code.TIMEOUT, "no answer in time")


def test_a_loop_that_is_always_late_times_out_all_the_same() -> None:
    async def ask_while_something_keeps_the_loop() -> Reply:
        loop = cast("VirtualTimeLoop", asyncio.get_running_loop())

        async def keep_it() -> None:
            while True:
                await asyncio.sleep(0)
                loop.jump(1.0)

        async with scripted(hang) as script, connect(script.base_url, TOKEN, Timeouts()) as lifecycle:
            keeping = asyncio.create_task(keep_it())
            try:
                async with asyncio.timeout(1000):
                    return await lifecycle.perform(PAUSE)
            finally:
                keeping.cancel()

    assert run_virtually(ask_while_something_keeps_the_loop()) == Lost(Code.TIMEOUT, "no answer in time")


async def test_an_abandoned_request_leaves_its_connection_to_nobody() -> None:
    arrived = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        arrived.set()
        if len(script.requests) == 1:
            await hang(writer)
        writer.write(http())

    async with scripted(answer) as script, connect(script.base_url, TOKEN, Timeouts()) as lifecycle:
        task = asyncio.create_task(lifecycle.perform(PAUSE))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await lifecycle.perform(PAUSE) == PAUSED


# Given up


async def given_up_once_it_was_heard(base_url: Callable[[Scripted], str]) -> asyncio.CancelledError:
    """Return what a request ends with that is given up as soon as anything of it was read."""
    heard = asyncio.Event()

    async def hear(writer: asyncio.StreamWriter) -> None:
        heard.set()
        await hang(writer)

    async with scripted(hear) as script, connect(base_url(script), TOKEN, Timeouts()) as lifecycle:
        asking = asyncio.create_task(lifecycle.perform(PAUSE))
        await heard.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError) as ended:
            await asking
    assert len(script.requests) == 1
    return ended.value


async def test_a_request_that_is_given_up_while_it_connects_never_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def behind(proxy: Scripted) -> str:
        monkeypatch.setenv("https_proxy", proxy.base_url)
        return "https://journeys.invalid"

    assert isinstance(await given_up_once_it_was_heard(behind), NeverLeft)


async def test_a_request_that_is_given_up_before_its_answer_may_have_left() -> None:
    assert not isinstance(await given_up_once_it_was_heard(lambda script: script.base_url), NeverLeft)


of_the_public_one = pytest.mark.parametrize("is_fast", [False], ids=["public"], indirect=True)


@of_the_public_one
@pytest.mark.parametrize("broken", ["raw_headers", "version", "status"])
async def test_an_answer_that_is_told_otherwise_than_was_tested_leaves_the_row_in_doubt(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aiohttp.ClientResponse, broken, property(lambda _: 1 / 0), raising=False)
    reply = await reply_to(saying(http()))
    assert isinstance(reply, Lost)
    assert reply.may_have_applied


@of_the_public_one
async def test_a_version_that_does_not_tell_how_far_it_is_leaves_the_row_in_doubt(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def tell_nothing(*_: Any) -> None:
        pass

    for event in ("connection_create_start", "connection_create_end", "request_headers"):
        monkeypatch.setattr(aiohttp.tracing.Trace, f"send_{event}", tell_nothing)
    assert await reply_to(saying(http())) == PAUSED
    assert isinstance(await reply_to(saying(then=reset)), Lost)


# Proxies


async def test_a_proxy_of_the_environment_is_used_for_names_that_only_it_can_resolve(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with scripted(saying(http())) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        assert await ask("http://journeys.invalid") == PAUSED
    assert proxy.requests[0].startswith(b"POST http://journeys.invalid/api/v3/journeygateway/pause HTTP/1.1\r\n")


async def test_a_proxy_may_be_written_without_its_scheme(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(saying(http())) as proxy:
        monkeypatch.setenv("http_proxy", f"127.0.0.1:{proxy.port}")
        assert await ask("http://journeys.invalid") == PAUSED


@pytest.mark.parametrize(
    "exempt", ["journeys.invalid", "a.invalid, .invalid", "JOURNEYS.INVALID", "journeys.invalid:80", "*"]
)
@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
async def test_no_proxy_exempts_a_host(variable: str, exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(saying(http())) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base_url)
        monkeypatch.setenv(variable, exempt)
        assert isinstance(await ask("http://journeys.invalid"), Unsent)  # as nobody knows that name
        assert proxy.requests == []
        monkeypatch.setenv(variable, "journeys.invalid:8080")
        assert await ask("http://journeys.invalid") == PAUSED


@pytest.mark.parametrize("variable", [*PROXY_VARIABLES[:3], *map(str.upper, PROXY_VARIABLES[:3])])
async def test_a_request_to_this_machine_goes_through_no_proxy(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would show the token to the proxy, and to whoever listens on the way there."""
    async with scripted(saying(http())) as proxy, scripted(saying(http())) as api:
        monkeypatch.setenv(variable, proxy.base_url)
        for host in ("127.0.0.1", "localhost", "LOCALHOST"):
            assert await ask(f"http://{host}:{api.port}") == PAUSED
    assert (len(proxy.requests), len(api.requests)) == (0, 3)


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"])
async def test_a_proxy_that_opens_no_tunnel_never_sees_the_token(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(saying(http(b"", status), then=close)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.base_url)
        reply = await ask("https://journeys.invalid")
    assert isinstance(reply, Unsent)
    assert f"the proxy answered HTTP {status[:3]}" in reply.message
    assert proxy.requests[0].startswith(b"CONNECT journeys.invalid:443 HTTP/1.1\r\n")
    assert TOKEN.encode() not in proxy.requests[0]


async def test_a_proxys_own_password_goes_to_the_proxy_and_the_token_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(saying(http(b"", "403 Forbidden"), then=close)) as proxy:
        monkeypatch.setenv("https_proxy", f"http://user:pass@127.0.0.1:{proxy.port}")
        assert isinstance(await ask("https://journeys.invalid"), Unsent)
    assert b"Proxy-Authorization: Basic dXNlcjpwYXNz\r\n" in proxy.requests[0]
    assert TOKEN.encode() not in proxy.requests[0]


async def test_a_proxys_own_password_goes_with_a_request_that_needs_no_tunnel(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(saying(http())) as proxy:
        monkeypatch.setenv("http_proxy", f"http://user:pass@127.0.0.1:{proxy.port}")
        assert await ask("http://journeys.invalid") == PAUSED
    assert proxy.requests[0].count(b"Proxy-Authorization: Basic dXNlcjpwYXNz\r\n") == 1


async def test_a_proxy_that_hangs_before_the_tunnel_is_open_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(hang) as proxy:
        monkeypatch.setenv("https_proxy", proxy.base_url)
        assert isinstance(await ask("https://journeys.invalid", Timeouts(connect=0.2, read=5)), Unsent)


@pytest.mark.parametrize("proxy", ["http://127.0.0.1:{port}", "127.0.0.1:{port}", "http://", "://", "http://[::1"])
async def test_a_proxy_that_cannot_be_reached_has_sent_nothing(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", proxy.format(port=a_free_port()))
    assert isinstance(await ask("http://journeys.invalid"), Unsent)


@pytest.mark.parametrize("kind", ["socks5", "socks5h", "socks4", "socks", "ftp"])
async def test_a_proxy_of_another_kind_is_not_spoken_to_in_http(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scripted(saying(http())) as proxy:
        for scheme in ("http", "https"):
            monkeypatch.setenv(f"{scheme}_proxy", f"{kind}://127.0.0.1:{proxy.port}")
            assert isinstance(await ask(f"{scheme}://journeys.invalid"), Unsent)
    assert proxy.requests == []


# Against the sandbox


async def ask_sandbox(config: Config, *, token: str = Config.token, suffix: str = "", uuid: str | None = None) -> Reply:
    async with serving(config) as sandbox:
        (journey,) = sandbox.world.journeys.values()
        request = Request(Action.PAUSE, uuid or journey.uuid)
        reply = await ask(sandbox.base_url + suffix, QUICK, token=token, request=request)
        assert isinstance(reply, Applied) <= (journey.applied == ["pause"])
        return reply


@pytest.mark.parametrize("errors", list(Errors))
@pytest.mark.parametrize(
    ("fault", "expected", "code"),
    [
        (Fault.REFUSE, Throttled, "resource_exhausted"),
        (Fault.DROP, Lost, "connection_lost"),
        (Fault.DOWN, Lost, "unavailable"),
        (Fault.RESET, Lost, "connection_lost"),
        (Fault.HANG, Lost, "timeout"),
        (Fault.ERROR, Lost, "internal"),
        (Fault.TIMEOUT, Lost, "deadline_exceeded"),
        (Fault.CUT, Lost, "cut_off"),
        (Fault.HTML, Lost, "http_502"),
    ],
)
async def test_every_fault_of_the_sandbox_is_told_apart(
    fault: Fault, expected: type[Failure], code: str, errors: Errors
) -> None:
    reply = await ask_sandbox(Config(journeys=1, faults={fault: 1.0}, errors=errors))
    assert isinstance(reply, expected)
    assert reply.code.word(reply.http_status) == code


@pytest.mark.parametrize("errors", list(Errors))
async def test_every_answer_of_the_sandbox_is_told_apart(errors: Errors) -> None:
    one = Config(journeys=1, errors=errors)
    finished = Config(journeys=1, errors=errors, mix={Status.FINISHED: 1.0})
    assert isinstance(await ask_sandbox(one), Applied)
    assert isinstance(await ask_sandbox(finished), Conflict)
    assert isinstance(await ask_sandbox(one, token="another"), Unauthorised)
    assert isinstance(await ask_sandbox(one, uuid=UUID), Refused)
    assert isinstance(await ask_sandbox(Config(journeys=1, errors=errors, forbidden=1)), Refused)
    assert isinstance(await ask_sandbox(one, suffix="/elsewhere"), Misrouted)


@pytest.mark.parametrize(
    ("hint", "seconds"), [(RetryHint.HEADER, 1.0), (RetryHint.DETAILS, 0.5), (RetryHint.NONE, None)]
)
async def test_a_rate_limit_says_how_long_to_wait_wherever_it_says_so(hint: RetryHint, seconds: float | None) -> None:
    async with serving(Config(journeys=1, rate=Rate(1, 60), retry_hint=hint, hint_seconds=0.5)) as sandbox:
        (uuid,) = sandbox.world.journeys

        async def twice(lifecycle: Lifecycle) -> Reply:
            await lifecycle.perform(Request(Action.PAUSE, uuid))
            return await lifecycle.perform(Request(Action.PAUSE, uuid))

        async with connect(sandbox.base_url, "sandbox", QUICK) as lifecycle:
            reply = await twice(lifecycle)
    assert isinstance(reply, Throttled)
    assert reply.hint == seconds


async def test_a_hundred_requests_at_once_each_get_their_own_answer() -> None:
    async with (
        serving(Config(journeys=100)) as sandbox,
        connect(sandbox.base_url, "sandbox", Timeouts()) as lifecycle,
    ):
        replies = await asyncio.gather(
            *(lifecycle.perform(Request(Action.PAUSE, one)) for one in sandbox.world.journeys)
        )
        titles = [one.title for one in sandbox.world.journeys.values()]
        assert replies == [Applied("STATUS_PAUSED", title) for title in titles]
        assert [one.requests for one in sandbox.world.journeys.values()] == [1] * 100
