"""From lists to a plan: exactly one entry for each row, in the order of the input."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Protocol

from msgspec.structs import replace

from bulk_journeys import __version__
from bulk_journeys.errors import InputError
from bulk_journeys.model import Skipped, Source
from bulk_journeys.plan.asking import Asked
from bulk_journeys.plan.choices import Choices
from bulk_journeys.plan.choosing import choose
from bulk_journeys.plan.columns import status_column, without_action
from bulk_journeys.plan.document import VERSION, Header, Plan
from bulk_journeys.plan.draft import Draft
from bulk_journeys.plan.seeing import Chosen, Reading


class Listed(Protocol):
    """A user's file, open: every way to read it. *digest* is the SHA-256 of its bytes.

    *verify* raises InputError if the file has changed since it was opened.
    """

    @property
    def name(self) -> str: ...
    @property
    def readings(self) -> Sequence[Reading]: ...
    @property
    def digest(self) -> str: ...
    def verify(self) -> None: ...


def make_plan(lists: Iterable[Listed], choices: Choices = Choices()) -> Plan:
    """Plan the rows of *lists*, which are read one after the other.

    Raises InputError where a list cannot be understood or there is no row at all, and DiskFailed.
    """
    draft = Draft()
    sources = [_drafted(draft, file, listed, choices) for file, listed in enumerate(lists)]
    lines = draft.settle()
    if not lines.counts.rows:
        names = ", ".join(source.name for source in sources)
        raise InputError(f"{names}: there are no rows below the header", "put one in for each journey")
    return Plan(Header(VERSION, __version__, sources, lines.counts), lines, draft.skipped)


def _drafted(draft: Draft, file: int, listed: Listed, choices: Choices) -> Source:
    chosen = choose(listed.name, listed.readings, choices)
    columns, roles = chosen.layout.columns, chosen.layout.roles
    if roles.action is None and choices.default is None:
        raise without_action(listed.name, columns)
    asked = Asked(file, columns, roles, choices)
    draft.begin(listed.name, columns[roles.id])
    for skipped in chosen.layout.skipped:
        draft.skip(replace(skipped, file=file))
    for found in chosen.body(listed.name, asked).entries(islice(chosen.reading.rows(), chosen.layout.above, None)):
        if isinstance(found, Skipped):
            draft.skip(found)
        else:
            draft.add(found)
    listed.verify()
    return _source(listed, chosen)


def _source(listed: Listed, chosen: Chosen) -> Source:
    columns, roles, line = chosen.layout.columns, chosen.layout.roles, chosen.layout.line
    form = chosen.reading.form
    form = replace(form, notes=(*form.notes, *chosen.notes))
    action = None if roles.action is None else columns[roles.action]
    status = status_column(columns, roles)
    return Source(listed.name, listed.digest, tuple(columns), form, line, columns[roles.id], action, status)
