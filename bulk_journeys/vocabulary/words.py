"""The words people write in lists of journeys, and what we take them for. Whole words only, in twelve languages."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Final

from bulk_journeys.model import Action
from bulk_journeys.vocabulary.languages import LANGUAGES
from bulk_journeys.vocabulary.normalise import LONGEST_HEADER, fold, header_word, normal, trimmed

_REMARK: Final = re.compile(r"\s*[(\[【{][^()\[\]【】{}]*[)\]】}][\s*:]*$")
_DOTTED: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*\.([^\s.][^.]*)")

_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def listed(language: str, field: str) -> list[str]:
    """Return the words of a *field*, for German also as they are typed where the keyboard lacks the umlauts."""
    words = split_words(getattr(LANGUAGES[language], field))
    return words if language != "de" else [*words, *(word.translate(_UMLAUTS) for word in words)]


def split_words(words: str) -> list[str]:
    """Return the *words* that commas part."""
    return [word for word in map(str.strip, words.split(",")) if word]


def headers(field: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in _nouns(language, field))


@cache
def _nouns(language: str, field: str) -> Sequence[str]:
    return [header_word(word) for word in listed(language, field)]


def _joined(first: str, second: str, between: str | None = None) -> frozenset[str]:
    """Return the headers made of a word of each of two fields, of one language or of the vendor's own words."""
    made: set[str] = set()
    for language in LANGUAGES:
        ones, others = ({*_nouns(language, field), *_VENDORS.get(field, ())} for field in (first, second))
        made.update(map("".join, (*product(ones, others), *product(others, ones))))
        if between:
            owned, owner = (others, ones) if language in _UNSPACED else (ones, others)
            made.update(map("".join, product(owned, _nouns(language, between), owner)))
    return frozenset(made)


_UNSPACED: Final = frozenset({"ja", "ko", "zh"})
"""Languages that write the owner first, and words without blanks between them."""

_VENDORS: Final = {
    "journey": ("journey", "canvas", "customerjourney"),
    "id": ("id", "uuid", "guid"),
    "link": ("url", "link"),
    "action": ("action",),
}
"""Words of the vendor's screens, which people use in any language."""


def _tiers(*sets: Iterable[str]) -> tuple[frozenset[str], ...]:
    """Return the *sets*, each without what an earlier one has."""
    return tuple(frozenset(words).difference(*sets[:place]) for place, words in enumerate(sets))


ID_HEADERS: Final = _tiers(
    {"uuid", "uuids"} | _joined("id", "journey", "between"),
    headers("id") | _joined("link", "journey", "between"),
    headers("link") | headers("journey") | _joined("id", "campaign", "between"),
)
"""Headers of the column of journey ids, the surest words first; a later set counts where no earlier one does."""

JOURNEY_ID_HEADERS: Final = _joined("id", "journey", "between")
"""Headers of a column of ids that say whose they are."""

CAMPAIGN_ID_HEADERS: Final = _joined("id", "campaign", "between")
"""Headers of a column that may be of journey ids, and is not where another one says that it is."""

JOURNEYS: Final = headers("journey").union(_VENDORS["journey"])
"""Words for a journey, as *header_word* leaves them."""

PAST_ACTION_HEADERS: Final = _joined("past", "action") | _joined("past", "operation")
"""Headers of a column that tells what was done. Each is in the last set of *ACTION_HEADERS* too."""

ACTION_HEADERS: Final = _tiers(
    headers("action") | _joined("target", "action") | _joined("action", "journey", "between"),
    headers("operation") | headers("phrase") | _joined("target", "operation"),
    _joined("wanted", "action") | _joined("wanted", "operation") | PAST_ACTION_HEADERS,
)
"""Headers of the action column, the surest words first."""

STATUS_HEADERS: Final = headers("status").union(
    *(_joined("status", field) for field in ("journey", "campaign", "target", "wanted", "past"))
)
"""Headers of a column that tells what a journey is, or should be, and not what to do to it: never an action column."""

_NEVER_ASKED: Final = PAST_ACTION_HEADERS | STATUS_HEADERS
_OWNERS: Final = headers("journey").union(
    _VENDORS["journey"],
    split_words(
        "info, campaign, data, attributes, attrs, attr, field, fields, property, properties, props, node, nodes, item, "
        "items, record, records, row, rows, result, results, payload, value, values, object, objects, public, dbo, j"
    ),
)
"""What the journey's own id and action may stand in, as in `info.uuid`. Any other owner has an id of its own."""


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
        if word in _NEVER_ASKED:
            break
    return tuple(word for word in spellings if word)


def _spellings(text: str) -> Iterator[str]:
    yield text
    text = trimmed(unicodedata.normalize("NFKC", text))
    yield (text := _REMARK.sub("", text))
    owned = _DOTTED.fullmatch(text)
    if owned and _OWNERS.issuperset(map(header_word, text.split(".")[:-1])):
        yield owned[1]


ACTIONS: Final = {
    normal(word): action for action in Action for language in LANGUAGES for word in listed(language, action)
}
"""What people write for an action, as *normal* leaves it: orders, infinitives, participles and names of states."""

ORDERS: Final = frozenset(header_word(listed(language, action)[0]) for language in LANGUAGES for action in Action)
"""What is to be done, and can be nothing else: 'Pause'. 'Paused' may be what a journey is."""

AMBIGUOUS: Final = dict.fromkeys(
    (normal(word) for language in LANGUAGES for word in listed(language, "stop")),
    "can mean 'pause', which can be taken back, or 'finish', which cannot; write one of the two",
)
"""Words that we refuse to take for anything, and why."""

NO_ACTIONS: Final = frozenset(normal(word) for language in LANGUAGES for word in listed(language, "delete"))
"""What people want done to a journey, and the API does not offer."""

_NOTHING: Final = headers("nothing")
_NEGATIONS: Final = frozenset(
    header_word(word) for language in LANGUAGES if language not in _UNSPACED for word in listed(language, "negation")
)
_NEGATING: Final = re.compile("|".join(fold(word) for language in _UNSPACED for word in listed(language, "negation")))
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’ʼ`´"))


def is_nothing(text: str) -> bool:
    """Say whether *text* is a word or sign for no value, such as `null`, `n/a` or a dash. An empty one is not."""
    word = header_word(text)
    return word in _NOTHING if word else 0 < len(trimmed(text)) <= LONGEST_HEADER


def is_negation(text: str) -> bool:
    """Say whether *text* says what is not to be done or not so. May be wrong either way; for advice alone."""
    folded = fold(text[:LONGEST_HEADER].translate(_APOSTROPHES))
    return not _NEGATIONS.isdisjoint(re.findall(r"\w+", folded)) or _NEGATING.search(folded) is not None
