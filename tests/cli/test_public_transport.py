"""Laws of a run with an aiohttp that the fast transport was not tested with: slower, as safe, and told in the log."""

from pathlib import Path

import aiohttp
import pytest

from bulk_journeys.api.http import fallback_reason
from bulk_journeys.sandbox.answers import Errors
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.faults import Fault
from tests.cli.stage import Cli, Serve, json_lines, outcomes, the_run, uphold_the_law, write_list

FLAGS = ("--action", "pause", "--yes", "--rate", "off", "--tries", "2", "--timeout", "0.3", "--concurrency", "10")
FAULTS = dict.fromkeys((Fault.DROP, Fault.RESET, Fault.CUT, Fault.HANG, Fault.ERROR, Fault.REFUSE), 0.04)
ROWS = 200


def notices(run: Path) -> list[str]:
    return [line["message"] for line in json_lines(run / "log.jsonl") if line["event"] == "notice"]


@pytest.mark.parametrize("errors", list(Errors))
def test_a_newer_aiohttp_is_used_through_its_public_face_alone(
    errors: Errors, serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aiohttp, "__version__", "3.15.0")
    stage = serve(Config(ROWS, faults=FAULTS, errors=errors))
    write_list(Path("journeys.csv"), stage.uuids())
    done = cli("run", "journeys.csv", *FLAGS, "--base-url", stage.base_url)
    assert done.code == 5, done.err
    uphold_the_law(stage, the_run(Path()), ROWS)
    assert outcomes(the_run(Path())).count("applied") > ROWS / 2
    (told,) = notices(the_run(Path()))
    assert told.startswith("aiohttp 3.15.0 is not of the series ")


@pytest.mark.skipif(fallback_reason() is not None, reason="this aiohttp is not one that was tested")
def test_the_aiohttp_that_was_tested_is_no_news(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    assert cli("run", "journeys.csv", *FLAGS, "--base-url", stage.base_url).code == 0
    assert notices(the_run(Path())) == []
