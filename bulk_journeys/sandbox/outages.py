"""Trouble with the whole service, whichever journey is meant: outages, firewalls and their pages, a revoked token.

It decides from times and counts alone. Nothing is broken or sent from here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from math import inf
from typing import ClassVar, Final

from bulk_journeys.errors import UsageError

from .answers import Answer, Code


class OutageKind(StrEnum):
    """How an outage looks: the connection is reset as soon as it is used, or a proxy in front answers 502."""

    RESET = "reset"
    PAGE = "502"


class FirewallKind(StrEnum):
    """The page that a firewall shows, with its status."""

    HTML403 = "html403"
    CLOUDFLARE403 = "cloudflare403"
    PLAIN1015 = "plain1015"
    PLAIN1015_403 = "plain1015-403"
    PLAIN403 = "plain403"
    JSON403 = "json403"
    CODED403 = "coded403"
    EMPTY403 = "empty403"
    JSON429 = "json429"
    HTML400 = "html400"
    HTML409 = "html409"
    HTML412 = "html412"
    HTML413 = "html413"
    HTML422 = "html422"
    HTML431 = "html431"
    HTML451 = "html451"
    HTML503 = "html503"
    HTML200 = "html200"
    SUPPORT200 = "support200"


@dataclass(frozen=True)
class Spell:
    """*seconds* of trouble, from *after* seconds after the first request on."""

    NAME: ClassVar = "trouble"

    after: float
    seconds: float

    def __post_init__(self) -> None:
        if not (0 <= self.after < inf and 0 < self.seconds < inf):
            said = f"{self.seconds:g}s@{self.after:g}s"
            raise UsageError(f"{self.NAME} {said} is impossible; give a length above 0, and a beginning of 0 or more")

    def covers(self, now: float) -> bool:
        """Return whether it lasts at *now*; at its end it is over."""
        return self.after <= now < self.after + self.seconds


class Outage(Spell):
    """In its time nothing is carried out."""

    NAME: ClassVar = "outage"


class Firewall(Spell):
    """In its time every request meets a page in the API's place."""

    NAME: ClassVar = "firewall"


class Trouble:
    """What is set, until `restore`. *revoke_after* is a number of requests; None: the token stays good."""

    def __init__(self, outages: Iterable[Outage], revoke_after: int | None, firewalls: Iterable[Firewall] = ()) -> None:
        self._outages, self._firewalls = tuple(outages), tuple(firewalls)
        self._revoke_after = inf if revoke_after is None else revoke_after

    def out(self, now: float) -> bool:
        """Return whether there is an outage, *now* seconds after the first request."""
        return any(outage.covers(now) for outage in self._outages)

    def walled(self, now: float) -> bool:
        """Return whether there is a firewall, *now* seconds after the first request."""
        return any(firewall.covers(now) for firewall in self._firewalls)

    def revoked(self, number: int) -> bool:
        """Return whether the token is no good any more for the *number*-th request, counted from 1."""
        return number > self._revoke_after

    def restore(self) -> None:
        """End it all for good, with what is still to come."""
        self._outages, self._firewalls, self._revoke_after = (), (), inf


_HTML: Final = "text/html"
_PLAIN: Final = "text/plain; charset=UTF-8"
_JSON: Final = "application/json"


def _answer(status: int, kind: str, body: bytes, **more: str) -> Answer:
    return Answer(Code.UNKNOWN, status, {"Content-Type": kind, **more}, body)


def _html(status: int, server: str = "nginx") -> Answer:
    title = f"{status} {HTTPStatus(status).phrase}"
    body = (
        f"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n"
        f"<center><h1>{title}</h1></center>\r\n<hr><center>{server}</center>\r\n</body>\r\n</html>\r\n"
    )
    return _answer(status, _HTML, body.encode(), Server=server)


BAD_GATEWAY: Final = _html(502)
"""What a proxy says that gets no answer of the API, or none that it likes."""

_CLOUDFLARE: Final = (
    b'<!DOCTYPE html>\n<html lang="en-US">\n<head><title>Attention Required! | Cloudflare</title></head>\n'
    b"<body><h1>Sorry, you have been blocked</h1></body>\n</html>\n"
)
_CHALLENGE: Final = (
    b'<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head><body>'
    b"<noscript>Enable JavaScript and cookies to continue</noscript></body></html>"
)
_SUPPORT: Final = (
    b"<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. "
    b"Please consult with your administrator.<br><br>Your support ID is: 1234567890</body></html>"
)

PAGES: Final[Mapping[FirewallKind, Answer]] = {
    FirewallKind.HTML403: _html(403, "awselb/2.0"),  # the web ACL of a load balancer
    FirewallKind.CLOUDFLARE403: _answer(403, _HTML, _CLOUDFLARE, Server="cloudflare"),
    FirewallKind.PLAIN1015: _answer(429, _PLAIN, b"error code: 1015", Server="cloudflare"),
    FirewallKind.PLAIN1015_403: _answer(403, _PLAIN, b"error code: 1015", Server="cloudflare"),
    FirewallKind.PLAIN403: _answer(403, _PLAIN, b"RBAC: access denied", Server="envoy"),
    FirewallKind.JSON403: _answer(403, _JSON, b'{"message":"Forbidden"}'),
    FirewallKind.CODED403: _answer(
        403, _JSON, b'{"code":403,"message":"Forbidden"}'
    ),  # an integer, and of another list
    FirewallKind.EMPTY403: _answer(403, _PLAIN, b""),
    FirewallKind.JSON429: _answer(429, _JSON, b'{"message":"API rate limit exceeded"}'),
    **{FirewallKind(f"html{status}"): _html(status) for status in (400, 409, 412, 413, 422, 431, 451, 503)},
    FirewallKind.HTML200: _answer(200, _HTML, _CHALLENGE, Server="cloudflare"),
    FirewallKind.SUPPORT200: _answer(200, _HTML, _SUPPORT),
}
"""What a firewall says in the API's place, as such products word it."""
