"""The token out of a text that leaves for disk, screen or network. Nothing is judged by what is left. Pure."""

import asyncio
import html
import re
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol
from urllib.request import getproxies, proxy_bypass

from yarl import URL

from bulk_journeys.model import Reply, Request
from bulk_journeys.settings.options import is_loopback


class Lifecycle(Protocol):
    """The seam between policy and network."""

    async def perform(self, request: Request) -> Reply:
        """Send *request* once and return what that taught; a failure is a value, never an exception."""
        ...


class NeverLeft(asyncio.CancelledError):
    """The run was abandoned before this request left, so that nothing of it is in doubt."""


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for one attempt; waiting for a turn is over before they start to count.

    *connect* is for a new connection, name lookup and TLS included. The whole attempt has *connect* and *read*
    together, all of it for the answer where a connection is used again.
    """

    connect: float = 10.0
    read: float = 30.0


def proxy_for(base_url: URL) -> str | None:
    """Return the environment's proxy for *base_url*, or None: for this machine there is none, whatever is set.

    A request in the clear shows the token to its proxy, and nobody gives leave for that where the sandbox is meant.
    `all_proxy` does not count, as with Python's own clients: it is mostly SOCKS, which is not spoken here.
    Not aiohttp's `trust_env`: that would also send `~/.netrc` credentials in place of the token.
    """
    host = base_url.host
    if host is None or is_loopback(host) or proxy_bypass(host):
        return None
    if proxy_bypass(f"{base_url.host_subcomponent}:{base_url.port}"):  # `no_proxy` may name a port
        return None
    proxy = getproxies().get(base_url.scheme)
    return f"http://{proxy}" if proxy and "://" not in proxy else proxy


PACKINGS: Final = frozenset({"gzip", "x-gzip", "deflate"})
"""Content codings that are undone, though none is ever asked for."""


UNPACKED_LIMIT: Final = 1 << 22
"""Bytes that a compressed answer may grow to."""


class Answer(NamedTuple):
    """An HTTP answer as far as it was read.

    *cut* is None for a whole body, else why the rest is missing. *too_long* says that it was us who stopped.
    Header names are looked up in any case if the mapping does.
    """

    http_status: int
    headers: Mapping[str, str]
    body: bytes
    cut: str | None = None
    too_long: bool = False


def unpacked(answer: Answer) -> Answer:
    """Return *answer* with its gzip or zlib undone, within a bound. Packed otherwise, or falsely, it counts as cut."""
    if answer.headers.get("Content-Encoding") is None:
        return answer
    codings = [value.strip().lower() for name, value in answer.headers.items() if name.lower() == "content-encoding"]
    if set(codings) == {"identity"}:
        return answer
    unpacker, body = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32), answer.body  # tells the two apart itself
    with suppress(zlib.error):
        body = unpacker.decompress(body, UNPACKED_LIMIT)
    if len(codings) == 1 and codings[0] in PACKINGS and unpacker.eof and not unpacker.unused_data:
        return answer._replace(body=body)
    is_bound = len(body) == UNPACKED_LIMIT
    return answer._replace(body=body, cut=answer.cut or "it cannot be unpacked to its end", too_long=is_bound)


Redact = Callable[[str], str]
"""Takes secrets out of a text that people will read."""

SHORTEST: Final = 8
"""Characters of a token that was encoded; less may be part of any word."""


def redactor(token: str) -> Redact:
    """Return what takes *token* out of a text: as it is, escaped as JSON, a URL or HTML does, in base64 or in hex."""
    escaped = re.compile("".join(map(_any_spelling, token)))
    encoded = re.compile("|".join(_encodings(token.encode())))

    def redact(text: str) -> str:
        if token in text or any(escape in text for escape in "\\%&"):  # the pattern takes its time
            text = escaped.sub("[token]", text)
        return encoded.sub("[token]", text) if len(text) >= SHORTEST else text

    return redact


def _any_spelling(letter: str) -> str:
    code = ord(letter)
    escaped = (
        rf"\\u{code:04x}|\\x{code:02x}|%(?:25)*{code:02x}|&#0*{code};|&#x0*{code:x};|{re.escape(html.escape(letter))}"
    )
    return rf"(?:\\?{re.escape(letter)}|(?i:{escaped}))"


def _encodings(token: bytes) -> Iterator[str]:
    """Yield patterns of what *token* is in hex and in base64, behind any number of bytes, in either alphabet."""
    yield f"(?i:{token.hex()})"
    for before in range(3):
        first, last = -(-before * 8 // 6), (before + len(token)) * 8 // 6
        core = b64encode(bytes(before) + token)[first:last].decode()
        if len(core) >= SHORTEST:
            yield "".join({"+": "[+-]", "/": "[/_]"}.get(letter, letter) for letter in core)
