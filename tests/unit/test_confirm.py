"""Laws of agreed: nobody is asked in a script, and what cannot be undone takes more than a yes."""

from collections.abc import Callable

import pytest

from bulk_journeys.commands.confirm import Agreed, confirm
from bulk_journeys.errors import UsageError
from bulk_journeys.model import Action

PAUSES = {Action.PAUSE: 480}
FINISHES = {Action.FINISH: 12}
MIXED = {Action.PAUSE: 99, Action.ARCHIVE: 381, Action.DRAFT: 1}
ONE_WAY = [{action: 481} for action in (Action.FINISH, Action.DRAFT, Action.ARCHIVE)]


def says(answer: str) -> tuple[Callable[[str], str], list[str]]:
    """Return somebody who says *answer*, and the questions that were put."""
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return answer

    return ask, questions


def unasked(question: str) -> str:
    raise AssertionError(question)


@pytest.mark.parametrize("answer", ["y", "Y", "yes", " YES \n"])
def test_a_yes_is_enough_for_what_can_be_undone(answer: str) -> None:
    ask, questions = says(answer)
    confirm({Action.PAUSE: 480, Action.START: 1}, Agreed(), ask)
    assert questions == ["pause 480 journeys, start 1 journey? [y/N] "]


@pytest.mark.parametrize("answer", ["", "\n", "n", "no", "yess", "ja", "480", "y y"])
def test_anything_else_is_a_no(answer: str) -> None:
    with pytest.raises(UsageError, match=r"^nothing was sent$"):
        confirm(PAUSES, Agreed(), says(answer)[0])


def test_where_nobody_can_be_asked_nothing_is_sent() -> None:
    with pytest.raises(UsageError, match=r"no terminal to ask on, so nothing was sent; pass --yes"):
        confirm(PAUSES, Agreed(), None)


@pytest.mark.parametrize("agreed", [Agreed(yes=True), Agreed(confirm=480), Agreed(yes=True, confirm=480)])
@pytest.mark.parametrize("ask", [unasked, None])
def test_a_script_says_yes_or_the_number_and_is_not_asked(agreed: Agreed, ask: Callable[[str], str] | None) -> None:
    confirm(PAUSES, agreed, ask)


@pytest.mark.parametrize("agreed", [Agreed(confirm=479), Agreed(yes=True, confirm=479), Agreed(confirm=0)])
@pytest.mark.parametrize("actions", [PAUSES, MIXED, *ONE_WAY])
def test_a_wrong_number_is_refused_whatever_else_is_said(agreed: Agreed, actions: dict[Action, int]) -> None:
    with pytest.raises(UsageError, match=r"is not the number of journeys, which is 48[01]; nothing was sent"):
        confirm(actions, agreed, unasked)


@pytest.mark.parametrize("actions", [MIXED, *ONE_WAY])
def test_a_yes_is_not_enough_for_what_cannot_be_undone(actions: dict[Action, int]) -> None:
    for agreed, ask in (
        (Agreed(yes=True), unasked),
        (Agreed(yes=True), None),
        (Agreed(), None),
    ):
        with pytest.raises(UsageError, match=r"cannot be undone, so nothing was sent; pass --confirm 481"):
            confirm(actions, agreed, ask)
    for answer in ("y", "yes", "", "1", "480", "0481", "four hundred"):
        with pytest.raises(UsageError, match="is not the number of journeys, which is 481; nothing was sent"):
            confirm(actions, Agreed(), says(answer)[0])


@pytest.mark.parametrize("actions", [MIXED, *ONE_WAY])
def test_the_number_of_journeys_is_enough(actions: dict[Action, int]) -> None:
    confirm(actions, Agreed(confirm=481), unasked)
    confirm(actions, Agreed(confirm=481), None)
    confirm(actions, Agreed(), says(" 481\n")[0])


def test_of_a_mixed_plan_the_question_names_what_cannot_be_undone_and_counts_all() -> None:
    ask, questions = says("481")
    confirm(MIXED, Agreed(), ask)
    assert questions == [
        "pause 99 journeys, archive 381 journeys, draft 1 journey: archive and draft cannot be undone. "
        "Type the number of journeys to go on: "
    ]


def test_the_question_says_what_cannot_be_undone() -> None:
    ask, questions = says("12")
    confirm(FINISHES, Agreed(), ask)
    assert questions == ["finish 12 journeys: finish cannot be undone. Type the number of journeys to go on: "]
