"""What the pages show of the samples is what the program prints."""

import re
import shutil
from pathlib import Path

import pytest

from tests.cli.stage import Cli

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "messy_spreadsheet"


@pytest.mark.parametrize("page", [ROOT / "README.md", SAMPLE / "README.md"], ids=["the project's", "the sample's"])
def test_a_page_shows_the_plan_of_the_workbook_as_it_is(page: Path, cli: Cli) -> None:
    shown = re.search(
        r"\$ bulk-journeys plan spring_cleanup\.xlsx\n(.*?)\n```", page.read_text(encoding="utf-8"), re.DOTALL
    )
    shutil.copy(SAMPLE / "spring_cleanup.xlsx", ".")
    done = cli("plan", "spring_cleanup.xlsx")
    assert shown
    assert done.out + done.err == f"{shown[1]}\n"
