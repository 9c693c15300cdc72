"""Holds what bulk-journeys assumes of the live API against a real account, with one throwaway journey that runs.

`python first_hour.py JOURNEY FOLDER`: ten requests at most, a second or more apart, to that journey and to a made-up
one. The token comes from PUSHWOOSH_API_TOKEN or --token-file. What came is kept in FOLDER/answers.jsonl, redacted.
The exit status is 0 if all is as assumed, 3 if something is otherwise or was not seen, 2 if nothing was sent.
"""

import argparse
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from io import FileIO
from pathlib import Path
from typing import Final

from assumptions import Finding, Verdict, findings
from tour import NOBODYS, Visit, tour
from wire import Line
from yarl import URL

from bulk_journeys.api.transport import proxy_for
from bulk_journeys.errors import BulkJourneysError, DiskFailed, UsageError
from bulk_journeys.settings.credentials import Secret, load_token, loose_permissions, short_token
from bulk_journeys.settings.options import BASE_URL_VARIABLE, DEFAULT_BASE_URL, check_base_url, check_environment
from bulk_journeys.terminal import ask, is_terminal, printable, say

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def main(arguments: Sequence[str], sleep: Callable[[float], None] = time.sleep) -> int:
    """Do all of it, waiting with *sleep*, and return the exit status."""
    chosen = _parsed(arguments)
    try:
        base_url, token = _base_url(chosen.base_url), load_token(chosen.token_file)
        _warn(chosen.token_file, token, base_url)
        return _hold(chosen, base_url, token, sleep)
    except BulkJourneysError as error:
        say(f"error: {error}")
        return error.exit_code
    except KeyboardInterrupt:
        say("interrupted twice: the journey may be paused; look it up in the control panel, and start it there")
        return 130


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Hold what is assumed of the live API against a real account.")
    parser.add_argument("journey", help="the id of a throwaway journey, which runs and has nobody in it")
    parser.add_argument("folder", type=Path, help="where answers.jsonl is written")
    parser.add_argument("--base-url", metavar="URL", help=f"where the API is, if not at {DEFAULT_BASE_URL}")
    parser.add_argument("--token-file", type=Path, metavar="FILE", help="a file that holds the API token")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser.parse_args(arguments)


def _base_url(said: str | None) -> str:
    if said is not None:
        return check_base_url(said)
    check_environment()
    return check_base_url(os.environ.get(BASE_URL_VARIABLE, DEFAULT_BASE_URL))


def _warn(token_file: Path | None, token: Secret, base_url: str) -> None:
    for warning in (token_file and loose_permissions(token_file), short_token(token, base_url)):
        if warning:
            say(f"warning: {warning}")


def _hold(chosen: argparse.Namespace, base_url: str, token: Secret, sleep: Callable[[float], None]) -> int:
    uuid = chosen.journey.lower()
    if not _UUID.fullmatch(uuid) or uuid == NOBODYS:
        raise UsageError(
            f"{chosen.journey!r} is not the id of a journey; copy it from the address of the journey's page"
        )
    line = Line(base_url, proxy_for(URL(base_url)))
    _agree(uuid, base_url, yes=chosen.yes)
    path = chosen.folder / "answers.jsonl"
    with _opened(path) as file:
        visit = Visit(line, uuid, token.reveal(), lambda record: _write(file, record), sleep)
        state = _interruptibly(visit, line)
    found = findings(visit.answers, uuid, token.reveal())
    sys.stdout.write(table(found))
    sys.stdout.write(printable(state) + "\n")
    if visit.unkept:
        raise DiskFailed(f"{path}: not all answers could be written; the table has them")
    sys.stdout.write(printable(f"{visit.count} answers in {path}") + "\n")
    return 0 if all(each.verdict is Verdict.HOLDS for each in found) else 3


def _agree(uuid: str, base_url: str, *, yes: bool) -> None:
    say(
        f"journey {uuid} at {base_url}",
        "  it is paused and started, each twice; it must run now, with nobody in it",
        "  8 requests, 10 at most, a second or more apart; 4 of them about no journey at all",
    )
    if yes:
        return
    if not is_terminal(sys.stdin):
        raise UsageError("there is no terminal to ask on, so nothing was sent; pass --yes")
    if ask("go on? [y/N] ").strip().lower() not in {"y", "yes"}:
        raise UsageError("nothing was sent")


def _opened(path: Path) -> FileIO:
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        raise UsageError(f"{path}: it is there already; name another folder") from None
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}; name a folder that can be written to") from None
    return open(descriptor, "wb", buffering=0)  # noqa: PTH123  a descriptor


def _write(file: FileIO, record: str) -> None:
    """Write a line. Raises OSError, also where the disk took a part of it."""
    if file.write(record.encode()) != len(record.encode()):
        raise OSError


def _interruptibly(visit: Visit, line: Line) -> str:
    """Make the tour; the user's first word against it has the journey started again before it ends."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(each, visit.stop) for each in signals]
    try:
        return tour(visit)
    finally:
        line.close()
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)


def table(found: Sequence[Finding]) -> str:
    """Return the table as a text, with the sums below."""
    lines = []
    for text, verdict, came in found:
        lines.append(f"  {verdict:<11} {text}")
        lines.extend(f"  {'':<11}   {each}" for each in came[:2])
        if len(came) > 2:
            lines.append(f"  {'':<11}   and {len(came) - 2} more like that")
    sums = [f"{sum(each.verdict is verdict for each in found)} {verdict.lower()}" for verdict in Verdict]
    return "\n".join([*map(printable, lines), ", ".join(sums), ""])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
