"""Laws of the first contact: help for everything, and a version."""

import dataclasses
import subprocess
from pathlib import Path

import pytest

from bulk_journeys import __version__
from bulk_journeys.settings.options import RunOptions
from tests.cli.stage import Cli, carried_out, command

COMMANDS = ["plan", "run", "resume", "undo", "retry", "report", "runs", "sandbox"]


def test_help_names_every_command(cli: Cli) -> None:
    code, out, err = cli("--help")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.partition("Commands:\n")[2].splitlines()] == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, cli: Cli) -> None:
    code, out, err = cli(name, "--help")
    assert (code, err) == (0, "")
    assert f"bulk-journeys {name} [OPTIONS]" in out.splitlines()[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_flag_of_any_command_is_a_mistake(name: str, cli: Cli) -> None:
    code, out, err = cli(name, "--no-such-flag")
    assert (code, out) == (2, "")
    assert "--no-such-flag" in err


def test_the_token_has_no_flag(cli: Cli) -> None:
    """It would be seen in the list of processes, and stay in the shell's history."""
    assert cli("run", "journeys.csv", "--token", "secret").code == 2


def test_the_version_is_told(cli: Cli) -> None:
    assert cli("--version") == (0, f"{__version__}\n", "")


def test_the_package_runs_as_a_module_as_well(folder: Path) -> None:
    assert carried_out(folder, "--version") == (0, f"{__version__}\n", "")


def test_help_into_a_pipe_that_closes_is_no_traceback(folder: Path) -> None:
    with subprocess.Popen(command("--help"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


@pytest.mark.parametrize("name", ["run", "resume", "undo", "retry"])
def test_every_command_that_sends_has_every_flag_of_how_to_send(name: str, cli: Cli) -> None:
    _, out, _ = cli(name, "--help")
    for field in dataclasses.fields(RunOptions):
        assert f"--{field.name.replace('_', '-')}" in out


@pytest.mark.parametrize(
    ("flag", "value"), [("--deadline", "soon"), ("--max-age", "-1h"), ("--wait-for-lock", "1 hour")]
)
def test_a_duration_that_is_none_is_told_with_its_flag(flag: str, value: str, cli: Cli) -> None:
    code, _, err = cli("run", "journeys.csv", flag, value)
    assert code == 2
    assert err.startswith(f"error: {flag}: {value!r} is not a duration; write '30s'")
