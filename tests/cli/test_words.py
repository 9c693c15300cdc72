"""Law: nothing decides by a sentence. With every word for people replaced by `x`, all comes to the same."""

import ast
import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bulk_journeys
from bulk_journeys.sandbox.config import Config, parse_mix
from bulk_journeys.sandbox.faults import Fault
from tests.cli.stage import Serve, Stage, json_lines, write_list

PACKAGE = Path(bulk_journeys.__file__).parent
LOSSY = Config(40, 3, mix=parse_mix("running=80,paused=20"), forbidden=2, faults={Fault.ERROR: 0.3, Fault.DROP: 0.2})
FAST = ("--rate", "off", "--tries", "2", "--concurrency", "1")


SPOKEN = ("words.py", "report/advice.py", "report/plan_text.py")
"""Modules that word what people are told about runs and plans."""


@pytest.fixture
def speechless(tmp_path: Path) -> Path:
    """Return a folder with the package in which each function that makes a sentence returns nothing but `x`."""
    copy = tmp_path / "speechless"
    shutil.copytree(PACKAGE, copy / "bulk_journeys", ignore=shutil.ignore_patterns("__pycache__"))
    silenced = sum(silence(copy / "bulk_journeys" / name) for name in SPOKEN)
    assert silenced > 15
    return copy


def silence(module: Path) -> int:
    """Have each function of *module* that makes a sentence make an `x`, and return how many there are."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    spoken = [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and isinstance(node.returns, ast.Name) and node.returns.id == "str"
    ]
    for node in spoken:
        node.body = [ast.Return(ast.Constant("x"))]
    module.write_text(ast.unparse(ast.fix_missing_locations(tree)), encoding="utf-8")
    return len(spoken)


class Story:
    """What the commands of one program come to, in a folder of its own."""

    def __init__(self, program: Path, folder: Path, stage: Stage) -> None:
        self._program, self._folder, self._stage = program, folder, stage
        folder.mkdir()
        write_list(folder / "journeys.csv", stage.uuids())

    def told(self, *arguments: str | Path) -> tuple[int, bool, str]:
        """Return the exit code of a command, whether it says anything on stderr, and its stdout."""
        state = {"PYTHONPATH": str(self._program), "BULK_JOURNEYS_STATE_DIR": str(self._folder / "state")}
        command = [sys.executable, "-m", "bulk_journeys", *map(str, arguments)]
        done = subprocess.run(
            command, cwd=self._folder, env=os.environ | state, capture_output=True, text=True, check=False, timeout=60
        )
        assert "Traceback" not in done.stderr
        return done.returncode, bool(done.stderr), done.stdout

    def runs(self) -> list[Path]:
        return sorted((self._folder / "runs").iterdir(), key=lambda run: run.stat().st_mtime)

    def outcomes(self, run: Path) -> list[tuple[Any, ...]]:
        """Return of each record what is no sentence."""
        named = ("line", "uuid", "action", "outcome", "attempts")
        return [
            (*(record[name] for name in named), record["error"] and record["error"]["code"])
            for record in json_lines(run / "results.jsonl")
        ]

    def play(self) -> list[Any]:
        """Run, report, retry, read the table of results as a list, and undo; return all that was decided."""
        flags = (*FAST, "--yes", "--base-url", self._stage.base_url)
        came_to: list[Any] = [self.told("run", "journeys.csv", "--action", "pause", "--quiet", *flags)[:2]]
        (first,) = self.runs()
        came_to += [self.outcomes(first), self.told("report", first, "--format", "csv")[:2]]
        shutil.copy(first / "results.csv", self._folder / "results.csv")
        came_to.append(self.told("plan", "results.csv", "--where", "outcome=in_doubt", "-o", "plan.jsonl")[:2])
        _, *entries = json_lines(self._folder / "plan.jsonl")
        came_to.append([(entry["kind"], entry.get("uuid"), self._doubt(entry)) for entry in entries])
        came_to.append(self.told("retry", first, "--quiet", *flags)[:2])
        came_to.append(self.outcomes(self.runs()[-1]))
        came_to.append(self.told("run", "journeys.csv", "--action", "pause", "--quiet", *flags)[:2])  # done before
        came_to.append(self.told("undo", first, "--quiet", "--include-in-doubt", *flags)[:2])
        came_to.append(self.outcomes(self.runs()[-1]))
        with (first / "results.csv").open(encoding="utf-8", newline="") as file:
            came_to.append([row["doubt"].split(" at=")[0] for row in csv.DictReader(file)])
        return came_to

    def _doubt(self, entry: dict[str, Any]) -> tuple[Any, ...] | None:
        doubt = entry.get("doubt")
        return doubt and (doubt["loss"], doubt.get("attempt"), doubt.get("timeout"), doubt.get("run", "").count("-"))


def test_with_every_sentence_replaced_all_comes_to_the_same(serve: Serve, tmp_path: Path, speechless: Path) -> None:
    spoken = Story(PACKAGE.parent, tmp_path / "spoken", serve(LOSSY)).play()
    unspoken = Story(speechless, tmp_path / "unspoken", serve(LOSSY)).play()
    assert len(spoken) == len(unspoken)
    for said, unsaid in zip(spoken, unspoken, strict=True):
        assert said == unsaid
    assert "in_doubt" in str(spoken)
    told = json_lines(next((tmp_path / "unspoken" / "runs").iterdir()) / "results.jsonl")
    assert {record["error"]["message"] for record in told if record["outcome"] == "in_doubt"} == {"x"}
