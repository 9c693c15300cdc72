"""Laws of taking up a run that hardly was one."""

from pathlib import Path

import pytest

from bulk_journeys.sandbox import Config
from tests.cli.stage import Cli, Serve, the_run, write_list


@pytest.mark.parametrize("journal", [b"", b'{"event":"beg'])
def test_a_run_that_was_never_begun_is_sent_nowhere_by_a_guess(serve: Serve, cli: Cli, journal: bytes) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    cli("run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--base-url", stage.base_url)
    folder = the_run(Path())
    (folder / "journal.jsonl").write_bytes(journal)
    before = stage.requests()
    code, _, err = cli("resume")
    assert code == 2
    assert f"nothing was begun; carry it out with: bulk-journeys run {folder / 'plan.jsonl'}" in err
    assert stage.requests() == before
