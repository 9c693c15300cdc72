"""Laws of answers out of turn, miscounted or not valid, over sockets: what was done stays known."""

import pytest

from bulk_journeys.sandbox.answers import Errors, RetryHint
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.http_faults import FORMS
from bulk_journeys.sandbox.journeys import Status
from bulk_journeys.sandbox.limits import Rate
from tests.sandbox.visit import Line, Said, visiting

MANY = 80


def struck(fault: Fault, journeys: int = MANY, errors: Errors = Errors.V2) -> Config:
    return Config(journeys=journeys, faults={fault: 1.0}, errors=errors)


def kind(said: Said) -> tuple[int, str, bool]:
    """Return what is told apart of what was said without being asked for."""
    return said.status, said.headers["Content-Type"].partition(";")[0], b'"code":' in said.body.replace(b" ", b"")


async def proper(line: Line, uuid: str) -> Said:
    """Ask for a pause, and return what comes first."""
    line.ask(uuid)
    said = await line.answer()
    assert (said.status, said.names) == (200, uuid)
    return said


@pytest.mark.parametrize("errors", Errors)
async def test_a_stray_refusal_comes_unasked_behind_the_answer_that_stands(errors: Errors) -> None:
    heard, about = set(), set()
    async with visiting(struck(Fault.STRAY_REFUSAL, errors=errors)) as visit:
        for journey in visit.journeys:
            async with visit.line() as line:
                await proper(line, journey.uuid)
                stray = await line.answer()
            heard.add(kind(stray))
            about |= {stray.names == journey.uuid} if stray.status == 200 else set()
            assert (journey.applied, journey.faults) == (["pause"], ["stray_refusal"])
        assert visit.sandbox.stats().answers == {0: MANY}
    assert heard == {
        (429, "text/html", False),
        (429, "text/plain", False),
        (408, "text/plain", False),
        (429, "application/json", True),
        (503, "application/json", True),
        (400, "application/json", True),
        (200, "application/json", False),
    }
    assert about == {True, False}


async def test_a_doubled_answer_comes_twice_word_for_word() -> None:
    async with visiting(struck(Fault.DOUBLED, 3)) as visit:
        for journey in visit.journeys:
            async with visit.line() as line:
                assert await proper(line, journey.uuid) == await line.answer()


async def test_an_early_answer_begins_before_the_request_whose_answer_it_seems_to_be() -> None:
    heard = set()
    async with visiting(struck(Fault.EARLY, 2 * MANY)) as visit:
        for journey, victim in zip(visit.journeys[::2], visit.journeys[1::2], strict=True):
            async with visit.line() as line:
                await proper(line, journey.uuid)
                begun = await line.reader.readexactly(1)
                line.ask(victim.uuid)
                early = await line.answer(begun)
                own = await line.answer()
            heard.add(kind(early))
            assert early.status != 200 or early.names not in {journey.uuid, victim.uuid}
            assert (own.status, own.names, victim.applied) == (200, victim.uuid, ["pause"])
            assert (journey.faults, victim.faults) == (["early"], ["displaced", "early"])
    assert {status for status, _, _ in heard} == {429, 400, 408, 200}


async def test_whoever_leaves_a_line_with_something_left_over_gets_the_right_answer_on_another() -> None:
    async with visiting(struck(Fault.STRAY_REFUSAL, 6)) as visit:
        for journey in visit.journeys:
            async with visit.line() as line:
                await proper(line, journey.uuid)
        assert [one.faults for one in visit.journeys] == [["stray_refusal"]] * 6


async def test_a_surplus_is_bytes_behind_a_body_that_is_whole() -> None:
    async with visiting(struck(Fault.SURPLUS)) as visit:
        first = set()
        for journey in visit.journeys:
            async with visit.line() as line:
                await proper(line, journey.uuid)
                first.add(await line.reader.readexactly(1))
            assert journey.applied == ["pause"]
    assert first == {b"\r", b"<", b"{", b"\0", b"5", b"0"}


async def test_a_miscounted_body_is_longer_than_it_says() -> None:
    async with visiting(struck(Fault.MISCOUNT)) as visit:
        missing = set()
        for journey in visit.journeys:
            async with visit.line() as line:
                line.ask(journey.uuid)
                said = await line.answer()
                rest = await line.reader.readuntil(b'"comments":[]}' if len(said.body) < 500 else b"}")
            body = said.body + rest
            assert Said(said.status, said.headers, body).names == journey.uuid
            missing.add((len(rest) == 1, len(rest) == len(body)))
            assert journey.applied == ["pause"]
        assert visit.sandbox.stats().answers == {}
    assert missing == {(True, False), (False, False), (False, True)}


