"""A socket that remembers what it handed on: what a connection is worth shows in how it began, and how it ended."""

import select
import socket


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
