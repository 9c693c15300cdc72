"""What would be done: shown, saved, or told to a program."""

import shlex
import sys
from pathlib import Path

from bulk_journeys.commands.lists import Wish, made_plan, refusal
from bulk_journeys.disk import disk_errors
from bulk_journeys.errors import InputError, UsageError
from bulk_journeys.plan import plan_json, plan_lines, refusal_json
from bulk_journeys.terminal import printable, say


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
