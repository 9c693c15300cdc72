"""Laws of the run's memory: what was written is read, what was torn is mended, what is damaged is refused."""

import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from msgspec.structs import replace

from bulk_journeys.errors import DiskFailed, JournalDamaged, JournalUnknown, RunLocked, UsageError
from bulk_journeys.journal.entries import VERSION, Began, Ended, Heard, JournalEntry, RowEntry, Sending, Settled
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.reader import JournalFile, at_rest, ledger_of
from bulk_journeys.journal.writer import Journal
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Doubt, Ending, Loss, Outcome
from bulk_journeys.model import FailureCode as Code
from tests.disks import files_limited_to

DOUBT = Doubt(Loss.NO_ANSWER, 1, 101.0, 40.0, message="none in time")
BEGAN = Began(100.0, "https://journey.pushwoosh.com", before=sha256().hexdigest())
AGAIN = Began(200.0, "http://127.0.0.1:8080")
ENDED = Ended(150.0, Ending.INTERRUPTED, "interrupted by SIGINT")
SENDING = Sending(2, 1, 101.0)
HEARD = Heard(2, 1, 102.0, 101.0, Code.TIMEOUT, "é\u2028\U0001f600 none in time", duration=1.0, doubt=DOUBT)
SETTLED = Settled(0, 1, 103.0, 101.0, Outcome.APPLIED, "STATUS_PAUSED", "Welcome\nseries", 200)
OTHER = Settled(2, 2, 104.0, 101.0, Outcome.IN_DOUBT, code=Code.TIMEOUT, message="none in time")
ENTRIES: list[JournalEntry] = [BEGAN, SENDING, Sending(0, 1, 101.5), HEARD, SETTLED, Sending(2, 2, 103.5, 101.0), OTHER]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.jsonl"


def lines(*entries: JournalEntry) -> bytes:
    return b"".join(map(encode_line, entries))


def vouching(entry: Began | Ended, before: bytes) -> Began | Ended:
    """Return *entry* as it is written behind *before*."""
    return replace(entry, before=sha256(before).hexdigest())


def put(journal: Journal, *entries: JournalEntry) -> None:
    for entry in entries:
        journal.append(entry)
    journal.write(journal.take())


def end_of(path: Path) -> int:
    """Return where the last whole entry ends."""
    entries = JournalFile(path)
    with Ledger(entries):
        return entries.end


def test_what_was_written_is_read(path: Path) -> None:
    with Journal.create(path) as journal:
        put(journal, *ENTRIES[:4])
        put(journal, *ENTRIES[4:])
    with ledger_of(path) as ledger:
        assert (ledger.first, ledger.latest, ledger.ended) == (BEGAN, BEGAN, None)
        assert [ledger.entry(row) for row in (0, 1, 2, 3, 10**9)] == [SETTLED, None, OTHER, None, None]
        assert [ledger.is_settled(row) for row in (0, 1, 2, 3, 10**9)] == [True, False, True, False, False]
        assert ledger.settled_rows == 2
    assert end_of(path) == path.stat().st_size


def test_an_entry_is_one_line_of_ascii(path: Path) -> None:
    with Journal.create(path) as journal:
        put(journal, *ENTRIES)
    text = path.read_bytes()
    assert text.isascii()
    assert text.count(b"\n") == len(ENTRIES)


def test_the_latest_entry_about_a_row_counts(path: Path) -> None:
    for count, latest in ((2, SENDING), (4, HEARD), (6, ENTRIES[5]), (7, OTHER)):
        path.write_bytes(lines(*ENTRIES[:count]))
        with ledger_of(path) as ledger:
            assert ledger.entry(2) == latest
            assert ledger.is_settled(2) == (count == 7)


@pytest.mark.parametrize("late", [SENDING, HEARD, SETTLED])
def test_a_line_about_a_row_behind_the_end_of_its_process_is_damage(path: Path, late: JournalEntry) -> None:
    path.write_bytes(lines(BEGAN, SENDING, ENDED, late))
    with pytest.raises(JournalDamaged, match=":4: this line comes behind the end"):
        ledger_of(path)


