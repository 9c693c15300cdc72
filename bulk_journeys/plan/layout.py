"""Where a table's header is, which of its columns serve, and what stands above them."""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from bulk_journeys.errors import InputError
from bulk_journeys.model import Row, Skipped, SkipReason
from bulk_journeys.plan.cells import is_error_value, journey_id
from bulk_journeys.plan.choices import Choices
from bulk_journeys.plan.columns import Roles, find_roles, has_column, id_tier, names_action, no_column, shown
from bulk_journeys.plan.words import ID_HEADERS, is_type_word, trimmed

BARE_LIST: Final = "uuid"
"""What we call the only column of a list that is nothing but ids."""


class Header(NamedTuple):
    """A table's *columns*, and the row or the two rows that name them, as places among the rows looked at."""

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


def laid_out(name: str, columns: Sequence[str], rows: Sequence[Row], choices: Choices) -> Layout:
    """Return the layout of a table whose *columns* its format names. Raises InputError."""
    return Layout(columns, find_roles(name, columns, (row.cells for row in rows), choices), None, 0, ())


def find_layout(name: str, rows: Sequence[Row], choices: Choices) -> Layout:
    """Return the layout of a table, of which *rows* are the first. Raises InputError."""
    start = next((place for place, row in enumerate(rows) if not is_comment(row.cells) and _has_id(row)), None)
    header = _find_header(rows, start, choices)
    if header is None and choices.id_column is not None:
        raise no_column(name, _first_filled(rows), choices.id_column, "--id-column")
    if header is None:
        return _bare_list(name, rows, start)
    body = [row.cells for row in rows[header.last + 1 :]]
    skipped = list(_skipped(rows, header))
    line = rows[header.first].line
    return Layout(header.columns, find_roles(name, header.columns, body, choices), line, header.last + 1, skipped)


def filled_cells(cells: Sequence[str]) -> list[str]:
    """Return the cells that are not blank, without the blanks around them."""
    return [text for cell in cells if (text := trimmed(cell))]


def is_blank(cells: Sequence[str]) -> bool:
    """Say whether no cell is filled."""
    return not any(cell and trimmed(cell) for cell in cells)


def is_comment(cells: Sequence[str]) -> bool:
    """Say whether a row begins as a comment does, and not as ``#N/A`` does."""
    first = next(iter(filled_cells(cells)), "")
    return first.startswith("#") and not is_error_value(first)


def _has_id(row: Row) -> bool:
    return any(isinstance(journey_id(cell), str) for cell in row.cells if cell)


def _find_header(rows: Sequence[Row], start: int | None, choices: Choices) -> Header | None:
    """Return the surest header above row *start*, the first with an id.

    Of equally sure ones that which names actions too is meant, and of those the lowest; where no row has an id, the
    highest. Comments are looked at last: ``# uuid,action`` may be all the header there is.
    """
    end = len(rows) if start is None else start
    for commented in (False, True):
        found = []
        for place in range(end):
            tier = _tier(rows[place], choices, commented)
            if tier is not None:
                header = _header(rows, place, end)
                lower = place if start is None else -place
                found.append((tier, not names_action(header.columns), lower, header))
        if found:
            return min(found)[-1]
    return None


def _tier(row: Row, choices: Choices, commented: bool) -> int | None:
    if is_comment(row.cells) is not commented:
        return None
    if choices.id_column is not None:
        return 0 if has_column(row.cells, choices.id_column) else None
    tier = id_tier(row.cells)
    if tier is not None and all(map(is_type_word, filled_cells(row.cells))):
        return tier + len(ID_HEADERS)  # "uuid" is a type too
    return tier


def _header(rows: Sequence[Row], place: int, end: int) -> Header:
    """Return the header at *place*, with the row above or below it if only both together name an action column."""
    cells = rows[place].cells
    if not names_action(cells):
        for first, last in ((place, place + 1), (place - 1, place)):
            if first >= 0 and last < end and _complete(cells, rows[first + last - place].cells):
                return Header(_joined(rows[first].cells, rows[last].cells), first, last)
    return Header(cells, place, place)


def _complete(cells: Sequence[str], others: Sequence[str]) -> bool:
    """Say whether *others* name actions in a column that *cells* leave blank or group."""
    return not is_comment(others) and names_action(others) and id_tier(others) is None and len(cells) > 1


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    width = max(len(upper), len(lower))
    padded = ([*cells, *[""] * (width - len(cells))] for cells in (upper, lower))
    pairs = zip(*padded, strict=True)
    return [below if below.strip() and id_tier([above]) is None else above for above, below in pairs]


def _skipped(rows: Sequence[Row], header: Header) -> Iterator[Skipped]:
    for place, row in enumerate(rows[: header.first]):
        if is_blank(row.cells):
            reason = SkipReason.BLANK
        elif is_comment(row.cells) or (place == 0 and _is_hint(row.cells)):
            reason = SkipReason.COMMENT
        else:
            reason = SkipReason.TITLE
        yield Skipped(row.line, row.line_end, reason)


def _is_hint(cells: Sequence[str]) -> bool:
    """Say whether *cells* are the ``sep=;`` with which a file tells Excel its delimiter."""
    return cells[0].strip().lower().startswith("sep=")


def _first_filled(rows: Sequence[Row]) -> Sequence[str]:
    return next((row.cells for row in rows if not is_blank(row.cells) and not is_comment(row.cells)), [])


def _bare_list(name: str, rows: Sequence[Row], start: int | None) -> Layout:
    """Return the layout of rows that hold one id each and nothing else. Raises InputError for any others."""
    filled = [row for row in rows if not is_blank(row.cells) and not is_comment(row.cells)]
    if start is None or _first_filled(rows) is not rows[start].cells:
        reason = f"{name}: no column of journey ids among {shown(_first_filled(rows))}"
        raise InputError(reason, "name one of them 'uuid', or say which it is with --id-column")
    if all(len(filled_cells(row.cells)) == 1 for row in filled):
        place = next(place for place, cell in enumerate(filled[0].cells) if cell.strip())
        return Layout([*[""] * place, BARE_LIST], Roles(place, None), None, 0, ())
    raise InputError(
        f"{name}:{rows[start].line}: here is a journey id, and no header above it names its column",
        "put a header such as 'uuid,action' above the rows, or name the column with --id-column",
    )
