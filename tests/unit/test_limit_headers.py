"""Laws of what a server says about its limits: every form is read, and whatever is malformed says nothing."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from multidict import CIMultiDict, CIMultiDictProxy

from bulk_journeys.api.limit_headers import Limits, limits_of
from bulk_journeys.model import Quota

NOON = 1_781_697_600.0
"""2026-06-17T12:00:00Z"""


def hint_of(headers: dict[str, str], details: object = ()) -> float | None:
    return limits_of(headers, NOON, details).hint


def quotas_of(name: str, text: str) -> tuple[Quota, ...]:
    return limits_of({name: text}, NOON).quotas


def real(*fields: tuple[str, str]) -> CIMultiDictProxy[str]:
    return CIMultiDictProxy(CIMultiDict(fields))


@pytest.mark.parametrize(
    ("headers", "hint"),
    [
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": " 7 "}, 7.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"Retry-After": "0"}, 0.0),
        ({"Retry-After": "Wed, 17 Jun 2026 12:01:30 GMT"}, 90.0),
        ({"Retry-After": "Wed, 17 Jun 2026 11:00:00 GMT"}, 0.0),
        ({"Retry-After": "Wed, 17 Jun 2026 14:00:10 +0200"}, 10.0),
        ({"Grpc-Metadata-Retry-After": "12"}, 12.0),
        ({"Retry-After": "3", "Grpc-Metadata-Retry-After": "12"}, 3.0),
        ({"Retry-After": "soon", "Grpc-Metadata-Retry-After": "12"}, 12.0),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "1e9"}, None),
        ({"Retry-After": "0x10"}, None),
        ({"Retry-After": "1" * 400}, None),
        ({"Retry-After": "Wed, 99 Jun 2026 12:00:00 GMT"}, None),
        ({"Retry-After": "1, 2"}, None),
        ({}, None),
    ],
)
def test_a_hint_in_a_header_is_seconds_or_a_date_and_nonsense_is_none(
    headers: dict[str, str], hint: float | None
) -> None:
    assert hint_of(headers) == hint


RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo"


@pytest.mark.parametrize(
    ("details", "hint"),
    [
        ([{"@type": RETRY_INFO, "retryDelay": "1.5s"}], 1.5),
        ([{"@type": RETRY_INFO, "retryDelay": "30s"}], 30.0),
        ([5, None, [], {"@type": "other"}, {"retryDelay": "2s"}], 2.0),
        ([{"retryDelay": "-1s"}], None),
        ([{"retryDelay": 5}], None),
        ([{"retryDelay": {"seconds": 5}}], None),
        ([{"retryDelay": "s"}], None),
        ([{"retryDelay": ""}], None),
        (["1.5s"], None),
    ],
)
def test_a_hint_among_the_details_is_read(details: list[Any], hint: float | None) -> None:
    assert hint_of({}, details) == hint


@pytest.mark.parametrize("details", [5, "1.5s", {"retryDelay": "1.5s"}, None, True])
def test_details_that_are_no_list_hold_no_hint(details: Any) -> None:
    assert hint_of({}, details) is None


@pytest.mark.parametrize(
    ("headers", "hint"),
    [
        ({"RateLimit": '"default";r=0;t=30'}, 30.0),
        ({"RateLimit": '"default";r=50;t=30'}, None),
        ({"RateLimit": '"default";r=0'}, None),
        ({"RateLimit": '"default";t=30'}, None),
        ({"RateLimit": '"default";t=30;r=0;pk=:cHsdsRa894==:'}, 30.0),
        ({"RateLimit": '"a";r=0;t=5, "b";r=0;t=60,"c";r=9;t=900'}, 60.0),
        ({"RateLimit": '"a;r=9,b";r=0;t=5'}, 5.0),
        ({"RateLimit": r'"a\";r=9";r=0;t=5'}, 5.0),
        ({"RateLimit": '"a=b" ; r=0 ; t=5'}, 5.0),
        ({"RateLimit": "default;r=0;t=5"}, 5.0),
        ({"RateLimit": '"a";r=0;r=1;t=5'}, None),
        ({"RateLimit": '"a";r=0;t=0'}, 0.0),
        ({"RateLimit": '"a";r=0;t=-5'}, None),
        ({"RateLimit": '"a";r=-1;t=5'}, None),
        ({"RateLimit": '"a";r="0";t=5'}, None),
        ({"RateLimit": '"a;r=0;t=5'}, None),
        ({"RateLimit": 'a";r=0;t=5'}, None),
        ({"RateLimit": "limit=100, remaining=0, reset=5"}, 5.0),
        ({"RateLimit": "limit=100,reset=5,remaining=0"}, 5.0),
        ({"RateLimit": "limit=100, remaining=50, reset=5"}, None),
        ({"RateLimit": "limit=100, reset=5"}, None),
        ({"RateLimit": "remaining=0"}, None),
        ({"RateLimit-Remaining": "0", "RateLimit-Reset": "7"}, 7.0),
        ({"RateLimit-Remaining": "1", "RateLimit-Reset": "7"}, None),
        ({"RateLimit-Limit": "100", "RateLimit-Reset": "7"}, None),
        ({"RateLimit-Remaining": "0"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1.5"}, 1.5),
        ({"X-Rate-Limit-Remaining": " 0 ", "X-Rate-Limit-Reset": " 7 "}, 7.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1781697660"}, 60.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1781697540"}, 0.0),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1781697660000"}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "9" * 400}, None),
        ({"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "soon"}, None),
        ({"Grpc-Metadata-RateLimit": '"a";r=0;t=5'}, 5.0),
        ({"Grpc-Metadata-X-Ratelimit-Remaining": "0", "Grpc-Metadata-X-Ratelimit-Reset": "5"}, 5.0),
        ({"X-RateLimit-Remaining-Day": "0", "X-RateLimit-Reset-Day": "5"}, None),
    ],
)
def test_when_nothing_remains_everybody_waits_until_more_is_there(headers: dict[str, str], hint: float | None) -> None:
    assert limits_of(headers, NOON) == Limits(hint)


def test_fields_of_one_family_belong_together_and_the_longest_wait_counts() -> None:
    outer = {"RateLimit-Remaining": "50", "RateLimit-Reset": "30"}
    assert hint_of({**outer, "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "5"}) == 5.0
    assert hint_of({**outer, "X-RateLimit-Remaining": "0"}) is None
    assert hint_of({**outer, "RateLimit-Remaining": "0", "RateLimit": '"a";r=0;t=5'}) == 30.0


@pytest.mark.parametrize("name", ["Retry-After", "Grpc-Metadata-Retry-After"])
def test_an_explicit_wish_goes_before_a_rate_limit(name: str) -> None:
    assert hint_of({"RateLimit": '"a";r=0;t=60', name: "3"}) == 3.0
    assert hint_of({"RateLimit": '"a";r=0;t=60', name: "0"}) == 0.0
    assert hint_of({"RateLimit": '"a";r=0;t=60', name: "soon"}) == 60.0
    assert hint_of({"RateLimit": '"a";r=0;t=60'}, [{"retryDelay": "2s"}]) == 2.0
    assert hint_of({name: "3"}, [{"retryDelay": "2s"}]) == 3.0


@pytest.mark.parametrize(
    ("text", "quotas"),
    [
        ('"burst";q=100;w=60, "daily";q=5000;w=86400', [(100, 60.0), (5000, 86400.0)]),
        ('"burst";q=100;w=60,"daily";q=5000;w=86400', [(100, 60.0), (5000, 86400.0)]),
        ("100;w=60, 5000;w=86400", [(100, 60.0), (5000, 86400.0)]),
        ('10;w=1;burst=1000;policy="leaky bucket, q=5"', [(10, 1.0)]),
        ('"a";q=10;w=1;pk=:cHsdsRa894==:;acme-x=?1;flag', [(10, 1.0)]),
        ('"a";q=10;qu="requests";w=1', [(10, 1.0)]),
        ('"a";q=10;qu=requests;w=1', [(10, 1.0)]),
        ('"a";q=10;qu="content-bytes";w=1', []),
        ('"a";q=10;qu="concurrent-requests";w=1, "b";q=5;w=1', [(5, 1.0)]),
        ("default;q=10;w=1", [(10, 1.0)]),
        ('"a";q=10;w=1, "b";q=10;w=1', [(10, 1.0)]),
        ('"a";q=10;w=1;w=2', [(10, 2.0)]),
        ('"a";q=10', []),
        ('"a";w=1', []),
        ("100", []),
        ('"100";w=60', []),
        ('"a";q=0;w=1, "b";q=5;w=0', []),
        ('"a";q=-1;w=1, "b";q=5;w=-1', []),
        ('"a";q=1000000000;w=1000000000', [(1_000_000_000, 1e9)]),
        ('"a";q=1000000001;w=1, "b";q=5;w=1000000001', []),
        ('"a";q=0.5;w=1', []),
        ('"a";q=1e3;w=1, "b";q=nan;w=1, "c";q=٣;w=1', []),
        ('"a";q=5;w=inf', []),
        ('"a";q=10;w=1, "b', []),
        (", ,;;,=,", []),
        ("", []),
    ],
)
@pytest.mark.parametrize("name", ["RateLimit-Policy", "X-RateLimit-Policy", "Grpc-Metadata-Ratelimit-Policy"])
def test_a_policy_with_a_number_of_requests_and_a_window_is_a_quota(
    name: str, text: str, quotas: list[tuple[int, float]]
) -> None:
    assert limits_of({name: text}, NOON) == Limits(None, tuple(Quota(*quota) for quota in quotas))


def test_the_older_field_of_a_limit_may_hold_policies() -> None:
    assert quotas_of("X-RateLimit-Limit", "10, 10;w=1, 50;w=60") == (Quota(10, 1.0), Quota(50, 60.0))
    assert quotas_of("RateLimit-Limit", "100") == ()


def test_a_field_of_over_a_thousand_characters_is_nonsense() -> None:
    most = "5;w=1," * 166 + "6;w="
    assert len(most) == 1000
    assert quotas_of("RateLimit-Policy", most) == (Quota(5, 1.0),)
    assert quotas_of("RateLimit-Policy", f"{most}2") == ()
    assert hint_of({"RateLimit": '"a";r=0;t=5'.ljust(1001)}) is None


def test_several_fields_of_one_name_make_one_list() -> None:
    policies = real(("RateLimit-Policy", "10;w=1"), ("ratelimit-policy", "50;w=60"))
    assert limits_of(policies, NOON).quotas == (Quota(10, 1.0), Quota(50, 60.0))
    assert limits_of(real(("RateLimit", '"a";r=9;t=9'), ("RateLimit", '"b";r=0;t=5')), NOON).hint == 5.0
    limits = (("X-RateLimit-Remaining", "9"), ("X-RateLimit-Remaining", "0"))
    resets = (("X-RateLimit-Reset", "60"), ("X-RateLimit-Reset", "5"))
    assert limits_of(real(*limits, *resets), NOON).hint == 5.0


def test_of_several_fields_that_ask_to_wait_the_first_counts() -> None:
    assert limits_of(real(("retry-after", "4"), ("Retry-After", "9")), NOON).hint == 4.0


def test_other_fields_say_nothing_about_limits() -> None:
    others = {"Content-Type": "application/json", "X-Limit": "5", "X-Request-Limit-Reset": "5", "Date": "0"}
    assert limits_of({}, NOON) == limits_of(others, NOON) == Limits(None, ())


NAMES = [
    f"{gateway}{name}"
    for gateway in ("", "Grpc-Metadata-")
    for name in (
        "Retry-After",
        "RateLimit",
        "RateLimit-Policy",
        "RateLimit-Limit",
        "X-RateLimit-Remaining",
        "X-RateLimit-Reset",
    )
]
pieces = st.sampled_from(list('";,=:\\ -.²٣\udcff\0')) | st.sampled_from(
    ["0", "1", "9" * 15, "9" * 400, "1781697660", "1e9", "inf", "r=", "t=", "q=", "w=", "qu=", "remaining=", "reset="]
)
dates = st.sampled_from(
    ["Wed,", "17", "Jun", "2026", "12:00:00", "GMT", "+9999", "-2400", "0", "99", "(", ":", "Jan-1"]
)
texts = st.text(max_size=60) | st.lists(pieces, max_size=20).map("".join) | st.lists(dates, max_size=8).map(" ".join)


@given(st.lists(st.tuples(st.sampled_from(NAMES), texts), max_size=5), st.none() | texts)
@example([("RateLimit", '"' + '\\"' * 499)], None)
def test_no_value_is_an_exception_and_no_number_is_absurd(fields: list[tuple[str, str]], delay: str | None) -> None:
    for headers in (dict(fields), real(*fields)):
        hint, quotas = limits_of(headers, NOON, [{"retryDelay": delay}])
        assert hint is None or 0 <= hint < float("inf")
        assert all(1 <= limit <= 10**9 and 0 < period <= 10**9 for limit, period in quotas)
        assert all(type(limit) is int for limit, _ in quotas)


@given(st.lists(st.tuples(st.integers(1, 10**9), st.integers(1, 10**9)), max_size=8, unique=True), st.data())
def test_policies_are_read_as_they_were_written(policies: list[tuple[int, int]], data: st.DataObject) -> None:
    label = data.draw(st.text("abc,;= ", max_size=5))
    new = ", ".join(f'"{label}";q={limit};w={window}' for limit, window in policies)
    old = ", ".join(f"{limit};w={window}" for limit, window in policies)
    assert quotas_of("RateLimit-Policy", new) == quotas_of("RateLimit-Policy", old) == tuple(policies)


@given(st.integers(0, 10**9))
def test_a_wait_is_the_same_in_every_form(seconds: int) -> None:
    forms = [
        {"RateLimit": f'"default";r=0;t={seconds}'},
        {"RateLimit": f"limit=9, remaining=0, reset={seconds}"},
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": str(seconds)},
        {"X-Rate-Limit-Remaining": "0", "X-Rate-Limit-Reset": str(int(NOON) + seconds)},
    ]
    assert [hint_of(form) for form in forms] == [float(seconds)] * 4
