"""Scenes, valid and odd, from dice: what is answered, in which pieces, and what is spoken out of turn."""

from random import Random
from typing import Final

from tests.fuzz import bodies
from tests.fuzz.oddities import ODDITIES, Draft
from tests.fuzz.scenes import Asked, Scene, Step, Visit
from tests.fuzz.wholeness import Ending

MEANINGS: Final = (bodies.success,) * 4 + (bodies.error,) * 4 + (bodies.firewall,)
ACTIONS: Final = tuple(bodies.STATUSES)
BIG: Final = b',"points":"' + b"x" * (1 << 20) + b'"}'


def scene(seed: int, index: int) -> Scene:
    """Return the scene number *index* of *seed*: one to four requests, most often one."""
    dice = Random(seed << 40 | index)
    asked = [_asked(dice) for _ in range(dice.choice((1, 1, 1, 2, 2, 3, 4)))]
    return tuple(_visit(dice, *pair) for pair in zip(asked, [*asked[1:], asked[0]], strict=True))


def answer(dice: Random, asked: Asked) -> bytes:
    """Return one answer to *asked*: valid, or odd in up to three ways."""
    status, body = dice.choice(MEANINGS)(dice, asked)
    if dice.random() < 0.0005:
        body = body[:-1] + BIG
    draft = Draft(status, body)
    for _ in range(dice.choice((0, 0, 0, 1, 1, 1, 2, 3))):
        dice.choice(ODDITIES)(dice, draft)
    whole = draft.rendered()
    return _mutated(dice, whole) if dice.random() < 0.15 else whole


def _mutated(dice: Random, whole: bytes) -> bytes:
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        a, b = sorted((dice.randrange(len(whole) + 1), dice.randrange(len(whole) + 1)))
        b = min(b, a + dice.choice((1, 1, 1, 4, 40)))
        piece = dice.choice(
            (b"", bytes([dice.randrange(256)]), whole[a:b] * 2, b"\r\n", b"\0", b'"', b"}", b"9", b" ", whole[b:a:-1])
        )
        whole = whole[:a] + piece + whole[b:]
    return whole


def _asked(dice: Random) -> Asked:
    return Asked(dice.choice(ACTIONS), f"{dice.getrandbits(32):08x}-2222-4333-8444-555555555555")


def _visit(dice: Random, asked: Asked, asked_next: Asked) -> Visit:
    said = answer(dice, asked)
    steps: tuple[Step, ...] = _split(dice, said)
    greeting = b""
    late: tuple[Step, ...] = ()
    turn = dice.random()
    if turn < 0.25:
        steps = _ended(dice, said)
    elif turn < 0.30:
        steps += _split(dice, answer(dice, asked) if dice.random() < 0.5 else said)
    elif turn < 0.35:
        steps = _with_waits(dice, steps)
    elif turn < 0.37:
        greeting = _stray(dice, asked)
    if dice.random() < 0.12:
        late = _late(dice, dice.choice((asked, asked_next)))
    return Visit(asked, steps, greeting, late)


def _ended(dice: Random, said: bytes) -> tuple[Step, ...]:
    cut = dice.choice((len(said), len(said), dice.randrange(len(said) + 1), max(0, len(said) - dice.randrange(4))))
    return *_split(dice, said[:cut]), dice.choice((Ending.CLOSED, Ending.RESET))


def _with_waits(dice: Random, steps: tuple[Step, ...]) -> tuple[Step, ...]:
    place = dice.randrange(len(steps) + 1)
    return *steps[:place], dice.choice((0.5, 30.0, 38.0, 41.0, 1000.0)), *steps[place:]


def _late(dice: Random, asked: Asked) -> tuple[Step, ...]:
    ends: tuple[Step, ...] = dice.choice(((), (), (), (Ending.CLOSED,), (Ending.RESET,)))
    return *_split(dice, _stray(dice, asked)), *ends


def _stray(dice: Random, asked: Asked) -> bytes:
    """Return an answer, or a part of one, that nobody asked for."""
    said = answer(dice, asked)
    first = dice.choice(
        (said, said, said[: dice.randrange(len(said) + 1)], said[dice.randrange(len(said) + 1) :], b"\r\n", b"\0", b"H")
    )
    return first[:5000]


def _split(dice: Random, said: bytes) -> tuple[bytes, ...]:
    """Cut *said* nowhere, somewhere, or behind each of its bytes."""
    how = dice.random()
    if how < 0.6 or len(said) < 2:
        return (said,)
    if how < 0.63 and len(said) < 500:
        return tuple(said[at : at + 1] for at in range(len(said)))
    cuts = sorted(dice.randrange(1, len(said)) for _ in range(dice.choice((1, 1, 2, 3))))
    return tuple(said[a:b] for a, b in zip([0, *cuts], [*cuts, len(said)], strict=True) if a < b)
