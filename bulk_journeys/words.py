"""What people are told about runs and plans. Nothing decides by a sentence that is made here.

Errors, and the reasons of rows that are not valid, are worded where they are found.
"""

from typing import Final

from bulk_journeys.model import Doubt, FollowUp, Loss

_DONE: Final = {FollowUp.RESUME: "gone on with", FollowUp.RETRY: "retried", FollowUp.UNDO: "undone"}


def done_text(what: FollowUp) -> str:
    """Say what became of a run about which *what* was done."""
    return _DONE[what]


def doubt_text(doubt: Doubt) -> str:
    """Say which request may have been applied, and in which run."""
    if doubt.loss is Loss.UNTOLD and doubt.message is None:
        return f"an earlier run left it in doubt{f', as {doubt.place} tells' if doubt.place else ''}"
    run = "" if doubt.run is None else f"in run {doubt.run}: " if doubt.run else "in an earlier run: "
    return f"{run}{_loss_text(doubt)}"


def _loss_text(doubt: Doubt) -> str:
    heard = f" ({doubt.message})" if doubt.message else ""
    match doubt.loss:
        case Loss.NO_ANSWER:
            return f"the answer to attempt {doubt.attempt} was lost{heard}"
        case Loss.UNCLEAR_REFUSAL:
            return f"attempt {doubt.attempt} was refused in words that do not say that nothing was done{heard}"
        case Loss.FOREIGN_ANSWER:
            return f"something else than the API answered attempt {doubt.attempt}{heard}"
        case Loss.IN_FLIGHT:
            return f"the run ended while attempt {doubt.attempt} was under way"
    return doubt.message or ""


def doubt_settled_text(doubt: Doubt, attempts: int, message: str, *, is_conflict: bool) -> str:
    """Say why a row is in doubt whose last attempt, the one of number *attempts*, met *message*."""
    told = doubt_text(doubt)
    if doubt.run is None and doubt.attempt == attempts:
        return told
    if is_conflict:
        either = "either the action was carried out by then, or the journey was so before"
        return f"{told}; attempt {attempts} found: {message}; {either}"
    return f"{told}; attempt {attempts} said: {message}"


def doubt_open_text(doubt: Doubt) -> str:
    """Say why a row is in doubt that was to be tried again."""
    return f"{doubt_text(doubt)}; then the run ended"


def not_begun_text(doubt: Doubt | None, attempts: int) -> str:
    """Say why a row was not tried, or not again."""
    if attempts:
        return "the run ended before it could be tried again"
    message = "the run ended before this row's turn"
    return f"{doubt_text(doubt)}; {message}" if doubt else message


def ago_text(seconds: float) -> str:
    """Say how long ago something was, *seconds* before now."""
    return (
        f"{length_text(seconds)} ago" if seconds >= 0 else f"{length_text(-seconds)} from now by this machine's clock"
    )


def length_text(seconds: float) -> str:
    """Say how long *seconds* are, in the largest unit of which there are two."""
    for unit, name in ((86_400, "days"), (3_600, "hours"), (60, "minutes")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} seconds"


def duration_text(seconds: float) -> str:
    """Say a duration as somebody would write it in a flag: in hours or minutes where it is so many of them."""
    for unit, name in ((3600, "h"), (60, "min")):
        if seconds >= unit and seconds % unit == 0:
            return f"{seconds / unit:g} {name}"
    return f"{seconds:g} s"
