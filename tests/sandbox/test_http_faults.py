"""Laws of what is said where HTTP itself goes wrong, as bytes: what could be believed never comes by itself."""

import re
from random import Random

import pytest

from bulk_journeys.sandbox.answers import Answer, Code, Errors, Refusal, RetryHint, Wording
from bulk_journeys.sandbox.faults import Fault, Strike
from bulk_journeys.sandbox.http_faults import FORMS, RawAnswer, Scene, raw_answer, whole
from bulk_journeys.sandbox.journeys import Journey, Status, canvas, success

POINTS = canvas(1)
FIELD = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[ \t]*[\x21-\x7e\x80-\xff \t]*")


def told_of(number: int) -> Answer:
    uuid = f"00000000-0000-4000-8000-{number:012d}"
    return success(Journey(uuid, f"Journey {number}", Status.RUNNING, Status.PAUSED), POINTS)


def scene(errors: Errors = Errors.V2, *, refused: bool = False) -> Scene:
    wording = Wording(errors, RetryHint.NONE, Random(1), lambda: 0.0)
    proper = wording.refusal(Refusal(Code.FAILED_PRECONDITION, "journey is not running")) if refused else told_of(1)
    return Scene(proper, told_of(2), told_of(1), wording.refusal)


def every_form(fault: Fault, of: Scene) -> list[RawAnswer]:
    """Return what each of its forms says."""
    count = len(FORMS[fault])
    return [raw_answer(Strike(fault, True, (place + 0.5) / count), of) for place in range(count)]


def is_valid(text: bytes) -> bool:
    """Return whether *text* begins with a head that RFC 9112 allows, and that says where its body ends."""
    first, *lines = text.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
    names = [line.lower().partition(":")[0] for line in lines]
    framing = [line for line in lines if line.lower().startswith(("content-length:", "transfer-encoding:"))]
    good = re.fullmatch(r"HTTP/\d\.\d \d{3} .*", first) and all(map(FIELD.fullmatch, lines))
    length = re.fullmatch(r"Content-Length: \d+|Transfer-Encoding: chunked", "".join(framing))
    return bool(good and length and len(set(names)) == len(names))


@pytest.mark.parametrize("errors", Errors)
@pytest.mark.parametrize("refused", [False, True])
def test_what_comes_by_itself_claims_nothing(errors: Errors, refused: bool) -> None:
    spoken = [one for fault in FORMS for one in every_form(fault, scene(errors, refused=refused)) if one.late]
    assert len(spoken) == 5
    for one in spoken:
        head, _, body = (one.late + one.owed).partition(b"\r\n\r\n")
        assert head.startswith((b"HTTP/1.1 408 ", b"HTTP/1.1 429 "))
        assert b"json" not in head
        assert b"{" not in body
        assert one.now == whole(scene(errors, refused=refused).proper)


@pytest.mark.parametrize("errors", Errors)
@pytest.mark.parametrize("refused", [False, True])
@pytest.mark.parametrize("fault", [Fault.STRAY_REFUSAL, Fault.DOUBLED, Fault.EARLY])
def test_what_is_out_of_turn_comes_in_one_write_behind_the_proper_answer(
    fault: Fault, refused: bool, errors: Errors
) -> None:
    proper = whole(scene(errors, refused=refused).proper)
    for one in every_form(fault, scene(errors, refused=refused)):
        assert one.now.startswith(proper)
        assert len(one.now) > len(proper) or one.late
        assert is_valid(one.now[len(proper) :] + one.late + one.owed)


def test_an_early_answer_breaks_off_in_its_first_line_its_head_and_its_body() -> None:
    proper = whole(scene().proper)
    begun = [one.now[len(proper) :] + one.late for one in every_form(Fault.EARLY, scene())]
    assert all(one.owed for one in every_form(Fault.EARLY, scene()))
    assert {(one.count(b"\r\n\r\n"), b"\r\n" in one) for one in begun} == {(0, False), (0, True), (1, True)}


@pytest.mark.parametrize("errors", Errors)
@pytest.mark.parametrize("refused", [False, True])
def test_what_is_not_valid_is_not_and_what_is_right_is(errors: Errors, refused: bool) -> None:
    of = scene(errors, refused=refused)
    assert is_valid(whole(of.proper))
    assert not any(is_valid(one.now) for one in every_form(Fault.INVALID, of))
    assert all(of.proper.body in one.now for one in every_form(Fault.INVALID, of))


@pytest.mark.parametrize("fault", FORMS)
def test_no_two_forms_of_a_fault_are_the_same(fault: Fault) -> None:
    spoken = every_form(fault, scene())
    assert len(set(spoken)) == len(spoken)