@pytest.mark.parametrize("late", [Sending(0, 2, 104.0), replace(HEARD, row=0), replace(SETTLED, attempts=2)])
def test_a_line_about_a_row_that_is_settled_is_damage(path: Path, late: JournalEntry) -> None:
    path.write_bytes(lines(BEGAN, SETTLED, SENDING, late))
    with pytest.raises(JournalDamaged, match=":4: this line is about row 0, which was settled before"):
        ledger_of(path)


def test_the_ending_is_that_of_the_latest_process(path: Path) -> None:
    path.write_bytes(lines(BEGAN, SENDING, ENDED))
    with ledger_of(path) as ledger:
        assert ledger.ended == ENDED
    path.write_bytes(lines(BEGAN, SENDING, ENDED, AGAIN))
    with ledger_of(path) as ledger:
        assert (ledger.first, ledger.latest, ledger.ended) == (BEGAN, AGAIN, None)


def test_an_empty_journal_is_a_run_that_has_not_begun(path: Path) -> None:
    with Journal.create(path), ledger_of(path) as ledger:
        assert (ledger.latest, ledger.ended, ledger.settled_rows, ledger.entry(0)) == (None, None, 0, None)


def test_nothing_is_on_disk_before_it_is_written(path: Path) -> None:
    with Journal.create(path) as journal:
        journal.append(BEGAN)
        assert path.read_bytes() == b""
        batch = journal.take()
        assert journal.take() == b""
        assert path.read_bytes() == b""
        journal.write(batch)
        assert path.read_bytes() == batch == lines(BEGAN)


def test_a_journal_is_for_its_owners_eyes(path: Path) -> None:
    before = os.umask(0)
    try:
        with Journal.create(path):
            assert stat.S_IMODE(path.stat().st_mode) == 0o600
    finally:
        os.umask(before)


def test_a_journal_is_created_once(path: Path) -> None:
    path.write_bytes(b"old")
    with pytest.raises(DiskFailed, match=r"journal\.jsonl: File exists"), Journal.create(path):
        pass
    assert path.read_bytes() == b"old"


def test_a_journal_needs_its_folder(tmp_path: Path) -> None:
    with pytest.raises(DiskFailed, match="No such file"), Journal.create(tmp_path / "none" / "journal.jsonl"):
        pass


def test_what_is_no_journal_is_said_to_be_none(tmp_path: Path) -> None:
    for missing in (tmp_path, tmp_path / "none"):
        with pytest.raises(UsageError, match="is this the folder of a run"):
            ledger_of(missing)


def test_a_journal_cut_at_any_byte_still_reads_and_mends(path: Path) -> None:
    whole = lines(*ENTRIES)
    ends = [len(lines(*ENTRIES[:count])) for count in range(len(ENTRIES) + 1)]
    for size in range(len(whole) + 1):
        path.write_bytes(whole[:size])
        kept = max(end for end in ends if end <= size)
        assert end_of(path) == kept
        with Journal.reopen(path) as (journal, ledger, torn):
            assert torn == whole[kept:size]
            assert ledger.settled_rows == (kept >= ends[5]) + (kept >= ends[7])
            put(journal, AGAIN)
        assert path.read_bytes() == whole[:kept] + lines(vouching(AGAIN, whole[:kept]))
        copy = path.with_name(f"journal.torn-at-{kept}")
        assert (copy.read_bytes() if torn else None) == (torn or None)
        copy.unlink(missing_ok=True)
        assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "tail", [b"\0" * 4096, b"\n\n\n", b'{"event":"sending"\n{"ev', b"\xff\n" * 3, b"[" * 10**5, b"17\n"]
)
def test_a_tail_of_several_damaged_lines_is_cut_off_as_well(path: Path, tail: bytes) -> None:
    path.write_bytes(lines(BEGAN, SETTLED) + tail)
    with Journal.reopen(path) as (_, ledger, torn):
        assert torn == tail
        assert ledger.settled_rows == 1
    assert path.read_bytes() == lines(BEGAN, SETTLED)


