"""What the user has decided beforehand, with flags."""

from typing import NamedTuple

from bulk_journeys.model import Action


class Choices(NamedTuple):
    """None leaves it to the file. *action* is for rows that name none; columns and *sheet* go by their names.

    With *ids_only* a list is read for its ids alone, and what is to be done to them does not matter.
    """

    action: Action | None = None
    id_column: str | None = None
    action_column: str | None = None
    sheet: str | None = None
    ids_only: bool = False

    @property
    def default(self) -> Action | None:
        """The action of rows that name none; a stand-in where only the ids matter."""
        return Action.PAUSE if self.ids_only else self.action
