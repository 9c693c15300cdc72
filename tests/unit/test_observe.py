"""Laws of those who watch: they may fail as they like, and the run neither stops nor miscounts."""

import io
import json
import stat
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from bulk_journeys.errors import DiskFailed
from bulk_journeys.journal.entries import Settled
from bulk_journeys.model import Action, Ending, Lost, Obstacle, Outcome, Request
from bulk_journeys.model import FailureCode as Code
from bulk_journeys.observe import Watchers
from bulk_journeys.observe.progress import BarProgress, PlainProgress, progress
from bulk_journeys.observe.run_log import RunLog, run_log
from bulk_journeys.pipeline.breaker import Closed, Opened
from bulk_journeys.pipeline.events import AttemptFailed, Event, PauseAsked, RowsSettled
from bulk_journeys.pipeline.stop_rules import Stop
from tests.fakes import Listener, uuid_of

REQUEST = Request(Action.PAUSE, uuid_of(3))
LOST = Lost(Code.UNAVAILABLE, "é\u2028 none\nin time", 503, 30.0)


def settled(*outcomes: Outcome) -> list[Settled]:
    return [Settled(row, 1, 9.0, 8.0, outcome) for row, outcome in enumerate(outcomes)]


TWO = settled(Outcome.APPLIED, Outcome.FAILED)


class Sulking:
    """Fails at everything, and counts how often it was told."""

    def __init__(self, error: Exception) -> None:
        self._error = error
        self.told = 0

    def tell(self, event: Event) -> None:
        self.told += 1
        raise self._error


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_everybody_is_told_everything() -> None:
    listeners = [Listener(), Listener()]
    watchers = Watchers(listeners)
    watchers.tell(RowsSettled(TWO))
    watchers.tell(AttemptFailed(3, REQUEST, LOST))
    watchers.tell(Opened(Obstacle.SILENCE, "no answer", 4.0))
    watchers.tell(Closed())
    watchers.tell(Stop(Ending.INTERRUPTED, "enough"))
    for listener in listeners:
        assert listener.outcomes == {0: TWO[0], 1: TWO[1]}
        assert listener.failures == {3: [LOST]}
        assert listener.outages == [("no answer", 4.0), None]
        assert listener.stops == ["enough"]


@pytest.mark.parametrize("error", [ValueError("sulks"), OSError(28, "full"), RecursionError("deep"), BrokenPipeError()])
@pytest.mark.parametrize("first", range(6))
def test_who_fails_is_dropped_with_one_warning_and_the_others_go_on(
    error: Exception, first: int, capsys: pytest.CaptureFixture[str]
) -> None:
    sulking, listener = Sulking(error), Listener()
    watchers = Watchers([sulking, listener])
    news: list[Event] = [
        RowsSettled(TWO),
        AttemptFailed(3, REQUEST, LOST),
        PauseAsked(60.0, 30.0),
        Opened(Obstacle.SILENCE, "no answer", 4.0),
        Closed(),
        Stop(Ending.INTERRUPTED, "enough"),
    ]
    for event in (news[first], *news):
        watchers.tell(event)
    assert sulking.told == 1
    assert len(listener.outcomes) == 2
    assert capsys.readouterr().err == f"warning: no more Sulking: {error}\n"


def test_what_is_settled_is_counted_whoever_fails(capsys: pytest.CaptureFixture[str]) -> None:
    watchers = Watchers([Sulking(ValueError("sulks"))])
    for _ in range(3):
        watchers.tell(RowsSettled(TWO))
    watchers.tell(RowsSettled([]))
    assert watchers.settled_rows == 6
    assert Watchers([]).settled_rows == 0
    assert capsys.readouterr().err.count("warning") == 1


