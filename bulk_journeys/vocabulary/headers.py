"""What a header means by itself: a column of journey ids, of actions, of what a journey is or of what was done."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from bulk_journeys.vocabulary.normalise import LONGEST_HEADER, header_word, normal, trimmed
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
