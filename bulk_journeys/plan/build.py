"""From lists to a plan: exactly one entry for each row, in the order of the input."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Protocol

from msgspec.structs import replace

from bulk_journeys import __version__
from bulk_journeys.errors import InputError
from bulk_journeys.plan.columns import Roles, no_action_column, read_columns, status_column
from bulk_journeys.plan.document import VERSION, Header, LeftOut, Operation, Plan, Skipped, Source, Unread
from bulk_journeys.plan.operations import Draft, RowReader
from bulk_journeys.plan.readings import choose_reading
from bulk_journeys.plan.row_marks import IGNORE_FLAG, ActionColumns, Marks
from bulk_journeys.plan.select import Choices, Filter, chosen_column, named_column, nothing_wanted
from bulk_journeys.plan.trial import Chosen
from bulk_journeys.source.table import InvalidRow, Listed, Places
from bulk_journeys.vocabulary.line_kinds import is_blank
from bulk_journeys.vocabulary.normalise import trimmed

LAST_ROWS: Final = frozenset({65_536, 1_048_576})
"""What a sheet of xls, and one of xlsx, has room for. A spreadsheet that opens more drops the rest, and saves that."""


ROWS_LOOKED_AT: Final = 1000
"""Rows in which values are looked for."""

MOST_VALUES: Final = 4
"""Different values of a column; where there are more, one of them tells as much as another."""

LONGEST_SAMPLE: Final = 200
"""Characters of a value that are kept."""


class ColumnWatcher(Protocol):
    """Looks at columns that nobody reads, row by row; says whether any other row matters."""

    def note(self, row: Operation | InvalidRow | LeftOut, /) -> bool: ...


class ColumnValues:
    """The first different values of all columns, from rows that are shown one by one."""

    def __init__(self) -> None:
        self._found: dict[int, dict[str, None]] = {}
        self._rows = 0

    def note(self, row: Operation | InvalidRow | LeftOut) -> bool:
        """Take note of a row, and return whether any other matters."""
        self._rows += 1
        for index, cell in enumerate(row.cells):
            if text := trimmed(cell):
                values = self._found.setdefault(index, {})
                if len(values) <= MOST_VALUES:
                    values.setdefault(text[:LONGEST_SAMPLE])
        return self._rows < ROWS_LOOKED_AT

    def unread(self, columns: Sequence[str], read: Collection[int]) -> Iterator[Unread]:
        """Yield those of the *columns* whose index is not *read*, but for what has neither name nor value."""
        for index, column in enumerate(columns):
            if index not in read and (trimmed(column) or index in self._found):
                sample, *others = self.values(index) or (None,)
                number = None if trimmed(column) else index + 1
                yield Unread(column, sample, number, tuple(filter(None, others)))

    def values(self, index: int) -> Sequence[str]:
        """Return the different values of the column of an *index*, or the first if there are many."""
        found = list(self._found.get(index, ()))
        return found if len(found) <= MOST_VALUES else found[:1]


def make_plan(lists: Iterable[Listed], choices: Choices = Choices()) -> Plan:
    """Plan the rows of *lists*, which are read one after the other.

    Raises InputError where a list cannot be understood or there is no row at all, and DiskFailed.
    """
    draft, filters = Draft(), list[Filter]()
    sources = [_drafted(draft, file, listed, choices, filters) for file, listed in enumerate(lists)]
    lines = draft.settle()
    if not lines.counts.rows:
        names = ", ".join(source.name for source in sources)
        raise InputError(f"{names}: there are no rows below the header", "put one in for each journey")
    if lines.counts.left_out == lines.counts.rows:
        raise nothing_wanted(choices.where, filters)
    wheres = tuple(where.text for where in choices.where)
    return Plan(Header(VERSION, __version__, sources, lines.counts, where=wheres), lines, draft.skipped)


def _drafted(draft: Draft, file: int, listed: Listed, choices: Choices, filters: list[Filter]) -> Source:
    chosen = choose_reading(listed.name, listed.readings, choices)
    _refuse_partial(listed.name, chosen, choices)
    columns, roles = chosen.layout.columns, chosen.layout.roles
    if roles.action is None and choices.default is None:
        raise no_action_column(listed.name, columns, _advice(listed.name, chosen, columns, roles))
    filter_ = Filter(choices.where, [chosen_column(listed.name, columns, where) for where in choices.where])
    filters.append(filter_)
    reader = RowReader(file, columns, roles, choices, filter_ if choices.where else None)
    decided = _read(columns, roles, filter_)
    decided.update(named_column(listed.name, columns, ignored, IGNORE_FLAG) for ignored in choices.ignored)
    may_be_overruled = choices.action is not None and roles.action is None and not choices.ids_only
    values_found = ColumnValues()
    places = chosen.places(listed.name)
    marks = Marks(places, () if choices.ids_only else columns, decided)
    action_columns = ActionColumns(listed.name, columns if may_be_overruled else (), decided)
    watching: list[ColumnWatcher] = [values_found, marks, action_columns]
    draft.begin(places, columns[roles.id])
    for skipped in chosen.layout.skipped:
        draft.skip(replace(skipped, file=file))
    found = None
    for found in chosen.body(listed.name, reader).entries(islice(chosen.reading.rows(), chosen.layout.above, None)):
        if isinstance(found, Skipped):
            draft.skip(found)
        else:
            draft.add(found)
            if watching:
                watching = [one for one in watching if one.note(found)]
    listed.verify()
    for refusal in (*marks.refusals(), *(action_columns.refusals(choices.action) if choices.action else ())):
        raise refusal
    last = found.line_end if isinstance(found, Skipped) else found.line if found else 0
    notes = [*chosen.notes, *filter_.notes(), *_notes(places, choices, roles, reader.filled, last)]
    return _source(listed, chosen, values_found, filter_, notes)


def _refuse_partial(name: str, chosen: Chosen, choices: Choices) -> None:
    if chosen.reading.partial and not choices.partial:
        reason = f"{name}: it says of itself that there are more rows than it holds ({chosen.reading.partial})"
        raise InputError(reason, "export all pages, or carry out this part of them with --partial")


def _notes(places: Places, choices: Choices, roles: Roles, filled: int, last: int) -> Iterator[str]:
    """Yield how many rows got their action from the flag, and that the *last* line is the last of any sheet."""
    if filled and not choices.ids_only:
        rows = f"{filled:,} row{'s' * (filled > 1)}"
        yield f"{places.columns[roles.action or 0]!r} is blank in {rows}: --action {choices.action} counts there"
    if last in LAST_ROWS:
        yield f"it ends on {places.unit} {last:,}, the last that a spreadsheet has: rows may be missing"


def _read(columns: Sequence[str], roles: Roles, filter_: Filter) -> set[int]:
    """Return the indexes of the columns that decide anything."""
    return read_columns(columns, roles).union(filter_.columns)


def _advice(name: str, chosen: Chosen, columns: Sequence[str], roles: Roles) -> str | None:
    """Return the flag that may help where no header names the actions, by the first rows."""
    action_columns = ActionColumns(name, columns, read_columns(columns, roles))
    for row in islice(chosen.reading.rows(), chosen.layout.above, chosen.layout.above + ROWS_LOOKED_AT):
        if not is_blank(row.cells):
            action_columns.note_cells(row.cells)
    return action_columns.advice()


def _source(
    listed: Listed, chosen: Chosen, values_found: ColumnValues, filter_: Filter, notes: Sequence[str]
) -> Source:
    columns, roles, line = chosen.layout.columns, chosen.layout.roles, chosen.layout.line
    form = chosen.reading.form
    form = replace(form, notes=(*form.notes, *notes))
    action = None if roles.action is None else columns[roles.action]
    status = status_column(columns, roles)
    return Source(
        name=listed.name,
        sha256=listed.digest,
        columns=tuple(columns),
        form=form,
        header_line=line,
        id_column=columns[roles.id],
        action_column=action,
        status_column=status,
        statuses=tuple(values_found.values(columns.index(status))) if status is not None else (),
        unread=tuple(values_found.unread(columns, _read(columns, roles, filter_))),
    )
