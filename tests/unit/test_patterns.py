"""Patterns that every Python from 3.11.0 on reads alike.

Possessive repeats and atomic groups came with 3.11.0. Until 3.11.5 a group that is repeated possessively may match
what it does not, and until 3.12.8 and 3.13.1 it may end in a SystemError; so no pattern has any of them.
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
SEIZING = frozenset({"POSSESSIVE_REPEAT", "ATOMIC_GROUP"})
FILLING = "(?:some group)"


def texts(source: str) -> Iterator[str]:
    """Yield all texts in a Python *source*; what is put into an f-string may be anything, so it stands for a group."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.JoinedStr(values):
                yield "".join(str(part.value) if isinstance(part, ast.Constant) else FILLING for part in values)
            case ast.Constant(str() | bytes() as text):
                yield text if isinstance(text, str) else text.decode("latin-1")


def seizes(pattern: str) -> bool:
    """Say whether *pattern* repeats possessively or has an atomic group. A text that is no pattern does not."""
    with warnings.catch_warnings(action="ignore"):
        try:
            parsed = PARSER.parse(pattern)
        except (PARSER.error, OverflowError, RecursionError):
            return False
    return any(str(op) in SEIZING for op, _ in operations(parsed))


def operations(parsed: Any) -> Iterator[tuple[object, Any]]:
    """Yield the operations of a pattern, and those within them."""
    if isinstance(parsed, PARSER.SubPattern):
        yield from parsed
    if isinstance(parsed, PARSER.SubPattern | tuple | list):
        for part in parsed:
            yield from operations(part)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("(?:ab)*+", True), ("x((a|b)++)?", True), ("(?=(?:a,){1,9}+)", True), ("a|(b)?+", True), ("[a-c]*+x", True),
        ("x++", True), (r"a|(\d{2,}+)", True), ("(?>a|ab)", True), ("(?:a)*+", True), ("(?:ab)*a+b?", False),
        (r"\*+[*+]+\++", False), ("[(?>+]", False), ("(", False),
    ],
)  # fmt: skip
def test_what_seizes_is_found(pattern: str, expected: bool) -> None:
    assert seizes(pattern) is expected


def test_no_pattern_of_ours_seizes() -> None:
    found = [
        f"{path.name}: {text!r}"
        for path in sorted(Path(bulk_journeys.__path__[0]).rglob("*.py"))
        for text in texts(path.read_text("utf-8"))
        if ("+" in text or "(?>" in text) and seizes(text)
    ]
    assert not found
