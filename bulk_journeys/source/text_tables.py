"""What databases print: tables drawn with lines and blanks, and batches of tabs. Quotes mean nothing in them."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from bulk_journeys.source.table import BLANKS, Fault, Form, InvalidRow, Reading, Row

Split = Callable[[str], list[str]]

MOST_PARTS: Final = 1000
"""Lines of one cell."""

_BARS: Final = dict.fromkeys(map(ord, "│┃║"), "|")
_rule: Final = re.compile(
    r"^(?=[^\w\n]*$)[|+:\-=─━═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬╞╡╪╭╮╯╰│┃║ \t]*?(?:--|==|──|━━|══)", re.MULTILINE
).search
_blank_ruled: Final = re.compile(r"^[ ]*-{2,}(?:[ ]+-{2,})+[ ]*$", re.MULTILINE).search
_headed: Final = re.compile(r"^[ \t]*\|\|(?:[^|\n]+\|\|)+[ \t]*$", re.MULTILINE).search
_bar: Final = re.compile(r"(?<!\\)\|")
_crossing: Final = re.compile(r"[+|┼╬╪╫├┤╠╣╞╡╟╢]").finditer
_dashes: Final = re.compile(r"-+").finditer
_gap: Final = re.compile(r"[ ]{2,}|\t")
_escaped: Final = re.compile(r"\\(.)", re.DOTALL).sub
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "N": "", "b": "\b", "Z": "\x1a"}
"""What mysql writes behind a back-slash; any other character there stands for itself."""


def screen_readings(lines: Callable[[], Iterator[str]], sample: str, encoding: str) -> list[Reading]:
    """Return a reading for each kind of output that the *sample*, the beginning of the text, has any sign of."""
    readings = []
    sample = sample.replace("\r\n", "\n").replace("\r", "\n")
    if _rule(sample) and ("|" in sample or "│" in sample):
        readings.append(Reading(Form("table of text", encoding, "|"), partial(_wrapped, lines)))
    elif _headed(sample):
        readings.append(Reading(Form("table of text", encoding, "|"), partial(_rows, lines, _at_marks)))
    elif ruled := _blank_ruled(sample):
        split = partial(_at_places, [dash.start() for dash in _dashes(ruled[0])])
        readings.append(Reading(Form("table of text", encoding, BLANKS), partial(_rows, lines, split)))
    if "\t" in sample and "\\" in sample:
        readings.append(Reading(Form("tab batch", encoding, "\t", escape="\\"), partial(_batch, lines)))
    return readings


def blank_reading(lines: Callable[[], Iterator[str]], sample: str, encoding: str) -> Reading:
    """Return the reading in which blanks end a cell: two or more of them if most lines have such gaps, else any."""
    filled = [line.strip() for line in sample.splitlines() if line.strip()]
    has_gaps = 2 * sum(_gap.search(line) is not None for line in filled) > len(filled)
    return Reading(Form("text", encoding, BLANKS), partial(_rows, lines, _at_gaps if has_gaps else str.split))


def _at_gaps(line: str) -> list[str]:
    return _gap.split(line.strip())


def _rows(lines: Callable[[], Iterable[str]], split: Split) -> Iterator[Row]:
    for number, line in enumerate(lines(), 1):
        yield Row(number, number, split(line.rstrip("\r\n")))


def _at_bars(line: str) -> list[str]:
    r"""Return the cells between bars, and those of a rule at its crossings; an outer border is no cell.

    A bar behind blanks is no border: the first cell is blank. ``\|`` is a bar in a cell.
    """
    text = line.translate(_BARS).rstrip()
    if text.startswith("+"):
        text = text.replace("+", "|")
    cells = [cell.strip().replace("\\|", "|") for cell in _bar.split(text)]
    if text.startswith("|"):
        del cells[0]
        if len(cells) > 1 and not cells[-1]:
            del cells[-1]
    return cells


class _Ruler:
    """The last rule that was drawn, which tells where columns are: a bar anywhere else stands in a cell.

    It tells so by characters, as databases draw it: where a cell has wide letters, bars are all there is to go by.
    """

    def __init__(self) -> None:
        self._crossings: list[int] = []
        self._columns = 0

    def cells(self, line: str) -> list[str] | None:
        """Return the cells of *line*, or None if it has more bars than the rule has crossings, and where is unclear."""
        cells = _at_bars(line)
        text = line.translate(_BARS)
        if _rule(line) and (crossings := [found.start() for found in _crossing(text)]):
            self._crossings = crossings
            is_framed = not text[: crossings[0]].strip()
            self._columns = len(crossings) - 1 if is_framed else len(crossings) + 1
            return cells
        if not self._crossings or len(cells) <= self._columns:
            return cells
        text = text.ljust(self._crossings[-1] + 1)
        if all(text[offset] == "|" for offset in self._crossings[:-1]) and text[self._crossings[-1]] in "| ":
            edges = self._crossings if len(self._crossings) > self._columns else [-1, *self._crossings, len(text)]
            return [text[first + 1 : last].strip() for first, last in pairwise(edges)]
        return None


def _at_marks(line: str) -> list[str]:
    """Return the cells of Jira's tables, where two bars go around each header, and one around any other cell."""
    line = line.strip()
    return _at_bars(line.replace("||", "|") if _headed(line) else line)


