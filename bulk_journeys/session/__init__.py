"""One run on this machine: the one place that puts it together, and what that takes.

Call order: `check_options`, the checks of the plan, `open_session`, and `Session.carry_out` within its block.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from bulk_journeys import locks
from bulk_journeys.errors import Interrupted, UsageError
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.writer import Journal
from bulk_journeys.plan.document import Plan
from bulk_journeys.session.account import holding
from bulk_journeys.session.folder import RunFolder, register
from bulk_journeys.session.session import Access, Session
from bulk_journeys.settings.options import RunOptions, parse_bounds
from bulk_journeys.terminal import say


def check_options(options: RunOptions) -> None:
    """Raise UsageError, before anything is done, for what a session could not be carried out with."""
    from bulk_journeys.pipeline.stop_rules import parse_tolerance

    if not locks.are_there():
        reason = "this system has no file locks, so nothing can be carried out here: two processes might do the same"
        raise UsageError(f"{reason}; save the plan with 'bulk-journeys plan -o', and run it on Linux or macOS")
    parse_bounds(options.rate, options.max_rate)
    if options.max_failures is not None:
        parse_tolerance(options.max_failures, "--max-failures")


@contextmanager
def open_session(
    folder: RunFolder,
    plan: Plan,
    access: Access,
    options: RunOptions,
    *,
    begun: tuple[Journal, Ledger | None] | None = None,
    check: Callable[[], None] = lambda: None,
) -> Iterator[Session]:
    """Put a run together: hold the account, *check* again after the wait for it, make the folder and the journal.

    With *begun*, the journal of an earlier process and its ledger, the run goes on. Raises RunLocked, DiskFailed, and
    what *check* raises; nothing was sent then.
    """
    with ExitStack() as held:
        with nothing_sent():
            warning = held.enter_context(holding(access.account, folder.run_id, options.wait_for_lock))
            if warning:
                say(f"warning: {warning}")
            check()
            if begun is None:
                folder.create()
                if warning := register(folder):
                    say(f"warning: {warning}")
                plan.save(folder.plan)
        if begun is None:
            begun = held.enter_context(Journal.create(folder.journal)), None
        yield Session(folder, plan, access, options, *begun)


@contextmanager
def nothing_sent() -> Iterator[None]:
    """Say so if the user interrupts."""
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("interrupted; nothing was sent") from None
