"""Laws of a disk that is full: the run stops at once, says what is safe, and can be resumed."""

import re
import resource
import signal
from functools import partial
from pathlib import Path

from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.faults import Fault
from tests.cli.stage import (
    Cli,
    Forked,
    Serve,
    Stage,
    outcomes,
    settled_rows,
    the_run,
    uphold_the_law,
    write_list,
)

ROWS = 100
FLAGS = ("--rate", "off", "--concurrency", "8")


def no_file_beyond(size: int) -> None:
    """Let no file of this process grow beyond *size* bytes; writing further is an error, as on a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def asking(stage: Stage, folder: Path, note: str = "") -> list[str]:
    write_list(folder / "journeys.csv", [f"{uuid},{note}" for uuid in stage.uuids()], header="uuid,note")
    return ["run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, *FLAGS]


def test_a_journal_that_cannot_grow_stops_the_run_and_says_what_is_safe(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(ROWS, latency=Latency(0.001, 0.005)))
    code, _, err = Forked(folder, *asking(stage, folder), prepare=partial(no_file_beyond, 20_000)).done()
    run = the_run(folder)
    assert code == 1
    assert "Traceback" not in err
    last = err.splitlines()[-1]
    assert last.startswith(f"error: runs/{run.name}/journal.jsonl: File too large. ")
    assert last.endswith(f"Free the disk, then: bulk-journeys resume runs/{run.name}")
    settled, before = settled_rows(run), stage.requests_of()
    promised = re.search(r"(\d+) outcomes of this session are safe in the journal", last)
    assert promised
    assert 0 < int(promised[1]) <= len(settled) < ROWS

    assert cli("report").code == 0
    uphold_the_law(stage, run, ROWS, interrupted=True)
    assert cli("resume", *FLAGS).code in {0, 5}
    uphold_the_law(stage, run, ROWS, interrupted=True)
    assert settled_rows(run) == set(range(ROWS))
    uuids, after = stage.uuids(), stage.requests_of()
    assert [after[uuids[row]] for row in settled] == [before[uuids[row]] for row in settled]


def test_a_plan_that_cannot_be_written_sends_nothing(serve: Serve, folder: Path) -> None:
    stage = serve(Config(ROWS))
    code, _, err = Forked(folder, *asking(stage, folder), prepare=partial(no_file_beyond, 5_000)).done()
    assert code == 1
    assert err.splitlines()[-1].startswith("error: ")
    assert "File too large" in err
    assert "nothing was sent" in err
    assert "Traceback" not in err
    assert stage.requests() == 0


def test_a_log_that_cannot_be_written_does_not_hurt_a_run(serve: Serve, folder: Path) -> None:
    stage = serve(Config(ROWS, faults={Fault.REFUSE: 0.03}))
    process = Forked(folder, *asking(stage, folder), "--rate", "50/s")
    stage.await_requests(3, process)
    process.send_signal(signal.SIGTERM)
    assert process.done().code == 143
    with (the_run(folder) / "log.jsonl").open("ab") as log:
        log.truncate(200_000)
    code, _, err = Forked(folder, "resume", *FLAGS, prepare=partial(no_file_beyond, 200_000)).done()
    assert code == 0, err
    assert "Traceback" not in err
    uphold_the_law(stage, the_run(folder), ROWS)
    assert outcomes(the_run(folder)) == ["applied"] * ROWS


def test_results_that_cannot_be_written_are_made_later(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(ROWS))
    process = Forked(folder, *asking(stage, folder, "x" * 2_000), "--rate", "50/s")
    stage.await_requests(3, process)
    process.send_signal(signal.SIGTERM)
    assert process.done().code == 143
    run = the_run(folder)

    code, _, err = Forked(folder, "resume", *FLAGS, prepare=partial(no_file_beyond, 100_000)).done()
    assert code == 1
    assert "results.csv: File too large; the journal beside it still holds every outcome" in err
    assert "Traceback" not in err
    assert not (run / "results.csv").exists()  # those from before would say what is not so any more
    assert not list(run.glob(".*"))

    assert cli("report").code == 0
    uphold_the_law(stage, run, ROWS)
    assert outcomes(run) == ["applied"] * ROWS
