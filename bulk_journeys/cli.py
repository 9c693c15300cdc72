"""Words and flags to a command; errors to exit codes. What a command needs is imported when it is called."""

import sys
from io import TextIOWrapper
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from bulk_journeys import __version__, flags
from bulk_journeys.errors import BulkJourneysError, ReaderGone
from bulk_journeys.flags import run_flags
from bulk_journeys.sandbox.command import sandbox
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
    from bulk_journeys.commands import plan as command
    from bulk_journeys.plan.select import Choices, parse_where

    if as_json and output:
        raise typer.BadParameter("it goes to stdout, and --output to a file; choose one", param_hint="--json")
    wheres = [parse_where(text) for text in where or ()]
    choices = Choices(action, id_column, action_column, sheet, wheres, ignore_column or (), partial)
    wish = command.Wish(files, choices, skip_invalid)
    _exit(command.plan_as_json(wish) if as_json else command.plan(wish, output))


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
    from bulk_journeys.commands import run as command
    from bulk_journeys.commands.confirm import Agreed
    from bulk_journeys.commands.plan import Wish
    from bulk_journeys.plan.select import Choices, parse_where
    from bulk_journeys.session.checks import Safeguards

    wheres = [parse_where(text) for text in where or ()]
    choices = Choices(action, id_column, action_column, sheet, wheres, ignore_column or (), partial)
    wish = Wish(files, choices, skip_invalid)
    safeguards = Safeguards(max_rows, max_age, protect, again)
    _exit(command.run(wish, command.Conditions(runs_dir, options, Agreed(yes, confirm), safeguards)))


@app.command()
@run_flags()
def resume(
    options: RunOptions,
    run: flags.Run = None,
    again: flags.Again = False,
    runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Go on where a run ended early. What has its outcome is not sent again."""
    from bulk_journeys.commands import run as command
    from bulk_journeys.session.checks import Safeguards

    _exit(command.resume(run, command.Conditions(runs_dir, options, safeguards=Safeguards(again=again))))


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
    from bulk_journeys.commands import undo as command
    from bulk_journeys.commands.confirm import Agreed
    from bulk_journeys.commands.run import Conditions
    from bulk_journeys.model import Outcome
    from bulk_journeys.session.checks import Safeguards

    outcomes = [Outcome.APPLIED] * (not only_in_doubt) + [Outcome.IN_DOUBT] * (
        include_in_doubt or only_in_doubt or as_listed
    )
    conditions = Conditions(runs_dir, options, Agreed(yes), Safeguards(max_rows, None, protect, again))
    _exit(command.undo(run, command.Again(outcomes, output, as_listed), conditions))


@app.command()
@run_flags()
def retry(
    options: RunOptions,
    run: flags.Run = None,
    only: Annotated[
        list[flags.Retried] | None,
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
    from bulk_journeys.commands import undo as command
    from bulk_journeys.commands.confirm import Agreed
    from bulk_journeys.commands.run import Conditions
    from bulk_journeys.journal.ledger import WORTH_ANOTHER_TRY
    from bulk_journeys.model import Outcome
    from bulk_journeys.session.checks import Safeguards

    outcomes = [Outcome(outcome) for outcome in only or WORTH_ANOTHER_TRY]
    conditions = Conditions(runs_dir, options, Agreed(yes, confirm), Safeguards(max_rows, None, protect, again))
    _exit(command.retry(run, command.Again(outcomes, output), conditions))


@app.command()
def report(
    run: flags.Run = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json (the summary), jsonl or csv (every row).")
    ] = "text",
    runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Tell what became of a run, also of one that was killed."""
    from bulk_journeys.commands import report as command

    if form not in set(command.ReportFormat):
        raise typer.BadParameter(f"{form!r} is none of {', '.join(command.ReportFormat)}", param_hint="--format")
    _exit(command.report(run, runs_dir, command.ReportFormat(form)))


@app.command()
def runs(runs_dir: flags.RunsDir = DEFAULT_RUNS_DIR) -> None:
    """List the runs so far, the oldest first."""
    from bulk_journeys.commands import runs as command

    _exit(command.runs(runs_dir))


app.command()(sandbox)


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
