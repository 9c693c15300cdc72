"""What calamine does not tell of an xlsx workbook: how large each sheet is, and what is hidden, merged or an error."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from bulk_journeys.source.table import cell_name
from bulk_journeys.source.workbook.book import Unreadable, damaged, quoted
from bulk_journeys.source.workbook.findings import MOST_COLUMNS, Apart, Findings, Merge, Style, add_sheet, is_colour
from bulk_journeys.source.workbook.package import MOST_ELEMENTS, Attributes, Package, elements, local, new_parser, parse

_TRUE: Final = frozenset({"1", "true"})
_PLAIN_THEMES: Final = frozenset({"0", "1"})
_PLAIN_INDEXES: Final = frozenset({"0", "1", "8", "9", "64", "65"})
_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_CELL: Final = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
LONGEST_NAME: Final = 10


def inspect_xlsx(package: Package) -> list[Findings]:
    """Follow the workbook's relations to its sheets as calamine does. Raises Unreadable for the whole workbook."""
    base = _folder(package)
    relations = elements(package, f"{base}_rels/workbook.xml.rels", "Relationship")
    related = {relation.get("Id"): relation for relation in relations}
    if len(related) < len(relations):
        raise damaged("two of its parts have the same id")
    styles = [_part(base, relation) for relation in relations if relation.get("Type", "").endswith("/styles")]
    apart = _styles(package, styles[0]) if styles and styles[0].lower() in package.names() else {}
    sheets: list[Findings] = []
    for attributes in elements(package, f"{base}workbook.xml", "sheet"):
        relation = related.get(attributes.get("id"), {})
        sheet = add_sheet(sheets, attributes.get("name", ""))
        if relation.get("Type", "").endswith("/worksheet"):
            part = _part(base, relation)
            parse(package, part, _Worksheet(sheet, apart).parser)
            for cell in _commented(package, part):
                sheet.comment(cell)
            sheet.weigh(32 * sheet.box() + 64 * sheet.filled)
    return sheets


def _folder(package: Package) -> str:
    """Return where the workbook's parts are, with a slash at the end unless that is the root."""
    offices = [
        relation.get("Target", "")
        for relation in elements(package, "_rels/.rels", "Relationship")
        if relation.get("Type", "").endswith("/relationships/officeDocument")
    ]
    if not offices:
        raise damaged("it does not say which of its parts is the workbook")
    return "".join(offices[-1].removeprefix("/").rpartition("/")[:2])


def _part(base: str, relation: Attributes) -> str:
    target = relation.get("Target", "")
    return target[1:] if target.startswith("/") else base + target


def _commented(package: Package, part: str) -> Iterator[str]:
    """Yield the names of the cells with a comment in the sheet of a *part*."""
    folder, _, name = part.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels"
    if relations.lower() not in package.names():
        return
    for relation in elements(package, relations, "Relationship"):
        target = posixpath.normpath(_part(f"{folder}/", relation))
        if relation.get("Type", "").endswith("/comments") and target.lower() in package.names():
            yield from (comment.get("ref", "")[:LONGEST_NAME] for comment in elements(package, target, "comment"))


def _styles(package: Package, part: str) -> Mapping[str, tuple[Apart, ...]]:
    """Return how the styles, by the numbers that cells have, set a row apart. Raises Unreadable."""
    path: list[str] = []
    fonts: list[Style] = []
    fills: list[bool] = []
    styles: list[Style] = []

    def begin(tag: str, attributes: Attributes) -> None:
        path.append(local(tag))
        if max(len(fonts), len(fills), len(styles)) > MOST_ELEMENTS:
            raise damaged(f"its part {quoted(part)} is too long")
        match path[1:5]:
            case ["fonts", "font"]:
                fonts.append(Style())
            case ["fonts", "font", name]:
                _dress(fonts[-1], name, attributes)
            case ["fills", "fill"]:
                fills.append(False)
            case ["fills", "fill", "patternFill", "fgColor"]:
                fills[-1] = _has_colour(attributes)
            case ["cellXfs", "xf"]:
                font, fill = (int(attributes.get(name, 0)) for name in ("fontId", "fillId"))
                of_font = fonts[font] if 0 <= font < len(fonts) else Style()
                styles.append(replace(of_font, coloured=0 <= fill < len(fills) and fills[fill]))

    parse(package, part, new_parser(begin, lambda _: path.pop() and None))
    return {str(number): apart for number, style in enumerate(styles) if (apart := style.apart())}


def _dress(style: Style, name: str, attributes: Attributes) -> None:
    """Add to a *style* what the element of a *name* says of its letters."""
    match name:
        case "strike":
            style.struck = attributes.get("val", "1") in _TRUE
        case "b":
            style.bold = attributes.get("val", "1") in _TRUE
        case "u":
            style.underlined = attributes.get("val") != "none"
        case "color":
            style.inked = _has_colour(attributes)


def _has_colour(attributes: Attributes) -> bool:
    """Say whether a colour is another than black, white and what the program takes for them."""
    if "rgb" in attributes:
        return is_colour(attributes["rgb"])
    if "theme" in attributes:
        return attributes["theme"] not in _PLAIN_THEMES or float(attributes.get("tint", 0)) != 0
    return attributes.get("indexed", "64") not in _PLAIN_INDEXES


