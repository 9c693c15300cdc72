"""What there is to know of a sheet besides its cells' values, within the bounds of a sheet and of memory."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from bulk_journeys.source.table import cell_name
from bulk_journeys.source.workbook.book import AS_CSV, SAVE_AGAIN, Unreadable, damaged, quoted

LARGEST_SHEET: Final = 1 << 30
"""Bytes of memory. A sheet of full height has room for 26 columns of xlsx that are blank, or 10 that are filled."""

MOST_TOLD: Final = 500_000
LONGEST_TOLD: Final = 1 << 16
MOST_SHEETS: Final = 1000
MOST_ROWS: Final = 1 << 20
MOST_COLUMNS: Final = 1 << 14
SHOWN: Final = 8


class Apart(StrEnum):
    """How a row can be set apart, in words that fit behind "row 3 is"."""

    HIDDEN = "hidden"
    STRUCK = "struck through"
    COLOURED = "coloured"


@dataclass
class Style:
    """What of a style may set a cell apart. Links are underlined, and headers bold: their colours say nothing."""

    struck: bool = False
    coloured: bool = False
    inked: bool = False
    underlined: bool = False
    bold: bool = False

    def apart(self) -> tuple[Apart, ...]:
        """Return how a row with a filled cell of this style is set apart."""
        coloured = (self.coloured or (self.inked and not self.underlined)) and not self.bold
        return (Apart.STRUCK,) * self.struck + (Apart.COLOURED,) * coloured


def is_colour(code: str) -> bool:
    """Say whether a colour, whose code ends in six digits for red, green and blue, is neither black nor white."""
    return code[-6:].upper() not in {"000000", "FFFFFF"}


class Merge(NamedTuple):
    """A rectangle of cells that is shown as one. Rows count from 1, columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Findings:
    """What there is to know of a sheet besides its cells' values; *first*, *last*, *left* and *right* bound them.

    *texts* are those of cells that calamine takes for blank: by row from 1, then by column from 0.
    Of *apart*, *uncomputed* and *commented* there are the first ones, and one more than can be shown if there are more.
    *counts* is how many rows are set apart, of *rows* with something in them.
    """

    name: str
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    refusal: Unreadable | None = None
    apart: dict[Apart, list[tuple[int, int]]] = field(default_factory=lambda: {how: [] for how in Apart})
    counts: Counter[Apart] = field(default_factory=Counter)
    rows: int = 0
    hidden_columns: list[range] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    commented: list[str] = field(default_factory=list)
    filled: int = 0
    told: int = 0
    first: int = MOST_ROWS
    last: int = 0
    left: int = MOST_COLUMNS
    right: int = -1

    def fill(self, row: int, column: int, *, rows: int = 1, columns: int = 1, filled: int | None = None) -> None:
        """Count the cells of an area, or as many as are *filled*. Raises Unreadable where no cells can be."""
        bottom, right = row + rows - 1, column + columns - 1
        if not 0 < row <= bottom <= MOST_ROWS or not 0 <= column <= right < MOST_COLUMNS:
            raise damaged(f"sheet {quoted(self.name)} has a cell outside of what a sheet can hold")
        self.filled += rows * columns if filled is None else filled
        self.first, self.last = min(self.first, row), max(self.last, bottom)
        self.left, self.right = min(self.left, column), max(self.right, right)

    def box(self) -> int:
        """Return how many cells lie between the first and the last row and column with something in them."""
        return (self.last - self.first + 1) * (self.right - self.left + 1) if self.filled else 0

    def tell(self, row: int, column: int, text: str) -> None:
        """Keep the text of a cell that calamine takes for blank."""
        self.told += 1
        if self.told > MOST_TOLD:
            self.texts.clear()
            self.refuse(f"more than {MOST_TOLD:,} cells hold errors, or formulas that nobody has computed", SAVE_AGAIN)
        else:
            self.texts.setdefault(row, {})[column] = text[:LONGEST_TOLD]

    def compute(self, row: int, column: int, formula: str) -> None:
        """Keep that nobody has computed the *formula*."""
        self.tell(row, column, f"={formula}")
        if len(self.uncomputed) <= SHOWN:
            self.uncomputed.append(cell_name(row, column))

    def hide_columns(self, first: int, end: int) -> None:
        """Keep that the columns from *first* to before *end* are hidden, filled or not."""
        self.hidden_columns.append(range(max(first, 0), min(end, MOST_COLUMNS)))
        if sum(map(len, self.hidden_columns)) > MOST_COLUMNS:
            raise damaged(f"sheet {quoted(self.name)} has a column twice")

    def end_rows(self, first: int, last: int, apart: Iterable[Apart]) -> None:
        """Keep how filled rows are set *apart* from others."""
        self.rows += last - first + 1
        for how in apart:
            self.counts[how] += last - first + 1
            _lengthen(self.apart[how], first, last)

    def comment(self, cell: str) -> None:
        """Keep that a cell has a comment."""
        if len(self.commented) <= SHOWN:
            self.commented.append(cell)

    def weigh(self, needed: int) -> None:
        """Refuse the sheet if it needs too many bytes of memory."""
        if needed > LARGEST_SHEET:
            corner = cell_name(self.last, self.right)
            reason = f"it reaches as far as {corner}, and would take {needed >> 20:,} MiB of memory"
            self.refuse(reason, f"delete what is stray there, or {AS_CSV}")

    def refuse(self, reason: str, advice: str) -> None:
        """Keep why the sheet cannot be read, unless that is known already."""
        self.refusal = self.refusal or Unreadable(f"sheet {quoted(self.name)}: {reason}", advice)


