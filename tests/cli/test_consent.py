"""Laws of agreed: nothing is sent that nobody asked for, and what cannot be undone needs more than a yes."""

import fcntl
import os
import pty
import select
import termios
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bulk_journeys.sandbox.config import Config, parse_mix
from tests.cli.stage import Cli, Forked, Running, Serve, Stage, the_run, uphold_the_law, write_list

ROWS = 4


@pytest.fixture
def stage(serve: Serve) -> Stage:
    """Return a sandbox, with a list of its journeys."""
    stage = serve(Config(ROWS))
    write_list(Path("journeys.csv"), stage.uuids())
    return stage


def asking(stage: Stage, action: str) -> list[str]:
    return ["run", "journeys.csv", "--action", action, "--rate", "off", "--base-url", stage.base_url]


def nothing_happened(stage: Stage) -> None:
    assert stage.requests() == 0
    assert not Path("runs").exists()


@pytest.mark.parametrize("action", ["start", "pause"])
def test_without_a_terminal_a_yes_must_be_given_beforehand(action: str, stage: Stage, cli: Cli) -> None:
    code, out, err = cli(*asking(stage, action))
    assert (code, out) == (2, "")
    assert "there is no terminal to ask on, so nothing was sent; pass --yes" in err
    nothing_happened(stage)


@pytest.mark.parametrize("flags", [(), ("--yes",), ("-y",)])
@pytest.mark.parametrize("action", ["finish", "draft", "archive"])
def test_what_cannot_be_undone_needs_the_number_of_journeys(
    action: str, flags: tuple[str, ...], stage: Stage, cli: Cli
) -> None:
    code, _, err = cli(*asking(stage, action), *flags)
    assert code == 2
    assert f"{action} {ROWS} journeys: {action} cannot be undone, so nothing was sent; pass --confirm {ROWS}" in err
    nothing_happened(stage)


@pytest.mark.parametrize("said", [0, 1, ROWS - 1, ROWS + 1, -ROWS])
@pytest.mark.parametrize("action", ["pause", "finish"])
def test_another_number_of_journeys_is_no_consent(action: str, said: int, stage: Stage, cli: Cli) -> None:
    code, _, err = cli(*asking(stage, action), "--yes", "--confirm", str(said))
    assert code == 2
    assert f"'{said}' is not the number of journeys, which is {ROWS}; nothing was sent" in err
    nothing_happened(stage)


@pytest.mark.parametrize("action", ["pause", "finish"])
def test_the_right_number_of_journeys_is_consent(action: str, stage: Stage, cli: Cli) -> None:
    assert cli(*asking(stage, action), "--confirm", str(ROWS)).code == 0
    uphold_the_law(stage, the_run(Path()), ROWS)
    assert [journey.applied for journey in stage.journeys.values()] == [[action]] * ROWS


def test_the_number_counts_journeys_and_not_rows(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(ROWS))
    write_list(Path("journeys.csv"), [*stage.uuids(), *stage.uuids(), "nonsense"])
    command = [*asking(stage, "finish"), "--skip-invalid", "--confirm"]
    assert cli(*command, str(2 * ROWS)).code == 2
    nothing_happened(stage)
    assert cli(*command, str(ROWS)).code == 3  # for the invalid row
    assert set(stage.requests_of().values()) == {1}


def test_one_journey_to_finish_among_many_to_pause_needs_the_number_of_all(serve: Serve, cli: Cli) -> None:
    stage = serve(Config(ROWS, mix=parse_mix("running=1")))
    write_list(Path("journeys.csv"), [f"{uuid},pause" for uuid in stage.uuids()], header="uuid,action")
    with Path("journeys.csv").open("a") as file:
        file.write("11111111-2222-3333-4444-555555555555,finish\n")
    code, _, err = cli("run", "journeys.csv", "--yes", "--base-url", stage.base_url)
    assert code == 2
    assert f"finish 1 journey: finish cannot be undone, so nothing was sent; pass --confirm {ROWS + 1}" in err
    nothing_happened(stage)


class Terminal:
    """A person at a terminal: reads what the program says, and types."""

    def __init__(self) -> None:
        self._master, slave = pty.openpty()
        self._slave = slave
        self.name = os.ttyname(slave)
        self.seen = ""

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)

    def read_until(self, text: str, process: Running) -> None:
        deadline = time.monotonic() + 10
        while text not in self.seen:
            assert process.poll() is None, self.seen
            assert time.monotonic() < deadline, self.seen
            self._read(0.1)

    def read_rest(self) -> str:
        while self._read(0):
            pass
        return self.seen

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], seconds)
        if ready:
            self.seen += os.read(self._master, 65536).decode(errors="replace")
        return bool(ready)

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())


