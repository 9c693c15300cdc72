"""What a journal remembers of a run, entry by entry."""

from typing import Annotated

from msgspec import Meta, Struct

from bulk_journeys.model import Ending, Outcome

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
