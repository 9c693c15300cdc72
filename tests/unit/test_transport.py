"""The seam of the network: what is known of a transport where none is open, and which one a run has."""

import ast
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from bulk_journeys import api
from bulk_journeys.api.http import SURFACE, TESTED_SERIES, missing_names, reason_against

API = Path(api.__file__).parent


@pytest.mark.parametrize("module", ["api.transport", "pipeline.runner"])
def test_what_decides_does_not_wait_for_what_sends(module: str) -> None:
    """Importing aiohttp takes longer than most commands, which send nothing."""
    program = f"import bulk_journeys.{module}, sys; sys.exit('aiohttp' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("version", ["3.14.3", "3.14.99", "3.14"])
def test_the_fast_transport_is_for_the_series_that_it_was_tested_with(version: str) -> None:
    assert reason_against(version, []) is None


@pytest.mark.parametrize("version", ["3.13.5", "3.15.0", "3.140.0", "4.0.0a2.dev0", "13.14.3", ""])
def test_another_series_has_the_public_transport(version: str) -> None:
    told = reason_against(version, [])
    assert told is not None
    assert f"aiohttp {version} is not of the series {TESTED_SERIES}" in told


def test_a_version_that_lacks_a_name_has_the_public_transport() -> None:
    assert reason_against("3.14.9", ["aiohttp.client_proto.ResponseHandler.read"]) == (
        "aiohttp 3.14.9 has no aiohttp.client_proto.ResponseHandler.read, which the fast transport takes: "
        "requests go through its public session, each on a connection of its own"
    )


@pytest.mark.skipif(reason_against(aiohttp.__version__, []) is not None, reason="it is of another series")
def test_the_aiohttp_that_is_tested_here_has_every_name() -> None:
    assert missing_names(SURFACE) == []


@pytest.mark.parametrize(
    ("surface", "missing"),
    [
        ({"aiohttp.nowhere.Thing": ("name",)}, "aiohttp.nowhere.Thing"),
        ({"aiohttp.http.Thing": ("name",)}, "aiohttp.http.Thing"),
        ({"aiohttp.ClientRequest": ("is_ssl", "name")}, "aiohttp.ClientRequest.name"),
    ],
)
def test_a_name_is_missing_with_its_module_or_its_class_or_alone(
    surface: dict[str, tuple[str, ...]], missing: str
) -> None:
    assert missing_names(surface) == [missing]


def taken_by(module: str) -> set[str]:
    """Return the names that a module of the API imports from behind aiohttp's face."""
    nodes = ast.walk(ast.parse((API / f"{module}.py").read_text(encoding="utf-8")))
    return {
        f"{node.module}.{name.name}"
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("aiohttp.")
        for name in node.names
    }


def test_all_that_is_imported_from_behind_aiohttps_face_is_listed() -> None:
    taken = taken_by("exchange") | taken_by("connections")
    assert taken == {name for name in SURFACE if name.count(".") > 1}


@pytest.mark.parametrize("module", sorted({path.stem for path in API.glob("*.py")} - {"exchange", "connections"}))
def test_what_any_aiohttp_has_to_bear_takes_nothing_from_behind_its_face(module: str) -> None:
    assert taken_by(module) == set()
