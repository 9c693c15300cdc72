"""What calamine does not tell of a zipped workbook, read within bounds before calamine may open it.

That is how large each sheet is, and what in it is hidden, merged, an error, or a formula that nobody has computed.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field
from itertools import product, takewhile
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple
from xml.parsers import expat

from bulk_journeys.terminal import printable

if TYPE_CHECKING:
    from pyexpat import XMLParserType

LARGEST_UNPACKED: Final = 1 << 29
"""Bytes, over all that is unpacked."""

SUSPICIOUSLY_LARGE: Final = 1 << 26
DENSEST: Final = 200
"""A part that is suspiciously large may be that many times what it takes up in the file. Sheets come to 50."""

LARGEST_SHEET: Final = 1 << 30
"""Bytes of memory. A sheet of full height has room for 26 columns of xlsx that are blank, or 10 that are filled."""

LARGEST_DIRECTORY: Final = 1 << 22
MOST_TAGS: Final = 40_000_000
MOST_TOLD: Final = 500_000
MOST_SHEETS: Final = 1000
MOST_ROWS: Final = 1 << 20
MOST_COLUMNS: Final = 1 << 14
CHUNK: Final = 1 << 16
SHOWN: Final = 8
LONGEST_SHOWN: Final = 200
SAVE_AGAIN: Final = "open it in a spreadsheet program, save it again, and try that"
AS_CSV: Final = "save the sheet with the journeys alone as CSV UTF-8 and try that"
PASSWORD: Final = ("the workbook is protected with a password", "open it, remove the password, and save it again")

_END: Final = struct.Struct("<4s8xIIH")
_ZIP64_END: Final = 76
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, expat.ExpatError, struct.error, EOFError, OSError, ValueError, LookupError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
_ERRORS: Final = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_CELL: Final = re.compile("([A-Za-z]{1,3})([0-9]{1,7})")
_CELLS: Final = frozenset({"table:table-cell", "table:covered-table-cell"})
_TRUE: Final = frozenset({"1", "true"})
_TABLES: Final = _CELLS | {"table:table", "table:table-row"}
_UNSEEN: Final = frozenset({"collapse", "filter"})

Attributes = dict[str, str]


class Unreadable(Exception):
    """A workbook or a sheet cannot be read; *reason* does not name the file yet, *advice* says what to do."""

    def __init__(self, reason: str, advice: str = SAVE_AGAIN) -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice


class Merge(NamedTuple):
    """A rectangle of cells that is shown as one. Rows count from 1, columns from 0, the last ones included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass
class Findings:
    """What there is to know of a sheet besides its cells' values; *last* is the last filled row.

    *texts* are those of cells that calamine takes for blank: by row from 1, then by column from 0.
    """

    name: str
    texts: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    refusal: Unreadable | None = None
    hidden_rows: list[tuple[int, int]] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    uncomputed: list[str] = field(default_factory=list)
    filled: int = 0
    told: int = 0
    first: int = MOST_ROWS
    last: int = 0
    left: int = MOST_COLUMNS
    right: int = -1

    def fill(self, row: int, column: int, *, rows: int = 1, columns: int = 1, filled: int | None = None) -> None:
        """Count the cells of an area, or as many as are *filled*. Raises Unreadable where no cells can be."""
        bottom, right = row + rows - 1, column + columns - 1
        if not 0 < row <= bottom <= MOST_ROWS or not 0 <= column <= right < MOST_COLUMNS:
            raise damaged(f"sheet {self.name[:80]!r} has a cell outside of what a sheet can hold")
        self.filled += rows * columns if filled is None else filled
        self.first, self.last = min(self.first, row), max(self.last, bottom)
        self.left, self.right = min(self.left, column), max(self.right, right)

    def box(self) -> int:
        """Return how many cells lie between the first and the last row and column with something in them."""
        return (self.last - self.first + 1) * (self.right - self.left + 1) if self.filled else 0

    def tell(self, row: int, column: int, text: str) -> None:
        """Keep the text of a cell that calamine takes for blank."""
        self.told += 1
        if self.told > MOST_TOLD:
            self.texts.clear()
            self.refuse(f"more than {MOST_TOLD:,} cells hold errors, or formulas that nobody has computed", SAVE_AGAIN)
        else:
            self.texts.setdefault(row, {})[column] = text[:CHUNK]

    def compute(self, row: int, column: int, formula: str) -> None:
        """Keep that nobody has computed the *formula*."""
        self.tell(row, column, f"={formula}")
        if len(self.uncomputed) <= SHOWN:
            self.uncomputed.append(cell_name(row, column))

    def hide_columns(self, first: int, end: int) -> None:
        """Keep that the columns from *first* to before *end* are hidden, filled or not."""
        self.hidden_columns.append(range(max(first, 0), min(end, MOST_COLUMNS)))
        if sum(map(len, self.hidden_columns)) > MOST_COLUMNS:
            raise damaged(f"sheet {self.name[:80]!r} has a column twice")

    def hide(self, first: int, last: int) -> None:
        """Keep that filled rows are hidden."""
        if self.hidden_rows and self.hidden_rows[-1][1] == first - 1:
            first = self.hidden_rows.pop()[0]
        if len(self.hidden_rows) <= SHOWN:
            self.hidden_rows.append((first, last))

    def weigh(self, needed: int) -> None:
        """Refuse the sheet if it needs too many bytes of memory."""
        if needed > LARGEST_SHEET:
            corner = cell_name(self.last, self.right)
            reason = f"it reaches as far as {corner}, and would take {needed >> 20:,} MiB of memory"
            self.refuse(reason, f"delete what is stray there, or {AS_CSV}")

    def refuse(self, reason: str, advice: str) -> None:
        self.refusal = self.refusal or Unreadable(f"sheet {self.name[:80]!r}: {reason}", advice)


