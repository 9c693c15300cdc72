"""Everything in this folder runs on virtual time."""

from collections.abc import Callable, Mapping
from typing import Any

from tests.virtual_time import VirtualTimeLoop


def pytest_asyncio_loop_factories(config: Any, item: Any) -> Mapping[str, Callable[[], VirtualTimeLoop]]:
    return {"virtual-time": VirtualTimeLoop}
