"""How many requests are taken, in a time and at a time. The excess is refused at once, never queued."""

from types import TracebackType

from aiolimiter import AsyncLimiter

from .codes import CROWDED, Code, Refusal
from .config import Rate


class Limits:
    """Ask `refusal` first; without one, ``async with`` the limits while the request is under way.

    *most* is the highest number that were under way at a time.
    """

    def __init__(self, rate: Rate | None, concurrency: int | None) -> None:
        self._bucket = AsyncLimiter(rate.count, rate.period) if rate else None
        self._concurrency = concurrency
        self._under_way = 0
        self.most = 0

    def refusal(self) -> Refusal | None:
        """Return why a request cannot be taken now. Asking changes nothing."""
        if self._concurrency is not None and self._under_way >= self._concurrency:
            return CROWDED
        if self._bucket is not None and not self._bucket.has_capacity():
            gap = self._bucket.time_period / self._bucket.max_rate
            return Refusal(Code.RESOURCE_EXHAUSTED, "rate limit exceeded", wait=gap)
        return None

    async def __aenter__(self) -> None:
        if self._bucket is not None:
            await self._bucket.acquire()
        self._under_way += 1
        self.most = max(self.most, self._under_way)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._under_way -= 1
