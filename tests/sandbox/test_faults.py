"""Laws of the seeded faults: the same request always meets the same fate, and as often as was asked for."""

from collections import Counter

import pytest

from bulk_journeys.sandbox.config import parse_faults
from bulk_journeys.sandbox.faults import ACTS, Fault, strike, walled

UUIDS = [f"00000000-0000-4000-8000-{number:012d}" for number in range(5000)]


def test_a_request_always_meets_the_same_fault_whatever_the_order() -> None:
    odds = parse_faults(["any=0.5"])
    there = {(uuid, n): strike(odds, 7, uuid, n) for uuid in UUIDS[:200] for n in (1, 2, 3)}
    back = {(uuid, n): strike(odds, 7, uuid, n) for n in (3, 2, 1) for uuid in reversed(UUIDS[:200])}
    assert there == back


def test_the_order_of_the_odds_does_not_matter() -> None:
    one = {Fault.RESET: 0.3, Fault.DROP: 0.3}
    other = {Fault.DROP: 0.3, Fault.RESET: 0.3}
    assert [strike(one, 1, uuid, 1) for uuid in UUIDS] == [strike(other, 1, uuid, 1) for uuid in UUIDS]


def test_another_seed_is_another_campaign() -> None:
    odds = {Fault.RESET: 0.5}
    assert [strike(odds, 1, uuid, 1) for uuid in UUIDS] != [strike(odds, 2, uuid, 1) for uuid in UUIDS]


def test_faults_are_as_frequent_as_asked_for() -> None:
    odds = {Fault.DROP: 0.1, Fault.CUT: 0.3}
    seen = Counter(struck.fault if (struck := strike(odds, 7, uuid, 1)) else None for uuid in UUIDS)
    assert seen[Fault.DROP] == pytest.approx(500, abs=70)
    assert seen[Fault.CUT] == pytest.approx(1500, abs=110)


def test_a_retry_has_luck_of_its_own() -> None:
    odds = {Fault.RESET: 0.2}
    again = [strike(odds, 7, uuid, 2) for uuid in UUIDS if strike(odds, 7, uuid, 1)]
    assert sum(struck is not None for struck in again) == pytest.approx(0.2 * len(again), abs=50)


def test_without_odds_nothing_strikes_and_with_certainty_everything_does() -> None:
    assert not any(strike({}, 7, uuid, 1) for uuid in UUIDS)
    assert all(strike(parse_faults(["any=1"]), 7, uuid, 1) for uuid in UUIDS)


@pytest.mark.parametrize("fault", Fault)
def test_a_fault_acts_or_does_not_as_the_table_says_or_half_the_time(fault: Fault) -> None:
    struck = [strike({fault: 1.0}, 7, uuid, 1) for uuid in UUIDS]
    acts = ACTS[fault]
    expected = pytest.approx(2500, abs=150) if acts is None else len(UUIDS) * acts
    assert sum(one.acts for one in struck if one) == expected
    assert {one.fault for one in struck if one} == {fault}


def test_which_form_a_fault_has_tells_nothing_of_whether_it_acts() -> None:
    forms = range(5)
    seen = Counter((one.choose(forms), one.acts) for uuid in UUIDS if (one := strike({Fault.RST: 1.0}, 7, uuid, 1)))
    assert list(seen.values()) == [pytest.approx(500, abs=80)] * 10


def test_the_fate_of_a_request_did_not_change_as_more_kinds_were_added() -> None:
    struck = [strike(parse_faults(["any=0.9"]), 7, uuid, 1) for uuid in UUIDS[:12]]
    kinds = "error reset refuse cut error error timeout down - refuse cut cut"
    assert " ".join(one.fault if one else "-" for one in struck) == kinds


def test_a_firewall_has_half_of_what_it_meets_carried_out() -> None:
    assert sum(walled(7, uuid, 1).acts for uuid in UUIDS) == pytest.approx(2500, abs=150)
    assert [walled(7, uuid, 1) for uuid in UUIDS] == [walled(7, uuid, 1) for uuid in UUIDS]
    assert [walled(7, uuid, 1) for uuid in UUIDS] != [walled(7, uuid, 2) for uuid in UUIDS]
