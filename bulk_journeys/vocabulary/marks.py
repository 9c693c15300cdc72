"""What people write who choose among the rows of a list: headers that say which rows are meant, and marks in cells."""

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from bulk_journeys.vocabulary.data import Table, listed_words, read_tables
from bulk_journeys.vocabulary.normalise import LONGEST_HEADER, header_word, trimmed, unwrapped
from bulk_journeys.vocabulary.word_tables import vocabulary

FIELDS: Final = {
    "cells": ("no", "yes", "undecided"),
    "headers": ("choosing", "beside", "whole", "states", "questions", "yes_no"),
}

_TO_BE: Final = re.compile(r"\b(?:to|should) be \w+ed\b", re.IGNORECASE)
_words: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*").findall
_aside: Final = re.compile(r"\([^)]*\)|\[[^\]]*\]|\b\w+['’]s\b")
"""What says nothing of the rows by itself: 'Anna's approval', 'Skip (x = yes)'."""
_hump: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
_first_word: Final = re.compile(r"[^\s,;:(]+").match


class _Marks(NamedTuple):
    """The words of `marks.toml`, which tells what each field means, as they are looked up.

    *marks* is what stands in a box that was ticked or not; a blank cell is one as well. *asked* are words for what may
    be asked to be done to a journey, and *questions* matches what asks for yes or no.
    """

    no: frozenset[str]
    marks: frozenset[str]
    choosing: frozenset[str]
    beside: frozenset[str]
    whole: frozenset[str]
    states: frozenset[str]
    asked: frozenset[str]
    questions: re.Pattern[str]


@cache
def _marks() -> _Marks:
    """Return the words, which are read when they are first asked for."""
    words, known = checked_marks(read_tables("marks.toml")), vocabulary()
    asked = known.sure_actions | known.ambiguous.keys() | known.no_actions
    questions, initials = ("|".join(map(re.escape, words[field])) for field in ("questions", "yes_no"))
    return _Marks(
        no=frozenset(words["no"]),
        marks=frozenset((*words["no"], *words["yes"], *words["undecided"])),
        choosing=frozenset(words["choosing"]),
        beside=asked.union(words["beside"]),
        whole=frozenset(map(header_word, words["whole"])),
        states=frozenset(words["states"]),
        asked=asked,
        questions=re.compile(rf"\b(?:{questions})\b|[(\[]\s*(?:{initials})\s*/\s*\w*\s*[)\]]", re.IGNORECASE),
    )


def checked_marks(tables: Mapping[str, Table]) -> Mapping[str, Sequence[str]]:
    """Return the words in *tables* by their field. Raises ValueError for a field too many or too few, or a bad one."""
    told = {(name, field) for name, table in tables.items() for field in table}
    if differing := told ^ {(name, field) for name, fields in FIELDS.items() for field in fields}:
        raise ValueError(f"there has to be each field, and no other: {', '.join(map('.'.join, sorted(differing)))}")
    words = {field: listed_words(str(tables[name][field]), f"[{name}] {field}") for name, field in told}
    if empty := [field for field in words if not words[field]]:
        raise ValueError(f"{empty[0]}: there are no words")
    return words


def says_which_rows(header: str) -> bool:
    """Say whether *header* is that of a column which tells the rows that are meant from those that are not."""
    text = trimmed(header)
    if len(text) > LONGEST_HEADER:
        return False
    known, commands = _marks(), vocabulary().sure_actions
    name = text.rpartition(".")[2] if "." in text else text  # "meta.deleted" in JSON
    name = _aside.sub("", name) or name
    whole, words = header_word(name), [header_word(word) for word in _words(_hump.sub(" ", name))]
    behind_to = "".join(words[words.index("to") + 1 :]) if "to" in words else ""
    asks = text.endswith(("?", "？"))
    return (
        whole in known.whole  # "go/no-go"
        or _is_about_rows(words, known)  # "Exclude from pause", "isExcluded", "Approved by legal"
        or (whole in commands and whole not in known.states)  # "Pause"
        or behind_to in commands  # "OK to pause"
        or (not known.no.isdisjoint(words) and "".join(words[-1:]) in commands)  # "Don't pause"
        or (asks and not known.asked.isdisjoint((whole, *words)))  # "Pause it?"
        or (asks and "ok" in words)  # "Anna OK?"
        or text == "OK"  # and not the key 'ok' of JSON
        or known.questions.search(text) is not None  # "Migrate (y/n)"
        or _TO_BE.search(text) is not None  # "To be paused"
        or (text.casefold() in known.marks and (whole == "x" or not whole))  # "☑"
    )


def _is_about_rows(words: Sequence[str], known: _Marks) -> bool:
    """Say whether *words* have one for a row in them, and up to "by" nothing else that matters."""
    said = words[: words.index("by")] if "by" in words else words
    if known.choosing.isdisjoint(said):
        return False
    return all(word in known.choosing or word in known.beside or len(word) == 1 for word in said)


@lru_cache(maxsize=1024)  # a column of marks has few different cells, and one in every row
def is_mark(cell: str) -> bool:
    """Say whether *cell* is a mark, or begins with one: "No - keep", "not approved"."""
    known, text = _marks(), unwrapped(cell).casefold()
    first = _first_word(text)
    return text in known.marks or (
        first is not None and (first[0] in known.marks or first[0] in known.choosing) and not first[0].isdecimal()
    )


def is_no(cell: str) -> bool:
    """Say whether *cell* is a mark that says no."""
    return cell.casefold() in _marks().no
