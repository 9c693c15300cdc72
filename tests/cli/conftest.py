"""Each test has a folder of its own, a token, and no say of the machine it runs on."""

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal

from bulk_journeys.cli import main
from bulk_journeys.sandbox.config import Config
from bulk_journeys.sandbox.server import serving
from tests.cli.stage import Cli, Done, Serve, Stage

PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
OWN_VARIABLES = ("PUSHWOOSH_BASE_URL", "BULK_JOURNEYS_RUNS_DIR")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that the test is in; runs go to `runs` there."""
    for name in (*PROXY_VARIABLES, *map(str.upper, PROXY_VARIABLES), *OWN_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PUSHWOOSH_API_TOKEN", Config.token)
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:1")  # whatever goes wrong, nothing leaves this machine
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("BULK_JOURNEYS_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def serve(portal: BlockingPortal) -> Iterator[Serve]:
    """Return what begins a sandbox, which ends with the test."""
    with ExitStack() as stack:
        yield lambda config: Stage(stack.enter_context(portal.wrap_async_context_manager(serving(config))), portal)


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Cli]:
    """Return the command line in this process, as `main` has it: arguments in; exit code and words out.

    It freezes what lies about, for its own speed, and with that what an earlier one left in cycles of anyio's: the
    files of its plan would stay open until the tests have a thousand of them.
    """

    def call(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["bulk-journeys", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return Done(code, *capsys.readouterr())

    yield call
    gc.unfreeze()
    gc.collect()
