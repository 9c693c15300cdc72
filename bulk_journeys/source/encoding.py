"""Which encoding a text is in: what every byte of it allows, and among that what makes words we look for.

Where a legacy encoding was chosen by its looks alone, titles may show a wrong letter; a word that we act on cannot.
"""

import codecs
import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from typing import BinaryIO, Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.source.input_file import chunks
from bulk_journeys.source.legacy_encodings import LARGE, SMALL, Codec, legacy_codecs
from bulk_journeys.source.table import LOST
from bulk_journeys.source.text import ADVICE, bad_byte, line_of

HEAD: Final = 1 << 16
LARGEST_SAMPLE: Final = 1 << 18
"""Bytes of the lines with more than ASCII that are searched for words."""

LONGEST_LOOKED_AT: Final = 1 << 14
LONGEST_WORD: Final = 60
SELDOM: Final = 0.8
MIXTURE: Final = 0.85
"""What a seldom letter says for a language, where a frequent one says 1; and any letter for several at once."""


UTF8_MARKED: Final = "utf-8-sig"
_MARKS: Final = (
    (b"\xef\xbb\xbf", UTF8_MARKED),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_CONTROLS: Final = bytes(set(range(1, 32)) - set(b"\t\n\v\f\r\x1a\x1b") | {127})
_OFTEN_NUL: Final = 0.2
"""Of each second byte in UTF-16, since ids, delimiters and most words are ASCII. Stray NULs are fewer, or anywhere."""


_NEUTRAL: Final = frozenset("\xa0–—“”„‘’‚…•«»€£©®™°·‹›§")
"""Marks of many languages, which tell little unless they stand between two letters."""

_CELL_ENDS: Final = re.compile(r"[,;\t|:{}\[\]\r\n]")
_CONTROL: Final = re.compile(r"[\x80-\x9f]")
_ODD: Final = re.compile(
    rf"(?<=[a-z{SMALL}])[{LARGE}]|(?<=[{SMALL}])[A-Z]"
    r"|(?<=[^\W\d_])[\xa0–—“”„‘‚…•«»€£©®™°‹›§¤¦¨´¸¼½¾](?=[^\W\d_])"
    r"|(?<=[A-Za-z])[\u0370-\u06ff]|[\u0370-\u06ff](?=[A-Za-z])"
    r"|(?<=[A-Za-z])[\u2e80-\uffef](?![\u2e80-\uffef])|(?<![\u2e80-\uffef])[\u2e80-\uffef](?=[A-Za-z])"
    r"|(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])|(?<![\u0370-\u03ff])[α-ω]{4,}(?![\u0370-\u03ff])"
    r"|[ךםןףץةى](?=\w)|[\ue000-\uf8ff\ufffd]"
)
"""What words are not like: a large letter behind a small one, a mark or another script within a word, blanks between
Chinese letters, Greek without accents, a final letter in the middle, and what is no letter at all."""


_LONG_ASCII: Final = re.compile(rb"([\0-\x7f]{60})[\0-\x7f]+([\0-\x7f]{60})")


class _Guess(NamedTuple):
    """How well an encoding fits: known words first, then looks, from 1 downwards."""

    words: int
    looks: float
    name: str
    has_wide: bool


class Encoding(NamedTuple):
    """The codec that reads a text. *broken_line* is the first one with bytes that are no UTF-8; each is read as U+FFFD.

    A list put together from two programs has such lines, and a title is not worth the row.
    """

    codec: str
    broken_line: int | None = None


def detect_encoding(file: BinaryIO, knows: Callable[[str], bool], name: str) -> Encoding:
    """Return how to read all of the text *file*.

    *knows* tells whether a cell's text is a header or an action that we look for, in any language. Raises InputError.
    """
    file.seek(0)
    head = file.read(HEAD)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            offset = bad_byte(file, codec) if codec == UTF8_MARKED else None
            return _whole(file, codec, name) if offset is None else _mended(file, codec, offset)
    if wide := _wide(head):
        return _whole(file, wide, name)
    if _is_binary(head):
        raise InputError(f"{name}: this is no text file", ADVICE)
    offset = bad_byte(file, "utf-8")
    return Encoding("utf-8") if offset is None else _legacy(file, knows, name, offset)


def _mended(file: BinaryIO, codec: str, offset: int) -> Encoding:
    return Encoding(codec, line_of(file, codec, offset))


def _whole(file: BinaryIO, codec: str, name: str) -> Encoding:
    """Return *codec* if it reads all bytes of *file*."""
    offset = bad_byte(file, codec)
    if offset is not None:
        raise _broken(file, codec, name, offset)
    return Encoding(codec)


def _broken(file: BinaryIO, codec: str, name: str, offset: int) -> InputError:
    line = line_of(file, codec, offset)
    shown = codec.upper().removesuffix("-SIG")
    return InputError(f"{name}:{line}: the text is {shown} with broken bytes on line {line}", ADVICE)


def _wide(head: bytes) -> str | None:
    """Return the encoding of 2 or 4 bytes a character that the places of NUL bytes show."""
    quarters = [head[offset::4].count(0) / max(len(head[offset::4]), 1) for offset in range(4)]
    if min(quarters[2:]) > 1 - _OFTEN_NUL > quarters[0] and quarters[3] == 1:
        return "utf-32-le"
    if min(quarters[:2]) > 1 - _OFTEN_NUL > quarters[3] and quarters[0] == 1:
        return "utf-32-be"
    even, odd = (quarters[0] + quarters[2]) / 2, (quarters[1] + quarters[3]) / 2
    if odd > max(_OFTEN_NUL, 4 * even):
        return "utf-16-le"
    return "utf-16-be" if even > max(_OFTEN_NUL, 4 * odd) else None


def _is_binary(head: bytes) -> bool:
    head = head.rstrip(b"\0")  # what fills up a block says nothing
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > 1 + len(head) / 20 or head.count(0) > len(head) / 4


def _legacy(file: BinaryIO, knows: Callable[[str], bool], name: str, offset: int) -> Encoding:
    """Return the encoding of a text that is not UTF-8 at *offset*, or refuse it where nobody can tell."""
    sample = _telling_lines(file)
    guesses = [guess for codec in legacy_codecs() if (guess := _guess(codec, sample, knows))]
    best = max(guesses, key=lambda guess: guess[:2])
    if _has_but_surrogates(sample):
        return _mended(file, "utf-8", offset)
    if _is_broken_utf8(sample, knows, best):
        if _is_mostly_utf8(sample):
            return _mended(file, "utf-8", offset)
        raise _broken(file, "utf-8", name, offset)
    return _whole(file, best.name, name)


def _telling_lines(file: BinaryIO) -> bytes:
    """Return the lines that hold more than ASCII, from the first on, up to LARGEST_SAMPLE."""
    sample, rest = b"", b""
    for chunk in chunks(file):
        *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        sample += b"".join(_short(line) + b"\n" for line in lines if not line.isascii())
        rest = b"" if rest.isascii() else _short(rest)
        if len(sample) + len(rest) > LARGEST_SAMPLE:
            break
    return (sample + rest)[:LARGEST_SAMPLE]


def _short(line: bytes) -> bytes:
    """Return *line* without long stretches of ASCII."""
    return _LONG_ASCII.sub(rb"\1;\2", line)


def _guess(codec: Codec, sample: bytes, knows: Callable[[str], bool]) -> _Guess | None:
    text = sample.decode(codec.name, "replace")
    if _CONTROL.search(text):
        return None
    looks = _looks(text[:LONGEST_LOOKED_AT], codec.languages) - codec.rarity
    return _Guess(_known_words(text, knows), looks, codec.name, len(text) < len(sample))


def _known_words(text: str, knows: Callable[[str], bool]) -> int:
    """Count the different cells that are known, have letters beyond ASCII, and nothing unreadable."""
    cells = {cell.strip(" '\"\0") for cell in _CELL_ENDS.split(text) if not cell.isascii()}
    return sum(len(cell) <= LONGEST_WORD and _tells(cell) and knows(cell) for cell in cells)


def _tells(cell: str) -> bool:
    return LOST not in cell and any(char > "\x7f" and char.isalnum() for char in cell)


def _looks(text: str, languages: Sequence[str]) -> float:
    """Return how much of what is not ASCII looks like writing, 1 at most: in one language, or in several."""
    chars = Counter(char for char in text if char > "\x7f")
    each = [_familiar(chars, language) for language in languages]
    several = _count(chars, _alphabet("".join(languages).replace(" ", ""))[0])
    return (max(*each, MIXTURE * several) + 0.9 * _count(chars, _NEUTRAL) - _oddities(text)) / max(chars.total(), 1)


@cache
def _alphabet(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the frequent letters and the seldom ones."""
    frequent, _, seldom = language.partition(" ")
    return frozenset(frequent), frozenset(seldom)


def _familiar(chars: Counter[str], language: str) -> float:
    frequent, seldom = _alphabet(language)
    return _count(chars, frequent) + SELDOM * _count(chars, seldom)


def _count(chars: Counter[str], wanted: frozenset[str]) -> int:
    return sum(count for char, count in chars.items() if char in wanted)


def _oddities(text: str) -> int:
    """Count the places where letters do not go on as they do in words."""
    return sum(1 for _ in _ODD.finditer(text))


def _is_broken_utf8(sample: bytes, knows: Callable[[str], bool], best: _Guess) -> bool:
    """Say whether a text is rather UTF-8 that was damaged or mixed than what it may be at best."""
    text = sample.decode("utf-8", "replace")
    written = sample.count(LOST.encode())
    bad = text.count(LOST) - written
    good = sum(char > "\x7f" for char in text) - bad
    if good >= 2 * bad or _known_words(text, knows):
        return True
    if good >= bad and not best.words:
        return True
    return not best.has_wide and any(map(_is_surely_utf8, sample.split(b"\n")))


def _has_but_surrogates(sample: bytes) -> bool:
    """Say whether halves of surrogate pairs are all that keeps a text from being UTF-8."""
    is_whole = len(sample) < LARGEST_SAMPLE
    try:
        codecs.getincrementaldecoder("utf-8")("surrogatepass").decode(sample, is_whole)
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(sample: bytes) -> bool:
    lines = sample.split(b"\n")
    broken = sum(LOST in line.decode("utf-8", "replace") for line in lines)
    return broken <= sum(not line.isascii() for line in lines) / 2


def _is_surely_utf8(line: bytes) -> bool:
    """Say whether a line is UTF-8 by more than chance, where letters take one byte each."""
    try:
        return sum(char > "\x7f" for char in line.decode()) > 2
    except UnicodeDecodeError:
        return False
