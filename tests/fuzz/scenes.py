"""What a fuzzed server does, as values: it speaks, waits and closes, request by request."""

from typing import Final, NamedTuple

from tests.fuzz.wholeness import Ending

TOKEN: Final = "canary-7d1f0c5a9b"

Step = bytes | float | Ending
"""Bytes are spoken, a number of seconds passes, the connection ends. Between two steps the client gets a turn."""


class Asked(NamedTuple):
    """What is asked in a visit."""

    action: str
    uuid: str


class Visit(NamedTuple):
    """One request and what a server does about it.

    *greeting* is spoken on a connection that is made for it, before the request; *steps* begin when the request was
    written, *late* when its reply is known, on the same connection.
    """

    asked: Asked
    steps: tuple[Step, ...]
    greeting: bytes = b""
    late: tuple[Step, ...] = ()


Scene = tuple[Visit, ...]
"""Requests one after the other, on one connection as long as both sides keep it."""
