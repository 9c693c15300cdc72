"""The Makefile: an environment for each Python."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
MAKE: Final = shutil.which("make") or ""

pytestmark = pytest.mark.skipif(not MAKE, reason="there is no make")


def made(*arguments: str) -> str:
    """Return what make would do, and do nothing."""
    command = [MAKE, "--dry-run", "--always-make", "--directory", str(ROOT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def environment(python: Path | str) -> str:
    """Return where the tests would run with *python*."""
    (line,) = (line for line in made("test", f"PYTHON={python}").splitlines() if "/bin/python -m pytest " in line)
    return line.partition("/bin/python -m pytest ")[0]


def test_the_default_python_has_the_environment_that_editors_look_for() -> None:
    assert environment("python3") == ".venv"


def test_another_python_has_an_environment_of_its_own(tmp_path: Path) -> None:
    other = tmp_path / "python3.99"
    other.write_text("#!/bin/sh\necho 3.99.0-00000000\n")
    other.chmod(0o755)
    assert environment(other) == ".venv-3.99.0-00000000"
    assert environment(sys.executable).startswith(".venv-{}.{}.{}-".format(*sys.version_info))


def test_a_python_has_one_environment_by_whatever_name(tmp_path: Path) -> None:
    link = tmp_path / "python3.99"
    link.symlink_to(Path(sys.executable).resolve())
    assert environment(link) == environment(sys.executable)


def test_an_environment_is_made_anew_for_another_python_of_the_same_name() -> None:
    assert "python3 -m venv --clear .venv\n" in made("test", "PYTHON=python3", "IDENTITY=another")


def test_every_environment_is_forgotten() -> None:
    assert "rm -rf .venv .venv-* " in made("clean")
