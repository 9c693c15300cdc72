"""What the tests of the command line share: sandboxes in a thread, the program in process and as a process."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple, Protocol

from anyio.from_thread import BlockingPortal

from bulk_journeys.cli import main
from bulk_journeys.sandbox.audit import contradictions, read_log
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import Journey
from bulk_journeys.sandbox.server import Sandbox
from bulk_journeys.session.account import account_of
from bulk_journeys.session.state_folder import state_folder
from bulk_journeys.settings.credentials import Secret

PATIENCE: Final = 60.0
"""Seconds after which a wait is a failure; nothing here comes near it."""

Serve = Callable[[Config], "Stage"]


class Running(Protocol):
    """A process that may have ended."""

    def poll(self) -> int | None: ...


class Done(NamedTuple):
    """What a command left: its exit code and its words."""

    code: int
    out: str
    err: str


Cli = Callable[..., Done]


class Stage(NamedTuple):
    """A sandbox that is served by a thread of this process, so that the truth can be looked at."""

    sandbox: Sandbox
    portal: BlockingPortal

    @property
    def base_url(self) -> str:
        return self.sandbox.base_url

    @property
    def journeys(self) -> Mapping[str, Journey]:
        return self.sandbox.world.journeys

    def requests(self) -> int:
        """Return how many requests came in so far."""
        return self.portal.call(self.sandbox.stats).requests

    def await_requests(self, count: int, process: Running) -> None:
        """Return once *count* requests came in, or *process* ended."""
        wait_until(lambda: self.requests() >= count or process.poll() is not None)

    def requests_of(self) -> dict[str, int]:
        """Return how many requests each journey had so far."""
        return {uuid: journey.requests for uuid, journey in self.journeys.items()}

    def uuids(self) -> list[str]:
        return list(self.journeys)

    def titles(self) -> list[str]:
        return [journey.title for journey in self.journeys.values()]


def wait_until(holds: Callable[[], bool], patience: float = PATIENCE) -> None:
    """Return as soon as *holds* does."""
    deadline = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.001)


def introduce(base_url: str) -> None:
    """Have runs know the address, as if an answer of the API there had been understood before."""
    account_of(state_folder(), base_url, Secret(Config.token)).meet()


def write_list(path: Path, uuids: Sequence[str], *, header: str = "uuid") -> Path:
    """Write a list of journeys, one a line below *header*."""
    path.write_text("\n".join([header, *uuids, ""]), encoding="utf-8")
    return path


def command(*arguments: str | Path) -> list[str]:
    """Return the program as a process of its own, with warnings as errors."""
    return [sys.executable, "-W", "error", "-m", "bulk_journeys", *map(str, arguments)]


@contextmanager
def started(
    folder: Path, *arguments: str | Path, stdin: Any = subprocess.DEVNULL
) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the program in *folder*; its words go to the files `out` and `err` there. It ends with the block."""
    with (
        (folder / "out").open("wb") as out,
        (folder / "err").open("wb") as err,
        subprocess.Popen(command(*arguments), cwd=folder, stdin=stdin, stdout=out, stderr=err) as process,
    ):
        try:
            yield process
        finally:
            process.kill()


def done(process: "subprocess.Popen[bytes]", folder: Path) -> Done:
    """Wait for *process* to end by itself."""
    code = process.wait(PATIENCE)
    return Done(code, (folder / "out").read_text(encoding="utf-8"), (folder / "err").read_text(encoding="utf-8"))


def carried_out(folder: Path, *arguments: str | Path) -> Done:
    """Run the program as a process in *folder* to its end."""
    with started(folder, *arguments) as process:
        return done(process, folder)


