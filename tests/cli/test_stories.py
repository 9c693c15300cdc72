"""The samples that tell a story come to the end that their pages promise, and leave nothing behind."""

import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

import pytest

from tests.cli.stage import PATIENCE, Done, demo

SAMPLES: Final = Path(__file__).parents[2] / "samples"
NAMES: Final = ("undo_a_mistake", "resume_after_crash")
SENT_AGAIN: Final = SAMPLES / "resume_after_crash" / "sent_again.py"


class Told(NamedTuple):
    """A story that was told to its end, and the temporary folder that it had."""

    done: Done
    folder: Path

    @property
    def lines(self) -> list[str]:
        return self.done.out.splitlines()


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Future[Told]]]:
    """Return all stories, under way at once: they wait far more than they work."""
    with ThreadPoolExecutor(len(NAMES)) as pool:
        yield {name: pool.submit(tell, name, tmp_path_factory.mktemp(name)) for name in NAMES}


def tell(name: str, folder: Path) -> Told:
    return Told(demo(SAMPLES / name, folder), folder)


@pytest.mark.parametrize("name", NAMES)
def test_a_story_comes_to_its_end_and_cleans_up(name: str, stories: dict[str, Future[Told]]) -> None:
    told = stories[name].result()
    assert told.done.code == 0, told.done.out + told.done.err
    assert "Traceback" not in told.done.out + told.done.err
    assert [*told.folder.iterdir()] == []


def test_after_an_undo_as_listed_each_journey_is_as_it_was(stories: dict[str, Future[Told]]) -> None:
    told = stories["undo_a_mistake"].result()
    assert [line for line in told.lines if line.endswith("journeys differ from before")] == [
        "204 journeys differ from before",  # 196 said so, and 8 of the 14 rows in doubt
        "0 journeys differ from before",
    ]
    assert told.lines[-1] == "0 journeys differ from before"


def test_a_killed_run_is_finished_and_nothing_settled_is_sent_again(stories: dict[str, Future[Told]]) -> None:
    told = stories["resume_after_crash"].result()
    *_, wrong, sums, known, again = told.lines
    assert wrong == "held against the sandbox, row by row: 400 rows, 0 wrong"
    assert sums.startswith("400 journeys were changed; ")
    counts = re.fullmatch(r"at the kill: (\d+) settled, (\d+) in doubt, (\d+) not attempted", known)
    assert counts
    settled, in_doubt, not_attempted = map(int, counts.groups())
    assert settled + in_doubt + not_attempted == 400
    assert 180 <= settled < 400
    assert again == f"of the {settled} that were settled, 0 were sent again"


def test_what_is_no_run_cannot_be_compared_and_that_is_said(folder: Path) -> None:
    arguments: list[str | Path] = [
        sys.executable,
        "-W",
        "error",
        SENT_AGAIN,
        folder / "known.jsonl",
        "http://127.0.0.1:1",
    ]
    ran = subprocess.run(arguments, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "name a run's results, and its sandbox" in ran.stderr
    assert "Traceback" not in ran.stderr
