"""Laws of the journal, for any entries and any damage."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from bulk_journeys.errors import JournalDamaged, JournalUnknown
from bulk_journeys.journal.entries import (
    VERSION,
    Began,
    Ended,
    Heard,
    JournalEntry,
    Pace,
    PaceReason,
    RowEntry,
    Sending,
    Settled,
    Withdrawn,
)
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.reader import JournalFile, ledger_of
from bulk_journeys.journal.writer import Journal
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Doubt, Ending, FailureCode, Loss, Outcome

ROWS = range(6)

LAST_WORDS = [
    outcome for outcome in Outcome if outcome not in {Outcome.LEFT_OUT, Outcome.NOT_ATTEMPTED, Outcome.INVALID}
]

rows = st.sampled_from(ROWS)
times = st.floats(0, 4e9)
maybe_text = st.none() | st.text(max_size=12)
durations = st.floats(0, 1e6)
doubts = st.none() | st.builds(
    Doubt, st.sampled_from(Loss), st.none() | st.integers(1, 99), st.none() | times, st.none() | durations, maybe_text
)
row_entries: st.SearchStrategy[RowEntry] = st.one_of(
    st.builds(Sending, rows, st.integers(1, 99), times, st.none() | times, doubts, maybe_text),
    st.builds(Withdrawn, rows, st.integers(0, 99), times, st.none() | times, doubts),
    st.builds(
        Heard,
        rows,
        st.integers(0, 99),
        times,
        times,
        st.sampled_from(FailureCode),
        st.text(max_size=8),
        duration=st.none() | durations,
        doubt=doubts,
        lost=maybe_text,
    ),
    st.builds(
        Settled,
        rows,
        st.integers(1, 99),
        times,
        times,
        st.sampled_from(LAST_WORDS),
        title=maybe_text,
        duration=st.none() | durations,
        doubt=doubts,
    ),
)
beginnings = st.builds(
    Began, times, st.text(max_size=8), version=st.integers(0, VERSION), writer=maybe_text, program=maybe_text
)
entries: st.SearchStrategy[JournalEntry] = st.one_of(
    row_entries,
    row_entries,
    beginnings,
    st.builds(Pace, times, durations, st.integers(0, 99), st.integers(1, 99), st.sampled_from(PaceReason)),
    st.builds(Ended, times, st.sampled_from(Ending), st.text(max_size=8)),
)


def begun(told: st.SearchStrategy[list[JournalEntry]]) -> st.SearchStrategy[list[JournalEntry]]:
    """Begin each journal as a run does, and leave out what none writes where it stands."""
    return st.builds(lambda began, rest: list(possible([began, *rest])), beginnings, told)


def possible(told: list[JournalEntry]) -> Iterator[JournalEntry]:
    """Yield the entries but for those about a row that is settled, or behind the end of their process."""
    settled, ended = set[int](), False
    for entry in told:
        if isinstance(entry, Began | Ended):
            ended = isinstance(entry, Ended)
            yield entry
        elif isinstance(entry, Pace):
            if not ended:
                yield entry
        elif isinstance(entry, RowEntry) and entry.row not in settled and not ended:
            settled |= {entry.row} if isinstance(entry, Settled) else set()
            yield entry


journals: st.SearchStrategy[list[JournalEntry]] = st.just([]) | begun(st.lists(entries, max_size=20))
some = settings(max_examples=100, deadline=None)


@contextmanager
def written(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "journal.jsonl")
        path.write_bytes(content)
        yield path


def check(ledger: Ledger, told: list[JournalEntry]) -> None:
    """Hold *ledger* against what was *told*, entry by entry."""
    latest = {entry.row: entry for entry in told if isinstance(entry, RowEntry)}
    settled = {entry.row for entry in told if isinstance(entry, Settled)}
    began = [entry for entry in told if isinstance(entry, Began)]
    ends = [entry for entry in told if isinstance(entry, Began | Ended)]
    assert {row: entry for row in ROWS if (entry := ledger.entry(row))} == latest
    assert {row for row in ROWS if ledger.is_settled(row)} == settled
    assert ledger.settled_rows == len(settled)
    assert (without(ledger.first), without(ledger.latest)) == ((began[0], began[-1]) if began else (None, None))
    assert without(ledger.ended) == (ends[-1] if ends and isinstance(ends[-1], Ended) else None)


def without(entry: Began | Ended | None) -> Began | Ended | None:
    """Return *entry* as it was before the journal had it vouch for what stands before it."""
    return entry and replace(entry, before=None)


@some
@given(journals)
def test_a_ledger_says_what_the_entries_say(told: list[JournalEntry]) -> None:
    with written(b"".join(map(encode_line, told))) as path, ledger_of(path) as ledger:
        check(ledger, told)


@some
@given(journals, journals, st.data())
def test_a_journal_cut_anywhere_reads_mends_and_goes_on(
    told: list[JournalEntry], later: list[JournalEntry], data: st.DataObject
) -> None:
    lines = list(map(encode_line, told))
    whole = b"".join(lines)
    cut = data.draw(st.integers(0, len(whole)))
    kept = sum(sum(map(len, lines[: n + 1])) <= cut for n in range(len(lines)))
    later = list(possible([*told[:kept], *later]))[kept:]
    with written(whole[:cut]) as path:
        with ledger_of(path) as ledger:
            check(ledger, told[:kept])
        with Journal.reopen(path) as (journal, ledger, torn):
            check(ledger, told[:kept])
            assert b"".join([*lines[:kept], torn]) == whole[:cut]
            for entry in later:
                journal.append(entry)
            journal.write(journal.take())
            check(ledger, told[:kept])
        copies = [copy.read_bytes() for copy in path.parent.glob("journal.torn-at-*")]
        assert copies == ([torn] if torn else [])
        with ledger_of(path) as ledger:
            check(ledger, [*told[:kept], *later])


@some
@given(begun(st.lists(entries, min_size=1, max_size=12)), st.binary(max_size=40), st.data())
def test_a_line_in_the_middle_that_cannot_be_read_is_named_and_nothing_is_changed(
    told: list[JournalEntry], noise: bytes, data: st.DataObject
) -> None:
    number = data.draw(st.integers(1, len(told) - 1))
    lines = list(map(encode_line, told))
    lines[number - 1] = b"\0" + noise.replace(b"\n", b"") + b"\n"
    with written(b"".join(lines)) as path:
        with pytest.raises(JournalDamaged, match=f":{number}: "), Journal.reopen(path):
            pass
        assert path.read_bytes() == b"".join(lines)
        assert list(path.parent.iterdir()) == [path]


@some
@given(journals, st.lists(st.tuples(st.integers(0), st.binary(min_size=1, max_size=8)), max_size=5))
def test_any_damage_is_either_read_or_named(told: list[JournalEntry], damage: list[tuple[int, bytes]]) -> None:
    content = bytearray(b"".join(map(encode_line, told)))
    for place, noise in damage:
        at = place % (len(content) + 1)
        content[at : at + len(noise)] = noise
    with written(bytes(content)) as path, suppress(JournalDamaged, JournalUnknown):
        entries = JournalFile(path)
        with Ledger(entries) as ledger:
            assert 0 <= entries.end <= len(content)
            assert all(entry is None or entry.row == row for row in ROWS for entry in [ledger.entry(row)])
