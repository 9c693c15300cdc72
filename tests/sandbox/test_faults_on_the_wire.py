"""Laws of the faults as a caller meets them, compared with what really happened to the journey."""

import asyncio
from contextlib import suppress

import aiohttp
import pytest

from bulk_journeys.sandbox import Config, Fault, Latency, Status
from tests.sandbox.visit import Visit, visiting

LOST = (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError)


def certain(fault: Fault, hang: float = 3600.0) -> Config:
    return Config(journeys=1, faults={fault: 1.0}, hang=hang)


@pytest.mark.parametrize(
    ("fault", "verdict", "applied"),
    [
        (Fault.REFUSE, (503, 8), []),
        (Fault.DOWN, (503, 14), []),
        (Fault.ERROR, (500, 13), ["pause"]),
        (Fault.TIMEOUT, (504, 4), ["pause"]),
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
    faults: dict[Fault, float] = {fault: 0.05 for fault in Fault if fault is not Fault.HANG}

    async def campaign(*, backwards: bool) -> list[tuple[list[str], int]]:
        config = Config(journeys=60, faults=faults, latency=Latency(0.0, 0.002 * backwards))
        async with visiting(config) as visit:
            uuids = [one.uuid for one in visit.journeys]
            for _ in range(3):
                await asyncio.gather(*(attempt(visit, uuid) for uuid in uuids))
                uuids.reverse()
            return [(one.faults, one.requests) for one in visit.journeys]

    assert await campaign(backwards=False) == await campaign(backwards=True)


async def attempt(visit: Visit, uuid: str) -> None:
    with suppress(*LOST):
        await visit.act("pause", uuid)
