"""One short function a verb: the only place that builds things. Each returns the exit code of its command."""

from bulk_journeys.commands.carrying_out import Orders, resume, run
from bulk_journeys.commands.going_back import Again, retry, undo
from bulk_journeys.commands.lists import Wish
from bulk_journeys.commands.planning import plan, plan_as_json
from bulk_journeys.commands.reporting import ReportFormat, report, runs

__all__ = [
    "Again",
    "Orders",
    "ReportFormat",
    "Wish",
    "plan",
    "plan_as_json",
    "report",
    "resume",
    "retry",
    "run",
    "runs",
    "undo",
]
