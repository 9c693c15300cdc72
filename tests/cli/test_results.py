"""Laws of what a run leaves: an exit code, results in the user's own terms, and reports; and of what it starts from."""

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from bulk_journeys.sandbox.config import Config, parse_mix
from bulk_journeys.sandbox.faults import Fault
from tests.cli.stage import Cli, Serve, command, json_lines, outcomes, records, the_run, uphold_the_law, write_list

FAST = ("--yes", "--rate", "off")
ADDED = ["uuid", "action", "outcome", "status", "error", "attempts", "finished_at", "doubt"]
UNKNOWN = "11111111-2222-3333-4444-555555555555"


def cells(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_a_run_that_applied_everything_ends_with_0(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(7))
    write_list(Path("journeys.csv"), stage.uuids())
    code, out, err = cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert code == 0, err
    assert "7 rows" in out
    assert "resume" not in out
    uphold_the_law(stage, the_run(Path()), 7)
    assert outcomes(the_run(Path())) == ["applied"] * 7


@pytest.mark.parametrize(
    ("config", "outcome", "code"),
    [
        (Config(1, mix=parse_mix("finished=1")), "conflict", 3),
        (Config(1, forbidden=1), "rejected", 3),
        (Config(0), "rejected", 3),
        (Config(1, faults={Fault.DROP: 1.0}), "in_doubt", 5),
        (Config(1, faults={Fault.ERROR: 1.0}), "in_doubt", 5),
        (Config(1, faults={Fault.HANG: 1.0}), "in_doubt", 5),
    ],
)
def test_a_row_that_was_not_surely_applied_is_told_by_the_exit_code(
    config: Config, outcome: str, code: int, serve: Serve, cli: Cli
) -> None:
    stage = serve(config)
    write_list(Path("journeys.csv"), stage.uuids() or [UNKNOWN])
    flags = ("--base-url", stage.base_url, "--tries", "1", "--timeout", "0.1")
    ended = cli("run", "journeys.csv", "--action", "pause", *FAST, *flags)
    assert ended.code == code, ended.err
    (record,) = records(the_run(Path()))
    assert record["outcome"] == outcome
    assert record["error"].keys() == {"code", "message", "advice"}
    assert f"{outcome}, {record['error']['code']}: 1 row" in ended.out
    uphold_the_law(stage, the_run(Path()), 1)


def test_what_is_in_doubt_weighs_less_than_what_was_not_applied(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(20, faults={Fault.DROP: 0.5}))
    write_list(Path("journeys.csv"), [*stage.uuids(), UNKNOWN])
    ended = cli("run", "journeys.csv", "--action", "pause", *FAST, "--tries", "1", "--base-url", stage.base_url)
    assert ended.code == 3
    assert set(outcomes(the_run(Path()))) == {"applied", "in_doubt", "rejected"}


def test_the_results_hold_the_users_columns_first_and_every_row_in_its_order(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(30, mix=parse_mix("running=80,finished=20")))
    pairs = zip(stage.titles(), stage.uuids(), strict=True)
    rows = [(title, uuid.upper(), f"note {number}, Ж") for number, (title, uuid) in enumerate(pairs)]
    with Path("journeys.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("Name", "Journey ID", "Notiz"), *rows])
    assert cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url).code == 3
    header, *lines = cells((the_run(Path()) / "results.csv").read_text(encoding="utf-8"))
    assert header == ["Name", "Journey ID", "Notiz", *ADDED]
    assert [tuple(line[1:3]) for line in lines] == [row[1:] for row in rows]
    assert [line[0].removeprefix("'") for line in lines] == [row[0] for row in rows]
    log = records(the_run(Path()))
    assert [record["uuid"] for record in log] == stage.uuids()
    assert [line[5] for line in lines] == [record["outcome"] for record in log]
    assert [record["line"] for record in log] == list(range(2, 32))


def test_cells_that_a_spreadsheet_would_run_are_defused(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(1))
    write_list(Path("journeys.csv"), [f'{stage.uuids()[0]},"=HYPERLINK(""http://x"")",-5'], header="uuid,a,b")
    assert cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url).code == 0
    _, line = cells((the_run(Path()) / "results.csv").read_text(encoding="utf-8"))
    assert line[1:3] == ['\'=HYPERLINK("http://x")', "-5"]


