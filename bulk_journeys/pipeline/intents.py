"""The intents to send: on disk before a request leaves, and taken back if it does not."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from typing import Final

import anyio

from bulk_journeys.journal.entries import Sending
from bulk_journeys.model import Work
from bulk_journeys.pipeline.backlog import Backlog, Case
from bulk_journeys.pipeline.gate import Turns
from bulk_journeys.pipeline.group_commit import Commits, withdrawn_entry
from bulk_journeys.pipeline.pace.fixed_pace import Turn

AHEAD: Final = 1
"""Rows announced ahead for each lane: answers come in bursts, and while one is handled the sync of the last runs.

A kill leaves them in doubt though they never left, so they are no more than what is under way; two were no faster.
"""


class Intents:
    """Announces rows, up to *ahead* of them before they are asked for, and gives out turns to rows that are announced.

    Call order for a row: `next_of`, then `turn`; then its request leaves, or `withdraw`.
    """

    def __init__(self, commits: Commits, turns: Turns, clock: Callable[[], float]) -> None:
        """*clock* is in seconds since 1970."""
        self.ahead = 0
        self._commits = commits
        self._turns = turns
        self._clock = clock
        self._announced: deque[Case] = deque()

    def next_of(self, backlog: Backlog, work: Iterator[Work]) -> Case | None:
        """Return the next new row of *work*, and announce others before their lane is free: no lane is to wait."""
        while len(self._announced) < self.ahead and (case := backlog.begin(work)):
            self._announce(case)
            self._announced.append(case)
        return self._announced.popleft() if self._announced else backlog.begin(work)

    async def turn(self, case: Case) -> Turn | None:
        """Wait for a turn with the intent on disk; None if none will come, and then there is no intent."""
        now = asyncio.get_running_loop().time
        while self._turns.approach_at_once(now()) or await self._approach(case):
            announced = case.announced or self._announce(case)
            try:
                if not announced.is_set():
                    await self._commits.reach(announced)
                if turn := await self._turns.take():
                    return turn
            except asyncio.CancelledError:
                self.withdraw(case)
                raise
            self.withdraw(case)
        return None

    async def _approach(self, case: Case) -> bool:
        """Wait until a turn is near. Nothing stays announced meanwhile, for a crash to put in doubt."""
        self.withdraw(case)
        self.withdraw_all()
        return await self._turns.approach()

    def _announce(self, case: Case) -> anyio.Event:
        """Append the intent to send, and return what is set when it is on disk."""
        attempts, _, _, doubt = case.history
        case.announced = self._commits.append(Sending(case.row, attempts + 1, self._clock(), case.started_at, doubt))
        return case.announced

    def withdraw(self, case: Case) -> None:
        """Take back the intent to send, if there is one: the request has not left."""
        if case.announced is not None:
            case.announced = None
            self._commits.append(withdrawn_entry(case, self._clock()))

    def withdraw_all(self) -> None:
        """Take back the intents of rows that were announced ahead; they stay next in line."""
        for case in self._announced:
            self.withdraw(case)