class Forked:
    """The program in a process that is there at once, being forked from one that has imported everything."""

    def __init__(self, folder: Path, *arguments: str | Path, prepare: Callable[[], None] | None = None) -> None:
        """Start it in *folder*; its words go to the files `out` and `err` there. *prepare* is called in it first."""
        self._folder = folder
        environment = {**os.environ, "BULK_JOURNEYS_STATE_DIR": str(folder / "state")}
        job = (folder, [*map(str, arguments)], environment, prepare)
        self._process = _FORKS.Process(target=_become_program, args=job)
        with _LOCK:
            self._process.start()

    def poll(self) -> int | None:
        with _LOCK:
            return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()

    def send_signal(self, number: signal.Signals) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def done(self) -> Done:
        """Wait for it to end; the exit code of a killed one is negative."""
        wait_until(lambda: self.poll() is not None)
        with _LOCK:
            code = self._process.exitcode
            self._process.close()
        assert code is not None
        out, err = ((self._folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return Done(code, out, err)


_LOCK: Final = threading.Lock()
"""Starting a process looks after all others, which two threads must not do at a time."""

_FORKS: Final = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "anyio._backends._asyncio",
        "bulk_journeys.commands.undo",
        "bulk_journeys.commands.plan",
        "bulk_journeys.commands.report",
        "bulk_journeys.commands.run",
        "bulk_journeys.pipeline.runner",
        "bulk_journeys.api.http",
        "bulk_journeys.sandbox.audit",
        "bulk_journeys.cli",
    ]
)


def _become_program(
    folder: Path, arguments: list[str], environment: dict[str, str], prepare: Callable[[], None] | None
) -> None:
    os.chdir(folder)
    os.environ.update(environment)
    for descriptor, name in enumerate(("out", "err"), start=1):
        with (folder / name).open("wb") as file:
            os.dup2(file.fileno(), descriptor)
    sys.argv = ["bulk-journeys", *arguments]
    warnings.simplefilter("error")
    if prepare:
        prepare()
    sys.stdin = open(0, closefd=False)  # noqa: SIM115  these three stay open until the process ends
    sys.stdout = open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    main()


def demo(sample: Path, folder: Path) -> Done:
    """Run the demo of a *sample* as a shell would, with its temporary files in *folder*."""
    ours = {key: value for key, value in os.environ.items() if not is_setting(key.lower())}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    closed = {"https_proxy": "http://127.0.0.1:1"}  # whatever goes wrong, nothing leaves this machine
    ran = subprocess.run(
        ["/bin/sh", sample / "demo.sh"],
        env={**ours, **closed, "PATH": path, "TMPDIR": str(folder)},
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
        check=False,
    )
    return Done(ran.returncode, ran.stdout, ran.stderr)


def is_setting(variable: str) -> bool:
    """Say whether an environment's *variable*, in lower case, would take part in what the program does."""
    return variable.startswith(("pushwoosh_", "bulk_journeys_")) or variable.endswith("_proxy")


def the_run(folder: Path) -> Path:
    """Return the only run below *folder*."""
    (run,) = (folder / "runs").iterdir()
    return run


def json_lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file; its last line may be torn, no other."""
    return [json.loads(line) for line in path.read_bytes().rpartition(b"\n")[0].splitlines()]


def records(run: Path) -> list[dict[str, Any]]:
    """Return the run's result log."""
    return json_lines(run / "results.jsonl")


def outcomes(run: Path) -> list[str]:
    return [record["outcome"] for record in records(run)]


def settled_rows(run: Path) -> set[int]:
    """Return the rows that the journal has the last word on."""
    return {entry["row"] for entry in json_lines(run / "journal.jsonl") if entry["event"] == "settled"}


def wrongs(stage: Stage, run: Path, rows: int, *, interrupted: bool = False) -> list[str]:
    """Return how the run breaks the law of the project.

    Every row of a list has exactly one record, in the list's order, and none says more than is so; and in the
    journal no row has two last words.
    """
    log = read_log(run / "results.jsonl")
    found = list(contradictions(log, stage.journeys, interrupted=interrupted))
    if [record.line for record in log] != list(range(2, rows + 2)):
        found.append(f"{rows} rows, and records of the lines {[record.line for record in log]}")
    settled = Counter(entry["row"] for entry in json_lines(run / "journal.jsonl") if entry["event"] == "settled")
    return found + [f"row {row} was settled {count} times" for row, count in settled.items() if count > 1]


def uphold_the_law(stage: Stage, run: Path, rows: int, *, interrupted: bool = False) -> None:
    assert wrongs(stage, run, rows, interrupted=interrupted) == []
