"""Passes the news of a run on to whoever watches it."""

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from bulk_journeys.journal.entries import Settled
from bulk_journeys.model import Failure, Obstacle, Request
from bulk_journeys.terminal import printable


class Watcher(Protocol):
    """One who watches; `Watchers` keeps the run safe from it."""

    def settled(self, entries: Sequence[Settled]) -> None: ...

    def heard(self, row: int, request: Request, reply: Failure) -> None: ...

    def paused(self, asked: float, seconds: float) -> None: ...

    def down(self, obstacle: Obstacle, message: str, seconds: float) -> None: ...

    def up(self) -> None: ...

    def stopping(self, message: str) -> None: ...


class Watchers:
    """Passes news on, and drops whoever cannot take it. It counts for itself what is settled."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = list(watchers)
        self.settled_rows = 0

    def settled(self, entries: Sequence[Settled]) -> None:
        self.settled_rows += len(entries)
        self._tell(lambda watcher: watcher.settled(entries))

    def heard(self, row: int, request: Request, reply: Failure) -> None:
        self._tell(lambda watcher: watcher.heard(row, request, reply))

    def paused(self, asked: float, seconds: float) -> None:
        self._tell(lambda watcher: watcher.paused(asked, seconds))

    def down(self, obstacle: Obstacle, message: str, seconds: float) -> None:
        self._tell(lambda watcher: watcher.down(obstacle, message, seconds))

    def up(self) -> None:
        self._tell(lambda watcher: watcher.up())

    def stopping(self, message: str) -> None:
        self._tell(lambda watcher: watcher.stopping(message))

    def _tell(self, news: Callable[[Watcher], None]) -> None:
        for watcher in list(self._watchers):
            try:
                news(watcher)
            except Exception as error:  # noqa: BLE001  whatever it is, the run goes on
                self._watchers.remove(watcher)
                with suppress(OSError, ValueError):  # stderr may be what failed
                    print(f"warning: no more {type(watcher).__name__}: {printable(str(error))}", file=sys.stderr)  # noqa: T201
