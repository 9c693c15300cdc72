"""Networks that fail in every way of the sandbox, and how runs send over them, as a seed makes them up."""

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import Final, NamedTuple

from bulk_journeys.sandbox.faults import Fault

ROWS: Final = {0.01: 1500, 0.1: 3000, 0.5: 10_000}
"""Rows by how likely a fault is: what is likely is what brings many."""

WALLS: Final = frozenset({"firewall", "misfit", "cut_refusal", "invalid", "miscount", "bodiless", "surplus"})
"""Faults that the client takes for somebody in the API's place: of ten in a row it waits a second and more."""

WALL_ODDS: Final = {0.01: 0.01, 0.1: 0.05, 0.5: 0.2}
"""How likely those are instead: some runs are held now and then, most of the time none is."""

MOST_ROWS: Final = {
    "refuse": 400,
    "hang": 400,
    "drop": 1000,
    "reset": 1000,
    "down": 1000,
    "html": 1000,
    "any": 1000,
    "proxied": 3000,
    **dict.fromkeys(WALLS, 300),
}
"""Fewer of them where a fault has the whole run wait: a pause, an outage that there is none of, a timeout."""

REVOKED: Final = ("--revoke-after", "300")
TROUBLES: Final = (
    (),
    (),
    REVOKED,
    ("--outage", "1s@200ms"),
    ("--outage", "500ms@300ms", "--outage-kind", "502"),
    ("--firewall", "500ms@300ms"),
    ("--idle-close", "0.05"),
)


class World(NamedTuple):
    """What `draw` makes of the first three: the flags of a sandbox, and those of a run there and its resumptions."""

    kind: str
    odds: float
    seed: int
    rows: int
    timeout: float
    sandbox: tuple[str, ...]
    run: tuple[str, ...]

    @property
    def token(self) -> str:
        return f"canary-{Random(f'token {self.seed}').getrandbits(128):032x}"


def worlds(dice: Random) -> Iterator[World]:
    """Yield worlds without end: each fault alone and all together, each of them rare, common and usual, in turns."""
    while True:
        deck = list(product((*Fault, "any"), ROWS))
        dice.shuffle(deck)
        for kind, odds in deck:
            yield draw(kind, WALL_ODDS[odds] if kind in WALLS else odds, dice.getrandbits(32))


def draw(kind: str, odds: float, seed: int) -> World:
    """Return a world in which *kind* meets a request with a probability of *odds*; the rest is the *seed*'s choice."""
    dice = Random(seed)
    auto = odds < 0.5 and kind not in {"hang", "refuse"} and dice.random() < 0.3
    rate = ("auto", "--max-rate", "2000/s") if auto else (dice.choice(("off", "off", "1500/s")),)
    crowd = ("--concurrency", "60") if dice.random() < 0.15 and kind != "hang" else ()
    most = next(rows for likely, rows in ROWS.items() if odds <= likely)
    rows = min([most, MOST_ROWS.get(kind, most), *[300] * auto, *[600] * bool(crowd)])
    lanes = "300" if kind == "hang" else dice.choice(("40", "100", "100"))
    timeout = dice.choice((0.2, 0.3, 0.5) if kind in {"hang", "any"} else (0.5, 1.0))
    faults = ("--journeys", str(rows), "--seed", str(seed), "--fault", f"{kind}={odds}")
    wording = ("--errors", dice.choice(("v1", "v2")), "--latency", dice.choice(("0ms", "1-5ms")))
    tries = ("--tries", dice.choice("345"), "--timeout", str(timeout), "--max-pause", "1")
    run = ("--rate", *rate, "--concurrency", lanes, *tries)
    trouble = dice.choice(((), REVOKED) if kind == Fault.DIAL else TROUBLES)  # there each doubt would be for nothing
    return World(kind, odds, seed, rows, timeout, (*faults, *wording, *crowd, *trouble), run)
