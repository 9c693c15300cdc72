"""Laws of the default pace: it finds the server's limit, begins there the next time, and tells what it found."""

import json
import re
import time
from pathlib import Path

import pytest

from bulk_journeys.sandbox.answers import RetryHint
from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.limits import LimiterKind, Rate
from bulk_journeys.session.account import account_of
from bulk_journeys.session.learned_limits import Limit, Memory
from bulk_journeys.settings.credentials import Secret
from tests.cli.stage import Cli, Serve, write_list

SLIDING = LimiterKind.SLIDING
LIMITED = Config(30, rate=Rate(15, 1.0), limiter=SLIDING, retry_hint=RetryHint.NONE, latency=Latency(0.01, 0.03))
FOUND = re.compile(r"the server took ([0-9.]+) requests a second; the next run begins there")


def told(cli: Cli, base_url: str, *flags: str) -> str:
    """Return what a run that succeeds says on stderr."""
    code, _, err = cli("run", "list.csv", "--action", "pause", "--yes", "--base-url", base_url, *flags)
    assert code == 0
    return err


def test_the_limit_is_found_and_remembered_without_the_token(cli: Cli, serve: Serve, folder: Path) -> None:
    stage = serve(LIMITED)
    write_list(folder / "list.csv", stage.uuids())
    found = FOUND.search(told(cli, stage.base_url))
    assert found
    assert 5 < float(found[1]) < 30
    kept = (folder / "state" / "limits.json").read_text(encoding="ascii")
    assert len(json.loads(kept)["limits"]) == 1
    assert Config.token not in kept
    assert "127.0.0.1" not in kept


def test_a_limit_is_forgotten_on_request(cli: Cli, serve: Serve, folder: Path) -> None:
    stage = serve(Config(2))
    write_list(folder / "list.csv", stage.uuids())
    account = account_of(folder / "state", stage.base_url, Secret(Config.token))
    Memory(folder / "state" / "limits.json").keep(account.key, Limit(15.0, None, None, time.time()))
    told(cli, stage.base_url, "--forget-rate")
    assert json.loads((folder / "state" / "limits.json").read_bytes())["limits"] == {}


def test_without_a_refusal_nothing_is_said_and_nothing_kept(cli: Cli, serve: Serve, folder: Path) -> None:
    stage = serve(Config(5))
    write_list(folder / "list.csv", stage.uuids())
    assert not FOUND.search(told(cli, stage.base_url))
    assert not (folder / "state" / "limits.json").exists()


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--max-rate", "auto"), "--max-rate: 'auto' is not a rate; write '10/s', '1/2s', '3/s,60/m' or 'off'"),
        (("--max-rate", "0/s"), "--max-rate: '0/s' is not a rate"),
        (("--max-pause", "-1"), "--max-pause"),
    ],
)
def test_bounds_that_make_no_sense_are_refused_before_anything_is_sent(
    cli: Cli, serve: Serve, folder: Path, flags: tuple[str, ...], message: str
) -> None:
    stage = serve(Config(2))
    write_list(folder / "list.csv", stage.uuids())
    code, _, err = cli("run", "list.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, *flags)
    assert code == 2
    assert message in err
    assert stage.requests() == 0


def test_an_absurd_pause_is_cut_short_and_told(cli: Cli, serve: Serve, folder: Path) -> None:
    stage = serve(Config(6, rate=Rate(5, 1.0), limiter=SLIDING, hint_seconds=3600))
    write_list(folder / "list.csv", stage.uuids())
    told(cli, stage.base_url, "--max-pause", "1")
    log = next((folder / "runs").glob("*/log.jsonl")).read_text(encoding="ascii")
    pauses = [json.loads(line) for line in log.splitlines() if '"paused"' in line]
    assert pauses
    assert all(pause["asked"] == 3600 and pause["seconds"] <= 1 for pause in pauses)
