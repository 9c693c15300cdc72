"""The ways in which a connection is broken. Whether it is to be broken is not decided here."""

import socket
import struct
from typing import Final

from aiohttp import web

from .answers import Answer

_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


async def cut(answer: Answer, request: web.BaseRequest) -> web.StreamResponse:
    """Promise the whole body, send the first half and close the connection."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    await response.prepare(request)
    await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def reset(request: web.BaseRequest) -> web.Response:
    """Reset the connection; the response that aiohttp asks for finds nobody to go to."""
    if request.transport is not None:
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
        request.transport.abort()
    return web.Response()
