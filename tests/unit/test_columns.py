from collections.abc import Sequence

import pytest

from bulk_journeys.errors import InputError
from bulk_journeys.plan.columns import Roles, find_roles, status_column
from bulk_journeys.plan.select import Choices


@pytest.mark.parametrize(
    ("columns", "roles"),
    [
        (["uuid"], (0, None)),
        (["Title", "Journey ID", "Target Action"], (1, 2)),
        (["journeyId", "url", "id", "link"], (0, None)),
        (["url", "ID"], (1, None)),
        (["\ufeffUUID ", "status", "do"], (0, 2)),
        (["uuid", "do", "action"], (0, 2)),
        (["uuid", "status", "target_status"], (0, None)),
    ],
)
def test_the_surest_header_takes_the_role(columns: Sequence[str], roles: tuple[int, int | None]) -> None:
    assert find_roles("journeys.csv", columns, (), Choices()) == roles


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (["name", "b"], "a.csv: no column of journey ids among 'name', 'b'; name one of them 'uuid'"),
        (
            ["uuid", "x", "Journey_ID"],
            "a.csv: several columns may hold the journey ids: 'uuid', 'Journey_ID'; say which with --id-column",
        ),
        (
            ["uuid", "do", "to-do"],
            "a.csv: several columns may hold the actions: 'do', 'to-do'; say which with --action-column",
        ),
    ],
)
def test_what_is_uncertain_is_refused_with_the_columns(columns: Sequence[str], message: str) -> None:
    with pytest.raises(InputError) as refused:
        find_roles("a.csv", columns, (), Choices())
    assert str(refused.value).startswith(message)


def test_a_wide_table_is_not_listed_whole() -> None:
    with pytest.raises(InputError, match=r"'c19' and 80 more; name one of them 'uuid'"):
        find_roles("a.csv", [f"c{n}" for n in range(100)], (), Choices())


@pytest.mark.parametrize(
    ("columns", "action", "found"),
    [
        (["uuid", "title"], None, None),
        (["uuid", "Journey status", "action"], 2, "Journey status"),
        (["uuid", "info.status (now)"], None, "info.status (now)"),
        (["uuid", "Статус", "state"], None, None),
        (["uuid", "status", "target status"], 2, "status"),
        (["uuid", "outcome", "error", "status"], None, None),
        (["uuid", "Status", "outcome", "error", "result_status"], None, "Status"),
        (["uuid", "status", "State", "outcome", "error"], None, "State"),
    ],
)
def test_one_column_tells_what_journeys_were_unless_it_serves_for_the_actions_or_is_ours(
    columns: Sequence[str], action: int | None, found: str | None
) -> None:
    assert status_column(columns, Roles(0, action)) == found


def test_where_only_ids_are_wanted_no_column_of_actions_is_looked_for() -> None:
    assert find_roles("a.csv", ["do", "uuid", "to-do"], (), Choices(ids_only=True)) == (1, None)
    assert find_roles("a.csv", ["uuid"], (), Choices(action_column="x", ids_only=True)) == (0, None)
