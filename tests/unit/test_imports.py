"""Laws of importing: a program that imports the package feels nothing of it."""

import subprocess
import sys

SCRIPT = """
import codecs, csv, gc, locale, pkgutil, signal, sys, threading, warnings

def state():
    handlers = [signal.getsignal(number) for number in signal.valid_signals()]
    return (
        gc.get_threshold(), gc.get_freeze_count(), gc.isenabled(), csv.field_size_limit(), csv.list_dialects(),
        sys.getrecursionlimit(), sys.excepthook, sys.unraisablehook, threading.excepthook,
        locale.setlocale(locale.LC_ALL), handlers,
    )

import anyio, aiohttp, msgspec, python_calamine, rich.console, structlog, typer  # noqa: what these do is theirs
before, errors = state(), []
codecs.register_error = lambda *arguments: errors.append(arguments)
import bulk_journeys

names = [found.name for found in pkgutil.walk_packages(bulk_journeys.__path__, "bulk_journeys.")]
for name in names:
    if not name.endswith("__main__"):
        __import__(name)
assert len(names) > 50, names
assert state() == before, (before, state())
assert not errors, errors
"""


def test_to_import_all_of_the_package_changes_nothing_of_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=60)
    assert done.stderr == ""
    assert done.returncode == 0
