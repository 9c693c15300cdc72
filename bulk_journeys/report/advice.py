"""What to do about a row that was not applied, or may not have been: tables, and nothing else."""

from typing import Final

from bulk_journeys.model import FailureCode, Outcome

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

ADVICE_FOR_CODE: Final = {
    FailureCode.ALREADY_EXISTS: "ask the vendor what this answer means for this journey",
    FailureCode.INVALID_ARGUMENT: "check the journey id in the file",
    FailureCode.NOT_FOUND: "check the journey id, and that the token belongs to the journey's account",
    FailureCode.PERMISSION_DENIED: "use a token that has a right to this journey's application",
    FailureCode.RESOURCE_EXHAUSTED: "the API was overloaded: run these rows again with a lower rate",
    FailureCode.UNREACHABLE: "check the network, the base URL and the proxy, then run these rows again",
}
"""Of rows that are settled, where more can be said than their outcome says."""

ADVICE_WHEN_STOPPED: Final = {
    FailureCode.NOT_FOUND: "check the base URL, then resume the run",
    FailureCode.UNAUTHENTICATED: "get a valid token, then resume the run",
    FailureCode.UNIMPLEMENTED: "check the base URL, then resume the run",
    FailureCode.UNREACHABLE: "check the network, the base URL and the proxy, then resume the run",
}
"""Of rows that a run left open, where more is to be done than to resume it."""

ADVICE_FOR_STATUS: Final = {
    401: ADVICE_WHEN_STOPPED[FailureCode.UNAUTHENTICATED],
    404: ADVICE_WHEN_STOPPED[FailureCode.NOT_FOUND],
}
"""The same by the HTTP status of answers that had no code."""


def advice_for(outcome: Outcome, code: FailureCode, http_status: int | None = None) -> str:
    """Return one line of advice; doubt and rows that are not valid have the same whatever caused them."""
    general = ADVICE_FOR_OUTCOME[outcome]
    if outcome in {Outcome.IN_DOUBT, Outcome.INVALID}:
        return general
    if outcome is not Outcome.NOT_ATTEMPTED:
        return ADVICE_FOR_CODE.get(code, general)
    if code is FailureCode.HTTP_STATUS and http_status is not None:
        return ADVICE_FOR_STATUS.get(http_status, general)
    return ADVICE_WHEN_STOPPED.get(code, general)
