"""One run that one process carries out, from its first journal entry to its results."""

import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bulk_journeys import __version__
from bulk_journeys.errors import BulkJourneysError, DiskFailed, Interrupted, RunLost, Terminated
from bulk_journeys.files import disk_errors
from bulk_journeys.followup import remaining
from bulk_journeys.journal.entries import VERSION, Began
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.writer import Journal
from bulk_journeys.model import Ending, Work
from bulk_journeys.observe import Watchers
from bulk_journeys.observe.progress import progress
from bulk_journeys.observe.run_log import run_log
from bulk_journeys.plan.document import Plan
from bulk_journeys.report.results import Results
from bulk_journeys.report.summary import Summary, exit_code, summary_lines
from bulk_journeys.session.account import Account
from bulk_journeys.session.folder import RESCUED, RunFolder, register
from bulk_journeys.session.learned_limits import pace_of
from bulk_journeys.session.rescue import ENDING_SIGNALS, HeldRun, TerminationRequest, held_run, undisturbed, unhurried
from bulk_journeys.settings.credentials import Secret
from bulk_journeys.settings.options import CONNECT_TIMEOUT, RunOptions
from bulk_journeys.terminal import output, say

if TYPE_CHECKING:
    from bulk_journeys.pipeline.pace.pace import Pace
    from bulk_journeys.pipeline.runner import Policies
    from bulk_journeys.pipeline.stop_rules import Stop

LOOK_UP: Final = "look the journeys up in the control panel before anything is sent to them again"
MOST_RESCUES: Final = 3
"""Folders of a run that are made one after the other while something takes them away."""


@dataclass(frozen=True, slots=True)
class Access:
    """The base URL of a run, its token, and its account."""

    base_url: str
    token: Secret
    account: Account


@dataclass(frozen=True, slots=True)
class Finished:
    """How a run ended, what its results come to, and the folder where they are."""

    folder: RunFolder
    ending: str
    summary: Summary
    exit_code: int


