"""What the user has decided beforehand, with flags."""

from collections.abc import Sequence
from typing import NamedTuple

from bulk_journeys.model import Action
from bulk_journeys.plan.where import Where


class Choices(NamedTuple):
    """None leaves it to the file. *action* is for rows that name none; columns and *sheet* go by their names.

    Only rows that every *where* wants are carried out; *ignored* columns may say of rows what they like. With
    *partial* a list may tell of rows that it does not hold.

    With *ids_only* a list is read for its ids alone, and what is to be done to them does not matter.
    """

    action: Action | None = None
    id_column: str | None = None
    action_column: str | None = None
    sheet: str | None = None
    where: Sequence[Where] = ()
    ignored: Sequence[str] = ()
    partial: bool = False
    ids_only: bool = False

    @property
    def default(self) -> Action | None:
        """The action of rows that name none; a stand-in where only the ids matter."""
        return Action.PAUSE if self.ids_only else self.action
