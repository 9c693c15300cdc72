"""The order of the questions: a journey that is paused is started again, whatever the API says in between."""

import json
import re
import signal
from collections.abc import Callable
from types import FrameType
from typing import Final

from answers import Answer, blanked, kept
from assumptions import Step
from wire import Line, Question

PATH: Final = "/api/v3/journeygateway/"
NOBODYS: Final = "00000000-0000-4000-8000-000000000000"
NO_UUID: Final = "no-uuid"
NO_TOKEN: Final = "made-up-token-that-nobody-has"  # noqa: S105  it says so

APART: Final = 1.0
IDLE: Final = 4.0
"""Seconds for which bulk-journeys keeps a connection that has nothing to do."""

MOST: Final = 10
"""Requests in all."""

_STARTS: Final = 3
"""How often a start is tried that is to bring the journey back."""

_MAY_HAVE_RUN: Final = re.compile("PAUSE|RUNN", re.IGNORECASE)

LOOK: Final = "look it up in the control panel"


class Visit:
    """The questions so far to the journey *uuid*, and what came: *answers* has the first answer of each step.

    *keep* writes a line; *sleep* waits. *stopped* is set once the user wants no more, or nothing can be kept.
    """

    def __init__(self, line: Line, uuid: str, token: str, keep: Callable[[str], None], sleep: Callable[[float], None]):
        self._line = line
        self._token = token
        self._keep = keep
        self._sleep = sleep
        self.uuid = uuid
        self.answers: dict[Step, Answer] = {}
        self.count = 0
        self.stopped = False
        self.unkept = False

    @property
    def goes_on(self) -> bool:
        """Whether there may be a question that nothing depends on."""
        return not self.stopped and self.count < MOST

    def ask(self, step: Step, wait: float = APART) -> Answer:
        """Wait *wait* seconds, unless it is the first, then send the request of *step* and keep what comes."""
        if self.count:
            self._sleep(wait)
        self.count += 1
        question = _question(step, self.uuid, self._token)
        answer = self._line.ask(question)
        self.answers.setdefault(step, answer)
        self._write({"step": step, "request": _shown(question), **kept(answer, self._token)})
        return answer

    def quoted(self, status: str) -> str:
        """Return the server's word for a status, as it may be shown."""
        return repr(blanked(status, self._token)[:40])

    def stop(self, signum: int, frame: FrameType | None) -> None:
        """Note that the user wants no more. A second word ends the program at once."""
        del frame
        self.stopped = True
        signal.signal(signum, signal.default_int_handler)

    def _write(self, record: dict[str, object]) -> None:
        try:
            self._keep(f"{json.dumps(record)}\n")
        except OSError:
            self.unkept = self.stopped = True


def _question(step: Step, uuid: str, token: str) -> Question:
    match step:
        case Step.PAUSE | Step.PAUSE_AGAIN:
            return Question(f"{PATH}pause", uuid, token)
        case Step.START | Step.START_AGAIN | Step.BACK:
            return Question(f"{PATH}start", uuid, token)
        case Step.MALFORMED:
            return Question(f"{PATH}pause", NO_UUID, token)
        case Step.WRONG_PATH:
            return Question(f"/no-such-place{PATH}pause", NOBODYS, token)
        case Step.WRONG_TOKEN:
            return Question(f"{PATH}pause", NOBODYS, NO_TOKEN)
    return Question(f"{PATH}pause", NOBODYS, token)


def _shown(question: Question) -> dict[str, str]:
    token = "made up" if question.token == NO_TOKEN else "token"
    return {"method": "POST", "path": question.path, "authorization": f"Api [{token}]", "uuid": question.uuid}


def tour(visit: Visit) -> str:
    """Ask all that is to be asked, as far as that is safe, and return in what state the journey is left."""
    if not _is_the_api(visit.ask(Step.UNKNOWN)):
        return "the journey was not touched: what answers is not the API, or will not have this token, or is overloaded"
    if visit.goes_on:
        visit.ask(Step.MALFORMED, IDLE)
    state = _there_and_back(visit) if visit.goes_on else "the journey was not touched"
    for step in (Step.WRONG_PATH, Step.WRONG_TOKEN):  # last, as somebody may lock out who asks so
        if visit.goes_on:
            visit.ask(step)
    return state


def _is_the_api(answer: Answer) -> bool:
    """Say whether the API lets us go on; one that words its errors as nobody expects may still be itself."""
    if answer.json is None or answer.message.strip() == "Not Found" or answer.code in {8, 14, 16}:
        return False
    return answer.status in {200, 400, 403, 404, 409, 412, 422}


def _there_and_back(visit: Visit) -> str:
    answers = [visit.ask(Step.PAUSE)]
    if not answers[0].is_no and answers[0].status_of(visit.uuid) is None:
        answers.append(visit.ask(Step.PAUSE, IDLE))  # it may tell what became of the first
    shown = answers[-1].status_of(visit.uuid)
    if shown is None:
        return _unshown(answers)
    if not _MAY_HAVE_RUN.search(shown):
        return f"after a pause the API shows the journey as {visit.quoted(shown)}: {LOOK}"
    if shown != "STATUS_PAUSED":
        return _back(visit, Step.BACK, ran=False)
    return _back(visit, Step.START, ran=not visit.stopped and visit.ask(Step.PAUSE_AGAIN).is_no)


def _unshown(answers: list[Answer]) -> str:
    """Say what is known of a journey that no answer to a pause has shown."""
    if not all(answer.is_no or not answer.sent for answer in answers):
        return f"the journey may be paused: {LOOK}, and start it there if it ran"
    if answers[0].code == 9:
        return "the journey is as it was, as the pause was refused; if it did not run, start it, and begin anew"
    return "the journey is as it was, as no pause was taken"


def _back(visit: Visit, step: Step, *, ran: bool) -> str:
    """Start the journey and say how it stands. *ran* is whether a refused repetition proves that it ran at first."""
    status = _started(visit, step)
    if status == "STATUS_RUNNING" and step is Step.START and visit.goes_on:
        status = visit.ask(Step.START_AGAIN).status_of(visit.uuid) or status
    if status != "STATUS_RUNNING":
        shown = f"the API shows it as {visit.quoted(status)}" if status else "no start was confirmed"
        return f"the journey may not run ({shown}): {LOOK}, and start it there"
    return f"the journey runs{', as it did at first' if ran else ''}: so says the last answer that shows it"


def _started(visit: Visit, step: Step) -> str | None:
    """Start the journey, again if need be, and return the status in which it is shown then; None if in none."""
    wait = APART
    for _ in range(_STARTS):
        answer = visit.ask(step, wait)
        status, wait = answer.status_of(visit.uuid), _patience(answer)
        if status or answer.is_no:
            return status
    return None


def _patience(answer: Answer) -> float:
    """Return the seconds until another try, as the server wishes, within reason."""
    wish = answer.headers.get("retry-after", "")
    return min(max(float(wish) if wish.isdecimal() else 0.0, 5.0), 60.0)
