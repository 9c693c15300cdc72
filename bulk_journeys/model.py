"""The values that all rooms share, frozen, and the tables of facts about them. They are checked where they are made."""

from enum import StrEnum
from typing import Final, NamedTuple

from msgspec import Struct


class Action(StrEnum):
    """What can be done to a journey; the value is the last segment of the API's path."""

    START = "start"
    PAUSE = "pause"
    FINISH = "finish"
    DRAFT = "draft"
    ARCHIVE = "archive"

    __hash__ = str.__hash__  # Enum's own is Python code, and every request asks for it

    @property
    def wanted_status(self) -> str:
        """The journey's status, as the API writes it, once the action was carried out."""
        return _FACTS[self].wanted_status

    @property
    def inverse(self) -> "Action | None":
        """What takes the action back, or None if no documented call does."""
        return _FACTS[self].inverse


class _ActionFacts(NamedTuple):
    wanted_status: str
    inverse: Action | None = None


_FACTS: Final = {
    Action.START: _ActionFacts("STATUS_RUNNING", Action.PAUSE),
    Action.PAUSE: _ActionFacts("STATUS_PAUSED", Action.START),
    Action.FINISH: _ActionFacts("STATUS_FINISHED"),
    Action.DRAFT: _ActionFacts("STATUS_DRAFT"),
    Action.ARCHIVE: _ActionFacts("STATUS_ARCHIVED"),
}

ONE_WAY: Final = frozenset(action for action in Action if action.inverse is None)
"""Actions that no documented call takes back."""


class Outcome(StrEnum):
    """The last word on a row."""

    APPLIED = "applied"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    LEFT_OUT = "left_out"
    NOT_ATTEMPTED = "not_attempted"
    INVALID = "invalid"


class Ending(StrEnum):
    """Why a process let go of a run."""

    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    TERMINATED = "terminated"
    DEADLINE = "deadline"
    UNAUTHORISED = "unauthorised"
    MISROUTED = "misrouted"
    UNREACHABLE = "unreachable"
    INTERCEPTED = "intercepted"
    FAILURES = "failures"
    CANARY = "canary"
    LIMIT = "limit"
    DISPLACED = "displaced"
    RESCUED = "rescued"
    """The journal is no more the run's: a copy of it is."""

    @property
    def exit_code(self) -> int:
        """What the process ends with if it leaves rows open."""
        return _EXIT_CODES[self]


_EXIT_CODES: Final = {
    Ending.COMPLETE: 0,
    Ending.INTERRUPTED: 130,
    Ending.TERMINATED: 143,
    Ending.DEADLINE: 6,
    Ending.UNAUTHORISED: 4,
    Ending.MISROUTED: 4,
    Ending.UNREACHABLE: 4,
    Ending.INTERCEPTED: 4,
    Ending.FAILURES: 4,
    Ending.CANARY: 4,
    Ending.LIMIT: 4,
    Ending.DISPLACED: 4,
    Ending.RESCUED: 4,
}


class FollowUp(StrEnum):
    """What can be done about a run: go on with it, or make another of it."""

    RESUME = "resume"
    RETRY = "retry"
    UNDO = "undo"

    @property
    def makes_plan(self) -> bool:
        """Whether it makes another run, with a plan of its own."""
        return self is not FollowUp.RESUME


FROM_OUTSIDE: Final = frozenset({Ending.INTERRUPTED, Ending.TERMINATED, Ending.DEADLINE})
"""Endings that say nothing of the run itself, and nothing at all if every row is settled."""


class FailureCode(StrEnum):
    """Why an attempt failed, or a row is open, in one word for people and programs."""

    CANCELED = "canceled"
    UNKNOWN = "unknown"
    INVALID_ARGUMENT = "invalid_argument"
    DEADLINE_EXCEEDED = "deadline_exceeded"
    NOT_FOUND = "not_found"
    ALREADY_EXISTS = "already_exists"
    PERMISSION_DENIED = "permission_denied"
    RESOURCE_EXHAUSTED = "resource_exhausted"
    FAILED_PRECONDITION = "failed_precondition"
    ABORTED = "aborted"
    OUT_OF_RANGE = "out_of_range"
    UNIMPLEMENTED = "unimplemented"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"
    DATA_LOSS = "data_loss"
    UNAUTHENTICATED = "unauthenticated"
    """So far gRPC's own."""
    HTTP_STATUS = "http_status"
    """The answer had no code: its status says all."""
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CONNECTION_LOST = "connection_lost"
    CUT_OFF = "cut_off"
    INVALID_HTTP = "invalid_http"
    MISMATCHED_CODE = "mismatched_code"
    """The code and the HTTP status do not go together."""
    UNREADABLE_ANSWER = "unreadable_answer"
    UNEXPECTED_ANSWER = "unexpected_answer"
    ANSWER_LOST = "answer_lost"
    """The run ended before an answer came. This and the next are of rows, and of no reply."""
    NOT_SENT = "not_sent"
    NOT_ATTEMPTED = "not_attempted"
    LEFT_OUT = "left_out"
    INVALID_ROW = "invalid_row"

    @classmethod
    def _missing_(cls, value: object) -> "FailureCode | None":
        """Understand what 0.1.0 wrote into journals: ``http_502``."""
        return cls.HTTP_STATUS if isinstance(value, str) and value.startswith("http_") else None

    def word(self, http_status: int | None) -> str:
        """Return the code as a record shows it: ``http_502`` for an answer that had none."""
        return f"http_{http_status}" if self is FailureCode.HTTP_STATUS else self.value


