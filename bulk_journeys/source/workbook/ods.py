"""What calamine does not tell of an ods workbook: how large each sheet is, and what is hidden, merged or an error."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import product, takewhile
from typing import BinaryIO, Final

from bulk_journeys.source.table import cell_name
from bulk_journeys.source.workbook.book import PASSWORD, Unreadable, damaged, not_a_workbook, quoted
from bulk_journeys.source.workbook.findings import MOST_ROWS, Apart, Findings, Merge, Style, add_sheet, is_colour
from bulk_journeys.source.workbook.package import Attributes, Package, elements, new_parser, parse

_OPEN_DOCUMENT: Final = b"application/vnd.oasis.opendocument."
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_TABLES: Final = _CELLS | {"table:table", "table:table-row"}
_UNSEEN: Final = frozenset({"collapse", "filter"})

_Cuts = list[tuple[int, int]]


def inspect_ods(package: Package) -> tuple[list[Findings], _Cuts]:
    """Return the sheets, and the offsets of those that are refused in ``content.xml``. Raises Unreadable."""
    if "mimetype" in package.names():
        kind = b"".join(package.chunks("mimetype")).removeprefix(_OPEN_DOCUMENT)
        if not kind.startswith(b"spreadsheet"):
            raise not_a_workbook(f"an OpenDocument {kind[:40].decode(errors='replace')}")
    if elements(package, "META-INF/manifest.xml", "encryption-data"):
        raise Unreadable(*PASSWORD)
    content = _Content()
    parse(package, "content.xml", content.parser)
    return content.sheets, content.cuts


def write_without(cuts: _Cuts, package: Package, file: BinaryIO) -> None:
    """Write to *file* the same workbook with the sheets that are refused left blank. Raises Unreadable."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for part in ("mimetype", "META-INF/manifest.xml"):
            archive.writestr(part, b"".join(package.chunks(part)))
        with archive.open("content.xml", "w") as content:
            content.writelines(_without(cuts, package.chunks("content.xml")))


