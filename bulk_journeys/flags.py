"""The flags that several commands share: their names, their words of help, and how their values are written."""

import inspect
from collections.abc import Callable
from dataclasses import fields
from enum import StrEnum
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from bulk_journeys.model import Action
from bulk_journeys.settings.credentials import TOKEN_VARIABLE
from bulk_journeys.settings.options import (
    BASE_URL_VARIABLE,
    CONNECT_TIMEOUT,
    MAX_RATE_OF_AUTO,
    RUNS_DIR_VARIABLE,
    RunOptions,
    parse_duration,
)

Files = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="Spreadsheets, CSV or JSON; - is stdin; or one plan saved with 'plan -o'."),
]
Run = Annotated[
    str | None, typer.Argument(metavar="RUN", help="A run's folder, id, or a part of it; the last run by default.")
]
RunToUndo = Annotated[
    str | None,
    typer.Argument(
        metavar="RUN", help="A run's folder, id, or a part of it; by default the last run that changed anything."
    ),
]


def _action(text: str) -> Action:
    """Read an action in any word that a cell may have for it. Raises BadParameter."""
    from bulk_journeys.vocabulary.action_word import action_word

    found = action_word(text)
    if isinstance(found, Action):
        return found
    reason = found.reason if text.strip() else f"is none; write one of {', '.join(Action)}"
    raise typer.BadParameter(f"{text!r} {reason}")


ActionFlag = Annotated[
    Action | None,
    typer.Option(
        "--action",
        metavar="ACTION",
        parser=_action,
        help="The action for rows that name none: start, pause, finish, draft or archive, in any word for it.",
    ),
]
IdColumn = Annotated[
    str | None, typer.Option("--id-column", metavar="NAME", help="The header of the column of journey ids.")
]
ActionColumn = Annotated[
    str | None, typer.Option("--action-column", metavar="NAME", help="The header of the column of actions.")
]
Sheet = Annotated[
    str | None, typer.Option("--sheet", metavar="NAME", help="The sheet of a workbook, or the list in a JSON file.")
]
Wheres = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="COLUMN=VALUE",
        help="Carry out only the rows whose column holds that value, as in 'Approved=yes,ok', or with != another one; "
        "nothing behind the sign is a blank cell. Several must all hold.",
    ),
]
IgnoredColumns = Annotated[
    list[str] | None,
    typer.Option("--ignore-column", metavar="NAME", help="A column of yes and no that does not choose among the rows."),
]
Partial = Annotated[
    bool, typer.Option("--partial", help="Take a list that says that it is only a page of several, or cut off.")
]
SkipInvalid = Annotated[bool, typer.Option("--skip-invalid", help="Leave out the rows that cannot be carried out.")]
RunsDir = Annotated[
    Path, typer.Option("--runs-dir", metavar="FOLDER", envvar=RUNS_DIR_VARIABLE, help="Where the runs' folders are.")
]
Output = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Save the plan here, to be run later.")
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. For scripts.")]
Confirm = Annotated[
    int | None,
    typer.Option(
        "--confirm", metavar="N", help="Do not ask: it is this number of journeys. For what cannot be undone."
    ),
]
Protect = Annotated[
    Path | None, typer.Option("--protect", metavar="FILE", help="A list of journeys that are never to be touched.")
]
MaxRows = Annotated[
    int | None, typer.Option("--max-rows", metavar="N", min=0, help="Refuse a plan that is to change more journeys.")
]
MaxAge = Annotated[
    float | None,
    typer.Option(
        "--max-age",
        metavar="DURATION",
        parser=lambda text: parse_duration(text, "--max-age"),
        help="Refuse a list that was written longer ago, as in 2h.",
    ),
]
Again = Annotated[bool, typer.Option("--again", help="Do it though it was done before.")]

BaseUrl = Annotated[
    str | None,
    typer.Option("--base-url", metavar="URL", envvar=BASE_URL_VARIABLE, help="Where the API is, if not at Pushwoosh."),
]
OtherBaseUrl = Annotated[
    str | None, typer.Option("--base-url", metavar="URL", help="Where the API is, if not where the run was begun.")
]


