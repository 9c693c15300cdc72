"""`make fuzz`: bytes nobody foresaw, thrown at what reads lists, their flags, and answers.

python -m tests.fuzz lists [--seconds 60]
python -m tests.fuzz flags [--lists 10000] [--seed 7]
python -m tests.fuzz answers [--seconds 60 | --answers 1000000] [--seed 7 [--at 1234]] [--sockets 2000]

A seed and an index repeat a scene of answers. The exit status is 1 if a law is broken.
"""
# ruff: noqa: T201

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import count
from random import randrange

from tests.fuzz.flags import fuzz_flags
from tests.fuzz.scenes import Scene
from tests.fuzz.throwing import Findings, made_smaller, thrown, thrown_on_sockets

ANSWERS_A_SCENE = 2
"""Requests that a scene has on average."""


def main() -> int:
    wanted = _parsed()
    if wanted.target == "lists":
        from tests.fuzz.lists import fuzz_lists  # noqa: PLC0415  not every platform has what it needs

        fuzz_lists(wanted.seconds)
        return 0
    seed = randrange(10_000) if wanted.seed is None else wanted.seed
    if wanted.target == "flags":
        return int(fuzz_flags(seed, wanted.lists) > 0)
    print(f"fuzz answers --seed {seed}", flush=True)
    if wanted.at is not None:
        return _report(thrown(seed, [wanted.at]), 0)
    began = time.monotonic()
    broken = _report(thrown(seed, _indexes(wanted)), began)
    began = time.monotonic()
    return _report(thrown_on_sockets(seed, range(wanted.sockets)), began, "on sockets") | broken


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", choices=["lists", "flags", "answers"])
    parser.add_argument("--seconds", type=float, default=60, help="how long, if nothing says how many")
    parser.add_argument("--lists", type=int, default=10_000, help="how many with a column of flags")
    parser.add_argument("--answers", type=int, help="about how many")
    parser.add_argument("--seed", type=int, help="repeats what was thrown")
    parser.add_argument("--at", type=int, help="only this scene of the seed")
    parser.add_argument("--sockets", type=int, default=2000, help="so many scenes once more over loopback")
    return parser.parse_args()


def _indexes(wanted: argparse.Namespace) -> Iterator[int]:
    if wanted.answers is not None:
        yield from range(wanted.answers // ANSWERS_A_SCENE)
        return
    until = time.monotonic() + wanted.seconds
    for index in count():
        if time.monotonic() > until:
            return
        yield index


def _report(findings: Findings, began: float, where: str = "in memory") -> int:
    """Print how much was thrown and what is broken; return the exit status."""
    rate = findings.requests / (time.monotonic() - began)
    print(f"{findings.requests:,} requests {where}, {rate:,.0f}/s; {findings.counts.total():,} replies break a law")
    for kind, number in findings.counts.most_common():
        law, why = kind
        print(f"{number:9,}  {law}: {why}", flush=True)
        small = made_smaller(findings.examples[kind], kind)
        _print_scene(small.scene)
        print(f"           => {small.reply or 'no reply'}\n           --at {small.at}", flush=True)
    return int(bool(findings.counts))


def _print_scene(scene: Scene) -> None:
    for visit in scene:
        greeting = f"{visit.greeting!r} before it, " if visit.greeting else ""
        late = f", and later {visit.late}" if visit.late else ""
        print(f"           {visit.asked.action} {visit.asked.uuid}: {greeting}{visit.steps}{late}")


if __name__ == "__main__":
    sys.exit(main())
