"""Where runs live on disk: their folders, their order, and how a user names one. Nothing here reads what they hold."""

import shlex
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from bulk_journeys.errors import UsageError
from bulk_journeys.files import sync_folder
from bulk_journeys.model import Ending
from bulk_journeys.session.index import RunIndex
from bulk_journeys.session.state_folder import state_folder

RESCUED: Final = Ending.RESCUED.value
"""What is in the name of a copy's folder."""

_OF_A_RUN: Final = ("plan.jsonl", "journal.jsonl")
"""Files that make a folder one of a run, either of them: no run may be passed over because somebody took one away."""

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
    def has_results(self) -> bool:
        """Whether the run wrote results at any time, so that it was begun, whatever became of its journal."""
        return any(path.exists() for path in self.result_files)

    @property
    def log(self) -> Path:
        return self.path / "log.jsonl"


def new_run(runs_dir: Path, label: str, at: float, number: int) -> RunFolder:
    """Return the folder of a new run, which is not there yet.

    *label* says what the run does, *at* is in seconds since 1970, and *number*, or the next that is free, tells runs of
    one second apart.
    """
    stamp = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
    paths = (runs_dir / f"{stamp}-{label}-{another & 0xFFFF:04x}" for another in range(number, number + 0x10000))
    return RunFolder(next(path for path in paths if not path.exists()))


def register(folder: RunFolder, index: RunIndex | None = None) -> str | None:
    """Note that the run in *folder* is the newest so far. Return None, or a warning that it is not noted; never raise.

    The *index* is the user's own by default. To be called as soon as the folder is there, before its plan is.
    """
    runs_dir = folder.path.parent
    return _or_own(index).register(runs_dir, folder.run_id, [run.run_id for run in _by_the_clock(runs_dir)])


def list_runs(runs_dir: Path, index: RunIndex | None = None) -> list[RunFolder]:
    """Return the runs in *runs_dir*, oldest first."""
    return [placed.folder for placed in runs_in_order(runs_dir, index)]


@dataclass(frozen=True, slots=True)
class Placed:
    """A run in the order of its runs folder. *doubt* says why it may not be newer than those before it, or is None."""

    folder: RunFolder
    doubt: str | None

    def check(self, verb: str) -> None:
        """Raise UsageError if there is a doubt: nobody is asked before *verb* acts on what was not named."""
        if self.doubt:
            likely = f"likely it is {self.folder.run_id}; if you mean that one, say: {self.folder.command(verb)}"
            raise UsageError(f"{self.doubt}; {likely}")


def runs_in_order(runs_dir: Path, index: RunIndex | None = None) -> list[Placed]:
    """Return the runs in *runs_dir*, oldest first: as *index* has them, or as the clock does if that lacks any."""
    runs, index = _by_the_clock(runs_dir), _or_own(index)
    places = index.places(runs_dir) if len(runs) > 1 else {}
    doubt = f"{runs_dir}: of the runs here {index.path} does not know all or not in order, and the clock may be wrong"
    known = all(run.run_id in places for run in runs)
    if known:
        runs.sort(key=lambda run: places[run.run_id])
    doubtful = [number > 0 and not (known and places[run.run_id].in_order) for number, run in enumerate(runs)]
    return [Placed(run, doubt if is_doubtful else None) for run, is_doubtful in zip(runs, doubtful, strict=True)]


def newest_first(runs_dir: Path, index: RunIndex | None = None) -> list[Placed]:
    """Return the runs in *runs_dir*, at least one, the last one first. Raises UsageError if there is none."""
    runs = runs_in_order(runs_dir, index)
    if not runs:
        raise UsageError(f"{runs_dir}: no runs here; name their folder with --runs-dir")
    return runs[::-1]


def _or_own(index: RunIndex | None) -> RunIndex:
    return index or RunIndex(state_folder())


def _by_the_clock(runs_dir: Path) -> list[RunFolder]:
    """Return the runs in *runs_dir*, none if it is not there. Raises OSError for what cannot be a folder's name."""
    with suppress(FileNotFoundError, NotADirectoryError):
        runs_dir.stat()  # newer Pythons' glob is silent about it
    found = {path.parent for name in _OF_A_RUN for path in runs_dir.glob(f"*/{name}")}
    return sorted(map(RunFolder, found), key=_age)


def _age(run: RunFolder) -> tuple[str, int]:
    """Return the second that a run's name tells, and what tells apart the runs of one second."""
    try:
        changed = run.plan.stat().st_mtime_ns
    except OSError:  # it went away, or nobody may look at it
        changed = 0
    return run.run_id[:_STAMP_LENGTH], changed


def find_run(runs_dir: Path, name: str | None) -> RunFolder:
    """Return the run that *name* means: a folder, an id, a unique part of one. Raises UsageError.

    None is the last, even if that is not certain: good enough for looking at it.
    """
    if name and _is_run(Path(name)):
        return RunFolder(Path(name) if Path(name).name else Path(name).resolve())
    runs = [placed.folder for placed in reversed(newest_first(runs_dir))]
    if name is None:
        return runs[-1]
    exact = [run for run in runs if name == run.run_id]
    return _only(exact or [run for run in runs if name in run.run_id], name, runs_dir)


def _is_run(path: Path) -> bool:
    try:
        return any((path / name).is_file() for name in _OF_A_RUN)
    except (OSError, ValueError):  # too long for a name, or no name at all
        return False


def _only(found: list[RunFolder], name: str, runs_dir: Path) -> RunFolder:
    if not found:
        raise UsageError(f"{runs_dir}: no run is called {name!r}; 'bulk-journeys runs' lists them")
    if len(found) > 1:
        names = ", ".join(run.run_id for run in found[:5])
        raise UsageError(f"{name!r} could mean {len(found)} runs ({names}); write more of its name")
    return found[0]
