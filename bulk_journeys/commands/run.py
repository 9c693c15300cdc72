"""`run` and `resume`: a plan is checked, agreed to and carried out; a run that ended early goes on."""

import gc
import secrets
import shlex
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bulk_journeys.commands.confirm import Agreed, confirm
from bulk_journeys.commands.plan import Wish, planned, protected_journeys
from bulk_journeys.commands.report import its_plan, never_begun, print_summary
from bulk_journeys.errors import OutputFailed, ReaderGone, UsageError
from bulk_journeys.journal.ledger import Ledger
from bulk_journeys.journal.writer import Journal
from bulk_journeys.model import Ending, FollowUp
from bulk_journeys.plan.document import Plan
from bulk_journeys.report.plan_text import plan_lines
from bulk_journeys.session import check_options, nothing_sent, open_session
from bulk_journeys.session.account import account_of
from bulk_journeys.session.checks import Safeguards, Submission, check
from bulk_journeys.session.done_before import check_childless
from bulk_journeys.session.folder import RunFolder, find_run, new_run, newest_first
from bulk_journeys.session.session import Access, Finished
from bulk_journeys.session.state_folder import loose_folders, state_folder
from bulk_journeys.settings.credentials import Secret, check_no_token, load_token, loose_permissions, short_token
from bulk_journeys.settings.options import (
    DEFAULT_BASE_URL,
    RunOptions,
    check_base_url,
    check_environment,
    shown_to_network,
)
from bulk_journeys.terminal import ask, is_terminal, output, say


@dataclass(frozen=True, slots=True)
class Conditions:
    """How a plan is to be carried out, whatever it was made from."""

    runs_dir: Path
    options: RunOptions
    agreed: Agreed = field(default_factory=Agreed)
    safeguards: Safeguards = field(default_factory=Safeguards)


def run(wish: Wish, conditions: Conditions) -> int:
    """Plan, check, ask, and carry out."""
    if conditions.options.base_url is None:
        check_environment()
    check_options(conditions.options)
    token = load_token(conditions.options.token_file)
    with nothing_sent():
        made = planned(wish)
    access = access_to(DEFAULT_BASE_URL, token, conditions.options)
    return carry_out(made, access, conditions, plan_lines(made), wish.files)


def access_to(base_url: str, token: Secret, options: RunOptions) -> Access:
    """Return the way to *base_url*, or where the user says instead, and warn of what shows the token. UsageError."""
    if warning := options.token_file and loose_permissions(options.token_file):
        say(f"warning: {warning}")
    base_url = base_url if options.base_url is None else options.base_url
    check_no_token(base_url, token)
    url = check_base_url(base_url, allow_http=options.allow_http)
    if shown_to_network(url):
        say(f"warning: {url} shows the token to the network")
    if warning := short_token(token, url):
        say(f"warning: {warning}")
    account = account_of(state_folder(), url, token)
    if warning := loose_folders([account.folder, account.lock.parent]):
        say(f"warning: {warning}")
    return Access(url, token, account)


def access_again(base_url: str, token: Secret, options: RunOptions) -> Access:
    """Return the way to where an earlier run went. Raises UsageError too if no run of this user ever went there.

    The run's folder may be a stranger's, and so the address.
    """
    access = access_to(base_url, token, options)
    if options.base_url is None and access.base_url != DEFAULT_BASE_URL and not access.account.known:
        reason = f"that run went to {access.base_url!r}, where no run of yours ever went; nothing was sent"
        raise UsageError(f"{reason}; if you know that address, say --base-url {shlex.quote(access.base_url)}")
    return access


def carry_out(
    made: Plan, access: Access, conditions: Conditions, told: Iterable[str], files: Sequence[str] = ()
) -> int:
    """Check, ask, and carry out a new run; *told* is the plan in words, and *files* are what it was made of."""
    options, safeguards = conditions.options, conditions.safeguards
    with nothing_sent():
        if not options.quiet:
            say(*told, *_where(access))
        protected = protected_journeys(safeguards.protect) if safeguards.protect else None
        if protected and not options.quiet:
            say(f"  {protected.header.counts.operations:,} journeys are protected by {safeguards.protect}")
        submission = Submission(made, access.base_url, conditions.runs_dir, files, protected)
        check(submission, safeguards, time.time())
        confirm(made.header.counts.actions, conditions.agreed, ask if is_terminal(sys.stdin) else None)
    folder = new_run(conditions.runs_dir, _label(made), time.time(), secrets.randbits(16))
    with open_session(
        folder, made, access, options, check=lambda: check(submission, safeguards, time.time())
    ) as session:
        _spare_collections()
        finished = session.carry_out()
    return _end(made, finished, options)


