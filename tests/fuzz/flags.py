"""A column that says which rows are meant is never passed over: random headers and ticks, in words of its own."""

import json
import tempfile
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.select import Choices
from bulk_journeys.source.formats import open_list
from bulk_journeys.vocabulary.headers import knows

ORDERS: Final = ("skip", "exclude", "ignore", "include", "select", "approve", "confirm", "keep", "delete", "omit")
DONE: Final = ("skipped", "excluded", "ignored", "included", "selected", "approved", "confirmed", "deleted", "omitted")
ACTIONS: Final = (
    "pause",
    "start",
    "finish",
    "archive",
    "pausar",
    "iniciar",
    "pausieren",
    "démarrer",
    "一時停止",
    "пауза",
)
FRAMES: Final = {
    ORDERS: (
        "{}",
        "{}?",
        "{} ?",
        "{}:",
        "to {}",
        "{} (y/n)",
        "{} [yes/no]",
        "{}_flag",
        "should {}",
        "{} this row",
        "{} it?",
    ),
    DONE: ("{}", "{}?", "is {}", "is_{}", "{} (y/n)", "{} by legal", "to be {}", "should be {}", "{}_flag", "meta.{}"),
    ACTIONS: ("{}?", "{} ?", "{}", "{} (y/n)", "{} it?", "really {}?", "ok to {}?"),
}
WHOLE: Final = (
    "do it",
    "Do it?",
    "go/no-go",
    "OK to go",
    "In scope",
    "leave out",
    "do not touch",
    "dontTouch",
    "isExcluded",
)
BOXES: Final = (
    (("yes", "y", "Yes", "YES"), ("no", "n", "No", "NO")),
    (("TRUE", "true", "True"), ("FALSE", "false", "")),
    (("x", "X", "✓"), ("", " ", "-")),
    (("1",), ("0", "")),
    (("☑", "☒"), ("☐", "")),
    (("[x]", "[X]"), ("[ ]", "[]")),
    (("ja", "Ja"), ("nein",)),
    (("sí", "si"), ("no",)),
)
REMARKS: Final = ("ask Anna", "n/a", "tbd", "no (legal)", "yes - checked", "?")
Row = dict[str, str | bool]


def a_list(dice: Random) -> tuple[str, str, str]:
    """Return a header that says go or no-go, a list with it, and what the list is written in."""
    header = _header(dice)
    ticks = [True, False] + [dice.random() < 0.5 for _ in range(dice.choice((1, 3, 8, 40)))]
    dice.shuffle(ticks)
    boxes = dice.choice(BOXES)
    cells: list[str] = [dice.choice(boxes[not tick]) for tick in ticks]
    if len(cells) > 4 and dice.random() < 0.3:
        cells[dice.randrange(len(cells))] = dice.choice(REMARKS)
    columns = ["uuid", "title", header, "owner"]
    dice.shuffle(columns)
    rows: list[Row] = [
        {
            "uuid": f"{dice.getrandbits(32):08x}-0000-4000-8000-000000000000",
            "title": "a title",
            header: cell,
            "owner": "Anna",
        }
        for cell in cells
    ]
    written = dice.choice(("json", "lines", ",", ";", "\t", "|"))
    return header, _written([{column: row[column] for column in columns} for row in rows], written, dice), written


def _header(dice: Random) -> str:
    if dice.random() < 0.1:
        return dice.choice(WHOLE)
    words = dice.choice(tuple(FRAMES))
    header = dice.choice(FRAMES[words]).format(dice.choice(words))
    return dice.choice((str, str.upper, str.title, str.capitalize))(header)


def _written(rows: list[Row], how: str, dice: Random) -> str:
    if how in {"json", "lines"}:
        if dice.random() < 0.5:
            truths = {"true": True, "TRUE": True, "True": True, "false": False, "FALSE": False}
            rows = [{key: truths.get(str(value), value) for key, value in row.items()} for row in rows]
        return json.dumps(rows) if how == "json" else "".join(json.dumps(row) + "\n" for row in rows)
    quoted = [
        [f'"{cell}"' if how in str(cell) else str(cell) for cell in cells]
        for cells in (rows[0], *(row.values() for row in rows))
    ]
    return "".join(how.join(cells) + "\n" for cells in quoted)


def passed_over(path: Path, header: str, text: str) -> bool:
    """Say whether a plan is made of the list though nobody has decided about the column."""
    path.write_text(text, encoding="utf-8")
    try:
        with open_list(str(path), knows) as listed:
            make_plan([listed], Choices(Action.PAUSE))
    except InputError as refused:
        return header not in refused.reason and "contradicts" not in refused.reason
    return True


def fuzz_flags(seed: int, lists: int) -> int:
    """Plan so many *lists*; print what was passed over, and return how many were."""
    found: Counter[str] = Counter()
    examples: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as name:
        for index in range(lists):
            header, text, written = a_list(Random(f"{seed} {index}"))
            if passed_over(Path(name) / "list", header, text):
                found[header.lower()] += 1
                examples.setdefault(header.lower(), f"--at {index} ({written})\n{text[:400]}")
    for header, number in found.most_common(20):
        print(f"{number:6,}  {header!r} {examples[header]}", flush=True)  # noqa: T201
    print(f"fuzz flags --seed {seed}: {lists:,} lists, {found.total():,} with a column of flags that was passed over")  # noqa: T201
    return found.total()
