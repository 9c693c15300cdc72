"""The cells of the pacing benchmark: hidden limits, what happens to them, and how much of it is tried."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from tests.simulation.limits import LIMITERS, Change, RateLimit
from tests.simulation.server import NOWHERE, Hint, Terms

MAX_RATE: Final = 10_000.0
"""The user's ceiling, far above every limit."""


class Column(StrEnum):
    """What happens to the limit, or how it is to talk to."""

    CONSTANT = "constant"
    HALVED = "halved"
    DOUBLED = "doubled"
    RETRY_AFTER = "Retry-After"
    FAULTS = "2 % faults"
    NEAR = "one-way 0"
    CONCURRENCY = "concurrency"


CHANGED: Final = {Column.HALVED: 0.5, Column.DOUBLED: 2.0}
"""By which factor the limit changes at half of the time."""


class Size(NamedTuple):
    """How much is tried at a rate: *seeds*, the *seconds* of a plan, and the *longest* limiter in seconds."""

    rate: float
    seeds: int
    seconds: float
    longest: float = 60.0


class Crowd(NamedTuple):
    """The same for *places* at once."""

    places: int
    seeds: int
    seconds: float


@dataclass(frozen=True)
class Extent:
    """What is tried in which columns; those of *one_seed* make do with the first of them."""

    sizes: tuple[Size, ...]
    crowds: tuple[Crowd, ...]
    columns: tuple[Column, ...] = tuple(Column)
    statuses: tuple[int, ...] = (503, 429)
    one_seed: tuple[Column, ...] = ()


@dataclass(frozen=True)
class Cell:
    """One plan against one server."""

    column: Column
    terms: Terms
    seconds: float
    seed: int

    @property
    def operations(self) -> int:
        """As many as the limit takes in *seconds*, its change at half of the time included."""
        return round(self.terms.rate * self.seconds * (1 + CHANGED.get(self.column, 1.0)) / 2)

    @property
    def before(self) -> "Cell":
        """The cell of an earlier run, from which a limit is remembered: nothing changes in it."""
        column = Column.CONSTANT if self.column in CHANGED else self.column
        return replace(self, column=column, terms=replace(self.terms, changes=()))


def cells(extent: Extent) -> Iterator[Cell]:
    """Return what is tried."""
    for column in extent.columns:
        if column is Column.CONCURRENCY:
            yield from _crowded(extent.crowds, extent.statuses)
        for size in extent.sizes if column is not Column.CONCURRENCY else ():
            yield from _limited(column, size, 1 if column in extent.one_seed else size.seeds)


def _limited(column: Column, size: Size, seeds: int) -> Iterator[Cell]:
    for kind, seconds in LIMITERS:
        if seconds <= size.longest:
            terms = _terms(column, RateLimit(kind, size.rate, seconds), size.seconds)
            yield from (Cell(column, terms, size.seconds, seed) for seed in range(1, seeds + 1))


def _terms(column: Column, limit: RateLimit, seconds: float) -> Terms:
    match column:
        case Column.HALVED | Column.DOUBLED:
            return Terms(limit, changes=(Change(seconds / 2, CHANGED[column]),))
        case Column.RETRY_AFTER:
            return Terms(limit, hint=Hint.SECONDS)
        case Column.FAULTS:
            return Terms(limit, faults=0.02)
        case Column.NEAR:
            return Terms(limit, one_way=NOWHERE)
    return Terms(limit)


def _crowded(crowds: Iterable[Crowd], statuses: tuple[int, ...]) -> Iterator[Cell]:
    for places, seeds, seconds in crowds:
        for status in statuses:
            terms = Terms(places=places, crowded_status=status)
            yield from (Cell(Column.CONCURRENCY, terms, seconds, seed) for seed in range(1, seeds + 1))


COMPARED: Final = (Column.CONSTANT, Column.HALVED, Column.DOUBLED, Column.RETRY_AFTER, Column.CONCURRENCY)
ONCE: Final = (Column.FAULTS, Column.NEAR)
CROWDS: Final = (Crowd(4, 3, 120.0), Crowd(16, 3, 120.0))
QUICK: Final = (Size(5.0, 1, 120.0), Size(50.0, 1, 60.0, 10.0))
QUICK_CROWDS: Final = (Crowd(4, 1, 60.0), Crowd(16, 1, 60.0))

OURS: Final[Mapping[str, tuple[Extent, ...]]] = {
    "quick": (Extent(QUICK, QUICK_CROWDS),),
    "usual": (
        Extent((Size(5.0, 3, 120.0), Size(50.0, 3, 120.0)), CROWDS, one_seed=ONCE),
        Extent((Size(500.0, 1, 120.0, 10.0),), (Crowd(64, 1, 120.0),), COMPARED),
    ),
    "whole": (
        Extent(
            (Size(5.0, 3, 120.0), Size(50.0, 3, 120.0), Size(500.0, 3, 120.0)),
            (*CROWDS, Crowd(64, 3, 120.0)),
        ),
    ),
}
"""What our pace is tried on."""

SLOW: Final = Extent(
    (Size(5.0, 1, 120.0), Size(50.0, 1, 120.0)), (Crowd(4, 1, 120.0), Crowd(16, 1, 120.0)), COMPARED, (503,)
)
FAST: Final = Extent((Size(500.0, 1, 60.0, 1.0),), (), (Column.CONSTANT,))
THEIRS: Final[Mapping[str, tuple[Extent, ...]]] = {
    "quick": (Extent(QUICK, QUICK_CROWDS, COMPARED, (503,)),),
    "usual": (SLOW, FAST),
    "whole": (SLOW, FAST),
}
"""What the rivals are tried on: less, with one seed."""
