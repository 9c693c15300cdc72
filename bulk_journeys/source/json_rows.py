"""JSON values as rows: the keys of an object become columns. What is not a string stays the JSON it was."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import Any, Final, NamedTuple

from bulk_journeys.source.table import LOST

Members = Mapping[str, Any]

MOST_COLUMNS: Final = 1000
DEEPEST: Final = 3
"""Levels of objects in objects whose members become columns, called ``outer.inner``."""
LONGEST_NUMBER: Final = 400
MOST_SHAPED: Final = 1000
"""Keys that the shapes of a list may have in all; each costs as much as reading hundreds of objects."""

_half_pairs: Final = re.compile("[\ud800-\udfff]")


class Number(str):
    """A number as it was written; Python's own would lose digits."""

    __slots__ = ()


def _number(text: str) -> Number:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"it has a number of {len(text):,} digits")
    return Number(text)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse two equal keys, of which JSON readers keep the last and lose the first in silence."""
    members = dict(pairs)
    if len(members) < len(pairs):
        (twin, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"it has the key {twin[:80]!r} twice")
    return members


STRICT: Final = json.JSONDecoder(
    object_pairs_hook=_members, parse_int=_number, parse_float=_number, parse_constant=_no_number
)
"""Raises ValueError for what JSON readers differ about, and RecursionError."""

LENIENT: Final = json.JSONDecoder(parse_int=str, parse_float=str)
"""Finds where a value ends, whatever STRICT has against it."""

SAYING: Final = json.JSONDecoder(parse_int=lambda digits: int(digits[:LONGEST_NUMBER]), parse_float=str)
"""Reads what a document says of itself: it counts, and no count has so many digits as Python refuses."""


def flat(value: Any) -> Members:
    """Return the members of an object, and of the objects in it, as cells.

    Raises ValueError for anything else, for too many, and where ``"a.b"`` stands beside a ``"b"`` in ``"a"``.
    """
    if not isinstance(value, dict):
        raise ValueError("it is no object")
    pairs = list(islice(_flat(value, "", DEEPEST), MOST_COLUMNS + 1))
    if len(pairs) > MOST_COLUMNS:
        raise ValueError(f"it has more than {MOST_COLUMNS} keys")
    return _members(pairs)


def _flat(value: Members, prefix: str, depth: int) -> Iterator[tuple[str, str]]:
    for key, member in value.items():
        if isinstance(member, dict) and member and depth:
            yield from _flat(member, f"{prefix}{key}.", depth - 1)
        else:
            yield _writable(prefix + key), cell(member)


def cell(value: Any) -> str:
    """Return *value* as the text of a cell; null is blank."""
    if value is None:
        return ""
    return _writable(value) if type(value) is str else _written(value)


def _written(value: Any) -> str:
    """Return *value* as JSON, its numbers as they were."""
    match value:
        case Number():
            return str(value)
        case bool():
            return "true" if value else "false"
        case dict():
            return f"{{{', '.join(f'{_written(key)}: {_written(member)}' for key, member in value.items())}}}"
        case list():
            return f"[{', '.join(map(_written, value))}]"
    return json.dumps(_writable(value) if isinstance(value, str) else value, ensure_ascii=False)


def _writable(text: str) -> str:
    r"""Return *text* with U+FFFD for what only ``\ud800`` and its like can write, and no file can keep."""
    return text if text.isascii() else _half_pairs.sub(LOST, text)


class Shape:
    """The regular expression of all objects that are written like one example: same keys, same order, same kinds.

    A kind is plain strings and null, or true, false, numbers and null. Such objects are read several times as fast as
    STRICT and the checks behind it do, and two equal keys are found for nothing.
    """

    def __init__(self, keys: Sequence[str], kinds: Sequence[str]) -> None:
        pairs = zip(keys, kinds, strict=True)
        members = f",{_BLANK}".join(f'"{re.escape(key)}":{_BLANK}(?:{kind}|null)' for key, kind in pairs)
        self.keys = list(keys)
        self.match_line = re.compile(rf"{_BLANK}\{{{_BLANK}{members}{_BLANK}\}}{_BLANK}").fullmatch
        self.match_at = re.compile(rf"\{{{_BLANK}{members}{_BLANK}\}}").match

    @staticmethod
    def of(example: Members) -> "Shape | None":
        """Return the shape of an object whose keys are plain, and in which no object or list is; else None."""
        kinds = tuple(_KINDS.get(type(value)) for value in example.values())
        return _shape(tuple(example), kinds) if all(kinds) and kinds and all(map(_is_plain, example)) else None


_BLANK: Final = r"[ \t\r\n]*"
_STRING: Final = r'"([^"\\\x00-\x1f]*)"'
_BARE: Final = r"(true|false|-?(?:0|[1-9][0-9]{0,99})(?:\.[0-9]{1,99})?(?:[eE][-+]?[0-9]{1,9})?)"  # no long number
_KINDS: Final = {str: _STRING, type(None): _STRING, Number: _BARE, bool: _BARE}
_is_plain: Final = re.compile(r'[^"\\\x00-\x1f]*').fullmatch
_shape: Final = lru_cache(maxsize=64)(Shape)


class Objects:
    """Reads the objects of one list as rows. The columns are the keys of the first, and what later ones add at the end.

    Many programs write each object's keys in an order of its own: a *shape* is learnt where two in a row have the same.
    """

    def __init__(self) -> None:
        self.columns: list[str] = []
        self.shape: Shape | None = None
        self._is_in_order = False
        self._keys: Sequence[str] = ()
        self._shaped = 0

    def line(self, line: str) -> Sequence[str]:
        """Return the cells of the object on a line, none if it is blank. Raises ValueError and RecursionError."""
        if (shape := self.shape) and (found := shape.match_line(line)):
            return found.groups("") if self._is_in_order else self._in_order(shape, found)
        return [] if line.isspace() else self._decoded(STRICT.decode(line))

    def at(self, text: str, index: int) -> tuple[Sequence[str], int]:
        """Return the cells of the object at *index*, and the index behind it. Raises ValueError and RecursionError."""
        if (shape := self.shape) and (found := shape.match_at(text, index)):
            return found.groups("") if self._is_in_order else self._in_order(shape, found), found.end()
        value, end = STRICT.raw_decode(text, index)
        return self._decoded(value), end

    def _in_order(self, shape: Shape, found: re.Match[str]) -> Sequence[str]:
        return self._cells(dict(zip(shape.keys, found.groups(""), strict=True)))

    def _decoded(self, value: Any) -> Sequence[str]:
        cells = self._cells(flat(value))
        keys, before = tuple(value), self._keys
        self._keys = keys
        if keys == before and self._shaped < MOST_SHAPED:
            self._shaped += len(keys)
            self.shape = Shape.of(value) or self.shape
        self._is_in_order = self.shape is not None and self.shape.keys == self.columns
        return cells

    def _cells(self, members: Members) -> list[str]:
        """Return the cells in the columns' order, which may grow. Raises ValueError."""
        names = self.columns
        if not members.keys() <= (known := set(names)):
            added = [key for key in members if key not in known]
            names += added[: MOST_COLUMNS - len(names)]
            if len(known) + len(added) > MOST_COLUMNS:
                raise ValueError(f"with it, the objects have more than {MOST_COLUMNS} different keys")
        return [members.get(name, "") for name in names]


