"""Laws of loopback: what is not surely this machine is not taken for it."""

import pytest

from bulk_journeys.settings.options import is_loopback


@pytest.mark.parametrize(
    "host", ["localhost", "LocalHost", "127.0.0.1", "127.1.2.3", "127.255.255.255", "::1", "0:0:0:0:0:0:0:1"]
)
def test_what_is_surely_this_machine_is_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost.", "a.localhost", "localhost.localdomain", "localhost.evil.com", "evil.com", ""),
        *("127.0.0.1.", "127.0.0.1.evil.com", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1"),
        *("0177.0.0.1", "127.0.0.01", "127.0.0.1/8", "127.0.0.1:80", "128.0.0.1", "10.0.0.1"),
        *("１２７.0.0.1", "127。0。0。1", "ｌocalhost", "loc\u212alhost", "127.0.0.1 ", " localhost"),
        *("::", "::2", "::1%eth0", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "[::1]"),
    ],
)
def test_what_is_not_surely_this_machine_is_not_loopback(host: str) -> None:
    assert not is_loopback(host)


def test_no_host_is_not_loopback() -> None:
    assert not is_loopback(None)
