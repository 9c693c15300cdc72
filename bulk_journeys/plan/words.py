"""The words people write in headers and action columns, and what we take them for. Whole words only."""

import re
from typing import Final

from bulk_journeys.model import Action

ID_HEADERS: Final = (
    frozenset({"uuid", "journeyuuid", "journeyid", "journeyguid", "canvasuuid", "canvasid"}),
    frozenset({"id", "guid", "journeyurl", "journeylink", "canvasurl", "canvaslink"}),
    frozenset({"url", "link", "journey", "canvas"}),
)
"""Headers of the column of journey ids, the surest words first; a later set counts where no earlier one does."""

ACTION_HEADERS: Final = (
    frozenset({"action", "targetaction", "journeyaction"}),
    frozenset({"operation", "do", "todo", "command"}),
)
"""Headers of the action column. A status column tells what a journey is, not what it should become."""

ACTIONS: Final = {
    "start": Action.START,
    "started": Action.START,
    "statusrunning": Action.START,
    "run": Action.START,
    "running": Action.START,
    "resume": Action.START,
    "resumed": Action.START,
    "unpause": Action.START,
    "unpaused": Action.START,
    "activate": Action.START,
    "activated": Action.START,
    "active": Action.START,
    "launch": Action.START,
    "launched": Action.START,
    "pause": Action.PAUSE,
    "paused": Action.PAUSE,
    "statuspaused": Action.PAUSE,
    "hold": Action.PAUSE,
    "onhold": Action.PAUSE,
    "suspend": Action.PAUSE,
    "suspended": Action.PAUSE,
    "finish": Action.FINISH,
    "finished": Action.FINISH,
    "statusfinished": Action.FINISH,
    "draft": Action.DRAFT,
    "statusdraft": Action.DRAFT,
    "archive": Action.ARCHIVE,
    "archived": Action.ARCHIVE,
    "statusarchived": Action.ARCHIVE,
}
"""What people write for an action, as *normal* leaves it."""

AMBIGUOUS: Final = dict.fromkeys(
    ("stop", "stopped", "deactivate", "deactivated", "disable", "disabled", "end", "ended", "inactive"),
    "can mean 'pause', which can be taken back, or 'finish', which cannot; write one of the two",
)
"""Words that we refuse to take for anything, and why."""

_UNSEEN: Final = "\N{SOFT HYPHEN}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_EDGES: Final = re.compile(rf"^[\s{_UNSEEN}]+|[\s{_UNSEEN}]+$")
_FILLERS: Final = re.compile(rf"[\s_\-{_UNSEEN}]+")


def trimmed(text: str) -> str:
    """Return *text* without blanks and unseen characters around it."""
    return _EDGES.sub("", text)


def normal(text: str) -> str:
    """Return *text* without case, blanks, underscores, hyphens and unseen characters."""
    return _FILLERS.sub("", text).casefold()