LONGEST_SHOWN: Final = 60
LONGEST_REMARK: Final = 200
MOST_REMARKS: Final = 5

# What the answers of these say: Notion, Stripe and Slack ("has_more"), Microsoft's and Google's ("@odata.nextLink",
# "nextPageToken"), Elasticsearch ("total": {"value"}), Spring and Atlassian ("totalElements", "totalPages").
_more: Final = re.compile(
    r"(?:has|is|there)?(?:more|next|nextpage|moreresults|moreitems|truncated|incomplete)"
).fullmatch
_next: Final = re.compile(
    r"(?:odata)?next(?:page|cursor|token|pagetoken|url|link|href|key|marker|offset|start|records?url)*"
).fullmatch
_total: Final = re.compile(
    r"odatacount|total(?:count|results|items|rows|records|size|elements|hits|number)?|(?:items|row|result)count"
).fullmatch
_holder: Final = re.compile(
    r"meta(?:data)?|pag(?:e|es|ing|ination)(?:info)?|hits|results?|response|data|list|info"
).fullmatch
"""What holds a total of rows; {"stats": {"total": 9000}} counts something else."""

_pages: Final = re.compile(r"(?:total)?pages?(?:count|total)|(?:total)?pages|lastpage").fullmatch


class Said(NamedTuple):
    """A value outside of all lists, and the keys that lead to it, the outermost first."""

    path: Sequence[str]
    value: Any


def told_partial(said: Iterable[Said], rows: int) -> str | None:
    """Return the first thing that *said* of others than the *rows* that a document holds, or None if nothing is."""
    return next((_shown(one) for one in said if _is_partial(one, rows)), None)


def remarks_of(said: Iterable[Said]) -> Iterator[str]:
    """Yield what *said* tells in words of more than one, a few of them: it may be about the rows."""
    for one in islice((one for one in said if isinstance(one.value, str) and len(one.value.split()) > 1), MOST_REMARKS):
        yield f"{'.'.join(one.path)[:LONGEST_SHOWN]}: {one.value[:LONGEST_REMARK]!r}"


def _is_partial(said: Said, rows: int) -> bool:
    words = [re.sub(r"[\W_]+", "", key).lower() for key in said.path]
    value = said.value
    if value is True:
        return _more(words[-1]) is not None
    if isinstance(value, str):
        return bool(value) and _next(words[-1]) is not None
    if isinstance(value, int) and value is not False:
        if _pages(words[-1]):
            return value > 1
        if _next(words[-1]):
            return value > 0
        *holders, key = words[:-1] if words[-1] == "value" and words[:-1] else words
        return value > rows and _total(key) is not None and all(map(_holder, holders))
    return False


def _shown(said: Said) -> str:
    value = repr(said.value) if isinstance(said.value, str) else str(said.value).lower()
    return f"{'.'.join(said.path)[:LONGEST_SHOWN]}: {value[:LONGEST_SHOWN]}"
