"""The ways in which a connection is broken. Whether it is to be broken is not decided here."""

import socket
import struct
from typing import Final

from aiohttp import web

from .answers import Answer

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


async def cut(answer: Answer, request: web.BaseRequest, share: float = 0.5) -> web.StreamResponse:
    """Send *share* of the body, promise a byte more than there is, and close the connection."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body) + 1
    await response.prepare(request)
    await response.write(answer.body[: int(len(answer.body) * share)])
    if request.transport is not None:
        request.transport.close()
    return response


def reset(request: web.BaseRequest) -> web.Response:
    """Reset the connection; the response that aiohttp asks for finds nobody to go to."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        request.transport.abort()
    return web.Response()
