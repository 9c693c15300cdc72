"""A plan as one JSON object, for programs that build on it. README.md, "For programs", is its reference."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.structs import asdict

from bulk_journeys.errors import InputError
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.plan.document import LeftOut, Merged, Operation, Plan
from bulk_journeys.source.table import InvalidRow


def plan_json(plan: Plan, refused: InputError | None = None) -> Iterator[bytes]:
    """Yield the object's text in pieces. *refused* says why nothing of the plan can be carried out."""
    yield from _object(plan, refused)


def refusal_json(refused: InputError) -> bytes:
    """Return the object's text for a list that cannot be read."""
    return b"".join(_object(None, refused))


def _object(plan: Plan | None, refused: InputError | None) -> Iterator[bytes]:
    yield b'{"reading": ' + _encoded(_reading(plan) if plan else None)
    yield from _array("operations", _operations(plan) if plan else ())
    yield from _array("merged", _merged(plan) if plan else ())
    yield from _array("rejections", _rejections(plan) if plan else ())
    yield from _array("left_out", _left_out(plan) if plan else ())
    yield from _array("skipped", _skipped(plan) if plan else ())
    told = {"reason": refused.reason, "advice": refused.advice} if refused else None
    yield b',\n"refused": ' + _encoded(told) + b"}\n"


def _array(name: str, values: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    yield f',\n"{name}": ['.encode()
    separator = b"\n"
    for value in values:
        yield separator + _encoded(value)
        separator = b",\n"
    yield b"]"


def _encoded(value: Any) -> bytes:
    return encode_line(value).rstrip(b"\n")


def _reading(plan: Plan) -> dict[str, Any]:
    source = plan.header.sources[0]
    form = asdict(source.form) if source.form else {}
    return {
        "file": source.name,
        "sha256": source.sha256,
        **form,
        "header_line": source.header_line,
        "columns": source.columns,
        "id_column": source.id_column,
        "action_column": source.action_column,
        "status_column": source.status_column,
        "statuses": source.statuses,
        "unread": source.unread,
        "where": plan.header.where,
        "counts": plan.header.counts,
    }


def _operations(plan: Plan) -> Iterator[dict[str, Any]]:
    for entry in plan.entries():
        if isinstance(entry, Operation):
            yield {"line": entry.line, "uuid": entry.uuid, "action": entry.action}


def _merged(plan: Plan) -> Iterator[dict[str, Any]]:
    for entry in plan.entries():
        if isinstance(entry, Merged):
            yield {"line": entry.line, "uuid": entry.uuid, "action": entry.action, "same_as": entry.same_as}


def _rejections(plan: Plan) -> Iterator[dict[str, Any]]:
    for entry in plan.entries():
        if isinstance(entry, InvalidRow):
            for fault in entry.faults:
                told = {"line": entry.line, "column": fault.column, "value": fault.value, "reason": fault.reason}
                yield told | ({"meant": fault.meant} if fault.meant else {})


def _left_out(plan: Plan) -> Iterator[dict[str, Any]]:
    for entry in plan.entries():
        if isinstance(entry, LeftOut):
            yield {"line": entry.line, "uuid": entry.uuid, "where": entry.where}


def _skipped(plan: Plan) -> Iterator[dict[str, Any]]:
    for skipped in plan.skipped():
        told = {"line": skipped.line, "line_end": skipped.line_end, "reason": skipped.reason}
        yield told | ({"words": skipped.words} if skipped.words else {})
