"""Laws of the settings: what can be written is understood, and what makes no sense is refused with advice."""

from collections.abc import Callable
from typing import Any

import pytest

from bulk_journeys.errors import UsageError
from bulk_journeys.sandbox import (
    Config,
    Fault,
    Rate,
    Status,
    parse_faults,
    parse_latency,
    parse_mix,
    parse_rate,
)


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
    assert set(odds) == set(Fault) - {
        Fault.CANCEL,
        Fault.UNKNOWN,
        Fault.LOSS,
        Fault.EXISTS,
        Fault.ABORT,
        Fault.RANGE,
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
        {"mix": {}},
        {"faults": {Fault.CUT: 2.0}},
    ],
)
def test_a_config_cannot_be_wrong(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        Config(**wrong)


def test_a_config_does_not_print_its_token() -> None:
    assert "s3cret" not in repr(Config(token="s3cret"))
