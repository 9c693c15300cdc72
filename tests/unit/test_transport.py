"""The seam of the network: what is known of a transport where none is open."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["api.transport", "pipeline.runner"])
def test_what_decides_does_not_wait_for_what_sends(module: str) -> None:
    """Importing aiohttp takes longer than most commands, which send nothing."""
    program = f"import bulk_journeys.{module}, sys; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