@pytest.mark.parametrize("number", range(1, len(ENTRIES)))
@pytest.mark.parametrize("damage", [b"\n", b"\0\0\0\n", b'{"event":"began"\n', b"\xff\xfe\n", b"[" * 10**5 + b"\n"])
def test_damage_in_the_middle_is_an_error_that_names_the_line(path: Path, number: int, damage: bytes) -> None:
    damaged = lines(*ENTRIES[: number - 1]) + damage + lines(*ENTRIES[number:])
    path.write_bytes(damaged)
    with pytest.raises(JournalDamaged, match=rf"journal\.jsonl:{number}: this line cannot be read"):
        ledger_of(path)
    with pytest.raises(JournalDamaged), Journal.reopen(path):
        pass
    assert path.read_bytes() == damaged
    assert list(path.parent.iterdir()) == [path]


def test_a_missing_line_feed_in_the_middle_is_damage(path: Path) -> None:
    path.write_bytes(lines(BEGAN)[:-1] + lines(SENDING, SETTLED))
    with pytest.raises(JournalDamaged, match=":1:"):
        ledger_of(path)


def test_a_run_has_one_process_at_a_time(path: Path) -> None:
    with Journal.create(path) as journal:
        put(journal, BEGAN)
        with pytest.raises(RunLocked, match="another process is carrying out this run"), Journal.reopen(path):
            pass
        put(journal, SETTLED)
    with Journal.reopen(path) as (journal, _, torn):
        assert torn == b""
        with pytest.raises(RunLocked), Journal.reopen(path):
            pass
    assert path.read_bytes() == lines(BEGAN, SETTLED)


def test_a_locked_journal_is_not_mended(path: Path) -> None:
    with Journal.create(path) as journal:
        put(journal, BEGAN)
        with path.open("ab") as half_written:
            half_written.write(b'{"event":"sen')
        with pytest.raises(RunLocked), Journal.reopen(path):
            pass
        assert path.read_bytes() == lines(BEGAN) + b'{"event":"sen'


def test_a_journal_that_does_not_exist_cannot_be_taken_up(path: Path) -> None:
    with pytest.raises(DiskFailed, match="No such file"), Journal.reopen(path):
        pass
    assert not path.exists()


def test_a_ledger_is_read_while_the_journal_is_written(path: Path) -> None:
    with Journal.create(path) as journal:
        put(journal, BEGAN, SENDING)
        with ledger_of(path) as early:
            put(journal, HEARD, SETTLED)
            with path.open("ab") as half_written:
                half_written.write(lines(OTHER)[:20])
            assert (early.entry(2), early.settled_rows) == (SENDING, 0)
            with ledger_of(path) as late:
                assert (late.entry(2), late.entry(0), late.settled_rows) == (HEARD, SETTLED, 1)


def test_the_ledger_of_a_reopened_journal_still_answers_while_it_grows(path: Path) -> None:
    whole = lines(BEGAN, SENDING, SETTLED)
    path.write_bytes(whole + b"torn")
    with Journal.reopen(path) as (journal, ledger, _):
        put(journal, AGAIN, HEARD, OTHER)
        assert (ledger.entry(2), ledger.entry(0), ledger.is_settled(2)) == (SENDING, SETTLED, False)
    with ledger_of(path) as ledger:
        assert (ledger.first, ledger.latest, ledger.entry(2)) == (BEGAN, vouching(AGAIN, whole), OTHER)


def test_after_one_failed_write_every_later_one_fails(path: Path) -> None:
    with ExitStack() as stack:
        journal = stack.enter_context(Journal.create(path))
        put(journal, BEGAN)
        size = path.stat().st_size
        with files_limited_to(size), pytest.raises(DiskFailed, match=r"journal\.jsonl: File too large"):
            put(journal, SENDING)
        for entry in (SENDING, SETTLED):
            with pytest.raises(DiskFailed, match="the disk failed before"):
                put(journal, entry)
        assert path.stat().st_size == size


def test_a_write_that_the_disk_takes_by_half_fails_and_can_be_mended(path: Path) -> None:
    first, second = lines(BEGAN, SETTLED), lines(SENDING, HEARD)
    cut = len(first) + len(second) - 10
    with Journal.create(path) as journal:
        put(journal, BEGAN, SETTLED)
        with files_limited_to(cut), pytest.raises(DiskFailed, match="File too large"):
            put(journal, SENDING, HEARD)
    assert path.read_bytes() == (first + second)[:cut]
    with Journal.reopen(path) as (journal, ledger, torn):
        assert (ledger.entry(2), torn) == (SENDING, lines(HEARD)[:-10])
        put(journal, HEARD)
    assert path.read_bytes() == first + second


