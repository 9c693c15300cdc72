"""The token is nowhere: not in what a run leaves, not in what it says, not in what others see of its process."""

import base64
import hashlib
import http.server
import itertools
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, ClassVar, Final

import msgspec
import pytest

from bulk_journeys.sandbox.answers import Errors, RetryHint
from bulk_journeys.sandbox.config import Config, Latency, parse_mix
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.limits import LimiterKind, Rate
from bulk_journeys.session.account import LOCKS_NAME, account_of, holding
from bulk_journeys.session.folder import list_runs
from bulk_journeys.session.learned_limits import FILE_NAME
from bulk_journeys.session.state_folder import state_folder
from bulk_journeys.settings.credentials import Secret
from tests.cli.stage import Cli, Done, Serve, Stage, done, outcomes, started, the_run, write_list

DIGITS: Final = f"{Random('a token').getrandbits(128):032x}"
TOKEN: Final = f"canary+/{DIGITS}"
"""It looks otherwise in a URL, and in JSON that escapes its slash."""

PASSWORD: Final = "hunter2-of-the-proxy"
FLAGS = ("--yes", "--rate", "off", "--tries", "2", "--timeout", "0.2", "--concurrency", "20")


def forms_of(token: str) -> list[bytes]:
    """Return what shows the token, or a good part of it: as it is, in any URL or JSON, in base64, in hex, in a hash.

    Base64 of a text that the token is in has one of three forms, by its place.
    """
    raw, digits = token.encode(), DIGITS.encode()
    shifted = [base64.b64encode(b" " * shift + raw)[4:-4] for shift in range(3)]
    parts = [part[:20].replace(*signs) for part in shifted for signs in ((b"", b""), (b"+", b"-"), (b"/", b"_"))]
    hashes = [hashlib.new(name, raw).hexdigest()[:16].encode() for name in ("md5", "sha1", "sha256", "sha512")]
    return [raw[:14], digits[:14], digits[-14:], raw.hex()[:28].encode(), *parts, *hashes]


FORMS: Final = forms_of(TOKEN)