async def test_a_status_without_a_body_has_one_and_tells_of_no_success() -> None:
    async with visiting(struck(Fault.BODILESS)) as visit:
        heard = set()
        for journey in visit.journeys:
            async with visit.line() as line:
                line.ask(journey.uuid)
                status, headers = await line.head()
                heard.add((status, "Content-Length" in headers, await line.reader.readexactly(1)))
            assert journey.applied == ["pause"]
    assert {status for status, _, _ in heard} == {204, 304}
    assert {first for _, _, first in heard} == {b"{", b"H", *(hexdigit for _, _, hexdigit in heard if hexdigit < b":")}
    assert len(heard) == 7


async def test_interim_answers_come_first_and_a_caller_reads_past_them() -> None:
    async with visiting(struck(Fault.INTERIM)) as visit:
        hints = set()
        for journey in visit.journeys:
            async with visit.line() as line:
                line.ask(journey.uuid)
                hints.add((await line.head())[0])
        assert hints == {100, 102, 103}
        for journey in visit.journeys:
            assert (await visit.act("pause", journey.uuid)).verdict == (400, 9)
        assert visit.sandbox.stats().answers == {0: MANY, 9: MANY}


async def test_a_line_that_is_announced_to_close_carries_nothing_more_out() -> None:
    after = dict[tuple[str, bool], str]()
    async with visiting(struck(Fault.CLOSING, 2 * MANY)) as visit:
        for journey, other in zip(visit.journeys[::2], visit.journeys[1::2], strict=True):
            async with visit.line() as line:
                line.ask(journey.uuid)
                _, headers = await line.head()
                form = headers.get("Connection", ""), "Content-Length" in headers
                after[form] = await _after(line, int(headers.get("Content-Length", 0)), other.uuid)
            assert (journey.applied, other.applied) == (["pause"], ["pause"] * (after[form] == "answered"))
            assert other.requests == len(other.applied)
    assert after == {
        ("close", True): "reset",
        ("", True): "reset",
        ("close", False): "closed",
        ("", False): "closed",
        ("keep-alive", True): "answered",
    }


async def _after(line: Line, size: int, uuid: str) -> str:
    """Return what becomes of another request behind a body of *size* bytes; 0: its end is that of the connection."""
    if not size:
        assert (await line.reader.read()).endswith(b'"comments":[]}')
        return "closed"
    await line.reader.readexactly(size)
    line.ask(uuid)
    try:
        await line.head()
    except ConnectionError:
        return "reset"
    return "answered"


async def test_an_answer_that_is_not_valid_is_to_a_call_that_was_carried_out() -> None:
    async with visiting(struck(Fault.INVALID)) as visit:
        for journey in visit.journeys:
            async with visit.line() as line:
                line.ask(journey.uuid)
                said = await line.reader.readuntil(b'"comments":[]}')
            assert journey.uuid.encode() in said
            assert (journey.applied, journey.faults) == (["pause"], ["invalid"])


@pytest.mark.parametrize("errors", Errors)
@pytest.mark.parametrize("fault", FORMS)
async def test_an_illegal_action_stays_undone_whatever_comes_with_its_refusal(fault: Fault, errors: Errors) -> None:
    config = Config(journeys=24, mix={Status.FINISHED: 1}, faults={fault: 1.0}, errors=errors)
    async with visiting(config) as visit:
        for journey in visit.journeys:
            async with visit.line() as line:
                line.ask(journey.uuid)
                await line.reader.readuntil(b"\r\n\r\n")
        assert all(one.applied == [] and one.status is Status.FINISHED for one in visit.journeys)


async def test_what_is_said_oddly_tells_of_the_quota_as_well() -> None:
    config = Config(journeys=1, faults={Fault.DOUBLED: 1.0}, rate=Rate(9, 3600), retry_hint=RetryHint.RATELIMIT)
    async with visiting(config) as visit, visit.line() as line:
        said = await proper(line, visit.journeys[0].uuid)
        assert said.headers["RateLimit"].startswith('"default";r=8;')
