"""One short function a verb: the only place that builds things. Each returns the exit code of its command."""

import secrets
import sys
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from bulk_journeys import __version__
from bulk_journeys.consent import Consent, obtain
from bulk_journeys.errors import BulkJourneysError, DiskFailed, InputError, Interrupted, PlanRefused, UsageError
from bulk_journeys.journal import Journal, Ledger, at_rest
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Began, Work
from bulk_journeys.observe import Watchers, progress, run_log
from bulk_journeys.pipeline.rates import Rate, parse_rates
from bulk_journeys.plan import (
    FAULTS_SHOWN,
    Choices,
    Plan,
    is_saved_plan,
    knows,
    make_plan,
    plan_json,
    plan_lines,
    read_header,
    read_plan,
    refusal_json,
    refusal_lines,
)
from bulk_journeys.recovery import remaining
from bulk_journeys.remembered import FILE_NAME, Limit, Memory, state_folder
from bulk_journeys.report.results import Results
from bulk_journeys.report.summary import Summary, exit_code, summary_lines
from bulk_journeys.runfolder import RunFolder, create_run, find_run, list_runs
from bulk_journeys.settings import DEFAULT_BASE_URL, RunOptions, Secret, check_base_url, load_token
from bulk_journeys.source import Listed, open_list
from bulk_journeys.terminal import printable

if TYPE_CHECKING:
    from bulk_journeys.pipeline.guards import Stop
    from bulk_journeys.pipeline.pace import Pace
    from bulk_journeys.sandbox import Config


class ReportFormat(StrEnum):
    """How a run is reported: as a page, as one JSON object, or record by record."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants done: *files* with journeys, and what to make of their rows."""

    files: Sequence[str]
    choices: Choices
    skip_invalid: bool = False


def plan(wish: Wish, output: Path | None) -> int:
    """Show what would be done, and save it to *output* unless that is None."""
    if output and not output.parent.is_dir():
        raise UsageError(f"{output}: there is no such folder to save the plan in")
    if output and any(output.exists() and Path(file).exists() and output.samefile(file) for file in wish.files):
        raise UsageError(f"{output}: the plan would take the place of the list; save it under another name")
    made = _made(wish)
    for line in plan_lines(made):
        print(printable(line))
    if refused := _refusal(made, wish, faults_shown=0):
        raise refused
    if output:
        made.save(output)
        _say(f"saved; carry it out with: bulk-journeys run {output}")
    return 0


def plan_as_json(wish: Wish) -> int:
    """Print the plan as one JSON object, also where it is refused."""
    if len(wish.files) != 1:
        raise UsageError("--json tells of one list; call it once for each")
    try:
        made = _made(wish)
    except InputError as error:
        sys.stdout.buffer.write(refusal_json(error))
        return error.exit_code
    refused = _refusal(made, wish, faults_shown=0)
    sys.stdout.buffer.writelines(plan_json(made, None if made.header.counts.operations else refused))
    return refused.exit_code if refused else 0


def run(wish: Wish, runs_dir: Path, consent: Consent, options: RunOptions) -> int:
    """Plan, show, ask, and carry out."""
    base_url = check_base_url(DEFAULT_BASE_URL if options.base_url is None else options.base_url)
    token = load_token(options.token_file)
    _rates(options)
    with _nothing_sent():
        made = _planned(wish)
        if not options.quiet:
            _say(*plan_lines(made), f"  at {base_url}")
        actions = made.header.counts.actions
        obtain(actions, consent, _ask if sys.stdin.isatty() else None)
    label = next(iter(actions)) if len(actions) == 1 else "mixed"
    folder = create_run(runs_dir, label, time.time(), secrets.randbits(16))
    made.save(folder.plan)
    with Journal.create(folder.journal) as journal:
        return _Run(folder, made, base_url, token, options).carry_out(journal, None)


def _rates(options: RunOptions) -> tuple[Rate, ...]:
    """Return the user's own bounds, those of `auto` included. Raises UsageError."""
    auto = options.rate.strip() == "auto"
    own = () if auto else parse_rates(options.rate)
    most = "100/s" if auto and options.max_rate is None else options.max_rate or "off"
    return own + parse_rates(most, "--max-rate")


@contextmanager
def _nothing_sent() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise Interrupted("interrupted; nothing was sent") from None


