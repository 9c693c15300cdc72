"""Where a table's header is, which of its columns serve, and what stands above them."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.plan.columns import NAME_THE_IDS, Roles, find_roles
from bulk_journeys.plan.document import Skipped, SkipReason
from bulk_journeys.plan.select import LONGEST_SHOWN, Choices, has_column, no_column, shown
from bulk_journeys.source.table import DELIMITERS, Places, Row, cell_at
from bulk_journeys.vocabulary.headers import id_tier, names_action
from bulk_journeys.vocabulary.journey_id import id_in
from bulk_journeys.vocabulary.line_kinds import filled_cells, header_key, is_blank, is_comment, is_type_word, words_of
from bulk_journeys.vocabulary.normalise import header_word, trimmed
from bulk_journeys.vocabulary.word_tables import vocabulary

MOST_NAMED: Final = 10
"""Columns of the header that a message suggests."""
BARE_IDS: Final = "uuid"
"""What we call the ids of a list without a header."""
BARE_ACTIONS: Final = "action"
"""What we call the actions beside them, if there are any."""


class Header(NamedTuple):
    """A table's *columns*, and the row or the two rows that name them, by their indexes among the rows looked at."""

    columns: Sequence[str]
    first: int
    last: int


class Layout(NamedTuple):
    """How a table lies in its rows: the first *above* of them are not its body. *line* is the header's, if any."""

    columns: Sequence[str]
    roles: Roles
    line: int | None
    above: int
    skipped: Sequence[Skipped]


def named_layout(name: str, columns: Sequence[str], rows: Sequence[Row], choices: Choices) -> Layout:
    """Return the layout of a table whose *columns* its format names. Raises InputError."""
    return Layout(columns, find_roles(name, columns, [row.cells for row in rows], choices), None, 0, ())


def find_layout(places: Places, rows: Sequence[Row], choices: Choices) -> Layout:
    """Return the layout of a table, of which *rows* are the first. Raises InputError."""
    start = next((index for index, row in enumerate(rows) if not is_comment(row.cells) and _has_id(row)), None)
    header = _find_header(rows, start, choices)
    if header is None and choices.id_column is not None:
        raise no_column(places.name, _first_filled(rows), choices.id_column, "--id-column")
    if header is None:
        return _bare_layout(places, rows, start, choices)
    body = [row.cells for row in rows[header.last + 1 :]]
    roles = find_roles(places.name, header.columns, body, choices)
    if choices.id_column is None:
        _refuse_other_group(places, rows, header, roles.id)
    skipped = list(_skipped(rows, header))
    line = rows[header.first].line
    return Layout(header.columns, roles, line, header.last + 1, skipped)


def _refuse_other_group(places: Places, rows: Sequence[Row], header: Header, id_column: int) -> None:
    """Raise InputError if the ids stand below the heading of a group, and journeys have a heading of their own."""
    above = rows[header.first - 1] if header.first else None
    if above is None or len(filled_cells(above.cells)) < 2 or is_comment(above.cells):
        return
    groups = [cell.strip() for cell in above.cells[: id_column + 1] if cell.strip()]
    journeys = [cell.strip() for cell in above.cells if id_tier([cell]) is not None]
    if groups and journeys and groups[-1] not in journeys:
        raise InputError(
            f"{places.at(above.line)}: the column {header.columns[id_column]!r} stands below {groups[-1]!r}, "
            f"and {journeys[0]!r} is beside it",
            "say which column holds the journey ids with --id-column",
        )


def _has_id(row: Row) -> bool:
    return any(map(id_in, row.cells))


def _find_header(rows: Sequence[Row], start: int | None, choices: Choices) -> Header | None:
    """Return the surest header above row *start*, the first with an id.

    Of equally sure ones that which names actions too is meant, and of those the lowest; where no row has an id, the
    highest. Of equal ones it is the highest, since there may be rows between them. Comments are looked at last:
    ``# uuid,action`` may be all the header there is.
    """
    end = len(rows) if start is None else start
    for commented in (False, True):
        found = []
        for index in range(end):
            tier = _tier(rows[index], choices, commented)
            if tier is not None:
                header = _header(rows, index, end)
                lower = index if start is None else -index
                found.append((tier, not names_action(header.columns), lower, header))
        if found:
            best = min(found)[-1]
            words = header_key(best.columns)
            return next(header for *_, header in found if header_key(header.columns) == words)
    return None


def _tier(row: Row, choices: Choices, commented: bool) -> int | None:
    if is_comment(row.cells) is not commented:
        return None
    if choices.id_column is not None:
        return 0 if has_column(row.cells, choices.id_column) else None
    tier = id_tier(row.cells)
    if tier is not None and all(map(is_type_word, filled_cells(row.cells))):
        return tier + len(vocabulary().id_headers)  # "uuid" is a type too
    return tier


def _header(rows: Sequence[Row], index: int, end: int) -> Header:
    """Return the header in row *index*, with the row above or below it if only both together name an action column."""
    cells = rows[index].cells
    if not names_action(cells):
        for first, last in ((index, index + 1), (index - 1, index)):
            if first >= 0 and last < end and _completes(rows[first + last - index].cells, cells):
                return Header(_joined(rows[first].cells, rows[last].cells), first, last)
    return Header(cells, index, index)