def test_a_full_disk_is_named() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        journal = Journal(Path("journal.jsonl"), full, sha256())
        with pytest.raises(DiskFailed, match=r"journal\.jsonl: No space left on device"):
            put(journal, BEGAN)
        with pytest.raises(DiskFailed, match="the disk failed before"):
            put(journal, BEGAN)
    finally:
        os.close(full)


def test_what_cannot_be_synced_is_not_on_disk() -> None:
    reader, writer = os.pipe()
    try:
        journal = Journal(Path("journal.jsonl"), writer, sha256())
        with pytest.raises(DiskFailed, match=r"journal\.jsonl: Invalid argument"):
            put(journal, BEGAN)
        with pytest.raises(DiskFailed, match="the disk failed before"):
            put(journal, BEGAN)
        assert os.read(reader, 1000) == lines(BEGAN)
    finally:
        os.close(reader)
        os.close(writer)


def test_a_closed_journal_takes_nothing(path: Path) -> None:
    with Journal.create(path) as journal:
        put(journal, BEGAN)
    with pytest.raises(DiskFailed, match="Bad file descriptor"):
        put(journal, SENDING)


def test_a_tail_that_cannot_be_copied_is_not_cut_off(path: Path) -> None:
    torn = lines(BEGAN) + b"torn"
    path.write_bytes(torn)
    path.with_name(f"journal.torn-at-{len(lines(BEGAN))}").mkdir()
    with pytest.raises(DiskFailed, match="Is a directory"), Journal.reopen(path):
        pass
    assert path.read_bytes() == torn


def test_a_line_that_is_being_written_while_it_is_read_is_no_damage(path: Path) -> None:
    lines = [encode_line(entry) for entry in ENTRIES]
    path.write_bytes(b"".join(lines[:2]) + lines[2][:9])
    entries = JournalFile(path)
    with path.open("ab") as writer, Ledger(entries) as ledger:
        writer.write(lines[2][9:] + lines[3])
        writer.flush()
        assert (ledger.rows, entries.end) == (range(3), len(lines[0]) + len(lines[1]))


def test_who_only_reads_is_waited_for(path: Path) -> None:
    path.write_bytes(lines(BEGAN))
    taken = Event()

    def take() -> None:
        with Journal.reopen(path):
            taken.set()

    taking = Thread(target=take)
    with at_rest(path) as resting:
        assert resting
        taking.start()
        assert not taken.wait(0.3)
    taking.join(10)
    assert taken.is_set()


def test_a_run_is_at_rest_unless_somebody_carries_it_out(path: Path) -> None:
    with Journal.create(path), at_rest(path) as resting:
        assert not resting
    with at_rest(path) as resting:
        assert resting


NEWER = {"event": "began", "at": 300.0, "version": VERSION + 1, "writer": "9.9", "base_url": "https://x"}


@pytest.mark.parametrize("entry", [{"event": "teleported", "row": 3}, NEWER])
@pytest.mark.parametrize("last", [True, False])
def test_what_a_newer_program_wrote_is_refused_with_both_versions_and_nothing_is_cut_off(
    path: Path, entry: dict[str, Any], last: bool
) -> None:
    written = lines(replace(BEGAN, version=VERSION, writer="9.9"), SENDING) + encode_line(entry)
    path.write_bytes(written if last else written + lines(SENDING))
    its = VERSION + 1 if entry is NEWER else VERSION
    words = (
        rf":3: .* is of journal version {its}, written by bulk-journeys 9\.9, and .* up to version {VERSION}; use the"
    )
    with pytest.raises(JournalUnknown, match=words):
        ledger_of(path)
    before = path.read_bytes()
    with pytest.raises(JournalUnknown), Journal.reopen(path):
        pass
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_the_fold_needs_no_file() -> None:
    class InMemory:
        """Entries that are kept in a list; a position is an index."""

        def __init__(self, told: list[JournalEntry]) -> None:
            self.told = told
            self.closed = False

        def __iter__(self) -> Iterator[tuple[int, JournalEntry]]:
            return iter(enumerate(self.told))

        def at(self, position: int) -> JournalEntry | None:
            return self.told[position]

        def damage(self, position: int, what: str) -> JournalDamaged:
            return JournalDamaged(f"entry {position}: {what}")

        def close(self) -> None:
            self.closed = True

    entries = InMemory(ENTRIES)
    with Ledger(entries) as ledger:
        assert [ledger.entry(row) for row in (0, 1, 2)] == [SETTLED, None, OTHER]
    assert entries.closed
    damaged = InMemory([BEGAN, ENDED, SENDING])
    with pytest.raises(JournalDamaged, match="entry 2: this line comes behind the end of the process that wrote it"):
        Ledger(damaged)
    assert damaged.closed


