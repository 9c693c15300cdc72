"""What lists of journeys say in twelve languages, as `languages.toml` holds it. There is told what each field means."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

from bulk_journeys.vocabulary.data import Table, listed_words, read_tables

FIELDS: Final = (
    *("journey", "campaign", "id", "link", "between", "action", "operation", "phrase", "target", "wanted", "past"),
    *(
        "status",
        "start",
        "pause",
        "finish",
        "draft",
        "archive",
        "stop",
        "delete",
        "negation",
        "nothing",
        "total",
        "end",
    ),
    *("counted", "single", "numbered", "made", "by", "source", "type"),
)
MAY_BE_EMPTY: Final = frozenset({"between", "negation", "numbered", "by"})

_UNSPACED: Final = "unspaced"
_TYPED: Final = "typed"


class Language(NamedTuple):
    """The words of one language, by their field.

    One that is *unspaced* writes no blanks between words, and the owner before what is owned.
    """

    words: Mapping[str, Sequence[str]]
    unspaced: bool


@cache
def languages() -> Mapping[str, Language]:
    """Return the languages by their codes. They are read when they are first asked for: it takes time."""
    return checked_languages(read_tables("languages.toml"))


def checked_languages(tables: Mapping[str, Table]) -> Mapping[str, Language]:
    """Return the languages that *tables* tell of. Raises ValueError for a field too many or too few, or a bad one."""
    return {code: _checked(code, table) for code, table in tables.items()}


def _checked(code: str, table: Table) -> Language:
    if differing := {_UNSPACED, _TYPED, *FIELDS} ^ table.keys():
        raise ValueError(f"[{code}] has not the fields that a language has: {', '.join(sorted(differing))}")
    if faulty := [field for field, value in table.items() if isinstance(value, bool) is not (field == _UNSPACED)]:
        raise ValueError(f"[{code}] {faulty[0]}: {_UNSPACED} is true or false, and all else is text")
    words = {field: listed_words(str(table[field]), f"[{code}] {field}") for field in (_TYPED, *FIELDS)}
    if empty := [field for field in FIELDS if not words[field] and field not in MAY_BE_EMPTY]:
        raise ValueError(f"[{code}] {empty[0]}: there are no words")
    letters = str.maketrans(dict(_pair(code, typed) for typed in words[_TYPED]))
    return Language({field: _as_typed(words[field], letters) for field in FIELDS}, bool(table[_UNSPACED]))


def _pair(code: str, typed: str) -> tuple[str, str]:
    letter, *others = typed.split()
    if len(letter) != 1 or len(others) != 1:
        raise ValueError(f"[{code}] {_TYPED}: {typed!r} is not a letter and what is typed for it")
    return letter, others[0]


def _as_typed(words: Sequence[str], letters: Mapping[int, str]) -> Sequence[str]:
    """Return the *words*, and behind them all once more as they are typed where the keyboard lacks *letters*."""
    return (*words, *(word.translate(letters) for word in words)) if letters else words
