"""`make torture`: runs are killed, stopped, starved of disk and cut off, and their results are held against the truth.

python -m tests.torture [ORDEAL...] [--seed 7] [--kills 300] [--faults 150000] [--seconds-network 330]

A seed repeats what is done to the runs; when exactly a process is hit, no seed can say. The exit status is 1 if a
law is broken.
"""
# ruff: noqa: T201

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random, randrange

from bulk_journeys.sandbox.config import Config
from tests.torture.clocks import torture_clocks
from tests.torture.cuts import Sample, torture_cuts
from tests.torture.disks import torture_disks
from tests.torture.figures import Figures, print_figures
from tests.torture.folders import torture_folders
from tests.torture.kills import Wanted, torture_kills
from tests.torture.network import torture_network
from tests.torture.stops import torture_stops

EVERYTHING = ("cuts", "disks", "folders", "clocks", "stops", "kills", "network")
SECONDS = {"disks": 30, "folders": 30, "clocks": 20, "stops": 30, "kills": 300, "network": 330}


def main() -> int:
    wanted = _parsed()
    print(f"torture --seed {wanted.seed}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="torture-"))
    _forget_the_machine(folder)
    total = Figures()
    for name, ordeal in _ordeals(wanted, folder):
        figures = ordeal()
        print_figures(name, figures)
        total += replace(figures, crashes=[])  # they tell of the kills alone, as those do
    print_figures("in all", total)
    if not total.violations:
        shutil.rmtree(folder)
        return 0
    print(f"what the runs left is in {folder}; the seed was {wanted.seed}")
    return 1


def _parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture")
    parser.add_argument("ordeals", nargs="*", metavar="ORDEAL", help=f"only these of {', '.join(EVERYTHING)}")
    parser.add_argument("--seed", type=int, default=randrange(10_000), help="repeats what was done")
    parser.add_argument("--kills", type=int, default=300, help="how many there are to be")
    parser.add_argument("--faults", type=int, default=150_000, help="how many requests are to fail on the network")
    for name, seconds in SECONDS.items():
        parser.add_argument(f"--seconds-{name}", type=float, default=seconds, help="no new run is begun after them")
    return parser.parse_args()


def _forget_the_machine(folder: Path) -> None:
    """Have no proxy and no setting of this machine take part."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy") or name.startswith(("PUSHWOOSH_", "BULK_JOURNEYS_")):
            del os.environ[name]
    os.environ["PUSHWOOSH_API_TOKEN"] = Config.token
    os.environ["BULK_JOURNEYS_STATE_DIR"] = str(folder / "state")
    os.environ["COLUMNS"] = "200"


def _ordeals(wanted: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Callable[[], Figures]]]:
    def dice(name: str) -> Random:
        return Random(f"{wanted.seed} {name}")

    named = wanted.ordeals or EVERYTHING
    if "cuts" in named:
        yield "journals cut at every byte", lambda: torture_cuts(dice("cuts"), Sample(), folder, _say)
    if "disks" in named:
        yield "disks that fail", lambda: torture_disks(dice("disks"), wanted.seconds_disks, folder, _say)
    if "folders" in named:
        yield "folders that vanish", lambda: torture_folders(dice("folders"), wanted.seconds_folders, folder, _say)
    if "clocks" in named:
        yield "clocks that are wrong", lambda: torture_clocks(dice("clocks"), wanted.seconds_clocks, folder, _say)
    if "stops" in named:
        yield "processes that stand still", lambda: torture_stops(dice("stops"), wanted.seconds_stops, folder, _say)
    if "kills" in named:
        kills = Wanted(wanted.kills, wanted.seconds_kills)
        yield "kills", lambda: torture_kills(dice("kills"), kills, folder, _say)
    if "network" in named:
        yield "networks that fail", partial(torture_network, dice("network"), wanted.seconds_network, wanted.faults)


_BEGAN = time.monotonic()


def _say(words: str) -> None:
    print(f"{time.monotonic() - _BEGAN:6.0f} s  {words}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
