"""Laws of stdout and stderr: a reader that goes away ends what only tells, and nothing that does; no noise is made."""

import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from bulk_journeys.locks import try_lock
from bulk_journeys.sandbox.config import Config
from tests.cli.stage import Cli, Done, Serve, Stage, command, introduce, outcomes, the_run, write_list

ROWS = 500
"""As many as make more than a pipe holds."""

FAST = ("--yes", "--rate", "off")
TELLING = (
    ("plan", "journeys.csv", "--action", "pause"),
    ("plan", "journeys.csv", "--action", "pause", "--json"),
    ("report",),
    ("report", "--format", "json"),
    ("report", "--format", "jsonl"),
    ("report", "--format", "csv"),
    ("runs",),
    ("--help",),
    ("run", "--help"),
    ("--version",),
)


@pytest.fixture
def unread() -> Iterator[int]:
    """Return a pipe that nobody reads any more."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.fixture
def full() -> Iterator[IO[bytes]]:
    with Path("/dev/full").open("wb") as file:
        yield file


@pytest.fixture
def paused(serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """Return a sandbox whose journeys were paused by a run. Python holds back what is printed, until it fails."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    stage = serve(Config(ROWS))
    introduce(stage.base_url)
    write_list(Path("journeys.csv"), stage.uuids())
    asking = ("run", "journeys.csv", "--action", "pause", "--base-url", stage.base_url, *FAST)
    assert cli(*asking).code == 0
    return stage


def ran(*arguments: str | Path, **streams: Any) -> Done:
    """Run the program with *streams*, and return what came through those that are pipes."""
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    ended = subprocess.run(command(*arguments), encoding="utf-8", timeout=60, check=False, **streams)
    return Done(ended.returncode, ended.stdout or "", ended.stderr or "")


def without(descriptor: int) -> dict[str, Any]:
    """Return how a process is begun that has not even *descriptor*."""
    return {"preexec_fn": lambda: os.close(descriptor)}


def test_what_only_tells_ends_as_if_by_sigpipe_when_nobody_listens(paused: Stage, unread: int, full: IO[bytes]) -> None:
    for arguments in TELLING:
        assert ran(*arguments, stdout=unread) == (141, "", ""), arguments
        assert ran(*arguments, stdout=full) == (1, "", "error: the output cannot be written: No space left on device\n")
        code, out, err = ran(*arguments, **without(1))
        assert (code, out) == (1, "")
        assert err.startswith("error: the output cannot be written: ")
        assert "Traceback" not in err


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_reader_that_leaves_in_the_middle_of_much_makes_no_noise(paused: Stage, form: str) -> None:
    with subprocess.Popen(
        command("report", "--format", form), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_slow_reader_of_a_report_holds_up_no_run(paused: Stage, form: str) -> None:
    with subprocess.Popen(command("report", "--format", form), stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline()
        assert process.poll() is None
        with (the_run(Path()) / "journal.jsonl").open("rb") as journal:
            assert try_lock(journal.fileno())
        assert process.stdout.read()
    assert process.returncode == 0


def test_a_report_that_nobody_reads_has_written_the_results(paused: Stage, unread: int) -> None:
    for path in the_run(Path()).glob("results.*"):
        path.unlink()
    assert ran("report", stdout=unread).code == 141
    assert outcomes(the_run(Path())) == ["applied"] * ROWS


def test_a_plan_that_nobody_reads_is_saved_all_the_same(paused: Stage, unread: int) -> None:
    arguments = ("plan", "journeys.csv", "--action", "pause", "-o", "saved.jsonl")
    assert ran(*arguments, stdout=unread).code in {0, 141}
    assert ran("plan", "saved.jsonl").code == 0


def test_a_refusal_is_told_though_nobody_reads_the_plan(paused: Stage, unread: int) -> None:
    write_list(Path("bad.csv"), ["bad"])
    code, _, err = ran("plan", "bad.csv", "--action", "pause", stdout=unread)
    assert code in {2, 141}
    assert "Traceback" not in err


def begun_anew(stage: Stage, *flags: str) -> list[str]:
    """Return what starts the journeys that were paused, or pauses them again; each of them is another run."""
    is_paused = next(iter(stage.journeys.values())).status.name == "PAUSED"
    action = "start" if is_paused else "pause"
    return ["run", "journeys.csv", "--action", action, "--base-url", stage.base_url, "--again", *FAST, *flags]


def test_a_run_goes_on_to_its_end_whatever_becomes_of_its_output(paused: Stage, unread: int, full: IO[bytes]) -> None:
    streams: list[tuple[dict[str, Any], bool]] = [
        ({"stdout": unread}, False),
        ({"stdout": full}, True),
        (without(1), True),
        ({"stdout": unread, "stderr": unread}, False),
        ({"stderr": full}, False),
        (without(2), False),
    ]
    for number, (taken, is_warned) in enumerate(streams):
        runs_dir = f"runs-{number}"
        code, out, err = ran(*begun_anew(paused, "--runs-dir", runs_dir), **taken)
        assert code == 0, (taken, err)
        assert "Traceback" not in err
        assert ("warning: the output cannot be written: " in err) == is_warned
        assert "journeys.csv:" not in out  # which is talk, and not for stdout
        assert outcomes(next(Path(runs_dir).iterdir())) == ["applied"] * ROWS


def test_what_becomes_of_the_rows_is_the_exit_status_though_nobody_reads_it(paused: Stage, unread: int) -> None:
    again = ("run", "journeys.csv", "--action", "pause", "--base-url", paused.base_url, "--again", *FAST)
    assert ran(*again, stdout=unread, stderr=unread) == (3, "", "")
    assert ran(*again, "--runs-dir", "limited", "--limit", "2", stdout=unread).code == 4
    assert ran("resume", "--runs-dir", "limited", "--rate", "off", stdout=unread).code == 3
    first = next(Path("runs").glob("*"))
    assert ran("undo", str(first), *FAST, stdout=unread).code in {0, 2}


def test_a_question_that_nobody_can_see_is_not_asked(paused: Stage, unread: int) -> None:
    before = paused.requests()
    keyboard, terminal = pty.openpty()
    os.write(keyboard, b"yes\n")
    asking = [word for word in begun_anew(paused) if word != "--yes"]
    code, _, _ = ran(*asking, stdin=terminal, stderr=unread)
    os.close(keyboard)
    os.close(terminal)
    assert code == 141
    assert paused.requests() == before


@pytest.mark.parametrize("arguments", [("run", "--bogus"), ("plan", "missing.csv"), ("resume", "missing")])
def test_an_error_that_nobody_hears_has_its_exit_status(
    arguments: tuple[str, ...], folder: Path, unread: int, full: IO[bytes]
) -> None:
    for stderr in (unread, full):
        assert ran(*arguments, stderr=stderr) == (2, "", "")
    assert ran(*arguments, **without(2)) == (2, "", "")
