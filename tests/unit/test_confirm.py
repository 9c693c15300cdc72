"""Laws of consent: nobody is asked in a script, and what cannot be undone takes more than a yes."""

from collections.abc import Callable

import pytest

from bulk_journeys.commands.confirm import Consent, obtain
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
    obtain({Action.PAUSE: 480, Action.START: 1}, Consent(), ask)
    assert questions == ["pause 480 journeys, start 1 journey? [y/N] "]


@pytest.mark.parametrize("answer", ["", "\n", "n", "no", "yess", "ja", "480", "y y"])
def test_anything_else_is_a_no(answer: str) -> None:
    with pytest.raises(UsageError, match=r"^nothing was sent$"):
        obtain(PAUSES, Consent(), says(answer)[0])


def test_where_nobody_can_be_asked_nothing_is_sent() -> None:
    with pytest.raises(UsageError, match=r"no terminal to ask on, so nothing was sent; pass --yes"):
        obtain(PAUSES, Consent(), None)


@pytest.mark.parametrize("consent", [Consent(yes=True), Consent(confirm=480), Consent(yes=True, confirm=480)])
@pytest.mark.parametrize("ask", [unasked, None])
def test_a_script_says_yes_or_the_number_and_is_not_asked(consent: Consent, ask: Callable[[str], str] | None) -> None:
    obtain(PAUSES, consent, ask)


@pytest.mark.parametrize("consent", [Consent(confirm=479), Consent(yes=True, confirm=479), Consent(confirm=0)])
@pytest.mark.parametrize("actions", [PAUSES, MIXED, *ONE_WAY])
def test_a_wrong_number_is_refused_whatever_else_is_said(consent: Consent, actions: dict[Action, int]) -> None:
    with pytest.raises(UsageError, match=r"is not the number of journeys, which is 48[01]; nothing was sent"):
        obtain(actions, consent, unasked)


@pytest.mark.parametrize("actions", [MIXED, *ONE_WAY])
def test_a_yes_is_not_enough_for_what_cannot_be_undone(actions: dict[Action, int]) -> None:
    for consent, ask in ((Consent(yes=True), unasked), (Consent(yes=True), None), (Consent(), None)):
        with pytest.raises(UsageError, match=r"cannot be undone, so nothing was sent; pass --confirm 481"):
            obtain(actions, consent, ask)
    for answer in ("y", "yes", "", "1", "480", "0481", "four hundred"):
        with pytest.raises(UsageError, match="is not the number of journeys, which is 481; nothing was sent"):
            obtain(actions, Consent(), says(answer)[0])


@pytest.mark.parametrize("actions", [MIXED, *ONE_WAY])
def test_the_number_of_journeys_is_enough(actions: dict[Action, int]) -> None:
    obtain(actions, Consent(confirm=481), unasked)
    obtain(actions, Consent(confirm=481), None)
    obtain(actions, Consent(), says(" 481\n")[0])


def test_of_a_mixed_plan_the_question_names_what_cannot_be_undone_and_counts_all() -> None:
    ask, questions = says("481")
    obtain(MIXED, Consent(), ask)
    assert questions == [
        "pause 99 journeys, archive 381 journeys, draft 1 journey: archive and draft cannot be undone. "
        "Type the number of journeys to go on: "
    ]


def test_the_question_says_what_cannot_be_undone() -> None:
    ask, questions = says("12")
    obtain(FINISHES, Consent(), ask)
    assert questions == ["finish 12 journeys: finish cannot be undone. Type the number of journeys to go on: "]
