"""The run's log.jsonl: failed attempts, pauses, stops and the end, for later."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, TextIO

from bulk_journeys.errors import DiskFailed
from bulk_journeys.files import NO_FOLLOW
from bulk_journeys.pipeline.breaker import Closed, Opened
from bulk_journeys.pipeline.events import AttemptFailed, Event, PauseAsked
from bulk_journeys.pipeline.stop_rules import Stop


class RunLog:
    """What was not plain sailing, as JSON lines: failed attempts, pauses, the end.

    How a run began is written with the next line, or when the log is closed: structlog takes its time to be imported,
    and no first request is to wait for it.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._waiting: list[dict[str, str | int]] = []

    @cached_property
    def _log(self) -> Any:
        import structlog

        log = structlog.wrap_logger(
            structlog.WriteLogger(self._stream),
            processors=[
                structlog.processors.add_log_level,
                structlog.processors.MaybeTimeStamper(fmt="iso", utc=True),
                structlog.processors.JSONRenderer(),
            ],
        )
        for facts in self._waiting:
            log.info("began", **facts)
        return log

    def began(self, **facts: str | int) -> None:
        """Note what is being set out to do."""
        now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        self._waiting.append({**facts, "timestamp": now})

    def close(self) -> None:
        """Write what waits, and close the file; what fails is the journal's to report."""
        with suppress(OSError, ValueError):
            _ = self._log
        with suppress(OSError):
            self._stream.close()

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
    log = RunLog(stream)
    try:
        yield log
    finally:
        log.close()


def _open_for_owner(path: str, flags: int) -> int:
    """Open without following a link; a new file is for its owner alone, whatever the umask is."""
    return os.open(path, flags | NO_FOLLOW, 0o600)
