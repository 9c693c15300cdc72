"""The run's log.jsonl: failed attempts, pauses, stops and the end, for later."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

import structlog

from bulk_journeys.errors import DiskFailed
from bulk_journeys.files import NO_FOLLOW
from bulk_journeys.pipeline.breaker import Closed, Opened
from bulk_journeys.pipeline.events import AttemptFailed, Event, PauseAsked
from bulk_journeys.pipeline.stop_rules import Stop


class RunLog:
    """What was not plain sailing, as JSON lines: attempts that came to nothing, pauses, the end."""

    def __init__(self, stream: TextIO) -> None:
        self._log = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
        )

    def began(self, **facts: str | int) -> None:
        """Note what is being set out to do."""
        self._note("began", facts)

    def noticed(self, message: str) -> None:
        """Note what is otherwise than usual, and no failure."""
        self._note("notice", {"message": message})

    def ended(self, **facts: str | int) -> None:
        """Note how it ended."""
        self._note("ended", facts)

    def _note(self, event: str, facts: Mapping[str, str | int]) -> None:
        with suppress(OSError):  # a full disk is the journal's to report
            self._log.info(event, **facts)

    def tell(self, event: Event) -> None:
        """Note *event*, unless all went well. Raises OSError."""
        match event:
            case AttemptFailed(row, request, reply):
                self._log.warning(
                    "attempt failed",
                    row=row,
                    uuid=request.uuid,
                    action=request.action,
                    kind=type(reply).__name__,
                    code=reply.code.word(reply.http_status),
                    http_status=reply.http_status,
                    message=reply.message,
                    hint=reply.hint,
                )
            case PauseAsked(asked, seconds):
                self._log.warning("paused", asked=asked, seconds=seconds)
            case Opened(obstacle, message, seconds):
                self._log.warning("down", obstacle=obstacle, message=message, seconds=seconds)
            case Closed():
                self._log.warning("up")
            case Stop(_, message):
                self._log.warning("stopping", message=message)


@contextmanager
def run_log(path: Path) -> Iterator[RunLog]:
    """Append to the log at *path*, and not to what a link there leads to. Raises DiskFailed if it cannot be opened."""
    try:
        stream = open(path, "a", encoding="ascii", opener=_open_for_owner)  # noqa: SIM115  it is closed below
    except OSError as error:
        raise DiskFailed(f"{path}: {error.strerror}; nothing was sent") from error
    try:
        yield RunLog(stream)
    finally:
        with suppress(OSError):
            stream.close()


def _open_for_owner(path: str, flags: int) -> int:
    """Open without following a link; a new file is for its owner alone, whatever the umask is."""
    return os.open(path, flags | NO_FOLLOW, 0o600)
