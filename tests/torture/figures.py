"""What an ordeal came to: counts that add up, and every law that was broken."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHOWN: Final = 30
"""Violations that are printed."""

WIDTH: Final = 50
"""Characters of a count's name, at least."""


class Crash(NamedTuple):
    """A process that was hit and ended: *how*, the rows that it left in doubt, and how many it may leave."""

    how: str
    doubt: int
    bound: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of some ordeals. *faults* are those of disks and networks; *violations* say how to repeat them.

    *amid_results* are the kills that came while the results were written. *dials* are requests that a gateway could
    not pass on, and said so, *dial_doubts* the rows that are in doubt where nothing else went wrong.
    """

    runs: int = 0
    kills: int = 0
    faults: int = 0
    rows: int = 0
    requests: int = 0
    violations: list[str] = field(default_factory=list)
    amid_results: int = 0
    dials: int = 0
    dial_doubts: int = 0
    crashes: list[Crash] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def print_figures(title: str, figures: Figures) -> None:
    """Print *figures* as aligned lines below *title*, with every violation."""
    lines = [title, *(f"  {name:<{WIDTH}}{count:>14}" for name, count in _counts(figures))]
    lines += [f"  ! {violation}" for violation in figures.violations[:SHOWN]]
    if more := figures.violations[SHOWN:]:
        lines.append(f"  and {len(more):,} more")
    print("\n".join(lines), flush=True)  # noqa: T201  the command's own words


def _counts(figures: Figures) -> Iterator[tuple[str, str]]:
    """Yield what was counted, by name; what there was none of is left out, but for the violations."""
    named = {
        "runs": figures.runs,
        "kills": figures.kills,
        "of them while results are written": figures.amid_results,
        "faults": figures.faults,
        "rows": figures.rows,
        "requests": figures.requests,
    }
    yield from ((name, f"{count:,}") for name, count in named.items() if count)
    if figures.dials:
        yield "requests refused before they left", f"{figures.dials:,}"
        yield "  rows in doubt for that", f"{figures.dial_doubts:,}"
    yield from _worst(figures.crashes)
    yield "violations", f"{len(figures.violations):,}"


def _worst(crashes: Sequence[Crash]) -> Iterator[tuple[str, str]]:
    """Yield for each way to be hit, and each bound, how many there were and the most rows that one put in doubt."""
    found: dict[tuple[str, int], list[int]] = {}
    for how, doubt, bound in crashes:
        found.setdefault((how, bound), []).append(doubt)
    if found:
        yield "rows in doubt by one of the kills", ""
    for (how, bound), doubts in sorted(found.items()):
        yield f"  {how} ({len(doubts):,} kills)", f"at most {max(doubts)} of {bound}"
