"""What a single cell means: an action, or the reason why it is none."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import cache, lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Final

from bulk_journeys.model import Action
from bulk_journeys.vocabulary.journey_id import LONGEST_WORD, Unclear, is_error_value
from bulk_journeys.vocabulary.normalise import normal, trimmed, unwrapped
from bulk_journeys.vocabulary.word_tables import is_negation, is_nothing, vocabulary

MOST_SLIPS: Final = 3
"""Letters too many or too few in a word that is nearly one for an action."""


def action_word(text: str) -> Action | Unclear:
    """Return the action that *text* is a known word for. Never guesses: a near miss is a suggestion only."""
    if len(text) > LONGEST_WORD:
        text = trimmed(text)
    return _action_word(text) if len(text) <= LONGEST_WORD else Unclear("is not an action")


def action_in(text: str) -> Action | None:
    """Return what *action_word* takes *text* for, or None, without the reason, which takes long to find."""
    text = trimmed(text)
    return vocabulary().actions.get(normal(unwrapped(text))) if len(text) <= LONGEST_WORD else None


@lru_cache(maxsize=1024)
def _action_word(text: str) -> Action | Unclear:
    cell = unwrapped(text)
    word, known = normal(cell), vocabulary()
    if word in known.actions:
        return known.actions[word]
    if word in known.ambiguous:
        return Unclear(known.ambiguous[word])
    if not cell:
        return Unclear("is empty; every row needs an action, or pass --action for the rows without one")
    choice = f"write one of {', '.join(Action)}"
    if word in known.no_actions:
        return Unclear(f"is nothing that the API does to a journey; {choice}")
    return _not_an_action(cell, choice)


def _not_an_action(cell: str, choice: str) -> Unclear:
    if is_error_value(cell):
        return Unclear(f"is an error of the spreadsheet; repair the formula, or {choice}")
    if is_nothing(cell):
        return Unclear(f"stands for no action; take the row out, or {choice}")
    if is_negation(cell):
        return Unclear("says what not to do; write what to do, or take the row out")
    meant = _near(normal(cell))
    return Unclear("is not an action", meant=meant) if meant else Unclear(f"is not an action; {choice}")


@cache
def _by_letter() -> Mapping[str, Sequence[str]]:
    """Return all words that the action column may have, by their first letters."""
    known = vocabulary()
    words = sorted({*known.actions, *known.ambiguous, *known.no_actions})
    return {letter: list(alike) for letter, alike in groupby(words, itemgetter(0))}


def _near(word: str) -> str | None:
    """Return the action that *word* is nearly a word for.

    A slip of the pen seldom spoils the first letter, and what stands before a word may turn its meaning round.
    """
    words = [known for known in _by_letter().get(word[:1], ()) if abs(len(known) - len(word)) <= MOST_SLIPS]
    close = get_close_matches(word, words, n=1, cutoff=0.7)
    actions = vocabulary().actions
    return actions[close[0]].value if close and close[0] in actions else None