class _Worksheet:
    """The parser of an Excel worksheet. It is within a sheet, a row, a cell, or a value or formula of it."""

    def __init__(self, findings: Findings, styles: Mapping[str, tuple[Apart, ...]]) -> None:
        self.parser = new_parser(self._begin, self._end, self._interrupt)
        self._sheet = findings
        self._within = "sheet"
        self._letters: dict[str, int] = {}
        self._row, self._row_name, self._hidden, self._column = 1, "1", False, 0
        self._filled: list[int] = []
        self._styles = styles
        self._style: tuple[Apart, ...] | None = None
        self._apart: set[Apart] = set()
        self._type: str | None = None
        self._value: list[str] = []
        self._formula: list[str] | None = None

    def _begin(self, tag: str, attributes: Attributes) -> None:
        within = self._within
        if within == "row" and tag == "c":
            self._within = "c"
            self._type = attributes.get("t")
            name = attributes.get("r")
            if name is not None:
                column = self._letters.get(name.removesuffix(self._row_name))
                self._column = self._column_of(name) if column is None else column
            self._style = self._styles.get(attributes.get("s", "0"))
        elif within == "c" and tag == "v":
            self._within = "v"
            self._filled.append(self._column)
            if self._type == "e" or self._formula is not None:
                self.parser.CharacterDataHandler = self._value.append
        else:
            self._begin_other(within, local(tag), attributes)

    def _column_of(self, name: str) -> int:
        row, column = _position(name)
        if row != self._row or column >= MOST_COLUMNS:
            raise self._misplaced(name)
        return self._letters.setdefault(name.rstrip("0123456789"), column)

    def _begin_other(self, within: str, name: str, attributes: Attributes) -> None:
        """Begin what is rare, or has a prefix."""
        if name == "row" and within == "sheet":
            self._within, self._hidden = "row", attributes.get("hidden") in _TRUE
            self._row = int(attributes.get("r", self._row))
            self._row_name = str(self._row)
        elif name == "f" and within == "c":
            self._within, self._formula = "f", []
            self.parser.CharacterDataHandler = self._formula.append
        elif name == "is" and within == "c":
            self._value.append(name)
            self._filled.append(self._column)
        elif name in {"c", "v"} and within == {"c": "row", "v": "c"}[name]:
            self._begin(name, attributes)
        elif within in {"v", "f"} or name in {"row", "c", "v"}:
            raise self._misplaced(name)
        elif name == "mergeCell":
            self._sheet.merges.append(_merge(attributes.get("ref", "")))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self._sheet.hide_columns(int(attributes["min"]) - 1, int(attributes["max"]))

    def _end(self, tag: str) -> None:
        within = self._within
        if within in {"v", "f"}:
            self._within = "c"
            self.parser.CharacterDataHandler = None
        elif within == "c" and (tag == "c" or local(tag) == "c"):
            self._within = "row"
            if self._formula is not None or self._value:
                self._end_unusual()
            if self._style and self._filled[-1:] == [self._column]:
                self._apart.update(self._style)
            self._column += 1
            if len(self._filled) > MOST_COLUMNS:
                raise self._misplaced("a cell")
        elif within == "row" and local(tag) == "row":
            self._within = "sheet"
            self._end_row()

    def _end_unusual(self) -> None:
        """Keep what calamine drops: a formula without a value, or an error's name. Some names it does not know."""
        value = "".join(self._value)
        has_value = self._filled[-1:] == [self._column]
        if self._formula is not None and not value and not (has_value and self._type == "str"):
            self._filled.append(self._column)
            self._sheet.compute(self._row, self._column, "".join(self._formula))
        elif self._type == "e" and value:
            self._sheet.tell(self._row, self._column, value)
            if value not in _ERRORS:
                cell = cell_name(self._row, self._column)
                self._sheet.refuse(f"cell {cell} holds the error {quoted(value)}", "correct or delete that cell")
        self._formula = None
        self._value.clear()

    def _end_row(self) -> None:
        if self._filled:
            left, right = min(self._filled), max(self._filled)
            self._sheet.fill(self._row, left, columns=right + 1 - left, filled=len(self._filled))
            self._sheet.end_rows(self._row, self._row, {*self._apart, Apart.HIDDEN} if self._hidden else self._apart)
        self._filled.clear()
        self._apart.clear()
        self._row, self._column = self._row + 1, 0

    def _interrupt(self, *_: object) -> None:
        if self._within == "v":
            raise self._misplaced("a comment")

    def _misplaced(self, what: str) -> Unreadable:
        return damaged(f"sheet {quoted(self._sheet.name)} has {quoted(what)} in a wrong place, in row {self._row}")


def _merge(area: str) -> Merge:
    """Return a rectangle by the names of two corners, or of the only cell in it."""
    first, _, last = area.partition(":")
    return Merge(*_position(first), *_position(last or first))


def _position(name: str) -> tuple[int, int]:
    """Return the row, from 1, and the column, from 0, of a cell."""
    parts = _CELL.fullmatch(name)
    if parts is None:
        raise damaged(f"a cell in it is named {quoted(name)}")
    column = 0
    for letter in parts[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(parts[2]), column - 1
