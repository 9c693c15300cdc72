"""How long to wait after failures: twice as long each time, up to a cap, and never all at the same moment. Pure."""

from typing import Final

_MOST_DOUBLINGS: Final = 60
"""A float ends at 1,023 of them."""


def full_jitter(nth: int, base: float, cap: float, jitter: float) -> float:
    """Return the seconds to wait after the *nth* failure, counted from 1: up to *base*, then twice that, up to *cap*.

    *jitter* is in [0, 1). From "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
    """
    return jitter * _doubled(nth, base, cap)


def half_jitter(nth: int, base: float, cap: float, jitter: float) -> float:
    """Return as `full_jitter` does, but never less than half: what is asked so often is not to be asked at once."""
    return (1 + jitter) / 2 * _doubled(nth, base, cap)


def _doubled(nth: int, base: float, cap: float) -> float:
    return min(cap, base * 2.0 ** min(nth - 1, _MOST_DOUBLINGS))
