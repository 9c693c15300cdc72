"""A plan that is made from another run and not from files: its entries are known already."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bulk_journeys import __version__
from bulk_journeys.jsonlines import encode_line
from bulk_journeys.model import Action, Merged, Operation, Source
from bulk_journeys.plan.document import VERSION, Counts, Header, Parent, Plan
from bulk_journeys.plan.kept import Spool


def derived_plan(entries: Iterable[Operation | Merged], sources: Sequence[Source], parent: Parent | None) -> Plan:
    """Return the plan of *entries*, whose rows are from *sources*. It waits on disk. Raises DiskFailed."""
    lines, actions, merged = Spool(), Counter[Action](), 0
    for entry in entries:
        lines.append(encode_line(entry))
        if isinstance(entry, Operation):
            actions[entry.action] += 1
        else:
            merged += 1
    counts = Counts(actions.total() + merged, actions.total(), merged, 0, dict(actions))
    return Plan(Header(VERSION, __version__, sources, counts, parent), lines)
