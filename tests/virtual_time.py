"""An event loop whose clock jumps to the next deadline: an hour of waiting takes milliseconds, a deadlock none."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

TURN = 1e-9
"""Seconds that one turn of the loop takes."""

THREAD = 0.001
"""Seconds that a call in a thread takes, such as a sync of the journal."""


class VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Carries asyncio, anyio and aiolimiter alike. What belongs in a thread takes THREAD seconds in place."""

    def __init__(self) -> None:
        self._now = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self._now

    def jump(self, seconds: float) -> None:
        self._now += seconds

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        future: asyncio.Future[T] = self.create_future()
        self.call_later(THREAD, self._run_in_place, future, func, *args)
        return future

    def _run_in_place(self, future: asyncio.Future[T], func: Callable[..., T], *args: Any) -> None:
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001  handed on, whatever it is
            future.set_exception(error)


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: VirtualTimeLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> Any:
        ready = super().select(0)
        if not ready and timeout is None:
            raise RuntimeError("deadlock: every task waits, and no deadline will come")
        # Even where nothing waits a turn of the loop takes a moment, or rounding could hold the clock still for ever.
        self._loop.jump(TURN if ready or not timeout else timeout)
        return ready


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run *main* to its end on virtual time."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(main)