class Retried(StrEnum):
    """The outcomes of rows that may be tried again."""

    FAILED = "failed"
    IN_DOUBT = "in_doubt"
    NOT_ATTEMPTED = "not_attempted"
    CONFLICT = "conflict"
    REJECTED = "rejected"


RUN_FLAGS: Final[dict[str, Any]] = {
    "rate": Annotated[
        str,
        typer.Option(
            "--rate",
            metavar="RATE",
            help="auto finds the server's limit; 10/s, 1/2s or several that all hold (3/s,60/m) are kept, and belong "
            "2 to 5 % below a limit that is known; off for no limit.",
        ),
    ],
    "max_rate": Annotated[
        str | None,
        typer.Option(
            "--max-rate", metavar="RATE", help=f"What auto never goes above; {MAX_RATE_OF_AUTO} if nothing is said."
        ),
    ],
    "max_pause": Annotated[
        float,
        typer.Option(
            "--max-pause", metavar="SECONDS", min=0, max=86400, help="How long a server can have nothing sent at most."
        ),
    ],
    "forget_rate": Annotated[
        bool, typer.Option("--forget-rate", help="Search anew, not from the limit that the last run found.")
    ],
    "concurrency": Annotated[
        int,
        typer.Option("--concurrency", metavar="N", min=1, max=1000, help="Requests under way at once, at most."),
    ],
    "tries": Annotated[
        int, typer.Option("--tries", metavar="N", min=1, help="How often one row is tried before it is given up.")
    ],
    "timeout": Annotated[
        float,
        typer.Option(
            "--timeout",
            metavar="SECONDS",
            min=0.1,
            max=3600,
            help=f"Seconds to connect ({CONNECT_TIMEOUT:g} at most), and then to wait for an answer.",
        ),
    ],
    "canary": Annotated[
        int,
        typer.Option(
            "--canary", metavar="N", min=0, help="The first N rows go alone; one that comes to nothing stops the run."
        ),
    ],
    "limit": Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="Only the next N rows; resume goes on behind them."),
    ],
    "max_failures": Annotated[
        str | None,
        typer.Option(
            "--max-failures", metavar="N|P%", help="Stop once more rows, or more of the finished ones, came to nothing."
        ),
    ],
    "strict": Annotated[bool, typer.Option("--strict", help="Count a conflict as a failure, too.")],
    "deadline": Annotated[
        float | None,
        typer.Option(
            "--deadline",
            metavar="DURATION",
            parser=lambda text: parse_duration(text, "--deadline"),
            help="Begin nothing more after so long, as in 30m.",
        ),
    ],
    "wait_for_lock": Annotated[
        float,
        typer.Option(
            "--wait-for-lock",
            metavar="DURATION",
            parser=lambda text: parse_duration(str(text), "--wait-for-lock", or_zero=True),
            help="How long to wait for another run with this token, as in 30s.",
        ),
    ],
    "base_url": OtherBaseUrl,
    "allow_http": Annotated[
        bool, typer.Option("--allow-http", help="Send the token in the clear, to an address that begins with http.")
    ],
    "token_file": Annotated[
        Path | None,
        typer.Option(
            "--token-file", metavar="FILE", help=f"A file that holds the API token, instead of {TOKEN_VARIABLE}."
        ),
    ],
    "quiet": Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing while all is well.")],
}
"""A flag for each field of `RunOptions`, which has the defaults."""


def run_flags(**others: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command the flags of RUN_FLAGS, or *others* of their names, and hand it their values as *options*."""
    flags = RUN_FLAGS | others
    defaults = RunOptions()

    def give(command: Callable[..., None]) -> Callable[..., None]:
        own = [each for each in inspect.signature(command).parameters.values() if each.name != "options"]
        shared = [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=getattr(defaults, name), annotation=flag)
            for name, flag in flags.items()
        ]

        @wraps(command)
        def called(**said: Any) -> None:
            options = RunOptions(**{field.name: said.pop(field.name) for field in fields(RunOptions)})
            command(**said, options=options)

        parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own] + shared
        called.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
        called.__annotations__ = {each.name: each.annotation for each in parameters}
        return called

    return give
