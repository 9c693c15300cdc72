"""What we raise on purpose: each error knows its exit code and reads as one line for the user.

A message says what is wrong, where, and what to do. Anything else that is raised is a bug.
"""


class BulkJourneysError(Exception):
    """Something the user is told in one message, without a traceback."""

    exit_code = 1


class UsageError(BulkJourneysError):
    """Flags, settings or the state of a run do not allow what was asked; nothing was sent."""

    exit_code = 2


class Interrupted(BulkJourneysError):
    """The user wants no more; the message says what was sent."""

    exit_code = 130


class Terminated(Interrupted):
    """Somebody else wants no more: a supervisor, or a terminal that went away."""

    exit_code = 143


class InputError(UsageError):
    """A user's file cannot be read as a list of journeys; nothing was sent.

    *reason* says where and what, *advice* what to do about it.
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        between = "\n" if "\n" in reason else "; "
        super().__init__(f"{reason}{between}{advice}" if advice else reason)
        self.reason = reason
        self.advice = advice


class PlanRefused(InputError):
    """A plan has faults, or nothing to do; every fault is in the message."""


class JournalDamaged(BulkJourneysError):
    """The journal has a line in its middle that cannot be read."""


class JournalUnknown(BulkJourneysError):
    """The journal is of a newer version of this program, which alone can say what it holds."""

    exit_code = 2


class DiskFailed(BulkJourneysError):
    """The disk did not take what must not be lost; the message says what is safe."""


class RunLost(BulkJourneysError):
    """What became of single rows is known no more; the message says what is, and what to do before anything else."""


class OutputFailed(BulkJourneysError):
    """What was printed could not be written to stdout."""


class ReaderGone(OutputFailed):
    """Whoever read stdout wants no more of it. There is nothing to say: the exit code is that of death by SIGPIPE."""

    exit_code = 141


class RunLocked(BulkJourneysError):
    """Another process is carrying out this run, or another run on the same account."""

    exit_code = 75
