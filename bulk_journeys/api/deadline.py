"""Waits for an answer until a deadline, and does not take a standstill of this process for a server's silence."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

STOOD_STILL: Final = 0.1
"""Seconds by which a timeout is noticed too late where the process was stopped, or had no processor."""

MOMENT: Final = 0.1
"""Seconds to read what came, in any case: a standstill does not show where the time was up just before its end."""

CATCH_UP: Final = 2.0
"""Seconds to read what came in that time: some megabytes on each of a thousand connections."""

STANDSTILLS: Final = 5
"""Standstills that an answer is waited for: a loop that is always late would never time out."""


async def in_time(go_on: Callable[[], Awaitable[object]], deadline: float) -> None:
    """Wait for *go_on*, which is interrupted and called again. Raises TimeoutError a MOMENT after *deadline*.

    Until then all that has come is read. Where the deadline is noticed too late the process stood still, and the answer
    may lie in the socket's buffer: then it has as long as CATCH_UP says, and so again for some more times.
    """
    now, standstills, is_last = asyncio.get_running_loop().time, 0, False
    while True:
        try:
            async with asyncio.timeout_at(deadline):
                await go_on()
                return
        except TimeoutError:
            stood_still = standstills < STANDSTILLS and now() >= deadline + STOOD_STILL
            if is_last and not stood_still:
                raise
            standstills += stood_still
            is_last = not stood_still
            deadline = now() + (CATCH_UP if stood_still else MOMENT)
