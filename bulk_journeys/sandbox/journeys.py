"""Journeys: their statuses and transitions, what really happened to each, and how the API shows it.

No clock, no dice, no sockets: only calls change a journey.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from msgspec import Raw, Struct, field
from msgspec.json import Encoder
from msgspec.structs import replace

from .answers import JSON, Answer, Code, Refusal


class Status(StrEnum):
    """The states of a journey, as the API writes them."""

    DRAFT = "STATUS_DRAFT"
    RUNNING = "STATUS_RUNNING"
    PAUSED = "STATUS_PAUSED"
    FINISHED = "STATUS_FINISHED"
    ARCHIVED = "STATUS_ARCHIVED"


class Action(StrEnum):
    """The five calls; the value is the last segment of the path."""

    START = "start"
    PAUSE = "pause"
    FINISH = "finish"
    DRAFT = "draft"
    ARCHIVE = "archive"


class Transition(NamedTuple):
    """Where an action is legal, where it leads, and what the API says when it is not legal."""

    sources: frozenset[Status]
    target: Status
    complaint: str


# The vendor documents the targets and two of the errors. The other sources are a strict guess: a finished
# journey does not become a draft, or drafting and starting it would undo what is sold as "stop permanently".
TRANSITIONS: Final[Mapping[Action, Transition]] = {
    Action.START: Transition(
        frozenset({Status.DRAFT, Status.PAUSED}), Status.RUNNING, "journey is neither a draft nor paused"
    ),
    Action.PAUSE: Transition(frozenset({Status.RUNNING}), Status.PAUSED, "journey is not running"),
    Action.FINISH: Transition(
        frozenset({Status.RUNNING, Status.PAUSED}), Status.FINISHED, "journey is neither running nor paused"
    ),
    Action.DRAFT: Transition(frozenset({Status.PAUSED}), Status.DRAFT, "journey is not paused"),
    Action.ARCHIVE: Transition(
        frozenset({Status.DRAFT, Status.PAUSED, Status.FINISHED}),
        Status.ARCHIVED,
        "journey is running or archived",
    ),
}

NO_RIGHT: Final = Refusal(Code.PERMISSION_DENIED, "no permission for this journey")
BAD_UUID: Final = Refusal(Code.INVALID_ARGUMENT, "invalid uuid")
NO_JOURNEY: Final = Refusal(Code.NOT_FOUND, "journey not found")
OUTAGE: Final = "outage"
"""Among a journey's faults: an outage swallowed a request for it."""
DISPLACED: Final = "displaced"
"""Among a journey's faults: a request for it came where an answer out of turn may be read in the place of its own."""

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Journey(Struct):
    """One journey and the truth about it: its fields are those of a line of ``/sandbox/truth``.

    *requests* counts every call that named the journey with a good token; *refused* those that a limit turned
    away; *unheard* those that an outage swallowed or a firewall of the whole service met; *applied* lists the
    actions that changed *status*, in order, whatever the caller was told; *faults* names the injected faults, the
    outages and the firewalls that struck, in order.
    A *forbidden* journey answers PermissionDenied and never changes.
    """

    uuid: str
    title: str
    first_status: Status
    status: Status
    requests: int = 0
    refused: int = 0
    unheard: int = 0
    applied: list[Action] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    forbidden: bool = False

    @property
    def admitted(self) -> int:
        """How many requests got past the limits. Faults count by it, so that timing does not change them."""
        return self.requests - self.refused - self.unheard

    def miss(self, trouble: str) -> None:
        """Note a request that *trouble* kept from the limits."""
        self.requests += 1
        self.unheard += 1
        self.faults.append(trouble)

    def act(self, action: Action) -> Refusal | None:
        """Carry out *action*, or return why it is not allowed now; then nothing has changed."""
        if self.forbidden:
            return NO_RIGHT
        sources, target, complaint = TRANSITIONS[action]
        if self.status not in sources:
            return Refusal(Code.FAILED_PRECONDITION, complaint)
        self.status = target
        self.applied.append(action)
        return None


_NOBODYS: Final = Journey(
    "00000000-0000-4000-8000-000000000000", "Somebody else's journey", Status.RUNNING, Status.RUNNING
)


class World:
    """All journeys, by their uuid, in the order in which they were made."""

    def __init__(self, journeys: Iterable[Journey]) -> None:
        self.journeys: Final = {journey.uuid: journey for journey in journeys}
        self._order: Final = tuple(self.journeys.values())

    def find(self, uuid: str) -> Journey | Refusal:
        """Return the journey, or what the API says about an id that is none. Upper case is fine."""
        known = self.journeys.get(uuid) or self.journeys.get(uuid.lower())
        if known is not None:
            return known
        return NO_JOURNEY if _UUID.fullmatch(uuid.lower()) else BAD_UUID

    def mistaken(self, journey: Journey, action: Action) -> Journey:
        """Return another journey, always the same, as if *action* had been carried out on it instead.

        It is nobody's if there is no other.
        """
        place = int(journey.uuid[:8], 16) % len(self._order)
        others = self._order[place], self._order[place - 1], _NOBODYS
        other = next(one for one in others if one is not journey)
        return after(other, action)


def after(journey: Journey, action: Action) -> Journey:
    """Return what *journey* is like if *action* is carried out, whether it is or not."""
    return replace(journey, status=TRANSITIONS[action].target)


_SUCCESS: Final = {**JSON, "Grpc-Metadata-Content-Type": "application/grpc"}
_ENCODER: Final = Encoder()


def success(journey: Journey, points: Raw) -> Answer:
    """Return the whole journey as it is now, with *points* for its canvas."""
    return Answer(Code.OK, 200, _SUCCESS, _ENCODER.encode(_whole(journey, points)))


def canvas(size: int) -> Raw:
    """Return *size* points of a canvas, encoded once for all journeys."""
    return Raw(_ENCODER.encode([_point(number) for number in range(1, size + 1)]))


def _whole(journey: Journey, points: Raw) -> dict[str, Any]:
    return {
        "info": {
            "uuid": journey.uuid,
            "title": journey.title,
            "status": journey.status,
            "created_at": "2026-05-01T09:00:00Z",
            "updated_at": "2026-06-17T12:00:00.482913Z",
            "params": {"application_code": "A1B2C-3D4E5"},
            "campaign_type": "TriggerBased",
            "is_first_activated": True,
            "pointCounts": {"entry": "1", "push": "2"},  # int64 is a string in this kind of JSON
            "last_edited_by": "marketing@example.com",
            "dynamic_entry": None,
        },
        "points": points,
        "comments": [],
    }


def _point(number: int) -> dict[str, Any]:
    return {
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "type": "POINT_TYPE_PUSH",
        "title": f"Push {number}",
        "status": "POINT_STATUS_READY",
        "next": [{"uuid": f"00000000-0000-4000-8000-{number + 1:012d}"}],
        "position": {"x": 120 * number, "y": 80},
    }
