"""What the user has decided beforehand, with flags."""

from typing import NamedTuple

from bulk_journeys.model import Action


class Choices(NamedTuple):
    """None leaves it to the file. *action* is for rows that name none; columns and *sheet* go by their names."""

    action: Action | None = None
    id_column: str | None = None
    action_column: str | None = None
    sheet: str | None = None
