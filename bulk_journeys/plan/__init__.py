"""From rows to a plan: what would be done, and every row that cannot be, before anything is sent."""

from bulk_journeys.plan.actions import action_word
from bulk_journeys.plan.choices import Choices
from bulk_journeys.plan.columns import knows
from bulk_journeys.plan.derived import derived_plan
from bulk_journeys.plan.document import VERBS, Counts, Header, Parent, Plan
from bulk_journeys.plan.exported import plan_json, refusal_json
from bulk_journeys.plan.listed import ListedStatus
from bulk_journeys.plan.making import Listed, make_plan
from bulk_journeys.plan.places import Places
from bulk_journeys.plan.returned import RESULT_COLUMNS, error_cell, result_columns
from bulk_journeys.plan.saved import is_saved_plan, read_header, read_plan
from bulk_journeys.plan.shown import (
    FAULTS_SHOWN,
    actions_text,
    fault_text,
    faults_text,
    plan_lines,
    refusal_lines,
    rows_text,
)
from bulk_journeys.plan.where import parse_where

__all__ = [
    "FAULTS_SHOWN",
    "RESULT_COLUMNS",
    "VERBS",
    "Choices",
    "Counts",
    "Header",
    "Listed",
    "ListedStatus",
    "Parent",
    "Places",
    "Plan",
    "action_word",
    "actions_text",
    "derived_plan",
    "error_cell",
    "fault_text",
    "faults_text",
    "is_saved_plan",
    "knows",
    "make_plan",
    "parse_where",
    "plan_json",
    "plan_lines",
    "read_header",
    "read_plan",
    "refusal_json",
    "refusal_lines",
    "result_columns",
    "rows_text",
]
