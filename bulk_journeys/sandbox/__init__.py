"""The journey lifecycle API, simulated on this machine with its limits and faults.

It is written from the vendor's documentation alone and shares no code with the client, so that a misread
protocol cannot agree with itself.
"""

from .config import (
    Config,
    Errors,
    Latency,
    Rate,
    RetryHint,
    parse_errors,
    parse_faults,
    parse_latency,
    parse_mix,
    parse_rate,
)
from .faults import Fault
from .population import export_csv, populate
from .server import Sandbox, Stats, run, serving
from .world import Action, Journey, Status, World

__all__ = [
    "Action",
    "Config",
    "Errors",
    "Fault",
    "Journey",
    "Latency",
    "Rate",
    "RetryHint",
    "Sandbox",
    "Stats",
    "Status",
    "World",
    "export_csv",
    "parse_errors",
    "parse_faults",
    "parse_latency",
    "parse_mix",
    "parse_rate",
    "populate",
    "run",
    "serving",
]
