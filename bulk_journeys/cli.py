"""Words and flags to a command; errors to exit codes. What a command needs is imported when it is called."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bulk_journeys import __version__
from bulk_journeys.errors import BulkJourneysError
from bulk_journeys.model import Action
from bulk_journeys.settings import BASE_URL_VARIABLE, DEFAULT_RUNS_DIR, RUNS_DIR_VARIABLE, TOKEN_VARIABLE, RunOptions

app = typer.Typer(
    help="Start, pause, finish, draft or archive many customer journeys, and know what became of each.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,  # the plain help is there in half the time
    pretty_exceptions_enable=False,  # they print local variables, and one of those is the token
)

_DEFAULTS = RunOptions()

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="Spreadsheets, CSV or JSON; - is stdin; or one plan saved with 'plan -o'."),
]
Run = Annotated[
    str | None, typer.Argument(metavar="RUN", help="A run's folder, id, or a part of it; the last run by default.")
]
ActionFlag = Annotated[Action | None, typer.Option("--action", help="The action for rows that name none.")]
IdColumn = Annotated[
    str | None, typer.Option("--id-column", metavar="NAME", help="The header of the column of journey ids.")
]
ActionColumn = Annotated[
    str | None, typer.Option("--action-column", metavar="NAME", help="The header of the column of actions.")
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook, or the list in a JSON file.")
]
SkipInvalid = Annotated[bool, typer.Option("--skip-invalid", help="Leave out the rows that cannot be carried out.")]
RunsDir = Annotated[
    Path, typer.Option("--runs-dir", metavar="FOLDER", envvar=RUNS_DIR_VARIABLE, help="Where the runs' folders are.")
]
BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", envvar=BASE_URL_VARIABLE, help="Where the API is, if not at Pushwoosh."),
]
OtherBaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Where the API is, if not where the run was begun.")
]
TokenFile = Annotated[
    Path | None,
    typer.Option("--token-file", metavar="FILE", help=f"A file that holds the API token, instead of {TOKEN_VARIABLE}."),
]
Rate = Annotated[
    str,
    typer.Option(
        "--rate",
        metavar="RATE",
        help="auto finds the server's limit; 10/s, 1/2s or several that all hold (3/s,60/m) are kept, and belong "
        "2 to 5 % below a limit that is known; off for no limit.",
    ),
]
MaxRate = Annotated[
    str | None,
    typer.Option("--max-rate", metavar="RATE", help="What auto never goes above; 100/s if nothing is said."),
]
MaxPause = Annotated[
    float,
    typer.Option(
        "--max-pause", metavar="SECONDS", min=0, max=86400, help="How long a server can have nothing sent at most."
    ),
]
ForgetRate = Annotated[
    bool, typer.Option("--forget-rate", help="Search anew, not from the limit that the last run found.")
]
Concurrency = Annotated[
    int, typer.Option("--concurrency", metavar="N", min=1, max=1000, help="Requests under way at once, at most.")
]
Tries = Annotated[
    int, typer.Option("--tries", metavar="N", min=1, help="How often one row is tried before it is given up.")
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        min=0.1,
        max=3600,
        help="Seconds to connect (10 at most), and then to wait for an answer.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing while all is well.")]


@app.command()
def plan(
    files: Files,
    action: ActionFlag = None,
    id_column: IdColumn = None,
    action_column: ActionColumn = None,
    sheet: Sheet = None,
    skip_invalid: SkipInvalid = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Save the plan here, to be run later.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print all of it as one JSON object.")] = False,
) -> None:
    """Show how the list is read and what would be done. No call is made."""
    from bulk_journeys import commands
    from bulk_journeys.plan import Choices

    if as_json and output:
        raise typer.BadParameter("it goes to stdout, and --output to a file; choose one", param_hint="--json")
    wish = commands.Wish(files, Choices(action, id_column, action_column, sheet), skip_invalid)
    _exit(commands.plan_as_json(wish) if as_json else commands.plan(wish, output))


@app.command()
def run(
    files: Files,
    action: ActionFlag = None,
    id_column: IdColumn = None,
    action_column: ActionColumn = None,
    sheet: Sheet = None,
    skip_invalid: SkipInvalid = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. For scripts.")] = False,
    confirm: Annotated[
        int | None,
        typer.Option(
            "--confirm", metavar="N", help="Do not ask: it is this number of journeys. For what cannot be undone."
        ),
    ] = None,
    rate: Rate = _DEFAULTS.rate,
    max_rate: MaxRate = _DEFAULTS.max_rate,
    max_pause: MaxPause = _DEFAULTS.max_pause,
    forget_rate: ForgetRate = _DEFAULTS.forget_rate,
    concurrency: Concurrency = _DEFAULTS.concurrency,
    tries: Tries = _DEFAULTS.tries,
    timeout: Timeout = _DEFAULTS.timeout,
    base_url: BaseUrl = None,
    token_file: TokenFile = None,
    runs_dir: RunsDir = DEFAULT_RUNS_DIR,
    quiet: Quiet = False,
) -> None:
    """Plan, show, ask, and carry out."""
    from bulk_journeys import commands
    from bulk_journeys.consent import Consent
    from bulk_journeys.plan import Choices

    options = RunOptions(
        base_url, token_file, rate, max_rate, max_pause, forget_rate, concurrency, tries, timeout, quiet
    )
    wish = commands.Wish(files, Choices(action, id_column, action_column, sheet), skip_invalid)
    _exit(commands.run(wish, runs_dir, Consent(yes, confirm), options))


@app.command()
def resume(
    run: Run = None,
    rate: Rate = _DEFAULTS.rate,
    max_rate: MaxRate = _DEFAULTS.max_rate,
    max_pause: MaxPause = _DEFAULTS.max_pause,
    forget_rate: ForgetRate = _DEFAULTS.forget_rate,
    concurrency: Concurrency = _DEFAULTS.concurrency,
    tries: Tries = _DEFAULTS.tries,
    timeout: Timeout = _DEFAULTS.timeout,
    base_url: OtherBaseUrl = None,
    token_file: TokenFile = None,
    runs_dir: RunsDir = DEFAULT_RUNS_DIR,
    quiet: Quiet = False,
) -> None:
    """Go on where a run ended early. What has its outcome is not sent again."""
    from bulk_journeys import commands

    options = RunOptions(
        base_url, token_file, rate, max_rate, max_pause, forget_rate, concurrency, tries, timeout, quiet
    )
    _exit(commands.resume(run, runs_dir, options))


@app.command()
def report(
    run: Run = None,
    form: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="text, json (the summary), jsonl or csv (every row).")
    ] = "text",
    runs_dir: RunsDir = DEFAULT_RUNS_DIR,
) -> None:
    """Tell what became of a run, also of one that was killed."""
    from bulk_journeys import commands

    if form not in set(commands.ReportFormat):
        raise typer.BadParameter(f"{form!r} is none of {', '.join(commands.ReportFormat)}", param_hint="--format")
    _exit(commands.report(run, runs_dir, commands.ReportFormat(form)))


@app.command()
def runs(runs_dir: RunsDir = DEFAULT_RUNS_DIR) -> None:
    """List the runs so far, the oldest first."""
    from bulk_journeys import commands

    _exit(commands.runs(runs_dir))


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
            help="KIND=PROBABILITY, as often as you like; refuse, drop and down strike before the journey is changed; "
            "reset, hang, error, timeout and cut lose the answer afterwards; html is either; any is all "
            "of these. exists, abort and range refuse for other reasons; "
            "cancel, unknown and loss are other codes of a lost answer."
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
    hang: Annotated[float, typer.Option(metavar="SECONDS", help="How long the fault of that name hangs.")] = 3600.0,
    points: Annotated[int, typer.Option(min=0, help="How many points an answer has, some 180 bytes each.")] = 1,
    errors: Annotated[str, typer.Option(help="The wording of errors: v2 or v1 of grpc-gateway.")] = "v2",
    token: Annotated[str, typer.Option(help="The token to expect. Not your real one.")] = "sandbox",  # noqa: S107  no secret
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 0,
) -> None:
    """Serve the API, simulated, on this machine alone."""
    from bulk_journeys import commands
    from bulk_journeys import sandbox as simulation

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
        hang=hang,
        points=points,
        errors=simulation.parse_errors(errors),
        token=token,
        port=port,
    )
    _exit(commands.sandbox(config))


def _version(wanted: bool) -> None:
    if wanted:
        print(__version__)
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    pass


def _exit(code: int) -> NoReturn:
    raise typer.Exit(code)


def main() -> None:
    """Run the command line; what is the user's to mend is one message and an exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # as stderr has it: a name in odd letters is no failure
    try:
        app()
    except BulkJourneysError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except OSError as error:  # those of files are ours by now; what is left is stdout or stderr
        sys.exit(f"error: the output cannot be written: {error.strerror}")
