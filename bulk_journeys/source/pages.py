"""What a document says beside its rows: that it is a page of several, and half a list; and remarks. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, NamedTuple

LONGEST_SHOWN: Final = 60
LONGEST_REMARK: Final = 200
MOST_REMARKS: Final = 5

# What the answers of these say: Notion, Stripe and Slack ("has_more"), Microsoft's and Google's ("@odata.nextLink",
# "nextPageToken"), Elasticsearch ("total": {"value"}), Spring and Atlassian ("totalElements", "totalPages").
_more: Final = re.compile(
    r"(?:has|is|there)?(?:more|next|nextpage|moreresults|moreitems|truncated|incomplete)"
).fullmatch
_next: Final = re.compile(
    r"(?:odata)?next(?:page|cursor|token|pagetoken|url|link|href|key|marker|offset|start|records?url)*"
).fullmatch
_total: Final = re.compile(
    r"odatacount|total(?:count|results|items|rows|records|size|elements|hits|number)?|(?:items|row|result)count"
).fullmatch
_holder: Final = re.compile(
    r"meta(?:data)?|pag(?:e|es|ing|ination)(?:info)?|hits|results?|response|data|list|info"
).fullmatch
"""What holds a total of rows; {"stats": {"total": 9000}} counts something else."""

_pages: Final = re.compile(r"(?:total)?pages?(?:count|total)|(?:total)?pages|lastpage").fullmatch


class Said(NamedTuple):
    """A value outside of all lists, and the keys that lead to it, the outermost first."""

    path: Sequence[str]
    value: Any


def told_partial(said: Iterable[Said], rows: int) -> str | None:
    """Return the first thing that *said* of others than the *rows* that a document holds, or None if nothing is."""
    return next((_shown(one) for one in said if _is_partial(one, rows)), None)


def remarks_of(said: Iterable[Said]) -> Iterator[str]:
    """Yield what *said* tells in words of more than one, a few of them: it may be about the rows."""
    for one in islice((one for one in said if isinstance(one.value, str) and len(one.value.split()) > 1), MOST_REMARKS):
        yield f"{'.'.join(one.path)[:LONGEST_SHOWN]}: {one.value[:LONGEST_REMARK]!r}"


def _is_partial(said: Said, rows: int) -> bool:
    words = [re.sub(r"[\W_]+", "", key).lower() for key in said.path]
    value = said.value
    if value is True:
        return _more(words[-1]) is not None
    if isinstance(value, str):
        return bool(value) and _next(words[-1]) is not None
    if isinstance(value, int) and value is not False:
        if _pages(words[-1]):
            return value > 1
        if _next(words[-1]):
            return value > 0
        *holders, key = words[:-1] if words[-1] == "value" and words[:-1] else words
        return value > rows and _total(key) is not None and all(map(_holder, holders))
    return False


def _shown(said: Said) -> str:
    value = repr(said.value) if isinstance(said.value, str) else str(said.value).lower()
    return f"{'.'.join(said.path)[:LONGEST_SHOWN]}: {value[:LONGEST_SHOWN]}"
