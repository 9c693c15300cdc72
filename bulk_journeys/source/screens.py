"""What databases print: tables drawn with lines and blanks, and batches of tabs. Quotes mean nothing in them."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import pairwise
from typing import Final

from bulk_journeys.model import Form, Row
from bulk_journeys.source.readings import Reading

Split = Callable[[str], list[str]]

MOST_PARTS: Final = 1000
"""Lines of one cell."""

_BARS: Final = dict.fromkeys(map(ord, "│┃║"), "|")
_rule: Final = re.compile(
    r"^[ \t]*[|+:\-=─━═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╞╡╪╭╮╯╰│┃║ \t]*(?:--|==|──|━━|══)[^\w\n]*$", re.MULTILINE
).search
_blank_ruled: Final = re.compile(r"^[ ]*-{2,}(?:[ ]+-{2,})+[ ]*\r?$", re.MULTILINE).search
_dashes: Final = re.compile(r"-+").finditer
_escaped: Final = re.compile(r"\\(.)", re.DOTALL).sub
_tabbed: Final = re.compile(r"(?:^|\t)((?:[^\t\\]|\\.|\\$)*)", re.DOTALL).findall
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "N": "", "b": "\b", "Z": "\x1a"}
"""What mysql writes behind a back-slash; any other character there stands for itself."""


def screen_readings(lines: Callable[[], Iterator[str]], sample: str, encoding: str) -> list[Reading]:
    """Return a reading for each kind of output that the *sample*, the beginning of the text, has any sign of."""
    readings = []
    if _rule(sample) and ("|" in sample or "│" in sample):
        readings.append(Reading(Form("table of text", encoding, "|"), partial(_wrapped, lines, _at_bars)))
    elif ruled := _blank_ruled(sample):
        split = partial(_at_places, [dash.start() for dash in _dashes(ruled[0])])
        readings.append(Reading(Form("table of text", encoding, "blanks"), partial(_rows, lines, split)))
    if "\t" in sample and "\\" in sample:
        readings.append(Reading(Form("tab batch", encoding, "\t", escape="\\"), partial(_batch, lines)))
    return readings


def blank_reading(lines: Callable[[], Iterator[str]], encoding: str) -> Reading:
    """Return the reading in which any number of blanks ends a cell."""
    return Reading(Form("text", encoding, "blanks"), partial(_rows, lines, str.split))


def _rows(lines: Callable[[], Iterable[str]], split: Split) -> Iterator[Row]:
    for number, line in enumerate(lines(), 1):
        yield Row(number, number, split(line.rstrip("\r\n")))


def _at_bars(line: str) -> list[str]:
    """Return the cells between bars, and those of a rule at its crossings; an outer border is no cell.

    A bar behind blanks is no border: the first cell is blank.
    """
    text = line.translate(_BARS).rstrip()
    if text.startswith("+"):
        text = text.replace("+", "|")
    if text.startswith("|"):
        text = text[1:].removesuffix("|")
    return [cell.strip() for cell in text.split("|")]


def _at_places(starts: list[int], line: str) -> list[str]:
    return [line[start:end].strip() for start, end in pairwise([*starts, len(line)])]


def _batch(lines: Callable[[], Iterable[str]]) -> Iterator[Row]:
    """Yield rows as mysql writes them: a back-slash at the end of a line makes the line break a part of the cell."""
    parts: list[str] = []
    for number, line in enumerate(lines(), 1):
        parts.append(line)
        bare = line.rstrip("\r\n")
        if (len(bare) - len(bare.rstrip("\\"))) % 2 == 0 or len(parts) > MOST_PARTS:
            yield Row(number - len(parts) + 1, number, _unescaped("".join(parts).rstrip("\r\n")))
            parts.clear()
    if parts:
        yield Row(number - len(parts) + 1, number, _unescaped("".join(parts).rstrip("\r\n")))


def _unescaped(line: str) -> list[str]:
    return [_escaped(lambda found: _ESCAPES.get(found[1], found[1]), cell) for cell in _tabbed(line)]


def _wrapped(lines: Callable[[], Iterable[str]], split: Split) -> Iterator[Row]:
    """Yield rows as psql draws them: a cell that ends with ``+`` goes on in the next line."""
    open_row: Row | None = None
    for row in _rows(lines, split):
        if open_row and _goes_on(open_row, row):
            cells = [f"{above[:-1].rstrip()}\n{below}" if below else above for above, below in _pairs(open_row, row)]
            open_row = Row(open_row.line, row.line, cells)
            continue
        if open_row:
            yield open_row
        open_row = row
    if open_row:
        yield open_row


def _pairs(above: Row, below: Row) -> Iterator[tuple[str, str]]:
    return zip(above.cells, below.cells, strict=True)


def _goes_on(above: Row, below: Row) -> bool:
    if len(above.cells) != len(below.cells) or not any(below.cells):
        return False
    return all(upper.endswith("+") or not lower for upper, lower in _pairs(above, below)) and any(
        upper.endswith("+") for upper in above.cells
    )
