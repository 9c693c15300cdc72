"""Laws of the settings: what can be written is understood, and what makes no sense is refused with advice."""

from collections.abc import Callable
from typing import Any

import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.sandbox.answers import RetryHint
from bulk_journeys.sandbox.config import (
    Config,
    parse_faults,
    parse_firewall_kind,
    parse_firewalls,
    parse_latency,
    parse_limiter,
    parse_mix,
    parse_outage_kind,
    parse_outages,
    parse_retry_hint,
)
from bulk_journeys.sandbox.faults import Fault
from bulk_journeys.sandbox.journeys import Status
from bulk_journeys.sandbox.limits import LimiterKind, Rate, RateChange, parse_rate, parse_rates
from bulk_journeys.sandbox.outages import Firewall, FirewallKind, Outage, OutageKind


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("20/s", Rate(20, 1)),
        ("600/min", Rate(600, 60)),
        ("5/10s", Rate(5, 10)),
        (" 1/0.5h ", Rate(1, 1800)),
    ],
)
def test_a_rate_is_a_count_in_a_time(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    ("texts", "first", "changes"),
    [
        ([], None, ()),
        (["50/s"], Rate(50, 1), ()),
        (["50/s", "25/s@30s"], Rate(50, 1), (RateChange(30, Rate(25, 1)),)),
        (
            ["25/s@2min", " 9/min @ 500ms", "50/s"],
            Rate(50, 1),
            (RateChange(0.5, Rate(9, 60)), RateChange(120, Rate(25, 1))),
        ),
        (["25/s@1h"], None, (RateChange(3600, Rate(25, 1)),)),
    ],
)
def test_rates_may_change_at_times_that_are_written_in_any_order(
    texts: list[str], first: Rate | None, changes: tuple[RateChange, ...]
) -> None:
    assert parse_rates(texts) == (first, changes)


def test_outages_are_lengths_with_beginnings_and_there_may_be_many() -> None:
    assert parse_outages([]) == ()
    assert parse_outages(["30s@10s"]) == (Outage(after=10, seconds=30),)
    assert parse_outages(["5min@1h", " 500ms @ 0s"]) == (Outage(3600, 300), Outage(0, 0.5))
    assert [parse_outage_kind(word) for word in ("reset", "502")] == list(OutageKind)


def test_firewalls_are_written_as_outages_are_and_show_one_page_or_leave_it_to_the_seed() -> None:
    assert parse_firewalls(["5min@1h", "500ms@0s"]) == (Firewall(3600, 300), Firewall(0, 0.5))
    assert [parse_firewall_kind(kind.value) for kind in FirewallKind] == list(FirewallKind)
    assert parse_firewall_kind(None) is None


def test_limiters_and_hints_are_named_by_their_words() -> None:
    assert [parse_limiter(word) for word in ("bucket", "sliding", "fixed")] == list(LimiterKind)
    words = ("none", "header", "details", "both", "date", "ratelimit")
    assert [parse_retry_hint(word) for word in words] == list(RetryHint)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("20-80ms", 0.02, 0.08), ("50ms", 0.05, 0.05), ("0.5-2s", 0.5, 2), ("0s", 0, 0)],
)
def test_a_latency_is_a_time_or_a_range_of_times(text: str, low: float, high: float) -> None:
    latency = parse_latency(text)
    assert (latency.low, latency.high) == pytest.approx((low, high))


def test_a_mix_names_statuses_and_weights() -> None:
    assert parse_mix("running=90, paused=10") == {Status.RUNNING: 90, Status.PAUSED: 10}


def test_faults_are_named_one_by_one_or_in_one_text_and_add_up() -> None:
    odds = parse_faults(["reset=0.1,cut=0.25", "reset=0.1"])
    assert odds == {Fault.RESET: pytest.approx(0.2), Fault.CUT: 0.25}


def test_any_is_an_even_mixture_of_the_common_kinds() -> None:
    odds = parse_faults(["any=0.9"])
    assert set(odds) == {
        Fault.REFUSE,
        Fault.DROP,
        Fault.DOWN,
        Fault.RESET,
        Fault.HANG,
        Fault.ERROR,
        Fault.TIMEOUT,
        Fault.CUT,
        Fault.HTML,
    }
    assert list(odds.values()) == pytest.approx([0.1] * 9)


def test_all_faults_together_may_be_certain() -> None:
    assert sum(parse_faults(["any=1"]).values()) == pytest.approx(1)