def found_in(folder: Path, *told: Done) -> list[str]:
    """Return where the token, or the proxy's password, is."""
    files = {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    names = {str(path): str(path).encode() for path in folder.rglob("*")}
    words = {f"word {number}": (done.out + done.err).encode() for number, done in enumerate(told)}
    shown = [*FORMS, PASSWORD.encode()]
    return [place for texts in (files, names, words) for place, text in texts.items() if any(f in text for f in shown)]


def test_the_token_is_looked_for_in_every_form(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "file").write_bytes(base64.b64encode(b"x" * number + f"Api {TOKEN}".encode()))
        assert found_in(tmp_path)
    for form in (TOKEN[:20], f"canary%2B%2F{DIGITS}", rf"canary+\/{DIGITS}", TOKEN.encode().hex()):
        (tmp_path / "file").write_text(form)
        assert found_in(tmp_path)
    (tmp_path / "file").write_text("canary")
    assert found_in(tmp_path) == []


@pytest.fixture
def token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", TOKEN)


@pytest.mark.parametrize("errors", list(Errors))
def test_a_run_with_every_kind_of_failure_never_shows_the_token(
    errors: Errors, serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_out = {Fault.REFUSE}  # everybody would wait
    faults: dict[Fault, float] = {fault: 1 / len(Fault) for fault in Fault if fault not in left_out}
    stage = serve(Config(40, forbidden=4, faults=faults, token=TOKEN, errors=errors, latency=Latency(0.0, 0.02)))
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", f"Api {TOKEN}\n")
    write_list(folder / "journeys.csv", stage.uuids())
    asking = ("run", "journeys.csv", "--action", "pause", *FLAGS, "--base-url", stage.base_url)
    with started(folder, *asking) as process:
        stage.await_requests(1, process)
        arguments = Path(f"/proc/{process.pid}/cmdline")
        if arguments.exists():  # on Linux
            assert b"journeys.csv" in arguments.read_bytes()
            assert TOKEN.encode() not in arguments.read_bytes()
        ended = done(process, folder)
    assert ended.code in {3, 5}
    assert len(set(outcomes(the_run(folder)))) > 1
    assert found_in(folder) == []


def test_a_token_file_is_read_and_never_copied(serve: Serve, folder: Path, cli: Cli, tmp_path_factory: Any) -> None:
    secret = tmp_path_factory.mktemp("secret") / "token"
    secret.write_text(f"{TOKEN}\n")
    stage = serve(Config(5, token=TOKEN, forbidden=1))
    write_list(folder / "journeys.csv", stage.uuids())
    asking = ("run", "journeys.csv", "--action", "pause", *FLAGS, "--base-url", stage.base_url)
    told = cli(*asking, "--token-file", secret)
    assert told.code == 3, told.err
    reports = [cli("report", "--format", form) for form in ("text", "json", "jsonl", "csv")]
    assert found_in(folder, told, *reports) == []


@pytest.mark.parametrize("token", [f"{TOKEN} {TOKEN}", f"{TOKEN}\x07", f"{TOKEN}ö"])
def test_a_token_that_is_refused_is_not_shown(
    token: str, folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_list(folder / "journeys.csv", ["7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6f"])
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", token)
    told = cli("run", "journeys.csv", "--action", "pause", *FLAGS, "--base-url", "http://127.0.0.1:1")
    assert told.code == 2
    assert found_in(folder, told) == []


class Echo(http.server.BaseHTTPRequestHandler):
    """Says no, and repeats what it was sent, which some debugging servers do."""

    protocol_version = "HTTP/1.1"
    statuses: ClassVar = itertools.cycle((400, 500, 502, 403, 200, 409, 503))

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status = next(self.statuses)
        words = f"I was sent: {dict(self.headers)}"
        body = msgspec.json.encode({"message": words, "error": words}) if status % 2 else words.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def echoing() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_that_repeats_the_token_does_not_spread_it(
    folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", TOKEN)
    write_list(folder / "journeys.csv", [f"{number:08x}-0000-4000-8000-000000000000" for number in range(1, 17)])
    with echoing() as base_url:
        asking = ("run", "journeys.csv", "--action", "pause", *FLAGS, "--base-url", base_url)
        told = cli(*asking, "--tries", "1", "--concurrency", "1")
    reports = [cli("report", "--format", form) for form in ("text", "json", "jsonl", "csv")]
    assert told.code in {3, 4, 5}, told.err
    assert "I was sent" in (the_run(folder) / "journal.jsonl").read_text()
    assert found_in(folder, told, *reports) == []


def paused(cli: Cli, stage: Stage, *flags: str) -> Done:
    write_list(Path("journeys.csv"), stage.uuids())
    asking = ("run", "journeys.csv", "--action", "pause", "--yes", "--timeout", "0.2", "--base-url", stage.base_url)
    return cli(*asking, *flags)


def reports(cli: Cli) -> list[Done]:
    return [*[cli("report", "--format", form) for form in ("text", "json", "jsonl", "csv")], cli("runs")]


FAULTY: Final = Config(
    60,
    mix=parse_mix("running=90,paused=10"),
    forbidden=4,
    faults={Fault.ERROR: 0.1, Fault.ABORT: 0.2, Fault.DROP: 0.1},
    token=TOKEN,
)
LIMITED: Final = Config(
    30,
    rate=Rate(15, 1.0),
    limiter=LimiterKind.SLIDING,
    retry_hint=RetryHint.NONE,
    latency=Latency(0.01, 0.03),
    token=TOKEN,
)


@pytest.mark.usefixtures("token")
def test_whatever_is_made_of_a_run_nothing_has_the_token(serve: Serve, folder: Path, cli: Cli) -> None:
    """Its second half, its undo, its retry, plans of these, and what the state folder keeps for the next run."""
    stage, fast = serve(FAULTY), ("--rate", "off", "--tries", "2")
    told = [paused(cli, stage, *fast, "--limit", "40"), cli("resume", *fast), *reports(cli)]
    told += [cli("undo", "-o", "back.jsonl"), cli("plan", "back.jsonl", "--json"), cli("retry", "-o", "more.jsonl")]
    told += [cli("run", "more.jsonl", "--yes", *fast, "--base-url", stage.base_url), *reports(cli)]
    told += [cli("undo", list_runs(Path("runs"))[0].run_id, "--yes", "--include-in-doubt", *fast), *reports(cli)]
    told += [cli("retry", list_runs(Path("runs"))[0].run_id, "--yes", "--again", *fast), paused(cli, serve(LIMITED))]
    assert {done.code for done in told} <= {0, 3, 4, 5}
    kept = {path.name for path in folder.rglob("*")}
    assert kept >= {"failed.csv", "results.csv", "log.jsonl", "back.jsonl", "more.jsonl", "salt", LOCKS_NAME, FILE_NAME}
    assert found_in(folder, *told) == []


GUARDS: Final = {
    "a canary": (Config(30, forbidden=30, token=TOKEN), ("--canary", "3"), 4),
    "failures": (Config(30, forbidden=30, token=TOKEN), ("--max-failures", "3", "--concurrency", "2"), 4),
    "a limit": (Config(30, token=TOKEN), ("--limit", "3"), 4),
    "a deadline": (Config(30, latency=Latency(0.1, 0.1), token=TOKEN), ("--deadline", "0.3s", "--concurrency", "2"), 6),
    "a token that is taken away": (Config(30, token=TOKEN, revoke_after=5), (), 4),
    "a wrong token": (Config(30, token="other"), (), 4),
    "too many rows": (Config(30, token=TOKEN), ("--max-rows", "2"), 2),
    "an address that nobody serves": (Config(3, token=TOKEN), ("--base-url", "http://127.0.0.1:1", "--tries", "1"), 4),
    "a wrong path": (Config(3, token=TOKEN), ("--base-url", "http://127.0.0.1:{port}/no", "--tries", "1"), 4),
}


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize("guard", GUARDS)
def test_a_run_that_a_guard_stops_never_shows_the_token(guard: str, serve: Serve, folder: Path, cli: Cli) -> None:
    config, flags, code = GUARDS[guard]
    stage = serve(config)
    port = stage.base_url.rpartition(":")[2]
    done = paused(cli, stage, "--rate", "off", *(flag.format(port=port) for flag in flags))
    assert done.code == code, done.err
    assert found_in(folder, done, *reports(cli)) == []


@pytest.mark.usefixtures("token")
def test_a_lock_that_somebody_holds_shows_no_token(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(3, token=TOKEN))
    with holding(account_of(state_folder(), stage.base_url, Secret(TOKEN)), "another", 0.0) as doubt:
        assert doubt is None
        told = [paused(cli, stage), paused(cli, stage, "--wait-for-lock", "0.1s")]
        assert [done.code for done in told] == [75, 75]
        assert (folder / "state" / LOCKS_NAME).is_dir()
        assert found_in(folder, *told) == []


@pytest.mark.usefixtures("token")
def test_a_state_folder_that_cannot_be_is_a_warning_without_the_token(
    serve: Serve, folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BULK_JOURNEYS_STATE_DIR", "/dev/null/state")
    done = paused(cli, serve(Config(3, token=TOKEN)))
    assert done.code == 0
    assert "it cannot be made sure that no other run changes these journeys" in done.err
    assert found_in(folder, done) == []


@pytest.mark.usefixtures("token")
@pytest.mark.parametrize(
    "proxy",
    [
        f"http://me:{PASSWORD}@127.0.0.1:1",
        f"http://me:{PASSWORD}@127.0.0.1:port",
        f"http://me:{PASSWORD}@[",
        f"me:{PASSWORD}@127.0.0.1:1",
        f"socks5://me:{PASSWORD}@127.0.0.1:1",
        f"http://{PASSWORD}@127.0.0.1:99999",
        f"http://me:{PASSWORD}@ho st:1",
    ],
)
def test_a_proxy_that_is_of_no_use_shows_neither_its_password_nor_the_token(
    proxy: str, folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", proxy)
    write_list(Path("journeys.csv"), ["7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6f"])
    base_url = ("--base-url", "http://journeys.invalid", "--allow-http")
    told = [cli("run", "journeys.csv", "--action", "pause", *FLAGS, "--tries", "1", *base_url), *reports(cli)]
    assert told[0].code in {2, 4}, told[0].err
    assert found_in(folder, *told) == []


@pytest.mark.usefixtures("token")
def test_a_proxy_that_refuses_shows_neither_its_password_nor_the_token(
    serve: Serve, folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(3, token=TOKEN))
    monkeypatch.setenv("https_proxy", stage.base_url.replace("//", f"//me:{PASSWORD}@"))
    write_list(Path("journeys.csv"), stage.uuids())
    told = [cli("run", "journeys.csv", "--action", "pause", *FLAGS, "--base-url", "https://api.example"), *reports(cli)]
    assert told[0].code == 4
    assert "the proxy answered HTTP " in told[0].out
    assert found_in(folder, *told) == []


@pytest.mark.usefixtures("token")
def test_an_interrupted_run_in_which_python_tells_all_it_can_never_shows_the_token(
    serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With asyncio's debug mode, and Python's development mode."""
    monkeypatch.setenv("PYTHONASYNCIODEBUG", "1")
    monkeypatch.setenv("PYTHONDEVMODE", "1")
    stage = serve(Config(40, token=TOKEN, latency=Latency(0.15, 0.2)))
    write_list(folder / "journeys.csv", stage.uuids())
    asking = ("run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--concurrency", "5")
    with started(folder, *asking, "--base-url", stage.base_url) as process:
        stage.await_requests(3, process)
        process.send_signal(signal.SIGINT)
        assert done(process, folder).code == 130
    assert found_in(folder) == []
