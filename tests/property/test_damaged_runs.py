"""Laws of a run's folder in which values were changed: it is read, or what is wrong with it is said; nothing else."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_journeys import followup
from bulk_journeys.commands.report import ReportFormat, its_plan, report
from bulk_journeys.commands.runs import runs
from bulk_journeys.errors import BulkJourneysError, UsageError
from bulk_journeys.journal.entries import (
    Began,
    Ended,
    Heard,
    JournalEntry,
    Pace,
    PaceReason,
    Sending,
    Settled,
    Withdrawn,
)
from bulk_journeys.journal.reader import ledger_of
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Doubt, Ending, Loss, Outcome
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.plan.document import VERSION, Counts, Entry, Header, Merged, Operation, Plan, Source
from bulk_journeys.session.done_before import DAY, check_done_before
from bulk_journeys.session.folder import RunFolder
from bulk_journeys.source.table import InvalidRow
from tests.fakes import uuid_of

URL: Final = "http://127.0.0.1:1"
ENTRIES: Final[list[Entry]] = [
    Operation(2, uuid_of(0), Action.PAUSE, [uuid_of(0)]),
    Operation(3, uuid_of(1), Action.PAUSE, [uuid_of(1)]),
    Merged(4, uuid_of(0), Action.PAUSE, 2, 0, [uuid_of(0)]),
    InvalidRow(5, [], ["17"]),
    Operation(6, uuid_of(2), Action.START, [uuid_of(2)]),
]
HEADER: Final = Header(
    VERSION,
    "0.1.0",
    [Source("list.csv", "a" * 64, ["uuid"])],
    Counts(5, 3, 1, 1, {Action.PAUSE: 2, Action.START: 1}),
)
PLAN: Final = [encode_line(line) for line in (HEADER, *ENTRIES)]
LOST: Final = Doubt(Loss.NO_ANSWER, 1, 101.0, 40.0, message="none in time")
JOURNAL: Final[list[JournalEntry]] = [
    Began(100.0, URL, version=1, writer="0.2.0", timeout=40.0),
    Sending(0, 1, 101.0),
    Heard(0, 1, 102.0, 101.0, Code.TIMEOUT, "none in time", duration=1.0, doubt=LOST),
    Sending(0, 2, 103.0, 101.0, LOST),
    Settled(
        0,
        2,
        104.0,
        101.0,
        Outcome.IN_DOUBT,
        http_status=500,
        code=Code.INTERNAL,
        message="either",
        duration=1.0,
        doubt=LOST,
    ),
    Sending(1, 1, 104.0),
    Settled(1, 1, 105.0, 104.0, Outcome.APPLIED, "STATUS_PAUSED", "Welcome", 200),
    Sending(4, 1, 106.0),
    Withdrawn(4, 0, 106.5),
    Sending(4, 1, 106.6),
    Pace(106.7, 5.0, 1, 100, PaceReason.RATE),
    Ended(107.0, Ending.INTERRUPTED, "interrupted by SIGINT"),
    Began(200.0, URL, version=1, writer="0.2.0", timeout=40.0),
]
LINES: Final = [json.loads(encode_line(entry)) for entry in JOURNAL]

numbers = st.sampled_from([-1, 0, 1, 2, 3, 4, 5, 12, 99, 3_000_000_000, 10**30, -(10**30), 1e300, -1e300, 2.5, 1e12])
values: st.SearchStrategy[Any] = numbers | st.sampled_from(
    [None, True, "", "x", "applied", "invalid", "not_attempted", [], {}, [1], "\x1b[2J"]
)
changes = st.tuples(
    st.integers(0, len(LINES) - 1), st.sampled_from(sorted({key for line in LINES for key in line})), values
)
some = settings(max_examples=200, deadline=None)


@contextmanager
def run_of(plan: list[bytes], journal: list[dict[str, Any]]) -> Iterator[RunFolder]:
    with tempfile.TemporaryDirectory() as runs_dir:
        folder = RunFolder(Path(runs_dir, "2026-11-23T03-14-09Z-pause-7f2a"))
        folder.create()
        folder.plan.write_bytes(b"".join(plan))
        folder.journal.write_text("".join(json.dumps(line) + "\n" for line in journal), encoding="ascii")
        good = RunFolder(Path(runs_dir, "2026-11-24T00-00-00Z-pause-0001"))
        good.create()
        good.plan.write_bytes(b"".join(PLAN))
        good.journal.write_bytes(b"".join(map(encode_line, JOURNAL)))
        yield folder


def changed(lines: list[dict[str, Any]], made: list[tuple[int, str, Any]]) -> list[dict[str, Any]]:
    lines = [dict(line) for line in lines]
    for number, key, value in made:
        lines[number][key] = value
    return lines


def told(function: Any, *arguments: Any) -> str:
    """Return what *function* prints; of what it may raise only our own errors are put up with."""
    out = TextIOWrapper(BytesIO(), encoding="utf-8", errors="backslashreplace")
    with redirect_stdout(out), redirect_stderr(out), suppress(BulkJourneysError):
        function(*arguments)
    out.flush()
    assert isinstance(out.buffer, BytesIO)
    return out.buffer.getvalue().decode()


def hold(folder: RunFolder) -> None:
    """Law: whatever is read of a damaged run comes to an end, and to what it says or to an error of ours."""
    listed = told(runs, folder.path.parent).splitlines()
    assert len(listed) == 2
    assert "2 of 3 settled" in listed[1]
    for form in ReportFormat:
        told(report, str(folder.path), folder.path.parent, form)
    with suppress(BulkJourneysError), ledger_of(folder.journal, folder.most_rows) as ledger:
        made = its_plan(folder, ledger)
        list(followup.remaining(made.entries(), ledger))
        list(followup.undo(made.entries(), ledger, set(Outcome)))
        list(followup.retry(made.entries(), ledger, set(Outcome), folder.run_id))
    with suppress(UsageError):
        check_done_before(Plan(HEADER, PLAN[1:]), URL, folder.path.parent, 150.0 + DAY)


@some
@given(st.lists(changes, min_size=1, max_size=3))
def test_a_journal_whose_values_were_changed_is_read_or_said_to_be_damaged(made: list[tuple[int, str, Any]]) -> None:
    with run_of(PLAN, changed(LINES, made)) as folder:
        hold(folder)


@some
@given(st.permutations(LINES), st.integers(0, len(LINES)))
def test_a_journal_whose_lines_were_moved_is_read_or_said_to_be_damaged(
    moved: list[dict[str, Any]], count: int
) -> None:
    with run_of(PLAN, moved[:count]) as folder:
        hold(folder)


@some
@given(
    st.sampled_from(["version", "program", "sources", "counts", "kind", "parent"])
    | st.sampled_from(["rows", "operations", "merged", "rejections", "actions"]),
    values | st.dictionaries(st.sampled_from(["pause", "start", "x"]), numbers),
)
def test_a_plan_whose_header_was_changed_hides_no_other_run(key: str, value: Any) -> None:
    header = json.loads(PLAN[0])
    (header["counts"] if key in header["counts"] else header)[key] = value
    with run_of([json.dumps(header).encode() + b"\n", *PLAN[1:]], LINES) as folder:
        hold(folder)
