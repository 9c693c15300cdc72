"""Laws of a run's open files: that they lost their place is noticed, and a copy is whole or not there at all."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from bulk_journeys.errors import DiskFailed, JournalDamaged, RunLocked
from bulk_journeys.journal.entries import Began, JournalEntry, Settled
from bulk_journeys.journal.reader import ledger_of
from bulk_journeys.journal.writer import Journal
from bulk_journeys.model import Outcome
from bulk_journeys.session.folder import RunFolder
from bulk_journeys.session.rescue import HeldRun, held_run
from tests.disks import files_limited_to

BEGAN = Began(100.0, "https://journey.pushwoosh.com", "0" * 64, sha256().hexdigest())
SETTLED = Settled(0, 1, 103.0, 101.0, Outcome.APPLIED, "STATUS_PAUSED", "Welcome", 200)
PLAN = b"a plan\n" * 1000


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    folder = RunFolder(tmp_path / "runs" / "2026-11-23T03-14-09Z-pause-7f2a")
    folder.create()
    folder.plan.write_bytes(PLAN)
    return folder


@pytest.fixture
def run(folder: RunFolder) -> Iterator[HeldRun]:
    with Journal.create(folder.journal) as journal, held_run(folder, journal) as run:
        put(run, BEGAN, SETTLED)
        yield run


def put(run: HeldRun, *entries: JournalEntry) -> None:
    for entry in entries:
        run.append(entry)
    run.write(run.take())


def test_files_that_are_where_they_were_are_not_astray(run: HeldRun) -> None:
    assert run.begun
    assert (run.astray(), run.changed()) == (None, None)


@pytest.mark.parametrize("name", ["plan.jsonl", "journal.jsonl"])
def test_a_file_that_is_gone_or_another_is_named(run: HeldRun, name: str) -> None:
    path = run.folder.path / name
    content = path.read_bytes()
    path.rename(path.with_name("aside"))
    assert run.astray() == f"{path} is gone"
    path.write_bytes(content)
    assert run.astray() == f"{path} was replaced"
    path.unlink()
    path.symlink_to(path)
    assert run.astray() == f"{path} cannot be reached (Too many levels of symbolic links)"
    path.with_name("aside").replace(path)
    assert run.astray() is None


@pytest.mark.parametrize("content", [b"", b"{}\n", b"x" * 10_000])
def test_a_journal_that_another_program_writes_to_is_changed_for_ever(run: HeldRun, content: bytes) -> None:
    run.folder.journal.write_bytes(content)
    assert run.begun
    for _ in range(2):
        assert run.changed() == run.astray() == f"{run.folder.journal} was changed by another program"
        put(run, SETTLED)
    run.spoil("it was changed")
    with pytest.raises(JournalDamaged):
        ledger_of(run.folder.journal)


def test_a_copy_has_all_and_is_in_its_place_and_locked(run: HeldRun, folder: RunFolder, tmp_path: Path) -> None:
    journal = folder.journal.read_bytes()
    for file in folder.path.iterdir():
        file.unlink()
    (tmp_path / "file").touch()
    run.rescue([tmp_path / "file", tmp_path / "new" / "place", tmp_path])
    assert run.folder.path == tmp_path / "new" / "place" / f"{folder.run_id}-rescued"
    assert (run.folder.plan.read_bytes(), run.folder.journal.read_bytes()) == (PLAN, journal)
    assert run.astray() is None
    with run.ledger(1) as ledger:
        assert (ledger.first, ledger.entry(0)) == (BEGAN, SETTLED)
    with pytest.raises(RunLocked), Journal.reopen(run.folder.journal):
        pass


def test_a_copy_that_is_lost_as_well_is_copied_under_a_name_of_its_own(run: HeldRun, folder: RunFolder) -> None:
    names = []
    for _ in range(3):
        run.rescue([folder.path.parent])
        names.append(run.folder.run_id)
        run.folder.journal.unlink()
        assert run.astray() == f"{run.folder.journal} is gone"
    assert names == [f"{folder.run_id}-rescued{number}" for number in ("", "-2", "-3")]


def test_a_place_that_is_full_keeps_no_half_of_a_copy(run: HeldRun, folder: RunFolder, tmp_path: Path) -> None:
    before = sorted(tmp_path.rglob("*"))
    for room in (10, 1000):
        with files_limited_to(room), pytest.raises(DiskFailed, match=r"runs: File too large; .*elsewhere: File too"):
            run.rescue([folder.path.parent, tmp_path / "elsewhere"])
    assert [path for path in sorted(tmp_path.rglob("*")) if path != tmp_path / "elsewhere"] == before
    assert (run.folder, run.rescued) == (folder, False)


def test_what_was_lost_says_that_it_is_no_more_the_run(run: HeldRun, folder: RunFolder) -> None:
    run.rescue([folder.path.parent])
    run.disown("it is elsewhere", 200.0)
    with ledger_of(folder.journal) as lost, ledger_of(run.folder.journal) as saved:
        assert lost.ended is not None
        assert (lost.ended.ending, lost.ended.message) == ("rescued", "it is elsewhere")
        assert saved.ended is None


def test_a_run_that_has_lost_its_files_before_it_begins_sends_nothing(folder: RunFolder) -> None:
    with Journal.create(folder.journal) as journal:
        folder.journal.unlink()
        with pytest.raises(DiskFailed, match=r"journal.jsonl is gone; nothing was sent"), held_run(folder, journal):
            pass
        folder.plan.unlink()
        with pytest.raises(DiskFailed, match=r"plan.jsonl: No such .*; nothing was sent"), held_run(folder, journal):
            pass


def test_a_write_that_failed_is_no_change_by_another_program(run: HeldRun) -> None:
    size = run.folder.journal.stat().st_size
    with files_limited_to(size + 20), pytest.raises(DiskFailed, match="File too large"):
        put(run, SETTLED)
    assert run.folder.journal.stat().st_size == size + 20
    assert (run.changed(), run.astray()) == (None, None)
