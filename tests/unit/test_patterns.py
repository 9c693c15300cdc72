"""Patterns that every Python from 3.11.0 on reads alike.

Until 3.11.5 a group that is repeated possessively may match what it does not, and until 3.12.8 and 3.13.1 it may end
in a SystemError. Repeated single characters and sets of them are another branch of the matcher, and a sound one.
"""

import ast
import importlib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import bulk_journeys

PARSER: Any = importlib.import_module("re._parser")  # the types do not know of it
UNITS = frozenset({"LITERAL", "NOT_LITERAL", "ANY", "IN", "RANGE"})
FILLING = "(?:some group)"


def texts(source: str) -> Iterator[str]:
    """Yield all texts in a Python *source*; what is put into an f-string may be anything, so it stands for a group."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.JoinedStr(values):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else FILLING for part in values)
            case ast.Constant(str() | bytes() as text):
                yield text if isinstance(text, str) else text.decode("latin-1")


def seizes_a_group(pattern: str) -> bool:
    """Say whether *pattern* repeats a group possessively. A text that is no pattern does not."""
    with warnings.catch_warnings(action="ignore"):
        try:
            parsed = PARSER.parse(pattern)
        except (PARSER.error, OverflowError, RecursionError):
            return False
    return any(str(op) == "POSSESSIVE_REPEAT" and not is_unit(value[2]) for op, value in operations(parsed))


def is_unit(repeated: Any) -> bool:
    return len(repeated) == 1 and str(repeated[0][0]) in UNITS


def operations(parsed: Any) -> Iterator[tuple[object, Any]]:
    """Yield the operations of a pattern, and those within them."""
    if isinstance(parsed, PARSER.SubPattern):
        yield from parsed
    if isinstance(parsed, PARSER.SubPattern | tuple | list):
        for part in parsed:
            yield from operations(part)


@pytest.mark.parametrize(
    ("pattern", "seizes"),
    [
        ("(?:ab)*+", True), ("x((a|b)++)?", True), ("(?=(?:a,){1,9}+)", True), ("a|(b)?+", True), ("(?:ab)*", False),
        ("[a-c]*+x++.?+", False), (r"\d{2,}+[^,]?+", False), ("(?:a)*+", False), ("(?>(?:ab)*)", False), ("(", False),
    ],
)  # fmt: skip
def test_a_group_that_is_repeated_possessively_is_found(pattern: str, seizes: bool) -> None:
    assert seizes_a_group(pattern) is seizes


def test_no_pattern_of_ours_repeats_a_group_possessively() -> None:
    found = [
        f"{path.name}: {text!r}"
        for path in sorted(Path(bulk_journeys.__path__[0]).rglob("*.py"))
        for text in texts(path.read_text("utf-8"))
        if "+" in text and seizes_a_group(text)
    ]
    assert not found