def sit_down(terminal: str) -> None:
    """Make *terminal* this process's own: its input, its output, and what Ctrl-C comes from."""
    os.setsid()
    descriptor = os.open(terminal, os.O_RDWR)
    fcntl.ioctl(descriptor, termios.TIOCSCTTY, 0)
    for standard in (0, 1, 2):
        os.dup2(descriptor, standard)
    os.close(descriptor)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


def conversation(terminal: Terminal, folder: Path, arguments: list[str], question: str, answer: str) -> int:
    """Have the program ask *question*, type *answer* and return the exit code."""
    process = Forked(folder, *arguments, prepare=partial(sit_down, terminal.name))
    terminal.read_until(question, process)
    terminal.type(answer)
    code = process.done().code
    assert "Traceback" not in terminal.read_rest()
    return code


@pytest.mark.parametrize("answer", ["y\n", "Yes \n"])
def test_a_yes_on_the_terminal_is_consent(answer: str, stage: Stage, folder: Path, terminal: Terminal) -> None:
    code = conversation(terminal, folder, asking(stage, "pause"), f"pause {ROWS} journeys? [y/N] ", answer)
    assert code == 0, terminal.seen
    uphold_the_law(stage, the_run(folder), ROWS)


@pytest.mark.parametrize("answer", ["n\n", "\n", "yep\n", f"{ROWS}\n", "\x04"])
def test_anything_else_on_the_terminal_is_none(answer: str, stage: Stage, folder: Path, terminal: Terminal) -> None:
    code = conversation(terminal, folder, asking(stage, "pause"), "[y/N] ", answer)
    assert code == 2, terminal.seen
    assert "error: nothing was sent" in terminal.seen
    nothing_happened(stage)


@pytest.mark.parametrize(("answer", "code"), [(f"{ROWS}\n", 0), ("y\n", 2), (f"{ROWS + 1}\n", 2), ("\n", 2)])
def test_what_cannot_be_undone_asks_for_the_number_on_a_terminal(
    answer: str, code: int, stage: Stage, folder: Path, terminal: Terminal
) -> None:
    question = f"finish {ROWS} journeys: finish cannot be undone. Type the number of journeys to go on: "
    assert conversation(terminal, folder, asking(stage, "finish"), question, answer) == code, terminal.seen
    assert stage.requests() == (0 if code else ROWS)


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 2)])
def test_a_run_that_may_not_be_the_last_is_shown_and_asked_about(
    answer: str, code: int, serve: Serve, terminal: Terminal, cli: Cli
) -> None:
    stage, folder = serve(Config(2)), Path.cwd()
    for uuid in stage.uuids():
        write_list(Path("journeys.csv"), [uuid])
        assert cli(*asking(stage, "pause"), "--yes").code == 0
    (folder / "state" / "runs.jsonl").unlink()
    asked = conversation(terminal, folder, ["undo", "--rate", "off"], "start 1 journey? [y/N] ", answer)
    assert asked == code, terminal.seen
    assert "undo of 20" in terminal.seen
    assert "does not know all or not in order, and the clock may be wrong" in terminal.seen
    assert stage.requests() == (2 if code else 3)


def test_ctrl_c_at_the_question_sends_nothing(stage: Stage, folder: Path, terminal: Terminal) -> None:
    code = conversation(terminal, folder, asking(stage, "pause"), "[y/N] ", "\x03")
    assert code == 130, terminal.seen
    nothing_happened(stage)


def test_ctrl_c_during_a_run_on_a_terminal_can_be_resumed(
    serve: Serve, folder: Path, terminal: Terminal, cli: Cli
) -> None:
    stage = serve(Config(40))
    write_list(Path("journeys.csv"), stage.uuids())
    flags = ("--rate", "30/s", "--yes")
    process = Forked(folder, *asking(stage, "pause"), *flags, prepare=partial(sit_down, terminal.name))
    stage.await_requests(3, process)
    terminal.type("\x03")
    assert process.done().code == 130
    assert "stopping: interrupted by SIGINT" in terminal.read_rest()
    assert cli("resume", "--rate", "off").code == 0
    uphold_the_law(stage, the_run(folder), 40)
    assert stage.requests() == 40
