"""The words people write in lists of journeys, and what we take them for. Whole words only, in twelve languages."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from itertools import product
from typing import Final

from bulk_journeys.model import Action
from bulk_journeys.plan.languages import LANGUAGES

LONGEST_HEADER: Final = 256
"""Characters that a header or a foot's label may have; putting the marks of a longer text in order could take long."""

_SPANS: Final = """00-20 7f-a0 ad-ad 34f-34f 61c-61c 115f-1160 1680-1680 180b-180e 2000-200f 2028-202f 205f-206f
    2800-2800 3000-3000 3164-3164 fe00-fe0f feff-feff ffa0-ffa0 fff9-fffb e0000-e007f"""
_BLANKS: Final = "".join(
    chr(code)
    for first, last in (span.split("-") for span in _SPANS.split())
    for code in range(int(first, 16), int(last, 16) + 1)
)
"""Blanks, control characters, and characters that nobody sees."""

_HIDDEN: Final = re.compile(rf"[{_BLANKS}]+")
_FILLERS: Final = re.compile(rf"[_\-\u2010\u2011{_BLANKS}]+")
_QUOTES: Final = {"'": "'", '"': '"', "`": "`", "‘": "’", "“": "”", "‚": "‘", "„": "“”", "«": "»", "»": "«", "「": "」"}
_LETTERS: Final = str.maketrans({"ł": "l", "ة": "ه", "ى": "ي", "ـ": None})
_is_text_formula: Final = re.compile(r'=\s*"([^"]*)"').fullmatch
_REMARK: Final = re.compile(r"\s*[(\[【{][^()\[\]【】{}]*[)\]】}][\s*:]*$")
_DOTTED: Final = re.compile(r"[^\W\d]\w*(?:\.\w+)*\.([^\s.][^.]*)")


def trimmed(text: str) -> str:
    """Return *text* without blanks and unseen characters around it."""
    return text.strip(_BLANKS)


def unwrapped(text: str) -> str:
    """Return *text* trimmed, and out of one pair of quotes, Excel's ``="…"``, or its leading apostrophe."""
    text = trimmed(text)
    if text[:1].isalnum():
        return text
    if formula := _is_text_formula(text):
        return trimmed(formula[1])
    if len(text) > 1 and text[-1] in _QUOTES.get(text[0], ()):
        return trimmed(text[1:-1])
    return trimmed(text[1:]) if text.startswith("'") else text


def visible(text: str) -> str:
    """Return *text* without blanks and unseen characters."""
    return _HIDDEN.sub("", text)


