"""`plan`: what would be done is shown, saved, or told to a program."""

import csv
import shlex
import sys
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bulk_journeys.errors import InputError, PlanRefused, UsageError
from bulk_journeys.files import disk_errors
from bulk_journeys.plan.build import make_plan
from bulk_journeys.plan.document import Plan
from bulk_journeys.plan.saved_plan import is_saved_plan, read_plan
from bulk_journeys.plan.select import Choices
from bulk_journeys.report.plan_json import plan_json, refusal_json
from bulk_journeys.report.plan_text import FAULTS_SHOWN, plan_lines, refusal_lines
from bulk_journeys.source.delimited import LONGEST_CELL
from bulk_journeys.source.formats import open_list
from bulk_journeys.source.table import Listed
from bulk_journeys.terminal import printable, say
from bulk_journeys.vocabulary.headers import knows


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants done: *files* with journeys, and what to make of their rows."""

    files: Sequence[str]
    choices: Choices
    skip_invalid: bool = False


def plan(wish: Wish, output: Path | None) -> int:
    """Show what would be done, and save it to *output* unless that is None."""
    if output:
        check_output(output)
    if output and any(output.exists() and Path(file).exists() and output.samefile(file) for file in wish.files):
        raise UsageError(f"{output}: the plan would take the place of the list; save it under another name")
    made = made_plan(wish)
    refused = refusal(made, wish, faults_shown=0)
    if output and not refused:
        made.save(output)  # first, as whoever reads what is printed may want no more of it
    for line in plan_lines(made):
        print(printable(line))
    if refused:
        raise refused
    if output:
        say(f"saved; carry it out with: bulk-journeys run {shlex.quote(str(output))}")
    return 0


def plan_as_json(wish: Wish) -> int:
    """Print the plan as one JSON object, also where it is refused."""
    if len(wish.files) != 1:
        raise UsageError("--json tells of one list; call it once for each")
    try:
        made = made_plan(wish)
    except InputError as error:
        sys.stdout.buffer.write(refusal_json(error))
        return error.exit_code
    refused = refusal(made, wish, faults_shown=0)
    sys.stdout.buffer.writelines(plan_json(made, None if made.header.counts.operations else refused))
    return refused.exit_code if refused else 0


def check_output(output: Path) -> None:
    """Raise UsageError or DiskFailed where a plan cannot be, or would take the place of a pipe or a device."""
    with disk_errors(output, "nothing was sent"):
        if not output.parent.is_dir():
            raise UsageError(f"{output}: there is no such folder to save the plan in")
        if output.exists() and not (output.is_file() or output.is_dir()):
            raise UsageError(
                f"{output}: this is no regular file, and a plan would take its place; save it under another name"
            )


def planned(wish: Wish) -> Plan:
    """Make the plan of the wish, or open the saved one. Raises PlanRefused if it has faults or nothing to do."""
    made = made_plan(wish)
    if refused := refusal(made, wish):
        raise refused
    return made


def made_plan(wish: Wish) -> Plan:
    """Return the plan of the wish, with all its faults. Raises InputError where there can be none."""
    if len(wish.files) != 1 or not is_saved_plan(wish.files[0]):
        with closing(_lists(wish.files)) as lists:
            return make_plan(lists, wish.choices)
    made, action = read_plan(wish.files[0], copied=True), wish.choices.action
    if action and set(made.header.counts.actions) != {action}:
        raise PlanRefused(f"{wish.files[0]}: not all of this saved plan is to {action}", "drop --action")
    if wish.choices.where or wish.choices.ignored or wish.choices.partial:
        advice = "drop --where, --ignore-column and --partial"
        raise PlanRefused(f"{wish.files[0]}: a saved plan has chosen its rows", advice)
    return made


def refusal(made: Plan, wish: Wish, faults_shown: int = FAULTS_SHOWN) -> PlanRefused | None:
    """Return why the plan may not be carried out as it is, with the first faults, or None if it may."""
    counts = made.header.counts
    if not counts.rejections or (wish.skip_invalid and counts.operations):
        return None
    *reasons, advice = refusal_lines(made, faults_shown)
    return PlanRefused("\n".join(reasons), advice)


def protected_journeys(path: Path) -> Plan:
    """Return the list of journeys that are never touched."""
    with closing(_lists([str(path)])) as lists:
        return make_plan(lists, Choices(ids_only=True))


def _lists(files: Sequence[str]) -> Generator[Listed, None, None]:
    csv.field_size_limit(LONGEST_CELL)
    for file in files:
        with open_list(file, knows) as listed:
            yield listed
