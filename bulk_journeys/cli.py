"""Words and flags to a command; errors to exit codes. What a command needs is imported when it is called."""

import sys
from enum import StrEnum
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from bulk_journeys import __version__, flags
from bulk_journeys.errors import BulkJourneysError, ReaderGone
from bulk_journeys.flags import run_flags
from bulk_journeys.settings.options import DEFAULT_RUNS_DIR, RunOptions
from bulk_journeys.terminal import output, say, speaking


class Commands(TyperGroup):
    """Typer's, but for a stdout that fails: typer ends with 1 where its reader has gone, and is silent about it."""

    def make_context(self, *args: Any, **extra: Any) -> Any:
        with output():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: Any) -> Any:
        with output():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    help="Start, pause, finish, draft or archive many customer journeys, and know what became of each.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # the plain help is there in half the time
    pretty_exceptions_enable=False,  # they print local variables, and one of those is the token
)


class Retried(StrEnum):
    """The outcomes of rows that may be tried again."""

    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    NOT_ATTEMPTED = "not_attempted"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@app.command()
def plan(
    files: flags.Files,
    action: flags.ActionFlag = None,
    id_column: flags.IdColumn = None,
    action_column: flags.ActionColumn = None,
    sheet: flags.Sheet = None,
    where: flags.Wheres = None,
    ignore_column: flags.IgnoredColumns = None,
    partial: flags.Partial = False,
    skip_invalid: flags.SkipInvalid = False,
    output: flags.Output = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as one JSON object.")] = False,
) -> None:
    """Show how the list is read and what would be done. No call is made."""
    from bulk_journeys.commands.plan import Wish, plan_as_json
    from bulk_journeys.commands.plan import plan as plan_
    from bulk_journeys.plan.select import Choices, parse_where

    if as_json and output:
        raise typer.BadParameter("it goes to stdout, and --output to a file; choose one", param_hint="--json")
    wheres = [parse_where(text) for text in where or ()]
    choices = Choices(action, id_column, action_column, sheet, wheres, ignore_column or (), partial)
    wish = Wish(files, choices, skip_invalid)
    _exit(plan_as_json(wish) if as_json else plan_(wish, output))


