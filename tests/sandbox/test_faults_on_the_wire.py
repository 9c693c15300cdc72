"""Laws of the faults as a caller meets them, compared with what really happened to the journey."""

import asyncio
from collections import Counter
from contextlib import suppress

import aiohttp
import msgspec
import pytest

from bulk_journeys.sandbox.answers import HTTP_STATUS, Code, Errors
from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import DISPLACED, Status
from tests.sandbox.visit import Visit, visiting

LOST = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, aiohttp.ClientResponseError)


def certain(fault: Fault, hang: float = 3600.0) -> Config:
    return Config(journeys=1, faults={fault: 1.0}, hang=hang)


@pytest.mark.parametrize(
    ("fault", "verdict", "applied"),
    [
        (Fault.REFUSE, (503, 8), []),
        (Fault.DOWN, (503, 14), []),
        (Fault.ERROR, (500, 13), ["pause"]),
        (Fault.TIMEOUT, (504, 4), ["pause"]),
        (Fault.TOO_LARGE, (429, 8), ["pause"]),
        (Fault.DIAL, (503, 14), []),
    ],
)
async def test_a_fault_that_answers_acts_or_not(fault: Fault, verdict: tuple[int, int], applied: list[str]) -> None:
    async with visiting(certain(fault)) as visit:
        journey = visit.journeys[0]
        assert (await visit.act("pause", journey.uuid)).verdict == verdict
        assert (journey.requests, journey.applied, journey.faults) == (1, applied, [fault])


async def test_a_refusal_speaks_the_words_of_the_vendors_library() -> None:
    async with visiting(certain(Fault.REFUSE)) as visit:
        said = await visit.act("pause", visit.journeys[0].uuid)
        assert said.json["message"] == "the server has reached its concurrent requests limit"
        assert "Retry-After" not in said.headers


@pytest.mark.parametrize(("fault", "applied"), [(Fault.DROP, []), (Fault.RESET, ["pause"]), (Fault.HANG, ["pause"])])
async def test_a_lost_connection_tells_nothing_of_what_happened(fault: Fault, applied: list[str]) -> None:
    async with visiting(certain(fault, hang=0.02)) as visit:
        with pytest.raises(aiohttp.ClientConnectionError, match="reset"):
            await visit.act("pause", visit.journeys[0].uuid)
        assert visit.journeys[0].applied == applied


async def test_a_cut_answer_promised_more_than_it_sent() -> None:
    async with visiting(certain(Fault.CUT)) as visit:
        with pytest.raises(aiohttp.ClientPayloadError, match=r"ContentLength|not enough data"):
            await visit.act("pause", visit.journeys[0].uuid)
        assert visit.journeys[0].applied == ["pause"]


async def test_a_proxys_page_hides_whether_the_journey_was_changed() -> None:
    async with visiting(Config(journeys=40, faults={Fault.HTML: 1.0})) as visit:
        for journey in visit.journeys:
            said = await visit.act("pause", journey.uuid)
            assert (said.status, said.headers["Content-Type"]) == (502, "text/html")
            assert said.body.startswith(b"<html>")
        assert 5 < sum(len(one.applied) for one in visit.journeys) < 35


async def every_form(fault: Fault, errors: Errors = Errors.V2) -> dict[tuple[int, int, str], set[int]]:
    """Return what the fault says, with how often the journey was changed all the same: never, once, or either."""
    heard: dict[tuple[int, int, str], set[int]] = {}
    async with visiting(Config(journeys=150, faults={fault: 1.0}, errors=errors)) as visit:
        for journey in visit.journeys:
            said = await visit.act("pause", journey.uuid)
            heard.setdefault((*said.verdict, said.json["message"]), set()).add(len(journey.applied))
        assert sum(visit.sandbox.stats().answers.values()) == 150
    return heard


@pytest.mark.parametrize("errors", Errors)
async def test_an_answer_that_is_too_large_for_grpc_looks_like_a_limit_and_the_call_was_carried_out(
    errors: Errors,
) -> None:
    assert await every_form(Fault.TOO_LARGE, errors) == {
        (429, 8, "grpc: received message larger than max (5242880 vs. 4194304)"): {1},
        (429, 8, "grpc: received message after decompression larger than max 4194304"): {1},
        (429, 8, "grpc: message after decompression larger than max (5242880 vs. 4194304)"): {1},
        (429, 8, "trying to send message larger than max (5242880 vs. 4194304)"): {1},
    }


async def test_a_backend_that_cannot_be_dialled_carries_nothing_out() -> None:
    error = 'connection error: desc = "transport: Error while dialing: dial tcp'
    assert await every_form(Fault.DIAL) == {
        (503, 14, f'{error} 10.0.0.7:50051: connect: connection refused"'): {0},
        (503, 14, f'{error} 10.0.0.7:50051: i/o timeout"'): {0},
        (503, 14, f'last connection error: {error} 10.0.0.7:50051: connect: no route to host"'): {0},
        (503, 14, f'last connection error: {error}: lookup journeys: no such host"'): {0},
    }


async def test_a_stream_that_is_reset_has_the_code_of_its_cause_and_hides_what_happened() -> None:
    ended = "stream terminated by RST_STREAM with error code: "
    assert await every_form(Fault.RST) == {
        (500, 13, f"{ended}INTERNAL_ERROR"): {0, 1},
        (500, 13, f"{ended}PROTOCOL_ERROR"): {0, 1},
        (500, 13, f"{ended}NO_ERROR"): {0, 1},
        (429, 8, f"{ended}ENHANCE_YOUR_CALM"): {0, 1},
        (429, 8, f"{ended}FLOW_CONTROL_ERROR"): {0, 1},
        (408, 1, f"{ended}CANCEL"): {0, 1},
        (403, 7, f"{ended}INADEQUATE_SECURITY"): {0, 1},
    }


