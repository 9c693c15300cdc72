"""The words of the project as frozen values. Checked where they are made, and nowhere behind that."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Final, NamedTuple

from msgspec import Meta, Struct


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

FROM_OUTSIDE: Final = frozenset({Ending.INTERRUPTED, Ending.TERMINATED, Ending.DEADLINE})
"""Endings that say nothing of the run itself, and nothing at all if every row is settled."""


class Row(Struct, frozen=True, gc=False):
    """One row of a user's file: its cells, and its first and last line as an editor or the spreadsheet numbers them.

    A row without a filled cell is blank, and may stand for a whole stretch of blank lines.
    """

    line: int
    line_end: int
    cells: Sequence[str]


LOST: Final = "\ufffd"
"""What stands for a byte that is no text, or half of a character: nobody can say what was there."""

DELIMITERS: Final = ",;\t|"
"""What may stand between the cells of a text, the likeliest first."""

BLANKS: Final = "blanks"
"""A form's delimiter where any number of blanks ends a cell, so that a blank cell cannot be seen."""


class Form(Struct, frozen=True, omit_defaults=True):
    """What a file was taken for: a way to read it, as the user may be told it.

    *format* is a word such as ``CSV``, ``JSON lines``, ``table of text`` or ``xlsx``; *packed* the archive it came in;
    *notes* are sentences about what could surprise, such as hidden rows that are read too; *hidden* is of a sheet.
    """

    format: str
    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    escape: str | None = None
    sheet: str | None = None
    packed: str | None = None
    notes: Sequence[str] = ()
    hidden: bool = False

    @property
    def is_sheet(self) -> bool:
        """Whether a spreadsheet numbers the rows; else lines of a text are counted."""
        return self.encoding is None


def cell_name(row: int | str, column: int) -> str:
    """Return what a spreadsheet calls a cell, or a column if *row* is empty. *column* counts from 0."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


class Fault(Struct, frozen=True, omit_defaults=True):
    """One reason why a row cannot become an operation. *meant* is what was most likely to be written."""

    column: str
    value: str
    reason: str
    meant: str | None = None


class Operation(Struct, frozen=True, gc=False, omit_defaults=True, tag="operation", tag_field="kind"):
    """One journey and one action. *uuid* is canonical; *file* counts the plan's sources from 0.

    *lost* says in words which request of an earlier run may have been applied, or is None.
    """

    line: int
    uuid: str
    action: Action
    cells: Sequence[str]
    file: int = 0
    lost: str | None = None


class Merged(Struct, frozen=True, gc=False, omit_defaults=True, tag="merged", tag_field="kind"):
    """A row that repeats an earlier one and shares its outcome.

    *same_as* is the earlier row's line, *first* the index of its entry in the plan.
    """

    line: int
    uuid: str
    action: Action
    same_as: int
    first: int
    cells: Sequence[str]
    file: int = 0


class Rejection(Struct, frozen=True, omit_defaults=True, tag="rejection", tag_field="kind"):
    """A row that cannot become an operation, with every reason."""

    line: int
    faults: Sequence[Fault]
    cells: Sequence[str]
    file: int = 0


class LeftOut(Struct, frozen=True, omit_defaults=True, tag="left_out", tag_field="kind"):
    """A row that the user does not want: *where* is the filter that says so, as it was written.

    *uuid* is canonical, or None where the row holds no journey id.
    """

    line: int
    where: str
    cells: Sequence[str]
    uuid: str | None = None
    file: int = 0


Entry = Operation | Merged | Rejection | LeftOut
"""One row of the input as the plan sees it; its place in the plan, counted from 0, is its index."""


class SkipReason(StrEnum):
    """Why lines of a file hold no row. A title stands above the rows or repeats the header, a footer below them."""

    BLANK = "blank"
    COMMENT = "comment"
    TITLE = "title"
    FOOTER = "footer"


class Skipped(Struct, frozen=True, gc=False, omit_defaults=True):
    """Lines of a file that hold no row, the first and the last included.

    *words* are what somebody wrote there, but for the header itself, or None: a remark may say which rows are meant.
    """

    line: int
    line_end: int
    reason: SkipReason
    file: int = 0
    words: str | None = None


class Unread(Struct, frozen=True, omit_defaults=True):
    """A column that decides nothing, and the first value in it; None if it is blank in all rows that were looked at.

    One without a name has a *number*, counted from 1. *others* are the other values, if there are few.
    """

    column: str
    sample: str | None = None
    number: int | None = None
    others: Sequence[str] = ()


class Source(Struct, frozen=True, omit_defaults=True):
    """A file that a plan was made from. *columns* are its header's cells; *sha256* is of its raw bytes.

    *form* is how it was read, *header_line* where its header is; the id and action columns are those that served.
    *status_column* tells what each journey was when the list was made, and *statuses* how. *unread* are those that
    decide nothing, but for what has neither a name nor a value.
    """

    name: str
    sha256: str
    columns: Sequence[str]
    form: Form | None = None
    header_line: int | None = None
    id_column: str | None = None
    action_column: str | None = None
    status_column: str | None = None
    statuses: Sequence[str] = ()
    unread: Sequence[Unread] = ()


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

    *code* is a gRPC code's name, `http_<status>` where the body had none, or our word for a failure on the
    wire. *hint* is the number of seconds that the server asked everybody to wait, *quotas* are the limits
    that it stated.

    *may_have_applied* says that nobody can tell whether the action was carried out; the row's record keeps that
    until a later answer settles it. *by_api* says that the answer has the API's own form, so that it is there.
    """

    code: str
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


