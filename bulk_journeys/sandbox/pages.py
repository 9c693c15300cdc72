"""What a firewall says in the API's place, as such products word it. Nothing is sent from here."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from .answers import Answer, Code
from .trouble import FirewallKind

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
