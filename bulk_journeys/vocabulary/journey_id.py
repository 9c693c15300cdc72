"""What a single cell means: a journey id, or the reason why it is none."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from typing import Final, NamedTuple

from msgspec import Struct

from bulk_journeys.vocabulary.data import listed_words, read_tables
from bulk_journeys.vocabulary.normalise import header_word, normal, trimmed, unwrapped, visible
from bulk_journeys.vocabulary.word_tables import is_nothing, vocabulary


class Unclear(Struct, frozen=True):
    """Why a cell cannot be used, as the end of a sentence that begins with its value."""

    reason: str
    meant: str | None = None


NIL: Final = "00000000-0000-0000-0000-000000000000"
MAX: Final = "ffffffff-ffff-ffff-ffff-ffffffffffff"
LONGEST_ID: Final = 2048
"""Characters that a cell with a journey id may have; a URL may be long."""
SHORTEST_ID: Final = 32
LOOKS_LIKE: Final = "one looks like 11111111-2222-3333-4444-555555555555, at the end of the address of its canvas"
LONGEST_WORD: Final = 64

_HYPHENED: Final = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_ID: Final = rf"{_HYPHENED}|[0-9a-f]{{32}}"
_is_canonical: Final = re.compile(_HYPHENED).fullmatch
_spelling: Final = re.compile(rf"(?:urn:uuid:)?({_ID})|\{{({_ID})\}}").fullmatch
_ids_in: Final = re.compile(_HYPHENED).findall
_inside: Final = re.compile(rf"(?<![0-9a-f])(?:{_ID})(?![0-9a-f])")
_is_link: Final = re.compile(r"(?:https?://|(?:[\w-]+\.)+[\w-]+(?::\d+)?[/?#])\S*").fullmatch
_another_link: Final = re.compile(r".[,;|]+(?:https?://|www\.)").search
_LINK_KEYS: Final = frozenset({"url", "link", "uri", "href"})
_MARKS: Final = "\u3000、。，．：；（）［］｛｝｟｠｡､｢｣＂＇〃〈〉《》「」『』【】〔〕〖〗〘〙〚〛〝〞〟"
"""What an input method leaves around a word that is typed or pasted."""


def journey_id(text: str) -> str | Unclear:
    """Return the canonical id in *text*: lower case, 8-4-4-4-12.

    Taken are any case, braces, ``urn:uuid:``, 32 bare digits, quotes, blanks, unseen characters and full-width
    punctuation around, and a link that names exactly one journey. The nil and the max id name none.
    """
    if _is_canonical(text) and text not in (NIL, MAX):
        return text
    if len(text) > LONGEST_ID:
        return Unclear(f"is longer than {LONGEST_ID} characters; a cell holds one journey id")
    return _respelt(_bare(text))


def id_in(text: str) -> str | None:
    """Return what *journey_id* takes *text* for, or None, without the reason, which takes long to find."""
    if _is_canonical(text) and text not in (NIL, MAX):
        return text
    if not SHORTEST_ID <= len(text) <= LONGEST_ID:
        return None
    bare = _bare(text)
    found = _respelt(bare) if _spelling(bare) or _is_link(bare) else None
    return found if isinstance(found, str) else None


def is_canonical(text: str) -> bool:
    """Say whether *text* is a journey id as *journey_id* returns it."""
    return text not in (NIL, MAX) and _is_canonical(text) is not None


def ids_among(text: str) -> set[str]:
    """Return what has the form of a canonical id in *text*, in any case, whatever is around it."""
    return set(_ids_in(text.lower()))


def holds_id(text: str) -> bool:
    """Say whether *text* has something in it that is, or looks like, a journey id, whatever is around it."""
    return (_inside.search(text.lower()) or _inside.search(_plain(text))) is not None


def _bare(text: str) -> str:
    return unwrapped(trimmed(text).strip(_MARKS)).lower()


@lru_cache(maxsize=64)  # a row that is not plain is looked at more than once
def _respelt(text: str) -> str | Unclear:
    if spelling := _spelling(text):
        return _known(spelling[1] or spelling[2])
    return _from_link(text) if _is_link(text) else _not_an_id(text)


def _known(spelling: str) -> str | Unclear:
    digits = spelling.replace("-", "")
    canonical = f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    if canonical in (NIL, MAX):
        return Unclear(f"is the {'nil' if canonical == NIL else 'max'} id, a placeholder that names no journey")
    return canonical


def _from_link(link: str) -> str | Unclear:
    names = list(_names_in(link))
    ids = set(filter(_is_canonical, names))
    others = {found for name in names if len(name) > len(NIL) for found in _ids_in(name)}
    if len(ids | others) > 1 or _another_link(link):
        return Unclear("is a link with several ids; give the journey's id alone")
    if others:
        return Unclear("is a link with something around the journey id; give the id alone", meant=_meant(others.pop()))
    return _known(ids.pop()) if ids else Unclear("is a link without a journey id; give the id, or the canvas's link")


def _names_in(link: str) -> Iterator[str]:
    """Yield the segments of the path and of a ``#/`` path, and what stands under keys such as `journey_id`."""
    address, _, fragment = link.replace("%7b", "{").replace("%7d", "}").partition("#")
    for part in (address, fragment) if fragment.startswith(("/", "!/")) else (address,):
        path, _, query = part.partition("?")
        yield from (name.strip("{}") for name in path.split("/"))
        pairs = (pair.partition("=") for pair in re.split("[&;]", query) if query)
        yield from (value.strip("{}") for key, _, value in pairs if _is_id_key(header_word(key)))