@dataclass(frozen=True, slots=True)
class Session:
    """A run that one process carries out: a plan with all that this takes.

    *ledger* is what an earlier process left, or None for a new run. It is put together by `open_session`.
    """

    folder: RunFolder
    plan: Plan
    access: Access
    options: RunOptions
    journal: Journal
    ledger: Ledger | None = None

    def carry_out(self) -> Finished:
        """Do what is left to do, and write the results. Raises DiskFailed, RunLost."""
        with held_run(self.folder, self.journal) as run:
            try:
                stop = self._send(run)
            except BaseException:
                self._secure(run)
                raise
            with unhurried(_not_yet, heard=stop.ending in {Ending.INTERRUPTED, Ending.TERMINATED}):
                summary = self._write_results(run)
        return Finished(run.folder, stop.message, summary, exit_code(summary, stop.ending))

    def _send(self, run: HeldRun) -> "Stop":
        from bulk_journeys.api.http import fallback_reason

        work = remaining(self.plan.entries(), self.ledger)
        left = self.plan.header.counts.operations - (self.ledger.settled_rows if self.ledger else 0)
        base_url = self.access.base_url
        with ExitStack() as stack:
            log = stack.enter_context(run_log(self.folder.log))
            log.began(operations=left, base_url=base_url, rate=self.options.rate, program=__version__)
            if slower := fallback_reason():
                log.noticed(slower)
            bar = [stack.enter_context(progress(left, sys.stderr))] if sys.stderr and not self.options.quiet else []
            watchers = Watchers([log, *bar])
            pace = stack.enter_context(pace_of(self.options, self.access.account, left))
            self._remove_results()
            digest = None if self.ledger else run.plan_digest()  # the first entry has it, and counts
            run.append(
                Began(time.time(), base_url, digest, version=VERSION, writer=__version__, timeout=self._longest_attempt)
            )
            stop = self._drive(run, watchers, work, self._policies(pace))
            log.ended(ending=stop.ending, message=stop.message)
        return stop

    @property
    def _connect_timeout(self) -> float:
        return min(CONNECT_TIMEOUT, self.options.timeout)

    @property
    def _longest_attempt(self) -> float:
        """How many seconds after it left a request may be carried out whose answer does not come."""
        return self._connect_timeout + self.options.timeout

    def _remove_results(self) -> None:
        """Remove those of an earlier session: once this one sends, what they say of open rows may not be true."""
        with disk_errors(self.folder.path, "nothing was sent"):
            for path in self.folder.result_files:
                path.unlink(missing_ok=True)

    def _write_results(self, run: HeldRun) -> Summary:
        """Write the results beside the journal, also where that is lost meanwhile. Raises DiskFailed, RunLost."""
        for _ in range(MOST_RESCUES):
            self._secure(run)
            try:
                summary = self._write_beside(run)
            except DiskFailed:
                if not run.astray():
                    raise
            else:
                if not run.astray():
                    return summary
        raise self._lost(run, "they are taken away again and again")

    def _write_beside(self, run: HeldRun) -> Summary:
        try:
            with run.ledger(self.plan.header.counts.rows) as written:
                return Results(self.plan, written, run.folder.run_id).write(*run.folder.result_files)
        except KeyboardInterrupt as request:
            self._secure(run)
            safe = f"the journal has every outcome, and '{run.folder.command('report')}' makes the results of it"
            error = Terminated if isinstance(request, TerminationRequest) else Interrupted
            raise error(f"interrupted while the results were written; {safe}") from None

    def _secure(self, run: HeldRun) -> None:
        """See to it that the files of *run* are where they are looked for. Raises RunLost if that cannot be."""
        if not run.begun or (astray := run.astray()) is None:
            return
        with undisturbed():
            if changed := run.changed():
                run.spoil(changed)
                with suppress(DiskFailed):
                    self._remove_results()
                raise RunLost(f"{changed}, so outcomes may be missing from it, and there are no results; {LOOK_UP}")
            try:
                run.rescue(self._places())
            except DiskFailed as error:
                raise self._lost(run, str(error)) from None
            moved = f"{astray}; the run was saved to {run.folder.path}"
            run.disown(moved, time.time())
            unregistered = register(run.folder)
        say(f"warning: {moved}")
        if unregistered:
            say(f"warning: {unregistered}")

    def _places(self) -> Iterator[Path]:
        """Yield where a run may be that is no more in its folder, the best first."""
        yield self.folder.path.parent
        yield self.access.account.folder / RESCUED
        with suppress(OSError):
            yield Path(tempfile.gettempdir())

    def _lost(self, run: HeldRun, reason: str) -> RunLost:
        """Print what is known of a run whose files are nowhere any more, and return what to raise."""
        with suppress(BulkJourneysError), output(), run.ledger(self.plan.header.counts.rows) as known:
            print("\n".join(summary_lines(Results(self.plan, known, self.folder.run_id).summary())))
        lost = "the counts are all that is left, and the outcomes of single rows are lost"
        return RunLost(f"{self.folder.path}: its files are gone, and cannot be saved ({reason}): {lost}; {LOOK_UP}")

    def _policies(self, pace: "Pace") -> "Policies":
        from bulk_journeys.pipeline.retry import RetryPolicy
        from bulk_journeys.pipeline.runner import Policies
        from bulk_journeys.pipeline.stop_rules import Guard, parse_tolerance

        options = self.options
        tolerance = None if options.max_failures is None else parse_tolerance(options.max_failures, "--max-failures")
        return Policies(
            pace,
            options.concurrency,
            RetryPolicy(options.tries),
            Guard(tolerance, strict=options.strict, canary=options.canary, stranger=not self.access.account.met),
            canary=options.canary,
            limit=options.limit,
            deadline=options.deadline,
            timeout=self._longest_attempt,
            on_met=self.access.account.meet,
        )

    def _drive(self, run: HeldRun, watchers: Watchers, work: Iterator[Work], policies: "Policies") -> "Stop":
        """Run the event loop; nothing else of the program needs one."""
        import anyio

        try:
            return anyio.run(self._perform, run, watchers, work, policies)
        except DiskFailed as error:
            self._secure(run)
            raise DiskFailed(
                f"{error}. {watchers.settled_rows:,} outcomes of this session are safe in the journal; what was under "
                f"way may have been applied. Free the disk, then: {run.folder.command('resume')}"
            ) from error

    async def _perform(self, run: HeldRun, watchers: Watchers, work: Iterator[Work], policies: "Policies") -> "Stop":
        from bulk_journeys.api.http import connect
        from bulk_journeys.api.transport import Timeouts
        from bulk_journeys.pipeline.runner import Runner

        timeouts = Timeouts(self._connect_timeout, self.options.timeout)
        async with connect(self.access.base_url, self.access.token.reveal(), timeouts) as lifecycle:
            return await Runner(lifecycle, run, watchers.tell, policies).run(work, signals=ENDING_SIGNALS)


def _not_yet() -> None:
    say("stopping: the results are written first (another Ctrl-C leaves them out)")
