"""What a line of cells is, by itself: blank, a comment, a rule, a total, prose. Where it stands is not known here."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.source.table import Places, Row
from bulk_journeys.vocabulary.journey_id import holds_id, is_error_value
from bulk_journeys.vocabulary.normalise import BLANKS, LONGEST_HEADER, fold, header_word, normal, trimmed, visible
from bulk_journeys.vocabulary.word_tables import vocabulary

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
    word, known = normal(cell), vocabulary()
    return word in known.actions or word in known.ambiguous


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


class _FootWords(NamedTuple):
    """What the lines below the rows say, as it is looked up. *made* and *source* match the beginning of a line."""

    totals: frozenset[str]
    ends: frozenset[str]
    counted: frozenset[str]
    counted_behind_one: frozenset[str]
    numbered: frozenset[str]
    made: re.Pattern[str]
    source: re.Pattern[str]


@cache
def _foot_words() -> _FootWords:
    known = vocabulary()
    counted = known.headers("counted")
    made, by, source = map(_either, ("made", "by", "source"))
    return _FootWords(
        known.headers("total"),
        known.headers("end"),
        counted,
        counted | known.headers("single") | known.headers("journey"),
        known.headers("numbered"),
        re.compile(rf"(?:{made})(?:\s*(:)\s*|\s+(?=\d)|\s+(?:{by})\b\s*(:)?[\s:]*)(?=\S)"),
        re.compile(rf"(?:{source})\s*:\s*(?=\S)"),
    )


def _either(field: str) -> str:
    """Return a pattern for any word of a *field*, the longest first: a shorter one may be its beginning."""
    words = set(map(fold, vocabulary().listed(field)))
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMBER: Final = re.compile(r"\d[\d.,]*")
_begins_with_label: Final = re.compile(r"[^\d:]+:\s*\d").match
_tells_of_how_many: Final = re.compile(r"\d\s*(?:/|[^\W\d_])").search
_PART_OF_ID: Final = re.compile(r"[\da-f]{8}-[\da-f]{4}|[\da-f]{20}")
_ORNAMENTS: Final = " \t\r\n-=*#~_.:<>([|–—©"


def is_total(text: str) -> bool:
    """Say whether *text* is all that a foot says: a total, a count of rows, a page of several, who made it, its end.

    "Journey 5" and "Created by Ann" are titles as well, and no feet.
    """
    if len(text) > LONGEST_HEADER:
        return False
    folded = fold(text).strip(_ORNAMENTS + BLANKS)
    if _tells_maker(folded):
        return not _is_row(folded)
    words, numbers = _NUMBER.subn(" ", folded)
    word = header_word(words)
    known = _foot_words()
    is_label = word in known.totals or word in known.ends
    return is_label or _is_count(folded, word, numbers) or _is_total_of_things(word, numbers)


def _tells_maker(folded: str) -> bool:
    """Say whether a text begins as one that tells who or what made the list, and has a colon there or a date."""
    made = _foot_words().made.match(folded)
    return (made is not None and (any(made.groups()) or _NUMBER.search(folded) is not None)) or (
        _foot_words().source.match(folded) is not None
    )


def _is_count(folded: str, word: str, numbers: int) -> bool:
    """Say whether a text of that *word* and so many *numbers* counts rows or pages, and does not number one."""
    known = _foot_words()
    if word in known.numbered and numbers > 1:
        return _tells_of_how_many(folded) is not None
    if folded[:1].isdigit():
        return word in (known.counted_behind_one if numbers == 1 else known.counted)
    return word in known.counted and _begins_with_label(folded) is not None


def _is_total_of_things(word: str, numbers: int) -> bool:
    known = _foot_words()
    things, totals = known.counted_behind_one if numbers else known.counted, known.totals
    halves = ((word[:index], word[index:]) for index in range(1, len(word)))
    return any((one in totals and other in things) or (one in things and other in totals) for one, other in halves)


def _is_row(folded: str) -> bool:
    """Say whether a foot by its beginning is a row with a journey of that title."""
    pieces = re.split(r"[,;|\t]", folded)
    return _PART_OF_ID.search(folded) is not None or any(map(is_action, pieces))


_SIZE: Final = re.compile(r"\(\s*(?:\d+(?:\s*,\s*\d+)?|max)\s*\)|(?<=[^\W\d])\d+\b")
_PARTS: Final = re.compile(r"[,;:/|+*()\[\]{}<>\n]| - |\bor\b")
_is_pattern: Final = re.compile(r"\W*([x?#])\1{7}-\1{4}-\1{4}-\1{4}-\1{12}\W*").fullmatch


def is_type_word(text: str) -> bool:
    """Say whether *text* tells the type of a column, or a rule for it, as the second row of a header may.

    `varchar(36)`, `format: uuid` and `(required)` do, and so does a list of several actions to choose from.
    """
    folded = _SIZE.sub("", fold(text)) if len(text) <= LONGEST_HEADER else ""
    parts = [part for part in map(header_word, _PARTS.split(folded)) if part]
    actions = vocabulary().actions
    choices = {actions.get(part) for part in parts} - {None}
    told = [part for part in parts if part not in actions or len(choices) < 2]
    return _is_pattern(folded) is not None or (bool(parts) and _types().issuperset(told))


@cache
def _types() -> frozenset[str]:
    return vocabulary().headers("type")
