"""Which hosts are surely this machine itself, so that nothing that is sent there leaves it. No name is looked up."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Address
from typing import Final
from urllib.parse import urlsplit

from bulk_journeys.errors import UsageError
from bulk_journeys.settings.options import DEFAULT_BASE_URL


def check_base_url(text: str, *, allow_http: bool = False) -> str:
    """Return *text* without its last slash, if the token may be sent there. Raises UsageError.

    With *allow_http* it may cross a network in the clear; `shown_to_network` says whether it does.
    """
    if set("@?#") & set(text):
        raise UsageError("--base-url: only scheme, host, port and path are wanted; the token has its own variable")
    try:
        url = urlsplit(text)
        _ = url.port, (url.hostname or "").encode("idna").decode("idna")
        _check_brackets(url.netloc)
    except ValueError as error:
        raise UsageError(f"--base-url: {text!r} is not a URL ({error})") from error
    if url.scheme not in {"http", "https"} or not url.hostname or " " in text or not text.isprintable():
        raise UsageError(f"--base-url: {text!r} is not a URL; write it like {DEFAULT_BASE_URL!r}")
    if not allow_http and shown_to_network(text):
        advice = "use https, or --allow-http if you trust every machine in between"
        raise UsageError(f"--base-url: {text!r} would show the token to the network; {advice}")
    return text.rstrip("/")


def _check_brackets(netloc: str) -> None:
    """Raise ValueError for words behind an address in brackets, of which urlsplit keeps the address alone."""
    if (behind := netloc.rpartition("]")[2]) != netloc and not re.fullmatch("(:[0-9]*)?", behind):
        raise ValueError("behind an address in brackets comes a port, or nothing")


def shown_to_network(base_url: str) -> bool:
    """Say whether a token that is sent to *base_url* crosses a network in the clear."""
    url = urlsplit(base_url)
    return url.scheme == "http" and not is_loopback(url.hostname)


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
