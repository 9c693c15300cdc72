"""When to stop a run: a wrong token, a wrong address, no answer, too many failures. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from bulk_journeys.errors import UsageError
from bulk_journeys.model import (
    Applied,
    Ending,
    Failure,
    FailureCode,
    Misrouted,
    Obstacle,
    Outcome,
    Reply,
    Unauthorised,
    Unsent,
)

FOREIGN_BEFORE_STOP: Final = 3
"""Answers of somebody else in succession that prove a wrong base URL; where the API was never heard, lost ones too."""

SAMPLE: Final = 20
"""Finished rows before a share of them says anything."""

FAILURES: Final = frozenset({Outcome.REJECTED, Outcome.FAILED, Outcome.IN_DOUBT})
"""Outcomes that a run is there to avoid. A conflict is none: often the journey is already what was wanted."""

_IN_WORDS: Final = {
    Outcome.CONFLICT: "met a conflict",
    Outcome.REJECTED: "was rejected",
    Outcome.FAILED: "failed",
    Outcome.IN_DOUBT: "is in doubt",
}

_ELSEWHERE: Final = "the base URL does not lead to the lifecycle API"

_TOLERANCE: Final = re.compile(r"(?P<share>[0-9]{1,3}(\.[0-9]{1,9})?) ?%|(?P<count>[0-9]{1,9})")


class Stop(NamedTuple):
    """Why a run ends early: one word for programs, one sentence for people."""

    ending: Ending
    message: str


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How many failures a run may have: a *count*, or a *share* from 0 to 1 of the finished rows; None: any."""

    count: int | None = None
    share: float | None = None

    def __str__(self) -> str:
        return f"{self.count:,}" if self.share is None else f"{100 * self.share:g} %"

    def exceeded(self, failures: int, finished: int) -> bool:
        """Return whether *failures* of *finished* rows are too many."""
        if self.count is not None and failures > self.count:
            return True
        return self.share is not None and finished >= SAMPLE and failures / finished > self.share


def parse_tolerance(text: str, flag: str) -> Tolerance:
    """Read `25` or `0.5%`, given with *flag*. Raises UsageError."""
    found = _TOLERANCE.fullmatch(text.strip())
    if found and found["count"]:
        return Tolerance(count=int(found["count"]))
    if found and Decimal(found["share"]) <= 100:
        return Tolerance(share=float(Decimal(found["share"]) / 100))  # exactly what as many of 100 rows are
    raise UsageError(f"{flag}: {text!r} is no number of rows and no share of them; write '25', '5%' or '0.5%'")


class Guard:
    """Watches the replies and the outcomes of a run. Rows that a stop leaves open can be resumed.

    The first *canary* rows have to go well. *strict* counts a conflict as a failure. *stranger* says that whoever is at
    the address has never been heard before.
    """

    def __init__(
        self, tolerance: Tolerance | None = None, *, strict: bool = False, canary: int = 0, stranger: bool = False
    ) -> None:
        self._tolerance = tolerance or Tolerance()
        self._failures = FAILURES | {Outcome.CONFLICT} if strict else FAILURES
        self._canary = canary
        self._stranger = stranger
        self._finished = self._failed = 0
        self._answered = False
        self._foreign = 0

    @property
    def met(self) -> bool:
        """Whether an answer has been understood as the API's own, now or in an earlier run."""
        return self._answered or not self._stranger

    def settled(self, outcome: Outcome) -> Stop | None:
        """Take note that one more row is settled, as *outcome*, and say whether to stop."""
        self._finished += 1
        if outcome not in self._failures:
            return None
        self._failed += 1
        if self._finished <= self._canary:
            return Stop(Ending.CANARY, f"a row of the canary {_IN_WORDS[outcome]}: no row after it was begun")
        if not self._tolerance.exceeded(self._failed, self._finished):
            return None
        rows = f"{self._failed:,} of {self._finished:,} rows came to nothing"
        return Stop(Ending.FAILURES, f"{rows}, more than the {self._tolerance} of --max-failures")

    def observe(self, reply: Reply, *, exhausted: bool) -> Stop | None:
        """Take note of *reply* and say whether to stop. *exhausted*: its row has no try left."""
        match reply:
            case Unauthorised():
                return Stop(Ending.UNAUTHORISED, f"the API refused the token: {reply.message}")
            case Misrouted(code=FailureCode.UNIMPLEMENTED):
                return Stop(Ending.MISROUTED, f"{_ELSEWHERE}: {reply.message}")
            case Applied() | Failure(by_api=True):
                self._answered, self._foreign = True, 0
                return None
            case Unsent():
                if exhausted and not self._answered:
                    return Stop(Ending.UNREACHABLE, f"the API cannot be reached: {reply.message}")
                return None
        return self._observe_foreign(reply, exhausted=exhausted)

    def _observe_foreign(self, reply: Failure, *, exhausted: bool) -> Stop | None:
        """Take note of what is no answer of the API, or none at all.

        A wrong address answers so from the first request on; one that comes to be wrong is so for every row.
        """
        is_page = isinstance(reply, Misrouted) or (reply.code is FailureCode.UNREADABLE_ANSWER and not self._answered)
        if not is_page and self.met:
            return None  # the breaker has an eye on it
        self._foreign += 1
        if self._foreign < FOREIGN_BEFORE_STOP and not (exhausted and is_page and not self._answered):
            return None
        if is_page:
            return Stop(Ending.MISROUTED, f"{_ELSEWHERE}: {reply.message}")
        return Stop(
            Obstacle.met_by(reply).ending,
            f"{self._foreign} requests, and no answer that is the API's own: {reply.message}",
        )
