"""Laws of the sandbox's flags: each does what its name says, and a wrong one ends in one line of advice."""

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bulk_journeys.cli import main
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.faults import COMMON, Fault
from bulk_journeys.sandbox.journeys import Journey
from bulk_journeys.sandbox.population import populate

TOKEN = "canary-5f1d"
LIMITS = ("--rate", "1/h", "--rate", "2/h@9h", "--limiter", "fixed", "--retry-hint", "both", "--hint-seconds", "7")
OTHERS = ("--concurrency", "9", "--crowded-status", "429", "--hang", "2", "--points", "3", "--token", TOKEN)


@asynccontextmanager
async def process(*flags: str) -> AsyncIterator[str]:
    """Run the sandbox as a program until the block ends; yield its base URL."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bulk_journeys", "sandbox", "--journeys", "2", *flags),
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert program.stdout is not None
    try:
        yield (await program.stdout.readline()).decode().strip()
    finally:
        program.terminate()
        await program.communicate()


def a_journey() -> Journey:
    return next(iter(populate(Config(journeys=2)).journeys.values()))


async def test_the_flags_of_the_limits_and_of_the_answers_hold() -> None:
    async with process(*LIMITS, *OTHERS) as base_url, aiohttp.ClientSession(base_url) as session:
        path, body = "/api/v3/journeygateway/pause", {"uuid": a_journey().uuid}
        async with session.post(path, json=body, headers={"Authorization": "Api sandbox"}) as answer:
            assert answer.status == 401
        authorised = {"Authorization": f"Api {TOKEN}"}
        async with session.post(path, json=body, headers=authorised) as answer:
            assert len((await answer.json())["points"]) == 3
        async with session.post(path, json=body, headers=authorised) as answer:
            assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
            assert (await answer.json())["details"][0]["retryDelay"] == "7.000s"


async def test_the_flags_of_trouble_hold_until_it_is_restored() -> None:
    trouble = ("--outage", "1h@0s", "--outage-kind", "502", "--revoke-after", "1", "--idle-close", "60")
    async with process(*trouble) as base_url, aiohttp.ClientSession(base_url) as session:
        path, body, headers = (
            "/api/v3/journeygateway/pause",
            {"uuid": a_journey().uuid},
            {"Authorization": "Api sandbox"},
        )
        async with session.post(path, json=body, headers=headers) as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")
        async with session.post("/sandbox/restore") as answer:
            assert answer.status == 204
        async with session.post(path, json=body, headers=headers) as answer:
            assert answer.status == 200


async def test_the_flags_of_a_firewall_hold_until_it_is_restored() -> None:
    flags = ("--firewall", "1h@0s", "--firewall-kind", "coded403")
    async with process(*flags) as base_url, aiohttp.ClientSession(base_url) as session:
        async with session.post("/api/v3/journeygateway/pause", json={}) as answer:
            assert (answer.status, await answer.json()) == (403, {"code": 403, "message": "Forbidden"})
        async with session.post("/sandbox/restore") as answer:
            assert answer.status == 204
        async with session.post("/api/v3/journeygateway/pause", json={}) as answer:
            assert answer.status == 401


def test_the_help_names_each_kind_of_fault_and_what_any_is(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bulk-journeys", "sandbox", "--help"])
    with pytest.raises(SystemExit):
        main()
    told = " ".join(capsys.readouterr().out.partition("--fault ")[2].partition("--rate")[0].split())
    kinds, _, mixture = told.partition(" any is an even mixture of ")
    assert set(re.findall(r"[a-z_]+", kinds)) >= set(Fault)
    assert set(re.findall(r"[a-z_]+", mixture)) == {*COMMON, "and"}


@pytest.mark.parametrize(
    ("flags", "advice"),
    [
        (("--rate", "5/s", "--rate", "6/s"), "say when another begins, as in '25/s@30s'"),
        (("--rate", "5/s@0s"), "give times above 0"),
        (("--limiter", "leaky"), "choose among bucket, sliding, fixed"),
        (("--limiter", "fixed", "--burst", "1"), "leave it out, or the limiter 'fixed'"),
        (("--retry-hint", "loud"), "choose among none, header"),
        (("--hint-seconds", "-1"), "give seconds from 0 to a billion"),
        (("--crowded-status", "500"), "give 429 or 503"),
        (("--hang", "0"), "give seconds above 0"),
        (("--outage", "30s"), "write it like '30s@10s'"),
        (("--outage", "0s@5s"), "give a length above 0"),
        (("--outage-kind", "hang"), "choose among reset, 502"),
        (("--firewall", "30s"), "write it like '30s@10s'"),
        (("--firewall-kind", "html404"), "choose among html403"),
        (("--idle-close", "0"), "give seconds above 0"),
        (("--fault", "stary=0.1"), "choose among refuse, drop"),
        (("--token", "s3cret word"), "give ASCII without blanks"),
    ],
)
def test_a_flag_that_cannot_be_is_refused_in_one_line(
    flags: tuple[str, ...], advice: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["bulk-journeys", "sandbox", *flags])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out, len(err.splitlines())) == (2, "", 1)
    assert advice in err
    assert "s3cret" not in err
