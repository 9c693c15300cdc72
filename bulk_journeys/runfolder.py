"""Where runs live on disk: their folders, and how a user names one. Nothing here reads what they hold."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bulk_journeys.disk import sync_folder
from bulk_journeys.errors import UsageError


@dataclass(frozen=True, slots=True)
class RunFolder:
    """The folder of one run; its name is the run's id."""

    path: Path

    @property
    def run_id(self) -> str:
        return self.path.name

    @property
    def plan(self) -> Path:
        return self.path / "plan.jsonl"

    @property
    def journal(self) -> Path:
        return self.path / "journal.jsonl"

    @property
    def results(self) -> Path:
        return self.path / "results.jsonl"

    @property
    def results_csv(self) -> Path:
        return self.path / "results.csv"

    @property
    def log(self) -> Path:
        return self.path / "log.jsonl"


def create_run(runs_dir: Path, label: str, at: float, number: int) -> RunFolder:
    """Make the folder of a new run, for its owner alone.

    *label* says what the run does, *at* is in seconds since 1970, and *number* tells runs of one second apart.
    Raises UsageError where that cannot be done.
    """
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    path = runs_dir / f"{stamp}-{label}-{number & 0xFFFF:04x}"
    try:
        runs_dir.mkdir(parents=True, exist_ok=True)
        path.mkdir(mode=0o700)
        sync_folder(runs_dir)
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name another place with --runs-dir; nothing was sent") from error
    return RunFolder(path)


def list_runs(runs_dir: Path) -> list[RunFolder]:
    """Return the runs in *runs_dir*, oldest first."""
    return [RunFolder(path.parent) for path in sorted(runs_dir.glob("*/plan.jsonl"))]


def find_run(runs_dir: Path, name: str | None) -> RunFolder:
    """Return the run that *name* means: a folder, an id, a unique part of one; None is the last. Raises UsageError."""
    if name and (Path(name) / "plan.jsonl").is_file():
        return RunFolder(Path(name))
    runs = list_runs(runs_dir)
    if not runs:
        raise UsageError(f"{runs_dir}: no runs here; name their folder with --runs-dir")
    if name is None:
        return runs[-1]
    exact = [run for run in runs if name == run.run_id]
    return _only(exact or [run for run in runs if name in run.run_id], name, runs_dir)


def _only(found: list[RunFolder], name: str, runs_dir: Path) -> RunFolder:
    if not found:
        raise UsageError(f"{runs_dir}: no run is called {name!r}; 'bulk-journeys runs' lists them")
    if len(found) > 1:
        names = ", ".join(run.run_id for run in found[:5])
        raise UsageError(f"{name!r} could mean {len(found)} runs ({names}); write more of its name")
    return found[0]
