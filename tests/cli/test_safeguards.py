"""Laws of care: a list too large, too old, protected or done before sends nothing; a bad beginning stops the rest."""

import os
import re
import shlex
import signal
import subprocess
import time
from pathlib import Path

import openpyxl
import pytest

from bulk_journeys.sandbox.config import Config, Latency, parse_mix
from tests.cli.stage import Cli, Done, Forked, Serve, Stage, command, outcomes, the_run, uphold_the_law, write_list

FAST = ("--yes", "--rate", "off")
WRONG = Config(200, mix=parse_mix("running=100"), forbidden=100)


def pause(cli: Cli, stage: Stage, *flags: str) -> Done:
    write_list(Path("journeys.csv"), stage.uuids())
    return cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url, *flags)


def refused(cli: Cli, stage: Stage, *flags: str) -> str:
    """Return why the run is refused, of which nothing is sent."""
    before = stage.requests()
    code, _, err = pause(cli, stage, *flags)
    assert (code, stage.requests()) == (2, before)
    return err.partition("error: ")[2]


def test_a_plan_that_is_too_large_sends_nothing(serve: Serve, cli: Cli) -> None:
    assert refused(cli, serve(Config(3)), "--max-rows", "2").startswith(
        "the plan is to change 3 journeys, and --max-rows"
    )