@app.command()
@run_flags(base_url=flags.BaseUrl)
def run(
    files: flags.Files,
    options: RunOptions,
    action: flags.ActionFlag = None,
    id_column: flags.IdColumn = None,
    action_column: flags.ActionColumn = None,
    sheet: flags.Sheet = None,
    where: flags.Wheres = None,
    ignore_column: flags.IgnoredColumns = None,
    partial: flags.Partial = False,
    skip_invalid: flags.SkipInvalid = False,
    yes: flags.Yes = False,
    confirm: flags.Confirm = None,
    protect: flags.Protect = None,
    max_rows: flags.MaxRows = None,
    max_age: flags.MaxAge = None,
    again: flags.Again = False,
    runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Plan, show, ask, and carry out."""
    from bulk_journeys.commands.confirm import Consent
    from bulk_journeys.commands.plan import Wish
    from bulk_journeys.commands.run import Orders
    from bulk_journeys.commands.run import run as run_
    from bulk_journeys.plan.select import Choices, parse_where
    from bulk_journeys.session.checks import Safeguards

    wheres = [parse_where(text) for text in where or ()]
    choices = Choices(action, id_column, action_column, sheet, wheres, ignore_column or (), partial)
    wish = Wish(files, choices, skip_invalid)
    safeguards = Safeguards(max_rows, max_age, protect, again)
    _exit(run_(wish, Orders(runs_dir, options, Consent(yes, confirm), safeguards)))


@app.command()
@run_flags()
def resume(
    options: RunOptions,
    run: flags.Run = None,
    again: flags.Again = False,
    runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Go on where a run ended early. What has its outcome is not sent again."""
    from bulk_journeys.commands.run import Orders
    from bulk_journeys.commands.run import resume as resume_
    from bulk_journeys.session.checks import Safeguards

    _exit(resume_(run, Orders(runs_dir, options, safeguards=Safeguards(again=again))))


@app.command()
@run_flags()
def undo(
    options: RunOptions,
    run: flags.RunToUndo = None,
    include_in_doubt: Annotated[
        bool, typer.Option("--include-in-doubt", help="Take back what may have been applied, too.")
    ] = False,
    as_listed: Annotated[
        bool,
        typer.Option(
            "--as-listed", help="Of rows in doubt, only those that the list shows in the status which they go back to."
        ),
    ] = False,
    only_in_doubt: Annotated[bool, typer.Option("--only-in-doubt", help="Take back nothing else.")] = False,
    output: flags.Output = None,
    yes: flags.Yes = False,
    protect: flags.Protect = None,
    max_rows: flags.MaxRows = None,
    again: flags.Again = False,
    runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Start again exactly what a run has paused, or pause what it has started."""
    from bulk_journeys.commands.confirm import Consent
    from bulk_journeys.commands.follow_up import Again
    from bulk_journeys.commands.follow_up import undo as undo_
    from bulk_journeys.commands.run import Orders
    from bulk_journeys.model import Outcome
    from bulk_journeys.session.checks import Safeguards

    outcomes = [Outcome.APPLIED] * (not only_in_doubt) + [Outcome.IN_DOUBT] * (
        include_in_doubt or only_in_doubt or as_listed
    )
    orders = Orders(runs_dir, options, Consent(yes), Safeguards(max_rows, None, protect, again))
    _exit(undo_(run, Again(outcomes, output, as_listed), orders))


@app.command()
@run_flags()
def retry(
    options: RunOptions,
    run: flags.Run = None,
    only: Annotated[
        list[Retried] | None,
        typer.Option(
            "--only",
            help="Rows of this outcome alone; may be given twice. conflict and rejected are for who knows better.",
            show_choices=True,
        ),
    ] = None,
    output: flags.Output = None,
    yes: flags.Yes = False,
    confirm: flags.Confirm = None,
    protect: flags.Protect = None,
    max_rows: flags.MaxRows = None,
    again: flags.Again = False,
    runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Try again, in a new run, what failed, is in doubt or was not attempted."""
    from bulk_journeys.commands.confirm import Consent
    from bulk_journeys.commands.follow_up import Again
    from bulk_journeys.commands.follow_up import retry as retry_
    from bulk_journeys.commands.run import Orders
    from bulk_journeys.journal.ledger import WORTH_ANOTHER_TRY
    from bulk_journeys.model import Outcome
    from bulk_journeys.session.checks import Safeguards

    outcomes = [Outcome(outcome) for outcome in only or WORTH_ANOTHER_TRY]
    orders = Orders(runs_dir, options, Consent(yes, confirm), Safeguards(max_rows, None, protect, again))
    _exit(retry_(run, Again(outcomes, output), orders))


@app.command()
def report(
    run: flags.Run = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json (the summary), jsonl or csv (every row).")
    ] = "text",
    runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Tell what became of a run, also of one that was killed."""
    from bulk_journeys.commands.report import ReportFormat
    from bulk_journeys.commands.report import report as report_

    if form not in set(ReportFormat):
        raise typer.BadParameter(f"{form!r} is none of {', '.join(ReportFormat)}", param_hint="--format")
    _exit(report_(run, runs_dir, ReportFormat(form)))


@app.command()
def runs(runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR) -> None:
    """List the runs so far, the oldest first."""
    from bulk_journeys.commands.report import runs as runs_

    _exit(runs_(runs_dir))


@app.command()
def sandbox(
    journeys: Annotated[int, typer.Option(min=0, help="How many journeys there are.")] = 500,
    seed: Annotated[int, typer.Option(help="Decides the statuses, the latencies and the faults.")] = 7,
    export: Annotated[Path | None, typer.Option(help="Write a list of the journeys here, as the vendor does.")] = None,
    mix: Annotated[str, typer.Option(help="The journeys' first statuses, by weight.")] = "running=100",
    forbidden: Annotated[int, typer.Option(min=0, help="How many journeys the token has no right to.")] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="KIND=PROBABILITY, as often as you like. "
            "Before the journey is changed: refuse, drop, down, dial, exists, abort, range. "
            "After it, so that the answer is lost: reset, hang, error, timeout, cut, cancel, unknown, loss, too_large, "
            "invalid, miscount, bodiless. "
            "Either: html, cut_refusal, rst, proxied, misfit; firewall, in the API's place. "
            "About another journey: stray. "
            "A good answer, and more out of turn: stray_refusal, doubled, early, surplus; "
            "a good answer in odd form: interim, closing, bom. "
            "any is an even mixture of refuse, drop, down, reset, hang, error, timeout, cut and html."
        ),
    ] = None,
    rate: Annotated[
        list[str] | None,
        typer.Option(
            help="Refuse what is above this, as in 20/s; 10/s@30s takes its place 30 s after the first request."
        ),
    ] = None,
    limiter: Annotated[str, typer.Option(help="What a rate means: a bucket, or a sliding or fixed window.")] = "bucket",
    burst: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="The bucket holds the rate's requests of this time; of its period, if left out."
        ),
    ] = None,
    retry_hint: Annotated[
        str, typer.Option(help="Where a rate says how long to wait: none, header, details, both, date or ratelimit.")
    ] = "header",
    hint_seconds: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Always say this, however long the wait is.")
    ] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Refuse what is above this at once.")] = None,
    crowded_status: Annotated[int, typer.Option(help="The status of that refusal, 503 or 429.")] = 503,
    latency: Annotated[str, typer.Option(help="How long an answer takes, as in 20-80ms.")] = "0ms",
    outage: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LENGTH@BEGINNING",
            help="As in 30s@10s: nothing is carried out for 30 s, beginning 10 s after the first request.",
        ),
    ] = None,
    outage_kind: Annotated[
        str, typer.Option(help="How an outage looks: reset connections, or 502 with a proxy's page.")
    ] = "reset",
    firewall: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LENGTH@BEGINNING",
            help="As in 30s@10s: every request meets a page in the API's place; half are carried out all the same.",
        ),
    ] = None,
    firewall_kind: Annotated[
        str | None,
        typer.Option(
            metavar="PAGE",
            help="What that page is, such as html403, plain1015, json403, empty403 or html200 "
            "(a wrong word names all); by the seed, if left out.",
        ),
    ] = None,
    revoke_after: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="After N requests the token is no good, until a POST to /sandbox/restore, "
            "which also ends outages and firewalls.",
        ),
    ] = None,
    idle_close: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Close a connection that has no request for so long.")
    ] = None,
    hang: Annotated[float, typer.Option(metavar="SECONDS", help="How long the fault of that name hangs.")] = 3600.0,
    points: Annotated[int, typer.Option(min=0, help="How many points an answer has, some 180 bytes each.")] = 1,
    errors: Annotated[str, typer.Option(help="The wording of errors: v2 or v1 of grpc-gateway.")] = "v2",
    token: Annotated[str, typer.Option(help="The token to expect. Not your real one.")] = "sandbox",  # noqa: S107  no secret
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 0,
) -> None:
    """Serve the API, simulated, on this machine alone."""
    from bulk_journeys import sandbox as simulation
    from bulk_journeys.commands.sandbox import sandbox as sandbox_

    first_rate, rate_changes = simulation.parse_rates(rate or [])
    config = simulation.Config(
        journeys=journeys,
        seed=seed,
        export=export,
        mix=simulation.parse_mix(mix),
        forbidden=forbidden,
        faults=simulation.parse_faults(fault or []),
        rate=first_rate,
        rate_changes=rate_changes,
        limiter=simulation.parse_limiter(limiter),
        burst=burst,
        retry_hint=simulation.parse_retry_hint(retry_hint),
        hint_seconds=hint_seconds,
        concurrency=concurrency,
        crowded_status=crowded_status,
        latency=simulation.parse_latency(latency),
        outages=simulation.parse_outages(outage or []),
        outage_kind=simulation.parse_outage_kind(outage_kind),
        firewalls=simulation.parse_firewalls(firewall or []),
        firewall_kind=simulation.parse_firewall_kind(firewall_kind),
        revoke_after=revoke_after,
        idle_close=idle_close,
        hang=hang,
        points=points,
        errors=simulation.parse_errors(errors),
        token=token,
        port=port,
    )
    _exit(sandbox_(config))


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        _exit(0)


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    pass


def _exit(code: int) -> NoReturn:
    sys.stdout.flush()  # what cannot be written is to be told
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; what is the user's to mend is one message and an exit code."""
    with speaking():
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")  # as stderr has it: a name in odd letters is no failure
        try:
            app()
        except ReaderGone as error:
            sys.exit(error.exit_code)
        except BulkJourneysError as error:
            say(*f"error: {error}".replace("\n", "\n  ").split("\n"))  # indented, no line of it passes for one of ours
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            sys.exit(130)  # where something is under way, that is told
        except OSError:  # those of files are ours by now, and stdout's too; what is left is typer's talk to stderr
            sys.exit(2)