IMPOSSIBLE = [
    b"{}",
    b'{"event":"sending"}',
    b'{"event":"sending","row":3000000000,"attempt":1,"at":101}',
    b'{"event":"sending","row":%d,"attempt":1,"at":101}' % 10**30,
    b'{"event":"sending","row":-3,"attempt":1,"at":101}',
    b'{"event":"sending","row":12,"attempt":1,"at":101}',
    b'{"event":"sending","row":1.5,"attempt":1,"at":101}',
    b'{"event":"sending","row":"1","attempt":1,"at":101}',
    b'{"event":"sending","row":1,"attempt":-1,"at":101}',
    b'{"event":"sending","row":1,"attempt":1,"at":1e300}',
    b'{"event":"sending","row":1,"attempt":1,"at":-1e300}',
    b'{"event":"sending","row":1,"attempt":1,"at":1e999}',
    b'{"event":"sending","row":1,"attempt":1,"at":null}',
    b'{"event":"sending","row":1,"attempt":1,"at":253402300800}',
    b'{"event":"sending","row":1,"attempt":1,"at":101,"started_at":1e12}',
    b'{"event":"heard","row":1,"attempt":1,"at":101,"started_at":-1,"code":"timeout","message":"none"}',
    b'{"event":"heard","row":1,"attempt":1,"at":101,"started_at":1,"code":"x","message":"","http_status":-5}',
    b'{"event":"settled","row":1,"attempts":-1,"at":101,"started_at":101,"outcome":"applied"}',
    b'{"event":"settled","row":1,"attempts":1,"at":101,"started_at":101,"outcome":"splendid"}',
    b'{"event":"settled","row":1,"attempts":1,"at":101,"started_at":101,"outcome":"not_attempted"}',
    b'{"event":"settled","row":1,"attempts":1,"at":101,"started_at":101,"outcome":"invalid"}',
    b'{"event":"ended","at":1e300,"ending":"complete","message":"done"}',
    b'{"event":"began","at":1e300,"program":"0.1.0","base_url":"https://x"}',
]


@pytest.mark.parametrize("damage", IMPOSSIBLE)
@pytest.mark.parametrize("last", [True, False])
def test_a_value_that_no_run_can_have_written_is_damage_wherever_it_stands(
    path: Path, damage: bytes, *, last: bool
) -> None:
    content = lines(BEGAN, SENDING) + damage + b"\n" + (b"" if last else lines(SETTLED))
    path.write_bytes(content)
    with pytest.raises(JournalDamaged, match=r"journal\.jsonl:3: .*restore it"):
        ledger_of(path, 12)
    with pytest.raises(JournalDamaged, match=r":3: "), Journal.reopen(path, 12):
        pass
    assert path.read_bytes() == content


def test_a_row_far_away_takes_no_memory_even_where_the_plan_is_not_known(path: Path) -> None:
    path.write_bytes(lines(BEGAN, Sending(3_000_000_000, 1, 101.0)))
    with pytest.raises(JournalDamaged, match=":2: this line is about row 3000000000"):
        ledger_of(path)


def test_a_journal_that_lost_its_beginning_is_damaged(path: Path) -> None:
    for first in (SENDING, HEARD, SETTLED, ENDED):
        path.write_bytes(lines(first, BEGAN))
        with pytest.raises(JournalDamaged, match=":1: this line comes before the run's beginning"):
            ledger_of(path)


