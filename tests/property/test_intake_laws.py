import codecs
import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.document import Operation
from bulk_journeys.plan.select import Choices
from tests.intake.reading import plan_of

Row = tuple[str, str, Action]

ids = st.integers(1, 2**128 - 2).map(lambda number: str(UUID(int=number)))
titles = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=12)
rows = st.lists(st.tuples(titles, ids, st.sampled_from(Action)), min_size=1, max_size=8, unique_by=lambda row: row[1])

HEADERS = ["Title", "Journey ID", "Action"]


def delimited(**dialect: Any) -> Callable[[list[Row]], str]:
    def written(table: list[Row]) -> str:
        text = io.StringIO()
        csv.writer(text, **dialect).writerows([HEADERS, *table])
        return text.getvalue()

    return written


def objects(table: list[Row]) -> list[dict[str, str]]:
    return [dict(zip(HEADERS, row, strict=True)) for row in table]


def on_lines(table: list[Row], **how: Any) -> str:
    return "".join(json.dumps(one, **how) + "\n" for one in objects(table))


formats = st.sampled_from(
    [
        *(delimited(delimiter=delimiter) for delimiter in ",;\t|"),
        *(delimited(lineterminator=end, quoting=csv.QUOTE_ALL) for end in ("\n", "\r")),
        delimited(quotechar="'", quoting=csv.QUOTE_ALL),
        delimited(delimiter=";", doublequote=False, escapechar="\\", quoting=csv.QUOTE_ALL),
        on_lines,
        lambda table: on_lines(table, ensure_ascii=False, separators=(",", ":")),
        lambda table: json.dumps(objects(table), indent=1),
        lambda table: json.dumps({"journeys": objects(table), "page": 1}),
        lambda table: "".join(json.dumps({"info": one}, indent=2) for one in objects(table)),
    ]
)
encodings = st.sampled_from(
    [
        str.encode,
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: gzip.compress(text.encode(), 1),
    ]
)


@given(rows, formats, encodings)
@example([("x, y; \"z\" 'w' \\ |\r\nü", "aaaaaaaa-0000-4000-8000-000000000001", Action.PAUSE)], delimited(), str.encode)
@settings(deadline=None)
def test_a_list_written_in_any_dialect_is_read_back(
    table: list[Row], written: Callable[[list[Row]], str], encode: Callable[[str], bytes]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        plan = plan_of(Path(folder) / "list", encode(written(table)))
    entries = list(plan.entries())
    assert [(entry.uuid, entry.action) for entry in entries if isinstance(entry, Operation)] == [
        (uuid, action) for _, uuid, action in table
    ]
    assert len(entries) == len(table)


pieces = st.sampled_from(
    [
        *"\r\n\t,;|\"'\\{}[]:#= -+",
        "uuid",
        "action",
        "pause",
        "aaaaaaaa-0000-4000-8000-000000000001",
        '"uuid"',
        "é",
        "\0",
    ]
)
soups = st.lists(pieces | st.text(max_size=3), max_size=40).map("".join).map(str.encode)


@given(soups | st.binary(max_size=200), st.sampled_from([None, Action.PAUSE]))
@settings(deadline=None)
def test_any_bytes_are_a_plan_or_refused_with_a_reason(content: bytes, action: Action | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            counts = plan_of(Path(folder) / "list", content, Choices(action)).header.counts
        except InputError as error:
            told = bool(error.reason and error.advice)
        else:
            told = counts.rows == counts.operations + counts.merged + counts.rejections
    assert told