def _folded(text: str) -> str:
    """Return *text* without case, diacritics, and what tells full-width letters and the like from plain ones."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    plain = "".join(letter for letter in plain if not unicodedata.category(letter).startswith("M"))
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


def normal(text: str) -> str:
    """Return *text* folded, and without blanks, underscores, hyphens and unseen characters. Punctuation stays.

    A text too long for any word or header stays as it is.
    """
    return _FILLERS.sub("", _folded(text)) if len(text) <= LONGEST_HEADER else text


def header_word(text: str) -> str:
    """Return the letters and digits of *text*, folded; nothing of a text that is too long for a header."""
    if len(text) > LONGEST_HEADER:
        return ""
    return "".join(letter for letter in normal(text) if letter.isalnum())


_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})


def _listed(language: str, field: str) -> list[str]:
    """Return the words of a *field*, for German also as they are typed where the keyboard lacks the umlauts."""
    words = _split(getattr(LANGUAGES[language], field))
    return words if language != "de" else [*words, *(word.translate(_UMLAUTS) for word in words)]


def _split(words: str) -> list[str]:
    return [word for word in map(str.strip, words.split(",")) if word]


def _headers(field: str) -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in _nouns(language, field))


@cache
def _nouns(language: str, field: str) -> Sequence[str]:
    return [header_word(word) for word in _listed(language, field)]


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
    _headers("id") | _joined("link", "journey", "between"),
    _headers("link") | _headers("journey") | _joined("id", "campaign", "between"),
)
"""Headers of the column of journey ids, the surest words first; a later set counts where no earlier one does."""

PAST_ACTION_HEADERS: Final = _joined("past", "action") | _joined("past", "operation")
"""Headers of a column that tells what was done. Each is in the last set of *ACTION_HEADERS* too."""

ACTION_HEADERS: Final = _tiers(
    _headers("action") | _joined("target", "action") | _joined("action", "journey", "between"),
    _headers("operation") | _headers("phrase") | _joined("target", "operation"),
    _joined("wanted", "action") | _joined("wanted", "operation") | PAST_ACTION_HEADERS,
)
"""Headers of the action column, the surest words first."""

STATUS_HEADERS: Final = _headers("status").union(
    *(_joined("status", field) for field in ("journey", "campaign", "target", "wanted", "past"))
)
"""Headers of a column that tells what a journey is, or should be, and not what to do to it: never an action column."""

_NEVER_ASKED: Final = PAST_ACTION_HEADERS | STATUS_HEADERS
_OTHERS: Final = frozenset(
    _split(
        "account, action, app, application, author, category, company, contact, creator, customer, device, email,"
        "event, filter, folder, group, message, node, owner, parent, parents, point, points, preset, project, push,"
        "segment, status, step, tag, template, trigger, user, users, workspace"
    )
)
"""Things whose own id may stand in a list of journeys, as in `user.id`."""


@lru_cache(maxsize=1024)
def header_words(text: str) -> tuple[str, ...]:
    """Return the spellings to look up for the header *text*, the whole first.

    Then it counts without the remark in brackets at its end, and without what owns it: `info.uuid` is `uuid`. After a
    spelling that tells what was done, or what a journey is, there is no other: `last.action` is no `action`.
    """
    spellings: dict[str, None] = {}
    for spelling in _spellings(text):
        word = header_word(spelling)
        spellings.setdefault(word)
        if word in _NEVER_ASKED:
            break
    return tuple(word for word in spellings if word)


def _spellings(text: str) -> Iterator[str]:
    if len(text) > LONGEST_HEADER:
        return
    yield text
    text = trimmed(unicodedata.normalize("NFKC", text))
    yield (text := _REMARK.sub("", text))
    owned = _DOTTED.fullmatch(text)
    if owned and _OTHERS.isdisjoint(map(header_word, text.split(".")[:-1])):
        yield owned[1]


ACTIONS: Final = {
    normal(word): action for action in Action for language in LANGUAGES for word in _listed(language, action)
}
"""What people write for an action, as *normal* leaves it: orders, infinitives, participles and names of states."""

AMBIGUOUS: Final = dict.fromkeys(
    (normal(word) for language in LANGUAGES for word in _listed(language, "stop")),
    "can mean 'pause', which can be taken back, or 'finish', which cannot; write one of the two",
)
"""Words that we refuse to take for anything, and why."""

NO_ACTIONS: Final = frozenset(normal(word) for language in LANGUAGES for word in _listed(language, "delete"))
"""What people want done to a journey, and the API does not offer."""

_NOTHING: Final = _headers("nothing")
_NEGATIONS: Final = frozenset(
    header_word(word) for language in LANGUAGES if language not in _UNSPACED for word in _listed(language, "negation")
)
_NEGATING: Final = re.compile(
    "|".join(_folded(word) for language in _UNSPACED for word in _listed(language, "negation"))
)
_APOSTROPHES: Final = dict.fromkeys(map(ord, "'’ʼ`´"))


def is_nothing(text: str) -> bool:
    """Say whether *text* is a word or sign for no value, such as `null`, `n/a` or a dash. An empty one is not."""
    word = header_word(text)
    return word in _NOTHING if word else 0 < len(trimmed(text)) <= LONGEST_HEADER


def is_negation(text: str) -> bool:
    """Say whether *text* says what is not to be done or not so. May be wrong either way; for advice alone."""
    folded = _folded(text[:LONGEST_HEADER].translate(_APOSTROPHES))
    return not _NEGATIONS.isdisjoint(re.findall(r"\w+", folded)) or _NEGATING.search(folded) is not None


_TOTALS: Final = _headers("total")
_ENDS: Final = _headers("end")
_COUNTED: Final = _headers("counted") | _headers("journey")
_NUMBER: Final = re.compile(r"\d[\d.,]*")
_PART_OF_ID: Final = re.compile(r"[\da-f]{8}-[\da-f]{4}|[\da-f]{20}")
_ORNAMENTS: Final = " \t\r\n-=*#~_.:<>([|–—©"


def _either(field: str) -> str:
    words = {_folded(word) for language in LANGUAGES for word in _listed(language, field)}
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MADE: Final = re.compile(rf"(?:{_either('made')})(?:\s*:\s*|\s+(?=\d)|\s+(?:{_either('by')})\b[\s:]*)(?=\S)")
_SOURCE: Final = re.compile(rf"(?:{_either('source')})\s*:\s*(?=\S)")


def is_total(text: str) -> bool:
    """Say whether *text* is all that a foot says: a total, a count of rows, a page, who made the list, or its end."""
    if len(text) > LONGEST_HEADER:
        return False
    folded = _folded(text).strip(_ORNAMENTS + _BLANKS)
    if _MADE.match(folded) or _SOURCE.match(folded):
        return not _is_row(folded)
    words, numbers = _NUMBER.subn(" ", folded)
    word = header_word(words)
    return word in _TOTALS or word in _ENDS or (numbers > 0 and word in _COUNTED) or _is_total_of_things(word)


def _is_total_of_things(word: str) -> bool:
    halves = ((word[:place], word[place:]) for place in range(1, len(word)))
    return any(
        (one in _TOTALS and other in _COUNTED) or (one in _COUNTED and other in _TOTALS) for one, other in halves
    )


def _is_row(folded: str) -> bool:
    """Say whether a foot by its beginning is a row with a journey of that title."""
    pieces = map(normal, re.split(r"[,;|\t]", folded))
    return _PART_OF_ID.search(folded) is not None or any(piece in ACTIONS or piece in AMBIGUOUS for piece in pieces)


_TYPES: Final = _headers("type")
_SIZE: Final = re.compile(r"\(\s*(?:\d+(?:\s*,\s*\d+)?|max)\s*\)|(?<=[^\W\d])\d+\b")
_PARTS: Final = re.compile(r"[,;:/|+*()\[\]{}<>\n]| - |\bor\b")
_is_pattern: Final = re.compile(r"\W*([x?0#])\1{7}-\1{4}-\1{4}-\1{4}-\1{12}\W*").fullmatch


def is_type_word(text: str) -> bool:
    """Say whether *text* tells the type of a column, or a rule for it, as the second row of a header may.

    `varchar(36)`, `format: uuid` and `(required)` do, and so does a list of several actions to choose from.
    """
    folded = _SIZE.sub("", _folded(text)) if len(text) <= LONGEST_HEADER else ""
    parts = [part for part in map(header_word, _PARTS.split(folded)) if part]
    actions = {ACTIONS.get(part) for part in parts} - {None}
    told = [part for part in parts if part not in ACTIONS or len(actions) < 2]
    return _is_pattern(folded) is not None or (bool(parts) and _TYPES.issuperset(told))
