"""Laws of the sample that meets the real API first: it claims only what is so, and leaves the journey as it was."""

import asyncio
import importlib
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import msgspec
import pytest
from anyio.from_thread import BlockingPortal

from bulk_journeys.sandbox.answers import Errors
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import Action, Journey, Status
from bulk_journeys.sandbox.population import populate
from tests.cli.odd_servers import REVOKED, OddServer, error, honest, http, page, reset, serving, whole, whole_request
from tests.cli.stage import PATIENCE, Cli, Done, Serve, demo, wait_until, write_list

SAMPLE: Final = Path(__file__).parents[2] / "samples" / "first_live_hour"
PREFIX: Final = "/api/v3/journeygateway/"
TOKEN: Final = "canary+/0123456789abcdef&~"
NAMES: Final = {3: "400 Bad Request", 5: "404 Not Found", 9: "400 Bad Request", 7: "403 Forbidden"}


class Told(NamedTuple):
    """What the script printed, how long it waited, and what it kept."""

    done: Done
    waits: list[float]
    kept: list[dict[str, Any]]

    @property
    def state(self) -> str:
        """The line that says how the journey is left."""
        return next(line for line in self.done.out.splitlines() if line.startswith(("the journey ", "after a pause")))

    @property
    def otherwise(self) -> dict[str, str]:
        """What was otherwise, and the first answer that was."""
        return dict(re.findall(r"^  OTHERWISE   (.*)\n +(.*)$", self.done.out, re.MULTILINE))

    @property
    def steps(self) -> list[str]:
        return [record["step"] for record in self.kept]


Hour = Callable[..., Told]


