"""Which request meets which fault: decided by the seed, the journey and the request's number alone.

Neither the order in which requests arrive nor the time changes a decision, so a campaign can be played again.
"""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import blake2b
from typing import Final, NamedTuple

from .codes import CROWDED, Code, Refusal


class Fault(StrEnum):
    """What can go wrong between a caller and the journey."""

    REFUSE = "refuse"
    DROP = "drop"
    DOWN = "down"
    RESET = "reset"
    HANG = "hang"
    ERROR = "error"
    TIMEOUT = "timeout"
    CUT = "cut"
    HTML = "html"
    CANCEL = "cancel"
    UNKNOWN = "unknown"
    LOSS = "loss"
    EXISTS = "exists"
    ABORT = "abort"
    RANGE = "range"
    STRAY = "stray"


ACTS: Final[Mapping[Fault, bool | None]] = {
    Fault.REFUSE: False,
    Fault.DROP: False,
    Fault.DOWN: False,
    Fault.RESET: True,
    Fault.HANG: True,
    Fault.ERROR: True,
    Fault.TIMEOUT: True,
    Fault.CUT: True,
    Fault.HTML: None,
    Fault.CANCEL: True,
    Fault.UNKNOWN: True,
    Fault.LOSS: True,
    Fault.EXISTS: False,
    Fault.ABORT: False,
    Fault.RANGE: False,
    Fault.STRAY: True,
}
"""Whether the action is carried out all the same; None leaves it to a second coin."""

SPOKEN: Final[Mapping[Fault, Refusal]] = {
    Fault.REFUSE: CROWDED,
    Fault.DOWN: Refusal(Code.UNAVAILABLE, "connection error: desc = transport is closing"),
    Fault.ERROR: Refusal(Code.INTERNAL, "internal error"),
    Fault.TIMEOUT: Refusal(Code.DEADLINE_EXCEEDED, "context deadline exceeded"),
    Fault.CANCEL: Refusal(Code.CANCELED, "context canceled"),
    Fault.UNKNOWN: Refusal(Code.UNKNOWN, "something went wrong"),
    Fault.LOSS: Refusal(Code.DATA_LOSS, "data loss"),
    Fault.EXISTS: Refusal(Code.ALREADY_EXISTS, "already exists"),
    Fault.ABORT: Refusal(Code.ABORTED, "transaction aborted, try again"),
    Fault.RANGE: Refusal(Code.OUT_OF_RANGE, "out of range"),
}
"""The faults that still answer as the API does."""

_RARE: Final = {Fault.CANCEL, Fault.UNKNOWN, Fault.LOSS, Fault.EXISTS, Fault.ABORT, Fault.RANGE, Fault.STRAY}

COMMON: Final = tuple(fault for fault in Fault if fault not in _RARE)
"""What a bad network and an overloaded server do; the rest are the gateway's remaining codes, and mixed-up answers."""

Odds = Mapping[Fault, float]
"""How likely each fault is, 0 to 1; a request meets one fault at most, so that they sum to 1 at most."""


class Strike(NamedTuple):
    """A fault that meets a request, and whether the action is carried out all the same."""

    fault: Fault
    acts: bool


def strike(odds: Odds, seed: int, uuid: str, number: int) -> Strike | None:
    """Return what meets the *number*-th request for this journey, counted from 1; None is good luck."""
    if not odds:
        return None
    coin, second = _coins(seed, uuid, number)
    for fault in Fault:  # in a fixed order, whatever the order of the odds
        chance = odds.get(fault, 0.0)
        if coin < chance:
            acts = ACTS[fault]
            return Strike(fault, second < 0.5 if acts is None else acts)
        coin -= chance
    return None


def _coins(seed: int, uuid: str, number: int) -> tuple[float, float]:
    """Return two numbers of [0, 1).

    A checksum such as CRC is no good here: it ties a retry's luck to that of the first try.
    """
    digest = blake2b(f"{seed}:{uuid}:{number}".encode(), digest_size=12).digest()
    return int.from_bytes(digest[:6], "big") / 2**48, int.from_bytes(digest[6:], "big") / 2**48
