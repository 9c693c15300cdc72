"""The words people write in lists of journeys, and what we take them for. Whole words only, in twelve languages."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import product
from typing import Final

from bulk_journeys.model import Action
from bulk_journeys.vocabulary.data import Language, languages
from bulk_journeys.vocabulary.normalise import LONGEST_HEADER, fold, header_word, normal, trimmed

Tiers = tuple[frozenset[str], ...]
"""Headers in sets, the surest first; a later set counts where no earlier one does."""

_VENDORS: Final = {
    "journey": ("journey", "canvas", "customerjourney"),
    "id": ("id", "uuid", "guid"),
    "link": ("url", "link"),
    "action": ("action",),
}
"""Words of the vendor's screens, which people use in any language."""

_WHOLES: Final = frozenset(
    (
        *("info", "campaign", "data", "attributes", "attrs", "attr", "field", "fields", "property", "properties"),
        *("props", "node", "nodes", "item", "items", "record", "records", "row", "rows", "result", "results"),
        *("payload", "value", "values", "object", "objects", "public", "dbo", "j"),
    )
)
"""What a program may keep a journey in. These are keys of JSON and names of tables, and of no language."""


class Vocabulary:
    """The words of all languages as they are looked up. Each table is made when it is first asked for: it takes time.

    Words of headers are as *header_word* leaves them, words of cells as *normal* does.
    """

    def __init__(self, known: Mapping[str, Language]) -> None:
        self._languages = known
        self._nouns_of: dict[tuple[str, str], Sequence[str]] = {}

    def headers(self, field: str) -> frozenset[str]:
        """Return the words of a *field* in all languages."""
        return frozenset(word for code in self._languages for word in self._nouns(code, field))

    def listed(self, field: str) -> Iterator[str]:
        """Yield the words of a *field* in all languages, as the data file spells them."""
        for language in self._languages.values():
            yield from language.words[field]

    @cached_property
    def id_headers(self) -> Tiers:
        """Headers of the column of journey ids."""
        return _tiers(
            {"uuid", "uuids"} | self.journey_id_headers,
            self.headers("id") | self._joined("link", "journey", "between"),
            self.headers("link") | self.headers("journey") | self.campaign_id_headers,
        )

    @cached_property
    def journey_id_headers(self) -> frozenset[str]:
        """Headers of a column of ids that say whose they are."""
        return self._joined("id", "journey", "between")

    @cached_property
    def campaign_id_headers(self) -> frozenset[str]:
        """Headers of a column that may be of journey ids, and is not where another one says that it is."""
        return self._joined("id", "campaign", "between")

    @cached_property
    def journeys(self) -> frozenset[str]:
        """Words for a journey."""
        return self.headers("journey").union(_VENDORS["journey"])

    @cached_property
    def owners(self) -> frozenset[str]:
        """What the journey's own id and action may stand in, as in `info.uuid`. Any other owner has its own id."""
        return self.journeys | _WHOLES

    @cached_property
    def past_action_headers(self) -> frozenset[str]:
        """Headers of a column that tells what was done. Each is in the last set of *action_headers* too."""
        return self._joined("past", "action") | self._joined("past", "operation")

    @cached_property
    def action_headers(self) -> Tiers:
        """Headers of the action column."""
        return _tiers(
            self.headers("action") | self._joined("target", "action") | self._joined("action", "journey", "between"),
            self.headers("operation") | self.headers("phrase") | self._joined("target", "operation"),
            self._joined("wanted", "action") | self._joined("wanted", "operation") | self.past_action_headers,
        )

    @cached_property
    def status_headers(self) -> frozenset[str]:
        """Headers of a column that tells what a journey is, or should be, and never what to do."""
        beside = ("journey", "campaign", "target", "wanted", "past")
        return self.headers("status").union(*(self._joined("status", field) for field in beside))

    @cached_property
    def never_asked(self) -> frozenset[str]:
        """Headers of columns that ask for nothing: they tell what was done, or what a journey is."""
        return self.past_action_headers | self.status_headers

    @cached_property
    def actions(self) -> Mapping[str, Action]:
        """What people write for an action: commands, infinitives, participles and names of states."""
        return {normal(word): action for action in Action for word in self.listed(action)}

    @cached_property
    def sure_actions(self) -> frozenset[str]:
        """Words for what is to be done, which can be nothing else: 'Pause'. 'Paused' may be what a journey is."""
        return frozenset(
            header_word(language.words[action][0]) for language in self._languages.values() for action in Action
        )

    @cached_property
    def ambiguous(self) -> Mapping[str, str]:
        """Words that we refuse to take for anything, and why."""
        why = "can mean 'pause', which can be taken back, or 'finish', which cannot; write one of the two"
        return dict.fromkeys(map(normal, self.listed("stop")), why)

    @cached_property
    def no_actions(self) -> frozenset[str]:
        """What people want done to a journey, and the API does not offer."""
        return frozenset(map(normal, self.listed("delete")))

    @cached_property
    def nothing(self) -> frozenset[str]:
        """Words for no value."""
        return self.headers("nothing")

    @cached_property
    def negations(self) -> frozenset[str]:
        """Words that negate, of languages that write blanks between words."""
        return frozenset(
            word
            for code, language in self._languages.items()
            if not language.unspaced
            for word in self._nouns(code, "negation")
        )

    @cached_property
    def negating(self) -> re.Pattern[str]:
        """What negates as a part of a word, in the other languages."""
        unspaced = (language for language in self._languages.values() if language.unspaced)
        return re.compile("|".join(fold(word) for language in unspaced for word in language.words["negation"]))

    def _nouns(self, code: str, field: str) -> Sequence[str]:
        key = (code, field)
        if key not in self._nouns_of:
            self._nouns_of[key] = [header_word(word) for word in self._languages[code].words[field]]
        return self._nouns_of[key]

    def _joined(self, first: str, second: str, between: str | None = None) -> frozenset[str]:
        """Return the headers made of a word of each of two fields, of one language or of the vendor's own words."""
        made: set[str] = set()
        for code, language in self._languages.items():
            ones, others = ({*self._nouns(code, field), *_VENDORS.get(field, ())} for field in (first, second))
            made.update(map("".join, (*product(ones, others), *product(others, ones))))
            if between:
                owned, owner = (others, ones) if language.unspaced else (ones, others)
                made.update(map("".join, product(owned, self._nouns(code, between), owner)))
        return frozenset(made)


def _tiers(*sets: Iterable[str]) -> Tiers:
    """Return the *sets*, each without what an earlier one has."""
    return tuple(frozenset(words).difference(*sets[:index]) for index, words in enumerate(sets))


@cache
def vocabulary() -> Vocabulary:
    """Return the words of all languages, which are read when they are first asked for."""
    return Vocabulary(languages())


_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’ʼ`´"))
_words: Final = re.compile(r"\w+").findall


def is_nothing(text: str) -> bool:
    """Say whether *text* is a word or sign for no value, such as `null`, `n/a` or a dash. An empty one is not."""
    word = header_word(text)
    return word in vocabulary().nothing if word else 0 < len(trimmed(text)) <= LONGEST_HEADER


def is_negation(text: str) -> bool:
    """Say whether *text* says what is not to be done or not so. May be wrong either way; for advice alone."""
    known, folded = vocabulary(), fold(text[:LONGEST_HEADER].translate(_APOSTROPHES))
    return not known.negations.isdisjoint(_words(folded)) or known.negating.search(folded) is not None
