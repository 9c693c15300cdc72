"""Laws of the first contact: help for everything, and a version."""

import subprocess
from pathlib import Path

import pytest

from bulk_journeys import __version__
from tests.cli.stage import Cli, carried_out, command

COMMANDS = ["plan", "run", "resume", "report", "runs", "sandbox"]


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
