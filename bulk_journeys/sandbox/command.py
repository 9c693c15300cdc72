"""The command that serves the sandbox: its flags, and what it prints. What it needs is imported when it is called."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bulk_journeys.terminal import say

if TYPE_CHECKING:
    from .config import Config


def sandbox(
    journeys: Annotated[int, typer.Option(min=0, help="How many journeys there are.")] = 500,
    seed: Annotated[int, typer.Option(help="Decides the statuses, the latencies and the faults.")] = 7,
    export: Annotated[Path | None, typer.Option(help="Write a list of the journeys here, as the vendor does.")] = None,
    mix: Annotated[str, typer.Option(help="The journeys' first statuses, by weight.")] = "running=100",
    forbidden: Annotated[int, typer.Option(min=0, help="How many journeys the token has no right to.")] = 0,
    fault: Annotated[
        list[str] | None,
        typer.Option(
            help="KIND=PROBABILITY, as often as you like. "
            "Before the journey is changed: refuse, drop, down, dial, exists, abort, range. "
            "After it, so that the answer is lost: reset, hang, error, timeout, cut, cancel, unknown, loss, too_large, "
            "invalid, miscount, bodiless. "
            "Either: html, cut_refusal, rst, proxied, misfit; firewall, in the API's place. "
            "About another journey: stray. "
            "A good answer, and more out of turn: stray_refusal, doubled, early, surplus; "
            "a good answer in odd form: interim, closing, bom. "
            "any is an even mixture of refuse, drop, down, reset, hang, error, timeout, cut and html."
        ),
    ] = None,
    rate: Annotated[
        list[str] | None,
        typer.Option(
            help="Refuse what is above this, as in 20/s; 10/s@30s takes its place 30 s after the first request."
        ),
    ] = None,
    limiter: Annotated[str, typer.Option(help="What a rate means: a bucket, or a sliding or fixed window.")] = "bucket",
    burst: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS", help="The bucket holds the rate's requests of this time; of its period, if left out."
        ),
    ] = None,
    retry_hint: Annotated[
        str, typer.Option(help="Where a rate says how long to wait: none, header, details, both, date or ratelimit.")
    ] = "header",
    hint_seconds: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Always say this, however long the wait is.")
    ] = None,
    concurrency: Annotated[int | None, typer.Option(min=1, help="Refuse what is above this at once.")] = None,
    crowded_status: Annotated[int, typer.Option(help="The status of that refusal, 503 or 429.")] = 503,
    latency: Annotated[str, typer.Option(help="How long an answer takes, as in 20-80ms.")] = "0ms",
    outage: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LENGTH@BEGINNING",
            help="As in 30s@10s: nothing is carried out for 30 s, beginning 10 s after the first request.",
        ),
    ] = None,
    outage_kind: Annotated[
        str, typer.Option(help="How an outage looks: reset connections, or 502 with a proxy's page.")
    ] = "reset",
    firewall: Annotated[
        list[str] | None,
        typer.Option(
            metavar="LENGTH@BEGINNING",
            help="As in 30s@10s: every request meets a page in the API's place; half are carried out all the same.",
        ),
    ] = None,
    firewall_kind: Annotated[
        str | None,
        typer.Option(
            metavar="PAGE",
            help="What that page is, such as html403, plain1015, json403, empty403 or html200 "
            "(a wrong word names all); by the seed, if left out.",
        ),
    ] = None,
    revoke_after: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="N",
            help="After N requests the token is no good, until a POST to /sandbox/restore, "
            "which also ends outages and firewalls.",
        ),
    ] = None,
    idle_close: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Close a connection that has no request for so long.")
    ] = None,
    hang: Annotated[float, typer.Option(metavar="SECONDS", help="How long the fault of that name hangs.")] = 3600.0,
    points: Annotated[int, typer.Option(min=0, help="How many points an answer has, some 180 bytes each.")] = 1,
    errors: Annotated[str, typer.Option(help="The wording of errors: v2 or v1 of grpc-gateway.")] = "v2",
    token: Annotated[str, typer.Option(help="The token to expect. Not your real one.")] = "sandbox",  # noqa: S107  no secret
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free port.")] = 0,
) -> None:
    """Serve the API, simulated, on this machine alone."""
    from .config import (
        Config,
        parse_errors,
        parse_faults,
        parse_firewall_kind,
        parse_firewalls,
        parse_latency,
        parse_limiter,
        parse_mix,
        parse_outage_kind,
        parse_outages,
        parse_retry_hint,
    )
    from .limits import parse_rates
    from .server import run

    first_rate, rate_changes = parse_rates(rate or [])
    config = Config(
        journeys=journeys,
        seed=seed,
        export=export,
        mix=parse_mix(mix),
        forbidden=forbidden,
        faults=parse_faults(fault or []),
        rate=first_rate,
        rate_changes=rate_changes,
        limiter=parse_limiter(limiter),
        burst=burst,
        retry_hint=parse_retry_hint(retry_hint),
        hint_seconds=hint_seconds,
        concurrency=concurrency,
        crowded_status=crowded_status,
        latency=parse_latency(latency),
        outages=parse_outages(outage or []),
        outage_kind=parse_outage_kind(outage_kind),
        firewalls=parse_firewalls(firewall or []),
        firewall_kind=parse_firewall_kind(firewall_kind),
        revoke_after=revoke_after,
        idle_close=idle_close,
        hang=hang,
        points=points,
        errors=parse_errors(errors),
        token=token,
        port=port,
    )
    run(config, on_ready=lambda base_url: _tell(base_url, config))


def _tell(base_url: str, config: "Config") -> None:
    print(base_url, flush=True)
    say(
        f"{config.journeys:,} journeys; Ctrl-C ends the sandbox. In another terminal:",
        f"  export PUSHWOOSH_API_TOKEN={config.token} PUSHWOOSH_BASE_URL={base_url}",
        f"  bulk-journeys run {config.export or 'journeys.csv'} --action pause",
    )
