"""What stands below the rows, or in a second row of the header: totals, counts, who made the list; types and rules."""

import re
from typing import Final

from bulk_journeys.plan.languages import LANGUAGES
from bulk_journeys.plan.spelling import BLANKS, LONGEST_HEADER, fold, header_word, normal
from bulk_journeys.plan.words import ACTIONS, AMBIGUOUS, headers, listed

_TOTALS: Final = headers("total")
_ENDS: Final = headers("end")
_COUNTED: Final = headers("counted")
_COUNTED_FIRST: Final = _COUNTED | headers("single") | headers("journey")
_NUMBERED: Final = headers("numbered")
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_begins_with_label: Final = re.compile(r"[^\d:]+:\s*\d").match
_tells_of_how_many: Final = re.compile(r"\d\s*(?:/|[^\W\d_])").search
_PART_OF_ID: Final = re.compile(r"[\da-f]{8}-[\da-f]{4}|[\da-f]{20}")
_ORNAMENTS: Final = " \t\r\n-=*#~_.:<>([|–—©"


def _either(field: str) -> str:
    words = {fold(word) for language in LANGUAGES for word in listed(language, field)}
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MADE: Final = re.compile(rf"(?:{_either('made')})(?:\s*(:)\s*|\s+(?=\d)|\s+(?:{_either('by')})\b\s*(:)?[\s:]*)(?=\S)")
_SOURCE: Final = re.compile(rf"(?:{_either('source')})\s*:\s*(?=\S)")


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
    return word in _TOTALS or word in _ENDS or _is_count(folded, word, numbers) or _is_total_of_things(word, numbers)


def _tells_maker(folded: str) -> bool:
    """Say whether a text begins as one that tells who or what made the list, and has a colon there or a date."""
    made = _MADE.match(folded)
    return (made is not None and (any(made.groups()) or _NUMBER.search(folded) is not None)) or (
        _SOURCE.match(folded) is not None
    )


def _is_count(folded: str, word: str, numbers: int) -> bool:
    """Say whether a text of that *word* and so many *numbers* counts rows or pages, and does not number one."""
    if word in _NUMBERED and numbers > 1:
        return _tells_of_how_many(folded) is not None
    if folded[:1].isdigit():
        return word in (_COUNTED_FIRST if numbers == 1 else _COUNTED)
    return word in _COUNTED and _begins_with_label(folded) is not None


def _is_total_of_things(word: str, numbers: int) -> bool:
    things = _COUNTED_FIRST if numbers else _COUNTED
    halves = ((word[:place], word[place:]) for place in range(1, len(word)))
    return any((one in _TOTALS and other in things) or (one in things and other in _TOTALS) for one, other in halves)


def _is_row(folded: str) -> bool:
    """Say whether a foot by its beginning is a row with a journey of that title."""
    pieces = map(normal, re.split(r"[,;|\t]", folded))
    return _PART_OF_ID.search(folded) is not None or any(piece in ACTIONS or piece in AMBIGUOUS for piece in pieces)


_TYPES: Final = headers("type")
_SIZE: Final = re.compile(r"\(\s*(?:\d+(?:\s*,\s*\d+)?|max)\s*\)|(?<=[^\W\d])\d+\b")
_PARTS: Final = re.compile(r"[,;:/|+*()\[\]{}<>\n]| - |\bor\b")
_is_pattern: Final = re.compile(r"\W*([x?#])\1{7}-\1{4}-\1{4}-\1{4}-\1{12}\W*").fullmatch


def is_type_word(text: str) -> bool:
    """Say whether *text* tells the type of a column, or a rule for it, as the second row of a header may.

    `varchar(36)`, `format: uuid` and `(required)` do, and so does a list of several actions to choose from.
    """
    folded = _SIZE.sub("", fold(text)) if len(text) <= LONGEST_HEADER else ""
    parts = [part for part in map(header_word, _PARTS.split(folded)) if part]
    actions = {ACTIONS.get(part) for part in parts} - {None}
    told = [part for part in parts if part not in ACTIONS or len(actions) < 2]
    return _is_pattern(folded) is not None or (bool(parts) and _TYPES.issuperset(told))
