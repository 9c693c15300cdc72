"""Laws of the state machine and of what is remembered of each journey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bulk_journeys.sandbox.answers import Code, Refusal
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import TRANSITIONS, Action, Journey, Status, World
from bulk_journeys.sandbox.population import populate

UUID = "11111111-2222-4333-8444-555555555555"
LEGAL = {
    ("DRAFT", "start", "RUNNING"),
    ("DRAFT", "archive", "ARCHIVED"),
    ("RUNNING", "pause", "PAUSED"),
    ("RUNNING", "finish", "FINISHED"),
    ("PAUSED", "start", "RUNNING"),
    ("PAUSED", "finish", "FINISHED"),
    ("PAUSED", "draft", "DRAFT"),
    ("PAUSED", "archive", "ARCHIVED"),
    ("FINISHED", "archive", "ARCHIVED"),
}


def journey(status: Status = Status.RUNNING, *, forbidden: bool = False) -> Journey:
    return Journey(UUID, "Welcome", status, status, forbidden=forbidden)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("action", Action)
def test_exactly_the_listed_transitions_are_legal(status: Status, action: Action) -> None:
    subject = journey(status)
    refusal = subject.act(action)
    if refusal is None:
        assert (status.name, action.value, subject.status.name) in LEGAL
    else:
        assert refusal.code is Code.FAILED_PRECONDITION
        assert not any(edge[:2] == (status.name, action.value) for edge in LEGAL)


def test_a_refused_action_changes_nothing() -> None:
    subject = journey(Status.FINISHED)
    assert subject.act(Action.START) is not None
    assert subject == journey(Status.FINISHED)


def test_a_second_pause_is_an_error_that_says_why() -> None:
    subject = journey()
    assert subject.act(Action.PAUSE) is None
    assert subject.act(Action.PAUSE) == Refusal(Code.FAILED_PRECONDITION, "journey is not running")


def test_a_forbidden_journey_never_changes() -> None:
    subject = journey(forbidden=True)
    refusal = subject.act(Action.PAUSE)
    assert refusal is not None
    assert refusal.code is Code.PERMISSION_DENIED
    assert subject.status is Status.RUNNING


@given(st.lists(st.sampled_from(Action)))
def test_what_was_applied_leads_from_the_first_status_to_the_present_one(actions: list[Action]) -> None:
    subject = journey(Status.DRAFT)
    taken = [action for action in actions if subject.act(action) is None]
    assert subject.applied == taken
    assert subject.first_status is Status.DRAFT
    assert subject.status is (TRANSITIONS[taken[-1]].target if taken else Status.DRAFT)


@pytest.mark.parametrize(
    ("uuid", "code"),
    [
        ("11111111-2222-4333-8444-555555555556", Code.NOT_FOUND),
        ("11111111222243338444555555555555", Code.INVALID_ARGUMENT),
        (f"{{{UUID}}}", Code.INVALID_ARGUMENT),
        (f"{UUID}\n", Code.INVALID_ARGUMENT),
        ("１" + UUID[1:], Code.INVALID_ARGUMENT),
        ("", Code.INVALID_ARGUMENT),
    ],
)
def test_an_unknown_id_is_not_found_and_a_malformed_one_is_invalid(uuid: str, code: Code) -> None:
    found = World([journey()]).find(uuid)
    assert isinstance(found, Refusal)
    assert found.code is code


@pytest.mark.parametrize("size", [2, 3, 50])
@pytest.mark.parametrize("action", Action)
def test_a_mistaken_journey_is_always_the_same_other_one_which_itself_does_not_change(
    size: int, action: Action
) -> None:
    world = populate(Config(journeys=size))
    for subject in world.journeys.values():
        other = world.mistaken(subject, action)
        truth = world.journeys[other.uuid]
        assert truth is not subject
        assert (other.title, other.status) == (truth.title, TRANSITIONS[action].target)
        assert (truth.status, truth.applied) == (Status.RUNNING, [])
        assert world.mistaken(subject, action) == other


def test_where_there_is_no_other_journey_the_mistaken_one_is_nobodys() -> None:
    subject = journey()
    world = World([subject])
    assert world.mistaken(subject, Action.PAUSE).uuid not in world.journeys


def test_a_request_that_an_outage_swallowed_is_remembered_and_counts_for_no_fault() -> None:
    subject = journey()
    subject.miss("outage")
    assert (subject.requests, subject.unheard, subject.admitted, subject.faults) == (1, 1, 0, ["outage"])


def test_an_id_may_be_written_in_upper_case() -> None:
    subject = Journey("a" + UUID[1:], "Welcome", Status.DRAFT, Status.DRAFT)
    assert World([subject]).find(subject.uuid.upper()) is subject
