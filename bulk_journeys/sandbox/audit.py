"""Holds a result log against what really happened: `python -m bulk_journeys.sandbox.audit RESULTS.jsonl BASE_URL`.

True for the first campaign on a fresh sandbox; a later one finds the traces of the earlier.
"""

import sys
import urllib.request
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import msgspec

from .faults import Fault
from .world import Action, Journey

DEFINITELY_NOT: Final = frozenset({"conflict", "rejected", "failed", "not_attempted"})
HARMLESS: Final = frozenset({Fault.REFUSE, Fault.EXISTS, Fault.ABORT, Fault.RANGE})
"""Faults that lose no answer."""


class Line(msgspec.Struct):
    """What matters of a record in the result log."""

    line: int
    uuid: str | None
    action: Action | None
    outcome: str


def contradictions(log: Iterable[Line], journeys: Mapping[str, Journey], *, interrupted: bool = False) -> Iterator[str]:
    """Yield a sentence for each line of the *log* that claims what is not so.

    *interrupted*: the run was killed or stopped on its way, which is a second reason for doubt.
    """
    for line in log:
        journey = journeys.get(line.uuid or "")
        really = journey is not None and line.action in journey.applied
        if line.outcome == "applied" and not really:
            yield f"line {line.line}: said to be applied, and was not"
        elif line.outcome in DEFINITELY_NOT and really:
            yield f"line {line.line}: said not to be applied ({line.outcome}), and was"
        elif line.outcome == "in_doubt" and not interrupted and not (journey and set(journey.faults) - HARMLESS):
            yield f"line {line.line}: in doubt, though no answer was lost"


def read_log(path: Path) -> list[Line]:
    """Return the lines of the result log at *path*."""
    decode = msgspec.json.Decoder(Line).decode
    return [decode(line) for line in path.read_bytes().splitlines()]


def fetch_truth(base_url: str) -> dict[str, Journey]:
    """Return the journeys of the sandbox at *base_url*, by uuid."""
    decode = msgspec.json.Decoder(Journey).decode
    with urllib.request.urlopen(f"{base_url}/sandbox/truth", timeout=30) as answer:  # noqa: S310  the sandbox
        journeys = [decode(line) for line in answer]
    return {journey.uuid: journey for journey in journeys}


def main(results: str, base_url: str) -> int:
    """Print how the result log compares; return 0 if nothing in it is wrong, else 1."""
    log, journeys = read_log(Path(results)), fetch_truth(base_url)
    wrong = list(contradictions(log, journeys))
    for sentence in wrong:
        print(sentence)
    really = sum(bool(journey.applied) for journey in journeys.values())
    claimed = Counter(line.outcome for line in log)
    print(f"held against the sandbox, row by row: {len(log)} rows, {len(wrong)} wrong")
    print(f"{really} journeys were changed; said to be applied: {claimed['applied']}, in doubt: {claimed['in_doubt']}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
