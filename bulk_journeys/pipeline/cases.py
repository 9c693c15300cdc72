"""A row that is being carried out, and what the journal hears of it."""

from dataclasses import dataclass

import anyio

from bulk_journeys.model import Applied, Failure, Heard, Reply, Request, Settled
from bulk_journeys.pipeline.retry import History, Settle


@dataclass(slots=True)
class Case:
    """A row that is being carried out.

    *started_at* is when its first request left, or None. *announced* is set when the intent to send the next
    one is on disk; None: there is no such intent.
    """

    row: int
    request: Request
    history: History
    started_at: float | None
    announced: anyio.Event | None = None


def settled_entry(case: Case, reply: Reply, verdict: Settle, at: float) -> Settled:
    if isinstance(reply, Applied):
        status, title, code = reply.status, reply.title, None
    else:
        status, title, code = None, None, reply.code
    return Settled(
        row=case.row,
        attempts=case.history.attempts,
        at=at,
        started_at=case.started_at or at,
        outcome=verdict.outcome,
        status=status,
        title=title,
        http_status=reply.http_status,
        code=code,
        message=verdict.message,
    )


def heard_entry(case: Case, reply: Failure, at: float) -> Heard:
    return Heard(
        row=case.row,
        attempt=case.history.attempts,
        at=at,
        started_at=case.started_at or at,
        code=reply.code,
        message=reply.message,
        http_status=reply.http_status,
        lost=case.history.lost,
    )
