"""When to stop asking: a wrong token, a wrong address, nobody at home. Pure."""

from typing import Final, NamedTuple

from bulk_journeys.model import Applied, Failure, Lost, Misrouted, Reply, Unauthorised, Unsent

STRANGERS_BEFORE_STOP: Final = 3
"""Answers of somebody else, and none of the API, that prove a wrong base URL."""


class Stop(NamedTuple):
    """Why a run ends early: one word for programs, one sentence for people."""

    ending: str
    message: str


class Guard:
    """Watches the replies of a run. Rows that a stop leaves open can be resumed."""

    def __init__(self) -> None:
        self._answered = False
        self._strangers = 0

    def observe(self, reply: Reply, *, exhausted: bool) -> Stop | None:
        """Take note of *reply* and say whether to stop. *exhausted*: its row has no try left."""
        match reply:
            case Applied():
                self._answered = True
            case Unauthorised():
                return Stop("unauthorised", f"the API refused the token: {reply.message}")
            case Misrouted() | Lost(code="unreadable_answer"):
                return self._observe_stranger(reply, exhausted=exhausted)
            case Lost():
                pass  # says nothing about who is there
            case Unsent():
                if exhausted and not self._answered:
                    return Stop("unreachable", f"the API cannot be reached: {reply.message}")
            case _:
                self._answered = True
        return None

    def _observe_stranger(self, reply: Failure, *, exhausted: bool) -> Stop | None:
        self._strangers += 1
        enough = exhausted or self._strangers >= STRANGERS_BEFORE_STOP
        if reply.code == "unimplemented" or (enough and not self._answered):
            return Stop("misrouted", f"the base URL does not lead to the lifecycle API: {reply.message}")
        return None
