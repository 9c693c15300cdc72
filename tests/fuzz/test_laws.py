"""The laws that a reply is held against can be broken, and are then said to be."""

import pytest

from bulk_journeys.model import Applied, Conflict, Lost, Reply, Unsent
from bulk_journeys.model import FailureCode as Code
from tests.fuzz.laws import broken_by
from tests.fuzz.scenes import TOKEN, Asked
from tests.fuzz.stage import Seen
from tests.fuzz.timeline import Judged, Spoken, Written

ASKED = Asked("pause", "1111111a-2222-4333-8444-555555555555")
REFUSED = b'HTTP/1.1 400 OK\r\nContent-Length: 27\r\n\r\n{"code": 9, "message": "a"}'
ANSWERED = ((Written(*ASKED), Spoken(REFUSED), Judged()), 0)
CONFLICT = Conflict(Code.FAILED_PRECONDITION, "a", 400)


def law_broken_by(reply: Reply | None, *written: tuple[tuple[Written, Spoken, Judged], int], error: str = "") -> str:
    broken = broken_by(Seen(ASKED, reply, error, written))
    return broken.law if broken else ""


def test_an_honest_reply_breaks_no_law() -> None:
    assert law_broken_by(CONFLICT, ANSWERED) == ""
    assert law_broken_by(Unsent(Code.UNREACHABLE, "")) == ""


@pytest.mark.parametrize("reply", [Applied("STATUS_PAUSED", ""), Unsent(Code.UNREACHABLE, ""), Lost(Code.TIMEOUT, "")])
def test_a_reply_that_claims_otherwise_breaks_one(reply: Reply) -> None:
    assert law_broken_by(reply, ANSWERED).endswith("is not honest")


def test_a_token_a_second_request_and_an_exception_break_one_each() -> None:
    assert law_broken_by(Conflict(Code.FAILED_PRECONDITION, f"a {TOKEN}", 400), ANSWERED) == "no reply holds the token"
    assert law_broken_by(CONFLICT, ANSWERED, ANSWERED) == "nothing is sent twice"
    assert law_broken_by(None, ANSWERED, error="ValueError escaped") == "no exception escapes"
