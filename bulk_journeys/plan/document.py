"""A plan: its header and its entries, as values and as the lines of a file."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from bulk_journeys.disk import replacing
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Entry, Skipped, Source

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
