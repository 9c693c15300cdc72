"""What an ordeal came to: counts that add up, and every law that was broken."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Final

SHOWN: Final = 30
"""Violations that are printed."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of some ordeals. *faults* are those of disks and networks; *violations* say how to repeat them."""

    runs: int = 0
    kills: int = 0
    faults: int = 0
    rows: int = 0
    requests: int = 0
    violations: list[str] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))


def print_figures(title: str, figures: Figures) -> None:
    """Print *figures* as aligned lines below *title*, with every violation."""
    lines = [title]
    for each in fields(figures):
        value = getattr(figures, each.name)
        lines.append(f"  {each.name:<10}{len(value) if each.name == 'violations' else value:>12,}")
    lines += [f"  ! {violation}" for violation in figures.violations[:SHOWN]]
    if more := figures.violations[SHOWN:]:
        lines.append(f"  and {len(more):,} more")
    print("\n".join(lines), flush=True)  # noqa: T201  the command's own words
