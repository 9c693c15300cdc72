"""What to do about a row that was not applied, or may not have been: a table, and nothing else."""

from typing import Final

from bulk_journeys.model import Outcome

ADVICE_FOR_CODE: Final = {
    "already_exists": "ask the vendor what this answer means for this journey",
    "failed_precondition": "the journey's present status forbids this action; look it up before you do anything",
    "invalid_argument": "check the journey id in the file",
    "not_found": "check the journey id, and that the token belongs to the journey's account",
    "permission_denied": "use a token that has a right to this journey's application",
    "resource_exhausted": "the API was overloaded: run these rows again with a lower rate",
    "unreachable": "check the network, the base URL and the proxy, then run these rows again",
}

ADVICE_WHEN_STOPPED: Final = {
    "http_401": "get a valid token, then resume the run",
    "http_404": "check the base URL, then resume the run",
    "not_found": "check the base URL, then resume the run",
    "unauthenticated": "get a valid token, then resume the run",
    "unimplemented": "check the base URL, then resume the run",
    "unreachable": "check the network, the base URL and the proxy, then resume the run",
}

ADVICE_FOR_OUTCOME: Final = {
    Outcome.APPLIED: "nothing to do",
    Outcome.CONFLICT: "the journey's present status forbids this action; look it up before you do anything",
    Outcome.REJECTED: "the API will not do this; correct the row",
    Outcome.FAILED: "it was not applied: run these rows again later",
    Outcome.IN_DOUBT: "it may have been applied: look the journey up in the control panel",
    Outcome.LEFT_OUT: "nothing to do",
    Outcome.NOT_ATTEMPTED: "resume the run",
    Outcome.INVALID: "correct the row, and run it in a file of its own",
}


def advice_for(outcome: Outcome, code: str) -> str:
    """Return one line of advice; doubt and rows left over are the same whatever caused them."""
    general = ADVICE_FOR_OUTCOME[outcome]
    if outcome in {Outcome.IN_DOUBT, Outcome.INVALID}:
        return general
    if outcome is Outcome.NOT_ATTEMPTED:
        return ADVICE_WHEN_STOPPED.get(code, general)
    return ADVICE_FOR_CODE.get(code, general)
