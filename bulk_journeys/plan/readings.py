"""Which of the ways to read a file is the right one: we know what we are looking for, and guess nothing.

A reading is right if a header names a column of journey ids and ids are in it. Where two readings are so and disagree,
the file is refused.
"""

from collections.abc import Sequence
from itertools import product
from typing import Final

from bulk_journeys.errors import InputError
from bulk_journeys.plan.select import LONGEST_SHOWN, Choices
from bulk_journeys.plan.trial import Chosen, Sample, take_sample
from bulk_journeys.source.table import BLANKS, DELIMITERS, Form, Reading
from bulk_journeys.vocabulary.headers import id_tier, names_action

MOST_TITLES: Final = 10
"""Sheets that a message or the notes of a plan name; a workbook may have hundreds."""


def choose_reading(name: str, readings: Sequence[Reading], choices: Choices) -> Chosen:
    """Return the right one of the *readings* of the file *name*. Raises InputError, also where several would do."""
    if any(reading.form.sheet is not None for reading in readings):
        called = _with_title(name, readings, choices.sheet)
        others = [reading.form for reading in readings if reading not in called and reading.form.sheet is not None]
        return _only_list(name, called, choices, [f"not read: {_titled(form)}" for form in others][:MOST_TITLES])
    if choices.sheet is not None:
        raise InputError(f"{name}: there are no sheets in this file", "drop --sheet")
    return _best_reading(name, [take_sample(name, reading, choices) for reading in readings])


def _best_reading(name: str, samples: Sequence[Sample]) -> Chosen:
    """Return the best of the readings that exclude each other. Raises InputError.

    That blanks end a cell is believed only where nothing else makes sense.
    """
    samples = [one for one in samples if one.headed and not _is_of_blanks(one)] or samples
    best = max((one for one in samples if one.error is None), key=lambda one: one.merit, default=None)
    if best is None or (_is_of_blanks(best) and not best.wanted and any(map(_is_failed_table, samples))):
        raise _farthest_error(samples)
    for other in samples:
        if other.error and _is_hidden_by(best, other):
            raise other.error
        if not other.wanted.keys() <= best.wanted.keys():
            raise _disagreement(name, best, other)
    _refuse_second_delimiter(name, best)
    return _chosen(best)


def _refuse_second_delimiter(name: str, best: Sample) -> None:
    """Raise InputError for a header such as ``uuid,action;uuid``: rows may stand beside each other in one line."""
    others = [mark for mark in DELIMITERS if mark != best.reading.form.delimiter]
    for column, mark in product(best.layout.columns if best.layout else (), others):
        if mark not in column:
            continue
        names = [word for word in column.split(mark) if id_tier([word]) is not None or names_action([word])]
        if len(names) > 1:
            raise InputError(
                f"{name}: the header {column[:LONGEST_SHOWN]!r} has a delimiter in it",
                "write one row a line, with the same delimiter everywhere",
            )


def _chosen(sample: Sample, notes: Sequence[str] = ()) -> Chosen:
    if sample.error or not sample.layout:
        raise _farthest_error([sample])
    return Chosen(sample.reading, sample.layout, notes)


def _is_of_blanks(sample: Sample) -> bool:
    return sample.reading.form.delimiter == BLANKS


def _is_failed_table(sample: Sample) -> bool:
    """Say whether a reading failed that has cells all the same, and does not take words for them."""
    return sample.error is not None and sample.width > 1 and not _is_of_blanks(sample)


def _farthest_error(samples: Sequence[Sample]) -> InputError:
    """Return the error of the reading that came farthest: found a header, or at least the most columns.

    That blanks end a cell has no say where anything else does.
    """
    samples = list(filter(_is_failed_table, samples)) or samples
    errors = [((one.layout is not None, one.headed, one.width), one.error) for one in samples if one.error]
    return max(errors, key=lambda one: one[0])[1]


def _is_hidden_by(best: Sample, broken: Sample) -> bool:
    """Say whether a reading that broke off found a header, and something else than *best*, or its quote to be text."""
    return broken.layout is not None and (
        _is_last_resort(best, broken) or not broken.wanted.keys() <= best.wanted.keys()
    )


def _is_last_resort(best: Sample, broken: Sample) -> bool:
    """Say whether *best* has only come up because it takes for text the quote that broke the other reading."""
    mine, other = best.reading.form, broken.reading.form
    return mine.delimiter == other.delimiter and mine.quote == "'" and other.quote == '"'


