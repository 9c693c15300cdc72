"""The law of `make fuzz` in short: whatever is answered, a reply claims no more than is known."""

import ast
import sys
from pathlib import Path

import pytest

from bulk_journeys.api.http import fallback_reason
from tests.fuzz.misleading import SCENES
from tests.fuzz.throwing import Findings, Kind, broken_in, thrown, thrown_on_sockets

of_the_fast_one = pytest.mark.skipif(fallback_reason() is not None, reason="this aiohttp has the public transport")

SEED = 20_261
SCENES_IN_MEMORY = 5_000
SCENES_ON_SOCKETS = 200


def broken_of(findings: Findings) -> dict[Kind, str]:
    """Return what is broken, and how to see it: `python -m tests.fuzz answers`."""
    return {kind: f"--seed {SEED} --at {example.at}" for kind, example in findings.examples.items()}


@of_the_fast_one
def test_no_answer_makes_the_client_claim_more_than_is_known() -> None:
    findings = thrown(SEED, range(SCENES_IN_MEMORY))
    assert findings.requests > SCENES_IN_MEMORY
    assert broken_of(findings) == {}


@pytest.mark.parametrize(
    "fast", [pytest.param(True, marks=of_the_fast_one, id="fast"), pytest.param(False, id="public")]
)
def test_no_answer_on_a_socket_makes_the_client_claim_more_than_is_known(fast: bool) -> None:
    findings = thrown_on_sockets(SEED, range(SCENES_ON_SOCKETS), fast=fast)
    assert findings.requests > SCENES_ON_SOCKETS
    assert broken_of(findings) == {}


@of_the_fast_one
@pytest.mark.parametrize("kind", SCENES, ids=": ".join)
def test_what_misled_the_client_once_does_so_no_longer(kind: Kind) -> None:
    assert list(broken_in(SCENES[kind])) == []


@of_the_fast_one
def test_a_seed_repeats_what_was_thrown() -> None:
    first, second = (thrown(SEED, range(300)) for _ in range(2))
    assert first == second


@pytest.mark.parametrize("name", ["claims", "timeline", "wholeness"])
def test_the_judge_knows_nothing_of_what_it_judges(name: str) -> None:
    tree = ast.parse(Path(__file__).with_name(f"{name}.py").read_text())
    modules = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    modules |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    modules -= {"tests.fuzz.timeline", "tests.fuzz.wholeness"}
    assert {module.partition(".")[0] for module in modules} <= set(sys.stdlib_module_names)
