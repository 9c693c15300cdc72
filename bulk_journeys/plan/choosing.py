"""Which of the ways to read a file is the right one: we know what we are looking for, and guess nothing.

A reading is right if a header names a column of journey ids and ids are in it. Where two readings are so and disagree,
the file is refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple, Protocol

from bulk_journeys.errors import InputError
from bulk_journeys.model import Action, Form, Operation, Rejection, Row
from bulk_journeys.plan.asking import Asked
from bulk_journeys.plan.body import Body
from bulk_journeys.plan.choices import Choices
from bulk_journeys.plan.columns import id_tier, names_action
from bulk_journeys.plan.layout import Layout, find_layout, laid_out

SAMPLE_ROWS: Final = 2000
SAMPLE_CHARACTERS: Final = 1 << 20
"""How much of a file is read in every way that it can be; a smaller file is read so to its end."""
HEAD_ROWS: Final = 100
"""Among how many rows a header is looked for, to tell what a reading that went wrong was about."""

MOST_TITLES: Final = 10
LONGEST_SHOWN: Final = 40
BLANKS: Final = "blanks"
MARKS: Final = ",;\t|"


class Reading(Protocol):
    """A file, or one of the lists in it, as rows: see the source's Reading."""

    @property
    def form(self) -> Form: ...
    @property
    def rows(self) -> Callable[[], Iterator[Row | Rejection]]: ...
    @property
    def columns(self) -> Sequence[str] | None: ...
    @property
    def rigid(self) -> bool: ...


class Chosen(NamedTuple):
    """The reading that a plan is made from."""

    reading: Reading
    layout: Layout
    notes: Sequence[str] = ()

    def body(self, name: str, asked: Asked) -> Body:
        """Return the body of the table, to be gone through once."""
        return Body(name, self.layout, asked, None if self.reading.rigid else self.reading.form.delimiter)


Wanted = Mapping[tuple[str, Action], int]
"""Journeys and what becomes of each, with the line that says so."""


class Seen(NamedTuple):
    """What a sample of a reading gave. *error* ends the reading; *wanted* is then what came before."""

    reading: Reading
    layout: Layout | None
    wanted: Wanted
    rejections: int
    width: int
    headed: bool
    error: InputError | None

    @property
    def merit(self) -> tuple[int, int]:
        """Readings with more operations are better, and of those the ones with fewer rejections."""
        return len(self.wanted), -self.rejections if self.wanted else 0


def choose(name: str, readings: Sequence[Reading], choices: Choices) -> Chosen:
    """Return the right one of the *readings* of the file *name*. Raises InputError, also where several would do."""
    lists = len({reading.form.sheet for reading in readings}) > 1 or readings[0].form.sheet is not None
    if lists:
        return _list(name, _called(name, readings, choices.sheet), choices)
    if choices.sheet is not None:
        raise InputError(f"{name}: there are no sheets in this file", "drop --sheet")
    return _rival(name, [_seen(name, reading, choices) for reading in readings])


def _seen(name: str, reading: Reading, choices: Choices) -> Seen:
    rows: list[Row | Rejection] = []
    layout: Layout | None = None
    wanted: dict[tuple[str, Action], int] = {}
    rejections = 0
    error = _sampled(reading, rows)
    try:
        layout = _layout(name, reading, rows, choices)
        asked = Asked(0, layout.columns, layout.roles, choices.action or _any_action(layout))
        for found in Chosen(reading, layout).body(name, asked).entries(rows[layout.above :]):
            if isinstance(found, Operation):
                wanted.setdefault((found.uuid, found.action), found.line)
            rejections += isinstance(found, Rejection)
    except InputError as refused:
        error = error or refused
    return Seen(reading, layout, wanted, rejections, _width(rows), _is_headed(rows), error)


def _width(rows: Sequence[Row | Rejection]) -> int:
    return max((len(row.cells) for row in rows), default=0)


def _is_headed(rows: Sequence[Row | Rejection]) -> bool:
    return any(id_tier(row.cells) is not None for row in rows[:HEAD_ROWS])


def _any_action(layout: Layout) -> Action | None:
    """Return a stand-in for the action that a table without such a column lacks; it is for comparing ids alone."""
    return Action.PAUSE if layout.roles.action is None else None


def _sampled(reading: Reading, rows: list[Row | Rejection]) -> InputError | None:
    """Put the first *rows* into the list, and return the error that ended them, if any."""
    size = 0
    try:
        for row in islice(reading.rows(), SAMPLE_ROWS):
            rows.append(row)
            size += sum(map(len, row.cells))
            if size > SAMPLE_CHARACTERS:
                break
    except InputError as error:
        return error
    return None


def _layout(name: str, reading: Reading, rows: Sequence[Row | Rejection], choices: Choices) -> Layout:
    if reading.columns is None:
        return find_layout(name, [_as_row(row) for row in rows], choices)
    return laid_out(name, reading.columns, [row for row in rows if isinstance(row, Row)], choices)


def _as_row(row: Row | Rejection) -> Row:
    return row if isinstance(row, Row) else Row(row.line, row.line, [row.faults[0].value])


def _rival(name: str, seen: Sequence[Seen]) -> Chosen:
    """Return the best of the readings that exclude each other. Raises InputError.

    That blanks end a cell is believed only where nothing else makes sense.
    """
    seen = [one for one in seen if one.headed and one.reading.form.delimiter != BLANKS] or seen
    best = max((one for one in seen if one.error is None), key=lambda one: one.merit, default=None)
    if best is None:
        raise _worst(seen)
    for other in seen:
        if (
            other.error
            and other.layout
            and (_is_last_resort(best, other) or not other.wanted.keys() <= best.wanted.keys())
        ):
            raise other.error
        if not other.wanted.keys() <= best.wanted.keys():
            raise _disagreement(name, best, other)
    _refuse_second_delimiter(name, best)
    return _chosen(best)


