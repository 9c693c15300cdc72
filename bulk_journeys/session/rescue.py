"""The plan and the journal of a run, held open while it is carried out, so that losing their folder loses no outcome.

What is lost for good when it is changed from outside is the content of the files; that is told, and not mended.
"""

import hashlib
import io
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from itertools import count
from pathlib import Path
from signal import SIGINT, SIGTERM
from typing import Final

from bulk_journeys.errors import DiskFailed
from bulk_journeys.files import Window, disk_errors, displaced, opened, opened_regular, sync_folder, write_whole
from bulk_journeys.journal.entries import Changed, Ended, JournalEntry
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.reader import JournalFile
from bulk_journeys.journal.writer import Journal
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.locks import try_lock
from bulk_journeys.model import Ending
from bulk_journeys.session.folder import RESCUED, RunFolder

ENDING_SIGNALS: Final = tuple(filter(None, (SIGINT, SIGTERM, getattr(signal, "SIGHUP", None))))
"""What asks a program to end. Windows has no terminal that hangs up."""

_CHUNK: Final = 1 << 20
_LONGEST_NAME: Final = 100
"""Characters of a run's id that its rescued folder is named by; a folder that was renamed may have any."""


class TerminationRequest(KeyboardInterrupt):
    """As KeyboardInterrupt, but for SIGTERM and SIGHUP, which Python would die of without a word."""


class HeldRun:
    """The open plan and the open journal of a run, which is written through this.

    *folder* is where they are to be found: after a rescue that is another.
    """

    def __init__(self, folder: RunFolder, journal: Journal, plan: int, stack: ExitStack) -> None:
        """Hold *journal*, and *plan* by its descriptor; what is opened later is closed by *stack*."""
        self.folder = folder
        self._journal = journal
        self._held = {folder.journal: journal.fileno(), folder.plan: plan}
        self._stack = stack
        self.rescued = False

    @property
    def begun(self) -> bool:
        """Whether the journal holds anything, or should."""
        return os.fstat(self._held[self.folder.journal]).st_size > 0 or self.changed() is not None

    def append(self, entry: JournalEntry) -> None:
        self._journal.append(entry)

    def take(self) -> bytes:
        return self._journal.take()

    def write(self, batch: bytes) -> None:
        self._journal.write(batch)

    def astray(self) -> str | None:
        """Say which file is not what or where it was, or return None; it takes some system calls."""
        return next(filter(None, (displaced(path, fd) for path, fd in self._held.items())), None) or self.changed()

    def changed(self) -> str | None:
        """Say so if another program changed the journal itself, so that outcomes may be missing from it."""
        if self.rescued or self._journal.is_whole():
            return None
        return f"{self._journal.path} was changed by another program"

    def plan_digest(self) -> str:
        """Return the SHA-256 of the plan, in hexadecimal. Raises DiskFailed."""
        with disk_errors(self.folder.plan, "nothing was sent"):
            return hashlib.file_digest(Window(self._held[self.folder.plan]), "sha256").hexdigest()

    def ledger(self, rows: int) -> Ledger:
        """Return what the journal says about a plan of so many *rows*, wherever its file is. Raises JournalDamaged."""
        path = self.folder.journal
        return Ledger(JournalFile(path, io.BufferedReader(Window(self._held[path]))), rows)

    def rescue(self, places: Iterable[Path]) -> None:
        """Copy plan and journal to a new folder in the first of *places* that takes them.

        Raises DiskFailed, with the words of each place, if none does.
        """
        refusals = []
        for place in places:
            try:
                self._move_to(place)
            except OSError as error:
                refusals.append(f"{place}: {error.strerror or error}")
            else:
                return
        raise DiskFailed("; ".join(refusals))

    def _move_to(self, place: Path) -> None:
        """Take a copy of the files in *place* for them from now on. Raises OSError, and then there is no copy."""
        folder = RunFolder(_new_folder(place, self.folder.run_id))
        with ExitStack() as undone:
            undone.callback(shutil.rmtree, folder.path, ignore_errors=True)
            files = undone.enter_context(ExitStack())
            names = {folder.journal: self.folder.journal, folder.plan: self.folder.plan}  # only a plan makes it a run
            held = {new: files.enter_context(_copied(self._held[old], new)) for new, old in names.items()}
            sync_folder(folder.path)
            sync_folder(place)
            self._stack.enter_context(files.pop_all())
            undone.pop_all()
        self.folder, self._held, self.rescued = folder, held, True

    def disown(self, words: str, at: float) -> None:
        """Have the journal that was lost say, in *words*, that it is no more the run's, for whoever finds it again."""
        with suppress(DiskFailed):
            self._journal.write(encode_line(Ended(at, Ending.RESCUED, words)))

    def spoil(self, words: str) -> None:
        """Have the journal that was changed be damaged for all who read it, with *words* that say why."""
        with suppress(DiskFailed):
            self._journal.write(encode_line(Changed(words)))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hear no request to end within the block: what is saved there is nowhere else."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def unhurried(tell: Callable[[], None], *, heard: bool = False) -> Iterator[None]:
    """Pass over the first request to end within the block, and *tell* so; the next one is raised.

    *heard* says that the first one came before.
    """

    def hear(number: int, _: object) -> None:
        nonlocal heard
        if heard:
            raise KeyboardInterrupt if number == SIGINT else TerminationRequest
        heard = True
        tell()

    before = {number: signal.signal(number, hear) for number in ENDING_SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def held_run(folder: RunFolder, journal: Journal) -> Iterator[HeldRun]:
    """Hold the run in *folder* before it sends anything. Raises DiskFailed."""
    with ExitStack() as stack:
        with disk_errors(folder.plan, "nothing was sent"):
            plan = stack.enter_context(opened_regular(folder.plan)).fileno()
        run = HeldRun(folder, journal, plan, stack)
        if astray := run.astray():
            raise DiskFailed(f"{astray}; nothing was sent")
        yield run


def _new_folder(place: Path, run_id: str) -> Path:
    """Make a folder in *place* that is named after the run and was not there. Raises OSError."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{run_id.partition(f'-{RESCUED}')[0][:_LONGEST_NAME]}-{RESCUED}"
    for number in count(1):
        path = place / (name if number == 1 else f"{name}-{number}")
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
            break
    return path


@contextmanager
def _copied(source: int, path: Path) -> Iterator[int]:
    """Copy what is open as *source* to a new file at *path*, synced and locked, and hold that open. Raises OSError."""
    with opened(path, os.O_RDWR | os.O_CREAT | os.O_EXCL) as descriptor:
        try_lock(descriptor)  # nobody is to go on with the run before this ends
        offset = 0
        while chunk := os.pread(source, _CHUNK, offset):
            write_whole(descriptor, chunk)
            offset += len(chunk)
        os.fsync(descriptor)
        yield descriptor
