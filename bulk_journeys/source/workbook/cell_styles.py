"""How cells are dressed, as far as that can mean that a row is set apart from the others."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final
from xml.parsers import expat

from bulk_journeys.source.workbook.book import damaged, quoted
from bulk_journeys.source.workbook.findings import Apart
from bulk_journeys.source.workbook.package import Attributes, Package, local, parse

MOST_STYLES: Final = 1 << 16
TRUE: Final = frozenset({"1", "true"})
_PLAIN_THEMES: Final = frozenset({"0", "1"})
_PLAIN_INDEXES: Final = frozenset({"0", "1", "8", "9", "64", "65"})


@dataclass
class Style:
    """What of a style may set a cell apart. Links are underlined, and headers bold: their colours say nothing."""

    struck: bool = False
    coloured: bool = False
    inked: bool = False
    underlined: bool = False
    bold: bool = False

    def apart(self) -> tuple[Apart, ...]:
        """Return how a row with a filled cell of this style is set apart."""
        coloured = (self.coloured or (self.inked and not self.underlined)) and not self.bold
        return (Apart.STRUCK,) * self.struck + (Apart.COLOURED,) * coloured


def xlsx_styles(package: Package, part: str) -> Mapping[str, tuple[Apart, ...]]:
    """Return how the styles of an xlsx workbook, by the numbers that cells have, set a row apart. Raises Unreadable."""
    path: list[str] = []
    fonts: list[Style] = []
    fills: list[bool] = []
    styles: list[Style] = []

    def begin(tag: str, attributes: Attributes) -> None:
        path.append(local(tag))
        if max(len(fonts), len(fills), len(styles)) > MOST_STYLES:
            raise damaged(f"its part {quoted(part)} is too long")
        match path[1:5]:
            case ["fonts", "font"]:
                fonts.append(Style())
            case ["fonts", "font", name]:
                _letter(fonts[-1], name, attributes)
            case ["fills", "fill"]:
                fills.append(False)
            case ["fills", "fill", "patternFill", "fgColor"]:
                fills[-1] = _is_colour(attributes)
            case ["cellXfs", "xf"]:
                font, fill = (int(attributes.get(name, 0)) for name in ("fontId", "fillId"))
                of_font = fonts[font] if 0 <= font < len(fonts) else Style()
                styles.append(replace(of_font, coloured=0 <= fill < len(fills) and fills[fill]))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: path.pop() and None
    parse(package, part, parser)
    return {str(number): apart for number, style in enumerate(styles) if (apart := style.apart())}


def _letter(style: Style, name: str, attributes: Attributes) -> None:
    """Add to a *style* what the element of a *name* says of its letters."""
    match name:
        case "strike":
            style.struck = attributes.get("val", "1") in TRUE
        case "b":
            style.bold = attributes.get("val", "1") in TRUE
        case "u":
            style.underlined = attributes.get("val") != "none"
        case "color":
            style.inked = _is_colour(attributes)


def _is_colour(attributes: Attributes) -> bool:
    """Say whether a colour is another than black, white and what the program takes for them."""
    if "rgb" in attributes:
        return attributes["rgb"][-6:].upper() not in {"000000", "FFFFFF"}
    if "theme" in attributes:
        return attributes["theme"] not in _PLAIN_THEMES or float(attributes.get("tint", 0)) != 0
    return attributes.get("indexed", "64") not in _PLAIN_INDEXES
