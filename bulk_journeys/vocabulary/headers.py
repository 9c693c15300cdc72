"""What a header means by itself: a column of ids, of actions, of statuses, or of marks that say which rows count."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final, NamedTuple

from bulk_journeys.vocabulary.data import Table, listed_words, read_tables
from bulk_journeys.vocabulary.normalise import LONGEST_HEADER, header_word, normal, trimmed, unwrapped
from bulk_journeys.vocabulary.results_table import returned
from bulk_journeys.vocabulary.word_tables import vocabulary

_REMARK: Final = re.compile(r"\s*[(\[【{][^()\[\]【】{}]*[)\]】}][\s*:]*$")
_DOTTED: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*\.([^\s.][^.]*)")


def header_words(text: str) -> tuple[str, ...]:
    """Return the spellings to look up for the header *text*, the whole first.

    Then it counts without the remark in brackets at its end, and without what owns it: `info.uuid` is `uuid`. After a
    spelling that tells what was done, or what a journey is, there is no other: `last.action` is no `action`.
    """
    return _header_words(text) if len(text) <= LONGEST_HEADER else ()


@lru_cache(maxsize=1 << 15)  # a header is gone through again and again, and has up to half as many columns
def _header_words(text: str) -> tuple[str, ...]:
    spellings: dict[str, None] = {}
    for spelling in _spellings(text):
        word = header_word(spelling)
        spellings.setdefault(word)
        if word in vocabulary().never_asked:
            break
    return tuple(word for word in spellings if word)


def _spellings(text: str) -> Iterator[str]:
    yield text
    text = trimmed(unicodedata.normalize("NFKC", text))
    yield (text := _REMARK.sub("", text))
    owned = _DOTTED.fullmatch(text)
    if owned and vocabulary().owners.issuperset(map(header_word, text.split(".")[:-1])):
        yield owned[1]


def is_header_in(header: str, words: frozenset[str]) -> bool:
    """Say whether a spelling of *header* is one of *words*."""
    return not words.isdisjoint(header_words(header))


def id_tier(columns: Sequence[str]) -> int | None:
    """Return how sure a header of *columns* names journey ids: 0 is surest, None is not at all."""
    ours = returned(columns)
    if ours and ours.uuid is not None:
        return 0
    tiers = enumerate(vocabulary().id_headers)
    return next((tier for tier, words in tiers if any(is_header_in(column, words) for column in columns)), None)


def names_action(columns: Sequence[str]) -> bool:
    """Say whether a header of *columns* names actions."""
    ours = returned(columns)
    if ours and ours.action is not None:
        return True
    return any(is_header_in(column, words) for column in columns for words in vocabulary().action_headers)


def names_status(column: str) -> bool:
    """Say whether *column* tells what a journey is, or should be."""
    return is_header_in(column, vocabulary().status_headers)


def names_past_action(column: str) -> bool:
    """Say whether *column* tells what was done to a journey."""
    return is_header_in(column, vocabulary().past_action_headers)


def tells_what_is(column: str) -> bool:
    """Say whether *column* tells what a journey is or what was done, and not what to do to it."""
    return names_status(column) or names_past_action(column)


def speaks_of_journeys(text: str) -> bool:
    """Say whether *text* has a word for a journey in it, also as a part of another word."""
    word = header_word(text[:LONGEST_HEADER])
    return any(journey in word for journey in vocabulary().journeys)


def knows(text: str) -> bool:
    """Say whether *text* is a header or a word for an action, which in a wrong encoding it hardly is."""
    return id_tier([text]) is not None or names_action([text]) or normal(text) in vocabulary().actions


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