def _refuse_second_delimiter(name: str, best: Seen) -> None:
    """Raise InputError for a header such as ``uuid,action;uuid``: rows may stand beside each other in one line."""
    for column in best.layout.columns if best.layout else ():
        for mark in MARKS:
            names = column.split(mark)
            if len(names) > 1 and any(id_tier([word]) == 0 or names_action([word]) for word in names):
                raise InputError(
                    f"{name}: the header {column[:LONGEST_SHOWN]!r} has a delimiter in it",
                    "write one row a line, with the same delimiter everywhere",
                )


def _chosen(seen: Seen, notes: Sequence[str] = ()) -> Chosen:
    if seen.error or not seen.layout:
        raise _worst([seen])
    return Chosen(seen.reading, seen.layout, notes)


def _worst(seen: Sequence[Seen]) -> InputError:
    """Return the error of the reading that came farthest: found a header, or at least the most columns."""
    errors = [((one.layout is not None, one.headed, one.width), one.error) for one in seen if one.error]
    return max(errors, key=lambda one: one[0])[1]


def _is_last_resort(best: Seen, broken: Seen) -> bool:
    """Say whether *best* has only come up because it takes for text the quote that broke the other reading."""
    mine, other = best.reading.form, broken.reading.form
    return mine.delimiter == other.delimiter and mine.quote == "'" and other.quote == '"'


def _disagreement(name: str, best: Seen, other: Seen) -> InputError:
    ways = " or ".join(f"as {_way(seen.reading.form)}, with {_said(seen, than)}" for seen, than in _both(best, other))
    return InputError(
        f"{name}: it can be read in two ways that disagree: {ways}",
        "save it anew from a spreadsheet as CSV UTF-8 or .xlsx, where it shows how it is meant",
    )


def _both(best: Seen, other: Seen) -> Sequence[tuple[Seen, Seen]]:
    return (best, other), (other, best)


def _way(form: Form) -> str:
    marks = [
        f"{mark!r} {role}" for mark, role in ((form.delimiter, "between cells"), (form.quote, "around them")) if mark
    ]
    return f"{form.format} with {' and '.join(marks)}" if marks else form.format


def _said(seen: Seen, than: Seen) -> str:
    """Say the first thing that *seen* wants done and the other reading does not."""
    for (uuid, action), line in seen.wanted.items():
        if (uuid, action) not in than.wanted:
            return f"line {line} about {uuid} ({action})"
    return "nothing to do there"


def _called(name: str, readings: Sequence[Reading], wanted: str | None) -> Sequence[Reading]:
    """Return the lists that are called as *wanted*; all for None. Raises InputError."""
    if wanted is None:
        return readings
    readings = [reading for reading in readings if reading.form.sheet is not None]
    titles = [reading.form.sheet or "" for reading in readings]
    exact = [reading for reading, title in zip(readings, titles, strict=True) if title == wanted]
    alike = [reading for reading, title in zip(readings, titles, strict=True) if _same(title, wanted)]
    if found := exact or alike:
        return found[:1]
    raise InputError(f"{name}: there is no sheet {wanted!r}; there are {_titles(titles)}", "correct --sheet")


def _same(title: str, wanted: str) -> bool:
    return title.strip().casefold() == wanted.strip().casefold()


def _list(name: str, readings: Sequence[Reading], choices: Choices) -> Chosen:
    """Return the only list that has journeys in it. Raises InputError where several have, or only a hidden one."""
    seen = [_seen(name, reading, choices) for reading in readings]
    if choices.sheet is not None:
        return _chosen(seen[0])
    filled = [one for one in seen if one.wanted and not one.reading.form.hidden]
    if filled and _is_answer(filled[0]):
        return _chosen(filled[0])
    if len(filled) == 1:
        return _chosen(filled[0], _left_out(seen, filled[0]))
    if filled:
        several = ", ".join(f"{one.reading.form.sheet or 'the whole'!r} ({len(one.wanted)})" for one in filled)
        raise InputError(f"{name}: several sheets hold journeys: {several}", "say which with --sheet")
    if hidden := [one for one in seen if one.wanted]:
        title = hidden[0].reading.form.sheet
        raise InputError(
            f"{name}: only the hidden sheet {title!r} holds journeys", f"if it is meant, --sheet {title!r}"
        )
    understood = next((one for one in seen if one.layout and not one.error), None)
    return _chosen(understood) if understood else _chosen(max(seen, key=lambda one: one.width))


def _is_answer(seen: Seen) -> bool:
    """Say whether an object is the API's answer about one journey, whose lists hold the journey's parts."""
    layout = seen.layout
    return (
        seen.reading.form.sheet is None and layout is not None and layout.columns[layout.roles.id].startswith("info.")
    )


def _left_out(seen: Sequence[Seen], chosen: Seen) -> Sequence[str]:
    """Return a note for each list that is not read and holds anything."""
    return [f"not read: {_described(one)}" for one in seen if one is not chosen and one.width][:MOST_TITLES]


def _described(seen: Seen) -> str:
    form = seen.reading.form
    holds = f", which has journeys too ({len(seen.wanted):,})" if seen.wanted else ""
    return f"the {'hidden ' * form.hidden}sheet {form.sheet!r}{holds}" if form.sheet else "what is around the list"


def _titles(titles: Sequence[str]) -> str:
    return ", ".join(map(repr, titles[:MOST_TITLES])) + (" and more" if len(titles) > MOST_TITLES else "")
