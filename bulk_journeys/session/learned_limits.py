"""What a run learnt about a server's limit, kept for the next one; a run that cannot have it learns anew."""

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from bulk_journeys.errors import DiskFailed
from bulk_journeys.files import NO_FOLLOW, disk_errors, opened_regular, replacing
from bulk_journeys.session.account import Account
from bulk_journeys.session.state_folder import STATE_DIR_VARIABLE
from bulk_journeys.settings.options import RunOptions
from bulk_journeys.terminal import say

if TYPE_CHECKING:
    from bulk_journeys.pipeline.pace.pace import Pace

FILE_NAME: Final = "limits.json"

DAYS: Final = 30
"""A limit that was learnt longer ago is not believed any more."""

MOST_KEYS: Final = 100
"""Limits in the file; those that were kept longest ago go."""


_SIZE_LIMIT: Final = 1 << 20
"""Bytes of the file that are read; a hundred limits are far less."""


_ADVICE: Final = f"the server's limit is not remembered; {STATE_DIR_VARIABLE} can name a folder for it"


class Limit(msgspec.Struct, frozen=True):
    """What a server bears, learnt at *at*, in seconds since 1970.

    *rate* is in requests per second. *lanes* is how many requests may be under way at once, or None if that was
    not the limit; *period* the seconds of the server's window, or None if none was seen.
    """

    rate: float
    lanes: int | None
    period: float | None
    at: float

    def __post_init__(self) -> None:
        """Raise ValueError for what no server can mean, so that neither a run nor a file brings it in."""
        for number in (self.rate, self.lanes, self.period):
            if number is not None and not 0 < number < inf:
                raise ValueError(f"a limit has positive numbers, not {number!r}")
        if not -inf < self.at < inf:
            raise ValueError(f"{self.at!r} is no time")


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A limit for each key of an account; the latest kept is the last."""

    limits: dict[str, Limit]


class Memory:
    """One file in the user's state folder. Each change replaces it as a whole; of two at once one may be lost.

    What is not a regular file is in the user's hands: it is neither read nor replaced.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def recall(self, key: str, now: float) -> Limit | None:
        """Return what is known, or None if that is nothing, cannot be read or is too old.

        *key* is that of an account; *now* is in seconds since 1970.
        """
        try:
            file = self._read()
        except OSError:
            return None
        limit = file.limits.get(key) if file else None
        return limit if limit and abs(now - limit.at) <= DAYS * 86400 else None

    def keep(self, key: str, limit: Limit) -> str | None:
        """Remember *limit*. Return None, or a sentence that says why it is not remembered; never raise."""
        try:
            with disk_errors(self._path, _ADVICE):
                file = self._read() or _File({})
            file.limits.pop(key, None)  # so that it becomes the last
            self._write({**file.limits, key: limit}, _ADVICE)
        except DiskFailed as failed:
            return str(failed)
        return None

    def forget(self, key: str) -> bool:
        """Forget a limit, and return whether there was one. Raises DiskFailed, since here a user wants it gone."""
        safe = "nothing is forgotten"
        with disk_errors(self._path, safe):
            file = self._read()
        if file is None or file.limits.pop(key, None) is None:
            return False
        self._write(file.limits, safe)
        return True

    def _read(self) -> _File | None:
        """Return what the file holds, or None if it is missing or damaged. Raises OSError."""
        try:
            with io.BufferedReader(opened_regular(self._path, NO_FOLLOW)) as file:
                content = file.read(_SIZE_LIMIT)
        except FileNotFoundError:
            return None
        try:
            return msgspec.json.decode(content, type=_File)
        except (ValueError, RecursionError):
            return None

    def _write(self, limits: dict[str, Limit], safe: str) -> None:
        """Write the latest of *limits*. Raises DiskFailed, with *safe*."""
        latest = dict(list(limits.items())[-MOST_KEYS:])
        with disk_errors(self._path, safe):
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(self._path, safe) as opened:
            opened.write(msgspec.json.encode(_File(latest)))


@contextmanager
def pace_of(options: RunOptions, account: Account, operations: int) -> Iterator["Pace"]:
    """Yield the user's own pace, or a search from where the account's last one ended, and remember what it finds.

    *operations* is how many there are to do. Raises UsageError, and DiskFailed where a limit cannot be forgotten.
    """
    from bulk_journeys.pipeline.pace.fixed_pace import FixedPace
    from bulk_journeys.pipeline.pace.pace import Found, SearchingPace
    from bulk_journeys.settings.options import fastest, is_auto, parse_bounds

    bounds, max_pause = parse_bounds(options.rate, options.max_rate), options.max_pause
    if not is_auto(options.rate):
        yield FixedPace(bounds, max_pause=max_pause)
        return
    memory = Memory(account.folder / FILE_NAME)
    if options.forget_rate:
        memory.forget(account.key)
    last = memory.recall(account.key, time.time())
    known = Found(last.rate, last.lanes, last.period or 0.0) if last else None
    pace = SearchingPace(operations, max_rate=fastest(bounds), max_pause=max_pause, known=known, bounds=bounds)
    yield pace
    if found := pace.found:
        failed = memory.keep(account.key, Limit(found.rate, found.lanes, found.period or None, time.time()))
        if not options.quiet:
            at_once = f", {found.lanes} at once" if found.lanes else ""
            say(failed or f"the server took {found.rate:.3g} requests a second{at_once}; the next run begins there")