def resume(name: str | None, runs_dir: Path, options: RunOptions) -> int:
    """Go on where a run ended early."""
    folder = find_run(runs_dir, name)
    token = load_token(options.token_file)
    _rates(options)
    if not folder.journal.exists():
        raise _never_begun(folder)
    with Journal.reopen(folder.journal) as (journal, ledger, torn):
        if torn:
            _say(f"{folder.journal}: cut off {len(torn)} bytes of a torn line; a copy is beside it")
        if ledger.latest is None:
            raise _never_begun(folder)
        base_url = ledger.latest.base_url if options.base_url is None else options.base_url
        base_url, made = check_base_url(base_url), read_plan(folder.plan)
        if not options.quiet:
            left = made.header.counts.operations - ledger.settled_rows
            _say(
                f"{folder.run_id}: {left:,} of {made.header.counts.operations:,} journeys are left", f"  at {base_url}"
            )
        return _Run(folder, made, base_url, token, options).carry_out(journal, ledger)


def _never_begun(folder: RunFolder) -> UsageError:
    return UsageError(f"{folder.path}: nothing was begun; carry it out with: bulk-journeys run {folder.plan}")


def report(name: str | None, runs_dir: Path, form: ReportFormat) -> int:
    """Tell what became of a run, also of one that was killed."""
    folder = find_run(runs_dir, name)
    if form is ReportFormat.TEXT:
        return _report_text(folder)
    with Ledger(folder.journal) as ledger:
        results = Results(read_plan(folder.plan), ledger)
        match form:
            case ReportFormat.JSONL:
                sys.stdout.buffer.writelines(results.json_lines())
            case ReportFormat.CSV:
                sys.stdout.buffer.writelines(results.csv_lines())
            case ReportFormat.JSON:
                told = {"run": folder.run_id, "ending": _ending(ledger), **msgspec.structs.asdict(results.summary())}
                sys.stdout.buffer.write(msgspec.json.format(encode_line(told), indent=2) + b"\n")
    return 0


def _report_text(folder: RunFolder) -> int:
    """Print the summary, and write the results anew unless the run is under way, which will do so itself.

    The journal is read under the lock: read before, it could be older than the results that it would replace.
    """
    with at_rest(folder.journal) as resting, Ledger(folder.journal) as ledger:
        results = Results(read_plan(folder.plan), ledger)
        if resting:
            _print_summary(folder, results.write(folder.results, folder.results_csv), _ending(ledger))
        else:
            print("\n".join(summary_lines(results.summary())))
            print("\nthe run is under way: what is not settled yet counts as not attempted or in doubt")
    return 0


def runs(runs_dir: Path) -> int:
    """List the runs in *runs_dir*, oldest first."""
    for folder in list_runs(runs_dir):
        try:
            state = _state(folder)
        except BulkJourneysError as error:  # one bad folder hides no other
            state = str(error)
        print(f"{folder.run_id}  {printable(state)}")
    return 0


def _state(folder: RunFolder) -> str:
    operations = read_header(folder.plan).counts.operations
    if not folder.journal.exists():
        return f"0 of {operations:,} settled  never begun"
    with Ledger(folder.journal) as ledger:
        return f"{ledger.settled_rows:,} of {operations:,} settled  {_ending(ledger)}"


def sandbox(config: "Config") -> int:
    """Serve the API, simulated, until a signal comes."""
    from bulk_journeys.sandbox import run as serve

    serve(config, on_ready=lambda base_url: _tell_sandbox(base_url, config))
    return 0


