"""Which proxy of the environment a request goes through, if any."""

import pytest
from yarl import URL

from bulk_journeys.api.transport import proxy_for
from bulk_journeys.settings.options import shown_to_network

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY"])
def test_a_proxy_is_chosen_by_the_scheme_of_the_base_url(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:3128")
    monkeypatch.setenv(name.replace("http", "https").replace("HTTP", "HTTPS"), "http://127.0.0.1:3129")
    assert proxy_for(URL("http://journey.pushwoosh.com")) == "http://127.0.0.1:3128"
    assert proxy_for(URL("https://journey.pushwoosh.com")) == "http://127.0.0.1:3129"


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("localhost", True),
        ("[::1]", True),
        ("localhost.", False),
        ("api.localhost", False),
        ("127.0.0.1.evil.example", False),
        ("0x7f000001", False),
        ("2130706433", False),
        ("[::ffff:127.0.0.1]", False),
        ("[::1%25eth0]", False),
    ],
)
def test_what_needs_leave_to_be_sent_in_the_clear_is_what_a_proxy_may_see(
    scheme: str, host: str, here: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"{scheme}_proxy", "http://127.0.0.1:3128")
    base_url = f"{scheme}://{host}:8080"
    assert proxy_for(URL(base_url)) == (None if here else "http://127.0.0.1:3128")
    assert shown_to_network(base_url) == (scheme == "http" and not here)


@pytest.mark.parametrize("exempt", ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:8080", "localhost,[2001:db8::1]"])
def test_no_proxy_exempts_an_address_in_brackets_or_without(exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:3128")
    monkeypatch.setenv("no_proxy", exempt)
    assert proxy_for(URL("https://[2001:db8::1]:8080")) is None
    assert proxy_for(URL("https://[2001:db8::2]:8080")) == "http://127.0.0.1:3128"


@pytest.mark.parametrize("name", ["all_proxy", "ALL_PROXY"])
def test_a_proxy_for_all_there_is_is_not_asked(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:3128")
    assert proxy_for(URL("https://journey.pushwoosh.com")) is None
    assert proxy_for(URL("http://journey.pushwoosh.com")) is None
