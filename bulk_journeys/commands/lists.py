"""From what the user names to a plan, and why it may not be carried out as it is."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from bulk_journeys.errors import PlanRefused
from bulk_journeys.plan import FAULTS_SHOWN, Choices, Plan, is_saved_plan, knows, make_plan, read_plan, refusal_lines
from bulk_journeys.source import Listed, open_list


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants done: *files* with journeys, and what to make of their rows."""

    files: Sequence[str]
    choices: Choices
    skip_invalid: bool = False


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
    for file in files:
        with open_list(file, knows) as listed:
            yield listed
