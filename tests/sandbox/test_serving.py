"""Laws of the sandbox as a server: it tells the truth, it counts, and it ends at once."""

import asyncio
import signal
import subprocess
import sys
import time
from pathlib import Path

import aiohttp
import msgspec
import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import Journey
from bulk_journeys.sandbox.limits import Rate
from bulk_journeys.sandbox.population import populate
from bulk_journeys.sandbox.server import serving
from tests.sandbox.visit import AUTHORISED, GATEWAY, Visit, visiting

RUN = """
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.server import run
run(Config(journeys=1, faults={Fault.HANG: 1.0}), on_ready=lambda url: print(url, flush=True))
"""


async def under_way(visit: Visit, count: int) -> None:
    """Wait until *count* requests have been admitted."""
    async with asyncio.timeout(2):
        while sum(one.admitted for one in visit.journeys) < count:  # noqa: ASYNC110  a journey rings no bell
            await asyncio.sleep(0.001)


async def test_the_truth_is_one_line_for_each_journey_in_seeded_order() -> None:
    async with visiting(Config(journeys=1200)) as visit:
        await visit.act("pause", visit.journeys[3].uuid)
        lines = (await visit.get("/sandbox/truth")).body.splitlines()
        truths = [msgspec.json.decode(line) for line in lines]
        assert [truth["uuid"] for truth in truths] == list(visit.sandbox.world.journeys)
        assert truths[3] == {
            "uuid": visit.journeys[3].uuid,
            "title": visit.journeys[3].title,
            "first_status": "STATUS_RUNNING",
            "status": "STATUS_PAUSED",
            "requests": 1,
            "refused": 0,
            "unheard": 0,
            "applied": ["pause"],
            "faults": [],
            "forbidden": False,
        }


async def test_the_totals_count_requests_answers_and_faults() -> None:
    async with visiting(Config(journeys=4)) as visit:
        for journey in [*visit.journeys, visit.journeys[0]]:
            await visit.act("pause", journey.uuid)
        stats = (await visit.get("/sandbox/stats")).json
        first_at, last_admitted_at = stats.pop("first_at"), stats.pop("last_admitted_at")
        assert 0 <= first_at < last_admitted_at
        assert stats == {
            "requests": 5,
            "faults": {},
            "answers": {"0": 4, "9": 1},
            "most_at_once": 1,
            "admitted": 5,
            "refused": {},
            "outage": 0,
        }
    async with visiting(Config(journeys=1, faults={Fault.DOWN: 1.0})) as visit:
        await visit.act("pause", visit.journeys[0].uuid)
        assert visit.sandbox.stats().faults == {"down": 1}
        assert visit.sandbox.stats().answers == {14: 1}


async def test_seconds_and_totals_count_what_was_admitted_and_what_was_refused() -> None:
    async with visiting(Config(journeys=1, rate=Rate(2, 3600))) as visit:
        stats = (await visit.get("/sandbox/stats")).json
        assert (stats["first_at"], stats["last_admitted_at"]) == (None, None)
        assert (await visit.get("/sandbox/seconds")).body == b""
        for _ in range(5):
            await visit.act("pause", visit.journeys[0].uuid)
        said = await visit.get("/sandbox/seconds")
        lines = [msgspec.json.decode(line) for line in said.body.splitlines()]
        assert lines[0] | {"second": 0} == lines[0]
        assert (sum(one["admitted"] for one in lines), sum(one["refused"] for one in lines)) == (2, 3)
        assert visit.sandbox.stats().refused == {"rate": 3}


async def test_requests_above_the_concurrency_are_refused_at_once_and_the_others_succeed() -> None:
    async with visiting(Config(journeys=8, concurrency=3, latency=Latency(0.05, 0.05))) as visit:
        said = await asyncio.gather(*(visit.act("pause", one.uuid) for one in visit.journeys))
        assert sorted(one.status for one in said) == [200] * 3 + [503] * 5
        refused = next(one for one in said if one.status == 503)
        assert refused.json["code"] == 8
        assert "Retry-After" not in refused.headers
        assert visit.sandbox.stats().most_at_once == 3


async def test_a_caller_who_goes_away_gives_back_the_place_of_a_hanging_request() -> None:
    config = Config(journeys=2, faults={Fault.HANG: 1.0}, concurrency=1)
    async with visiting(config) as visit:
        one, other = visit.journeys
        hanging = asyncio.create_task(visit.act("pause", one.uuid))
        await under_way(visit, 1)
        assert (await visit.act("pause", other.uuid)).verdict == (503, 8)
        hanging.cancel()
        async with asyncio.timeout(2):
            while not other.admitted:
                await asyncio.wait([asyncio.create_task(visit.act("pause", other.uuid))], timeout=0.05)


async def test_an_action_is_done_although_its_caller_left_before_the_answer() -> None:
    async with visiting(Config(journeys=1, latency=Latency(5, 5))) as visit:
        call = asyncio.create_task(visit.act("pause", visit.journeys[0].uuid))
        await under_way(visit, 1)
        call.cancel()
        assert visit.journeys[0].applied == ["pause"]


async def test_hanging_requests_do_not_hold_up_the_end() -> None:
    config = Config(journeys=20, faults={Fault.HANG: 1.0})
    async with aiohttp.ClientSession() as session:
        async with serving(config) as sandbox:
            visit = Visit(sandbox, session)
            calls = [asyncio.create_task(hang(sandbox.base_url, session, one)) for one in visit.journeys]
            await under_way(visit, 20)
            before = time.monotonic()
        assert time.monotonic() - before < 1
        assert await asyncio.gather(*calls) == ["lost"] * 20


async def hang(base_url: str, session: aiohttp.ClientSession, journey: Journey) -> str:
    try:
        await session.post(f"{base_url}{GATEWAY}pause", json={"uuid": journey.uuid}, headers=AUTHORISED)
    except aiohttp.ClientConnectionError:
        return "lost"
    return "answered"


async def test_a_port_that_is_taken_is_refused_with_advice() -> None:
    async with serving(Config(journeys=1)) as sandbox:
        port = int(sandbox.base_url.rpartition(":")[2])
        with pytest.raises(UsageError, match="cannot be used; choose another, or 0 for any free one"):
            async with serving(Config(journeys=1, port=port)):
                pass


async def test_the_list_is_on_disk_before_the_first_request(tmp_path: Path) -> None:
    async with serving(Config(journeys=3, export=tmp_path / "journeys.csv")):
        assert len((tmp_path / "journeys.csv").read_text(encoding="utf-8").splitlines()) == 4


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_ends_the_sandbox_at_once_and_without_a_word(ending: signal.Signals) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", "-c", RUN),
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    base_url = (await process.stdout.readline()).decode().strip()
    (journey,) = populate(Config(journeys=1)).journeys.values()
    async with aiohttp.ClientSession() as session:
        call = asyncio.create_task(hang(base_url, session, journey))
        async with asyncio.timeout(2):
            while (await (await session.get(f"{base_url}/sandbox/stats")).json())["requests"] == 0:
                pass
        process.send_signal(ending)
        async with asyncio.timeout(2):
            _, complaints = await process.communicate()
        assert (process.returncode, complaints) == (0, b"")
        assert await call == "lost"
