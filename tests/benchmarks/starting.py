"""How long one waits: for the help, and for the first request of a small run to arrive."""

import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from tests.benchmarks.processes import measured

TIMES: Final = 11
UUID: Final = "00000000-89ab-4def-8123-456789abcdef"
BODY: Final = f'{{"info":{{"uuid":"{UUID}","title":"Welcome series","status":"STATUS_PAUSED"}}}}'


def starting(folder: Path) -> None:
    """Print both, in seconds from the start of the process."""
    _tell("--help", lambda: measured("--help").seconds)
    _tell("first request of a run", lambda: first_request(folder))


def _tell(what: str, seconds: Callable[[], float]) -> None:
    times = sorted(seconds() for _ in range(TIMES))
    print(f"{what}: {statistics.median(times):.3f} s (median of {TIMES}, {times[0]:.3f} to {times[-1]:.3f})")


def first_request(folder: Path) -> float:
    """Return how many seconds after its start a run's first request was here, whole."""
    rows = folder / "one.csv"
    rows.write_text(f"journey_id\n{UUID}\n", encoding="ascii")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        flags = ["--yes", "--quiet", "--base-url", base_url, "--runs-dir", str(folder / "first")]
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "bulk_journeys", "run", str(rows), "--action", "pause", *flags]
        )
        connection, _ = listener.accept()
        with connection:
            _read(connection)
            seconds = time.perf_counter() - began
            connection.sendall(f"HTTP/1.1 200 OK\r\nContent-Length: {len(BODY)}\r\n\r\n{BODY}".encode())
            if process.wait():
                raise SystemExit(f"the run ended with status {process.returncode}")
    return seconds


def _read(connection: socket.socket) -> None:
    received = b""
    while UUID.encode() not in received:
        received += connection.recv(65_536)
