"""Laws of the journeys that are made from a seed, and of their list."""

import csv
from pathlib import Path
from uuid import UUID

import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.journeys import Action, Status
from bulk_journeys.sandbox.population import export_csv, populate


def test_the_same_seed_makes_the_same_journeys() -> None:
    config = Config(journeys=50, mix={Status.RUNNING: 1, Status.PAUSED: 1}, forbidden=3)
    assert populate(config).journeys == populate(config).journeys


def test_a_larger_world_begins_like_a_smaller_one_whatever_the_mix() -> None:
    small = list(populate(Config(journeys=10)).journeys)
    large = list(populate(Config(journeys=100, mix={Status.DRAFT: 1})).journeys)
    assert large[:10] == small


def test_ids_are_canonical_and_of_version_4() -> None:
    for uuid in populate(Config(journeys=100)).journeys:
        assert str(UUID(uuid)) == uuid
        assert UUID(uuid).version == 4


def test_journeys_run_unless_a_mix_says_otherwise() -> None:
    assert {one.status for one in populate(Config()).journeys.values()} == {Status.RUNNING}
    mixed = populate(Config(journeys=1000, mix={Status.RUNNING: 90, Status.PAUSED: 10}))
    paused = sum(one.first_status is Status.PAUSED for one in mixed.journeys.values())
    assert paused == pytest.approx(100, abs=30)


@pytest.mark.parametrize(("asked", "made"), [(0, 0), (3, 3), (99, 20)])
def test_as_many_journeys_are_forbidden_as_asked_for(asked: int, made: int) -> None:
    world = populate(Config(journeys=20, forbidden=asked))
    assert sum(one.forbidden for one in world.journeys.values()) == made


def test_titles_hold_what_breaks_naive_readers() -> None:
    titles = "".join(one.title for one in populate(Config()).journeys.values())
    assert {",", '"', ";", "é", "я", "🎉"} <= set(titles)


def test_an_export_reads_back_whole_and_shows_the_present_status(tmp_path: Path) -> None:
    world = populate(Config(journeys=30))
    first = next(iter(world.journeys.values()))
    first.act(Action.PAUSE)
    export_csv(world, tmp_path / "journeys.csv")
    with (tmp_path / "journeys.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["journey_id"] for row in rows] == list(world.journeys)
    assert [row["title"] for row in rows] == [one.title for one in world.journeys.values()]
    assert (rows[0]["status"], rows[1]["status"]) == ("Paused", "Running")
    assert rows[0]["journey_url"] == f"https://go.pushwoosh.com/journeys/canvas/{first.uuid}"
    assert list(rows[0]) == ["journey_id", "title", "status", "journey_url"]


def test_an_export_to_nowhere_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"journeys\.csv: cannot be written .*; choose another file"):
        export_csv(populate(Config(journeys=1)), tmp_path / "missing" / "journeys.csv")
