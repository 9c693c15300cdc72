"""The words of twelve languages are read only where a list is."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from bulk_journeys.sandbox.config import Config
from tests.cli.stage import PATIENCE, Serve, write_list

PROGRAM: Final = """
import atexit, sys
from bulk_journeys.cli import main

@atexit.register
def told():
    sys.stderr.write(f"words were read: {'tomllib' in sys.modules}")  # nothing else needs it

main()
"""


def reads_words(*arguments: str) -> bool:
    """Run the program to its end, and say whether it has read the words."""
    process = subprocess.run(
        [sys.executable, "-W", "error", "-c", PROGRAM, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert process.returncode == (4 if "--limit" in arguments else 0), process.stderr
    return process.stderr.endswith("words were read: True")


def test_the_words_are_read_only_where_a_list_is(serve: Serve) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    sending = ("--yes", "--rate", "off", "--base-url", stage.base_url)
    assert reads_words("plan", "journeys.csv", "--action", "pause", "-o", "plan.jsonl")
    assert not reads_words("run", "plan.jsonl", *sending, "--limit", "1")
    assert not reads_words("resume", "--rate", "off")
    assert stage.requests() == 3
    for command in (["runs"], ["report"], ["plan", "plan.jsonl"], ["undo", "--yes", "--rate", "off"], ["--help"]):
        assert not reads_words(*command)
