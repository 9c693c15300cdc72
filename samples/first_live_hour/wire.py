"""One question at a time over one connection, in the words of bulk-journeys. Nothing is sent twice."""

import http.client
import json
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from aiohttp.http import SERVER_SOFTWARE
from answers import Answer

from bulk_journeys.errors import UsageError

TIMEOUT: Final = 30.0
"""Seconds, as the default of `--timeout`."""

_BODY_LIMIT: Final = 1 << 22
_NO_PROXY: Final = "the environment's proxy for https is not one that begins with http://; this script speaks no other"


class Question(NamedTuple):
    """A request: *path* follows the base URL, *uuid* may be any text."""

    path: str
    uuid: str
    token: str


class Line:
    """A connection to *base_url*, through *proxy* if there is one, which is made anew where it was closed."""

    def __init__(self, base_url: str, proxy: str | None) -> None:
        self._url = urlsplit(base_url)
        self._connection = _connection(self._url, proxy)
        self._spent = ""

    def ask(self, question: Question) -> Answer:
        """Send *question* once, and return what came; a failure is an answer with its *trouble*."""
        state = self._state()
        if state != "kept":
            self._connection.close()
            try:
                self._connection.connect()
            except (OSError, http.client.HTTPException) as error:
                return Answer(sent=False, trouble=f"nothing was sent: {_words(error)}", connection=state)
        answer = self._exchange(question, state)
        if answer.status is None or answer.cut:
            self.close()
        return answer

    def close(self) -> None:
        """End the connection; the next question makes a new one."""
        self._spent = ""
        self._connection.close()

    def _state(self) -> str:
        """Say how the connection is that the next question goes on."""
        if self._spent:
            return self._spent
        sock = self._connection.sock
        if sock is None:
            return "new"
        return "closed by the server while nothing was sent" if _is_gone(sock) else "kept"

    def _exchange(self, question: Question, state: str) -> Answer:
        self._spent, began = "", time.monotonic()
        try:
            body = json.dumps({"uuid": question.uuid}).encode()
            self._connection.request("POST", self._url.path + question.path, body, _headers(self._url, question.token))
            response = self._connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            return Answer(trouble=f"no answer: {_words(error)}", connection=state)
        body, cut = _body_of(response)
        if response.will_close:
            self._spent = "closed by the server after its answer"
        return Answer(
            response.status,
            response.reason,
            "HTTP/1.0" if response.version == 10 else "HTTP/1.1",
            {name.lower(): value for name, value in response.headers.items()},
            body,
            cut,
            connection=state,
            seconds=time.monotonic() - began,
        )


def _headers(url: SplitResult, token: str) -> Mapping[str, str]:
    return {
        "Host": url.netloc,
        "Authorization": f"Api {token}",
        "Content-Type": "application/json",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "User-Agent": SERVER_SOFTWARE,  # a firewall may judge by it
    }


def _connection(url: SplitResult, proxy: str | None) -> http.client.HTTPConnection:
    kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    host = url.hostname or ""
    if proxy is None:
        return kind(host, url.port, timeout=TIMEOUT)
    try:
        through = urlsplit(proxy)
        port = through.port or 80
    except ValueError:
        raise UsageError(_NO_PROXY) from None
    if through.scheme != "http" or not through.hostname:
        raise UsageError(_NO_PROXY)
    connection = kind(through.hostname, port, timeout=TIMEOUT)
    connection.set_tunnel(host, url.port or 443, _proxy_headers(through))
    return connection


def _proxy_headers(proxy: SplitResult) -> dict[str, str]:
    if proxy.username is None:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {b64encode(pair.encode()).decode()}"}


def _is_gone(sock: socket.socket) -> bool:
    """Say whether the other end has closed, or has spoken out of turn, so that nothing more should be sent here."""
    sock.settimeout(0.0)
    try:
        sock.recv(1)
    except (BlockingIOError, ssl.SSLWantReadError):
        return False
    except OSError:
        pass
    else:
        return True
    finally:
        sock.settimeout(TIMEOUT)
    return True


def _body_of(response: http.client.HTTPResponse) -> tuple[bytes, bool]:
    """Return the body, and whether it broke off, or is longer than anybody needs."""
    try:
        body = response.read(_BODY_LIMIT)
        missing = bool(response.length) or len(body) == _BODY_LIMIT
        return body, missing
    except http.client.IncompleteRead as error:
        return error.partial, True
    except (OSError, http.client.HTTPException):
        return b"", True


def _words(error: Exception) -> str:
    """Return a failure in words that are ours."""
    for kind, words in _WORDS:
        if isinstance(error, kind):
            return words
    return "the connection failed"


_WORDS: Final[tuple[tuple[type[Exception], str], ...]] = (
    (ssl.SSLCertVerificationError, "the server's certificate is not trusted"),
    (ssl.SSLError, "there was no TLS to agree on"),
    (TimeoutError, f"none within {TIMEOUT:g} s"),
    (socket.gaierror, "the host's name is unknown"),
    (ConnectionRefusedError, "the connection was refused"),
    (http.client.RemoteDisconnected, "the server closed the connection"),
    (ConnectionError, "the connection was lost"),
    (http.client.HTTPException, "what came is no HTTP"),
)