@pytest.fixture
def hour(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hour:
    """Return the script in this process, with waits that take no time; *during* is called in each of them."""
    monkeypatch.syspath_prepend(str(SAMPLE))
    script = importlib.import_module("first_hour")

    def run(uuid: str, base_url: str, *flags: str, during: Callable[[int], None] = lambda _: None) -> Told:
        waits: list[float] = []

        def sleep(seconds: float) -> None:
            waits.append(seconds)
            during(len(waits))

        capsys.readouterr()
        code = script.main([uuid, str(folder / "kept"), "--yes", "--base-url", base_url, *flags], sleep)
        file = folder / "kept" / "answers.jsonl"
        kept = [json.loads(line) for line in file.read_bytes().splitlines()] if file.exists() else []
        return Told(Done(code, *capsys.readouterr()), waits, kept)

    return run


# Against the sandbox


@pytest.mark.parametrize("errors", list(Errors))
def test_of_the_sandbox_all_is_as_assumed_and_the_journey_is_as_it_was(
    errors: Errors, serve: Serve, hour: Hour
) -> None:
    stage = serve(Config(1, errors=errors, points=400))
    (journey,) = stage.journeys.values()
    told = hour(journey.uuid, stage.base_url)
    assert told.done.code == 0, told.done.out
    assert "18 as assumed, 0 otherwise, 0 not seen\n" in told.done.out
    assert told.state == "the journey runs, as it did at first: so says the last answer that shows it"
    assert journey.applied == ["pause", "start"]
    assert journey.status is Status.RUNNING
    assert len(told.kept) == 8
    assert len(told.waits) == 7
    assert min(told.waits) >= 1
    assert max(told.waits) == 4


@pytest.mark.parametrize("first", ["paused", "draft", "finished", "archived"])
def test_a_journey_that_did_not_run_is_not_started(first: str, serve: Serve, hour: Hour) -> None:
    stage = serve(Config(1, mix={Status[first.upper()]: 1.0}))
    (journey,) = stage.journeys.values()
    told = hour(journey.uuid, stage.base_url)
    assert told.done.code == 3
    assert told.state.startswith("the journey is as it was, as the pause was refused; if it did not run, start it")
    assert journey.applied == []
    assert told.otherwise.keys() == {"pause: HTTP 200, info.uuid, info.status STATUS_PAUSED"}
    assert "not seen    start: HTTP 200" in told.done.out


def test_a_token_that_is_refused_changes_nothing(serve: Serve, hour: Hour) -> None:
    stage = serve(Config(1, token="other"))
    (journey,) = stage.journeys.values()
    told = hour(journey.uuid, stage.base_url)
    assert told.done.code == 3
    assert told.state.startswith("the journey was not touched: ")
    assert told.otherwise["'Authorization: Api TOKEN' is taken"] == (
        "an unknown uuid: HTTP 401, code 16, 'invalid api token'"
    )
    assert (journey.requests, len(told.kept)) == (0, 1)


def test_a_journey_that_the_token_has_no_right_to_is_left_as_it_was(serve: Serve, hour: Hour) -> None:
    stage = serve(Config(1, forbidden=1))
    (journey,) = stage.journeys.values()
    told = hour(journey.uuid, stage.base_url)
    assert (told.done.code, journey.applied) == (3, [])
    assert told.state == "the journey is as it was, as no pause was taken"


def test_a_wrong_address_is_told_before_the_journey_is_touched(serve: Serve, hour: Hour) -> None:
    for errors in Errors:
        stage = serve(Config(1, errors=errors))
        (journey,) = stage.journeys.values()
        told = hour(journey.uuid, f"{stage.base_url}/elsewhere")
        assert told.state.startswith("the journey was not touched: ")
        assert "POST BASE/api/v3/journeygateway/pause and /start are there" in told.otherwise
        assert journey.requests == 0
        Path("kept/answers.jsonl").unlink()


# Against servers that answer otherwise


class Asked(NamedTuple):
    """A request: *action* is empty for a wrong path, *journey* None for an id of none; *nth* of its kind, from 1."""

    action: str
    journey: Journey | None
    known: bool
    nth: int


def always(_: Asked) -> bool:
    return True


def as_it_is(_: Asked, answer: bytes) -> bytes | None:
    return answer


@dataclass
class Live(OddServer):
    """An API of one journey that *twist* misrepresents; None in place of an answer resets the connection.

    What *acts* does not hold of is not carried out, and answered as if it were. One that *hangs_up* closes each
    connection behind an answer, without a word; *closed* counts them.
    """

    twist: Callable[[Asked, bytes], bytes | None] = as_it_is
    acts: Callable[[Asked], bool] = always
    token: str = Config.token
    hangs_up: bool = False
    closed: int = 0
    counts: dict[tuple[str, bool], int] = field(default_factory=dict)

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while not writer.is_closing():
            raw = await whole_request(reader)
            self.requests.append(raw)
            asked = self._asked(raw)
            answer = self.twist(asked, self._honest(asked, raw))
            if answer is None:
                reset(writer)
            else:
                writer.write(answer)
                await writer.drain()
                if self.hangs_up or b"Connection: close" in answer:
                    writer.close()
                    await writer.wait_closed()
                    self.closed += 1

    def _asked(self, raw: bytes) -> Asked:
        path = raw.split(b" ")[1].decode()
        action = path.removeprefix(PREFIX) if path.startswith(PREFIX) else ""
        found = self.world.find(msgspec.json.decode(raw.partition(b"\r\n\r\n")[2])["uuid"])
        journey = found if isinstance(found, Journey) else None
        key = action, journey is not None
        self.counts[key] = self.counts.get(key, 0) + 1
        known = f"Authorization: Api {self.token}\r\n".encode() in raw
        return Asked(action, journey, known, self.counts[key])

    def _honest(self, asked: Asked, raw: bytes) -> bytes:
        if not asked.action:
            return http(b"Not Found\n", "404 Not Found", "Content-Type: text/plain\r\n")
        if not asked.known:
            return REVOKED
        if asked.journey is None:
            return error(3, NAMES[3], "invalid uuid") if b"no-uuid" in raw else error(5, NAMES[5], "journey not found")
        action = Action(asked.action)
        if not self.acts(asked):
            return whole(asked.journey.uuid, "STATUS_PAUSED" if action is Action.PAUSE else "STATUS_RUNNING")
        refusal = asked.journey.act(action)
        return error(9, NAMES[9], refusal.message) if refusal else whole(asked.journey.uuid, asked.journey.status)


Begin = Callable[..., Live]


@pytest.fixture
def live(portal: BlockingPortal) -> Iterator[Begin]:
    """Return what begins an API of one journey, which ends with the test."""
    with ExitStack() as stack:

        def begin(config: Config | None = None, **odd: Any) -> Live:
            server = Live(honest, populate(config or Config(1)), **odd)
            stack.enter_context(portal.wrap_async_context_manager(serving(server)))
            return server

        yield begin


def the_journey(server: Live) -> Journey:
    (journey,) = server.world.journeys.values()
    return journey


def assert_true(told: Told, server: Live) -> None:
    """Hold what is said of the journey, and of the requests, against what is so."""
    journey = the_journey(server)
    if told.state.startswith("the journey runs"):
        assert journey.status is Status.RUNNING
    if "as it did at first" in told.state.partition(":")[0] and "may not" not in told.state:
        assert journey.first_status is Status.RUNNING
    if "is as it was" in told.state or "not touched" in told.state:
        assert journey.applied == []
    if journey.first_status is Status.DRAFT:
        assert journey.applied == []
    assert len(server.requests) <= 10
    assert len(told.waits) == len(told.kept) - 1
    assert all(wait >= 1 for wait in told.waits)
    assert told.done.code == 3
    assert "Traceback" not in told.done.err


def of(action: str, nth: int, answer: Callable[[Asked], bytes | None]) -> Callable[[Asked, bytes], bytes | None]:
    """Answer the *nth* request that does *action* to the journey otherwise; 0 for all of them."""

    def twist(asked: Asked, honest: bytes) -> bytes | None:
        meant = asked.action == action and asked.journey and asked.known and nth in {0, asked.nth}
        return answer(asked) if meant else honest

    return twist


def shown(status: str) -> Callable[[Asked], bytes]:
    def answer(asked: Asked) -> bytes:
        assert asked.journey
        return whole(asked.journey.uuid, status)

    return answer


def nth_alone(action: str, *numbers: int) -> Callable[[Asked], bool]:
    """Let no request but these do *action*."""
    return lambda asked: asked.action != action or asked.nth in numbers


def everywhere(change: Callable[[bytes], bytes]) -> Callable[[Asked, bytes], bytes]:
    return lambda _, answer: change(answer)


def with_header(text: str) -> Callable[[Asked, bytes], bytes]:
    return everywhere(lambda answer: answer.replace(b"\r\n", f"\r\n{text}\r\n".encode(), 1))


def with_mark(answer: bytes) -> bytes:
    head, _, body = answer.partition(b"\r\n\r\n")
    return http(b"\xef\xbb\xbf" + body, head.split(b" ", 1)[1].split(b"\r\n")[0].decode())


def is_about_none(asked: Asked) -> bool:
    return bool(asked.action) and asked.known and asked.journey is None


UNKNOWN: Final = "an unknown uuid: HTTP 404, code 5"
BAD: Final = "what is no uuid: HTTP 400, code 3"
PAUSED: Final = "pause: HTTP 200, info.uuid, info.status STATUS_PAUSED"
STARTED: Final = "start: HTTP 200, info.uuid, info.status STATUS_RUNNING"
REPAUSED: Final = "pause of a paused journey: HTTP 400, code 9"
RESTARTED: Final = "start of a running journey: HTTP 400, code 9"
FORM: Final = 'an error is {"code", "message", "details"}, or v1\'s with "error"'
OPEN: Final = "a connection stays open, for 4 s without a request too"
TYPE: Final = "Content-Type: application/json"
FITS: Final = "its code is the one of its HTTP status"
RUNS: Final = "the journey runs, as it did at first: "
RUNS_NOW: Final = "the journey runs: "
MAY_NOT: Final = "the journey may not run "
MAY_BE_PAUSED: Final = "the journey may be paused: "
CUT: Final = (
    b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 99\r\nContent-Type: application/json\r\n\r\n{"info": {'
)
SLOW: Final = error(14, "503 Service Unavailable", "transport is closing")

DEVIATIONS: Final[dict[str, tuple[dict[str, Any], dict[str, str], str]]] = {
    "an old gateway's 412": (
        {"twist": of("pause", 2, lambda _: error(9, "412 Precondition Failed", "not running"))},
        {REPAUSED: "pause again: HTTP 412, code 9, 'not running'"},
        RUNS,
    ),
    "another code": (
        {"twist": of("pause", 2, lambda _: error(3, NAMES[3], "already paused"))},
        {REPAUSED: "pause again: HTTP 400, code 3, 'already paused'"},
        RUNS,
    ),
    "a pause that may be repeated": (
        {"twist": of("pause", 2, shown("STATUS_PAUSED"))},
        {REPAUSED: "pause again: HTTP 200, info.uuid"},
        RUNS_NOW,
    ),
    "a start that may be repeated": (
        {"twist": of("start", 2, shown("STATUS_RUNNING"))},
        {RESTARTED: "start again: HTTP 200"},
        RUNS,
    ),
    "a word without the prefix": (
        {"twist": of("pause", 1, shown("paused"))},
        {PAUSED: "pause: HTTP 200, info.uuid"},
        RUNS_NOW,
    ),
    "another status": ({"twist": of("pause", 1, shown("STATUS_DRAFT"))}, {PAUSED: "pause: HTTP 200"}, "after a pause"),
    "a start that takes its time": (
        {"twist": of("start", 1, shown("STATUS_STARTING"))},
        {STARTED: "start: HTTP 200"},
        MAY_NOT,
    ),
    "another journey": (
        {"twist": of("pause", 0, lambda _: whole("11111111-2222-3333-4444-555555555555"))},
        {PAUSED: "pause: HTTP 200, info.uuid '11111111"},
        MAY_BE_PAUSED,
    ),
    "an empty 200": (
        {"twist": of("pause", 0, lambda _: http(b""))},
        {PAUSED: "pause: HTTP 200, no body"},
        MAY_BE_PAUSED,
    ),
    "a lost answer to a pause that was done": (
        {"twist": of("pause", 1, lambda _: None)},
        {PAUSED: "pause: no answer: the connection was lost"},
        MAY_BE_PAUSED,
    ),
    "a lost answer to a pause that was not done": (
        {"twist": of("pause", 1, lambda _: None), "acts": nth_alone("pause", 2, 3)},
        {PAUSED: "pause: no answer: the connection was lost"},
        RUNS,
    ),
    "lost answers to every pause": (
        {"twist": of("pause", 0, lambda _: None)},
        {PAUSED: "pause: no answer"},
        MAY_BE_PAUSED,
    ),
    "a lost answer to a start that was not done": (
        {"twist": of("start", 1, lambda _: None), "acts": nth_alone("start", 2, 3)},
        {STARTED: "start: no answer: the connection was lost"},
        RUNS,
    ),
    "a lost answer to a start that was done": (
        {"twist": of("start", 1, lambda _: None)},
        {STARTED: "start: no answer: the connection was lost"},
        MAY_NOT,
    ),
    "a start that never comes through": (
        {"twist": of("start", 0, lambda _: SLOW), "acts": nth_alone("start")},
        {STARTED: "start: HTTP 503, code 14, 'transport is closing'"},
        MAY_NOT,
    ),
    "a refused start": (
        {"twist": of("start", 0, lambda _: error(7, NAMES[7], "no right")), "acts": nth_alone("start")},
        {STARTED: "start: HTTP 403, code 7, 'no right'"},
        MAY_NOT,
    ),
    "an answer that breaks off": (
        {"twist": of("pause", 1, lambda _: CUT)},
        {PAUSED: "pause: HTTP 200, a body that breaks off"},
        MAY_BE_PAUSED,
    ),
    "errors without a code": (
        {"twist": lambda asked, answer: http(b'{"message":"no"}', NAMES[5]) if is_about_none(asked) else answer},
        {FORM: "an unknown uuid: HTTP 404, 'no'", UNKNOWN: "an unknown uuid: HTTP 404", BAD: "a bad uuid: HTTP 404"},
        RUNS,
    ),
    "a code as a text": (
        {"twist": of("pause", 2, lambda _: http(b'{"code":"9","message":"no","details":[]}', NAMES[9]))},
        {FORM: "pause again: HTTP 400, 'no'", REPAUSED: "pause again: HTTP 400, 'no'"},
        RUNS_NOW,
    ),
    "a code that does not fit": (
        {"twist": of("pause", 2, lambda _: error(9, "409 Conflict", "not running"))},
        {FITS: "pause again: HTTP 409, code 9", REPAUSED: "pause again: HTTP 409, code 9"},
        RUNS_NOW,
    ),
    "any token": (
        {"twist": lambda asked, answer: answer if asked.known else error(5, NAMES[5], "journey not found")},
        {"a wrong token: HTTP 401": "a wrong token: HTTP 404, code 5, 'journey not found'"},
        RUNS,
    ),
    "any path": (
        {"twist": lambda asked, answer: answer if asked.action else page("200 OK")},
        {"a wrong path: HTTP 404": "a wrong path: HTTP 200, an HTML page"},
        RUNS,
    ),
    "a mark": ({"twist": everywhere(with_mark)}, {"UTF-8 without a byte order mark": "an unknown uuid: a byte"}, RUNS),
    "a hint": (
        {"twist": with_header("Retry-After: 1")},
        {"no Retry-After and no RateLimit unasked": "an unknown uuid: retry-after: 1"},
        RUNS,
    ),
    "a quota": (
        {"twist": with_header('RateLimit: "default";r=9;t=1')},
        {"no Retry-After and no RateLimit unasked": 'an unknown uuid: ratelimit: "default";r=9;t=1'},
        RUNS,
    ),
    "connections for one request": (
        {"twist": with_header("Connection: close")},
        {OPEN: "a bad uuid: closed by the server after its answer"},
        RUNS,
    ),
    "another type": (
        {"twist": everywhere(lambda answer: answer.replace(b"application/json", b"text/json"))},
        {TYPE: "an unknown uuid: 'text/json'"},
        RUNS,
    ),
}


@pytest.mark.parametrize("odd", DEVIATIONS.values(), ids=DEVIATIONS)
def test_what_is_otherwise_is_told_as_it_came_and_nothing_else(
    odd: tuple[dict[str, Any], dict[str, str], str], live: Begin, hour: Hour
) -> None:
    twists, expected, state = odd
    server = live(**twists)
    told = hour(the_journey(server).uuid, server.base_url)
    assert_true(told, server)
    assert told.state.startswith(state), told.done.out
    for text, came in expected.items():
        assert told.otherwise[text].startswith(came), told.done.out
    by_the_way = {FORM, FITS, TYPE, OPEN, RESTARTED}  # an answer that is otherwise may be so in more than one way
    assert told.otherwise.keys() - by_the_way == expected.keys() - by_the_way, told.done.out


STRANGERS: Final = {
    "a page": lambda asked, answer: page("200 OK"),
    "a page that forbids": lambda asked, answer: page("403 Forbidden"),
    "a redirect": lambda asked, answer: http(b"{}", "302 Found", "Location: http://127.0.0.1:1/\r\n"),
    "an overload": lambda asked, answer: SLOW,
    "a limit": lambda asked, answer: error(8, "429 Too Many Requests", "later"),
    "nothing": lambda asked, answer: None,
}


@pytest.mark.parametrize("twist", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("first", [Status.RUNNING, Status.DRAFT])
def test_what_does_not_answer_as_the_api_is_asked_once(
    twist: Callable[[Asked, bytes], bytes | None], first: Status, live: Begin, hour: Hour
) -> None:
    server = live(Config(1, mix={first: 1.0}), twist=twist)
    told = hour(the_journey(server).uuid, server.base_url)
    assert_true(told, server)
    assert told.state.startswith("the journey was not touched: ")
    assert len(server.requests) == 1


def test_a_connection_that_is_closed_while_idle_is_told_and_nothing_is_sent_on_it(live: Begin, hour: Hour) -> None:
    server = live(hangs_up=True)
    told = hour(
        the_journey(server).uuid, server.base_url, during=lambda count: wait_until(lambda: server.closed == count)
    )
    assert told.otherwise.keys() == {OPEN}
    assert told.otherwise[OPEN] == "a bad uuid: closed by the server while nothing was sent"
    assert server.connections == 8
    assert told.state.startswith(RUNS)


# What is kept


def forms() -> list[str]:
    codes = "".join(f"\\u{ord(char):04x}" for char in TOKEN)
    return [TOKEN, quote(TOKEN, safe=""), escape(TOKEN), TOKEN.replace("/", r"\/"), codes, "0123456789abcdef"]


def test_a_server_that_repeats_the_token_does_not_spread_it(
    live: Begin, hour: Hour, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", TOKEN)
    bodies = iter(forms() * 2)

    def echo(asked: Asked, answer: bytes) -> bytes:
        said = next(bodies)
        if asked.nth > 1 or not asked.action:
            return http(said.encode(), f"400 {said}", f"Location: /{said}\r\nContent-Type: {said}\r\nVia: {said}\r\n")
        quoted = f'"{said}"' if "\\" in said else json.dumps(said)
        body = (
            f'{{"code": 9, "message": {quoted}, "details": [{{{quoted}: [{quoted}]}}], "info": {{"uuid": {quoted}}}}}'
        )
        return http(body.encode(), "400 Bad Request")

    server = live(twist=echo, token=TOKEN)
    told = hour(the_journey(server).uuid, server.base_url)
    text = (folder / "kept" / "answers.jsonl").read_text() + told.done.out + told.done.err
    assert text.count("[token]") > 6
    assert [form for form in forms() if form in text] == []


def test_a_status_that_repeats_the_token_does_not_spread_it(
    live: Begin, hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", TOKEN)
    for verb, word in (("pause", TOKEN), ("pause", f"PAUSED{TOKEN}"), ("start", f"{'x' * 30}{TOKEN}")):
        server = live(twist=of(verb, 1, shown(word)), token=TOKEN)
        told = hour(the_journey(server).uuid, server.base_url)
        assert_true(told, server)
        assert "canary" not in told.done.out + told.done.err + json.dumps(told.kept)
        Path("kept/answers.jsonl").unlink()


def test_what_is_kept_has_neither_a_canvas_nor_names_and_is_for_its_owner_alone(
    serve: Serve, hour: Hour, folder: Path
) -> None:
    stage = serve(Config(1, points=3000))
    told = hour(stage.uuids()[0], stage.base_url)
    file = folder / "kept" / "answers.jsonl"
    assert (file.stat().st_mode & 0o777, file.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert file.stat().st_size < 8000
    paused = next(record for record in told.kept if record["step"] == "pause")
    assert paused["status_line"] == "HTTP/1.1 200 OK"
    assert paused["body"]["points"] == "[3000 left out]"
    assert paused["body"]["info"]["status"] == "STATUS_PAUSED"
    assert paused["body"]["info"]["params"] == {"application_code": "[left out]"}
    assert paused["body_bytes"] > 300_000
    assert paused["request"]["authorization"] == "Api [token]"
    assert "sandbox" not in file.read_text()


def test_a_body_that_is_deep_long_or_no_text_is_kept_in_short(live: Begin, hour: Hour) -> None:
    deep = b'{"code":5,"message":"no","details":[' + b'{"a":[' * 300 + b"]}" * 300 + b"]}"
    long = json.dumps({"code": 3, "message": "x" * 9000, "details": list(range(99))}).encode()

    def twist(asked: Asked, answer: bytes) -> bytes:
        if not asked.action:
            return http(bytes(range(256)) * 9, "404 Not Found")
        return answer if asked.journey or not asked.known else http(deep if asked.nth == 1 else long, "404 Not Found")

    server = live(twist=twist)
    told = hour(the_journey(server).uuid, server.base_url)
    assert_true(told, server)
    assert all(len(json.dumps(record)) < 5000 for record in told.kept)


def test_the_script_asks_as_the_tool_asks(live: Begin, hour: Hour, cli: Cli) -> None:
    """Or what it finds would say little about the tool."""
    server = live()
    hour(the_journey(server).uuid, server.base_url)
    asked = next(raw for raw in server.requests if the_journey(server).uuid.encode() in raw)
    write_list(Path("journeys.csv"), [the_journey(server).uuid])
    cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", server.base_url)
    ours, tools = (sorted(raw.lower().split(b"\r\n")) for raw in (asked, server.requests[-1]))
    assert ours == tools


# What the user says


USAGE: Final = {
    "no id": (("no-uuid",), "error: 'no-uuid' is not the id of a journey; copy it from the address of"),
    "an address in the clear": (("--base-url", "http://192.0.2.1"), "would show the token to the network"),
    "an empty token": (("--token-file", os.devnull), "the API token is empty"),
}


@pytest.mark.parametrize("said", USAGE.values(), ids=USAGE)
def test_what_makes_no_sense_is_refused_before_anything_is_sent(
    said: tuple[tuple[str, ...], str], live: Begin, hour: Hour
) -> None:
    server, (flags, words) = live(), said
    uuid = flags[0] if len(flags) == 1 else the_journey(server).uuid
    told = hour(uuid, server.base_url, *flags[len(flags) == 1 :])
    assert told.done.code == 2
    assert words in told.done.err
    assert (server.requests, told.kept) == ([], [])


def test_answers_that_are_there_already_are_not_written_over(live: Begin, hour: Hour, folder: Path) -> None:
    server = live()
    assert hour(the_journey(server).uuid, server.base_url).done.code == 0
    before = (folder / "kept" / "answers.jsonl").read_bytes()
    told = hour(the_journey(server).uuid, server.base_url)
    assert told.done.code == 2
    assert "it is there already; name another folder" in told.done.err
    assert (folder / "kept" / "answers.jsonl").read_bytes() == before
    assert len(server.requests) == 8


def test_without_a_yes_and_without_a_terminal_nothing_is_sent(live: Begin, folder: Path) -> None:
    server = live()
    script, uuid = str(SAMPLE / "first_hour.py"), the_journey(server).uuid
    command = [sys.executable, "-W", "error", script, uuid, str(folder / "kept")]
    ran = subprocess.run(
        [*command, "--base-url", server.base_url],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "it must run now, with nobody in it" in ran.stderr
    assert ran.stderr.endswith("error: there is no terminal to ask on, so nothing was sent; pass --yes\n")
    assert (server.requests, [*folder.glob("kept")]) == ([], [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("wait", range(1, 8))
def test_whoever_interrupts_has_the_journey_started_again_first(
    wait: int, number: signal.Signals, live: Begin, hour: Hour
) -> None:
    server = live()
    before = signal.getsignal(number)
    told = hour(
        the_journey(server).uuid,
        server.base_url,
        during=lambda count: os.kill(os.getpid(), number) if count == wait else None,
    )
    assert the_journey(server).status is Status.RUNNING
    assert signal.getsignal(number) is before
    assert told.done.out.count("the journey ") >= 1
    if wait < 7:
        assert_true(told, server)


def test_a_second_interruption_ends_it_at_once_and_says_what_may_be(live: Begin, hour: Hour) -> None:
    server = live()
    told = hour(
        the_journey(server).uuid,
        server.base_url,
        during=lambda count: os.kill(os.getpid(), signal.SIGINT) if count in {3, 4} else None,
    )
    assert told.done.code == 130
    assert told.done.err.endswith(
        "interrupted twice: the journey may be paused; look it up in the control panel, and start it there\n"
    )


def test_a_disk_that_takes_no_more_does_not_leave_the_journey_paused(live: Begin, hour: Hour) -> None:
    server = live()
    tour, wire = importlib.import_module("tour"), importlib.import_module("wire")
    kept: list[str] = []

    def keep(record: str) -> None:
        kept.append(record)
        if len(kept) == 3:
            raise OSError

    line = wire.Line(server.base_url, None)
    visit = tour.Visit(line, the_journey(server).uuid, Config.token, keep, lambda _: None)
    state = tour.tour(visit)
    line.close()
    assert visit.unkept
    assert state.startswith("the journey runs")
    assert the_journey(server).applied == ["pause", "start"]
    assert len(server.requests) == 4


@pytest.mark.parametrize("status", ["403 Forbidden", "407 Proxy Authentication Required"])
def test_a_proxy_that_opens_no_tunnel_sees_neither_token_nor_request(
    status: str, portal: BlockingPortal, hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = OddServer(lambda visit: visit.say(http(b"", status)), populate(Config(1)))
    with portal.wrap_async_context_manager(serving(proxy)):
        monkeypatch.setenv("https_proxy", proxy.base_url.replace("//", "//me:hunter2@"))
        told = hour("7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6f", "https://journeys.invalid")
    assert told.done.code == 3
    assert told.state.startswith("the journey was not touched")
    (request,) = proxy.requests
    assert request.startswith(b"CONNECT journeys.invalid:443 HTTP/1.")
    assert Config.token.encode() not in request
    assert b"Basic bWU6aHVudGVyMg==" in request
    assert "hunter2" not in told.done.out + told.done.err + json.dumps(told.kept)


@pytest.mark.parametrize("proxy", ["https://127.0.0.1:1", "socks5://127.0.0.1:1", "http://127.0.0.1:99999", "http://["])
def test_a_proxy_of_no_use_is_refused_without_being_named(
    proxy: str, hour: Hour, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy)
    told = hour("7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6f", "https://journeys.invalid")
    assert told.done.code == 2
    assert "the environment's proxy for https is not one that begins with http://" in told.done.err
    assert proxy not in told.done.err


# The story


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Return what the demo prints, with its real waits; ports are replaced by 0."""
    folder = tmp_path_factory.mktemp("story")
    done = demo(SAMPLE, folder)
    assert [*folder.iterdir()] == []
    return done._replace(out=re.sub(r"(127\.0\.0\.1):\d+", r"\1:0", done.out))


def test_the_page_shows_what_the_demo_prints(story: Done) -> None:
    assert (story.code, story.err) == (0, "")
    text = re.sub(r"(127\.0\.0\.1):\d+", r"\1:0", (SAMPLE / "README.md").read_text(encoding="utf-8"))
    shown = [block for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL) if "first_hour.py 2a" in block]
    assert len(shown) == 2
    for block in shown:
        lines = iter(story.out.splitlines())
        missing = [line for line in block.splitlines() if line != "..." and line not in lines]
        assert missing == []


def test_the_page_says_of_each_assumption_what_it_means_if_it_is_otherwise(story: Done) -> None:
    table = re.findall(r"^  as assumed  (.*)$", story.out.partition("exit status")[0], re.MULTILINE)
    page = (SAMPLE / "README.md").read_text(encoding="utf-8")
    assert len(table) == 18
    assert [text for text in table if f"| {text} |" not in page.replace("`", "")] == []


def test_after_the_story_both_journeys_run(story: Done) -> None:
    assert [line.rpartition(" ")[2] for line in story.out.splitlines()[-2:]] == ["STATUS_RUNNING"] * 2
