"""The law of the project, held against a faulty sandbox: one record for each row, and none that says what is not so."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from anyio.from_thread import BlockingPortal

from bulk_journeys.sandbox.answers import Errors, RetryHint
from bulk_journeys.sandbox.config import Config, Latency, parse_faults, parse_mix
from bulk_journeys.sandbox.limits import Rate
from bulk_journeys.sandbox.server import serving
from tests.cli.stage import Done, Forked, Stage, carried_out, command, outcomes, the_run, uphold_the_law, write_list

FAULTY = parse_faults(["any=0.2"])
LATENCY = Latency(0.001, 0.01)
ROWS = 100
FAST = ("--yes", "--rate", "off")

WORLDS = {
    **{f"seed {seed}": Config(ROWS, seed, faults=FAULTY, latency=LATENCY) for seed in range(1, 6)},
    "errors of v1": Config(ROWS, 6, faults=FAULTY, latency=LATENCY, errors=Errors.V1),
    "a rate": Config(ROWS, 8, faults=FAULTY, latency=LATENCY, rate=Rate(50, 0.5), retry_hint=RetryHint.DETAILS),
    "a rate, unhinted": Config(ROWS, 9, latency=LATENCY, rate=Rate(50, 0.5), retry_hint=RetryHint.NONE),
    "few at once": Config(ROWS, 10, faults=FAULTY, latency=LATENCY, concurrency=12),
    "other states": Config(
        ROWS,
        11,
        faults=FAULTY,
        latency=LATENCY,
        mix=parse_mix("running=70,paused=10,draft=10,finished=10"),
        forbidden=10,
    ),
}


class Campaign(NamedTuple):
    """One run to its end against one world."""

    stage: Stage
    folder: Path
    done: Done


@pytest.fixture(scope="module")
def campaigns(
    portal: BlockingPortal, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Future[Campaign]]]:
    """Return all campaigns, under way: they wait far more than they work."""
    with ExitStack() as stack, ThreadPoolExecutor(8) as pool, pytest.MonkeyPatch.context() as environment:
        environment.setenv("PUSHWOOSH_API_TOKEN", Config.token)

        def begin(config: Config) -> Future[Campaign]:
            stage = Stage(stack.enter_context(portal.wrap_async_context_manager(serving(config))), portal)
            return pool.submit(carry_out, stage, tmp_path_factory.mktemp("campaign"))

        yield {name: begin(config) for name, config in WORLDS.items()}


def carry_out(stage: Stage, folder: Path) -> Campaign:
    write_list(folder / "journeys.csv", stage.uuids())
    flags = ["--concurrency", "20", "--timeout", "0.3", "--tries", "4"]
    asking = ["--action", "pause", *FAST, "--base-url", stage.base_url]
    return Campaign(stage, folder, Forked(folder, "run", "journeys.csv", *asking, *flags).done())


@pytest.mark.parametrize("world", WORLDS)
def test_every_row_has_one_record_and_none_contradicts_the_truth(
    world: str, campaigns: dict[str, Future[Campaign]]
) -> None:
    stage, folder, (code, out, err) = campaigns[world].result()
    assert code in {0, 3, 5}, err
    assert "Traceback" not in err
    assert f"{ROWS} rows" in out
    uphold_the_law(stage, the_run(folder), ROWS)
    assert set(outcomes(the_run(folder))) - {"applied"} if WORLDS[world].faults else code == 0


def test_the_audit_of_the_sandbox_comes_to_the_same(campaigns: dict[str, Future[Campaign]]) -> None:
    stage, folder, _ = campaigns["seed 1"].result()
    arguments = [str(the_run(folder) / "results.jsonl"), stage.base_url]
    audit = subprocess.run(
        [sys.executable, "-m", "bulk_journeys.sandbox.audit", *arguments], capture_output=True, timeout=60, check=False
    )
    assert (audit.returncode, audit.stderr) == (0, b"")
    assert f"{ROWS} rows, 0 wrong" in audit.stdout.decode()


def test_the_program_meets_its_own_sandbox(tmp_path: Path) -> None:
    """The three commands of a first visit: a sandbox, a run of the list it wrote, and the end of the sandbox."""
    with subprocess.Popen(
        command("sandbox", "--journeys", "5", "--export", "journeys.csv", "--latency", "1ms"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as sandbox:
        assert sandbox.stdout is not None
        base_url = sandbox.stdout.readline().decode().strip()
        run = carried_out(tmp_path, "run", "journeys.csv", "--action", "pause", *FAST, "--base-url", base_url)
        sandbox.terminate()
        assert sandbox.wait(10) == 0
    assert run.code == 0, run.err
    assert outcomes(the_run(tmp_path)) == ["applied"] * 5
