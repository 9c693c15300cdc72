"""What people are told about runs and plans. Nothing decides by a sentence that is made here.

Errors, and the reasons of rows that are not valid, are worded where they are found.
"""

from bulk_journeys.model import Doubt, Loss


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
