import re
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.document import Merged, Operation, Plan
from bulk_journeys.plan.saved_plan import read_plan
from bulk_journeys.report.plan_text import faults_text
from bulk_journeys.source.table import InvalidRow
from bulk_journeys.vocabulary.action_word import action_word
from bulk_journeys.vocabulary.journey_id import Unclear, journey_id
from tests.lists import table

IDS = [f"{n:08x}-0000-4000-8000-000000000000" for n in range(1, 5)]
Cells = tuple[str, str]

cells = st.tuples(
    st.sampled_from([*IDS, *(id_.upper() for id_ in IDS), "", "17"]),
    st.sampled_from(["pause", "Paused", "start", "", "é"]),
).filter(any)
files = st.lists(st.lists(cells, max_size=12), min_size=1, max_size=3).filter(any)
spellings = st.sampled_from(
    [str, lambda uuid: uuid.urn, lambda uuid: uuid.hex, lambda uuid: f" {{{uuid}}}\u200b".upper()]
)


def plan_of(lists: list[list[Cells]]) -> Plan:
    return make_plan(table(*rows, name=f"{number}.csv") for number, rows in enumerate(lists))


def wanted(lists: list[list[Cells]]) -> list[tuple[str, Action] | None]:
    """Return what each row asks for, or None where it has a fault."""
    words = {"pause": Action.PAUSE, "Paused": Action.PAUSE, "start": Action.START}
    rows = [row for rows in lists for row in rows]
    return [(id_.lower(), words[word]) if id_.lower() in IDS and word in words else None for id_, word in rows]


@given(files)
def test_a_row_is_an_operation_a_merge_or_a_rejection_and_the_three_add_up(lists: list[list[Cells]]) -> None:
    plan = plan_of(lists)
    entries = list(plan.entries())
    places = [(file, line) for file, rows in enumerate(lists) for line, _ in enumerate(rows, 2)]
    counts = plan.header.counts
    assert [(entry.file, entry.line) for entry in entries] == places
    assert counts.rows == len(entries) == counts.operations + counts.merged + counts.rejections
    assert counts.operations == sum(isinstance(entry, Operation) for entry in entries) == sum(counts.actions.values())
    assert counts.merged == sum(isinstance(entry, Merged) for entry in entries)


@given(files)
def test_a_journey_is_operated_once_if_its_rows_agree_and_never_if_they_do_not(lists: list[list[Cells]]) -> None:
    asked = wanted(lists)
    entries = list(plan_of(lists).entries())
    for number, (entry, wish) in enumerate(zip(entries, asked, strict=True)):
        match entry:
            case Operation():
                assert wish == (entry.uuid, entry.action)
                assert asked.index(wish) == number
            case Merged():
                assert wish == (entry.uuid, entry.action)
                assert asked.index(wish) == entry.first < number
            case InvalidRow():
                assert wish is None or any(other and other[0] == wish[0] and other != wish for other in asked)


@given(files)
def test_every_rejection_has_a_fault_and_every_fault_a_line(lists: list[list[Cells]]) -> None:
    plan = plan_of(lists)
    faults = [len(entry.faults) for entry in plan.entries() if isinstance(entry, InvalidRow)]
    assert all(faults)
    lines = list(faults_text(plan))
    assert len(lines) == sum(faults)
    assert all(re.match(r"[012]\.csv:\d+: column '(uuid|action)': ", line) for line in lines)


@settings(deadline=None, max_examples=50)  # a disk keeps nobody's deadline
@given(files)
def test_a_saved_plan_is_the_plan(lists: list[list[Cells]]) -> None:
    plan = plan_of(lists)
    with tempfile.TemporaryDirectory() as folder:
        plan.save(Path(folder, "plan.jsonl"))
        again = read_plan(Path(folder, "plan.jsonl"))
        assert list(again.entries()) == list(plan.entries()) == list(again.entries())
        assert again.header.counts == plan.header.counts


@settings(deadline=None, max_examples=50)
@given(files, st.data())
def test_a_plan_cut_anywhere_is_refused(lists: list[list[Cells]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "plan.jsonl")
        plan_of(lists).save(path)
        whole = path.read_bytes()
        path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
        with pytest.raises(InputError):
            read_plan(path)


@given(st.uuids().filter(lambda uuid: uuid.int), spellings)
def test_a_journey_id_is_canonical_however_it_is_spelt(uuid: UUID, spelling: Callable[[UUID], str]) -> None:
    assert journey_id(spelling(uuid)) == str(uuid)


@given(st.text() | st.text("0123456789abcdefABCDEF-{}x_/ ", max_size=80))
def test_any_text_is_a_canonical_id_or_has_a_reason(text: str) -> None:
    found = journey_id(text)
    assert isinstance(found, Unclear) or (
        str(UUID(found)) == found and found.replace("-", "") in text.lower().replace("-", "")
    )


@given(st.text(max_size=80))
def test_any_text_is_an_action_or_has_a_reason(text: str) -> None:
    assert isinstance(action_word(text), Action | Unclear)
