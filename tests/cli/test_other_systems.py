"""Laws of systems that lack what POSIX has: lists are planned and runs are reported there, and nothing is carried out.

What Windows lacks is taken away from Python before the program begins.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cli.stage import write_list
from tests.cli.test_older_runs import RUNS

LACKING = """
import os, select, signal, sys

for module in ("fcntl", "grp", "pwd", "resource", "termios"):
    sys.modules[module] = None
for name in (
    "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW", "O_NONBLOCK",
    "fchmod", "fdatasync", "geteuid", "getuid", "pread", "preadv",
):
    delattr(os, name)
del signal.SIGHUP

from bulk_journeys.cli import main

main()
"""


def told_where_little_is_there(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    words = [sys.executable, "-c", LACKING, *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_a_list_is_planned_and_the_plan_saved() -> None:
    write_list(Path("journeys.csv"), [f"{number:08x}-0000-4000-8000-000000000000" for number in range(3)])
    done = told_where_little_is_there("plan", "journeys.csv", "--action", "pause", "-o", "plan.jsonl")
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "3 rows: pause 3 journeys" in done.stdout
    assert told_where_little_is_there("plan", "plan.jsonl").returncode == 0


def test_a_run_from_elsewhere_is_reported_and_its_results_are_made_anew() -> None:
    run = Path(shutil.copytree(RUNS["pause"], Path("runs", RUNS["pause"].name)))
    (run / "results.csv").unlink()
    done = told_where_little_is_there("report", run)
    assert (done.returncode, done.stderr) == (0, "")
    assert "in_doubt" in done.stdout
    assert (run / "results.csv").exists()
    done = told_where_little_is_there("report", run, "--format", "json")
    assert json.loads(done.stdout)["rows"] == 15
    assert RUNS["pause"].name in told_where_little_is_there("runs").stdout


def test_nothing_is_carried_out_without_locks() -> None:
    write_list(Path("journeys.csv"), ["11111111-2222-3333-4444-555555555555"])
    done = told_where_little_is_there(
        "run", "journeys.csv", "--action", "pause", "--yes", "--base-url", "http://127.0.0.1:9"
    )
    assert done.returncode == 2
    assert "this system has no file locks, so nothing can be carried out here" in done.stderr
    assert "Traceback" not in done.stderr
    assert not Path("runs").exists()
