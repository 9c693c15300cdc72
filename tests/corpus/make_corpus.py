"""Makes the files of the corpus, and what is expected of them: ``python -m tests.corpus.make_corpus``."""

import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from tests.corpus import (
    cells,
    dialects,
    encodings,
    misleading,
    objects,
    packed,
    reported,
    screens,
    structure,
    workbooks,
)
from tests.corpus.notation import Case, MissingProgram

HERE: Final = Path(__file__).parent
FILES: Final = HERE / "files"
MOST: Final = 20_000
"""Bytes that a file of the corpus may have."""


def all_cases(encrypting: Path) -> dict[str, list[Case]]:
    """Return the cases by class; a class is a folder."""
    return {
        "dialects": dialects.cases(),
        "encodings": encodings.cases(),
        "screens": screens.cases(),
        "objects": objects.cases(),
        "workbooks": workbooks.cases(encrypting),
        "packed": packed.cases(),
        "structure": structure.cases(),
        "cells": cells.cases(),
        "misleading": misleading.cases(),
        "reported": reported.cases(),
    }


def make(path: Path, case: Case) -> str | None:
    """Write a file; return why it stays as it was, or None."""
    try:
        content = case.make()
    except MissingProgram as missing:
        return f"{path.name} stays as it was: there is no {missing}"
    if len(content) > MOST:
        raise ValueError(f"{path.name} has {len(content)} bytes")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return None


def oversights(path: Path, case: Case) -> list[str]:
    """Return where the expectation of a text does not account for each of its lines exactly once."""
    if case.uncovered is None or case.expected["skipped"] is None or case.expected["refused"]:
        return []
    lines = re.split("\r\n|\r|\n", path.read_bytes().decode(case.encoding, "surrogatepass").replace("\0", ""))
    filled = {number for number, line in enumerate(lines, start=1) if line.strip(" \t\ufeff,;|")}
    told = Counter(covered(case.expected))
    found = [f"line {line} is told {count} times" for line, count in told.items() if line and count > 1]
    if beyond := {line for line in told if line and line > len(lines)}:
        found.append(f"there are no lines {sorted(beyond)}")
    if len(filled - set(told)) != case.uncovered:
        found.append(f"lines {sorted(filled - set(told))} are not told, and {case.uncovered} should not be")
    return found


def covered(expected: dict[str, list[list[int]]]) -> list[int]:
    """Return the lines that an expectation speaks of."""
    rows = (row[0] for kind in ("operations", "merged", "rejections") for row in expected[kind])
    loose = (row[0] for row in expected.get("loose", ()))
    skipped = (line for first, last, _ in expected["skipped"] for line in range(first, last + 1))
    return [*rows, *loose, *skipped, *expected.get("left_out", ())]


def entry(case: Case) -> dict[str, object]:
    return {"why": case.why, "by": case.by, "flags": list(case.flags), **case.expected}


def dumped(expected: dict[str, dict[str, object]]) -> str:
    """Return JSON with one line a file's property, which is how people compare it."""
    files = (
        f"{json.dumps(name)}: {{\n"
        + ",\n".join(f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry_.items())
        + "\n}"
        for name, entry_ in expected.items()
    )
    return "{\n" + ",\n".join(files) + "\n}\n"


def main() -> None:
    """Make every file whose program is here; an optional argument names a Python that has msoffcrypto-tool."""
    said, expected = [], {}
    for folder, cases in all_cases(Path(*sys.argv[1:] or ["no-such-python"])).items():
        for case in cases:
            name = f"{folder}/{case.name}"
            if name in expected:
                raise ValueError(f"{name} is made twice")
            expected[name] = entry(case)
            said.append(make(FILES / name, case))
            said += [f"{name}: {found}" for found in oversights(FILES / name, case)]
    (HERE / "expected.json").write_text(dumped(expected), encoding="utf-8")
    sys.stdout.writelines(f"{line}\n" for line in [*filter(None, said), f"{len(expected)} files"])


if __name__ == "__main__":
    main()
