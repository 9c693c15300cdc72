"""Laws of trouble as callers meet it: an outage changes nothing, a revoked token comes back, idle lines are cut."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from errno import ECONNRESET

import aiohttp
import pytest

from bulk_journeys.sandbox.answers import Errors
from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.limits import Rate
from bulk_journeys.sandbox.outages import Outage, OutageKind
from tests.sandbox.visit import AUTHORISED, GATEWAY, Visit, visiting

OUTAGE = Outage(after=10, seconds=30)


@dataclass
class Clock:
    """A clock that is set by hand."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


async def lost(visit: Visit, uuid: str) -> bool:
    """Ask for a pause, and return whether the connection was reset."""
    try:
        await visit.act("pause", uuid)
    except aiohttp.ClientOSError as error:
        return error.errno == ECONNRESET
    return False


async def restore(visit: Visit) -> int:
    async with visit.session.post("/sandbox/restore") as response:
        return response.status


async def test_an_outage_resets_open_and_new_connections_and_carries_nothing_out() -> None:
    clock = Clock()
    async with visiting(Config(journeys=4, outages=(OUTAGE,)), clock) as visit:
        first, *others = visit.journeys
        assert not await lost(visit, first.uuid)
        clock.now = 10  # the connection of the first request is still open
        assert await asyncio.gather(*(lost(visit, one.uuid) for one in others)) == [True] * 3
        clock.now = 39.9
        assert await lost(visit, others[0].uuid)
        assert [one.applied for one in visit.journeys] == [["pause"], [], [], []]
        clock.now = 40
        assert await asyncio.gather(*(lost(visit, one.uuid) for one in others)) == [False] * 3
        assert all(one.applied == ["pause"] for one in visit.journeys)


async def test_an_outage_may_be_the_page_of_a_proxy_in_front() -> None:
    config = Config(journeys=1, outages=(Outage(0, 9),), outage_kind=OutageKind.PAGE)
    async with visiting(config, Clock()) as visit:
        said = await visit.act("pause", visit.journeys[0].uuid)
        assert (said.status, said.headers["Content-Type"]) == (502, "text/html")
        assert said.body.startswith(b"<html>")
        assert visit.journeys[0].applied == []


async def test_in_an_outage_the_truth_is_told_and_what_was_swallowed_is_counted() -> None:
    clock = Clock()
    async with visiting(Config(journeys=1, outages=(OUTAGE,)), clock) as visit:
        journey = visit.journeys[0]
        await visit.act("pause", journey.uuid)
        clock.now = 11
        assert [await lost(visit, journey.uuid) for _ in range(3)] == [True] * 3
        assert (journey.requests, journey.unheard, journey.admitted) == (4, 3, 1)
        assert (await visit.get("/sandbox/truth")).json["faults"] == ["outage"] * 3
        stats = (await visit.get("/sandbox/stats")).json
        assert (stats["requests"], stats["admitted"], stats["outage"]) == (4, 1, 3)
        assert (stats["faults"], stats["answers"]) == ({}, {"0": 1})


async def test_an_outage_swallows_whatever_is_not_the_sandboxs_own_and_no_journey_remembers_strangers() -> None:
    async with visiting(Config(journeys=1, outages=(Outage(0, 9),)), Clock()) as visit:
        body = b'{"uuid": "%s"}' % visit.journeys[0].uuid.encode()
        for path, headers in (("/", AUTHORISED), (GATEWAY + "resume", AUTHORISED), (GATEWAY + "pause", {})):
            with pytest.raises(aiohttp.ClientConnectionError):
                await visit.session.post(path, data=body if not headers else b"", headers=headers)
        assert (visit.sandbox.stats().requests, visit.sandbox.stats().outage) == (1, 3)
        assert (visit.journeys[0].requests, visit.journeys[0].faults) == (0, [])


async def test_an_outage_from_the_beginning_swallows_the_first_request_and_is_counted_from_it() -> None:
    clock = Clock(100)
    async with visiting(Config(journeys=1, outages=(Outage(0, 5),)), clock) as visit:
        clock.now = 107
        assert await lost(visit, visit.journeys[0].uuid)
        clock.now = 111.9
        assert await lost(visit, visit.journeys[0].uuid)
        clock.now = 112
        assert not await lost(visit, visit.journeys[0].uuid)
        assert visit.sandbox.stats().first_at == 7


