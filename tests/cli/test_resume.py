"""Laws of taking up a run that hardly was one."""

from pathlib import Path

import pytest

from bulk_journeys.sandbox.config import Config
from tests.cli.stage import Cli, Serve, the_run, write_list


@pytest.mark.parametrize("journal", [b"", b'{"event":"beg'])
def test_a_run_that_was_never_begun_is_sent_nowhere_by_a_guess(serve: Serve, cli: Cli, journal: bytes) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    cli("run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--base-url", stage.base_url)
    folder = the_run(Path())
    (folder / "journal.jsonl").write_bytes(journal)
    before = stage.requests()
    for command in ("resume", "undo"):
        code, _, err = cli(command, the_run(Path()).name)
        assert code == 2
        assert f"{folder / 'journal.jsonl'}: it is missing or damaged, so what this run changed is not known" in err
    for name in ("results.jsonl", "results.csv", "failed.csv"):
        (folder / name).unlink(missing_ok=True)
    code, _, err = cli("resume")
    assert code == 2
    assert f"nothing was begun; carry it out with: bulk-journeys run {folder / 'plan.jsonl'}" in err
    assert stage.requests() == before


def test_a_run_goes_on_where_it_was_begun_whatever_the_environment_says(
    serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, elsewhere = serve(Config(3)), serve(Config(3))
    write_list(Path("journeys.csv"), here.uuids())
    asking = ("run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--base-url", here.base_url)
    assert cli(*asking, "--limit", "1").code == 4
    monkeypatch.setenv("PUSHWOOSH_BASE_URL", elsewhere.base_url)
    done = cli("resume", "--rate", "off")
    assert done.code == 0
    assert here.base_url in done.err
    assert elsewhere.requests() == 0


def test_a_run_goes_on_where_no_run_of_this_user_went_only_if_the_user_says_so(
    serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    asking = ("run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--base-url", stage.base_url)
    assert cli(*asking, "--limit", "1").code == 4
    monkeypatch.setenv("BULK_JOURNEYS_STATE_DIR", str(tmp_path / "another user"))
    code, _, err = cli("resume", "--rate", "off")
    assert (code, stage.requests()) == (2, 1)
    assert f"if you know that address, say --base-url {stage.base_url}" in err
    assert cli("resume", "--rate", "off", "--base-url", stage.base_url).code == 0


def test_one_bad_folder_hides_no_other_run(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    write_list(Path("journeys.csv"), stage.uuids())
    cli("run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--base-url", stage.base_url)
    bad = Path("runs", "2000-01-01T00-00-00Z-pause-0000")
    bad.mkdir()
    (bad / "plan.jsonl").write_text("nonsense")
    listed = cli("runs").out.splitlines()
    assert len(listed) == 2
    assert "no header of a plan" in listed[0]
    assert "2 of 2 settled" in listed[1]


@pytest.mark.parametrize("lost", ["plan.jsonl", "journal.jsonl"])
def test_no_older_run_takes_the_place_of_one_that_lost_a_file(lost: str, serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    pause = ("run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--base-url", stage.base_url)
    write_list(Path("journeys.csv"), stage.uuids()[:2])
    cli(*pause)
    older = the_run(Path())
    write_list(Path("journeys.csv"), stage.uuids()[2:])
    cli(*pause)
    (newest,) = set(Path("runs").iterdir()) - {older}
    (newest / lost).unlink()
    before = stage.requests()
    for verb, *flags in (("undo", "--yes"), ("resume",), ("retry", "--yes")):
        done = cli(verb, *flags)
        assert done.code == 2
        assert str(newest / lost) in done.err
    assert stage.requests() == before
    assert [line.split()[0] for line in cli("runs").out.splitlines()] == [older.name, newest.name]
