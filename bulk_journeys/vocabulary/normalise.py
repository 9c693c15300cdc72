"""One spelling for all that people write alike: case, diacritics, blanks, what nobody sees, and what wraps a cell."""

import re
import unicodedata
from typing import Final

LONGEST_HEADER: Final = 256
"""Characters that a header or a foot's label may have; putting the marks of a longer text in order could take long."""

_SPANS: Final = """00-20 7f-a0 ad-ad 34f-34f 61c-61c 115f-1160 1680-1680 180b-180e 2000-200f 2028-202f 205f-206f
    2800-2800 3000-3000 3164-3164 fe00-fe0f feff-feff ffa0-ffa0 fff9-fffb e0000-e007f"""
BLANKS: Final = "".join(
    chr(code)
    for first, last in (span.split("-") for span in _SPANS.split())
    for code in range(int(first, 16), int(last, 16) + 1)
)
"""Blanks, control characters, and characters that nobody sees."""

_HIDDEN: Final = re.compile(rf"[{BLANKS}]+")
_FILLERS: Final = re.compile(rf"[_\-\u2010\u2011{BLANKS}]+")
_QUOTES: Final = {"'": "'", '"': '"', "`": "`", "‘": "’", "“": "”", "‚": "‘", "„": "“”", "«": "»", "»": "«", "「": "」"}
_LETTERS: Final = str.maketrans({"ł": "l", "ة": "ه", "ى": "ي", "ـ": None})
_is_text_formula: Final = re.compile(r'=\s*"([^"]*)"').fullmatch


def trimmed(text: str) -> str:
    """Return *text* without blanks and unseen characters around it."""
    return text.strip(BLANKS)


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


def fold(text: str) -> str:
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
    return _FILLERS.sub("", fold(text)) if len(text) <= LONGEST_HEADER else text


def header_word(text: str) -> str:
    """Return the letters and digits of *text*, folded; nothing of a text that is too long for a header."""
    if len(text) > LONGEST_HEADER:
        return ""
    if text.isascii() and text.isalnum():
        return text.lower()
    return "".join(letter for letter in normal(text) if letter.isalnum())