async def test_an_answer_that_is_under_way_when_an_outage_begins_still_leaves() -> None:
    clock = Clock()
    config = Config(journeys=1, outages=(OUTAGE,), latency=Latency(0.05, 0.05))
    async with visiting(config, clock) as visit:
        call = asyncio.create_task(visit.act("pause", visit.journeys[0].uuid))
        async with asyncio.timeout(2):
            while not visit.journeys[0].applied:  # noqa: ASYNC110  a journey rings no bell
                await asyncio.sleep(0.001)
        clock.now = 10
        assert (await call).status == 200


async def test_what_an_outage_swallows_costs_the_rate_nothing() -> None:
    clock = Clock()
    async with visiting(Config(journeys=1, outages=(Outage(1, 1),), rate=Rate(2, 3600)), clock) as visit:
        uuid = visit.journeys[0].uuid
        assert (await visit.act("pause", uuid)).status == 200
        clock.now = 1
        assert [await lost(visit, uuid) for _ in range(3)] == [True] * 3
        clock.now = 2
        assert [(await visit.act("pause", uuid)).status for _ in range(2)] == [400, 429]


async def test_an_outage_does_not_change_which_faults_come_afterwards() -> None:
    faults = {Fault.DOWN: 0.4, Fault.ERROR: 0.4}

    async def campaign(*outages: Outage) -> list[list[str]]:
        clock = Clock()
        async with visiting(Config(journeys=30, faults=faults, outages=outages), clock) as visit:
            for clock.now in (0, 1, 2, 3):
                await asyncio.gather(*(lost(visit, one.uuid) for one in visit.journeys))
            return [[fault for fault in one.faults if fault != "outage"] for one in visit.journeys]

    calm, stormy = await campaign(), await campaign(Outage(1, 2))
    assert any(calm)
    assert all(longer[: len(shorter)] == shorter for longer, shorter in zip(calm, stormy, strict=True))


@pytest.mark.parametrize("errors", Errors)
async def test_a_token_is_refused_after_so_many_requests_until_it_is_restored(errors: Errors) -> None:
    async with visiting(Config(journeys=5, revoke_after=2, errors=errors)) as visit:
        first, second, third, fourth, fifth = (one.uuid for one in visit.journeys)
        assert [(await visit.act("pause", one)).status for one in (first, second)] == [200, 200]
        assert [(await visit.act("pause", one)).verdict for one in (third, fourth)] == [(401, 16)] * 2
        assert [one.requests for one in visit.journeys] == [1, 1, 0, 0, 0]
        assert await restore(visit) == 204
        assert [(await visit.act("pause", one)).status for one in (third, fourth, fifth)] == [200] * 3
        assert visit.sandbox.stats().answers == {0: 5, 16: 2}


async def test_restoring_ends_an_outage_and_has_to_be_asked_for_with_a_post() -> None:
    async with visiting(Config(journeys=1, outages=(Outage(0, 3600),)), Clock()) as visit:
        assert (await visit.get("/sandbox/restore")).status == 501
        assert await lost(visit, visit.journeys[0].uuid)
        assert await restore(visit) == 204
        assert not await lost(visit, visit.journeys[0].uuid)


@pytest.mark.parametrize("first", ["", "GET /sandbox/stats HTTP/1.1\r\nHost: sandbox\r\n\r\n"], ids=["new", "used"])
async def test_an_idle_connection_is_closed_and_a_request_that_comes_too_late_is_not_carried_out(first: str) -> None:
    async with visiting(Config(journeys=1, idle_close=0.05)) as visit:
        uuid, port = visit.journeys[0].uuid, int(visit.sandbox.base_url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(first.encode())
        async with asyncio.timeout(5):
            assert (await reader.read()).count(b"200 OK") == bool(first)  # it reads until the server closes
        head = f"POST {GATEWAY}pause HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Api sandbox\r\nContent-Length: 48\r\n"
        writer.write(f'{head}\r\n{{"uuid": "{uuid}"}}'.encode())
        assert (await visit.get("/sandbox/stats")).json["requests"] == 0
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_a_connection_with_a_request_under_way_is_not_idle() -> None:
    config = Config(journeys=1, idle_close=0.02, latency=Latency(0.1, 0.1))
    async with visiting(config) as visit:
        assert (await visit.act("pause", visit.journeys[0].uuid)).status == 200
