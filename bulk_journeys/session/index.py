"""In what order this user's runs were begun, by a counter in the state folder: the clock can be set back."""

import errno
import io
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Final, NamedTuple
from urllib.parse import quote, unquote_to_bytes

import msgspec

from bulk_journeys.errors import DiskFailed
from bulk_journeys.files import NO_FOLLOW, disk_errors, opened, opened_regular, replacing
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.locks import lock
from bulk_journeys.session.state_folder import STATE_DIR_VARIABLE

FILE_NAME: Final = "runs.jsonl"
LOCK_NAME: Final = "runs.lock"

MOST_ENTRIES: Final = 10_000
"""Runs in the file, unless the latest one's folder has more. What is dropped is adopted by the next run beside it."""

SIZE_LIMIT: Final = 1 << 25
"""Bytes; a larger file is none of ours, and counts as damaged."""

PATIENCE: Final = 5.0
"""Seconds; whoever has the lock needs a few milliseconds."""

_ADVICE: Final = (
    "which run is the last can be told by the clock alone from now on, so that an undo without a question "
    f"wants the run's name; {STATE_DIR_VARIABLE} can name another folder"
)

_SAFE: Final = " !#$&'()*+,/:;<=>?@[]^_`{|}~"
"""What stands for itself in a path; the rest is quoted, since a path need not be Unicode."""


class Place(NamedTuple):
    """Where a run is in the order in which runs were begun.

    One that is not *in_order* was found beside a newer one: it is older than that, and nothing else is known of it.
    """

    number: int
    in_order: bool


class _Entry(msgspec.Struct, frozen=True, omit_defaults=True):
    """A line of the file. Numbers grow from line to line; of two about one run the later counts."""

    number: Annotated[int, msgspec.Meta(ge=1, lt=1 << 53)]
    runs_dir: str
    run: str
    adopted: bool = False


_DECODER: Final = msgspec.json.Decoder(_Entry)


class RunIndex:
    """One file in the user's state folder, replaced as a whole under a lock: a reader never sees the half of it."""

    def __init__(self, state: Path) -> None:
        self.path = state / FILE_NAME

    def places(self, runs_dir: Path) -> dict[str, Place]:
        """Return the place of each run of *runs_dir* that is known, by its id; of a damaged file what can be read."""
        here = _text(runs_dir.resolve())
        try:
            entries = self._read()
        except OSError:
            return {}
        return {_id(entry): Place(entry.number, not entry.adopted) for entry in entries if entry.runs_dir == here}

    def register(self, runs_dir: Path, run_id: str, others: Sequence[str]) -> str | None:
        """Note that a run of *runs_dir* is the newest of all. Return None, or a warning; never raise.

        Those of *others* there that are not known, the oldest first, are adopted as older.
        """
        try:
            with self._alone(), disk_errors(self.path, _ADVICE):
                entries = self._read()
                entries += _following(entries, runs_dir, run_id, others)
                with replacing(self.path, _ADVICE) as file:
                    file.writelines(map(encode_line, _bounded(entries)))
        except DiskFailed as failed:
            return str(failed)
        return None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep others from changing the file. Raises DiskFailed."""
        path = self.path.with_name(LOCK_NAME)
        with ExitStack() as held:
            with disk_errors(path, _ADVICE):
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                fd = held.enter_context(opened(path, os.O_RDWR | os.O_CREAT))
                if not lock(fd, PATIENCE, time.sleep):
                    raise OSError(errno.EBUSY, "another process keeps this file locked")
            yield

    def _read(self) -> list[_Entry]:
        """Return what the file holds, but for damaged lines. Raises OSError."""
        try:
            with io.BufferedReader(opened_regular(self.path, NO_FOLLOW)) as file:
                content = file.read(SIZE_LIMIT + 1)
        except FileNotFoundError:
            return []
        return list(_entries(content)) if len(content) <= SIZE_LIMIT else []


def _entries(content: bytes) -> Iterator[_Entry]:
    """Yield the entries of whole lines; one whose number does not grow is damaged, too."""
    highest = 0
    for line in content.split(b"\n")[:-1]:
        try:
            entry = _DECODER.decode(line)
        except (ValueError, RecursionError):
            continue
        if entry.number > highest:
            highest = entry.number
            yield entry


def _following(entries: Sequence[_Entry], runs_dir: Path, run_id: str, others: Sequence[str]) -> Iterator[_Entry]:
    here = _text(runs_dir.resolve())
    known = {entry.run for entry in entries if entry.runs_dir == here}
    highest = entries[-1].number if entries else 0
    runs = [text for other in others if other != run_id and (text := _text(other)) not in known] + [_text(run_id)]
    for number, run in enumerate(runs, highest + 1):
        yield _Entry(number, here, run, adopted=number < highest + len(runs))


def _bounded(entries: Sequence[_Entry]) -> Sequence[_Entry]:
    """Leave out, of too many, runs of this folder that are gone, and then the oldest of other folders.

    Those that are there stay: left out, they would be adopted at once, and out of their order.
    """
    if len(entries) <= MOST_ENTRIES:
        return entries
    *others, newest = entries
    here = newest.runs_dir
    there = [entry for entry in others if entry.runs_dir != here or _folder(entry).exists()] + [newest]
    surplus = len(there) - MOST_ENTRIES
    dropped = {entry.number for entry in [one for one in there if one.runs_dir != here][: max(surplus, 0)]}
    return [entry for entry in there if entry.number not in dropped]


def _folder(entry: _Entry) -> Path:
    return Path(os.fsdecode(unquote_to_bytes(entry.runs_dir))) / _id(entry)


def _id(entry: _Entry) -> str:
    return os.fsdecode(unquote_to_bytes(entry.run))


def _text(path: Path | str) -> str:
    return quote(os.fsencode(path), safe=_SAFE)
