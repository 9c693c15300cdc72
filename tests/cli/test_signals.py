"""Laws of an interruption: what is under way is finished, nothing new is begun, and the run can be resumed."""

import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.faults import Fault
from tests.cli.stage import (
    Cli,
    Forked,
    Running,
    Serve,
    Stage,
    done,
    introduce,
    outcomes,
    records,
    started,
    the_run,
    uphold_the_law,
    wait_until,
    write_list,
)

ROWS = 24
LANES = 3
SLOW = Config(ROWS, latency=Latency(0.03, 0.03))
FLAGS = ("--rate", "off", "--concurrency", str(LANES))


def asking(stage: Stage, folder: Path) -> list[str]:
    write_list(folder / "journeys.csv", stage.uuids())
    return ["run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, *FLAGS]


def stopping(folder: Path, process: Running) -> None:
    """Wait until the program said that it stops."""
    wait_until(lambda: b"stopping" in (folder / "err").read_bytes() or process.poll() is not None)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_once_what_is_under_way_is_settled(
    number: signal.Signals, code: int, serve: Serve, folder: Path, cli: Cli
) -> None:
    stage = serve(SLOW)
    with started(folder, *asking(stage, folder)) as process:
        stage.await_requests(5, process)
        process.send_signal(number)
        stopping(folder, process)
        seen = stage.requests()
        ended = done(process, folder)
    assert ended.code == code, ended.err
    assert stage.requests() <= seen + LANES
    assert "Traceback" not in ended.err
    assert f"by {number.name}" in ended.err
    assert f"next     bulk-journeys resume runs/{the_run(folder).name}" in ended.out

    uphold_the_law(stage, the_run(folder), ROWS)
    sent = [record["outcome"] for record in records(the_run(folder)) if record["attempts"]]
    assert sent == ["applied"] * stage.requests()
    assert outcomes(the_run(folder)).count("not_attempted") == ROWS - stage.requests()

    resumed = cli("resume", *FLAGS)
    assert resumed.code == 0, resumed.err
    uphold_the_law(stage, the_run(folder), ROWS)
    assert outcomes(the_run(folder)) == ["applied"] * ROWS
    assert stage.requests() == ROWS


def test_an_interrupted_run_and_its_resumption_make_the_records_of_a_whole_one(
    serve: Serve, tmp_path: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for times: even the attempts are the same, since what was under way was finished."""
    told = []
    for name in ("whole", "interrupted"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        monkeypatch.setenv("BULK_JOURNEYS_STATE_DIR", str(tmp_path / name / "state"))
        stage = serve(Config(ROWS, 4, latency=Latency(0.02, 0.02), forbidden=4))
        process = Forked(Path.cwd(), *asking(stage, Path.cwd()))
        if name == "interrupted":
            stage.await_requests(8, process)
            process.send_signal(signal.SIGINT)
        assert process.done().code == (130 if name == "interrupted" else 3)
        if name == "interrupted":
            (tmp_path / name / "journeys.csv").unlink()
            assert cli("resume", *FLAGS).code == 3
        log = records(the_run(Path.cwd()))
        told.append([{key: value for key, value in record.items() if not key.endswith("_at")} for record in log])
    assert told[0] == told[1]
    assert len(told[0]) == ROWS


def test_a_second_signal_ends_a_run_at_once_and_leaves_what_was_under_way_in_doubt(serve: Serve, folder: Path) -> None:
    stage = serve(Config(ROWS, faults={Fault.HANG: 1.0}))
    introduce(stage.base_url)
    with started(folder, *asking(stage, folder)) as process:
        stage.await_requests(LANES, process)
        process.send_signal(signal.SIGINT)
        stopping(folder, process)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        code = process.wait(5)
        ended = done(process, folder)
    assert code == 130, ended.err
    assert "Traceback" not in ended.err
    uphold_the_law(stage, the_run(folder), ROWS)
    assert outcomes(the_run(folder)) == ["in_doubt"] * LANES + ["not_attempted"] * (ROWS - LANES)


def test_a_second_signal_leaves_nothing_in_doubt_that_never_left(folder: Path) -> None:
    write_list(folder / "journeys.csv", [f"{row:08x}-0000-4000-8000-000000000000" for row in range(ROWS)])
    with socket.socket() as full, ExitStack() as waiting:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(8):
            caller = waiting.enter_context(socket.socket())
            caller.setblocking(False)
            caller.connect_ex(full.getsockname())
        base_url = f"http://127.0.0.1:{full.getsockname()[1]}"
        introduce(base_url)
        knocking = f":{full.getsockname()[1]:04X} 02 "  # SYN_SENT, as /proc says it
        connections = Path("/proc/net/tcp")
        if not connections.exists():
            pytest.skip("nobody says here whether a connection is being made")
        before = connections.read_text().count(knocking)
        asked = ("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", base_url, *FLAGS)
        with started(folder, *asked) as process:
            wait_until(lambda: connections.read_text().count(knocking) >= before + LANES)
            process.send_signal(signal.SIGINT)
            stopping(folder, process)
            process.send_signal(signal.SIGINT)
            code = process.wait(5)
            ended = done(process, folder)
    assert code == 130, ended.err
    assert set(outcomes(the_run(folder))) == {"not_attempted"}


def test_a_run_that_is_held_back_by_its_rate_ends_at_once_as_well(serve: Serve, folder: Path) -> None:
    stage = serve(Config(ROWS))
    process = Forked(folder, *asking(stage, folder), "--rate", "2/h")
    stage.await_requests(1, process)
    process.send_signal(signal.SIGTERM)
    assert process.done().code == 143
    uphold_the_law(stage, the_run(folder), ROWS)
    assert outcomes(the_run(folder)).count("applied") == stage.requests() <= 2


def test_a_run_that_somebody_carries_out_is_locked_and_can_be_reported(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(SLOW)
    process = Forked(folder, *asking(stage, folder))
    stage.await_requests(5, process)
    code, _, err = cli("resume")
    assert code == 75
    assert "another process is carrying out this run; let it finish" in err
    assert "the run is under way" in cli("report").out
    assert not (the_run(folder) / "results.csv").exists()
    assert process.done().code == 0
    uphold_the_law(stage, the_run(folder), ROWS)
    assert stage.requests() == ROWS


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_when_every_row_is_under_way_or_settled_leaves_a_run_complete(
    number: signal.Signals, serve: Serve, folder: Path, cli: Cli
) -> None:
    stage = serve(Config(LANES, latency=Latency(0.3, 0.3)))
    introduce(stage.base_url)
    with started(folder, *asking(stage, folder)) as process:
        stage.await_requests(LANES, process)
        process.send_signal(number)
        ended = done(process, folder)
    assert ended.code == 0, ended.err
    assert f"by {number.name}" in ended.err
    assert "next " not in ended.out
    assert "3 of 3 settled  nothing is left to do" in cli("runs").out
    uphold_the_law(stage, the_run(folder), LANES)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_that_comes_while_the_results_are_written_leaves_a_run_whole(
    number: signal.Signals, serve: Serve, folder: Path
) -> None:
    stage = serve(Config(5000))
    with started(folder, *asking(stage, folder), "--concurrency", "50") as process:
        wait_until(lambda: bool(list(Path("runs").glob("*/.results*"))) or process.poll() is not None)
        process.send_signal(number)
        ended = done(process, folder)
    assert ended.code == 0, ended.err
    assert "stopping: the results are written first (another Ctrl-C leaves them out)" in ended.err
    uphold_the_law(stage, the_run(folder), 5000)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_second_signal_while_the_results_are_written_ends_that_and_leaves_nothing_half_written(
    number: signal.Signals, code: int, serve: Serve, folder: Path, cli: Cli
) -> None:
    stage = serve(Config(5000))
    with started(folder, *asking(stage, folder), "--concurrency", "50") as process:
        wait_until(lambda: bool(list(Path("runs").glob("*/.results*"))) or process.poll() is not None)
        process.send_signal(number)
        stopping(folder, process)
        process.send_signal(number)
        ended = done(process, folder)
    assert ended.code == code, ended.err
    assert "interrupted while the results were written; the journal has every outcome" in ended.err
    assert {file.name for file in the_run(folder).iterdir()} == {"plan.jsonl", "journal.jsonl", "log.jsonl"}
    assert cli("report").code == 0
    uphold_the_law(stage, the_run(folder), 5000)
