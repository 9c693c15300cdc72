"""Laws of trouble with the whole service: when an outage lasts, how long a token is good, and what ends it all."""

import pytest

from bulk_journeys.sandbox.outages import Firewall, Outage, Trouble


@pytest.mark.parametrize(("now", "out"), [(0, False), (9.999, False), (10, True), (39.999, True), (40, False)])
def test_an_outage_lasts_from_its_beginning_until_just_before_its_end(now: float, out: bool) -> None:
    assert Trouble([Outage(after=10, seconds=30)], None).out(now) is out


@pytest.mark.parametrize(("now", "walled"), [(9.999, False), (10, True), (39.999, True), (40, False)])
def test_a_firewall_lasts_as_an_outage_does_and_is_none(now: float, walled: bool) -> None:
    trouble = Trouble([], None, [Firewall(after=10, seconds=30)])
    assert (trouble.walled(now), trouble.out(now)) == (walled, False)


def test_outages_may_come_in_any_order_and_overlap() -> None:
    trouble = Trouble([Outage(20, 5), Outage(1, 3), Outage(2, 4)], None)
    assert [now for now in range(30) if trouble.out(now)] == [1, 2, 3, 4, 5, 20, 21, 22, 23, 24]


@pytest.mark.parametrize(("revoke_after", "good"), [(0, []), (1, [1]), (3, [1, 2, 3])])
def test_a_token_is_good_for_exactly_so_many_requests(revoke_after: int, good: list[int]) -> None:
    trouble = Trouble([], revoke_after)
    assert [number for number in range(1, 10) if not trouble.revoked(number)] == good


def test_without_settings_there_is_no_trouble() -> None:
    trouble = Trouble([], None)
    assert not any(trouble.out(now) or trouble.revoked(now) for now in range(100_000))


def test_restoring_ends_what_is_and_what_is_still_to_come() -> None:
    trouble = Trouble([Outage(0, 10), Outage(100, 10)], 0, [Firewall(0, 10), Firewall(100, 10)])
    assert trouble.out(5)
    assert trouble.walled(5)
    assert trouble.revoked(1)
    trouble.restore()
    assert not any((trouble.out(5), trouble.out(105), trouble.revoked(1), trouble.revoked(1000)))
    assert not any((trouble.walled(5), trouble.walled(105)))
