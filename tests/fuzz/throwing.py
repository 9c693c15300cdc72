"""Scenes thrown at the client in numbers, and what came of it."""

import asyncio
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.fuzz.answers import scene
from tests.fuzz.laws import Broken, broken_by
from tests.fuzz.scenes import Scene, Visit
from tests.fuzz.smaller import smaller
from tests.fuzz.sockets import play_on_sockets
from tests.fuzz.stage import Stage
from tests.virtual_time import run_virtually

Kind = tuple[str, str]
"""A law, and why it is broken."""


_BEYOND_TELLING = re.compile(rb"HTTP/1\.[01] [^\n]*\n[ \t]|\n[0-9A-Fa-f]+[ \t]*(?:;[^\n]*)?\n\n")
"""Lines that aiohttp's parser takes otherwise than RFC 9112 has them, and of which what it hands on shows nothing, so
that no client above it can tell: one that begins with a blank right behind a status line, taken for the end of the head
(2.2), and a blank one behind a chunk's size where both end without a carriage return, skipped (7.1)."""


class Example(NamedTuple):
    """The first scene of a seed in which a law is broken so, and what the client said."""

    at: int
    scene: Scene
    reply: str


@dataclass
class Findings:
    """How many requests were made, how often each law was broken, and an example each."""

    requests: int = 0
    counts: Counter[Kind] = field(default_factory=Counter)
    examples: dict[Kind, Example] = field(default_factory=dict)

    def note(self, index: int, played: Scene, broken: Iterable[Broken]) -> None:
        self.requests += len(played)
        for one in broken:
            self.counts[one.kind] += 1
            self.examples.setdefault(one.kind, Example(index, played, one.reply))


def _scenes(seed: int, indexes: Iterable[int]) -> Iterator[tuple[int, Scene]]:
    for index in indexes:
        played = scene(seed, index)
        if not any(_BEYOND_TELLING.search(_spoken(visit)) for visit in played):
            yield index, played


def _spoken(visit: Visit) -> bytes:
    return b"".join(step for step in (*visit.steps, *visit.late) if isinstance(step, bytes))


def thrown(seed: int, indexes: Iterable[int]) -> Findings:
    """Play scenes of *seed* in memory, on virtual time."""
    return run_virtually(_thrown(seed, indexes))


def thrown_on_sockets(seed: int, indexes: Iterable[int], *, fast: bool = True) -> Findings:
    """Play scenes of *seed* on loopback, many at once, where a slow machine may turn any answer into a lost one."""
    findings = Findings()
    for index, played, seen in asyncio.run(play_on_sockets(_scenes(seed, indexes), fast=fast)):
        found = (broken_by(one, doubt=True) for one in seen)
        findings.note(index, played, [broken for broken in found if broken])
    return findings


def broken_in(played: Scene) -> list[Broken]:
    """Return the laws that the replies of one scene break."""
    return run_virtually(_alone(played))


def made_smaller(example: Example, kind: Kind) -> Example:
    """Return an example with less in it that still breaks the same law for the same reason."""
    return run_virtually(_made_smaller(example, kind))


async def _thrown(seed: int, indexes: Iterable[int]) -> Findings:
    findings = Findings()
    async with Stage() as stage:
        for index, played in _scenes(seed, indexes):
            findings.note(index, played, await _broken_on(stage, played))
    return findings


async def _alone(played: Scene) -> list[Broken]:
    async with Stage() as stage:
        return await _broken_on(stage, played)


async def _broken_on(stage: Stage, played: Scene) -> list[Broken]:
    found = (broken_by(seen) for seen in await stage.play(played))
    return [broken for broken in found if broken]


async def _made_smaller(example: Example, kind: Kind) -> Example:
    async with Stage() as stage:

        async def breaks(candidate: Scene) -> bool:
            return kind in {broken.kind for broken in await _broken_on(stage, candidate)}

        if not await breaks(example.scene):
            return example  # it takes sockets
        small = await smaller(example.scene, breaks)
        replies = [broken.reply for broken in await _broken_on(stage, small) if broken.kind == kind]
        return Example(example.at, small, replies[0])
