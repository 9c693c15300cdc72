"""Whether the API is down, and when to ask again whether it still is. Pure: time and dice come in as numbers.

The states are those of every circuit breaker (M. Nygard, "Release It!", 2007): closed, open, and half-open while one
probe is under way. As in Envoy failures in succession open it, and only those that a dead server leaves; as in Hystrix
they have to be so many, and a single probe closes it again.
"""

from math import inf
from typing import Final, NamedTuple

from bulk_journeys.model import Lost, Reply, Turn, Unsent

ROWS: Final = 5
"""Different rows that have to fail in succession: a row whose journey is broken fails as often as it is tried."""

VOLUME: Final = 10
"""Requests that have to fail in succession."""

LONGEST: Final = 30.0
"""Seconds between two probes at most; the first comes after one, each wait is twice the last."""

GIVE_UP: Final = 600.0
"""Seconds without an answer after which the run ends: such an outage is one for people."""

SIGNS: Final = frozenset({"timeout", "connection_lost", "unavailable", "http_408", "http_502", "http_503", "http_504"})
"""Codes of lost answers that a dead server leaves, or a gateway before it. The others may be about one journey."""

_NO_WORD: Final = (Unsent, Lost)


class Opened(NamedTuple):
    """Nothing is sent for *seconds*, then one probe; *message* is what the last request came to."""

    message: str
    seconds: float


class Closed(NamedTuple):
    """The API has answered again."""


class GivenUp(NamedTuple):
    """The API has been down for so long that the run is to end; *message* says how long, and the last failure."""

    message: str


News = Opened | Closed | GivenUp


class Breaker:
    """Holds all requests back while the API is down, but for one probe at a time.

    *open* is false as long as nothing is held back.
    """

    def __init__(self) -> None:
        self.open = False
        self._rows: set[int] = set()
        self._volume = 0
        self._met = False
        self._opened_at = self._closed_at = self._ready = -inf
        self._probe: float | None = None
        self._probes = 0

    def delay(self, now: float, ahead: int = 0) -> float:
        """Return how many seconds the next probe is away, inf if only a reply can tell; 0 while it is closed.

        *ahead* is how many others are about to be sent. Asking changes nothing.
        """
        if not self.open:
            return 0.0
        return inf if ahead or self._probe is not None else max(0.0, self._ready - now)

    def take(self, now: float) -> None:
        """Note that the request that leaves *now* is the probe."""
        self._probe = now

    def excuses(self, turn: Turn) -> bool:
        """Return whether the request of *turn* met an outage, so that its failure says nothing of its row."""
        return self.open or turn.at < self._closed_at

    def learn(self, row: int, reply: Reply, turn: Turn, now: float, dice: float) -> News | None:
        """Take note of the *reply* to the request of *turn*, which was about *row*; *dice* is in [0, 1)."""
        if not isinstance(reply, _NO_WORD):
            self._met = True
            return self._close(now)
        self._met = self._met or isinstance(reply, Lost)
        if not self.open:
            return self._trip(reply.message, now, dice) if self._proved_by(row, reply, turn) else None
        if turn.at != self._probe:
            return None  # it left before: one outage is one reason to wait
        return self._wait(reply.message, now, dice)

    def _close(self, now: float) -> Closed | None:
        if self._volume:
            self._rows.clear()
            self._volume = 0
        if not self.open:
            return None
        self.open, self._closed_at, self._probe = False, now, None
        return Closed()

    def _proved_by(self, row: int, reply: Unsent | Lost, turn: Turn) -> bool:
        """Count *reply*, and return whether enough have failed.

        While all that is known of the API is that nothing can be sent to it, the address may be wrong, and a wait
        helps nobody.
        """
        if not self._met or turn.at < self._closed_at or (isinstance(reply, Lost) and reply.code not in SIGNS):
            return False
        self._volume += 1
        if len(self._rows) < ROWS:
            self._rows.add(row)
        return len(self._rows) >= ROWS and self._volume >= VOLUME

    def _trip(self, message: str, now: float, dice: float) -> Opened | GivenUp:
        self.open, self._opened_at, self._probes = True, now, 0
        return self._wait(message, now, dice)

    def _wait(self, message: str, now: float, dice: float) -> Opened | GivenUp:
        """Wait for the next probe, the last of which leaves when it is time to give up."""
        end = self._opened_at + GIVE_UP
        if now >= end:
            return GivenUp(f"the API has been down for {(now - self._opened_at) / 60:.0f} minutes: {message}")
        longest = min(LONGEST, 2.0**self._probes)
        self._ready = min(end, now + longest * (1 + dice) / 2)
        self._probe = None
        self._probes += 1
        return Opened(message, self._ready - now)