def _completes(others: Sequence[str], cells: Sequence[str]) -> bool:
    """Say whether *others* are the other row of a header: silent on the ids, with actions in a gap or below a group."""
    if is_comment(others) or id_tier(others) is not None:
        return False
    pairs = list(zip_longest(cells, others, fillvalue=""))
    if any(other.strip() and not is_type_word(other) for cell, other in pairs if id_tier([cell]) is not None):
        return False
    gaps = {index for index, cell in enumerate(cells) if not cell.strip()} | set(range(len(cells), len(pairs)))
    return any(names_action([other]) and {index, index + 1} & gaps for index, (_, other) in enumerate(pairs))


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return the names of two rows in one: the lower counts, but where the upper names the ids."""
    pairs = zip_longest(upper, lower, fillvalue="")
    return [below if below.strip() and id_tier([above]) is None else above for above, below in pairs]


def _skipped(rows: Sequence[Row], header: Header) -> Iterator[Skipped]:
    for index, row in enumerate(rows[: header.first]):
        if is_blank(row.cells):
            reason = SkipReason.BLANK
        elif is_comment(row.cells) or (index == 0 and _is_hint(row.cells)):
            reason = SkipReason.COMMENT
        else:
            reason = SkipReason.TITLE
        yield Skipped(row.line, row.line_end, reason, words=None if _is_hint(row.cells) else words_of(row.cells))


def _is_hint(cells: Sequence[str]) -> bool:
    """Say whether *cells* are the ``sep=;`` with which a file tells Excel its delimiter."""
    return bool(cells) and cells[0].strip().lower().startswith("sep=")


def _first_filled(rows: Sequence[Row]) -> Sequence[str]:
    return next((row.cells for row in rows if not is_blank(row.cells) and not is_comment(row.cells)), [])


def _refuse_quoted_whole(places: Places, filled: Sequence[Row]) -> None:
    """Raise InputError for lines that are one cell each, with the cells of a row in it."""
    first = filled_cells(filled[0].cells) if filled else []
    for mark in DELIMITERS if len(first) == 1 else ():
        words = first[0].split(mark)
        if len(words) > 1 and id_tier(words) is not None:
            told = f"every line is quoted as a whole, and so it is one cell: {first[0][:LONGEST_SHOWN]!r}"
            advice = "take off the quotes around the lines, and make one of two quotes that stand together"
            raise InputError(f"{places.at(filled[0].line)}: {told}", advice)


def _bare_roles(filled: Sequence[Row]) -> Roles | None:
    """Return the roles of columns without a header: ids alone, or beside actions in most rows. None for any others.

    Where the rows were sorted, and the header with them, it would be there further down.
    """
    ids = next(index for index, cell in enumerate(filled[0].cells) if id_in(cell))
    if all(len(filled_cells(row.cells)) == 1 for row in filled):
        return Roles(ids, None)
    others = {index for row in filled for index, cell in enumerate(row.cells) if trimmed(cell) and index != ids}
    if len(others) > 1 or any(id_tier(row.cells) is not None for row in filled):
        return None
    (other,) = others
    actions = sum(_is_sure_action(cell_at(row.cells, other)) for row in filled)
    return Roles(ids, other) if actions >= len(filled) / 2 else None


def _is_sure_action(cell: str) -> bool:
    return header_word(cell) in vocabulary().sure_actions


def _bare_layout(places: Places, rows: Sequence[Row], start: int | None, choices: Choices) -> Layout:
    """Return the layout of rows that hold one id each and no other cell but an action. Raises InputError for others."""
    filled = [row for row in rows if not is_blank(row.cells) and not is_comment(row.cells)]
    _refuse_quoted_whole(places, filled)
    if start is None or _first_filled(rows) is not rows[start].cells:
        reason = f"{places.name}: no column of journey ids among {shown(_first_filled(rows))}"
        raise InputError(reason, NAME_THE_IDS)
    if roles := _bare_roles(filled):
        columns = [""] * (max(roles.id, roles.action or 0) + 1)
        columns[roles.id] = BARE_IDS
        if roles.action is not None:
            columns[roles.action] = BARE_ACTIONS
        if choices.action_column is not None and not has_column(columns, choices.action_column):
            raise no_column(places.name, columns, choices.action_column, "--action-column")
        return Layout(columns, Roles(roles.id, None) if choices.ids_only else roles, None, 0, ())
    cells = filled_cells(rows[start].cells)
    if len(cells) > 1 and all(map(id_in, cells)):
        raise InputError(
            f"{places.at(rows[start].line)}: several journey ids are on one line, without a header",
            "put each id on a line of its own, below 'uuid'",
        )
    names = ["uuid" if id_in(cell) else "action" if _is_sure_action(cell) else "title" for cell in rows[start].cells]
    raise InputError(
        f"{places.at(rows[start].line)}: here is a journey id, and no header above it names its column",
        f"put a header such as {','.join(names[:MOST_NAMED])!r} above the rows",
    )
