"""What planning is measured against: the standard library, and the same work done the plain way.

    python -m tests.benchmarks.naive LIST ACTION

Reads a list, knows its ids, merges the rows that repeat each other, and writes a line for each row to a file.
"""

import csv
import json
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID


def plan(rows: Iterable[dict[str, str]], action: str) -> int:
    first: dict[UUID, int] = {}
    with tempfile.TemporaryFile("w", encoding="utf-8") as plan:
        for line, row in enumerate(rows, 2):
            uuid = UUID(row["journey_id"])
            entry = {"line": line, "uuid": str(uuid), "action": action, "cells": list(row.values())}
            if first.setdefault(uuid, line) != line:
                entry |= {"same_as": first[uuid]}
            plan.write(json.dumps(entry) + "\n")
    return len(first)


def main(name: str, action: str) -> None:
    with Path(name).open(encoding="utf-8", newline="") as file:
        rows: Iterable[dict[str, str]] = map(json.loads, file) if name.endswith(".jsonl") else csv.DictReader(file)
        print(plan(rows, action))


if __name__ == "__main__":
    main(*sys.argv[1:])
