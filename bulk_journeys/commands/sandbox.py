"""The API, simulated, until a signal comes."""

from typing import TYPE_CHECKING

from bulk_journeys.terminal import say

if TYPE_CHECKING:
    from bulk_journeys.sandbox import Config


def sandbox(config: "Config") -> int:
    """Serve the API, simulated, until a signal comes."""
    from bulk_journeys.sandbox import run as serve

    serve(config, on_ready=lambda base_url: _tell_sandbox(base_url, config))
    return 0


def _tell_sandbox(base_url: str, config: "Config") -> None:
    print(base_url, flush=True)
    say(
        f"{config.journeys:,} journeys; Ctrl-C ends the sandbox. In another terminal:",
        f"  export PUSHWOOSH_API_TOKEN={config.token} PUSHWOOSH_BASE_URL={base_url}",
        f"  bulk-journeys run {config.export or 'journeys.csv'} --action pause",
    )
