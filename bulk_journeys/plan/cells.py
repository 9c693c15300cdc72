"""What a single cell means: a journey id or an action, or the reason why it is neither."""

import re
import unicodedata
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from typing import Final

from msgspec import Struct

from bulk_journeys.model import Action
from bulk_journeys.plan.words import ACTIONS, AMBIGUOUS, normal, trimmed


class Unclear(Struct, frozen=True):
    """Why a cell cannot be used, as the end of a sentence that begins with its value."""

    reason: str
    meant: str | None = None


NIL: Final = "00000000-0000-0000-0000-000000000000"
LONGEST_ID: Final = 2048
"""Characters that a cell with a journey id may have; a URL may be long."""
LONGEST_WORD: Final = 64

_HYPHENED: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ID: Final = rf"{_HYPHENED}|[0-9a-f]{{32}}"
_is_canonical: Final = re.compile(_HYPHENED).fullmatch
_spelling: Final = re.compile(rf"(?:urn:uuid:)?({_ID})|\{{({_ID})\}}").fullmatch
_inside: Final = re.compile(rf"(?<![0-9a-f]){_HYPHENED}(?![0-9a-f])")
_begins_as_link: Final = re.compile(r"[^/]*[.:][^/]*/").match
_wrapping: Final = re.compile(r"^urn:uuid:|[-{}]")
_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2012\u2013\u2014\u2212"), "-")


def journey_id(text: str) -> str | Unclear:
    """Return the canonical id in *text*: lower case, 8-4-4-4-12.

    Taken are any case, braces, ``urn:uuid:``, 32 bare digits, blanks and unseen characters around, and a URL
    with exactly one id in its path. The nil id names no journey.
    """
    if _is_canonical(text) and text != NIL:
        return text
    if len(text) > LONGEST_ID:
        return Unclear(f"is longer than {LONGEST_ID} characters; a cell holds one journey id")
    return _respelt(trimmed(text).lower())


def is_canonical(text: str) -> bool:
    """Say whether *text* is a journey id as *journey_id* returns it."""
    return text != NIL and _is_canonical(text) is not None


def _respelt(text: str) -> str | Unclear:
    if _begins_as_link(text):
        return _from_url(text)
    spelling = _spelling(text)
    if spelling is None:
        return _not_an_id(text)
    return _known(spelling[1] or spelling[2])


def _from_url(url: str) -> str | Unclear:
    path = re.split(r"[?#]", url, maxsplit=1)[0]
    ids = {segment for segment in path.split("/") if _is_canonical(segment)}
    if len(ids) > 1:
        return Unclear("is a link with several ids; give the journey's id alone")
    if not ids:
        return Unclear("is a link without a journey id in its path")
    return _known(ids.pop())


def _known(spelling: str) -> str | Unclear:
    digits = spelling.replace("-", "")
    canonical = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    return canonical if canonical != NIL else Unclear("is the nil id, which names no journey")


def _not_an_id(text: str) -> Unclear:
    """Say what is wrong with *text*; the order matters, since one slip often looks like several."""
    found = _inside.findall(text)
    if len(found) == 1:
        return Unclear("has something around a journey id; give the id alone", meant=found[0])
    return Unclear(next(reason for is_it, reason in _SLIPS if is_it(text, found)))


def _digits(text: str) -> str:
    """Return the hex digits of *text*, or nothing if it has anything else than wrapping around them."""
    digits = _wrapping.sub("", text)
    return digits if re.fullmatch("[0-9a-f]+", digits) else ""


def _looks_right(text: str) -> bool:
    """Say whether *text* is an id for the eye alone: typographic hyphens, full-width digits."""
    return _spelling(unicodedata.normalize("NFKC", text).translate(_DASHES)) is not None


_SLIPS: Final[tuple[tuple[Callable[[str, list[str]], bool], str], ...]] = (
    (lambda text, _: not text, "is empty; every row needs a journey id"),
    (lambda _, found: len(found) > 1, "holds several journey ids; write one a row"),
    (lambda text, _: _looks_right(text), "has characters that only look like digits or hyphens; type it anew"),
    (lambda text, _: text.startswith("0x"), "is a number that starts with 0x, not a journey id"),
    (lambda text, _: "_" in text, "has underscores; a journey id is written with hyphens, 8-4-4-4-12"),
    (lambda text, _: len(_digits(text)) == 32, "has its hyphens or braces in the wrong places; write it 8-4-4-4-12"),
    (lambda text, _: 8 <= len(_digits(text)) < 32, "is cut short; a journey id has 32 hex digits"),
    (lambda text, _: len(_digits(text)) > 32, "is too long; a journey id has 32 hex digits"),
    (lambda _, __: True, "is not a journey id; one looks like 11111111-2222-3333-4444-555555555555"),
)


def action_word(text: str) -> Action | Unclear:
    """Return the action that *text* is a known word for. Never guesses: a near miss is a suggestion only."""
    if len(text) > LONGEST_WORD:
        return Unclear("is not an action")
    return _action_word(text)


@lru_cache(maxsize=1024)
def _action_word(text: str) -> Action | Unclear:
    word = normal(text)
    if word in ACTIONS:
        return ACTIONS[word]
    if word in AMBIGUOUS:
        return Unclear(AMBIGUOUS[word])
    if not word:
        return Unclear("is empty; every row needs an action, or pass --action for the rows without one")
    close = get_close_matches(word, ACTIONS, n=1, cutoff=0.7)
    if close:
        return Unclear("is not an action", meant=ACTIONS[close[0]].value)
    return Unclear(f"is not an action; write one of {', '.join(Action)}")
