"""Planning a list, beside the plain way to do the same."""

import statistics
from pathlib import Path
from typing import Final

from tests.benchmarks.processes import measured

PLANS: Final = 3


def planning(folder: Path, rows: int) -> None:
    """Print the rate and the memory of both ways, in turns."""
    for path in write_lists(folder, rows):
        pairs = [
            (
                measured("plan", str(path), "--action", "pause"),
                measured(str(path), "pause", module="tests.benchmarks.naive"),
            )
            for _ in range(PLANS)
        ]
        ours, plain = (sorted(side, key=lambda one: one.seconds)[PLANS // 2] for side in zip(*pairs, strict=True))
        ratio = statistics.median(plain.seconds / ours.seconds for ours, plain in pairs)
        print(f"planning {rows:,} rows, {path.suffix[1:]}: {rows / ours.seconds:9,.0f} rows/s, peak {ours.peak:.0f} MB")
        print(f"  the plain way:             {rows / plain.seconds:9,.0f} rows/s, peak {plain.peak:.0f} MB")
        print(f"  ratio                      {ratio:9.2f}")


def write_lists(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write the same list as CSV and as JSON lines."""
    paths = folder / "list.csv", folder / "list.jsonl"
    with paths[0].open("w", encoding="ascii") as delimited, paths[1].open("w", encoding="ascii") as objects:
        delimited.write("journey_id,title,status\n")
        for row in range(rows):
            uuid, title = f"{row:08x}-89ab-4def-8123-456789abcdef", f"Welcome series {row}"
            delimited.write(f"{uuid},{title},Running\n")
            objects.write(f'{{"journey_id": "{uuid}", "title": "{title}", "status": "Running"}}\n')
    return paths
