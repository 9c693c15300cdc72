"""Which hosts are surely this machine itself, so that nothing that is sent there leaves it. No name is looked up."""

from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address
from typing import Final

_IPV4: Final = IPv4Network("127.0.0.0/8")
_IPV6: Final = IPv6Address("::1")


def is_loopback(host: str | None) -> bool:
    """Say whether *host*, without brackets and port, is this machine: `localhost`, 127.0.0.0/8 or `::1`.

    False for what only a resolver could tell: `localhost.` and `a.localhost` are asked of a name server by common
    systems, and `127.1` or `0x7f000001` are read by some and refused by others. False also for `::ffff:127.0.0.1`,
    of which `ipaddress` says one thing or the other, by Python's version.
    """
    if host is None or host.lower() == "localhost":
        return host is not None
    try:
        return IPv6Address(host) == _IPV6 if ":" in host else IPv4Address(host) in _IPV4
    except AddressValueError:
        return False
