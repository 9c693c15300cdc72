"""From rows to a plan: what would be done, and every row that cannot be, before anything is sent."""

from bulk_journeys.plan.columns import names_id
from bulk_journeys.plan.document import Counts, Header, Plan
from bulk_journeys.plan.making import Table, make_plan
from bulk_journeys.plan.saved import is_saved_plan, read_header, read_plan
from bulk_journeys.plan.shown import FAULTS_SHOWN, actions_text, fault_text, faults_text, plan_lines, refusal_lines

__all__ = [
    "FAULTS_SHOWN",
    "Counts",
    "Header",
    "Plan",
    "Table",
    "actions_text",
    "fault_text",
    "faults_text",
    "is_saved_plan",
    "make_plan",
    "names_id",
    "plan_lines",
    "read_header",
    "read_plan",
    "refusal_lines",
]
