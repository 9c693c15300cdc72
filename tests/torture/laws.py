"""The laws, each as a function from what a run wrote and what really happened to the sentences that are broken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from bulk_journeys.pipeline.intents import AHEAD
from bulk_journeys.sandbox.audit import contradictions, lost_answers, read_log
from bulk_journeys.sandbox.journeys import Journey
from tests.cli.stage import records

FREE: Final = "off"
"""The rate at which rows are announced ahead."""

Entries = Sequence[Mapping[str, Any]]
"""A journal, entry by entry, as JSON has them."""


def most_in_doubt(rate: str, lanes: int) -> int:
    """Return how many rows one crash can put in doubt, wherever it comes.

    An intent is on disk for the row of each lane, and for `AHEAD` rows a lane where the pace is free. Who fills
    those up has no row of its own at that moment, hence the one less. Outcomes that wait for their commit are no
    more: what is on disk is what the runner knew at some earlier moment, when the bound held as well.
    """
    return lanes * (1 + AHEAD) - 1 if rate == FREE else lanes


class Session(NamedTuple):
    """What one process wrote into a journal. *open_rows* are those whose last word in it is an intent.

    *ended*: it let go of the run in good order.
    """

    open_rows: frozenset[int]
    ended: bool


def sessions(entries: Entries) -> list[Session]:
    """Return the sessions of a journal."""
    begun: list[tuple[dict[int, str], list[bool]]] = []
    for entry in entries:
        match entry["event"]:
            case "began":
                begun.append(({}, []))
            case "ended":
                begun[-1][1].append(True)
            case "pace":
                pass
            case word:
                begun[-1][0][entry["row"]] = word
    return [Session(frozenset(row for row, word in rows.items() if word == "sending"), any(end)) for rows, end in begun]


def entries_after_the_last_word(entries: Entries) -> Iterator[str]:
    """Law: nothing is sent for a settled row, nor is it settled again."""
    settled: set[int] = set()
    for entry in entries:
        row = entry.get("row")
        if row in settled:
            yield f"row {row} has an entry '{entry['event']}' after it was settled"
        if entry["event"] == "settled":
            settled.add(entry["row"])


def lies(run: Path, rows: int, journeys: Mapping[str, Journey]) -> Iterator[str]:
    """Law: one record for each of *rows*, in order; none says `applied`, or not applied, where that is not so."""
    log = read_log(run / "results.jsonl")
    if [line.line for line in log] != list(range(2, rows + 2)):
        yield f"{rows} rows, and records of the lines {[line.line for line in log]}"
    yield from contradictions(log, journeys, interrupted=True)


def leftovers(run: Path) -> Iterator[str]:
    """Law: what a killed process left of files that it was writing is gone once others have written them."""
    for draft in sorted(run.glob(".*.tmp")):
        yield f"{draft.name} is still there after a report"


def uncounted(run: Path, journeys: Mapping[str, Journey]) -> Iterator[str]:
    """Law: an intent is on disk before its request leaves, so that no request is missing from the records."""
    for record in records(run):
        came = journeys[record["uuid"]].requests if record["uuid"] in journeys else 0
        if came > record["attempts"]:
            yield f"line {record['line']}: {came} requests came, and {record['attempts']} are told of"


def idle_doubt(run: Path, journeys: Mapping[str, Journey], crashed: Iterable[str]) -> Iterator[str]:
    """Law: a row is in doubt only if an answer of it was lost, or if it is of those that *crashed* with its process."""
    excused = set(crashed)
    for record in records(run):
        if record["outcome"] != "in_doubt" or record["uuid"] in excused:
            continue
        if not lost_answers(journeys[record["uuid"]]):
            yield f"line {record['line']}: in doubt, though no answer was lost"


def right_code(outcomes: set[str]) -> int:
    """Return the exit status that the README has for the *outcomes* of a run that came to its end."""
    without_failures = 5 if "in_doubt" in outcomes else 0
    return 3 if outcomes - {"applied", "in_doubt"} else without_failures
