"""What a connection shows of its worth: a socket that remembers what it handed on, and aiohttp's errors in words."""

import select
import socket
from typing import Final

import aiohttp


class HeardSocket(socket.socket):
    """A socket for one connection. Of what is read past `recv` it knows nothing, and tells of no end then."""

    has_spoken = False
    """Whether bytes came that were read."""

    has_ended = False
    """Whether the other side's end was read, which a reset is not."""

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        came = super().recv(bufsize, flags)
        self.has_spoken |= bool(came)
        self.has_ended |= not came
        return came

    def is_silent(self) -> bool:
        """Return whether nothing has come, neither bytes nor the end, read or not."""
        if self.has_spoken or self.has_ended:
            return False
        poll = select.poll()
        poll.register(self.fileno(), select.POLLIN)
        return not poll.poll(0)


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
