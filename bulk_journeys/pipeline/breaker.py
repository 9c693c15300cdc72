"""Whether something stands between us and the API, and when to ask again whether it still does. Pure.

Time and jitter come in as numbers. The API may be silent, or somebody else, such as a firewall, may answer for it.
The states are those of every circuit breaker (M. Nygard, "Release It!", 2007): closed, open, and half-open while one
probe is under way. As in Envoy failures in succession open it, and only those that a dead server leaves; as in Hystrix
they have to be so many, and a single probe closes it again.
"""

from collections import deque
from math import inf
from typing import Final, NamedTuple

from bulk_journeys.model import FailureCode, Intercepted, Lost, Obstacle, Reply, Unsent
from bulk_journeys.pipeline.backoff import half_jitter
from bulk_journeys.pipeline.pace.fixed_pace import Turn

ROWS: Final = 5
"""Different rows that have to fail in succession: a row whose journey is broken fails as often as it is tried."""

VOLUME: Final = 10
"""Requests that have to fail, or to be intercepted, in succession."""

RECENT: Final = 50
"""The latest requests, of which half have to be intercepted where they are not so in succession."""

LONGEST: Final = {Obstacle.SILENCE: 30.0, Obstacle.INTERCEPTION: 60.0}
"""Seconds between two probes at most; the first comes after one, each wait is twice the last. A firewall that blocks by
the number of requests counts the probes, too, so that they have to become fewer."""

GIVE_UP: Final = 600.0
"""Seconds without an answer of the API after which the run ends: such an outage is one for people."""

SIGNS: Final = frozenset({FailureCode.TIMEOUT, FailureCode.CONNECTION_LOST, FailureCode.UNAVAILABLE})
"""Codes of lost answers that a dead server leaves; a gateway before it says 5xx. Others may be about one journey."""

_NO_WORD: Final = (Unsent, Lost, Intercepted)


class Opened(NamedTuple):
    """Nothing is sent for *seconds*, then one probe; *message* is what the last request came to."""

    obstacle: Obstacle
    message: str
    seconds: float


class Closed(NamedTuple):
    """The API has answered again."""


class GivenUp(NamedTuple):
    """The obstacle has stood for so long that the run is to end; *message* says how long, and the last failure."""

    obstacle: Obstacle
    message: str


News = Opened | Closed | GivenUp


class Breaker:
    """Holds all requests back while the API cannot be heard, but for one probe at a time.

    *open* is false as long as nothing is held back.
    """

    def __init__(self) -> None:
        self.open = False
        self._obstacle = Obstacle.SILENCE
        self._rows: set[int] = set()
        self._volume = self._intercepted = 0
        self._recent: deque[bool] = deque(maxlen=RECENT)
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
        """Return whether the request of *turn* met an obstacle, so that its failure says nothing of its row."""
        return self.open or turn.at < self._closed_at

    def learn(self, row: int, reply: Reply, turn: Turn, now: float, jitter: float) -> News | None:
        """Take note of the *reply* to the request of *turn*, which was about *row*; *jitter* is in [0, 1)."""
        if self.open and turn.at != self._probe and self._obstacle is Obstacle.INTERCEPTION:
            return None  # it left before: where half is intercepted, the other half proves nothing
        if not isinstance(reply, _NO_WORD):
            self._met = True
            self._recent.append(False)
            return self._close(now)
        self._met = self._met or reply.by_api or not isinstance(reply, Unsent)
        if not self.open:
            obstacle = self._proved_by(row, reply, turn)
            return self._trip(obstacle, reply.message, now, jitter) if obstacle else None
        if turn.at != self._probe:
            return None  # it left before: one outage is one reason to wait
        if reply.by_api and self._obstacle is Obstacle.INTERCEPTION:
            return self._close(now)
        self._obstacle = Obstacle.met_by(reply)
        return self._wait(reply.message, now, jitter)

    def _close(self, now: float) -> Closed | None:
        if self._volume or self._intercepted:
            self._rows.clear()
            self._volume = self._intercepted = 0
        if not self.open:
            return None
        self.open, self._closed_at, self._probe = False, now, None
        self._recent.clear()
        return Closed()

    def _proved_by(self, row: int, reply: Unsent | Lost | Intercepted, turn: Turn) -> Obstacle | None:
        """Count *reply*, and return what stands in the way once enough have failed.

        While all that is known of the API is that nothing can be sent to it, the address may be wrong, and a wait
        helps nobody.
        """
        if not self._met or turn.at < self._closed_at:
            return None
        self._recent.append(isinstance(reply, Intercepted))
        if isinstance(reply, Intercepted):
            self._intercepted += 1
            enough = self._intercepted >= VOLUME or sum(self._recent) >= RECENT / 2
            return Obstacle.INTERCEPTION if enough else None
        if isinstance(reply, Lost) and not _is_sign(reply):
            return None
        self._volume += 1
        if len(self._rows) < ROWS:
            self._rows.add(row)
        return Obstacle.SILENCE if len(self._rows) >= ROWS and self._volume >= VOLUME else None

    def _trip(self, obstacle: Obstacle, message: str, now: float, jitter: float) -> Opened | GivenUp:
        self.open, self._obstacle, self._opened_at, self._probes = True, obstacle, now, 0
        return self._wait(message, now, jitter)

    def _wait(self, message: str, now: float, jitter: float) -> Opened | GivenUp:
        """Wait for the next probe, the last of which leaves when it is time to give up."""
        end = self._opened_at + GIVE_UP
        if now >= end:
            return GivenUp(self._obstacle, f"{self._since((now - self._opened_at) / 60)}: {message}")
        self._ready = min(end, now + half_jitter(self._probes + 1, 1.0, LONGEST[self._obstacle], jitter))
        self._probe = None
        self._probes += 1
        return Opened(self._obstacle, message, self._ready - now)

    def _since(self, minutes: float) -> str:
        if self._obstacle is Obstacle.SILENCE:
            return f"the API has been down for {minutes:.0f} minutes"
        return f"for {minutes:.0f} minutes something in between has answered in the API's place"


def _is_sign(reply: Lost) -> bool:
    is_uncoded = reply.code is FailureCode.HTTP_STATUS
    is_page = reply.http_status is not None and reply.http_status >= 500 and not reply.by_api
    return is_page or reply.code in SIGNS or (is_uncoded and reply.http_status == 408)
