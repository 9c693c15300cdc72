"""What bulk-journeys takes for granted of the live API, held against what came. Nothing is sent from here."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from answers import BOM, Answer, blanked, came

WHOLE: Final = 1 << 20
"""Bytes of an answer that bulk-journeys reads."""

_BRIEF: Final = 200
_LIMITS: Final = ("retry-after", "grpc-metadata-retry-after", "ratelimit", "x-ratelimit", "x-rate-limit")


class Step(StrEnum):
    """The requests, by name, in the order in which they are sent."""

    UNKNOWN = "an unknown uuid"
    MALFORMED = "a bad uuid"
    PAUSE = "pause"
    PAUSE_AGAIN = "pause again"
    START = "start"
    START_AGAIN = "start again"
    BACK = "a start as the way back"
    WRONG_PATH = "a wrong path"
    WRONG_TOKEN = "a wrong token"  # noqa: S105  a name


Answers = Mapping[Step, Answer]


class Verdict(StrEnum):
    """What became of an assumption; of one that nothing speaks of, nothing is claimed."""

    HOLDS = "as assumed"
    DIFFERS = "OTHERWISE"
    UNSEEN = "not seen"


class Assumption(NamedTuple):
    """Something to be seen in the answers to *steps*, as far as *speaks* holds of them.

    *fault* says what of an answer is otherwise, or None.
    """

    text: str
    steps: Sequence[Step]
    fault: Callable[[Answer], str | None]
    speaks: Callable[[Answer], bool] = lambda _: True


class Finding(NamedTuple):
    """One line of the table; *found* is what came, for each answer that was otherwise."""

    text: str
    verdict: Verdict
    found: Sequence[str]


_ABOUT_A_JOURNEY: Final = tuple(Step)[:7]


def findings(answers: Answers, uuid: str, token: str) -> list[Finding]:
    """Return the table for the journey *uuid*. The token is in no line of it."""
    return [_held(each, answers, token) for each in _assumptions(uuid, token)]


def _held(assumption: Assumption, answers: Answers, token: str) -> Finding:
    steps = [step for step in assumption.steps if step in answers and assumption.speaks(answers[step])]
    faults = [(step, assumption.fault(answers[step])) for step in steps]
    found = [f"{step}: {blanked(fault, token)[:_BRIEF]}" for step, fault in faults if fault]
    verdict = Verdict.DIFFERS if found else Verdict.HOLDS if steps else Verdict.UNSEEN
    return Finding(assumption.text, verdict, found)


def _assumptions(uuid: str, token: str) -> list[Assumption]:
    def says(http_status: int, code: int | None = None) -> Callable[[Answer], str | None]:
        return lambda answer: (
            None if answer.status == http_status and (code is None or answer.code == code) else came(answer, token)
        )

    def shows(status: str) -> Callable[[Answer], str | None]:
        return lambda answer: None if answer.status_of(uuid) == status else came(answer, token)

    return [
        Assumption(
            "POST BASE/api/v3/journeygateway/pause and /start are there",
            (Step.UNKNOWN, Step.MALFORMED, Step.PAUSE, Step.START),
            lambda answer: came(answer, token) if _is_nowhere(answer) else None,
            _answered,
        ),
        Assumption(
            "'Authorization: Api TOKEN' is taken",
            _ABOUT_A_JOURNEY,
            lambda answer: came(answer, token) if _is_turned_away(answer) else None,
            _answered,
        ),
        Assumption("pause: HTTP 200, info.uuid, info.status STATUS_PAUSED", (Step.PAUSE,), shows("STATUS_PAUSED")),
        Assumption("start: HTTP 200, info.uuid, info.status STATUS_RUNNING", (Step.START,), shows("STATUS_RUNNING")),
        Assumption("pause of a paused journey: HTTP 400, code 9", (Step.PAUSE_AGAIN,), says(400, 9)),
        Assumption("start of a running journey: HTTP 400, code 9", (Step.START_AGAIN,), says(400, 9)),
        Assumption("an unknown uuid: HTTP 404, code 5", (Step.UNKNOWN,), says(404, 5)),
        Assumption("what is no uuid: HTTP 400, code 3", (Step.MALFORMED,), says(400, 3)),
        Assumption("a wrong token: HTTP 401", (Step.WRONG_TOKEN,), says(401)),
        Assumption("a wrong path: HTTP 404", (Step.WRONG_PATH,), says(404)),
        *_assumptions_of_form(token),
    ]


def _assumptions_of_form(token: str) -> list[Assumption]:
    return [
        Assumption(
            'an error is {"code", "message", "details"}, or v1\'s with "error"',
            _ABOUT_A_JOURNEY,
            lambda answer: _fault_of_error(answer, token),
            lambda answer: answer.status not in {None, 200},
        ),
        Assumption(
            "its code is the one of its HTTP status",
            tuple(Step),
            lambda answer: None if answer.fits else came(answer, token),
            lambda answer: answer.status != 200 and answer.code is not None,
        ),
        Assumption("Content-Type: application/json", _ABOUT_A_JOURNEY, _fault_of_type, _answered),
        Assumption("UTF-8 without a byte order mark", tuple(Step), _fault_of_text, lambda answer: bool(answer.body)),
        Assumption(
            "not compressed, as asked",
            tuple(Step),
            lambda answer: answer.headers.get("content-encoding"),
            _answered,
        ),
        Assumption(
            "a journey is 1 MiB at most, or its info comes first",
            (Step.PAUSE, Step.START),
            _fault_of_size,
            lambda answer: answer.status == 200,
        ),
        Assumption(
            "a connection stays open, for 4 s without a request too",
            tuple(Step)[1:],
            lambda answer: None if answer.connection == "kept" else answer.connection,
            lambda answer: answer.connection != "new",
        ),
        Assumption("no Retry-After and no RateLimit unasked", tuple(Step), _limits, _answered),
    ]


def _answered(answer: Answer) -> bool:
    return answer.status is not None


def _is_turned_away(answer: Answer) -> bool:
    """Say whether the token is not known; the one that has no right to a journey is."""
    return answer.status in {401, 407} or answer.code == 16 or (answer.status == 403 and answer.code != 7)


def _is_nowhere(answer: Answer) -> bool:
    """Say whether the gateway itself does not know the path, or the method."""
    if answer.status in {405, 501} or answer.code == 12:
        return True
    return answer.status == 404 and (answer.json is None or answer.message.strip() == "Not Found")


def _fault_of_error(answer: Answer, token: str) -> str | None:
    body = answer.json
    if body is None or answer.code is None or not answer.message:
        return came(answer, token)
    if not isinstance(body.get("details", []), list):
        return "details is no list"
    if "error" in body or "details" in body:
        return None
    return "neither details nor error"


def _fault_of_type(answer: Answer) -> str | None:
    found = answer.headers.get("content-type", "none")
    return None if found.partition(";")[0].strip().lower() == "application/json" else f"'{found}'"


def _fault_of_text(answer: Answer) -> str | None:
    if answer.body.startswith(BOM):
        return "a byte order mark"
    try:
        answer.body.decode()
    except UnicodeDecodeError:
        return None if answer.cut else "something else than UTF-8"
    return None


def _fault_of_size(answer: Answer) -> str | None:
    first = answer.body.lstrip()[:20].replace(b" ", b"").startswith(b'{"info":')
    return None if first or len(answer.body) <= WHOLE else f"{len(answer.body)} bytes, and info does not come first"


def _limits(answer: Answer) -> str | None:
    return ", ".join(f"{name}: {answer.headers[name]}" for name in answer.headers if name.startswith(_LIMITS)) or None
