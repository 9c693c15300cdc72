"""The token is nowhere: not in what a run leaves, not in what it says, not in what others see of its process."""

import http.server
import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any, ClassVar

import msgspec
import pytest

from bulk_journeys.sandbox import Config, Errors, Fault, Latency
from tests.cli.stage import Cli, Done, Serve, done, outcomes, started, the_run, write_list

TOKEN = f"canary-{Random('a token').getrandbits(128):032x}"
FLAGS = ("--yes", "--rate", "off", "--tries", "2", "--timeout", "0.2", "--concurrency", "20")


def found_in(folder: Path, *told: Done) -> list[str]:
    """Return where the token, or a good part of it, is."""
    part = TOKEN[:14].encode()
    places = [str(path) for path in folder.rglob("*") if path.is_file() and part in path.read_bytes()]
    return places + [str(words) for words in told if part.decode() in words.out + words.err]


@pytest.mark.parametrize("errors", list(Errors))
def test_a_run_with_every_kind_of_failure_never_shows_the_token(
    errors: Errors, serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults: dict[Fault, float] = {
        fault: 0.05 for fault in Fault if fault is not Fault.REFUSE
    }  # which would make everybody wait
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
