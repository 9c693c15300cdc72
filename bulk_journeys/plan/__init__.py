"""From rows to a plan: what would be done, and every row that cannot be, before anything is sent."""

from bulk_journeys.plan.choices import Choices
from bulk_journeys.plan.columns import knows
from bulk_journeys.plan.document import Counts, Header, Parent, Plan
from bulk_journeys.plan.exported import plan_json, refusal_json
from bulk_journeys.plan.making import Listed, make_plan
from bulk_journeys.plan.saved import is_saved_plan, read_header, read_plan
from bulk_journeys.plan.shown import FAULTS_SHOWN, actions_text, fault_text, faults_text, plan_lines, refusal_lines

__all__ = [
    "FAULTS_SHOWN",
    "Choices",
    "Counts",
    "Header",
    "Listed",
    "Parent",
    "Plan",
    "actions_text",
    "fault_text",
    "faults_text",
    "is_saved_plan",
    "knows",
    "make_plan",
    "plan_json",
    "plan_lines",
    "read_header",
    "read_plan",
    "refusal_json",
    "refusal_lines",
]
