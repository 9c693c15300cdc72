"""What the tests of the intake share: a file's bytes in, and what was understood out."""

from pathlib import Path
from typing import NamedTuple

import pytest

from bulk_journeys.errors import InputError
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.document import Operation, Plan
from bulk_journeys.plan.select import Choices
from bulk_journeys.source.formats import open_list
from bulk_journeys.source.table import InvalidRow
from bulk_journeys.vocabulary.headers import knows

A = "aaaaaaaa-0000-4000-8000-000000000001"
B = "bbbbbbbb-0000-4000-8000-000000000002"
C = "cccccccc-0000-4000-8000-000000000003"


class Understood(NamedTuple):
    """A plan, flattened: what is done on which line, the lines that cannot be, and the lines that are skipped."""

    operations: list[tuple[int, str, str]]
    rejections: list[int]
    skipped: list[tuple[int, int, str]]


def plan_of(path: Path, content: bytes | str, choices: Choices = Choices()) -> Plan:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with open_list(str(path), knows) as listed:
        return make_plan([listed], choices)


def understood(path: Path, content: bytes | str, choices: Choices = Choices()) -> Understood:
    plan = plan_of(path, content, choices)
    entries = list(plan.entries())
    return Understood(
        [(entry.line, entry.uuid, entry.action) for entry in entries if isinstance(entry, Operation)],
        [entry.line for entry in entries if isinstance(entry, InvalidRow)],
        [(skipped.line, skipped.line_end, skipped.reason) for skipped in plan.skipped()],
    )


def refusal(path: Path, content: bytes | str, choices: Choices = Choices()) -> str:
    with pytest.raises(InputError) as refused:
        plan_of(path, content, choices)
    assert refused.value.advice
    return str(refused.value).removeprefix(f"{path}:").strip()
