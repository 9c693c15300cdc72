"""Laws of firewalls: a page in the API's place tells nothing of whether the call was carried out."""

from collections import defaultdict

import aiohttp
import pytest

from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import Status
from bulk_journeys.sandbox.limits import Rate
from bulk_journeys.sandbox.outages import PAGES, Firewall, FirewallKind, Outage
from tests.sandbox.visit import AUTHORISED, GATEWAY, Said, visiting

ALWAYS = Firewall(0, 3600)


def shown(said: Said) -> tuple[int, str, bytes]:
    return said.status, said.headers["Content-Type"], said.body


def shows(kind: FirewallKind) -> tuple[int, str, bytes]:
    page = PAGES[kind]
    return page.status, page.headers["Content-Type"], page.body


def test_each_page_is_named_by_its_status_and_passes_for_no_answer_of_the_api() -> None:
    assert set(PAGES) == set(FirewallKind)
    for kind, page in PAGES.items():
        assert kind.endswith(str(page.status)) or kind is FirewallKind.PLAIN1015
        assert b"details" not in page.body
        assert b"info" not in page.body
    assert len({shows(kind) for kind in PAGES}) == len(PAGES)


async def test_a_request_meets_each_page_and_may_have_been_carried_out() -> None:
    applied = defaultdict[tuple[int, str, bytes], set[int]](set)
    async with visiting(Config(journeys=400, faults={Fault.FIREWALL: 1.0})) as visit:
        for journey in visit.journeys:
            applied[shown(await visit.act("pause", journey.uuid))].add(len(journey.applied))
            assert journey.faults == ["firewall"]
        assert (visit.sandbox.stats().answers, visit.sandbox.stats().faults) == ({}, {"firewall": 400})
    assert applied == {shows(kind): {0, 1} for kind in FirewallKind}


@pytest.mark.parametrize("kind", FirewallKind)
async def test_a_firewall_of_the_whole_service_has_one_page_for_all(kind: FirewallKind) -> None:
    async with visiting(Config(journeys=20, firewalls=(ALWAYS,), firewall_kind=kind)) as visit:
        for journey in visit.journeys:
            assert shown(await visit.act("pause", journey.uuid)) == shows(kind)
            assert (journey.requests, journey.unheard, journey.admitted, journey.faults) == (1, 1, 0, ["firewall"])
        assert {len(one.applied) for one in visit.journeys} == {0, 1}
        stats = visit.sandbox.stats()
        assert (stats.requests, stats.faults, stats.admitted, stats.outage) == (20, {"firewall": 20}, 0, 0)


async def test_the_seed_chooses_the_page_where_nobody_does() -> None:
    pages = set()
    for seed in range(12):
        async with visiting(Config(journeys=2, seed=seed, firewalls=(ALWAYS,))) as visit:
            said = {shown(await visit.act("pause", journey.uuid)) for journey in visit.journeys}
            assert len(said) == 1
            pages |= said
    assert len(pages) > 3


async def test_a_firewall_ends_and_what_it_let_through_stays_done() -> None:
    now = [0.0]
    async with visiting(Config(journeys=30, firewalls=(Firewall(10, 30),)), lambda: now[0]) as visit:
        first, *others = visit.journeys
        assert (await visit.act("pause", first.uuid)).status == 200
        now[0] = 10.0
        for journey in others:
            await visit.act("pause", journey.uuid)
        done = [one for one in others if one.applied]
        assert 5 < len(done) < 24
        now[0] = 40.0
        for journey in others:
            assert (await visit.act("pause", journey.uuid)).status == (400 if journey in done else 200)
        assert all(one.applied == ["pause"] for one in visit.journeys)


async def test_the_same_journeys_are_changed_whenever_the_firewall_is_met() -> None:
    async def campaign(*, backwards: bool) -> list[bool]:
        async with visiting(Config(journeys=30, firewalls=(ALWAYS,))) as visit:
            for journey in sorted(visit.journeys, key=lambda one: one.uuid, reverse=backwards):
                await visit.act("pause", journey.uuid)
            return [bool(one.applied) for one in visit.journeys]

    assert await campaign(backwards=False) == await campaign(backwards=True)


async def test_a_firewall_lets_nothing_through_that_the_api_would_not_do() -> None:
    config = Config(journeys=30, mix={Status.FINISHED: 1}, firewalls=(ALWAYS,), firewall_kind=FirewallKind.HTML403)
    async with visiting(config) as visit:
        for journey in visit.journeys:
            body = b'{"uuid": "%s"}' % journey.uuid.encode()
            for path, headers, method in (
                ("pause", AUTHORISED, "POST"),
                ("draft", {}, "POST"),
                ("archive", {}, "POST"),
                ("archive", AUTHORISED, "PUT"),
                ("resume", AUTHORISED, "POST"),
            ):
                assert (await visit.post(path, body, headers, method)).status == 403
        async with visit.session.get("/") as response:
            assert response.status == 403
        assert all(one.applied == [] for one in visit.journeys)


async def test_a_token_that_is_revoked_is_no_good_behind_a_firewall() -> None:
    async with visiting(Config(journeys=20, firewalls=(ALWAYS,), revoke_after=0)) as visit:
        for journey in visit.journeys:
            await visit.act("pause", journey.uuid)
        assert all(one.applied == [] and one.requests == 0 for one in visit.journeys)


async def test_what_meets_a_firewall_costs_the_rate_nothing_and_an_outage_goes_before_it() -> None:
    now = [0.0]
    config = Config(journeys=1, firewalls=(Firewall(0, 2),), outages=(Outage(1, 1),), rate=Rate(1, 3600))
    async with visiting(config, lambda: now[0]) as visit:
        uuid = visit.journeys[0].uuid
        assert (await visit.act("pause", uuid)).body == (await visit.act("pause", uuid)).body
        now[0] = 1.0
        with pytest.raises(aiohttp.ClientConnectionError):
            await visit.act("pause", uuid)
        assert visit.sandbox.stats().outage == 1
        now[0] = 2.0
        assert (await visit.act("pause", uuid)).status in {200, 400}
        assert (await visit.act("pause", uuid)).status == 429


async def test_restoring_ends_a_firewall() -> None:
    async with visiting(Config(journeys=1, firewalls=(ALWAYS,), firewall_kind=FirewallKind.HTML451)) as visit:
        async with visit.session.post(f"{GATEWAY}pause", json={}) as response:
            assert response.status == 451
        async with visit.session.post("/sandbox/restore") as response:
            assert response.status == 204
        assert (await visit.act("pause", visit.journeys[0].uuid)).status == 200