def test_a_report_comes_in_four_formats_that_agree(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(12, forbidden=3))
    write_list(Path("journeys.csv"), stage.uuids())
    ended = cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    run = the_run(Path())
    said = {form: cli("report", run.name, "--format", form) for form in ("text", "json", "jsonl", "csv")}
    assert all((code, err) == (0, "") for code, _, err in said.values())
    assert said["jsonl"].out == (run / "results.jsonl").read_text()
    assert said["csv"].out == (run / "results.csv").read_text()
    told = json.loads(said["json"].out)
    assert (told["run"], told["rows"], told["left"]) == (run.name, 12, 0)
    assert told["outcomes"] == {"applied": 9, "rejected": 3}
    assert told["causes"][0]["error"]["code"] == "permission_denied"
    assert "12 rows" in said["text"].out
    assert "rejected, permission_denied: 3 rows" in said["text"].out
    assert said["text"].out in ended.out
    assert cli("report").out == cli("report", run).out == cli("report", run.name[-4:]).out == said["text"].out


def test_a_report_makes_the_results_anew(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    write_list(Path("journeys.csv"), stage.uuids())
    cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    before = {path.name: path.read_bytes() for path in the_run(Path()).glob("results.*")}
    for name in before:
        (the_run(Path()) / name).unlink()
    cli("report")
    assert {path.name: path.read_bytes() for path in the_run(Path()).glob("results.*")} == before


def test_a_report_into_a_pipe_that_closes_is_no_traceback(serve: Serve, cli: Cli, folder: Path) -> None:
    stage = serve(Config(2000))
    write_list(Path("journeys.csv"), [*stage.uuids()[:1], *["bad"] * 3000])
    cli("run", "journeys.csv", "--action", "pause", *FAST, "--skip-invalid", "--base-url", stage.base_url)
    with subprocess.Popen(
        command("report", "--format", "jsonl"), cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()


def test_runs_lists_every_run_with_its_end(serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    assert cli("runs") == (0, "", "")
    asking = ("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert cli(*asking).code == 0
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", "mistyped")
    assert cli(*asking, "--runs-dir", "others").code == 4
    code, out, _ = cli("runs")
    assert code == 0
    assert out == f"{the_run(Path()).name}  3 of 3 settled  nothing is left to do\n"
    monkeypatch.setenv("BULK_JOURNEYS_RUNS_DIR", "others")
    assert "0 of 3 settled  the API refused the token: invalid api token" in cli("runs").out


def test_a_finished_run_that_is_resumed_sends_nothing(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    assert cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url).code == 0
    before = (the_run(Path()) / "results.jsonl").read_bytes()
    assert cli("resume").code == 0
    assert (the_run(Path()) / "results.jsonl").read_bytes() == before
    assert stage.requests() == 3


def test_quiet_is_silent_while_all_is_well_and_speaks_up_otherwise(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3, forbidden=1))
    good = [uuid for uuid, journey in stage.journeys.items() if not journey.forbidden]
    write_list(Path("good.csv"), good)
    write_list(Path("all.csv"), stage.uuids())
    asking = ("--action", "pause", *FAST, "--quiet", "--base-url", stage.base_url)
    assert cli("run", "good.csv", *asking) == (0, "", "")
    code, out, err = cli("run", "all.csv", *asking)
    assert (code, err) == (3, "")
    assert "permission_denied" in out


def test_rows_that_repeat_share_one_request_and_each_has_a_record(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    one, two, three = stage.uuids()
    write_list(Path("journeys.csv"), [one, two, one.upper(), f"{{{one}}}", three, two])
    code, _, err = cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert code == 0
    assert "3 rows repeating an earlier one, whose outcome counts for both" in err
    uphold_the_law(stage, the_run(Path()), 6)
    log = records(the_run(Path()))
    assert [record["uuid"] for record in log] == [one, two, one, one, three, two]
    assert [record.get("same_as") for record in log] == [None, None, 2, 2, None, 3]
    assert [record["outcome"] for record in log] == ["applied"] * 6
    assert set(stage.requests_of().values()) == {1}


def test_invalid_rows_are_left_out_on_request_and_have_a_record_each(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    one, two, three = stage.uuids()
    write_list(Path("journeys.csv"), [one, "nonsense", two, "", three[:-1], three])
    asking = ("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert cli(*asking).code == 2
    assert not Path("runs").exists()
    code, out, _ = cli(*asking, "--skip-invalid")
    assert code == 3
    assert "invalid, invalid_row: 2 rows" in out
    log = records(the_run(Path()))
    assert [record["line"] for record in log] == [2, 3, 4, 6, 7]
    assert [record["outcome"] for record in log] == ["applied", "invalid", "applied", "invalid", "applied"]


def test_a_list_can_come_from_a_pipe(serve: Serve, folder: Path) -> None:
    stage = serve(Config(5))
    ended = subprocess.run(
        command("run", "-", "--action", "pause", *FAST, "--base-url", stage.base_url),
        input="\n".join(["uuid", *stage.uuids()]).encode(),
        cwd=folder,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    uphold_the_law(stage, the_run(folder), 5)


def test_several_files_are_one_run_and_each_record_names_its_file(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    one, two, three, four = stage.uuids()
    write_list(Path("a.csv"), [f"{one},pause", f"{two},pause"], header="uuid,action")
    Path("b.jsonl").write_text(f'{{"id": "{three}", "team": "CRM"}}\n{{"id": "{four}", "team": null}}\n')
    code, _, err = cli("run", "a.csv", "b.jsonl", "--action", "pause", *FAST, "--base-url", stage.base_url)
    assert code == 0, err
    log = records(the_run(Path()))
    assert [(record["file"], record["line"], record["uuid"]) for record in log] == [
        ("a.csv", 2, one),
        ("a.csv", 3, two),
        ("b.jsonl", 1, three),
        ("b.jsonl", 2, four),
    ]
    header, *lines = cells((the_run(Path()) / "results.csv").read_text())
    assert header == ["uuid", "action", "id", "team", "result_uuid", "result_action", *ADDED[2:]]
    assert [line[:4] for line in lines] == [
        [one, "pause", "", ""],
        [two, "pause", "", ""],
        ["", "", three, "CRM"],
        ["", "", four, ""],
    ]


def test_a_saved_plan_is_carried_out_as_it_was_shown(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4))
    one, two, three, four = stage.uuids()
    rows = [f"{one},pause", f"{two},pause", f"{three},Pause", f"{four},pause"]
    write_list(Path("journeys.csv"), rows, header="uuid,action")
    code, out, err = cli("plan", "journeys.csv", "-o", "plan.jsonl")
    assert (code, stage.requests()) == (0, 0)
    assert out.startswith("journeys.csv: CSV, UTF-8, commas, header on line 1\n  ids in 'uuid', actions in 'action'\n")
    assert out.endswith("\n4 rows: pause 4 journeys\n")
    assert "saved; carry it out with: bulk-journeys run plan.jsonl" in err
    assert not Path("runs").exists()
    Path("journeys.csv").unlink()
    assert cli("run", "plan.jsonl", *FAST, "--base-url", stage.base_url).code == 0
    uphold_the_law(stage, the_run(Path()), 4)


def test_each_row_gets_the_action_that_it_asks_for(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(4, mix=parse_mix("paused=1")))
    one, two, three, four = stage.uuids()
    rows = [f"{one},unpause", f"{two},finish", f"{three},archive", f"{four},STATUS_DRAFT"]
    write_list(Path("journeys.csv"), rows, header="uuid,action")
    code, _, err = cli("run", "journeys.csv", "--confirm", "4", "--rate", "off", "--base-url", stage.base_url)
    assert code == 0, err
    assert [journey.applied for journey in stage.journeys.values()] == [["start"], ["finish"], ["archive"], ["draft"]]
    assert the_run(Path()).name.split("-")[-2] == "mixed"
    uphold_the_law(stage, the_run(Path()), 4)


def test_the_log_tells_what_was_not_plain_sailing(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(20, 1, faults={Fault.REFUSE: 0.1}))
    write_list(Path("journeys.csv"), stage.uuids())
    assert cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url).code == 0
    log: list[dict[str, Any]] = json_lines(the_run(Path()) / "log.jsonl")
    assert [log[0]["event"], log[-1]["event"]] == ["began", "ended"]
    assert {entry["code"] for entry in log[1:-1]} == {"resource_exhausted"}
    assert len(log) - 2 == stage.requests() - 20 > 0


def test_a_run_is_for_the_eyes_of_its_owner(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    write_list(Path("journeys.csv"), stage.uuids())
    cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url)
    run = the_run(Path())
    assert [path.name for path in sorted(run.iterdir())] == [
        "failed.csv",
        "journal.jsonl",
        "log.jsonl",
        "plan.jsonl",
        "results.csv",
        "results.jsonl",
    ]
    assert [path.stat().st_mode & 0o077 for path in (run, *run.iterdir())] == [0] * 7