def _at_places(starts: list[int], line: str) -> list[str]:
    return [line[start:end].strip() for start, end in pairwise([*starts, len(line)])]


def _batch(lines: Callable[[], Iterable[str]]) -> Iterator[Row]:
    """Yield rows as mysql writes them: a back-slash at the end of a line makes the line break a part of the cell."""
    parts: list[str] = []
    for number, line in enumerate(lines(), 1):
        parts.append(line)
        bare = line.rstrip("\r\n")
        if not _escapes_next(bare) or len(parts) > MOST_PARTS:
            yield _unescaped_row(number, parts)
            parts.clear()
    if parts:
        yield _unescaped_row(number, parts)


def _unescaped_row(last: int, parts: Sequence[str]) -> Row:
    return Row(last - len(parts) + 1, last, _unescaped("".join(parts).rstrip("\r\n")))


def _unescaped(line: str) -> list[str]:
    return [_escaped(lambda found: _ESCAPES.get(found[1], found[1]), cell) for cell in _tabbed(line)]


def _tabbed(line: str) -> Iterator[str]:
    """Yield the cells between tabs, still escaped; a tab behind a back-slash is in its cell."""
    parts: list[str] = []
    for part in line.split("\t"):
        parts.append(part)
        if not _escapes_next(part):
            yield "\t".join(parts)
            parts.clear()
    if parts:
        yield "\t".join(parts)


def _escapes_next(text: str) -> bool:
    """Say whether *text* ends with a back-slash that is not escaped itself."""
    return text.endswith("\\") and (len(text) - len(text.rstrip("\\"))) % 2 == 1


def _wrapped(lines: Callable[[], Iterable[str]]) -> Iterator[Row | InvalidRow]:
    """Yield rows as psql draws them: a cell that ends with ``+`` goes on in the next line."""
    parts: list[Row] = []
    ruler = _Ruler()
    for number, line in enumerate(lines(), 1):
        cells = ruler.cells(line.rstrip("\r\n"))
        if cells is None:
            if parts:
                yield _joined(parts)
                parts.clear()
            reason = "has more bars than the rule above it has columns; is one of them in a cell?"
            yield InvalidRow(number, [Fault("", line.strip(), reason)], [])
            continue
        row = Row(number, number, cells)
        if parts and (len(parts) == MOST_PARTS or not _goes_on(parts[-1].cells, row.cells)):
            yield _joined(parts)
            parts.clear()
        parts.append(row)
    if parts:
        yield _joined(parts)


def _goes_on(above: Sequence[str], below: Sequence[str]) -> bool:
    if len(above) != len(below) or not any(below):
        return False
    pairs = zip(above, below, strict=True)
    return any(cell.endswith("+") for cell in above) and all(not lower or upper.endswith("+") for upper, lower in pairs)


def _joined(parts: Sequence[Row]) -> Row:
    """Return the row that was drawn in *parts*."""
    columns = zip(*(part.cells for part in parts), strict=True)
    return parts[0] if len(parts) == 1 else Row(parts[0].line, parts[-1].line, list(map(_unmarked, columns)))


def _unmarked(texts: Sequence[str]) -> str:
    """Return the lines of a cell, each but its last without its ``+``."""
    *others, last = list(filter(None, texts)) or [""]
    return "\n".join([*(text[:-1].rstrip() for text in others), last])