class Package:
    """The parts of a zip by their names, which are compared without regard to case, as Office does.

    A zip that could be taken for another one, by where its directory is, is refused.
    """

    def __init__(self, file: BinaryIO) -> None:
        try:
            end = file.seek(-_END.size, 2)
            mark, length, start, comment = _END.unpack(file.read(_END.size))
            if mark != b"PK\5\6" or comment or start + length not in (end, end - _ZIP64_END):
                raise damaged("it does not end where its zip archive ends")
            self._zip = zipfile.ZipFile(file)
        except _BROKEN as error:
            raise damaged(str(error)) from None
        parts = self._zip.infolist()
        self._parts = {_key(part.filename): part for part in parts}
        if length > LARGEST_DIRECTORY or self._zip.start_dir != start or len(self._parts) < len(parts):
            raise damaged("the directory of its zip archive is too long, or names a part twice")
        self._left = LARGEST_UNPACKED

    def names(self) -> set[str]:
        """Return the names of all parts in lower case."""
        return set(self._parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what a part holds. Raises Unreadable, also for what is larger than it says."""
        part = self._parts.get(_key(name))
        if part is None:
            raise damaged(f"its part {name[:80]!r} is missing")
        self._refuse_bomb(part)
        unlimited, size = copy(part), 0
        unlimited.file_size = 1 << 62
        try:
            with self._zip.open(unlimited) as stream:
                while size <= part.file_size and (chunk := stream.read(CHUNK)):
                    size += len(chunk)
                    yield chunk
        except _BROKEN as error:
            raise damaged(f"its part {name[:80]!r} cannot be read: {error}") from None
        if size != part.file_size:
            raise damaged(f"its part {name[:80]!r} has not the size that it says")

    def check(self, names: Iterable[str]) -> None:
        """Unpack parts to know that calamine can. Raises Unreadable."""
        for name in names:
            if sum(chunk.count(b"<") for chunk in self.chunks(name)) > MOST_TAGS:
                raise Unreadable(f"its part {name[:80]!r} has more than {MOST_TAGS:,} tags", AS_CSV)

    def _refuse_bomb(self, part: zipfile.ZipInfo) -> None:
        if part.flag_bits & 1:
            raise Unreadable(*PASSWORD)
        self._left -= part.file_size
        dense = part.file_size > max(SUSPICIOUSLY_LARGE, part.compress_size * DENSEST)
        if dense or self._left < 0 or part.compress_type not in _METHODS:
            reason = (
                f"its part {part.filename[:80]!r} unpacks to {part.file_size:,} bytes in a way that no real sheet does"
            )
            raise Unreadable(reason, AS_CSV)


def damaged(what: str) -> Unreadable:
    """Return what to raise for what no spreadsheet program writes."""
    return Unreadable(f"the workbook is damaged: {printable(what[:LONGEST_SHOWN])}")


def cell_name(row: int | str, column: int) -> str:
    """Return a cell's name, or a column's if *row* is empty. *column* counts from 0."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"


def inspect_xlsx(package: Package) -> list[Findings]:
    """Follow the workbook's relations to its sheets as calamine does. Raises Unreadable for the whole workbook."""
    offices = [
        a.get("Target", "")
        for a in _elements(package, "_rels/.rels", "Relationship")
        if a.get("Type", "").endswith("/relationships/officeDocument")
    ]
    if not offices:
        raise damaged("it does not say which of its parts is the workbook")
    base = "".join(offices[-1].removeprefix("/").rpartition("/")[:2])
    relations = _elements(package, f"{base}_rels/workbook.xml.rels", "Relationship")
    related = {relation.get("Id"): relation for relation in relations}
    if len(related) < len(relations):
        raise damaged("two of its parts have the same id")
    sheets: list[Findings] = []
    for attributes in _elements(package, f"{base}workbook.xml", "sheet"):
        if len(sheets) == MOST_SHEETS:
            raise Unreadable(f"the workbook has more than {MOST_SHEETS} sheets", AS_CSV)
        relation = related.get(attributes.get("id"), {})
        target = relation.get("Target", "")
        sheets.append(Findings(attributes.get("name", "")))
        if relation.get("Type", "").endswith("/worksheet"):
            _parse(package, target[1:] if target.startswith("/") else base + target, _Worksheet(sheets[-1]).parser)
            sheets[-1].weigh(32 * sheets[-1].box() + 64 * sheets[-1].filled)
    return sheets


def inspect_ods(package: Package) -> tuple[list[Findings], list[tuple[int, int]]]:
    """Return the sheets, and the places of those that are refused in ``content.xml``, in bytes. Raises Unreadable."""
    if _elements(package, "META-INF/manifest.xml", "encryption-data"):
        raise Unreadable(*PASSWORD)
    content = _Content()
    _parse(package, "content.xml", content.parser)
    return content.sheets, content.cuts


def _key(name: str) -> str:
    return name.replace("\\", "/").lower()


def _parse(package: Package, name: str, parser: "XMLParserType") -> None:
    """Feed *parser* with a part. A document type is refused, and entities with it."""
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in package.chunks(name):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(f"its part {name[:80]!r} cannot be read: {error}") from None


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("the workbook declares a document type, as no spreadsheet program does")


def _elements(package: Package, part: str, wanted: str) -> list[Attributes]:
    """Return the attributes of all elements of a name. Namespaces are not looked at, here and there."""
    found: list[Attributes] = []

    def start(tag: str, attributes: Attributes) -> None:
        if _local(tag) == wanted:
            found.append({_local(name): value for name, value in attributes.items()})
        if len(found) > CHUNK:
            raise damaged(f"its part {part!r} is too long")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    _parse(package, part, parser)
    return found


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Worksheet:
    """The parser of an Excel worksheet. It is within a sheet, a row, a cell, or a value or formula of it."""

    def __init__(self, findings: Findings) -> None:
        self.parser = _parser(self._begin, self._end, self._interrupt)
        self._sheet = findings
        self._within = "sheet"
        self._letters: dict[str, int] = {}
        self._row, self._row_name, self._hidden, self._column = 1, "1", False, 0
        self._filled: list[int] = []
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
                self._column = self._place(name) if column is None else column
        elif within == "c" and tag == "v":
            self._within = "v"
            self._filled.append(self._column)
            if self._type == "e" or self._formula is not None:
                self.parser.CharacterDataHandler = self._value.append
        else:
            self._begin_other(within, _local(tag), attributes)

    def _place(self, name: str) -> int:
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
            first, _, last = attributes.get("ref", "").partition(":")
            (top, left), (bottom, right) = _position(first), _position(last or first)
            self._sheet.merges.append(Merge(top, left, bottom, right))
        elif name == "col" and attributes.get("hidden") in _TRUE:
            self._sheet.hide_columns(int(attributes["min"]) - 1, int(attributes["max"]))

    def _end(self, tag: str) -> None:
        within = self._within
        if within in {"v", "f"}:
            self._within = "c"
            self.parser.CharacterDataHandler = None
        elif within == "c" and (tag == "c" or _local(tag) == "c"):
            self._within = "row"
            if self._formula is not None or self._value:
                self._end_unusual()
            self._column += 1
            if len(self._filled) > MOST_COLUMNS:
                raise self._misplaced("a cell")
        elif within == "row" and _local(tag) == "row":
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
                self._sheet.refuse(f"cell {cell} holds the error {value[:80]!r}", "correct or delete that cell")
        self._formula = None
        self._value.clear()

    def _end_row(self) -> None:
        if self._filled:
            left, right = min(self._filled), max(self._filled)
            self._sheet.fill(self._row, left, columns=right + 1 - left, filled=len(self._filled))
            if self._hidden:
                self._sheet.hide(self._row, self._row)
        self._filled.clear()
        self._row, self._column = self._row + 1, 0

    def _interrupt(self, *_: object) -> None:
        if self._within == "v":
            raise self._misplaced("a comment")

    def _misplaced(self, what: str) -> Unreadable:
        return damaged(f"sheet {self._sheet.name[:80]!r} has {what[:80]!r} in a wrong place, in row {self._row}")


class _Content:
    """The parser of an OpenDocument workbook's content, which goes by the prefixes that everybody uses."""

    def __init__(self) -> None:
        self.sheets: list[Findings] = []
        self.cuts: list[tuple[int, int]] = []
        self.parser = _parser(self._begin, self._end, self._interrupt)
        self._sheet: Findings | None = None
        self._start = -1
        self._spent = self._raw = 0
        self._row, self._rows, self._column, self._columns = 1, 0, 0, 1
        self._hidden = self._formulas = self._is_text = False
        self._right = 0
        self._cell: Attributes | None = None
        self._depth = 0
        self._text: list[str] = []

    def _begin(self, tag: str, attributes: Attributes) -> None:
        if self._start < 0:
            self._start = self.parser.CurrentByteIndex
        if tag == "table:table" and "table:name" in attributes and self._sheet is None and self._cell is None:
            self._begin_sheet(attributes["table:name"])
        elif self._sheet is not None:
            self._begin_inside(self._sheet, tag, attributes)

    def _begin_sheet(self, name: str) -> None:
        if len(self.sheets) == MOST_SHEETS:
            raise Unreadable(f"the workbook has more than {MOST_SHEETS} sheets", AS_CSV)
        self._sheet = Findings(name)
        self.sheets.append(self._sheet)
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
            self._column = self._right = 0
        elif tag == "table:table-column":
            end = self._column + _count(attributes, "table:number-columns-repeated")
            if attributes.get("table:visibility") in _UNSEEN:
                sheet.hide_columns(self._column, end)
            self._column = end
        elif tag in _TABLES:
            raise damaged(f"sheet {sheet.name[:80]!r} has {tag!r} in a wrong place")

    def _begin_text(self, tag: str) -> None:
        self._depth += 1
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
            if self._right and self._hidden:
                sheet.hide(self._row, self._row + self._rows - 1)
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
            self._formulas = self._formulas or formula is not None
        if text and (not is_typed or attributes.get("calcext:value-type") == "error"):
            self._each(sheet.tell, text)
        elif formula is not None and not is_typed:
            self._each(sheet.compute, formula.partition("=")[2])
        if "table:number-rows-spanned" in attributes or "table:number-columns-spanned" in attributes:
            bottom = self._row + _count(attributes, "table:number-rows-spanned") - 1
            right = self._column + _count(attributes, "table:number-columns-spanned") - 1
            sheet.merges.append(Merge(self._row, self._column, bottom, right))
        self._column += self._columns
        self._cell = None
        self._text.clear()

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


def _parser(
    begin: Callable[[str, Attributes], None], end: Callable[[str], None], interrupt: Callable[..., None]
) -> "XMLParserType":
    """Return a parser; *interrupt* is called by what splits a text, which calamine would read the first piece of."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartCdataSectionHandler = parser.CommentHandler = parser.ProcessingInstructionHandler = interrupt
    return parser


def _position(name: str) -> tuple[int, int]:
    """Return the row, from 1, and the column, from 0, of a cell."""
    parts = _CELL.fullmatch(name)
    if parts is None:
        raise damaged(f"a cell in it is named {name[:80]!r}")
    column = 0
    for letter in parts[1].upper():
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(parts[2]), column - 1


def _count(attributes: Attributes, name: str) -> int:
    """Return how often something is repeated, once if that is not said."""
    if name not in attributes:
        return 1
    count = int(attributes[name])
    if not 0 < count <= MOST_ROWS:
        raise damaged(f"something in it is repeated {count} times")
    return count
