"""Laws of the list of statuses: it tells each journey's present status, so that two moments can be compared."""

import asyncio

import pytest

from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import Status
from bulk_journeys.sandbox.statuses import main
from tests.sandbox.visit import visiting


async def test_each_journey_has_one_line_in_the_sandbox_s_order(capsys: pytest.CaptureFixture[str]) -> None:
    async with visiting(Config(journeys=3, mix={Status.RUNNING: 1})) as visit:
        await visit.act("pause", visit.journeys[1].uuid)
        first, second, third = (journey.uuid for journey in visit.journeys)
        assert await asyncio.to_thread(main, [visit.sandbox.base_url]) == 0
    assert capsys.readouterr().out == (f"{first} STATUS_RUNNING\n{second} STATUS_PAUSED\n{third} STATUS_RUNNING\n")


async def test_only_the_line_of_a_changed_journey_changes(capsys: pytest.CaptureFixture[str]) -> None:
    async with visiting(Config(journeys=20, mix={Status.RUNNING: 1, Status.PAUSED: 1, Status.DRAFT: 1})) as visit:
        await asyncio.to_thread(main, [visit.sandbox.base_url])
        before = capsys.readouterr().out.splitlines()
        place = [journey.status for journey in visit.journeys].index(Status.DRAFT)
        await visit.act("start", visit.journeys[place].uuid)
        await asyncio.to_thread(main, [visit.sandbox.base_url])
    after = capsys.readouterr().out.splitlines()
    assert [row for row, pair in enumerate(zip(before, after, strict=True)) if pair[0] != pair[1]] == [place]


@pytest.mark.parametrize("base_url", ["", "nowhere", "http://127.0.0.1:1"])
def test_where_no_sandbox_answers_that_is_said_without_a_traceback(
    base_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([base_url])
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert f"{base_url!r}: no sandbox answers here" in err
    assert "give the address that it printed" in err
