"""Where this program keeps what it learns of accounts and runs: one folder of the user's."""

import os
import shlex
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

STATE_DIR_VARIABLE: Final = "BULK_JOURNEYS_STATE_DIR"


_NOWHERE: Final = Path(os.devnull)
"""Stands for a home folder that is not known: nothing can be kept below it."""


_HARM: Final = "who could hold or release the lock of an account, or falsify what is remembered"


def state_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return where this program keeps what it learnt; without a home folder, a place where nothing can be kept."""
    if chosen := environ.get(STATE_DIR_VARIABLE):
        return Path(chosen)
    base = Path(environ.get("XDG_STATE_HOME", ""))
    if not base.is_absolute():  # the XDG specification wants such a value ignored
        home = Path(environ.get("HOME", ""))
        base = (home if home.is_absolute() else _NOWHERE) / ".local" / "state"
    return base / "bulk-journeys"


def loose_folders(folders: Sequence[Path]) -> str | None:
    """Return a warning if others can write to one of the state's *folders*; None if not, or if there are none."""
    owned = [(folder, found) for folder in folders if (found := _folder_at(folder))]
    for folder, found in owned:
        if found.st_uid not in {os.geteuid(), 0}:  # root can write everywhere
            return f"{folder}: this belongs to somebody else, {_HARM}; {STATE_DIR_VARIABLE} can name a folder of yours"
    if loose := [folder for folder, found in owned if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)]:
        return (
            f"{loose[0]}: others can write here, {_HARM}; chmod go-w {' '.join(shlex.quote(str(one)) for one in loose)}"
        )
    return None


def _folder_at(path: Path) -> os.stat_result | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found if stat.S_ISDIR(found.st_mode) else None
