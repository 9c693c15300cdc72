"""What came back for a request, and what may be kept of it: never the token, no canvas, nobody's name."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Final
from urllib.parse import quote

BOM: Final = b"\xef\xbb\xbf"

HTTP_OF_CODE: Final[Mapping[int, tuple[int, ...]]] = {
    0: (200,),
    1: (408, 499),
    2: (500,),
    3: (400,),
    4: (504,),
    5: (404,),
    6: (409,),
    7: (403,),
    8: (429, 503),
    9: (400, 412),
    10: (409,),
    11: (400,),
    12: (501,),
    13: (500,),
    14: (503,),
    15: (500,),
    16: (401,),
}
"""The HTTP statuses that grpc-gateway, old and new, puts a gRPC code on; 503 for 8 is the vendor's own."""

_NOT_APPLIED: Final = frozenset({3, 5, 6, 7, 9, 10, 11, 12, 16})
_RELAYED: Final = ("RST_STREAM", "unexpected HTTP status code received from server")
"""Words that a gateway makes of a lost connection to its backend, which may have done the work by then."""

_MATTERS: Final = re.compile(
    "content-.*|transfer-encoding|connection|keep-alive|date|server|via|location|retry-after|www-authenticate"
    "|allow|trailer|(x-)?rate-?limit.*|grpc-.*|x-request-id"
)
_PRIVATE: Final = frozenset({"last_edited_by", "application_code"})
_LONG: Final = frozenset({"points", "comments"})
_TEXT: Final = 500
_ITEMS: Final = 20
_DEPTH: Final = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. *status* is None where none came, and *trouble* says why; *sent* is False if no byte can have left.

    *cut* is whether the body broke off. *connection* is `new`, `kept`, or why the server's last one could not be used
    again. *headers* have their names in lower case. *seconds* is how long it took from when the request was written.
    """

    status: int | None = None
    reason: str = ""
    version: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: bool = False
    trouble: str = ""
    sent: bool = True
    connection: str = "new"
    seconds: float = 0.0

    @property
    def json(self) -> Mapping[str, Any] | None:
        """The body, if it is a whole JSON object."""
        try:
            found = json.loads(self.body.removeprefix(BOM)) if not self.cut else None
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    @property
    def code(self) -> int | None:
        """The gRPC code of an error, if it is one."""
        code = (self.json or {}).get("code")
        return code if type(code) is int and code in HTTP_OF_CODE else None

    @property
    def message(self) -> str:
        """The server's words, empty if there are none."""
        message = (self.json or {}).get("message")
        return message if isinstance(message, str) else ""

    @property
    def fits(self) -> bool:
        """Whether a gRPC code is there, and stands on its own HTTP status."""
        return self.code is not None and self.status in HTTP_OF_CODE[self.code]

    @property
    def is_no(self) -> bool:
        """Whether this proves that nothing was changed: an error of the API itself, of a kind that says so."""
        relayed = any(words in self.message for words in _RELAYED)
        return self.fits and self.code in _NOT_APPLIED and not relayed

    def status_of(self, uuid: str) -> str | None:
        """Return the status in which a 200 shows the journey *uuid*; None if it shows something else."""
        info = (self.json or {}).get("info") if self.status == 200 else None
        if not isinstance(info, dict) or str(info.get("uuid")).lower() != uuid:
            return None
        return str(info.get("status"))


def came(answer: Answer, token: str) -> str:
    """Return *answer* in a few words, without the token."""
    if answer.status is None:
        return answer.trouble
    info = (answer.json or {}).get("info")
    parts = [f"HTTP {answer.status}"]
    if answer.code is not None:
        parts.append(f"code {answer.code}")
    if isinstance(info, dict):
        parts.append(f"info.uuid {_brief(info.get('uuid'), token)}, info.status {_brief(info.get('status'), token)}")
    elif answer.json is not None:
        parts.append(_brief(answer.message, token) if answer.message else "JSON without a message")
    else:
        parts.append("a body that breaks off" if answer.cut else _kind(answer))
    return ", ".join(parts)


def _kind(answer: Answer) -> str:
    if not answer.body:
        return "no body"
    return "an HTML page" if answer.body.lstrip()[:1] == b"<" else "a body that is no JSON object"


def _brief(value: object, token: str) -> str:
    return repr(blanked(str(value), token)[:60])


def kept(answer: Answer, token: str) -> dict[str, Any]:
    """Return what is kept of *answer*: the status line, the headers that matter and the body, redacted."""
    if answer.status is None:
        return {"trouble": answer.trouble, "connection": answer.connection}
    headers = {name: blanked(value, token) for name, value in answer.headers.items() if _MATTERS.fullmatch(name)}
    return {
        "status_line": blanked(f"{answer.version} {answer.status} {answer.reason}".rstrip(), token),
        "headers": headers,
        "body": _kept_body(answer, token),
        "body_bytes": len(answer.body),
        "byte_order_mark": answer.body.startswith(BOM),
        "cut_off": answer.cut,
        "connection": answer.connection,
        "seconds": round(answer.seconds, 3),
    }


def _kept_body(answer: Answer, token: str) -> Any:
    if answer.json is not None:
        return _redacted(answer.json, token)
    return _shortened(blanked(answer.body.decode(errors="replace"), token))


def _redacted(value: Any, token: str, depth: int = 0) -> Any:
    """Blank *value*, which stands *depth* levels deep in a JSON document."""
    if depth > _DEPTH:
        return "[deeper]"
    if isinstance(value, str):
        return _shortened(blanked(value, token))
    if isinstance(value, list):
        more = [f"[{len(value) - _ITEMS} more]"] if len(value) > _ITEMS else []
        return [_redacted(each, token, depth + 1) for each in value[:_ITEMS]] + more
    if isinstance(value, dict):
        return {blanked(name, token): _member(name, each, token, depth + 1) for name, each in value.items()}
    return value


def _member(name: str, value: Any, token: str, depth: int) -> Any:
    if name in _PRIVATE and value:
        return "[left out]"
    if name in _LONG and value:
        return f"[{len(value)} left out]" if isinstance(value, list) else "[left out]"
    return _redacted(value, token, depth)


def _shortened(text: str) -> str:
    return text if len(text) <= _TEXT else f"{text[:_TEXT]}[{len(text) - _TEXT} more characters]"


def blanked(text: str, token: str) -> str:
    """Return *text* without the token, as it is or as URLs, pages and JSON write it."""
    for form in _forms(token):
        text = text.replace(form, "[token]")
    return text


def _forms(token: str) -> list[str]:
    codes = "".join(f"\\u{ord(char):04x}" for char in token)
    forms = [token, quote(token, safe=""), escape(token), token.replace("/", r"\/"), json.dumps(token)[1:-1], codes]
    return [*forms, quote(token, safe="").lower(), codes.upper().replace(r"\U", r"\u")]