def _lengthen(stretches: list[tuple[int, int]], first: int, last: int) -> None:
    """Add rows to *stretches* of them, of which the first ones are kept."""
    if stretches and stretches[-1][1] == first - 1:
        first = stretches.pop()[0]
    if len(stretches) <= SHOWN:
        stretches.append((first, last))


def add_sheet(sheets: list[Findings], name: str) -> Findings:
    """Return another sheet of the same workbook, of which nothing is known yet. Raises Unreadable for too many."""
    if len(sheets) == MOST_SHEETS:
        raise Unreadable(f"the workbook has more than {MOST_SHEETS} sheets", AS_CSV)
    sheets.append(Findings(name))
    return sheets[-1]


def sheet_notes(findings: Findings) -> Iterator[str]:
    """Yield what is set apart and not blank, what is merged over rows, and what nobody has computed or reads."""
    yield from _apart_notes(findings)
    tall = [_area(merge) for merge in findings.merges if merge.top < merge.bottom]
    if tall:
        yield f"cells are merged in {_listed(tall)}: what they show is read in each of their rows"
    if findings.uncomputed:
        advice = "open the workbook in a spreadsheet program and save it there"
        yield f"nobody has computed the formulas in {_listed(findings.uncomputed)}: {advice}"
    if findings.commented:
        yield f"not read: the comments on {_listed(findings.commented)}"


def _apart_notes(findings: Findings) -> Iterator[str]:
    """Yield what is set apart and read like the rest. A colour of most rows sets none apart."""
    among = range(findings.left, findings.right + 1)
    columns = [cell_name("", column) for span in findings.hidden_columns for column in span if column in among]
    is_usual = findings.counts[Apart.COLOURED] > findings.rows / 2
    rows = [
        ("row", _spans(spans), how)
        for how, spans in findings.apart.items()
        if how is not Apart.COLOURED or not is_usual
    ]
    for what, found, how in (*rows, ("column", columns, Apart.HIDDEN)):
        if len(found) == 1 and found[0].isalnum():
            yield f"{what} {found[0]} is {how}, and is read too"
        elif found:
            yield f"{what}s {_listed(found)} are {how}, and are read too"


def _spans(stretches: Sequence[tuple[int, int]]) -> list[str]:
    return [str(first) if first == last else f"{first}-{last}" for first, last in stretches]


def _area(merge: Merge) -> str:
    return f"{cell_name(merge.top, merge.left)}:{cell_name(merge.bottom, merge.right)}"


def _listed(items: Sequence[str]) -> str:
    """Join *items* as a person would, the first few of them."""
    if len(items) > SHOWN:
        return f"{', '.join(items[:SHOWN])} and more"
    return " and ".join(filter(None, [", ".join(items[:-1]), items[-1]]))
