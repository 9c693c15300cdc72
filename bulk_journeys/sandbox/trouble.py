"""Trouble with the whole service, whichever journey is meant: outages, firewalls, and a token that is revoked.

It decides from times and counts alone. Nothing is broken from here.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import inf
from typing import ClassVar

from bulk_journeys.errors import UsageError


class OutageKind(StrEnum):
    """How an outage looks: the connection is reset as soon as it is used, or a proxy in front answers 502."""

    RESET = "reset"
    PAGE = "502"


class FirewallKind(StrEnum):
    """The page that a firewall shows, with its status."""

    HTML403 = "html403"
    CLOUDFLARE403 = "cloudflare403"
    PLAIN1015 = "plain1015"
    PLAIN1015_403 = "plain1015-403"
    PLAIN403 = "plain403"
    JSON403 = "json403"
    CODED403 = "coded403"
    EMPTY403 = "empty403"
    JSON429 = "json429"
    HTML400 = "html400"
    HTML409 = "html409"
    HTML412 = "html412"
    HTML413 = "html413"
    HTML422 = "html422"
    HTML431 = "html431"
    HTML451 = "html451"
    HTML503 = "html503"
    HTML200 = "html200"
    SUPPORT200 = "support200"


@dataclass(frozen=True)
class Spell:
    """*seconds* of trouble, from *after* seconds after the first request on."""

    NAME: ClassVar = "trouble"

    after: float
    seconds: float

    def __post_init__(self) -> None:
        if not (0 <= self.after < inf and 0 < self.seconds < inf):
            said = f"{self.seconds:g}s@{self.after:g}s"
            raise UsageError(f"{self.NAME} {said} is impossible; give a length above 0, and a beginning of 0 or more")

    def covers(self, now: float) -> bool:
        """Return whether it lasts at *now*; at its end it is over."""
        return self.after <= now < self.after + self.seconds


class Outage(Spell):
    """In its time nothing is carried out."""

    NAME: ClassVar = "outage"


class Firewall(Spell):
    """In its time every request meets a page in the API's place."""

    NAME: ClassVar = "firewall"


class Trouble:
    """What is set, until `restore`. *revoke_after* is a number of requests; None: the token stays good."""

    def __init__(self, outages: Iterable[Outage], revoke_after: int | None, firewalls: Iterable[Firewall] = ()) -> None:
        self._outages, self._firewalls = tuple(outages), tuple(firewalls)
        self._revoke_after = inf if revoke_after is None else revoke_after

    def out(self, now: float) -> bool:
        """Return whether there is an outage, *now* seconds after the first request."""
        return any(outage.covers(now) for outage in self._outages)

    def walled(self, now: float) -> bool:
        """Return whether there is a firewall, *now* seconds after the first request."""
        return any(firewall.covers(now) for firewall in self._firewalls)

    def revoked(self, number: int) -> bool:
        """Return whether the token is no good any more for the *number*-th request, counted from 1."""
        return number > self._revoke_after

    def restore(self) -> None:
        """End it all for good, with what is still to come."""
        self._outages, self._firewalls, self._revoke_after = (), (), inf