async def test_a_proxy_behind_the_gateway_has_codes_made_of_its_statuses_and_hides_what_happened() -> None:
    heard = await every_form(Fault.PROXIED)
    assert set(map(frozenset, heard.values())) == {frozenset({0, 1})}
    assert {(status, code) for status, code, _ in heard} == {
        *((503, 14), (401, 16), (403, 7), (501, 12), (500, 13), (500, 2))
    }
    assert all(said.startswith("unexpected HTTP status code received from server: ") for *_, said in heard)
    said = "unexpected HTTP status code received from server: 502 (Bad Gateway); transport: received unexpected content"
    assert (503, 14, f'{said}-type "text/html"') in heard


async def test_a_code_and_a_status_that_do_not_fit_hide_what_happened() -> None:
    heard = await every_form(Fault.MISFIT)
    assert set(map(frozenset, heard.values())) == {frozenset({0, 1})}
    assert {(504, 5), (200, 9), (502, 3)} < {(status, code) for status, code, _ in heard}
    assert all(HTTP_STATUS[Code(code)] != status for status, code, _ in heard)


@pytest.mark.parametrize("errors", Errors)
async def test_a_refusal_that_is_cut_may_look_whole_and_hides_what_happened(errors: Errors) -> None:
    looked_whole = Counter[tuple[bool, int]]()
    async with visiting(Config(journeys=60, faults={Fault.CUT_REFUSAL: 1.0}, errors=errors)) as visit:
        for journey in visit.journeys:
            async with visit.line() as line:
                line.ask(journey.uuid)
                status, headers = await line.head()
                rest = await line.reader.read()  # until the connection closes
            assert (status, len(rest) < int(headers["Content-Length"])) == (400, True)
            looked_whole[rest.endswith(b"}"), len(journey.applied)] += 1
    assert set(looked_whole) == {(True, 0), (True, 1), (False, 0), (False, 1)}


@pytest.mark.parametrize("errors", Errors)
async def test_a_byte_order_mark_is_in_front_of_what_is_said_anyway(errors: Errors) -> None:
    mix = {Status.RUNNING: 1.0, Status.FINISHED: 1.0}
    async with visiting(Config(journeys=12, mix=mix, faults={Fault.BOM: 1.0}, errors=errors)) as visit:
        for journey in visit.journeys:
            said = await visit.act("pause", journey.uuid)
            assert said.body.startswith(b"\xef\xbb\xbf{")
            told = msgspec.json.decode(said.body[3:])
            if journey.first_status is Status.RUNNING:
                assert (said.status, told["info"]["uuid"], journey.applied) == (200, journey.uuid, ["pause"])
            else:
                assert (said.status, told["code"], journey.applied) == (400, 9, [])
        assert set(visit.sandbox.stats().answers) == {0, 9}


async def test_a_stray_answer_is_a_success_that_tells_of_another_journey() -> None:
    async with visiting(Config(journeys=9, faults={Fault.STRAY: 1.0})) as visit:
        journey = visit.journeys[0]
        said = await visit.act("pause", journey.uuid)
        told = said.json["info"]
        other = visit.sandbox.world.journeys[told["uuid"]]
        assert other is not journey
        assert (said.status, told["title"], told["status"]) == (200, other.title, "STATUS_PAUSED")
        assert (journey.applied, journey.faults) == (["pause"], ["stray"])
        assert (other.applied, other.status, other.requests) == ([], Status.RUNNING, 0)
        assert (visit.sandbox.stats().faults, visit.sandbox.stats().answers) == ({"stray": 1}, {0: 1})


async def test_a_hang_after_acting_is_counted_as_applied() -> None:
    async with visiting(certain(Fault.HANG)) as visit:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await visit.act("pause", visit.journeys[0].uuid)
        assert visit.journeys[0].applied == ["pause"]


@pytest.mark.parametrize("fault", [Fault.ERROR, Fault.RESET, Fault.CUT, Fault.STRAY])
async def test_an_illegal_action_stays_undone_when_its_answer_is_lost(fault: Fault) -> None:
    config = Config(journeys=1, mix={Status.FINISHED: 1}, faults={fault: 1.0})
    async with visiting(config) as visit:
        await attempt(visit, visit.journeys[0].uuid)
        assert visit.journeys[0].applied == []
        assert visit.journeys[0].status is Status.FINISHED


async def test_a_campaign_plays_the_same_whatever_the_order_of_the_requests() -> None:
    faults: dict[Fault, float] = {fault: 0.03 for fault in Fault if fault is not Fault.HANG}

    async def campaign(*, backwards: bool) -> list[tuple[list[str], int]]:
        config = Config(journeys=60, faults=faults, latency=Latency(0.0, 0.002 * backwards))
        async with visiting(config) as visit:
            uuids = [one.uuid for one in visit.journeys]
            for _ in range(3):
                await asyncio.gather(*(attempt(visit, uuid) for uuid in uuids))
                uuids.reverse()
            # Which connection a request takes is its caller's choice, and so is whether something is left over there.
            return [([*filter(DISPLACED.__ne__, one.faults)], one.requests) for one in visit.journeys]

    assert await campaign(backwards=False) == await campaign(backwards=True)


async def attempt(visit: Visit, uuid: str) -> None:
    with suppress(*LOST):
        await visit.act("pause", uuid)