def _tell_sandbox(base_url: str, config: "Config") -> None:
    print(base_url, flush=True)
    _say(
        f"{config.journeys:,} journeys; Ctrl-C ends the sandbox. In another terminal:",
        f"  export PUSHWOOSH_API_TOKEN={config.token} PUSHWOOSH_BASE_URL={base_url}",
        f"  bulk-journeys run {config.export or 'journeys.csv'} --action pause",
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """A plan with all that carrying it out takes."""

    folder: RunFolder
    plan: Plan
    base_url: str
    token: Secret
    options: RunOptions

    def carry_out(self, journal: Journal, ledger: Ledger | None) -> int:
        """Do what *ledger*, or None for a new run, leaves to do; write the results and print what they come to."""
        work = remaining(self.plan.entries(), ledger)
        left = self.plan.header.counts.operations - (ledger.settled_rows if ledger else 0)
        with ExitStack() as stack:
            log = stack.enter_context(run_log(self.folder.log))
            log.began(operations=left, base_url=self.base_url, rate=self.options.rate, program=__version__)
            bar = [] if self.options.quiet else [stack.enter_context(progress(left, sys.stderr))]
            watchers = Watchers([log, *bar])
            pace = stack.enter_context(self._pace(left))
            journal.append(Began(time.time(), __version__, self.base_url))
            stop = self._drive(journal, watchers, work, pace)
            log.ended(ending=stop.ending, message=stop.message)
        with Ledger(self.folder.journal) as written:
            summary = Results(self.plan, written).write(self.folder.results, self.folder.results_csv)
        code = exit_code(summary, stop.ending)
        if code or not self.options.quiet:
            _print_summary(self.folder, summary, stop.message)
        return code

    @contextmanager
    def _pace(self, operations: int) -> Iterator["Pace"]:
        """Yield the user's own pace, or a search from where the last one ended, and remember what it finds."""
        from bulk_journeys.pipeline.pace import Found, SearchingPace
        from bulk_journeys.pipeline.rates import FixedPace, fastest

        bounds, max_pause = _rates(self.options), self.options.max_pause
        if self.options.rate.strip() != "auto":
            yield FixedPace(bounds, max_pause=max_pause)
            return
        memory = Memory(state_folder() / FILE_NAME)
        key = memory.key_of(self.base_url, self.token)
        if self.options.forget_rate:
            memory.forget(key)
        last = memory.recall(key, time.time())
        known = Found(last.rate, last.lanes, last.period or 0.0) if last else None
        pace = SearchingPace(operations, max_rate=fastest(bounds), max_pause=max_pause, known=known, bounds=bounds)
        yield pace
        if found := pace.found:
            self._remember(memory, key, Limit(found.rate, found.lanes, found.period or None, time.time()))

    def _remember(self, memory: Memory, key: str, limit: Limit) -> None:
        failed = memory.keep(key, limit)
        if not self.options.quiet:
            lanes = f", {limit.lanes} at once" if limit.lanes else ""
            _say(failed or f"the server took {limit.rate:.3g} requests a second{lanes}; the next run begins there")

    def _drive(self, journal: Journal, watchers: Watchers, work: Iterator[Work], pace: "Pace") -> "Stop":
        """Run the event loop; nothing else of the program needs one."""
        import gc

        import anyio

        gc.freeze()  # what was imported stays, and looking through it again and again costs a tenth of the speed
        gc.set_threshold(10_000)
        try:
            return anyio.run(self._perform, journal, watchers, work, pace)
        except DiskFailed as error:
            raise DiskFailed(
                f"{error}. {watchers.settled_rows:,} outcomes of this session are safe in the journal; what was under "
                f"way may have been applied. Free the disk, then: bulk-journeys resume {self.folder.path}"
            ) from error

    async def _perform(self, journal: Journal, watchers: Watchers, work: Iterator[Work], pace: "Pace") -> "Stop":
        from signal import SIGHUP, SIGINT, SIGTERM

        from bulk_journeys.pipeline.client import Timeouts, connect
        from bulk_journeys.pipeline.retry import RetryPolicy
        from bulk_journeys.pipeline.runner import Policies, Runner

        options = self.options
        policies = Policies(pace, options.concurrency, RetryPolicy(options.tries))
        timeouts = Timeouts(min(Timeouts().connect, options.timeout), options.timeout)
        async with connect(self.base_url, self.token.reveal(), timeouts) as lifecycle:
            return await Runner(lifecycle, journal, watchers, policies).run(work, signals=(SIGINT, SIGTERM, SIGHUP))


def _planned(wish: Wish) -> Plan:
    """Make the plan of the wish, or open the saved one. Raises PlanRefused if it has faults or nothing to do."""
    made = _made(wish)
    if refused := _refusal(made, wish):
        raise refused
    return made


def _made(wish: Wish) -> Plan:
    """Return the plan of the wish, with all its faults. Raises InputError where there can be none."""
    if len(wish.files) != 1 or not is_saved_plan(wish.files[0]):
        with closing(_lists(wish.files)) as lists:
            return make_plan(lists, wish.choices)
    made, action = read_plan(wish.files[0]), wish.choices.action
    if action and set(made.header.counts.actions) != {action}:
        raise PlanRefused(f"{wish.files[0]}: not all of this saved plan is to {action}", "drop --action")
    return made


def _refusal(made: Plan, wish: Wish, faults_shown: int = FAULTS_SHOWN) -> PlanRefused | None:
    """Return why the plan may not be carried out as it is, with the first faults, or None if it may."""
    counts = made.header.counts
    if not counts.rejections or (wish.skip_invalid and counts.operations):
        return None
    *reasons, advice = refusal_lines(made, faults_shown)
    return PlanRefused("\n".join(reasons), advice)


def _lists(files: Sequence[str]) -> Generator[Listed, None, None]:
    for file in files:
        with open_list(file, knows) as listed:
            yield listed


def _ending(ledger: Ledger) -> str:
    return ledger.ended.message if ledger.ended else "it is still running, or was killed"


def _print_summary(folder: RunFolder, summary: Summary, ending: str) -> None:
    for line in summary_lines(summary):
        print(line)
    print(f"\nresults  {folder.results_csv}\n         {folder.results}")
    if summary.left:
        print(f"ended    {printable(ending)}\nnext     bulk-journeys resume {folder.path}")


def _ask(question: str) -> str:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline()


def _say(*lines: str) -> None:
    for line in lines:
        print(printable(line), file=sys.stderr)
