"""Progress for people: a bar on a terminal, a line every few seconds elsewhere."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final, TextIO

from bulk_journeys.model import Obstacle, Outcome
from bulk_journeys.observe import Watcher
from bulk_journeys.pipeline.breaker import Closed, Opened
from bulk_journeys.pipeline.events import Event, PauseAsked, RowsSettled
from bulk_journeys.pipeline.stop_rules import Stop
from bulk_journeys.terminal import printable

if TYPE_CHECKING:
    from rich import progress as bars

SECONDS_BETWEEN_LINES: Final = 5.0

_IN_THE_WAY: Final = {
    Obstacle.SILENCE: "the API does not answer",
    Obstacle.INTERCEPTION: "something in between answers in the API's place",
}


class _PauseTeller:
    """Says once of each pause that is long, or shorter than the server wants it."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told_until = float("-inf")

    def words(self, event: PauseAsked) -> str | None:
        """Return what to say, or None."""
        asked, seconds = event
        until = self._clock() + seconds
        if seconds < SECONDS_BETWEEN_LINES or until < self._told_until + 1:
            return None
        self._told_until = until
        less = f"; nothing is sent for {seconds:,.0f} s, as --max-pause says" if seconds < asked - 1 else ""
        return f"the server asks for a pause of {asked:,.0f} s{less}"


class _OutageTeller:
    """Says what stands in the way, every few seconds at most, and that it is gone where that was said."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._told_at = float("-inf")
        self._down = False

    def opened(self, event: Opened) -> str | None:
        """Return what to say, or None."""
        if self._clock() < self._told_at + SECONDS_BETWEEN_LINES:
            return None
        self._told_at, self._down = self._clock(), True
        why, wait = printable(event.message), max(1, round(event.seconds))
        return f"{_IN_THE_WAY[event.obstacle]} ({why}); nothing is sent for {wait} s, then one request tries again"

    def closed(self) -> str | None:
        """Return what to say, or None."""
        told, self._down = self._down, False
        return "the API answers again" if told else None


class _Speaking:
    """Says what is out of the ordinary, and nothing of single failures."""

    def __init__(self, say: Callable[[str], None], clock: Callable[[], float]) -> None:
        self._say = say
        self._pauses = _PauseTeller(clock)
        self._outages = _OutageTeller(clock)
        self._outcomes: Counter[Outcome] = Counter()

    def tell(self, event: Event) -> None:
        """Show *event*, where that is of use to a person."""
        match event:
            case RowsSettled():
                self._outcomes.update(entry.outcome for entry in event.entries)
                self._show_counts()
            case PauseAsked():
                self._say_if(self._pauses.words(event))
            case Opened():
                self._say_if(self._outages.opened(event))
            case Closed():
                self._say_if(self._outages.closed())
            case Stop():
                self._say(_stopping(event.message))

    def _say_if(self, words: str | None) -> None:
        if words:
            self._say(words)

    def _show_counts(self) -> None:
        raise NotImplementedError


class PlainProgress(_Speaking):
    """A line every few seconds, for logs and pipes."""

    def __init__(self, total: int, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(self._line, clock)
        self._total = total
        self._stream = stream
        self._clock = clock
        self._next_line = clock() + SECONDS_BETWEEN_LINES

    def _show_counts(self) -> None:
        if self._clock() >= self._next_line:
            self._next_line = self._clock() + SECONDS_BETWEEN_LINES
            self._line(f"{self._outcomes.total():,} of {self._total:,}: {_counts(self._outcomes)}")

    def _line(self, text: str) -> None:
        self._stream.write(f"{text}\n")
        self._stream.flush()


class BarProgress(_Speaking):
    """A bar for a terminal. Open it as a context, so that it lets go of the terminal whatever happens."""

    def __init__(self, add: Callable[[int, str], None], say: Callable[[str], None]) -> None:
        super().__init__(say, time.monotonic)
        self._add = add

    def _show_counts(self) -> None:
        self._add(self._outcomes.total(), _counts(self._outcomes))


@contextmanager
def progress(total: int, stream: TextIO) -> Iterator[Watcher]:
    """Show *total* rows on *stream*: a bar on a terminal, else plain lines."""
    if not stream.isatty():
        yield PlainProgress(total, stream)
        return
    from rich import progress as bars
    from rich.console import Console

    columns = (
        bars.BarColumn(),
        bars.MofNCompleteColumn(),
        bars.TimeRemainingColumn(elapsed_when_finished=True),
        bars.TextColumn("{task.fields[counts]}"),
    )
    bar = bars.Progress(*columns, console=Console(file=stream))
    with _unharmed(bar):
        task = bar.add_task("", total=total, counts="")
        yield BarProgress(
            lambda done, counts: bar.update(task, completed=done, counts=counts),
            lambda text: bar.console.print(text, markup=False, highlight=False),  # a server's words are no markup
        )


@contextmanager
def _unharmed(bar: "bars.Progress") -> Iterator[None]:
    """Show *bar*; a terminal that goes away takes nothing with it."""
    try:
        with suppress(OSError):
            bar.start()
        yield
    finally:
        with suppress(OSError):
            bar.stop()


def _stopping(message: str) -> str:
    return f"stopping: {printable(message)}; what is under way is settled first (Ctrl-C leaves it in doubt)"


def _counts(outcomes: Counter[Outcome]) -> str:
    return ", ".join(f"{outcomes[outcome]:,} {outcome}" for outcome in Outcome if outcomes[outcome])
