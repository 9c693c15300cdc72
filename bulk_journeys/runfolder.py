"""Where runs live on disk: their folders, and how a user names one. Nothing here reads what they hold."""

import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bulk_journeys.disk import sync_folder
from bulk_journeys.errors import UsageError

_STAMP_LENGTH: Final = len("2026-11-23T03-14-07Z")
_SHORTEST_ROW: Final = len('{"kind":"rejection","line":1,"faults":[],"cells":[]}')


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run; its name is the run's id."""

    path: Path

    @property
    def run_id(self) -> str:
        return self.path.name

    def create(self) -> None:
        """Make the folder, for its owner alone. Raises UsageError where that cannot be done."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.path.mkdir(mode=0o700)
            sync_folder(self.path.parent)
        except OSError as error:
            reason = f"{self.path}: {error.strerror}; name another place with --runs-dir; nothing was sent"
            raise UsageError(reason) from error

    def command(self, verb: str) -> str:
        """Return what to type for *verb*, safe to paste into a shell."""
        return f"bulk-journeys {verb} {shlex.quote(str(self.path))}"

    @property
    def plan(self) -> Path:
        return self.path / "plan.jsonl"

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    @property
    def most_rows(self) -> int | None:
        """How many rows the plan can have at most, by its size, or None if that cannot be told.

        A small plan may have taken the place of the run's, which is to be told, and not that the journal is damaged.
        """
        try:
            return max(self.plan.stat().st_size // _SHORTEST_ROW, 1 << 16)
        except OSError:
            return None

    @property
    def results(self) -> Path:
        return self.path / "results.jsonl"

    @property
    def results_csv(self) -> Path:
        return self.path / "results.csv"

    @property
    def failed_csv(self) -> Path:
        return self.path / "failed.csv"

    @property
    def result_files(self) -> tuple[Path, Path, Path]:
        return self.results, self.results_csv, self.failed_csv

    @property
    def log(self) -> Path:
        return self.path / "log.jsonl"


def new_run(runs_dir: Path, label: str, at: float, number: int) -> RunFolder:
    """Return the folder of a new run, which is not there yet.

    *label* says what the run does, *at* is in seconds since 1970, and *number* tells runs of one second apart.
    """
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    return RunFolder(runs_dir / f"{stamp}-{label}-{number & 0xFFFF:04x}")


def list_runs(runs_dir: Path) -> list[RunFolder]:
    """Return the runs in *runs_dir*, oldest first."""
    plans = sorted(runs_dir.glob("*/plan.jsonl"), key=_age)
    return [RunFolder(path.parent) for path in plans]


def _age(plan: Path) -> tuple[str, int]:
    """Return the second that a run's name tells, and what tells apart the runs of one second."""
    try:
        changed = plan.stat().st_mtime_ns
    except OSError:  # it went away just now, or nobody may look at it
        changed = 0
    return plan.parent.name[:_STAMP_LENGTH], changed


def find_run(runs_dir: Path, name: str | None) -> RunFolder:
    """Return the run that *name* means: a folder, an id, a unique part of one; None is the last. Raises UsageError."""
    if name and _is_run(Path(name)):
        return RunFolder(Path(name) if Path(name).name else Path(name).resolve())
    runs = list_runs(runs_dir)
    if not runs:
        raise UsageError(f"{runs_dir}: no runs here; name their folder with --runs-dir")
    if name is None:
        return runs[-1]
    exact = [run for run in runs if name == run.run_id]
    return _only(exact or [run for run in runs if name in run.run_id], name, runs_dir)


def _is_run(path: Path) -> bool:
    try:
        return (path / "plan.jsonl").is_file()
    except (OSError, ValueError):  # too long for a name, or no name at all
        return False


def _only(found: list[RunFolder], name: str, runs_dir: Path) -> RunFolder:
    if not found:
        raise UsageError(f"{runs_dir}: no run is called {name!r}; 'bulk-journeys runs' lists them")
    if len(found) > 1:
        names = ", ".join(run.run_id for run in found[:5])
        raise UsageError(f"{name!r} could mean {len(found)} runs ({names}); write more of its name")
    return found[0]