def _where(access: Access) -> Iterator[str]:
    yield f"  at {access.base_url}"
    if not access.account.met:
        yield "  the first time there: one journey goes alone until an answer is understood"


def _label(made: Plan) -> str:
    actions, parent = made.header.counts.actions, made.header.parent
    label = next(iter(actions)) if len(actions) == 1 else "mixed"
    return f"{parent.verb}-{label}" if parent else label


def _spare_collections() -> None:
    """Have what is imported stay: to look through it again and again costs a tenth of the speed.

    That is for all of the process, which is this program's own where a command is carried out.
    """
    import bulk_journeys.api.http
    import bulk_journeys.pipeline.runner  # noqa: F401  what a run needs, and `--help` does not

    gc.freeze()
    gc.set_threshold(10_000)


def resume(name: str | None, conditions: Conditions) -> int:
    """Go on where a run ended early."""
    check_options(conditions.options)
    folder = named_or_last(name, FollowUp.RESUME, conditions, unasked=True)
    token = load_token(conditions.options.token_file)
    if not folder.journal.exists():
        raise never_begun(folder)
    with Journal.reopen(folder.journal, folder.most_rows) as (journal, ledger, torn):
        if torn:
            say(f"{folder.journal}: cut off {len(torn)} bytes of a torn line; a copy is beside it")
        if ledger.first is None or ledger.latest is None:
            raise never_begun(folder)
        check_not_rescued(ledger, conditions)
        access, made = access_again(ledger.latest.base_url, token, conditions.options), its_plan(folder, ledger)
        operations = made.header.counts.operations
        left = operations - ledger.settled_rows
        if not conditions.options.quiet:
            say(f"{folder.run_id}: {left:,} of {operations:,} journeys are left", *_where(access))
        began = ledger.first.at

        def recheck() -> None:
            if left and not conditions.safeguards.again:
                check_childless(began, places_of_children(folder, conditions))

        with open_session(folder, made, access, conditions.options, begun=(journal, ledger), check=recheck) as session:
            _spare_collections()
            finished = session.carry_out()
    return _end(made, finished, conditions.options)


def check_not_rescued(ledger: Ledger, conditions: Conditions) -> None:
    """Raise UsageError for files that were lost in mid-run and are back: the run goes on in a copy of them."""
    if ledger.ended and ledger.ended.ending is Ending.RESCUED and not conditions.safeguards.again:
        raise UsageError(f"{ledger.ended.message}; name that one, or add --again to use this one")


def named_or_last(name: str | None, verb: FollowUp, conditions: Conditions, *, unasked: bool) -> RunFolder:
    """Return the run that *name* means, or the last. Raises UsageError too if *verb*, *unasked*, may mean another."""
    if name is not None:
        return find_run(conditions.runs_dir, name)
    last = newest_first(conditions.runs_dir)[0]
    if unasked:
        last.check(verb)
    return last.folder


def places_of_children(folder: RunFolder, conditions: Conditions) -> list[Path]:
    """Return where the runs may be that were made from the run in *folder*."""
    return [folder.path.parent, conditions.runs_dir]


def _end(made: Plan, ended: Finished, options: RunOptions) -> int:
    """Tell how a run ended, unless all is well and nobody wants to hear it, and return its exit code.

    That is so whatever becomes of stdout: the results are in their files.
    """
    if ended.exit_code or not options.quiet:
        try:
            with output():
                print_summary(ended.folder, made, ended.summary, ended.ending)
        except ReaderGone:
            pass
        except OutputFailed as error:
            say(f"warning: {error}; to see the summary: {ended.folder.command('report')}")
    return ended.exit_code
