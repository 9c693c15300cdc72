"""The journey lifecycle API, simulated on this machine with its limits and faults.

It is written from the vendor's documentation alone and shares no code with the client, so that a misread
protocol cannot agree with itself.
"""

from .admission import Admission, Limit
from .config import Config, Errors, Latency, LimiterKind, Rate, RateChange, RetryHint
from .faults import Fault
from .limits import Bucket, FixedWindow, Limiter, SlidingWindow
from .notation import (
    parse_errors,
    parse_faults,
    parse_firewall_kind,
    parse_firewalls,
    parse_latency,
    parse_limiter,
    parse_mix,
    parse_outage_kind,
    parse_outages,
    parse_rate,
    parse_rates,
    parse_retry_hint,
)
from .population import export_csv, populate
from .server import Sandbox, run, serving
from .tally import Stats
from .trouble import Firewall, FirewallKind, Outage, OutageKind, Trouble
from .world import Action, Journey, Status, World

__all__ = [
    "Action",
    "Admission",
    "Bucket",
    "Config",
    "Errors",
    "Fault",
    "Firewall",
    "FirewallKind",
    "FixedWindow",
    "Journey",
    "Latency",
    "Limit",
    "Limiter",
    "LimiterKind",
    "Outage",
    "OutageKind",
    "Rate",
    "RateChange",
    "RetryHint",
    "Sandbox",
    "SlidingWindow",
    "Stats",
    "Status",
    "Trouble",
    "World",
    "export_csv",
    "parse_errors",
    "parse_faults",
    "parse_firewall_kind",
    "parse_firewalls",
    "parse_latency",
    "parse_limiter",
    "parse_mix",
    "parse_outage_kind",
    "parse_outages",
    "parse_rate",
    "parse_rates",
    "parse_retry_hint",
    "populate",
    "run",
    "serving",
]