def _without(cuts: _Cuts, parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield what lies outside of *cuts*, which come in order."""
    offset = 0
    for part in parts:
        end, kept = offset + len(part), part
        for first, last in reversed(cuts):
            if first < end and last > offset:
                kept = kept[: max(first - offset, 0)] + kept[last - offset :]
        yield kept
        offset = end


class _Content:
    """The parser of an OpenDocument workbook's content, which goes by the prefixes that everybody uses."""

    def __init__(self) -> None:
        self.sheets: list[Findings] = []
        self.cuts: list[tuple[int, int]] = []
        self.parser = new_parser(self._begin, self._end, self._interrupt)
        self._sheet: Findings | None = None
        self._start = -1
        self._spent = self._raw = 0
        self._row, self._rows, self._column, self._columns = 1, 0, 0, 1
        self._hidden = self._formulas = self._is_text = False
        self._right = 0
        self._cell: Attributes | None = None
        self._style = Style()
        self._styles: dict[str, Style] = {}
        self._row_style: str | None = None
        self._apart: set[Apart] = set()
        self._depth = 0
        self._text: list[str] = []

    def _begin(self, tag: str, attributes: Attributes) -> None:
        if self._start < 0:
            self._start = self.parser.CurrentByteIndex
        if tag == "table:table" and "table:name" in attributes and self._sheet is None and self._cell is None:
            self._begin_sheet(attributes["table:name"])
        elif tag == "style:style":
            self._style = Style()
            if attributes.get("style:family") == "table-cell":
                self._styles[attributes.get("style:name", "")] = self._style
        elif tag in {"style:text-properties", "style:table-cell-properties"} and self._sheet is None:
            _dress(self._style, attributes)
        elif self._sheet is not None:
            self._begin_inside(self._sheet, tag, attributes)

    def _begin_sheet(self, name: str) -> None:
        self._sheet = add_sheet(self.sheets, name)
        self._start, self._raw, self._row, self._rows, self._column = -1, 0, 1, 0, 0
        self._formulas = False

    def _begin_inside(self, sheet: Findings, tag: str, attributes: Attributes) -> None:
        if self._cell is not None:
            self._begin_text(tag)
        elif tag in _CELLS and self._rows:
            self._cell = attributes
            self._columns = _count(attributes, "table:number-columns-repeated")
            self._is_text = "office:value-type" not in attributes or attributes.get("calcext:value-type") == "error"
        elif tag == "table:table-row" and not self._rows:
            self._rows = _count(attributes, "table:number-rows-repeated")
            self._hidden = attributes.get("table:visibility") in _UNSEEN
            self._row_style = attributes.get("table:default-cell-style-name")
            self._apart.clear()
            self._column = self._right = 0
        elif tag == "table:table-column":
            self._pass_columns(sheet, attributes)
        elif tag in _TABLES:
            raise damaged(f"sheet {quoted(sheet.name)} has {tag!r} in a wrong place")

    def _pass_columns(self, sheet: Findings, attributes: Attributes) -> None:
        end = self._column + _count(attributes, "table:number-columns-repeated")
        if attributes.get("table:visibility") in _UNSEEN:
            sheet.hide_columns(self._column, end)
        self._column = end

    def _begin_text(self, tag: str) -> None:
        self._depth += 1
        if tag == "office:annotation" and self._sheet:
            self._sheet.comment(cell_name(self._row, self._column))
        if tag in _TABLES:
            raise damaged(f"row {self._row} has a table in a cell")
        if tag == "text:p" and self._depth == 1 and self._is_text:
            self._text.append("\n" if self._text else "")
            self.parser.CharacterDataHandler = self._text.append
        elif not tag.startswith("text:"):
            self.parser.CharacterDataHandler = None

    def _end(self, tag: str) -> None:
        sheet = self._sheet
        if sheet is None:
            return
        if self._depth:
            self._depth -= 1
            if not self._depth:
                self.parser.CharacterDataHandler = None
        elif self._cell is not None:
            self._end_cell(sheet, self._cell)
        elif tag == "table:table-row":
            if self._right:
                apart = {*self._apart, Apart.HIDDEN} if self._hidden else self._apart
                sheet.end_rows(self._row, self._row + self._rows - 1, apart)
            self._raw += self._right
            self._row, self._rows = self._row + self._rows, 0
        elif tag == "table:table":
            self._end_sheet(sheet)

    def _end_cell(self, sheet: Findings, attributes: Attributes) -> None:
        """Note what the cell is for, if it is for anything. LibreOffice shows an error as text and keeps a blank."""
        text, formula = "".join(self._text) if self._text else "", attributes.get("table:formula")
        is_typed = "office:value-type" in attributes or any(key.startswith("office:") for key in attributes)
        if is_typed or text or formula is not None:
            sheet.fill(self._row, self._column, rows=self._rows, columns=self._columns)
            self._right = self._column + self._columns
            style = self._styles.get(attributes.get("table:style-name", self._row_style) or "")
            self._apart.update(style.apart() if style else ())
            self._formulas = self._formulas or formula is not None
        if text and (not is_typed or attributes.get("calcext:value-type") == "error"):
            self._each(sheet.tell, text)
        elif formula is not None and not is_typed:
            self._each(sheet.compute, formula.partition("=")[2])
        if "table:number-rows-spanned" in attributes or "table:number-columns-spanned" in attributes:
            sheet.merges.append(self._merge(attributes))
        self._column += self._columns
        self._cell = None
        self._text.clear()

    def _merge(self, attributes: Attributes) -> Merge:
        bottom = self._row + _count(attributes, "table:number-rows-spanned") - 1
        right = self._column + _count(attributes, "table:number-columns-spanned") - 1
        return Merge(self._row, self._column, bottom, right)

    def _each(self, keep: Callable[[int, int, str], None], text: str) -> None:
        """Keep a text for each of the cells that are written as one, as long as there are not too many."""
        cells = product(range(self._row, self._row + self._rows), range(self._column, self._column + self._columns))
        for row, column in takewhile(lambda _: self._sheet and not self._sheet.refusal, cells):
            keep(row, column, text)

    def _end_sheet(self, sheet: Findings) -> None:
        needed = (64 + 24 * self._formulas) * sheet.box() + 112 * self._raw
        sheet.weigh(self._spent + needed)
        if sheet.refusal:
            self.cuts.append((self._start, self.parser.CurrentByteIndex))
        else:
            self._spent += needed
        self._sheet = None

    def _interrupt(self, *_: object) -> None:
        if self._cell is not None:
            raise damaged(f"row {self._row} has a cell in pieces")


def _dress(style: Style, attributes: Attributes) -> None:
    """Add to a *style* what its properties say."""
    style.struck |= attributes.get("style:text-line-through-style", "none") != "none"
    style.underlined |= attributes.get("style:text-underline-style", "none") != "none"
    style.bold |= attributes.get("fo:font-weight") == "bold"
    style.coloured |= attributes.get("fo:background-color", "transparent").lower() not in {"transparent", "#ffffff"}
    style.inked |= is_colour(attributes.get("fo:color", "#000000"))


def _count(attributes: Attributes, name: str) -> int:
    """Return how often something is repeated, once if that is not said."""
    if name not in attributes:
        return 1
    count = int(attributes[name])
    if not 0 < count <= MOST_ROWS:
        raise damaged(f"something in it is repeated {count} times")
    return count
