"""The XML of a package's parts, fed to a parser as it is unpacked; a document type is refused."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from bulk_journeys.source.workbook.package import Package
from bulk_journeys.source.workbook.unreadable import Unreadable, damaged, quoted

if TYPE_CHECKING:
    from pyexpat import XMLParserType

MOST_ELEMENTS: Final = 1 << 16

Attributes = dict[str, str]


def text_parser(
    begin: Callable[[str, Attributes], None], end: Callable[[str], None], interrupt: Callable[..., None]
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
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise damaged(f"its part {quoted(part)} cannot be read: {error}") from None


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

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parse(package, part, parser)
    return found


def local(name: str) -> str:
    """Return a name without its prefix."""
    return name.rpartition(":")[2]
