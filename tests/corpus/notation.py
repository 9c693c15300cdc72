"""How the corpus says what is expected of a file, short enough to be checked by eye. Nothing here reads a list."""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

Expected = dict[str, Any]

IDS: Final = tuple(str(UUID(int=random.Random(number).getrandbits(128), version=4)) for number in range(60))
"""The journeys that the files speak of; ``@7`` in a text stands for the one at 7."""

PAUSE: Final = ("--action", "pause")

_ACTIONS: Final = {"s": "start", "p": "pause", "f": "finish", "d": "draft", "a": "archive"}
_SKIPS: Final = {"t": "title", "b": "blank", "c": "comment", "f": "footer", "o": "absent", "r": "rejected"}
_ODD: Final = "surrogatepass"
_EDGE_BLANK: Final = "blank|title|footer|absent"

REASONS: Final = {
    "empty": "^is empty; every row needs",
    "short": "^is cut short",
    "long": "^is too long",
    "nil": "^is the nil id",
    "two ids": "^holds several journey ids",
    "0x": "^is a number that starts with 0x",
    "underscore": "^has underscores",
    "hyphens": "^has its hyphens",
    "error": "^is an error of the spreadsheet",
    "lost": "^is an error of the spreadsheet|^is empty; every row needs",
    "science": "^is a number, into which the spreadsheet has turned the id",
    "no id": "^is not a journey id; one looks like",
    "word": "^is not an action|^says what not to do|^is nothing that the api does|^stands for no action",
    "conflict": "but it is also on ",
    "flag": "^contradicts --action",
    "number": "^is a number, into which the spreadsheet has turned the id",
}
"""How the reason of a rejection begins, in lower case, or what is in it and in no other."""


class Case(NamedTuple):
    """A file of the corpus. *by* names the program that writes it; *uncovered* counts lines that are no rows.

    *uncovered* is the number of lines with text which the expectation leaves out, as it does the header; None where
    that cannot be counted.
    """

    name: str
    why: str
    by: str
    make: Callable[[], bytes]
    expected: Expected
    flags: tuple[str, ...] = ()
    uncovered: int | None = None
    encoding: str = "utf-8"


class MissingProgram(Exception):
    """A program that this machine does not have."""


def filled(text: str) -> str:
    """Return *text* with ``@7`` as the id at 7, ``@U7`` as that in capitals and ``@H7`` as its 32 digits."""
    spelt: dict[str, Callable[[str], str]] = {"": str, "U": str.upper, "H": lambda id_: id_.replace("-", "")}
    return re.sub(r"@([UH]?)(\d+)", lambda found: spelt[found[1]](IDS[int(found[2])]), text)


def text(
    name: str,
    why: str,
    body: str,
    expected: Expected,
    *flags: str,
    encoding: str = "utf-8",
    uncovered: int | None = 1,
) -> Case:
    """Return a file that was written by hand, line ends and all."""
    return Case(
        name,
        why,
        "by hand",
        lambda: filled(body).encode(encoding, "surrogatepass"),
        expected,
        flags,
        uncovered,
        encoding,
    )


def binary(name: str, why: str, make: Callable[[], bytes], expected: Expected, *flags: str, by: str) -> Case:
    """Return a file that a program writes, or whose bytes were put together."""
    return Case(name, why, by, make, expected, flags)


def reads(
    operations: str,
    *,
    merged: str = "",
    bad: Iterable[tuple[int, str | None, str | None]] = (),
    skip: str | None = "",
    loose: str = "",
    refused_or: bool = False,
) -> Expected:
    """Return what is expected of a list that can be read.

    ``2-4:1p`` are the lines 2 to 4 with the journeys 1 to 3, to pause; ``?:1p`` is a journey whose line may be told in
    several ways. *merged* is ``5:1p=2``; *bad* is line, column and a key of REASONS; *skip* is ``1t 2-3b 9f``, with
    several letters where several reasons would do (o: may be absent, r: may be rejected) and B for a blank line at an
    edge.
    *loose* are rows that may be rejected as well, but must not be read in any other way.
    """
    expected: Expected = {
        "operations": [list(row) for row in _rows(operations)],
        "merged": [list(row) for row in _merged(merged)],
        "rejections": [[line, column, REASONS[why] if why else None] for line, column, why in bad],
        "skipped": None if skip is None else [list(stretch) for stretch in _stretches(skip)],
        "refused": None,
    }
    return expected | ({"loose": [list(row) for row in _rows(loose)]} if loose else {}) | _or(refused_or)


def refuses(reason: str) -> Expected:
    """Return what is expected of a file that must not be read; *reason* is a pattern in lower case."""
    return {"operations": [], "merged": [], "rejections": [], "skipped": None, "refused": reason}


def showing(pattern: str, expected: Expected) -> Expected:
    """Return *expected* with what must be found in the reading that is told, in lower case."""
    return expected | {"reading": pattern}


def either(*expectations: Expected) -> Expected:
    """Return an expectation that is met if one of *expectations* is."""
    return expectations[0] | {"alternatives": list(expectations[1:])}


def _or(refused: bool) -> Expected:
    return {"refused_or": True} if refused else {}


def _rows(words: str) -> Iterator[tuple[int | None, str, str]]:
    for word in words.split():
        lines, journey, action = _parts(r"([\d?]+(?:-\d+)?):(\d+)([spfda])", word)
        for offset, line in enumerate(_lines(lines)):
            yield line, IDS[int(journey) + offset], _ACTIONS[action]


def _merged(words: str) -> Iterator[tuple[int, str, str, int]]:
    for word in words.split():
        line, journey, action, same_as = _parts(r"(\d+):(\d+)([spfda])=(\d+)", word)
        yield int(line), IDS[int(journey)], _ACTIONS[action], int(same_as)


def _stretches(words: str) -> Iterator[tuple[int, int, str]]:
    for word in words.split():
        lines, letters = _parts(r"([\d-]+)(B|[tbcfor]+)", word)
        numbers = [line for line in _lines(lines) if line]
        yield numbers[0], numbers[-1], _EDGE_BLANK if letters == "B" else "|".join(_SKIPS[letter] for letter in letters)


def _parts(pattern: str, word: str) -> Sequence[str]:
    found = re.fullmatch(pattern, word)
    if not found:
        raise ValueError(f"{word!r} is no part of an expectation")
    return found.groups()


def _lines(word: str) -> Sequence[int | None]:
    if word == "?":
        return [None]
    first, _, last = word.partition("-")
    return range(int(first), int(last or first) + 1)
