"""Which request meets which fault: decided by the seed, the journey and the request's number alone.

Neither the order in which requests arrive nor the time changes a decision, so a campaign can be played again.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import blake2b
from typing import Final, NamedTuple, TypeVar

T = TypeVar("T")


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
    TOO_LARGE = "too_large"
    DIAL = "dial"
    RST = "rst"
    PROXIED = "proxied"
    MISFIT = "misfit"
    CUT_REFUSAL = "cut_refusal"
    FIREWALL = "firewall"
    INVALID = "invalid"
    MISCOUNT = "miscount"
    BODILESS = "bodiless"
    STRAY_REFUSAL = "stray_refusal"
    DOUBLED = "doubled"
    EARLY = "early"
    SURPLUS = "surplus"
    INTERIM = "interim"
    CLOSING = "closing"
    BOM = "bom"


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
    Fault.TOO_LARGE: True,
    Fault.DIAL: False,
    Fault.RST: None,
    Fault.PROXIED: None,
    Fault.MISFIT: None,
    Fault.CUT_REFUSAL: None,
    Fault.FIREWALL: None,
    Fault.INVALID: True,
    Fault.MISCOUNT: True,
    Fault.BODILESS: True,
    Fault.STRAY_REFUSAL: True,
    Fault.DOUBLED: True,
    Fault.EARLY: True,
    Fault.SURPLUS: True,
    Fault.INTERIM: True,
    Fault.CLOSING: True,
    Fault.BOM: True,
}
"""Whether the action is carried out all the same; None leaves it to a second coin."""

COMMON: Final = (
    Fault.REFUSE,
    Fault.DROP,
    Fault.DOWN,
    Fault.RESET,
    Fault.HANG,
    Fault.ERROR,
    Fault.TIMEOUT,
    Fault.CUT,
    Fault.HTML,
)
"""What a bad network and an overloaded server do; the rest is rare, and each kind of it has to be asked for."""

Odds = Mapping[Fault, float]
"""How likely each fault is, 0 to 1; a request meets one fault at most, so that they sum to 1 at most."""


class Strike(NamedTuple):
    """A fault that meets a request, and whether the action is carried out all the same.

    *form* chooses among the forms that the fault has; it is 0 or more and below 1.
    """

    fault: Fault
    acts: bool
    form: float

    def choose(self, forms: Sequence[T]) -> T:
        """Return the one of *forms* that it has."""
        return forms[int(self.form * len(forms))]


def strike(odds: Odds, seed: int, uuid: str, number: int) -> Strike | None:
    """Return what meets the *number*-th request for this journey, counted from 1; None is good luck."""
    if not odds:
        return None
    coin, second = _coins(seed, uuid, number)
    for fault in Fault:  # in a fixed order, whatever the order of the odds
        chance = odds.get(fault, 0.0)
        if coin < chance:
            acts = ACTS[fault]
            return Strike(fault, second < 0.5 if acts is None else acts, _coins(seed, uuid, number, b"form")[0])
        coin -= chance
    return None


def walled(seed: int, uuid: str, number: int) -> Strike:
    """Return how the firewall meets the *number*-th request for this journey that comes while there is one."""
    coin, form = _coins(seed, uuid, number, b"wall")
    return Strike(Fault.FIREWALL, coin < 0.5, form)


def _coins(seed: int, uuid: str, number: int, use: bytes = b"") -> tuple[float, float]:
    """Return two numbers of [0, 1), others for each *use*.

    A checksum such as CRC is no good here: it ties a retry's luck to that of the first try.
    """
    digest = blake2b(f"{seed}:{uuid}:{number}".encode(), digest_size=12, person=use).digest()
    return int.from_bytes(digest[:6], "big") / 2**48, int.from_bytes(digest[6:], "big") / 2**48
