"""From tables to a plan: exactly one entry for each row, in the order of the input."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from msgspec.structs import replace

from bulk_journeys import __version__
from bulk_journeys.errors import InputError
from bulk_journeys.model import Action, Rejection, Row, Source
from bulk_journeys.plan.columns import find_roles
from bulk_journeys.plan.document import VERSION, Header, Plan
from bulk_journeys.plan.draft import Draft
from bulk_journeys.plan.reading import Reader


class Table(Protocol):
    """A user's file as rows, to be read once. A Rejection among *rows* is a line that holds no row.

    *columns* is one list, which may grow while rows are read. *digest* is true when the rows are exhausted.
    """

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> Sequence[str]: ...
    @property
    def rows(self) -> Iterator[Row | Rejection]: ...
    def digest(self) -> str: ...


def make_plan(tables: Iterable[Table], action: Action | None = None) -> Plan:
    """Plan the rows of *tables*, which are read one after the other.

    *action* is for tables without an action column and for rows that leave it blank.
    Raises InputError where a table cannot be understood or there is no row at all, and DiskFailed.
    """
    draft = Draft()
    sources = [_drafted(draft, file, table, action) for file, table in enumerate(tables)]
    lines = draft.settle()
    if not lines.counts.rows:
        names = ", ".join(source.name for source in sources)
        raise InputError(f"{names}: there are no rows below the header; put one in for each journey")
    return Plan(Header(VERSION, __version__, sources, lines.counts), lines)


def _drafted(draft: Draft, file: int, table: Table, action: Action | None) -> Source:
    reader = _reader(file, table, action)
    draft.begin(table.name, reader.id_column)
    columns = table.columns
    width = len(columns)
    for row in table.rows:
        if len(columns) > width:
            reader, width = _reader(file, table, action), len(columns)
        draft.add(reader.read(row) if isinstance(row, Row) else replace(row, file=file))
    return Source(table.name, table.digest(), tuple(columns))


def _reader(file: int, table: Table, action: Action | None) -> Reader:
    roles = find_roles(table.name, table.columns)
    if roles.action is None and action is None:
        raise InputError(f"{table.name}: there is no action column; pass --action, or add a column 'action'")
    return Reader(file, table.columns, roles, action)
