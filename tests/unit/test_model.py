"""Laws of the tables of facts: each is whole, and they agree with each other."""

import pytest

from bulk_journeys.model import FROM_OUTSIDE, ONE_WAY, Action, Ending, Obstacle


@pytest.mark.parametrize("action", Action)
def test_every_action_has_its_facts_and_what_takes_it_back_is_taken_back_by_it(action: Action) -> None:
    assert action.wanted_status.startswith("STATUS_")
    assert (action.inverse is None) == (action in ONE_WAY)
    assert action.inverse is None or action.inverse.inverse is action


def test_no_two_actions_lead_to_one_status() -> None:
    assert len({action.wanted_status for action in Action}) == len(Action)


def test_only_pausing_and_starting_can_be_taken_back() -> None:
    assert {Action.FINISH, Action.DRAFT, Action.ARCHIVE} == ONE_WAY


def test_every_ending_has_an_exit_code_and_every_obstacle_an_ending() -> None:
    assert {ending.exit_code for ending in Ending} == {0, 4, 6, 130, 143}
    assert {obstacle.ending for obstacle in Obstacle} == {Ending.UNREACHABLE, Ending.INTERCEPTED}


def test_what_came_from_outside_has_an_exit_code_of_its_own() -> None:
    codes = [ending.exit_code for ending in FROM_OUTSIDE]
    assert len(set(codes)) == len(codes)
    assert not {ending.exit_code for ending in Ending if ending not in FROM_OUTSIDE} & set(codes)
