"""Laws of a folder of runs that holds what no run left: it is told of, and hides and hinders nothing else."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bulk_journeys.sandbox.config import Config
from tests.cli.stage import Cli, Serve, Stage, the_run, write_list

HEADER = {
    "kind": "plan",
    "version": 1,
    "program": "0.1.0",
    "sources": [{"name": "list.csv", "sha256": "a", "columns": ["uuid"]}],
    "counts": {"rows": 1, "operations": 1, "merged": 0, "rejections": 0, "actions": {"pause": 1}},
}
BEGAN = {"event": "began", "at": 1.0, "program": "0.1.0", "base_url": "http://127.0.0.1:1"}


def with_counts(**counts: object) -> str:
    return json.dumps({**HEADER, "counts": {**HEADER["counts"], **counts}}) + "\n"  # type: ignore[dict-item]


def put(folder: Path, journal: str | None, plan: str | None = None) -> None:
    """Make a run in *folder*, without a *journal* where that is None."""
    (folder / "plan.jsonl").write_text(plan or json.dumps(HEADER) + "\n" + "x" * 200, encoding="utf-8")
    if journal is not None:
        (folder / "journal.jsonl").write_text(journal, encoding="utf-8")


def in_place_of_journal(make: Callable[[Path], Any]) -> Callable[[Path], Any]:
    def bad(folder: Path) -> None:
        put(folder, None)
        make(folder / "journal.jsonl")

    return bad


def lines(*entries: object) -> str:
    return "".join(json.dumps(entry) + "\n" for entry in entries)


def settled(row: object) -> dict[str, object]:
    return {"event": "settled", "row": row, "attempts": 1, "at": 2.0, "started_at": 2.0, "outcome": "applied"}


BAD: dict[str, Callable[[Path], Any]] = {
    "a damaged header": lambda folder: put(folder, lines(BEGAN), "nonsense"),
    "a header without an end": lambda folder: put(folder, lines(BEGAN), "x" * 100_000),
    "a plan that is empty": lambda folder: (folder / "plan.jsonl").touch(),
    "a plan that is a folder": lambda folder: (folder / "plan.jsonl").mkdir(),
    "a plan that is a pipe": lambda folder: os.mkfifo(folder / "plan.jsonl"),
    "a plan that leads to itself": lambda folder: (folder / "plan.jsonl").symlink_to("plan.jsonl"),
    "a plan that leads nowhere": lambda folder: (folder / "plan.jsonl").symlink_to("nowhere"),
    "a journal that is a pipe": in_place_of_journal(os.mkfifo),
    "a journal that is a folder": in_place_of_journal(Path.mkdir),
    "a journal of noise": lambda folder: put(folder, "noise\n" * 3 + lines(BEGAN)),
    "a row far away": lambda folder: put(folder, lines(BEGAN, settled(3_000_000_000))),
    "a row below none": lambda folder: put(folder, lines(BEGAN, settled(-3))),
    "more rows than there are": lambda folder: put(folder, lines(BEGAN, settled(0), settled(1))),
    "an ending at no time": lambda folder: put(
        folder, lines(BEGAN, {"event": "ended", "at": 1e300, "ending": "complete", "message": "done"})
    ),
    "counts below none": lambda folder: put(folder, lines(BEGAN), with_counts(rows=-5, operations=-5)),
    "counts beyond all": lambda folder: put(folder, lines(BEGAN), with_counts(rows=10**18, rejections=10**18 - 1)),
    "counts of no size": lambda folder: put(folder, lines(BEGAN), with_counts(rows=7).replace("7", "7" * 5000)),
}


@pytest.fixture
def stage(serve: Serve) -> Stage:
    return serve(Config(2))


def arguments(stage: Stage) -> list[str]:
    return ["run", "journeys.csv", "--action", "pause", "--yes", "--rate", "off", "--base-url", stage.base_url]


@pytest.mark.parametrize("what", BAD)
def test_a_bad_folder_hides_no_other_run_and_hinders_none(stage: Stage, cli: Cli, what: str) -> None:
    write_list(Path("journeys.csv"), stage.uuids())
    for name in ("2000-01-01T00-00-00Z-pause-0000", "2999-01-01T00-00-00Z-pause-0000"):
        Path("runs", name).mkdir(parents=True)
        BAD[what](Path("runs", name))
    assert cli(*arguments(stage)).code == 0
    code, out, _ = cli("runs")
    (run,) = (line for line in out.splitlines() if "2 of 2 settled" in line)
    assert code == 0
    code, _, err = cli(*arguments(stage))
    assert code == 2
    assert re.search(rf"the same was carried out \d+ seconds ago, in runs/{run.split()[0]}", err)
    for command in ("report", "resume", "undo", "retry"):
        code, _, err = cli(command, "2000-01-01", "--runs-dir", "runs")
        assert "Traceback" not in err
        assert stage.requests() == 2


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "\udcff\udcfe", "x" * 255, "ä\u202eö", "-n", "*", "--", "$(x)"])
def test_a_run_is_listed_whatever_its_folder_is_called(stage: Stage, cli: Cli, name: str) -> None:
    write_list(Path("journeys.csv"), stage.uuids())
    assert cli(*arguments(stage)).code == 0
    the_run(Path()).rename(Path("runs", name))
    code, out, _ = cli("runs")
    assert code == 0
    assert "2 of 2 settled" in out
    assert len(out.splitlines()) == 1
    assert cli("report").code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all")
@pytest.mark.parametrize("file", ["", "plan.jsonl", "journal.jsonl"])
def test_what_may_not_be_read_hides_no_other_run(stage: Stage, cli: Cli, file: str) -> None:
    bad = Path("runs", "2000-01-01T00-00-00Z-pause-0000")
    bad.mkdir(parents=True)
    put(bad, lines(BEGAN))
    (bad / file).chmod(0)
    write_list(Path("journeys.csv"), stage.uuids())
    assert cli(*arguments(stage)).code == 0
    code, out, _ = cli("runs")
    assert code == 0
    assert "2 of 2 settled" in out
    (bad / file).chmod(0o700)


def without_its_end(run: Path) -> bytes:
    """Return the journal of a *run* as it would be had it been killed."""
    return b"".join((run / "journal.jsonl").read_bytes().splitlines(keepends=True)[:-1])


def test_a_value_that_cannot_be_is_named_by_its_line_and_nothing_is_sent(stage: Stage, cli: Cli) -> None:
    write_list(Path("journeys.csv"), stage.uuids())
    assert cli(*arguments(stage), "--limit", "1").code == 4
    run = the_run(Path())
    journal = without_its_end(run)
    count = journal.count(b"\n")
    for entry, row in ((settled(2), 2), (settled(3_000_000_000), 3_000_000_000)):
        (run / "journal.jsonl").write_bytes(journal + lines(entry).encode())
        for command in ("report", "resume", "undo", "retry"):
            code, _, err = cli(command)
            assert code == 1, command
            assert f"journal.jsonl:{count + 1}: this line is about row {row}" in err
    assert stage.requests() == 1


def test_a_line_of_a_row_that_is_no_journey_is_named(stage: Stage, cli: Cli) -> None:
    uuids = stage.uuids()
    write_list(Path("journeys.csv"), [uuids[0], uuids[0], uuids[1]])
    assert cli(*arguments(stage)).code == 0
    run = the_run(Path())
    journal = without_its_end(run) + lines(settled(1)).encode()
    (run / "journal.jsonl").write_bytes(journal)
    count = journal.count(b"\n")
    for command in ("report", "resume", "undo", "retry"):
        code, _, err = cli(command)
        assert code == 1
        assert f"journal.jsonl:{count}: this line is about row 1, which is no journey of the plan" in err
