"""A plan: its header and its entries, as values and as the lines of a file."""

import hashlib
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bulk_journeys.errors import InputError
from bulk_journeys.files import KeptLines, Spool, opened_regular, replacing
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action
from bulk_journeys.source.table import Form, InvalidRow, Places
from bulk_journeys.vocabulary.journey_id import is_canonical


class Operation(Struct, frozen=True, gc=False, omit_defaults=True, tag="operation", tag_field="kind"):
    """One journey and one action. *uuid* is canonical; *file* counts the plan's sources from 0.

    *lost* says in words which request of an earlier run may have been applied, or is None.
    """

    line: int
    uuid: str
    action: Action
    cells: Sequence[str]
    file: int = 0
    lost: str | None = None


class Merged(Struct, frozen=True, gc=False, omit_defaults=True, tag="merged", tag_field="kind"):
    """A row that repeats an earlier one and shares its outcome.

    *same_as* is the earlier row's line, *first* the index of its entry in the plan.
    """

    line: int
    uuid: str
    action: Action
    same_as: int
    first: int
    cells: Sequence[str]
    file: int = 0


class LeftOut(Struct, frozen=True, omit_defaults=True, tag="left_out", tag_field="kind"):
    """A row that the user does not want: *where* is the filter that says so, as it was written.

    *uuid* is canonical, or None where the row holds no journey id.
    """

    line: int
    where: str
    cells: Sequence[str]
    uuid: str | None = None
    file: int = 0


Entry = Operation | Merged | InvalidRow | LeftOut
"""One row of the input as the plan sees it; its place in the plan, counted from 0, is its index."""


class SkipReason(StrEnum):
    """Why lines of a file hold no row. A title stands above the rows or repeats the header, a footer below them."""

    BLANK = "blank"
    COMMENT = "comment"
    TITLE = "title"
    FOOTER = "footer"


class Skipped(Struct, frozen=True, gc=False, omit_defaults=True):
    """Lines of a file that hold no row, the first and the last included.

    *words* are what somebody wrote there, but for the header itself, or None: a remark may say which rows are meant.
    """

    line: int
    line_end: int
    reason: SkipReason
    file: int = 0
    words: str | None = None


class Unread(Struct, frozen=True, omit_defaults=True):
    """A column that decides nothing, and the first value in it; None if it is blank in all rows that were looked at.

    One without a name has a *number*, counted from 1. *others* are the other values, if there are few.
    """

    column: str
    sample: str | None = None
    number: int | None = None
    others: Sequence[str] = ()


class Source(Struct, frozen=True, omit_defaults=True):
    """A file that a plan was made from. *columns* are its header's cells; *sha256* is of its raw bytes.

    *form* is how it was read, *header_line* where its header is; the id and action columns are those that served.
    *status_column* tells what each journey was when the list was made, and *statuses* how. *unread* are those that
    decide nothing, but for what has neither a name nor a value.
    """

    name: str
    sha256: str
    columns: Sequence[str]
    form: Form | None = None
    header_line: int | None = None
    id_column: str | None = None
    action_column: str | None = None
    status_column: str | None = None
    statuses: Sequence[str] = ()
    unread: Sequence[Unread] = ()

    @property
    def places(self) -> Places:
        """What its rows and columns are called."""
        return Places.read_as(self.form, self.name, self.columns)


VERSION: Final = 1
"""Of the file's format; a reader refuses any other."""


VERBS: Final = frozenset({"undo", "retry"})
"""What makes a plan from a run."""


class Counts(Struct, frozen=True):
    """How many rows became what; operations, merged, rejections and left_out add up to rows.

    *actions* counts the operations of each action that occurs.
    """

    rows: int
    operations: int
    merged: int
    rejections: int
    actions: dict[Action, int]
    left_out: int = 0

    def __post_init__(self) -> None:
        """Raise ValueError for numbers that no plan has: a header is believed before all of the plan is read."""
        kinds = (self.operations, self.merged, self.rejections, self.left_out)
        if min(*kinds, *self.actions.values()) < 0 or sum(kinds) != self.rows:
            raise ValueError("the counts of its rows do not add up")
        if sum(self.actions.values()) != self.operations:
            raise ValueError("the counts of its actions do not add up")


