"""The laws of `make torture`, on a few runs: what it does for minutes is done here for seconds."""

import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import Final

import pytest

from bulk_journeys.sandbox.config import Config, Latency
from tests.cli.stage import Forked, Serve, the_run, write_list
from tests.torture.clocks import torture_clocks
from tests.torture.cuts import Sample, torture_cuts
from tests.torture.disks import KINDS, torture_disks
from tests.torture.folders import torture_folders
from tests.torture.kills import Wanted, torture_kills
from tests.torture.laws import Session, leftovers, lies, most_in_doubt, sessions
from tests.torture.network import carry_out
from tests.torture.stops import needless, torture_stops
from tests.torture.worlds import draw

SEED: Final = 25
INTERRUPTED_EARLY: Final = """
import typer.main
from bulk_journeys.cli import main

def interrupted(*_): raise KeyboardInterrupt

typer.main.get_command = interrupted
main()
"""
"""Ctrl-C while the command line is put together, which takes some hundredths of a second."""


def quiet(_: str) -> None:
    pass


def test_runs_that_are_killed_again_and_again_uphold_every_law(folder: Path) -> None:
    figures = torture_kills(Random(SEED), Wanted(kills=10, seconds=60, at_a_time=4, rows=(24,)), folder, quiet)
    assert figures.violations == []
    assert figures.kills >= 10


def test_runs_on_disks_that_fail_uphold_every_law(folder: Path) -> None:
    figures = torture_disks(Random(SEED), 0, folder, quiet, KINDS[:3])
    assert figures.violations == []
    assert figures.faults >= 2


def test_runs_whose_folders_vanish_uphold_every_law(folder: Path) -> None:
    figures = torture_folders(Random(SEED), 0, folder, quiet, rows=(24,))
    assert figures.violations == []
    assert figures.faults >= 3


def test_a_run_that_stands_still_loses_no_answer_that_came_meanwhile(folder: Path) -> None:
    figures = torture_stops(Random(SEED), 0, folder, quiet, rows=(150,))
    assert figures.violations == []
    assert figures.faults >= 1


def test_runs_by_clocks_that_are_wrong_are_undone_in_the_order_in_which_they_were_begun(folder: Path) -> None:
    figures = torture_clocks(Random(SEED), 0, folder, quiet)
    assert figures.violations == []
    assert figures.faults >= 2


@pytest.mark.parametrize("kind", ["dial", "proxied", "doubled"])
def test_runs_over_networks_that_fail_uphold_every_law(kind: str) -> None:
    figures = carry_out(draw(kind, 0.1, SEED)._replace(rows=60, sandbox=("--journeys", "60", "--fault", f"{kind}=0.3")))
    assert figures.violations == []
    assert figures.faults >= 6
    assert figures.dial_doubts == 0


def test_a_journal_cut_at_any_byte_is_read_believed_and_gone_on_with(folder: Path) -> None:
    figures = torture_cuts(Random(SEED), Sample(rows=6, resumed=2), folder, quiet)
    assert figures.violations == []
    assert figures.runs == 3


@pytest.mark.parametrize(("rate", "lanes", "rows"), [("off", 8, 15), ("off", 1, 1), ("200/s", 8, 8), ("auto", 1, 1)])
def test_a_crash_puts_a_row_of_each_lane_in_doubt_and_one_more_each_where_the_pace_is_free(
    rate: str, lanes: int, rows: int
) -> None:
    assert most_in_doubt(rate, lanes) == rows


def test_a_row_is_open_in_the_session_that_left_it_so() -> None:
    intent, word = {"event": "sending", "row": 0}, {"event": "settled", "row": 0}
    began, ended = {"event": "began"}, {"event": "ended"}
    first, second = sessions([began, intent, began, {**intent, "row": 1}, intent, word, ended])
    assert first == Session(frozenset({0}), ended=False)
    assert second == Session(frozenset({1}), ended=True)


def test_an_answer_that_counts_as_lost_and_a_row_left_open_are_told() -> None:
    began, intent = {"event": "began"}, {"event": "sending", "row": 0}
    assert len(list(needless([began, intent, {"event": "heard", "row": 0, "code": "timeout"}]))) == 1
    assert len(list(needless([began, intent]))) == 1
    assert list(needless([began, intent, {"event": "settled", "row": 0}])) == []


def test_what_a_killed_process_was_writing_is_told_until_it_is_gone(tmp_path: Path) -> None:
    assert list(leftovers(tmp_path)) == []
    (tmp_path / ".results.jsonl.abcdefgh.tmp").touch()
    assert list(leftovers(tmp_path)) == [".results.jsonl.abcdefgh.tmp is still there after a report"]


def test_results_say_nothing_false_while_a_run_is_resumed_and_when_that_is_killed(serve: Serve, folder: Path) -> None:
    stage = serve(Config(40, latency=Latency(0.02, 0.02)))
    write_list(folder / "journeys.csv", stage.uuids())
    flags = ("--rate", "off", "--concurrency", "2")
    run = Forked(folder, "run", "journeys.csv", "--action", "pause", "--yes", "--base-url", stage.base_url, *flags)
    stage.await_requests(4, run)
    run.send_signal(signal.SIGTERM)
    assert run.done().code == 143
    resumed = Forked(folder, "resume", *flags)
    stage.await_requests(stage.requests() + 8, resumed)
    resumed.kill()
    assert resumed.done().code == -9
    results = the_run(folder) / "results.jsonl"
    assert not results.exists() or list(lies(results.parent, 40, stage.journeys)) == []


def test_an_interruption_at_the_very_start_is_met_without_a_traceback() -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED_EARLY, "runs"], capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 130
