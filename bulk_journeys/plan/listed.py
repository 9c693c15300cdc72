"""What a list said its journeys were when it was made: a hint for rows in doubt, and no proof. Pure."""

from typing import Final

from bulk_journeys.model import Action, Entry, Source
from bulk_journeys.plan.actions import action_word

_LONGEST: Final = 50
"""Characters of a status that are shown."""


class ListedStatus:
    """The status column of one list, if it has one."""

    def __init__(self, source: Source) -> None:
        self._column = source.status_column
        self._place = source.columns.index(source.status_column) if source.status_column is not None else None

    def words(self, entry: Entry) -> str:
        """Tell what the list said of the journey of *entry*; nothing if that was nothing."""
        said = self._said(entry)
        return f"the list said {said[:_LONGEST]!r} in column {self._column!r}" if said else ""

    def leads_to(self, action: Action, entry: Entry) -> bool:
        """Say whether the list shows the journey of *entry* in the status that *action* leads to."""
        return action_word(self._said(entry)) is action

    def _said(self, entry: Entry) -> str:
        return entry.cells[self._place].strip() if self._place is not None and self._place < len(entry.cells) else ""