class Turn(NamedTuple):
    """Leave to send one request: *at* is when, in seconds, *rate* the requests a second that were allowed then.

    *under_way* is how many requests were under way with this one.
    """

    at: float
    rate: float
    under_way: int


class Work(NamedTuple):
    """An operation that still needs doing, and what earlier runs of the same plan leave behind.

    *row* is the index of the plan's entry. *attempts* counts the requests sent so far; *lost* says in words
    which of them may have been applied, or is None.
    """

    row: int
    request: Request
    attempts: int = 0
    lost: str | None = None
    started_at: float | None = None


Time = Annotated[float, Meta(ge=0, lt=253_402_300_799)]
"""Seconds since 1970, up to the year 9999. The bounds of these four are held where a journal is read."""

RowIndex = Annotated[int, Meta(ge=0, lt=1 << 40)]
Attempts = Annotated[int, Meta(ge=0, lt=1 << 31)]
HttpStatus = Annotated[int, Meta(ge=0, lt=1000)]


class Began(Struct, frozen=True, omit_defaults=True, tag="began", tag_field="event"):
    """A process took up the run. Times in the journal are seconds since 1970; *plan* is the SHA-256 of its plan.

    *before* is the SHA-256 of all of the journal that stands before this entry, or None where that was not told.
    """

    at: Time
    program: str
    base_url: str
    plan: str | None = None
    before: str | None = None


class Sending(Struct, frozen=True, gc=False, omit_defaults=True, tag="sending", tag_field="event"):
    """A request is about to leave. Without a later entry for the row it may have been applied.

    *started_at* is when the row's first attempt left, if this is not the first. *lost* says in words which
    earlier attempt may have been applied.
    """

    row: RowIndex
    attempt: Attempts
    at: Time
    started_at: Time | None = None
    lost: str | None = None


class Heard(Struct, frozen=True, gc=False, omit_defaults=True, tag="heard", tag_field="event"):
    """An attempt came to nothing final. *lost* says in words which attempt may have been applied."""

    row: RowIndex
    attempt: Attempts
    at: Time
    started_at: Time
    code: str
    message: str
    http_status: HttpStatus | None = None
    lost: str | None = None


class Settled(Struct, frozen=True, gc=False, omit_defaults=True, tag="settled", tag_field="event"):
    """The last word on a row: nothing more will be sent for it in this run."""

    row: RowIndex
    attempts: Attempts
    at: Time
    started_at: Time
    outcome: Outcome
    status: str | None = None
    title: str | None = None
    http_status: HttpStatus | None = None
    code: str | None = None
    message: str | None = None


class Ended(Struct, frozen=True, omit_defaults=True, tag="ended", tag_field="event"):
    """The process that took up the run let go of it in good order. *before* is as where it began."""

    at: Time
    ending: Ending
    message: str
    before: str | None = None


JournalEntry = Began | Sending | Heard | Settled | Ended
