"""Tells whether rows that were settled when a run was killed were sent again later.

`python sent_again.py KNOWN.jsonl BASE_URL`: a copy of the results from between the kill and the resumption, and the
sandbox, which counts the requests for each journey. The exit status is 1 if one was.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.request import urlopen

OPEN = {"in_doubt", "not_attempted"}


def requests_at(base_url: str) -> dict[str, int]:
    """Return how many requests for each journey came in so far."""
    with urlopen(f"{base_url}/sandbox/truth", timeout=30) as answer:  # noqa: S310  the sandbox
        return {truth["uuid"]: truth["requests"] for truth in map(json.loads, answer)}


def compare(known: Sequence[Mapping[str, Any]], requests: Mapping[str, int]) -> int:
    """Write what was known then, and how many settled rows were sent since; return that number."""
    counts = Counter(record["outcome"] for record in known)
    settled = [record for record in known if record["outcome"] not in OPEN]
    again = sum(requests[record["uuid"]] != record["attempts"] for record in settled)
    sys.stdout.write(
        f"at the kill: {len(settled)} settled, {counts['in_doubt']} in doubt, {counts['not_attempted']} not attempted\n"
        f"of the {len(settled)} that were settled, {again} were sent again\n"
    )
    return again


def main() -> int:
    parser = argparse.ArgumentParser(description="Tell whether settled rows were sent again.")
    parser.add_argument("known", type=Path, help="a copy of results.jsonl, made before the run was resumed")
    parser.add_argument("base_url", help="what the sandbox printed")
    chosen = parser.parse_args()
    try:
        known = [json.loads(line) for line in chosen.known.read_bytes().splitlines()]
        return bool(compare(known, requests_at(chosen.base_url)))
    except (OSError, LookupError, TypeError, ValueError) as error:
        parser.error(
            f"{chosen.known} and {chosen.base_url} cannot be compared ({error}); name a run's results, and its sandbox"
        )


if __name__ == "__main__":
    sys.exit(main())