def _is_id_key(word: str) -> bool:
    return word not in _LINK_KEYS and any(word in words for words in vocabulary().id_headers)


def _not_an_id(text: str) -> Unclear:
    """Say what is wrong with *text*; the order matters, since one slip often looks like several."""
    for find, reason in _SLIPS:
        if found := find(text):
            return Unclear(reason.format(found), _meant(text))
    return Unclear(f"is not a journey id; {LOOKS_LIKE}")


def _meant(text: str) -> str | None:
    """Return the one id that *text* has in it, if there is one."""
    found = _inside.findall(_plain(text))
    known = _known(found[0]) if len(found) == 1 else None
    return known if isinstance(known, str) else None


_is_error: Final = re.compile(r"#{3,}|err:\d{3}").fullmatch


class _ShownValues(NamedTuple):
    """What spreadsheets show, as `spreadsheet.toml` holds it, the way *normal* leaves it."""

    errors: frozenset[str]
    truths: frozenset[str]


@cache
def _shown_values() -> _ShownValues:
    """Return the values, which are read when they are first asked for."""
    cells = read_tables("spreadsheet.toml")["cells"]
    errors, truths = (listed_words(str(cells[field]), f"[cells] {field}") for field in ("errors", "truths"))
    return _ShownValues(frozenset(map(normal, errors)), frozenset(map(normal, truths)))


def is_error_value(text: str) -> bool:
    """Say whether *text* is what a spreadsheet shows for an error, such as `#N/A`, in the language of any Excel."""
    word = normal(text) if len(text) <= LONGEST_WORD else ""
    return word in _shown_values().errors or _is_error(word) is not None


_DASHES: Final = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"), "-")
_MONTHS: Final = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_TIME: Final = r"(?:[t ,]+\d{1,2}:\d\d[\d:.]*(?: ?[ap]m)?(?: ?(?:z|utc|gmt|[+-]\d\d:?\d\d))?)?"
_wrapping: Final = re.compile(r"^urn:uuid:|[-{}]")


def _plain(text: str) -> str:
    """Return *text* as an eye takes it: nothing unseen or blank in an id, plain digits and hyphens, lower case."""
    text = unicodedata.normalize("NFKC", text[:LONGEST_ID].translate(_DASHES)).lower()
    return text if _inside.search(text) else visible(text)


