"""Plans that were saved: told from lists of journeys, and opened only when whole."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from bulk_journeys import __version__
from bulk_journeys.errors import InputError
from bulk_journeys.files import KeptLines, Spool, opened_regular
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.plan.document import (
    OLDEST,
    VERSION,
    Counts,
    Entry,
    Header,
    LeftOut,
    Merged,
    Operation,
    Plan,
)
from bulk_journeys.source.filetype import HEAD, PLAN, PLAN_WITHOUT_HEADER, kind_of
from bulk_journeys.source.table import InvalidRow
from bulk_journeys.vocabulary.journey_id import is_canonical

if TYPE_CHECKING:
    from bulk_journeys.model import Action

ADVICE: Final = "the plan is damaged; make it again"
_LONGEST_HEADER: Final = 1 << 26
"""Bytes; what has no line feed before them is no plan, and need not come into memory."""


class _Version(msgspec.Struct):
    version: int
    program: str = "?"


def is_saved_plan(path: str | Path) -> bool:
    """Say whether *path* is a file that begins as a saved plan does; what cannot be read does not.

    One without its header is one, too, and then refused.
    """
    try:
        if not Path(path).is_file():  # a pipe would lose the bytes that are looked at
            return False
        with Path(path).open("rb") as file:
            return kind_of(file.read(HEAD)) in {PLAN, PLAN_WITHOUT_HEADER}
    except OSError:
        return False


def read_header(path: str | Path) -> Header:
    """Return the header of the plan that was saved at *path*, unchecked against the rest. Raises InputError."""
    try:
        with io.BufferedReader(opened_regular(path)) as file:
            return _header(file.readline(_LONGEST_HEADER), f"{path}:1")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None


def read_plan(path: str | Path, *, copied: bool = False, digest: str | None = None) -> Plan:
    """Open the plan that was saved at *path*, after going through all of it once. Raises InputError and DiskFailed.

    With *copied*, whoever can write to the file cannot change any more what the user is shown and agrees to. *digest*
    is the SHA-256, in hexadecimal, of the plan that a run began with: it is that of the very file which is read then.
    """
    try:
        file = opened_regular(path)  # KeptLines closes it
        if digest is not None and hashlib.file_digest(file, "sha256").hexdigest() != digest:
            file.close()
            changed = f"{path}: it was changed after the run began, so the journal is not about it"
            raise InputError(changed, "restore it")
        file.seek(0)
        first = file.readline(_LONGEST_HEADER)
        lines = KeptLines(file, len(first))
        if copied:
            lines = _copy(lines)
        plan = Plan(_header(first, f"{path}:1"), lines)
        _inspect(plan, lines, str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    return _renewed(plan) if copied and plan.header.version != VERSION else plan


def _copy(lines: Iterable[bytes]) -> Spool:
    kept = Spool()
    for line in lines:
        kept.append(line)
    return kept


def _renewed(plan: Plan) -> Plan:
    """Return *plan*, of an older version, as one of this: a run of it is not to be taken up by the older program."""
    return Plan(replace(plan.header, version=VERSION), _copy(map(encode_line, plan.entries())))


def _header(line: bytes, place: str) -> Header:
    try:
        its = msgspec.json.decode(line, type=_Version)
    except (ValueError, RecursionError):
        raise InputError(f"{place}: this is no header of a plan; {ADVICE}") from None
    if not OLDEST <= its.version <= VERSION:
        reads = f"bulk-journeys {__version__} reads versions {OLDEST} and {VERSION}"
        reason = (
            f"{place}: the plan has version {its.version}, written by bulk-journeys {its.program[:20]}, and {reads}"
        )
        raise InputError(reason, "use the newer program, or make the plan again")
    try:
        return msgspec.json.decode(line, type=Header)
    except (ValueError, RecursionError):
        raise InputError(f"{place}: this is no header of a plan; {ADVICE}") from None


def _inspect(plan: Plan, lines: Iterable[bytes], name: str) -> None:
    inspection = _Inspection(plan)
    for number, line in enumerate(lines, 2):
        try:
            inspection.take(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise InputError(f"{name}:{number}: this is no entry of a plan; {ADVICE}") from None
        except ValueError as error:
            raise InputError(f"{name}:{number}: {error}; {ADVICE}") from None
    found, promised = inspection.counts(), plan.header.counts
    if found != promised:
        differs = f"the header promises {promised.in_words()}, and the file has {found.in_words()}"
        raise InputError(f"{name}:1: {differs}; {ADVICE}")


class _Inspection:
    """What was seen of a plan's lines: a byte a row."""

    def __init__(self, plan: Plan) -> None:
        self._decode = plan.decode
        self._files = len(plan.header.sources)
        self._operations = bytearray()
        self._kinds: Counter[type[Entry]] = Counter()
        self._actions: Counter[Action] = Counter()

    def take(self, line: bytes) -> None:
        """Go on with the next line. Raises ValueError with what is wrong with it."""
        if not line.endswith(b"\n"):
            raise ValueError("the last line is cut short")
        entry = self._decode(line)
        if not 0 <= entry.file < self._files:
            raise ValueError(f"there is no source {entry.file}")
        if isinstance(entry, Operation | Merged):
            self._check(entry)
        self._operations.append(isinstance(entry, Operation))
        self._kinds[type(entry)] += 1

    def _check(self, entry: Operation | Merged) -> None:
        if not is_canonical(entry.uuid):
            raise ValueError(f"{entry.uuid[:80]!r} is not a canonical journey id")
        if isinstance(entry, Operation):
            self._actions[entry.action] += 1
        elif not (0 <= entry.first < len(self._operations) and self._operations[entry.first]):
            raise ValueError(f"entry {entry.first} is not an earlier operation")

    def counts(self) -> Counts:
        """Return the counts of what was seen."""
        operations, merged = self._kinds[Operation], self._kinds[Merged]
        rejections, left_out = self._kinds[InvalidRow], self._kinds[LeftOut]
        return Counts(len(self._operations), operations, merged, rejections, dict(self._actions), left_out)
