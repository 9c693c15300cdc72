"""Trouble with the whole service, whichever journey is meant: outages, and a token that is revoked.

It decides from times and counts alone. Nothing is broken from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import inf

from bulk_journeys.errors import UsageError


class OutageKind(StrEnum):
    """How an outage looks: the connection is reset as soon as it is used, or a proxy in front answers 502."""

    RESET = "reset"
    PAGE = "502"


@dataclass(frozen=True)
class Outage:
    """*seconds* in which nothing is carried out, from *after* seconds after the first request on."""

    after: float
    seconds: float

    def __post_init__(self) -> None:
        if not (0 <= self.after < inf and 0 < self.seconds < inf):
            said = f"{self.seconds:g}s@{self.after:g}s"
            raise UsageError(f"outage {said} is impossible; give a length above 0, and a beginning of 0 or more")

    def covers(self, now: float) -> bool:
        """Return whether it lasts at *now*; at its end it is over."""
        return self.after <= now < self.after + self.seconds


class Trouble:
    """What is set, until `restore`. *revoke_after* is a number of requests; None: the token stays good."""

    def __init__(self, outages: Iterable[Outage], revoke_after: int | None) -> None:
        self._outages = tuple(outages)
        self._revoke_after = inf if revoke_after is None else revoke_after

    def out(self, now: float) -> bool:
        """Return whether there is an outage, *now* seconds after the first request."""
        return any(outage.covers(now) for outage in self._outages)

    def revoked(self, number: int) -> bool:
        """Return whether the token is no good any more for the *number*-th request, counted from 1."""
        return number > self._revoke_after

    def restore(self) -> None:
        """End it all for good, with the outages that are still to come."""
        self._outages, self._revoke_after = (), inf
