"""A plan as a person reads it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from rich.cells import cell_len, set_cell_size

from bulk_journeys.model import ONE_WAY, Action
from bulk_journeys.plan.document import Operation, Plan, Skipped, SkipReason, Source, Unread
from bulk_journeys.source.table import Fault, InvalidRow, Places
from bulk_journeys.terminal import printable

LONGEST_VALUE: Final = 80
LONGEST_CELL: Final = 40
FAULTS_SHOWN: Final = 20
ROWS_SHOWN: Final = 3
UNREAD_SHOWN: Final = 12
WORDS_SHOWN: Final = 10
LONGEST_SAMPLE: Final = 24
_DELIMITERS: Final = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


def plan_lines(plan: Plan) -> Iterator[str]:
    """Yield how the lists were read, what the plan would do, and what it leaves out."""
    counts, parent = plan.header.counts, plan.header.parent
    if parent:
        yield f"{parent.verb} of {parent.run}"
    for source in () if parent else plan.header.sources:
        yield from _reading_lines(source, source.places)
    yield from (f"  {line}" for line in _first_rows(plan))
    yield f"{rows_text(counts.rows)}: {actions_text(counts.actions) or 'nothing to do'}"
    if one_way := [action for action in counts.actions if action in ONE_WAY]:
        yield f"  {' and '.join(one_way)} cannot be undone"
    if counts.merged:
        yield f"  {rows_text(counts.merged)} repeating an earlier one, whose outcome counts for both"
    if counts.left_out:
        filters = " and ".join(f"--where {where!r}" for where in plan.header.where)
        yield f"  {rows_text(counts.left_out)} left out by {filters}"
    if skipped := _skipped_text(plan):
        yield f"  skipped {skipped}"
        yield from (f"    {line}" for line in _skipped_words(plan))
    if counts.rejections:
        yield f"  {rows_text(counts.rejections)} that cannot be carried out:"
        yield from (f"  {line}" for line in _fault_table(plan, FAULTS_SHOWN))


def refusal_lines(plan: Plan, most: int = FAULTS_SHOWN) -> Iterator[str]:
    """Yield why a plan with rejections is not carried out, *most* of its faults, and last what to do."""
    counts = plan.header.counts
    yield f"{counts.rejections:,} of {rows_text(counts.rows)} cannot be carried out, so nothing was sent"
    faults = faults_text(plan)
    yield from islice(faults, most)
    if most and (more := sum(1 for _ in faults)):
        yield f"and {more:,} more; 'bulk-journeys plan --json' lists them all"
    others = counts.rows - counts.rejections - counts.left_out
    yield f"correct them, or carry out the other {others:,} alone with --skip-invalid" if others else "correct them"


def actions_text(actions: Mapping[Action, int]) -> str:
    """Say what is to be done: ``pause 480 journeys, start 1 journey``."""
    parts = (f"{action} {count:,} journey{'' if count == 1 else 's'}" for action, count in actions.items())
    return ", ".join(parts)


def faults_text(plan: Plan) -> Iterator[str]:
    """Yield a line, without its end, for each fault of each rejection: ``file:line: column: value reason``."""
    places = _places(plan)
    for entry, fault in _faults(plan):
        yield printable(f"{places[entry.file].at(entry.line, fault.column)}: {fault_text(fault)}")


def fault_text(fault: Fault) -> str:
    """Say what is wrong with one value: ``column 'action': 'pasue' is not an action; did you mean 'pause'?``."""
    where = f"column {fault.column!r}: " if fault.column else ""
    return f"{where}{_excerpt(fault.value)!r} {_reason(fault)}"


def _faults(plan: Plan) -> Iterator[tuple[InvalidRow, Fault]]:
    rejections = (entry for entry in plan.entries() if isinstance(entry, InvalidRow))
    return ((entry, fault) for entry in rejections for fault in entry.faults)


def _reason(fault: Fault) -> str:
    return f"{fault.reason}; did you mean {fault.meant!r}?" if fault.meant else fault.reason


def _excerpt(value: str, longest: int = LONGEST_VALUE) -> str:
    return value if len(value) <= longest else f"{value[: longest - 1]}…"


def rows_text(count: int) -> str:
    """Say how many rows: ``1 row``, ``1,000 rows``."""
    return f"{count:,} row{'' if count == 1 else 's'}"


def _places(plan: Plan) -> list[Places]:
    return [source.places for source in plan.header.sources]


def _reading_lines(source: Source, places: Places) -> Iterator[str]:
    """Say how a list was read: the format, where its header is, and which columns serve."""
    yield f"{source.name}: {', '.join(_form_words(source, places))}"
    columns = f"ids in {source.id_column!r}" if source.id_column else ""
    actions = f"actions in {source.action_column!r}" if source.action_column else "no action column"
    if columns:
        status = f", status in {source.status_column!r}{_values_text(source.statuses)}" if source.status_column else ""
        yield f"  {columns}, {actions}{status}"
    if source.unread:
        yield f"  columns not read: {_unread_text(source.unread, places)}"
    if source.form:
        yield from (f"  {note}" for note in source.form.notes)


def _unread_text(unread: Sequence[Unread], places: Places) -> str:
    """Name the columns, each with its first value, or all if there are few."""
    parts = [
        f"{places.of_column(one.number) if one.number else repr(_shortened(one.column))}"
        f"{_values_text([one.sample, *one.others]) if one.sample is not None else ' (blank)'}"
        for one in unread[:UNREAD_SHOWN]
    ]
    more = [f"and {len(unread) - UNREAD_SHOWN:,} more, which --json lists"] if len(unread) > UNREAD_SHOWN else []
    return ", ".join([*parts, *more])


def _values_text(values: Sequence[str]) -> str:
    return f" ({', '.join(repr(_shortened(value)) for value in values)})" if values else ""


def _shortened(text: str) -> str:
    return _excerpt(_one_line(text), LONGEST_SAMPLE)


def _form_words(source: Source, places: Places) -> Iterator[str]:
    form = source.form
    if form is None:
        yield "a saved plan"
        return
    yield f"{form.format} in {form.packed}" if form.packed else form.format
    if form.encoding:
        yield form.encoding.upper().replace("UTF-8-SIG", "UTF-8 with a byte order mark")
    if form.delimiter:
        yield _DELIMITERS.get(form.delimiter, form.delimiter)
    if form.quote not in {None, '"'}:
        yield f"quotes {form.quote}"
    if form.escape:
        yield f"escapes {form.escape}"
    if form.sheet is not None:
        yield f"{'list' if form.format == 'JSON' else 'sheet'} {form.sheet!r}"
    yield f"header on {places.within(source.header_line)}" if source.header_line else f"no header {places.unit}"


def _first_rows(plan: Plan) -> Iterator[str]:
    operations = (entry for entry in plan.entries() if isinstance(entry, Operation))
    places = _places(plan)
    for entry in islice(operations, ROWS_SHOWN):
        yield f"{places[entry.file].within(entry.line)}: {entry.action} {entry.uuid}"


def _skipped_text(plan: Plan) -> str:
    places = _places(plan)
    lines: Counter[tuple[SkipReason, str]] = Counter()
    for skipped in plan.skipped():
        lines[skipped.reason, places[skipped.file].unit] += skipped.line_end - skipped.line + 1
    parts = (f"{count:,} {reason} {unit}{'' if count == 1 else 's'}" for (reason, unit), count in lines.items())
    return ", ".join(parts)


def _skipped_words(plan: Plan) -> Iterator[str]:
    """Quote the first lines without a row that say anything: they may say which rows are meant."""
    places = _places(plan)
    said = (skipped for skipped in plan.skipped() if skipped.words)
    for skipped in islice(said, WORDS_SHOWN):
        yield f"{_place(places, skipped)}: {_excerpt(skipped.words or '')!r}"
    if more := sum(1 for _ in said):
        yield f"and {more:,} more; --json quotes them all"


def _fault_table(plan: Plan, most: int) -> Iterator[str]:
    """Yield the first faults as a table, and how many more there are."""
    places = _places(plan)
    faults = _faults(plan)
    rows = [
        (_place(places, entry, fault.column), fault.column, fault.value, _reason(fault))
        for entry, fault in islice(faults, most)
    ]
    yield from _aligned([("where", "column", "value", "reason"), *rows])
    if more := sum(1 for _ in faults):
        yield f"and {more:,} more; --json lists them all"


def _place(places: Sequence[Places], one: InvalidRow | Skipped, column: str | None = None) -> str:
    """Say where *one* is, and in which of the lists where there are several."""
    its = places[one.file]
    return its.at(one.line, column) if len(places) > 1 else its.within(one.line, column)


def _aligned(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [min(max(map(cell_len, column)), LONGEST_CELL) for column in _turned(rows)]
    for *cells, last in rows:
        yield "  ".join([*map(set_cell_size, map(_one_line, cells), widths), last])


def _turned(rows: Iterable[Sequence[str]]) -> Iterator[Sequence[str]]:
    return ([_one_line(cell) for cell in column] for column in zip(*rows, strict=True))


def _one_line(cell: str) -> str:
    return " ".join(cell.split())