@pytest.mark.parametrize(
    ("parse", "text", "part"),
    [
        (parse_rate, "20", "'20' is not a count per time"),
        (parse_rate, "0/s", "give numbers above 0"),
        (parse_rate, "5/0s", "give numbers above 0"),
        (parse_rate, "٣/s", "write it like '20/s'"),
        (lambda text: parse_rates(text.split()), "50/s 20/s", "there are 2 rates at first; say when another begins"),
        (lambda text: parse_rates([text]), "50/s@", "'' is no time at which a rate begins"),
        (lambda text: parse_rates([text]), "50/s@30", "write it like '25/s@30s'"),
        (lambda text: parse_rates([text]), "fast@30s", "'fast' is not a count per time"),
        (parse_limiter, "leaky", "limiter 'leaky' is not known; choose among bucket, sliding, fixed"),
        (parse_retry_hint, "loud", "choose among none, header, details, both, date, ratelimit"),
        (lambda text: parse_outages([text]), "30s", "'30s' is no length with a beginning; write it like '30s@10s'"),
        (lambda text: parse_firewalls([text]), "30s", "firewall '30s' is no length with a beginning; write it like"),
        (lambda text: parse_firewalls([text]), "0s@10s", "firewall 0s@10s is impossible; give a length above 0"),
        (parse_firewall_kind, "html404", "firewall kind 'html404' is not known; choose among html403, cloudflare403"),
        (lambda text: parse_outages([text]), "30@10", "write it like '30s@10s'"),
        (lambda text: parse_outages([text]), "@10s", "write it like '30s@10s'"),
        (lambda text: parse_outages([text]), "30s@10s@5s", "write it like '30s@10s'"),
        (lambda text: parse_outages([text]), "0s@10s", "outage 0s@10s is impossible; give a length above 0"),
        (parse_outage_kind, "hang", "outage kind 'hang' is not known; choose among reset, 502"),
        (parse_latency, "20", "write it like '20-80ms'"),
        (parse_latency, "80-20ms", "give the shorter time first"),
        (parse_mix, "runing=90", "'runing' is not known; choose among draft, running"),
        (parse_mix, "running", "write it like"),
        (parse_mix, "running=0", "leaves no status"),
        (parse_mix, "running=-1", "no weight"),
        (parse_mix, "running=nan", "no weight"),
        (lambda text: parse_faults([text]), "lose=0.1", "choose among refuse, drop, down, reset, hang"),
        (lambda text: parse_faults([text]), "reset=1.1", "reset=1.1 is no probability"),
        (lambda text: parse_faults([text]), "reset=-0.1", "no probability"),
        (lambda text: parse_faults([text]), "reset=nan", "no probability"),
        (lambda text: parse_faults([text]), "reset=0.6,cut=0.6", "sum to 1.2"),
        (lambda text: parse_faults([text]), "any=0.9,cut=0.2", "sum to 1.1"),
        (lambda text: parse_faults([text]), "reset", "write it like 'name=0.1'"),
    ],
)
def test_what_cannot_be_read_is_refused_with_advice(parse: Callable[[str], object], text: str, part: str) -> None:
    with pytest.raises(UsageError, match=part.replace("(", r"\(")):
        parse(text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"journeys": -1},
        {"forbidden": -1},
        {"points": -1},
        {"port": 65536},
        {"hang": 0},
        {"concurrency": 0},
        {"burst": -0.1},
        {"burst": float("nan")},
        {"burst": 1.0, "limiter": LimiterKind.SLIDING},
        {"hint_seconds": -1},
        {"hint_seconds": 1e10},
        {"crowded_status": 500},
        {"revoke_after": -1},
        {"idle_close": 0},
        {"idle_close": -1},
        {"idle_close": float("nan")},
        {"idle_close": float("inf")},
        {"rate_changes": (RateChange(0, Rate(1, 1)),)},
        {"rate_changes": (RateChange(9, Rate(1, 1)), RateChange(9, Rate(2, 1)))},
        {"rate_changes": (RateChange(9, Rate(1, 1)), RateChange(8, Rate(2, 1)))},
        {"rate_changes": (RateChange(float("inf"), Rate(1, 1)),)},
        {"mix": {}},
        {"faults": {Fault.CUT: 2.0}},
    ],
)
def test_a_config_cannot_be_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Config(**wrong)


@pytest.mark.parametrize(
    ("after", "seconds"), [(-1, 1), (0, 0), (0, -1), (float("inf"), 1), (0, float("inf")), (float("nan"), 1)]
)
def test_an_outage_cannot_be_wrong(after: float, seconds: float) -> None:
    with pytest.raises(UsageError, match="give a length above 0, and a beginning of 0 or more"):
        Outage(after, seconds)


def test_a_config_does_not_print_its_token() -> None:
    assert "s3cret" not in repr(Config(token="s3cret"))


@pytest.mark.parametrize("token", ["", "s3cret word", "s3crét", "s3cret\n"])
def test_a_token_that_no_header_can_carry_is_refused_and_not_printed(token: str) -> None:
    with pytest.raises(UsageError, match="the sandbox cannot have this token; give ASCII without blanks") as refused:
        Config(token=token)
    assert "s3cr" not in str(refused.value)


@pytest.mark.parametrize(
    ("rate", "burst", "capacity"),
    [(Rate(50, 1), None, 50), (Rate(7, 3), None, 7), (Rate(100, 1), 0.29, 29), (Rate(600, 60), 0.5, 5)],
)
def test_a_burst_is_a_time_and_makes_whole_requests_where_it_should(
    rate: Rate, burst: float | None, capacity: float
) -> None:
    assert rate.capacity(burst) == capacity
