"""What the pages show of the samples is what the program prints."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from bulk_journeys.journal.entries import Began, Heard, Sending, Settled
from bulk_journeys.jsonlines import encode_lines
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.model import Outcome
from tests.cli.stage import PATIENCE, Cli, Done

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "messy_spreadsheet"
PICTURE = ROOT / "samples" / "throttled_api" / "picture.py"


@pytest.mark.parametrize("page", [ROOT / "README.md", SAMPLE / "README.md"], ids=["the project's", "the sample's"])
def test_a_page_shows_the_plan_of_the_workbook_as_it_is(page: Path, cli: Cli) -> None:
    shown = re.search(
        r"\$ bulk-journeys plan spring_cleanup\.xlsx\n(.*?)\n```", page.read_text(encoding="utf-8"), re.DOTALL
    )
    shutil.copy(SAMPLE / "spring_cleanup.xlsx", ".")
    done = cli("plan", "spring_cleanup.xlsx")
    assert shown
    assert done.out + done.err == f"{shown[1]}\n"


def picture(*arguments: str | Path) -> Done:
    """Run picture.py as a process."""
    command = [sys.executable, "-W", "error", PICTURE, *arguments]
    ran = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=PATIENCE, check=False)
    return Done(ran.returncode, ran.stdout, ran.stderr)


@pytest.fixture
def a_run(folder: Path) -> Path:
    """Return a run of 2.5 s: of its requests two were accepted, two refused, one lost. Its journal's end is torn."""
    refused = (Code.RESOURCE_EXHAUSTED, "too many requests", 429)
    entries = (
        Began(99.0, "1", "http://127.0.0.1:1"),
        Sending(0, 1, 100.0),
        Sending(1, 1, 100.5),
        Settled(0, 1, 100.75, 100.0, Outcome.APPLIED, http_status=200),
        Heard(1, 1, 100.75, 100.5, *refused),
        Sending(2, 1, 100.875),
        Heard(2, 1, 100.875, 100.875, Code.NOT_SENT, "the run ended before it could be tried"),
        Sending(1, 2, 101.25),
        Settled(1, 2, 101.5, 100.5, Outcome.CONFLICT, http_status=400, code=Code.FAILED_PRECONDITION),
        Sending(2, 1, 102.25),
        Sending(3, 1, 102.375),
        Heard(2, 1, 102.5, 102.25, *refused),
        Heard(3, 1, 130.0, 102.375, Code.TIMEOUT, "no answer", lost="the answer to attempt 1 was lost"),
    )
    (folder / "journal.jsonl").write_bytes(encode_lines(entries) + b'{"event": "sen')
    return folder


def test_a_picture_has_a_red_bar_for_each_second_with_refusals(a_run: Path) -> None:
    drawn = picture(a_run, "--title", "<1> & {2}", "--limit", "2@1", "--limit", "1")
    marks = list(ElementTree.fromstring(drawn.out).iter())  # noqa: S314  our own picture
    bars = [mark.attrib for mark in marks if mark.tag.endswith("rect") and mark.get("fill") == "#cf222e"]
    assert (drawn.code, drawn.err) == (0, "")
    assert [(bar["x"], bar["height"]) for bar in bars] == [("44.0", "7.6"), ("537.3", "7.6")]
    assert [mark.get("d") for mark in marks if mark.get("stroke-width") == "1.5"] == [
        "M44 213.6V213.6H290.7V213.6H537.3"  # one a second of 25, which 160 units show, and 740 units for 3 s
    ]
    assert [mark.get("d") for mark in marks if mark.get("stroke-dasharray")] == [
        "M44.0 213.6H290.7",
        "M290.7 207.2H660.7",
    ]
    assert "<1> & {2}" in [mark.text for mark in marks]


def test_a_picture_for_a_terminal_has_a_line_for_each_second(a_run: Path) -> None:
    assert picture(a_run, "--text") == Done(
        0, "   0 s    1 #x\n   1 s    1 #\n   2 s    0 x\n2 accepted (#), 2 refused (x), 2.5 s\n", ""
    )


@pytest.mark.parametrize("journal", [None, b"[]\n", b"{}\n", b"journey_id,title\n", b"\xff\n"])
def test_a_picture_of_what_is_no_run_is_refused_with_advice(journal: bytes | None, folder: Path) -> None:
    if journal is not None:
        (folder / "journal.jsonl").write_bytes(journal)
    drawn = picture(folder)
    assert (drawn.code, drawn.out) == (2, "")
    assert str(folder) in drawn.err
    assert "name the folder of a run" in drawn.err
    assert "Traceback" not in drawn.err
