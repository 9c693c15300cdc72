"""What a line of cells is, by itself: blank, a comment, a rule, a total, prose. Where it stands is not known here."""

import re
from collections.abc import Sequence
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.model import Row
from bulk_journeys.plan.cells import holds_id, is_error_value
from bulk_journeys.plan.feet import is_total
from bulk_journeys.plan.places import Places
from bulk_journeys.plan.spelling import header_word, normal, trimmed, visible
from bulk_journeys.plan.words import ACTIONS, AMBIGUOUS

MOST_CELLS: Final = 1 << 14
"""Cells that a row may have: as many as the widest sheet of a spreadsheet has columns, which no honest list fills."""

LONGEST_WORDS: Final = 200
"""Characters of a line without a row that are kept, to be shown."""

_is_rule: Final = re.compile(r"(?=.*?(?:--|==|[\u2500-\u257f]{2}))[-=+:|\s\u2500-\u257f]+", re.DOTALL).fullmatch
_is_sum: Final = re.compile(r"[\d\s.,%]+|=.*", re.DOTALL).fullmatch
_part_of_id: Final = re.compile(r"[0-9a-f]{8}|(?:[0-9a-f]{4}-){2}").search


def filled_cells(cells: Sequence[str]) -> list[str]:
    """Return the cells that are not blank, without the blanks around them."""
    return [text for cell in cells if (text := trimmed(cell))]


def endless(places: Places, row: Row) -> InputError:
    """Return what to say of a *row* that has more than MOST_CELLS cells."""
    reason = f"{places.at(row.line)}: the row has {len(row.cells):,} cells, and a list may have {MOST_CELLS:,} columns"
    return InputError(reason, "write one row a line, and leave out the columns that nobody needs")


def header_key(cells: Sequence[str]) -> list[str]:
    """Return the words of a header, by which it is known when it comes again."""
    words = [header_word(cell) for cell in cells]
    while words and not words[-1]:
        words.pop()
    return words


def words_of(cells: Sequence[str]) -> str | None:
    """Return what *cells* say, up to a bound, or None if there is no letter in it."""
    words = " ".join(" ".join(filled_cells(cells)).split())[:LONGEST_WORDS]
    return words if any(map(str.isalpha, words)) else None


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether no cell is filled."""
    return not any(cell and trimmed(cell) for cell in cells)


def is_comment(cells: Sequence[str]) -> bool:
    """Say whether a row begins as a comment does, and not as ``#N/A`` does."""
    first = next((text for cell in cells if (text := trimmed(cell))), "")
    return first.startswith("#") and not is_error_value(first)


def is_rule(cells: Sequence[str]) -> bool:
    """Say whether *cells*, which are not all blank, draw a line across the table."""
    return all(map(_is_rule, filled_cells(cells)))


def is_action(cell: str) -> bool:
    """Say whether *cell* is a word for an action, even one that may mean two."""
    return normal(cell) in ACTIONS or normal(cell) in AMBIGUOUS


def is_partly_id(cell: str) -> bool:
    """Say whether *cell* has the digits of an id in it, or of a piece of one."""
    return holds_id(cell) or _part_of_id(visible(cell).lower()) is not None


def is_foot(cells: Sequence[str], delimiter: str) -> bool:
    """Say whether *cells*, which are not all blank, are a total or the like, with sums at most beside its label."""
    first, *others = filled_cells(cells)
    if is_total(delimiter.join([first, *others])):
        return True
    return is_total(first) and all(_is_sum(other) or is_total(other) for other in others)


def is_note(cells: Sequence[str]) -> bool:
    """Say whether *cells* are a single one, of prose, and nothing that tries to be an id."""
    filled = filled_cells(cells)
    return len(filled) == 1 and len(filled[0].split()) > 1 and not is_partly_id(filled[0])
