"""Holds a result log against what really happened: `python -m bulk_journeys.sandbox.audit RESULTS.jsonl BASE_URL`.

True for the first campaign on a fresh sandbox; a later one finds the traces of the earlier. Where the run was killed
or stopped on its way, ``--interrupted`` allows for rows that are in doubt for that alone.

With ``--statuses BASE_URL`` alone it prints what each journey is now: one line `uuid status` for each, always in the
same order, so that `diff` compares two moments journey by journey.
"""

import sys
import urllib.request
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import Final

import msgspec

from bulk_journeys.errors import UsageError

from .faults import Fault
from .journeys import Action, Journey

DEFINITELY_NOT: Final = frozenset({"conflict", "rejected", "failed", "not_attempted"})
HARMLESS: Final = frozenset(
    {
        Fault.REFUSE,
        Fault.EXISTS,
        Fault.ABORT,
        Fault.RANGE,
        Fault.DIAL,  # grpc-go says so before anything is sent
        Fault.INTERIM,  # whoever speaks HTTP/1.1 reads past what is only a hint (RFC 9110, 15.2)
        Fault.BOM,  # the mark says nothing, and what is behind it is whole
    }
)
"""Faults that lose no answer."""

HARMLESS_IF_APPLIED: Final = frozenset(
    {
        # The proper answer comes first and whole. As a success it names its journey, and nothing behind it can take
        # that back. A refusal names none, so that of two answers the second might have been the one: a reason to doubt.
        Fault.STRAY_REFUSAL,
        Fault.DOUBLED,
        Fault.EARLY,
        # An answer that ends with its connection may have been cut; a success is whole if its JSON is.
        Fault.CLOSING,
    }
)
"""Faults that lose no answer that tells of a success.

SURPLUS is not among them: a parser that refuses what is left over may lose the answer that came in the same read.
"""


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
        elif line.outcome == "in_doubt" and not interrupted and not (journey and lost_answers(journey)):
            yield f"line {line.line}: in doubt, though no answer was lost"


def lost_answers(journey: Journey) -> set[str]:
    """Return the faults because of which nobody may know what became of *journey*."""
    return set(journey.faults) - HARMLESS - (HARMLESS_IF_APPLIED if journey.applied else set())


def read_log(path: Path) -> list[Line]:
    """Return the lines of the result log at *path*. Raises UsageError."""
    decode = msgspec.json.Decoder(Line).decode
    try:
        return [decode(line) for line in path.read_bytes().splitlines()]
    except (OSError, msgspec.MsgspecError) as error:
        raise UsageError(f"{path}: cannot be read ({error}); name the results.jsonl of a run") from error


def fetch_truth(base_url: str) -> dict[str, Journey]:
    """Return the journeys of the sandbox at *base_url*, by uuid, in its order. Raises UsageError."""
    decode = msgspec.json.Decoder(Journey).decode
    try:
        with urllib.request.urlopen(f"{base_url}/sandbox/truth", timeout=30) as answer:  # noqa: S310  the sandbox
            journeys = [decode(line) for line in answer]
    except (OSError, HTTPException, ValueError, msgspec.MsgspecError) as error:
        raise UsageError(
            f"{base_url!r}: no sandbox answers here ({error}); give the address that it printed"
        ) from error
    return {journey.uuid: journey for journey in journeys}


def report(log: Sequence[Line], journeys: Mapping[str, Journey], *, interrupted: bool) -> int:
    """Print how the *log* compares; return 0 if nothing in it is wrong, else 1."""
    wrong = list(contradictions(log, journeys, interrupted=interrupted))
    for sentence in wrong:
        print(sentence)
    really = sum(bool(journey.applied) for journey in journeys.values())
    claimed = Counter(line.outcome for line in log)
    print(f"held against the sandbox, row by row: {len(log)} rows, {len(wrong)} wrong")
    print(f"{really} journeys were changed; said to be applied: {claimed['applied']}, in doubt: {claimed['in_doubt']}")
    return bool(wrong)


def status_lines(journeys: Iterable[Journey]) -> Iterator[str]:
    """Yield a line with the uuid and the present status of each journey."""
    return (f"{journey.uuid} {journey.status.value}\n" for journey in journeys)


def main(arguments: Sequence[str]) -> int:
    """Return the exit status: of `report`, 0 where statuses are printed, or 2 where no sandbox or no log is."""
    parser = ArgumentParser("audit", description="Hold a result log against what really happened in the sandbox.")
    parser.add_argument("results", type=Path, nargs="?", help="the results.jsonl of a run")
    parser.add_argument("base_url", help="what the sandbox printed")
    parser.add_argument("--interrupted", action="store_true", help="the run was killed or stopped: a reason for doubt")
    parser.add_argument("--statuses", action="store_true", help="print what each journey is now; takes no results")
    chosen = parser.parse_args(arguments)
    if chosen.statuses == (chosen.results is not None):
        parser.error("give either the results.jsonl of a run or --statuses, and the address that the sandbox printed")
    try:
        if chosen.statuses:
            sys.stdout.writelines(status_lines(fetch_truth(chosen.base_url).values()))
            return 0
        return report(read_log(chosen.results), fetch_truth(chosen.base_url), interrupted=chosen.interrupted)
    except UsageError as error:
        parser.error(str(error))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
