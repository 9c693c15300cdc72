"""Any bytes are a plan, or refused with a reason. Runs for a bounded time; the corpus is where it starts."""

import sys
import tempfile
from functools import partial
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["bulk_journeys.source", "bulk_journeys.plan"]):
    from bulk_journeys.plan.build import make_plan
    from bulk_journeys.plan.select import Choices
    from bulk_journeys.source.formats import open_list
    from bulk_journeys.vocabulary.headers import knows

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action

CORPUS = Path(__file__).parents[1] / "corpus" / "files"
LONGEST = 1 << 14
"""Bytes of an input; what is longer is only slower."""

MEMORY = 2048
"""MB that no input may need."""


def any_bytes_are_a_plan_or_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for choices in (Choices(), Choices(Action.PAUSE)):
        try:
            with open_list(str(path), knows) as listed:
                counts = make_plan([listed], choices).header.counts
        except InputError as refused:
            told = bool(refused.reason and refused.advice)
        else:
            told = counts.rows == counts.operations + counts.merged + counts.rejections
        assert told


def fuzz_lists(seconds: float) -> None:
    """Throw mutations of the corpus at the readers of lists for *seconds*."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = folder / "found"
        found.mkdir()
        for number, seed in enumerate(file for file in CORPUS.rglob("*") if file.is_file()):
            (found / str(number)).write_bytes(seed.read_bytes())
        flags = [f"-max_total_time={seconds:.0f}", f"-max_len={LONGEST}", f"-rss_limit_mb={MEMORY}", "-timeout=20"]
        flags.append(f"-artifact_prefix={tempfile.gettempdir()}/fuzz-")
        atheris.Setup([sys.argv[0], *flags, str(found)], partial(any_bytes_are_a_plan_or_refused, folder / "list"))
        atheris.Fuzz()
