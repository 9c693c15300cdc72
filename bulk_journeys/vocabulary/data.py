"""The words of lists, as the data files beside this hold them; `languages.toml` says what each field means."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from msgspec import toml

Table = Mapping[str, str | bool]

FIELDS: Final = (
    "journey", "campaign", "id", "link", "between", "action", "operation", "phrase", "target", "wanted", "past",
    "status", "start", "pause", "finish", "draft", "archive", "stop", "delete", "negation", "nothing", "total", "end",
    "counted", "single", "numbered", "made", "by", "source", "type",
)  # fmt: skip
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


def read_tables(file: str) -> Mapping[str, Table]:
    """Return the tables of the data *file* of this package."""
    return parsed_tables(files(__package__).joinpath(file).read_text("utf-8"))


def parsed_tables(text: str) -> Mapping[str, Table]:
    """Return the tables in a *text* of TOML. Raises ValueError where it is anything else than tables of words."""
    return toml.decode(text, type=dict[str, dict[str, str | bool]])


def listed_words(text: str, where: str) -> tuple[str, ...]:
    """Return the words of a *text*, which commas part. Raises ValueError, naming *where* it stands, for a blank one.

    A line that does not end with a comma would make one word of its last and of the first of the next line.
    """
    if not text:
        return ()
    words = tuple(word.strip() for word in text.split(","))
    if faulty := [word for word in words if not word or "\n" in word]:
        reason = "a comma is missing at the end of a line" if faulty[0] else "a comma has no word beside it"
        raise ValueError(f"{where}: {reason}: {faulty[0] or text!r}")
    return words
