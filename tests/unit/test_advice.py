"""Laws of the facts that stand in tables: they are whole."""

import pytest

from bulk_journeys.api.error_codes import CODES
from bulk_journeys.model import Doubt, Ending, FailureCode, FollowUp, Loss, Outcome
from bulk_journeys.report.advice import ADVICE_FOR_CODE, ADVICE_FOR_OUTCOME, ADVICE_WHEN_STOPPED, advice_for
from bulk_journeys.words import done_text, doubt_text


@pytest.mark.parametrize("code", FailureCode)
@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_and_every_code_has_an_advice_of_one_line(outcome: Outcome, code: FailureCode) -> None:
    for status in (None, 200, 401, 404, 502):
        advice = advice_for(outcome, code, status)
        assert advice
        assert "\n" not in advice


def test_every_outcome_has_an_advice_of_its_own_and_no_code_an_idle_one() -> None:
    assert ADVICE_FOR_OUTCOME.keys() == set(Outcome)
    for codes, outcomes in ((ADVICE_FOR_CODE, Outcome), (ADVICE_WHEN_STOPPED, [Outcome.NOT_ATTEMPTED])):
        for code, advice in codes.items():
            assert advice not in {ADVICE_FOR_OUTCOME[outcome] for outcome in outcomes}, code


def test_every_code_of_grpc_has_a_name_among_ours() -> None:
    assert {code.name for code in CODES.values()} <= set(FailureCode)
    assert len({code.name for code in CODES.values()}) == len(CODES) == 16


@pytest.mark.parametrize("code", FailureCode)
def test_every_code_is_read_back_from_the_word_that_a_record_has_for_it(code: FailureCode) -> None:
    assert FailureCode(code.word(502)) is code
    assert (code.word(502) == "http_502") is (code is FailureCode.HTTP_STATUS)


def test_every_ending_has_an_exit_code_and_only_the_complete_one_is_0() -> None:
    assert {ending for ending in Ending if ending.exit_code == 0} == {Ending.COMPLETE}


def test_every_follow_up_and_every_loss_has_words() -> None:
    assert len({done_text(what) for what in FollowUp}) == len(FollowUp)
    told = {doubt_text(Doubt(loss, 2, message="m")) for loss in Loss}
    assert len(told) == len(Loss)
    assert all(told)