def _disagreement(name: str, best: Sample, other: Sample) -> InputError:
    both = ((best, other), (other, best))
    ways = " or ".join(
        f"as {_way_of_reading(sample.reading.form)}, with {_first_difference(sample, than)}" for sample, than in both
    )
    return InputError(
        f"{name}: it can be read in two ways that disagree: {ways}",
        "save it anew from a spreadsheet as CSV UTF-8 or .xlsx, where it shows how it is meant",
    )


def _way_of_reading(form: Form) -> str:
    marks = [
        f"{mark!r} {role}" for mark, role in ((form.delimiter, "between cells"), (form.quote, "around them")) if mark
    ]
    return f"{form.format} with {' and '.join(marks)}" if marks else form.format


def _first_difference(sample: Sample, than: Sample) -> str:
    """Say the first thing that *sample* wants done and the other does not."""
    for (uuid, action), line in sample.wanted.items():
        if (uuid, action) not in than.wanted:
            return f"line {line} about {uuid} ({action})"
    return "nothing to do there"


def _with_title(name: str, readings: Sequence[Reading], wanted: str | None) -> Sequence[Reading]:
    """Return the lists that are called as *wanted*; all for None. Raises InputError."""
    if wanted is None:
        return readings
    readings = [reading for reading in readings if reading.form.sheet is not None]
    titles = [reading.form.sheet or "" for reading in readings]
    exact = [reading for reading, title in zip(readings, titles, strict=True) if title == wanted]
    alike = [reading for reading, title in zip(readings, titles, strict=True) if _is_same_title(title, wanted)]
    if found := exact or alike:
        return found[:1]
    raise InputError(f"{name}: there is no sheet {wanted!r}; there are {_titles(titles)}", "correct --sheet")


def _is_same_title(title: str, wanted: str) -> bool:
    return title.strip().casefold() == wanted.strip().casefold()


def _only_list(name: str, readings: Sequence[Reading], choices: Choices, notes: Sequence[str]) -> Chosen:
    """Return the only list that has journeys in it. Raises InputError where several have, or only a hidden one."""
    samples = [take_sample(name, reading, choices) for reading in readings]
    if choices.sheet is not None:
        return _chosen(samples[0], notes)
    filled = [one for one in samples if one.wanted and not one.reading.form.hidden]
    if filled and _is_answer(filled[0]):
        return _chosen(filled[0])
    if choices.ids_only:  # a list that protects its journeys protects all of them or none, also those that are hidden
        filled = [one for one in samples if one.wanted]
    if len(filled) == 1:
        if told := next((one for one in samples if one.action_words and one is not filled[0]), None):
            reason = (
                f"{name}: the list {told.reading.form.sheet!r} holds actions, and stands beside that of the journeys"
            )
            raise InputError(reason, "export it with one object for each row")
        return _chosen(filled[0], _left_out(samples, filled[0]))
    if filled:
        several = ", ".join(f"{one.reading.form.sheet or 'the whole'!r} ({len(one.wanted)})" for one in filled)
        advice = "put them on one" if choices.ids_only else "say which with --sheet"
        raise InputError(f"{name}: several {_kind(samples[0].reading.form)}s hold journeys: {several}", advice)
    if hidden := [one for one in samples if one.wanted]:
        title = hidden[0].reading.form.sheet
        raise InputError(
            f"{name}: only the hidden sheet {title!r} holds journeys", f"if it is meant, --sheet {title!r}"
        )
    understood = next((one for one in samples if one.layout and not one.error), None)
    return _chosen(understood or max(samples, key=lambda one: (one.headed, one.width)))


def _is_answer(sample: Sample) -> bool:
    """Say whether an object is the API's answer about one journey, whose lists hold the journey's parts."""
    layout = sample.layout
    return (
        sample.reading.form.sheet is None and layout is not None and layout.columns[layout.roles.id].startswith("info.")
    )


def _left_out(samples: Sequence[Sample], chosen: Sample) -> Sequence[str]:
    """Return a note for each list that is not read and holds anything."""
    return [f"not read: {_described(one)}" for one in samples if one is not chosen and one.width][:MOST_TITLES]


def _described(sample: Sample) -> str:
    form = sample.reading.form
    holds = f", which has journeys too ({len(sample.wanted):,})" if sample.wanted else ""
    return f"{_titled(form)}{holds}" if form.sheet else "what is around it"


def _titled(form: Form) -> str:
    return f"the {'hidden ' * form.hidden}{_kind(form)} {form.sheet!r}"


def _kind(form: Form) -> str:
    return "sheet" if form.is_sheet else "list"


def _titles(titles: Sequence[str]) -> str:
    return ", ".join(map(repr, titles[:MOST_TITLES])) + (" and more" if len(titles) > MOST_TITLES else "")
