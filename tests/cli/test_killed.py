"""A run that is killed at any moment, and its resumption, make one whole run."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random
from time import sleep
from typing import NamedTuple

import pytest
from anyio.from_thread import BlockingPortal

from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.server import serving
from tests.cli.stage import (
    Cli,
    Done,
    Forked,
    Serve,
    Stage,
    outcomes,
    settled_rows,
    the_run,
    uphold_the_law,
    write_list,
    wrongs,
)

ROWS = 80
VICTIMS = 20
FAULTS = {Fault.RESET: 0.05, Fault.DROP: 0.05, Fault.ERROR: 0.05}
FLAGS = ("--rate", "off", "--concurrency", "8", "--timeout", "5", "--tries", "3")


class Victim(NamedTuple):
    """A run that was killed, reported and resumed, with what was true in between.

    *code* is -9, or the exit code of a run that was quicker than its killer. *settled* are the rows that its journal
    had the last word on, *before* is how many requests each journey had had by then.
    """

    stage: Stage
    run: Path
    code: int
    settled: set[int]
    before: dict[str, int]
    reported: Done
    early_wrongs: list[str]
    resumed: Done


@pytest.fixture(scope="module")
def victims(portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Future[Victim]]]:
    """Return all victims, some of them still alive: they wait far more than they work."""
    with ExitStack() as stack, ThreadPoolExecutor(10) as pool, pytest.MonkeyPatch.context() as environment:
        environment.setenv("PUSHWOOSH_API_TOKEN", Config.token)

        def begin(number: int) -> Future[Victim]:
            config = Config(ROWS, number, latency=Latency(0.005, 0.02), faults={} if number % 3 else FAULTS)
            stage = Stage(stack.enter_context(portal.wrap_async_context_manager(serving(config))), portal)
            return pool.submit(kill_and_resume, stage, tmp_path_factory.mktemp("victim"), Random(f"victim {number}"))

        yield [begin(number) for number in range(VICTIMS)]


def kill_and_resume(stage: Stage, folder: Path, dice: Random) -> Victim:
    """Kill a run somewhere between its first request and its last, take its list away, and resume it."""
    write_list(folder / "journeys.csv", stage.uuids())
    process = Forked(folder, "run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, *FLAGS)
    stage.await_requests(dice.randint(1, ROWS), process)
    sleep(dice.uniform(0, 0.02))
    process.kill()
    code = process.done().code
    (folder / "journeys.csv").unlink()
    run = the_run(folder)
    settled, before = settled_rows(run), stage.requests_of()
    reported = Forked(folder, "report").done()
    early_wrongs = wrongs(stage, run, ROWS, interrupted=True)
    return Victim(stage, run, code, settled, before, reported, early_wrongs, Forked(folder, "resume", *FLAGS).done())


@pytest.mark.parametrize("number", range(VICTIMS))
def test_a_killed_run_and_its_resumption_uphold_the_law_without_the_list(
    number: int, victims: list[Future[Victim]]
) -> None:
    victim = victims[number].result()
    assert victim.code == -9 or len(victim.settled) == ROWS
    assert victim.reported.code == 0, victim.reported.err
    assert victim.early_wrongs == []
    assert victim.resumed.code in {0, 3, 5}, victim.resumed.err
    assert "Traceback" not in victim.reported.err + victim.resumed.err
    assert wrongs(victim.stage, victim.run, ROWS, interrupted=True) == []
    assert settled_rows(victim.run) == set(range(ROWS))
    assert "not_attempted" not in outcomes(victim.run)


@pytest.mark.parametrize("number", range(VICTIMS))
def test_what_was_settled_before_a_kill_is_not_sent_again(number: int, victims: list[Future[Victim]]) -> None:
    victim = victims[number].result()
    uuids, after = victim.stage.uuids(), victim.stage.requests_of()
    settled = [uuids[row] for row in victim.settled]
    assert [after[uuid] for uuid in settled] == [victim.before[uuid] for uuid in settled]


def test_most_victims_died_in_the_middle(victims: list[Future[Victim]]) -> None:
    """Whether the killer above does its work."""
    assert sum(victim.result().code == -9 for victim in victims) > VICTIMS * 0.7


def test_a_run_killed_again_and_again_still_comes_to_its_end(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(ROWS, 99, latency=Latency(0.01, 0.03)))
    write_list(folder / "journeys.csv", stage.uuids())
    arguments = ["run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, *FLAGS]
    for _ in range(3):
        process = Forked(folder, *arguments)
        stage.await_requests(stage.requests() + 6, process)
        process.kill()
        assert process.done().code == -9
        arguments = ["resume", *FLAGS]
    assert cli(*arguments).code in {0, 5}
    uphold_the_law(stage, the_run(folder), ROWS, interrupted=True)
    assert settled_rows(the_run(folder)) == set(range(ROWS))


def test_a_run_killed_before_its_journal_was_there_is_told_to_have_sent_nothing(
    serve: Serve, folder: Path, cli: Cli
) -> None:
    stage = serve(Config(3))
    write_list(folder / "journeys.csv", stage.uuids())
    assert cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url).code == 0
    for name in ("journal.jsonl", "results.jsonl", "results.csv", "failed.csv"):
        (the_run(folder) / name).unlink(missing_ok=True)
    assert "never begun" in cli("runs").out
    for command, words in (("report", "journal.jsonl: No such file or directory"), ("resume", "nothing was begun")):
        code, _, err = cli(command)
        assert code == 2
        assert words in err


def test_a_torn_line_is_cut_off_and_kept_beside_the_journal(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(3))
    write_list(folder / "journeys.csv", stage.uuids())
    assert cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url).code == 0
    journal = the_run(folder) / "journal.jsonl"
    with journal.open("ab") as file:
        file.write(b'{"event":"settled","row":1,"att')
    code, _, err = cli("resume")
    assert code == 0
    assert "cut off 31 bytes of a torn line; a copy is beside it" in err
    assert [path.read_bytes() for path in journal.parent.glob("journal.torn-at-*")] == [
        b'{"event":"settled","row":1,"att'
    ]
    uphold_the_law(stage, the_run(folder), 3)
    assert stage.requests() == 3


def test_damage_in_the_middle_of_a_journal_is_refused(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(3))
    write_list(folder / "journeys.csv", stage.uuids())
    assert cli("run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url).code == 0
    journal = the_run(folder) / "journal.jsonl"
    first, second, *others = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join([first, second[:-9] + b"#" + second[-8:], *others]))
    for command in ("report", "resume"):
        code, _, err = cli(command)
        assert code == 1
        assert "journal.jsonl:2: this line cannot be read, and whole ones follow it" in err
    assert stage.requests() == 3
