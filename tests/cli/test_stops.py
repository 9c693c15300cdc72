"""Laws of a run that ends early because going on makes no sense: it says why, and it can be resumed."""

import socket
from pathlib import Path

import pytest

from bulk_journeys.sandbox.answers import Errors
from bulk_journeys.sandbox.config import Config, Latency
from tests.cli.stage import Cli, Serve, outcomes, records, the_run, uphold_the_law, write_list

ROWS = 30


def asking(uuids: list[str], base_url: str) -> list[str]:
    write_list(Path("journeys.csv"), uuids)
    return ["run", "journeys.csv", "--action", "pause", "--yes", "--base-url", base_url]


@pytest.mark.parametrize(
    ("errors", "flags", "most"),
    [(Errors.V2, (), 1), (Errors.V1, ("--rate", "off", "--concurrency", "4"), 4)],
)
def test_a_wrong_token_costs_one_request_a_lane_and_no_row(  # noqa: PLR0917
    errors: Errors, flags: tuple[str, ...], most: int, serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(ROWS, errors=errors, latency=Latency(0.0, 0.001)))
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", "mistyped")
    code, out, err = cli(*asking(stage.uuids(), stage.base_url), *flags)
    assert code == 4, err
    assert 1 <= stage.requests() <= most
    assert "the API refused the token: invalid api token" in out
    assert f"next     bulk-journeys resume runs/{the_run(Path()).name}" in out
    uphold_the_law(stage, the_run(Path()), ROWS)
    assert outcomes(the_run(Path())) == ["not_attempted"] * ROWS

    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", Config.token)
    assert cli("resume", "--rate", "off").code == 0
    uphold_the_law(stage, the_run(Path()), ROWS)
    assert outcomes(the_run(Path())) == ["applied"] * ROWS


@pytest.mark.parametrize("errors", list(Errors))
def test_a_wrong_base_url_costs_no_row(errors: Errors, serve: Serve, cli: Cli) -> None:
    stage = serve(Config(ROWS, errors=errors))
    code, out, err = cli(*asking(stage.uuids(), f"{stage.base_url}/elsewhere"), "--rate", "off")
    assert code == 4, err
    assert "the base URL does not lead to the lifecycle API: " in out
    assert "Not Found" in out
    uphold_the_law(stage, the_run(Path()), ROWS, interrupted=True)  # without a code nobody says that nothing was done
    assert set(outcomes(the_run(Path()))) <= {"not_attempted", "in_doubt"}
    assert stage.requests() == 0

    assert cli("resume", "--rate", "off", "--base-url", stage.base_url).code == 0
    uphold_the_law(stage, the_run(Path()), ROWS)


def test_an_api_that_nobody_serves_costs_no_row(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(ROWS))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{probe.getsockname()[1]}"
    code, out, err = cli(*asking(stage.uuids(), nobody), "--rate", "off", "--tries", "1")
    assert code == 4, err
    assert "the API cannot be reached: Cannot connect to host 127.0.0.1" in out
    assert set(outcomes(the_run(Path()))) == {"not_attempted"}

    assert cli("resume", "--rate", "off", "--base-url", stage.base_url).code == 0
    uphold_the_law(stage, the_run(Path()), ROWS)


def test_a_run_is_resumed_where_it_was_begun(serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not where the default or an earlier run was."""
    stage = serve(Config(ROWS))
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", "mistyped")
    assert cli(*asking(stage.uuids(), f"{stage.base_url}/elsewhere"), "--rate", "off").code == 4
    assert cli("resume", "--base-url", stage.base_url).code == 4
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", Config.token)
    assert cli("resume", "--rate", "off").code == 0
    assert {record["attempts"] for record in records(the_run(Path()))} <= {1, 2, 3, 4, 5}
    uphold_the_law(stage, the_run(Path()), ROWS)
