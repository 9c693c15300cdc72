"""What a journal remembers of a run, entry by entry: the format of its lines, and which version of it this is.

Version 0 is that of 0.1.0, whose first entry has no version. What it wrote in words, this one has as values: the fields
that say so are read and never written.
"""

from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from bulk_journeys.model import Doubt, Ending, FailureCode, Outcome

VERSION: Final = 1
"""Counts the changes after which an older program would misread a journal."""

Time = Annotated[float, Meta(ge=0, lt=253_402_300_799)]
"""Seconds since 1970, up to the year 9999. The bounds of these are held where a journal is read."""
RowIndex = Annotated[int, Meta(ge=0, lt=1 << 40)]
Attempts = Annotated[int, Meta(ge=0, lt=1 << 31)]
HttpStatus = Annotated[int, Meta(ge=0, lt=1000)]
Seconds = Annotated[float, Meta(ge=0)]


class Began(Struct, frozen=True, omit_defaults=True, tag="began", tag_field="event"):
    """A process took up the run. *plan* is the SHA-256 of its plan, *timeout* how many seconds an attempt may take.

    *before* is the SHA-256 of all of the journal that stands before this entry, or None where that was not told.
    What follows is of *version*, up to where the next process begins, and *writer* the version of its program.
    """

    at: Time
    base_url: str
    plan: str | None = None
    before: str | None = None
    version: int = 0
    writer: str | None = None
    timeout: Seconds | None = None
    program: str | None = None  # of version 0: the writer. 0.1.0 refuses a journal without it, which it would misread


class Sending(Struct, frozen=True, gc=False, omit_defaults=True, tag="sending", tag_field="event"):
    """A request is about to leave. Without a later entry for the row it may have been applied.

    *started_at* is when the row's first attempt left, if this is not the first. *doubt* is about an earlier attempt.
    """

    row: RowIndex
    attempt: Attempts
    at: Time
    started_at: Time | None = None
    doubt: Doubt | None = None
    lost: str | None = None  # of version 0: the doubt, in words


class Withdrawn(Struct, frozen=True, gc=False, omit_defaults=True, tag="withdrawn", tag_field="event"):
    """The request that was about to leave has not left. *attempts* were made before, the first at *started_at*."""

    row: RowIndex
    attempts: Attempts
    at: Time
    started_at: Time | None = None
    doubt: Doubt | None = None


class Heard(Struct, frozen=True, gc=False, omit_defaults=True, tag="heard", tag_field="event"):
    """An attempt failed, and its row is not settled. *doubt* is about it or an earlier one; it took *duration*."""

    row: RowIndex
    attempt: Attempts
    at: Time
    started_at: Time
    code: FailureCode
    message: str
    http_status: HttpStatus | None = None
    duration: Seconds | None = None
    doubt: Doubt | None = None
    lost: str | None = None  # of version 0: the doubt, in words


class Settled(Struct, frozen=True, gc=False, omit_defaults=True, tag="settled", tag_field="event"):
    """The last word on a row: nothing more will be sent for it in this run.

    *code* and *message* are the last attempt's, which took *duration*; *doubt* is what leaves the row in doubt.
    Version 0 told the doubt in *message*.
    """

    row: RowIndex
    attempts: Attempts
    at: Time
    started_at: Time
    outcome: Outcome
    status: str | None = None
    title: str | None = None
    http_status: HttpStatus | None = None
    code: FailureCode | None = None
    message: str | None = None
    duration: Seconds | None = None
    doubt: Doubt | None = None


class PaceReason(StrEnum):
    """What decided how fast requests were allowed to start."""

    RATE = "rate"
    """The user's own rate, or that of the search."""
    SERVER_PAUSE = "server_pause"
    OBSTACLE = "obstacle"


class Pace(Struct, frozen=True, omit_defaults=True, tag="pace", tag_field="event"):
    """How fast requests were allowed to start: *rate* a second (None: any), with *in_flight* of at most *limit*.

    One a second at most, and none where nothing is answered.
    """

    at: Time
    rate: Annotated[float, Meta(ge=0)] | None
    in_flight: int
    limit: int
    reason: PaceReason


class Ended(Struct, frozen=True, omit_defaults=True, tag="ended", tag_field="event"):
    """The process that took up the run let go of it in good order. *before* is as where it began."""

    at: Time
    ending: Ending
    message: str
    before: str | None = None


class Changed(Struct, frozen=True, tag="changed", tag_field="event"):
    """Another program changed the file, so that outcomes may be missing: *message* says so to whoever reads it."""

    message: str


RowEntry = Sending | Withdrawn | Heard | Settled
JournalEntry = Began | RowEntry | Pace | Ended | Changed
KINDS: Final = frozenset({"began", "sending", "withdrawn", "heard", "settled", "pace", "ended", "changed"})
"""The entries of this version, by their *event*."""