def _digits(text: str) -> str:
    """Return the hex digits of *text*, or nothing if it has anything else than wrapping around them."""
    digits = _wrapping.sub("", text)
    return digits if re.fullmatch("[0-9a-f]+", digits) else ""


def _several(text: str) -> bool:
    digits = len(_digits(text))
    return len(_inside.findall(text)) > 1 or (digits > 32 and digits % 32 == 0)


def _wrong_letter(text: str) -> str:
    """Return what is no hex digit in *text*, which is else as long and as hex as an id."""
    bare = _wrapping.sub("", text)
    wrong = [letter for letter in bare if letter not in "0123456789abcdef"]
    if len(bare) != 32 or not bare.isalnum() or not 0 < len(wrong) <= 8:
        return ""
    kind = "letter" if wrong[0].isalpha() else "digit"
    return f"{kind} {wrong[0]!r}" + ("" if wrong[0].isascii() else f" ({unicodedata.name(wrong[0], 'unnamed')})")


_SLIPS: Final[tuple[tuple[Callable[[str], object], str], ...]] = (
    (lambda text: not text, "is empty; every row needs a journey id"),
    (is_error_value, "is an error of the spreadsheet; repair the formula, and paste the ids as values"),
    (is_nothing, "stands for no value; every row needs a journey id"),
    (re.compile(r"=.*|[+@-][a-z.]+\(.*", re.DOTALL).fullmatch, "is a formula; paste the ids as values in its place"),
    (_several, "holds several journey ids; write one a row"),
    (re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+").fullmatch, "is an e-mail address, not a journey id"),
    (
        re.compile(r"\{?([x?*#n_0])\1{7}-\1{4}-\1{4}-\1{4}-\1{12}\}?|[<{]+[a-z _-]*(?:id|guid)[>}]+").fullmatch,
        "is a placeholder; put a journey's id in its place",
    ),
    (lambda text: text.startswith("0x"), "is a number that starts with 0x, not a journey id"),
    (
        re.compile(r"[+-]?(?:\d[.,]\d+e[+-]?\d+|\d+e\+\d+|\de\d{1,3})").fullmatch,
        "is a number, into which the spreadsheet has turned the id; format the column as text, and paste the ids anew",
    ),
    (
        re.compile(
            rf"(?:\d{{4}}([-/.])\d\d?\1\d\d?|\d\d?([-/.])\d\d?\2(?:\d\d){{1,2}}|\d\d?[- .]+{_MONTHS}(?:[- .,]+\d+)?"
            rf"|{_MONTHS}[- .]+\d+(?:[ ,]+\d{{4}})?|\d{{4}}年\d\d?月\d\d?日){_TIME}"
        ).fullmatch,
        "is a date, not a journey id",
    ),
    (re.compile(r"[+-]?\d[\d.,'’\s]*%?").fullmatch, "is a plain number; a journey id has 32 hex digits, 8-4-4-4-12"),
    (lambda text: normal(text) in _shown_values().truths, "is true or false, not a journey id"),
    (re.compile(r"[+-]\{?[0-9a-f-]{20,}\}?").fullmatch, "begins with a sign, as no journey id does"),
    (lambda text: len(_digits(text)) == 32, "has its hyphens or braces in the wrong places; write it 8-4-4-4-12"),
    (_inside.search, "has something around a journey id; give the id alone"),
    (lambda text: _spelling(visible(text)), "has blanks or invisible characters inside; paste the id anew"),
    (lambda text: _spelling(_plain(text)), "has characters that only look like digits or hyphens; type it anew"),
    (_wrong_letter, "has the {}, which no id has; compare it with the canvas's link"),
    (lambda text: len(_digits(text.replace("_", ""))) >= 8 and "_" in text, "has underscores; an id has hyphens"),
    (lambda text: 8 <= len(_digits(text.rstrip(".…"))) < 32, "is cut short; a journey id has 32 hex digits"),
    (lambda text: len(_digits(text)) > 32, "is too long; a journey id has 32 hex digits"),
)
"""What people have in place of an id: how to find it, and what to say; ``{}`` stands for what was found."""
