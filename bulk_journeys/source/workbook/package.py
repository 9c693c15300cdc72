"""The parts of a zip that is a workbook, and the XML in them."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.parsers import expat

from bulk_journeys.source.archive import Flaw, Unfit, Zip, part_key
from bulk_journeys.source.workbook.book import AS_CSV, PASSWORD, Unreadable, damaged, quoted

if TYPE_CHECKING:
    from pyexpat import XMLParserType

MOST_TAGS: Final = 40_000_000
MOST_ELEMENTS: Final = 1 << 16

Attributes = dict[str, str]


class Package:
    """The parts of a workbook by their names, which are compared without regard to case. Raises Unreadable."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            self._zip = Zip(file)
            self._parts = self._zip.by_name()
        except Unfit as error:
            raise damaged(error.known) from None

    def names(self) -> set[str]:
        """Return the names of all parts in lower case."""
        return set(self._parts)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield what a part holds. Raises Unreadable, also for what is larger than it says."""
        part = self._parts.get(part_key(name))
        if part is None:
            raise damaged(f"its part {quoted(name)} is missing")
        try:
            yield from self._zip.chunks(part)
        except Unfit as error:
            match error.flaw:
                case Flaw.ENCRYPTED:
                    raise Unreadable(*PASSWORD) from None
                case Flaw.DAMAGED:
                    raise damaged(f"its part {quoted(name)} cannot be read: {error.known}") from None
                case Flaw.SIZE:
                    raise damaged(f"its part {quoted(name)} has not the size that it says") from None
            unpacked = f"its part {quoted(part.filename)} unpacks to {part.file_size:,} bytes"
            raise Unreadable(f"{unpacked} in a way that no real sheet does", AS_CSV) from None

    def check(self, names: Iterable[str]) -> None:
        """Unpack parts to know that calamine can. Raises Unreadable."""
        for name in sorted(names):
            if sum(chunk.count(b"<") for chunk in self.chunks(name)) > MOST_TAGS:
                raise Unreadable(f"its part {quoted(name)} has more than {MOST_TAGS:,} tags", AS_CSV)


def new_parser(
    begin: Callable[[str, Attributes], None],
    end: Callable[[str], object] | None = None,
    interrupt: Callable[..., None] | None = None,
) -> "XMLParserType":
    """Return a parser; *interrupt* is called by what splits a text, which calamine would read the first piece of."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.StartCdataSectionHandler = parser.CommentHandler = parser.ProcessingInstructionHandler = interrupt
    return parser


def parse(package: Package, part: str, parser: "XMLParserType") -> None:
    """Feed *parser* with a part. A document type is refused, and entities with it. Raises Unreadable.

    What a parser's handlers raise for a number or an attribute that is not there is taken for damage, too.
    """
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in package.chunks(part):
            parser.Parse(chunk)
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError):
        raise damaged(f"its part {quoted(part)} cannot be read") from None


def _refuse_doctype(*_: object) -> None:
    raise Unreadable("the workbook declares a document type, as no spreadsheet program does")


def elements(package: Package, part: str, wanted: str) -> list[Attributes]:
    """Return the attributes of all elements of a name. Namespaces are not looked at, here and there."""
    found: list[Attributes] = []

    def start(tag: str, attributes: Attributes) -> None:
        if local(tag) == wanted:
            found.append({local(name): value for name, value in attributes.items()})
        if len(found) > MOST_ELEMENTS:
            raise damaged(f"its part {part!r} is too long")

    parse(package, part, new_parser(start))
    return found


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]
