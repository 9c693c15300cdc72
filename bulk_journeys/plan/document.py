"""A plan: its header and its entries, as values and as the lines of a file."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bulk_journeys.files import replacing
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Doubt, FollowUp
from bulk_journeys.source.table import Form, InvalidRow, Places
from bulk_journeys.vocabulary.results_table import doubt_in_words


class Operation(Struct, frozen=True, gc=False, omit_defaults=True, tag="operation", tag_field="kind"):
    """One journey and one action. *uuid* is canonical; *file* counts the plan's sources from 0.

    *doubt* is about a request of an earlier run.
    """

    line: int
    uuid: str
    action: Action
    cells: Sequence[str]
    file: int = 0
    doubt: Doubt | None = None


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


VERSION: Final = 2
"""Of the file's format. In version 1, that of 0.1.0, a doubt was told in words."""
OLDEST: Final = 1
"""The oldest version that is read."""


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

    def in_words(self) -> str:
        """Return all of it, for who compares it."""
        become = f"{self.merged:,} repeated, {self.rejections:,} invalid, {self.left_out:,} left out"
        return ", ".join(
            [f"{self.rows:,} rows: {become}", *(f"{n:,} to {action}" for action, n in self.actions.items())]
        )

    def __post_init__(self) -> None:
        """Raise ValueError for numbers that no plan has: a header is believed before all of the plan is read."""
        kinds = (self.operations, self.merged, self.rejections, self.left_out)
        if min(*kinds, *self.actions.values()) < 0 or sum(kinds) != self.rows:
            raise ValueError("the counts of its rows do not add up")
        if sum(self.actions.values()) != self.operations:
            raise ValueError("the counts of its actions do not add up")


class Parent(Struct, frozen=True):
    """The run that a plan was made from, what the plan is of it, and where that run's requests went.

    *run* is its id, *began* when it began, which tells it from all others also where its folder was renamed; *settled*
    is how many of its rows were settled when the plan was made, and *outcomes* are those of the rows that it takes.
    """

    run: str
    verb: FollowUp
    base_url: str
    began: float
    settled: int
    outcomes: Sequence[str]

    def __post_init__(self) -> None:
        """Raise ValueError for what makes no plan from a run."""
        if not self.verb.makes_plan:
            raise ValueError(f"{self.verb.value!r} makes no plan from a run")


class Header(Struct, frozen=True, omit_defaults=True, tag="plan", tag_field="kind"):
    """What a plan says of itself; *program* is the version that made it, *where* the filters that chose its rows."""

    version: int
    program: str
    sources: Sequence[Source]
    counts: Counts
    parent: Parent | None = None
    where: Sequence[str] = ()


class _Operation1(Struct, frozen=True, tag="operation", tag_field="kind"):
    """An operation of version 1, which told in words what may have been applied."""

    line: int
    uuid: str
    action: Action
    cells: Sequence[str]
    file: int = 0
    lost: str | None = None


_ENTRY: Final[msgspec.json.Decoder[Entry]] = msgspec.json.Decoder(Entry)
decode_entry: Final = _ENTRY.decode
_ENTRY_1: Final[msgspec.json.Decoder[_Operation1 | Merged | InvalidRow | LeftOut]] = msgspec.json.Decoder(
    _Operation1 | Merged | InvalidRow | LeftOut
)
_SKIPPED: Final = msgspec.json.Decoder(Skipped)


def _decode_version_1(line: bytes) -> Entry:
    entry = _ENTRY_1.decode(line)
    if not isinstance(entry, _Operation1):
        return entry
    doubt = doubt_in_words(entry.lost) if entry.lost else None
    return Operation(entry.line, entry.uuid, entry.action, entry.cells, entry.file, doubt)


class Plan:
    """What a run is to do, in order, with the rows that cannot be done."""

    def __init__(self, header: Header, lines: Iterable[bytes], skipped: Iterable[bytes] = ()) -> None:
        """Take the *lines* of the entries and what was *skipped*, which can be gone through again and again."""
        self.header = header
        self.decode = _decode_version_1 if header.version == 1 else decode_entry
        self._lines = lines
        self._skipped = skipped

    def entries(self) -> Iterator[Entry]:
        """Yield one entry for each row of the input, in the input's order, from the first each time."""
        return map(self.decode, self._lines)

    def skipped(self) -> Iterator[Skipped]:
        """Yield the lines of the input that hold no row. A saved plan does not know them."""
        return map(_SKIPPED.decode, self._skipped)

    def save(self, path: str | Path) -> None:
        """Write the plan to *path*: all of it, or nothing. Raises DiskFailed."""
        with replacing(Path(path), "nothing was sent") as file:
            file.write(encode_line(self.header))
            file.writelines(self._lines)
