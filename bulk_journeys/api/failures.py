"""aiohttp's errors in words. They and their names are public, and the same for every transport."""

from typing import Final

import aiohttp

BROKEN: Final = (aiohttp.ClientError, OSError)
"""What is raised where no answer came that can be read, or no connection; TimeoutError is among them."""


FRESH: Final = 3
"""New connections that a server may close, or speak on first, before it is taken for no HTTP server."""


class SpeaksFirst(aiohttp.ClientConnectionError):
    """A server did so on a new connection, and nothing was sent."""

    def __init__(self) -> None:
        super().__init__("the server closes new connections, or speaks on them, before it is asked")


def saying_of(error: Exception) -> str | None:
    """Return what *error* means where its own words are not fit to be shown, else None."""
    if isinstance(error, aiohttp.InvalidURL):
        return "the URL of the environment's proxy is not valid"  # and may hold a password
    if isinstance(error, aiohttp.ClientHttpProxyError):
        return f"the proxy answered HTTP {error.status}"
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return "the server closed the connection"  # its own words may be the repr of half an answer
    return None
