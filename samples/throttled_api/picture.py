"""Draws from a run's journal how many requests a second the server accepted and refused: an SVG, or text."""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from html import escape
from itertools import pairwise
from math import ceil
from pathlib import Path
from typing import NamedTuple

LEFT, RIGHT, TOP, ZERO, DEPTH = 44, 784, 60, 220, 38
BLUE, RED, GREY = "#0969da", "#cf222e", "#57606a"
PICTURE = f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 300" style="font: 11px system-ui, sans-serif">
<rect width="800" height="300" fill="#fff"/>
<text x="{LEFT}" y="24" font-size="15" font-weight="600" fill="#1f2328">{{title}}</text>
<g fill="{GREY}"><text x="{LEFT}" y="42">requests a second: <tspan fill="{BLUE}">accepted</tspan>, and below zero
<tspan fill="{RED}">refused</tspan>{{dashed}}</text>
{{marks}}
<text x="{RIGHT}" y="292" text-anchor="end">seconds since the first request</text></g>
</svg>
"""


class Tally(NamedTuple):
    accepted: Counter[int]
    refused: Counter[int]
    seconds: float  # from the first request to the last answer


def read(lines: Iterable[bytes]) -> Tally:
    """Count the answered requests of a journal by the second, from 0, in which they left. The last line may be torn."""
    left: dict[tuple[int, int], float] = {}
    answered: list[tuple[float, bool, float]] = []
    for entry in (json.loads(line) for line in lines if line.endswith(b"\n")):
        event, attempt = entry["event"], (entry.get("row"), entry.get("attempt") or entry.get("attempts"))
        if event == "sending":
            left[attempt] = entry["at"]
        elif attempt in left and entry.get("http_status"):
            answered.append((left[attempt], entry.get("code") == "resource_exhausted", entry["at"]))
    start = min((at for at, _, _ in answered), default=0.0)
    accepted, refused = (Counter(int(at - start) for at, no, _ in answered if no is kind) for kind in (False, True))
    return Tally(accepted, refused, max((heard for _, _, heard in answered), default=start) - start)


def as_text(tally: Tally) -> Iterator[str]:
    """Yield a line of at most 80 columns for each second, and one with the sums."""
    counts = [(tally.accepted[second], tally.refused[second]) for second in range(int(tally.seconds) + 1)]
    scale = 64 / max(64, *map(sum, counts))
    for second, (accepted, refused) in enumerate(counts):
        yield f"{second:4} s {accepted:4} {'#' * int(accepted * scale)}{'x' * ceil(refused * scale)}\n"
    yield f"{tally.accepted.total():,} accepted (#), {tally.refused.total():,} refused (x), {tally.seconds:.1f} s\n"


def as_svg(tally: Tally, title: str, limits: Iterable[str]) -> Iterator[str]:
    """Yield the picture. A limit is written ``40``, or ``80@15`` if it begins after 15 seconds."""
    parted = [limit.partition("@") for limit in limits]
    allowed = sorted((min(int(since or 0), tally.seconds), int(rate)) for rate, _, since in parted)
    tick = 5 * ceil(max([5, *tally.accepted.values(), *(rate for _, rate in allowed)]) / 25)
    chart = Chart(tally, tick, (RIGHT - LEFT) / (int(tally.seconds) + 1), (ZERO - TOP) / (5 * tick))
    marks = "\n".join([*chart.axes(), *chart.accepted(), *chart.refused(), *chart.limits(allowed)])
    words = "".join(f", {f'from {since:g} s on ' if since else ''}{rate}/s" for since, rate in allowed)
    yield PICTURE.format(title=escape(title), dashed=words and f". Dashed: the server's limit{words}", marks=marks)


class Chart(NamedTuple):
    """The marks of a picture; *across* and *up* are the units that a second and a request take."""

    tally: Tally
    tick: int
    across: float
    up: float

    def axes(self) -> Iterator[str]:
        for rate in range(0, 6 * self.tick, self.tick):
            y, colour = ZERO - rate * self.up, "#d8dee4" if rate else "#8c959f"
            yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{colour}" stroke-width="0.7"/>'
            yield f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{rate}</text>'
        for second in range(0, int(self.tally.seconds) + 2, 5 * ceil(max(1.0, self.tally.seconds) / 50)):
            yield f'<text x="{LEFT + second * self.across:.1f}" y="276" text-anchor="middle">{second}</text>'

    def accepted(self) -> Iterator[str]:
        whole = range(max(1, int(self.tally.seconds)))  # what is left of the last second would look like a fall
        tops = [f"{ZERO - self.tally.accepted[second] * self.up:.1f}" for second in whole]
        steps = "".join(f"V{top}H{LEFT + second * self.across:.1f}" for second, top in enumerate(tops, start=1))
        yield f'<path d="M{LEFT} {ZERO}{steps}V{ZERO}Z" fill="{BLUE}" fill-opacity="0.1"/>'
        yield f'<path d="M{LEFT} {tops[0]}{steps}" fill="none" stroke="{BLUE}" stroke-width="1.5"/>'

    def refused(self) -> Iterator[str]:
        most = max([5, *self.tally.refused.values()])
        for second, number in sorted(self.tally.refused.items()):
            place = f'x="{LEFT + second * self.across:.1f}" y="{ZERO}" width="{max(1.5, self.across - 1):.1f}"'
            yield f'<rect {place} height="{number / most * DEPTH:.1f}" fill="{RED}"/>'
        yield f'<text x="{LEFT - 8}" y="{ZERO + DEPTH + 4}" text-anchor="end" fill="{RED}">{most}</text>'

    def limits(self, allowed: list[tuple[float, int]]) -> Iterator[str]:
        for (since, rate), (until, _) in pairwise([*allowed, (self.tally.seconds, 0)]):
            y, start, end = ZERO - rate * self.up, LEFT + since * self.across, LEFT + until * self.across
            yield f'<path d="M{start:.1f} {y:.1f}H{end:.1f}" stroke="{GREY}" stroke-dasharray="5 4"/>'


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw what the server accepted and refused, second by second.")
    parser.add_argument("run", type=Path, help="the folder of a run")
    parser.add_argument("--limit", action="append", default=[], help="what the server allowed, as in 40 or 80@15")
    parser.add_argument("--title", help="the folder's name, if left out")
    parser.add_argument("--text", action="store_true", help="print a line a second, for a terminal")
    chosen = parser.parse_args()
    try:
        tally = read((chosen.run / "journal.jsonl").read_bytes().splitlines(keepends=True))
        drawn = as_text(tally) if chosen.text else as_svg(tally, chosen.title or chosen.run.name, chosen.limit)
        sys.stdout.writelines(drawn)
    except (OSError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        parser.error(f"{chosen.run}: cannot be drawn ({error}); name the folder of a run, and limits as in 40 or 80@15")


if __name__ == "__main__":
    main()
