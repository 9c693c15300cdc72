"""Those who watch a run: progress for people, a log for later. None of them may hurt it.

The journal is the promise; what is told here is gossip, and whoever fails to hear it is dropped with one warning.
"""

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from bulk_journeys.pipeline.events import Event, RowsSettled
from bulk_journeys.terminal import printable


class Watcher(Protocol):
    """One who watches; `Watchers` keeps the run safe from it."""

    def tell(self, event: Event) -> None: ...


class Watchers:
    """Tells all of them, and drops whoever cannot take it. It counts for itself what is settled."""

    def __init__(self, watchers: Sequence[Watcher]) -> None:
        self._watchers = list(watchers)
        self.settled_rows = 0

    def tell(self, event: Event) -> None:
        """Pass *event* on; never raise."""
        if isinstance(event, RowsSettled):
            self.settled_rows += len(event.entries)
        for watcher in list(self._watchers):
            try:
                watcher.tell(event)
            except Exception as error:  # noqa: BLE001  whatever it is, the run goes on
                self._watchers.remove(watcher)
                with suppress(OSError, ValueError):  # stderr may be what failed
                    print(f"warning: no more {type(watcher).__name__}: {printable(str(error))}", file=sys.stderr)  # noqa: T201
