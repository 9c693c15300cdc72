"""A scene that breaks a law, made smaller as long as it breaks the same one."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Final

from tests.fuzz.scenes import Scene, Step, Visit

TRIES: Final = 3000
"""Scenes that are tried at most for one counter-example."""


async def smaller(scene: Scene, breaks: Callable[[Scene], Awaitable[bool]]) -> Scene:
    """Return a scene that still *breaks* the law and has as little in it as simple cuts come to."""
    tries = TRIES
    found = True
    while found and tries > 0:
        found = False
        for candidate in _cuts(scene):
            tries -= 1
            if await breaks(candidate):
                scene, found = candidate, True
                break
            if tries <= 0:
                break
    return scene


def _cuts(scene: Scene) -> Iterator[Scene]:
    """Yield scenes with less in them, the boldest cuts first."""
    for place, visit in enumerate(scene):
        if len(scene) > 1:
            yield scene[:place] + scene[place + 1 :]
        for less in _less(visit):
            yield (*scene[:place], less, *scene[place + 1 :])


def _less(visit: Visit) -> Iterator[Visit]:
    if visit.greeting:
        yield visit._replace(greeting=b"")
        yield from (visit._replace(greeting=less) for less in _shorter(visit.greeting))
    if visit.late:
        yield visit._replace(late=())
        yield from (visit._replace(late=less) for less in _fewer(visit.late))
    yield from (visit._replace(steps=less) for less in _fewer(visit.steps))


def _fewer(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    spoken = b"".join(step for step in steps if isinstance(step, bytes))
    others = tuple(step for step in steps if not isinstance(step, bytes))
    if len(steps) > 1 + len(others):
        yield (spoken, *others)
    for place, step in enumerate(steps):
        yield steps[:place] + steps[place + 1 :]
        if isinstance(step, bytes):
            yield from ((*steps[:place], less, *steps[place + 1 :]) for less in _shorter(step))


def _shorter(data: bytes) -> Iterator[bytes]:
    """Yield *data* without a field, or without a stretch, the longest first."""
    lines = data.splitlines(keepends=True)
    if len(lines) > 1:
        yield from (b"".join(lines[:place] + lines[place + 1 :]) for place in range(len(lines)))
    size = len(data) // 2
    while size:
        yield from (data[:at] + data[at + size :] for at in range(0, len(data), size))
        size //= 2
