"""Laws of the limits as callers meet them: what is refused, how it looks, and what is told of it."""

import asyncio
import re
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import aiohttp
import pytest

from bulk_journeys.sandbox.answers import Errors, RetryHint
from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.limits import LimiterKind, Rate, RateChange
from tests.sandbox.visit import Said, Visit, visiting

BOTH = pytest.mark.parametrize("errors", Errors)


async def pause(visit: Visit, times: int) -> list[Said]:
    return [await visit.act("pause", visit.journeys[0].uuid) for _ in range(times)]


def delays(said: Said) -> list[str]:
    return [one["retryDelay"] for one in said.json.get("details", [])]


@BOTH
@pytest.mark.parametrize("kind", LimiterKind)
async def test_every_limiter_refuses_the_excess_and_the_journey_sees_none_of_it(
    kind: LimiterKind, errors: Errors
) -> None:
    async with visiting(Config(journeys=5, rate=Rate(3, 60), limiter=kind, errors=errors)) as visit:
        said = [await visit.act("pause", one.uuid) for one in visit.journeys]
        assert [one.status for one in said] == [200, 200, 200, 429, 429]
        assert said[-1].verdict == (429, 8)
        last = visit.journeys[-1]
        assert (last.requests, last.refused, last.admitted, last.applied) == (1, 1, 0, [])


@pytest.mark.parametrize("kind", LimiterKind)
async def test_every_limiter_lets_through_again_and_a_refusal_costs_nothing(kind: LimiterKind) -> None:
    async with visiting(Config(journeys=4, rate=Rate(1, 0.01), limiter=kind)) as visit:
        for journey in visit.journeys:
            while (await visit.act("pause", journey.uuid)).status == 429:
                pass
        assert all(one.applied == ["pause"] for one in visit.journeys)


async def test_a_burst_is_what_is_taken_at_once() -> None:
    async with visiting(Config(journeys=1, rate=Rate(60, 60), burst=2)) as visit:
        assert [one.status for one in await pause(visit, 4)] == [200, 400, 429, 429]


async def test_a_rate_changes_while_requests_come_in() -> None:
    config = Config(journeys=1, rate_changes=(RateChange(0.05, Rate(1, 60)),))
    async with visiting(config) as visit:
        async with asyncio.timeout(5):
            while (await pause(visit, 1))[0].status != 429:
                pass
        assert visit.sandbox.stats().refused == {"rate": 1}


@pytest.mark.parametrize(
    ("hint", "header", "details"),
    [
        (RetryHint.NONE, None, []),
        (RetryHint.HEADER, "3", []),
        (RetryHint.DETAILS, None, ["2.500s"]),
        (RetryHint.BOTH, "3", ["2.500s"]),
        (RetryHint.RATELIMIT, None, []),
    ],
)
@BOTH
async def test_a_rate_says_how_long_to_wait_where_it_is_told_to(
    errors: Errors, hint: RetryHint, header: str | None, details: list[str]
) -> None:
    async with visiting(
        Config(journeys=1, rate=Rate(2, 60), retry_hint=hint, hint_seconds=2.5, errors=errors)
    ) as visit:
        *_, said = await pause(visit, 3)
        assert said.verdict == (429, 8)
        assert said.headers.get("Retry-After") == header
        assert delays(said) == details
        assert ("RateLimit" in said.headers) is (hint is RetryHint.RATELIMIT)


async def test_a_date_is_that_of_the_end_of_the_wait_and_looks_like_dates_of_http() -> None:
    config = Config(journeys=1, rate=Rate(1, 60), retry_hint=RetryHint.DATE, hint_seconds=3600)
    async with visiting(config) as visit:
        *_, said = await pause(visit, 2)
        until, now = (parsedate_to_datetime(said.headers[name]) for name in ("Retry-After", "Date"))
        assert said.headers["Retry-After"].endswith(" GMT")
        assert 3600 <= (until - now).total_seconds() <= 3602  # both are whole seconds, one up and one down


@pytest.mark.parametrize(("kind", "seconds"), [("bucket", 1800), ("sliding", 3600), ("fixed", 3600)])
async def test_what_is_left_is_told_with_successes_and_refusals_alike(kind: str, seconds: int) -> None:
    config = Config(journeys=3, rate=Rate(2, 3600), limiter=LimiterKind(kind), retry_hint=RetryHint.RATELIMIT)
    async with visiting(config) as visit:
        said = [await visit.act("pause", one.uuid) for one in visit.journeys]
        assert [one.status for one in said] == [200, 200, 429]
        assert [one.headers["RateLimit-Policy"] for one in said] == ['"default";q=2;w=3600'] * 3
        told = [re.fullmatch(r'"default";r=(\d);t=(\d+)', one.headers["RateLimit"]) for one in said]
        assert [one[1] for one in told if one] == ["1", "0", "0"]
        assert all(seconds - 60 < int(one[2]) <= seconds for one in told if one)  # a minute is time enough


async def test_answers_that_no_limit_has_seen_tell_nothing_of_it() -> None:
    async with visiting(Config(journeys=1, retry_hint=RetryHint.RATELIMIT)) as unlimited:
        assert "RateLimit" not in (await pause(unlimited, 1))[0].headers
    async with visiting(Config(journeys=1, rate=Rate(1, 1), retry_hint=RetryHint.RATELIMIT)) as visit:
        assert "RateLimit" not in (await visit.post("pause", b"{}", {})).headers


async def test_an_answer_that_a_fault_cuts_short_stays_cut_although_something_is_told() -> None:
    config = Config(journeys=1, rate=Rate(9, 1), retry_hint=RetryHint.RATELIMIT, faults={Fault.CUT: 1.0})
    async with visiting(config) as visit:
        with pytest.raises(aiohttp.ClientPayloadError):
            await pause(visit, 1)


async def crowded(visit: Visit) -> Said:
    said = await asyncio.gather(*(visit.act("pause", one.uuid) for one in visit.journeys))
    assert sorted(one.status == 200 for one in said) == [False, True]
    return next(one for one in said if one.status != 200)


@pytest.mark.parametrize("status", [503, 429])
@pytest.mark.parametrize("hint", RetryHint)
async def test_a_crowd_is_refused_with_its_status_and_no_time(status: int, hint: RetryHint) -> None:
    config = Config(
        journeys=2, concurrency=1, crowded_status=status, retry_hint=hint, hint_seconds=9, latency=Latency(0.05, 0.05)
    )
    async with visiting(config) as visit:
        said = await crowded(visit)
        assert said.verdict == (status, 8)
        assert "Retry-After" not in said.headers
        assert delays(said) == []
        assert visit.sandbox.stats().refused == {"concurrency": 1}


Hint = Callable[[Said], float]


@pytest.mark.parametrize(
    ("hint", "read"),
    [
        (RetryHint.HEADER, lambda said: float(said.headers["Retry-After"])),
        (RetryHint.DETAILS, lambda said: float(delays(said)[0].removesuffix("s"))),
        (RetryHint.RATELIMIT, lambda said: float(said.headers["RateLimit"].rpartition("=")[2])),
    ],
)
async def test_whoever_waits_as_long_as_the_hint_says_is_taken(hint: RetryHint, read: Hint) -> None:
    async with visiting(Config(journeys=1, rate=Rate(1, 0.2), retry_hint=hint)) as visit:
        *_, said = await pause(visit, 2)
        assert said.status == 429
        await asyncio.sleep(read(said))
        assert (await pause(visit, 1))[0].status == 400  # it is paused by now