class Parent(Struct, frozen=True):
    """The run that a plan was made from, by which *verb*, and where that run's requests went.

    *run* is its id, *began* when it began, which tells it from all others also where its folder was renamed; *settled*
    is how many of its rows were settled when the plan was made, and *outcomes* are those of the rows that it takes.
    """

    run: str
    verb: str
    base_url: str
    began: float
    settled: int
    outcomes: Sequence[str]

    def __post_init__(self) -> None:
        """Raise ValueError for another verb: a run's folder is named by it, and the plan may be a stranger's."""
        if self.verb not in VERBS:
            raise ValueError(f"{self.verb[:80]!r} makes no plan from a run")


class Header(Struct, frozen=True, omit_defaults=True, tag="plan", tag_field="kind"):
    """What a plan says of itself; *program* is the version that made it, *where* the filters that chose its rows."""

    version: int
    program: str
    sources: Sequence[Source]
    counts: Counts
    parent: Parent | None = None
    where: Sequence[str] = ()


FIRST_BYTES: Final = b'{"kind":"plan","version":'
"""How a saved plan begins, and no list of journeys does."""

_ENTRY: Final[msgspec.json.Decoder[Entry]] = msgspec.json.Decoder(Entry)
decode_entry: Final = _ENTRY.decode
_SKIPPED: Final = msgspec.json.Decoder(Skipped)


class Plan:
    """What a run is to do, in order, with the rows that cannot be done."""

    def __init__(self, header: Header, lines: Iterable[bytes], skipped: Iterable[bytes] = ()) -> None:
        """Take the *lines* of the entries and what was *skipped*, which can be gone through again and again."""
        self.header = header
        self._lines = lines
        self._skipped = skipped

    def entries(self) -> Iterator[Entry]:
        """Yield one entry for each row of the input, in the input's order, from the first each time."""
        return map(decode_entry, self._lines)

    def skipped(self) -> Iterator[Skipped]:
        """Yield the lines of the input that hold no row. A saved plan does not know them."""
        return map(_SKIPPED.decode, self._skipped)

    def save(self, path: str | Path) -> None:
        """Write the plan to *path*: all of it, or nothing. Raises DiskFailed."""
        with replacing(Path(path), "nothing was sent") as file:
            file.write(encode_line(self.header))
            file.writelines(self._lines)


ADVICE: Final = "the plan is damaged; make it again"
_LONGEST_HEADER: Final = 1 << 26
"""Bytes; what has no line feed before them is no plan, and need not come into memory."""


class _Version(msgspec.Struct):
    version: int


def is_saved_plan(path: str | Path) -> bool:
    """Say whether *path* is a file that begins as a saved plan does; what cannot be read does not."""
    try:
        if not Path(path).is_file():  # a pipe would lose the bytes that are looked at
            return False
        with Path(path).open("rb") as file:
            return file.read(len(FIRST_BYTES)) == FIRST_BYTES
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
        header = _header(first, f"{path}:1")
        _inspect(lines, header, str(path))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from None
    return Plan(header, lines)


def _copy(lines: Iterable[bytes]) -> Spool:
    kept = Spool()
    for line in lines:
        kept.append(line)
    return kept


def _header(line: bytes, place: str) -> Header:
    try:
        version = msgspec.json.decode(line, type=_Version).version
        if version != VERSION:
            raise InputError(f"{place}: the plan has version {version} and this program reads {VERSION}; make it again")
        return msgspec.json.decode(line, type=Header)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{place}: no header of a plan: {error}; {ADVICE}") from None


def _inspect(lines: Iterable[bytes], header: Header, name: str) -> None:
    inspection = _Inspection(len(header.sources))
    for number, line in enumerate(lines, 2):
        try:
            inspection.take(line)
        except (ValueError, RecursionError) as error:
            raise InputError(f"{name}:{number}: {error}; {ADVICE}") from None
    found, promised = inspection.counts(), header.counts
    if found != promised:
        raise InputError(f"{name}:1: the header promises {promised} and the file has {found}; {ADVICE}")


class _Inspection:
    """What was seen of a plan's lines: a byte a row."""

    def __init__(self, files: int) -> None:
        self._files = files
        self._operations = bytearray()
        self._kinds: Counter[type[Entry]] = Counter()
        self._actions: Counter[Action] = Counter()

    def take(self, line: bytes) -> None:
        """Go on with the next line. Raises ValueError with what is wrong with it."""
        if not line.endswith(b"\n"):
            raise ValueError("the last line is cut short")
        entry = decode_entry(line)
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