class Loss(StrEnum):
    """What became of the answer to an attempt that may have been carried out."""

    NO_ANSWER = "no_answer"
    """The request left, and no usable answer came back."""
    UNCLEAR_REFUSAL = "unclear_refusal"
    """It was refused in words that do not say that nothing was done."""
    FOREIGN_ANSWER = "foreign_answer"
    """Something else than the API answered."""
    IN_FLIGHT = "in_flight"
    """The run ended while it was in flight, or about to leave."""
    UNTOLD = "untold"
    """Nobody wrote it down but in words, if at all."""


class Doubt(Struct, frozen=True, gc=False, omit_defaults=True):
    """An attempt that may have been applied, so that no later answer can be sure to be about its own.

    *run* is the id of the run that made it: None for the one that tells of it, "" for one that is not known. *at* is
    when it left, in seconds since 1970, *timeout* how many seconds its answer could take. *message* is what was heard,
    *place* where another list tells of it.
    """

    loss: Loss
    attempt: int | None = None
    at: float | None = None
    timeout: float | None = None
    run: str | None = None
    message: str | None = None
    place: str | None = None


class Request(NamedTuple):
    """One call of the API. The lifecycle API takes a single journey a call."""

    action: Action
    uuid: str


class Quota(NamedTuple):
    """A limit that a server states: at most *limit* requests in *period* seconds."""

    limit: int
    period: float


class Applied(Struct, frozen=True):
    """The API answered 200 and shows the journey in the wanted status.

    *hint* and *quotas* are as in a failure: a success may be the last one for a while.
    """

    status: str
    title: str
    http_status: int = 200
    hint: float | None = None
    quotas: tuple[Quota, ...] = ()


class Failure(Struct, frozen=True):
    """What every other reply carries.

    *hint* is the number of seconds that the server asked everybody to wait, *quotas* are the limits
    that it stated.

    *may_have_applied* says that nobody can tell whether the action was carried out; the row's record keeps that
    until a later answer settles it. *by_api* says that the answer has the API's own form, so that it is there.
    """

    code: FailureCode
    message: str
    http_status: int | None = None
    hint: float | None = None
    quotas: tuple[Quota, ...] = ()
    may_have_applied: bool = False
    by_api: bool = False


class Refused(Failure, frozen=True):
    """Not applied, and it never will be: unknown journey, bad id, no permission."""

    by_api: bool = True


class Conflict(Failure, frozen=True):
    """Not applied by this attempt: the journey's state forbids it."""

    by_api: bool = True


class Throttled(Failure, frozen=True):
    """Refused because too much was asked at once; before anything was done only if *may_have_applied* is false."""


class Deferred(Failure, frozen=True):
    """Not applied, and the API says that another try may work."""

    by_api: bool = True


class Unsent(Failure, frozen=True):
    """Not applied: the request never reached whoever carries it out."""


class Lost(Failure, frozen=True):
    """Nobody can say whether it was applied: the request left, and no usable answer came back."""

    may_have_applied: bool = True


class Strayed(Lost, frozen=True):
    """The answer to a request about another journey came in the place of this one's."""


class Intercepted(Failure, frozen=True):
    """Nobody can say whether it was applied: something in between answered, such as a firewall."""

    may_have_applied: bool = True


class Unauthorised(Failure, frozen=True):
    """No call with this token will be carried out, as far as whoever answered can say so."""


class Misrouted(Failure, frozen=True):
    """Whoever answered is not the lifecycle API, or does not serve this path."""


Reply = Applied | Refused | Conflict | Throttled | Deferred | Unsent | Lost | Intercepted | Unauthorised | Misrouted
"""What one attempt taught us."""


class Obstacle(StrEnum):
    """Why nothing is sent but one probe now and then."""

    SILENCE = Ending.UNREACHABLE
    INTERCEPTION = Ending.INTERCEPTED

    @property
    def ending(self) -> Ending:
        """That of a run which it outlasts."""
        return Ending(self.value)

    @classmethod
    def met_by(cls, reply: Failure) -> "Obstacle":
        """Return which one a *reply* without the API's word tells of."""
        return cls.INTERCEPTION if isinstance(reply, Intercepted) else cls.SILENCE


class Work(NamedTuple):
    """An operation that still needs doing, and what earlier runs of the same plan leave behind.

    *row* is the index of the plan's entry. *attempts* counts the requests sent so far.
    """

    row: int
    request: Request
    attempts: int = 0
    doubt: Doubt | None = None
    started_at: float | None = None
