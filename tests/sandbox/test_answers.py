"""Laws of what comes over the wire when nothing is broken: every answer of the API's page, in both versions."""

import time
from random import Random

import pytest

from bulk_journeys.sandbox.answers import Code, Errors, Refusal, RetryHint, Wording
from bulk_journeys.sandbox.config import Config, Latency
from bulk_journeys.sandbox.limits import Quota
from tests.sandbox.visit import AUTHORISED, GATEWAY, visiting

UNKNOWN = "11111111-2222-4333-8444-555555555555"
BOTH = pytest.mark.parametrize("errors", Errors)


async def test_success_is_the_whole_journey_in_its_new_state() -> None:
    async with visiting(Config(journeys=1)) as visit:
        journey = visit.journeys[0]
        said = await visit.act("pause", journey.uuid)
        assert said.status == 200
        assert said.headers["Content-Type"] == "application/json"
        assert said.headers["Grpc-Metadata-Content-Type"] == "application/grpc"
        assert said.json["info"] | {"uuid": journey.uuid, "status": "STATUS_PAUSED"} == said.json["info"]
        assert said.json["comments"] == []
        assert journey.applied == ["pause"]


async def test_a_canvas_makes_the_answer_as_large_as_asked_for() -> None:
    async with visiting(Config(journeys=1, points=1000)) as visit:
        said = await visit.act("pause", visit.journeys[0].uuid)
        assert len(said.json["points"]) == 1000
        assert len(said.body) > 150_000


@BOTH
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Api wrong"}, {"Authorization": "Bearer sandbox"}])
async def test_a_missing_or_wrong_token_is_code_16_and_touches_nothing(errors: Errors, headers: dict[str, str]) -> None:
    async with visiting(Config(journeys=1, errors=errors)) as visit:
        said = await visit.post("pause", b'{"uuid": "%s"}' % visit.journeys[0].uuid.encode(), headers)
        assert said.verdict == (401, 16)
        assert ("WWW-Authenticate" in said.headers) is (errors is Errors.V2)
        assert visit.journeys[0].requests == 0


@BOTH
@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"{}", b'{"uuid": 1}', b'{"uuid": "x"}', b'{"uuid": "\xff"}', b"[" * 100_000],
)
async def test_a_bad_body_or_id_is_code_3(errors: Errors, body: bytes) -> None:
    async with visiting(Config(journeys=1, errors=errors)) as visit:
        assert (await visit.post("pause", body)).verdict == (400, 3)


@BOTH
async def test_an_unknown_journey_is_code_5_with_a_text_of_its_own(errors: Errors) -> None:
    async with visiting(Config(journeys=1, errors=errors)) as visit:
        said = await visit.act("pause", UNKNOWN)
        assert said.verdict == (404, 5)
        assert said.json["message"] == "journey not found"


@BOTH
async def test_an_illegal_transition_is_code_9_with_status_400(errors: Errors) -> None:
    async with visiting(Config(journeys=1, errors=errors)) as visit:
        said = await visit.act("start", visit.journeys[0].uuid)
        assert said.verdict == (400, 9)
        assert visit.journeys[0].applied == []


async def test_a_forbidden_journey_is_code_7() -> None:
    async with visiting(Config(journeys=1, forbidden=1)) as visit:
        assert (await visit.act("pause", visit.journeys[0].uuid)).verdict == (403, 7)


async def test_version_1_says_the_error_twice_in_chunks_and_without_details() -> None:
    async with visiting(Config(journeys=1, errors=Errors.V1)) as visit:
        said = await visit.act("pause", UNKNOWN)
        assert said.body == b'{"error":"journey not found","message":"journey not found","code":5}'
        assert said.headers["Transfer-Encoding"] == "chunked"


async def test_version_2_spaces_its_commas_now_and_then_and_always_as_the_seed_says() -> None:
    async def bodies() -> list[bytes]:
        async with visiting(Config(journeys=1)) as visit:
            return [(await visit.act("pause", UNKNOWN)).body for _ in range(20)]

    first = await bodies()
    assert set(first) == {
        b'{"code":5,"message":"journey not found","details":[]}',
        b'{"code":5, "message":"journey not found", "details":[]}',
    }
    assert await bodies() == first


@pytest.mark.parametrize("path", ["/", "/api/v3/journeygateway/resume", "/api/v3/journeygateway/pause/"])
async def test_an_unknown_path_is_text_in_version_1_and_json_in_version_2(path: str) -> None:
    async with visiting(Config(journeys=1, errors=Errors.V1)) as visit:
        said = await visit.get(path)
        assert (said.status, said.body) == (404, b"Not Found\n")
        assert said.headers["Content-Type"].startswith("text/plain")
    async with visiting(Config(journeys=1)) as visit:
        said = await visit.get(path)
        assert said.verdict == (404, 5)
        assert said.json == {"code": 5, "message": "Not Found", "details": []}


async def test_a_wrong_method_is_405_text_in_version_1_and_501_json_in_version_2() -> None:
    async with visiting(Config(journeys=1, errors=Errors.V1)) as visit:
        said = await visit.get(GATEWAY + "pause")
        assert (said.status, said.body) == (405, b"Method Not Allowed\n")
    async with visiting(Config(journeys=1)) as visit:
        assert (await visit.post("pause", b"", AUTHORISED, "PUT")).verdict == (501, 12)


async def test_an_answer_takes_as_long_as_the_latency_says() -> None:
    async with visiting(Config(journeys=1, latency=Latency(0.05, 0.06))) as visit:
        before = time.monotonic()
        assert (await visit.act("pause", visit.journeys[0].uuid)).status == 200
        assert time.monotonic() - before >= 0.04  # a loop's clock may be a little coarse


@pytest.mark.parametrize(
    ("wait", "date"),
    [
        (1.2, "Thu, 01 Jan 1970 00:00:02 GMT"),
        (3.6e12, "Sun, 09 Sep 2001 01:46:41 GMT"),  # as far off as a date is told, a billion seconds
    ],
)
def test_a_date_is_rounded_up_and_can_always_be_written(wait: float, date: str) -> None:
    wording = Wording(Errors.V2, RetryHint.DATE, Random(7), clock=lambda: 0.5)
    assert wording.refusal(Refusal(Code.RESOURCE_EXHAUSTED, "slow down", wait)).headers["Retry-After"] == date


def test_a_quota_is_told_in_whole_seconds_rounded_up_and_by_one_hint_alone() -> None:
    quota = Quota(size=50, window=0.9, left=3, more_in=0.02)
    told = {hint: Wording(Errors.V2, hint, Random(7), clock=lambda: 0.0).quota(quota) for hint in RetryHint}
    assert told.pop(RetryHint.RATELIMIT) == {
        "RateLimit-Policy": '"default";q=50;w=1',
        "RateLimit": '"default";r=3;t=1',
    }
    assert not any(told.values())
