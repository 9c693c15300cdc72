"""Whether the user wants what the plan would do: a question on a terminal, a flag in a script."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bulk_journeys.errors import UsageError
from bulk_journeys.model import ONE_WAY, Action
from bulk_journeys.report.plan_text import actions_text

NOTHING_SENT: Final = "nothing was sent"


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a script says instead of answering: *yes*, and for one-way actions how many journeys *confirm*."""

    yes: bool = False
    confirm: int | None = None

    @property
    def unasked(self) -> bool:
        """Whether nobody is asked."""
        return self.yes or self.confirm is not None


def confirm(actions: dict[Action, int], agreed: Agreed, ask: Callable[[str], str] | None) -> None:
    """Return if the operations of *actions* are wanted. *ask* puts a question; it is None without a terminal.

    Raises UsageError where they are not, or where nobody can be asked.
    """
    count, words = sum(actions.values()), actions_text(actions)
    if agreed.confirm is not None:
        _compare(str(agreed.confirm), count)
    elif one_way := [action for action in actions if action in ONE_WAY]:
        _confirm_number(f"{words}: {' and '.join(one_way)} cannot be undone", count, None if agreed.yes else ask)
    elif not agreed.yes:
        _confirm_yes(words, ask)


def _confirm_yes(words: str, ask: Callable[[str], str] | None) -> None:
    if ask is None:
        raise UsageError(f"{words}: there is no terminal to ask on, so {NOTHING_SENT}; pass --yes")
    if ask(f"{words}? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise UsageError(NOTHING_SENT)


def _confirm_number(words: str, count: int, ask: Callable[[str], str] | None) -> None:
    """Have the number of journeys said; a yes comes too easily for what cannot be taken back."""
    if ask is None:
        raise UsageError(f"{words}, so {NOTHING_SENT}; pass --confirm {count} if it is meant")
    _compare(ask(f"{words}. Type the number of journeys to go on: ").strip(), count)


def _compare(said: str, count: int) -> None:
    if said != str(count):
        raise UsageError(f"{said!r} is not the number of journeys, which is {count}; {NOTHING_SENT}")
