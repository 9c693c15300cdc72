"""Laws of a network that fails in every way there is: what the result log says is so, and the token stays here."""

import asyncio
import contextlib
import gzip
import itertools
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from shutil import which
from typing import Any, Final

import pytest
from anyio.from_thread import BlockingPortal

from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.journeys import Action
from bulk_journeys.sandbox.outages import Outage, OutageKind
from bulk_journeys.sandbox.population import populate
from tests.cli.odd_servers import (
    REVOKED,
    OddServer,
    Script,
    Visit,
    at_first,
    close,
    endless,
    error,
    hang,
    honest,
    http,
    page,
    reset,
    saying,
    serving,
    whole,
)
from tests.cli.stage import (
    Cli,
    Done,
    Forked,
    Serve,
    Stage,
    carried_out,
    done,
    introduce,
    outcomes,
    records,
    started,
    the_run,
    write_list,
    wrongs,
)

TOKEN: Final = f"canary-{Random('a network').getrandbits(128):032x}"
ROWS: Final = 10
EVEN: Final = frozenset([*populate(Config(ROWS)).journeys][::2])
"""Every other journey; their ids are always the same."""

ELSEWHERE: Final = "00000000-0000-4000-8000-000000000000"

Odd = Callable[..., OddServer]


@pytest.fixture(autouse=True)
def _canary(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", TOKEN)


@pytest.fixture
def odd(portal: BlockingPortal) -> Iterator[Odd]:
    """Return what begins a server with *rows* journeys, which ends with the test."""
    with ExitStack() as stack:

        def begin(script: Script, rows: int = ROWS, *, tls: ssl.SSLContext | None = None, **settings: Any) -> OddServer:
            server = OddServer(script, populate(Config(rows)), **settings)
            return stack.enter_context(portal.wrap_async_context_manager(serving(server, tls)))

        yield begin


def asking(server: OddServer, *flags: str, base_url: str | None = None) -> list[str]:
    """Return the command that pauses all journeys of *server*."""
    write_list(Path("journeys.csv"), list(server.world.journeys))
    given = ("--rate", "off", "--timeout", "0.5", "--base-url", base_url or server.base_url, *flags)
    return ["run", "journeys.csv", "--action", "pause", "--yes", *given]


def uphold(
    server: OddServer, done: Done, portal: BlockingPortal, folder: Path = Path(), *, closes_unread: bool = False
) -> None:
    """Hold the run in *folder* against the truth, and look for a bug's words and the token.

    A server that *closes_unread* connections loses answers that it does not know of.
    """
    run, journeys = the_run(folder), server.world.journeys
    assert wrongs(server.stage(portal), run, len(journeys), interrupted=closes_unread) == []
    sent = {record["uuid"]: record["attempts"] for record in records(run)}
    assert [uuid for uuid, journey in journeys.items() if journey.requests > sent[uuid]] == []
    assert "Traceback" not in done.out + done.err
    assert TOKEN not in done.out + done.err
    assert [path for path in folder.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()] == []


def uphold_that_nothing_was_sent(server: OddServer, done: Done, portal: BlockingPortal) -> None:
    assert done.code == 4, done.err
    uphold(server, done, portal)
    assert set(outcomes(the_run(Path()))) == {"not_attempted"}


# Answers that are lost

HALF: Final = whole(ELSEWHERE)[:-40]
HEAD: Final = HALF.partition(b"{")[0]
LOSING: Final = {
    "a reset": saying(then=reset),
    "a closed connection": saying(then=close),
    "silence": hang,
    "half the head, and a reset": saying(HEAD[:30], then=reset),
    "the head alone, and a closed connection": saying(HEAD, then=close),
    "the head alone, and silence": endless(HEAD, b"", 0.05),
    "half the body, and a closed connection": saying(HALF, then=close),
    "half the body, and silence": endless(HALF, b"", 0.05),
    "a byte of the head now and then": endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x", 0.05),
    "a byte of the body now and then": endless(HEAD + b"{", b" ", 0.05),
    "a gateway's page": saying(page("502 Bad Gateway")),
    "a gateway's page in time": saying(page("504 Gateway Timeout")),
    "an answer about another journey": saying(whole(ELSEWHERE)),
    "no HTTP": saying(b"220 mail.example.com ESMTP\r\n\r\n", then=close),
}


def test_a_lost_answer_is_doubt_where_the_action_was_done_and_another_try_where_it_was_not(
    odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    """Each way to lose one meets two journeys, of which only the first is paused by it."""
    ways = [way for way in LOSING for _ in "ab"]
    place = {uuid: number for number, uuid in enumerate(populate(Config(len(ways))).journeys)}

    async def losing(visit: Visit) -> None:
        await LOSING[ways[place[visit.journey.uuid]]](visit)

    server = odd(at_first(losing, acts=lambda journey: place[journey.uuid] % 2 == 0), len(ways))
    done = cli(*asking(server, "--tries", "2"))
    assert done.code == 5, done.err
    uphold(server, done, portal)
    told = outcomes(the_run(Path()))
    assert {way: told[ways.index(way) :][:2] for way in LOSING} == {way: ["in_doubt", "applied"] for way in LOSING}
    assert [journey.requests for journey in server.world.journeys.values()] == [2] * len(ways)
    doubts = [record["error"]["message"] for record in records(the_run(Path())) if record["error"]]
    beginnings = ("the answer to attempt 1 was lost (", "something else than the API answered attempt 1 (")
    assert all(doubt.startswith(beginnings) for doubt in doubts)
    assert all("journey is not running" in doubt for doubt in doubts)


@pytest.mark.parametrize("beginning", [b"HTTP/1.1 200 OK\r\nContent-Ty", b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 9000])
def test_an_answer_that_breaks_off_is_told_in_words_on_one_line(beginning: bytes, odd: Odd, cli: Cli) -> None:
    assert cli(*asking(odd(saying(beginning, then=close), rows=1), "--tries", "1")).code == 5
    (message,) = (record["error"]["message"] for record in records(the_run(Path())))
    assert "RawResponseMessage(" not in message
    assert "\n" not in message


def test_a_connection_that_is_reset_before_the_request_was_read_costs_a_try_and_no_row(
    odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    server = odd(honest, unwelcome=ROWS)
    introduce(server.base_url)
    done = cli(*asking(server, "--tries", "2"))
    assert done.code == 0, done.err
    uphold(server, done, portal)
    assert len(server.requests) == ROWS
    assert {record["attempts"] for record in records(the_run(Path()))} <= {1, 2}


def test_an_answer_about_somebody_else_applies_nothing_however_often_it_comes(
    odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    """As a cache gives it that knows one answer."""

    async def cached(visit: Visit) -> None:
        visit.journey.act(Action.PAUSE)
        visit.journey.faults.append("cached")
        await visit.say(whole(next(iter(visit.world.journeys))))

    server = odd(cached)
    done = cli(*asking(server, "--tries", "2"))
    assert done.code == 5
    uphold(server, done, portal)
    assert outcomes(the_run(Path())) == ["applied"] + ["in_doubt"] * (ROWS - 1)


def test_a_page_to_sign_in_with_stops_the_run_and_leaves_in_doubt_what_it_was_given(
    odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    """Nobody can tell whether whoever put the page there had passed the request on."""

    async def captive(visit: Visit) -> None:
        visit.journey.faults.append("captive")
        await visit.say(page("200 OK"))

    server = odd(captive)
    done = cli(*asking(server, "--concurrency", "1"))
    assert done.code == 4
    assert "does not lead to the lifecycle API: HTTP 200 without a journey: an HTML page" in done.out
    uphold(server, done, portal)
    assert outcomes(the_run(Path())).count("in_doubt") <= len(server.requests) == 3
    assert set(outcomes(the_run(Path()))) == {"in_doubt", "not_attempted"}


# Whoever answers in the API's place

HTML: Final = b"<html><head><title>Access denied</title></head><body><h1>Error 1020</h1></body></html>"
PAGES: Final = {
    "403 html": http(HTML, "403 Forbidden", "Content-Type: text/html\r\n"),
    "403 plain": http(b"error code: 1015", "403 Forbidden", "Content-Type: text/plain\r\n"),
    "403 json": http(b'{"message": "Forbidden"}', "403 Forbidden"),
    "403 empty": http(b"", "403 Forbidden"),
    "409 html": http(HTML, "409 Conflict"),
    "412 html": http(HTML, "412 Precondition Failed"),
    "400 html": http(HTML, "400 Bad Request"),
    "413 html": http(HTML, "413 Content Too Large"),
    "422 html": http(HTML, "422 Unprocessable Content"),
    "451 html": http(HTML, "451 Unavailable For Legal Reasons"),
    "200 html": http(HTML),
    "504 not found": error(5, "504 Gateway Timeout", "journey not found"),
    "two lengths": http(HTML, "403 Forbidden", "Content-Length: 3\r\n"),
}


BLOCKED: Final = 12


def firewall(page_: bytes, since: int, *, acts: bool, stays: bool = False) -> Script:
    """Return a script that has *page_* in place of answers from request *since* on.

    Unless it *stays* it meets `BLOCKED` of them, which are under way together.
    """
    numbers, all_here = itertools.count(), asyncio.Event()

    async def script(visit: Visit) -> None:
        number = next(numbers)
        if not (since <= number and (stays or number < since + BLOCKED)):
            await honest(visit)
            return
        visit.journey.faults.append("firewall")
        if acts:
            visit.journey.act(Action.PAUSE)
        if number == since + BLOCKED - 1:
            all_here.set()
        await (visit.say(page_) if stays else _say_when(all_here, visit, page_))

    return script


async def _say_when(here: asyncio.Event, visit: Visit, page_: bytes) -> None:
    await here.wait()
    await visit.say(page_)


@pytest.mark.parametrize("kind", PAGES)
def test_a_firewall_in_the_middle_settles_no_row_and_the_run_goes_on_when_it_is_gone(
    kind: str, odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    server = odd(firewall(PAGES[kind], 5, acts=False), 40)
    done = cli(*asking(server, "--concurrency", "20", "--timeout", "20"))
    assert done.code == 0, done.out
    uphold(server, done, portal)
    assert "something in between answers in the API's place (" in done.err


def test_a_firewall_that_stays_leaves_the_rows_open_with_its_first_words(
    odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    server = odd(firewall(PAGES["403 html"], 5, acts=False, stays=True), 60)
    done = cli(*asking(server, "--concurrency", "20", "--deadline", "2"))
    assert done.code == 6
    uphold(server, done, portal)
    told = outcomes(the_run(Path()))
    assert told.count("applied") == 5
    assert set(told) == {"applied", "in_doubt", "not_attempted"}
    assert told.count("in_doubt") <= 9 + 20 + 1  # met by nine, while the tenth comes all lanes are busy, and one probe
    assert "(HTTP 403: an HTML page, 'Access denied Error 1020')" in done.err


def test_a_firewall_that_looks_at_what_comes_back_makes_no_conflict_of_what_was_done(
    odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    server = odd(firewall(PAGES["403 html"], 5, acts=True), 40)
    done = cli(*asking(server, "--concurrency", "20", "--timeout", "20"))
    assert done.code == 5, done.out
    uphold(server, done, portal)
    assert outcomes(the_run(Path())).count("in_doubt") == BLOCKED


@pytest.mark.parametrize("status", ["429 Too Many Requests", "503 Service Unavailable"])
def test_an_answer_too_large_for_the_gateway_is_no_conflict_when_it_is_asked_for_again(
    status: str, odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    """Once for grpc-go's own words, once for some that nobody knows."""
    for words in ("grpc: received message larger than max (5242880 vs. 4194304)", "try later"):
        folder = Path(words[:4])
        folder.mkdir()
        with contextlib.chdir(folder):
            server = odd(at_first(saying(error(8, status, words)), acts=lambda journey: journey.uuid in EVEN))
            done = cli(*asking(server, "--concurrency", "2"))
            assert done.code == 5
            uphold(server, done, portal)
            assert outcomes(the_run(Path())) == ["in_doubt", "applied"] * (ROWS // 2)


def test_a_backend_that_cannot_be_dialled_leaves_no_doubt(odd: Odd, cli: Cli, portal: BlockingPortal) -> None:
    words = 'connection error: desc = "transport: Error while dialing: dial tcp: connect: connection refused"'
    server = odd(at_first(saying(error(14, "503 Service Unavailable", words)), acts=lambda _: False))
    done = cli(*asking(server, "--tries", "1"))
    assert done.code == 3
    uphold(server, done, portal)
    assert set(outcomes(the_run(Path()))) <= {"failed", "applied"}  # who met what looks like an outage has another try
    assert cli("retry", "--yes", "--rate", "off").code == 0


@pytest.mark.parametrize("status", ["401 Unauthorized", "404 Not Found", "405 Method Not Allowed"])
def test_a_page_that_says_that_the_address_is_wrong_stops_the_run_with_its_rows_open(
    status: str, odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    server = odd(firewall(http(HTML, status), 5, acts=False, stays=True), 40)
    done = cli(*asking(server, "--concurrency", "2"))
    assert done.code == 4, done.err
    uphold(server, done, portal)
    told = outcomes(the_run(Path()))
    assert told.count("applied") == 5
    assert set(told) <= {"applied", "in_doubt", "not_attempted"}


# Whoever is no longer allowed


def test_a_token_revoked_in_the_middle_costs_no_row(odd: Odd, cli: Cli, portal: BlockingPortal) -> None:
    """Nor is anything forgotten meanwhile: the first answer of all was lost, and stays so."""
    revoked_after = 6

    async def script(visit: Visit) -> None:
        if len(server.requests) > revoked_after:
            await visit.say(REVOKED)
        else:
            await at_first_row(visit)

    async def at_first_row(visit: Visit) -> None:
        losing = at_first(saying(then=close), acts=lambda _: True)
        await (losing if visit.journey is first else honest)(visit)

    server = odd(script)
    first, *others = server.world.journeys.values()
    done = cli(*asking(server, "--concurrency", "1"))
    assert done.code == 4
    assert "the API refused the token: invalid api token" in done.out
    uphold(server, done, portal)
    assert outcomes(the_run(Path())) == ["in_doubt"] + ["applied"] * 4 + ["not_attempted"] * (ROWS - 5)

    revoked_after = 1000
    resumed = cli("resume", "--rate", "off")
    assert resumed.code == 5
    uphold(server, resumed, portal)
    assert outcomes(the_run(Path())) == ["in_doubt"] + ["applied"] * (ROWS - 1)
    assert [journey.requests for journey in others] == [1] * 4 + [2] + [1] * (ROWS - 6)


# Whoever cannot be reached


def test_a_name_that_nobody_knows_costs_no_row(
    odd: Odd, cli: Cli, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("https_proxy")
    server = odd(honest)
    done = cli(*asking(server, "--tries", "1", base_url="https://journeys.invalid"))
    assert "the API cannot be reached: " in done.out
    assert "journeys.invalid" in done.out
    uphold_that_nothing_was_sent(server, done, portal)

    assert cli("resume", "--rate", "off", "--base-url", server.base_url).code == 0
    uphold(server, done, portal)


PROXIES: Final = {
    "wants a password": saying(http(b"", "407 Proxy Authentication Required", "Proxy-Authenticate: Basic\r\n")),
    "finds nobody": saying(page("502 Bad Gateway")),
    "sends elsewhere": saying(http(b"", "302 Found", "Location: http://127.0.0.1:1/\r\n")),
    "shows a page in place of a tunnel": saying(page("200 OK")),
    "opens a tunnel and talks itself": saying(b"HTTP/1.1 200 Connection established\r\n\r\n", b"<html>Hello</html>"),
    "opens a tunnel and closes it": saying(b"HTTP/1.1 200 Connection established\r\n\r\n", then=close),
    "opens a tunnel to nowhere": endless(b"HTTP/1.1 200 Connection established\r\n\r\n", b"", 0.05),
    "drops the connection": saying(then=close),
    "resets the connection": saying(then=reset),
    "breaks off": saying(b"HTTP/1.1 200 Conn", then=close),
    "hangs": hang,
    "speaks no HTTP": saying(b"220 mail.example.com ESMTP\r\n\r\n", then=close),
}


@pytest.mark.parametrize("proxy", PROXIES)
def test_a_proxy_without_a_tunnel_costs_no_row_and_sees_no_token(
    proxy: str, odd: Odd, cli: Cli, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = odd(PROXIES[proxy])
    monkeypatch.setenv("https_proxy", server.base_url)
    done = cli(*asking(server, "--tries", "1", "--timeout", "0.3", base_url="https://journeys.invalid"))
    assert "the API cannot be reached: " in done.out
    uphold_that_nothing_was_sent(server, done, portal)
    assert {request.split(b"\r\n")[0] for request in server.requests} == {b"CONNECT journeys.invalid:443 HTTP/1.1"}
    assert not any(TOKEN.encode() in request for request in server.requests)


# Certificates


def certificate(folder: Path, name: str) -> Path:
    """Return the file of a key and a certificate for *name* that nobody but itself vouches for."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("no openssl here to make a certificate with, so TLS is NOT tested")
    key, made = folder / "key.pem", folder / "certificate.pem"
    making = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=test"
    naming = ("-addext", f"subjectAltName={name}", "-keyout", key, "-out", made)
    subprocess.run([openssl, *making.split(), *naming], check=True, capture_output=True, timeout=30)
    return made


def tls_of(made: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made, made.with_name("key.pem"))
    return context


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("right"), "IP:127.0.0.1")


@pytest.fixture(scope="module")
def wrong(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("wrong"), "DNS:elsewhere.example")


def test_a_certificate_that_nobody_vouches_for_costs_no_row_and_sees_no_token(
    right: Path, odd: Odd, cli: Cli, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("https_proxy")
    server = odd(honest, tls=tls_of(right))
    done = cli(*asking(server, "--tries", "1", "--timeout", "5"))
    assert "certificate" in done.out
    uphold_that_nothing_was_sent(server, done, portal)
    assert server.requests == []


def test_a_certificate_of_somebody_else_costs_no_row_and_sees_no_token(
    wrong: Path, odd: Odd, folder: Path, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("https_proxy")
    monkeypatch.setenv("SSL_CERT_FILE", str(wrong))
    server = odd(honest, tls=tls_of(wrong))
    done = carried_out(folder, *asking(server, "--tries", "1", "--timeout", "5"))
    assert "certificate is not valid for '127.0.0.1'" in done.out
    uphold_that_nothing_was_sent(server, done, portal)
    assert server.requests == []


def test_a_certificate_that_is_trusted_and_right_is_good_enough(
    right: Path, odd: Odd, folder: Path, portal: BlockingPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the two laws above would hold of a program that never speaks TLS."""
    monkeypatch.delenv("https_proxy")
    monkeypatch.setenv("SSL_CERT_FILE", str(right))
    server = odd(at_first(saying(then=reset), acts=lambda journey: journey.uuid in EVEN), tls=tls_of(right))
    done = carried_out(folder, *asking(server, "--tries", "2", "--timeout", "5"))
    assert done.code == 5, done.err
    uphold(server, done, portal)
    assert outcomes(the_run(folder)) == ["in_doubt", "applied"] * (ROWS // 2)


# Redirects

REDIRECTS: Final = ("301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent Redirect")


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_is_not_followed_and_the_token_stays_here(
    status: str, odd: Odd, cli: Cli, portal: BlockingPortal
) -> None:
    elsewhere = odd(honest)
    location = f"Location: {elsewhere.base_url}/api/v3/journeygateway/pause\r\n"
    server = odd(saying(http(b"", status, location)))
    done = cli(*asking(server))
    assert "the base URL does not lead to the lifecycle API: " in done.out
    assert done.code == 4, done.err
    uphold(server, done, portal, closes_unread=True)  # nobody can tell whether who redirects has passed it on before
    assert set(outcomes(the_run(Path()))) <= {"in_doubt", "not_attempted"}
    assert (elsewhere.connections, elsewhere.requests) == (0, [])


def test_a_redirect_in_the_middle_is_not_followed_either(odd: Odd, cli: Cli, portal: BlockingPortal) -> None:
    elsewhere = odd(honest)
    location = f"Location: {elsewhere.base_url}/api/v3/journeygateway/pause\r\n"

    async def script(visit: Visit) -> None:
        if visit.journey.uuid in EVEN:
            await honest(visit)
        else:
            await visit.say(http(b"", "307 Temporary Redirect", location))

    server = odd(script)
    done = cli(*asking(server, "--tries", "2", "--concurrency", "1"))
    assert done.code == 4
    uphold(server, done, portal, closes_unread=True)
    assert outcomes(the_run(Path()))[::2] == ["applied"] * (ROWS // 2)
    assert set(outcomes(the_run(Path()))[1::2]) <= {"in_doubt", "not_attempted"}
    assert elsewhere.connections == 0


# Connections that are kept


def test_a_server_that_closes_idle_connections_loses_no_action_unseen(
    odd: Odd, folder: Path, portal: BlockingPortal
) -> None:
    """Each request leaves as its connection closes, or a little before or after."""
    gap, rows = 0.05, 25
    dice = Random("idle connections")

    def begin(number: int) -> tuple[OddServer, Path, Forked]:
        server = odd(honest, rows, idle=lambda: gap + dice.uniform(-0.002, 0.002))
        own = folder / str(number)
        own.mkdir()
        write_list(own / "journeys.csv", list(server.world.journeys))
        flags = ("--rate", f"{1 / gap:g}/s", "--tries", str(1 + number % 2), "--base-url", server.base_url)
        return server, own, Forked(own, "run", "journeys.csv", "--action", "pause", "--yes", *flags)

    for server, own, process in [begin(number) for number in range(8)]:
        done = process.done()
        assert done.code in {0, 5}, done.err
        uphold(server, done, portal, own, closes_unread=True)
        for record in records(the_run(own)):
            never_read = record["attempts"] - server.world.journeys[record["uuid"]].requests
            assert never_read if record["outcome"] == "in_doubt" else record["outcome"] == "applied"


# Outages


def test_an_outage_in_the_middle_costs_no_row(serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", Config.token)
    rows, lanes = 600, 10

    def begin(kind: OutageKind) -> tuple[Stage, Path, Forked]:
        latency, outage = Latency(0.01, 0.02), Outage(0.3, 2.0)
        stage = serve(Config(rows, latency=latency, outages=(outage,), outage_kind=kind))
        own = folder / kind
        own.mkdir()
        write_list(own / "journeys.csv", stage.uuids())
        flags = ("--rate", "off", "--concurrency", str(lanes), "--tries", "3", "--base-url", stage.base_url)
        return stage, own, Forked(own, "run", "journeys.csv", "--action", "pause", "--yes", *flags)

    for stage, own, process in [begin(kind) for kind in OutageKind]:
        assert process.done().code == 0
        assert wrongs(stage, the_run(own), rows) == []
        swallowed = sum(journey.unheard for journey in stage.journeys.values())
        # Ten open the breaker while others are under way. What left before the outage may answer late, and close it
        # again for as many. Then a probe leaves in 1, 3 and 7 seconds at most. Without all that it would be thousands.
        assert 10 <= swallowed <= 100


# Servers without end


def the_most_memory(process: "subprocess.Popen[bytes]") -> float:
    """Return how many MB the process had at most, once it has ended."""
    status, most = Path(f"/proc/{process.pid}/status"), 0
    if not status.exists():
        pytest.skip("no /proc here to ask, so the memory is NOT measured")
    while process.poll() is None:
        lines = status.read_text(encoding="ascii").splitlines()
        most = max([most, *(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))])
        time.sleep(0.005)
    return most / 1024


MOST_MEMORY: Final = 200.0
"""MB that a run may have, whatever it is sent."""

BOMB: Final = http(gzip.compress(b" " * 100_000_000, 1), headers="Content-Encoding: gzip\r\n")
ENDLESS: Final = {
    "headers": endless(b"HTTP/1.1 200 OK\r\n", b"X-More: 1\r\n" * 1000, 0.001),
    "one header": endless(b"HTTP/1.1 200 OK\r\nX-Long: ", b"x" * 10_000, 0.001),
    "a reason": endless(b"HTTP/1.1 200 ", b"x" * 10_000, 0.001),
    "hints": endless(b"", b"HTTP/1.1 103 Early Hints\r\nX-More: 1\r\n\r\n" * 100, 0.001),
    "a body": endless(b"HTTP/1.1 200 OK\r\n\r\n", b"{}," * 30_000, 0.001),
    "an error": endless(b"HTTP/1.1 500 Oh\r\nContent-Length: 99999999999\r\n\r\n", b"{}," * 30_000, 0.001),
    "a chunk's extension": endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;", b"x" * 10_000, 0.001),
    "trailers": endless(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X-More: 1\r\n" * 1000, 0.001),
    "a bomb": saying(BOMB),
}


def test_a_server_without_end_fills_no_memory_and_loses_no_row(odd: Odd, folder: Path, portal: BlockingPortal) -> None:
    ways = dict(zip(populate(Config(1 + len(ENDLESS))).journeys, [honest, *ENDLESS.values()], strict=True))

    async def script(visit: Visit) -> None:
        visit.journey.faults.append("endless")
        await ways[visit.journey.uuid](visit)

    server = odd(script, len(ways))
    with started(folder, *asking(server, "--tries", "1", "--timeout", "0.5")) as process:
        assert the_most_memory(process) < MOST_MEMORY
        ended = done(process, folder)
    assert ended.code == 5, ended.err
    uphold(server, ended, portal)
    assert outcomes(the_run(folder)) == ["applied"] + ["in_doubt"] * len(ENDLESS)


def test_as_many_answers_at_once_as_there_may_be_fill_no_memory(odd: Odd, folder: Path) -> None:
    """Each is shorter than what is read of one at most, and holds its lane until all others are there."""
    server = odd(endless(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 2_500_000, b"", 0.05), rows=100)
    with started(folder, *asking(server, "--tries", "1", "--timeout", "1")) as process:
        assert the_most_memory(process) < MOST_MEMORY
