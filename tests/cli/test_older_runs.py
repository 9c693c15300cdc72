"""Laws of what an older program left: runs of 0.1.0 are reported, gone on with, tried again and undone, doubts and all.

`tests/data/runs-0.1.0` holds runs of a list of fifteen rows as that version wrote them: one to its end, one killed, one
interrupted, and a retry of the first that ended early.
"""

import csv
import json
import shutil
from pathlib import Path

import pytest

from bulk_journeys.sandbox.config import Config, parse_mix
from bulk_journeys.session.folder import list_runs
from tests.cli.stage import Cli, Serve, outcomes, records

OLD = Path(__file__).parents[1] / "data" / "runs-0.1.0"
RUNS = {name: next(OLD.glob(f"*Z-{name}-*")) for name in ("pause", "finish", "draft", "retry")}
FAST = ("--yes", "--rate", "off", "--again")
HEALTHY = Config(14, 5)


def old_run(name: str) -> Path:
    """Return a copy of an old run, in the folder of runs."""
    return Path(shutil.copytree(RUNS[name], Path("runs", RUNS[name].name)))


@pytest.mark.parametrize("name", ["pause", "draft", "retry"])
def test_a_report_says_of_each_row_what_0_1_0_said(name: str, cli: Cli) -> None:
    run = old_run(name)
    before = {record["line"]: record for record in records(run)}
    done = cli("report", run, "--format", "jsonl")
    assert done.code == 0
    now = {record["line"]: record for record in map(json.loads, done.out.splitlines())}
    for line, record in before.items():
        doubt = now[line].pop("doubt", None)
        assert now[line] == record
        assert (doubt is not None) == (record["outcome"] == "in_doubt")
    assert now.keys() == before.keys()


def test_a_run_that_was_killed_is_reported_and_gone_on_with(serve: Serve, cli: Cli) -> None:
    run, stage = old_run("finish"), serve(HEALTHY)
    assert "in_doubt" in cli("report", run).out
    assert cli("resume", run, "--rate", "off", "--base-url", stage.base_url).code in {3, 5}
    assert len(records(run)) == 15
    assert "not_attempted" not in outcomes(run)


def test_a_doubt_that_0_1_0_left_open_stays_one_when_the_run_goes_on(serve: Serve, cli: Cli) -> None:
    run = old_run("draft")
    doubtful = {record["line"]: record for record in records(run) if record["outcome"] == "in_doubt"}
    assert doubtful
    stage = serve(Config(14, 5, mix=parse_mix("draft=100")))
    cli("resume", run, "--rate", "off", "--tries", "1", "--base-url", stage.base_url)
    for record in records(run):
        if record["line"] in doubtful:
            assert record["outcome"] == "in_doubt"
            assert record["error"]["message"].startswith("the answer to attempt 1 was lost (no answer in time)")


def test_a_retry_remembers_what_0_1_0_left_in_doubt(serve: Serve, cli: Cli) -> None:
    first = old_run("pause")
    doubtful = [record["line"] for record in records(first) if record["outcome"] == "in_doubt"]
    stage = serve(Config(14, 5, mix=parse_mix("paused=100")))
    cli("retry", first, *FAST, "--tries", "1", "--base-url", stage.base_url)
    second = list_runs(Path("runs"))[-1].path
    found = {record["line"]: record for record in records(second)}
    assert sorted(found) == doubtful
    for record in found.values():
        assert record["outcome"] == "in_doubt"
        assert record["error"]["message"].startswith(f"in run {first.name}: the answer to attempt")
        assert record["doubt"]["run"] == first.name


def test_a_retry_that_0_1_0_made_remembers_the_first_run(cli: Cli) -> None:
    second = old_run("retry")
    before = [record["error"]["message"] for record in records(second) if record["attempts"] == 0]
    assert before
    assert all(message.startswith(f"in run {RUNS['pause'].name}: ") for message in before)
    done = cli("report", second, "--format", "jsonl")
    doubts = [record["doubt"] for record in map(json.loads, done.out.splitlines()) if record["attempts"] == 0]
    assert {doubt["run"] for doubt in doubts} == {RUNS["pause"].name}


def test_what_0_1_0_applied_is_undone(serve: Serve, cli: Cli) -> None:
    first, stage = old_run("pause"), serve(HEALTHY)
    applied = [record["uuid"] for record in records(first) if record["outcome"] == "applied"]
    cli("undo", first, *FAST, "--base-url", stage.base_url)
    assert [record["uuid"] for record in records(list_runs(Path("runs"))[-1].path)] == applied


def test_a_table_of_0_1_0_tells_its_doubts(cli: Cli) -> None:
    table = OLD / RUNS["pause"].name / "results.csv"
    with table.open(encoding="utf-8", newline="") as file:
        doubtful = [
            row["result_uuid" if "result_uuid" in row else "uuid"]
            for row in csv.DictReader(file)
            if row["outcome"] == "in_doubt"
        ]
    assert doubtful
    assert cli("plan", table, "-o", "plan.jsonl", "--skip-invalid").code in {0, 2}
    entries = [json.loads(line) for line in Path("plan.jsonl").read_text(encoding="utf-8").splitlines()[1:]]
    assert [entry["uuid"] for entry in entries if "doubt" in entry] == doubtful
    assert all("lost" in entry["doubt"]["message"] for entry in entries if "doubt" in entry)


def test_a_report_tells_of_what_it_cannot_read_at_a_journals_end(cli: Cli) -> None:
    run = old_run("pause")
    journal = run / "journal.jsonl"
    *kept, _ = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(kept) + b"garbage\n" * 3)
    done = cli("report", run)
    assert done.code == 0
    assert "journal.jsonl: the last 24 bytes cannot be read, and what they said is not known" in done.err


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "csv"])
@pytest.mark.parametrize("content", [b"", b"\0" * 3000])
def test_results_are_not_replaced_by_what_a_lost_journal_knows(content: bytes, form: str, cli: Cli) -> None:
    run = old_run("pause")
    (run / "journal.jsonl").write_bytes(content)
    before = (run / "results.jsonl").read_bytes()
    done = cli("report", run, "--format", form)
    assert (done.code, done.out) == (2, "")
    assert "missing or damaged, so what this run changed is not known" in done.err
    assert (run / "results.jsonl").read_bytes() == before
