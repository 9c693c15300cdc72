"""Laws of the corpus: each file of `tests/corpus` is read right, or refused with the true reason."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.cli.stage import Cli, Done

CORPUS: Final = Path(__file__).parents[1] / "corpus"
EXPECTED: Final[dict[str, dict[str, Any]]] = json.loads((CORPUS / "expected.json").read_text(encoding="utf-8"))

Plan = dict[str, Any]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_file_of_the_corpus_is_read_right_or_refused_with_the_true_reason(name: str, cli: Cli) -> None:
    expected = EXPECTED[name]
    done = cli("plan", "--json", *expected["flags"], CORPUS / "files" / name)
    plan = told(done)
    ways = [expected, *expected.get("alternatives", ())]
    wrong = [found for way in ways if (found := list(differences(plan, done.code, way, expected["flags"])))]
    assert len(wrong) < len(ways), f"{expected['why']}: {json.dumps(wrong, ensure_ascii=False, indent=1)}\n{done.out}"


def test_each_file_of_the_corpus_has_an_expectation() -> None:
    files = {path.relative_to(CORPUS / "files").as_posix() for path in (CORPUS / "files").rglob("*") if path.is_file()}
    assert files == set(EXPECTED)


def test_a_cell_of_two_hundred_kilobytes_is_a_cell(cli: Cli, folder: Path) -> None:
    ids = ("2a92bc43-9daf-46ea-b1d2-437f69d94e41", "7f0c2b1e-5d5a-4b7e-9f43-2a1d3c4b5e6f")
    path = folder / "huge.csv"
    path.write_text(f'uuid,note,action\n{ids[0]},"{"long, " * 33_000}",pause\n{ids[1]},short,start\n', encoding="utf-8")
    plan = told(cli("plan", "--json", path))
    assert _rows(plan["operations"], "line", "uuid", "action") == [[2, ids[0], "pause"], [3, ids[1], "start"]]


def told(done: Done) -> Plan:
    """Return the one JSON object that a plan prints, and check that nothing else was."""
    assert "Traceback" not in done.err + done.out
    plan: Plan = json.loads(done.out)
    assert {"reading", "operations", "merged", "rejections", "skipped", "refused"} <= set(plan)
    return plan


def differences(plan: Plan, code: int, way: dict[str, Any], flags: list[str]) -> Iterator[str]:
    """Tell how *plan* differs from one *way* to read the file that a careful person would accept."""
    if plan["refused"] is not None:
        yield from _refusal(plan, code, way)
        return
    if way["refused"] is not None:
        yield f"should be refused because of {way['refused']!r}"
        return
    if code != (2 if plan["rejections"] and "--skip-invalid" not in flags else 0):
        yield f"exit status {code}"
    shown = {key: value for key, value in plan["reading"].items() if key != "file"}
    if not re.search(way.get("reading", ""), json.dumps(shown, ensure_ascii=False).lower()):
        yield f"the reading should show {way['reading']!r}"
    doubtful = _doubtful(way)
    yield from _wrong_operations(plan, way)
    if _rows(plan["merged"], "line", "uuid", "action", "same_as") != way["merged"]:
        yield f"merged should be {way['merged']}"
    yield from _wrong_rejections(plan["rejections"], way, doubtful)
    yield from _wrong_skips(plan["skipped"], way)
    if (left_out := [row["line"] for row in plan["left_out"]]) != way.get("left_out", []):
        yield f"left out should be lines {way.get('left_out', [])}, and are {left_out}"
    if not set(way.get("words", ())) <= {stretch.get("words") for stretch in plan["skipped"]}:
        yield f"what is skipped should say {way['words']}"
    yield from _told_twice(plan)


def _refusal(plan: Plan, code: int, way: dict[str, Any]) -> Iterator[str]:
    refused = plan["refused"]
    if code != 2 or plan["operations"] or plan["merged"]:
        yield f"refused, with exit status {code} and operations {plan['operations']}"
    if not refused["reason"] or not refused["advice"]:
        yield "a refusal has a reason and an advice"
    if way["refused"] is None and not way.get("refused_or"):
        yield f"should be read, and was refused: {refused['reason']}"
    words = f"{refused['reason']} {refused['advice']}".lower()
    if way["refused"] is not None and not re.search(way["refused"], words, re.DOTALL):
        yield f"the reason should be about {way['refused']!r}: {words}"


def _wrong_operations(plan: Plan, way: dict[str, Any]) -> Iterator[str]:
    found = _rows(plan["operations"], "line", "uuid", "action")
    loose = way.get("loose", [])
    strict = [row for row in found if row not in loose]
    wanted = way["operations"]
    if any(row[0] is None for row in wanted):
        strict, wanted = [row[1:] for row in strict], [row[1:] for row in wanted]
    if strict != wanted:
        yield f"operations should be {wanted}, and are {strict}"


def _wrong_rejections(found: list[dict[str, Any]], way: dict[str, Any], doubtful: set[int]) -> Iterator[str]:
    lines = {rejection["line"] for rejection in found}
    wanted = {line for line, _, __ in way["rejections"]}
    if not wanted <= lines or not lines <= wanted | doubtful:
        yield f"rejections should be on lines {sorted(wanted)}, and are on {sorted(lines)}"
    for line, column, reason in way["rejections"]:
        faults = [fault for fault in found if fault["line"] == line]
        if not any(_is_fault(fault, column, reason) for fault in faults):
            yield f"line {line} should be rejected because of {reason!r} in {column!r}, and has {faults}"


def _is_fault(fault: dict[str, Any], column: str | None, reason: str | None) -> bool:
    if column is not None and " ".join((fault["column"] or "").split()).casefold() != column.casefold():
        return False
    return reason is None or bool(re.search(reason, fault["reason"].lower(), re.DOTALL))


def _wrong_skips(found: list[dict[str, Any]], way: dict[str, Any]) -> Iterator[str]:
    if way["skipped"] is None:
        return
    reasons = {line: stretch["reason"] for stretch in found for line in range(stretch["line"], stretch["line_end"] + 1)}
    wanted = {line: why.split("|") for first, last, why in way["skipped"] for line in range(first, last + 1)}
    end = max([0, *wanted, *(row[0] or 0 for kind in ("operations", "rejections") for row in way[kind])])
    wrong = {line: reasons.get(line) for line, why in wanted.items() if not _may_be(reasons.get(line), why)}
    wrong |= {
        line: reason
        for line, reason in reasons.items()
        if line not in wanted and not (line > end and reason == "blank")
    }
    if wrong:
        told_of = dict(list(wrong.items())[:20])
        yield f"lines are skipped as {told_of}, and should be { ({line: wanted.get(line) for line in told_of}) }"


def _may_be(reason: str | None, wanted: list[str]) -> bool:
    """Say whether a skipped line has one of the *wanted* reasons; a rejected one is looked for elsewhere."""
    return reason in wanted or (reason is None and not {"absent", "rejected"}.isdisjoint(wanted))


def _doubtful(way: dict[str, Any]) -> set[int]:
    """Return the lines that may be rejected as well."""
    skipped = way["skipped"] or []
    rejected = {line for first, last, why in skipped if "rejected" in why for line in range(first, last + 1)}
    return rejected | {row[0] for row in way.get("loose", [])}


def _told_twice(plan: Plan) -> Iterator[str]:
    """Tell which lines are more than one of: operation, merged, rejected, skipped."""
    kinds = ("operations", "merged", "rejections")
    lines = Counter(line for kind in kinds for line in {row["line"] for row in plan[kind]})
    skipped = {line for stretch in plan["skipped"] for line in range(stretch["line"], stretch["line_end"] + 1)}
    if twice := sorted({line for line, count in lines.items() if count > 1} | (skipped & set(lines))):
        yield f"lines {twice} are told twice"


def _rows(found: Iterable[dict[str, Any]], *keys: str) -> list[list[Any]]:
    return [[row[key] for key in keys] for row in found]