class BrokenPipe(io.StringIO):
    """What stderr is when its reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


def closed() -> io.StringIO:
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [BrokenPipe(), closed(), None])
def test_a_run_goes_on_when_nobody_can_be_warned(stream: io.StringIO | None) -> None:
    listener = Listener()
    watchers = Watchers([Sulking(ValueError("sulks")), listener])
    with redirect_stderr(stream):
        watchers.tell(RowsSettled(TWO))
        watchers.tell(Stop(Ending.INTERRUPTED, "enough"))
    assert watchers.settled_rows == len(listener.outcomes) == 2
    assert listener.stops == ["enough"]


def test_plain_progress_is_a_line_every_five_seconds() -> None:
    stream, clock = io.StringIO(), Clock()
    watcher = PlainProgress(12_000, stream, clock)
    for clock.now, count in ((0.0, 2), (4.9, 1000), (5.0, 1), (9.9, 1), (12.0, 1), (16.9, 5), (17.0, 0)):
        watcher.tell(RowsSettled(settled(*[Outcome.APPLIED] * count)))
    watcher.tell(RowsSettled(settled(Outcome.IN_DOUBT)))
    assert stream.getvalue().splitlines() == [
        "1,003 of 12,000: 1,003 applied",
        "1,005 of 12,000: 1,005 applied",
        "1,010 of 12,000: 1,010 applied",
    ]


def test_plain_progress_counts_by_outcome() -> None:
    stream, clock = io.StringIO(), Clock()
    watcher = PlainProgress(9, stream, clock)
    clock.now = 5.0
    watcher.tell(RowsSettled(settled(Outcome.IN_DOUBT, Outcome.APPLIED, Outcome.IN_DOUBT, Outcome.CONFLICT)))
    assert stream.getvalue() == "4 of 9: 1 applied, 1 conflict, 2 in_doubt\n"


def test_plain_progress_says_at_once_that_the_run_stops_and_nothing_of_single_failures() -> None:
    stream = io.StringIO()
    watcher = PlainProgress(9, stream, Clock())
    watcher.tell(AttemptFailed(3, REQUEST, LOST))
    watcher.tell(Stop(Ending.INTERRUPTED, "interrupted by SIGINT"))
    assert stream.getvalue() == (
        "stopping: interrupted by SIGINT; what is under way is settled first (Ctrl-C leaves it in doubt)\n"
    )


def test_a_bar_is_told_how_far_the_run_is() -> None:
    steps: list[tuple[int, str]] = []
    said: list[str] = []
    watcher = BarProgress(lambda done, counts: steps.append((done, counts)), said.append)
    watcher.tell(RowsSettled(TWO))
    watcher.tell(RowsSettled(TWO[:1]))
    watcher.tell(AttemptFailed(3, REQUEST, LOST))
    watcher.tell(Stop(Ending.INTERRUPTED, "enough"))
    assert steps == [(2, "1 applied, 1 failed"), (3, "2 applied, 1 failed")]
    assert said == ["stopping: enough; what is under way is settled first (Ctrl-C leaves it in doubt)"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar_and_a_pipe_plain_lines() -> None:
    terminal = Terminal()
    with progress(2, terminal) as watcher:
        assert isinstance(watcher, BarProgress)
        watcher.tell(RowsSettled(TWO))
        watcher.tell(Stop(Ending.INTERRUPTED, "enough"))
    assert "2/2" in terminal.getvalue()
    assert "stopping: enough" in terminal.getvalue()
    with progress(2, io.StringIO()) as watcher:
        assert isinstance(watcher, PlainProgress)


def test_a_servers_words_are_no_markup_for_the_bar(capsys: pytest.CaptureFixture[str]) -> None:
    terminal = Terminal()
    with progress(2, terminal) as watcher:
        Watchers([watcher]).tell(Stop(Ending.INTERRUPTED, "the API said: [/x] [b]no[/b]"))
    assert "stopping: the API said: [/x] [b]no[/b]" in terminal.getvalue()
    assert capsys.readouterr().err == ""


def logged(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="ascii").splitlines()]


def test_the_log_is_json_lines_and_holds_what_was_not_plain_sailing(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with run_log(path) as log:
        log.began(operations=12, rate="10/s")
        log.tell(RowsSettled(TWO))
        log.tell(AttemptFailed(3, REQUEST, LOST))
        log.tell(Opened(Obstacle.SILENCE, "no answer", 4.0))
        log.tell(Closed())
        log.tell(Stop(Ending.INTERRUPTED, "interrupted"))
        log.ended(ending="interrupted")
    lines = logged(path)
    assert all(str(line.pop("timestamp")).endswith("Z") for line in lines)
    assert lines == [
        {"event": "began", "level": "info", "operations": 12, "rate": "10/s"},
        {
            "event": "attempt failed",
            "level": "warning",
            "row": 3,
            "uuid": uuid_of(3),
            "action": "pause",
            "kind": "Lost",
            "code": "unavailable",
            "http_status": 503,
            "message": "é\u2028 none\nin time",
            "hint": 30.0,
        },
        {
            "event": "down",
            "level": "warning",
            "obstacle": "unreachable",
            "message": "no answer",
            "seconds": 4.0,
        },
        {"event": "up", "level": "warning"},
        {"event": "stopping", "level": "warning", "message": "interrupted"},
        {"event": "ended", "level": "info", "ending": "interrupted"},
    ]


def test_the_log_of_a_resumed_run_follows_the_first(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    for number in range(2):
        with run_log(path) as log:
            log.began(operations=number)
    assert [line["operations"] for line in logged(path)] == [0, 1]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_of_the_log_is_there_as_soon_as_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    with run_log(path) as log:
        log.tell(AttemptFailed(3, REQUEST, LOST))
        assert len(logged(path)) == 1


def test_a_log_that_cannot_be_opened_stops_the_run_before_it_begins(tmp_path: Path) -> None:
    with pytest.raises(DiskFailed, match="Is a directory; nothing was sent"), run_log(tmp_path):
        pass


def test_a_log_on_a_full_disk_ends_no_run() -> None:
    with run_log(Path("/dev/full")) as log:
        watchers = Watchers([log])
        log.began(operations=12)
        with redirect_stderr(io.StringIO()) as warned:
            watchers.tell(AttemptFailed(3, REQUEST, LOST))
            watchers.tell(AttemptFailed(3, REQUEST, LOST))
        log.ended(ending="complete")
    assert warned.getvalue() == "warning: no more RunLog: [Errno 28] No space left on device\n"


def test_a_log_that_fails_is_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    watchers = Watchers([RunLog(closed())])
    watchers.tell(AttemptFailed(3, REQUEST, LOST))
    watchers.tell(AttemptFailed(3, REQUEST, LOST))
    assert capsys.readouterr().err == "warning: no more RunLog: I/O operation on closed file\n"


def test_a_server_gives_no_orders_to_the_terminal() -> None:
    stream = io.StringIO()
    PlainProgress(2, stream).tell(Stop(Ending.INTERRUPTED, "the API refused the token: \x1b[2J\rall is well"))
    assert stream.getvalue().strip().isprintable()


def test_a_long_pause_is_told_once_and_a_short_one_not_at_all() -> None:
    stream, clock = io.StringIO(), Clock()
    shown = PlainProgress(10, stream, clock)
    shown.tell(PauseAsked(1.0, 1.0))
    shown.tell(PauseAsked(30.0, 30.0))
    clock.now = 0.5
    shown.tell(PauseAsked(30.0, 30.0))
    clock.now = 60.0
    shown.tell(PauseAsked(3600.0, 60.0))
    assert stream.getvalue().splitlines() == [
        "the server asks for a pause of 30 s",
        "the server asks for a pause of 3,600 s; nothing is sent for 60 s, as --max-pause says",
    ]


def test_an_outage_is_told_every_few_seconds_at_most_and_its_end_once() -> None:
    stream, clock = io.StringIO(), Clock()
    shown = PlainProgress(10, stream, clock)
    shown.tell(Closed())
    for clock.now, seconds in ((10.0, 0.7), (10.7, 1.8), (12.5, 4.2), (16.7, 7.9)):
        shown.tell(Opened(Obstacle.SILENCE, "connection\x1b[2J refused", seconds))
    clock.now = 24.6
    shown.tell(Closed())
    shown.tell(Closed())
    assert stream.getvalue().splitlines() == [
        "the API does not answer (connection�[2J refused); nothing is sent for 1 s, then one request tries again",
        "the API does not answer (connection�[2J refused); nothing is sent for 8 s, then one request tries again",
        "the API answers again",
    ]


def test_who_answers_in_the_apis_place_is_told_as_that() -> None:
    said: list[str] = []
    shown = BarProgress(lambda done, counts: None, said.append)
    shown.tell(Opened(Obstacle.INTERCEPTION, "HTTP 403: an HTML page, 'Access denied'", 1.0))
    assert said == [
        "something in between answers in the API's place (HTTP 403: an HTML page, 'Access denied'); "
        "nothing is sent for 1 s, then one request tries again"
    ]


def test_the_end_of_an_outage_that_was_not_told_is_not_told_either() -> None:
    said: list[str] = []
    shown = BarProgress(lambda done, counts: None, said.append)
    for _ in range(3):
        shown.tell(Opened(Obstacle.SILENCE, "no answer in time", 1.0))
        shown.tell(Closed())
    assert said == [
        "the API does not answer (no answer in time); nothing is sent for 1 s, then one request tries again",
        "the API answers again",
    ]
