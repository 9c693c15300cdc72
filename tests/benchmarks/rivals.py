"""What else one would take for the job. None is a dependency: what is missing is skipped, and says so."""

import asyncio
import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Final

from bulk_journeys.model import Action
from tests.benchmarks.processes import TOKEN
from tests.benchmarks.throughput import Way

CONNECTIONS: Final = 5
"""Connections of httpx: it looks through all of them for every request, so that more make it slower."""

PROCESSES: Final = 32
"""Processes at once; more of them are no faster on the machines that this was tried on."""


def rivals() -> Iterator[Way]:
    """Yield those that are installed, with as few requests as they need to show their speed."""
    if find_spec("httpx"):
        yield Way(f"httpx, {CONNECTIONS} at once", httpx_loop, 1_000)
    else:
        _skipped("httpx", "pip install httpx")
    if which("curl") and which("xargs"):
        yield Way(f"xargs -P{PROCESSES} curl", _piped("xargs", f"-P{PROCESSES}", "-I{}"), 400)
    else:
        _skipped("xargs curl", "apt-get install findutils curl")
    if which("curl") and _is_gnu_parallel():
        yield Way(f"parallel -j{PROCESSES} --joblog", parallel, 200)
    else:
        _skipped("GNU parallel", "apt-get install parallel curl")


def _skipped(rival: str, remedy: str) -> None:
    print(f"SKIPPED, NOT MEASURED: {rival} is not installed here; {remedy}")


def _is_gnu_parallel() -> bool:
    """Say whether `parallel` is GNU's: moreutils has another of that name."""
    if not which("parallel"):
        return False
    version = subprocess.run(["parallel", "--version"], capture_output=True, check=False)  # noqa: S607
    return version.stdout.startswith(b"GNU parallel")


async def httpx_loop(base_url: str, ids: list[str], action: Action) -> None:
    """Do the same as the bare loop, at its own best."""
    httpx = import_module("httpx")
    left, url = iter(ids), f"{base_url}/api/v3/journeygateway/{action}"
    headers = {"Authorization": f"Api {TOKEN}", "Content-Type": "application/json"}
    async with httpx.AsyncClient(headers=headers, limits=httpx.Limits(max_connections=CONNECTIONS)) as client:

        async def lane() -> None:
            for uuid in left:
                response = await client.post(url, content=b'{"uuid": "%s"}' % uuid.encode())
                if not response.json()["info"]["status"]:
                    raise SystemExit("no status")

        await asyncio.gather(*(lane() for _ in range(CONNECTIONS)))


async def parallel(base_url: str, ids: list[str], action: Action) -> None:
    """Do it with the tool that keeps a log of its jobs, too."""
    with tempfile.TemporaryDirectory() as folder:
        log = str(Path(folder) / "jobs.log")
        await _piped("parallel", "--will-cite", f"-j{PROCESSES}", "--joblog", log)(base_url, ids, action)


def _piped(*tool: str) -> Callable[[str, list[str], Action], Awaitable[None]]:
    """Return the way to have *tool* start a curl for each id."""

    async def perform(base_url: str, ids: list[str], action: Action) -> None:
        curl = ["curl", "--silent", "--fail", "--output", "/dev/null", "--header", f"Authorization:Api {TOKEN}"]
        call = ["--header", "Content-Type:application/json", "--data", '{"uuid":"{}"}']
        process = await asyncio.create_subprocess_exec(
            *tool, *map(_quoted if tool[0] == "parallel" else str, [*curl, *call]), _url(base_url, action), stdin=-1
        )
        await process.communicate("".join(f"{uuid}\n" for uuid in ids).encode())
        if process.returncode:
            raise SystemExit(f"{tool[0]} ended with status {process.returncode}")

    return perform


def _quoted(argument: str) -> str:
    """Return *argument* for a tool that hands its line to a shell."""
    return argument if argument == "curl" else f"'{argument}'"


def _url(base_url: str, action: Action) -> str:
    return f"{base_url}/api/v3/journeygateway/{action}"
