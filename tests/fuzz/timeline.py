"""What happens on one connection in its order, and whose the bytes on it can be. Standard library alone."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from tests.fuzz.wholeness import Ending, Heard, first_answer


class Written(NamedTuple):
    """A request was written whole."""

    action: str
    uuid: str


class Spoken(NamedTuple):
    """Bytes came from the other side."""

    data: bytes


class Closed(NamedTuple):
    """The other side closed the connection."""

    ending: Ending


class Judged(NamedTuple):
    """The client gave its reply; what comes later came too late for it."""


Event = Written | Spoken | Closed | Judged
"""What happens on one connection, in the order in which it happened."""


class Turn(NamedTuple):
    """One request and what was spoken until its reply. *taint* says what made the connection worthless before it."""

    asked: Written
    said: bytes
    ending: Ending
    taint: str


def turns(timeline: Sequence[Event]) -> Iterator[Turn]:
    """Yield the requests of one connection that got a reply."""
    taint, ending, said = "", Ending.OPEN, b""
    asked: Written | None = None
    for event in timeline:
        if isinstance(event, Written):
            asked, said = event, b""
            taint = taint or ("written on a closed connection" if ending is not Ending.OPEN else "")
        elif isinstance(event, Closed):
            ending = event.ending
        elif isinstance(event, Judged):
            if asked:
                yield Turn(asked, said, ending, taint)
                taint = taint or _left_by(said, ending)
            asked = None
        elif asked:
            said += event.data
        elif event.data.strip(b"\r\n"):
            taint = taint or "spoken on this connection out of turn"


def _left_by(said: bytes, ending: Ending) -> str:
    """Return why what comes after *said* is nobody's, or nothing if one whole answer is all that was said."""
    heard = first_answer(said, ending)
    if not isinstance(heard, Heard) or heard.end is None:
        return "behind an answer without an end"
    return "spoken behind an answer" if said[heard.end :].strip(b"\r\n") else ""