def test_a_list_that_is_too_old_sends_nothing(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    write_list(Path("journeys.csv"), stage.uuids())
    yesterday = time.time() - 90_000
    os.utime("journeys.csv", (yesterday, yesterday))
    flags = ("--action", "pause", *FAST, "--base-url", stage.base_url, "--max-age", "2h")
    code, _, err = cli("run", "journeys.csv", *flags)
    assert (code, stage.requests()) == (2, 0)
    assert "journeys.csv: it was written 25 hours ago, and --max-age allows 2 hours; nothing was sent" in err
    assert pause(cli, stage, "--max-age", "2h").code == 0


def test_all_that_speaks_against_a_run_is_said_at_once(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    assert pause(cli, stage).code == 0
    yesterday = time.time() - 90_000
    os.utime("journeys.csv", (yesterday, yesterday))
    write_list(Path("vip.csv"), stage.uuids()[:1])
    flags = ("--max-age", "2h", "--max-rows", "2", "--protect", "vip.csv")
    before = stage.requests()
    code, _, err = cli("run", "journeys.csv", "--action", "pause", *FAST, "--base-url", stage.base_url, *flags)
    assert (code, stage.requests()) == (2, before)
    said = [line.removeprefix("error: ").strip() for line in err[err.index("error: ") :].splitlines()]
    assert [re.split(r", | \d+ seconds", line)[0] for line in said if not line.startswith("journeys.csv:2:")] == [
        "journeys.csv: it was written 25 hours ago",
        "the plan is to change 3 journeys",
        "1 of the journeys are protected by vip.csv",
        "take them out",
        "the same was carried out",
    ]


def test_protected_journeys_are_refused_with_their_lines_whatever_the_list_of_them_looks_like(
    serve: Serve, cli: Cli
) -> None:
    stage = serve(Config(4))
    one, _, three, _ = stage.uuids()
    write_list(
        Path("vip.csv"),
        [f"Loyalty,{three.upper()},whatever", f"Billing,{{{one}}},Running"],
        header="Name;Journey ID;status".replace(";", ","),
    )
    said = refused(cli, stage, "--protect", "vip.csv")
    assert said.startswith("2 of the journeys are protected by vip.csv, so nothing was sent\n")
    assert f"journeys.csv:2: {one} is on line 3" in said
    assert f"journeys.csv:4: {three} is on line 2" in said
    write_list(Path("vip.csv"), ["not an id"])
    assert "not every row has a journey id" in refused(cli, stage, "--protect", "vip.csv")


def test_what_is_protected_is_not_undone_either(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    assert pause(cli, stage).code == 0
    write_list(Path("vip.csv"), stage.uuids()[:1])
    code, _, err = cli("undo", *FAST, "--protect", "vip.csv")
    assert (code, stage.requests()) == (2, 2)
    assert "1 of the journeys are protected by vip.csv" in err


def test_the_very_same_list_is_not_carried_out_twice_a_day_unless_asked(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    assert pause(cli, stage).code == 0
    said = refused(cli, stage)
    assert said.startswith("the same was carried out ")
    assert f"seconds ago, in runs/{the_run(Path()).name}; " in said
    assert pause(cli, stage, "--again").code == 3


@pytest.mark.parametrize("journal", [None, b"", b'{"event":"beg', b"[]\n"])
def test_the_same_list_is_not_carried_out_behind_a_run_whose_journal_was_lost(
    serve: Serve, cli: Cli, journal: bytes | None
) -> None:
    stage = serve(Config(3))
    assert pause(cli, stage).code == 0
    path = the_run(Path()) / "journal.jsonl"
    path.unlink()
    if journal is not None:
        path.write_bytes(journal)
    said = refused(cli, stage)
    assert said.startswith(f"the same may have been carried out, in {path.parent}, whose journal is missing or damaged")
    assert pause(cli, stage, "--again").code == 3


def test_the_same_list_may_start_what_it_paused(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(3))
    assert pause(cli, stage).code == 0
    assert cli("run", "journeys.csv", "--action", "start", *FAST, "--base-url", stage.base_url).code == 0


def test_a_run_that_was_refused_at_the_door_may_be_begun_anew(
    serve: Serve, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(3))
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", "wrong")
    assert pause(cli, stage).code == 4
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", Config.token)
    assert pause(cli, stage).code == 0


def test_a_canary_that_comes_to_nothing_spares_the_rest(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(40, forbidden=40))
    code, out, err = pause(cli, stage, "--canary", "3")
    assert code == 4
    assert "canary" in err
    assert 1 <= stage.requests() <= 3
    assert set(outcomes(the_run(Path()))[3:]) == {"not_attempted"}
    assert "bulk-journeys resume" in out


def test_a_canary_that_sings_lets_the_others_go(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(40, mix=parse_mix("running=50,paused=50")))
    assert pause(cli, stage, "--canary", "3").code == 3
    assert set(outcomes(the_run(Path()))) == {"applied", "conflict"}


@pytest.mark.parametrize("most", ["10", "20%"])
def test_too_many_failures_stop_the_run_which_settles_what_is_under_way(serve: Serve, cli: Cli, most: str) -> None:
    stage = serve(WRONG)
    code, _, err = pause(cli, stage, "--max-failures", most, "--concurrency", "5")
    assert code == 4
    assert "--max-failures" in err
    assert stage.requests() < 100
    found = outcomes(the_run(Path()))
    assert found.count("not_attempted") == 200 - stage.requests()
    assert found.count("rejected") > 3
    uphold_the_law(stage, the_run(Path()), 200)
    assert cli("resume", "--rate", "off").code == 3
    assert "not_attempted" not in outcomes(the_run(Path()))


def test_few_failures_stop_nothing(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(100, forbidden=5))
    assert pause(cli, stage, "--max-failures", "5").code == 3
    assert outcomes(the_run(Path())).count("applied") == 95


def test_a_conflict_is_a_failure_only_if_the_user_is_strict(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(60, mix=parse_mix("paused=1")))
    flags = ("--max-failures", "10", "--concurrency", "5")
    assert pause(cli, stage, *flags).code == 3
    code, _, err = pause(cli, stage, *flags, "--strict", "--again")
    assert code == 4
    assert "--max-failures" in err


def test_what_is_no_number_of_failures_is_refused(serve: Serve, cli: Cli) -> None:
    assert "--max-failures" in refused(cli, serve(Config(1)), "--max-failures", "many")


def test_only_so_many_rows_are_carried_out_and_the_next_ones_later(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(10))
    code, out, _ = pause(cli, stage, "--limit", "4")
    assert (code, stage.requests()) == (4, 4)
    assert "the first 4 rows are done, as --limit says" in out
    assert cli("resume", "--limit", "4").code == 4
    assert outcomes(the_run(Path())) == ["applied"] * 8 + ["not_attempted"] * 2
    assert cli("resume", "--limit", "4").code == 0


def test_at_its_deadline_a_run_settles_what_is_under_way_and_ends(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(100, latency=Latency(0.05, 0.05)))
    code, out, err = pause(cli, stage, "--deadline", "0.4s", "--rate", "30/s")
    assert code == 6
    assert "the deadline" in err
    assert "bulk-journeys resume" in out
    found = outcomes(the_run(Path()))
    assert set(found) == {"applied", "not_attempted"}
    assert found.count("applied") == stage.requests() < 100
    uphold_the_law(stage, the_run(Path()), 100)


def test_one_run_at_a_time_for_each_account(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(20, latency=Latency(0.1, 0.1)))
    write_list(folder / "journeys.csv", stage.uuids())
    write_list(folder / "others.csv", stage.uuids()[:2])
    flags = ("--action", "pause", "--yes", "--base-url", stage.base_url)
    process = Forked(folder, "run", "journeys.csv", *flags, "--rate", "10/s")
    stage.await_requests(2, process)
    code, _, err = cli("run", "others.csv", *flags)
    assert code == 75
    holder = the_run(folder).name
    assert f"another run holds this account: {holder} (process " in err
    assert "wait for it with --wait-for-lock 30s" in err
    assert [run.name for run in (folder / "runs").iterdir()] == [holder]
    code, _, err = cli("run", "others.csv", *flags, "--wait-for-lock", "60s")
    assert code == 3, err
    assert process.done().code == 0


def test_a_run_that_was_killed_holds_nothing(serve: Serve, folder: Path, cli: Cli) -> None:
    stage = serve(Config(20, latency=Latency(0.1, 0.1)))
    write_list(folder / "journeys.csv", stage.uuids())
    process = Forked(
        folder, "run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, "--rate", "10/s"
    )
    stage.await_requests(2, process)
    process.send_signal(signal.SIGKILL)
    assert process.done().code == -9
    assert cli("resume", "--rate", "off").code in {0, 5}


def test_another_token_is_another_account(
    serve: Serve, folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = serve(Config(20, latency=Latency(0.1, 0.1)))
    other = serve(Config(2, token="other"))
    write_list(folder / "journeys.csv", stage.uuids())
    process = Forked(
        folder, "run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, "--rate", "10/s"
    )
    stage.await_requests(2, process)
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", "other")
    write_list(folder / "others.csv", other.uuids())
    assert cli("run", "others.csv", "--action", "pause", "--yes", "--base-url", other.base_url).code == 0
    process.kill()
    process.done()


def test_an_empty_address_sends_nothing(folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    write_list(folder / "journeys.csv", ["11111111-2222-3333-4444-555555555555"])
    monkeypatch.setenv("PUSHWOOSH_BASE_URL", "")
    code, _, err = cli("run", "journeys.csv", "--action", "pause", *FAST)
    assert code == 2
    assert "PUSHWOOSH_BASE_URL is empty" in err
    assert not (folder / "runs").exists()


def test_a_rehearsal_elsewhere_is_not_the_same(serve: Serve, cli: Cli) -> None:
    rehearsal, stage = serve(Config(3)), serve(Config(3))
    assert pause(cli, rehearsal).code == 0
    assert pause(cli, stage).code == 0


def test_a_list_of_protected_journeys_is_read_whole_or_not_at_all(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(2))
    book = openpyxl.Workbook()
    book.active.append(["journey id"])
    book.active.append(["11111111-2222-4333-8444-555555555555"])
    hidden = book.create_sheet("more")
    hidden.sheet_state = "hidden"
    for cell in ("journey id", *stage.uuids()):
        hidden.append([cell])
    book.save("vip.xlsx")
    said = refused(cli, stage, "--protect", "vip.xlsx")
    assert "several sheets hold journeys: 'Sheet' (1), 'more' (2); put them on one" in said


def test_who_has_no_terminal_and_no_input_is_told_what_to_pass(serve: Serve, folder: Path) -> None:
    stage = serve(Config(2))
    write_list(folder / "journeys.csv", stage.uuids())
    arguments = command("run", "journeys.csv", "--action", "pause", "--base-url", stage.base_url)
    shell = f"{shlex.join(arguments)} <&-"
    done = subprocess.run(["/bin/sh", "-c", shell], cwd=folder, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 2
    assert "there is no terminal to ask on, so nothing was sent; pass --yes" in done.stderr
    silent = subprocess.run(["/bin/sh", "-c", f"{shell} --yes 2>&-"], cwd=folder, capture_output=True, check=False)
    assert silent.returncode == 0