def test_an_entry_about_a_row_that_is_no_operation_of_the_plan_is_named_by_its_line(path: Path) -> None:
    path.write_bytes(lines(BEGAN, SETTLED, SENDING))
    with ledger_of(path) as ledger:
        ledger.hold_against([True, False, True, True])
        for operations in ([True, False, False], [True, False]):
            with pytest.raises(JournalDamaged, match=":3: this line is about row 2, which is no journey of the plan"):
                ledger.hold_against(operations)
        with pytest.raises(JournalDamaged, match=":2: "):
            ledger.hold_against([])


RUN = (BEGAN, SENDING, Sending(0, 1, 101.5), HEARD, SETTLED)
OTHERS = [
    Sending(2, 1, 101.1),
    Sending(7, 1, 101.5),
    replace(HEARD, doubt=None),
    Settled(0, 1, 103.0, 101.0, Outcome.FAILED, message="no"),
]


@pytest.mark.parametrize("later", [ENDED, AGAIN])
@pytest.mark.parametrize("changed", [1, 2, 3, 4])
@pytest.mark.parametrize("instead", [None, *OTHERS])
def test_what_is_edited_between_two_commands_is_damage_wherever_it_stands(
    path: Path, changed: int, instead: RowEntry | None, later: Began | Ended
) -> None:
    """Each line for itself is one that a run can have written."""
    with Journal.create(path) as journal:
        put(journal, *RUN[:3])
        put(journal, *RUN[3:], later)
    told = path.read_bytes().splitlines(keepends=True)
    told[changed : changed + 1] = [encode_line(instead)] if instead else []
    path.write_bytes(b"".join(told))
    with pytest.raises(
        JournalDamaged, match=r"journal\.jsonl:\d: (what stands before this line is not|this line is ab)"
    ):
        ledger_of(path)


def test_who_takes_a_run_up_vouches_for_what_stood_there(path: Path) -> None:
    path.write_bytes(lines(*RUN) + b"torn")  # of a process that was killed
    with Journal.reopen(path) as (journal, _, _):
        put(journal, AGAIN, OTHER)
        put(journal, ENDED)
    with ledger_of(path) as ledger:
        assert ledger.ended == vouching(ENDED, lines(*RUN, vouching(AGAIN, lines(*RUN)), OTHER))
    path.write_bytes(path.read_bytes().replace(b'"row":2', b'"row":3', 1))
    with pytest.raises(JournalDamaged, match=f":{len(RUN) + 1}: what stands before"):
        ledger_of(path)


def test_a_journal_of_an_older_version_vouches_for_nothing_and_is_read(path: Path) -> None:
    older = replace(BEGAN, before=None)
    path.write_bytes(lines(older, SENDING, ENDED, AGAIN, SENDING, SETTLED))
    with ledger_of(path) as ledger:
        assert (ledger.first, ledger.latest, ledger.settled_rows) == (older, AGAIN, 1)


def test_a_journal_that_is_changed_while_it_is_read_is_damaged(path: Path) -> None:
    path.write_bytes(lines(BEGAN, SETTLED, SENDING))
    for line in (lines(BEGAN), lines(Sending(1, 1, 101.0)), b"noise\n", b""):
        with ledger_of(path) as ledger:
            path.write_bytes(lines(BEGAN) + line * 9)
            with pytest.raises(JournalDamaged, match=r":2: this line was changed just now"):
                ledger.entry(0)
        path.write_bytes(lines(BEGAN, SETTLED, SENDING))


def test_a_pipe_is_no_journal_and_is_not_waited_for(path: Path) -> None:
    os.mkfifo(path)
    with pytest.raises(UsageError, match="no regular file; is this the folder of a run"):
        ledger_of(path)


def test_a_link_is_no_journal_wherever_it_leads(path: Path) -> None:
    elsewhere = path.with_name("elsewhere")
    elsewhere.write_bytes(lines(BEGAN, SETTLED))
    path.symlink_to(elsewhere)
    with pytest.raises(UsageError, match="this is a link; is this the folder of a run"):
        ledger_of(path)


def test_a_journal_that_lost_its_name_is_taken_up_by_what_was_opened(path: Path) -> None:
    path.write_bytes(lines(BEGAN, SETTLED))
    with Journal.reopen(path) as (journal, ledger, _):
        path.unlink()
        path.write_bytes(lines(AGAIN))
        put(journal, AGAIN, OTHER)
        assert (ledger.entry(0), ledger.first) == (SETTLED, BEGAN)
